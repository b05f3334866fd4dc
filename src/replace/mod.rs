//! The only place that writes files.
//!
//! A file is replaced in one step: the new content goes whole into a temporary file in the same
//! folder, gets the old one's permissions and owner, and is renamed over it. Whatever happens
//! before the rename, a full disk or a power cut, the old file stands as it was; after it, the
//! new one does.
//!
//! [`temporary`] has the files in which the new content waits.

mod temporary;

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use temporary::Temporary;
pub use temporary::{clean, is_temporary};

use crate::fault::{Deed, Fault};
use crate::settings::Manner;

/// The new content of a file, before it takes the file's place. One that is dropped leaves
/// nothing behind.
#[derive(Debug)]
pub struct Draft(Temporary);

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
        let made = Temporary::named(folder(&target), mode(Some(old)));
        made.map(Self)
            .map_err(|error| Fault::system(Deed::Write, &error))
    }

    /// For a file that may or may not exist, in a folder that may or may not exist. Permissions
    /// are those of `model`, less what the umask takes away.
    ///
    /// # Errors
    ///
    /// A fault when nothing can be written there.
    pub fn of_new(path: &Path, model: Option<&Metadata>) -> Result<Self, Fault> {
        let make = || Temporary::named(folder(path), mode(model)).map(Self);
        if let Ok(made) = make() {
            return Ok(made);
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
        make().map_err(|error| Fault::system(Deed::Write, &error))
    }

    /// Writes the next part of the content.
    ///
    /// # Errors
    ///
    /// A fault when the disk does not take it.
    pub fn write(&mut self, contents: &[u8]) -> Result<(), Fault> {
        self.0
            .file
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
        let file = &self.0.file;
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
        self.sync(manner)?;
        self.0.take(&target).map_err(|error| placing(&error))?;
        sync_folder(&target, manner)?;
        Ok(other_names(old).map(|names| {
            format!(
                "it had {names} other name(s) (hard links), which still hold the old text; run \
                 zhnorm on them too, or link them anew"
            )
        }))
    }

    /// Takes the place that it was made for by [`Draft::of_new`]. Where something stands there,
    /// `may_replace` is asked first.
    ///
    /// # Errors
    ///
    /// A fault, and what stands there is as it was.
    pub fn place(
        self,
        path: &Path,
        model: Option<&Metadata>,
        manner: &Manner,
        may_replace: impl FnOnce() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if let (true, Some(model)) = (manner.keep_mtime, model) {
            keep_mtime(&self.0.file, model)?;
        }
        self.sync(manner)?;
        if let Some(other) = self.0.take_free(path).map_err(|error| placing(&error))? {
            may_replace()?;
            other.take(path).map_err(|error| placing(&error))?;
        }
        sync_folder(path, manner)
    }

    /// Waits until the disk has the content.
    fn sync(&self, manner: &Manner) -> Result<(), Fault> {
        if manner.durable {
            let synced = self.0.file.sync_all();
            return synced.map_err(|error| Fault::system(Deed::Write, &error));
        }
        Ok(())
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

/// Writes a file that may or may not exist. If it does, `may_replace` is asked first.
///
/// # Errors
///
/// A fault, and what stands there is as it was.
pub fn create(
    path: &Path,
    model: Option<&Metadata>,
    contents: &[u8],
    manner: &Manner,
    may_replace: impl Fn() -> Result<(), Fault>,
) -> Result<(), Fault> {
    let write = |mut draft: Draft| {
        draft.write(contents)?;
        draft.place(path, model, manner, &may_replace)
    };
    // The quick way is for the usual case. What is unusual shows in the other one: a folder that
    // has to be made, a system that cannot do this, a disk that is full.
    if let Some(quick) = Temporary::nameless(folder(path), mode(model))
        && write(Draft(quick)).is_ok()
    {
        return Ok(());
    }
    write(Draft::of_new(path, model)?)
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

/// The permissions of a new file: those of another one, or, if it is like no other, as far as the
/// umask allows.
#[cfg(unix)]
fn mode(model: Option<&Metadata>) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    model.map_or(0o666, |model| model.permissions().mode() & 0o777 | 0o200)
}

#[cfg(not(unix))]
fn mode(_model: Option<&Metadata>) -> u32 {
    0
}

/// The fault of a file that cannot take its place.
fn placing(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::IsADirectory => Fault::new(
            "a folder has the name that it would be written under; choose another output folder",
        ),
        _ => Fault::system(Deed::Write, error),
    }
}

/// Waits until the disk has the new name too.
#[cfg(unix)]
fn sync_folder(target: &Path, manner: &Manner) -> Result<(), Fault> {
    if manner.durable {
        let synced = File::open(folder(target)).and_then(|folder| folder.sync_all());
        return synced.map_err(|error| Fault::system(Deed::Write, &error));
    }
    Ok(())
}

#[cfg(not(unix))]
fn sync_folder(_target: &Path, _manner: &Manner) -> Result<(), Fault> {
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
