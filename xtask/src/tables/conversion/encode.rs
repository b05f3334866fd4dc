//! Dictionaries to the committed blob; `layout.rs` says what goes where.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result, ensure};

use super::hashed::{Perfect, bitmap, pair_set};
use super::layout;
use super::pools::{Pages, Strings};
use super::sources::{Phrase, Sources, Values};
use crate::opencc::Package;

/// Generates the blob.
pub fn encode(package: &Package) -> Result<Vec<u8>> {
    let sources = Sources::new(package)?;
    let mut sections = vec![Vec::new(); layout::SECTIONS];
    let values: Vec<Values> = (0..layout::READINGS.len())
        .map(|reading| sources.values(reading))
        .collect();
    // The first codes of the pairs in the filter of each reading that is a configuration's.
    let mut openers = vec![BTreeSet::new(); layout::READINGS.len()];
    for (config, &(name, reading, few_open)) in layout::CONFIGS.iter().enumerate() {
        let mut pairs: BTreeSet<u32> = values[reading]
            .phrases
            .keys()
            .filter(|key| !values[reading].is_plain(key))
            .map(|key| sources.pair(key))
            .collect();
        if let Some(fused) = layout::FUSED.iter().position(|(other, ..)| *other == name) {
            let triggers = sources.triggers(fused);
            sections[layout::triggers_section(fused)] = pair_set(&triggers);
            pairs.extend(triggers);
        }
        sections[layout::filter_section(config)] = bitmap(&pairs, layout::FILTER_WORDS);
        let capital = |code: u32| (0x41..=0x5A).contains(&code);
        ensure!(
            pairs
                .iter()
                .map(|pair| (pair >> 16, pair & 0xFFFF))
                .all(|(first, second)| capital(first) || first >= 0x80 && second >= 0x80),
            "a pair of {name} has ASCII that does not open with a capital letter"
        );
        if few_open {
            openers[reading] = pairs.iter().map(|pair| pair >> 16).collect();
            ensure!(
                openers[reading].iter().all(|opener| *opener >= 0x80),
                "a pair of {name} opens with ASCII, which {name} is not read for"
            );
        }
        eprintln!(
            "{name} {} {}",
            pairs.len(),
            pairs
                .iter()
                .map(|pair| pair >> 16)
                .collect::<BTreeSet<_>>()
                .len()
        );
    }
    let mut pages = Pages::default();
    for table in 0..layout::PHRASES.len() {
        sources.phrase_table(table, &values, &openers, &mut pages, &mut sections)?;
    }
    sections[layout::PAGES_SECTION] = pages.bytes();
    for (from, to) in &sources.compatibility {
        let section = &mut sections[layout::COMPATIBILITY_SECTION];
        section.extend(u32::from(*from).to_le_bytes());
        section.extend(u32::from(*to).to_le_bytes());
    }
    let mut astral: Vec<_> = sources.astral.iter().collect();
    astral.sort_by_key(|(_, code)| **code);
    for (character, _) in astral {
        sections[layout::ASTRAL_SECTION].extend(u32::from(*character).to_le_bytes());
    }
    Ok(join(&sections))
}

/// Puts the sections one after the other, each on a cache line of its own.
fn join(sections: &[Vec<u8>]) -> Vec<u8> {
    let mut blob = Vec::new();
    blob.extend(layout::MAGIC.to_le_bytes());
    blob.extend((sections.len() as u32).to_le_bytes());
    let mut offset = (8 + 8 * sections.len()).next_multiple_of(64);
    for section in sections {
        blob.extend((offset as u32).to_le_bytes());
        blob.extend((section.len() as u32).to_le_bytes());
        offset = (offset + section.len()).next_multiple_of(64);
    }
    for section in sections {
        blob.resize(blob.len().next_multiple_of(64), 0);
        blob.extend(section);
    }
    blob
}

