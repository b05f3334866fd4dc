//! `cargo xtask eval convert [PART…]`: how exact and how fast conversion is.
//!
//! Parts: `cases` (upstream's test cases), `differential` (generated strings against the
//! reference, in every configuration), `corpora` (all of `../shared/corpora` against the
//! reference, in every configuration), `unchanged` (characters changed in text that is already in
//! the script asked for; see [`unchanged`]), `mixed` (generated documents in both scripts; see
//! [`mixed`]), `context` (wrong characters beside other converters; see [`context`]), `vocabulary` (words wrongly replaced; see
//! [`vocabulary`]), `region` (what a tag writes beside what the region wrote; see [`region`]), `speed` (the table of `cargo xtask bench-peers`),
//! `detection` (the tables of `cargo xtask eval variety`). Without a part all of them run.
//! `--strings N` sets the number of generated strings per configuration, `--seed N` the seed,
//! `--config NAME` keeps to one configuration.

mod context;
mod mixed;
pub mod oracle;
pub mod peers;
mod region;
pub mod strings;
mod unchanged;
mod vocabulary;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use zhnorm::convert::{Config, Options, Plan, convert};
use zhnorm::report::Report;

use crate::corpora::shared;
use crate::opencc::Package;
use oracle::Oracle;
use strings::Generator;

/// What can be run by itself.
const PARTS: [&str; 10] = [
    "region",
    "vocabulary",
    "context",
    "cases",
    "differential",
    "corpora",
    "unchanged",
    "mixed",
    "speed",
    "detection",
];

struct Arguments {
    parts: Vec<String>,
    strings: usize,
    seed: u64,
    configs: Vec<Config>,
}

