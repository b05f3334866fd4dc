//! Reads a user's dictionary, or OpenCC configuration with its dictionaries, from files.

use std::path::Path;

use zhnorm::convert::Error;
use zhnorm::convert::custom::{Configuration, Dictionary};

/// Reads an OpenCC configuration. The text dictionaries that it names are in its folder.
///
/// # Errors
///
/// [`Error::InFile`] when a file cannot be read, is not UTF-8, or is not what OpenCC accepts.
pub fn load_configuration(path: &Path) -> Result<Configuration, Error> {
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let text = read(path)?;
    Configuration::parse(&text, |name| read(&folder.join(name)))
        .map_err(|error| in_file(path, error))
}

/// Reads a dictionary.
///
/// # Errors
///
/// [`Error::InFile`] as with [`load_configuration`].
pub fn load_dictionary(path: &Path) -> Result<Dictionary, Error> {
    Dictionary::parse(&read(path)?).map_err(|error| in_file(path, error))
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| {
        let reason = error.to_string();
        in_file(path, Error::Unreadable { reason })
    })
}

/// Adds the file's name, unless the error has one already.
fn in_file(path: &Path, error: Error) -> Error {
    match error {
        named @ Error::InFile { .. } => named,
        error => Error::InFile {
            file: path.display().to_string(),
            error: Box::new(error),
        },
    }
}
