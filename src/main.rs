//! The `zhnorm` program. All of it is in the library of this package, so that another front end,
//! such as a Python wheel, can run the same command.

use std::process::ExitCode;

fn main() -> ExitCode {
    zhnorm_cli::main(std::env::args_os())
}
