//! The committed tables, read in place: nothing is parsed, unpacked or allocated.

use super::layout::{self, LONGEST_KEY};

/// The blob, aligned so that no entry straddles two cache lines.
#[repr(C, align(64))]
pub(super) struct Aligned<T: ?Sized>(pub(super) T);

pub(super) static BLOB: &Aligned<[u8]> = &Aligned(*include_bytes!("tables.bin"));

static NO_INDEX: [[u8; 2]; layout::PAGES] = [[0; 2]; layout::PAGES];

/// One section, empty if the blob is cut short (which a test rules out).
pub(super) fn section(number: usize) -> &'static [u8] {
    let words = BLOB.0.as_chunks::<4>().0;
    let word = |at: usize| {
        words
            .get(at)
            .map_or(0, |word| u32::from_le_bytes(*word) as usize)
    };
    let offset = word(2 + 2 * number);
    let length = word(3 + 2 * number);
    BLOB.0.get(offset..offset + length).unwrap_or_default()
}

/// What becomes of single characters.
#[derive(Clone, Copy)]
pub(super) struct Characters {
    /// The number of the page for each 64 characters.
    pub(super) index: &'static [[u8; 2]; layout::PAGES],
    /// An entry for each character; see [`layout::SPECIAL`] and its neighbours.
    pub(super) pages: &'static [[[u8; 4]; 64]],
}

impl Characters {
    /// The entry of any character.
    #[inline]
    pub(super) fn entry(&self, character: u32) -> u32 {
        layout::page(character)
            .and_then(|page| {
                self.pages
                    .get(usize::from(u16::from_le_bytes(self.index[page])))
            })
            .map_or(0, |page| {
                u32::from_le_bytes(page[(character & 63) as usize])
            })
    }
}

/// A key that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Its length in characters.
    pub(super) characters: usize,
    /// Its number, for [`Reading::value`]; `None` when its value is what its characters give.
    pub(super) key: Option<u16>,
}

/// Keys of two and more characters.
#[derive(Clone, Copy)]
pub(super) struct Phrases {
    slots: &'static [[u8; 8]],
    slot_shift: u32,
    multiplier: u32,
    displacements: &'static [[u8; 2]],
    displacement_shift: u32,
    nodes: &'static [[u8; 2]],
    joints: &'static [[u8; 8]],
    payload_plain: u32,
    key_plain: u16,
}

impl Phrases {
    /// The payload of a pair of codes; 0 when no key opens with it.
    #[inline]
    pub(super) fn payload(&self, pair: u32) -> u32 {
        let displacement = self
            .displacements
            .get((layout::hash(pair) >> self.displacement_shift) as usize)
            .map_or(0, |word| u32::from(u16::from_le_bytes(*word)));
        let slot = pair.wrapping_mul(self.multiplier) >> self.slot_shift ^ displacement;
        let slot = self
            .slots
            .get(slot as usize)
            .map_or(0, |slot| u64::from_le_bytes(*slot));
        if slot as u32 == pair {
            (slot >> 32) as u32
        } else {
            0
        }
    }

    /// Whether some phrase may go on from the first of two codes to the second: `false` is certain.
    #[inline]
    pub(super) fn may_join(&self, pair: u32) -> bool {
        // Their number is a power of two.
        let bit = layout::bit(pair, self.joints.len().max(1));
        self.joints
            .get((bit >> 6) as usize)
            .is_none_or(|word| u64::from_le_bytes(*word) >> (bit & 63) & 1 != 0)
    }

    /// Whether a pair with this payload, followed by this code, may open a phrase whose output is
    /// not that of its characters.
    #[inline]
    pub(super) fn may_change(&self, payload: u32, third: u16) -> bool {
        payload & (layout::IS_KEY | self.payload_plain) == layout::IS_KEY
            || payload & layout::payload_third(third) != 0
    }

    #[inline]
    fn node(&self, at: usize) -> u16 {
        self.nodes
            .get(at)
            .map_or(0, |word| u16::from_le_bytes(*word))
    }

    /// The longest key that opens with the codes `first` and `second` and goes on with
    /// `code(2)`, `code(3)`, …, where `code` gives `None` at the end of the text.
    #[inline]
    pub(super) fn longest(
        &self,
        first: u16,
        second: u16,
        code: impl FnMut(usize) -> Option<u16>,
    ) -> Option<Match> {
        let payload = self.payload(layout::pair(first, second));
        if payload == 0 {
            return None;
        }
        self.longest_of(payload, code)
    }

