//! `cargo xtask eval strip html`: how much of the article is taken from web pages, and how much of
//! the frame is left, by this project's extractor and by `dom_smoothie`, a port of Readability, alone.
//!
//! The labelled pages are kept as lines, so their markup is written here, in several layouts and
//! ways to write paragraphs (`markup`): real articles in real frames, in pages of our own making.

mod markup;
mod source;

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::Result;
use dom_smoothie::{Config, Readability, TextMode};
use zhnorm::report::Report;
use zhnorm::strip::{self, Options, html};

use super::Page;
use crate::measure::{Random, processor_seconds};
use markup::{LAYOUTS, PARAGRAPHS, page, unmark};
use source::{Line, Source};

/// Pages made from each source.
const PAGES: usize = 6;

/// Pages whose article loses more than this share of its characters are counted as broken.
const BROKEN: f64 = 0.2;

/// An extractor: a page to text.
struct Method {
    name: &'static str,
    extract: fn(&str) -> Option<String>,
}

const METHODS: [Method; 2] = [
    Method {
        name: "zhnorm",
        extract: |page| Some(html::article(page).text),
    },
    Method {
        name: "dom_smoothie",
        extract: |page| {
            let cfg = Config {
                text_mode: TextMode::Formatted,
                ..Config::default()
            };
            let article = Readability::new(page, None, Some(cfg)).ok()?.parse().ok()?;
            Some(format!("{}\n{}", article.title, article.text_content))
        },
    },
];

/// Sums over pages, in characters but for the last.
#[derive(Clone, Copy, Default)]
struct Sums {
    article: usize,
    kept: usize,
    frame_kept: usize,
    /// The same after the rules for lines.
    kept_after: usize,
    frame_after: usize,
    lines: usize,
    whole_lines: usize,
    titles: usize,
    pages: usize,
    broken: usize,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.article += other.article;
        self.kept += other.kept;
        self.frame_kept += other.frame_kept;
        self.kept_after += other.kept_after;
        self.frame_after += other.frame_after;
        self.lines += other.lines;
        self.whole_lines += other.whole_lines;
        self.titles += other.titles;
        self.pages += other.pages;
        self.broken += other.broken;
    }

    fn row(&self) -> String {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let f = |kept: usize, frame: usize| {
            let (p, r) = (share(kept, kept + frame), share(kept, self.article));
            format!("{p:.1} / {r:.2} / {:.1}", 2.0 * p * r / (p + r).max(1e-9))
        };
        format!(
            "{} | {} | {:.2} | {:.1} | {:.1}",
            f(self.kept, self.frame_kept),
            f(self.kept_after, self.frame_after),
            share(self.broken, self.pages),
            share(self.whole_lines, self.lines),
            share(self.titles, self.pages),
        )
    }
}

/// Prints the table.
pub fn run(pages: &[&Page], options: &Options) -> Result<()> {
    // As the command treats what comes from a page: it needs no further proof.
    let options = options
        .clone()
        .with_kind_hint(Some(strip::DocumentKind::ArticlePage));
    let sources = source::all(pages)?;
    let mut random = Random::new(42);
    let mut made = Vec::new();
    for source in &sources {
        for _ in 0..PAGES {
            let layout = *random.pick(&LAYOUTS);
            let paragraphs = *random.pick(&PARAGRAPHS);
            let html = page(source, layout, paragraphs, &mut random);
            made.push((source, layout, paragraphs, html));
        }
    }
    println!(
        "\n## web pages: {} pages from {} articles\n\n\
         | pages | extractor | keep P / R / F of characters | after the rules | broken | lines kept as lines | title first |\n\
         |---|---|---|---|---|---|---|",
        made.len(),
        sources.len()
    );
    let mut rows: BTreeMap<(usize, String), Vec<Sums>> = BTreeMap::new();
    let mut failed = [(0, 0); METHODS.len()];
    let mut seconds = [0.0; METHODS.len()];
    let bytes: usize = made.iter().map(|made| made.3.len()).sum();
    std::panic::set_hook(Box::new(|_| {}));
    for (source, layout, paragraphs, html) in &made {
        for (at, method) in METHODS.iter().enumerate() {
            let start = processor_seconds();
            let got = catch_unwind(AssertUnwindSafe(|| (method.extract)(html)));
            seconds[at] += processor_seconds() - start;
            failed[at].0 += usize::from(got.is_err());
            failed[at].1 += usize::from(matches!(got, Ok(None)));
            let text = got.ok().flatten().unwrap_or_default();
            let sums = judge(source, &text, &options);
            let keys = [
                (0, "all".to_owned()),
                (1, source.kind.to_owned()),
                (2, format!("{layout:?}")),
                (3, format!("{paragraphs:?}")),
            ];
            for key in keys {
                rows.entry(key)
                    .or_insert_with(|| vec![Sums::default(); METHODS.len()])[at]
                    .add(sums);
            }
        }
    }
    let _ = std::panic::take_hook();
    for ((_, name), sums) in &rows {
        for (method, sums) in METHODS.iter().zip(sums) {
            println!("| {name} | {} | {} |", method.name, sums.row());
        }
    }
    println!("\n| extractor | MB/s | panics | gave up |\n|---|---|---|---|");
    for (at, method) in METHODS.iter().enumerate() {
        println!(
            "| {} | {:.1} | {} | {} |",
            method.name,
            bytes as f64 / 1e6 / seconds[at],
            failed[at].0,
            failed[at].1
        );
    }
    Ok(())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace()).collect()
}

/// What became of a page's lines in the text that an extractor gave.
fn judge(source: &Source, text: &str, options: &Options) -> Sums {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut plain = String::new();
    for line in text.lines() {
        let (numbers, unmarked) = unmark(line);
        found.push(numbers);
        plain.push_str(&unmarked);
        plain.push('\n');
    }
    let mut report = Report::listing();
    strip::strip(&plain, options, &mut report);
    let dropped: HashSet<usize> = report
        .changes()
        .iter()
        .filter(|change| change.rule != "guard.share" && change.rule != "final-newline")
        .map(|change| change.line - 1)
        .collect();
    let lines: HashSet<String> = plain.lines().map(squeezed).collect();
    let mut kept = vec![(false, false); source.lines.len()];
    for (at, numbers) in found.iter().enumerate() {
        for &number in numbers {
            if let Some(kept) = kept.get_mut(number) {
                *kept = (true, !dropped.contains(&at));
            }
        }
    }
    let mut sums = Sums {
        pages: 1,
        ..Sums::default()
    };
    for (Line { text, article }, (kept, after)) in source.lines.iter().zip(kept) {
        let chars = text.chars().count();
        if *article {
            sums.article += chars;
            sums.kept += if kept { chars } else { 0 };
            sums.kept_after += if after { chars } else { 0 };
            sums.lines += usize::from(kept);
            sums.whole_lines += usize::from(kept && lines.contains(&squeezed(text)));
        } else {
            sums.frame_kept += if kept { chars } else { 0 };
            sums.frame_after += if after { chars } else { 0 };
        }
    }
    let first = plain.lines().next().unwrap_or_default();
    sums.titles = usize::from(squeezed(first) == squeezed(&source.title));
    sums.broken = usize::from((sums.kept as f64) < sums.article as f64 * (1.0 - BROKEN));
    sums
}
