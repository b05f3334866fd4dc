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

/// What becomes of damage whose original is not certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUncertain {
    /// The likeliest reading is written.
    Best,
    /// The damaged text stays as it is and is flagged, with the readings as alternatives.
    #[default]
    Keep,
    /// The likeliest reading is written between `⟦` and `⟧`.
    Mark,
}

/// How garbled text is repaired.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to do where the likeliest reading has less than [`Options::confidence`].
    pub on_uncertain: OnUncertain,
    /// How sure a reading must be to count as certain, from 0 to 1: the share of the probability
    /// that falls on it and not on its rivals.
    pub confidence: f32,
}

impl Default for Options {
    /// Certain from 0.3, which leaves alone what has several likelier rivals together; else the
    /// text is kept.
    fn default() -> Self {
        Self {
            on_uncertain: OnUncertain::Keep,
            confidence: 0.3,
        }
    }
}

/// Repairs a text, borrowed when nothing in it was damaged.
///
/// Spans in the report are bytes of `text`.
pub fn repair<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
    pinyin::repair(text, options, report)
}
