//! `cargo xtask names`: how likely each character is in names of persons, for
//! `crates/zhnorm/src/decode/surprise/names.txt`.
//!
//! Source: what jieba's tagger (MIT, from the Python registry) holds likely at the start, in the
//! middle and at the end of a name, in both scripts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

use crate::corpora::root;
use crate::packages::python;

/// The places of a name, with the share of a roster's characters that stand there.
const PLACES: [(&str, f64); 3] = [("B", 0.38), ("M", 0.26), ("E", 0.36)];

/// Characters that are less likely than this, in nats, are left to the other writers.
const RAREST: f64 = 10.0;

/// Writes the table, or with `check` compares it with the committed one.
pub fn run(check: bool) -> Result<()> {
    let table = generate()?;
    let path = root().join("crates/zhnorm/src/decode/surprise/names.txt");
    if !check {
        return Ok(std::fs::write(path, table)?);
    }
    if std::fs::read_to_string(path)? != table {
        bail!("names.txt is not what `cargo xtask names` writes; run it and commit");
    }
    Ok(())
}

/// A line for each cost in sixteenths of a nat: the cost, a space, and the characters.
fn generate() -> Result<String> {
    let path = python("jieba", "0.42.1")?.join("jieba/posseg/prob_emit.py");
    let source = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut shares: BTreeMap<char, f64> = BTreeMap::new();
    for (place, weight) in PLACES {
        let start = format!("('{place}', 'nr'): {{");
        let from = source.find(&start).context("no names")? + start.len();
        let entries = source[from..].split('}').next().unwrap_or_default();
        let entries: Vec<(char, f64)> = entries.split(',').filter_map(entry).collect();
        let total: f64 = entries.iter().map(|(_, share)| share).sum();
        for (character, share) in entries {
            *shares.entry(character).or_default() += weight * share / total;
        }
    }
    let mut lines: BTreeMap<u32, String> = BTreeMap::new();
    for (character, share) in shares {
        let cost = -share.ln();
        if cost < RAREST && !character.is_ascii() {
            let cost = (cost * 16.0).round() as u32;
            lines.entry(cost).or_default().push(character);
        }
    }
    let mut table = String::new();
    for (cost, characters) in lines {
        writeln!(table, "{cost} {characters}")?;
    }
    Ok(table)
}

/// `'\u4e00': -8.44`.
fn entry(text: &str) -> Option<(char, f64)> {
    let (character, log_share) = text.trim().split_once(": ")?;
    let code = character.strip_prefix("'\\u")?.strip_suffix('\'')?;
    let character = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
    let log_share: f64 = log_share.parse().ok()?;
    Some((character, log_share.exp()))
}
