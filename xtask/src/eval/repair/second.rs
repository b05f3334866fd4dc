//! A second generator of the pinyin garble, which shares nothing with the library: written from the
//! description of the damage and from real pages, with its own tables, orders, decoder and folding.
//!
//! The first generator ([`super::simulated`]) runs the library's own forward model, so search and
//! measurement agree on what they both may have wrong. This one holds pages of other texts as markup
//! whose last tag is swallowed or not, writes readings by tables that go by code, by frequency or by
//! reading, cuts at three marks or four, and folds the width of all marks or of some.

use std::collections::HashMap;

use anyhow::Result;
use encoding_rs::{GB18030, GBK};
use pinyin::ToPinyin;
use zhnorm::repair::{Options, repair};
use zhnorm::report::Report;
use zhnorm_lang::folding;

use crate::corpora::{Split, documents};
use crate::measure::{Random, distance, processor_seconds};

/// Pages of each row, and lines of a page.
const PAGES: usize = 60;
const LINES: usize = 20;
/// Characters of a site's table.
const TABLES: [usize; 3] = [80, 500, 1800];

/// Texts of which the first generator uses none but the encyclopaedia.
const TEXTS: [&str; 5] = [
    "hans/essays_hecaitou.txt",
    "hans/weekly_ruanyf.txt",
    "hans/medical_qa.txt",
    "hans/zhihu_answers.txt",
    "hans/cmrc2018_wiki.txt",
];

/// Which full-width characters a copy has in half width.
#[derive(Clone, Copy, PartialEq)]
enum Fold {
    None,
    All,
    /// Commas, colons, brackets and digits, as one site does; other marks stay wide.
    Some,
}

/// A row of the table.
struct Row {
    name: &'static str,
    keeps_private_use: bool,
    fold: Fold,
}

const ROWS: [Row; 4] = [
    Row {
        name: "private use kept",
        keeps_private_use: true,
        fold: Fold::None,
    },
    Row {
        name: "private use lost",
        keeps_private_use: false,
        fold: Fold::None,
    },
    Row {
        name: "private use and width lost",
        keeps_private_use: false,
        fold: Fold::All,
    },
    Row {
        name: "private use and some width lost",
        keeps_private_use: false,
        fold: Fold::Some,
    },
];

/// Prints a line of figures for each row.
pub fn run(verbose: bool) -> Result<()> {
    let pages = pages()?;
    let counts = counts()?;
    println!("second generator | damaged lines | lines exact | character error | MB/s");
    for row in ROWS {
        let (mut lines, mut hit, mut exact) = (0usize, 0usize, 0usize);
        let (mut characters, mut errors, mut bytes, mut seconds) = (0usize, 0usize, 0usize, 0.0);
        for (number, page) in pages.iter().enumerate() {
            let site = Site::new(number, &counts);
            let damaged: Vec<String> = page.iter().map(|line| site.copy(line, &row)).collect();
            let text = damaged.join("\n") + "\n";
            let start = processor_seconds();
            let repaired = repair(&text, &Options::default(), &mut Report::counting());
            seconds += processor_seconds() - start;
            bytes += text.len();
            let mut ours = repaired.lines();
            for (line, copy) in page.iter().zip(&damaged) {
                let wanted = fold(line, row.fold);
                let ours = ours.next().unwrap_or_default();
                lines += 1;
                hit += usize::from(*copy != wanted);
                exact += usize::from(ours == wanted);
                characters += wanted.chars().count();
                if ours != wanted {
                    errors += distance(ours, &wanted);
                    if verbose {
                        println!("  {copy}\n  {ours}\n  {wanted}\n");
                    }
                }
            }
        }
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        println!(
            "{} | {:.1} % of {lines} | {:.2} % | {:.3} % | {:.1}",
            row.name,
            percent(hit, lines),
            percent(exact, lines),
            percent(errors, characters),
            bytes as f64 / 1e6 / seconds
        );
    }
    Ok(())
}

/// A site: its table in its order, the bytes at which it cuts, and how it writes a reading.
struct Site {
    table: Vec<([u8; 2], Vec<u8>)>,
    cuts: &'static [u8],
}

impl Site {
    fn new(number: usize, counts: &[char]) -> Self {
        let size = TABLES[number % TABLES.len()];
        let mut random = Random::new(number as u64);
        // Tables are largely nested: some of the commonest are missing, some of the rarer there.
        let mut table: Vec<char> = counts
            .iter()
            .take(size + size / 4)
            .copied()
            .filter(|_| !random.next().is_multiple_of(5))
            .collect();
        match number % 3 {
            0 => table.sort_by_key(|ch| pair(*ch)),
            1 => {}
            _ => table.sort_by_key(|ch| ch.to_pinyin().map(pinyin::Pinyin::with_tone)),
        }
        let space = if number % 10 == 7 { " " } else { "" };
        let table = table.into_iter().filter_map(|ch| {
            let reading = format!("({}{space})", ch.to_pinyin()?.with_tone());
            Some((pair(ch)?, GBK.encode(&reading).0.into_owned()))
        });
        Self {
            table: table.collect(),
            cuts: if number.is_multiple_of(4) {
                &[0xA1, 0xBB, 0xBF, 0xAC]
            } else {
                &[0xA1, 0xBB, 0xBF]
            },
        }
    }

