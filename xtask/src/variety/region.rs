//! `region.bin`: what tells Taiwan, Hong Kong and the converted mainland apart.
//!
//! Which characters and pairs of characters are looked at comes from OpenCC's variants and
//! phrases and from our own word list; how much each says, from counts over the training share
//! of the corpora. The mainland's text is simplified: it is counted as it looks after a
//! conversion that changed characters only, the way such text is met as traditional text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, ensure};

use super::{HANS, HONG_KONG, TAIWAN, is_han, vocabulary};
use crate::corpora::{Share, documents};
use crate::opencc_data;

/// A character, or a pair; a single character has NUL as its second.
pub type Feature = (char, char);

/// Slots of the hash table: a power of two, less than half of it filled.
pub const SLOTS: usize = 8192;
/// Bytes of a slot: first and second character, both 16-bit little-endian; Taiwan, Hong Kong.
const SLOT: usize = 6;
/// Weight units per nat.
const UNITS_PER_NAT: f64 = 10.0;
/// No feature says more than this, in nats: a text that repeats one word is not proof.
const MOST: f64 = 3.0;
/// What is added to every rate: a pair seen in no corpus says nothing, and one seen a few times
/// says little.
const SMOOTHING: f64 = 4e-6;
/// A feature that says less than this, in nats, is left out.
const LEAST: f64 = 0.4;

/// How simplified text looks after a conversion of characters only.
pub struct Mappings {
    /// OpenCC's first value for every character: 里 becomes 裏, 为 becomes 爲.
    standard: BTreeMap<char, char>,
    /// What scrapers do: characters with several traditional forms stay, the others get the
    /// form that Taiwan writes: 里 stays 里, 为 becomes 為.
    scraper: BTreeMap<char, char>,
}

impl Mappings {
    /// Reads the dictionaries.
    pub fn load(folder: &Path) -> Result<Self> {
        let to_traditional = opencc_data::characters(folder, "STCharacters.txt")?;
        let variants = opencc_data::characters(folder, "TWVariants.txt")?;
        let first = |values: &[char]| values.first().copied();
        let standard: BTreeMap<char, char> = to_traditional
            .iter()
            .filter_map(|(key, values)| Some((*key, first(values)?)))
            .collect();
        let mut scraper: BTreeMap<char, char> = to_traditional
            .iter()
            .filter(|(key, values)| !values.contains(key))
            .filter_map(|(key, values)| {
                let value = first(values)?;
                Some((
                    *key,
                    variants.get(&value).and_then(|v| first(v)).unwrap_or(value),
                ))
            })
            .collect();
        scraper.insert('着', '著');
        // The one character with several forms that scrapers do map, as the seeds show.
        for (from, to) in ["发發", "台臺", "冲沖"].iter().filter_map(|pair| {
            let mut pair = pair.chars();
            Some((pair.next()?, pair.next()?))
        }) {
            scraper.insert(from, to);
        }
        Ok(Self { standard, scraper })
    }

    /// Simplified text converted to OpenCC's standard, character by character.
    pub fn standard(&self, text: &str) -> String {
        apply(&self.standard, text)
    }

    /// Simplified text as a scraper maps it.
    pub fn scraper(&self, text: &str) -> String {
        apply(&self.scraper, text)
    }
}

fn apply(mapping: &BTreeMap<char, char>, text: &str) -> String {
    text.chars()
        .map(|character| mapping.get(&character).copied().unwrap_or(character))
        .collect()
}

/// The features to count.
fn features(folder: &Path) -> Result<BTreeSet<Feature>> {
    let mut features = BTreeSet::new();
    for name in ["TWVariants.txt", "HKVariants.txt"] {
        for (key, values) in opencc_data::characters(folder, name)? {
            features.extend(
                values
                    .iter()
                    .chain([&key])
                    .map(|character| (*character, '\0')),
            );
        }
    }
    // Simplified characters that are also traditional ones: their use in traditional text tells
    // a character-by-character mapping from writing.
    for (key, values) in opencc_data::characters(folder, "STCharacters.txt")? {
        if values.contains(&key) {
            features.extend(values.iter().map(|character| (*character, '\0')));
        }
    }
    let mut words = Vec::new();
    for name in ["TWPhrases.txt", "HKPhrases.txt"] {
        for (key, values) in opencc_data::dictionary(folder, name)? {
            words.push(key);
            words.extend(values);
        }
    }
    for list in [
        vocabulary::TAIWAN,
        vocabulary::HONG_KONG,
        vocabulary::MAINLAND,
    ] {
        words.extend(list.split_whitespace().map(str::to_owned));
    }
    for word in words {
        let characters: Vec<char> = word.chars().collect();
        features.extend(characters.windows(2).map(|pair| (pair[0], pair[1])));
    }
    features.retain(|(first, second)| is_han(*first) && (is_han(*second) || *second == '\0'));
    Ok(features)
}

