//! Files that are no prose: rosters, word lists, dictionaries, tables, code, menus. Healthy text of
//! ../shared/zoo by genre, written in GBK and Big5.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use zhnorm_lang::boundary;

use anyhow::Result;
use zhnorm::decode::{self, Encoding, Unmappable};

use super::ASKED_OF_LISTS;
use super::judge::{Answer, Tally, is_same};
use super::peers::Peers;
use crate::corpora::shared;
use crate::measure::Random;

/// The lengths of the pieces in bytes.
const LENGTHS: [usize; 3] = [100, 300, 2000];

/// Genres whose text is not in Chinese, or has characters that no file in GBK or Big5 has.
const LEFT_OUT: [&str; 4] = [
    "japanese_aozora",
    "korean_reviews",
    "ids_data",
    "names_japanese",
];

/// A piece needs so many characters outside ASCII, and may have so few that the encoding lacks.
const FEWEST: usize = 8;
const MOST_MISSING: f64 = 0.1;

/// Prints the genres of which a piece is named wrongly, and sums of all.
pub(super) fn lists(
    per_cell: usize,
    answers: &mut Vec<Answer>,
    mut peers: Option<&mut Peers>,
) -> Result<()> {
    let zoo = shared()?.join("zoo");
    if !zoo.is_dir() {
        println!("No ../shared/zoo: lists, tables and code are not measured.\n");
        return Ok(());
    }
    let mut genres: Vec<_> = fs::read_dir(&zoo)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    genres.sort();
    println!(
        "Healthy text of ../shared/zoo by genre, share of right answers in %, {per_cell} pieces a cell, \
         {ASKED_OF_LISTS} for the peers:\n"
    );
    println!("| genre | encoding | 100 B | 300 B | 2000 B | wrong at 0.5 or more |");
    println!("|---|---|---|---|---|---|");
    let mut sums: BTreeMap<(&str, usize), [Tally; 3]> = BTreeMap::new();
    let mut random = Random::new(13);
    for genre in genres {
        let name = genre.file_name().unwrap_or_default().to_string_lossy();
        if LEFT_OUT.contains(&name.as_ref()) {
            continue;
        }
        let texts = texts(&genre)?;
        for (label, encoding) in [("gbk", Encoding::GBK), ("big5", Encoding::BIG5)] {
            let mut cells = Vec::new();
            let (mut sure_and_wrong, mut all) = (0, Tally::default());
            for length in LENGTHS {
                let mut tally = Tally::default();
                for _ in 0..4 * per_cell {
                    if tally.all == per_cell || texts.is_empty() {
                        break;
                    }
                    let text = &texts[random.below(texts.len())];
                    let Some(bytes) = piece(text, length, encoding, &mut random) else {
                        continue;
                    };
                    let detection = decode::detect(&bytes);
                    let is_right = is_same(&detection.encoding.label(), label);
                    tally.add(is_right);
                    all.add(is_right);
                    let [ours, theirs @ ..] = sums.entry((label, length)).or_default();
                    ours.add(is_right);
                    if let Some(peers) = peers.as_mut().filter(|_| tally.all <= ASKED_OF_LISTS) {
                        let right = peers.are_right(&bytes, label, None)?;
                        for (tally, is_right) in theirs.iter_mut().zip(right) {
                            tally.add(is_right);
                        }
                    }
                    sure_and_wrong += usize::from(!is_right && detection.confidence >= 0.5);
                    answers.push(Answer {
                        confidence: detection.confidence,
                        is_right,
                        margin: None,
                    });
                }
                cells.push(tally.percent());
            }
            if all.right < all.all {
                println!(
                    "| {name} | {label} | {} | {sure_and_wrong} |",
                    cells.join(" | ")
                );
            }
        }
    }
    for ((label, length), tallies) in sums {
        let all = tallies[0].all;
        let [ours, second, third] = tallies.map(Tally::percent);
        println!("| all | {label} {length} B | {ours} ({second} / {third}) of {all} |");
    }
    println!();
    Ok(())
}

fn texts(genre: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(genre)? {
        let path = entry?.path();
        let is_index = path.file_name().is_some_and(|name| name == "map.tsv");
        if path.is_file() && !is_index && texts.len() < 60 {
            texts.extend(fs::read_to_string(&path).ok());
        }
    }
    Ok(texts)
}

/// Whole characters from the start of a line on, at most `length` bytes.
fn piece(text: &str, length: usize, encoding: Encoding, random: &mut Random) -> Option<Vec<u8>> {
    let start = boundary::floor(text, random.below(text.len().max(1)));
    let start = start + text[start..].find('\n')? + 1;
    let (mut bytes, mut wide, mut missing) = (Vec::new(), 0, 0);
    for character in text[start..].chars() {
        let mut buffer = [0; 4];
        let character: &str = character.encode_utf8(&mut buffer);
        let is_wide = !character.is_ascii();
        let Ok(one) = decode::encode(character, encoding, Unmappable::Error) else {
            missing += 1;
            continue;
        };
        if bytes.len() + one.len() > length {
            break;
        }
        wide += usize::from(is_wide);
        bytes.extend(one);
    }
    let is_telling = wide >= FEWEST && f64::from(missing) <= MOST_MISSING * wide as f64;
    is_telling.then_some(bytes)
}
