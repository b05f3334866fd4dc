//! The files that belong to a run itself: its configuration, dictionaries, reports and backups.
//!
//! They are never articles. A walk passes them over, and no output replaces one of them.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::path::Path;

use crate::files;

/// The configuration file, which is looked for upwards from a folder.
pub(crate) const CONFIG_NAME: &str = "zhnorm.toml";

/// The suffix of backups unless the user names another.
const BACKUP_SUFFIX: &str = ".orig";

/// The ignore file of this program, beside `.gitignore` and `.ignore`.
pub(crate) const IGNORE_FILE: &str = ".zhnormignore";

/// The files of a run.
#[derive(Debug, Default)]
pub(crate) struct OwnFiles {
    files: HashSet<(u64, u64)>,
    /// The second part of each, which a walk knows without asking the system.
    inodes: HashSet<u64>,
    backup_suffixes: Vec<OsString>,
}

impl OwnFiles {
    /// Nothing yet but the backups of this run and of others.
    pub(crate) fn new(backup: Option<&OsString>) -> Self {
        let mut own = Self::default();
        own.backup_suffixes.push(BACKUP_SUFFIX.into());
        own.backup_suffixes.extend(backup.cloned());
        own.backup_suffixes.retain(|suffix| !suffix.is_empty());
        // The report of a run may be redirected into the folder that it works on.
        for stream in standard_streams() {
            let metadata = stream.metadata().ok().filter(std::fs::Metadata::is_file);
            own.insert(metadata.and_then(|metadata| files::identity_of(&metadata)));
        }
        own
    }

    /// Adds a file, if it exists.
    pub(crate) fn add(&mut self, path: &Path) {
        self.insert(files::identity(path));
    }

    fn insert(&mut self, identity: Option<(u64, u64)>) {
        if let Some((device, inode)) = identity {
            self.files.insert((device, inode));
            self.inodes.insert(inode);
        }
    }

    /// Whether it is one of these files, whatever its name.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        files::identity(path).is_some_and(|identity| self.files.contains(&identity))
    }

    /// Whether a walk passes a file over. `inode` is what the walk knows of it.
    pub(crate) fn is_passed_over(&self, path: &Path, inode: Option<u64>) -> bool {
        let name = path.file_name().unwrap_or_default();
        if name == CONFIG_NAME || name == IGNORE_FILE {
            return true;
        }
        let name = name.as_encoded_bytes();
        let is_backup = self.backup_suffixes.iter().any(|suffix| {
            name.strip_suffix(suffix.as_encoded_bytes())
                .is_some_and(|rest| !rest.is_empty())
        });
        is_backup || inode.is_none_or(|inode| self.inodes.contains(&inode)) && self.contains(path)
    }
}

/// Standard output and standard error, as files.
#[cfg(unix)]
fn standard_streams() -> Vec<File> {
    use std::os::fd::AsFd as _;
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    [stdout.as_fd(), stderr.as_fd()]
        .into_iter()
        .filter_map(|stream| stream.try_clone_to_owned().ok().map(File::from))
        .collect()
}

#[cfg(not(unix))]
fn standard_streams() -> Vec<File> {
    Vec::new()
}