fn arguments(words: &[&str]) -> Result<Arguments> {
    let mut arguments = Arguments {
        parts: Vec::new(),
        strings: 100_000,
        seed: 1,
        configs: Config::ALL.to_vec(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match *word {
            "--strings" => arguments.strings = value()?.parse()?,
            "--seed" => arguments.seed = value()?.parse()?,
            "--rounds" | "--megabytes" | "--without" => {
                value()?;
            }
            "--config" => arguments.configs = vec![value()?.parse()?],
            "--write" | "--list" | "--alone" | "--learn" | "--in-turn" => {}
            part if PARTS.contains(&part) => arguments.parts.push(part.to_owned()),
            other => bail!(
                "there is no part {other}; the parts are {}",
                PARTS.join(", ")
            ),
        }
    }
    Ok(arguments)
}

/// Runs the evaluation.
pub fn run(words: &[&str]) -> Result<()> {
    let arguments = arguments(words)?;
    let runs = |part: &str| arguments.parts.is_empty() || arguments.parts.iter().any(|p| p == part);
    let package = Package::open()?;
    let mut mismatches = 0;
    if runs("cases") {
        mismatches += cases(&package)?;
    }
    if runs("differential") {
        mismatches += differential(&package, &arguments)?;
    }
    if runs("corpora") {
        mismatches += corpora(&arguments)?;
    }
    if runs("unchanged") {
        mismatches += unchanged::run(words)?;
    }
    if runs("mixed") {
        mismatches += mixed::run(words)?;
    }
    if runs("context") {
        context::run(words)?;
    }
    if runs("region") {
        region::run(words)?;
    }
    if runs("vocabulary") {
        vocabulary::run(words)?;
    }
    if runs("speed") {
        peers::run(words)?;
    }
    if runs("detection") {
        crate::eval::variety::variety()?;
    }
    ensure!(mismatches == 0, "{mismatches} mismatches");
    Ok(())
}

/// Converts with one configuration; what the listing path makes must be the same, and its list
/// must lead from the input to the output.
fn ours(config: Config, text: &str) -> Result<String> {
    let plan = plan(config);
    let options = Options::default().with_converted_addresses(true);
    let mut counting = Report::counting();
    let plain = convert(text, &plan, &options, &mut counting).into_owned();
    let mut listing = Report::listing();
    let listed = convert(text, &plan, &options, &mut listing);
    ensure!(
        plain == listed,
        "{config}: the listing path differs on {text:?}: {plain:?}, {listed:?}"
    );
    let mut replayed = String::new();
    let mut at = 0;
    for change in listing.changes() {
        replayed.push_str(&text[at..change.span.start]);
        ensure!(
            text[change.span.clone()] == change.before,
            "{config}: wrong place in {text:?}"
        );
        replayed.push_str(&change.after);
        at = change.span.end;
    }
    replayed.push_str(&text[at..]);
    ensure!(
        replayed == plain,
        "{config}: the list does not lead to the output of {text:?}"
    );
    ensure!(
        counting.tallies().eq(listing.tallies()),
        "{config}: {:?} counted, {:?} listed in {text:?}",
        counting.tallies().collect::<Vec<_>>(),
        listing.changes()
    );
    Ok(plain)
}

fn plan(config: Config) -> Plan {
    Plan::new([config])
}

/// Upstream's own test cases.
fn cases(package: &Package) -> Result<usize> {
    let cases = package.cases()?;
    let (mut all, mut all_passed) = (0, 0);
    println!("upstream test cases");
    for &config in Config::ALL {
        let (mut count, mut passed) = (0, 0);
        for case in &cases {
            for (_, expected) in case
                .expected
                .iter()
                .filter(|(name, _)| name == config.name())
            {
                count += 1;
                let given = ours(config, &case.input)?;
                if given == *expected {
                    passed += 1;
                } else {
                    println!("  {config}: {} gives {given}, not {expected}", case.input);
                }
            }
        }
        println!("  {config:<6} {passed:>3} of {count}");
        all += count;
        all_passed += passed;
    }
    println!("  all    {all_passed:>3} of {all}");
    Ok(all - all_passed)
}

/// Generated strings.
fn differential(package: &Package, arguments: &Arguments) -> Result<usize> {
    let oracle = Oracle::new()?;
    println!(
        "generated strings, seed {}, against OpenCC {}",
        arguments.seed,
        crate::opencc::VERSION
    );
    let (mut all, mut all_wrong) = (0, 0);
    for &config in &arguments.configs {
        let clock = Instant::now();
        let seed = arguments.seed.wrapping_mul(1000) + config as u64;
        let mut generator = Generator::new(package, config.name(), seed)?;
        let texts: Vec<String> = (0..arguments.strings).map(|_| generator.string()).collect();
        let wanted = oracle.convert(config.name(), &texts)?;
        let mut wrong = 0;
        for (text, wanted) in texts.iter().zip(&wanted) {
            let given = ours(config, text)?;
            if given != *wanted {
                wrong += 1;
                if wrong <= 3 {
                    println!("  {config}: {text:?}\n    gives  {given:?}\n    wanted {wanted:?}");
                }
            }
        }
        let changed = texts.iter().zip(&wanted).filter(|(a, b)| a != b).count();
        let bytes: usize = texts.iter().map(String::len).sum();
        println!(
            "  {config:<6} {} strings, {bytes} bytes, {changed} converted: {wrong} mismatches ({:.0} s)",
            texts.len(),
            clock.elapsed().as_secs_f64()
        );
        all += texts.len();
        all_wrong += wrong;
    }
    println!("  all    {all} strings: {all_wrong} mismatches");
    Ok(all_wrong)
}

/// All files of the corpora, whole.
fn corpora(arguments: &Arguments) -> Result<usize> {
    let oracle = Oracle::new()?;
    let mut files = Vec::new();
    collect(&shared()?.join("corpora"), &mut files)?;
    files.sort();
    let texts: Vec<(PathBuf, String)> = files
        .into_iter()
        .filter_map(|path| Some((path.clone(), std::fs::read_to_string(path).ok()?)))
        .collect();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    println!(
        "corpora: {} files of UTF-8, {bytes} bytes, each whole",
        texts.len()
    );
    let (mut all, mut all_wrong) = (0, 0);
    for &config in &arguments.configs {
        let clock = Instant::now();
        let inputs: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        let wanted = oracle.convert(config.name(), &inputs)?;
        let mut wrong = 0;
        for ((path, text), wanted) in texts.iter().zip(&wanted) {
            let mut report = Report::counting();
            let given = convert(
                text,
                &plan(config),
                &Options::default().with_converted_addresses(true),
                &mut report,
            );
            if given != *wanted {
                wrong += 1;
                let (line, (given, wanted)) = given
                    .lines()
                    .zip(wanted.lines())
                    .enumerate()
                    .find(|(_, (given, wanted))| given != wanted)
                    .unwrap_or_default();
                println!("  {config}: {}:{}", path.display(), line + 1);
                println!("    gives  {given}\n    wanted {wanted}");
            }
        }
        println!(
            "  {config:<6} {bytes} bytes: {wrong} mismatches ({:.0} s)",
            clock.elapsed().as_secs_f64()
        );
        all += bytes;
        all_wrong += wrong;
    }
    println!("  all    {all} bytes: {all_wrong} mismatches");
    Ok(all_wrong)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
