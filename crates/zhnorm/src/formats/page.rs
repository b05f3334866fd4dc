//! Web pages: read as HTML, written as the text of their article.

use std::borrow::Cow;

use super::{FileOutcome, into_bytes};
use crate::decode;
use crate::report::{Change, Origin, Stage};
use crate::strip::{DocumentKind, html};
use crate::{Normalizer, Result};

/// The same pipeline for text that comes from web pages, which need no further proof.
pub(super) fn of_pages(normalizer: &Normalizer) -> Normalizer {
    let mut options = normalizer.options().clone();
    options
        .strip
        .kind_hint
        .get_or_insert(DocumentKind::ArticlePage);
    Normalizer::new(options)
}

/// A page of which a smaller share of the sentences was taken, in percent, is flagged.
const ENOUGH: usize = 80;

/// Runs the pipeline over the text of a page.
pub(super) fn normalize<'a>(bytes: &[u8], normalizer: &Normalizer) -> Result<FileOutcome<'a>> {
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
    report.set_page(extracted.metadata);
    if extracted.too_long {
        let note = "more lines than an article has: which of them are the article was decided by the \
                    sentences alone";
        report.record(
            Change::flag(Stage::Strip, "html.too-long", 0..page.len(), 1, "").with_note(note),
        );
    }
    if extracted.whole {
        let note = "no part of the page stood out as its article: all of its text was taken";
        report
            .record(Change::flag(Stage::Strip, "html.whole", 0..page.len(), 1, "").with_note(note));
    }
    if !extracted.whole && extracted.share < ENOUGH {
        let note = format!(
            "only {} % of the sentences of the page were taken",
            extracted.share
        );
        report
            .record(Change::flag(Stage::Strip, "html.share", 0..page.len(), 1, "").with_note(note));
    }
    for line in extracted.left_out {
        report.record(Change::drop(
            Stage::Strip,
            "html.left-out",
            0..page.len(),
            1,
            line,
        ));
    }
    let outcome = of_pages(normalizer).normalize_str(&extracted.text);
    let text = outcome.text.into_owned();
    // These changes have their places in the extracted text, not in the page.
    report.append(outcome.report, |_| Origin::default());
    Ok(FileOutcome {
        contents: into_bytes(Cow::Owned(text)),
        encoding: decoded.encoding,
        confidence: decoded.confidence,
        byte_order_mark: decoded.byte_order_mark,
        variety: outcome.variety,
        report,
        problems: Vec::new(),
        warnings: Vec::new(),
    })
}
