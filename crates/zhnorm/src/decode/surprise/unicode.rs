//! Costs of text in the forms of Unicode, damaged or cut perhaps, in any script of the world.

use super::{ANY_BYTE, ASCII, CUT_OFF, Cost, MALFORMED};
use zhnorm_lang::frequency::{Frequencies, MODELS, UNLISTED};

/// The cost of a malformed sequence of UTF-8, 12 nats: a damaged byte in it leaves one, and
/// the characters around it are strong evidence.
const MALFORMED_UTF_8: u32 = 192;
/// The cost of UTF-8 of which only cut or damaged characters are there to see.
const NOTHING_INTACT: u32 = 128;
/// The cost of a byte of a character that is cut.
const LOST_BYTE: u32 = 48;

/// Scores bytes as UTF-8 of which some sequences may be damaged. A sequence that the start or the
/// end of `bytes` cuts is no damage.
pub(in crate::decode) fn of_utf_8(bytes: &[u8]) -> Cost {
    let continuation = |byte: &&u8| matches!(**byte, 0x80..=0xBF);
    let head = bytes.iter().take(3).take_while(continuation).count();
    let mut cost = Cost::default();
    let mut frequencies = CharacterCosts::new();
    // Up to three bytes that continue what is not there.
    if head > 0 && head < bytes.len() {
        cost.common += CUT_OFF + LOST_BYTE * head as u32;
    }
    let mut chunks = bytes[head..].utf8_chunks().peekable();
    let mut has_intact = false;
    while let Some(chunk) = chunks.next() {
        for character in chunk.valid().chars() {
            frequencies.charge(&mut cost, character);
        }
        has_intact |= !chunk.valid().is_ascii();
        if !chunk.invalid().is_empty() {
            let is_cut = chunks.peek().is_none()
                && std::str::from_utf8(chunk.invalid())
                    .is_err_and(|error| error.error_len().is_none());
            if is_cut {
                cost.common += CUT_OFF;
            } else {
                cost.common += MALFORMED_UTF_8;
                cost.malformed += 1;
            }
        }
    }
    if !has_intact && !bytes.is_ascii() {
        cost.common += NOTHING_INTACT;
    }
    if head == bytes.len() {
        cost.common += MALFORMED * head as u32;
        cost.malformed += head as u32;
    }
    cost
}

/// Scores bytes as UTF-16.
pub(in crate::decode) fn of_utf_16(bytes: &[u8], big_endian: bool) -> Cost {
    let mut cost = Cost::default();
    let mut costs = CharacterCosts::new();
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
                cost.common += MALFORMED;
                cost.malformed += 1;
            }
            Ok(character) => costs.charge(&mut cost, character),
            // The first or last unit may be half of a pair that was cut.
            Err(_) if is_first || decoded.peek().is_none() => cost.common += CUT_OFF + ANY_BYTE,
            Err(_) => {
                cost.common += 2 * MALFORMED;
                cost.malformed += 1;
            }
        }
        is_first = false;
    }
    cost.common += ANY_BYTE * rest.len() as u32;
    cost
}

/// Scores bytes as UTF-32.
pub(in crate::decode) fn of_utf_32(bytes: &[u8], big_endian: bool) -> Cost {
    let mut cost = Cost::default();
    let mut costs = CharacterCosts::new();
    let (units, rest) = bytes.as_chunks::<4>();
    for unit in units {
        let code_point = if big_endian {
            u32::from_be_bytes(*unit)
        } else {
            u32::from_le_bytes(*unit)
        };
        // NULs within a text are no characters of it.
        if let Some(character) = char::from_u32(code_point).filter(|character| *character != '\0') {
            costs.charge(&mut cost, character);
        } else {
            cost.common += 2 * MALFORMED;
            cost.malformed += 1;
        }
    }
    cost.common += ANY_BYTE * rest.len() as u32;
    cost
}

/// Scores Unicode characters by every model, and by one more that writes in the alphabets of the
/// rest of the world, one alphabet at a time.
struct CharacterCosts {
    frequencies: &'static Frequencies,
    alphabet: Alphabet,
}

impl CharacterCosts {
    fn new() -> Self {
        Self {
            frequencies: Frequencies::get(),
            alphabet: Alphabet::None,
        }
    }

    fn charge(&mut self, cost: &mut Cost, character: char) {
        if character.is_ascii() {
            cost.common += u32::from(ASCII[character as usize]);
            return;
        }
        let costs = self.frequencies.costs(character);
        let (alphabet, base) = elsewhere(character);
        let mut elsewhere = u32::from(base);
        if alphabet != Alphabet::None {
            if self.alphabet != Alphabet::None && self.alphabet != alphabet {
                elsewhere += OTHER_ALPHABET;
            }
            self.alphabet = alphabet;
        }
        for (lane, listed) in cost.lanes.iter_mut().zip(costs) {
            // Emoji and foreign letters occur in Chinese text too, though not often.
            *lane += u32::from(listed).min(elsewhere + 64);
        }
        cost.lanes[MODELS] += elsewhere;
    }
}

/// The cost of a change of alphabet.
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
