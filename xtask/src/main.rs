//! Development commands of zhnorm, run as `cargo xtask COMMAND`.
//!
//! Three kinds live here: commands that generate the committed tables from named sources,
//! commands that measure (`eval …`, which need the corpora folder `../shared` beside the
//! checkout and say so when it is missing), and commands that compare with other programs.
//! A user's build runs none of them.

mod corpora;
mod eval_repair;
mod folding;
mod model;
mod msrv;
mod readings;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  eval repair          what the repair stage restores and what it leaves alone
  folding [--check]    the table that folds traditional to simplified characters
  model                train the character model on ../shared/corpora
  model --perplexity   how well the embedded model predicts held-back text
  msrv                 no dependency asks for a newer Rust than Cargo.toml states
  readings [--check]   the first pinyin reading of each ideograph";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["eval", "repair"] => eval_repair::run(),
        ["folding"] => folding::run(false),
        ["folding", "--check"] => folding::run(true),
        ["model"] => model::run(),
        ["model", "--perplexity"] => model::perplexity(),
        ["readings"] => readings::run(false),
        ["readings", "--check"] => readings::run(true),
        ["msrv"] => msrv::check(),
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
