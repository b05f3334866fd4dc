//! `cargo xtask eval batch`: a run over many files, against the yardsticks `cp -r`, `cat` and one
//! core, and what is left of the files when it is killed or hindered.
//!
//! The texts are made here ([`trees`]), nothing of `../shared` is needed. [`scale`] prints ratios
//! that were measured in this run on this machine; [`faults`] prints for each fault how often it
//! was tried and how many files were lost, and [`links`] how many files outside the folders were
//! reached through links that appear during a run. All of these must be none.

mod faults;
#[cfg(unix)]
mod links;
mod scale;
mod trees;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::binary::{build, target};

/// What to measure.
#[derive(Debug)]
struct Plan {
    /// Files of the scale table.
    files: usize,
    /// Times a run is killed.
    kills: usize,
    /// Rounds of each measurement; the median counts.
    rounds: usize,
    /// The command to measure; built when it is not given.
    binary: Option<PathBuf>,
    /// Megabytes of the one large file.
    megabytes: usize,
    scale: bool,
    start: bool,
    large: bool,
    faults: bool,
    links: bool,
}

const USAGE: &str = "usage: cargo xtask eval batch [start] [scale] [large] [faults] [links] [--files N] \
                     [--rounds N] [--megabytes N] [--kills N] [--binary PATH]";

impl Plan {
    fn parse(words: &[&str]) -> Result<Self> {
        let mut plan = Self {
            files: 100_000,
            kills: 200,
            rounds: 3,
            binary: None,
            megabytes: 2_000,
            scale: false,
            start: false,
            large: false,
            faults: false,
            links: false,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().context(USAGE);
            match *word {
                "scale" => plan.scale = true,
                "start" => plan.start = true,
                "large" => plan.large = true,
                "faults" => plan.faults = true,
                "links" => plan.links = true,
                "--files" => plan.files = value()?.parse()?,
                "--kills" => plan.kills = value()?.parse()?,
                "--rounds" => plan.rounds = value()?.parse::<usize>()?.max(1),
                "--megabytes" => plan.megabytes = value()?.parse()?,
                "--binary" => plan.binary = Some(PathBuf::from(value()?)),
                _ => bail!(USAGE),
            }
        }
        if !(plan.scale || plan.start || plan.large || plan.faults || plan.links) {
            (plan.scale, plan.start, plan.large) = (true, true, true);
            (plan.faults, plan.links) = (true, true);
        }
        Ok(plan)
    }
}

/// Runs what the words ask for; everything, when they ask for nothing in particular.
pub fn run(words: &[&str]) -> Result<()> {
    let plan = Plan::parse(words)?;
    let binary = match &plan.binary {
        Some(binary) => binary
            .canonicalize()
            .with_context(|| binary.display().to_string())?,
        None => build("release")?,
    };
    let scratch = Scratch::new()?;
    if plan.start {
        scale::start(&binary, scratch.path(), plan.rounds)?;
    }
    if plan.scale {
        scale::scale(&binary, scratch.path(), plan.files, plan.rounds)?;
    }
    if plan.large {
        scale::large(&binary, scratch.path(), plan.megabytes)?;
    }
    if plan.faults {
        faults::faults(&binary, scratch.path(), plan.kills)?;
    }
    #[cfg(unix)]
    if plan.links {
        links::links(&binary, scratch.path(), plan.kills)?;
    }
    Ok(())
}

/// A folder below the target folder, on the disk that the checkout is on; gone at the end.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let path = target().join(format!("eval-batch-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
        Ok(Self(path.canonicalize()?))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        trees::remove(&self.0);
    }
}

/// The command, on its own: no configuration file, no input, errors only, nothing in
/// the user's cache folder.
fn zhnorm(binary: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command
        .args(["--isolated", "-q"])
        .args(arguments)
        .env("XDG_CACHE_HOME", target().join("eval-batch-cache"))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}
