//! What happened to one file, and to all of them.

use std::collections::BTreeMap;

use zhnorm::convert::Variety;
use zhnorm::decode::Encoding;
use zhnorm::report::{Report, Stage, Tally};

/// How a file came out of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was clean already.
    Unchanged,
    /// It is changed: printed, written or mirrored.
    Changed,
    /// It would be changed by `-w`.
    WouldChange,
    /// An earlier run did it.
    UpToDate,
    /// It is not text, and was found by a walk.
    Binary,
    /// It could not be processed.
    Failed(String),
}

/// What was found out about a text.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The encoding of the file.
    pub encoding: Encoding,
    /// How sure the encoding is, from 0 to 1.
    pub confidence: f32,
    /// The script and region.
    pub variety: Variety,
}

/// One file and what happened to it.
#[derive(Debug)]
pub struct Record {
    /// The path as it is shown: see [`crate::escape::path`].
    pub name: String,
    /// How it came out.
    pub fate: Fate,
    /// What was found out, unless it could not be read.
    pub facts: Option<Facts>,
    /// What the stages did: counts always, places when somebody wants to see them.
    pub report: Report,
    /// Parts of it that could not be worked on.
    pub faults: Vec<String>,
    /// Things worth saying that are no errors.
    pub warnings: Vec<String>,
    /// What the mode has for standard output: text, a diff, a name.
    pub text: Vec<u8>,
}

impl Record {
    /// A file that could not be processed.
    pub fn failed(name: String, message: String) -> Self {
        Self {
            name,
            fate: Fate::Failed(message),
            facts: None,
            report: Report::counting(),
            faults: Vec::new(),
            warnings: Vec::new(),
            text: Vec::new(),
        }
    }
}

/// The sums over all files. Its size does not grow with their number.
#[derive(Debug, Default)]
pub struct Totals {
    /// Files that were clean already.
    pub unchanged: usize,
    /// Files that were changed, or would be.
    pub changed: usize,
    /// Files that an earlier run did.
    pub up_to_date: usize,
    /// Files that could not be processed, or not in all their parts.
    pub failed: usize,
    /// Files in a walk that are not text.
    pub binary: usize,
    /// The first of those.
    pub binary_names: Vec<String>,
    /// How often each rule acted.
    pub rules: BTreeMap<(Stage, String), Tally>,
    /// Files by encoding.
    pub encodings: BTreeMap<String, usize>,
    /// Files by script and region, as language tags.
    pub varieties: BTreeMap<&'static str, usize>,
    /// The user stopped the run before its end.
    pub interrupted: bool,
}

/// So many skipped files are named in the summary; the others are counted.
const NAMED_BINARIES: usize = 5;

impl Totals {
    /// Adds one file.
    pub fn add(&mut self, record: &Record) {
        match &record.fate {
            // A file with a bad part is one that needs looking at, whatever became of the rest.
            _ if !record.faults.is_empty() => self.failed += 1,
            Fate::UpToDate => self.up_to_date += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Changed | Fate::WouldChange => self.changed += 1,
            Fate::Failed(_) => self.failed += 1,
            Fate::Binary => {
                self.binary += 1;
                if self.binary_names.len() < NAMED_BINARIES {
                    self.binary_names.push(record.name.clone());
                }
            }
        }
        for (stage, rule, tally) in record.report.tallies() {
            let sum = match self.rules.get_mut(&(stage, rule.to_owned())) {
                Some(sum) => sum,
                None => self.rules.entry((stage, rule.to_owned())).or_default(),
            };
            sum.changed += tally.changed;
            sum.flagged += tally.flagged;
        }
        if let Some(facts) = &record.facts {
            *self.encodings.entry(facts.encoding.label()).or_default() += 1;
            *self.varieties.entry(facts.variety.tag()).or_default() += 1;
        }
    }

    /// Files in all.
    pub fn files(&self) -> usize {
        self.unchanged + self.changed + self.up_to_date + self.binary + self.failed
    }
}
