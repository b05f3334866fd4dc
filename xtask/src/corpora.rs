//! The text that counts are trained on and figures are measured on: `../shared/corpora`.
//!
//! Documents are separated by blank lines. Every tenth document is held back: what a table was
//! trained on must never be what an evaluation measures, so both take their split from here.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The split of a corpus to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Split {
    /// Nine documents of ten: for counting.
    Train,
    /// Each tenth document: for measuring.
    HeldBack,
    /// Everything: for differential tests and false positives, where nothing is learnt.
    All,
}

/// The checkout's own folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder `../shared` beside the checkout, or an error that says how to go on without it.
pub fn shared() -> Result<PathBuf> {
    let folder = root().join("../shared");
    folder.canonicalize().with_context(|| {
        "this command measures on the folder ../shared beside the checkout, which is not here; \
         the ordinary tests (cargo test) do without it"
    })
}

/// Healthy files of a folder of `../shared/zoo`, so many at most, from all of it; those that are no UTF-8 are left out.
pub fn zoo(folder: &str, files: usize) -> Result<Vec<String>> {
    let mut paths: Vec<_> = std::fs::read_dir(shared()?.join("zoo").join(folder))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    let step = (paths.len() / files).max(1);
    let paths = paths.into_iter().step_by(step).take(files);
    Ok(paths
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect())
}

/// The documents of one corpus file, for example `hans/prc_laws.txt`.
pub fn documents(name: &str, split: Split) -> Result<Vec<String>> {
    let path = shared()?.join("corpora").join(name);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(text
        .split("\n\n")
        .filter(|document| !document.trim().is_empty())
        .enumerate()
        .filter(|(index, _)| match split {
            Split::Train => index % 10 != 9,
            Split::HeldBack => index % 10 == 9,
            Split::All => true,
        })
        .map(|(_, document)| document.to_owned())
        .collect())
}

/// The corpus files, by folder and name.
pub fn names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in ["hans", "hant", "negatives"] {
        for entry in std::fs::read_dir(shared()?.join("corpora").join(folder))? {
            names.push(format!("{folder}/{}", entry?.file_name().to_string_lossy()));
        }
    }
    names.sort();
    Ok(names)
}
