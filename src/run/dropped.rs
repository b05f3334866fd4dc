//! `--dropped FILE`: keeps the lines that were left out, so that nothing is gone for good.
//!
//! They are written before the file they come from is replaced, each as a line of JSON, and
//! behind what an earlier run kept.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use zhnorm::report::{Action, Report};

use crate::escape;
use crate::fault::{Deed, Fault};

/// The file that keeps them.
pub struct Dropped(Mutex<File>);

#[derive(Serialize)]
struct LeftOut<'a> {
    path: &'a str,
    line: usize,
    rule: &'a str,
    text: &'a str,
}

impl Dropped {
    /// Opens the file, which is made when it does not exist.
    ///
    /// # Errors
    ///
    /// A message when that is not possible.
    pub fn open(path: &Path) -> Result<Self, String> {
        File::options()
            .append(true)
            .create(true)
            .open(path)
            .map(|file| Self(Mutex::new(file)))
            .map_err(|error| {
                let Fault(message) = Fault::system(Deed::Write, &error);
                format!("{}: {message}", escape::path(path))
            })
    }

    /// Keeps what was left out of one file.
    ///
    /// # Errors
    ///
    /// A fault when it cannot be kept: then the file must not be replaced.
    pub fn keep(&self, path: &str, report: &Report) -> Result<(), Fault> {
        let mut lines = Vec::new();
        for change in report.changes() {
            if change.action == Action::Drop {
                let line = LeftOut {
                    path,
                    line: change.line,
                    rule: &change.rule,
                    text: &change.before,
                };
                serde_json::to_writer(&mut lines, &line)
                    .map_err(|error| Fault::new(error.to_string()))?;
                lines.push(b'\n');
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&lines).map_err(|error| {
            let Fault(message) = Fault::system(Deed::Write, &error);
            Fault(format!("the file of --dropped: {message}"))
        })
    }
}
