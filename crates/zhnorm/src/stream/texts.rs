//! A group of lines through the stages, and its place in the whole text.

use std::borrow::Cow;
use std::sync::Arc;

use super::groups::Group;
use super::names;
use crate::Normalizer;
use crate::convert::{self, Names, Variety};
use crate::report::{Origin, Report, Stage};

/// A part of a text before and after the stages.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Piece {
    /// The part as it was, decoded.
    pub old: String,
    /// The part after the stages.
    pub new: String,
    /// What decoding did to read this part, and where; places are those in the stream of bytes.
    pub decoding: Report,
    /// What the other stages did; places are those in the whole text.
    pub report: Report,
}

impl Piece {
    /// A part that is left alone.
    pub(super) fn passed(text: String) -> Self {
        Self {
            new: text.clone(),
            old: text,
            decoding: Report::counting(),
            report: Report::counting(),
        }
    }
}

/// Where the next group begins in what each stage reads.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origins {
    repair: Origin,
    strip: Origin,
    convert: Origin,
}

impl Origins {
    /// Passes over what is left alone between two texts of a file, so that places are right.
    pub(super) fn pass(&mut self, text: &str) {
        for origin in [&mut self.repair, &mut self.strip, &mut self.convert] {
            origin.pass(text.as_bytes());
        }
    }

    /// Gives a group its place in the whole text. Groups come in order.
    pub(super) fn place(&mut self, done: Done, mut report: Report) -> Piece {
        let Done {
            group,
            repaired,
            stripped,
            converted,
            counted_before,
            report: places_in_group,
        } = done;
        let decoding = report.clone();
        report.append(places_in_group, |stage| match stage {
            Stage::Decode | Stage::Repair => self.repair,
            // Its places are counted from the line before.
            Stage::Strip => self.strip.before(counted_before),
            Stage::Convert => self.convert,
        });
        let Group { body, gap, .. } = group;
        self.repair.pass(body.as_bytes());
        self.strip.pass(repaired.as_bytes());
        self.convert.pass(stripped.as_bytes());
        self.pass(&gap);
        Piece {
            new: converted + &gap,
            old: body + &gap,
            decoding,
            report,
        }
    }
}

/// A group after the repair stage.
#[derive(Debug)]
pub(super) struct Repaired {
    group: Group,
    text: String,
    /// The names that it shows.
    names: Names,
    report: Report,
}

/// A group after all stages, its places counted from its own start.
#[derive(Debug)]
pub(super) struct Done {
    group: Group,
    repaired: String,
    stripped: String,
    converted: String,
    /// The extent of the line before, where the places of the strip stage are counted from it.
    counted_before: Origin,
    report: Report,
}

impl Repaired {
    pub(super) fn new(normalizer: &Normalizer, group: Group) -> Self {
        let mut report = normalizer.report();
        let text = normalizer.repair(&group.body, &mut report).into_owned();
        let names = names(&text, normalizer.options());
        Self {
            group,
            text,
            names,
            report,
        }
    }

    /// Adds the names that it shows to those of the groups before it.
    pub(super) fn add_names(&self, known: &mut Arc<Names>) {
        if !known.have(&self.names) {
            Arc::make_mut(known).add(&self.names);
        }
    }

    /// The last line that is not blank, without its end.
    pub(super) fn last_line(&self) -> &str {
        let last = memchr::memrchr(b'\n', self.text.trim_end_matches('\n').as_bytes());
        &self.text[last.map_or(0, |at| at + 1)..]
    }

    /// The other stages. Strip looks at the line before the group, which repair may have changed;
    /// where the variety of the whole is unknown, the group is asked for its own.
    pub(super) fn finish(
        self,
        normalizer: &Normalizer,
        (variety, names): (Variety, &Arc<Names>),
        line_before: &str,
    ) -> Done {
        let Self {
            group,
            text,
            names: _,
            mut report,
        } = self;
        let (stripped, before) = if group.is_part {
            (Cow::Borrowed(text.as_str()), "")
        } else if group.is_behind_text {
            strip_behind(normalizer, line_before, &text, &mut report)
        } else {
            (normalizer.strip_part(&text, &mut report), "")
        };
        let variety = match variety {
            Variety::Unknown => convert::detect(&stripped),
            known => known,
        };
        let converted = normalizer
            .convert_known(&stripped, (variety, names), &mut report)
            .into_owned();
        let stripped = stripped.into_owned();
        let mut counted_before = Origin::default();
        counted_before.pass(before.as_bytes());
        Done {
            group,
            repaired: text,
            stripped,
            converted,
            counted_before,
            report,
        }
    }
}

/// Strips a text that is after a line of running text. Gives that line too, if the places
/// in the report are counted from it.
fn strip_behind<'t, 'l>(
    normalizer: &Normalizer,
    line: &'l str,
    text: &'t str,
    report: &mut Report,
) -> (Cow<'t, str>, &'l str) {
    let both = format!("{line}{text}");
    let mut of_both = report.clone();
    let stripped = normalizer.strip_part(&both, &mut of_both);
    match stripped.strip_prefix(line) {
        // Repair may have made another line of it; then it is none that is kept for sure.
        None => (normalizer.strip_part(text, report), ""),
        Some(kept) => {
            *report = of_both;
            let kept = if kept == text {
                Cow::Borrowed(text)
            } else {
                Cow::Owned(kept.to_owned())
            };
            (kept, line)
        }
    }
}
