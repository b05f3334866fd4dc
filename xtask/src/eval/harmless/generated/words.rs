//! Single characters and words: every character of GB2312 and Big5 doubled and tripled, every
//! word of the dictionaries of jieba and OpenCC, and the same as tables of a line each.

use std::collections::BTreeSet;

use anyhow::Result;
use encoding_rs::{BIG5, Encoding, GBK};

use super::{Document, Documents, HANS, HANT, alone, both};
use crate::opencc::Package;
use crate::packages::python;

/// Lines of a table.
const TABLE: usize = 1_000;

/// The sources by genre.
pub fn sources() -> Result<Vec<(&'static str, Documents)>> {
    let gb2312 = characters(GBK, 0xB0..=0xF7, |trail| trail >= 0xA1);
    let big5 = characters(BIG5, 0xA4..=0xF9, |_| true);
    let jieba = jieba()?;
    let (simplified, traditional) = opencc()?;
    Ok(vec![
        (
            "characters-gb2312",
            repeated("characters-gb2312", gb2312, HANS),
        ),
        ("characters-big5", repeated("characters-big5", big5, HANT)),
        ("words-jieba", single("words-jieba", jieba, HANS)),
        (
            "words-opencc-hans",
            single("words-opencc-hans", simplified, HANS),
        ),
        (
            "words-opencc-hant",
            single("words-opencc-hant", traditional, HANT),
        ),
    ])
}

/// The ideographs of a double-byte encoding, in its order.
pub fn characters(
    encoding: &'static Encoding,
    leads: std::ops::RangeInclusive<u8>,
    trails: impl Fn(u8) -> bool,
) -> Vec<char> {
    let mut found = Vec::new();
    for lead in leads {
        for trail in (0x40..=0xFE).filter(|trail| trails(*trail)) {
            let bytes = [lead, trail];
            let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
            let mut decoded = decoded.iter().flat_map(|text| text.chars());
            if let (Some(ch @ '\u{4E00}'..='\u{9FFF}'), None) = (decoded.next(), decoded.next()) {
                found.push(ch);
            }
        }
    }
    found
}

/// Each character twice and three times, then tables of them.
fn repeated(genre: &'static str, characters: Vec<char>, prose: [&'static str; 2]) -> Documents {
    let tables = characters.clone();
    let singles = characters.into_iter().flat_map(move |ch| {
        [2, 3].into_iter().flat_map(move |times| {
            let line = String::from(ch).repeat(times);
            both(
                genre,
                &format!("{line} U+{:04X}", u32::from(ch)),
                &line,
                prose,
            )
        })
    });
    let lines = |ch: &char| format!("{ch}{ch}");
    Box::new(singles.chain(in_tables(genre, tables.iter().map(lines).collect())))
}

/// Each word alone, alone and twice, and between prose; then tables of them.
fn single(genre: &'static str, words: Vec<String>, prose: [&'static str; 2]) -> Documents {
    let tables = words.clone();
    let singles = words.into_iter().flat_map(move |word| {
        let twice = alone(genre, &format!("{word} twice"), &word.repeat(2));
        both(genre, &word, &word, prose).into_iter().chain([twice])
    });
    Box::new(singles.chain(in_tables(genre, tables)))
}

/// Tables of a thousand lines, and one of all.
fn in_tables(genre: &'static str, lines: Vec<String>) -> impl Iterator<Item = Document> + Send {
    let whole = alone(genre, "table of all", &lines.join("\n"));
    let count = lines.len().div_ceil(TABLE);
    (0..count)
        .map(move |number| {
            let part = &lines[number * TABLE..lines.len().min((number + 1) * TABLE)];
            alone(genre, &format!("table {number}"), &part.join("\n"))
        })
        .chain([whole])
}

/// The words of jieba's dictionary (MIT) that hold an ideograph.
fn jieba() -> Result<Vec<String>> {
    let text = std::fs::read_to_string(python("jieba", "0.42.1")?.join("jieba/dict.txt"))?;
    let words = text.lines().filter_map(|line| line.split(' ').next());
    Ok(words
        .filter(|word| has_ideograph(word))
        .map(str::to_owned)
        .collect())
}

/// The keys and values of OpenCC's phrase dictionaries, simplified and traditional.
fn opencc() -> Result<(Vec<String>, Vec<String>)> {
    let package = Package::open()?;
    let (mut simplified, mut traditional) = (BTreeSet::new(), BTreeSet::new());
    for (key, values) in package.entries("STPhrases.txt")? {
        simplified.insert(key);
        traditional.extend(values);
    }
    for (key, values) in package.entries("TSPhrases.txt")? {
        traditional.insert(key);
        simplified.extend(values);
    }
    let list = |words: BTreeSet<String>| words.into_iter().filter(|word| has_ideograph(word));
    Ok((list(simplified).collect(), list(traditional).collect()))
}

fn has_ideograph(word: &str) -> bool {
    word.chars()
        .any(|ch| ('\u{3400}'..='\u{9FFF}').contains(&ch) || ch >= '\u{20000}')
}
