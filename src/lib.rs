//! The `zhnorm` command: the pipeline of the library `zhnorm` over standard input, files and
//! folders.
//!
//! [`main`] takes the arguments of a command line and gives the exit code; [`run`] gives it as a
//! number, so that a package of another language can offer the same command. [`configure`] makes the
//! library's options of the keys of a `zhnorm.toml`, so that the options there are the same too.
//!
//! How the modules fit together: `arguments` is what the user typed, `configuration` merges it
//! with a `zhnorm.toml`, and `settings` is what a run needs, built from both. `search` finds the
//! inputs one after another and `run` hands them to all cores. `source` loads an input, `document`
//! turns its bytes into new bytes, and a `mode` prints, checks, compares, writes or mirrors them.
//! A file too large for memory takes the same steps in parts (`large`). What happened to a file
//! is a `record`. A `report` prints the records, `html_report` shows the run on a page, and
//! `exit` decides the exit code once, at the end. `names` are those of the files
//! themselves. `replace` is the only module that writes files.
//!
//! Two rules hold everywhere. A file that cannot be processed is named together with what to do
//! next, and the other files are still processed. A file on disk is complete at every moment:
//! either the old one or the new one.

#![warn(unreachable_pub)]

mod arguments;
mod colors;
mod configuration;
mod configured;
mod document;
mod dropped;
mod duplicates;
mod emit;
mod escape;
mod excluded;
mod exit;
mod fault;
mod files;
mod formats;
mod generate;
mod html_report;
mod ignore_files;
mod input;
mod interrupt;
mod known_formats;
mod large;
mod mode;
mod names;
mod observers;
mod own_files;
mod places;
mod record;
mod replace;
mod report;
mod rules;
mod run;
mod schema;
mod search;
mod settings;
mod source;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

pub use configured::{Configured, Overridden, configure};

use arguments::Arguments;
use exit::Exit;
use settings::Settings;

/// Runs the command.
///
/// `arguments` is the command line, the name of the program first. Reads standard input and
/// files, writes standard output, standard error and files as the arguments say, and gives the
/// exit code: 0 nothing to do or done, 1 something would change, 2 an error, 130 interrupted.
pub fn main(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    exit_of(arguments).into()
}

/// Does what [`main`] does and gives the exit code as a number, for a program in another language.
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    exit_of(arguments).code()
}

fn exit_of(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are "errors" too, which go to standard output and exit with 0.
            // A value may be the name of a file that a stranger chose.
            if error.use_stderr() {
                escape::print_usage_error(&error);
                return Exit::Error;
            }
            return match generate::printed(error.print()) {
                Ok(()) => Exit::Done,
                Err(message) => {
                    escape::print_error(&message);
                    Exit::Error
                }
            };
        }
    };
    match dispatch(arguments) {
        Ok(exit) => exit,
        Err(message) => {
            escape::print_error(&message);
            Exit::Error
        }
    }
}

/// Does the one thing that the arguments ask for.
fn dispatch(arguments: Arguments) -> Result<Exit, String> {
    if let Some(what) = arguments.generate {
        return generate::generate(what).map(|()| Exit::Done);
    }
    if arguments.list_rules {
        return rules::list(&arguments).map(|()| Exit::Done);
    }
    if arguments.list_formats {
        return formats::list().map(|()| Exit::Done);
    }
    run::run(&Settings::new(arguments)?)
}
