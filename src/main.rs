//! The `zhnorm` command: the library's pipeline over standard input, files and folders.
//!
//! The story, file by file. [`arguments`] is what the user typed; [`configuration`] merges it
//! with what a `zhnorm.toml` says; [`settings`] is what the program needs, built from both.
//! [`inputs`] finds the files one after another, [`run`] hands them to all cores, [`source`] loads
//! each, and it goes through [`document`] (bytes in, bytes out) and then to the [`mode`]: print,
//! check, diff, write or mirror. One that is too large for memory goes the same way in parts
//! ([`large`]). What happened to a file is a [`record`]; a [`report`] tells it, an
//! [`html_report`] shows the run on a page, and [`exit`] decides the code once, at
//! the end. [`replace`] is the only place that writes files.
//!
//! Two rules hold everywhere. A file that cannot be processed is named with a way out, and the
//! others are still processed. A file on disk is whole at every moment: the old one or the new
//! one.

mod arguments;
mod configuration;
mod document;
mod escape;
mod exit;
mod fault;
mod generate;
mod html_report;
mod inputs;
mod interrupt;
mod large;
mod mode;
mod record;
mod replace;
mod report;
mod run;
mod settings;
mod source;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::Arguments;
use exit::Exit;
use settings::Settings;

fn main() -> ExitCode {
    // A wrong flag ends here: clap prints the message and exits with 2.
    let arguments = Arguments::parse();
    if let Some(what) = arguments.generate {
        return match generate::generate(what) {
            Ok(()) => Exit::Done.into(),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Done.into(),
            Err(error) => {
                eprintln!("error: standard output: {error}");
                Exit::Error.into()
            }
        };
    }
    if arguments.list_rules {
        return match run::list_rules(&arguments) {
            Ok(()) => Exit::Done.into(),
            Err(message) => {
                eprintln!("error: {message}");
                Exit::Error.into()
            }
        };
    }
    let settings = match Settings::new(arguments) {
        Ok(settings) => settings,
        Err(message) => {
            eprintln!("error: {message}");
            return Exit::Error.into();
        }
    };
    run::run(&settings).into()
}
