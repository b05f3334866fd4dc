//! The Python package beside what people install today. The measuring is done in Python, in the
//! environment that `.ci/recipes` makes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Prints the table of figures; with `recipes`, also what each engine takes with zhnorm and without.
pub(super) fn run(words: &[&str]) -> Result<()> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let python = target.join("python/engines/bin/python");
    ensure!(
        python.exists(),
        "{} is missing: `.ci/python` builds the wheel, and `.ci/recipes --rows 1000` installs it with \
         the packages to compare",
        python.display()
    );
    let (recipes, rest): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| **word == "recipes");
    script(&python, "benchsuite/python/figures.py", &rest)?;
    if !recipes.is_empty() {
        script(&python, ".ci/recipes.py", &[])?;
    }
    Ok(())
}

fn script(python: &Path, script: &str, arguments: &[&str]) -> Result<()> {
    let status = Command::new(python)
        .env("PYTHONWARNINGS", "ignore")
        .arg(script)
        .args(arguments)
        .status()
        .with_context(|| format!("{} cannot be run", python.display()))?;
    ensure!(status.success(), "{script}: {status}");
    Ok(())
}
