//! Files, as a user has them: the command runs over a folder with defaults, and its report in
//! JSON lines says what it would change. So each file is read in the format that its name asks
//! for.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Finding, Tried};
use crate::corpora::shared;

/// Runs the command over a folder of `../shared` whose subfolders are the genres.
pub fn try_all(binary: &Path, folder: &str, mut each: impl FnMut(Tried)) -> Result<()> {
    let folder = shared()?.join(folder);
    let mut genres = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            genres.push(entry.file_name());
        }
    }
    genres.sort();
    let output = Command::new(binary)
        .args(["--isolated", "--no-ignore", "--hidden"])
        .args(["--check", "--report", "json", "--"])
        .args(genres)
        .current_dir(&folder)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let mut changes: HashMap<String, Vec<Finding>> = HashMap::new();
    let mut errors: HashMap<String, String> = HashMap::new();
    let mut seen = HashSet::new();
    for line in output.stdout.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        let message: Value = serde_json::from_slice(line)?;
        let text = |field: &str| message[field].as_str().unwrap_or_default().to_owned();
        let path = text("path");
        match message["type"].as_str() {
            Some("change") if message["action"] != "flag" => {
                changes.entry(path).or_default().push(Finding {
                    stage: text("stage"),
                    rule: text("rule"),
                    line: message["line"].as_u64().unwrap_or(0) as usize,
                    before: text("before"),
                    after: text("after"),
                });
            }
            Some("error") => {
                errors.insert(path, text("message"));
            }
            Some("file") => {
                ensure!(seen.insert(path.clone()), "{path} is reported twice");
                let findings = changes.remove(&path).unwrap_or_default();
                let bytes = std::fs::metadata(folder.join(&path))?.len() as usize;
                let refused = match message["status"].as_str() {
                    Some("unchanged") => None,
                    Some("would-change") if !findings.is_empty() => None,
                    Some("would-change") => Some("a change that the report does not list".into()),
                    status => Some(errors.remove(&path).unwrap_or(format!("{status:?}"))),
                };
                let (genre, file) = path.split_once('/').context("a file without genre")?;
                each(Tried {
                    genre: genre.to_owned(),
                    file: file.to_owned(),
                    bytes,
                    findings,
                    refused,
                });
            }
            _ => {}
        }
    }
    ensure!(!seen.is_empty(), "{}: no file was tried", folder.display());
    Ok(())
}
