//! `--generate`: completion scripts, the man page and the schema of `zhnorm.toml`, made from the definition of the flags.

use std::io::{self, Write as _};

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::{Arguments, Generate};
use crate::fault::{Fault, IoOperation};
use crate::schema;

/// Prints a completion script, the man page or the schema.
///
/// # Errors
///
/// A message when standard output does not take it. A closed pipe is not an error.
pub(crate) fn generate(what: Generate) -> Result<(), String> {
    let mut command = Arguments::command();
    let mut text = Vec::new();
    let shell = match what {
        Generate::CompleteBash => Shell::Bash,
        Generate::CompleteZsh => Shell::Zsh,
        Generate::CompleteFish => Shell::Fish,
        Generate::Schema => return print(schema::text().as_bytes()),
        Generate::Man => {
            let rendered = clap_mangen::Man::new(command).render(&mut text);
            rendered.map_err(|error| error.to_string())?;
            return print(&text);
        }
    };
    clap_complete::generate(shell, &mut command, "zhnorm", &mut text);
    print(&text)
}

/// Prints a whole text to standard output.
///
/// # Errors
///
/// A message when standard output does not take it. A closed pipe is not an error.
pub(crate) fn print(text: &[u8]) -> Result<(), String> {
    let mut stdout = io::stdout();
    printed(stdout.write_all(text).and_then(|()| stdout.flush()))
}

/// What became of something that was printed.
///
/// # Errors
///
/// As with [`print`].
pub(crate) fn printed(result: io::Result<()>) -> Result<(), String> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let Fault(message) = Fault::system(IoOperation::Print, &error);
            Err(format!("standard output: {message}"))
        }
        _ => Ok(()),
    }
}
