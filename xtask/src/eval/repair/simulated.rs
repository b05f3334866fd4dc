//! Simulated damage on held-back text: sites' tables of four sizes in many orders.

use std::collections::HashMap;

use anyhow::Result;
use zhnorm::internals::{Copy, damage};
use zhnorm::repair::{OnUncertain, Options, repair};
use zhnorm::report::{Change, Report};
use zhnorm_lang::folding;

use super::calibration::Calibration;
use crate::corpora::{Split, documents};
use crate::measure::{distance, processor_seconds};

/// Pages of simulated damage in each share of the table.
const PAGES: usize = 120;
/// Lines of a page.
const LINES: usize = 25;
/// How many of the commonest traditional characters a site's table holds, as real ones do.
const TABLES: [usize; 4] = [150, 400, 1000, 2500];

/// What became of the copies.
#[derive(Clone, Copy)]
pub struct Variant {
    /// The word of the command line that asks for this one alone.
    word: &'static str,
    pub name: &'static str,
    copy: Copy,
}

/// Private use kept, lost, and lost with the widths.
pub const VARIANTS: [Variant; 3] = [
    Variant {
        word: "kept",
        name: "private use kept",
        copy: Copy {
            keeps_private_use: true,
            folds_width: false,
            spaces_readings: false,
            cuts_at_commas: true,
        },
    },
    Variant {
        word: "lost",
        name: "private use lost",
        copy: Copy {
            keeps_private_use: false,
            folds_width: false,
            spaces_readings: true,
            cuts_at_commas: true,
        },
    },
    Variant {
        word: "width",
        name: "private use and width lost",
        copy: Copy {
            keeps_private_use: false,
            folds_width: true,
            spaces_readings: false,
            cuts_at_commas: true,
        },
    },
];

/// Which pages of the held-back text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// Those of the published figures.
    Figures,
    /// Others, to try things out on.
    Tuning,
}

/// Prints a line of figures for each variant and size of table, and the calibration.
pub fn run(words: &[&str], share: Pages) -> Result<()> {
    let verbose = words.contains(&"verbose");
    let pages = pages(share)?;
    let ranked = ranked()?;
    let asked = |word: &str, all: &[&str]| {
        words.contains(&word) || !all.iter().any(|other| words.contains(other))
    };
    let mut calibration = Calibration::default();
    println!("pinyin garble | table | damaged lines | lines exact | character error | MB/s");
    for variant in VARIANTS {
        if !asked(variant.word, &VARIANTS.map(|variant| variant.word)) {
            continue;
        }
        let mut all = Sums::default();
        for size in TABLES {
            let sizes = TABLES.map(|size| size.to_string());
            if !asked(&size.to_string(), &sizes.each_ref().map(String::as_str)) {
                continue;
            }
            let mut sums = Sums::default();
            for (number, page) in pages.iter().enumerate() {
                let table = shuffled(&ranked[..size.min(ranked.len())], number as u64);
                sums.page(page, &table, variant.copy, &mut calibration, verbose);
            }
            println!("{} | {size} | {}", variant.name, sums.summary());
            all.add(&sums);
        }
        println!("{} | all | {}", variant.name, all.summary());
    }
    calibration.print();
    Ok(())
}

/// Damaged pages of one variant.
pub fn damaged(variant: Variant, size: usize, share: Pages) -> Result<Vec<String>> {
    let ranked = ranked()?;
    Ok(pages(share)?
        .iter()
        .enumerate()
        .filter_map(|(number, page)| {
            let table = shuffled(&ranked[..size.min(ranked.len())], number as u64);
            damage(page, &table, variant.copy)
        })
        .collect())
}

#[derive(Default)]
struct Sums {
    lines: usize,
    damaged_lines: usize,
    exact: usize,
    characters: usize,
    errors: usize,
    bytes: usize,
    seconds: f64,
}

