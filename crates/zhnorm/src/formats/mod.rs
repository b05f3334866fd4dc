//! Files as people keep them: Markdown, subtitles, JSON lines, web pages, compressed files, and
//! parts that are switched off.
//!
//! A file is a sequence of parts: texts with a role, and structure between them. [`parts`] shows
//! them. Stages see only the texts, each as it is read: without the tags that cut its words in two.
//!
//! [`Format`] names what a file is. [`normalize`] takes the bytes of a file, hands the text in it to
//! a [`Normalizer`], and returns the bytes of the new file: everything that is not text keeps its
//! bytes. A file that is too large for memory goes through [`crate::stream`] instead.
//!
//! The library opens no files. A caller reads the bytes, unpacks them with `packing` (feature
//! `packing`), and writes the result.
//!
//! ```
//! use zhnorm::formats::{self, Format};
//! use zhnorm::{Normalizer, Options};
//!
//! let normalizer = Normalizer::new(Options::default().with_to("zh-Hans".parse()?));
//! let line = "{\"id\": 1, \"text\": \"電腦網絡\"}\n";
//! let options = formats::Options::default();
//! let file = formats::normalize(line.as_bytes(), Format::JsonLines, &normalizer, &options)?;
//! assert_eq!(file.contents, "{\"id\": 1, \"text\": \"电脑网络\"}\n".as_bytes());
//! # Ok::<(), zhnorm::Error>(())
//! ```

#[cfg(feature = "packing")]
pub(crate) mod archive;
mod article;
mod code;
mod declared;
mod detection;
mod divided;
#[cfg(feature = "packing")]
mod epub;
mod escaped;
mod front_matter;
mod joined;
mod json;
mod locale;
mod markdown;
pub(crate) mod markers;
mod markup;
mod options;
#[cfg(feature = "packing")]
mod packing;
#[cfg(feature = "html")]
mod page;
mod parts;
mod placeholders;
mod problem;
#[cfg(test)]
mod property_tests;
mod records;
mod sites;
mod spelling;
mod subtitles;
mod tables;
mod yaml;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::convert::Variety;
use crate::decode::{self, Encoding};
use crate::report::{Change, LineCounter, Origin, Report, Stage};
use crate::strip::DocumentKind;
use crate::{Normalizer, Outcome, Result};

pub use article::Article;
pub use code::Language;
pub use detection::{Format, UnknownFormat};
pub use options::{Code, Options, Output};
#[cfg(feature = "packing")]
pub use packing::{Packer, Packing};
pub use parts::{Part, Parts, Role};
pub use problem::Problem;
pub(crate) use problem::Problems;
pub(crate) use records::Fields;
pub use records::record_texts;
pub use sites::{host, site_group};

use sites::Sites;

/// A normalized file.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileOutcome<'a> {
    /// The bytes of the new file, borrowed from the input where nothing changed.
    pub contents: Cow<'a, [u8]>,
    /// The encoding of the input.
    pub encoding: Encoding,
    /// Confidence of the encoding, from 0 to 1.
    pub confidence: f32,
    /// Whether the file starts with a byte order mark if it is written in a form of Unicode.
    pub byte_order_mark: bool,
    /// The script and region of most of the text.
    pub variety: Variety,
    /// What the stages did.
    pub report: Report,
    /// The parts of the file that were passed through unread.
    pub problems: Vec<Problem>,
    /// What the user may not expect, and what is no error.
    pub warnings: Vec<Problem>,
    /// The article, if [`Options::article`] asks for it.
    pub article: Option<Article>,
}

