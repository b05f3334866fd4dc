//! The only place that writes files.
//!
//! A file is replaced in one step: the new content goes whole into a temporary file in the same
//! folder, gets the old one's permissions and owner, and is renamed over it. Whatever happens
//! before the rename, a full disk or a power cut, the old file stands as it was; after it, the
//! new one does.
//!
//! A process that is killed leaves its temporary file behind. Each run holds a lock on the
//! temporary files it writes, so that the next run can tell a left one from one in use, and
//! removes it when a walk comes across it.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::fault::{Deed, Fault};
use crate::settings::Manner;

const PREFIX: &str = ".zhnorm-";
const SUFFIX: &str = ".tmp";

/// Whether a path is named like one of our temporary files.
pub fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.as_encoded_bytes();
        name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes())
    })
}

/// Removes a temporary file unless a run is still writing it.
pub fn clean(temporary: &Path) {
    // Whoever cannot open or remove it loses nothing but a little space.
    let Ok(file) = File::open(temporary) else {
        return;
    };
    if lock(&file) {
        let _ = fs::remove_file(temporary);
    }
}

/// Takes the lock that says "in use"; gives `false` when somebody else has it. The system drops
/// the lock with the process, however that ends.
#[cfg(unix)]
fn lock(file: &File) -> bool {
    rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Elsewhere an open temporary file cannot be removed, which is protection enough.
#[cfg(not(unix))]
fn lock(_file: &File) -> bool {
    true
}

/// The new content of a file, before it takes the file's place. One that is dropped leaves
/// nothing behind.
#[derive(Debug)]
pub struct Draft(NamedTempFile);

impl Draft {
    /// For a file that was read when its metadata were `old`, and is where `path` leads to.
    ///
    /// # Errors
    ///
    /// A fault when that file must not be replaced, or nothing can be written beside it.
    pub fn of_existing(path: &Path, old: &Metadata) -> Result<Self, Fault> {
        if old.permissions().readonly() {
            return Err(Fault::new(
                "the file is read-only; make it writable (chmod u+w), or write somewhere else \
                 with -o DIR",
            ));
        }
        let target = target(path)?;
        // Renaming needs no permission for the file itself, but whoever took that permission
        // away meant it.
        File::options()
            .write(true)
            .open(&target)
            .map_err(|error| Fault::system(Deed::Write, &error))?;
        temporary_like(&target, old).map(Self)
    }

    /// For a file that may or may not exist, in a folder that may or may not exist. Permissions
    /// are those of `model`, less what the umask takes away.
    ///
    /// # Errors
    ///
    /// A fault when nothing can be written there.
    pub fn of_new(path: &Path, model: Option<&Metadata>) -> Result<Self, Fault> {
        let make = || match model {
            Some(model) => temporary_like(path, model),
            None => temporary(path),
        };
        if let Ok(made) = make() {
            return Ok(Self(made));
        }
        // Most often its folder does not exist yet. Whether that was so cannot be asked now:
        // another thread may have made it in the meantime.
        fs::create_dir_all(folder(path)).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => Fault::new(
                "its folder cannot be made because a file has that name; choose another output \
                 folder",
            ),
            _ => Fault::system(Deed::Write, &error),
        })?;
        make().map(Self)
    }

    /// Writes the next part of the content.
    ///
    /// # Errors
    ///
    /// A fault when the disk does not take it.
    pub fn write(&mut self, contents: &[u8]) -> Result<(), Fault> {
        self.0
            .as_file_mut()
            .write_all(contents)
            .map_err(|error| Fault::system(Deed::Write, &error))
    }

    /// Takes the place of the file that it was made for by [`Draft::of_existing`].
    ///
    /// A symbolic link stays a link: what it leads to is replaced. Gives a warning where
    /// something happened that the user may not expect.
    ///
    /// # Errors
    ///
    /// A fault, and the file is as it was.
    pub fn replace(
        self,
        path: &Path,
        old: &Metadata,
        manner: &Manner,
    ) -> Result<Option<String>, Fault> {
        let file = self.0.as_file();
        let target = target(path)?;
        keep_owner(file, old);
        file.set_permissions(old.permissions())
            .map_err(|error| Fault::system(Deed::Write, &error))?;
        if manner.keep_mtime {
            keep_mtime(file, old)?;
        }
        let now = fs::metadata(&target).map_err(|_| {
            Fault::new("it vanished while it was being worked on; nothing was written; run again")
        })?;
        if !same(old, &now) {
            return Err(changed_meanwhile());
        }
        if let Some(suffix) = &manner.backup {
            back_up(&target, suffix)?;
        }
        persist(self.0, &target, manner)?;
        Ok(other_names(old).map(|names| {
            format!(
                "it had {names} other name(s) (hard links), which still hold the old text; run \
                 zhnorm on them too, or link them anew"
            )
        }))
    }

    /// Takes the place that it was made for by [`Draft::of_new`].
    ///
    /// # Errors
    ///
    /// A fault, and what stands there is as it was.
    pub fn place(
        self,
        path: &Path,
        model: Option<&Metadata>,
        manner: &Manner,
    ) -> Result<(), Fault> {
        if let (true, Some(model)) = (manner.keep_mtime, model) {
            keep_mtime(self.0.as_file(), model)?;
        }
        persist(self.0, path, manner)
    }
}

