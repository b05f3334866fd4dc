//! One file: bytes in, bytes out, by the library.

use std::borrow::Cow;

use zhnorm::Normalizer;
use zhnorm::report::Report;

use crate::fault::Fault;
use crate::record::Facts;

/// A file after the pipeline.
#[derive(Debug)]
pub struct Processed<'a> {
    /// What the file should hold.
    pub contents: Cow<'a, [u8]>,
    /// What was found out.
    pub facts: Option<Facts>,
    /// What the stages did.
    pub report: Report,
}

/// Why a file was not processed.
#[derive(Debug)]
pub enum Refusal {
    /// It is not text.
    Binary(Fault),
    /// Anything else that is said to the user.
    Other(Fault),
}

/// Runs the pipeline over a file's bytes.
pub fn process<'a>(bytes: &'a [u8], normalizer: &Normalizer) -> Result<Processed<'a>, Refusal> {
    let outcome = normalizer
        .normalize_bytes(bytes)
        .map_err(|error| match error {
            zhnorm::Error::Binary => Refusal::Binary(error.into()),
            other => Refusal::Other(other.into()),
        })?;
    let facts = outcome.encoding.map(|encoding| Facts {
        encoding,
        confidence: outcome.encoding_confidence,
        variety: outcome.variety,
    });
    let contents = match outcome.text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    Ok(Processed {
        contents,
        facts,
        report: outcome.report,
    })
}

/// The text of a file as it is before any stage but decoding, for showing it beside the result.
pub fn decoded<'a>(bytes: &'a [u8], normalizer: &Normalizer) -> Cow<'a, str> {
    let options = &normalizer.options().decode;
    match zhnorm::decode::decode(bytes, options, &mut Report::counting()) {
        Ok(decoded) => decoded.text,
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
