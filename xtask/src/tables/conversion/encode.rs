//! Dictionaries to the committed blob; `layout.rs` says what goes where.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result, ensure};

use super::hashed::{Perfect, bitmap, pair_set};
use super::layout;
use super::pools::{Pages, Strings};
use super::reference::{Step, compatibility};
use crate::opencc::Package;

type Phrase = Vec<char>;

/// Everything that goes into the blob, by name.
struct Sources {
    compatibility: BTreeMap<char, char>,
    /// The steps, as many as there are phrase tables, in the order of the readings.
    steps: Vec<Step>,
    /// The codes of characters beyond the Basic Multilingual Plane.
    astral: BTreeMap<char, u16>,
}

/// What a reading makes of the characters and phrases it knows.
struct Values {
    characters: BTreeMap<char, String>,
    phrases: BTreeMap<Phrase, String>,
}

impl Values {
    /// Whether a phrase becomes what its characters become one by one.
    fn is_plain(&self, key: &Phrase) -> bool {
        let one_by_one: String = key
            .iter()
            .map(|character| {
                let value = self.characters.get(character);
                value.cloned().unwrap_or_else(|| character.to_string())
            })
            .collect();
        one_by_one == self.phrases[key]
    }
}

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
    fn new(package: &Package) -> Result<Self> {
        let step = |config: &str, step: usize| -> Result<Step> {
            let config = package.config(config)?;
            Ok(Step::new(
                config.steps.get(step).context("a step is missing")?,
            ))
        };
        let mut steps = Vec::new();
        for name in layout::PHRASES {
            steps.push(match name {
                "st" => step("s2t", 0)?,
                "ts" => step("t2s", 0)?,
                "twp" => step("s2twp", 1)?,
                "twp-rev" => step("tw2sp", 0)?,
                "hkp" => step("s2hkp", 1)?,
                "hkp-rev" => step("hk2sp", 0)?,
                config => step(config, 0)?,
            });
        }
        for (name, whole, first, second) in layout::FUSED {
            let config = package.config(name)?;
            let segmentation = config.segmentation.context("no segmentation")?;
            let keys: BTreeSet<Phrase> = segmentation
                .iter()
                .flat_map(|source| &source.entries)
                .map(|(key, _)| key.chars().collect())
                .collect();
            let table = layout::READINGS[whole].1;
            ensure!(
                keys.iter().eq(steps[table].phrases.keys()),
                "{name} segments by other phrases than the tables hold"
            );
            ensure!(
                config.steps.len() == 2
                    && Step::new(&config.steps[0]) == steps[first]
                    && Step::new(&config.steps[1]) == steps[second],
                "{name} has other steps than the tables know"
            );
        }
        for (name, reading, _) in layout::CONFIGS {
            if reading < layout::PHRASES.len() {
                let config = package.config(name)?;
                ensure!(
                    config.segmentation.is_none() && config.steps.len() == 1,
                    "{name} is not a single step"
                );
            }
        }
        let astral = steps
            .iter()
            .flat_map(|step| step.phrases.keys().flatten())
            .filter(|character| u32::from(**character) > 0xFFFF)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .zip(layout::FIRST_ASTRAL..0xE000)
            .map(|(character, code)| (*character, code))
            .collect();
        let sources = Self {
            compatibility: compatibility(package)?,
            steps,
            astral,
        };
        sources.check()?;
        Ok(sources)
    }

    /// What the engine takes for granted.
    fn check(&self) -> Result<()> {
        let operator = |c: &char| (0x2FF0..=0x2FFF).contains(&u32::from(*c));
        for (from, to) in &self.compatibility {
            ensure!(
                matches!(u32::from(*from), 0xF900..=0xFAFF | 0x2_F800..=0x2_FA1F)
                    && !self.compatibility.contains_key(to),
                "{from} is outside the compatibility blocks"
            );
        }
        for step in &self.steps {
            let singles = step
                .characters
                .iter()
                .map(|(key, value)| (vec![*key], value));
            let phrases = step.phrases.iter().map(|(key, value)| (key.clone(), value));
            for (key, value) in singles.chain(phrases) {
                let name: String = key.iter().collect();
                ensure!(key.len() <= layout::LONGEST_KEY, "{name} is too long");
                ensure!(
                    !key.iter().chain(value).any(operator),
                    "{name} has a description character"
                );
                ensure!(
                    !key.iter()
                        .chain(value)
                        .any(|c| self.compatibility.contains_key(c)),
                    "{name} has a compatibility character"
                );
                ensure!(
                    key.iter().chain(value).all(|c| *c != '\0'),
                    "{name} has a NUL"
                );
                ensure!(
                    key.len() > 1 || key[0] >= '\u{800}',
                    "{name} is a key of fewer than three bytes"
                );
                let ascii = key.iter().take_while(|c| c.is_ascii()).count();
                ensure!(
                    ascii < key.len() && ascii <= layout::LONGEST_ASCII_OPENING,
                    "{name} opens with too much ASCII"
                );
                ensure!(
                    key.iter().all(|c| layout::page(u32::from(*c)).is_some()),
                    "{name} is in a plane without pages"
                );
            }
        }
        Ok(())
    }

    fn code(&self, character: char) -> u16 {
        u16::try_from(u32::from(character))
            .ok()
            .or_else(|| self.astral.get(&character).copied())
            .unwrap_or(layout::NO_CODE)
    }

    fn pair(&self, key: &[char]) -> u32 {
        layout::pair(self.code(key[0]), self.code(key[1]))
    }

    /// The steps that a reading represents.
    fn chain(&self, reading: usize) -> Vec<&Step> {
        layout::FUSED
            .iter()
            .find(|(_, whole, ..)| *whole == reading)
            .map_or_else(
                || vec![&self.steps[reading]],
                |(_, _, first, second)| vec![&self.steps[*first], &self.steps[*second]],
            )
    }

    fn values(&self, reading: usize) -> Values {
        let chain = self.chain(reading);
        let convert = |segment: &[char]| -> String {
            let steps = chain.iter();
            steps
                .fold(segment.to_vec(), |text, step| step.convert(&text))
                .iter()
                .collect()
        };
        let characters = chain
            .iter()
            .flat_map(|step| step.characters.keys())
            .chain(self.compatibility.keys())
            .map(|&character| {
                let normalized = *self.compatibility.get(&character).unwrap_or(&character);
                (character, convert(&[normalized]))
            })
            .filter(|(character, value)| !value.chars().eq([*character]))
            .collect();
        let phrases = self.steps[layout::READINGS[reading].1]
            .phrases
            .keys()
            .map(|key| (key.clone(), convert(key)))
            .collect();
        Values {
            characters,
            phrases,
        }
    }

    /// Pairs of characters at which a chain may not be taken one character at a time: where the
    /// first step has a phrase, and where a phrase of the second step may begin in what the first
    /// one makes of the first character and go on in what it makes of the next piece.
    fn triggers(&self, fused: usize) -> BTreeSet<u32> {
        let (_, whole, first, second) = layout::FUSED[fused];
        let segmentation = &self.steps[layout::READINGS[whole].1].phrases;
        let (first, second) = (&self.steps[first], &self.steps[second]);
        let mut triggers: BTreeSet<u32> = first
            .phrases
            .keys()
            .filter(|key| !segmentation.contains_key(*key))
            .map(|key| self.pair(key))
            .collect();
        let openings = first.openings();
        // The pieces whose output opens with a character: itself, if the first step leaves it.
        let opening = |output: char| {
            let same = (!first.characters.contains_key(&output)).then_some(output);
            openings
                .get(&output)
                .into_iter()
                .flatten()
                .copied()
                .chain(same)
        };
        // Characters by what the first step makes of each.
        let mut makes: BTreeMap<Phrase, Vec<char>> = BTreeMap::new();
        for (character, value) in &first.characters {
            makes.entry(value.clone()).or_default().push(*character);
        }
        for key in second.phrases.keys() {
            if !first.characters.contains_key(&key[0]) {
                for after in opening(key[1]) {
                    triggers.insert(self.pair(&[key[0], after]));
                }
            }
            for (value, characters) in &makes {
                for skipped in 0..value.len() {
                    let part = &value[skipped..];
                    if part.len() < key.len() && key.starts_with(part) {
                        for after in opening(key[part.len()]) {
                            for before in characters {
                                triggers.insert(self.pair(&[*before, after]));
                            }
                        }
                    }
                }
            }
        }
        triggers
    }

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
