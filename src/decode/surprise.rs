//! How surprising bytes are when they are read in a given encoding.
//!
//! A reading is priced as a writer of that kind of text would produce it: each character costs
//! the negative logarithm of its share in the counts of [`crate::language::frequency`], a
//! malformed sequence costs more than the rarest character. All readings explain the same bytes,
//! so their prices can be compared like likelihoods. Prices are in sixteenths of a nat.
//!
//! The double-byte encodings are priced by a table of all their two-byte sequences, which is
//! made once by decoding every sequence with `encoding_rs`.

use encoding_rs::DecoderResult;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::language::frequency::{Frequencies, MODELS, Model, UNLISTED};

/// The price of a malformed sequence, 17 nats: more than any character.
pub(super) const MALFORMED: u32 = 272;
/// The price of a malformed sequence of UTF-8, 12 nats: a damaged byte in it leaves one, and
/// the characters around it are strong evidence.
const MALFORMED_UTF_8: u32 = 192;
/// The price of UTF-8 of which only cut or damaged characters are there to see.
const NOTHING_INTACT: u32 = 128;
/// The price of a byte that nothing explains: the natural logarithm of 256.
pub(super) const ANY_BYTE: u32 = 89;
/// The price of a letter that touches an ideograph: `卡拉OK` is written, but rarely.
const LETTER_TOUCHES_WIDE: u32 = 32;
/// The price of a single ideograph between two letters, beside that of their touching.
const LONE_BETWEEN_LETTERS: u32 = 96;
/// The price of a sequence that the end of the text cuts off.
const CUT_OFF: u32 = 92;
/// The price of a byte of a character that is cut.
const LOST_BYTE: u32 = 48;
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

    fn table(self) -> PairTable {
        PairTable {
            encoding: self,
            entries: &ENTRIES[self as usize],
        }
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

/// The prices of the two-byte sequences of an encoding; 0 for those that it does not have.
///
/// A short text has few of them, and filling in all would take longer than pricing it: each is
/// filled in when it is first asked for.
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
        // Whoever else fills it in writes the same.
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
                price(self.encoding, first)
            }
            _ => 0,
        }
    }

    /// The price of a byte from A1 to DF that is a half-width katakana in `Shift_JIS`.
    fn katakana(&self, byte: u8) -> u64 {
        let character = char::from_u32(0xFF61 + u32::from(byte) - 0xA1);
        character.map_or(0, |character| price(self.encoding, character) & !WIDE)
    }
}

/// The entry of a character.
fn price(encoding: DoubleByte, character: char) -> u64 {
    let costs = Frequencies::get().costs(character);
    let lanes = encoding.models().iter().rev().fold(0, |lanes, model| {
        lanes << LANE_BITS | u64::from(costs[*model as usize])
    });
    lanes | if is_wide(character) { WIDE } else { 0 }
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
    WideAfterLetter,
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
            lanes += entry & !WIDE;
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
        _ => (1, MALFORMED),
    }
}

/// Prices bytes as text in an alphabet of single bytes, whichever it is. The lanes are: Latin
/// with accents; Cyrillic as in windows-1251; as in KOI8; Greek and Hebrew; Cyrillic as in IBM866;
/// Thai and Arabic. They know where the small and the large letters are, and no more.
pub(super) fn of_single_byte(bytes: &[u8]) -> Price {
    let mut price = Price::default();
    let mut before = 0u8;
    let mut run = 0;
    let mut is_joined = false;
    for &byte in bytes {
        if byte.is_ascii() {
            price.common += u32::from(ASCII[usize::from(byte)]);
            if run > 0 && byte.is_ascii_alphabetic() {
                touch(&mut price);
            } else if run == 1 && !is_joined {
                price.lanes[0] += LONE_ACCENT;
            }
            run = 0;
            is_joined = false;
        } else {
            let letters = &LETTERS[usize::from(byte - 0x80)];
            for (lane, letter) in price.lanes.iter_mut().zip(letters) {
                *lane += u32::from(*letter);
            }
            price.lanes[0] += ACCENTS_IN_A_ROW * run.min(3);
            if before.is_ascii_alphabetic() {
                touch(&mut price);
                is_joined = true;
            }
            // A large letter after a small one.
            let is_broken_word = [
                matches!((before, byte), (0xE0..=0xFF, 0xC0..=0xDF)),
                matches!((before, byte), (0xC0..=0xDF, 0xE0..=0xFF)),
                matches!((before, byte), (0xDC..=0xFE, 0xC1..=0xDB)),
                matches!((before, byte), (0xA0..=0xAF | 0xE0..=0xEF, 0x80..=0x9F)),
            ];
            for (lane, is_broken) in price.lanes[1..5].iter_mut().zip(is_broken_word) {
                *lane += if is_broken { ALPHABETS_TOUCH } else { 0 };
            }
            run += 1;
        }
        before = byte;
    }
    price
}

/// A letter of another alphabet than Latin beside an ASCII letter.
fn touch(price: &mut Price) {
    for lane in &mut price.lanes[1..] {
        *lane += ALPHABETS_TOUCH;
    }
}

const ALPHABETS_TOUCH: u32 = 64;
/// An accented letter that is a word of its own.
const LONE_ACCENT: u32 = 40;
/// Each accented letter after another.
const ACCENTS_IN_A_ROW: u32 = 32;

/// The prices of the bytes from 80 in the six lanes of [`of_single_byte`].
static LETTERS: [[u8; 6]; 128] = letters();

