//! How surprising bytes are when they are read in a given encoding.
//!
//! A reading is priced as a writer of that kind of text would produce it: each character costs
//! the negative logarithm of its share in the counts of [`crate::language::frequency`], a
//! malformed sequence costs more than the rarest character. All readings explain the same bytes,
//! so their prices can be compared like likelihoods. Prices are in sixteenths of a nat.
//!
//! The double-byte encodings are priced by a table of all their two-byte sequences, which is
//! made once by decoding every sequence with `encoding_rs`.

use std::sync::LazyLock;

use crate::language::frequency::{Frequencies, MODELS, Model, UNLISTED};

/// The price of a malformed sequence, 17 nats: more than any character.
pub(super) const MALFORMED: u32 = 272;
/// The price of a byte that nothing explains: the natural logarithm of 256.
pub(super) const ANY_BYTE: u32 = 89;
/// The price of a letter that touches an ideograph: `卡拉OK` is written, but rarely.
const LETTER_TOUCHES_WIDE: u32 = 28;
/// The price of a sequence that the end of the text cuts off.
const CUT_OFF: u32 = 80;
/// The price of a four-byte sequence of GB18030 that is well-formed.
const FOUR_BYTES: u32 = 200;

/// The price of each ASCII byte, the same in every encoding that contains ASCII.
static ASCII: [u8; 128] = ascii();

const fn ascii() -> [u8; 128] {
    let mut prices = [96; 128];
    let mut byte = 0;
    while byte < 128 {
        prices[byte] = match byte as u8 {
            0 => 220,
            b'\n' | b'\r' => 52,
            0x1B => 110,
            0x0C => 120,
            0x01..=0x08 | 0x0B..=0x1F | 0x7F => 208,
            b' ' => 40,
            b'0'..=b'9' => 56,
            b'a'..=b'z' => 50,
            b'A'..=b'Z' => 68,
            b'\t' | b'.' | b',' | b'-' | b'/' | b'"' | b'\'' | b':' | b';' | b'<' | b'>' | b'='
            | b'(' | b')' | b'_' | b'&' => 64,
            _ => 96,
        };
        byte += 1;
    }
    prices
}

/// The double-byte encodings that are told apart by their characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DoubleByte {
    Gb18030,
    Big5,
    ShiftJis,
    EucJp,
    EucKr,
}

impl DoubleByte {
    pub(super) const ALL: [Self; 5] = [
        Self::Gb18030,
        Self::Big5,
        Self::ShiftJis,
        Self::EucJp,
        Self::EucKr,
    ];

    pub(super) fn encoding(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
            Self::ShiftJis => encoding_rs::SHIFT_JIS,
            Self::EucJp => encoding_rs::EUC_JP,
            Self::EucKr => encoding_rs::EUC_KR,
        }
    }

    /// The models that may have written a text in this encoding, always three.
    fn models(self) -> [Model; LANES] {
        match self {
            Self::Gb18030 => [Model::Simplified, Model::Taiwan, Model::HongKong],
            Self::Big5 => [Model::Taiwan, Model::HongKong, Model::Taiwan],
            Self::ShiftJis | Self::EucJp => [Model::Japanese; LANES],
            Self::EucKr => [Model::Korean; LANES],
        }
    }

    fn table(self) -> &'static PairTable {
        static TABLES: [LazyLock<PairTable>; 5] = [
            LazyLock::new(|| PairTable::new(DoubleByte::Gb18030)),
            LazyLock::new(|| PairTable::new(DoubleByte::Big5)),
            LazyLock::new(|| PairTable::new(DoubleByte::ShiftJis)),
            LazyLock::new(|| PairTable::new(DoubleByte::EucJp)),
            LazyLock::new(|| PairTable::new(DoubleByte::EucKr)),
        ];
        &TABLES[self as usize]
    }
}

/// How many models are priced side by side in one table entry.
const LANES: usize = 3;
const LANE_BITS: u32 = 20;
const LANE: u64 = (1 << LANE_BITS) - 1;
/// Set in a table entry whose character is an ideograph, a kana or a syllable.
const WIDE: u64 = 1 << 62;
/// A segment longer than this could overflow a lane.
pub(super) const LONGEST_SEGMENT: usize = 4096;

/// The prices of all two-byte sequences of an encoding; 0 for those that it does not have.
struct PairTable {
    entries: Vec<u64>,
    /// Half-width katakana, which are single bytes in `Shift_JIS`, by byte from A1.
    katakana: [u64; 63],
}

const FIRST_LEAD: u8 = 0x81;
const FIRST_TRAIL: u8 = 0x40;
const TRAILS: usize = 0xFF - FIRST_TRAIL as usize;

