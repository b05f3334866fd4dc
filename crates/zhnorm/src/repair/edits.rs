//! What a step of the repair finds: replacements, and places that it saw and leaves alone.
//!
//! A step decides nothing by itself about what is uncertain: it hands its replacements to
//! [`Found::decide`], which follows the user's options and turns what is too uncertain into a
//! flag that keeps the confidence and the readings.

use std::borrow::Cow;
use std::ops::Range;

use super::layers::Flag;
use super::{OnUncertain, Options};

/// One replacement. A rule keeps its list in rising order and without overlaps.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub(super) rule: &'static str,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    pub(super) after: String,
    pub(super) confidence: f32,
    pub(super) alternatives: Vec<String>,
    pub(super) note: Option<Cow<'static, str>>,
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
