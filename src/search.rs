//! Finds the inputs, one after another, while the earlier ones are already worked on.
//!
//! A path that the user named is always processed, but for files with `--force-exclude`. Ignore rules, globs and the rule that hidden
//! files are left out apply to what a walk finds. A walk is sorted by name, so that two runs
//! report in the same order. Only the names of one folder at a time are kept in memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::overrides::Override;
use ignore::{DirEntry, Walk, WalkBuilder};

use crate::configuration::{Profiles, Scope};
use crate::excluded::Excluded;
use crate::fault::{Fault, IoOperation};
use crate::ignore_files::{globs, special, special_ignore_file};
use crate::input::Input;
use crate::own_files::{IGNORE_FILE, OwnFiles};
use crate::replace;
use crate::settings::{PathList, STDIN, Settings};

/// What the search finds.
#[derive(Debug)]
pub(crate) enum Finding {
    /// A file to work on.
    Input(Input),
    /// A temporary file that a killed run may have left.
    Temporary(PathBuf),
    /// A folder or a link below a named folder, where names are worked on.
    Name(PathBuf, PathBuf, Scope),
    /// A path that cannot be worked on.
    Fault(PathBuf, Fault),
}

/// Checks a folder before it is walked.
pub(crate) type AdmitFolder<'m> = &'m (dyn Fn(&Path) -> Result<(), Fault> + Sync);

/// The search, as an iterator.
pub(crate) struct Search<'m> {
    admit_folder: AdmitFolder<'m>,
    own_files: Arc<OwnFiles>,
    named: std::vec::IntoIter<PathBuf>,
    list: Option<Listed>,
    stdin_name: Option<PathBuf>,
    profiles: Profiles,
    follow: bool,
    /// Folders and links are found too.
    of_names: bool,
    /// What leaves out named files, if anything does.
    excluded: Option<Excluded>,
    /// How many hidden files and folders were left out.
    hidden: Arc<AtomicUsize>,
    walk: Option<Walking>,
}

/// A folder that is being walked.
struct Walking {
    root: PathBuf,
    walk: Walk,
    scope: Scope,
    follow: bool,
    of_names: bool,
    /// The globs of the configuration file. Those of the command line are in the walk.
    globs: Override,
    /// What the walk gave while another finding had to be reported first.
    ahead: Option<Result<DirEntry, ignore::Error>>,
    /// Folders that the walk does not enter, with the reason.
    closed: Arc<Mutex<Vec<(PathBuf, Fault)>>>,
    /// Linked folders whose files are left alone.
    refused: Vec<PathBuf>,
}

impl<'m> Search<'m> {
    /// Starts the search for what the settings name. `admit_folder` is asked before a folder is
    /// walked, and before a link to a folder is followed.
    pub(crate) fn new(
        settings: &Settings,
        profiles: Profiles,
        own_files: Arc<OwnFiles>,
        admit_folder: AdmitFolder<'m>,
    ) -> Self {
        Self {
            admit_folder,
            own_files,
            named: settings.paths.clone().into_iter(),
            list: settings.list.clone().map(Listed::Unopened),
            stdin_name: settings.stdin_name.clone(),
            profiles,
            follow: settings.follow,
            of_names: false,
            excluded: settings.force_exclude.then(Excluded::default),
            hidden: Arc::default(),
            walk: None,
        }
    }

