//! GBK by its two bytes: which character a pair is, and which pair a character has.
//!
//! The pairs are those of the WHATWG gb18030 index, which has a private-use character where GBK
//! has none, so that every pair of a lead and a trail byte can be distinguished from every other.

use std::sync::LazyLock;

use encoding_rs::GB18030;

use zhnorm_lang::characters::is_private_use;
use zhnorm_lang::rows;

/// Lead bytes of a pair.
pub(super) const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xFE;

const TRAILS: usize = 0xFF - 0x40;

struct Table {
    /// By lead and trail; 0 where there is no pair.
    characters: Box<[u16]>,
    /// By UTF-16 code unit; 0 where there is no pair.
    pairs: Box<[u16]>,
    /// For each lead the trails above 80 of pairs that GBK leaves to its users or leaves out.
    unassigned: Vec<Vec<u8>>,
    unassigned_leads: Vec<u8>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut characters = vec![0u16; 126 * TRAILS].into_boxed_slice();
    let mut pairs = vec![0u16; 0x1_0000].into_boxed_slice();
    let mut unassigned = vec![Vec::new(); 126];
    for lead in LEADS {
        for (trail, ch) in rows::row(GB18030, lead) {
            let bytes = [lead, trail];
            let unit = ch as u16;
            characters[index(lead, trail)] = unit;
            if trail > 0x80 && (is_unassigned(ch) || bytes == [0xA3, 0xA0]) {
                unassigned[usize::from(lead - 0x81)].push(trail);
            }
            let pair = &mut pairs[usize::from(unit)];
            if *pair == 0 {
                *pair = u16::from_be_bytes(bytes);
            }
        }
    }
    // The characters used before Unicode had them, as older decoders still write.
    let older = [
        (0xE5E5, 0xA3A0, 1),
        (0xE78D, 0xA6D9, 7),
        (0xE794, 0xA6EC, 2),
        (0xE796, 0xA6F3, 1),
    ];
    for (private, pair, count) in older {
        for offset in 0..count {
            pairs[private + usize::from(offset)] = pair + offset;
        }
    }
    let unassigned_leads = LEADS
        .filter(|lead| !unassigned[usize::from(lead - 0x81)].is_empty())
        .collect();
    Table {
        characters,
        pairs,
        unassigned,
        unassigned_leads,
    }
});

/// Whether a decoder without GB 18030's additions has no character here, or a private one.
pub(super) fn is_unassigned(ch: char) -> bool {
    is_private_use(ch) || matches!(ch, '\u{FE10}'..='\u{FE19}' | '\u{9FB4}'..='\u{9FBB}')
}

fn index(lead: u8, trail: u8) -> usize {
    usize::from(lead - 0x81) * TRAILS + usize::from(trail - 0x40)
}

/// The assigned character of a pair.
#[inline]
pub(super) fn decode(lead: u8, trail: u8) -> Option<char> {
    let ch = decode_any(lead, trail)?;
    (!is_unassigned(ch)).then_some(ch)
}

/// The character of a pair, which is a private-use one where GBK has none.
#[inline]
pub(super) fn decode_any(lead: u8, trail: u8) -> Option<char> {
    if !LEADS.contains(&lead) || !(0x40..=0xFE).contains(&trail) {
        return None;
    }
    match TABLE.characters[index(lead, trail)] {
        0 => None,
        unit => char::from_u32(u32::from(unit)),
    }
}

/// The pair of a character.
#[inline]
pub(super) fn encode(ch: char) -> Option<[u8; 2]> {
    match *TABLE.pairs.get(ch as usize)? {
        0 => None,
        pair => Some(pair.to_be_bytes()),
    }
}

/// The lead bytes that [`unassigned_trails`] knows trails for.
pub(super) fn unassigned_leads() -> &'static [u8] {
    &TABLE.unassigned_leads
}

/// The trails, of those that may themselves be lead bytes, with which a lead byte makes no
/// assigned character.
pub(super) fn unassigned_trails(lead: u8) -> &'static [u8] {
    if LEADS.contains(&lead) {
        &TABLE.unassigned[usize::from(lead - 0x81)]
    } else {
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_and_its_character_belong_together() {
        assert_eq!(decode(0x83, 0xD4), Some('冊'));
        assert_eq!(encode('冊'), Some([0x83, 0xD4]));
        assert_eq!(decode(0xAA, 0xA1), None);
        assert_eq!(decode_any(0xAA, 0xA1), Some('\u{E000}'));
        assert_eq!(encode('\u{E000}'), Some([0xAA, 0xA1]));
        assert_eq!(encode('\u{E793}'), Some([0xA6, 0xDF]));
        assert_eq!(encode('a'), None);
        assert!(unassigned_trails(0xA6).contains(&0xDF));
        assert!(unassigned_trails(0xB0).is_empty());
    }
}
