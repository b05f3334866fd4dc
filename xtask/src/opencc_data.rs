//! The text dictionaries of OpenCC 1.4.2, all values of each entry, for the tables that are not
//! conversions. The package comes from where that of the conversions does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::tables::package::Package;

/// The package's folder `data`, with the text dictionaries and, in `config`, the configurations.
pub fn folder() -> Result<PathBuf> {
    Ok(Package::open()?.data())
}

/// One text dictionary: each key with its values, in the order of the file.
pub fn dictionary(folder: &Path, name: &str) -> Result<Vec<(String, Vec<String>)>> {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(key, values)| {
            (
                key.to_owned(),
                values.split(' ').map(str::to_owned).collect(),
            )
        })
        .collect())
}

/// The entries of a dictionary whose key and first value are single characters: key to values.
pub fn characters(folder: &Path, name: &str) -> Result<BTreeMap<char, Vec<char>>> {
    Ok(dictionary(folder, name)?
        .into_iter()
        .filter_map(|(key, values)| {
            let values = values.iter().filter_map(|value| single(value)).collect();
            Some((single(&key)?, values))
        })
        .collect())
}

/// The only character of a string of one character.
pub fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
