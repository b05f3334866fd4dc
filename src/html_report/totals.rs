//! The exact numbers of a run and its samples: what the page is written from.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use zhnorm::report::{Action, Stage};

use super::sample::{Lowest, SampleKey};
use super::tally::{FileLine, FileTally, RuleKey, capacity, permyriad};
use super::{FileRecord, Limits, Outcome, escape};

/// A place that was drawn, with its texts cut to a bounded length.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The rule that acted.
    pub rule: String,
    /// The name of the file.
    pub file: String,
    /// The line in the input of the stage.
    pub line: usize,
    /// The text before it on the line.
    pub left: String,
    /// The old text.
    pub before: String,
    /// The new text.
    pub after: String,
    /// The text after it on the line.
    pub right: String,
    /// The confidence of the stage.
    pub confidence: Option<f32>,
    /// Other readings.
    pub alternatives: Vec<String>,
    /// The reason in words.
    pub note: Option<String>,
}

/// The numbers of one rule.
#[derive(Debug)]
pub(super) struct RuleTotals {
    /// Files in which it acted.
    pub files: u64,
    /// Places where it acted.
    pub places: u64,
    /// Some of these, drawn evenly.
    pub sample: Lowest<SampleKey, Place>,
}

/// The numbers of one kind: a family of rules of a stage.
#[derive(Debug)]
pub(super) struct KindTotals {
    /// Files in which one of the rules acted.
    pub files: u64,
    /// Places where one of them acted.
    pub places: u64,
    /// The files with the most places.
    pub most: Lowest<(Reverse<u64>, String), FileLine>,
}

/// The bounds of the classes in which files are counted by the share of text they lost, in
/// hundredths: nothing; up to this; the last class is open.
pub(super) const LOSS_CLASSES: [u64; 5] = [0, 5, 20, 50, 80];

/// All numbers of a run.
#[derive(Debug)]
pub(super) struct Totals {
    /// How much is kept.
    pub limits: Limits,
    /// Files that were changed.
    pub changed: u64,
    /// Files that were clean already.
    pub unchanged: u64,
    /// Files that an earlier run did.
    pub up_to_date: u64,
    /// Files that are no text.
    pub skipped: u64,
    /// Files that could not be processed.
    pub failed: u64,
    /// Files of which a part could not be processed.
    pub partly: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Files by encoding.
    pub encodings: BTreeMap<String, u64>,
    /// Files by language tag.
    pub varieties: BTreeMap<String, u64>,
    /// Files by how sure the encoding is, in tenths.
    pub sureness: [u64; 10],
    /// Files by the share of text left out: see [`LOSS_CLASSES`].
    pub losses: [u64; LOSS_CLASSES.len() + 1],
    /// Files in which lines were left out, or nothing; the sum of `losses`.
    pub measured: u64,
    /// Places by rule.
    pub rules: BTreeMap<RuleKey, RuleTotals>,
    /// Whether rules beyond the limit were left out.
    pub rules_left_out: bool,
    /// Files by kind.
    pub kinds: BTreeMap<(Stage, String), KindTotals>,
    /// Files that failed, with the reason.
    pub failures: Lowest<(u64, String), String>,
    /// The files of whose encoding the program is least sure.
    pub least_sure: Lowest<(u64, String), FileLine>,
    /// The files that lost the largest share of their text, with the share in ten-thousandths.
    pub most_lost: Lowest<(Reverse<u64>, String), FileLine>,
    /// The edits that are least sure.
    pub doubtful: Lowest<(u64, SampleKey), Place>,
}

