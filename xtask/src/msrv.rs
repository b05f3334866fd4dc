//! Keeps the stated minimum Rust version true: no dependency of the package may ask for a newer
//! one. The compiler's own side of the promise is clippy's `incompatible_msrv`.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::corpora::root;

/// Packages that only a feature needs which is off by default, and which says that it needs more.
const EXEMPT: &[&str] = &["opencc-rust"];

/// Fails with the names of the dependencies that need a newer Rust than `Cargo.toml` states.
pub fn check() -> Result<()> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(root())
        .output()
        .context("cargo metadata")?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let version_of = |package: &Value| package["rust_version"].as_str().and_then(parse);
    let stated = packages
        .iter()
        .find(|package| package["name"] == "zhnorm")
        .and_then(version_of)
        .context("zhnorm states no rust-version")?;
    let newer: Vec<String> = packages
        .iter()
        .filter(|package| !EXEMPT.iter().any(|name| package["name"] == *name))
        .filter(|package| version_of(package).is_some_and(|needed| needed > stated))
        .map(|package| format!("{} {}", package["name"], package["rust_version"]))
        .collect();
    if !newer.is_empty() {
        bail!(
            "these need a newer Rust than the stated {stated:?}: {}",
            newer.join(", ")
        );
    }
    println!(
        "{} packages, none needs a newer Rust than {}.{}",
        packages.len(),
        stated.0,
        stated.1
    );
    Ok(())
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