impl PairTable {
    fn new(encoding: DoubleByte) -> Self {
        let frequencies = Frequencies::get();
        let models = encoding.models();
        let price = |character: char| {
            let costs = frequencies.costs(character);
            let lanes = models.iter().rev().fold(0, |lanes, model| {
                lanes << LANE_BITS | u64::from(costs[*model as usize])
            });
            lanes | if is_wide(character) { WIDE } else { 0 }
        };
        // A line feed is no trail byte: it ends each sequence, whole or broken, and one call
        // decodes them all.
        let mut bytes = Vec::with_capacity(3 * 126 * TRAILS);
        for lead in FIRST_LEAD..=0xFE {
            for trail in FIRST_TRAIL..=0xFE {
                bytes.extend([lead, trail, b'\n']);
            }
        }
        let (text, _) = encoding.encoding().decode_without_bom_handling(&bytes);
        let mut entries: Vec<u64> = text
            .split('\n')
            .map(|sequence| {
                let mut characters = sequence.chars();
                match characters.next() {
                    Some(first)
                        if !first.is_ascii() && !sequence.contains(char::REPLACEMENT_CHARACTER) =>
                    {
                        // `Shift_JIS` reads some leads as half-width katakana of one byte.
                        if characters.next().is_some_and(|second| second.is_ascii()) {
                            0
                        } else {
                            price(first)
                        }
                    }
                    _ => 0,
                }
            })
            .collect();
        entries.resize(126 * TRAILS, 0);
        let mut katakana = [0; 63];
        for (character, entry) in ('\u{FF61}'..='\u{FF9F}').zip(&mut katakana) {
            *entry = price(character) & !WIDE;
        }
        Self { entries, katakana }
    }

    fn pair(&self, lead: u8, trail: u8) -> u64 {
        if lead < FIRST_LEAD || trail < FIRST_TRAIL {
            return 0;
        }
        let index = usize::from(lead - FIRST_LEAD) * TRAILS + usize::from(trail - FIRST_TRAIL);
        self.entries.get(index).copied().unwrap_or(0)
    }
}

/// Whether a character is a letter of an East Asian script, not a sign.
fn is_wide(character: char) -> bool {
    matches!(character,
        '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The price of a reading, kept apart for each model until the whole sample is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Price {
    lanes: [u32; MODELS + 1],
    common: u32,
    /// Malformed sequences.
    pub(super) malformed: u32,
}

impl Price {
    /// The price by the model that is surprised least.
    pub(super) fn total(&self) -> u32 {
        self.common
            .saturating_add(self.lanes.iter().min().copied().unwrap_or(0))
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (lane, more) in self.lanes.iter_mut().zip(other.lanes) {
            *lane = lane.saturating_add(more);
        }
        self.common = self.common.saturating_add(other.common);
        self.malformed += other.malformed;
    }

    pub(super) fn charge(&mut self, price: u32) {
        self.common = self.common.saturating_add(price);
    }
}

/// What stood before a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Letter,
    Wide,
    Other,
}

/// Prices `bytes`, at most [`LONGEST_SEGMENT`] of them, read in a double-byte encoding.
pub(super) fn of_double_byte(encoding: DoubleByte, bytes: &[u8]) -> Price {
    let table = encoding.table();
    let bytes = &bytes[..bytes.len().min(LONGEST_SEGMENT)];
    let mut lanes = 0u64;
    let mut common = 0u32;
    let mut malformed = 0u32;
    let mut before = Before::Other;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x80 {
            common += u32::from(ASCII[usize::from(byte)]);
            let now = if byte.is_ascii_alphabetic() {
                if before == Before::Wide {
                    common += LETTER_TOUCHES_WIDE;
                }
                Before::Letter
            } else {
                Before::Other
            };
            before = now;
            at += 1;
            continue;
        }
        let Some(&next) = bytes.get(at + 1) else {
            common += CUT_OFF;
            break;
        };
        let mut entry = table.pair(byte, next);
        let mut length = 2;
        if encoding == DoubleByte::ShiftJis && matches!(byte, 0xA1..=0xDF) {
            entry = table.katakana[usize::from(byte - 0xA1)];
            length = 1;
        }
        if entry != 0 {
            lanes += entry & !WIDE;
            let wide = entry & WIDE != 0;
            if wide && before == Before::Letter {
                common += LETTER_TOUCHES_WIDE;
            }
            before = if wide { Before::Wide } else { Before::Other };
            at += length;
            continue;
        }
        let (length, price) = longer_sequence(encoding, &bytes[at..]);
        malformed += u32::from(price == MALFORMED);
        common += price;
        before = Before::Other;
        at += length;
    }
    let lane = |index: u32| (lanes >> (index * LANE_BITS) & LANE) as u32;
    let mut price = Price {
        common,
        malformed,
        ..Price::default()
    };
    price.lanes = [
        lane(0),
        lane(1),
        lane(2),
        u32::MAX / 4,
        u32::MAX / 4,
        u32::MAX / 4,
    ];
    price
}

