//! What the program needs to know, built from what the user typed.

use std::io::{IsTerminal as _, stdin};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use crate::arguments::{Arguments, When};
use crate::configuration::{Config, Source};

/// The name that stands for standard input.
pub const STDIN: &str = "-";

/// What to do with the text. Each has a type of its own in [`crate::mode`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// To standard output: one input only.
    Print,
    /// Names of what would change.
    Check,
    /// What would change.
    Diff,
    /// In place.
    Write,
    /// Below this folder.
    Mirror(PathBuf),
}

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volume {
    /// Nothing at all.
    Silent,
    /// Errors.
    Errors,
    /// And warnings and the summary.
    Normal,
    /// And a line for each file.
    Verbose,
}

/// Everything that a run needs.
#[derive(Debug)]
pub struct Settings {
    /// What to do with the text.
    pub way: Way,
    /// What the user named, in order.
    pub paths: Vec<PathBuf>,
    /// Follow symbolic links in a walk.
    pub follow: bool,
    /// How many files at a time.
    pub jobs: NonZero<usize>,
    /// How much is said.
    pub volume: Volume,
    /// List each change.
    pub explain: bool,
    /// Where to write the page that shows the run.
    pub report_html: Option<PathBuf>,
    /// When to colour.
    pub color: When,
    /// Where the configuration file comes from.
    pub source: Source,
    /// What the flags say about the text.
    pub flags: Config,
}

impl Settings {
    /// Makes sense of the arguments.
    ///
    /// # Errors
    ///
    /// A message, when they make none together.
    pub fn new(arguments: Arguments) -> Result<Self, String> {
        let flags = Config::from_flags(&arguments);
        let way = match arguments.output_dir {
            Some(folder) => Way::Mirror(folder),
            None if arguments.write => Way::Write,
            None if arguments.check => Way::Check,
            None if arguments.diff => Way::Diff,
            None => Way::Print,
        };
        let paths = if arguments.paths.is_empty() {
            if stdin().is_terminal() {
                return Err(
                    "name a file or a folder, or send text through a pipe; `-` reads \
                            from the terminal; --help shows everything"
                        .into(),
                );
            }
            vec![PathBuf::from(STDIN)]
        } else {
            arguments.paths
        };
        check(&way, &paths)?;
        let jobs = match arguments.jobs {
            Some(jobs) => NonZero::new(usize::from(jobs)),
            None => std::thread::available_parallelism().ok(),
        };
        Ok(Self {
            way,
            paths,
            follow: arguments.follow,
            jobs: jobs.unwrap_or(NonZero::<usize>::MIN),
            volume: match (arguments.quiet, arguments.verbose) {
                (0, 0) => Volume::Normal,
                (0, _) => Volume::Verbose,
                (1, _) => Volume::Errors,
                _ => Volume::Silent,
            },
            explain: arguments.explain,
            report_html: arguments.report_html,
            color: arguments.color,
            source: if arguments.isolated {
                Source::Isolated
            } else {
                arguments.config.map_or(Source::Discovered, Source::File)
            },
            flags,
        })
    }
}

/// Refuses what a mode cannot do with what was named.
fn check(way: &Way, paths: &[PathBuf]) -> Result<(), String> {
    let modes = "choose --check, --diff, -w (change in place) or -o DIR";
    let reads_stdin = paths.iter().any(|path| path == Path::new(STDIN));
    match way {
        Way::Print if paths.len() > 1 => Err(format!(
            "several paths cannot go to standard output; {modes}"
        )),
        Way::Print if paths[0].is_dir() => {
            Err(format!("a folder cannot go to standard output; {modes}"))
        }
        Way::Write if reads_stdin => Err(
            "standard input cannot be changed in place; leave -w out and the text goes to \
             standard output"
                .into(),
        ),
        Way::Mirror(_) if reads_stdin => Err(
            "text from standard input has no name to be written under; leave -o out and the text \
             goes to standard output"
                .into(),
        ),
        _ => Ok(()),
    }
}
