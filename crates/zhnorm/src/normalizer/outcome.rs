//! What a [`Normalizer`](super::Normalizer) gives.

use std::borrow::Cow;

use serde::Serialize;

#[cfg(doc)]
use super::Options;
use crate::convert::{Script, Variety};
#[cfg(doc)]
use crate::decode;
use crate::decode::Encoding;
use crate::report::{Change, Report, Stage};

/// A text and what was done to it.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The text, borrowed from the input when no stage changed anything.
    pub text: Cow<'a, str>,
    /// The encoding of the bytes; `None` when the input was text already.
    pub encoding: Option<Encoding>,
    /// The confidence of the encoding, from 0 to 1; 1 when the input was text already.
    pub encoding_confidence: f32,
    /// Whether the text starts with a byte order mark when it is written as Unicode again, by
    /// [`decode::Options::byte_order_mark`]. [`Outcome::text`] does not have it.
    pub byte_order_mark: bool,
    /// The script and region of the repaired article, before conversion. Written as a BCP 47 tag.
    pub variety: Variety,
    /// What each stage did.
    pub report: Report,
}

impl Outcome<'_> {
    /// The changes, in the order in which the stages made them: all of them, unless there are more
    /// edits and flags than [`Options::most_listed`], and then [`Report::unlisted`] says how many
    /// more. Empty when [`Options::count_only`] is set.
    pub fn changes(&self) -> &[Change] {
        self.report.changes()
    }

    /// The number of undecodable places. The text has U+FFFD for each, so it must not replace its
    /// file without the user's consent. Each is a flag of the rule `undecodable` in the report, with
    /// its bytes.
    pub fn undecodable(&self) -> usize {
        self.report.flagged(Stage::Decode, "undecodable")
    }

    /// The script, where the text shows it.
    pub fn script(&self) -> Option<Script> {
        self.variety.script()
    }
}
