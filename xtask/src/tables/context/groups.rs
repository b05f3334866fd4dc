//! The ambiguous characters and their readings.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use zhnorm_lang::context::READINGS;

use super::gold::{Clause, codes, is_han};
use crate::opencc::Package;

/// Pairs that are two spellings of one word.
const SPELLINGS: &str = include_str!("spellings.txt");
/// A reading is one of these if it was seen so often.
const SEEN: usize = 8;

/// What is ambiguous.
pub struct Groups {
    /// The characters with their readings, the commonest first.
    pub groups: Vec<(u16, Vec<u16>)>,
    /// The number of a character's group.
    numbers: BTreeMap<u16, usize>,
    spellings: BTreeSet<(u16, u16)>,
}

impl Groups {
    /// Those that training text shows; one whose readings are all spellings of one word is none.
    pub fn new(package: &Package, clauses: &[Clause]) -> Result<Self> {
        let spellings: BTreeSet<(u16, u16)> = SPELLINGS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(|line| line.split(' '))
            .map(codes)
            .filter(|pair| pair.len() == 2)
            .flat_map(|pair| [(pair[0], pair[1]), (pair[1], pair[0])])
            .collect();
        let possible = possible(package)?;
        let mut counts: BTreeMap<(u16, u16), usize> = BTreeMap::new();
        for clause in clauses {
            for (&simplified, &written) in clause.simplified.iter().zip(&clause.written) {
                if possible.contains_key(&simplified) {
                    *counts.entry((simplified, written)).or_default() += 1;
                }
            }
        }
        let mut groups = Vec::new();
        for (simplified, values) in possible {
            let count = |value: &u16| counts.get(&(simplified, *value)).copied().unwrap_or(0);
            let mut readings: Vec<u16> = values
                .iter()
                .enumerate()
                .filter(|(at, value)| *at == 0 || count(value) >= SEEN)
                .map(|(_, value)| *value)
                .collect();
            readings.sort_by_key(|value| std::cmp::Reverse(count(value)));
            readings.truncate(READINGS);
            let is_hard = readings.iter().any(|one| {
                readings
                    .iter()
                    .any(|other| one != other && !spellings.contains(&(*one, *other)))
            });
            if is_hard {
                groups.push((simplified, readings));
            }
        }
        let numbers = groups
            .iter()
            .enumerate()
            .map(|(number, (simplified, _))| (*simplified, number))
            .collect();
        Ok(Self {
            groups,
            numbers,
            spellings,
        })
    }

    /// The readings of a character.
    pub fn readings(&self, character: u16) -> Option<&[u16]> {
        let number = self.numbers.get(&character)?;
        Some(&self.groups[*number].1)
    }

    /// Whether two characters are two spellings of one word.
    pub fn is_spelling(&self, one: u16, other: u16) -> bool {
        self.spellings.contains(&(one, other))
    }

    /// Whether a word has an ambiguous character.
    pub fn has(&self, word: &[u16]) -> bool {
        word.iter().any(|code| self.numbers.contains_key(code))
    }

    /// The readings of the ambiguous characters of a word, two bits each; `None` when one is not
    /// listed.
    pub fn read(&self, word: &[u16], written: &[u16]) -> Option<u8> {
        let (mut read, mut count) = (0, 0);
        for (character, written) in word.iter().zip(written) {
            if let Some(readings) = self.readings(*character) {
                let reading = readings.iter().position(|own| own == written)?;
                if count < 4 {
                    read |= (reading as u8) << (2 * count);
                }
                count += 1;
            }
        }
        Some(read)
    }
}

/// `OpenCC`'s characters with several values.
pub fn possible(package: &Package) -> Result<BTreeMap<u16, Vec<u16>>> {
    let mut found = BTreeMap::new();
    for (key, values) in package.entries("STCharacters.txt")? {
        let values: Vec<u16> = values.iter().flat_map(|value| codes(value)).collect();
        let key = codes(&key);
        if let [key] = key[..]
            && is_han(key)
            && values.len() > 1
            && !values.contains(&0)
        {
            found.insert(key, values);
        }
    }
    Ok(found)
}
