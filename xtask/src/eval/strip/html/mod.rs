//! `cargo xtask eval strip html`: how much of the article is taken from web pages, and how much of
//! the frame is left, by this project's extractor, by `dom_smoothie`, a port of Readability, alone, and by
//! other programs: `write=FOLDER` writes the pages for them (`benchsuite/python/page_text.py`), and
//! `beside=FOLDER` reads what they made of them.
//!
//! The labelled pages are kept as lines, so their markup is written here, in several layouts and
//! ways to write paragraphs (`markup`): real articles in real frames, in pages of our own making.

mod beside;
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
use markup::{LAYOUTS, Layout, PARAGRAPHS, Paragraphs, page, unmark};
use source::{LABELLED, Line, Source};

/// Pages made from each source.
const PAGES: usize = 6;

/// Pages whose article loses more than this share of its characters are counted as broken.
const BROKEN: f64 = 0.2;

/// An extractor: a page to text.
struct Method {
    name: &'static str,
    extract: fn(&str) -> Option<String>,
}

/// Pages made for the comparison with other programs, one from each source: some of them take long.
const PAGES_BESIDE: usize = 1;

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
    /// Whether the extractor lost a great part of the article.
    fn is_broken(&self) -> bool {
        (self.kept as f64) < self.article as f64 * (1.0 - BROKEN)
    }

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
            let (p, r, f) = scores(self.article, kept, frame);
            format!("{:.1} / {:.2} / {:.1}", 100.0 * p, 100.0 * r, 100.0 * f)
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

/// Precision, recall and F of characters.
fn scores(article: usize, kept: usize, frame: usize) -> (f64, f64, f64) {
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let (p, r) = (share(kept, kept + frame), share(kept, article));
    (p, r, 2.0 * p * r / (p + r).max(1e-9))
}

/// A page that was made of a source.
struct Made<'s> {
    source: &'s Source,
    layout: Layout,
    paragraphs: Paragraphs,
    html: String,
}

fn made(sources: &[Source], of_each: usize) -> Vec<Made<'_>> {
    let mut random = Random::new(42);
    let mut made = Vec::new();
    for source in sources {
        for _ in 0..of_each {
            let layout = *random.pick(&LAYOUTS);
            let paragraphs = *random.pick(&PARAGRAPHS);
            let html = page(source, layout, paragraphs, &mut random);
            made.push(Made {
                source,
                layout,
                paragraphs,
                html,
            });
        }
    }
    made
}

/// Prints the tables.
pub fn run(pages: &[&Page], options: &Options, words: &[&str]) -> Result<()> {
    // As the command treats what comes from a page: it needs no further proof.
    let options = options
        .clone()
        .with_kind_hint(Some(strip::DocumentKind::ArticlePage));
    let sources = source::all(pages)?;
    let folder = |what| words.iter().find_map(|word| word.strip_prefix(what));
    if let Some(folder) = folder("write=") {
        let made = made(&sources, PAGES_BESIDE);
        return beside::write(folder, made.iter().map(|made| made.html.as_str()));
    }
    if let Some(folder) = folder("beside=") {
        return run_beside(&made(&sources, PAGES_BESIDE), &options, folder);
    }
    let made = made(&sources, PAGES);
    println!(
        "\n## web pages: {} pages from {} articles\n\n\
         | pages | extractor | keep P / R / F of characters | after the rules | broken | lines kept as lines | title first |\n\
         |---|---|---|---|---|---|---|",
        made.len(),
        sources.len()
    );
    let mut rows: BTreeMap<(usize, String), Vec<Sums>> = BTreeMap::new();
    let results = results(&made, &options);
    if let Some(folder) = folder("broken=") {
        let broken = made.iter().zip(&results[0].sums);
        let broken = broken.filter(|(_, sums)| sums.is_broken());
        for (at, (made, sums)) in broken.clone().enumerate() {
            let (layout, paragraphs) = (made.layout, made.paragraphs);
            let Source { kind, title, .. } = made.source;
            let lost = 100 - 100 * sums.kept / sums.article.max(1);
            println!("BROKEN {at:05} {lost} % {kind} {layout:?} {paragraphs:?} {title}");
        }
        return beside::write(folder, broken.map(|(made, _)| made.html.as_str()));
    }
    for (at, result) in results.iter().enumerate() {
        for (made, sums) in made.iter().zip(&result.sums) {
            let keys = [
                (0, "all".to_owned()),
                (1, made.source.kind.to_owned()),
                (2, format!("{:?}", made.layout)),
                (3, format!("{:?}", made.paragraphs)),
            ];
            for key in keys {
                rows.entry(key)
                    .or_insert_with(|| vec![Sums::default(); METHODS.len()])[at]
                    .add(*sums);
            }
        }
    }
    for ((_, name), sums) in &rows {
        for (method, sums) in METHODS.iter().zip(sums) {
            println!("| {name} | {} | {} |", method.name, sums.row());
        }
    }
    println!("\n| extractor | MB/s | panics | gave up |\n|---|---|---|---|");
    let bytes: usize = made.iter().map(|made| made.html.len()).sum();
    for (method, result) in METHODS.iter().zip(&results) {
        println!(
            "| {} | {:.1} | {} | {} |",
            method.name,
            bytes as f64 / 1e6 / result.seconds,
            result.panics,
            result.gave_up
        );
    }
    Ok(())
}