/// Occurrences per Chinese character, averaged over corpora and over the ways a text may look.
fn rates(
    names: &[&str],
    features: &BTreeSet<Feature>,
    looks: &[&dyn Fn(&str) -> String],
) -> Result<BTreeMap<Feature, f64>> {
    let mut rates = BTreeMap::new();
    for name in names {
        let documents = documents(name, Share::Train)?;
        for look in looks {
            let mut counts: BTreeMap<Feature, u64> = BTreeMap::new();
            let mut total = 0u64;
            for document in &documents {
                let text = look(document);
                let mut characters = text.chars().peekable();
                while let Some(first) = characters.next() {
                    if !is_han(first) {
                        continue;
                    }
                    total += 1;
                    let second = characters.peek().copied().unwrap_or('\0');
                    for feature in [(first, '\0'), (first, second)] {
                        if features.contains(&feature) {
                            *counts.entry(feature).or_default() += 1;
                        }
                    }
                }
            }
            for (feature, count) in counts {
                *rates.entry(feature).or_default() +=
                    count as f64 / total as f64 / (names.len() * looks.len()) as f64;
            }
        }
    }
    Ok(rates)
}

/// The hash table and the set of characters with which a feature begins.
pub fn table(folder: &Path) -> Result<(Vec<u8>, BTreeSet<char>)> {
    let features = features(folder)?;
    let mappings = Mappings::load(folder)?;
    let written = |text: &str| text.to_owned();
    let taiwan = rates(&TAIWAN, &features, &[&written])?;
    let hong_kong = rates(&HONG_KONG, &features, &[&written])?;
    let mainland = rates(
        &HANS,
        &features,
        &[&|text| mappings.standard(text), &|text| {
            mappings.scraper(text)
        }],
    )?;

    let mut table = vec![0u8; SLOTS * SLOT];
    let mut firsts = BTreeSet::new();
    let mut filled = 0;
    for feature in features {
        let rate = |rates: &BTreeMap<Feature, f64>| {
            rates.get(&feature).copied().unwrap_or_default() + SMOOTHING
        };
        let weight = |rates| (rate(rates) / rate(&mainland)).ln().clamp(-MOST, MOST);
        let (tw, hk): (f64, f64) = (weight(&taiwan), weight(&hong_kong));
        if tw.abs().max(hk.abs()).max((tw - hk).abs()) < LEAST {
            continue;
        }
        let units = |weight: f64| (weight * UNITS_PER_NAT).round() as i8;
        let (first, second) = (feature.0 as u32 as u16, feature.1 as u32 as u16);
        let mut slot = slot(first, second);
        while table[slot * SLOT..][..2] != [0, 0] {
            slot = (slot + 1) % SLOTS;
        }
        let entry = &mut table[slot * SLOT..][..SLOT];
        entry[..2].copy_from_slice(&first.to_le_bytes());
        entry[2..4].copy_from_slice(&second.to_le_bytes());
        entry[4] = units(tw) as u8;
        entry[5] = units(hk) as u8;
        firsts.insert(feature.0);
        filled += 1;
    }
    println!(
        "region: {filled} features, {} first characters",
        firsts.len()
    );
    ensure!(
        filled < SLOTS / 2,
        "the region table is too full: {filled} features"
    );
    Ok((table, firsts))
}

/// Where the search for a feature begins; the same as in the library's `region.rs`.
fn slot(first: u16, second: u16) -> usize {
    let pair = u32::from(first) << 16 | u32::from(second);
    (pair.wrapping_mul(0x9E37_79B1) >> 19) as usize
}
