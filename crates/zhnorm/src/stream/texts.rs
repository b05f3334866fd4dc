//! Text in, its normal form out, one group of lines at a time.

use std::borrow::Cow;

use super::groups::{Group, Groups};
use super::parallel;
use crate::Normalizer;
use crate::convert::{self, Variety};
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

/// Normalizes a text that comes in pieces, a group of lines at a time.
///
/// The groups depend on the text alone, not on the pieces in which it comes.
#[derive(Clone, Debug)]
pub(super) struct Texts<'n> {
    normalizer: &'n Normalizer,
    variety: Variety,
    groups: Groups,
    /// Where the next group begins in what each stage reads.
    before_repair: Origin,
    before_strip: Origin,
    before_convert: Origin,
    /// The last line of the group before, repaired.
    last_line: String,
}

impl<'n> Texts<'n> {
    /// For a text of this variety; where that is unknown, each group is asked for its own.
    pub(super) fn new(normalizer: &'n Normalizer, variety: Variety) -> Self {
        Self {
            normalizer,
            variety,
            groups: Groups::new(normalizer.options().large.group),
            before_repair: Origin::default(),
            before_strip: Origin::default(),
            before_convert: Origin::default(),
            last_line: String::new(),
        }
    }

    /// Takes the next piece of the text, however long.
    pub(super) fn read(&mut self, text: &str) {
        self.groups.read(text);
    }

    /// Says that the text ends here. Another may follow in the same file.
    pub(super) fn end(&mut self) {
        self.groups.end();
    }

    /// Passes over what is left alone between two texts of a file, so that places are right.
    /// To be called when all of the text before it was given.
    pub(super) fn pass(&mut self, text: &str) {
        for origin in [
            &mut self.before_repair,
            &mut self.before_strip,
            &mut self.before_convert,
        ] {
            origin.pass(text.as_bytes());
        }
    }

    /// Whether there is text enough for so many groups.
    pub(super) fn has_groups(&self, count: usize) -> bool {
        self.groups.is_filled(count)
    }

    /// The next group, when there is text enough for one.
    pub(super) fn next_piece(&mut self) -> Option<Piece> {
        self.next_pieces(1).pop()
    }

    /// The next groups, at most `count`, each on a thread of its own.
    pub(super) fn next_pieces(&mut self, count: usize) -> Vec<Piece> {
        let (normalizer, variety) = (self.normalizer, self.variety);
        let options = &normalizer.options().strip;
        let groups: Vec<Group> = std::iter::from_fn(|| self.groups.next(options))
            .take(count)
            .collect();
        let repaired = parallel::map(groups, |group| Repaired::new(normalizer, group));
        // Strip looks at the line before a group, which repair may have changed.
        let mut line_before = std::mem::take(&mut self.last_line);
        let with_lines: Vec<_> = repaired
            .into_iter()
            .map(|repaired| {
                let next = repaired.last_line().to_owned();
                (std::mem::replace(&mut line_before, next), repaired)
            })
            .collect();
        self.last_line = line_before;
        let done = parallel::map(with_lines, |(line_before, repaired)| {
            repaired.finish(normalizer, variety, &line_before)
        });
        done.into_iter().map(|done| self.place(done)).collect()
    }

    /// Gives a group its place in the whole text.
    fn place(&mut self, done: Done) -> Piece {
        let Done {
            group,
            repaired,
            stripped,
            converted,
            counted_before,
            report: places_in_group,
        } = done;
        let mut report = self.normalizer.report();
        report.append(places_in_group, |stage| match stage {
            Stage::Decode | Stage::Repair => self.before_repair,
            // Its places are counted from the line before.
            Stage::Strip => self.before_strip.before(counted_before),
            Stage::Convert => self.before_convert,
        });
        let Group { body, gap, .. } = group;
        self.before_repair.pass(body.as_bytes());
        self.before_strip.pass(repaired.as_bytes());
        self.before_convert.pass(stripped.as_bytes());
        self.pass(&gap);
        Piece {
            new: converted + &gap,
            old: body + &gap,
            decoding: self.normalizer.report(),
            report,
        }
    }
}

/// A group after the repair stage.
struct Repaired {
    group: Group,
    text: String,
    report: Report,
}

/// A group after all stages, its places counted from its own start.
struct Done {
    group: Group,
    repaired: String,
    stripped: String,
    converted: String,
    /// The extent of the line before, where the places of the strip stage are counted from it.
    counted_before: Origin,
    report: Report,
}

impl Repaired {
    fn new(normalizer: &Normalizer, group: Group) -> Self {
        let mut report = normalizer.report();
        let text = normalizer.repair(&group.body, &mut report).into_owned();
        Self {
            group,
            text,
            report,
        }
    }

    /// The last line that is not blank, without its end.
    fn last_line(&self) -> &str {
        let last = memchr::memrchr(b'\n', self.text.trim_end_matches('\n').as_bytes());
        &self.text[last.map_or(0, |at| at + 1)..]
    }

    fn finish(self, normalizer: &Normalizer, variety: Variety, line_before: &str) -> Done {
        let Self {
            group,
            text,
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
            .convert(&stripped, variety, &mut report)
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

/// Strips a text that stands behind a line of running text. Gives that line too, if the places
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
