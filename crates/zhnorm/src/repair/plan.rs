//! What a repair did as a recipe that can be carried out again.
//!
//! A [`Plan`] lists the passes over a text, and in each the places and the steps by which the
//! place became what it is now: where nothing was lost these are the charsets to go back
//! through, elsewhere the text to put there. [`apply_plan`] carries it out on the same original.

use std::fmt;
use std::ops::Range;

use super::edits::Edit;
use super::mojibake::Charset;
use super::mojibake::steps_of;

/// One step of the way from what stood at a place to what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Take the characters back to the bytes of this charset.
    Encode(Charset),
    /// Read the bytes in this charset.
    Decode(Charset),
    /// Put this text there.
    Replace(String),
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(charset) => write!(formatter, "encode {}", charset.name()),
            Self::Decode(charset) => write!(formatter, "decode {}", charset.name()),
            Self::Replace(text) => write!(formatter, "replace {text:?}"),
        }
    }
}

impl Step {
    /// The steps from `before` to what an edit puts there.
    pub(super) fn of(edit: &Edit, before: &str) -> Vec<Self> {
        let steps = steps_of(edit.rule);
        if !steps.is_empty() && carry_out(before, &steps).as_deref() == Some(&edit.after) {
            return steps;
        }
        vec![Self::Replace(edit.after.clone())]
    }
}

/// A place in the text as a pass finds it, in bytes, and its steps.
pub type Place = (Range<usize>, Vec<Step>);

/// The passes of a repair, the first first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    passes: Vec<Vec<Place>>,
}

impl Plan {
    pub(super) fn push(&mut self, pass: Vec<Place>) {
        self.passes.push(pass);
    }

    /// The places of each pass, in rising order and without overlaps.
    pub fn passes(&self) -> &[Vec<Place>] {
        &self.passes
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.passes.is_empty()
    }
}

/// Carries a plan out on the text that it was made for; `None` when it does not fit the text.
pub fn apply_plan(original: &str, plan: &Plan) -> Option<String> {
    let mut text = original.to_owned();
    for pass in &plan.passes {
        let mut repaired = String::with_capacity(text.len());
        let mut copied = 0;
        for (span, steps) in pass {
            repaired.push_str(text.get(copied..span.start)?);
            repaired.push_str(&carry_out(text.get(span.clone())?, steps)?);
            copied = span.end;
        }
        repaired.push_str(text.get(copied..)?);
        text = repaired;
    }
    Some(text)
}

fn carry_out(before: &str, steps: &[Step]) -> Option<String> {
    let mut text = before.to_owned();
    let mut bytes = None;
    for step in steps {
        match step {
            Step::Encode(charset) => bytes = Some(charset.encode(&text)?),
            Step::Decode(charset) => text = charset.decode(&bytes.take()?)?,
            Step::Replace(replacement) => text.clone_from(replacement),
        }
    }
    Some(text)
}
