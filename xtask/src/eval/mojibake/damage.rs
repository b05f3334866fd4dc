//! Each damage of the catalogue, done to a sentence: wrong decoders, escapes, substitutes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use zhnorm_lang::characters::is_basic_han;

use encoding_rs::{BIG5, Encoding, GB18030};

use crate::corpora::root;

pub(super) fn misread(bytes: &[u8], as_: &'static Encoding) -> Option<String> {
    Some(as_.decode_without_bom_handling(bytes).0.into_owned())
}

pub(super) fn written(text: &str, in_: &'static Encoding) -> Option<Vec<u8>> {
    let (bytes, _, lost) = in_.encode(text);
    (!lost).then(|| bytes.into_owned())
}

pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// A text that was read in the wrong charset.
pub struct Damaged {
    pub text: String,
    /// For each byte where a character of the damaged text begins, and for its end, the byte of the
    /// original that it was read from.
    pub from: Vec<(usize, usize)>,
    /// The characters that stand for lost bytes, as bytes of the damaged text.
    pub lost: Vec<Range<usize>>,
}

/// Reads bytes as GBK, with `?` for what is lost and the byte behind it, or with U+FFFD for each byte.
pub fn read_as_gbk(bytes: &[u8], swallows: bool) -> Damaged {
    let (mut text, mut from, mut lost) = (String::new(), Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        from.push((text.len(), at));
        if lead < 0x80 {
            text.push(char::from(lead));
            at += 1;
            continue;
        }
        let opens = !matches!(lead, 0x80 | 0xFF);
        let pair = bytes.get(at..at + 2).filter(|_| opens);
        let read =
            pair.and_then(|pair| GB18030.decode_without_bom_handling_and_without_replacement(pair));
        if let Some(read) = read.filter(|read| read.chars().count() == 1) {
            text.push_str(&read);
            at += 2;
            continue;
        }
        let start = text.len();
        text.push(if swallows { '?' } else { '\u{FFFD}' });
        lost.push(start..text.len());
        at += if swallows && opens { 2 } else { 1 };
    }
    from.push((text.len(), bytes.len()));
    Damaged { text, from, lost }
}

/// Read as GBK by a decoder that makes `?` of a pair that it does not know.
pub fn swallowing(bytes: &[u8]) -> String {
    read_as_gbk(bytes, true).text
}

/// Read in code page 437.
pub(super) fn in_dos(bytes: &[u8]) -> String {
    const UPPER_HALF: &str = concat!(
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ",
        "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
        "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
        "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    );
    let upper: Vec<char> = UPPER_HALF.chars().collect();
    let read = |byte: &u8| match usize::from(*byte).checked_sub(0x80) {
        Some(place) => upper[place],
        None => char::from(*byte),
    };
    bytes.iter().map(read).collect()
}

pub(super) fn clause_as_gbk(sentence: &str) -> Option<String> {
    let (first, rest) = sentence.split_once('，')?;
    Some(format!("{}，{rest}", misread(first.as_bytes(), GB18030)?))
}

pub(super) fn each_han(text: &str, escape: fn(char) -> String) -> String {
    text.chars()
        .map(|ch| {
            if ch.is_ascii() {
                ch.to_string()
            } else {
                escape(ch)
            }
        })
        .collect()
}

pub(super) fn some_han(text: &str, escape: fn(char) -> String) -> String {
    text.chars()
        .enumerate()
        .map(|(index, ch)| {
            if is_basic_han(ch) && index % 5 == 2 {
                escape(ch)
            } else {
                ch.to_string()
            }
        })
        .collect()
}

pub(super) fn hexadecimal(bytes: &[u8], mark: &str) -> String {
    let mut text = String::new();
    for byte in bytes {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "{mark}{byte:02X}");
        }
    }
    text
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..4 {
            text.push(if place <= three.len() {
                char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63])
            } else {
                '='
            });
        }
    }
    text
}

pub(super) fn sprinkled(text: &str, stray: char) -> String {
    text.chars()
        .enumerate()
        .flat_map(|(index, ch)| [(index % 7 == 3).then_some(stray), Some(ch)])
        .flatten()
        .collect()
}

pub(super) type Substitutes = BTreeMap<char, char>;

pub(super) fn changed(text: &str, substitutes: &Substitutes) -> Option<String> {
    let changed: String = text
        .chars()
        .map(|ch| substitutes.get(&ch).copied().unwrap_or(ch))
        .collect();
    (changed != text).then_some(changed)
}

pub(super) fn kangxi() -> Substitutes {
    radicals(0x2F00..=0x2FD5)
}

pub(super) fn supplement() -> Substitutes {
    radicals(0x2E80..=0x2EF3)
}

pub(super) fn radicals(block: std::ops::RangeInclusive<u32>) -> Substitutes {
    let table =
        std::fs::read_to_string(root().join("crates/zhnorm/src/repair/unicode/radicals.txt"));
    table
        .unwrap_or_default()
        .lines()
        .filter_map(|line| {
            let mut pair = line.chars();
            Some((pair.next()?, pair.next()?))
        })
        .filter(|(radical, _)| block.contains(&u32::from(*radical)))
        .map(|(radical, unified)| (unified, radical))
        .collect()
}

pub(super) fn compatible() -> Substitutes {
    let mut substitutes = Substitutes::new();
    for ch in '\u{F900}'..='\u{FAD9}' {
        unicode_normalization::char::decompose_canonical(ch, |unified| {
            if unified != ch {
                substitutes.insert(unified, ch);
            }
        });
    }
    substitutes
}

/// The characters of the Hong Kong supplement and the private-use characters that stood for
/// them: code page 950 gives them out in the order of the pairs.
pub(super) fn private_hong_kong() -> Substitutes {
    let mut substitutes = Substitutes::new();
    let trails = || (0x40..=0x7Eu8).chain(0xA1..=0xFE);
    for (first, leads) in [
        (0xE000u32, 0xFA..=0xFEu8),
        (0xE311, 0x8E..=0xA0),
        (0xEEB8, 0x81..=0x8D),
    ] {
        for (index, (lead, trail)) in leads
            .flat_map(|lead| trails().map(move |trail| (lead, trail)))
            .enumerate()
        {
            if let Some(text) =
                BIG5.decode_without_bom_handling_and_without_replacement(&[lead, trail])
                && let (Some(ch), Some(private)) =
                    (text.chars().next(), char::from_u32(first + index as u32))
                && is_basic_han(ch)
            {
                substitutes.entry(ch).or_insert(private);
            }
        }
    }
    substitutes
}
