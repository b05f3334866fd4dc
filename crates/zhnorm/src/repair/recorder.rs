//! Applies the edits of each step and records them against the original text.
//!
//! Each step of the repair works on the output of the last one: undoing a wrong decoding can reveal
//! an entity. The spans of its edits are therefore bytes of an intermediate text. [`Recorder`]
//! maps every edit back to the original text. Where a later edit touches an earlier one, the two
//! are merged, so the report holds edits of the original that do not overlap, each with the
//! original and the final text.

use std::borrow::Cow;
use std::ops::Range;

use super::edits::{Edit, Flag, More};
use super::plan::{Plan, Step};
use crate::report::{Change, LineCounter, Report, Stage};

/// An edit of the original text.
#[derive(Debug)]
struct Applied {
    original: Range<usize>,
    current: Range<usize>,
    rule: &'static str,
    confidence: f32,
    more: Option<Box<More>>,
}

/// A text under repair.
#[derive(Debug)]
pub(super) struct Recorder<'a> {
    original: &'a str,
    current: Option<String>,
    applied: Vec<Applied>,
    /// By places in the original.
    flags: Vec<Flag>,
    plan: Option<Plan>,
}

impl<'a> Recorder<'a> {
    /// Starts with the text as it came.
    pub(super) fn new(original: &'a str) -> Self {
        Self {
            original,
            current: None,
            applied: Vec::new(),
            flags: Vec::new(),
            plan: None,
        }
    }

    /// The same, keeping a plan of what is done.
    pub(super) fn planning(original: &'a str) -> Self {
        Self {
            plan: Some(Plan::default()),
            ..Self::new(original)
        }
    }

    /// The text as the last step left it.
    pub(super) fn text(&self) -> &str {
        self.current.as_deref().unwrap_or(self.original)
    }

    /// Makes edits of the current text; they rise and do not overlap.
    pub(super) fn apply(&mut self, edits: Vec<Edit>) {
        if edits.is_empty() {
            return;
        }
        if let Some(plan) = &mut self.plan {
            let text = self.current.as_deref().unwrap_or(self.original);
            plan.push(
                edits
                    .iter()
                    .map(|edit| {
                        (
                            edit.span.clone(),
                            Step::from_edit(edit, &text[edit.span.clone()]),
                        )
                    })
                    .collect(),
            );
        }
        let text = self.current.as_deref().unwrap_or(self.original);
        let mut repaired = String::with_capacity(text.len());
        let mut copied = 0;
        let mut merged: Vec<Applied> = Vec::with_capacity(self.applied.len() + edits.len());
        let mut earlier = std::mem::take(&mut self.applied).into_iter().peekable();
        let mut later = edits.into_iter().peekable();
        // How far the current text is ahead of the original before the next edit.
        let mut shift = 0isize;
        loop {
            let start = match (earlier.peek(), later.peek()) {
                (None, None) => break,
                (Some(old), None) => old.current.start,
                (None, Some(new)) => new.span.start,
                (Some(old), Some(new)) => old.current.start.min(new.span.start),
            };
            let mut cluster = Cluster::at(start, shift);
            repaired.push_str(&text[copied..start]);
            copied = start;
            let begins = repaired.len();
            loop {
                if let Some(old) = earlier.next_if(|old| cluster.meets(&old.current)) {
                    shift += old.current.len() as isize - old.original.len() as isize;
                    cluster.end = cluster.end.max(old.current.end);
                    cluster.tell(old.rule, old.confidence, old.more);
                } else if let Some(new) = later.next_if(|new| cluster.meets(&new.span)) {
                    cluster.end = cluster.end.max(new.span.end);
                    repaired.push_str(&text[copied..new.span.start]);
                    repaired.push_str(&new.after);
                    copied = new.span.end;
                    cluster.tell(new.rule, new.confidence, new.more);
                } else {
                    break;
                }
            }
            repaired.push_str(&text[copied..cluster.end]);
            copied = cluster.end;
            merged.extend(cluster.close(shift, begins..repaired.len()));
        }
        repaired.push_str(&text[copied..]);
        self.applied = merged;
        self.current = Some(repaired);
    }

