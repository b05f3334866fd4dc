//! `cargo xtask eval twice`: documents that change again when they are normalized a second time.
//!
//! A hook that runs on every commit, and a run over a folder that was interrupted, rely on it that
//! the second run changes nothing. A property test holds this for made-up pages; here it is asked
//! of the documents of `../shared/corpora`, the labelled pages of `../shared/strip` and simulated
//! copies with the pinyin garble, for each target.

use anyhow::Result;
use zhnorm::{Normalizer, Options};

use super::{repair, strip};
use crate::corpora::{Split, documents, names};

const TARGETS: [&str; 6] = ["", "zh-Hans", "zh-CN", "zh-Hant", "zh-TW", "zh-HK"];
/// How many differences of each kind of document are shown.
const SHOWN: usize = 5;

/// Prints a line for each kind of document and target; `[WORD...]` picks kinds by their names.
pub fn run(words: &[&str]) -> Result<()> {
    println!("documents | target | of | change again");
    let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
    for name in names()? {
        kinds.push((name.clone(), documents(&name, Split::All)?));
    }
    kinds.push(("labelled pages".to_owned(), strip::texts()?));
    kinds.push(("pinyin garble".to_owned(), repair::copies()?));
    for (name, documents) in kinds {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word)) {
            continue;
        }
        for target in TARGETS {
            again(&name, &documents, target)?;
        }
    }
    Ok(())
}

fn again(name: &str, documents: &[String], target: &str) -> Result<()> {
    let mut options = Options::default().with_count_only(true);
    if !target.is_empty() {
        options = options.with_to(target.parse()?);
    }
    let normalizer = Normalizer::new(options);
    let mut changed = 0;
    for document in documents {
        let once = normalizer.normalize_str(document).text;
        let twice = normalizer.normalize_str(&once).text;
        if once == twice {
            continue;
        }
        changed += 1;
        if changed <= SHOWN {
            show(&once, &twice);
        }
    }
    let target = if target.is_empty() { "none" } else { target };
    println!("{name} | {target} | {} | {changed}", documents.len());
    Ok(())
}

/// Prints the first line that differs.
fn show(once: &str, twice: &str) {
    let lines = once.lines().zip(twice.lines());
    let Some((one, two)) = lines.into_iter().find(|(one, two)| one != two) else {
        println!(
            "    {} lines, then {}",
            once.lines().count(),
            twice.lines().count()
        );
        return;
    };
    let same = one.chars().zip(two.chars()).take_while(|(a, b)| a == b);
    let from = same.count().saturating_sub(8);
    let piece = |line: &str| line.chars().skip(from).take(40).collect::<String>();
    println!("    {:?}\n    {:?}", piece(one), piece(two));
}
