//! Costs of text in the double-byte encodings, by a table of all their two-byte sequences: what
//! each costs is found by decoding it with `encoding_rs`, and kept.

use encoding_rs::DecoderResult;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{ASCII, CUT_OFF, Cost, LANES, MALFORMED, writers};
use zhnorm_lang::frequency::UNLISTED;

/// The cost of a letter that touches an ideograph: `卡拉OK` is written, but rarely.
const LETTER_TOUCHES_WIDE: u32 = 32;
/// The cost of a single ideograph between two letters, beside that of their touching.
const LONE_BETWEEN_LETTERS: u32 = 96;
/// The cost of katakana after hiragana, or the other way round, 4 nats: words and their endings
/// differ in script, characters within a word do not.
const KANA_CHANGE: u32 = 64;
/// The cost of a sign that is the same as the one before, 2 nats: a ruled line or a row of stars
/// is one choice, not many.
const REPEATED: u32 = 32;
/// The cost of a user-defined character of GBK, 20 nats.
const PRIVATE_USE: u32 = 320;
/// The cost of a malformed sequence of an encoding of Japan or Korea, 25 nats.
const MALFORMED_ABROAD: u32 = 400;
/// The cost of a colour code inside a character, the character included.
const COLOUR_INSIDE: u32 = 240;
/// The longest colour code, without `ESC [` and `m`.
const MAX_COLOUR: usize = 12;
/// The cost of a four-byte sequence of GB18030 that is well-formed.
const FOUR_BYTES: u32 = 200;

/// The double-byte encodings that are recognised by their characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) enum DoubleByte {
    Gb18030,
    Big5,
    ShiftJis,
    EucJp,
    EucKr,
}

impl DoubleByte {
    pub(in crate::decode) const ALL: [Self; 5] = [
        Self::Gb18030,
        Self::Big5,
        Self::ShiftJis,
        Self::EucJp,
        Self::EucKr,
    ];

    pub(in crate::decode) fn encoding(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
            Self::ShiftJis => encoding_rs::SHIFT_JIS,
            Self::EucJp => encoding_rs::EUC_JP,
            Self::EucKr => encoding_rs::EUC_KR,
        }
    }

    fn table(self) -> PairTable {
        PairTable {
            encoding: self,
            entries: &ENTRIES[self as usize],
        }
    }
}

/// Costs of a character by each writer of [`super::writers`], eight bits a lane.
const LANE_BITS: usize = 8;
/// The even lanes of an entry, spread to sixteen bits each so that many of them can be added.
const EVEN_LANES: u64 = 0x00FF_00FF_00FF;
/// So many entries can be added before a sum of sixteen bits overflows.
const BATCH: usize = 256;
/// Set in a table entry whose character is an ideograph, a kana or a syllable.
const WIDE: u64 = 1 << 62;
/// Set where it is hiragana or katakana.
const HIRAGANA: u64 = 1 << 61;
const KATAKANA: u64 = 1 << 60;
/// The longest segment that is scored in one call.
pub(in crate::decode) const LONGEST_SEGMENT: usize = 4096;

/// The costs of the two-byte sequences of an encoding; 0 for those that it does not have.
///
/// A short text has few of them, and filling in all would take longer than scoring the text. So
/// an entry is filled in when it is first needed.
struct PairTable {
    encoding: DoubleByte,
    entries: &'static [AtomicU64; LEADS * TRAILS],
}

static ENTRIES: [[AtomicU64; LEADS * TRAILS]; 5] =
    [const { [const { AtomicU64::new(0) }; LEADS * TRAILS] }; 5];

/// Set in an entry that is filled in.
const KNOWN: u64 = 1 << 63;

const FIRST_LEAD: u8 = 0x81;
const LEADS: usize = 0xFF - FIRST_LEAD as usize;
const FIRST_TRAIL: u8 = 0x40;
const TRAILS: usize = 0xFF - FIRST_TRAIL as usize;

impl PairTable {
    fn pair(&self, lead: u8, trail: u8) -> u64 {
        if !(FIRST_LEAD..=0xFE).contains(&lead) || !(FIRST_TRAIL..=0xFE).contains(&trail) {
            return 0;
        }
        let index = usize::from(lead - FIRST_LEAD) * TRAILS + usize::from(trail - FIRST_TRAIL);
        // Another thread that fills it in writes the same value.
        let mut entry = self.entries[index].load(Ordering::Relaxed);
        if entry == 0 {
            entry = self.price_of(lead, trail) | KNOWN;
            self.entries[index].store(entry, Ordering::Relaxed);
        }
        entry & !KNOWN
    }

