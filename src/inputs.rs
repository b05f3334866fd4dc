//! Finds the files, one after another, while the others are already being worked on.
//!
//! A path that the user named is always processed; ignore rules, globs and the rule that hidden
//! files are left out act on what a walk finds. A walk is sorted by name, so that two runs tell
//! the same story; nothing but one folder's names is ever held in memory.

use std::fs::{File, FileType};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, Walk, WalkBuilder};

use zhnorm::Normalizer;
use zhnorm::formats::{self, Format};

use crate::arguments::Format as Asked;
use crate::configuration::{Profiles, Scope};
use crate::fault::{Deed, Fault};
use crate::mode::Mode;
use crate::replace;
use crate::settings::{List, STDIN, Settings};

/// The ignore file of our own, beside `.gitignore` and `.ignore`.
const IGNORE_FILE: &str = ".zhnormignore";

/// Something to work on.
#[derive(Clone, Debug)]
pub struct Input {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// What standard input is called.
    pub alias: Option<PathBuf>,
    /// The path below the folder that the user named; of a named file its name.
    pub below: PathBuf,
    /// The user named it, rather than a walk found it.
    pub named: bool,
    /// What holds for it.
    pub scope: Scope,
}

impl Input {
    /// Whether this is standard input.
    pub fn is_stdin(&self) -> bool {
        self.named && self.path == Path::new(STDIN)
    }

    /// The path that is shown.
    pub fn shown(&self) -> &Path {
        self.alias.as_deref().unwrap_or(&self.path)
    }

    /// The format that the user names, or that the file's name says.
    pub fn format(&self) -> Format {
        match self.scope.profile.config.format {
            Some(Asked::Text) => Format::Text,
            Some(Asked::Html) => Format::Page,
            Some(Asked::Jsonl) => Format::JsonLines,
            Some(Asked::Auto) | None => Format::from_name(self.shown()),
        }
    }

    /// The same once its bytes are read.
    pub fn format_of_bytes(&self, bytes: &[u8]) -> Format {
        match self.scope.profile.config.format {
            Some(Asked::Auto) | None => self.format().with_contents(bytes),
            Some(_) => self.format(),
        }
    }

    /// How its text is found and the file written.
    pub fn format_options(&self) -> formats::Options {
        let config = &self.scope.profile.config;
        formats::Options::default()
            .with_text_fields(&config.field)
            .with_address_fields(&config.host_field)
            .with_output(self.scope.profile.output)
    }

    /// The normalizer that is meant for it.
    pub fn normalizer(&self) -> Arc<Normalizer> {
        self.scope.normalizer(&self.below)
    }
}

/// What the search comes across.
#[derive(Debug)]
pub enum Found {
    /// A file to work on.
    Input(Input),
    /// A temporary file that a killed run may have left behind.
    Temporary(PathBuf),
    /// A path that cannot be worked on.
    Fault(PathBuf, Fault),
}

/// The search, as an iterator.
pub struct Inputs<'m> {
    mode: &'m dyn Mode,
    named: std::vec::IntoIter<PathBuf>,
    list: Option<Listed>,
    stdin_name: Option<PathBuf>,
    profiles: Profiles,
    follow: bool,
    walk: Option<Walking>,
}

/// A folder that is being walked.
struct Walking {
    root: PathBuf,
    walk: Walk,
    scope: Scope,
    /// The globs of the configuration file; those of the command line are in the walk.
    globs: Override,
}

impl<'m> Inputs<'m> {
    /// Starts the search for what the settings name; the mode is asked about folders.
    pub fn new(settings: &Settings, profiles: Profiles, mode: &'m dyn Mode) -> Self {
        Self {
            mode,
            named: settings.paths.clone().into_iter(),
            list: settings.list.clone().map(Listed::Unopened),
            stdin_name: settings.stdin_name.clone(),
            profiles,
            follow: settings.follow,
            walk: None,
        }
    }

    /// Looks at a path that the user named; of a folder, the walk has what is in it.
    fn named(&mut self, path: PathBuf) -> Option<Found> {
        let stdin = path == Path::new(STDIN);
        let looked = if stdin {
            Ok(None)
        } else {
            path.metadata().map(Some)
        };
        if let Err(error) = looked {
            let fault = Fault::reading(&path, &error);
            return Some(Found::Fault(path, fault));
        }
        let alias = self.stdin_name.clone().filter(|_| stdin);
        let place = match &alias {
            Some(alias) => alias,
            None if stdin => Path::new("."),
            None => &path,
        };
        let scope = match self.profiles.scope(place) {
            Ok(scope) => scope,
            Err(message) => {
                let fault = Fault::new(format!("its configuration cannot be used: {message}"));
                return Some(Found::Fault(path, fault));
            }
        };
        if !stdin && path.is_dir() {
            let admitted = self.mode.admit_folder(&path);
            return match admitted.and_then(|()| self.walk(&path, scope)) {
                Ok(walking) => {
                    self.walk = Some(walking);
                    None
                }
                Err(fault) => Some(Found::Fault(path, fault)),
            };
        }
        Some(Found::Input(Input {
            below: alias
                .as_ref()
                .unwrap_or(&path)
                .file_name()
                .map_or_else(|| path.clone(), PathBuf::from),
            path,
            alias,
            named: true,
            scope,
        }))
    }

