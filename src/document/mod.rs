//! One file: bytes in, bytes out, by the library.
//!
//! Around the library's pipeline stand the ways in which people keep text in files:
//! [`packing`] for compressed ones, [`jsonl`] for lines of JSON with text in some field, [`pages`]
//! for web pages, and [`markers`] for parts that somebody wants to be left alone.

mod fields;
mod jsonl;
pub mod markers;
mod packing;
pub mod pages;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use zhnorm::Normalizer;
use zhnorm::convert::Variety;
use zhnorm::decode;
use zhnorm::report::{Change, Origin, Report};
use zhnorm::strip::Evidence;
use zhnorm::strip::html::{article, begins_as_page};

use crate::arguments::Format;
use crate::fault::Fault;
use crate::record::Facts;

use fields::Sites;
pub use fields::{Fields, group};
pub use packing::{Packer, Packing};

/// What the text of a file is in.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Text, and nothing but text.
    Text,
    /// JSON lines, in whose fields there is this.
    Jsonl(Fields),
    /// A web page.
    Html,
}

impl Layout {
    /// The layout of a file of this name.
    pub fn of(format: Format, fields: Fields, name: &Path) -> Self {
        let lines = match format {
            Format::Text => false,
            Format::Html => return Self::Html,
            Format::Jsonl => true,
            Format::Auto => {
                if pages::is_named(name) {
                    return Self::Html;
                }
                has_extension(packing::unpacked_name(name), &["jsonl", "ndjson"])
            }
        };
        if lines {
            Self::Jsonl(fields)
        } else {
            Self::Text
        }
    }

    /// The same with what the run knows of the hosts of JSON lines.
    pub fn informed(mut self, evidence: Option<&Evidence>) -> Self {
        if let Self::Jsonl(fields) = &mut self {
            fields.evidence = evidence.cloned();
        }
        self
    }

    /// Whether it is a web page.
    pub fn is_html(&self) -> bool {
        matches!(self, Self::Html)
    }

    /// The layout of a file whose bytes are seen.
    pub fn seen(self, format: Format, bytes: &[u8]) -> Self {
        if matches!(self, Self::Text) && format == Format::Auto && begins_as_page(bytes) {
            Self::Html
        } else {
            self
        }
    }
}

/// Whether a file's name ends in one of these, in any case.
pub fn has_extension(name: &Path, extensions: &[&str]) -> bool {
    // To take a path apart costs more than to see that it ends in other letters.
    let ends = |known: &str| {
        let bytes = name.as_os_str().as_encoded_bytes();
        let at = bytes.len().saturating_sub(known.len());
        bytes[at..].eq_ignore_ascii_case(known.as_bytes())
    };
    extensions.iter().any(|known| {
        ends(known)
            && name
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case(known))
    })
}

/// What is written, where it is not UTF-8.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// The encoding.
    pub encoding: decode::Encoding,
    /// What becomes of a character that it does not have.
    pub unmappable: decode::Unmappable,
}

impl Output {
    /// The bytes of a text in the encoding.
    ///
    /// # Errors
    ///
    /// A refusal when a character is not in it and has to be.
    pub fn write(self, contents: &[u8]) -> Result<Vec<u8>, Refusal> {
        // What comes out of the pipeline is UTF-8.
        let text = String::from_utf8_lossy(contents);
        Ok(decode::encode(&text, self.encoding, self.unmappable)?)
    }
}

/// A file after the pipeline.
#[derive(Debug)]
pub struct Processed<'a> {
    /// What the file should hold.
    pub contents: Cow<'a, [u8]>,
    /// What was found out.
    pub facts: Option<Facts>,
    /// What the stages did.
    pub report: Report,
    /// Parts of the file that could not be worked on, with their lines.
    pub faults: Vec<String>,
}

/// Why a file was not processed.
#[derive(Debug)]
pub enum Refusal {
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
            zhnorm::Error::Binary => Self::Binary(error.into()),
            other => Self::Other(other.into()),
        }
    }
}

