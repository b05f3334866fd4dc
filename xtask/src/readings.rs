//! `cargo xtask readings`: the table of readings behind `src/repair/pinyin/readings.rs`.
//!
//! The garble writes one reading per character, and it is the first reading of the table in the
//! crate `pinyin` (MIT licence, compiled from pinyin-data). The table is written as a list of
//! syllables and, for each ideograph of the basic block, the number of its syllable.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use pinyin::ToPinyin;

use crate::corpora::root;

/// The ideographs of GBK in the basic block.
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FA5;

/// Writes the table, or with `check` compares it with the committed one.
pub fn run(check: bool) -> Result<()> {
    let (syllables, indices) = generate();
    let folder = root().join("src/repair/pinyin");
    for (name, content) in [("syllables.txt", syllables), ("readings.bin", indices)] {
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

fn generate() -> (Vec<u8>, Vec<u8>) {
    let readings: Vec<&str> = (FIRST..=LAST)
        .filter_map(char::from_u32)
        .map(|ideograph| ideograph.to_pinyin().map_or("", pinyin::Pinyin::with_tone))
        .collect();
    // Syllable 0 is the empty one: an ideograph without a reading.
    let mut numbers: BTreeMap<&str, u16> = readings.iter().map(|syllable| (*syllable, 0)).collect();
    numbers.insert("", 0);
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number as u16;
    }
    let syllables = numbers.keys().copied().collect::<Vec<_>>().join("\n");
    let indices = readings
        .iter()
        .flat_map(|syllable| numbers[syllable].to_le_bytes())
        .collect();
    (syllables.into_bytes(), indices)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_readings_are_the_generated_ones() {
        super::run(true).expect("the committed table");
    }
}