    /// The same for a pair with this payload.
    #[inline]
    pub(super) fn longest_of(
        &self,
        payload: u32,
        mut code: impl FnMut(usize) -> Option<u16>,
    ) -> Option<Match> {
        if let Some(third) = code(2)
            && payload & layout::payload_third(third) != 0
            && let Some(longer) = self.longer(payload, third, &mut code)
        {
            return Some(longer);
        }
        if payload & layout::IS_KEY == 0 {
            return None;
        }
        let key = (payload & self.payload_plain == 0)
            .then(|| self.node((payload & layout::PAYLOAD_NODE) as usize + 1));
        Some(Match { characters: 2, key })
    }

    /// The longest key of three or more characters, given the payload of its first two.
    fn longer(
        &self,
        payload: u32,
        third: u16,
        code: &mut impl FnMut(usize) -> Option<u16>,
    ) -> Option<Match> {
        let node = (payload & layout::PAYLOAD_NODE) as usize;
        let count = usize::from(self.node(node));
        let thirds = self
            .nodes
            .get(node + layout::NODE_THIRDS..node + layout::NODE_THIRDS + count)?;
        let found = if count <= 8 {
            thirds
                .iter()
                .position(|word| u16::from_le_bytes(*word) == third)?
        } else {
            thirds
                .binary_search_by_key(&third, |word| u16::from_le_bytes(*word))
                .ok()?
        };
        let mut at = node + usize::from(self.node(node + layout::NODE_THIRDS + count + found));
        loop {
            let head = self.node(at);
            let rest = usize::from(head & layout::KEY_REST);
            if (0..rest).all(|i| code(3 + i) == Some(self.node(at + 2 + i))) {
                let key = (head & self.key_plain == 0).then(|| self.node(at + 1));
                return Some(Match {
                    characters: 3 + rest,
                    key,
                });
            }
            // A head of 0 cannot be: that is the word beyond the end of a broken table.
            if head & layout::KEY_LAST != 0 || head == 0 {
                return None;
            }
            at += 2 + rest;
        }
    }
}

/// What a dictionary group, or a whole chain of them, makes of text.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// Single characters.
    pub(super) characters: Characters,
    /// Phrases.
    pub(super) phrases: Phrases,
    values: &'static [[u8; 4]],
    strings: &'static [u8],
}

impl Reading {
    /// The reading with this number in [`layout::READINGS`].
    pub(super) fn new(number: usize) -> Self {
        let (_, table, flag) = layout::READINGS[number];
        let first = layout::reading_section(number);
        let table = layout::slots_section(table);
        let slots = section(table).as_chunks().0;
        let (multiplier, displacements) = section(table + 1)
            .split_first_chunk()
            .unwrap_or((&[0; 4], &[]));
        let displacements = displacements.as_chunks().0;
        Self {
            characters: Characters {
                index: section(first)
                    .as_chunks()
                    .0
                    .first_chunk()
                    .unwrap_or(&NO_INDEX),
                pages: section(layout::PAGES_SECTION).as_chunks().0.as_chunks().0,
            },
            phrases: Phrases {
                slots,
                // The numbers of slots and displacements are powers of two, at least two.
                slot_shift: 32 - slots.len().max(2).ilog2(),
                multiplier: u32::from_le_bytes(*multiplier),
                displacements,
                displacement_shift: 32 - displacements.len().max(2).ilog2(),
                nodes: section(table + 2).as_chunks().0,
                joints: section(table + 3).as_chunks().0,
                payload_plain: layout::payload_plain(flag),
                key_plain: layout::key_plain(flag),
            },
            values: section(first + 1).as_chunks().0,
            strings: section(first + 2),
        }
    }

    /// The value of a key that is not plain, as UTF-8.
    #[inline]
    pub(super) fn value(&self, key: u16) -> &'static [u8] {
        let word = self
            .values
            .get(usize::from(key))
            .map_or(0, |word| u32::from_le_bytes(*word));
        let offset = (word >> 8) as usize;
        self.strings
            .get(offset..offset + (word & 0xFF) as usize)
            .unwrap_or_default()
    }

    /// The string of an entry that is [`layout::REPLACED`].
    #[inline]
    pub(super) fn string(&self, entry: u32) -> &'static [u8] {
        let offset = (entry & layout::LOW) as usize;
        let Some((&length, rest)) = self.strings.get(offset..).and_then(<[u8]>::split_first) else {
            return &[];
        };
        rest.get(..usize::from(length)).unwrap_or_default()
    }

    /// The output for one character: `None` when it stays.
    #[inline]
    pub(super) fn character(&self, character: u32) -> Option<Output> {
        let entry = self.characters.entry(character);
        if entry & layout::SPECIAL == 0 {
            (entry & layout::CHANGED != 0).then(|| Output::Three(entry.to_le_bytes()))
        } else {
            (entry & layout::REPLACED != 0).then(|| Output::String(self.string(entry)))
        }
    }
}

