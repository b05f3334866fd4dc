//! Development commands of zhnorm, run as `cargo xtask COMMAND`.
//!
//! Three kinds live here: commands that generate the committed tables from named sources,
//! commands that measure (`eval …`, which need the corpora folder `../shared` beside the
//! checkout and say so when it is missing), and commands that compare with other programs.
//! A user's build runs none of them.

mod corpora;
mod msrv;
mod opencc_data;
mod variety;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  msrv          no dependency asks for a newer Rust than Cargo.toml states
  variety       write the tables that tell a text's variety (variety check: compare only)
  eval variety  how often script and region are found right
  eval mapped   what a character-by-character mapping and its way back lose";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["msrv"] => msrv::check(),
        ["eval", "variety"] => variety::eval::variety(),
        ["eval", "mapped"] => variety::eval::mapped(),
        ["variety"] => variety::generate(false),
        ["variety", "check"] => variety::generate(true),
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