    /// How many hidden files and folders are left out, counted while the search goes on.
    pub(crate) fn hidden(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.hidden)
    }

    /// Finds folders and links too, and follows no link.
    pub(crate) fn of_names(self) -> Self {
        Self {
            of_names: true,
            follow: false,
            ..self
        }
    }

    /// Looks at a path that the user named. A folder becomes the walk.
    fn named(&mut self, path: PathBuf) -> Option<Finding> {
        let is_stdin = path == Path::new(STDIN);
        if !is_stdin && let Err(error) = path.metadata() {
            let fault = Fault::reading(&path, &error);
            return Some(Finding::Fault(path, fault));
        }
        let alias = self.stdin_name.clone().filter(|_| is_stdin);
        let place = match &alias {
            Some(alias) => alias,
            None if is_stdin => Path::new("."),
            None => &path,
        };
        let scope = match self.profiles.scope(place) {
            Ok(scope) => scope,
            Err(message) => {
                let fault = Fault::new(format!("its configuration cannot be used: {message}"));
                return Some(Finding::Fault(path, fault));
            }
        };
        if !is_stdin && path.is_dir() {
            let admitted = (self.admit_folder)(&path);
            return match admitted.and_then(|()| self.walk(&path, scope)) {
                Ok(walking) => {
                    self.walk = Some(walking);
                    None
                }
                Err(fault) => Some(Finding::Fault(path, fault)),
            };
        }
        if !is_stdin && let Some(excluded) = &mut self.excluded {
            match excluded.leaves_out(&path, &scope) {
                Ok(false) => {}
                Ok(true) => return None,
                Err(fault) => return Some(Finding::Fault(path, fault)),
            }
        }
        Some(Finding::Input(Input {
            below: alias
                .as_ref()
                .unwrap_or(&path)
                .file_name()
                .map_or_else(|| path.clone(), PathBuf::from),
            path,
            alias,
            named: true,
            follows_links: true,
            scope,
        }))
    }

    fn walk(&self, root: &Path, scope: Scope) -> Result<Walking, Fault> {
        // The globs of the command line are relative to the working folder, those of the
        // configuration to its own folder. A file has to pass both.
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let flag_globs = globs(&here, &scope.profile.layers.flags().glob)?;
        let globs = globs(Path::new(""), &scope.profile.globs)?;
        let respects = scope.profile.layers.config().ignore.unwrap_or(true);
        let hidden = scope.profile.layers.config().hidden.unwrap_or(false);
        if respects {
            let absolute = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
            for folder in absolute.ancestors() {
                if let Some(fault) = special_ignore_file(folder) {
                    return Err(fault);
                }
            }
        }
        let closed = Arc::new(Mutex::new(Vec::new()));
        let closing = Arc::clone(&closed);
        let left_out = Arc::clone(&self.hidden);
        let mut builder = WalkBuilder::new(root);
        builder
            .standard_filters(respects)
            // An exported tree has its .gitignore without being a repository.
            .require_git(false)
            // Hidden files are left out below: temporary files must be seen to be cleaned.
            .hidden(false)
            .follow_links(self.follow)
            .overrides(flag_globs)
            // Within one folder this is the order of the names, without taking paths apart.
            .sort_by_file_path(|one, other| one.as_os_str().cmp(other.as_os_str()))
            .filter_entry(move |entry| {
                let is_wanted = entry.depth() == 0
                    || !is_hidden(entry)
                    || (hidden && !is_repository(entry))
                    || replace::is_temporary(entry.path());
                if !is_wanted && !hidden && !is_of_programs(entry) {
                    left_out.fetch_add(1, Ordering::Relaxed);
                }
                if is_wanted && respects && entry.file_type().is_some_and(|kind| kind.is_dir()) {
                    // The walk would open it, and wait for ever.
                    if let Some(fault) = special_ignore_file(entry.path()) {
                        let mut closing = closing.lock().unwrap_or_else(PoisonError::into_inner);
                        closing.push((entry.path().to_owned(), fault));
                        return false;
                    }
                }
                is_wanted
            });
        if respects {
            builder.add_custom_ignore_filename(IGNORE_FILE);
        }
        Ok(Walking {
            root: root.to_owned(),
            walk: builder.build(),
            scope,
            follow: self.follow,
            of_names: self.of_names,
            globs,
            ahead: None,
            closed,
            refused: Vec::new(),
        })
    }
}

impl Iterator for Search<'_> {
    type Item = Finding;

    fn next(&mut self) -> Option<Finding> {
        loop {
            if let Some(walking) = &mut self.walk {
                match walking.next(&self.own_files, self.admit_folder) {
                    Some(found) => return Some(found),
                    None => self.walk = None,
                }
            }
            let path = match self.named.next() {
                Some(path) => path,
                None => match self.list.as_mut()?.next()? {
                    Ok(path) => path,
                    Err((path, fault)) => {
                        self.list = None;
                        return Some(Finding::Fault(path, fault));
                    }
                },
            };
            if let Some(found) = self.named(path) {
                return Some(found);
            }
        }
    }
}

/// The paths of a list, which is read as it is needed.
enum Listed {
    /// Before the first path.
    Unopened(PathList),
    /// After it.
    Open(PathList, Box<dyn BufRead + Send>),
}

impl Listed {
    fn next(&mut self) -> Option<Result<PathBuf, (PathBuf, Fault)>> {
        if let Self::Unopened(list) = self {
            let mut list = list.clone();
            let mut reader: Box<dyn BufRead + Send> = if list.is_stdin() {
                Box::new(BufReader::new(io::stdin()))
            } else {
                match File::open(&list.file) {
                    Ok(file) => Box::new(BufReader::new(file)),
                    Err(error) => {
                        let fault = Fault::reading(&list.file, &error);
                        return Some(Err((list.file, fault)));
                    }
                }
            };
            // No path contains NUL, so a list that does is separated by it.
            if reader.fill_buf().is_ok_and(|start| start.contains(&0)) {
                list.separator = 0;
            }
            *self = Self::Open(list, reader);
        }
        let Self::Open(list, reader) = self else {
            return None;
        };
        loop {
            let mut line = Vec::new();
            match reader.read_until(list.separator, &mut line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => {
                    let fault = Fault::system(IoOperation::Read, &error);
                    return Some(Err((list.file.clone(), fault)));
                }
            }
            if line.last() == Some(&list.separator) {
                line.pop();
            }
            if line.is_empty() {
                continue;
            }
            let path = path_of(line);
            // In a list, `-` is a file.
            return Some(Ok(if path == Path::new(STDIN) {
                Path::new(".").join(path)
            } else {
                path
            }));
        }
    }
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes)
        .trim_end_matches('\r')
        .into()
}