    #[cold]
    fn price_of(&self, lead: u8, trail: u8) -> u64 {
        let mut decoder = self.encoding.encoding().new_decoder_without_bom_handling();
        let mut units = [0; 4];
        let (result, _, written) =
            decoder.decode_to_utf16_without_replacement(&[lead, trail], &mut units, true);
        if result != DecoderResult::InputEmpty {
            return 0;
        }
        let mut characters = char::decode_utf16(units[..written].iter().copied());
        match characters.next() {
            // `Shift_JIS` reads some leads as half-width katakana of one byte.
            Some(Ok(first))
                if !first.is_ascii()
                    && !characters
                        .next()
                        .is_some_and(|second| second.is_ok_and(|second| second.is_ascii())) =>
            {
                entry(self.encoding, first, [lead, trail])
            }
            _ => 0,
        }
    }

    /// The cost of a byte from A1 to DF that is a half-width katakana in `Shift_JIS`.
    fn katakana(&self, byte: u8) -> u64 {
        let character = char::from_u32(0xFF61 + u32::from(byte) - 0xA1);
        character.map_or(0, |character| {
            entry(self.encoding, character, [0, byte]) & !WIDE
        })
    }
}

/// Whether a pair is in one of the three user-defined areas of GBK.
fn is_private_use(encoding: DoubleByte, lead: u8, trail: u8) -> bool {
    encoding == DoubleByte::Gb18030
        && match lead {
            0xA1..=0xA7 => trail < 0xA1,
            0xAA..=0xAF | 0xF8..=0xFE => trail >= 0xA1,
            _ => false,
        }
}

/// The entry of a character, whose bytes are `pair`.
fn entry(encoding: DoubleByte, character: char, pair: [u8; 2]) -> u64 {
    let costs = writers::costs(encoding, character, pair);
    let lanes = costs
        .iter()
        .rev()
        .fold(0, |lanes, cost| lanes << LANE_BITS | u64::from(*cost));
    let kind = match character {
        '\u{3041}'..='\u{3096}' => WIDE | HIRAGANA,
        '\u{30A1}'..='\u{30FA}' => WIDE | KATAKANA,
        _ if is_wide(character) => WIDE,
        _ => 0,
    };
    lanes | kind
}

/// Sums of the lanes of many entries.
#[derive(Default)]
struct Sums {
    even: u64,
    odd: u64,
    pending: usize,
    lanes: [u32; LANES],
}

impl Sums {
    fn add(&mut self, entry: u64) {
        self.even += entry & EVEN_LANES;
        self.odd += entry >> LANE_BITS & EVEN_LANES;
        self.pending += 1;
        if self.pending == BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            let sum = if index % 2 == 0 { self.even } else { self.odd };
            *lane += (sum >> (8 * (index & !1)) & 0xFFFF) as u32;
        }
        (self.even, self.odd, self.pending) = (0, 0, 0);
    }
}

