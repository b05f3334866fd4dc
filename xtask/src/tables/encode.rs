//! Dictionaries to the committed blob; `layout.rs` says what goes where.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result, ensure};

use super::layout;
use super::package::Package;
use super::reference::{Step, compatibility};

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

/// Generates the blob.
pub fn encode(package: &Package) -> Result<Vec<u8>> {
    let sources = Sources::new(package)?;
    let mut sections = vec![Vec::new(); layout::SECTIONS];
    let values: Vec<Values> = (0..layout::READINGS.len())
        .map(|reading| sources.values(reading))
        .collect();
    for table in 0..layout::PHRASES.len() {
        sources.phrase_table(table, &values, &mut sections)?;
    }
    for (config, &(name, reading)) in layout::CONFIGS.iter().enumerate() {
        let mut pairs: BTreeSet<u32> = values[reading]
            .phrases
            .keys()
            .map(|key| sources.pair(key))
            .collect();
        if let Some(fused) = layout::FUSED.iter().position(|(other, ..)| *other == name) {
            let triggers = sources.triggers(fused);
            sections[layout::triggers_section(fused)] = pair_set(&triggers);
            pairs.extend(triggers);
        }
        sections[layout::filter_section(config)] = filter(&pairs);
    }
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
        for (name, reading) in layout::CONFIGS {
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

    /// The steps that a reading stands for.
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
            let flags = readings.iter().filter(|(reading, _)| {
                let one_by_one: String = key
                    .iter()
                    .map(|character| {
                        let value = values[*reading].characters.get(character);
                        value.cloned().unwrap_or_else(|| character.to_string())
                    })
                    .collect();
                one_by_one == values[*reading].phrases[key]
            });
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
        sections[first] = slots(&payloads);
        sections[first + 1] = nodes.iter().flat_map(|word| word.to_le_bytes()).collect();

        for (reading, flag) in readings {
            let mut strings = Strings::default();
            self.characters(reading, &values[reading], &mut strings, sections)?;
            let words = &mut sections[layout::reading_section(reading) + 2];
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
            sections[layout::reading_section(reading) + 3] = strings.pool;
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

    /// Writes the page index and the pages of a reading.
    fn characters(
        &self,
        reading: usize,
        values: &Values,
        strings: &mut Strings,
        sections: &mut [Vec<u8>],
    ) -> Result<()> {
        let mut entries: BTreeMap<u32, u32> = (0x2FF0..=0x2FFF)
            .map(|operator| (operator, layout::SPECIAL | layout::OPERATOR))
            .collect();
        for (character, value) in &values.characters {
            let special = self.compatibility.contains_key(character) || character.len_utf8() < 3;
            let entry = match value.as_bytes() {
                &[a, b, c] if !special => u32::from_le_bytes([a, b, c, 0]),
                _ => layout::SPECIAL | layout::REPLACED | strings.add_with_length(value)?,
            };
            entries.insert(u32::from(*character), entry);
        }
        let mut pages: Vec<[u32; 64]> = vec![[0; 64]];
        let mut index = vec![0_u16; layout::PAGES];
        for (character, entry) in entries {
            let page = layout::page(character).context("a character in a plane without pages")?;
            if index[page] == 0 {
                index[page] = u16::try_from(pages.len())?;
                pages.push([0; 64]);
            }
            pages[usize::from(index[page])][(character & 63) as usize] = entry;
        }
        let first = layout::reading_section(reading);
        sections[first] = index.iter().flat_map(|word| word.to_le_bytes()).collect();
        sections[first + 1] = pages
            .iter()
            .flatten()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        Ok(())
    }
}

/// A pool of strings, each stored once.
#[derive(Default)]
struct Strings {
    pool: Vec<u8>,
    offsets: HashMap<Vec<u8>, u32>,
}

impl Strings {
    fn add(&mut self, string: &str) -> Result<u32> {
        self.add_bytes(string.as_bytes().to_vec())
    }

    fn add_with_length(&mut self, string: &str) -> Result<u32> {
        let mut bytes = vec![u8::try_from(string.len())?];
        bytes.extend(string.as_bytes());
        self.add_bytes(bytes)
    }

    fn add_bytes(&mut self, bytes: Vec<u8>) -> Result<u32> {
        let next = self.pool.len() as u32;
        ensure!(next <= layout::LOW, "too many strings");
        let pool = &mut self.pool;
        Ok(*self.offsets.entry(bytes).or_insert_with_key(|bytes| {
            pool.extend(bytes);
            next
        }))
    }
}

/// How many slots of a hash table hold so many entries at a load of at most 0.6.
fn slot_count(entries: usize) -> usize {
    (entries * 5 / 3 + 1).next_power_of_two().max(2)
}

/// Places entries in a table by their pair, each in the first free slot from its own on.
fn place(count: usize, pairs: impl Iterator<Item = u32>) -> Vec<Option<u32>> {
    let mut slots = vec![None; count];
    let shift = 32 - count.ilog2();
    for pair in pairs {
        let mut at = (layout::hash(pair) >> shift) as usize;
        while slots[at].is_some() {
            at = (at + 1) % count;
        }
        slots[at] = Some(pair);
    }
    slots
}

fn slots(payloads: &BTreeMap<u32, u32>) -> Vec<u8> {
    place(slot_count(payloads.len()), payloads.keys().copied())
        .into_iter()
        .flat_map(|pair| {
            let slot = pair.map_or(0, |pair| u64::from(payloads[&pair]) << 32 | u64::from(pair));
            slot.to_le_bytes()
        })
        .collect()
}

fn pair_set(pairs: &BTreeSet<u32>) -> Vec<u8> {
    place(slot_count(pairs.len()), pairs.iter().copied())
        .into_iter()
        .flat_map(|pair| pair.unwrap_or(0).to_le_bytes())
        .collect()
}

/// A bitmap by hash with at most one bit of twelve set.
fn filter(pairs: &BTreeSet<u32>) -> Vec<u8> {
    let bits = (12 * pairs.len()).next_power_of_two().max(64);
    let mut words = vec![0_u64; bits / 64];
    let shift = 32 - bits.ilog2();
    for pair in pairs {
        let bit = layout::hash(*pair) >> shift;
        words[(bit >> 6) as usize] |= 1 << (bit & 63);
    }
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