impl Sums {
    fn page(
        &mut self,
        page: &str,
        table: &[char],
        copy: Copy,
        calibration: &mut Calibration,
        verbose: bool,
    ) {
        let Some(damaged) = damage(page, table, copy) else {
            return;
        };
        // What the copy shows where nothing was damaged.
        let wanted = if copy.folds_width {
            width(page)
        } else {
            page.to_owned()
        };
        let start = processor_seconds();
        let repaired = repair(&damaged, &Options::default(), &mut Report::counting());
        self.seconds += processor_seconds() - start;
        self.bytes += damaged.len();
        let mut report = Report::listing();
        let best = Options::default().with_on_uncertain(OnUncertain::Best);
        let likeliest = repair(&damaged, &best, &mut report);
        let changes = report.into_changes();
        let mut calibrated = likeliest.lines();
        let mut ours = repaired.lines();
        let mut start = 0;
        let mut damaged_lines = damaged.split_inclusive('\n');
        for theirs in wanted.lines() {
            let whole = damaged_lines.next().unwrap_or_default();
            let line = whole.trim_end_matches(['\n', '\r']);
            let ours = ours.next().unwrap_or_default();
            let likeliest = calibrated.next().unwrap_or_default();
            calibration.line(
                start,
                line,
                within(&changes, start, whole),
                likeliest,
                theirs,
            );
            start += whole.len();
            self.lines += 1;
            self.damaged_lines += usize::from(line != theirs);
            self.exact += usize::from(ours == theirs);
            self.characters += theirs.chars().count();
            if ours != theirs {
                let distance = distance(ours, theirs);
                self.errors += distance;
                if verbose {
                    println!("{distance}\n  {line}\n  {ours}\n  {theirs}");
                    super::tell_doubtful(within(&changes, start - whole.len(), whole), 0.995);
                }
            }
        }
    }

    fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.damaged_lines += other.damaged_lines;
        self.exact += other.exact;
        self.characters += other.characters;
        self.errors += other.errors;
        self.bytes += other.bytes;
        self.seconds += other.seconds;
    }

    fn summary(&self) -> String {
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        format!(
            "{:.1} % of {} | {:.2} % | {:.3} % | {:.1}",
            percent(self.damaged_lines, self.lines),
            self.lines,
            percent(self.exact, self.lines),
            percent(self.errors, self.characters),
            self.bytes as f64 / 1e6 / self.seconds
        )
    }
}

/// The changes that start on a line.
fn within<'a>(changes: &'a [Change], start: usize, line: &str) -> &'a [Change] {
    let first = changes.partition_point(|change| change.span.start < start);
    let after = changes.partition_point(|change| change.span.start < start + line.len());
    &changes[first..after]
}

/// Full-width forms of ASCII in half width.
fn width(text: &str) -> String {
    text.chars()
        .map(|ch| match ch {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch),
            _ => ch,
        })
        .collect()
}

/// Held-back text as a garbling site held it: mapped to traditional characters one by one.
fn pages(share: Pages) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let files = [
        "cctv_xinwenlianbo",
        "lctt_techtrans",
        "prc_laws",
        "cmrc2018_wiki",
    ];
    for file in files {
        let documents = documents(&format!("hans/{file}.txt"), Split::HeldBack)?;
        let mapped = documents
            .iter()
            .flat_map(|document| document.lines())
            .filter(|line| line.chars().count() > 12)
            .filter(|line| damage(line, &[], VARIANTS[0].copy).is_some())
            .map(|line| line.chars().map(folding::mapped).collect::<String>())
            .skip(usize::from(share == Pages::Tuning));
        lines.extend(mapped.step_by(3).take(PAGES * LINES / files.len()));
    }
    Ok(lines
        .chunks(LINES)
        .map(|lines| lines.join("\n") + "\n")
        .collect())
}

/// The traditional characters of mapped text, the commonest first.
fn ranked() -> Result<Vec<char>> {
    let mut counts: HashMap<char, usize> = HashMap::new();
    for document in documents("hans/cctv_xinwenlianbo.txt", Split::Train)? {
        for ch in document.chars().map(folding::mapped) {
            if folding::is_traditional(ch) {
                *counts.entry(ch).or_default() += 1;
            }
        }
    }
    let mut ranked: Vec<(char, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|(ch, count)| (usize::MAX - count, *ch));
    Ok(ranked.into_iter().map(|(ch, _)| ch).collect())
}

/// A table in an order of its own (Fisher-Yates over a linear congruential generator).
fn shuffled(table: &[char], seed: u64) -> Vec<char> {
    let mut table = table.to_vec();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for last in (1..table.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        table.swap(last, (state >> 33) as usize % (last + 1));
    }
    table
}
