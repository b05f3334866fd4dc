//! Connects the page with a run of the command.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use zhnorm::Normalizer;
use zhnorm::report::{Report, Stage};

use super::{Collector, FileRecord, Limits, Outcome, Run};
use crate::document;
use crate::fault::Fault;
use crate::record::{FileStatus, Record};
use crate::replace::{self, Target};
use crate::settings::Settings;
use crate::{escape, files};

/// What an existing page contains near its start. Another file is not overwritten.
const MARK: &[u8] = b"<title>zhnorm report</title>";

/// So much of an existing file is searched for the mark.
const BEGINNING: u64 = 4096;

/// The page of this run.
#[derive(Debug)]
pub(crate) struct Page {
    path: PathBuf,
    collector: Collector,
}

impl Page {
    /// A page that will be written to `path`.
    ///
    /// # Errors
    ///
    /// A message when something else than a page of an earlier run has that name.
    pub(crate) fn new(path: &Path) -> Result<Self, String> {
        if path.symlink_metadata().is_ok() {
            let mut beginning = Vec::new();
            let read = files::open_regular(path)
                .and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning));
            let is_page = memchr::memmem::find(&beginning, MARK).is_some();
            if read.is_err() || !(is_page || beginning.is_empty()) {
                return Err(format!(
                    "{}: holds something else than a page of --report-html, which is not \
                     overwritten; name another file",
                    escape::path(path)
                ));
            }
        }
        Ok(Self {
            path: path.to_owned(),
            collector: Collector::new(Limits::default()),
        })
    }

    /// Takes a file that went through the pipeline, while its bytes are there: the text that
    /// came out of it has `kept` bytes.
    pub(crate) fn take(&self, record: &Record, bytes: &[u8], kept: u64, normalizer: &Normalizer) {
        self.add(record, bytes.len() as u64, kept, &|stage| {
            input_of(stage, bytes, normalizer)
        });
    }

    /// Takes a file that was too large to be held: `sample` has the first of its changes and the
    /// number of all.
    pub(crate) fn take_large(&self, record: &Record, sample: &Report, bytes: u64, kept: u64) {
        self.add_with(record, sample, bytes, kept, &|_| None);
    }

    /// Takes a file that did not get so far.
    pub(crate) fn take_rest(&self, record: &Record) {
        if matches!(
            record.status,
            FileStatus::Failed(_) | FileStatus::Binary(_) | FileStatus::UpToDate | FileStatus::Copy
        ) {
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
            outcome: match &record.status {
                FileStatus::Changed | FileStatus::WouldChange => Outcome::Changed,
                FileStatus::Unchanged => Outcome::Unchanged,
                FileStatus::UpToDate => Outcome::UpToDate,
                FileStatus::Binary(_) | FileStatus::Copy => Outcome::Skipped,
                FileStatus::Failed(reason) => Outcome::Failed(reason),
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
    /// A message that says what to do; an older page stays as it was.
    pub(crate) fn write(&self, settings: &Settings) -> Result<(), String> {
        let run = Run {
            command: command(),
            outcome: settings.mode.outcome(),
        };
        let page = self.collector.page(&run);
        replace::create(
            Target::named(&self.path),
            None,
            page.as_bytes(),
            &settings.write,
            || Ok(()),
        )
        .map_err(|Fault(message)| format!("{}: {message}", escape::path(&self.path)))
    }
}

/// The text that goes into a stage: the stages before it, run once more.
fn input_of(stage: Stage, bytes: &[u8], normalizer: &Normalizer) -> Option<String> {
    // Places count the byte order mark.
    let mark = if bytes.starts_with("\u{FEFF}".as_bytes()) {
        "\u{FEFF}"
    } else {
        ""
    };
    let options = normalizer.options();
    let stages = match stage {
        Stage::Decode => return None,
        Stage::Repair => return Some(format!("{mark}{}", document::decoded(bytes, normalizer))),
        Stage::Strip => options.stages.with_strip(false).with_convert(false),
        Stage::Convert => options.stages.with_convert(false),
    };
    let options = options.clone().with_stages(stages).with_count_only(true);
    let before = Normalizer::new(options);
    let outcome = before.normalize_bytes(bytes).ok()?;
    Some(format!("{mark}{}", outcome.text))
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