    /// What a copy of a paragraph says. The scraper takes a whole `</p>` for the end.
    fn copy(&self, line: &str, row: &Row) -> String {
        let mut bytes = GBK.encode(&format!("{line}</p>")).0.into_owned();
        for (pair, reading) in &self.table {
            let mut written = Vec::with_capacity(bytes.len());
            let mut at = 0;
            while at < bytes.len() {
                if bytes[at..].starts_with(pair) {
                    written.extend_from_slice(pair);
                    written.extend_from_slice(reading);
                    at += 2;
                } else {
                    written.push(bytes[at]);
                    at += 1;
                }
            }
            bytes = written;
        }
        let mut text = String::new();
        let mut from = 0;
        let mut at = 0;
        while at + 1 < bytes.len() {
            if bytes[at] == 0xA3 && self.cuts.contains(&bytes[at + 1]) {
                text += &decoded(&bytes[from..at], row.keeps_private_use);
                text += &GBK.decode_without_bom_handling(&bytes[at..at + 2]).0;
                at += 2;
                from = at;
            } else {
                at += 1;
            }
        }
        text += &decoded(&bytes[from..], row.keeps_private_use);
        let text = fold(&text, row.fold);
        text.strip_suffix("</p>").map(str::to_owned).unwrap_or(text)
    }
}

/// The decoder: a lead byte and a byte that cannot follow it are one `?`.
fn decoded(bytes: &[u8], keeps_private_use: bool) -> String {
    let mut text = String::new();
    let mut rest = bytes.iter().copied().peekable();
    while let Some(lead) = rest.next() {
        if lead < 0x80 {
            text.push(char::from(lead));
            continue;
        }
        if lead == 0x80 {
            text.push('€');
            continue;
        }
        let Some(trail) = rest.peek().copied().filter(|trail| *trail > 0x20) else {
            text.push('?');
            continue;
        };
        rest.next();
        if trail < 0x40 || matches!(trail, 0x7F | 0xFF) || lead == 0xFF {
            text.push('?');
            continue;
        }
        let pair = [lead, trail];
        let read = GB18030.decode_without_bom_handling(&pair).0;
        let private = read.chars().all(|ch| matches!(ch, '\u{E000}'..='\u{F8FF}'));
        // What GB 18030 gave places since was private use when the pages were made.
        if !private || keeps_private_use {
            text.push_str(&read);
        }
    }
    text
}

fn fold(text: &str, fold: Fold) -> String {
    let half = |ch: char| char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch);
    text.chars()
        .map(|ch| match (fold, ch) {
            (Fold::All, '\u{FF01}'..='\u{FF5E}') => half(ch),
            (Fold::Some, '，' | '：' | '（' | '）' | '０'..='９') => half(ch),
            _ => ch,
        })
        .collect()
}

fn pair(ch: char) -> Option<[u8; 2]> {
    let mut buffer = [0; 4];
    let (bytes, _, lost) = GBK.encode(ch.encode_utf8(&mut buffer));
    match (&*bytes, lost) {
        (&[lead, trail], false) => Some([lead, trail]),
        _ => None,
    }
}

/// Pages of text as a site held it.
fn pages() -> Result<Vec<Vec<String>>> {
    let mut lines = Vec::new();
    for name in TEXTS {
        let held_back = documents(name, Split::HeldBack)?;
        let mapped = held_back
            .iter()
            .flat_map(|document| document.lines())
            .map(|line| line.trim().chars().map(folding::mapped).collect::<String>())
            .filter(|line| (16..=400).contains(&line.chars().count()))
            .filter(|line| !line.contains(['<', '?', '&', '「', '『']))
            .filter(|line| !GBK.encode(line).2);
        lines.extend(mapped.step_by(2).take(PAGES * LINES / TEXTS.len()));
    }
    Ok(lines.chunks(LINES).map(<[String]>::to_vec).collect())
}

/// Traditional characters, the commonest of this generator's own texts first.
fn counts() -> Result<Vec<char>> {
    let mut counts: HashMap<char, usize> = HashMap::new();
    for name in TEXTS {
        for document in documents(name, Split::Train)? {
            for ch in document.chars().map(folding::mapped) {
                if folding::is_traditional(ch) && pair(ch).is_some() {
                    *counts.entry(ch).or_default() += 1;
                }
            }
        }
    }
    let mut ranked: Vec<(char, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|(ch, count)| (usize::MAX - count, *ch));
    Ok(ranked.into_iter().map(|(ch, _)| ch).collect())
}
