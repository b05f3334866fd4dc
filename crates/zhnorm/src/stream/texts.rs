//! Text in, its normal form out, one group of lines at a time.

use std::borrow::Cow;

use super::groups::{Group, Groups};
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

    /// The next group, when there is text enough for one.
    pub(super) fn next_piece(&mut self) -> Option<Piece> {
        let group = self.groups.next(&self.normalizer.options().strip)?;
        Some(self.work(group))
    }

    fn work(&mut self, group: Group) -> Piece {
        let Group {
            body,
            gap,
            is_behind_text,
            is_part,
        } = group;
        let normalizer = self.normalizer;
        let mut done = normalizer.report();
        let repaired = normalizer.repair(&body, &mut done);
        let line_before = std::mem::take(&mut self.last_line);
        let (stripped, before) = if is_part {
            (repaired.clone(), "")
        } else if is_behind_text {
            strip_behind(normalizer, &line_before, &repaired, &mut done)
        } else {
            (normalizer.strip(&repaired, &mut done), "")
        };
        let variety = match self.variety {
            Variety::Unknown => convert::detect(&stripped),
            known => known,
        };
        let mut new = normalizer
            .convert(&stripped, variety, &mut done)
            .into_owned();
        new.push_str(&gap);
        let mut report = normalizer.report();
        report.append(done, |stage| match stage {
            Stage::Decode | Stage::Repair => self.before_repair,
            // Its places are counted from the line before.
            Stage::Strip => Origin {
                offset: self.before_strip.offset.saturating_sub(before.len()),
                lines: self
                    .before_strip
                    .lines
                    .saturating_sub(usize::from(!before.is_empty())),
            },
            Stage::Convert => self.before_convert,
        });
        self.before_repair.pass(body.as_bytes());
        self.before_strip.pass(repaired.as_bytes());
        self.before_convert.pass(stripped.as_bytes());
        self.pass(&gap);
        let last = memchr::memrchr(b'\n', repaired.trim_end_matches('\n').as_bytes());
        self.last_line = repaired[last.map_or(0, |at| at + 1)..].to_owned();
        Piece {
            old: body + &gap,
            new,
            decoding: normalizer.report(),
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
    let stripped = normalizer.strip(&both, &mut of_both);
    match stripped.strip_prefix(line) {
        // Repair may have made another line of it; then it is none that is kept for sure.
        None => (normalizer.strip(text, report), ""),
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
