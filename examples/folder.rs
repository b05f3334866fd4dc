//! Normalizes the `.txt` files of a folder on all cores, and writes them to another folder.
//!
//! The command `zhnorm -o` does more: ignore files, compressed files, files of any size, and files
//! that are whole at every moment. This shows the least that is needed.
//!
//! ```sh
//! cargo run --example folder -- seeds out
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use zhnorm::{Normalizer, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: folder FROM TO".into());
    };
    let failures = folder(&from, &to)?;
    for (file, error) in &failures {
        eprintln!("{}: {error}", file.display());
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(format!("{} files failed", failures.len()).into())
    }
}

/// Normalizes a folder and returns the files that failed. One bad file does not stop the others.
pub(crate) fn folder(from: &Path, to: &Path) -> Result<Vec<(PathBuf, String)>, Box<dyn Error>> {
    std::fs::create_dir_all(to)?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
    // One normalizer for all threads. Without the list of changes it is faster.
    let options = Options::default()
        .with_to("zh-Hans".parse()?)
        .with_count_only(true);
    let normalizer = Normalizer::new(options);
    let failures = files
        .into_par_iter()
        .filter_map(|path| {
            let result = one_file(&normalizer, &path, to);
            result.err().map(|error| (path, error.to_string()))
        })
        .collect();
    Ok(failures)
}

fn one_file(normalizer: &Normalizer, path: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let outcome = normalizer.normalize_bytes(&bytes)?;
    let name = path.file_name().ok_or("no file name")?;
    std::fs::write(to.join(name), outcome.text.as_bytes())?;
    Ok(())
}
