//! `cargo xtask eval formats [FORMAT...] [-v]`: files of each format through the command, as an
//! independent parser sees them before and after.
//!
//! The files are those of `../shared/zoo`; of formats that it has none of, they are made from its
//! texts. The parsers are Python packages, installed into a folder of their own below `target`.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::binary;
use crate::corpora::{root, shared};

const SCRIPT: &str = include_str!("check.py");

/// The parsers, and a package that brings catalogues of translations along.
const PACKAGES: [&str; 7] = [
    "EbookLib==0.20",
    "lxml==6.1.3",
    "markdown-it-py==4.3.0",
    "polib==1.2.0",
    "pysubs2==1.8.1",
    "PyYAML==6.0.4",
    "Sphinx==9.0.4",
];

/// Runs the measurement.
pub fn run(words: &[&str]) -> Result<()> {
    let zhnorm = binary::build("xtask")?;
    let target = root().join("target");
    let python = target.join("formats-python");
    if !python.join("bin/pip").exists() {
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&python)
            .status()?;
        ensure!(made.success(), "python3 -m venv");
    }
    let installed = Command::new(python.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(PACKAGES)
        .status()?;
    ensure!(installed.success(), "pip install");
    let work = target.join("formats");
    std::fs::create_dir_all(&work)?;
    let script = work.join("check.py");
    std::fs::write(&script, SCRIPT)?;
    let status = Command::new(python.join("bin/python"))
        .arg(&script)
        .arg(zhnorm)
        .arg(shared()?.join("zoo"))
        .arg(&work)
        .args(words)
        .status()?;
    ensure!(status.success(), "a format does not hold");
    Ok(())
}
