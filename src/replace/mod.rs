//! The only module that writes files.
//!
//! A file is replaced in one step: the new content goes whole into a temporary file in the same
//! folder, gets the attributes of the old file, and is renamed over it. Whatever happens before
//! the rename, a full disk or a power cut, the old file stays as it was; afterwards the new one is
//! complete.
//!
//! [`target`] is the place of the file, [`temporary`] the file that waits for it, and
//! [`attributes`] copies owner, permissions and extended attributes.

mod attributes;
mod rename;
mod target;
mod temporary;

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use temporary::Temporary;

pub(crate) use rename::rename;
pub(crate) use target::Target;
pub(crate) use temporary::{clean, clean_folder, is_temporary, lock};

use crate::fault::{Fault, IoOperation};
use crate::settings::WriteOptions;

/// From now on a write beyond the limit for the size of files (`ulimit -f`) is an error of that
/// file, and not the end of the process.
pub(crate) fn survive_size_limit() {
    #[cfg(unix)]
    {
        // The handler has nothing to do; that there is one makes the write fail instead.
        let seen = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, seen);
    }
}

/// The new content of a file, before it takes the file's place. One that is dropped leaves
/// nothing.
#[derive(Debug)]
pub(crate) struct Draft {
    temporary: Temporary,
    target: Target,
}

impl Draft {
    /// For a file that was read when its metadata were `old`.
    ///
    /// # Errors
    ///
    /// A fault when that file must not be replaced, or nothing can be written beside it.
    pub(crate) fn for_existing(target: Target, old: &Metadata) -> Result<Self, Fault> {
        if old.permissions().readonly() {
            return Err(Fault::new(
                "the file is read-only; make it writable (chmod u+w), or write somewhere else \
                 with -o DIR",
            ));
        }
        let fault = |error: io::Error| Fault::system(IoOperation::Write, &error);
        // A rename needs no permission for the file itself, but a file without that permission
        // was meant to stay.
        target.open_for_writing().map_err(fault)?;
        // Until the content is complete, only its owner may read it.
        let temporary = Temporary::named(target.folder(), 0o600).map_err(fault)?;
        Ok(Self { temporary, target })
    }

    /// For a file that may or may not exist, in a folder that may or may not exist. Permissions
    /// are those of `model`, less what the umask takes away.
    ///
    /// # Errors
    ///
    /// A fault when nothing can be written there.
    pub(crate) fn for_new(mut target: Target, model: Option<&Model<'_>>) -> Result<Self, Fault> {
        let mode = model.map_or(attributes::DEFAULT_MODE, Model::mode);
        if !target.is_missing()
            && let Ok(temporary) = Temporary::named(target.folder(), mode)
        {
            return Ok(Self { temporary, target });
        }
        // Most often its folder does not exist yet. Another thread may make it meanwhile.
        target.create_folder()?;
        match Temporary::named(target.folder(), mode) {
            Ok(temporary) => Ok(Self { temporary, target }),
            Err(error) => Err(Fault::system(IoOperation::Write, &error)),
        }
    }

    /// Writes the next part of the content.
    ///
    /// # Errors
    ///
    /// A fault when the disk does not take it.
    pub(crate) fn write(&mut self, contents: &[u8]) -> Result<(), Fault> {
        self.temporary
            .file
            .write_all(contents)
            .map_err(|error| Fault::system(IoOperation::Write, &error))
    }

    /// Takes the place of the file that it was made for by [`Draft::for_existing`].
    ///
    /// A symbolic link that the user named stays a link, and the file that it leads to is
    /// replaced. Gives a warning about what the user may not expect.
    ///
    /// # Errors
    ///
    /// A fault, and the file is as it was.
    pub(crate) fn replace(
        self,
        old: &Metadata,
        options: &WriteOptions,
    ) -> Result<Option<String>, Fault> {
        // The target is dropped last: the path of the temporary file leads through it.
        let Self { target, temporary } = self;
        let now = target.metadata().map_err(|_| {
            Fault::new("it vanished while it was being worked on; nothing was written; run again")
        })?;
        if !same(old, &now) {
            return Err(changed_meanwhile());
        }
        attributes::copy(&target.path(), old, &temporary.file)?;
        if options.keep_mtime {
            keep_mtime(&temporary.file, old)?;
        }
        if let Some(suffix) = &options.backup {
            back_up(&target, suffix, options)?;
        }
        sync(&temporary.file, options)?;
        let folder = target.folder();
        temporary
            .take(folder, &target.path())
            .map_err(|error| placing(&error))?;
        target.sync_folder(options)?;
        Ok(other_names(old).map(|names| {
            format!(
                "it had {names} other name(s) (hard links), which still hold the old text; run \
                 zhnorm on them too, or link them anew"
            )
        }))
    }

    /// Takes the place that it was made for by [`Draft::for_new`]. If a file exists there,
    /// `may_replace` is called first.
    ///
    /// # Errors
    ///
    /// A fault, and the existing file is as it was.
    pub(crate) fn place(
        self,
        model: Option<&Model<'_>>,
        options: &WriteOptions,
        may_replace: impl FnOnce() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        // The target is dropped last: the path of the temporary file leads through it.
        let Self { target, temporary } = self;
        if let (true, Some(model)) = (options.keep_mtime, model) {
            keep_mtime(&temporary.file, model.metadata)?;
        }
        sync(&temporary.file, options)?;
        let path = target.path();
        let kept = temporary
            .take_free(target.folder(), &path)
            .map_err(|error| placing(&error))?;
        if let Some(kept) = kept {
            may_replace()?;
            kept.take(target.folder(), &path)
                .map_err(|error| placing(&error))?;
        }
        target.sync_folder(options)
    }
}

