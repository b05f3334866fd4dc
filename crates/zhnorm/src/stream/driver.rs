//! Both passes, from a reader to a writer.

use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

use super::{Pieces, known};
use crate::convert::{Names, Variety};
use crate::decode::{self, Encoding};
use crate::formats::{self, Format, Problem};
use crate::report::{Origin, Report};
use crate::{Normalizer, Result};

/// Blocks in which a reader is read.
const BLOCK: usize = 256 * 1024;

/// What can go wrong with a stream.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input cannot be read.
    #[error("the input cannot be read: {0}")]
    Read(#[source] io::Error),
    /// The output cannot be written.
    #[error("the output cannot be written: {0}")]
    Write(#[source] io::Error),
    /// The bytes cannot be decoded, or the text cannot be encoded.
    #[error(transparent)]
    Normalize(#[from] crate::Error),
}

/// What the first pass found out about the whole.
#[derive(Clone, Debug)]
pub struct Found {
    /// Knows the encoding, and reads the bytes in it.
    pub decoder: decode::Decoder,
    /// The script and region of the article, from samples.
    pub variety: Variety,
    /// The names at its start.
    pub(super) names: Arc<Names>,
}

impl Found {
    pub(super) fn new(surveyed: decode::Survey, normalizer: &Normalizer) -> Result<Self> {
        let options = normalizer.options();
        let decoder = surveyed.finish(&options.decode)?;
        let (variety, names) = known(decoder.sample(), options);
        Ok(Self {
            decoder,
            variety,
            names,
        })
    }
}

/// The first pass: reads everything, and decides what holds for the whole.
///
/// # Errors
///
/// Those of the reader, and those of [`decode::decode`].
pub fn survey(mut reader: impl Read, normalizer: &Normalizer) -> Result<Found, Error> {
    let mut surveyed = decode::Survey::default();
    let mut block = vec![0; BLOCK];
    loop {
        match reader.read(&mut block) {
            Ok(0) => break,
            Ok(read) => surveyed.read(&block[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Read(error)),
        }
    }
    Ok(Found::new(surveyed, normalizer)?)
}

/// What was done to a stream.
#[derive(Debug)]
#[non_exhaustive]
pub struct Summary {
    /// The encoding of the input.
    pub encoding: Encoding,
    /// Confidence of the encoding, from 0 to 1.
    pub confidence: f32,
    /// The script and region of the article.
    pub variety: Variety,
    /// What the stages did.
    pub report: Report,
    /// The parts of the input that were passed through unread.
    pub problems: Vec<Problem>,
}

/// Reads a large file twice, and writes its normal form.
///
/// It holds some megabytes of the file in memory, and the report: a normalizer that only counts
/// ([`crate::Options::count_only`]) keeps that small too. Formats other than text and JSON lines are
/// read as text.
///
/// # Errors
///
/// Those of the reader and the writer, and those of [`formats::normalize`].
pub fn normalize(
    mut reader: impl Read + Seek,
    mut writer: impl Write,
    format: Format,
    normalizer: &Normalizer,
    options: &formats::Options,
) -> Result<Summary, Error> {
    let found = survey(&mut reader, normalizer)?;
    reader.rewind().map_err(Error::Read)?;
    let (encoding, confidence) = (found.decoder.encoding(), found.decoder.confidence());
    let variety = found.variety;
    let mut pieces = Pieces::new(reader, found, format, normalizer, options);
    let mut report = normalizer.report();
    while let Some(piece) = pieces.next_piece().map_err(Error::Read)? {
        report.append(piece.decoding, |_| Origin::default());
        report.append(piece.report, |_| Origin::default());
        let written = match options.output {
            Some(output) => writer.write_all(&output.encode(piece.new.as_bytes())?),
            None => writer.write_all(piece.new.as_bytes()),
        };
        written.map_err(Error::Write)?;
    }
    let end = pieces.finish();
    report.append(end.decoding, |_| Origin::default());
    writer.flush().map_err(Error::Write)?;
    Ok(Summary {
        encoding,
        confidence,
        variety,
        report,
        problems: end.problems,
    })
}
