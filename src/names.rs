//! `--names`: the names of files and folders, and those in .zip files.
//!
//! The names of one folder are judged together, when one of them is asked for first. With `-w` they
//! are changed after the texts, the deepest first, so that every path that was found holds until
//! its turn comes. A folder that the user named keeps its name, a link is renamed and what it leads
//! to is not, and nothing is ever replaced.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zhnorm::Normalizer;
use zhnorm::formats::Packing;
use zhnorm::names::{self, Verdict};
use zhnorm::report::Report;

use crate::arguments::NamesToo;
use crate::configuration::Scope;
use crate::escape;
use crate::fault::Fault;
use crate::input::Input;
use crate::mode::{Mode, Work};
use crate::record::{FileStatus, NewName, Record};
use crate::replace;
use crate::search::{Finding, Search};
use crate::settings::{ModeKind, Settings};
use crate::source::{self, Loaded};

/// The most bytes of an archive, which is worked on in memory.
const ARCHIVE: usize = 1 << 30;

/// What becomes of the names in a folder that do not stay as they are.
type Verdicts = HashMap<OsString, Verdict>;

/// The names of a run.
pub(crate) struct Names {
    which: NamesToo,
    folders: Mutex<HashMap<PathBuf, Arc<Verdicts>>>,
}

/// A name that is to be judged.
struct Found {
    /// How many folders are above it.
    depth: usize,
    path: PathBuf,
    /// The folder that the user named, and the path from there.
    root: PathBuf,
    below: PathBuf,
    verdict: Verdict,
}

impl Names {
    /// No name is judged yet.
    pub(crate) fn new(which: NamesToo) -> Self {
        Self {
            which,
            folders: Mutex::default(),
        }
    }

    /// Whether nothing but names is worked on.
    pub(crate) fn are_all(&self) -> bool {
        self.which == NamesToo::Only
    }

    /// The judged names of a folder.
    fn verdicts(&self, folder: &Path, scope: &Scope) -> Arc<Verdicts> {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verdicts) = folders.get(folder) {
            return Arc::clone(verdicts);
        }
        let verdicts = Arc::new(judged(folder, &scope.normalizer(Path::new(""))));
        folders.insert(folder.to_owned(), Arc::clone(&verdicts));
        verdicts
    }

    fn verdict(&self, path: &Path, scope: &Scope) -> Verdict {
        let folder = path.parent().unwrap_or(Path::new("."));
        let verdicts = self.verdicts(folder, scope);
        let verdict = path.file_name().and_then(|name| verdicts.get(name));
        verdict.cloned().unwrap_or(Verdict::Keep)
    }

    /// The path of an input below the folder that the user named, with new names.
    pub(crate) fn new_below(&self, input: &Input) -> PathBuf {
        if input.is_stdin() {
            return input.below.clone();
        }
        let depth = input.below.components().count();
        let mut path =
            (input.path.ancestors().nth(depth)).map_or_else(PathBuf::new, Path::to_owned);
        let mut new = PathBuf::new();
        for step in &input.below {
            path.push(step);
            match self.verdict(&path, &input.scope) {
                Verdict::Rename { name, .. } => new.push(name),
                _ => new.push(step),
            }
        }
        new
    }

    /// Whether an input is an archive of which the names are worked on.
    #[allow(clippy::unused_self)] // there are none without `--names`
    pub(crate) fn are_of_archive(&self, input: &Input) -> bool {
        let extension = input.path.extension();
        !input.is_stdin()
            && extension.is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
    }

    /// Works on the names in an archive.
    ///
    /// # Errors
    ///
    /// A fault, and the archive is as it was.
    #[allow(clippy::unused_self)] // there are none without `--names`
    pub(crate) fn in_archive(
        &self,
        input: &Input,
        mode: &dyn Mode,
        normalizer: &Normalizer,
        shown: &str,
    ) -> Result<Record, Fault> {
        let Loaded::Whole(bytes, metadata) = source::load(input, ARCHIVE)? else {
            return Err(Fault::new(
                "an archive too large to be held in memory; unpack it and name the folder",
            ));
        };
        let Some(archive) = names::in_archive(&bytes, normalizer) else {
            return Err(Fault::new(
                "no ZIP archive, a damaged one, or one of more than 4 GiB; it was left alone; unpack \
                 it and name the folder",
            ));
        };
        let mut report = Report::listing();
        for change in archive.changes {
            report.record(change);
        }
        let settled = mode.settle(Work {
            input,
            metadata: metadata.as_ref(),
            packing: Packing::Plain,
            raw: &bytes,
            old: &bytes,
            new: archive.contents,
            facts: None,
            is_lossy: false,
            normalizer,
        })?;
        let (faults, warnings): (Vec<_>, Vec<_>) =
            (archive.refusals.into_iter()).partition(|(_, refusal)| refusal.is_error());
        let message =
            |(name, refusal): (String, names::Refusal)| format!("`{name}` in it: {refusal}");
        Ok(Record {
            status: settled.status,
            report,
            faults: faults.into_iter().map(message).collect(),
            warnings: (warnings.into_iter().map(message))
                .chain(settled.warning)
                .collect(),
            text: settled.text,
            ..Record::failed(shown.to_owned(), String::new())
        })
    }

    /// Works on all names that the search finds, the deepest first.
    pub(crate) fn work<'n>(
        &'n self,
        settings: &'n Settings,
        search: Search<'_>,
        is_over: &'n dyn Fn() -> bool,
    ) -> impl Iterator<Item = Record> + 'n {
        // The texts may have been written meanwhile, but no name has changed.
        let mut found: BTreeMap<PathBuf, Found> = BTreeMap::new();
        for finding in search.take_while(|_| !is_over()) {
            let (path, below, scope) = match finding {
                Finding::Input(input) if !input.is_stdin() => {
                    (input.path, input.below, input.scope)
                }
                Finding::Name(path, below, scope) => (path, below, scope),
                // The run over the texts has told of it.
                Finding::Input(_) | Finding::Temporary(_) | Finding::Fault(..) => continue,
            };
            let verdict = self.verdict(&path, &scope);
            if verdict == Verdict::Keep {
                continue;
            }
            let depth = below.components().count();
            let root = match path.ancestors().nth(depth) {
                Some(root) if !root.as_os_str().is_empty() => root.to_owned(),
                _ => PathBuf::from("."),
            };
            found.insert(
                path.clone(),
                Found {
                    depth: path.components().count(),
                    path,
                    root,
                    below,
                    verdict,
                },
            );
        }
        let mut found: Vec<Found> = found.into_values().collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.depth));
        (found.into_iter())
            .take_while(|_| !is_over())
            .map(|found| record(found, settings))
    }
}

