//! Joins the page to a run of the command.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use zhnorm::Normalizer;
use zhnorm::report::{Report, Stage};

use super::{Collector, FileRecord, Limits, Outcome, Run};
use crate::document;
use crate::fault::Fault;
use crate::inputs::Found;
use crate::record::{Fate, Record};
use crate::settings::{Settings, Way};
use crate::{escape, replace};

/// The page of this run.
#[derive(Debug)]
pub struct Page {
    path: PathBuf,
    real_path: Option<PathBuf>,
    collector: Collector,
}

impl Page {
    /// A page that will be written to `path`.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            real_path: path.canonicalize().ok(),
            collector: Collector::new(Limits::default()),
        }
    }

    /// Whether a walk has come across the page of an earlier run: it is no article.
    pub fn is(&self, found: &Found) -> bool {
        let Found::Input(input) = found else {
            return false;
        };
        !input.named
            && self.real_path.is_some()
            && input.path.file_name() == self.path.file_name()
            && input.path.canonicalize().ok() == self.real_path
    }

    /// Takes a file that went through the pipeline, while its bytes are there: the text that
    /// came out of it has `kept` bytes.
    pub fn take(&self, record: &Record, bytes: &[u8], kept: u64, normalizer: &Normalizer) {
        self.add(record, bytes.len() as u64, kept, &|stage| {
            input_of(stage, bytes, normalizer)
        });
    }

    /// Takes a file that was too large to be held: `sample` has the first of its changes and the
    /// number of all.
    pub fn take_large(&self, record: &Record, sample: &Report, bytes: u64, kept: u64) {
        self.add_with(record, sample, bytes, kept, &|_| None);
    }

    /// Takes a file that did not get so far.
    pub fn take_rest(&self, record: &Record) {
        if matches!(record.fate, Fate::Failed(_) | Fate::Binary | Fate::UpToDate) {
            self.add(record, 0, 0, &|_| None);
        }
    }

    fn add(&self, record: &Record, bytes: u64, kept: u64, texts: &dyn Fn(Stage) -> Option<String>) {
        self.add_with(record, &record.report, bytes, kept, texts);
    }

    fn add_with(
        &self,
        record: &Record,
        report: &Report,
        bytes: u64,
        kept: u64,
        texts: &dyn Fn(Stage) -> Option<String>,
    ) {
        let label = record.facts.map(|facts| facts.encoding.label());
        let file = FileRecord {
            name: &record.name,
            outcome: match &record.fate {
                Fate::Changed | Fate::WouldChange => Outcome::Changed,
                Fate::Unchanged => Outcome::Unchanged,
                Fate::UpToDate => Outcome::UpToDate,
                Fate::Binary => Outcome::Skipped,
                Fate::Failed(reason) => Outcome::Failed(reason),
            },
            encoding: label
                .as_deref()
                .zip(record.facts.map(|facts| facts.confidence)),
            variety: record.facts.map(|facts| facts.variety.tag()),
            faults: &record.faults,
            bytes,
            kept,
            report,
        };
        self.collector.add(&file, texts);
    }

    /// Writes the page.
    ///
    /// # Errors
    ///
    /// A message with the way out; an older page is then as it was.
    pub fn write(&self, settings: &Settings) -> Result<(), String> {
        let run = Run {
            command: command(),
            fate: fate(&settings.way),
        };
        let page = self.collector.page(&run);
        replace::create(&self.path, None, page.as_bytes(), &settings.manner, || {
            Ok(())
        })
        .map_err(|Fault(message)| format!("{}: {message}", escape::path(&self.path)))
    }
}

/// The text that goes into a stage: the stages before it, run once more.
fn input_of(stage: Stage, bytes: &[u8], normalizer: &Normalizer) -> Option<String> {
    let options = normalizer.options();
    let stages = match stage {
        Stage::Decode => return None,
        Stage::Repair => return Some(document::decoded(bytes, normalizer).into_owned()),
        Stage::Strip => options.stages.with_strip(false).with_convert(false),
        Stage::Convert => options.stages.with_convert(false),
    };
    let options = options.clone().with_stages(stages).with_count_only(true);
    let before = Normalizer::new(options);
    let outcome = before.normalize_bytes(bytes).ok()?;
    Some(outcome.text.into_owned())
}

fn command() -> String {
    let words = std::env::args_os().skip(1).map(|word| {
        let shown = escape::path(Path::new(&word));
        let plain =
            |character: char| character.is_alphanumeric() || "-_./=,:@+".contains(character);
        if !shown.is_empty() && shown.chars().all(plain) {
            shown
        } else {
            format!("'{shown}'")
        }
    });
    std::iter::once("zhnorm".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

fn fate(way: &Way) -> String {
    match way {
        Way::Print => Cow::Borrowed("The text went to standard output; no file was written."),
        Way::Check | Way::Diff | Way::Detect => Cow::Borrowed("Nothing was written."),
        Way::Write => Cow::Borrowed("The changed files were written in place."),
        Way::Mirror(folder) => Cow::Owned(format!(
            "All texts were written below {}.",
            escape::path(folder)
        )),
    }
    .into_owned()
}
