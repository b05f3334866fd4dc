//! `region.bin`: what distinguishes Taiwan, Hong Kong and the converted mainland.
//!
//! Which characters and words are alternatives to each other comes from OpenCC's variants and
//! phrases and from our own list of synonyms; which region chooses which, from counts over the
//! training share of the corpora. The mainland's text is simplified: it is counted as it looks after a
//! conversion that changed characters only, the way such text is met as traditional text.

use std::collections::{BTreeMap, BTreeSet};
use zhnorm_lang::characters::is_han;

use anyhow::{Result, ensure};
use zhnorm::convert::{Config, Options, Plan, convert};
use zhnorm::report::Report;

use super::{HANS, HONG_KONG, TAIWAN, vocabulary};
use crate::corpora::{Split, documents};
use crate::opencc::Package;

/// A character, or a pair; a single character has NUL as its second.
pub type Feature = (char, char);

/// Bytes of the filter before the hash table: a bit for each 16-bit hash that some pair has.
const FILTER: usize = 8192;
/// Slots of the hash table: a power of two, at most two thirds of it filled.
const SLOTS: usize = 4096;
/// Classes with a weight of their own: Taiwan, text converted for Taiwan, Hong Kong, text converted
/// for Hong Kong, and text converted to OpenCC's standard. They are measured against a sixth,
/// what scrapers make.
const CLASSES: usize = 5;
/// Bytes of a slot: first and second character, both 16-bit little-endian; the classes' weights.
const SLOT: usize = 4 + CLASSES;
/// Weight units per nat.
const UNITS_PER_NAT: f64 = 10.0;
/// No feature says more than this, in nats: a text that repeats one word is not proof.
const MOST: f64 = 3.0;
/// What is added to every rate: a group seen in no corpus says nothing, and one seen a few times
/// says little.
const SMOOTHING: f64 = 2e-6;
/// A feature that says less than this, in nats, is left out.
const LEAST: f64 = 0.4;

/// How simplified text looks after a conversion of characters only.
pub struct Mappings {
    /// OpenCC's first value for every character: 里 becomes 裏, 为 becomes 爲.
    standard: BTreeMap<char, char>,
    /// What scrapers do: characters with several traditional forms stay, the others get the
    /// form that Taiwan writes: 里 stays 里, 为 becomes 為.
    scraper: BTreeMap<char, char>,
    /// OpenCC's first simplified value for every traditional character.
    simplified: BTreeMap<char, char>,
}

impl Mappings {
    /// Reads the dictionaries.
    pub fn load(package: &Package) -> Result<Self> {
        let to_traditional = package.characters("STCharacters.txt")?;
        let variants = package.characters("TWVariants.txt")?;
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
        let simplified = package
            .characters("TSCharacters.txt")?
            .iter()
            .filter_map(|(key, values)| Some((*key, first(values)?)))
            .collect();
        Ok(Self {
            standard,
            scraper,
            simplified,
        })
    }

    /// Simplified text converted to OpenCC's standard, character by character.
    pub fn standard(&self, text: &str) -> String {
        apply(&self.standard, text)
    }

    /// Text with every traditional character made simplified.
    pub fn simplified(&self, text: &str) -> String {
        apply(&self.simplified, text)
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

/// Ways to write or to say one thing: characters that are variants of each other, or synonyms.
type Group = Vec<String>;

/// The groups: OpenCC's variants, simplified characters with the traditional ones they also are,
/// OpenCC's phrases, and our own synonyms.
fn groups(package: &Package, variants: &Variants) -> Result<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    // 里, 裏 and 裡 come from two dictionaries: groups that share a character are one.
    let mut characters: Vec<BTreeSet<char>> = Vec::new();
    let mut join = |set: BTreeSet<char>| {
        let (same, mut others): (Vec<_>, Vec<_>) = std::mem::take(&mut characters)
            .into_iter()
            .partition(|other| !other.is_disjoint(&set));
        others.push(same.into_iter().flatten().chain(set).collect());
        characters = others;
    };
    for dictionary in &variants.dictionaries {
        for (key, values) in dictionary {
            join(values.iter().chain([key]).copied().collect());
        }
    }
    for (key, values) in package.characters("STCharacters.txt")? {
        if values.contains(&key) {
            join(values.into_iter().collect());
        }
    }
    groups.extend(
        characters
            .into_iter()
            .map(|set| set.into_iter().map(String::from).collect()),
    );
    for name in ["TWPhrases.txt", "HKPhrases.txt"] {
        for (key, mut values) in package.entries(name)? {
            values.push(key);
            groups.push(values);
        }
    }
    groups.extend(
        vocabulary::SYNONYMS
            .lines()
            .map(|line| line.split(' ').map(str::to_owned).collect()),
    );
    // A word may not stand twice in a group, which variants and OpenCC's identities would do.
    for group in &mut groups {
        for form in group.iter_mut() {
            if form.chars().nth(1).is_some() {
                *form = variants.fold(form);
            }
        }
        group.sort();
        group.dedup();
        group.retain(|form| form.chars().all(is_han));
    }
    groups.sort();
    groups.dedup();
    groups.retain(|group| group.len() > 1);
    Ok(groups)
}

/// The regional variants of characters.
struct Variants {
    dictionaries: [BTreeMap<char, Vec<char>>; 2],
    /// A variant to OpenCC's standard character.
    standard: BTreeMap<char, char>,
}

impl Variants {
    fn load(package: &Package) -> Result<Self> {
        let dictionaries = [
            package.characters("TWVariants.txt")?,
            package.characters("HKVariants.txt")?,
        ];
        let mut standard = BTreeMap::new();
        for dictionary in &dictionaries {
            for (key, values) in dictionary {
                for value in values {
                    if value != key {
                        standard.entry(*value).or_insert(*key);
                    }
                }
            }
        }
        // 台 and 臺, 才 and 纔: frequent characters stand for themselves.
        standard.retain(|variant, _| !"台才只核枱針痴".contains(*variant));
        Ok(Self {
            dictionaries,
            standard,
        })
    }

