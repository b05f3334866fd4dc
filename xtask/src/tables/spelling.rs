//! `cargo xtask spelling`: how each region's text spells words that can be spelled in two ways.
//!
//! Text of Taiwan and Hong Kong is made simplified and converted back; where the two are two forms of one
//! character, the words around it are counted, each once in a document, by what was written. A word is
//! listed when writing it so mends more than it spoils, after the shorter words and those of `spelling.tsv`.
//! Nine documents of ten are counted (see [`crate::corpora`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Result, ensure};
use zhnorm::convert::{
    Config, Options, Plan, Provenance, Spelling, Target, Variety, Vocabulary, convert,
};
use zhnorm::report::Report;
use zhnorm_lang::spelling::{LONGEST, PAIRS, Window, Words, pair, window};

use super::context::gold;
use crate::corpora::{Split, documents, root};
use crate::opencc::Package;
use crate::packages;

/// The committed list that is not counted.
const LIST: &str = "crates/zhnorm/src/convert/spelling.tsv";
/// The committed list that is.
const COUNTED: &str = "crates/zhnorm/src/convert/counted.tsv";
/// Pairs of which the committed list has all. Text is of one piece in them, though texts differ.
const DECIDED: [[char; 2]; 3] = [['臺', '台'], ['裡', '裏'], ['着', '著']];
/// Pairs that are one character in two shapes. Who writes one of them, writes it in every word.
#[rustfmt::skip]
const SHAPES: [char; 38] = [
    '說', '戶', '稅', '群', '啟', '衛', '溫', '線', '閱', '床', '脫', '搵', '峰', '麼', '悅', '銳', '兌', '蘊', '蔥',
    '臥', '蛻', '醞', '敘', '鉤', '恒', '污', '濕', '嘆', '秘', '為', '癡', '晒', '艷', '眾', '閑', '毀', '麵', '唇',
];
/// A word must mend so many documents.
const MENDED: usize = 3;
/// It must mend so many for each that it spoils.
const RATIO: usize = 2;

/// A region: its tag, its set of the list, the configuration that makes its text simplified.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// Taiwan.
    Taiwan,
    /// Hong Kong.
    HongKong,
}

impl Region {
    const ALL: [Self; 2] = [Self::Taiwan, Self::HongKong];

    /// The region of a corpus.
    pub fn of(corpus: &str) -> Self {
        if corpus.contains("/hk_") {
            Self::HongKong
        } else {
            Self::Taiwan
        }
    }

    fn set(self) -> &'static str {
        match self {
            Self::Taiwan => "tw-common",
            Self::HongKong => "hk",
        }
    }

    /// Its text in simplified characters.
    pub fn simplified(self, text: &str) -> String {
        gold::run(
            match self {
                Self::Taiwan => Config::Tw2s,
                Self::HongKong => Config::Hk2s,
            },
            text,
        )
    }

    /// How its tag converts.
    pub fn plan(self) -> Result<Plan> {
        let tag = match self {
            Self::Taiwan => "zh-TW",
            Self::HongKong => "zh-HK",
        };
        let target: Target = tag.parse()?;
        Ok(target.plan(Variety::Hans, Provenance::Written))
    }

    /// Simplified text as its tag converts it, but for the spelling.
    pub fn converted(self, text: &str) -> Result<String> {
        let options = Options::default()
            .with_vocabulary(Vocabulary::Off)
            .with_spelling(Spelling::OpenCc);
        let report = &mut Report::counting();
        Ok(convert(text, &self.plan()?, &options, report).into_owned())
    }
}

/// A character that can be spelled in two ways, in a text.
struct Place {
    window: Window,
    /// What was written, and what the conversion gives without a word.
    written: u16,
    converted: u16,
    corpus: usize,
    document: usize,
}

/// Writes the list, or compares it with the committed one.
pub fn generate(check: bool) -> Result<()> {
    let mut made = String::from(
        "# How a region's text spells words with a character of two forms; made by `cargo xtask spelling`. Two fields,\n\
         # separated by a tab: the set, and the words. They are used as those of spelling.tsv, which go before them.\n",
    );
    for region in Region::ALL {
        let (_, words) = learn(region, None)?;
        println!("{}: {} words", region.set(), words.len());
        for pair in PAIRS {
            let has = |word: &&String| word.chars().any(|ch| pair.contains(&ch));
            let own: Vec<&str> = words.iter().filter(has).map(String::as_str).collect();
            for line in own.chunks(24) {
                writeln!(made, "{}\t{}", region.set(), line.join(" "))?;
            }
        }
    }
    let path = root().join(COUNTED);
    if check {
        ensure!(
            std::fs::read_to_string(&path)? == made,
            "counted.tsv is not what `cargo xtask spelling` writes"
        );
        println!("spelling: {} bytes, as committed", made.len());
    } else {
        std::fs::write(&path, &made)?;
        println!("spelling: {} bytes", made.len());
    }
    Ok(())
}

/// The words of a region, perhaps without those of a corpus: with the committed list, and alone.
pub fn learn(region: Region, without: Option<&str>) -> Result<(Words, BTreeSet<String>)> {
    let list = std::fs::read_to_string(root().join(LIST))?;
    let mut words: Words = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter(|(sets, _)| sets.split(',').any(|set| set == region.set()))
        .flat_map(|(_, words)| words.split(' '))
        .collect();
    let listed = words.clone();
    let places = places(region, without)?;
    // What one corpus of several has may be its own.
    let corpora = match region {
        Region::Taiwan => 2,
        Region::HongKong => 1,
    };
    let lexicon = lexicon()?;
    let mut found = BTreeSet::new();
    for length in 1..=LONGEST {
        for before in (0..length).rev() {
            for word in better(&places, &words, (length, before), corpora) {
                // A text is of one piece in a word, whatever stands beside it.
                let is_word = || lexicon.contains(&gold::run(Config::T2s, &word));
                if length > 1 && (decided(&listed, &word) || !is_word()) {
                    continue;
                }
                words.add(&word);
                found.insert(word);
            }
        }
    }
    Ok((words, found))
}

