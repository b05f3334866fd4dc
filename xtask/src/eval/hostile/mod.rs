//! `cargo xtask eval hostile`: time and memory on input that was made to cost much.
//!
//! Each kind of input is made at 1, 2, 4 and 8 MB and given to the command as a file, in a
//! process of its own. The table has the processor time and the peak of memory at each size. Twice
//! the input may take no more than 2.3 times as long, memory may be eight times the input or 256
//! MB, and 2 MB must be done in a second. What breaks the first two rules makes the command fail;
//! what breaks the third is marked as slow.

mod inputs;
mod made;
mod process;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::binary;
use inputs::{INPUTS, Input};
use process::{Outcome, Usage};

const USAGE: &str = "usage: cargo xtask eval hostile [KIND...] [--sizes MB,MB...] [--binary PATH]";

/// Twice the input may take so many times as long.
const RATIO: f64 = 2.3;
/// Times below this are too short to compare, in seconds.
const MEASURABLE: f64 = 0.1;
/// Memory is allowed up to this, in bytes, however small the input.
const MEMORY: usize = 256_000_000;
/// Beyond that, so many times the input.
const MEMORY_PER_BYTE: usize = 8;
/// The least speed, in MB/s.
const SPEED: f64 = 2.0;
/// A run that takes longer is ended.
const TIMEOUT: Duration = Duration::from_secs(60);
/// A measurement that breaks a rule is repeated so often, because others use the machine too.
const ROUNDS: usize = 3;

struct Plan {
    kinds: Vec<String>,
    sizes: Vec<f64>,
    binary: Option<PathBuf>,
}

impl Plan {
    fn parse(words: &[&str]) -> Result<Self> {
        let mut plan = Self {
            kinds: Vec::new(),
            sizes: vec![1.0, 2.0, 4.0, 8.0],
            binary: None,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--binary" => plan.binary = Some(PathBuf::from(words.next().context(USAGE)?)),
                "--sizes" => {
                    let sizes = words.next().context(USAGE)?.split(',');
                    plan.sizes = sizes.map(str::parse).collect::<Result<_, _>>()?;
                }
                word if word.starts_with('-') => bail!(USAGE),
                word => plan.kinds.push(word.to_owned()),
            }
        }
        Ok(plan)
    }
}

/// Runs the kinds of input that the words name; all of them, when they name none.
pub fn run(words: &[&str]) -> Result<()> {
    let plan = Plan::parse(words)?;
    let binary = match &plan.binary {
        Some(path) => path.canonicalize()?,
        None => binary::build("xtask")?,
    };
    let folder = binary::target().join(format!("eval-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let header: Vec<String> = plan.sizes.iter().map(|size| format!("{size} MB")).collect();
    println!("input | {} | ratios | MB/s | verdict", header.join(" | "));
    let mut broken = 0;
    for input in INPUTS {
        if plan.kinds.is_empty() || plan.kinds.iter().any(|kind| kind == input.name) {
            broken += usize::from(!row(&binary, &folder, input, &plan.sizes)?);
        }
    }
    std::fs::remove_dir_all(&folder)?;
    ensure!(
        broken == 0,
        "{broken} inputs take too long or too much memory"
    );
    Ok(())
}

/// Prints the row of one input, and says whether it keeps to the rules for ratio and memory.
fn row(binary: &Path, folder: &Path, input: &Input, sizes: &[f64]) -> Result<bool> {
    let (mut cells, mut ratios, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    let mut last: Option<f64> = None;
    let mut speed = f64::INFINITY;
    for &size in sizes {
        let bytes = (input.make)((size * 1e6) as usize);
        let file = folder.join(format!("input.{}", input.extension));
        std::fs::write(&file, &bytes)?;
        let allowed = MEMORY.max(MEMORY_PER_BYTE * bytes.len());
        let mut best: Option<Usage> = None;
        for _ in 0..ROUNDS {
            let used = match process::measure(binary, input.arguments, &file, TIMEOUT)? {
                Outcome::Ended(used) => used,
                Outcome::Stopped => break,
            };
            let least = |one: &Usage, other: &Usage| Usage {
                seconds: one.seconds.min(other.seconds),
                memory: one.memory.min(other.memory),
            };
            let least = best.as_ref().map_or(used, |best| least(best, &used));
            best = Some(least);
            let too_long =
                last.is_some_and(|last| last >= MEASURABLE && least.seconds / last > RATIO);
            if !too_long && least.memory <= allowed {
                break;
            }
        }
        let Some(used) = best else {
            cells.push(format!("over {} s", TIMEOUT.as_secs()));
            faults.push("time");
            break;
        };
        cells.push(format!(
            "{:.2} s {} MB",
            used.seconds,
            used.memory / 1_000_000
        ));
        // What is packed is read unpacked.
        speed = speed.min((bytes.len() as f64 / 1e6).max(size) / used.seconds.max(1e-3));
        if let Some(last) = last.filter(|last| *last >= MEASURABLE) {
            let ratio = used.seconds / last;
            ratios.push(format!("{ratio:.1}"));
            if ratio > RATIO {
                faults.push("ratio");
            }
        } else {
            ratios.push("-".to_owned());
        }
        if used.memory > allowed {
            faults.push("memory");
        }
        last = Some(used.seconds);
    }
    cells.resize(sizes.len(), String::new());
    let slow = if speed < SPEED { "slow" } else { "" };
    faults.dedup();
    let verdict = if faults.is_empty() && slow.is_empty() {
        "ok".to_owned()
    } else {
        format!("{} {slow}", faults.join(", "))
    };
    println!(
        "{} | {} | {} | {speed:.1} | {verdict}",
        input.name,
        cells.join(" | "),
        ratios.join(" ")
    );
    Ok(faults.is_empty())
}
