//! `OpenCC` 1.4.2, exactly, from tables that are part of the program.
//!
//! `OpenCC` replaces compatibility characters, cuts the text into segments (in eight of the
//! sixteen configurations), and takes each segment through one or two steps; a step replaces the
//! longest phrase of its dictionaries at each place, or else the character. Description sequences
//! (⿰…) are left alone throughout.
//!
//! Here a chain is one step as far as it can be. The generator knows what the whole chain makes
//! of each phrase of the segmentation and of each single character, so text is walked once. That
//! is wrong only where the second step joins characters that the first one left apart; the pairs
//! of characters at which that can begin are known too, and there, at some two places in a
//! hundred, the phrase of the second step is taken on the spot or, where that is not sure to be
//! what counts, both steps one after the other.
//!
//! - [`layout`] says how the tables look, [`tables`] reads them,
//! - [`chain`] knows where the steps of a chain meet,
//! - [`program`] has everything that one configuration needs,
//! - [`block`] maps many characters at a time and notes where to look, [`fast`] looks there,
//! - [`exact`] converts one piece at a time and is the definition,
//! - [`sequence`] knows description sequences.

mod block;
mod chain;
mod exact;
mod fast;
mod layout;
mod program;
mod sequence;
mod tables;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use super::Config;
use exact::Exact;
use program::Program;
use tables::decode;

/// The length in bytes of the complete description sequence with which a text begins.
pub(super) fn description_sequence(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if sequence::parts(u32::from(first)) == 0 {
        return None;
    }
    let mut characters = text.char_indices();
    sequence::complete(|| Some(u32::from(characters.next()?.1)))?;
    Some(text.len() - characters.as_str().len())
}

/// What became of a text.
struct Conversion {
    /// The output, `None` when nothing changed.
    output: Option<Vec<u8>>,
    /// How many places changed.
    changed: usize,
}

/// Converts a text with one configuration. With it comes the number of places that changed: a
/// phrase or sequence of pieces whose conversion differs from that of its characters one by one
/// counts as one place, any other character that changed as one too.
pub(super) fn convert(config: Config, text: &str) -> (Cow<'_, str>, usize) {
    let conversion = fast::convert(Program::for_config(config), text.as_bytes());
    (finish(text, conversion.output), conversion.changed)
}

/// Converts a text with one configuration. `report` is called for each place that changed, in
/// order, with its range of bytes and its new text.
pub(super) fn convert_and_list(
    config: Config,
    text: &str,
    mut report: impl FnMut(Range<usize>, &str),
) -> Cow<'_, str> {
    let program = Program::for_config(config);
    let bytes = text.as_bytes();
    let mut exact = Exact::new(program, bytes);
    let mut output = String::with_capacity(text.len() + text.len() / 32);
    let mut alone = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = exact.next(at);
        let after = String::from_utf8_lossy(&exact.output);
        output.push_str(&after);
        if *after != text[at..end] {
            // A place where each character is converted alone is reported character by character.
            alone.clear();
            let mut places = Vec::new();
            let mut from = at;
            while from < end
                && let Some((character, length)) = decode(bytes, from)
            {
                let begin = alone.len();
                if let Some(output) = program.whole.character(character) {
                    alone.push_str(&String::from_utf8_lossy(output.bytes()));
                    places.push((from..from + length, begin..alone.len()));
                } else {
                    alone.push_str(&text[from..from + length]);
                }
                from += length;
            }
            if *after == alone {
                for (place, string) in places {
                    report(place, &alone[string]);
                }
            } else {
                report(at..end, &after);
            }
        }
        at = end;
    }
    finish(text, Some(output.into_bytes()))
}

/// The output as text, the text itself when they are equal.
fn finish(text: &str, output: Option<Vec<u8>>) -> Cow<'_, str> {
    match output {
        Some(output) if output != text.as_bytes() => Cow::Owned(string(output)),
        _ => Cow::Borrowed(text),
    }
}

/// The output as a string. Validating it anew would take a third of the time of the conversion.
fn string(bytes: Vec<u8>) -> String {
    debug_assert!(std::str::from_utf8(&bytes).is_ok());
    // SAFETY: the output is put together of whole characters: those of the input, which is a
    // `str`, cut where `decode` found that characters end, and the strings of the tables, each of
    // which the test `every_string_of_the_tables_is_utf8` reads. The fuzz target and the property
    // tests run with the assertion above.
    #[allow(unsafe_code)]
    unsafe {
        String::from_utf8_unchecked(bytes)
    }
}
