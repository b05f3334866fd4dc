//! Which mode a run has, and everything that depends on it outside the mode's own type.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{PathList, STDIN, is_folder};
use crate::arguments::NamesToo;
use crate::escape;

/// What to do with the text. Each kind has a type of its own in [`crate::mode`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ModeKind {
    /// Print the text to standard output: one input only.
    Print,
    /// Print the names of the files that would change.
    Check,
    /// Print what would change.
    Diff,
    /// Change the files in place.
    Write,
    /// Write the texts below this folder.
    Mirror {
        /// The folder.
        folder: PathBuf,
        /// The name of the only output in it, when the user named a file and not a folder.
        file_name: Option<OsString>,
    },
    /// Print what is known about each text.
    Detect,
    /// Print a record for each text.
    Records,
}

impl ModeKind {
    /// The mode for `-o`. The path is a folder; or, for one input that is not a folder, a file
    /// when it exists as a file, or does not exist and has an extension.
    pub(super) fn mirror(output: PathBuf, inputs: &[PathBuf], has_list: bool) -> Self {
        let one = !has_list && inputs.len() == 1 && !is_folder(&inputs[0]);
        let ends_in_separator = output
            .as_os_str()
            .as_encoded_bytes()
            .last()
            .is_some_and(|byte| std::path::is_separator(char::from(*byte)));
        let is_file = match output.metadata() {
            Ok(metadata) => metadata.is_file(),
            Err(_) => output.extension().is_some() && !ends_in_separator,
        };
        match output.file_name() {
            Some(name) if one && is_file => {
                let parent = output
                    .parent()
                    .filter(|parent| !parent.as_os_str().is_empty());
                Self::Mirror {
                    folder: parent.unwrap_or(Path::new(".")).to_owned(),
                    file_name: Some(name.to_owned()),
                }
            }
            _ => Self::Mirror {
                folder: output,
                file_name: None,
            },
        }
    }

    /// Whether standard output holds the text or a patch, so that reports go to standard error.
    pub(crate) fn owns_stdout(&self) -> bool {
        matches!(self, Self::Print | Self::Diff | Self::Records)
    }

    /// Whether the run is a pipeline: one text in, one text out, and no files written.
    pub(crate) fn is_pipeline(&self) -> bool {
        *self == Self::Print
    }

    /// Whether the mode prints a line or more for the files that it processes.
    pub(crate) fn lists_files(&self) -> bool {
        matches!(self, Self::Check | Self::Diff | Self::Detect)
    }

    /// Whether only what is known about a text is reported, and no changes.
    pub(crate) fn detects_only(&self) -> bool {
        *self == Self::Detect
    }

    /// Whether a summary is printed even without `-v`.
    pub(crate) fn has_summary(&self) -> bool {
        !matches!(self, Self::Print | Self::Detect)
    }

    /// The folders below which the mode writes, given the paths that the user named.
    pub(crate) fn written_folders<'p>(&'p self, paths: &'p [PathBuf]) -> &'p [PathBuf] {
        match self {
            Self::Mirror {
                folder,
                file_name: None,
            } => std::slice::from_ref(folder),
            Self::Write => paths,
            _ => &[],
        }
    }

    /// A sentence about what happened to the texts, for the page of the run.
    pub(crate) fn outcome(&self) -> String {
        match self {
            Self::Records => "The records went to standard output; no file was written.".into(),
            Self::Print => "The text went to standard output; no file was written.".into(),
            Self::Check | Self::Diff | Self::Detect => "Nothing was written.".into(),
            Self::Write => "The changed files were written in place.".into(),
            Self::Mirror { folder, file_name } => match file_name {
                None => format!("All texts were written below {}.", escape::path(folder)),
                Some(name) => {
                    format!(
                        "The text was written to {}.",
                        escape::path(&folder.join(name))
                    )
                }
            },
        }
    }

    /// Whether `--backup` makes sense.
    pub(crate) fn can_back_up(&self) -> bool {
        *self == Self::Write
    }

    /// What the summary says of files whose text differs.
    pub(crate) fn verb(&self) -> &'static str {
        match self {
            Self::Check | Self::Diff => "would change",
            _ => "changed",
        }
    }

    /// Refuses `--names` where no file is listed or written.
    ///
    /// # Errors
    ///
    /// A message that says what to do instead.
    pub(super) fn check_names(&self, names: NamesToo) -> Result<(), String> {
        match (self, names) {
            (Self::Print | Self::Detect, _) => Err(
                "--names goes with --check or --diff (look first), -w (rename) or -o DIR (write \
                 under the new names)"
                    .into(),
            ),
            (Self::Mirror { .. }, NamesToo::Only) => Err(
                "--names=only copies no files; rename them with -w, or write the texts under their \
                 new names with --names -o DIR"
                    .into(),
            ),
            _ => Ok(()),
        }
    }

    /// Refuses inputs that the mode cannot work on.
    ///
    /// # Errors
    ///
    /// A message that says what to do instead.
    pub(super) fn check_inputs(
        &self,
        paths: &[PathBuf],
        list: Option<&PathList>,
        stdin_name: Option<&Path>,
    ) -> Result<(), String> {
        let modes = "choose --check, --diff, -w (change in place) or -o DIR";
        let reads_stdin = paths.iter().any(|path| path == Path::new(STDIN));
        let has_no_name = || stdin_name.is_none_or(|name| name.file_name().is_none());
        match self {
            Self::Print if list.is_some() => Err(format!(
                "the files of a list cannot go to standard output; {modes}"
            )),
            Self::Print if paths.len() > 1 => Err(format!(
                "several paths cannot go to standard output; {modes}"
            )),
            Self::Print if is_folder(&paths[0]) => {
                Err(format!("a folder cannot go to standard output; {modes}"))
            }
            Self::Write if reads_stdin => Err(
                "standard input cannot be changed in place; leave -w out and the text goes to \
                 standard output"
                    .into(),
            ),
            Self::Mirror {
                file_name: None, ..
            } if reads_stdin && has_no_name() => Err(
                "text from standard input has no name to be written under; give it one with \
                 --stdin-filename, or leave -o out and the text goes to standard output"
                    .into(),
            ),
            _ => Ok(()),
        }
    }
}
