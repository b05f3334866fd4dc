//! `cargo xtask eval convert unchanged [--write] [--list]`: characters that conversion changes in
//! text that is already in the script that was asked for.
//!
//! Each document of `../shared/corpora` is converted by itself, alone (no other stage runs), to
//! each tag of its own script, Japanese and Cantonese to both. `unchanged.tsv` has two figures for
//! each: before documents were taken apart into passages, and now. What was added was read line by
//! line: reviews and comments that someone wrote in the other script. A figure above the second
//! one fails. `--write` keeps the first and writes the second, `--list` prints each line that
//! changed.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use zhnorm::{Normalizer, Options, Stages};

use crate::corpora::{Split, documents, names, root};

const BASELINE: &str = "xtask/src/eval/convert/unchanged.tsv";

/// The tags of the script in which a corpus is written.
fn targets(corpus: &str) -> &'static [&'static str] {
    if corpus.starts_with("hans/") {
        &["zh-Hans", "zh-CN"]
    } else if corpus.starts_with("hant/hk_") {
        &["zh-Hant", "zh-HK"]
    } else if corpus.starts_with("hant/") {
        &["zh-Hant", "zh-TW"]
    } else {
        &["zh-Hans", "zh-Hant", "zh-TW", "zh-HK"]
    }
}

/// Runs the comparison; the number of figures that are worse.
pub fn run(words: &[&str]) -> Result<usize> {
    let (write, list) = (words.contains(&"--write"), words.contains(&"--list"));
    let path = root().join(BASELINE);
    let baseline = baseline(&std::fs::read_to_string(&path).unwrap_or_default())?;
    let mut table = String::from("# corpus\ttarget\tchanged before passages\tnow\n");
    let (mut worse, mut before_all, mut now_all) = (0, 0, 0);
    println!("corpus | target | characters | changed before passages | committed | now");
    for name in names()? {
        let documents = documents(&name, Split::All)?;
        let characters: usize = documents.iter().map(|text| text.chars().count()).sum();
        for &target in targets(&name) {
            let mut options = Options::default()
                .with_to(target.parse()?)
                .with_count_only(true);
            options.stages = Stages::default().with_repair(false).with_strip(false);
            let normalizer = Normalizer::new(options);
            let mut now = 0;
            for document in &documents {
                let text = normalizer.normalize_str(document).text;
                now += differing(document, &text, list);
            }
            let key = (name.clone(), target.to_owned());
            let [before, committed] = baseline.get(&key).copied().unwrap_or([now; 2]);
            let is_worse = now > committed;
            let mark = if is_worse { "  WORSE" } else { "" };
            println!("{name} | {target} | {characters} | {before} | {committed} | {now}{mark}");
            table.push_str(&format!("{name}\t{target}\t{before}\t{now}\n"));
            worse += usize::from(is_worse);
            before_all += before;
            now_all += now;
        }
    }
    println!("all | | | {before_all} | | {now_all}");
    if write {
        std::fs::write(&path, table)?;
        return Ok(0);
    }
    ensure!(!baseline.is_empty(), "{BASELINE} is missing");
    Ok(worse)
}

fn baseline(text: &str) -> Result<BTreeMap<(String, String), [usize; 2]>> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let mut next = || fields.next().context("a field is missing");
        let key = (next()?.to_owned(), next()?.to_owned());
        found.insert(key, [next()?.parse()?, next()?.parse()?]);
    }
    Ok(found)
}

/// How many characters differ, line by line.
fn differing(old: &str, new: &str, list: bool) -> usize {
    if old == new {
        return 0;
    }
    let mut sum = 0;
    for (old, new) in old.lines().zip(new.lines()) {
        if old == new {
            continue;
        }
        let (a, b): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
        sum += if a.len() == b.len() {
            a.iter().zip(&b).filter(|(a, b)| a != b).count()
        } else {
            let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
            let rest = (a.len() - head).min(b.len() - head);
            let tails = a.iter().rev().zip(b.iter().rev());
            let tail = tails.take(rest).take_while(|(a, b)| a == b).count();
            a.len().max(b.len()) - head - tail
        };
        if list {
            println!("    {old}\n  > {new}");
        }
    }
    sum
}
