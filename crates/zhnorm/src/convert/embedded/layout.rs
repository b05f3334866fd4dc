//! How the committed tables are laid out: the one file that the reader here and the generator
//! (`cargo xtask tables`, which includes this file) share.
//!
//! The tables are one blob of little-endian numbers, read in place. It opens with [`MAGIC`], the
//! number of sections, and for each section its offset and length in bytes (all `u32`). The
//! sections, in order:
//!
//! - for each phrase table (see [`PHRASES`]): its *slots*, *displacements*, *nodes* and *joints*;
//! - for each reading (see [`READINGS`]): its *page index*, *values* and *strings*;
//! - for each configuration with two steps, numbered as in [`FUSED`]: its *triggers*;
//! - for each configuration, numbered as in [`CONFIGS`]: its *filter*;
//! - the *pages* of all readings, the *compatibility* characters and the *astral* codes.
//!
//! **Codes.** Phrases are compared by 16-bit codes: a character of the Basic Multilingual Plane is
//! its own code, the few characters beyond it that occur in phrases have codes from
//! [`FIRST_ASTRAL`] up (surrogates, which no text contains), all others share [`NO_CODE`].
//!
//! **Phrase table.** A perfect hash table from the first two codes of a key to a 32-bit payload
//! ([`IS_KEY`], plain flags, a filter of third codes, the offset of a node): one hash finds the
//! displacement that, applied to another, leads to a slot that the pair has to itself. (Belazzougui,
//! Botelho and Dietzfelbinger, "Hash, displace, and compress", 2009; nothing is compressed here.)
//! The multiplier of the other hash comes before the displacements. A node lists the third codes
//! that follow the pair, and for each of them the rest of each key, longest first.
//!
//! *Joints* are a bitmap by hash of all pairs of codes that are adjacent in some key.
//! Between two codes that are none no phrase goes on, so one begins there whatever came before.
//!
//! **Reading.** What one dictionary group, or a whole chain, makes of text: a two-level table from
//! characters to their output, and a value for each phrase. A phrase is *plain* in a reading when
//! its value equals the output of its characters one by one; nine of ten are, and their values
//! are not stored.

/// The first word of the blob: `zhc1`.
#[allow(dead_code)] // the reader trusts what a test has checked
pub(super) const MAGIC: u32 = u32::from_le_bytes(*b"zhc1");

/// The phrase tables, by number. `st` and `ts` also segment text.
pub(super) const PHRASES: [&str; 12] = [
    "st", "ts", "t2tw", "tw2t", "t2hk", "hk2t", "t2jp", "jp2t", "twp", "twp-rev", "hkp", "hkp-rev",
];

/// The readings, by number: each with the phrase table it reads and the number of its plain flag.
///
/// The first twelve are single conversion steps, the others whole chains.
pub(super) const READINGS: [(&str, usize, u32); 20] = [
    ("s2t", 0, 0),
    ("t2s", 1, 0),
    ("t2tw", 2, 0),
    ("tw2t", 3, 0),
    ("t2hk", 4, 0),
    ("hk2t", 5, 0),
    ("t2jp", 6, 0),
    ("jp2t", 7, 0),
    ("twp", 8, 0),
    ("twp-rev", 9, 0),
    ("hkp", 10, 0),
    ("hkp-rev", 11, 0),
    ("s2tw", 0, 1),
    ("s2twp", 0, 2),
    ("s2hk", 0, 3),
    ("s2hkp", 0, 4),
    ("tw2s", 1, 1),
    ("tw2sp", 1, 2),
    ("hk2s", 1, 3),
    ("hk2sp", 1, 4),
];

/// The configurations with two steps: name, reading of the whole chain, of the first step, of the
/// second step.
pub(super) const FUSED: [(&str, usize, usize, usize); 8] = [
    ("s2tw", 12, 0, 2),
    ("s2twp", 13, 0, 8),
    ("s2hk", 14, 0, 4),
    ("s2hkp", 15, 0, 10),
    ("tw2s", 16, 3, 1),
    ("tw2sp", 17, 9, 1),
    ("hk2s", 18, 5, 1),
    ("hk2sp", 19, 11, 1),
];

/// All configurations, by the number of their filter: name, reading, and whether few characters
/// open a pair in the filter, so that it pays to mark them (see [`OPENS`]).
pub(super) const CONFIGS: [(&str, usize, bool); 16] = [
    ("s2t", 0, false),
    ("t2s", 1, true),
    ("t2tw", 2, true),
    ("tw2t", 3, true),
    ("t2hk", 4, true),
    ("hk2t", 5, true),
    ("t2jp", 6, true),
    ("jp2t", 7, true),
    ("s2tw", 12, false),
    ("s2twp", 13, false),
    ("s2hk", 14, false),
    ("s2hkp", 15, false),
    ("tw2s", 16, false),
    ("tw2sp", 17, false),
    ("hk2s", 18, false),
    ("hk2sp", 19, false),
];

/// The section of a phrase table's slots, eight bytes each: a pair, then its payload. The
/// displacements, the nodes and the joints follow in the next three sections.
pub(super) const fn slots_section(table: usize) -> usize {
    4 * table
}

/// The first of a reading's three sections: page index, values, strings.
pub(super) const fn reading_section(reading: usize) -> usize {
    slots_section(PHRASES.len()) + 3 * reading
}