/// What a method made of the pages.
#[derive(Default)]
struct Results {
    sums: Vec<Sums>,
    seconds: f64,
    panics: usize,
    gave_up: usize,
}

/// What each method makes of the pages, page by page in turns.
fn results(made: &[Made<'_>], options: &Options) -> [Results; METHODS.len()] {
    let mut results: [Results; METHODS.len()] = std::array::from_fn(|_| Results::default());
    std::panic::set_hook(Box::new(|_| {}));
    for made in made {
        for (method, result) in METHODS.iter().zip(&mut results) {
            let start = processor_seconds();
            let got = catch_unwind(AssertUnwindSafe(|| (method.extract)(&made.html)));
            result.seconds += processor_seconds() - start;
            result.panics += usize::from(got.is_err());
            result.gave_up += usize::from(matches!(got, Ok(None)));
            let text = got.ok().flatten().unwrap_or_default();
            result.sums.push(judge(made.source, &text, options));
        }
    }
    let _ = std::panic::take_hook();
    results
}

/// Prints the methods beside other programs: of all pages, and of those that are articles of the
/// labelled pages.
fn run_beside(made: &[Made<'_>], options: &Options, folder: &str) -> Result<()> {
    let results = results(made, options);
    let others = beside::read(folder, made.len())?;
    for (title, is_all) in [("all", true), ("labelled articles", false)] {
        let takes = |made: &Made<'_>| is_all || LABELLED.contains(&made.source.kind);
        let taken: Vec<bool> = made.iter().map(takes).collect();
        let row = |sums: &[Sums], is_after: bool| {
            let mut row = beside::Row::default();
            for (sums, _) in sums.iter().zip(&taken).filter(|(_, taken)| **taken) {
                row.add_sums(sums, is_after);
            }
            row
        };
        let mut rows = vec![("zhnorm".to_owned(), row(&results[0].sums, true), None)];
        for (method, result) in METHODS.iter().zip(&results) {
            let name = match method.name {
                "zhnorm" => "zhnorm, without the rules for lines",
                other => other,
            };
            let seconds = is_all.then_some(result.seconds);
            rows.push((name.to_owned(), row(&result.sums, false), seconds));
        }
        for (name, texts) in &others {
            let sums: Vec<Sums> = (made.iter().zip(texts))
                .map(|(made, text)| judge(made.source, text, options))
                .collect();
            rows.push((name.clone(), row(&sums, false), None));
        }
        let bytes = made.iter().map(|made| made.html.len()).sum();
        beside::print(&rows, bytes, title);
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
    sums.broken = usize::from(sums.is_broken());
    sums
}
