//! What a configuration does, in the plainest way: maps and the longest match.
//!
//! The generator asks it for the value of each phrase and character. It knows neither
//! segmentation nor description sequences, which no key contains.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

use crate::opencc::{Package, Source};

/// A conversion step: what the match policies leave of its dictionaries.
#[derive(PartialEq, Eq, Clone)]
pub struct Step {
    /// Values of single characters.
    pub characters: BTreeMap<char, Vec<char>>,
    /// Values of longer keys.
    pub phrases: BTreeMap<Vec<char>, Vec<char>>,
    longest: usize,
}

impl Step {
    /// Merges dictionaries. A key that can never win is left out: one that begins with a key of
    /// a dictionary of lower rank.
    pub fn new(sources: &[Source]) -> Self {
        let mut all: BTreeMap<Vec<char>, (usize, Vec<char>)> = BTreeMap::new();
        for source in sources {
            for (key, value) in &source.entries {
                all.entry(key.chars().collect())
                    .or_insert_with(|| (source.rank, value.chars().collect()));
            }
        }
        let wins = |key: &[char], rank: usize| {
            (1..key.len()).all(|length| {
                all.get(&key[..length])
                    .is_none_or(|(shorter, _)| *shorter >= rank)
            })
        };
        let (mut characters, mut phrases) = (BTreeMap::new(), BTreeMap::new());
        for (key, (rank, value)) in &all {
            match key.as_slice() {
                [character] => {
                    characters.insert(*character, value.clone());
                }
                _ if wins(key, *rank) => {
                    phrases.insert(key.clone(), value.clone());
                }
                _ => {}
            }
        }
        let longest = phrases.keys().map(Vec::len).max().unwrap_or(1);
        Self {
            characters,
            phrases,
            longest,
        }
    }

    /// Converts a segment.
    pub fn convert(&self, segment: &[char]) -> Vec<char> {
        let mut output = Vec::new();
        let mut rest = segment;
        while let Some(first) = rest.first() {
            let most = self.longest.min(rest.len());
            let phrase = (2..=most)
                .rev()
                .find_map(|length| Some((length, self.phrases.get(&rest[..length])?)));
            let length = if let Some((length, value)) = phrase {
                output.extend(value);
                length
            } else {
                match self.characters.get(first) {
                    Some(value) => output.extend(value),
                    None => output.push(*first),
                }
                1
            };
            rest = &rest[length..];
        }
        output
    }

    /// All characters that a piece of text may open with, that this step makes something of that
    /// opens with `output`: single characters and first characters of phrases.
    pub fn openings(&self) -> BTreeMap<char, BTreeSet<char>> {
        let mut openings: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
        let singles = self.characters.iter().map(|(key, value)| (*key, value));
        let phrases = self.phrases.iter().map(|(key, value)| (key[0], value));
        for (key, value) in singles.chain(phrases) {
            openings.entry(value[0]).or_default().insert(key);
        }
        openings
    }
}

/// The compatibility characters and what they are replaced with.
pub fn compatibility(package: &Package) -> Result<BTreeMap<char, char>> {
    package
        .first_values("CJK_Compatibility_Ideographs.txt")?
        .into_iter()
        .map(|(key, value)| {
            let single = |text: &str| -> Result<char> {
                let mut characters = text.chars();
                let first = characters.next();
                ensure!(characters.next().is_none(), "`{text}` is not one character");
                first.ok_or_else(|| anyhow::anyhow!("an empty entry"))
            };
            Ok((single(&key)?, single(&value)?))
        })
        .collect()
}