/// Whether a character is a letter of an East Asian script, not a sign.
fn is_wide(character: char) -> bool {
    matches!(character,
        '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The kind of the character before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Letter,
    WideAfterLetter,
    Wide,
    Other,
}

/// Scores `bytes`, at most [`LONGEST_SEGMENT`] of them, read in a double-byte encoding.
pub(in crate::decode) fn of_double_byte(encoding: DoubleByte, bytes: &[u8]) -> Cost {
    let table = encoding.table();
    let bytes = &bytes[..bytes.len().min(LONGEST_SEGMENT)];
    let mut sums = Sums::default();
    let mut common = 0u32;
    let mut malformed = 0u32;
    let mut before = Before::Other;
    let mut kana_before = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x80 {
            common += u32::from(ASCII[usize::from(byte)]);
            kana_before = 0;
            before = if byte.is_ascii_alphabetic() {
                common += match before {
                    Before::WideAfterLetter => LETTER_TOUCHES_WIDE + LONE_BETWEEN_LETTERS,
                    Before::Wide => LETTER_TOUCHES_WIDE,
                    _ => 0,
                };
                Before::Letter
            } else {
                Before::Other
            };
            at += 1;
            continue;
        }
        let Some(&next) = bytes.get(at + 1) else {
            common += CUT_OFF;
            if before == Before::Letter {
                common += LETTER_TOUCHES_WIDE;
            }
            break;
        };
        let mut entry = table.pair(byte, next);
        let mut length = 2;
        if encoding == DoubleByte::ShiftJis && matches!(byte, 0xA1..=0xDF) {
            entry = table.katakana(byte);
            length = 1;
        }
        if entry != 0 {
            let kana = entry & (HIRAGANA | KATAKANA);
            if kana != 0 && kana_before != 0 && kana != kana_before {
                common += KANA_CHANGE;
            }
            kana_before = kana;
            let is_repeated = entry & WIDE == 0
                && length == 2
                && at >= 2
                && bytes[at - 2..at] == bytes[at..at + 2];
            if is_repeated {
                common += REPEATED;
            } else if is_private_use(encoding, byte, next) {
                common += PRIVATE_USE;
            } else {
                sums.add(entry);
            }
            before = match (entry & WIDE != 0, before) {
                (true, Before::Letter) => {
                    common += LETTER_TOUCHES_WIDE;
                    Before::WideAfterLetter
                }
                (true, _) => Before::Wide,
                (false, _) => Before::Other,
            };
            at += length;
            continue;
        }
        kana_before = 0;
        let (length, cost) = longer_sequence(encoding, &bytes[at..]);
        malformed += u32::from(cost >= MALFORMED);
        common += cost;
        before = Before::Other;
        at += length;
    }
    sums.flush();
    Cost {
        lanes: sums.lanes,
        common,
        malformed,
    }
}

/// Scores `bytes` as Chinese prose in GB18030.
pub(in crate::decode) fn of_chinese_prose(bytes: &[u8]) -> u32 {
    let mut cost = of_double_byte(DoubleByte::Gb18030, bytes);
    cost.lanes[writers::PROSE..].fill(u32::MAX / 4);
    cost.total()
}

/// A sequence that is not in the table of pairs: its length and its cost.
fn longer_sequence(encoding: DoubleByte, bytes: &[u8]) -> (usize, u32) {
    match (encoding, bytes) {
        (DoubleByte::Gb18030, [0x80, ..]) => (1, 180),
        (DoubleByte::Gb18030, [0x81..=0xFE, 0x30..=0x39, rest @ ..]) => match rest {
            // Leads beyond are for planes that hold nothing.
            [0x81..=0xFE, 0x30..=0x39, ..] if matches!(bytes[0], 0x81..=0x84 | 0x90..=0x9A) => {
                (4, FOUR_BYTES)
            }
            [] | [0x81..=0xFE] => (bytes.len(), CUT_OFF),
            _ => (1, MALFORMED),
        },
        (DoubleByte::EucJp, [0x8E, 0xA1..=0xDF, ..]) => (2, u32::from(UNLISTED)),
        (DoubleByte::EucJp, [0x8F, 0xA1..=0xFE, 0xA1..=0xFE, ..]) => (3, u32::from(UNLISTED)),
        (DoubleByte::EucJp, [0x8F, 0xA1..=0xFE]) => (2, CUT_OFF),
        // A terminal's colour code inside a character, as bulletin boards write it.
        (DoubleByte::Big5, [0xA1..=0xF9, 0x1B, b'[', rest @ ..]) => {
            let length = rest.iter().take(MAX_COLOUR).position(|byte| *byte == b'm');
            match length {
                Some(length) if rest.len() > length + 1 => (length + 5, COLOUR_INSIDE),
                _ => (1, MALFORMED),
            }
        }
        // Damaged files of other countries are rare among Chinese text.
        (DoubleByte::ShiftJis | DoubleByte::EucJp | DoubleByte::EucKr, _) => (1, MALFORMED_ABROAD),
        _ => (1, MALFORMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_knows_its_pairs() {
        let known = |encoding: DoubleByte| {
            let table = encoding.table();
            (FIRST_LEAD..=0xFE)
                .flat_map(|lead| (FIRST_TRAIL..=0xFE).map(move |trail| (lead, trail)))
                .filter(|(lead, trail)| table.pair(*lead, *trail) != 0)
                .count()
        };
        // GB18030 maps all its two-byte sequences; the others are what their standards hold.
        assert_eq!(known(DoubleByte::Gb18030), 126 * 190);
        assert!(known(DoubleByte::Big5) > 18_000);
        assert!(known(DoubleByte::EucJp) > 6_800);
        assert!(known(DoubleByte::EucKr) > 17_000);
        assert!(known(DoubleByte::ShiftJis) > 7_000);
    }
}
