//! The words and what each costs: the counts of jieba, and of the training text divided into
//! words by them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use anyhow::Result;
use zhnorm::convert::Config;
use zhnorm_lang::context::{LONGEST, UNITS_PER_NAT};

use super::gold::{Clause, codes, is_han, run};
use super::groups::Groups;
use crate::opencc::Package;
use crate::packages;

/// A hasher that is fast, and the same in every run, so that sums are.
#[derive(Clone, Copy, Default)]
pub struct Fast(u64);

impl Hasher for Fast {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(byte.into());
        }
    }
    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95);
    }
    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }
    fn write_u16(&mut self, word: u16) {
        self.write_u64(word.into());
    }
    fn write_u8(&mut self, word: u8) {
        self.write_u64(word.into());
    }
    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

pub type Map<K, V> = HashMap<K, V, BuildHasherDefault<Fast>>;

/// How much jieba's counts say beside those of the training text.
const JIEBA: f64 = 0.2;
/// No more than so many counts for a word from jieba alone.
const MOST: f64 = 3.0;
/// What a word has that jieba or `OpenCC` know and the text does not.
const LEAST: f64 = 0.05;
/// The cost of a character that no list has, in nats.
const UNLISTED: f64 = 16.0;

/// A word that is listed: what it costs and how its ambiguous characters are read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub word: Vec<u16>,
    pub cost: u8,
    pub readings: u8,
}

/// The surnames that `OpenCC` takes for another word, with what they are.
const SURNAMES: [(char, char); 8] = [
    ('余', '余'),
    ('钟', '鍾'),
    ('范', '范'),
    ('岳', '岳'),
    ('郁', '郁'),
    ('涂', '涂'),
    ('姜', '姜'),
    ('于', '于'),
];

/// What the surname of a name is, if it is one of these and no phrase of `OpenCC` begins the name (余威,
/// 范围图). jieba's names with 于 are mostly none (于东海), and are left out.
fn surname(name: &str, phrases: &BTreeSet<&str>) -> Option<char> {
    let first = name.chars().next()?;
    let (_, reading) = SURNAMES.iter().find(|(own, _)| *own == first)?;
    let ends = name.char_indices().skip(2).map(|(at, _)| at);
    let begins_phrase = |end: usize| phrases.contains(&name[..end]);
    (!ends.chain([name.len()]).any(begins_phrase)).then_some(*reading)
}

/// The words of the lists: jieba's with their counts, `OpenCC`'s phrases once; with the readings
/// that `OpenCC` gives them.
pub struct Lists {
    words: Vec<(Vec<u16>, f64, Vec<u16>)>,
}

impl Lists {
    pub fn new(package: &Package) -> Result<Self> {
        let file = packages::python("jieba", "0.42.1")?.join("jieba/dict.txt");
        let text = std::fs::read_to_string(file)?;
        let phrases = package.entries("STPhrases.txt")?;
        let is_phrase: BTreeSet<&str> = phrases.iter().map(|(key, _)| key.as_str()).collect();
        let mut counts = BTreeMap::new();
        let mut names: BTreeMap<String, char> = BTreeMap::new();
        for line in text.lines() {
            let mut fields = line.split(' ');
            let (Some(word), Some(count), tag) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            if tag.is_some_and(|tag| tag.starts_with("nr")) {
                match surname(word, &is_phrase) {
                    Some('于') => continue,
                    Some(reading) => names.insert(word.to_owned(), reading),
                    None => None,
                };
            }
            counts.insert(word.to_owned(), count.parse::<f64>()?);
        }
        for (key, _) in &phrases {
            counts.entry(key.clone()).or_insert(1.0);
        }
        counts.retain(|word, _| {
            let codes = codes(word);
            codes.len() <= LONGEST && codes.iter().all(|code| is_han(*code))
        });
        let all: String = counts.keys().map(|word| format!("{word}\n")).collect();
        let converted = run(Config::S2t, &all);
        let words = counts
            .iter()
            .zip(converted.lines())
            .map(|((word, count), converted)| {
                let mut converted = codes(converted);
                if let (Some(reading), Some(first)) = (names.get(word), converted.first_mut()) {
                    *first = *reading as u16;
                }
                (codes(word), *count, converted)
            })
            .filter(|(word, _, converted)| word.len() == converted.len())
            .collect();
        Ok(Self { words })
    }
}

/// What was counted of a word.
#[derive(Default)]
struct Word {
    count: f64,
    readings: Vec<(u8, f64)>,
}

/// A word with the readings of its ambiguous characters.
type Read = (Vec<u16>, u8);

/// The words with their counts.
pub struct Lexicon<'a> {
    groups: &'a Groups,
    words: Map<Vec<u16>, Word>,
    /// The readings that `OpenCC` gives the words of the lists.
    listed: Map<Vec<u16>, u8>,
    total: f64,
}

