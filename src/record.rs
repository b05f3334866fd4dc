//! What happened to one file, and to all of them.

use std::collections::BTreeMap;

use zhnorm::convert::{Script, Variety};
use zhnorm::decode::{Encoding, Rival};
use zhnorm::report::{Report, Stage, Tally};

use crate::places::FilePlace;

/// The status of a file after the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileStatus {
    /// It was clean already.
    Unchanged,
    /// It is changed: printed, written or mirrored.
    Changed,
    /// It would be changed by `-w`.
    WouldChange,
    /// An earlier run did it.
    UpToDate,
    /// It is a copy of an earlier text, and was left out.
    Copy,
    /// It is not text, and was found by a walk. Where its format is known, the text says what to
    /// do with it.
    Binary(Option<&'static str>),
    /// It could not be processed, for this reason.
    Failed(String),
}

/// What is known about a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// The encoding of the file.
    pub encoding: Encoding,
    /// The confidence in the encoding, from 0 to 1.
    pub confidence: f32,
    /// What else the encoding may be, the likeliest first, where that was asked.
    pub rivals: [Option<Rival>; 3],
    /// The script and region.
    pub variety: Variety,
}

impl Facts {
    /// The ISO 15924 code of the script, where the text shows it.
    pub(crate) fn script(&self) -> Option<&'static str> {
        self.variety.script().map(Script::code)
    }
}

/// Says that not every change is listed, if that is so.
pub(crate) fn unlisted(report: &Report) -> Option<String> {
    let unlisted = report.unlisted();
    (unlisted > 0).then(|| {
        format!(
            "{unlisted} edits and flags are counted and not listed: of a text, or a part of a large \
             one, {} are listed",
            zhnorm::report::MOST_LISTED
        )
    })
}

/// One file and what happened to it.
#[derive(Debug)]
pub(crate) struct Record {
    /// The path as it is shown: see [`crate::escape::path`].
    pub name: String,
    /// Its status.
    pub status: FileStatus,
    /// What is known about its text, unless it could not be read.
    pub facts: Option<Facts>,
    /// What the stages did: always the counts, the places only when a report lists them.
    pub report: Report,
    /// Where in the file each change of the report is, when that is told.
    pub places: Vec<Option<FilePlace>>,
    /// Errors in parts of it.
    pub faults: Vec<String>,
    /// Messages that are not errors.
    pub warnings: Vec<String>,
    /// What the mode prints on standard output: the text, a diff, a name.
    pub text: Vec<u8>,
    /// The record is about the name of the file, and not about what is in it.
    pub name_only: Option<NewName>,
}

/// What becomes of a name; without one it stays.
#[derive(Debug, Default)]
pub(crate) struct NewName(pub Option<String>);

impl Record {
    /// A file that could not be processed.
    pub(crate) fn failed(name: String, message: String) -> Self {
        Self {
            name,
            status: FileStatus::Failed(message),
            facts: None,
            report: Report::counting(),
            places: Vec::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
            text: Vec::new(),
            name_only: None,
        }
    }
}

/// What is known of a run before it begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    /// The configuration file that is used.
    pub configuration: Option<String>,
    /// Keys of it that lower the safety of the run or make text disappear.
    pub notable_keys: Vec<&'static str>,
    /// Messages that are not errors.
    pub warnings: Vec<String>,
}

/// The sums over all files. Its size does not grow with their number.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    /// Files that were clean already.
    pub unchanged: usize,
    /// Files that were changed, or would be.
    pub changed: usize,
    /// Files that an earlier run did.
    pub up_to_date: usize,
    /// Copies of earlier texts that were left out.
    pub copies: usize,
    /// Files that could not be processed, or not in all their parts.
    pub failed: usize,
    /// Files in a walk that are not text.
    pub binary: usize,
    /// The names of the first of those.
    pub binary_names: Vec<String>,
    /// Files in known formats that are not text, by what to do with them.
    pub known_formats: BTreeMap<&'static str, usize>,
    /// How often each rule acted.
    pub rules: BTreeMap<(Stage, String), Tally>,
    /// How often each word of a region was put in the place of each, if that is told.
    pub words: BTreeMap<(String, String), usize>,
    /// Files by encoding.
    pub encodings: BTreeMap<String, usize>,
    /// Files by script and region, as language tags.
    pub varieties: BTreeMap<&'static str, usize>,
    /// Names that were changed, or would be.
    pub renamed: usize,
    /// Names that something is wrong with, and that stay.
    pub names_left: usize,
    /// Names that could not be changed.
    pub names_failed: usize,
    /// Hidden files and folders that were left out.
    pub hidden: usize,
    /// The user stopped the run before its end.
    pub interrupted: bool,
    /// What is known of the run before it begins.
    pub head: Head,
}

/// So many skipped files are named in the summary. The others are only counted.
const NAMED_BINARIES: usize = 5;

impl Totals {
    /// Adds one file.
    pub(crate) fn add(&mut self, record: &Record) {
        match &record.status {
            FileStatus::Failed(_) if record.name_only.is_some() => self.names_failed += 1,
            FileStatus::Unchanged if record.name_only.is_some() => self.names_left += 1,
            _ if record.name_only.is_some() => self.renamed += 1,
            // A file with an error in a part needs attention, whatever happened to the rest.
            _ if !record.faults.is_empty() => self.failed += 1,
            FileStatus::UpToDate => self.up_to_date += 1,
            FileStatus::Copy => self.copies += 1,
            FileStatus::Unchanged => self.unchanged += 1,
            FileStatus::Changed | FileStatus::WouldChange => self.changed += 1,
            FileStatus::Failed(_) => self.failed += 1,
            FileStatus::Binary(advice) => {
                self.binary += 1;
                if self.binary_names.len() < NAMED_BINARIES {
                    self.binary_names.push(record.name.clone());
                }
                if let Some(advice) = advice {
                    *self.known_formats.entry(advice).or_default() += 1;
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
        for (before, after, times) in record.report.words() {
            let word = (before.to_owned(), after.to_owned());
            *self.words.entry(word).or_default() += times;
        }
        if let Some(facts) = &record.facts {
            *self.encodings.entry(facts.encoding.label()).or_default() += 1;
            *self.varieties.entry(facts.variety.tag()).or_default() += 1;
        }
    }

    /// Files in all.
    pub(crate) fn files(&self) -> usize {
        self.unchanged + self.changed + self.up_to_date + self.copies + self.binary + self.failed
    }
}

/// Whether bytes of the file could not be decoded, so that the text holds U+FFFD instead.
pub(crate) fn is_lossy(report: &Report) -> bool {
    report.flagged(Stage::Decode, "undecodable") > 0
}
