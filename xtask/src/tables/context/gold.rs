//! Text whose traditional characters are known: Taiwan's and Hong Kong's, made simplified.

use anyhow::Result;
use zhnorm::convert::{Config, Options, Plan, convert};
use zhnorm::report::Report;
use zhnorm_lang::context::{REACH, Window};

use crate::corpora::{Split, documents, names};

/// A row of Chinese characters without a mark between them, perhaps a single one.
pub struct Clause {
    /// In simplified characters.
    pub simplified: Vec<u16>,
    /// As it was written, in `OpenCC`'s standard characters.
    pub written: Vec<u16>,
    /// What `OpenCC` makes of the simplified characters.
    pub opencc: Vec<u16>,
    /// The simplified characters with those around them in their line, as far as a window shows them.
    around: Vec<u16>,
    /// The number of its corpus.
    pub corpus: usize,
    /// The number of its document.
    pub document: usize,
}

impl Clause {
    /// What stands around a place.
    pub fn window(&self, at: usize) -> Window {
        std::array::from_fn(|place| self.around[at + place])
    }
}

/// Runs one configuration.
pub fn run(config: Config, text: &str) -> String {
    let (plan, options) = (Plan::new([config]), Options::default());
    convert(text, &plan, &options, &mut Report::counting()).into_owned()
}

/// The code of a character; 0 beyond the Basic Multilingual Plane.
pub fn codes(text: &str) -> Vec<u16> {
    text.chars()
        .map(|ch| u16::try_from(u32::from(ch)).unwrap_or(0))
        .collect()
}

/// Whether a code is a Chinese character of the main block.
pub fn is_han(code: u16) -> bool {
    (0x4E00..=0x9FFF).contains(&code)
}

/// The corpora of traditional text.
pub fn corpora() -> Result<Vec<String>> {
    let names = names()?;
    Ok(names
        .into_iter()
        .filter(|name| name.starts_with("hant/"))
        .collect())
}

/// A text as it is written in a corpus, in simplified and in standard characters, line by line.
pub fn lines(name: &str, document: &str) -> Vec<[String; 3]> {
    let (back, standard) = if name.contains("/hk_") {
        (Config::Hk2s, Config::Hk2t)
    } else {
        (Config::Tw2s, Config::Tw2t)
    };
    let simplified = run(back, document);
    let written = run(standard, document);
    let opencc = run(Config::S2t, &simplified);
    let lines = simplified.lines().zip(written.lines()).zip(opencc.lines());
    lines
        .map(|((a, b), c)| [a.to_owned(), b.to_owned(), c.to_owned()])
        .filter(|[a, b, c]| {
            let count = a.chars().count();
            count == b.chars().count() && count == c.chars().count()
        })
        .collect()
}

/// Variants that stay in text of either region, as the standard writes them.
fn standard(code: u16) -> u16 {
    match char::from_u32(u32::from(code)) {
        Some('裡') => '裏' as u16,
        Some('麵') => '麪' as u16,
        _ => code,
    }
}

/// The clauses of a share of all corpora.
pub fn clauses(split: Split, without: Option<&str>) -> Result<Vec<Clause>> {
    let mut found = Vec::new();
    for (corpus, name) in corpora()?.iter().enumerate() {
        if without.is_some_and(|without| name.contains(without)) {
            continue;
        }
        for (number, document) in documents(name, split)?.iter().enumerate() {
            clauses_of(name, [corpus, number], document, &mut found);
        }
    }
    Ok(found)
}

/// The clauses of one document; `numbers` are those of its corpus and of itself.
fn clauses_of(name: &str, numbers: [usize; 2], document: &str, found: &mut Vec<Clause>) {
    for [simplified, written, opencc] in lines(name, document) {
        let simplified = codes(&simplified);
        let written: Vec<u16> = codes(&written).into_iter().map(standard).collect();
        let opencc = codes(&opencc);
        let mut at = 0;
        while at < simplified.len() {
            let length = simplified[at..]
                .iter()
                .take_while(|code| is_han(**code))
                .count();
            if length > 0 {
                let place = at..at + length;
                let line = |at: usize| at.checked_sub(REACH).and_then(|at| simplified.get(at));
                let around = at..at + length + 2 * REACH;
                found.push(Clause {
                    around: around.map(|at| line(at).copied().unwrap_or(0)).collect(),
                    simplified: simplified[place.clone()].to_vec(),
                    written: written[place.clone()].to_vec(),
                    opencc: opencc[place].to_vec(),
                    corpus: numbers[0],
                    document: numbers[1],
                });
            }
            at += length.max(1);
        }
    }
}
