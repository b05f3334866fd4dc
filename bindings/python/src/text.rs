//! Strings of Python as text.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use zhnorm::report::{Change, Report, Stage};

/// The text of a string. A string may hold surrogates, which are no characters: a pair becomes the
/// character that it represents, one that is alone U+FFFD. `report` says so.
pub(crate) fn of<'s>(
    string: &'s Bound<'_, PyString>,
    report: &mut Report,
) -> PyResult<Cow<'s, str>> {
    match string.to_str() {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => without_surrogates(string, report).map(Cow::Owned),
    }
}

/// The same for who asks for no report.
pub(crate) fn alone<'s>(string: &'s Bound<'_, PyString>) -> PyResult<Cow<'s, str>> {
    match string.to_str() {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => without_surrogates(string, &mut Report::counting()).map(Cow::Owned),
    }
}

#[cold]
fn without_surrogates(string: &Bound<'_, PyString>, report: &mut Report) -> PyResult<String> {
    let encoded = string.call_method1("encode", ("utf-16-le", "surrogatepass"))?;
    let units = encoded.cast::<PyBytes>()?.as_bytes().chunks_exact(2);
    let units = units.map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let mut text = String::new();
    let (mut at, mut line) = (0, 1);
    for read in char::decode_utf16(units) {
        match read {
            Ok(character) => {
                text.push(character);
                line += usize::from(character == '\n');
            }
            Err(alone) => {
                text.push(char::REPLACEMENT_CHARACTER);
                let before = format!("\\u{:04x}", alone.unpaired_surrogate());
                let note = "a surrogate alone is no character";
                report.record(
                    Change::flag(Stage::Decode, "surrogate", at..at + 1, line, before)
                        .with_note(note),
                );
            }
        }
        at += 1;
    }
    Ok(text)
}