/// The file whose permissions and time a new file gets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model<'m> {
    /// The file.
    pub(crate) path: &'m Path,
    /// What is known of it.
    pub(crate) metadata: &'m Metadata,
}

impl Model<'_> {
    /// The permissions of a new file like this one, before the umask.
    fn mode(&self) -> u32 {
        attributes::mode_of_copy(self.path, self.metadata)
    }
}

/// Replaces the content of a file that was read when its metadata were `old`.
///
/// # Errors
///
/// A fault, and the file is as it was.
pub(crate) fn rewrite(
    target: Target,
    old: &Metadata,
    contents: &[u8],
    options: &WriteOptions,
) -> Result<Option<String>, Fault> {
    let mut draft = Draft::for_existing(target, old)?;
    draft.write(contents)?;
    draft.replace(old, options)
}

/// Writes a file that may or may not exist. If it does, `may_replace` is called first.
///
/// # Errors
///
/// A fault, and the existing file is as it was.
pub(crate) fn create(
    target: Target,
    model: Option<&Model<'_>>,
    contents: &[u8],
    options: &WriteOptions,
    may_replace: impl Fn() -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mode = model.map_or(attributes::DEFAULT_MODE, Model::mode);
    let write = |mut draft: Draft| {
        draft.write(contents)?;
        draft.place(model, options, &may_replace)
    };
    // The quick path is for the usual case. Whatever is unusual shows in the other one: a folder
    // that has to be made, a system without nameless files, a disk that is full.
    if !target.is_missing()
        && let Some(temporary) = Temporary::nameless(target.folder(), mode)
    {
        let draft = Draft {
            temporary,
            target: target.again(),
        };
        if write(draft).is_ok() {
            return Ok(());
        }
    }
    write(Draft::for_new(target, model)?)
}

/// Keeps the old file under another name. Until the new file takes its place it is one file with
/// two names: at no moment is a byte lost.
fn back_up(target: &Target, suffix: &std::ffi::OsStr, options: &WriteOptions) -> Result<(), Fault> {
    let path = target.path();
    let mut name = path.clone().into_os_string();
    name.push(suffix);
    let backup = PathBuf::from(name);
    let exists = || {
        let shown = backup.file_name().map_or(backup.as_path(), Path::new);
        Fault::new(format!(
            "its backup {} exists already and may hold the only original; the file was left \
             alone; move the backup away or choose another --backup=SUFFIX",
            crate::escape::path(shown)
        ))
    };
    match fs::hard_link(&path, &backup) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            // A run that was killed after this step left the same file under both names.
            if is_same_file(&path, &backup) {
                Ok(())
            } else {
                Err(exists())
            }
        }
        // Some file systems have no second names.
        Err(_) => copy(target, &path, &backup, options).and_then(|made| {
            if made || is_same_content(&path, &backup) {
                Ok(())
            } else {
                Err(exists())
            }
        }),
    }
}

/// Copies a file whole or not at all; gives `false` when the name is taken.
fn copy(target: &Target, from: &Path, to: &Path, options: &WriteOptions) -> Result<bool, Fault> {
    let fault = |error: io::Error| Fault::system(IoOperation::Write, &error);
    let mut copy = Temporary::named(target.folder(), 0o600).map_err(fault)?;
    let mut file = File::open(from).map_err(fault)?;
    io::copy(&mut file, &mut copy.file).map_err(fault)?;
    let permissions = file.metadata().map_err(fault)?.permissions();
    copy.file.set_permissions(permissions).map_err(fault)?;
    sync(&copy.file, options)?;
    let kept = copy.take_free(target.folder(), to).map_err(fault)?;
    Ok(kept.is_none())
}

fn is_same_content(one: &Path, other: &Path) -> bool {
    match (fs::read(one), fs::read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Whether two paths lead to one file.
pub(crate) fn is_same_file(one: &Path, other: &Path) -> bool {
    match (crate::files::identity(one), crate::files::identity(other)) {
        (Some(one), Some(other)) => one == other,
        _ => match (one.canonicalize(), other.canonicalize()) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        },
    }
}

fn keep_mtime(file: &File, old: &Metadata) -> Result<(), Fault> {
    old.modified()
        .and_then(|modified| file.set_modified(modified))
        .map_err(|error| Fault::system(IoOperation::Write, &error))
}

/// Whether two looks saw the same file with the same content.
pub(crate) fn same(before: &Metadata, after: &Metadata) -> bool {
    before.len() == after.len()
        && before.modified().ok() == after.modified().ok()
        && crate::files::identity_of(before) == crate::files::identity_of(after)
}

/// The fault of a file that another program writes to.
pub(crate) fn changed_meanwhile() -> Fault {
    Fault::new(
        "it changed while it was being worked on; it was left alone; run again when nobody \
         writes to it",
    )
}

/// The fault of a file that cannot take its place.
fn placing(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::IsADirectory => Fault::new(
            "a folder has the name that it would be written under; choose another output folder",
        ),
        _ => Fault::system(IoOperation::Write, error),
    }
}

/// Waits until the disk has the content, if that is wanted.
fn sync(file: &File, options: &WriteOptions) -> Result<(), Fault> {
    if options.durable {
        let synced = file.sync_all();
        return synced.map_err(|error| Fault::system(IoOperation::Write, &error));
    }
    Ok(())
}

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
