//! Replacements found in a text, applied and recorded together.

use std::borrow::Cow;
use std::ops::Range;

use super::layers::Flag;
use super::{OnUncertain, Options};
use crate::report::{Action, Change, LineCounter, Report, Stage};

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

/// Makes the replacements that are certain enough and records each; borrows when there are none.
pub(super) fn apply<'a>(
    text: &'a str,
    edits: Vec<Edit>,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    if edits.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut lines = LineCounter::new(text.as_bytes());
    let mut repaired = String::with_capacity(text.len());
    let mut copied = 0;
    for mut edit in edits {
        if !options.takes(edit.confidence) {
            if options.on_uncertain == OnUncertain::Keep {
                keep(text, edit, &mut lines, report);
                continue;
            }
            edit.after = format!("⟦{}⟧", edit.after);
        }
        repaired.push_str(&text[copied..edit.span.start]);
        repaired.push_str(&edit.after);
        copied = edit.span.end;
        if !report.lists() {
            report.count(Stage::Repair, edit.rule, 1);
            continue;
        }
        report.record(Change {
            confidence: Some(edit.confidence),
            alternatives: edit.alternatives,
            note: edit.note,
            ..Change::edit(
                Stage::Repair,
                edit.rule,
                edit.span.clone(),
                lines.line_at(edit.span.start),
                &text[edit.span],
                edit.after,
            )
        });
    }
    repaired.push_str(&text[copied..]);
    Cow::Owned(repaired)
}

/// Flags a place that stays as it is; what it might have been are the alternatives.
fn keep(text: &str, edit: Edit, lines: &mut LineCounter<'_>, report: &mut Report) {
    let line = lines.line_at(edit.span.start);
    let before = &text[edit.span.clone()];
    let mut alternatives = edit.alternatives;
    alternatives.insert(0, edit.after);
    report.record(Change {
        confidence: Some(edit.confidence),
        alternatives,
        note: Some(Cow::Borrowed("too uncertain to be restored")),
        ..Change::flag(Stage::Repair, edit.rule, edit.span, line, before)
    });
}

/// The edits and flags that a step recorded.
pub(super) fn of(report: Report) -> (Vec<Edit>, Vec<Flag>) {
    let (mut edits, mut flags) = (Vec::new(), Vec::new());
    for change in report.into_changes() {
        match change.action {
            Action::Flag => flags.push(Flag {
                rule: change.rule,
                span: change.span,
                note: change.note,
            }),
            Action::Edit | Action::Drop => edits.push(Edit {
                rule: match change.rule {
                    Cow::Borrowed(rule) => rule,
                    Cow::Owned(_) => "pinyin",
                },
                span: change.span,
                after: change.after,
                confidence: change.confidence.unwrap_or(1.0),
                alternatives: change.alternatives,
                note: change.note,
            }),
        }
    }
    (edits, flags)
}