/// A sequence that is not in the table of pairs: its length and its price.
fn longer_sequence(encoding: DoubleByte, bytes: &[u8]) -> (usize, u32) {
    match (encoding, bytes) {
        (DoubleByte::Gb18030, [0x80, ..]) => (1, 180),
        (DoubleByte::Gb18030, [0x81..=0xFE, 0x30..=0x39, rest @ ..]) => match rest {
            [0x81..=0xFE, 0x30..=0x39, ..] => (4, FOUR_BYTES),
            [] | [0x81..=0xFE] => (bytes.len(), CUT_OFF),
            _ => (1, MALFORMED),
        },
        (DoubleByte::EucJp, [0x8E, 0xA1..=0xDF, ..]) => (2, u32::from(UNLISTED)),
        (DoubleByte::EucJp, [0x8F, 0xA1..=0xFE, 0xA1..=0xFE, ..]) => (3, u32::from(UNLISTED)),
        (DoubleByte::EucJp, [0x8F, 0xA1..=0xFE]) => (2, CUT_OFF),
        _ => (1, MALFORMED),
    }
}

/// Prices bytes as text in an alphabet of single bytes, whichever it is.
pub(super) fn of_single_byte(bytes: &[u8]) -> Price {
    let mut price = Price::default();
    for &byte in bytes {
        price.common += match byte {
            0x00..=0x7F => u32::from(ASCII[usize::from(byte)]),
            0x80..=0x9F => 104,
            0xA0..=0xBF => 88,
            0xC0..=0xFF => 67,
        };
    }
    price
}

/// Prices bytes as UTF-8 of which some sequences may be damaged. A sequence that the start or the
/// end of `bytes` cuts is no damage.
pub(super) fn of_utf_8(bytes: &[u8]) -> Price {
    let continuation = |byte: &&u8| matches!(**byte, 0x80..=0xBF);
    let head = bytes.iter().take(3).take_while(continuation).count();
    let mut price = Price::default();
    let mut frequencies = CharacterPrices::new();
    // Up to three bytes that continue what is not there.
    if head > 0 && head < bytes.len() {
        price.common += CUT_OFF;
    }
    let mut chunks = bytes[head..].utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        for character in chunk.valid().chars() {
            frequencies.charge(&mut price, character);
        }
        if !chunk.invalid().is_empty() {
            let is_cut = chunks.peek().is_none()
                && std::str::from_utf8(chunk.invalid())
                    .is_err_and(|error| error.error_len().is_none());
            if is_cut {
                price.common += CUT_OFF;
            } else {
                price.common += MALFORMED;
                price.malformed += 1;
            }
        }
    }
    if head == bytes.len() {
        price.common += MALFORMED * head as u32;
        price.malformed += head as u32;
    }
    price
}

/// Prices bytes as UTF-16.
pub(super) fn of_utf_16(bytes: &[u8], big_endian: bool) -> Price {
    let mut price = Price::default();
    let mut prices = CharacterPrices::new();
    let (units, rest) = bytes.as_chunks::<2>();
    let units = units.iter().map(|unit| {
        if big_endian {
            u16::from_be_bytes(*unit)
        } else {
            u16::from_le_bytes(*unit)
        }
    });
    let mut decoded = char::decode_utf16(units).peekable();
    let mut is_first = true;
    while let Some(character) = decoded.next() {
        match character {
            // U+FFFE is the mark of the other byte order.
            Ok('\u{FFFE}' | '\u{FFFF}') => {
                price.common += MALFORMED;
                price.malformed += 1;
            }
            Ok(character) => prices.charge(&mut price, character),
            // The first or last unit may be half of a pair that was cut.
            Err(_) if is_first || decoded.peek().is_none() => price.common += CUT_OFF + ANY_BYTE,
            Err(_) => {
                price.common += 2 * MALFORMED;
                price.malformed += 1;
            }
        }
        is_first = false;
    }
    price.common += ANY_BYTE * rest.len() as u32;
    price
}

/// Prices bytes as UTF-32.
pub(super) fn of_utf_32(bytes: &[u8], big_endian: bool) -> Price {
    let mut price = Price::default();
    let mut prices = CharacterPrices::new();
    let (units, rest) = bytes.as_chunks::<4>();
    for unit in units {
        let code_point = if big_endian {
            u32::from_be_bytes(*unit)
        } else {
            u32::from_le_bytes(*unit)
        };
        if let Some(character) = char::from_u32(code_point) {
            prices.charge(&mut price, character);
        } else {
            price.common += 2 * MALFORMED;
            price.malformed += 1;
        }
    }
    price.common += ANY_BYTE * rest.len() as u32;
    price
}

