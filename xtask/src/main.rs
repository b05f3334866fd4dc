//! Development commands of zhnorm, run as `cargo xtask COMMAND`.
//!
//! Three kinds live here: commands that generate the committed tables from named sources,
//! commands that measure (`eval …`, which need the corpora folder `../shared` beside the
//! checkout and say so when it is missing), and commands that compare with other programs.
//! A user's build runs none of them.

mod corpora;
mod eval_decode;
mod frequency;
mod msrv;
mod packages;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  eval decode   accuracy, reliability and speed of encoding detection, beside chardetng
                (a number: cases a cell; `verbose`: every wrong answer)
  frequency     generate src/language/frequency.bin (with `check`: compare it)
  msrv          no dependency asks for a newer Rust than Cargo.toml states";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["eval", "decode"] => eval_decode::run(400, false),
        ["eval", "decode", "verbose"] => eval_decode::run(400, true),
        ["eval", "decode", number] if number.parse::<usize>().is_ok() => {
            eval_decode::run(number.parse().unwrap_or(400), true)
        }
        ["frequency"] => frequency::generate(false),
        ["frequency", "check"] => frequency::generate(true),
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