    /// Records flags for places of the current text, in rising order. A place inside an edit is
    /// recorded as the place of the edit.
    pub(super) fn flag(&mut self, flags: Vec<Flag>) {
        // What was given up is told once, where it happened first.
        let given_up = |rule: &str| rule.ends_with(".given-up");
        let mut told: Vec<Cow<'static, str>> = self
            .flags
            .iter()
            .filter(|flag| given_up(&flag.rule))
            .map(|flag| flag.rule.clone())
            .collect();
        let mut applied = self.applied.iter().peekable();
        let mut shift = 0isize;
        let mut next_edit = |offset: usize| {
            while let Some(edit) = applied.next_if(|edit| edit.current.end <= offset) {
                shift += edit.current.len() as isize - edit.original.len() as isize;
            }
            (applied.peek().copied(), shift)
        };
        let placed = flags.into_iter().filter_map(|flag| {
            if given_up(&flag.rule) {
                if told.contains(&flag.rule) {
                    return None;
                }
                told.push(flag.rule.clone());
            }
            let (edit, shift) = next_edit(flag.span.start);
            let span = match edit {
                Some(edit) if edit.current.start <= flag.span.start => edit.original.clone(),
                // A flag that runs into an edit is recorded up to there.
                Some(edit) if edit.current.start < flag.span.end => {
                    moved(flag.span.start, shift)..edit.original.start
                }
                _ => moved(flag.span.start, shift)..moved(flag.span.end, shift),
            };
            Some(Flag { span, ..flag })
        });
        if self.flags.is_empty() {
            // In the memory of the list that came: there may be a million.
            self.flags = placed.collect();
        } else {
            self.flags.extend(placed);
        }
    }

    /// Records every edit and flag, and gives the text and the plan, if one was kept.
    pub(super) fn finish(self, report: &mut Report) -> (Cow<'a, str>, Option<Plan>) {
        let Self {
            original,
            current,
            applied,
            mut flags,
            plan,
        } = self;
        let text = current.map_or(Cow::Borrowed(original), Cow::Owned);
        let mut lines = LineCounter::new(original.as_bytes());
        // A step that ran again saw the same again.
        flags.sort_unstable_by(|a, b| {
            let order = (a.span.start, &a.rule).cmp(&(b.span.start, &b.rule));
            order.then(a.span.end.cmp(&b.span.end))
        });
        flags.dedup_by(|again, first| (&again.rule, &again.span) == (&first.rule, &first.span));
        let mut flags = flags.into_iter().peekable();
        for edit in applied {
            while let Some(flag) = flags.next_if(|flag| flag.span.start < edit.original.start) {
                record_flag(flag, original, &mut lines, report);
            }
            let before = &original[edit.original.clone()];
            if before == &text[edit.current.clone()] {
                continue;
            }
            if report.has_room() {
                let More { alternatives, note } =
                    edit.more.map_or_else(More::default, |more| *more);
                report.record(Change {
                    confidence: Some(edit.confidence),
                    alternatives,
                    note,
                    ..Change::edit(
                        Stage::Repair,
                        edit.rule,
                        edit.original.clone(),
                        lines.line_at(edit.original.start),
                        before,
                        &text[edit.current],
                    )
                });
            } else {
                report.count_unlisted(Stage::Repair, edit.rule.into(), false);
            }
        }
        for flag in flags {
            record_flag(flag, original, &mut lines, report);
        }
        let text = match text {
            Cow::Owned(text) if text == original => Cow::Borrowed(original),
            text => text,
        };
        (text, plan)
    }
}

fn record_flag(flag: Flag, original: &str, lines: &mut LineCounter<'_>, report: &mut Report) {
    if !report.has_room() {
        report.count_unlisted(Stage::Repair, flag.rule, true);
        return;
    }
    let line = lines.line_at(flag.span.start);
    let before = &original[flag.span.clone()];
    report.record(Change {
        note: flag.note,
        confidence: flag.confidence,
        alternatives: flag.alternatives,
        ..Change::flag(Stage::Repair, flag.rule, flag.span.clone(), line, before)
    });
}

fn moved(offset: usize, shift: isize) -> usize {
    offset.saturating_add_signed(-shift)
}

