//! Web pages: read as text, and written as text.
//!
//! What comes out of a page is no page any more. So it is never written over the page (`-w` says
//! so), and below another folder it has another name: `.txt` instead of `.html`.

use std::borrow::Cow;
use std::path::Path;

use zhnorm::Normalizer;
use zhnorm::decode;
use zhnorm::report::{Change, Origin, Stage};
use zhnorm::strip::html;

use super::packing::unpacked_name;
use super::{Processed, Refusal, has_extension, into_bytes};
use crate::fault::Fault;
use crate::record::Facts;

/// Whether a file is a page by its name.
pub fn is_named(name: &Path) -> bool {
    has_extension(unpacked_name(name), &["html", "htm", "xhtml"])
}

/// The name of the text that a page becomes; any other file keeps its name.
pub fn text_name(name: &Path) -> Cow<'_, Path> {
    if !is_named(name) {
        return Cow::Borrowed(name);
    }
    let unpacked = name.with_file_name(unpacked_name(name.file_name().map_or(name, Path::new)));
    let text = unpacked.with_extension("txt");
    Cow::Owned(match name.extension() {
        Some(packed) if has_extension(name, &["gz", "zst"]) => {
            text.with_extension(format!("txt.{}", packed.to_string_lossy()))
        }
        _ => text,
    })
}

/// Says why a page is not changed in place.
pub fn in_place() -> Fault {
    Fault::new(
        "a web page: its text would replace the page, and the page would be lost; write the text \
         below another folder with -o DIR, or name --format text to have the source of the page \
         worked on as it is",
    )
}

/// Runs the pipeline over the text of a page.
///
/// # Errors
///
/// A refusal when the bytes are no text, or not surely enough.
pub(super) fn normalize<'a>(
    bytes: &[u8],
    normalizer: &Normalizer,
) -> Result<Processed<'a>, Refusal> {
    let mut report = normalizer.report();
    let decoded = decode::decode(bytes, &normalizer.options().decode, &mut report)?;
    let page = decoded.text;
    let extracted = html::article(&page);
    let record = |rule: &'static str, note: String| {
        Change::edit(Stage::Strip, rule, 0..page.len(), 1, "", "").with_note(note)
    };
    report.record(record(
        "html.article",
        format!(
            "{} characters of text, {} % of the sentences of a page of {} characters; what follows \
             tells of that text",
            extracted.text.chars().count(),
            extracted.share,
            page.chars().count()
        ),
    ));
    if extracted.whole {
        let note = "no part of the page stood out as its article: all of its text was taken";
        report
            .record(Change::flag(Stage::Strip, "html.whole", 0..page.len(), 1, "").with_note(note));
    }
    let outcome = normalizer.normalize_str(&extracted.text);
    let facts = Facts {
        encoding: decoded.encoding,
        confidence: decoded.confidence,
        variety: outcome.variety,
    };
    let text = outcome.text.into_owned();
    // What is told of the text has its places in that text, not in the page.
    report.append(outcome.report, |_| Origin::default());
    Ok(Processed {
        contents: into_bytes(Cow::Owned(text)),
        facts: Some(facts),
        report,
        faults: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_a_text_by_name() {
        for (page, text) in [
            ("a/b.html", "a/b.txt"),
            ("b.HTM", "b.txt"),
            ("a/b.c.xhtml.gz", "a/b.c.txt.gz"),
            ("a/b.txt", "a/b.txt"),
            ("html", "html"),
        ] {
            assert_eq!(text_name(Path::new(page)), Path::new(text));
        }
    }
}
