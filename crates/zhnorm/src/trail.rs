//! Where a place of a text was before stages had changed the text.
//!
//! A stage that runs again works on the output of other stages. Its changes are reported at their
//! place in the input of its first run, so the way back is kept: the changes of each run.

use std::ops::Range;

use crate::report::{Action, Change, Origin, Report, Stage};

/// The changes of each run of a stage, the first run first.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    runs: Vec<(Stage, Vec<Moved>)>,
}

/// A place in the input of a run, and what is there in its output.
#[derive(Debug)]
struct Moved {
    before: Range<usize>,
    after: usize,
    line: usize,
    /// Lines in the input and in the output.
    lines: (usize, usize),
}

impl Trail {
    /// Takes over what a run of a stage has done. What a further run has changed is reported at its
    /// place in the input of the stage's first run.
    pub(crate) fn tell(&mut self, stage: Stage, run: Report, report: &mut Report) {
        let first = self.runs.iter().position(|(of, _)| *of == stage);
        self.runs.push((stage, moved(stage, &run)));
        let Some(first) = first else {
            report.append(run, |_| Origin::default());
            return;
        };
        if !report.lists() {
            for (stage, rule, tally) in run.tallies() {
                report.count(stage, rule.to_owned(), tally.changed);
            }
            return;
        }
        let before = self.runs.len() - 1;
        for change in run.into_changes() {
            if change.action != Action::Flag {
                let (span, line) = self.back(first..before, &change.span, change.line);
                report.record(Change {
                    line,
                    span,
                    ..change
                });
            }
        }
    }

    /// The place in the input of the first of these runs for a place in the output of the last.
    fn back(&self, runs: Range<usize>, span: &Range<usize>, line: usize) -> (Range<usize>, usize) {
        let runs = self.runs[runs].iter().rev();
        runs.fold((span.clone(), line), |(span, line), (_, run)| {
            let (start, line) = before(run, span.start, line, true);
            let (end, _) = before(run, span.end, line, false);
            (start..end.max(start), line)
        })
    }
}

/// The changes of a stage, in rising order of their places.
fn moved(stage: Stage, run: &Report) -> Vec<Moved> {
    run.changes()
        .iter()
        .filter(|change| change.stage == stage && change.action != Action::Flag)
        .map(|change| Moved {
            before: change.span.clone(),
            after: run.length(&change.after),
            line: change.line,
            lines: (line_ends(&change.before), line_ends(&change.after)),
        })
        .collect()
}

fn line_ends(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

/// The offset and the line in the input of a run for those in its output. An offset inside a
/// replacement moves to the start or the end of what was replaced. Where text was left out, a
/// start moves after it, and an end stays before it.
fn before(run: &[Moved], offset: usize, line: usize, is_start: bool) -> (usize, usize) {
    // Input minus output, of the changes passed so far.
    let (mut shift, mut lines) = (0isize, 0isize);
    for change in run {
        let start = change.before.start.saturating_add_signed(-shift);
        let end = start + change.after;
        if offset < start || (offset == start && !is_start) {
            break;
        }
        if offset < end {
            return if is_start {
                (change.before.start, change.line)
            } else {
                (change.before.end, change.line)
            };
        }
        shift += change.before.len() as isize - change.after as isize;
        lines += change.lines.0 as isize - change.lines.1 as isize;
    }
    (
        offset.saturating_add_signed(shift),
        line.saturating_add_signed(lines),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_where_it_was() {
        let mut trail = Trail::default();
        let mut report = Report::listing();
        // "0123456789" becomes "01ab\n56789" and, without "01ab\n", "56789".
        let mut run = |change: Change| {
            let mut run = Report::listing();
            let stage = change.stage;
            run.record(change);
            trail.tell(stage, run, &mut report);
        };
        run(Change::edit(Stage::Repair, "r", 2..5, 1, "234", "ab\n"));
        run(Change::drop(Stage::Strip, "s", 0..5, 1, "01ab\n"));
        run(Change::edit(Stage::Repair, "r", 1..3, 1, "67", "x"));
        run(Change::drop(Stage::Strip, "s", 1..2, 1, "x"));
        let places: Vec<_> = report
            .changes()
            .iter()
            .map(|change| (change.span.clone(), change.line))
            .collect();
        // The last one lies in "01ab\n5" and what "67" became.
        assert_eq!(places, [(2..5, 1), (0..5, 1), (6..8, 1), (6..8, 2)]);
    }
}