/// The rule and confidence of an edit, and what else it says.
type Cause = (&'static str, f32, Option<Box<More>>);

/// Edits, old and new, that touch each other.
struct Cluster {
    start: usize,
    end: usize,
    /// How far the current text was ahead of the original at the start.
    shift: isize,
    cause: Option<Cause>,
}

impl Cluster {
    fn at(start: usize, shift: isize) -> Self {
        Self {
            start,
            end: start,
            shift,
            cause: None,
        }
    }

    fn meets(&self, span: &Range<usize>) -> bool {
        span.start < self.end || self.cause.is_none() && span.start == self.start
    }

    fn tell(&mut self, rule: &'static str, confidence: f32, more: Option<Box<More>>) {
        match &mut self.cause {
            None => self.cause = Some((rule, confidence, more)),
            Some((first, least, said)) => {
                *least = least.min(confidence);
                if let Some(more) = more
                    && !more.alternatives.is_empty()
                {
                    let said = said.get_or_insert_default();
                    if said.alternatives.is_empty() {
                        said.alternatives = more.alternatives;
                    }
                }
                if rule != *first {
                    let said = said.get_or_insert_default();
                    let earlier = said.note.take();
                    let earlier = earlier.map_or(String::new(), |said| format!("{said}; "));
                    said.note = Some(Cow::Owned(format!("{earlier}then {rule}")));
                }
            }
        }
    }

    fn close(self, shift: isize, current: Range<usize>) -> Option<Applied> {
        let (rule, confidence, more) = self.cause?;
        Some(Applied {
            original: moved(self.start, self.shift)..moved(self.end, shift),
            current,
            rule,
            confidence,
            more,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(span: Range<usize>, after: &str) -> Edit {
        Edit {
            rule: "test.rule",
            span,
            after: after.to_owned(),
            confidence: 1.0,
            more: None,
        }
    }

    #[test]
    fn edits_of_an_edit_are_one_edit_of_the_original() {
        let mut recorder = Recorder::planning("0123456789");
        recorder.apply(vec![edit(2..4, "abc"), edit(6..8, "")]);
        assert_eq!(recorder.text(), "01abc4589");
        recorder.apply(vec![
            edit(0..1, "zero"),
            edit(4..6, "X"),
            edit(8..9, "nine"),
        ]);
        assert_eq!(recorder.text(), "zero1abX58nine");
        let mut report = Report::listing();
        let (text, plan) = recorder.finish(&mut report);
        assert_eq!(text, "zero1abX58nine");
        let reported: Vec<_> = report
            .changes()
            .iter()
            .map(|change| (change.span.clone(), change.after.as_str()))
            .collect();
        assert_eq!(
            reported,
            [(0..1, "zero"), (2..5, "abX"), (6..8, ""), (9..10, "nine")]
        );
        let replayed = crate::repair::apply_plan("0123456789", &plan.expect("a plan"));
        assert_eq!(replayed.as_deref(), Some("zero1abX58nine"));
    }

    fn edits(limit: usize) -> impl Strategy<Value = Vec<Edit>> {
        prop::collection::btree_set(0..=limit, 0..8).prop_flat_map(move |bounds| {
            let bounds: Vec<usize> = bounds.into_iter().collect();
            let count = bounds.len() / 2;
            prop::collection::vec("[a-z]{0,3}", count).prop_map(move |texts| {
                texts
                    .iter()
                    .zip(bounds.chunks_exact(2))
                    .map(|(text, bounds)| edit(bounds[0]..bounds[1], text))
                    .collect()
            })
        })
    }

    proptest! {
        #[test]
        fn the_report_replays_the_repair(
            passes in prop::collection::vec(edits(20), 1..5),
        ) {
            let original = "0123456789ABCDEFGHIJ";
            let mut recorder = Recorder::planning(original);
            for pass in passes {
                let length = recorder.text().len();
                let fitting = pass.into_iter().filter(|edit| edit.span.end <= length).collect();
                recorder.apply(fitting);
            }
            let mut report = Report::listing();
            let (text, plan) = recorder.finish(&mut report);
            let mut replayed = String::new();
            let mut copied = 0;
            for change in report.changes() {
                prop_assert!(copied <= change.span.start);
                prop_assert_eq!(&original[change.span.clone()], &change.before);
                replayed.push_str(&original[copied..change.span.start]);
                replayed.push_str(&change.after);
                copied = change.span.end;
            }
            replayed.push_str(&original[copied..]);
            prop_assert_eq!(&replayed, &*text);
            let plan = plan.expect("a plan was asked for");
            let again = crate::repair::apply_plan(original, &plan);
            prop_assert_eq!(again.as_deref(), Some(&*text));
        }
    }
}