/// Normalizes the text in the bytes of a file, and writes the file in the encoding that the
/// options name.
///
/// # Errors
///
/// Those of [`decode::decode`], and those of [`decode::encode`] where the options name an output
/// encoding.
pub fn normalize<'a>(
    bytes: &'a [u8],
    format: Format,
    normalizer: &Normalizer,
    options: &Options,
) -> Result<FileOutcome<'a>> {
    let mut outcome = match format {
        // The usual case: one text, no part of which is switched off.
        Format::Text if !markers::has_marker(bytes) => whole_text(bytes, normalizer)?,
        #[cfg(feature = "html")]
        Format::Page => page::normalize(bytes, normalizer, options)?,
        #[cfg(feature = "packing")]
        Format::Epub => return epub::normalize(bytes, normalizer, options),
        Format::Json if format.has_documents(options) => {
            in_parts(bytes, format, normalizer, options)?
        }
        format if format.is_divided() => divided::normalize(bytes, format, normalizer, options)?,
        format => in_parts(bytes, format, normalizer, options)?,
    };
    if options.article {
        let text = String::from_utf8_lossy(&outcome.contents);
        let kind = outcome.report.document_kind();
        let mut article =
            (outcome.article.take()).unwrap_or_else(|| article_of(format, &text, kind));
        article.detect(&text);
        outcome.article = Some(article);
    }
    if !matches!(format, Format::Page | Format::JsonLines) {
        redeclare(&mut outcome, options);
    }
    if outcome.byte_order_mark && options.writes_unicode() {
        outcome.contents = marked(bytes, outcome.contents);
    }
    if let Some(output) = options.output {
        outcome.contents = Cow::Owned(output.encode(&outcome.contents)?);
    }
    Ok(outcome)
}

/// A file that is no web page, as an article.
#[cfg_attr(not(feature = "html"), allow(unused_variables))]
fn article_of(format: Format, text: &str, kind: Option<DocumentKind>) -> Article {
    let mut article = Article::default();
    match format {
        Format::Markdown => article.markdown = Some(text.to_owned()),
        #[cfg(feature = "html")]
        Format::Text => {
            if let Some(DocumentKind::ArticlePage | DocumentKind::Prose) = kind {
                article.metadata = crate::strip::html::text_metadata(text);
            }
            let title = article.metadata.title.as_deref();
            article.markdown = Some(crate::strip::html::plain_markdown(text, title));
        }
        _ => {}
    }
    article
}

/// Lets a file say in which encoding it is written, where it said in which it was.
fn redeclare(outcome: &mut FileOutcome<'_>, options: &Options) {
    let new = options.output_encoding();
    if outcome.encoding == new {
        return;
    }
    let Ok(text) = str::from_utf8(&outcome.contents) else {
        return;
    };
    let edits = declared::redeclarations(text, new);
    if edits.is_empty() {
        return;
    }
    let mut lines = LineCounter::new(text.as_bytes());
    for edit in &edits {
        let line = lines.line_at(edit.range.start);
        let (span, old) = (edit.range.clone(), &text[edit.range.clone()]);
        let change = Change::edit(Stage::Decode, "declaration", span, line, old, &edit.new);
        outcome.report.record(change);
    }
    outcome.contents = Cow::Owned(joined::apply(text, &edits).into_bytes());
}

/// The texts of a decoded file. What is in none of them is structure, which no stage sees. Of a
/// format that is worked on as a whole ([`Format::is_divided`]), it is all one text.
///
/// ```
/// use zhnorm::formats::{self, Format};
///
/// let subtitles = "1\n00:00:01,000 --> 00:00:02,000\n<i>头</i>发\n";
/// let parts = formats::parts(subtitles, Format::SubRip, &formats::Options::default());
/// let texts: Vec<_> = parts.iter().map(|part| part.text(subtitles)).collect();
/// assert_eq!(texts, ["头发"]);
/// ```
pub fn parts(text: &str, format: Format, options: &Options) -> Parts {
    divided::divide(text, format, options, false)
}

/// The text after a byte order mark, borrowed from the file where that is the same.
fn marked<'a>(file: &'a [u8], text: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
    const MARK: &[u8] = "\u{FEFF}".as_bytes();
    match (text, file.strip_prefix(MARK)) {
        (Cow::Borrowed(text), Some(rest)) if text == rest => Cow::Borrowed(file),
        (text, _) => Cow::Owned([MARK, &text].concat()),
    }
}