/// Prices bytes as noise in which every byte is as likely as any other.
///
/// The prices of text count ASCII and the rest as if each were all there is, which is cheaper by
/// up to the logarithm of 2 a byte; noise gets most of that back.
pub(super) fn of_noise(bytes: &[u8]) -> u32 {
    (ANY_BYTE - 7) * bytes.len() as u32
}

/// Prices Unicode characters by every model, and by one more that writes in the alphabets of the
/// rest of the world.
struct CharacterPrices {
    frequencies: &'static Frequencies,
}

impl CharacterPrices {
    fn new() -> Self {
        Self {
            frequencies: Frequencies::get(),
        }
    }

    fn charge(&mut self, price: &mut Price, character: char) {
        if character.is_ascii() {
            price.common += u32::from(ASCII[character as usize]);
            return;
        }
        let costs = self.frequencies.costs(character);
        let elsewhere = elsewhere(character);
        for (lane, cost) in price.lanes.iter_mut().zip(costs) {
            // Emoji and foreign letters stand in Chinese text too, though not often.
            *lane += u32::from(cost.min(elsewhere.saturating_add(64)));
        }
        price.lanes[MODELS] += u32::from(elsewhere);
    }
}

/// What a character costs a writer of another script than the East Asian ones.
fn elsewhere(character: char) -> u8 {
    match u32::from(character) {
        0x00A0..=0x00BF | 0x2010..=0x2027 | 0x20AC => 90,
        0x00C0..=0x024F | 0x0370..=0x07FF | 0x0900..=0x10FF | 0x1E00..=0x1FFF => 76,
        0x1F300..=0x1FAFF | 0x2600..=0x27BF => 130,
        0x4E00..=0x9FFF | 0xAC00..=0xD7A3 => 240,
        _ => UNLISTED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(encoding: DoubleByte, text: &str) -> Vec<u8> {
        encoding.encoding().encode(text).0.into_owned()
    }

    #[test]
    fn a_text_costs_least_in_its_own_encoding() {
        for (encoding, text) in [
            (DoubleByte::Gb18030, "今天的天气很好，我们去公园。"),
            (DoubleByte::Big5, "今天的天氣很好，我們去公園。"),
            (DoubleByte::ShiftJis, "今日はとても天気がいいです。"),
            (DoubleByte::EucJp, "今日はとても天気がいいです。"),
            (DoubleByte::EucKr, "오늘은 날씨가 아주 좋습니다."),
        ] {
            let bytes = bytes(encoding, text);
            let own = of_double_byte(encoding, &bytes);
            assert_eq!(own.malformed, 0);
            for other in DoubleByte::ALL
                .into_iter()
                .filter(|other| *other != encoding)
            {
                let price = of_double_byte(other, &bytes).total();
                assert!(own.total() < price, "{encoding:?} {other:?}");
            }
            assert!(own.total() < of_single_byte(&bytes).total());
            assert!(own.total() < of_utf_8(&bytes).total());
            assert!(own.total() < of_utf_16(&bytes, false).total());
        }
    }

    #[test]
    fn every_table_knows_its_pairs() {
        let known = |encoding: DoubleByte| {
            let table = encoding.table();
            table.entries.iter().filter(|entry| **entry != 0).count()
        };
        // GB18030 maps all its two-byte sequences; the others are what their standards hold.
        assert_eq!(known(DoubleByte::Gb18030), 126 * 190);
        assert!(known(DoubleByte::Big5) > 18_000);
        assert!(known(DoubleByte::EucJp) > 6_800);
        assert!(known(DoubleByte::EucKr) > 17_000);
        assert!(known(DoubleByte::ShiftJis) > 7_000);
    }

    #[test]
    fn a_cut_sequence_is_no_damage() {
        assert_eq!(of_utf_8(&"中文".as_bytes()[1..5]).malformed, 0);
        assert_eq!(of_utf_8(b"\xE4\xB8\xADa\xE6b").malformed, 1);
        assert_eq!(
            of_double_byte(DoubleByte::Gb18030, b"\xD6\xD0\xCE").malformed,
            0
        );
        assert_eq!(
            of_double_byte(DoubleByte::Gb18030, b"\x81\x30\x81").malformed,
            0
        );
    }

    #[test]
    fn no_price_overflows() {
        let noise = vec![0xFE; 100_000];
        for encoding in DoubleByte::ALL {
            of_double_byte(encoding, &noise).total();
        }
        of_utf_8(&noise).total();
        of_utf_16(&noise, true).total();
        of_utf_32(&noise, true).total();
    }
}