    fn walk(&self, root: &Path, scope: Scope) -> Result<Walking, Fault> {
        // Those of the command line are relative to the working folder, those of the file to its
        // own: both must let a file pass.
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let of_flags = globs(&here, &scope.profile.flags.glob)?;
        let globs = globs(Path::new(""), &scope.profile.globs)?;
        let respects = scope.profile.config.ignore.unwrap_or(true);
        let hidden = scope.profile.config.hidden.unwrap_or(false);
        let mut builder = WalkBuilder::new(root);
        builder
            .standard_filters(respects)
            // An exported tree has its .gitignore without being a repository.
            .require_git(false)
            // Hidden files are left out below: temporary files must be seen to be cleaned.
            .hidden(false)
            .follow_links(self.follow)
            .overrides(of_flags)
            // In one folder that is the order of the names, which need not be cut out for it.
            .sort_by_file_path(|one, other| one.as_os_str().cmp(other.as_os_str()))
            .filter_entry(move |entry| {
                entry.depth() == 0
                    || !is_hidden(entry)
                    || (hidden && !is_repository(entry))
                    || replace::is_temporary(entry.path())
            });
        if respects {
            builder.add_custom_ignore_filename(IGNORE_FILE);
        }
        Ok(Walking {
            root: root.to_owned(),
            walk: builder.build(),
            scope,
            globs,
        })
    }
}

impl Iterator for Inputs<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(walking) = &mut self.walk {
                match walking.next() {
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
                        return Some(Found::Fault(path, fault));
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
    /// Nobody asked yet.
    Unopened(List),
    /// Somewhere in it.
    Open(List, Box<dyn BufRead + Send>),
}

impl Listed {
    fn next(&mut self) -> Option<Result<PathBuf, (PathBuf, Fault)>> {
        if let Self::Unopened(list) = self {
            let list = list.clone();
            let reader: Box<dyn BufRead + Send> = if list.file == Path::new(STDIN) {
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
                    let fault = Fault::system(Deed::Read, &error);
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
    fn next(&mut self) -> Option<Found> {
        loop {
            let entry = match self.walk.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(self.fault(&error)),
            };
            let kind = entry.file_type();
            // Links to files are followed only on request: what they lead to is found elsewhere,
            // or is somebody else's.
            if kind.is_none_or(|kind| kind.is_dir() || kind.is_symlink()) {
                continue;
            }
            if replace::is_temporary(entry.path()) {
                return Some(Found::Temporary(entry.into_path()));
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
                return Some(Found::Fault(path, fault));
            }
            return Some(Found::Input(Input {
                path,
                alias: None,
                below,
                named: false,
                scope: self.scope.clone(),
            }));
        }
    }

    fn fault(&self, error: &ignore::Error) -> Found {
        let (path, reason) = place(error, &self.root);
        let fault = match error.io_error() {
            Some(system) => Fault::system(Deed::Read, system),
            None => Fault::new(format!("{reason}; mend it or leave it out with --glob")),
        };
        Found::Fault(path, fault)
    }
}

/// The path that an error of the walk is about.
fn place<'a>(error: &'a ignore::Error, root: &Path) -> (PathBuf, &'a ignore::Error) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), err),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place(err, root)
        }
        ignore::Error::Loop { child, .. } => (child.clone(), error),
        _ => (root.to_owned(), error),
    }
}

fn globs(folder: &Path, patterns: &[String]) -> Result<Override, Fault> {
    let mut builder = OverrideBuilder::new(folder);
    for pattern in patterns {
        builder
            .add(pattern)
            .map_err(|error| Fault::new(format!("{error}; mend the glob")))?;
    }
    builder
        .build()
        .map_err(|error| Fault::new(format!("{error}; mend the glob")))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// The store of a version control system: text in it is never an article, and changing it
/// destroys the history.
fn is_repository(entry: &DirEntry) -> bool {
    [".git", ".hg", ".svn", ".jj", ".bzr"]
        .iter()
        .any(|store| entry.file_name() == *store)
}

/// What a thing is that has a name in a folder and is not a file.
#[cfg(unix)]
pub fn special(kind: FileType) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt as _;
    if kind.is_fifo() {
        Some("a FIFO")
    } else if kind.is_socket() {
        Some("a socket")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("a device")
    } else {
        None
    }
}

/// What a thing is that has a name in a folder and is not a file.
#[cfg(not(unix))]
pub fn special(_kind: FileType) -> Option<&'static str> {
    None
}