fn whole_text<'a>(bytes: &'a [u8], normalizer: &Normalizer) -> Result<FileOutcome<'a>> {
    let outcome = normalizer.normalize_bytes(bytes)?;
    Ok(FileOutcome {
        contents: into_bytes(outcome.text),
        encoding: outcome.encoding.unwrap_or(Encoding::UTF_8),
        confidence: outcome.encoding_confidence,
        byte_order_mark: outcome.byte_order_mark,
        variety: outcome.variety,
        report: outcome.report,
        problems: Vec::new(),
        warnings: Vec::new(),
        article: None,
    })
}

/// Normalizes the parts of a text that are switched on, or the fields of records.
fn in_parts<'a>(
    bytes: &'a [u8],
    format: Format,
    normalizer: &Normalizer,
    options: &Options,
) -> Result<FileOutcome<'a>> {
    let mut work = Work::new(normalizer);
    let mut options_of_file = normalizer.options().decode.clone();
    if format.has_escapes() {
        options_of_file = options_of_file.for_records();
    }
    let decoded = decode::decode(bytes, &options_of_file, &mut work.report)?;
    work.start = decode::start_of_text(bytes, decoded.encoding);
    let text = match (format, decoded.text) {
        (Format::JsonLines | Format::Json, Cow::Borrowed(text)) => {
            work.fields_of(format, text, options, 0)
        }
        (Format::JsonLines | Format::Json, Cow::Owned(text)) => {
            Cow::Owned(work.fields_of(format, &text, options, 0).into_owned())
        }
        (_, text) => Cow::Owned(work.switched(&text)),
    };
    Ok(FileOutcome {
        contents: into_bytes(text),
        encoding: decoded.encoding,
        confidence: decoded.confidence,
        byte_order_mark: decoded.byte_order_mark,
        variety: work.variety(),
        report: work.report,
        warnings: work.fields.warnings(options),
        problems: work.problems.into_vec(),
        article: None,
    })
}

/// What was done to the parts of a file so far.
#[derive(Debug)]
pub(crate) struct Work<'n> {
    normalizer: &'n Normalizer,
    /// What the stages did.
    pub(crate) report: Report,
    /// The parts that were passed through.
    pub(crate) problems: Problems,
    /// Which fields the records have.
    pub(crate) fields: Fields,
    varieties: BTreeMap<Variety, usize>,
    /// The start of the text in the file.
    start: Origin,
}

impl<'n> Work<'n> {
    pub(crate) fn new(normalizer: &'n Normalizer) -> Self {
        Self {
            normalizer,
            report: normalizer.report(),
            problems: Problems::default(),
            fields: Fields::default(),
            varieties: BTreeMap::new(),
            start: Origin::default(),
        }
    }

    /// The variety of most of the text.
    fn variety(&self) -> Variety {
        self.varieties
            .iter()
            .max_by_key(|(_, times)| **times)
            .map_or(Variety::Unknown, |(variety, _)| *variety)
    }

    /// Normalizes the parts of a text that are not switched off.
    fn switched(&mut self, text: &str) -> String {
        let parts = markers::parts(text).unwrap_or_else(|| vec![(0..text.len(), true)]);
        let mut whole = String::with_capacity(text.len());
        let mut origin = self.start;
        for (part, is_on) in parts {
            let piece = &text[part];
            if is_on {
                let outcome = self.normalizer.normalize_decoded(piece, true);
                whole.push_str(&outcome.text);
                *self.varieties.entry(outcome.variety).or_default() += piece.len();
                self.report.append(outcome.report, |_| origin);
            } else {
                whole.push_str(piece);
            }
            origin.pass(piece.as_bytes());
        }
        whole
    }

