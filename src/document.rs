//! One file: bytes in, bytes out, by the library.

use std::borrow::Cow;

use zhnorm::convert::Variety;
use zhnorm::formats::{self, Article, Format, Problem};
use zhnorm::report::Report;
use zhnorm::{Normalizer, decode};

use crate::fault::Fault;
use crate::record::Facts;

/// A file after the pipeline.
#[derive(Debug)]
pub(crate) struct Processed<'a> {
    /// What the file should hold.
    pub contents: Cow<'a, [u8]>,
    /// What was found out.
    pub facts: Option<Facts>,
    /// What the stages did.
    pub report: Report,
    /// Parts of the file that could not be worked on.
    pub faults: Vec<String>,
    /// What the user may not expect.
    pub warnings: Vec<String>,
    /// The document as an article, if that was asked for.
    pub article: Option<Article>,
}

/// Why a file was not processed.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It is not text.
    Binary(Fault),
    /// Anything else that is said to the user.
    Other(Fault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Other(fault)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Binary(fault) | Refusal::Other(fault) => fault,
        }
    }
}

impl From<zhnorm::Error> for Refusal {
    fn from(error: zhnorm::Error) -> Self {
        match error {
            zhnorm::Error::Decode(decode::Error::Binary) => Self::Binary(error.into()),
            other => Self::Other(other.into()),
        }
    }
}

/// Runs the pipeline over a file's bytes.
///
/// # Errors
///
/// A refusal when they are no text, or not surely enough, or hold a character that the output
/// encoding does not have.
pub(crate) fn process<'a>(
    bytes: &'a [u8],
    format: Format,
    normalizer: &Normalizer,
    options: &formats::Options,
) -> Result<Processed<'a>, Refusal> {
    let outcome = formats::normalize(bytes, format, normalizer, options)?;
    Ok(Processed {
        facts: Some(Facts {
            encoding: outcome.encoding,
            confidence: outcome.confidence,
            rivals: [None; 3],
            variety: outcome.variety,
        }),
        contents: outcome.contents,
        report: outcome.report,
        faults: outcome.problems.iter().map(Problem::to_string).collect(),
        warnings: outcome.warnings.iter().map(Problem::to_string).collect(),
        article: outcome.article,
    })
}

/// Says why a page is not changed in place.
pub(crate) fn page_in_place() -> Fault {
    Fault::new(
        "a web page: its text would replace the page, and the page would be lost; write the text \
         below another folder with -o DIR, or name --format text to have the source of the page \
         worked on as it is",
    )
}

/// What is found out about a file without changing it. Of what is no text, that too.
pub(crate) fn detect(bytes: &[u8], normalizer: &Normalizer) -> Facts {
    let decode = &normalizer.options().decode;
    let mut rivals = [None; 3];
    let detection = decode::detect_among(bytes, &decode.candidates);
    for (place, rival) in rivals.iter_mut().zip(&detection.rivals) {
        *place = Some(*rival);
    }
    if let Ok(outcome) = normalizer.normalize_bytes(bytes) {
        return Facts {
            encoding: outcome.encoding.unwrap_or(decode::Encoding::UTF_8),
            confidence: outcome.encoding_confidence,
            rivals: if decode.encoding.is_some() {
                [None; 3]
            } else {
                rivals
            },
            variety: outcome.variety,
        };
    }
    Facts {
        encoding: detection.encoding,
        confidence: detection.confidence,
        rivals,
        variety: Variety::Unknown,
    }
}

/// The text of bytes in a known encoding.
pub(crate) fn text_of<'a>(bytes: &'a [u8], encoding: decode::Encoding) -> Cow<'a, str> {
    let options = decode::Options::default().with_encoding(encoding);
    match decode::decode(bytes, &options, &mut Report::counting()) {
        Ok(decoded) => decoded.text,
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// The text of a file as it is before any stage but decoding, for showing it beside the result.
pub(crate) fn decoded<'a>(bytes: &'a [u8], normalizer: &Normalizer) -> Cow<'a, str> {
    let options = &normalizer.options().decode;
    match decode::decode(bytes, options, &mut Report::counting()) {
        Ok(decoded) => decoded.text,
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
