//! `cargo xtask bench-peers [--rounds N] [--megabytes N]`: the speed of conversion beside that of
//! other engines, on text of `../shared/corpora`.
//!
//! The peers are built in a project of their own under `target`, so that they are in no one's
//! dependency tree; the reference is the Python wheel. All engines take turns, one thread each;
//! what counts is the processor's time, and of that the median.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::oracle::Oracle;
use crate::corpora::{Split, documents, root};

const MAIN: &str = include_str!("main.rs.in");
const SCRIPT: &str = include_str!("wheel.py");

/// The compared versions, each at its default features.
const PEERS: &[(&str, &str)] = &[
    ("zhconv", "=0.4.2"),
    ("opencc-fmmseg", "=0.13.0"),
    ("zhhz", "=0.8.2"),
    ("hanconv", "=0.5.1"),
    ("ferrous-opencc", "=0.4.0"),
    ("cpu-time", "=1.0.0"),
];

/// Runs the comparison.
pub fn run(words: &[&str]) -> Result<()> {
    let value = |name: &str, default: usize| -> Result<usize> {
        let at = words.iter().position(|word| *word == name);
        at.map_or(Ok(default), |at| {
            let value = words
                .get(at + 1)
                .with_context(|| format!("{name} needs a value"))?;
            Ok(value.parse()?)
        })
    };
    let (rounds, megabytes) = (value("--rounds", 5)?, value("--megabytes", 20)?);
    let folder = root().join("target/peers");
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(folder.join("Cargo.toml"), manifest()?)?;
    std::fs::write(folder.join("src/main.rs"), MAIN)?;
    std::fs::write(folder.join("wheel.py"), SCRIPT)?;
    std::fs::write(
        folder.join("hans.txt"),
        text(
            &["cctv_xinwenlianbo", "lctt_techtrans", "prc_laws"],
            "hans",
            megabytes,
        )?,
    )?;
    std::fs::write(
        folder.join("hant.txt"),
        text(
            &["tw_taiwan_md", "tw_ly_gazette", "tw_moj_laws"],
            "hant",
            megabytes,
        )?,
    )?;
    let status = Command::new("cargo")
        .args(["build", "--release", "--quiet"])
        .env_remove("CARGO_TARGET_DIR")
        .current_dir(&folder)
        .status()?;
    ensure!(status.success(), "the peers do not build");
    measure(&folder, rounds)
}

fn manifest() -> Result<String> {
    let mut manifest = format!(
        "[package]\nname = \"peers\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [profile.release]\ncodegen-units = 1\n\n[dependencies]\n\
         zhnorm = {{ path = {:?}, default-features = false }}\n",
        root().canonicalize()?
    );
    for (name, version) in PEERS {
        manifest.push_str(&format!("{name} = \"{version}\"\n"));
    }
    Ok(manifest)
}

/// So much text of some corpora, an equal share of each.
fn text(names: &[&str], script: &str, megabytes: usize) -> Result<String> {
    let mut text = String::new();
    for (number, name) in names.iter().enumerate() {
        let limit = megabytes * 1_000_000 * (number + 1) / names.len();
        for document in documents(&format!("{script}/{name}.txt"), Split::All)? {
            if text.len() >= limit {
                break;
            }
            text.push_str(&document);
            text.push_str("\n\n");
        }
    }
    Ok(text)
}

fn measure(folder: &Path, rounds: usize) -> Result<()> {
    let program = folder.join("target/release/peers");
    let output = Command::new(&program)
        .args([folder.join("hans.txt"), folder.join("hant.txt")])
        .arg(rounds.to_string())
        .arg(Oracle::new()?.python())
        .arg(folder.join("wheel.py"))
        .output()?;
    ensure!(
        output.status.success(),
        "the comparison failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let output = String::from_utf8(output.stdout)?;
    let rows: Vec<Vec<&str>> = output
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    speeds(&rows)?;
    println!("\nASCII text, s2twp, borrowed: GB/s");
    for row in rows.iter().filter(|row| row[0] == "ascii") {
        println!("  {:.1}", row[1].parse::<f64>()?);
    }
    println!("\nmilliseconds to the first converted character, in a new process");
    for config in ["s2t", "t2s", "s2twp", "tw2sp"] {
        let output = Command::new(&program).args(["first", config]).output()?;
        let time = String::from_utf8(output.stdout)?;
        println!("  {config:<6} {:.3}", time.trim().parse::<f64>()?);
    }
    println!("\nbeginnings of phrases without end, MB/s by length of the text in MB");
    for row in rows.iter().filter(|row| row[0] == "curve") {
        println!(
            "  {:<6} {:>3} {:>6.0}",
            row[1],
            row[2],
            row[3].parse::<f64>()?
        );
    }
    Ok(())
}

/// Prints the speeds and what they are to those of the reference and of zhconv.
fn speeds(rows: &[Vec<&str>]) -> Result<()> {
    let mut speeds: BTreeMap<(&str, &str), [f64; 2]> = BTreeMap::new();
    let mut names = Vec::new();
    for row in rows.iter().filter(|row| row[0] == "speed") {
        speeds.insert((row[2], row[1]), [row[3].parse()?, row[4].parse()?]);
        if !names.contains(&row[2]) {
            names.push(row[2]);
        }
    }
    let configs = ["s2t", "t2s", "s2twp", "tw2sp"];
    println!("MB/s of input, one thread: the whole text / pieces of 2 KB");
    print!("  {:<15}", "");
    configs.iter().for_each(|config| print!("{config:>16}"));
    println!();
    for name in names {
        print!("  {name:<15}");
        for config in configs {
            let [whole, pieces] = speeds[&(name, config)];
            print!("{:>16}", format!("{whole:.1} / {pieces:.1}"));
        }
        println!();
    }
    for peer in ["OpenCC C++", "zhconv"] {
        print!("  {:<15}", format!("to {peer}"));
        for config in configs {
            let (ours, theirs) = (speeds[&("zhnorm", config)], speeds[&(peer, config)]);
            let ratio = |index: usize| ours[index] / theirs[index];
            print!("{:>16}", format!("{:.1} / {:.1}", ratio(0), ratio(1)));
        }
        println!();
    }
    Ok(())
}
