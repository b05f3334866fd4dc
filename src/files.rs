//! Opens files and folders without surprises: links are followed only on request, and no FIFO or
//! device blocks the run.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Opens a regular file for reading. Links are followed.
///
/// # Errors
///
/// The error of the system; [`io::ErrorKind::InvalidInput`] for anything but a regular file.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    regular(system::open(path)?)
}

/// Opens a regular file for reading, given by its path below a folder. No link on the way from
/// the folder to the file is followed.
///
/// # Errors
///
/// As with [`open_regular`]; a link is an error that [`is_link`] recognises.
pub(crate) fn open_below(root: &Path, below: &Path) -> io::Result<File> {
    regular(system::open_below(root, below)?)
}

/// Opens a file to which lines are added, and makes it when it does not exist. A FIFO that nobody
/// reads is an error.
///
/// # Errors
///
/// The error of the system.
pub(crate) fn open_for_appending(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(flags.bits() as i32);
    }
    let file = options.open(path)?;
    // A pipe with a reader takes everything, if it has to be waited for.
    #[cfg(unix)]
    rustix::fs::fcntl_setfl(&file, rustix::fs::OFlags::APPEND)?;
    Ok(file)
}

/// Waits until the disk has the names in the folder of a path.
///
/// # Errors
///
/// The error of the system.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Whether an error says that a symbolic link is on the way.
pub(crate) fn is_link(error: &io::Error) -> bool {
    system::is_link(error)
}

/// Reads a small text file whole.
///
/// # Errors
///
/// The error of the system; [`io::ErrorKind::FileTooLarge`] for a file of more than `most` bytes,
/// [`io::ErrorKind::InvalidInput`] for anything but a regular file,
/// [`io::ErrorKind::InvalidData`] for one that is not UTF-8.
pub(crate) fn read_text(path: &Path, most: u64) -> io::Result<String> {
    use io::Read as _;
    let mut text = String::new();
    open_regular(path)?
        .take(most + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

/// Which file this is, whatever its name; `None` where the system cannot say.
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    identity_of(&path.metadata().ok()?)
}

/// The same for metadata that are known.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps)] // other systems cannot say
pub(crate) fn identity_of(metadata: &std::fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
pub(crate) fn identity_of(_metadata: &std::fs::Metadata) -> Option<(u64, u64)> {
    None
}

fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ))
    }
}

/// A folder in which a file is to be written. It stays the same folder even when it is moved
/// or a link takes its place.
#[derive(Debug)]
pub(crate) struct Folder {
    /// The path for system calls.
    path: PathBuf,
    /// Keeps the folder open while the path leads through it.
    _open: Option<File>,
}

impl Folder {
    /// A folder as the user named it. Links are followed.
    pub(crate) fn named(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            _open: None,
        }
    }

    /// A folder below another one. No link on the way is followed.
    ///
    /// # Errors
    ///
    /// The error of the system; a link is an error that [`is_link`] recognises.
    pub(crate) fn below(root: &Path, below: &Path) -> io::Result<Self> {
        let open = system::open_folder_below(root, below)?;
        Ok(match system::path_of(&open) {
            Some(path) => Self {
                path,
                _open: Some(open),
            },
            None => Self::named(&root.join(below)),
        })
    }

    /// The path of the folder for system calls.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(unix)]
mod system {
    use std::fs::File;
    use std::io;
    use std::path::{Component, Path, PathBuf};

    use rustix::fs::{CWD, Mode, OFlags, openat};
    use rustix::io::Errno;

    /// A FIFO without a writer does not block, and the terminal of the run does not change.
    const READ: OFlags = OFlags::RDONLY
        .union(OFlags::NONBLOCK)
        .union(OFlags::NOCTTY)
        .union(OFlags::CLOEXEC);
    const FOLDER: OFlags = OFlags::RDONLY
        .union(OFlags::DIRECTORY)
        .union(OFlags::CLOEXEC);

    pub(super) fn open(path: &Path) -> io::Result<File> {
        Ok(openat(CWD, path, READ, Mode::empty())?.into())
    }

    pub(super) fn open_below(root: &Path, below: &Path) -> io::Result<File> {
        without_links(root, below, READ)
    }

    pub(super) fn open_folder_below(root: &Path, below: &Path) -> io::Result<File> {
        without_links(root, below, FOLDER)
    }

    pub(super) fn is_link(error: &io::Error) -> bool {
        error.raw_os_error() == Some(Errno::LOOP.raw_os_error())
    }