/// The section of the triggers of a configuration with two steps.
pub(super) const fn triggers_section(fused: usize) -> usize {
    reading_section(READINGS.len()) + fused
}

/// The section of a configuration's filter.
pub(super) const fn filter_section(config: usize) -> usize {
    triggers_section(FUSED.len()) + config
}

/// The section of the pages, which the readings share.
pub(super) const PAGES_SECTION: usize = filter_section(CONFIGS.len());

/// The section of the compatibility characters: pairs of code points, rising.
pub(super) const COMPATIBILITY_SECTION: usize = PAGES_SECTION + 1;

/// The section of the characters that have codes from [`FIRST_ASTRAL`] up, in order.
pub(super) const ASTRAL_SECTION: usize = COMPATIBILITY_SECTION + 1;

/// How many sections there are.
#[allow(dead_code)] // as above
pub(super) const SECTIONS: usize = ASTRAL_SECTION + 1;

/// The longest key, in characters. Nothing ever looks further ahead for a phrase.
pub(super) const LONGEST_KEY: usize = 15;

/// At most so many ASCII characters open a key, and no key is ASCII throughout: the rest of a
/// longer ASCII run can be copied unseen.
pub(super) const LONGEST_ASCII_OPENING: usize = 8;

/// The code of a character that occurs in no phrase and has no code of its own.
pub(super) const NO_CODE: u16 = 0xD800;

/// The first code given to a character beyond the Basic Multilingual Plane.
pub(super) const FIRST_ASTRAL: u16 = 0xD801;

/// Spreads a pair of codes; the high bits index displacements, triggers and filters.
#[inline]
pub(super) const fn hash(pair: u32) -> u32 {
    pair.wrapping_mul(0x9E37_79B1)
}

/// Two codes as one word.
#[inline]
pub(super) const fn pair(first: u16, second: u16) -> u32 {
    (first as u32) << 16 | second as u32
}

/// Payload: the pair is itself a key.
pub(super) const IS_KEY: u32 = 1 << 31;

/// Payload: the pair is plain in the reading with this flag number.
pub(super) const fn payload_plain(flag: u32) -> u32 {
    1 << (26 + flag)
}

/// Payload: the bit that is set when this third code follows the pair in some key.
#[inline]
pub(super) const fn payload_third(code: u16) -> u32 {
    1 << (18 + ((code ^ code >> 3 ^ code >> 6) & 7))
}

/// Payload: where the node is, in units of two bytes.
pub(super) const PAYLOAD_NODE: u32 = (1 << 18) - 1;

/// Node: the number of third codes, then the number of the pair's own key, then the third codes
/// rising, then for each the offset of its keys from the start of the node.
pub(super) const NODE_THIRDS: usize = 2;

/// Key in a node: how many codes follow the third one.
pub(super) const KEY_REST: u16 = 0xF;

/// Key in a node: it is the last with this third code.
pub(super) const KEY_LAST: u16 = 1 << 4;

/// Key in a node: the key is plain in the reading with this flag number.
pub(super) const fn key_plain(flag: u32) -> u16 {
    1 << (5 + flag)
}

/// Pages of 64 characters: those of plane 0, then those of planes 2 and 3.
pub(super) const PAGES: usize = 1024 + 2048;

/// The page of a character, where it can have one.
#[inline]
pub(super) const fn page(character: u32) -> Option<usize> {
    match character {
        0..=0xFFFF => Some((character >> 6) as usize),
        0x2_0000..=0x3_FFFF => Some(1024 + ((character - 0x2_0000) >> 6) as usize),
        _ => None,
    }
}

/// Entry of a page: the rest is not three bytes of output.
///
/// Without this flag an entry is three bytes of output with [`CHANGED`] and [`OPENS`] and no other
/// flag; or 0, which only characters that are not three bytes long have, for a character that
/// stays.
pub(super) const SPECIAL: u32 = 1 << 31;

/// Entry: the three bytes are not the character itself.
pub(super) const CHANGED: u32 = 1 << 24;

/// Entry: some pair in the filter of the reading's configuration opens with the character; only
/// where few do (see [`CONFIGS`]).
///
/// Characters without three bytes have no place for this flag; any of them may open one, but of
/// ASCII only capital letters do.
pub(super) const OPENS: u32 = 1 << 25;

/// Entry: an ideographic description character.
#[allow(dead_code)] // what matters to the reader is that such an entry is special
pub(super) const OPERATOR: u32 = 1 << 30;

/// Entry: the output is the string at the offset in the low 24 bits: its length, then its bytes.
pub(super) const REPLACED: u32 = 1 << 29;

/// Entry: three bytes, or the offset of a string.
pub(super) const LOW: u32 = 0xFF_FFFF;

/// The number of 64-bit words of a filter. It has the pairs at which a key opens that is not plain,
/// and the triggers: a fifth of the pairs that open a key, so that a filter that stays in the
/// first-level cache lets few others pass.
pub(super) const FILTER_WORDS: usize = 1 << 11;

/// The bit of a pair in a bitmap of so many words, a power of two.
#[inline]
pub(super) const fn bit(pair: u32, words: usize) -> u32 {
    hash(pair) >> (32 - (64 * words).ilog2())
}