/// The output for a character that does not stay.
pub(super) enum Output {
    /// Three bytes, and one that does not count.
    Three([u8; 4]),
    /// Any number of bytes.
    String(&'static [u8]),
}

impl Output {
    /// The bytes, valid UTF-8.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Three(bytes) => &bytes[..3],
            Self::String(bytes) => bytes,
        }
    }
}

/// A set of pairs of codes that answers at once, of a size known to the compiler.
pub(super) type Filter = [[u8; 8]; layout::FILTER_WORDS];

pub(super) static NO_FILTER: Filter = [[0xFF; 8]; layout::FILTER_WORDS];

/// Whether a pair may be in a filter: always true when it is.
#[inline]
pub(super) fn may_contain(filter: &Filter, pair: u32) -> bool {
    let bit = layout::bit(pair, layout::FILTER_WORDS);
    // The remainder lets the compiler drop the bounds check.
    u64::from_le_bytes(filter[(bit >> 6) as usize % layout::FILTER_WORDS]) >> (bit & 63) & 1 != 0
}

/// The character that `OpenCC` puts in the place of a compatibility character before anything
/// else; any other character itself.
#[inline]
pub(super) fn normalized(character: u32) -> u32 {
    if !matches!(character, 0xF900..=0xFAFF | 0x2_F800..=0x2_FA1F) {
        return character;
    }
    let pairs: &[[u8; 8]] = section(layout::COMPATIBILITY_SECTION).as_chunks().0;
    let from = |pair: &[u8; 8]| u64::from_le_bytes(*pair) as u32;
    match pairs.binary_search_by_key(&character, from) {
        Ok(found) => (u64::from_le_bytes(pairs[found]) >> 32) as u32,
        Err(_) => character,
    }
}

/// The code of a normalized character.
#[inline]
pub(super) fn code(character: u32) -> u16 {
    if let Ok(code) = u16::try_from(character) {
        return code;
    }
    let astral: &[[u8; 4]] = section(layout::ASTRAL_SECTION).as_chunks().0;
    astral
        .iter()
        .position(|word| u32::from_le_bytes(*word) == character)
        .map_or(layout::NO_CODE, |at| layout::FIRST_ASTRAL + at as u16)
}

/// The codes of at most [`LONGEST_KEY`] characters of a text, read when they are asked for.
pub(super) struct Lookahead<'t> {
    text: &'t [u8],
    codes: [u16; LONGEST_KEY],
    ends: [usize; LONGEST_KEY],
    count: usize,
    at: usize,
}

impl<'t> Lookahead<'t> {
    /// Reads from the byte `from` of a text, which must be the start of a character.
    pub(super) fn new(text: &'t [u8], from: usize) -> Self {
        Self {
            text,
            codes: [0; LONGEST_KEY],
            ends: [0; LONGEST_KEY],
            count: 0,
            at: from,
        }
    }

    /// The code of the character `index`, if the text has it.
    #[inline]
    pub(super) fn get(&mut self, index: usize) -> Option<u16> {
        while index >= self.count {
            if self.count == LONGEST_KEY {
                return None;
            }
            let (character, length) = decode(self.text, self.at)?;
            self.at += length;
            self.codes[self.count] = code(normalized(character));
            self.ends[self.count] = self.at;
            self.count += 1;
        }
        Some(self.codes[index])
    }

    /// Where the first `count` characters end; they must have been read.
    pub(super) fn end(&self, count: usize) -> usize {
        self.ends[count - 1]
    }
}

/// The character at a byte of valid UTF-8, and its length in bytes; `None` at the end.
#[inline]
pub(super) fn decode(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    let byte = |i: usize| rest.get(i).map_or(0, |byte| u32::from(byte & 0x3F));
    let lead = u32::from(*rest.first()?);
    Some(match lead {
        0..0x80 => (lead, 1),
        0x80..0xE0 => ((lead & 0x1F) << 6 | byte(1), 2),
        0xE0..0xF0 => ((lead & 0x0F) << 12 | byte(1) << 6 | byte(2), 3),
        _ => (
            (lead & 0x07) << 18 | byte(1) << 12 | byte(2) << 6 | byte(3),
            4,
        ),
    })
}
