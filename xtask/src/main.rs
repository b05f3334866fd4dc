//! Development commands of zhnorm, run as `cargo xtask COMMAND`.
//!
//! Three kinds live here: commands that generate the committed tables from named sources,
//! commands that measure (`eval …`, which need the corpora folder `../shared` beside the
//! checkout and say so when it is missing), and commands that compare with other programs.
//! A user's build runs none of them.

mod binary;
mod corpora;
mod eval;
mod measure;
mod msrv;
mod opencc;
mod packages;
mod tables;

use std::process::ExitCode;

use anyhow::Result;

use tables::TABLES;

/// A command: the words that call it, what it does, and the function that takes the words after
/// them.
pub struct Command {
    words: &'static [&'static str],
    meaning: &'static str,
    run: fn(&[&str]) -> Result<()>,
}

/// The commands that are neither a table nor a measurement.
#[rustfmt::skip]
const COMMANDS: &[Command] = &[
    Command { words: &["check-tables"], meaning: "regenerate every table and compare", run: |_| tables::check() },
    Command { words: &["model-perplexity"], meaning: "how well the model predicts held-back text", run: |_| tables::model::perplexity() },
    Command { words: &["msrv"], meaning: "no dependency asks for a newer Rust than Cargo.toml states", run: |_| msrv::check() },
];

fn commands() -> impl Iterator<Item = &'static Command> {
    eval::COMMANDS.iter().chain(COMMANDS)
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
    commands()
        .find_map(|command| Some((command, words.strip_prefix(command.words)?)))
        .map(|(command, rest)| (command.run)(rest))
}

fn usage() {
    eprintln!("usage: cargo xtask COMMAND\n\ntables (with --check: regenerate and compare):");
    for table in TABLES {
        eprintln!("  {:24} {}", table.name, table.meaning);
    }
    eprintln!("\nothers:");
    for command in commands() {
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
