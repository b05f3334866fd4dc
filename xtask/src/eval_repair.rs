//! `cargo xtask eval repair`: what the repair stage restores and what it leaves alone.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::Result;
use zhnorm::language::folding;
use zhnorm::repair::damage::{Copy, damage};
use zhnorm::repair::{Options, repair};
use zhnorm::report::Report;

use crate::corpora::{Share, documents, root, shared};

/// Pages of simulated damage in each share of the table.
const PAGES: usize = 120;
/// Lines of a page.
const LINES: usize = 25;
/// How many of the commonest traditional characters a site's table holds, as real ones do.
const TABLES: [usize; 4] = [150, 400, 1000, 2500];

/// Prints the figures; with `verbose` the lines that are not restored too.
pub fn run(words: &[&str]) -> Result<()> {
    let verbose = words.contains(&"verbose");
    if words.is_empty() || words.contains(&"seeds") {
        seeds()?;
    }
    if words.is_empty() || words.contains(&"pinyin") {
        pinyin(verbose)?;
    }
    if words.is_empty() || words.contains(&"mojibake") {
        crate::eval_mojibake::run(&[])?;
    }
    if words.is_empty() || words.contains(&"corpora") {
        false_positives()?;
    }
    Ok(())
}

/// Simulated damage on held-back text: sites' tables of four sizes in many orders.
fn pinyin(verbose: bool) -> Result<()> {
    let pages = pages()?;
    let ranked = ranked()?;
    for (name, copy) in [
        (
            "private use kept",
            Copy {
                keeps_private_use: true,
                folds_width: false,
                spaces_readings: false,
            },
        ),
        (
            "private use lost",
            Copy {
                keeps_private_use: false,
                folds_width: false,
                spaces_readings: true,
            },
        ),
        (
            "private use and width lost",
            Copy {
                keeps_private_use: false,
                folds_width: true,
                spaces_readings: false,
            },
        ),
    ] {
        for size in TABLES {
            let mut sums = Sums::default();
            for (number, page) in pages.iter().enumerate() {
                let table = shuffled(&ranked[..size.min(ranked.len())], number as u64);
                sums.page(page, &table, copy, verbose);
            }
            println!("pinyin garble, {name}, table of {size}: {}", sums.told());
        }
    }
    Ok(())
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
    fn page(&mut self, page: &str, table: &[char], copy: Copy, verbose: bool) {
        let Some(damaged) = damage(page, table, copy) else {
            return;
        };
        // What the copy shows where nothing was damaged.
        let wanted = if copy.folds_width {
            width(page)
        } else {
            page.to_owned()
        };
        let start = Instant::now();
        let repaired = repair(&damaged, &Options::default(), &mut Report::counting());
        self.seconds += start.elapsed().as_secs_f64();
        self.bytes += damaged.len();
        let damaged: Vec<&str> = damaged.lines().collect();
        for (number, (ours, theirs)) in repaired.lines().zip(wanted.lines()).enumerate() {
            self.lines += 1;
            self.damaged_lines += usize::from(damaged.get(number) != Some(&theirs));
            self.exact += usize::from(ours == theirs);
            self.characters += theirs.chars().count();
            if ours != theirs {
                let distance = distance(ours, theirs);
                self.errors += distance;
                if verbose {
                    println!(
                        "{distance}\n  {}\n  {ours}\n  {theirs}",
                        damaged.get(number).unwrap_or(&"")
                    );
                }
            }
        }
    }

    fn told(&self) -> String {
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        format!(
            "{:.2} % of {} lines exact ({:.1} % were damaged), character error {:.3} %, {:.1} MB/s",
            percent(self.exact, self.lines),
            self.lines,
            percent(self.damaged_lines, self.lines),
            percent(self.errors, self.characters),
            self.bytes as f64 / 1e6 / self.seconds
        )
    }
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
fn pages() -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let files = [
        "cctv_xinwenlianbo",
        "lctt_techtrans",
        "prc_laws",
        "cmrc2018_wiki",
    ];
    for file in files {
        let documents = documents(&format!("hans/{file}.txt"), Share::HeldBack)?;
        let mapped = documents
            .iter()
            .flat_map(|document| document.lines())
            .filter(|line| line.chars().count() > 12)
            .filter(|line| {
                damage(
                    line,
                    &[],
                    Copy {
                        keeps_private_use: true,
                        folds_width: false,
                        spaces_readings: false,
                    },
                )
                .is_some()
            })
            .map(|line| line.chars().map(folding::mapped).collect::<String>());
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
    for document in documents("hans/cctv_xinwenlianbo.txt", Share::Train)? {
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

/// The edit distance of two lines in characters.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (number, ch) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = number + 1;
        for (column, wanted) in other.iter().enumerate() {
            let cost = diagonal + usize::from(ch != *wanted);
            diagonal = row[column + 1];
            row[column + 1] = cost.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

/// The two garbled seeds against what they must become.
fn seeds() -> Result<()> {
    for name in ["000_a8b1a5e348e03b13", "002_4f5217800650164a"] {
        let damaged = std::fs::read_to_string(root().join(format!("seeds/{name}.txt")))?;
        let gold = shared()?.join(format!("seeds-gold/{name}.repaired.txt"));
        let gold = std::fs::read_to_string(gold)?;
        let mut report = Report::listing();
        let repaired = repair(&damaged, &Options::default(), &mut report);
        for change in report.changes() {
            if change.confidence.is_some_and(|confidence| confidence < 0.9) {
                println!(
                    "  {:.2} {} -> {} or {}",
                    change.confidence.unwrap_or_default(),
                    change.before,
                    change.after,
                    change.alternatives.join(" or ")
                );
            }
        }
        println!(
            "seed {name}: {}",
            if repaired == gold { "equal" } else { "differs" }
        );
        for (ours, theirs) in repaired.lines().zip(gold.lines()) {
            if ours != theirs {
                let (ours, theirs): (Vec<char>, Vec<char>) =
                    (ours.chars().collect(), theirs.chars().collect());
                let same = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
                let part = |text: &[char]| {
                    text.iter()
                        .skip(same.saturating_sub(8))
                        .take(32)
                        .collect::<String>()
                };
                println!("  {}\n  {}", part(&ours), part(&theirs));
            }
        }
    }
    Ok(())
}

/// Every line of the corpora that changes.
fn false_positives() -> Result<()> {
    for folder in ["hans", "hant", "negatives"] {
        let mut files: Vec<_> = std::fs::read_dir(shared()?.join("corpora").join(folder))?
            .collect::<std::io::Result<Vec<_>>>()?;
        files.sort_by_key(std::fs::DirEntry::file_name);
        for file in files {
            let name = format!("{folder}/{}", file.file_name().to_string_lossy());
            let texts = documents(&name, Share::All)?;
            let mut changes = Vec::new();
            for document in &texts {
                let mut report = Report::listing();
                repair(document, &Options::default(), &mut report);
                changes.extend(report.into_changes());
            }
            let (mut lines, mut line_changes) = (0, 0);
            for line in texts.iter().flat_map(|text| text.lines()) {
                let mut report = Report::listing();
                repair(line, &Options::default(), &mut report);
                lines += 1;
                line_changes += usize::from(report.is_changed());
                if changes.is_empty() {
                    changes.extend(report.into_changes());
                }
            }
            println!(
                "{name}: {} changes by document, {line_changes} of {lines} lines alone",
                changes.len()
            );
            for change in changes.iter().take(20) {
                println!(
                    "  {} {:?} -> {:?}",
                    change.rule, change.before, change.after
                );
            }
        }
    }
    Ok(())
}