/// Replaces the content of a file that was read when its metadata were `old`.
///
/// # Errors
///
/// A fault, and the file is as it was.
pub fn rewrite(
    path: &Path,
    old: &Metadata,
    contents: &[u8],
    manner: &Manner,
) -> Result<Option<String>, Fault> {
    let mut draft = Draft::of_existing(path, old)?;
    draft.write(contents)?;
    draft.replace(path, old, manner)
}

/// Writes a file that may or may not exist.
///
/// # Errors
///
/// A fault, and what stands there is as it was.
pub fn create(
    path: &Path,
    model: Option<&Metadata>,
    contents: &[u8],
    manner: &Manner,
) -> Result<(), Fault> {
    let mut draft = Draft::of_new(path, model)?;
    draft.write(contents)?;
    draft.place(path, model, manner)
}

/// Keeps the old file under another name. It is the same file with two names until the new one
/// takes the first: no moment, and no byte, is lost.
fn back_up(target: &Path, suffix: &std::ffi::OsStr) -> Result<(), Fault> {
    let mut name = target.as_os_str().to_owned();
    name.push(suffix);
    let backup = PathBuf::from(name);
    let exists = || {
        Fault::new(format!(
            "its backup {} exists already and may hold the only original; the file was left \
             alone; move the backup away or choose another --backup=SUFFIX",
            crate::escape::path(&backup)
        ))
    };
    match fs::hard_link(target, &backup) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists()),
        // Some file systems know no second names.
        Err(_) if backup.exists() => Err(exists()),
        Err(_) => fs::copy(target, &backup)
            .map(drop)
            .map_err(|error| Fault::system(Deed::Write, &error)),
    }
}

fn keep_mtime(file: &File, old: &Metadata) -> Result<(), Fault> {
    old.modified()
        .and_then(|modified| file.set_modified(modified))
        .map_err(|error| Fault::system(Deed::Write, &error))
}

/// Whether two looks saw the same file with the same content.
pub fn same(before: &Metadata, after: &Metadata) -> bool {
    before.len() == after.len()
        && before.modified().ok() == after.modified().ok()
        && identity(before) == identity(after)
}

/// The fault of a file that somebody else writes to.
pub fn changed_meanwhile() -> Fault {
    Fault::new(
        "it changed while it was being worked on; it was left alone; run again when nobody \
         writes to it",
    )
}

/// Where a chain of symbolic links ends.
fn target(path: &Path) -> Result<PathBuf, Fault> {
    if path.is_symlink() {
        path.canonicalize()
            .map_err(|error| Fault::reading(path, &error))
    } else {
        Ok(path.to_owned())
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A temporary file with the permissions of another one.
#[cfg(unix)]
fn temporary_like(path: &Path, model: &Metadata) -> Result<NamedTempFile, Fault> {
    use std::os::unix::fs::PermissionsExt as _;
    temporary_with(path, model.permissions().mode() & 0o777 | 0o200)
}

/// One that is like no other: readable as far as the umask allows, not for its owner alone.
#[cfg(unix)]
fn temporary(path: &Path) -> Result<NamedTempFile, Fault> {
    temporary_with(path, 0o666)
}

#[cfg(not(unix))]
fn temporary_like(path: &Path, _model: &Metadata) -> Result<NamedTempFile, Fault> {
    temporary_with(path, 0)
}

#[cfg(not(unix))]
fn temporary(path: &Path) -> Result<NamedTempFile, Fault> {
    temporary_with(path, 0)
}

fn temporary_with(path: &Path, mode: u32) -> Result<NamedTempFile, Fault> {
    let mut builder = Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    let file = builder
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .rand_bytes(12)
        .tempfile_in(folder(path))
        .map_err(|error| Fault::system(Deed::Write, &error))?;
    lock(file.as_file());
    Ok(file)
}

fn persist(written: NamedTempFile, target: &Path, manner: &Manner) -> Result<(), Fault> {
    let fault = |error: io::Error| Fault::system(Deed::Write, &error);
    if manner.durable {
        written.as_file().sync_all().map_err(fault)?;
    }
    written
        .persist(target)
        .map(drop)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::IsADirectory => Fault::new(
                "a folder has the name that it would be written under; choose another output \
                 folder",
            ),
            _ => fault(error.error),
        })?;
    if manner.durable {
        sync_folder(target)?;
    }
    Ok(())
}

/// Waits until the disk has the new name too.
#[cfg(unix)]
fn sync_folder(target: &Path) -> Result<(), Fault> {
    File::open(folder(target))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| Fault::system(Deed::Write, &error))
}

#[cfg(not(unix))]
fn sync_folder(_target: &Path) -> Result<(), Fault> {
    Ok(())
}

/// Gives the new file the old one's owner and group, as far as the system lets us.
#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let Ok(new) = file.metadata() else { return };
    if new.uid() != old.uid() && fchown(file, Some(old.uid()), Some(old.gid())).is_ok() {
        return;
    }
    if new.gid() != old.gid() {
        let _ = fchown(file, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _old: &Metadata) {}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_metadata: &Metadata) {}

/// How many other names a file has.
#[cfg(unix)]
fn other_names(metadata: &Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    metadata.nlink().checked_sub(1).filter(|names| *names > 0)
}

#[cfg(not(unix))]
fn other_names(_metadata: &Metadata) -> Option<u64> {
    None
}
