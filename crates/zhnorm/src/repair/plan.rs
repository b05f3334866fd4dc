//! A repair as a plan that can be applied again.
//!
//! A [`Plan`] lists the passes over a text, and for each pass the places and their steps. Where no
//! byte was lost the steps are the charsets to encode to and decode from. Elsewhere a step holds
//! the replacement text. [`apply_plan`] applies a plan to the same original.

use std::fmt;
use std::ops::Range;

use super::edits::Edit;
use super::mojibake::{Charset, undone_by};

/// One step from the original text of a place to its replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Take the characters back to the bytes of this charset.
    Encode(Charset),
    /// Read the bytes in this charset.
    Decode(Charset),
    /// Replace the text with this.
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
    /// The steps from `before` to the text of an edit.
    pub(super) fn from_edit(edit: &Edit, before: &str) -> Vec<Self> {
        let undone = undone_by(edit.rule);
        let steps: Vec<Self> = undone
            .flat_map(|(read_as, written_in)| [Self::Encode(read_as), Self::Decode(written_in)])
            .collect();
        if !steps.is_empty() && carry_out(before, &steps).as_deref() == Some(&edit.after) {
            return steps;
        }
        vec![Self::Replace(edit.after.clone())]
    }
}

/// A place in the text as a pass finds it, in bytes, and its steps.
type Place = (Range<usize>, Vec<Step>);

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
    pub fn passes(&self) -> &[Vec<(Range<usize>, Vec<Step>)>] {
        &self.passes
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.passes.is_empty()
    }
}

/// Applies a plan to the text that it was made for; `None` if it does not fit the text.
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
