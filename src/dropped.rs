//! `--dropped FILE`: keeps the lines that the strip stage drops, so that nothing is lost for good.
//!
//! They are written before the file that they come from is replaced, each as a line of JSON,
//! after those of earlier runs.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use zhnorm::report::{Action, Report};

use crate::escape;
use crate::fault::{Fault, IoOperation};
use crate::files;

/// How each line begins; a file that begins otherwise was not written by this program.
const BEGINNING: &[u8] = b"{\"path\":";

/// The file that keeps the lines.
pub(crate) struct Dropped {
    file: Mutex<File>,
    durable: bool,
}

#[derive(Serialize)]
struct DroppedLine<'a> {
    /// The path, as it can be opened.
    path: &'a str,
    /// The bytes of a path that is not UTF-8, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_hex: Option<String>,
    line: usize,
    rule: &'a str,
    text: &'a str,
}

impl Dropped {
    /// Opens the file, and creates it when it does not exist.
    ///
    /// # Errors
    ///
    /// A message when that is not possible, or when the file holds something else.
    pub(crate) fn open(path: &Path, durable: bool) -> Result<Self, String> {
        let named = |message: &str| format!("{}: {message}", escape::path(path));
        let system = |error: std::io::Error| {
            let Fault(message) = Fault::system(IoOperation::Write, &error);
            named(&message)
        };
        if path.metadata().is_ok_and(|metadata| metadata.is_file()) {
            let mut beginning = Vec::new();
            files::open_regular(path)
                .and_then(|file| {
                    file.take(BEGINNING.len() as u64)
                        .read_to_end(&mut beginning)
                })
                .map_err(system)?;
            if !BEGINNING.starts_with(&beginning) {
                return Err(named(
                    "holds something else than lines that --dropped kept; name another file",
                ));
            }
        }
        let is_new = !path.exists();
        let file = files::open_for_appending(path).map_err(system)?;
        if durable && is_new {
            files::sync_folder_of(path).map_err(system)?;
        }
        Ok(Self {
            file: Mutex::new(file),
            durable,
        })
    }

    /// Keeps what was dropped from one file.
    ///
    /// # Errors
    ///
    /// A fault when it cannot be kept: then the file must not be replaced.
    pub(crate) fn keep(&self, path: &Path, report: &Report) -> Result<(), Fault> {
        let mut lines = Vec::new();
        let (name, hex) = match path.to_str() {
            Some(name) => (name.to_owned(), None),
            None => (escape::path(path), Some(hex(path))),
        };
        for change in report.changes() {
            if change.action == Action::Drop {
                let line = DroppedLine {
                    path: &name,
                    path_hex: hex.clone(),
                    line: change.line,
                    rule: &change.rule,
                    text: &change.before,
                };
                escape::push_json(&mut lines, &line);
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let before = file.metadata().map(|metadata| metadata.len());
        let mut kept = file.write_all(&lines);
        if self.durable {
            kept = kept.and_then(|()| file.sync_data());
        }
        kept.map_err(|error| {
            // No half of a line, which the next run would go on with.
            if let Ok(before) = before {
                let _ = file.set_len(before);
            }
            let Fault(message) = Fault::system(IoOperation::Write, &error);
            Fault(format!("the file of --dropped: {message}"))
        })
    }
}

fn hex(path: &Path) -> String {
    use std::fmt::Write as _;
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
