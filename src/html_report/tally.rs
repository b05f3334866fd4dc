//! The numbers of one file, made before anything that threads share is touched.

use std::collections::BTreeMap;

use zhnorm::report::{Action, Change, Stage};

use super::sample::{Lowest, SampleKey, hash};
use super::{FileRecord, Limits};

/// What places are counted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RuleKey {
    /// The stage that acted.
    pub stage: Stage,
    /// The rule's dotted name.
    pub rule: String,
    /// What it did: edits, drops and flags of one rule are shown in different parts.
    pub action: Action,
}

impl RuleKey {
    /// The rule's family: the name up to its first dot.
    pub(super) fn family(rule: &str) -> &str {
        rule.split_once('.').map_or(rule, |(family, _)| family)
    }
}

/// How many places are drawn of a rule with this action.
pub(super) fn capacity(action: Action, limits: &Limits) -> usize {
    match action {
        Action::Drop => limits.drops,
        Action::Edit | Action::Flag => limits.places,
    }
}

/// What is listed of a file.
#[derive(Clone, Debug)]
pub(super) struct FileLine {
    /// Its name.
    pub name: String,
    /// The label of its encoding, and how sure that is.
    pub encoding: Option<(String, f32)>,
    /// The language tag.
    pub variety: Option<String>,
}

impl FileLine {
    /// What is listed of this file.
    pub(super) fn from_record(file: &FileRecord<'_>) -> Self {
        Self {
            name: file.name.to_owned(),
            encoding: file
                .encoding
                .map(|(label, confidence)| (label.to_owned(), confidence)),
            variety: file.variety.map(str::to_owned),
        }
    }
}

/// A confidence or a share in ten-thousandths: a whole number, so that it can be a key.
pub(super) fn permyriad(share: f32) -> u64 {
    (f64::from(share).clamp(0.0, 1.0) * 10_000.0).round() as u64
}

/// What one rule did in the file.
#[derive(Debug)]
pub(super) struct RuleTally {
    /// The rule.
    pub key: RuleKey,
    /// Places.
    pub places: u64,
    /// The places that may be shown, by their index among the changes: no more than are kept
    /// for the whole run, so that one huge file needs no more memory than many small ones.
    pub drawn: Lowest<SampleKey, usize>,
}

/// The numbers of one file.
#[derive(Debug)]
pub(super) struct FileTally {
    /// What is listed of it.
    pub line: FileLine,
    /// The hash of its name.
    pub key: u64,
    /// What each rule did.
    pub rules: Vec<RuleTally>,
    /// The edits that are least sure, by their index among the changes.
    pub doubtful: Lowest<(u64, SampleKey), usize>,
    /// Bytes of the lines that were left out.
    pub dropped_bytes: u64,
}

impl FileTally {
    /// Counts a file.
    pub(super) fn count(file: &FileRecord<'_>, limits: &Limits) -> Self {
        let mut tally = Self {
            line: FileLine::from_record(file),
            key: hash(file.name.as_bytes()),
            rules: Vec::new(),
            doubtful: Lowest::new(limits.files),
            dropped_bytes: 0,
        };
        for (index, change) in file.report.changes().iter().enumerate() {
            tally.add(index, change, limits);
        }
        tally.add_uncounted(file, limits);
        tally
    }

    fn add(&mut self, index: usize, change: &Change, limits: &Limits) {
        let action = change.action;
        let key = SampleKey::new(self.key, index);
        let rule = self.rule(change.stage, &change.rule, action, limits);
        rule.places += 1;
        rule.drawn.insert(key, index);
        match action {
            Action::Drop => self.dropped_bytes += change.before.len() as u64,
            Action::Edit => {
                let sure = change.confidence.map(permyriad);
                if let Some(sure) = sure.filter(|sure| *sure < 10_000) {
                    self.doubtful.insert((sure, key), index);
                }
            }
            Action::Flag => {}
        }
    }

    /// Adds what the report counted without listing it. Such a count has no action with it: the
    /// strip stage leaves out, the others edit.
    fn add_uncounted(&mut self, file: &FileRecord<'_>, limits: &Limits) {
        for (stage, rule, tally) in file.report.tallies() {
            let listed = |action: &[Action]| -> u64 {
                self.rules
                    .iter()
                    .filter(|known| known.key.stage == stage && known.key.rule == rule)
                    .filter(|known| action.contains(&known.key.action))
                    .map(|known| known.places)
                    .sum()
            };
            let changed =
                (tally.changed as u64).saturating_sub(listed(&[Action::Edit, Action::Drop]));
            let flagged = (tally.flagged as u64).saturating_sub(listed(&[Action::Flag]));
            let action = if stage == Stage::Strip {
                Action::Drop
            } else {
                Action::Edit
            };
            for (action, more) in [(action, changed), (Action::Flag, flagged)] {
                if more > 0 {
                    self.rule(stage, rule, action, limits).places += more;
                }
            }
        }
    }

    /// The tally of a rule. Found by looking along the list: a file meets a few dozen rules at
    /// most, and mostly the one of the change before.
    fn rule(
        &mut self,
        stage: Stage,
        rule: &str,
        action: Action,
        limits: &Limits,
    ) -> &mut RuleTally {
        let found = self.rules.iter().rposition(|known| {
            known.key.stage == stage && known.key.action == action && known.key.rule == rule
        });
        let index = found.unwrap_or_else(|| {
            self.rules.push(RuleTally {
                key: RuleKey {
                    stage,
                    rule: rule.to_owned(),
                    action,
                },
                places: 0,
                drawn: Lowest::new(capacity(action, limits)),
            });
            self.rules.len() - 1
        });
        &mut self.rules[index]
    }

    /// Places per kind: per family of rules of a stage.
    pub(super) fn kinds(&self) -> BTreeMap<(Stage, &str), u64> {
        let mut kinds = BTreeMap::new();
        for rule in &self.rules {
            *kinds
                .entry((rule.key.stage, RuleKey::family(&rule.key.rule)))
                .or_default() += rule.places;
        }
        kinds
    }
}