    fn without_links(root: &Path, below: &Path, flags: OFlags) -> io::Result<File> {
        let root: File = openat(CWD, or_here(root), FOLDER, Mode::empty())?.into();
        if below.as_os_str().is_empty() {
            return Ok(root);
        }
        #[cfg(target_os = "linux")]
        match rustix::fs::openat2(
            &root,
            below,
            flags,
            Mode::empty(),
            rustix::fs::ResolveFlags::NO_SYMLINKS | rustix::fs::ResolveFlags::BENEATH,
        ) {
            Ok(file) => return Ok(file.into()),
            // Before Linux 5.6, or not allowed in a container.
            Err(Errno::NOSYS | Errno::PERM | Errno::INVAL) => {}
            Err(error) => return Err(error.into()),
        }
        by_component(root, below, flags)
    }

    /// Opens one folder after the other, none of them through a link.
    pub(super) fn by_component(root: File, below: &Path, flags: OFlags) -> io::Result<File> {
        let mut folder = root;
        let mut components = below.components().peekable();
        while let Some(component) = components.next() {
            let Component::Normal(name) = component else {
                return Err(io::ErrorKind::InvalidInput.into());
            };
            let is_last = components.peek().is_none();
            let flags = if is_last { flags } else { FOLDER } | OFlags::NOFOLLOW;
            folder = match openat(&folder, name, flags, Mode::empty()) {
                Ok(opened) => opened.into(),
                // A link where a folder has to be is "not a folder" to some systems.
                Err(Errno::NOTDIR) if is_symlink(&folder, name) => {
                    return Err(Errno::LOOP.into());
                }
                Err(error) => return Err(error.into()),
            };
        }
        Ok(folder)
    }

    fn is_symlink(folder: &File, name: &std::ffi::OsStr) -> bool {
        rustix::fs::statat(folder, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|stat| {
            rustix::fs::FileType::from_raw_mode(stat.st_mode) == rustix::fs::FileType::Symlink
        })
    }

    fn or_here(path: &Path) -> &Path {
        if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        }
    }

    /// A path that leads through an open folder.
    #[cfg(target_os = "linux")]
    pub(super) fn path_of(folder: &File) -> Option<PathBuf> {
        use std::os::fd::AsRawFd as _;
        use std::sync::OnceLock;
        static HAS_PROC: OnceLock<bool> = OnceLock::new();
        HAS_PROC
            .get_or_init(|| Path::new("/proc/self/fd").is_dir())
            .then(|| PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())))
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn path_of(_folder: &File) -> Option<PathBuf> {
        None
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::File;
    use std::io;
    use std::path::{Path, PathBuf};

    pub(super) fn open(path: &Path) -> io::Result<File> {
        File::open(path)
    }

    pub(super) fn open_below(root: &Path, below: &Path) -> io::Result<File> {
        File::open(root.join(below))
    }

    pub(super) fn open_folder_below(root: &Path, below: &Path) -> io::Result<File> {
        File::open(root.join(below))
    }

    pub(super) fn is_link(_error: &io::Error) -> bool {
        false
    }

    pub(super) fn path_of(_folder: &File) -> Option<PathBuf> {
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_below_the_folder_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("real/deep")).unwrap();
        fs::write(root.join("real/deep/a.txt"), "a").unwrap();
        symlink("real", root.join("link")).unwrap();
        symlink("a.txt", root.join("real/deep/b.txt")).unwrap();
        assert!(open_below(root, Path::new("real/deep/a.txt")).is_ok());
        for linked in ["link/deep/a.txt", "real/deep/b.txt"] {
            let error = open_below(root, Path::new(linked)).unwrap_err();
            assert!(is_link(&error), "{linked}: {error}");
            let slow = system::by_component(
                File::open(root).unwrap(),
                Path::new(linked),
                rustix::fs::OFlags::RDONLY,
            );
            assert!(is_link(&slow.unwrap_err()), "{linked}");
        }
        assert!(Folder::below(root, Path::new("link/deep")).is_err());
        let real = Folder::below(root, Path::new("real/deep")).unwrap();
        assert_eq!(fs::read(real.path().join("a.txt")).unwrap(), b"a");
    }

    #[test]
    fn a_fifo_does_not_block() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RUSR).unwrap();
        assert!(open_regular(&fifo).is_err());
        assert!(read_text(&fifo, 10).is_err());
    }
}
