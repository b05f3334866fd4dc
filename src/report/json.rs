//! For programs: an object on each line.
//!
//! `{"type":"start",…}` comes first, with the version of this format. Then `"change"` for each
//! change, `"error"` and `"warning"` for messages, `"file"` for each file, with `--names` `"name"` for each name
//! that something is wrong with, and at the end
//! `"summary"`. With `--detect` an object is path, encoding, confidence, script and variety of a
//! file.

use serde::Serialize;
use zhnorm::decode::Rival;
use zhnorm::report::Change;
use zhnorm::strip::html::Metadata;

use super::{Rendered, Report, Statistics};
use crate::escape::push_json as push;
use crate::places::FilePlace;
use crate::record::{Facts, FileStatus, Head, Record, Totals};
use crate::settings::Settings;

/// The version of the format. It is raised when a key changes its meaning or goes.
const SCHEMA: u32 = 1;

/// The report in JSON lines.
pub(super) struct Json {
    detects: bool,
    owns_stdout: bool,
}

/// One line.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Message<'a> {
    Start {
        schema: u32,
        version: &'static str,
        configuration: Option<&'a str>,
    },
    File {
        path: &'a str,
        status: &'static str,
        encoding: Option<String>,
        confidence: Option<f32>,
        script: Option<&'static str>,
        variety: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<&'static str>,
        /// What a web page says about its article.
        #[serde(skip_serializing_if = "Option::is_none")]
        page: Option<&'a Metadata>,
        changes: usize,
        flags: usize,
    },
    Name {
        path: &'a str,
        status: &'static str,
        new: Option<&'a str>,
    },
    Change {
        path: &'a str,
        #[serde(flatten)]
        change: &'a Change,
        #[serde(skip_serializing_if = "Option::is_none")]
        file: Option<&'a FilePlace>,
    },
    Error {
        path: &'a str,
        message: &'a str,
    },
    Warning {
        path: &'a str,
        message: &'a str,
    },
    Summary {
        files: usize,
        changed: usize,
        unchanged: usize,
        up_to_date: usize,
        copies: usize,
        binary: usize,
        errors: usize,
        #[serde(skip_serializing_if = "is_zero")]
        renamed: usize,
        #[serde(skip_serializing_if = "is_zero")]
        hidden: usize,
        interrupted: bool,
        statistics: Statistics<'a>,
    },
}

/// What `--detect` prints for a file.
#[derive(Serialize)]
struct Detected<'a> {
    path: &'a str,
    encoding: String,
    confidence: f32,
    rivals: Vec<Rival>,
    script: Option<&'static str>,
    variety: &'static str,
}

impl Json {
    /// The report for these settings.
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            detects: settings.mode.detects_only(),
            owns_stdout: settings.mode.owns_stdout(),
        }
    }

    fn push_changes(
        &self,
        lines: &mut Vec<u8>,
        path: &str,
        report: &zhnorm::report::Report,
        places: &[Option<FilePlace>],
    ) {
        if !self.detects {
            for (at, change) in report.changes().iter().enumerate() {
                let file = places.get(at).and_then(Option::as_ref);
                push(lines, &Message::Change { path, change, file });
            }
        }
    }

    fn rendered(&self, text: Vec<u8>, lines: Vec<u8>) -> Rendered {
        if self.owns_stdout {
            Rendered {
                stdout: text,
                stderr: lines,
            }
        } else {
            Rendered {
                stdout: lines,
                stderr: Vec::new(),
            }
        }
    }
}

impl Report for Json {
    fn start(&self, head: &Head) -> Rendered {
        let mut lines = Vec::new();
        if !self.detects {
            let start = Message::Start {
                schema: SCHEMA,
                version: env!("CARGO_PKG_VERSION"),
                configuration: head.configuration.as_deref(),
            };
            push(&mut lines, &start);
            for message in &head.warnings {
                push(&mut lines, &Message::Warning { path: "", message });
            }
        }
        self.rendered(Vec::new(), lines)
    }

    fn record(&self, record: &mut Record) -> Rendered {
        let mut lines = Vec::new();
        let text = std::mem::take(&mut record.text);
        let path = record.name.as_str();
        for message in record.faults.iter().chain(match &record.status {
            FileStatus::Failed(message) => Some(message),
            _ => None,
        }) {
            push(&mut lines, &Message::Error { path, message });
        }
        for message in &record.warnings {
            push(&mut lines, &Message::Warning { path, message });
        }
        if self.detects {
            if let Some(facts) = &record.facts {
                let detected = Detected {
                    path,
                    encoding: facts.encoding.label(),
                    confidence: facts.confidence,
                    rivals: facts.rivals.iter().flatten().copied().collect(),
                    script: facts.script(),
                    variety: facts.variety.tag(),
                };
                push(&mut lines, &detected);
            }
            return self.rendered(text, lines);
        }
        self.push_changes(&mut lines, path, &record.report, &record.places);
        if let Some(new) = &record.name_only {
            let (status, new) = (status(&record.status), new.0.as_deref());
            push(&mut lines, &Message::Name { path, status, new });
            return self.rendered(text, lines);
        }
        let facts = record.facts.as_ref();
        let sums = record.report.tallies().fold((0, 0), |sums, (.., tally)| {
            (sums.0 + tally.changed, sums.1 + tally.flagged)
        });
        push(
            &mut lines,
            &Message::File {
                path,
                status: status(&record.status),
                encoding: facts.map(|facts| facts.encoding.label()),
                confidence: facts.map(|facts| facts.confidence),
                script: facts.and_then(Facts::script),
                variety: facts.map(|facts| facts.variety.tag()),
                kind: record
                    .report
                    .document_kind()
                    .map(zhnorm::strip::DocumentKind::name),
                page: record.report.page(),
                changes: sums.0,
                flags: sums.1,
            },
        );
        self.rendered(text, lines)
    }

    fn part(
        &self,
        name: &str,
        text: Vec<u8>,
        report: &zhnorm::report::Report,
        places: &[Option<FilePlace>],
    ) -> Rendered {
        let mut lines = Vec::new();
        self.push_changes(&mut lines, name, report, places);
        self.rendered(text, lines)
    }

    fn totals(&self, totals: &Totals) -> Rendered {
        let mut lines = Vec::new();
        if !self.detects {
            let summary = Message::Summary {
                files: totals.files(),
                changed: totals.changed,
                unchanged: totals.unchanged,
                up_to_date: totals.up_to_date,
                copies: totals.copies,
                binary: totals.binary,
                errors: totals.failed,
                renamed: totals.renamed,
                hidden: totals.hidden,
                interrupted: totals.interrupted,
                statistics: Statistics::new(totals),
            };
            push(&mut lines, &summary);
        }
        self.rendered(Vec::new(), lines)
    }

    fn locates(&self) -> bool {
        !self.detects
    }

    fn lists_changes(&self) -> bool {
        !self.detects
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // for serde
fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn status(status: &FileStatus) -> &'static str {
    match status {
        FileStatus::Unchanged => "unchanged",
        FileStatus::Changed => "changed",
        FileStatus::WouldChange => "would-change",
        FileStatus::UpToDate => "up-to-date",
        FileStatus::Copy => "copy",
        FileStatus::Binary(_) => "binary",
        FileStatus::Failed(_) => "error",
    }
}