/// Runs the pipeline over a file's bytes, and writes the text as the output asks for.
///
/// # Errors
///
/// A refusal when they are no text, or not surely enough, or hold a character that the output
/// encoding does not have.
pub fn process<'a>(
    bytes: &'a [u8],
    normalizer: &Normalizer,
    layout: &Layout,
    output: Option<Output>,
) -> Result<Processed<'a>, Refusal> {
    let mut processed = normalize(bytes, normalizer, layout)?;
    if let Some(output) = output {
        processed.contents = Cow::Owned(output.write(&processed.contents)?);
    }
    Ok(processed)
}

fn normalize<'a>(
    bytes: &'a [u8],
    normalizer: &Normalizer,
    layout: &Layout,
) -> Result<Processed<'a>, Refusal> {
    // The usual case: a whole text, nothing of which is to be left alone.
    if matches!(layout, Layout::Text) && memchr::memmem::find(bytes, b"zhnorm: off").is_none() {
        let outcome = normalizer.normalize_bytes(bytes)?;
        let facts = outcome.encoding.map(|encoding| Facts {
            encoding,
            confidence: outcome.encoding_confidence,
            variety: outcome.variety,
        });
        return Ok(Processed {
            contents: into_bytes(outcome.text),
            facts,
            report: outcome.report,
            faults: Vec::new(),
        });
    }
    if layout.is_html() {
        return pages::normalize(bytes, normalizer);
    }
    let mut report = normalizer.report();
    let decoded = decode::decode(bytes, &normalizer.options().decode, &mut report)?;
    let mut varieties = BTreeMap::<Variety, usize>::new();
    let mut faults = Vec::new();
    let text = match (layout, decoded.text) {
        (Layout::Text | Layout::Html, text) => {
            Cow::Owned(apart(&text, normalizer, &mut report, &mut varieties))
        }
        (Layout::Jsonl(fields), Cow::Borrowed(text)) => lines(
            text,
            fields,
            normalizer,
            &mut report,
            &mut varieties,
            &mut faults,
            0,
        ),
        (Layout::Jsonl(fields), Cow::Owned(text)) => Cow::Owned(
            lines(
                &text,
                fields,
                normalizer,
                &mut report,
                &mut varieties,
                &mut faults,
                0,
            )
            .into_owned(),
        ),
    };
    let variety = varieties
        .into_iter()
        .max_by_key(|(_, times)| *times)
        .map_or(Variety::Unknown, |(variety, _)| variety);
    Ok(Processed {
        contents: into_bytes(text),
        facts: Some(Facts {
            encoding: decoded.encoding,
            confidence: decoded.confidence,
            variety,
        }),
        report,
        faults,
    })
}

/// Works on the parts of a text that are not switched off.
fn apart(
    text: &str,
    normalizer: &Normalizer,
    report: &mut Report,
    varieties: &mut BTreeMap<Variety, usize>,
) -> String {
    let parts = markers::parts(text).unwrap_or_else(|| vec![(0..text.len(), true)]);
    let mut whole = String::with_capacity(text.len());
    let mut line = 0;
    for (part, on) in parts {
        let piece = &text[part.clone()];
        if on {
            let outcome = normalizer.normalize_str(piece);
            whole.push_str(&outcome.text);
            *varieties.entry(outcome.variety).or_default() += piece.len();
            let origin = Origin {
                offset: part.start,
                lines: line,
            };
            report.append(outcome.report, |_| origin);
        } else {
            whole.push_str(piece);
        }
        line += memchr::memchr_iter(b'\n', piece.as_bytes()).count();
    }
    whole
}