impl Sources {
    /// Writes one phrase table, and the parts of the readings that number its keys.
    fn phrase_table(
        &self,
        table: usize,
        values: &[Values],
        openers: &[BTreeSet<u32>],
        pages: &mut Pages,
        sections: &mut [Vec<u8>],
    ) -> Result<()> {
        let readings: Vec<(usize, u32)> = layout::READINGS
            .iter()
            .enumerate()
            .filter(|(_, reading)| reading.1 == table)
            .map(|(number, reading)| (number, reading.2))
            .collect();
        let keys: Vec<&Phrase> = self.steps[table].phrases.keys().collect();
        // For each key the flags of the readings in which it is plain.
        let plain = |key: &Phrase| -> Vec<u32> {
            let flags = readings
                .iter()
                .filter(|(reading, _)| values[*reading].is_plain(key));
            flags.map(|(_, flag)| *flag).collect()
        };
        // Keys with values come first, so that the values are short lists.
        let (plain_keys, valued): (Vec<&Phrase>, Vec<&Phrase>) = keys
            .iter()
            .partition(|key| plain(key).len() == readings.len());
        let numbers: HashMap<&Phrase, u16> = valued
            .iter()
            .chain(&plain_keys)
            .copied()
            .zip(0..=u16::MAX)
            .collect();
        ensure!(numbers.len() == keys.len(), "too many keys");
        let plain: HashMap<&Phrase, Vec<u32>> = keys.iter().map(|key| (*key, plain(key))).collect();

        let mut nodes: Vec<u16> = vec![0];
        let mut payloads = BTreeMap::new();
        let mut groups: BTreeMap<u32, Vec<&Phrase>> = BTreeMap::new();
        for key in &keys {
            groups.entry(self.pair(key)).or_default().push(key);
        }
        for (pair, keys) in groups {
            payloads.insert(pair, self.node(&keys, &numbers, &plain, &mut nodes)?);
        }
        let first = layout::slots_section(table);
        let perfect = Perfect::new(&payloads)?;
        sections[first] = perfect.slots;
        sections[first + 1] = perfect.displacements;
        sections[first + 2] = nodes.iter().flat_map(|word| word.to_le_bytes()).collect();
        let joints: BTreeSet<u32> = keys
            .iter()
            .flat_map(|key| key.windows(2).map(|joint| self.pair(joint)))
            .collect();
        // Six to twelve bits for each: one in ten that is none is taken for one.
        let words = (joints.len() * 6).next_power_of_two().max(64) / 64;
        sections[first + 3] = bitmap(&joints, words);

        for (reading, flag) in readings {
            let mut strings = Strings::default();
            sections[layout::reading_section(reading)] =
                self.characters(&values[reading], &openers[reading], &mut strings, pages)?;
            let words = &mut sections[layout::reading_section(reading) + 1];
            for key in &valued {
                let word = if plain[*key].contains(&flag) {
                    0
                } else {
                    let value = &values[reading].phrases[*key];
                    ensure!(value.len() < 256, "a value is too long");
                    strings.add(value)? << 8 | value.len() as u32
                };
                words.extend(word.to_le_bytes());
            }
            sections[layout::reading_section(reading) + 2] = strings.pool;
        }
        Ok(())
    }

    /// Writes the node of the keys that open with one pair; gives the pair's payload.
    fn node(
        &self,
        keys: &[&Phrase],
        numbers: &HashMap<&Phrase, u16>,
        plain: &HashMap<&Phrase, Vec<u32>>,
        nodes: &mut Vec<u16>,
    ) -> Result<u32> {
        let mut payload = 0;
        let mut own = 0;
        let mut thirds: BTreeMap<u16, Vec<&Phrase>> = BTreeMap::new();
        for key in keys {
            if let Some(third) = key.get(2) {
                let third = self.code(*third);
                payload |= layout::payload_third(third);
                thirds.entry(third).or_default().push(key);
            } else {
                payload |= layout::IS_KEY;
                own = numbers[*key];
                for flag in &plain[*key] {
                    payload |= layout::payload_plain(*flag);
                }
            }
        }
        let start = nodes.len();
        ensure!(start <= layout::PAYLOAD_NODE as usize, "too many nodes");
        payload |= start as u32;
        nodes.push(thirds.len() as u16);
        nodes.push(own);
        nodes.extend(thirds.keys());
        let offsets = nodes.len();
        nodes.resize(offsets + thirds.len(), 0);
        for (index, (_, mut keys)) in thirds.into_iter().enumerate() {
            nodes[offsets + index] = u16::try_from(nodes.len() - start)?;
            keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
            let last = keys.len() - 1;
            for (index, key) in keys.into_iter().enumerate() {
                let mut head = (key.len() - 3) as u16;
                if index == last {
                    head |= layout::KEY_LAST;
                }
                for flag in &plain[key] {
                    head |= layout::key_plain(*flag);
                }
                nodes.extend([head, numbers[key]]);
                nodes.extend(key[3..].iter().map(|character| self.code(*character)));
            }
        }
        Ok(payload)
    }

    /// The page index of a reading; its pages are added to those of all readings.
    fn characters(
        &self,
        values: &Values,
        openers: &BTreeSet<u32>,
        strings: &mut Strings,
        pages: &mut Pages,
    ) -> Result<Vec<u8>> {
        let mut entries: BTreeMap<u32, u32> = ('\u{800}'..='\u{FFFF}')
            .map(|character| {
                let mut bytes = [0; 4];
                character.encode_utf8(&mut bytes);
                (u32::from(character), u32::from_le_bytes(bytes))
            })
            .collect();
        for operator in 0x2FF0..=0x2FFF {
            entries.insert(operator, layout::SPECIAL | layout::OPERATOR);
        }
        for (character, value) in &values.characters {
            let special = self.compatibility.contains_key(character);
            let entry = match value.as_bytes() {
                &[a, b, c] if !special => u32::from_le_bytes([a, b, c, 0]) | layout::CHANGED,
                _ => layout::SPECIAL | layout::REPLACED | strings.add_with_length(value)?,
            };
            entries.insert(u32::from(*character), entry);
        }
        for opener in openers {
            if let Some(entry) = entries.get_mut(opener)
                && *entry & layout::SPECIAL == 0
            {
                *entry |= layout::OPENS;
            }
        }
        let mut own: BTreeMap<usize, [u32; 64]> = BTreeMap::new();
        for (character, entry) in entries {
            let page = layout::page(character).context("a character in a plane without pages")?;
            own.entry(page).or_insert([0; 64])[(character & 63) as usize] = entry;
        }
        let mut index = vec![pages.add([0; 64])?; layout::PAGES];
        for (page, entries) in own {
            index[page] = pages.add(entries)?;
        }
        Ok(index.iter().flat_map(|word| word.to_le_bytes()).collect())
    }
}
