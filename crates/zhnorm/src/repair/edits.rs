//! What a step of the repair returns: edits, and flags for places that it leaves alone.
//!
//! A step does not decide what happens to an uncertain edit. It passes the edit to
//! [`Found::decide`], which follows the user's options and turns an edit below the wanted
//! confidence into a flag that keeps the confidence and the readings.

use std::borrow::Cow;
use std::ops::Range;

use super::{OnUncertain, Options};

/// One replacement. A rule keeps its list in rising order and without overlaps.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub(super) rule: &'static str,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    pub(super) after: String,
    pub(super) confidence: f32,
    /// Most edits have nothing more to say, and there may be a million.
    pub(super) more: Option<Box<More>>,
}

/// What else an edit says.
#[derive(Clone, Debug, Default)]
pub(super) struct More {
    /// The readings that were not written, likeliest first.
    pub(super) alternatives: Vec<String>,
    pub(super) note: Option<Cow<'static, str>>,
}

impl More {
    /// A note without alternatives.
    pub(super) fn note(note: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Vec::new(), note)
    }

    /// Alternatives and a note.
    pub(super) fn new(alternatives: Vec<String>, note: impl Into<Cow<'static, str>>) -> Self {
        Self {
            alternatives,
            note: Some(note.into()),
        }
    }
}

/// Something seen and left alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Flag {
    pub(super) rule: Cow<'static, str>,
    pub(super) span: Range<usize>,
    pub(super) note: Option<Cow<'static, str>>,
    /// Confidence of the best reading, too low to apply.
    pub(super) confidence: Option<f32>,
    /// The readings that were not written, likeliest first.
    pub(super) alternatives: Vec<String>,
}

impl Flag {
    /// An edit that is too uncertain to be made.
    pub(super) fn kept(edit: Edit) -> Self {
        let mut alternatives = edit.more.map_or_else(Vec::new, |more| more.alternatives);
        alternatives.insert(0, edit.after);
        Self {
            rule: edit.rule.into(),
            span: edit.span,
            note: Some("too uncertain to be restored".into()),
            confidence: Some(edit.confidence),
            alternatives,
        }
    }
}

/// What a step found, both lists in rising order.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) edits: Vec<Edit>,
    pub(super) flags: Vec<Flag>,
}

impl Found {
    /// Takes a replacement as the options want it: as it is, between marks, or as a flag.
    pub(super) fn decide(&mut self, mut edit: Edit, options: &Options) {
        if options.takes(edit.confidence) {
            self.edits.push(edit);
        } else if options.on_uncertain == OnUncertain::Mark {
            edit.after = format!("⟦{}⟧", edit.after);
            self.edits.push(edit);
        } else {
            self.flags.push(Flag::kept(edit));
        }
    }
}