    /// A word in OpenCC's standard characters, so that words of all regions can be compared.
    fn fold(&self, word: &str) -> String {
        apply(&self.standard, word)
    }

    /// The ways in which a character may be written.
    fn variants(&self, character: char) -> BTreeSet<char> {
        let mut ways = BTreeSet::from([character]);
        for dictionary in &self.dictionaries {
            ways.extend(dictionary.get(&character).into_iter().flatten());
        }
        ways
    }
}

/// How often something occurs per Chinese character, averaged over corpora and over the ways in
/// which a text may look. Words and pairs are counted in folded text, characters as they stand.
struct Rates(BTreeMap<String, f64>);

impl Rates {
    fn count(
        names: &[&str],
        wanted: &BTreeSet<String>,
        variants: &Variants,
        looks: &[&dyn Fn(&str) -> String],
    ) -> Result<Self> {
        let longest = wanted.iter().map(|word| word.chars().count()).max();
        let mut rates = BTreeMap::new();
        for name in names {
            let documents = documents(name, Split::Train)?;
            for look in looks {
                let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
                let mut total = 0u64;
                let mut count = |text: &str| {
                    if let Some(word) = wanted.get(text) {
                        *counts.entry(word).or_default() += 1;
                    }
                };
                for document in &documents {
                    let text = look(document);
                    for character in text.chars().filter(|character| is_han(*character)) {
                        total += 1;
                        count(character.encode_utf8(&mut [0; 4]));
                    }
                    let text = variants.fold(&text);
                    let ends: Vec<usize> = text
                        .char_indices()
                        .map(|(at, character)| at + character.len_utf8())
                        .collect();
                    for (index, (start, first)) in text.char_indices().enumerate() {
                        if is_han(first) {
                            let ends = ends[index..].iter().take(longest.unwrap_or(0));
                            ends.skip(1).for_each(|end| count(&text[start..*end]));
                        }
                    }
                }
                for (word, count) in counts {
                    *rates.entry(word.to_owned()).or_default() +=
                        count as f64 / total as f64 / (names.len() * looks.len()) as f64;
                }
            }
        }
        Ok(Self(rates))
    }

    fn rate(&self, word: &str) -> f64 {
        self.0.get(word).copied().unwrap_or_default()
    }