impl Walking {
    fn next(&mut self, own_files: &OwnFiles, admit_folder: AdmitFolder<'_>) -> Option<Finding> {
        loop {
            let next = match self.ahead.take() {
                Some(ahead) => Some(ahead),
                None => self.walk.next(),
            };
            let closed = self.closed.lock().map(|mut closed| closed.pop());
            if let Ok(Some((path, fault))) = closed {
                self.ahead = next;
                return Some(Finding::Fault(path, fault));
            }
            let entry = match next? {
                Ok(entry) => entry,
                Err(error) => return Some(self.fault(&error)),
            };
            let kind = entry.file_type();
            if self
                .refused
                .iter()
                .any(|folder| entry.path().starts_with(folder))
            {
                continue;
            }
            if entry.path_is_symlink()
                && kind.is_some_and(|kind| kind.is_dir())
                && entry.depth() > 0
            {
                if let Err(fault) = admit_folder(entry.path()) {
                    self.refused.push(entry.path().to_owned());
                    return Some(Finding::Fault(entry.into_path(), fault));
                }
                continue;
            }
            if self.of_names
                && entry.depth() > 0
                && kind.is_some_and(|kind| kind.is_dir() || kind.is_symlink())
            {
                let path = entry.into_path();
                let below = path.strip_prefix(&self.root).unwrap_or(&path).to_owned();
                return Some(Finding::Name(path, below, self.scope.clone()));
            }
            // Links to files are followed only on request: their targets are found elsewhere, or
            // belong to something else.
            if kind.is_none_or(|kind| kind.is_dir() || kind.is_symlink()) {
                continue;
            }
            if own_files.is_passed_over(entry.path(), inode(&entry))
                || self
                    .scope
                    .profile
                    .own_files
                    .is_passed_over(entry.path(), inode(&entry))
            {
                continue;
            }
            if replace::is_temporary(entry.path()) {
                return Some(Finding::Temporary(entry.into_path()));
            }
            let path = entry.into_path();
            let below = path.strip_prefix(&self.root).unwrap_or(&path).to_owned();
            if !self.globs.is_empty() {
                let place = self.scope.folder.join(&below);
                if self.globs.matched(place, false).is_ignore() {
                    continue;
                }
            }
            if let Some(special) = kind.and_then(special) {
                let fault = Fault::new(format!(
                    "{special}, not a file: it was left alone; move it away, or leave it out \
                     with --glob or in {IGNORE_FILE}"
                ));
                return Some(Finding::Fault(path, fault));
            }
            return Some(Finding::Input(Input {
                path,
                alias: None,
                below,
                named: false,
                follows_links: self.follow,
                scope: self.scope.clone(),
            }));
        }
    }

    fn fault(&self, error: &ignore::Error) -> Finding {
        let (path, reason) = error_path(error, &self.root);
        let fault = match error.io_error() {
            Some(system) => Fault::system(IoOperation::Read, system),
            None => Fault::new(format!("{reason}; mend it or leave it out with --glob")),
        };
        Finding::Fault(path, fault)
    }
}

/// The path that an error of the walk is about.
fn error_path<'a>(error: &'a ignore::Error, root: &Path) -> (PathBuf, &'a ignore::Error) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), err),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            error_path(err, root)
        }
        ignore::Error::Loop { child, .. } => (child.clone(), error),
        _ => (root.to_owned(), error),
    }
}

/// The number of the file on its disk, which the walk knows.
#[cfg(unix)]
fn inode(entry: &DirEntry) -> Option<u64> {
    entry.ino()
}

#[cfg(not(unix))]
fn inode(_entry: &DirEntry) -> Option<u64> {
    None
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether a hidden entry is never an article: what tools keep beside the files.
fn is_of_programs(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    is_repository(entry)
        || [
            IGNORE_FILE,
            ".ignore",
            ".gitignore",
            ".gitattributes",
            ".gitmodules",
            ".DS_Store",
        ]
        .iter()
        .any(|known| name == *known)
}

/// The store of a version control system. Text in it is never an article, and changing it
/// destroys the history.
fn is_repository(entry: &DirEntry) -> bool {
    [".git", ".hg", ".svn", ".jj", ".bzr"]
        .iter()
        .any(|store| entry.file_name() == *store)
}
