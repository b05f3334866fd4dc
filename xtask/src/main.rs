//! Development commands of zhnorm, run as `cargo xtask COMMAND`.
//!
//! Three kinds live here: commands that generate the committed tables from named sources,
//! commands that measure (`eval …`, which need the corpora folder `../shared` beside the
//! checkout and say so when it is missing), and commands that compare with other programs.
//! A user's build runs none of them.

mod convert;
mod corpora;
mod eval_batch;
mod eval_custom;
mod eval_decode;
mod eval_healthy;
mod eval_mojibake;
mod eval_repair;
mod eval_strip;
mod eval_twice;
mod folding;
mod frequency;
mod measure;
mod model;
mod msrv;
mod opencc_data;
mod packages;
mod radicals;
mod readings;
mod strip_tables;
mod tables;
mod variety;

use std::process::ExitCode;

use anyhow::Result;

/// A command: its words, what it does, and the function that is given the words behind it.
struct Command {
    words: &'static [&'static str],
    meaning: &'static str,
    run: fn(&[&str]) -> Result<()>,
}

/// A committed table: `cargo xtask NAME` writes it, `cargo xtask NAME --check` compares.
struct Table {
    name: &'static str,
    meaning: &'static str,
    generate: fn(check: bool) -> Result<()>,
}

#[rustfmt::skip]
const TABLES: &[Table] = &[
    Table { name: "folding", meaning: "folds traditional to simplified characters", generate: folding::run },
    Table { name: "frequency", meaning: "how often each character occurs, per language", generate: frequency::generate },
    Table { name: "radicals", meaning: "the ideograph that each radical stands for", generate: radicals::run },
    Table { name: "readings", meaning: "the first pinyin reading of each ideograph", generate: readings::run },
    Table { name: "variety", meaning: "the characters that tell scripts, regions and mapped text", generate: variety::generate },
    Table { name: "strip-fold", meaning: "folds the characters of strip rules", generate: strip_tables::fold },
    Table { name: "strip-rules", meaning: "crates/zhnorm/src/strip/rules/rules.toml as Rust", generate: strip_tables::rules },
    Table { name: "tables", meaning: "the dictionaries of OpenCC's sixteen configurations", generate: tables::generate },
];

#[rustfmt::skip]
const COMMANDS: &[Command] = &[
    Command { words: &["bench-peers"], meaning: "the speed of conversion beside other engines", run: convert::peers::run },
    Command { words: &["check-tables"], meaning: "regenerate every table and compare", run: check_tables },
    Command { words: &["eval", "batch"], meaning: "many files, start-up, faults [start] [scale] [large] [faults] [--files N]", run: eval_batch::run },
    Command { words: &["eval", "convert"], meaning: "exactness and speed of conversion [PART...]", run: convert::run },
    Command { words: &["eval", "custom"], meaning: "a user's configurations against the reference", run: |_| eval_custom::run() },
    Command { words: &["eval", "decode"], meaning: "accuracy, reliability and speed of decode [verbose] [CASES]", run: eval_decode::command },
    Command { words: &["eval", "mapped"], meaning: "what a character-by-character mapping and its way back lose", run: |_| variety::eval::mapped() },
    Command { words: &["eval", "repair"], meaning: "what repair restores, leaves alone, and how fast [seeds] [pinyin [kept|lost|width] [150|400|1000|2500]] [mojibake] [corpora] [speed [garbled]] [tune] [verbose]", run: eval_repair::run },
    Command { words: &["eval", "strip"], meaning: "what strip drops on labelled pages [wrong] [missed] [corpora] | html: what is taken from web pages", run: eval_strip::run },
    Command { words: &["eval", "twice"], meaning: "documents that change again on a second run [KIND...]", run: eval_twice::run },
    Command { words: &["eval", "variety"], meaning: "how well script and region are told by the length of a text", run: |_| variety::eval::variety() },
    Command { words: &["model"], meaning: "train the character model on ../shared/corpora", run: |_| model::run() },
    Command { words: &["eval", "mojibake"], meaning: "what repair restores of each kind of mojibake; [--show] [ROW...]", run: eval_mojibake::run },
    Command { words: &["eval", "healthy"], meaning: "every change that repair makes in the corpora; [FILE...] | speed", run: eval_healthy::run },
    Command { words: &["model-perplexity"], meaning: "how well the model predicts held-back text", run: |_| model::perplexity() },
    Command { words: &["msrv"], meaning: "no dependency asks for a newer Rust than Cargo.toml states", run: |_| msrv::check() },
];

fn check_tables(_: &[&str]) -> Result<()> {
    TABLES.iter().try_for_each(|table| (table.generate)(true))
}

fn run(words: &[&str]) -> Option<Result<()>> {
    if let [name, rest @ ..] = words
        && let Some(table) = TABLES.iter().find(|table| table.name == *name)
    {
        return match rest {
            [] => Some((table.generate)(false)),
            ["--check"] => Some((table.generate)(true)),
            _ => None,
        };
    }
    COMMANDS
        .iter()
        .find_map(|command| Some((command, words.strip_prefix(command.words)?)))
        .map(|(command, rest)| (command.run)(rest))
}

fn usage() {
    eprintln!("usage: cargo xtask COMMAND\n\ntables (with --check: regenerate and compare):");
    for table in TABLES {
        eprintln!("  {:24} {}", table.name, table.meaning);
    }
    eprintln!("\nothers:");
    for command in COMMANDS {
        eprintln!("  {:24} {}", command.words.join(" "), command.meaning);
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        None => {
            usage();
            ExitCode::from(2)
        }
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            eprintln!("error: {error:#}");
            ExitCode::from(1)
        }
    }
}
