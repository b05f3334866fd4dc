//! The command `zhnorm`, built from this checkout, for evaluations that run it as a user does.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::corpora::root;

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Builds the command with a cargo profile and returns its path.
pub fn build(profile: &str) -> Result<PathBuf> {
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--locked", "--profile", profile])
        .args(["--package", "zhnorm-cli", "--bin", "zhnorm"])
        .current_dir(root())
        .status()
        .context("cargo build")?;
    ensure!(status.success(), "zhnorm does not build");
    Ok(target().join(profile).join("zhnorm").canonicalize()?)
}