/// Works on the text fields of JSON lines, before which the file has so many others. Places are
/// those in the field; the line is the file's.
pub fn lines<'t>(
    text: &'t str,
    fields: &Fields,
    normalizer: &Normalizer,
    report: &mut Report,
    varieties: &mut BTreeMap<Variety, usize>,
    faults: &mut Vec<String>,
    before: usize,
) -> Cow<'t, str> {
    let mut sites = Sites::new(normalizer, fields.evidence.as_ref());
    let change = |line: usize, host: Option<&str>, value: &str| {
        let outcome = sites.normalizer(host).normalize_str(value);
        *varieties.entry(outcome.variety).or_default() += 1;
        let mut new = outcome.text.into_owned();
        // A file ends in a line end; a field does only if it did before.
        if new.ends_with('\n') && !value.ends_with('\n') {
            new.truncate(new.trim_end_matches(['\n', '\r']).len());
        }
        report.append(on_line(outcome.report, before + line), |_| {
            Origin::default()
        });
        (new != value).then_some(new)
    };
    let bad = |line: usize, reason: String| {
        let line = before + line;
        faults.push(format!(
            "line {line} is no JSON object ({reason}); it was passed through as it is"
        ));
    };
    jsonl::map(text, fields, change, bad)
}

/// The report of a field as that of the line it stands on.
fn on_line(of_field: Report, line: usize) -> Report {
    if !of_field.lists() {
        return of_field;
    }
    let mut report = Report::listing();
    for change in of_field.into_changes() {
        report.record(Change { line, ..change });
    }
    report
}

/// Shows each text of a file after decoding and what the normalizer does: the whole, or each text
/// field of JSON lines, with the host that its record names. Of what cannot be read it shows
/// nothing.
pub fn texts(
    bytes: &[u8],
    normalizer: &Normalizer,
    layout: &Layout,
    each: &mut dyn FnMut(Option<&str>, &str),
) {
    let Ok(decoded) = decode::decode(bytes, &normalizer.options().decode, &mut Report::counting())
    else {
        return;
    };
    match layout {
        Layout::Text => each(None, &normalizer.normalize_str(&decoded.text).text),
        Layout::Html => {
            let text = article(&decoded.text).text;
            each(None, &normalizer.normalize_str(&text).text);
        }
        Layout::Jsonl(fields) => texts_of_lines(&decoded.text, fields, &mut |host, text| {
            each(host, &normalizer.normalize_str(text).text);
        }),
    }
}

/// Shows each text field of JSON lines as it is, with the host that its record names.
pub fn texts_of_lines(text: &str, fields: &Fields, each: &mut dyn FnMut(Option<&str>, &str)) {
    let show = |_: usize, host: Option<&str>, value: &str| {
        each(host, value);
        None
    };
    jsonl::map(text, fields, show, |_, _| {});
}

/// What is found out about a file without changing it. Of what is no text, that too.
pub fn detect(bytes: &[u8], normalizer: &Normalizer) -> Facts {
    if let Ok(outcome) = normalizer.normalize_bytes(bytes) {
        return Facts {
            encoding: outcome.encoding.unwrap_or(decode::Encoding::UTF_8),
            confidence: outcome.encoding_confidence,
            variety: outcome.variety,
        };
    }
    let detection = decode::detect(bytes);
    Facts {
        encoding: detection.encoding,
        confidence: detection.confidence,
        variety: Variety::Unknown,
    }
}

/// The text of bytes in a known encoding.
pub fn text_of<'a>(bytes: &'a [u8], encoding: decode::Encoding) -> Cow<'a, str> {
    let options = decode::Options {
        encoding: Some(encoding),
        ..decode::Options::default()
    };
    match decode::decode(bytes, &options, &mut Report::counting()) {
        Ok(decoded) => decoded.text,
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// The text of a file as it is before any stage but decoding, for showing it beside the result.
pub fn decoded<'a>(bytes: &'a [u8], normalizer: &Normalizer) -> Cow<'a, str> {
    let options = &normalizer.options().decode;
    match decode::decode(bytes, options, &mut Report::counting()) {
        Ok(decoded) => decoded.text,
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}