    /// How likely a group's form is, given that one of the group was chosen.
    fn choice(&self, form: &str, group: &[String]) -> f64 {
        let all: f64 = group.iter().map(|form| self.rate(form) + SMOOTHING).sum();
        (self.rate(form) + SMOOTHING) / all
    }
}

/// The greatest distance between any two classes; the class measured against has weight 0.
fn loudness(weights: [f64; CLASSES]) -> f64 {
    let most = weights.into_iter().fold(0.0, f64::max);
    let least = weights.into_iter().fold(0.0, f64::min);
    most - least
}

/// Simplified text as a configuration converts it.
fn converted(text: &str, config: Config) -> String {
    let plan = Plan::new([config]);
    convert(text, &plan, &Options::default(), &mut Report::counting()).into_owned()
}

/// The pairs of adjacent characters of a word.
fn pairs(word: &str) -> Vec<Feature> {
    let characters: Vec<char> = word.chars().collect();
    characters
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .collect()
}

/// The filter and the hash table, and the characters that are features by themselves.
///
/// What a form says is how much likelier a region is to choose it *from its group* than the
/// converted mainland is: the subject of a text, which decides how often the group comes up at
/// all, has no say.
pub fn table(package: &Package) -> Result<(Vec<u8>, BTreeSet<char>)> {
    let variants = Variants::load(package)?;
    let mappings = Mappings::load(package)?;
    let groups = groups(package, &variants)?;
    let wanted: BTreeSet<String> = groups
        .iter()
        .flatten()
        .flat_map(|form| {
            pairs(form)
                .into_iter()
                .map(|(first, second)| String::from_iter([first, second]))
                .chain([form.clone()])
        })
        .collect();
    let written = |text: &str| text.to_owned();
    let taiwan = Rates::count(&TAIWAN, &wanted, &variants, &[&written])?;
    let hong_kong = Rates::count(&HONG_KONG, &wanted, &variants, &[&written])?;
    let scraper = Rates::count(&HANS, &wanted, &variants, &[&|text| mappings.scraper(text)])?;
    let converted = |configs: [Config; 2]| {
        let [one, other] = configs.map(|config| move |text: &str| converted(text, config));
        Rates::count(&HANS, &wanted, &variants, &[&one, &other])
    };
    let for_taiwan = converted([Config::S2twp, Config::S2tw])?;
    let for_hong_kong = converted([Config::S2hkp, Config::S2hk])?;
    let standard = converted([Config::S2t, Config::S2t])?;
    let classes = [&taiwan, &for_taiwan, &hong_kong, &for_hong_kong, &standard];

    let mut features: BTreeMap<Feature, [f64; CLASSES]> = BTreeMap::new();
    for group in &groups {
        for form in group {
            let weight = |rates: &Rates| {
                (rates.choice(form, group) / scraper.choice(form, group))
                    .ln()
                    .clamp(-MOST, MOST)
            };
            let weights = classes.map(weight);
            let everywhere =
                |word: &str| taiwan.rate(word) + hong_kong.rate(word) + scraper.rate(word);
            let mut characters = form.chars();
            let single = characters.next().filter(|_| characters.next().is_none());
            let features_of_form: Vec<Feature> = match single {
                Some(character) => vec![(character, '\0')],
                // A word is in the table as one pair, the one that is oftenest part of it.
                None => pairs(form)
                    .into_iter()
                    .map(|pair| {
                        let share =
                            everywhere(form) / everywhere(&String::from_iter([pair.0, pair.1]));
                        (pair, share)
                    })
                    .filter(|(_, share)| *share > 0.5)
                    .max_by(|(_, one), (_, other)| one.total_cmp(other))
                    .into_iter()
                    .flat_map(|((first, second), _)| {
                        let seconds = variants.variants(second);
                        variants.variants(first).into_iter().flat_map(move |first| {
                            seconds
                                .clone()
                                .into_iter()
                                .map(move |second| (first, second))
                        })
                    })
                    .collect(),
            };
            for feature in features_of_form {
                // A word of two groups says what it says less loudly.
                let entry = features.entry(feature).or_insert(weights);
                if loudness(*entry) > loudness(weights) {
                    *entry = weights;
                }
            }
        }
    }

    let mut filter = vec![0u8; FILTER];
    let mut table = vec![0u8; SLOTS * SLOT];
    let mut alone = BTreeSet::new();
    let mut filled = 0;
    for (feature, weights) in features {
        if loudness(weights) < LEAST {
            continue;
        }
        let units = |weight: f64| (weight * UNITS_PER_NAT).round() as i8;
        let (first, second) = (feature.0 as u32 as u16, feature.1 as u32 as u16);
        let mut slot = hash(first, second) as usize >> 20;
        while table[slot * SLOT..][..2] != [0, 0] {
            slot = (slot + 1) % SLOTS;
        }
        let entry = &mut table[slot * SLOT..][..SLOT];
        entry[..2].copy_from_slice(&first.to_le_bytes());
        entry[2..4].copy_from_slice(&second.to_le_bytes());
        for (byte, weight) in entry[4..].iter_mut().zip(weights) {
            *byte = units(weight) as u8;
        }
        if second == 0 {
            alone.insert(feature.0);
        } else {
            let bit = hash(first, second) >> 16;
            filter[bit as usize >> 3] |= 1 << (bit & 7);
        }
        filled += 1;
    }
    println!(
        "region: {filled} features, {} of one character",
        alone.len()
    );
    ensure!(
        filled * 3 < SLOTS * 2,
        "the region table is too full: {filled} features"
    );
    filter.extend(table);
    Ok((filter, alone))
}

/// Where in the filter (high 16 bits) and in the slots (high 12 bits) a feature belongs; the same
/// as in the library's `region.rs`.
fn hash(first: u16, second: u16) -> u32 {
    (u32::from(first) << 16 | u32::from(second)).wrapping_mul(0x9E37_79B1)
}