/// Does with a name what the mode does.
fn record(found: Found, settings: &Settings) -> Record {
    let shown = escape::path(&found.path);
    let mut record = Record {
        name_only: Some(NewName::default()),
        ..Record::failed(shown.clone(), String::new())
    };
    match found.verdict {
        Verdict::Rename { name, changes } => {
            let done = match settings.mode {
                ModeKind::Write => {
                    let new = OsStr::new(&name);
                    replace::rename(&found.root, &found.below, new, &settings.write)
                }
                _ => Ok(()),
            };
            if let Err(Fault(message)) = done {
                record.status = FileStatus::Failed(message);
                return record;
            }
            record.status = match settings.mode {
                ModeKind::Check | ModeKind::Diff => FileStatus::WouldChange,
                _ => FileStatus::Changed,
            };
            let new = escape::visible(&name);
            record.text = format!("{shown} -> {new}\n").into_bytes();
            record.report = Report::listing();
            for change in changes {
                record.report.record(change);
            }
            record.name_only = Some(NewName(Some(name)));
        }
        Verdict::Refuse(refusal) if refusal.is_error() => {
            record.status = FileStatus::Failed(refusal.to_string());
        }
        Verdict::Refuse(refusal) => {
            record.status = FileStatus::Unchanged;
            record.warnings.push(refusal.to_string());
        }
        _ => record.status = FileStatus::Unchanged,
    }
    record
}

/// Reads a folder and judges its names. One that cannot be read has none; the run over the texts
/// has told of it.
fn judged(folder: &Path, normalizer: &Normalizer) -> Verdicts {
    let Ok(entries) = fs::read_dir(folder) else {
        return Verdicts::new();
    };
    let mut names: Vec<OsString> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name()))
        .collect();
    names.sort();
    let bytes: Vec<&[u8]> = names.iter().map(|name| name.as_encoded_bytes()).collect();
    let verdicts = names::verdicts(&bytes, normalizer);
    (names.into_iter().zip(verdicts))
        .filter(|(_, verdict)| *verdict != Verdict::Keep)
        .collect()
}
