//! What a run needs to know, built from what the user typed.

mod mode_kind;

use std::ffi::OsString;
use std::io::{IsTerminal as _, stdin};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use crate::arguments::{Arguments, Copies, Emit, Explain, NamesToo, ReportFormat, When};
use crate::configuration::{Config, ConfigSource};

pub(crate) use mode_kind::ModeKind;

/// The path that means standard input.
pub(crate) const STDIN: &str = "-";

/// Whether a path that the user named is a folder. A folder of the name `-` is `./-`.
pub(crate) fn is_folder(path: &Path) -> bool {
    path != Path::new(STDIN) && path.is_dir()
}

/// A file that lists paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathList {
    /// The file; `-` is standard input.
    pub(crate) file: PathBuf,
    /// The byte between two paths.
    pub(crate) separator: u8,
}

/// How files are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct WriteOptions {
    /// Wait until the disk has the file.
    pub(crate) durable: bool,
    /// Keep the modification time.
    pub(crate) keep_mtime: bool,
    /// Keep the old file under its name with this suffix.
    pub(crate) backup: Option<OsString>,
    /// Write outputs again that are up to date.
    pub(crate) force: bool,
    /// Change files in place even if bytes are lost.
    pub(crate) lossy: bool,
}

/// How much is printed on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Nothing.
    Silent,
    /// Errors.
    Errors,
    /// Also warnings and the summary.
    Normal,
    /// Also a line for each file.
    Verbose,
}

/// Everything that a run needs.
#[derive(Debug)]
// Switches of a command line, each used in one place.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Settings {
    /// What to do with the text.
    pub(crate) mode: ModeKind,
    /// What the user named, in order.
    pub(crate) paths: Vec<PathBuf>,
    /// A list of more paths.
    pub(crate) list: Option<PathList>,
    /// The name of standard input.
    pub(crate) stdin_name: Option<PathBuf>,
    /// How files are written.
    pub(crate) write: WriteOptions,
    /// Leave out named files too that a walk would leave out.
    pub(crate) force_exclude: bool,
    /// Follow symbolic links in a walk.
    pub(crate) follow: bool,
    /// How many files are worked on at a time.
    pub(crate) jobs: NonZero<usize>,
    /// How much is printed.
    pub(crate) verbosity: Verbosity,
    /// Which changes are listed.
    pub(crate) explain: Option<Explain>,
    /// The file for the page that shows the run.
    pub(crate) report_html: Option<PathBuf>,
    /// The format of the report.
    pub(crate) report_format: ReportFormat,
    /// The file that keeps the dropped lines.
    pub(crate) dropped: Option<PathBuf>,
    /// Print totals by encoding, script and rule at the end.
    pub(crate) statistics: bool,
    /// Read everything twice, to strip lines that recur in other files.
    pub(crate) corpus_evidence: bool,
    /// Work on names of files, too or only.
    pub(crate) names: Option<NamesToo>,
    /// What is done with copies of earlier texts.
    pub(crate) duplicates: Option<Copies>,
    /// When to colour.
    pub(crate) color: When,
    /// Which configuration file is used.
    pub(crate) config_source: ConfigSource,
    /// What the flags say about the text.
    pub(crate) flags: Config,
}

