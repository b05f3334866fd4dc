//! `cargo xtask eval convert vocabulary [--list]`: words that are wrongly replaced by the other region's.
//!
//! A region's own held-back text is written in the other script without its vocabulary, and converted back
//! with it: each word that is replaced then is one that the region itself wrote. The last column is the
//! other side: the same text with the other region's words, and how many of those that OpenCC replaces are
//! replaced.

use std::collections::BTreeMap;

use anyhow::Result;
use zhnorm::convert::{Config, Options, Plan, Vocabulary, convert};
use zhnorm::report::Report;

use crate::corpora::{Split, documents, names};
use crate::tables::context::gold::run as run_config;

/// A direction: its configuration, the way to its input without words and with them, the corpora.
struct Direction {
    config: Config,
    plain: Config,
    with_words: Config,
    folder: &'static str,
}

const DIRECTIONS: [Direction; 2] = [
    Direction {
        config: Config::S2twp,
        plain: Config::Tw2s,
        with_words: Config::Tw2sp,
        folder: "hant/",
    },
    Direction {
        config: Config::Tw2sp,
        plain: Config::S2tw,
        with_words: Config::S2twp,
        folder: "hans/",
    },
];

/// The words that a configuration replaces in a text, with how often.
fn replaced(
    config: Config,
    vocabulary: Vocabulary,
    text: &str,
    words: &mut BTreeMap<String, usize>,
) -> usize {
    let options = Options::default().with_vocabulary(vocabulary);
    let mut report = Report::counting().with_words(true);
    convert(text, &Plan::new([config]), &options, &mut report);
    let mut sum = 0;
    for (before, after, times) in report.words() {
        *words.entry(format!("{before} -> {after}")).or_default() += times;
        sum += times;
    }
    sum
}

/// Prints the table.
pub fn run(lists: &[&str]) -> Result<()> {
    println!("configuration | characters | all, per 10,000 | safe, per 10,000 | words given back");
    for direction in DIRECTIONS {
        let [mut characters, mut all, mut safe, mut given, mut back] = [0; 5];
        let mut words = BTreeMap::new();
        for name in names()? {
            if !name.starts_with(direction.folder) || name.contains("/hk_") {
                continue;
            }
            for document in documents(&name, Split::HeldBack)? {
                characters += document.chars().count();
                let own = run_config(direction.plain, &document);
                let mut ignored = BTreeMap::new();
                let config = direction.config;
                all += replaced(config, Vocabulary::All, &own, &mut ignored);
                safe += replaced(config, Vocabulary::Safe, &own, &mut words);
                let other = run_config(direction.with_words, &document);
                given += replaced(config, Vocabulary::All, &other, &mut ignored);
                back += replaced(config, Vocabulary::Safe, &other, &mut ignored);
            }
        }
        let per_10k = |count: usize| count as f64 * 1e4 / characters.max(1) as f64;
        println!(
            "{} | {characters} | {:.2} | {:.2} | {back} of {given}",
            direction.config,
            per_10k(all),
            per_10k(safe)
        );
        if lists.contains(&"--list") {
            let mut words: Vec<_> = words.into_iter().collect();
            words.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
            for (word, times) in words.iter().take(60) {
                println!("    {times} {word}");
            }
        }
    }
    Ok(())
}
