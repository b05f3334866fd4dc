//! `--generate`: completion scripts and the man page, made from the definition of the flags.

use std::io::{self, Write as _};

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::{Arguments, Generate};

/// Prints what was asked for.
///
/// # Errors
///
/// What standard output says.
pub fn generate(what: Generate) -> io::Result<()> {
    let mut command = Arguments::command();
    let mut text = Vec::new();
    let shell = match what {
        Generate::CompleteBash => Shell::Bash,
        Generate::CompleteZsh => Shell::Zsh,
        Generate::CompleteFish => Shell::Fish,
        Generate::Man => {
            clap_mangen::Man::new(command).render(&mut text)?;
            return io::stdout().write_all(&text);
        }
    };
    clap_complete::generate(shell, &mut command, "zhnorm", &mut text);
    io::stdout().write_all(&text)
}
