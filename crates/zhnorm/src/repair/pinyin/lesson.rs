//! Readings that a person wrote to teach: primers, exercises, tables of characters.
//!
//! Either machine writes one reading for a character, into running text. A lesson puts readings on
//! what it teaches: on characters that are apart, on the same character in each of its readings, and
//! it says what it is about.

use std::collections::HashMap;
use zhnorm_lang::characters::is_han;

use super::readings::Syllable;

/// Words of texts that teach readings, in both scripts.
const TOPICS: &[&str] = &[
    "拼音",
    "注音",
    "读音",
    "讀音",
    "多音字",
    "生字",
    "识字",
    "識字",
    "声调",
    "聲調",
    "变调",
    "變調",
    "轻声",
    "輕聲",
    "读作",
    "讀作",
    "读一读",
    "讀一讀",
    "课文",
    "課文",
    "字词",
    "字詞",
    "词语",
    "詞語",
    "绕口令",
    "繞口令",
    "字音",
];

/// A reading in a text, as far as it distinguishes a lesson from damage.
pub(super) struct Reading<'a> {
    pub(super) base: char,
    pub(super) syllable: &'a Syllable,
    /// Where the character starts, and where the reading ends, in bytes of the text.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Whether characters with readings are apart from running text, or carry several readings.
pub(super) fn is_list<'a>(text: &str, readings: impl Iterator<Item = Reading<'a>>) -> bool {
    let mut known: HashMap<char, &str> = HashMap::new();
    let (mut all, mut apart, mut several) = (0usize, 0usize, 0usize);
    for one in readings {
        all += 1;
        let before = text[..one.start].chars().next_back();
        let after = text[one.end..].chars().next();
        let goes_on =
            |ch: Option<char>| ch.is_some_and(|ch| is_han(ch) || matches!(ch, '(' | ')' | '?'));
        apart += usize::from(!goes_on(before) && !goes_on(after));
        let written = one.syllable.as_str();
        several += usize::from(*known.entry(one.base).or_insert(written) != written);
    }
    all > 0 && (apart * 4 >= all || several * 20 >= all && several > 0)
}

/// Whether a text says that it teaches readings.
pub(super) fn is_announced(text: &str) -> bool {
    TOPICS.iter().any(|topic| text.contains(topic))
}