    /// Normalizes the text fields of JSON lines, which follow `lines_before` other lines of their
    /// file. Places are those in the field; the line is the file's.
    pub(crate) fn records<'t>(
        &mut self,
        text: &'t str,
        options: &Options,
        lines_before: usize,
    ) -> Cow<'t, str> {
        self.fields_of(Format::JsonLines, text, options, lines_before)
    }

    /// The same for JSON lines or JSON.
    fn fields_of<'t>(
        &mut self,
        format: Format,
        text: &'t str,
        options: &Options,
        lines_before: usize,
    ) -> Cow<'t, str> {
        let mut sites = Sites::new(self.normalizer, options.evidence.as_ref());
        let normalizer = self.normalizer;
        let (report, varieties) = (&mut self.report, &mut self.varieties);
        let mut pages = 0;
        let change = |line: usize, host: Option<&str>, value: &str| {
            let mut decoding = normalizer.report();
            let decoded = decode::decode_field(value, &normalizer.options().decode, &mut decoding);
            report.append(decoding.of_field(lines_before + line), |_| {
                Origin::default()
            });
            let normalizer = sites.normalizer(host);
            let outcome = if let Some(format) = options.field_format {
                field(&decoded, format, normalizer, options)
            } else {
                pages += usize::from(is_page(&decoded));
                normalizer.normalize_str(&decoded)
            };
            *varieties.entry(outcome.variety).or_default() += 1;
            let new = outcome.text.into_owned();
            report.append(outcome.report.of_field(lines_before + line), |_| {
                Origin::default()
            });
            (new != value).then_some(new)
        };
        let (problems, fields) = (&mut self.problems, &mut self.fields);
        let bad = |line: usize, reason: &dyn std::fmt::Display| {
            if !problems.has_room() {
                return problems.count();
            }
            let (line, reason) = (lines_before + line, reason.to_string());
            // Each line is read on its own, so only the column says anything.
            let reason = reason.replace(" at line 1 column ", ", column ");
            problems.push(Problem::NotAnObject { line, reason });
        };
        let new = if format == Format::Json {
            records::map_file(text, options, fields, change)
        } else {
            records::map(text, options, fields, change, bad)
        };
        for (line, escape) in std::mem::take(&mut fields.lone_surrogates) {
            let note = "half a character, which no text can hold; it stays, and the rest of the field \
                        is worked on";
            let (span, line) = (0..escape.len(), lines_before + line);
            let flag = Change::flag(Stage::Decode, "surrogate", span, line, escape);
            self.report.record(flag.with_note(note));
        }
        fields.add_pages(pages);
        new
    }
}

/// Whether a field holds a web page.
fn is_page(value: &str) -> bool {
    #[cfg(feature = "html")]
    {
        let value =
            value.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
        value.starts_with('<') && crate::strip::html::begins_as_page(value.as_bytes())
    }
    #[cfg(not(feature = "html"))]
    false
}

/// Normalizes a field that holds a text in some format.
fn field<'t>(
    value: &'t str,
    format: Format,
    normalizer: &Normalizer,
    options: &Options,
) -> Outcome<'t> {
    #[cfg(feature = "html")]
    if format == Format::Page {
        let mut outcome = page::normalize_field(value, normalizer, options);
        outcome.text = Cow::Owned(outcome.text.trim_end_matches('\n').to_owned());
        return outcome;
    }
    if format.is_divided() {
        return divided::normalize_str(value, format, normalizer, options);
    }
    normalizer.normalize_str(value)
}

/// Calls `each` with every text of a file after decoding and what the normalizer does: the whole, or
/// each text field of JSON lines with the host that its record names. A file that cannot be decoded
/// has none.
pub fn texts(
    bytes: &[u8],
    format: Format,
    normalizer: &Normalizer,
    options: &Options,
    each: &mut dyn FnMut(Option<&str>, &str),
) {
    let Ok(decoded) = decode::decode(bytes, &normalizer.options().decode, &mut Report::counting())
    else {
        return;
    };
    match format {
        #[cfg(feature = "html")]
        Format::Page => {
            each(None, &page::normalize_text(&decoded.text, normalizer).text);
        }
        Format::JsonLines => record_texts(&decoded.text, options, &mut |host, text| {
            each(host, &normalizer.normalize_str(text).text);
        }),
        // Strip has no business with these.
        format if format.is_divided() => {}
        _ => each(None, &normalizer.normalize_str(&decoded.text).text),
    }
}

fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}
