//! The peer: ftfy, asked in one process for all cases of a row.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::corpora::root;

/// What ftfy 6.3 makes of the cases; installed once into a virtual environment under `target`.
pub(super) fn ftfy(cases: &[&str]) -> Result<Vec<String>> {
    const SCRIPT: &str = "import ftfy,json,sys\n\
        json.dump([ftfy.fix_text(case) for case in json.load(sys.stdin)],sys.stdout)";
    let environment = root().join("target/ftfy-venv");
    if !environment.join("bin/python").exists() {
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&environment)
            .status()?;
        ensure!(made.success(), "python3 -m venv");
        let installed = Command::new(environment.join("bin/pip"))
            .args(["install", "--quiet", "ftfy==6.3.1"])
            .status()?;
        ensure!(installed.success(), "pip install ftfy");
    }
    let mut python = Command::new(environment.join("bin/python"))
        .args(["-c", SCRIPT])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let input = python.stdin.take().context("no pipe")?;
    serde_json::to_writer(input, cases)?;
    let output = python.wait_with_output()?;
    ensure!(output.status.success(), "ftfy failed");
    Ok(serde_json::from_slice(&output.stdout)?)
}
