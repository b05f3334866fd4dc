//! The place of a file that is to be written: a folder, which stays the same while the file is
//! written, and a name in it.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::fault::{Fault, IoOperation};
use crate::files::{self, Folder};
use crate::input::Input;
use crate::settings::WriteOptions;

/// A place for a file.
#[derive(Debug)]
pub(crate) struct Target {
    folder: Arc<Folder>,
    name: OsString,
    /// How the folder is found again after it was made: from this one, without following links.
    below: Option<(PathBuf, PathBuf)>,
    /// The folder was not there. Nothing may be written before it is made and found again: what
    /// has its name by then may be a link.
    is_missing: bool,
    /// The folder as the user knows it.
    shown_folder: PathBuf,
    /// Folders that were made for it, and the one above, which a durable run waits for.
    made: Vec<PathBuf>,
}

impl Target {
    /// The place of a path. A folder on the way may be a link.
    pub(crate) fn named(path: &Path) -> Self {
        let folder = folder(path);
        Self {
            folder: Arc::new(Folder::named(folder)),
            name: path.file_name().unwrap_or_default().to_owned(),
            below: None,
            is_missing: false,
            shown_folder: folder.to_owned(),
            made: Vec::new(),
        }
    }

    /// The place of an input that is to be replaced. If the user named a link, it is the place
    /// of the file that the link leads to; what a walk found is not followed through a link.
    ///
    /// # Errors
    ///
    /// A fault when there is a link now, or the place cannot be reached.
    pub(crate) fn existing(input: &Input) -> Result<Self, Fault> {
        if let Some(root) = input.walked_root() {
            return Self::below(root, &input.below, false);
        }
        if input.path.is_symlink() {
            let path =
                (input.path.canonicalize()).map_err(|error| Fault::reading(&input.path, &error))?;
            return Ok(Self::named(&path));
        }
        Ok(Self::named(&input.path))
    }

    /// The place of an output, given by its path below an output folder. No folder below the
    /// output folder may be a link.
    ///
    /// # Errors
    ///
    /// A fault when there is a link.
    pub(crate) fn output(root: &Path, below: &Path) -> Result<Self, Fault> {
        Self::below(root, below, true)
    }

    fn below(root: &Path, below: &Path, may_be_missing: bool) -> Result<Self, Fault> {
        let inner = below.parent().unwrap_or(Path::new(""));
        let mut is_missing = false;
        let folder = match Folder::below(root, inner) {
            Ok(folder) => folder,
            Err(error) if may_be_missing && error.kind() == io::ErrorKind::NotFound => {
                is_missing = true;
                Folder::named(&root.join(inner))
            }
            Err(error) if files::is_link(&error) => {
                return Err(Fault::new(
                    "a folder on the way to it is a symbolic link, which is not followed; name \
                     the folder itself, or remove the link",
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(Fault::system(IoOperation::Write, &error));
            }
            Err(error) => return Err(Fault::system(IoOperation::Write, &error)),
        };
        Ok(Self {
            folder: Arc::new(folder),
            name: below.file_name().unwrap_or_default().to_owned(),
            below: Some((root.to_owned(), inner.to_owned())),
            is_missing,
            shown_folder: root.join(inner),
            made: Vec::new(),
        })
    }

    /// The same place once more.
    pub(super) fn again(&self) -> Self {
        Self {
            folder: Arc::clone(&self.folder),
            name: self.name.clone(),
            below: self.below.clone(),
            is_missing: self.is_missing,
            shown_folder: self.shown_folder.clone(),
            made: self.made.clone(),
        }
    }

    /// The folder, for system calls.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The path of the file, for system calls.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    /// Whether the folder has to be made before anything is written.
    pub(super) fn is_missing(&self) -> bool {
        self.is_missing
    }

    /// What is there now. A link is not followed.
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        fs::symlink_metadata(self.path())
    }

    /// Sees that the file that is there may be written to.
    pub(super) fn open_for_writing(&self) -> io::Result<()> {
        let mut options = File::options();
        options.write(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
            options.custom_flags(flags.bits() as i32);
        }
        options.open(self.path()).map(drop)
    }

    /// Makes the folder, with those above it.
    pub(super) fn create_folder(&mut self) -> Result<(), Fault> {
        let folder = &self.shown_folder;
        let missing = folder.ancestors().take_while(|above| !above.exists());
        self.made = missing
            .map(|missing| super::target::folder(missing).to_owned())
            .collect();
        fs::create_dir_all(folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => Fault::new(
                "its folder cannot be made because a file has that name; choose another output \
                 folder",
            ),
            _ => Fault::system(IoOperation::Write, &error),
        })?;
        if let Some((root, inner)) = &self.below {
            let folder = Folder::below(root, inner)
                .map_err(|error| Fault::system(IoOperation::Write, &error))?;
            self.folder = Arc::new(folder);
        }
        self.is_missing = false;
        Ok(())
    }

    /// Waits until the disk has the new name, and the new folders on the way to it.
    #[cfg(unix)]
    pub(super) fn sync_folder(&self, options: &WriteOptions) -> Result<(), Fault> {
        if !options.durable {
            return Ok(());
        }
        let folders =
            std::iter::once(self.folder.path()).chain(self.made.iter().map(PathBuf::as_path));
        for folder in folders {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| Fault::system(IoOperation::Write, &error))?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    pub(super) fn sync_folder(&self, _options: &WriteOptions) -> Result<(), Fault> {
        Ok(())
    }
}

/// The folder of a path.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
