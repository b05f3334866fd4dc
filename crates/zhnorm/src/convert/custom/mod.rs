//! What a user brings along: dictionaries of their own, and OpenCC configurations of their own.
//!
//! - A [`Dictionary`] is OpenCC's tab-separated text. In [`Options`](super::Options) it is laid
//!   over whatever conversion a text takes: its entries are looked for first (from left to right,
//!   the longest at each place), and what they give is final; the stretches between are converted
//!   as if they stood alone. A term to be protected is an entry that gives itself.
//! - A [`Configuration`] is OpenCC's JSON with text dictionaries. It is run by an interpreter that
//!   does what OpenCC 1.4.2 does, step by step: right for any dictionaries, and slower than the
//!   embedded tables, which know only OpenCC's own.
//!
//! The stages read no files: a `Configuration` is parsed from text and asks a function for its
//! dictionaries. [`load_config`] and [`load_dictionary`], which do read files, are for callers
//! outside the pipeline.

mod configuration;
mod dictionary;
mod layer;

use std::path::Path;

pub use configuration::Configuration;
pub use dictionary::Dictionary;
pub(super) use layer::layered;

use crate::{Error, Result};

/// Reads an OpenCC configuration and the text dictionaries that it names, which lie beside it.
///
/// # Errors
///
/// [`Error::InFile`] with the file's name and what is wrong: it cannot be read, is not UTF-8, or
/// is not what OpenCC takes, with line and column.
pub fn load_config(path: &Path) -> Result<Configuration> {
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let text = read(path)?;
    Configuration::parse(&text, |name| read(&folder.join(name)))
        .map_err(|error| in_file(path, error))
}

/// Reads a dictionary.
///
/// # Errors
///
/// [`Error::InFile`] as with [`load_config`].
pub fn load_dictionary(path: &Path) -> Result<Dictionary> {
    Dictionary::parse(&read(path)?).map_err(|error| in_file(path, error))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        in_file(
            path,
            Error::Unreadable {
                reason: error.to_string(),
            },
        )
    })
}

/// Puts the file's name in front, unless the error names a file already.
fn in_file(path: &Path, error: Error) -> Error {
    match error {
        named @ Error::InFile { .. } => named,
        error => Error::InFile {
            file: path.display().to_string(),
            error: Box::new(error),
        },
    }
}
