//! `--emit`: another form of a document than its text: a record, or Markdown.

use std::borrow::Cow;

use serde::Serialize;
use zhnorm::formats::{Article, Format, Output, host};
use zhnorm::report::{Report, Stage};

use crate::arguments::Emit;
use crate::document::Processed;
use crate::escape;
use crate::fault::Fault;
use crate::input::Input;
use crate::mode::Mode;
use crate::record::Facts;

/// The most bytes of a document that is written as a record or as Markdown, which is done in
/// memory.
pub(crate) const LARGEST: usize = 128 << 20;

/// A document, as a line of JSON.
#[derive(Serialize)]
struct DocumentRecord<'r> {
    /// Nothing of standard input.
    path: Option<Cow<'r, str>>,
    url: Option<&'r str>,
    host: Option<String>,
    title: Option<&'r str>,
    date: Option<&'r str>,
    author: Option<&'r str>,
    source: Option<&'r str>,
    /// The language of the text, as a BCP 47 tag.
    language: Option<&'r str>,
    /// Its script, as an ISO 15924 code.
    script: Option<&'static str>,
    /// The encoding of the file.
    encoding: Option<String>,
    confidence: Option<f32>,
    kind: Option<&'static str>,
    /// Places that were repaired.
    repairs: usize,
    /// Lines that were left out.
    dropped: usize,
    /// Places that were seen and left alone.
    flags: usize,
    text: &'r str,
}

/// Says why a file cannot be written in this form, if it cannot.
///
/// # Errors
///
/// A fault that says what to do instead.
pub(crate) fn admit(
    emit: Emit,
    format: Format,
    output: Option<Output>,
    mode: &dyn Mode,
) -> Result<(), Fault> {
    let name = emit.name();
    if !mode.emits() {
        return Err(Fault::new(format!(
            "`emit = \"{name}\"` makes another document of it, which is not compared with the file \
             and does not take its place; use --emit text here, or write with -o DIR"
        )));
    }
    match (emit, format) {
        (_, Format::JsonLines) => Err(Fault::new(format!(
            "JSON lines are records already, and stay records when --emit is left out; --emit {name} \
             is for web pages and texts"
        ))),
        (_, Format::Epub) => Err(Fault::new(format!(
            "a book of many documents; --emit {name} is for web pages and texts"
        ))),
        (Emit::Markdown, format) if !has_markdown(format) => Err(Fault::new(format!(
            "a file of format {format} has no Markdown form; --emit markdown is for web pages and \
             texts"
        ))),
        (Emit::Jsonl, _) if output.is_some() => Err(Fault::new(
            "records are written as UTF-8; leave --output-encoding out",
        )),
        _ => Ok(()),
    }
}

fn has_markdown(format: Format) -> bool {
    matches!(format, Format::Page | Format::Text | Format::Markdown)
}

/// The fault of a file that is too large.
pub(crate) fn too_large(emit: Emit) -> Fault {
    Fault::new(format!(
        "more than {} MiB, which --emit {} does not hold in memory; split the file, or leave --emit \
         out",
        LARGEST >> 20,
        emit.name()
    ))
}

/// The document in this form.
///
/// # Errors
///
/// A fault when the output encoding does not have a character of it.
pub(crate) fn written<'a>(
    emit: Emit,
    input: &Input,
    processed: &Processed<'a>,
    output: Option<Output>,
) -> Result<Cow<'a, [u8]>, Fault> {
    let none = Article::default();
    let article = processed.article.as_ref().unwrap_or(&none);
    match emit {
        Emit::Text => Ok(processed.contents.clone()),
        Emit::Markdown => {
            let document = article.document().unwrap_or_default();
            let bytes = match output {
                Some(output) => output.encode(document.as_bytes()).map_err(Fault::from)?,
                None => document.into_bytes(),
            };
            Ok(Cow::Owned(bytes))
        }
        Emit::Jsonl => {
            let text = String::from_utf8_lossy(&processed.contents);
            let mut line = Vec::new();
            let facts = processed.facts.as_ref();
            let record = record(input, article, facts, &processed.report, &text);
            escape::push_json(&mut line, &record);
            Ok(Cow::Owned(line))
        }
    }
}

fn record<'r>(
    input: &'r Input,
    article: &'r Article,
    facts: Option<&Facts>,
    report: &Report,
    text: &'r str,
) -> DocumentRecord<'r> {
    let is_named = !input.is_stdin() || input.alias.is_some();
    let metadata = &article.metadata;
    let repairs = (report.tallies()).filter(|(stage, ..)| *stage == Stage::Repair);
    let dropped = report.tallies().filter(|(stage, rule, _)| {
        *stage == Stage::Strip && !matches!(*rule, "html.article" | "final-newline" | "blank")
    });
    DocumentRecord {
        path: is_named.then(|| input.shown().to_string_lossy()),
        url: metadata.url.as_deref(),
        host: metadata.url.as_deref().and_then(host),
        title: metadata.title.as_deref(),
        date: metadata.date.as_deref(),
        author: metadata.author.as_deref(),
        source: metadata.source.as_deref(),
        language: metadata.language.as_deref(),
        script: article.script(),
        encoding: facts.map(|facts| facts.encoding.label()),
        confidence: facts.map(|facts| facts.confidence),
        kind: report
            .document_kind()
            .map(zhnorm::strip::DocumentKind::name),
        repairs: repairs.map(|(.., tally)| tally.changed).sum(),
        dropped: dropped.map(|(.., tally)| tally.changed).sum(),
        flags: report.tallies().map(|(.., tally)| tally.flagged).sum(),
        text: text.strip_prefix('\u{FEFF}').unwrap_or(text),
    }
}

#[cfg(test)]
mod tests {
    use zhnorm::formats::host;

    #[test]
    fn a_host_has_neither_port_nor_user() {
        for (url, wanted) in [
            (
                "https://News.Example.com/a/1.html",
                Some("news.example.com"),
            ),
            ("http://a@b.cn:8080?x=1", Some("b.cn")),
            ("http://[::1]/", Some("[::1]")),
            ("/a/b", None),
            ("http:///a", None),
        ] {
            assert_eq!(host(url).as_deref(), wanted, "{url}");
        }
    }
}
