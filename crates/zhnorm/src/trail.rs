//! Where a place of a text was before stages had changed the text.
//!
//! A stage that runs again works on the output of other stages. Its changes are reported at their
//! place in the input of its first run, so the way back is kept: the changes of each run.

use std::ops::Range;

use crate::report::{Action, Change, Origin, Report, Stage};

/// The changes of each run of a stage, the first run first.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    runs: Vec<Run>,
}

/// What a run of a stage did.
#[derive(Debug)]
struct Run {
    stage: Stage,
    /// Places that were changed, in rising order.
    moved: Vec<Moved>,
    /// Not all places are known, because there were too many.
    is_cut: bool,
}

/// A place in the input of a run, and what is there in its output.
#[derive(Debug)]
struct Moved {
    before: Range<usize>,
    line: usize,
    /// The same place in the output.
    after: Range<usize>,
    /// Input minus output, in length and in lines, up to the end of the place.
    shift: isize,
    lines: isize,
    /// The line ends in both, from the start of each, where both have as many.
    ends: Vec<(usize, usize)>,
}

impl Trail {
    /// Takes over what a run of a stage has done. What a further run has changed is reported at its
    /// place in the input of the stage's first run.
    pub(crate) fn tell(&mut self, stage: Stage, run: Report, report: &mut Report) {
        let first = self.runs.iter().position(|run| run.stage == stage);
        self.runs.push(Run {
            stage,
            moved: moved(stage, &run),
            is_cut: run.unlisted() > 0,
        });
        let Some(first) = first else {
            report.append(run, |_| Origin::default());
            return;
        };
        for (stage, rule, tally) in run.tallies() {
            report.count(stage, rule.to_owned(), tally.changed);
        }
        if !report.lists() {
            return;
        }
        report.leave_unlisted(run.unlisted());
        let before = self.runs.len() - 1;
        let is_cut = self.runs[first..before].iter().any(|run| run.is_cut);
        for change in run.into_changes() {
            if change.action == Action::Flag {
                continue;
            }
            // Without all changes of the earlier runs there is no way back.
            if is_cut && change.action != Action::Drop {
                report.leave_unlisted(1);
                continue;
            }
            let (span, line) = self.back(first..before, &change.span, change.line);
            report.list(Change {
                line,
                span,
                ..change
            });
        }
    }

    /// Where in the last output these places of the first input are. They are in order, and each
    /// second one ends a line. Of text that was left out, both ends are at one place.
    pub(crate) fn forth(&self, places: &[usize]) -> Vec<usize> {
        let runs = self.runs.iter();
        runs.fold(places.to_vec(), |places, run| after(&run.moved, &places))
    }

    /// The place in the input of the first of these runs for a place in the output of the last.
    fn back(&self, runs: Range<usize>, span: &Range<usize>, line: usize) -> (Range<usize>, usize) {
        let runs = self.runs[runs].iter().rev();
        runs.fold((span.clone(), line), |(span, line), run| {
            let (start, line) = before(&run.moved, span.start, line, true);
            let (end, _) = before(&run.moved, span.end, line, false);
            (start..end.max(start), line)
        })
    }
}

/// The changes of a stage, in rising order of their places.
fn moved(stage: Stage, run: &Report) -> Vec<Moved> {
    let (mut shift, mut lines) = (0isize, 0isize);
    run.changes()
        .iter()
        .filter(|change| change.stage == stage && change.action != Action::Flag)
        .map(|change| {
            let start = change.span.start.saturating_add_signed(-shift);
            let length = run.length(&change.after);
            shift += change.span.len() as isize - length as isize;
            lines += line_ends(&change.before) as isize - line_ends(&change.after) as isize;
            Moved {
                before: change.span.clone(),
                line: change.line,
                after: start..start + length,
                shift,
                lines,
                ends: matching_ends(run, &change.before, &change.after),
            }
        })
        .collect()
}

/// The places of line ends in both texts, where both have as many.
fn matching_ends(run: &Report, before: &str, after: &str) -> Vec<(usize, usize)> {
    let ends = |text: &str| -> Vec<usize> {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        ends.map(|end| run.length(&text[..end])).collect()
    };
    let (before, after) = (ends(before), ends(after));
    if before.len() == after.len() {
        before.into_iter().zip(after).collect()
    } else {
        Vec::new()
    }
}

/// The places in the output of a run for those in its input, which are in order.
fn after(run: &[Moved], places: &[usize]) -> Vec<usize> {
    let mut changes = run.iter().peekable();
    // Input minus output so far.
    let mut shift = 0isize;
    let place = |(number, &place): (usize, &usize)| {
        let is_start = number % 2 == 0;
        let is_before = |change: &&Moved| {
            change.before.end < place || (change.before.end == place && change.before.start < place)
        };
        while let Some(change) = changes.next_if(is_before) {
            shift = change.shift;
        }
        let moved = place.saturating_add_signed(-shift);
        let Some(change) = changes.peek().filter(|change| change.before.start < place) else {
            return moved;
        };
        // Within what was replaced: a line ends where the line end begins, and the next one starts
        // behind it.
        let at = place - change.before.start - usize::from(is_start);
        match change.ends.iter().find(|(end, _)| *end == at) {
            Some((_, end)) => change.after.start + end + usize::from(is_start),
            None if is_start => change.after.end,
            None => change.after.start,
        }
    };
    places.iter().enumerate().map(place).collect()
}

fn line_ends(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

/// The offset and the line in the input of a run for those in its output. An offset inside a
/// replacement moves to the start or the end of what was replaced. Where text was left out, a
/// start moves after it, and an end stays before it.
fn before(run: &[Moved], offset: usize, line: usize, is_start: bool) -> (usize, usize) {
    let passed = run.partition_point(|moved| {
        moved.after.start < offset || moved.after.start == offset && is_start
    });
    let Some(last) = passed.checked_sub(1).map(|last| &run[last]) else {
        return (offset, line);
    };
    if offset < last.after.end {
        return if is_start {
            (last.before.start, last.line)
        } else {
            (last.before.end, last.line)
        };
    }
    (
        offset.saturating_add_signed(last.shift),
        line.saturating_add_signed(last.lines),
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

    #[test]
    fn a_place_is_found_where_it_went() {
        let mut trail = Trail::default();
        let mut report = Report::listing();
        let mut run = |change: Change| {
            let mut run = Report::listing();
            let stage = change.stage;
            run.record(change);
            trail.tell(stage, run, &mut report);
        };
        // "ab\ncd\nef\ngh" becomes "abX\nYcd\nef\ngh", without "ef\n".
        run(Change::edit(Stage::Repair, "r", 1..4, 1, "b\nc", "bX\nYc"));
        run(Change::drop(Stage::Strip, "s", 8..11, 3, "ef"));
        assert_eq!(
            trail.forth(&[0, 2, 3, 5, 6, 8, 9, 11]),
            [0, 3, 4, 7, 8, 8, 8, 10]
        );
    }
}
