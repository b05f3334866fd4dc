//! What the program needs to know, built from what the user typed.

use std::ffi::OsString;
use std::io::{IsTerminal as _, stdin};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use crate::arguments::{Arguments, Form, When};
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
    /// What is found out about the text.
    Detect,
}

/// A list of paths in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The file; `-` is standard input.
    pub file: PathBuf,
    /// What stands between two paths.
    pub separator: u8,
}

/// How files are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Wait until the disk has it.
    pub durable: bool,
    /// Keep the modification time.
    pub keep_mtime: bool,
    /// What is put behind the name of the old file to keep it.
    pub backup: Option<OsString>,
    /// Write again what is up to date.
    pub force: bool,
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
// Switches of a command line, each asked in one place.
#[allow(clippy::struct_excessive_bools)]
pub struct Settings {
    /// What to do with the text.
    pub way: Way,
    /// What the user named, in order.
    pub paths: Vec<PathBuf>,
    /// A list of more.
    pub list: Option<List>,
    /// What standard input is called.
    pub stdin_name: Option<PathBuf>,
    /// How files are written.
    pub manner: Manner,
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
    /// The form of the report.
    pub form: Form,
    /// Keeps the lines that are left out.
    pub dropped: Option<PathBuf>,
    /// Totals by encoding, script and rule at the end.
    pub statistics: bool,
    /// Read everything twice, to strip lines that recur in other files.
    pub corpus_evidence: bool,
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
        let source = Source::of(&arguments);
        let way = match arguments.output_dir {
            Some(folder) => Way::Mirror(folder),
            None if arguments.write => Way::Write,
            None if arguments.check => Way::Check,
            None if arguments.diff => Way::Diff,
            None if arguments.detect => Way::Detect,
            None => Way::Print,
        };
        let list = arguments.files_from.map(|file| List {
            file,
            separator: if arguments.null { 0 } else { b'\n' },
        });
        let paths = if arguments.paths.is_empty() && list.is_none() {
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
        check(
            &way,
            &paths,
            list.as_ref(),
            arguments.stdin_filename.as_deref(),
        )?;
        if arguments.corpus_evidence {
            check_evidence(&paths, list.as_ref())?;
        }
        if arguments.backup.is_some() && way != Way::Write {
            return Err("--backup keeps the old file beside the new one; it goes with -w".into());
        }
        let jobs = match arguments.jobs {
            Some(jobs) => NonZero::new(usize::from(jobs)),
            None => std::thread::available_parallelism().ok(),
        };
        Ok(Self {
            way,
            paths,
            list,
            stdin_name: arguments.stdin_filename,
            manner: Manner {
                durable: arguments.durable,
                keep_mtime: arguments.keep_mtime,
                backup: arguments.backup,
                // What other files hold decides with, so that no output is surely up to date.
                force: arguments.force || arguments.corpus_evidence,
            },
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
            form: arguments.report,
            dropped: arguments.dropped,
            statistics: arguments.statistics,
            corpus_evidence: arguments.corpus_evidence,
            color: arguments.color,
            source,
            flags,
        })
    }
}

/// Refuses what cannot be read twice.
fn check_evidence(paths: &[PathBuf], list: Option<&List>) -> Result<(), String> {
    if paths.iter().any(|path| path == Path::new(STDIN)) {
        return Err(
            "--corpus-evidence compares the files of a folder, and standard input is one text; \
             leave it out, or name the folder"
                .into(),
        );
    }
    if list.is_some_and(|list| list.file == Path::new(STDIN)) {
        return Err(
            "--corpus-evidence reads the files twice, and a list from standard input can be read \
             once; write the list into a file and name that with --files-from"
                .into(),
        );
    }
    Ok(())
}

/// Refuses what a mode cannot do with what was named.
fn check(
    way: &Way,
    paths: &[PathBuf],
    list: Option<&List>,
    stdin_name: Option<&Path>,
) -> Result<(), String> {
    let modes = "choose --check, --diff, -w (change in place) or -o DIR";
    let reads_stdin = paths.iter().any(|path| path == Path::new(STDIN));
    if reads_stdin && list.is_some_and(|list| list.file == Path::new(STDIN)) {
        return Err("standard input cannot be both a text and the list of files".into());
    }
    match way {
        Way::Print if list.is_some() => Err(format!(
            "the files of a list cannot go to standard output; {modes}"
        )),
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
        Way::Mirror(_)
            if reads_stdin && stdin_name.is_none_or(|name| name.file_name().is_none()) =>
        {
            Err(
                "text from standard input has no name to be written under; give it one with \
             --stdin-filename, or leave -o out and the text goes to standard output"
                    .into(),
            )
        }
        _ => Ok(()),
    }
}
