//! `cargo xtask readings`: the table of readings of `crates/zhnorm/src/repair/pinyin/readings.rs`.
//!
//! The garble writes one reading per character, and it is the first reading of the table in the
//! crate `pinyin` (MIT licence, compiled from pinyin-data) in most copies; a few were made with an
//! older table, so the further readings are written too. The tables are a list of syllables, for
//! each ideograph of the basic block the number of its first, and pairs for the others.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use pinyin::{ToPinyin, ToPinyinMulti};

use crate::corpora::root;

/// The ideographs of GBK in the basic block.
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FA5;

/// Writes the tables, or with `check` compares them with the committed ones.
pub fn run(check: bool) -> Result<()> {
    let folder = root().join("crates/zhnorm/src/repair/pinyin");
    for (name, content) in generate() {
        let path = folder.join(name);
        if check {
            if std::fs::read(&path)? != content {
                bail!("{name} is not what `cargo xtask readings` writes; run it and commit");
            }
        } else {
            std::fs::write(&path, content)?;
        }
    }
    Ok(())
}

fn generate() -> [(&'static str, Vec<u8>); 3] {
    let ideographs = || (FIRST..=LAST).filter_map(char::from_u32);
    let first: Vec<&str> = ideographs()
        .map(|ideograph| ideograph.to_pinyin().map_or("", pinyin::Pinyin::with_tone))
        .collect();
    let further: Vec<(char, &str)> = ideographs()
        .flat_map(|ideograph| {
            let readings = ideograph.to_pinyin_multi();
            let readings: Vec<&str> = readings
                .into_iter()
                .flatten()
                .skip(1)
                .map(pinyin::Pinyin::with_tone)
                .collect();
            readings
                .into_iter()
                .map(move |reading| (ideograph, reading))
        })
        .collect();
    // Syllable 0 is the empty one: an ideograph without a reading.
    let mut numbers: BTreeMap<&str, u16> = [("", 0)].into();
    numbers.extend(first.iter().map(|syllable| (*syllable, 0)));
    numbers.extend(further.iter().map(|(_, syllable)| (*syllable, 0)));
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number as u16;
    }
    let further: BTreeSet<[u16; 2]> = further
        .iter()
        .map(|(ideograph, syllable)| [*ideograph as u16, numbers[syllable]])
        .collect();
    [
        (
            "syllables.txt",
            numbers
                .keys()
                .copied()
                .collect::<Vec<_>>()
                .join("\n")
                .into_bytes(),
        ),
        (
            "readings.bin",
            first
                .iter()
                .flat_map(|syllable| numbers[syllable].to_le_bytes())
                .collect(),
        ),
        (
            "further.bin",
            further
                .into_iter()
                .flatten()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_readings_are_the_generated_ones() {
        super::run(true).expect("the committed table");
    }
}