/// Whether words decide a character of this word already.
fn decided(words: &Words, word: &str) -> bool {
    word.char_indices()
        .any(|(at, _)| words.written(&window(word, at)).is_some())
}

/// The words of jieba and `OpenCC`, in simplified characters; names aside.
fn lexicon() -> Result<BTreeSet<String>> {
    let file = packages::python("jieba", "0.42.1")?.join("jieba/dict.txt");
    let text = std::fs::read_to_string(file)?;
    let words = text.lines().filter_map(|line| {
        let mut fields = line.split(' ');
        let (word, tag) = (fields.next()?, fields.nth(1)?);
        (!tag.starts_with("nr")).then(|| word.to_owned())
    });
    let phrases = Package::open()?.entries("STPhrases.txt")?;
    Ok(words
        .chain(phrases.into_iter().map(|(key, _)| key))
        .collect())
}

fn places(region: Region, without: Option<&str>) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    let mut number = 0;
    for (corpus, name) in gold::corpora()?.iter().enumerate() {
        if Region::of(name) != region || without.is_some_and(|without| name.contains(without)) {
            continue;
        }
        for document in documents(name, Split::Train)? {
            number += 1;
            let converted = region.converted(&region.simplified(&document))?;
            for (written, converted) in document.lines().zip(converted.lines()) {
                if written.chars().count() != converted.chars().count() {
                    continue;
                }
                for (ch, (at, own)) in written.chars().zip(converted.char_indices()) {
                    let (ch, own) = (ch as u32 as u16, own as u32 as u16);
                    if pair(own).is_some_and(|own| pair(ch) == Some(own)) {
                        places.push(Place {
                            window: window(converted, at),
                            written: ch,
                            converted: own,
                            corpus,
                            document: number,
                        });
                    }
                }
            }
        }
    }
    Ok(places)
}

/// What a word would do, written with either form.
#[derive(Default)]
struct Effect {
    mends: [usize; 2],
    spoils: [usize; 2],
    /// The documents that were counted last.
    mended: [usize; 2],
    spoiled: [usize; 2],
    corpora: [BTreeSet<usize>; 2],
}

/// The words of a shape that mend more than they spoil.
fn better(
    places: &[Place],
    words: &Words,
    (length, before): (usize, usize),
    corpora: usize,
) -> Vec<String> {
    let start = LONGEST - 1 - before;
    let word = |place: &Place| -> Option<[u16; LONGEST]> {
        let two = PAIRS[pair(place.converted)?];
        if DECIDED.contains(&two) || (length > 1 && SHAPES.contains(&two[1])) {
            return None;
        }
        let mut word = [0; LONGEST];
        for (slot, at) in word.iter_mut().zip(start..start + length) {
            let character = place.window[at];
            if character == 0 || (at != LONGEST - 1 && pair(character).is_some()) {
                return None;
            }
            *slot = character;
        }
        Some(word)
    };
    let given = |place: &Place| words.written(&place.window).unwrap_or(place.converted);
    let mut effects: BTreeMap<[u16; LONGEST], Effect> = BTreeMap::new();
    for place in places {
        if given(place) != place.written
            && let Some(word) = word(place)
        {
            effects.entry(word).or_default();
        }
    }
    for place in places {
        let Some(effect) = word(place).and_then(|word| effects.get_mut(&word)) else {
            continue;
        };
        let given = given(place);
        let Some(two) = pair(given).map(|pair| PAIRS[pair]) else {
            continue;
        };
        for (form, own) in two.into_iter().map(|form| form as u16).enumerate() {
            let is_right = given == place.written;
            let (last, count) = if own == place.written && !is_right {
                effect.corpora[form].insert(place.corpus);
                (&mut effect.mended[form], &mut effect.mends[form])
            } else if own != place.written && is_right {
                (&mut effect.spoiled[form], &mut effect.spoils[form])
            } else {
                continue;
            };
            *count += usize::from(*last != place.document);
            *last = place.document;
        }
    }
    let mut found = Vec::new();
    for (word, effect) in effects {
        let counts = effect.mends.into_iter().zip(effect.spoils);
        for (form, (mends, spoils)) in counts.enumerate() {
            let is_shared = effect.corpora[form].len() >= corpora;
            if is_shared && mends >= MENDED && mends >= RATIO * spoils {
                let mut word = word;
                if let Some(pair) = pair(word[before]) {
                    word[before] = PAIRS[pair][form] as u16;
                }
                found.push(String::from_utf16_lossy(&word[..length]));
            }
        }
    }
    found
}

/// A text as words spell it.
pub fn spelled(words: &Words, text: &str) -> String {
    text.char_indices()
        .map(|(at, ch)| {
            let own = u16::try_from(u32::from(ch)).unwrap_or(0);
            let written = (!words.lacks(own)).then(|| words.written(&window(text, at)));
            written
                .flatten()
                .and_then(|own| char::from_u32(u32::from(own)))
                .unwrap_or(ch)
        })
        .collect()
}
