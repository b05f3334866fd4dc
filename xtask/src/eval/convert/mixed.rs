//! `cargo xtask eval convert mixed`: generated documents that mix scripts, and the characters that
//! conversion to a tag leaves in the other one.
//!
//! Sentences come from the held-back documents of `../shared/corpora`, those that have characters of
//! one script only. Four kinds of documents are made of them: threads (each line in either script),
//! threads with one line in the other, documents of two halves, and lines that change in the middle.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use zhnorm::{Normalizer, Options, Stages};

use crate::corpora::{Split, documents, names};
use crate::opencc::Package;

/// Documents of each kind.
const DOCUMENTS: usize = 500;
const KINDS: [&str; 4] = ["thread", "one line", "halves", "mid-sentence"];

/// The same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Prints the characters left; their number.
pub fn run(words: &[&str]) -> Result<usize> {
    let package = Package::open()?;
    let simplified = only(&package, "STCharacters.txt")?;
    let traditional = only(&package, "TSCharacters.txt")?;
    let hans = sentences("hans/", &simplified, &traditional)?;
    let hant = sentences("hant/", &traditional, &simplified)?;
    ensure!(!hans.is_empty() && !hant.is_empty(), "no sentences");
    let mut numbers = Numbers(2026);
    let (mut all, mut texts) = (0, 0);
    println!("kind | target | documents | with characters left | characters left");
    for kind in KINDS {
        let made: Vec<String> = (0..DOCUMENTS)
            .map(|_| document(kind, [&hans, &hant], &mut numbers))
            .collect();
        for (target, foreign) in [("zh-Hans", &traditional), ("zh-Hant", &simplified)] {
            let mut options = Options::default()
                .with_to(target.parse()?)
                .with_count_only(true);
            options.stages = Stages::default().with_repair(false).with_strip(false);
            let normalizer = Normalizer::new(options);
            let (mut left, mut with) = (0, 0);
            for text in &made {
                let output = normalizer.normalize_str(text).text;
                let count = output.chars().filter(|ch| foreign.contains(ch)).count();
                left += count;
                with += usize::from(count > 0);
                if count > 0 && words.contains(&"--list") {
                    println!("    {text}\n  > {output}");
                }
            }
            println!("{kind} | {target} | {DOCUMENTS} | {with} | {left}");
            all += left;
        }
        texts += made.len();
    }
    println!("all | | {texts} | | {all}");
    Ok(0)
}

/// The characters of a list that are never what they become.
fn only(package: &Package, file: &str) -> Result<BTreeSet<char>> {
    Ok(package
        .entries(file)?
        .into_iter()
        .filter(|(key, values)| !values.contains(key))
        .flat_map(|(key, _)| key.chars().collect::<Vec<_>>())
        .filter(|ch| {
            !matches!(
                ch,
                '么' | '霉' | '苧' | '閤' | '餘' | '瀋' | '乾' | '著' | '徵' | '瞭'
            )
        })
        .collect())
}

/// Sentences with several characters of one script and none of the other.
fn sentences(folder: &str, own: &BTreeSet<char>, other: &BTreeSet<char>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for name in names()?.iter().filter(|name| name.starts_with(folder)) {
        for document in documents(name, Split::HeldBack)?.iter().step_by(7) {
            for sentence in document.split_inclusive(['。', '！', '？', '\n']) {
                let sentence = sentence.trim();
                let count = sentence.chars().count();
                let of =
                    |set: &BTreeSet<char>| sentence.chars().filter(|ch| set.contains(ch)).count();
                let is_kept = (12..60).contains(&count)
                    && of(own) * 5 >= count
                    && of(other) == 0
                    && !sentence.contains(['「', '“', '《', '（', '('])
                    // A description of a character stays as it is.
                    && !sentence.contains(|ch| ('\u{2FF0}'..='\u{2FFF}').contains(&ch));
                if is_kept {
                    found.push(sentence.to_owned());
                }
            }
        }
    }
    Ok(found)
}

fn document(kind: &str, sentences: [&Vec<String>; 2], numbers: &mut Numbers) -> String {
    let count = 4 + numbers.below(8);
    let other = numbers.below(count);
    let main = numbers.below(2);
    let mut text = String::new();
    for line in 0..count {
        let mut pick = |script: usize| {
            let sentences = sentences[script];
            sentences[numbers.below(sentences.len())].as_str()
        };
        match kind {
            "thread" if line > 1 => {
                let script = (line * 7 + other) % 2;
                text.push_str(pick(script));
            }
            "thread" => text.push_str(pick(line % 2)),
            "one line" => text.push_str(pick(if line == other { 1 - main } else { main })),
            "halves" => text.push_str(pick(usize::from(line * 2 >= count))),
            _ => {
                let half = |text: &str, from: usize, to: usize| {
                    text.chars().skip(from).take(to).collect::<String>()
                };
                let (first, second) = (pick(main), pick(1 - main));
                text.push_str(&half(first, 0, first.chars().count() / 2));
                text.push_str(&half(second, second.chars().count() / 2, usize::MAX));
            }
        }
        text.push('\n');
    }
    text
}