impl Totals {
    /// Nothing yet.
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            changed: 0,
            unchanged: 0,
            up_to_date: 0,
            skipped: 0,
            failed: 0,
            partly: 0,
            bytes: 0,
            encodings: BTreeMap::new(),
            varieties: BTreeMap::new(),
            sureness: [0; 10],
            losses: [0; LOSS_CLASSES.len() + 1],
            measured: 0,
            rules: BTreeMap::new(),
            rules_left_out: false,
            kinds: BTreeMap::new(),
            failures: Lowest::new(limits.files),
            least_sure: Lowest::new(limits.files),
            most_lost: Lowest::new(limits.files),
            doubtful: Lowest::new(limits.files),
        }
    }

    /// Files in all.
    pub(super) fn files(&self) -> u64 {
        self.changed + self.unchanged + self.up_to_date + self.skipped + self.failed
    }

    /// Which of the places drawn in a file would be kept here.
    pub(super) fn drawn(&self, file: &FileTally) -> BTreeSet<usize> {
        let doubtful = file
            .doubtful
            .iter()
            .filter(|(key, _)| self.doubtful.wants(key))
            .map(|(_, index)| *index);
        file.rules
            .iter()
            .flat_map(|rule| {
                let known = self.rules.get(&rule.key);
                rule.drawn
                    .iter()
                    .filter(move |(key, _)| known.is_none_or(|known| known.sample.wants(key)))
                    .map(|(_, index)| *index)
            })
            .chain(doubtful)
            .collect()
    }

    /// Keeps the places of a file that are still among those to be kept.
    pub(super) fn keep(&mut self, file: &FileTally, places: &BTreeMap<usize, Place>) {
        for rule in &file.rules {
            let Some(known) = self.rules.get_mut(&rule.key) else {
                continue;
            };
            for (key, index) in rule.drawn.iter() {
                if let Some(place) = places.get(index)
                    && known.sample.wants(key)
                {
                    known.sample.insert(*key, place.clone());
                }
            }
        }
        for (key, index) in file.doubtful.iter() {
            if let Some(place) = places.get(index)
                && self.doubtful.wants(key)
            {
                self.doubtful.insert(*key, place.clone());
            }
        }
    }

    /// Adds the numbers of a file.
    pub(super) fn count(&mut self, file: &FileRecord<'_>, tally: &FileTally) {
        match file.outcome {
            Outcome::Changed => self.changed += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::UpToDate => self.up_to_date += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Failed(_) => self.failed += 1,
        }
        let reason = match (file.outcome, file.faults) {
            (Outcome::Failed(reason), _) => Some(reason.to_owned()),
            (_, []) => None,
            (_, [fault]) => Some(fault.clone()),
            (_, [fault, more @ ..]) => Some(format!("{fault} (and {} more)", more.len())),
        };
        if let Some(reason) = reason {
            self.partly += u64::from(!matches!(file.outcome, Outcome::Failed(_)));
            let key = (tally.key, file.name.to_owned());
            self.failures
                .insert(key, escape::clip(&reason, self.limits.text));
        }
        self.bytes += file.bytes;
        if let Some((label, confidence)) = file.encoding {
            *self.encodings.entry(label.to_owned()).or_default() += 1;
            let sure = permyriad(confidence);
            self.sureness[(sure / 1_000).min(9) as usize] += 1;
            if sure < 10_000 {
                self.least_sure
                    .insert((sure, file.name.to_owned()), tally.line.clone());
            }
        }
        if let Some(tag) = file.variety {
            *self.varieties.entry(tag.to_owned()).or_default() += 1;
        }
        self.count_loss(file, tally);
        self.count_rules(tally);
    }

    fn count_loss(&mut self, file: &FileRecord<'_>, tally: &FileTally) {
        if file.encoding.is_none()
            || matches!(
                file.outcome,
                Outcome::UpToDate | Outcome::Skipped | Outcome::Failed(_)
            )
        {
            return;
        }
        let dropped = tally.dropped_bytes;
        let whole = (dropped + file.kept).max(1);
        let class = LOSS_CLASSES
            .iter()
            .position(|bound| dropped * 100 <= bound * whole)
            .unwrap_or(LOSS_CLASSES.len());
        self.losses[class] += 1;
        self.measured += 1;
        if dropped > 0 {
            let share = dropped.saturating_mul(10_000) / whole;
            self.most_lost
                .insert((Reverse(share), file.name.to_owned()), tally.line.clone());
        }
    }

    fn count_rules(&mut self, file: &FileTally) {
        let room = |known: usize| known < self.limits.rules;
        for ((stage, family), places) in file.kinds() {
            let key = (stage, family.to_owned());
            if !room(self.kinds.len()) && !self.kinds.contains_key(&key) {
                self.rules_left_out = true;
                continue;
            }
            let kind = self.kinds.entry(key).or_insert_with(|| KindTotals {
                files: 0,
                places: 0,
                most: Lowest::new(self.limits.files),
            });
            kind.files += 1;
            kind.places += places;
            kind.most
                .insert((Reverse(places), file.line.name.clone()), file.line.clone());
        }
        for rule in &file.rules {
            if !room(self.rules.len()) && !self.rules.contains_key(&rule.key) {
                self.rules_left_out = true;
                continue;
            }
            let known = self
                .rules
                .entry(rule.key.clone())
                .or_insert_with(|| RuleTotals {
                    files: 0,
                    places: 0,
                    sample: Lowest::new(capacity(rule.key.action, &self.limits)),
                });
            known.files += 1;
            known.places += rule.places;
        }
    }

    /// Places per stage that were changed.
    pub(super) fn by_stage(&self) -> BTreeMap<Stage, u64> {
        let mut stages = BTreeMap::new();
        for (key, rule) in &self.rules {
            if key.action != Action::Flag {
                *stages.entry(key.stage).or_default() += rule.places;
            }
        }
        stages
    }
}