impl<'a> Lexicon<'a> {
    /// Counts the words of some clauses.
    pub fn count(
        lists: &Lists,
        groups: &'a Groups,
        clauses: &[Clause],
        counts: impl Fn(&Clause) -> bool,
    ) -> Self {
        let mut lexicon = Self {
            groups,
            words: Map::default(),
            listed: Map::default(),
            total: 0.0,
        };
        let mut of_lists: Vec<(&Vec<u16>, f64, u8)> = Vec::new();
        for (word, count, converted) in &lists.words {
            lexicon.total += count;
            if let Some(read) = groups.read(word, converted) {
                of_lists.push((word, *count, read));
                lexicon.listed.insert(word.clone(), read);
                let own = Word {
                    count: *count,
                    readings: vec![(read, *count)],
                };
                lexicon.words.insert(word.clone(), own);
            }
        }
        let jieba = lexicon.total;
        for _ in 0..2 {
            let (found, total) = lexicon.divide_all(clauses, &counts);
            let share = JIEBA * total / jieba;
            lexicon.words.clear();
            for (word, count, read) in &of_lists {
                if word.len() > 1 {
                    let count = (count * share).min(MOST) + LEAST;
                    let own = Word {
                        count,
                        readings: vec![(*read, count)],
                    };
                    lexicon.words.insert((*word).clone(), own);
                }
            }
            for ((word, read), count) in found {
                let own = lexicon.words.entry(word).or_default();
                own.count += count;
                match own.readings.iter_mut().find(|(own, _)| *own == read) {
                    Some((_, sum)) => *sum += count,
                    None => own.readings.push((read, count)),
                }
            }
            lexicon.total = lexicon.words.values().map(|word| word.count).sum();
        }
        lexicon
    }

    /// Divides clauses into the likeliest words; each with its readings, in a fixed order.
    fn divide_all(
        &self,
        clauses: &[Clause],
        counts: impl Fn(&Clause) -> bool,
    ) -> (Vec<(Read, f64)>, f64) {
        let costs: Map<&[u16], f64> = self
            .words
            .iter()
            .map(|(word, own)| (word.as_slice(), -(own.count.max(0.01) / self.total).ln()))
            .collect();
        let mut found: Map<Read, f64> = Map::default();
        let mut total = 0.0;
        let mut best: Vec<(f64, usize)> = Vec::new();
        let counted = |clause: &&Clause| counts(clause) && clause.simplified.len() > 1;
        for clause in clauses.iter().filter(counted) {
            let text = &clause.simplified;
            best.clear();
            best.resize(text.len() + 1, (f64::MAX, 0));
            best[0].0 = 0.0;
            for at in 0..text.len() {
                for length in 1..=LONGEST.min(text.len() - at) {
                    let cost = match costs.get(&text[at..at + length]) {
                        Some(cost) => *cost,
                        None if length == 1 => UNLISTED,
                        None => continue,
                    };
                    let whole = best[at].0 + cost;
                    if whole < best[at + length].0 {
                        best[at + length] = (whole, at);
                    }
                }
            }
            let mut end = text.len();
            while end > 0 {
                let start = best[end].1;
                let (word, written) = (&text[start..end], &clause.written[start..end]);
                if let Some(read) = self.groups.read(word, written) {
                    *found.entry((word.to_vec(), read)).or_default() += 1.0;
                    total += 1.0;
                }
                end = start;
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        (found, total)
    }

    fn cost(&self, count: f64) -> u8 {
        let nats = -(count / self.total).ln();
        (nats * f64::from(UNITS_PER_NAT)).round().clamp(1.0, 255.0) as u8
    }

    /// What a single character costs as a word, read in one of its ways.
    pub fn single(&self, character: u16, reading: Option<usize>) -> u8 {
        let own = self.words.get(&[character][..]);
        let count = own.map_or(0.0, |own| match reading {
            None => own.count,
            Some(reading) => own
                .readings
                .iter()
                .find(|(read, _)| usize::from(*read) == reading)
                .map_or(0.0, |(_, count)| *count),
        });
        self.cost(count.max(0.3))
    }

    /// The words of two characters or more that are worth their place.
    pub fn entries(&self) -> Vec<Entry> {
        /// A word without ambiguous characters, which only says where others end.
        const PLAIN: f64 = 6.0;
        /// A reading of a word with some.
        const AMBIGUOUS: f64 = 0.4;
        let mut entries = Vec::new();
        for (word, own) in &self.words {
            if word.len() < 2 {
                continue;
            }
            if !self.groups.has(word) {
                if own.count >= PLAIN {
                    entries.push(Entry {
                        word: word.clone(),
                        cost: self.cost(own.count),
                        readings: 0,
                    });
                }
                continue;
            }
            for &(readings, count) in &own.readings {
                let is_listed = self.listed.get(word) == Some(&readings) && word.len() > 2;
                if count >= AMBIGUOUS || is_listed {
                    entries.push(Entry {
                        word: word.clone(),
                        cost: self.cost(count),
                        readings,
                    });
                }
            }
        }
        entries.sort();
        entries
    }
}