const fn letters() -> [[u8; 6]; 128] {
    let mut prices = [[128; 6]; 128];
    let mut byte = 0x80;
    while byte < 0x100 {
        let lanes = &mut prices[byte - 0x80];
        lanes[0] = match byte {
            0xC0..=0xFF => 74,
            0x91..=0x97 | 0xA0..=0xBF => 86,
            _ => 110,
        };
        lanes[1] = match byte {
            0xE0..=0xFF => 54,
            0xC0..=0xDF => 80,
            0xA8 | 0xAB | 0xB8 | 0xBB | 0x96 | 0x97 => 96,
            _ => 136,
        };
        lanes[2] = match byte {
            0xC0..=0xDF => 54,
            0xE0..=0xFF => 80,
            0xA3 | 0xB3 => 96,
            _ => 136,
        };
        lanes[3] = match byte {
            0xDC..=0xFE => 54,
            0xC1..=0xDB => 86,
            _ => 136,
        };
        lanes[4] = match byte {
            0xA0..=0xAF | 0xE0..=0xEF => 54,
            0x80..=0x9F => 80,
            0xF0 | 0xF1 => 96,
            _ => 136,
        };
        lanes[5] = match byte {
            0xA1..=0xDA => 68,
            0xE0..=0xFB => 62,
            _ => 144,
        };
        byte += 1;
    }
    prices
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
        price.common += CUT_OFF + LOST_BYTE * head as u32;
    }
    let mut chunks = bytes[head..].utf8_chunks().peekable();
    let mut has_intact = false;
    while let Some(chunk) = chunks.next() {
        for character in chunk.valid().chars() {
            frequencies.charge(&mut price, character);
        }
        has_intact |= !chunk.valid().is_ascii();
        if !chunk.invalid().is_empty() {
            let is_cut = chunks.peek().is_none()
                && std::str::from_utf8(chunk.invalid())
                    .is_err_and(|error| error.error_len().is_none());
            if is_cut {
                price.common += CUT_OFF;
            } else {
                price.common += MALFORMED_UTF_8;
                price.malformed += 1;
            }
        }
    }
    if !has_intact && !bytes.is_ascii() {
        price.common += NOTHING_INTACT;
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
/// rest of the world, one alphabet at a time.
struct CharacterPrices {
    frequencies: &'static Frequencies,
    alphabet: Alphabet,
}

impl CharacterPrices {
    fn new() -> Self {
        Self {
            frequencies: Frequencies::get(),
            alphabet: Alphabet::None,
        }
    }

    fn charge(&mut self, price: &mut Price, character: char) {
        if character.is_ascii() {
            price.common += u32::from(ASCII[character as usize]);
            return;
        }
        let costs = self.frequencies.costs(character);
        let (alphabet, cost) = elsewhere(character);
        let mut elsewhere = u32::from(cost);
        if alphabet != Alphabet::None {
            if self.alphabet != Alphabet::None && self.alphabet != alphabet {
                elsewhere += OTHER_ALPHABET;
            }
            self.alphabet = alphabet;
        }
        for (lane, cost) in price.lanes.iter_mut().zip(costs) {
            // Emoji and foreign letters stand in Chinese text too, though not often.
            *lane += u32::from(cost).min(elsewhere + 64);
        }
        price.lanes[MODELS] += elsewhere;
    }
}

/// The price of a change of alphabet.
const OTHER_ALPHABET: u32 = 72;

/// An alphabet that is not mixed with others in one text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    None,
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Armenian,
    Other,
}

/// What a character costs a writer of another script than the East Asian ones.
fn elsewhere(character: char) -> (Alphabet, u8) {
    match u32::from(character) {
        0x00A0..=0x00BF | 0x2010..=0x2027 | 0x20AC => (Alphabet::None, 90),
        0x00C0..=0x00FF => (Alphabet::Latin, 74),
        0x0100..=0x017F | 0x1E00..=0x1EFF => (Alphabet::Latin, 92),
        0x0180..=0x02FF => (Alphabet::Latin, 180),
        0x0386..=0x03CE => (Alphabet::Greek, 66),
        0x0410..=0x044F => (Alphabet::Cyrillic, 62),
        0x0401..=0x045F | 0x0490..=0x0491 => (Alphabet::Cyrillic, 100),
        0x0460..=0x052F => (Alphabet::Cyrillic, 180),
        0x05D0..=0x05EA => (Alphabet::Hebrew, 60),
        0x0621..=0x064A | 0x06A9 | 0x06AF | 0x06CC => (Alphabet::Arabic, 62),
        0x060C..=0x06FF => (Alphabet::Arabic, 110),
        0x0900..=0x0DFF | 0x0E01..=0x0E5B => (Alphabet::Other, 70),
        0x0E80..=0x109F | 0x10D0..=0x10FF | 0x1780..=0x17FF => (Alphabet::Other, 100),
        0x0531..=0x0556 | 0x0561..=0x0587 => (Alphabet::Armenian, 72),
        0x0700..=0x07FF => (Alphabet::Other, 90),
        0x1200..=0x137F | 0x1F00..=0x1FFF => (Alphabet::Other, 120),
        0x1_F300..=0x1_FAFF | 0x2600..=0x27BF => (Alphabet::None, 130),
        0x4E00..=0x9FFF | 0xAC00..=0xD7A3 => (Alphabet::None, 240),
        _ => (Alphabet::None, UNLISTED),
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
