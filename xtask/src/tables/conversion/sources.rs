//! The dictionaries of OpenCC's configurations, and what each reading of them gives.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};

use super::layout;
use super::reference::{Step, compatibility};
use crate::opencc::Package;

pub(super) type Phrase = Vec<char>;

/// Everything that goes into the blob, by name.
pub(super) struct Sources {
    pub(super) compatibility: BTreeMap<char, char>,
    /// The steps, as many as there are phrase tables, in the order of the readings.
    pub(super) steps: Vec<Step>,
    /// The codes of characters beyond the Basic Multilingual Plane.
    pub(super) astral: BTreeMap<char, u16>,
}

/// What a reading makes of the characters and phrases it knows.
pub(super) struct Values {
    pub(super) characters: BTreeMap<char, String>,
    pub(super) phrases: BTreeMap<Phrase, String>,
}

impl Values {
    /// Whether a phrase becomes what its characters become one by one.
    pub(super) fn is_plain(&self, key: &Phrase) -> bool {
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

impl Sources {
    pub(super) fn new(package: &Package) -> Result<Self> {
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

    pub(super) fn code(&self, character: char) -> u16 {
        u16::try_from(u32::from(character))
            .ok()
            .or_else(|| self.astral.get(&character).copied())
            .unwrap_or(layout::NO_CODE)
    }

    pub(super) fn pair(&self, key: &[char]) -> u32 {
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

    pub(super) fn values(&self, reading: usize) -> Values {
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
    pub(super) fn triggers(&self, fused: usize) -> BTreeSet<u32> {
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
}