impl Settings {
    /// Checks the arguments and fills in what they leave open.
    ///
    /// # Errors
    ///
    /// A message when the arguments contradict each other.
    pub(crate) fn new(arguments: Arguments) -> Result<Self, String> {
        answer_other_habits(&arguments)?;
        let flags = Config::from_flags(&arguments);
        let config_source = ConfigSource::from_arguments(&arguments);
        let list = arguments.files_from.map(|file| PathList {
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
        let emit = arguments.emit.unwrap_or_default();
        let keeps_files = arguments.write || arguments.check || arguments.diff || arguments.detect;
        // `-o -` is standard output, as it is without -o.
        let output_dir = arguments.output_dir.filter(|dir| dir != Path::new(STDIN));
        let one = list.is_none() && paths.len() == 1 && !is_folder(&paths[0]);
        check_emit(emit, keeps_files, output_dir.as_deref(), one)?;
        let mode = match output_dir {
            Some(output) => ModeKind::mirror(output, &paths, list.is_some()),
            None if arguments.write => ModeKind::Write,
            None if arguments.check => ModeKind::Check,
            None if arguments.diff => ModeKind::Diff,
            None if arguments.detect => ModeKind::Detect,
            None if emit == Emit::Jsonl && !one => ModeKind::Records,
            None => ModeKind::Print,
        };
        let reads_stdin = paths.iter().any(|path| path == Path::new(STDIN));
        if reads_stdin && list.as_ref().is_some_and(PathList::is_stdin) {
            return Err("standard input cannot be both a text and the list of files".into());
        }
        mode.check_inputs(&paths, list.as_ref(), arguments.stdin_filename.as_deref())?;
        check_copies(arguments.duplicates, &mode)?;
        if arguments.corpus_evidence {
            check_evidence(&paths, list.as_ref())?;
        }
        if arguments.backup.is_some() && !mode.can_back_up() {
            return Err("--backup keeps the old file beside the new one; it goes with -w".into());
        }
        if let Some(names) = arguments.names {
            mode.check_names(names)?;
        }
        let jobs = match arguments.jobs {
            Some(jobs) => NonZero::new(usize::from(jobs)),
            None => std::thread::available_parallelism().ok(),
        };
        Ok(Self {
            mode,
            paths,
            list,
            stdin_name: arguments.stdin_filename,
            write: WriteOptions {
                durable: arguments.durable,
                keep_mtime: arguments.keep_mtime,
                backup: arguments.backup,
                // With evidence the result depends on other files too, so no output is surely up to
                // date; and what was done to a file can only be listed while it is done.
                // What an earlier run did is not compared.
                force: arguments.force
                    || arguments.corpus_evidence
                    || arguments.duplicates.is_some()
                    || arguments.explain.is_some(),
                lossy: arguments.lossy,
            },
            force_exclude: arguments.force_exclude,
            follow: arguments.follow,
            jobs: jobs.unwrap_or(NonZero::<usize>::MIN),
            verbosity: match (arguments.quiet, arguments.verbose) {
                (0, 0) => Verbosity::Normal,
                (0, _) => Verbosity::Verbose,
                (1, _) => Verbosity::Errors,
                _ => Verbosity::Silent,
            },
            explain: arguments.explain,
            report_html: arguments.report_html,
            report_format: arguments.report,
            dropped: arguments.dropped,
            statistics: arguments.statistics,
            corpus_evidence: arguments.corpus_evidence,
            names: arguments.names,
            duplicates: arguments.duplicates,
            color: arguments.color,
            config_source,
            flags,
        })
    }
}

/// Answers flags of other programs that people try.
fn answer_other_habits(arguments: &Arguments) -> Result<(), String> {
    if arguments.in_place {
        return Err("to change the files in place use -w (--write)".into());
    }
    if arguments.recursive {
        return Err("folders are always searched with all that is below them; leave -r out".into());
    }
    if let Some(tag) = &arguments.target {
        return Err(format!(
            "to choose what is written use --to, as in --to {tag}"
        ));
    }
    Ok(())
}

/// Refuses to write another form of a document where none is written, or all into one file.
fn check_emit(
    emit: Emit,
    keeps_files: bool,
    output: Option<&Path>,
    is_one: bool,
) -> Result<(), String> {
    if emit != Emit::Text && keeps_files {
        return Err(format!(
            "--emit {} makes another document of each file, which is not compared with it and \
             does not take its place; write with -o DIR, or leave the other option out",
            emit.name()
        ));
    }
    let is_file = |output: &&Path| {
        !output.is_dir()
            && output
                .extension()
                .is_some_and(|extension| extension == "jsonl")
    };
    match output.filter(is_file) {
        Some(output) if emit == Emit::Jsonl && !is_one => Err(format!(
            "-o takes a folder here, and writes a file of one record for each input; for all \
             records in one file send them there: zhnorm --emit jsonl ... > {}",
            crate::escape::path(output)
        )),
        _ => Ok(()),
    }
}

/// Refuses to leave out copies where all files stay.
fn check_copies(copies: Option<Copies>, mode: &ModeKind) -> Result<(), String> {
    let leaves_out = matches!(mode, ModeKind::Mirror { .. } | ModeKind::Records);
    if copies == Some(Copies::Skip) && !leaves_out {
        return Err(
            "--duplicates skip leaves copies out of what is written with -o or as records, and \
             never deletes a file; use --duplicates report here"
                .into(),
        );
    }
    Ok(())
}

/// Refuses inputs that cannot be read twice.
fn check_evidence(paths: &[PathBuf], list: Option<&PathList>) -> Result<(), String> {
    if paths.iter().any(|path| path == Path::new(STDIN)) {
        return Err(
            "--corpus-evidence compares the files of a folder, and standard input is one text; \
             leave it out, or name the folder"
                .into(),
        );
    }
    if list.is_some_and(PathList::is_stdin) {
        return Err(
            "--corpus-evidence reads the files twice, and a list from standard input can be read \
             once; write the list into a file and name that with --files-from"
                .into(),
        );
    }
    Ok(())
}

impl PathList {
    /// Whether the list comes from standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        self.file == Path::new(STDIN)
    }
}
