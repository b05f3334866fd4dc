//! Garbled to text: undoes what scrapers and wrong decoders did to an article.
//!
//! The story: [`pinyin`] undoes the pinyin garble, for which the document as a whole must give
//! evidence; everything else in a document is left as it is, down to the width and style of its
//! punctuation. What is recognised and cannot be restored is flagged, never guessed.

use std::borrow::Cow;

use crate::report::Report;

pub mod damage;
mod edits;
mod gbk;
mod pinyin;

/// How garbled text is repaired.
#[derive(Clone, Debug, Default)]
pub struct Options {}

/// Repairs a text, borrowed when nothing in it was damaged.
///
/// Spans in the report are bytes of `text`.
pub fn repair<'a>(text: &'a str, _options: &Options, report: &mut Report) -> Cow<'a, str> {
    pinyin::repair(text, report)
}
