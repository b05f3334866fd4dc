//! Big5-UAO: Big5 as Taiwan's bulletin boards extended it (Unicode-at-on 2.50), with kana, simplified
//! characters and the ideographs of Japan in the zones where Hong Kong has its supplement.
//!
//! The table is that of the package `uao` (MIT licence): two bytes for each pair of a lead byte from
//! 81 to FE and a trail byte, little-endian, 0 where there is no character.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use zhnorm_lang::folding;
use zhnorm_lang::frequency::{Frequencies, Model, UNITS_PER_NAT, UNLISTED};

static TABLE: &[u8] = include_bytes!("uao.bin");

/// Trail bytes of each lead byte.
const TRAILS: usize = 63 + 94;

/// The pairs of characters, the plain ones of Big5 before those of the extensions.
static PAIRS: LazyLock<HashMap<char, [u8; 2]>> = LazyLock::new(|| {
    let mut pairs = HashMap::new();
    let leads = (0xA1..=0xFE).chain(0x81..=0xA0u8);
    for lead in leads {
        for trail in (0x40..=0x7Eu8).chain(0xA1..=0xFE) {
            if let Some(ch) = character(lead, trail) {
                pairs.entry(ch).or_insert([lead, trail]);
            }
        }
    }
    pairs
});

/// The character of a pair of bytes.
pub(super) fn character(lead: u8, trail: u8) -> Option<char> {
    let row = usize::from(lead.checked_sub(0x81).filter(|_| lead < 0xFF)?);
    let column = match trail {
        0x40..=0x7E => trail - 0x40,
        0xA1..=0xFE => trail - 0xA1 + 63,
        _ => return None,
    };
    let at = 2 * (row * TRAILS + usize::from(column));
    let code = u16::from_le_bytes([*TABLE.get(at)?, *TABLE.get(at + 1)?]);
    char::from_u32(u32::from(code)).filter(|ch| *ch != '\0')
}

/// The bytes of a character outside ASCII.
pub(super) fn pair(ch: char) -> Option<[u8; 2]> {
    PAIRS.get(&ch).copied()
}

/// Reads bytes; `damage` gets each place that is no character.
pub(super) fn read(
    bytes: &[u8],
    text: &mut String,
    mut damage: impl FnMut(&mut String, Range<usize>),
) {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x80 {
            text.push(char::from(byte));
            at += 1;
            continue;
        }
        let trail = bytes.get(at + 1).copied();
        if let Some(ch) = trail.and_then(|trail| character(byte, trail)) {
            text.push(ch);
            at += 2;
            continue;
        }
        // An ASCII byte after a lead byte is read on its own, as in Big5.
        let is_pair = trail.is_some_and(|trail| trail >= 0x80);
        let length = if is_pair { 2 } else { 1 };
        damage(text, at..at + length);
        at += length;
    }
}

/// Whether bytes that are Big5 are rather Big5-UAO, from the pairs that differ between the two: in
/// one of them they are characters that people write.
pub(super) fn is_likelier(bytes: &[u8]) -> bool {
    /// How much likelier it must be, in nats.
    const LEAST: f32 = 15.0;
    /// Bytes that are looked at.
    const SAMPLE: usize = 1 << 16;
    /// What a character costs that no reader of Big5 writes.
    const STRANGE: f32 = 14.0;
    let cost = |ch: Option<char>| match ch {
        // Kana are known by their kind.
        Some('\u{3041}'..='\u{30FC}') => 6.0,
        Some(ch) if !folding::is_only_simplified(ch) => {
            let costs = Frequencies::get().costs(ch);
            let models = Model::Taiwan as usize..=Model::Japanese as usize;
            let least = costs[models].iter().copied().min();
            (f32::from(least.unwrap_or(UNLISTED)) / UNITS_PER_NAT).min(STRANGE)
        }
        _ => STRANGE,
    };
    let mut gain = 0.0;
    // No trail byte is a line feed. Lines of a second encoding say nothing about the first.
    let lines = bytes[..bytes.len().min(SAMPLE)].split(|byte| *byte == b'\n');
    for line in lines.filter(|line| !line.is_ascii() && std::str::from_utf8(line).is_err()) {
        let mut at = 0;
        while let Some(pair) = line.get(at..at + 2) {
            if pair[0] < 0x81 {
                at += 1;
                continue;
            }
            let extended = matches!(pair[0], 0x81..=0xA0 | 0xC6..=0xC8 | 0xFA..=0xFE);
            if extended {
                let big5 = encoding_rs::BIG5;
                let big5 = big5.decode_without_bom_handling_and_without_replacement(pair);
                let big5 = big5.and_then(|text| text.chars().next());
                let uao = character(pair[0], pair[1]);
                if big5 != uao {
                    gain += cost(big5) - cost(uao);
                }
            }
            at += 2;
        }
    }
    gain > LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(character(0x92, 0x4C), Some('円'));
        assert_eq!(character(0xA4, 0xA4), Some('中'));
        for (ch, [lead, trail]) in PAIRS.iter() {
            assert_eq!(character(*lead, *trail), Some(*ch));
        }
        assert!(PAIRS.len() > 19_000);
    }

    #[test]
    fn boards_are_told_from_hong_kong() {
        let written = |text: &str| -> Vec<u8> {
            let pairs = text.chars().filter_map(pair);
            pairs.flatten().collect()
        };
        assert!(is_likelier(&written(
            "這本書要三百円，那本要五百円，円高円安，一円二円五円十円"
        )));
        assert!(!is_likelier(&written("這本書很好看")));
        // Lines of UTF-8 in a file of Big5 are no characters of either.
        let mut mixed = written("這本書很好看");
        for line in [
            "\n我們今天去公園散步，天氣很好",
            "\n請大家多多指教，謝謝各位",
        ] {
            mixed.extend(line.repeat(4).bytes());
        }
        assert!(!is_likelier(&mixed));
        let cantonese = crate::decode::encode(
            "我哋喺度食嘢，佢哋嗰啲嘢好好食",
            crate::decode::Encoding::BIG5,
            crate::decode::Unmappable::Error,
        );
        assert!(!is_likelier(&cantonese.unwrap_or_default()));
    }
}
