//! The files in which new content grows up before it takes its place.
//!
//! Where the system can, such a file has no name until it is whole: then a process that is killed
//! leaves nothing behind, and the folder is changed once instead of three times, which is most of
//! what writing a small file costs. Where it cannot, or where the name is taken and has to be taken
//! over in one step, the file has a name of its own kind first.
//!
//! A process that is killed leaves a file with such a name behind. Each run holds a lock on those
//! it writes, so that the next run can tell a left one from one in use.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::{Builder, TempPath};

const PREFIX: &str = ".zhnorm-";
const SUFFIX: &str = ".tmp";

/// Whether a path is named like one of our temporary files.
pub fn is_temporary(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    // The end is looked at first: to find where the name begins costs more.
    bytes.ends_with(SUFFIX.as_bytes())
        && (path.file_name())
            .is_some_and(|name| name.as_encoded_bytes().starts_with(PREFIX.as_bytes()))
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

/// A file that is not in its place yet. One that is dropped leaves nothing behind.
#[derive(Debug)]
pub struct Temporary {
    /// What it holds.
    pub file: File,
    /// The name that it has until then, if it has any.
    name: Option<TempPath>,
}

impl Temporary {
    /// In this folder, with these permissions less what the umask takes away; for a name that
    /// something has already.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn named(folder: &Path, mode: u32) -> io::Result<Self> {
        let mut builder = builder();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = mode;
        let (file, name) = builder.tempfile_in(folder)?.into_parts();
        lock(&file);
        Ok(Self {
            file,
            name: Some(name),
        })
    }

    /// Without a name, for one that is most likely free; `None` where the system cannot do that.
    pub fn nameless(folder: &Path, mode: u32) -> Option<Self> {
        let file = nameless::create(folder, mode).ok()?;
        Some(Self { file, name: None })
    }

    /// Takes its place if that is free; gives the file back if something stands there.
    ///
    /// # Errors
    ///
    /// What the system says; the file is gone then.
    pub fn take_free(self, place: &Path) -> io::Result<Option<Self>> {
        if self.name.is_none() {
            return match nameless::link(&self.file, place) {
                Ok(()) => Ok(None),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Some(self)),
                Err(error) => Err(error),
            };
        }
        match fs::symlink_metadata(place) {
            Ok(_) => Ok(Some(self)),
            // Whatever appears in this moment is replaced, as it would be a moment later.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.take(place).map(|()| None)
            }
            Err(error) => Err(error),
        }
    }

    /// Takes its place in one step, whatever stands there.
    ///
    /// # Errors
    ///
    /// What the system says; the file is gone then, and what stands there is as it was.
    pub fn take(self, place: &Path) -> io::Result<()> {
        let name = match self.name {
            Some(name) => name,
            None => nameless::name(&self.file, super::folder(place))?,
        };
        name.persist(place).map_err(|error| error.error)
    }
}

fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(12);
    builder
}

/// Files without a name: `O_TMPFILE`, open(2).
#[cfg(target_os = "linux")]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use rustix::fd::AsRawFd as _;
    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
    use rustix::io::Errno;
    use tempfile::TempPath;

    pub fn create(folder: &Path, mode: u32) -> io::Result<File> {
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = open(folder, flags, Mode::from_raw_mode(mode))?;
        Ok(file.into())
    }

    /// Gives the file its first name, which must be free.
    pub fn link(file: &File, name: &Path) -> io::Result<()> {
        match linkat(file, "", CWD, name, AtFlags::EMPTY_PATH) {
            // Before Linux 6.10 this takes a privilege; through /proc it does not.
            Err(Errno::NOENT) => {
                let through = format!("/proc/self/fd/{}", file.as_raw_fd());
                linkat(CWD, through, CWD, name, AtFlags::SYMLINK_FOLLOW)?;
            }
            linked => linked?,
        }
        Ok(())
    }

    /// Gives it one of the temporary names, under which it can be renamed.
    pub fn name(file: &File, folder: &Path) -> io::Result<TempPath> {
        super::lock(file);
        let named = super::builder().make_in(folder, |name| link(file, name))?;
        Ok(named.into_temp_path())
    }
}

/// Elsewhere there are none.
#[cfg(not(target_os = "linux"))]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use tempfile::TempPath;

    pub fn create(_folder: &Path, _mode: u32) -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn link(_file: &File, _name: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn name(_file: &File, _folder: &Path) -> io::Result<TempPath> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    type Make = fn(&Path) -> Temporary;

    /// Both kinds of files, where the system has both.
    fn kinds(folder: &Path) -> Vec<Make> {
        let named: Make = |folder| Temporary::named(folder, 0o644).unwrap();
        let nameless: Make = |folder| Temporary::nameless(folder, 0o644).unwrap();
        match Temporary::nameless(folder, 0o644) {
            Some(_) => vec![named, nameless],
            None => vec![named],
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_takes_a_free_place_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for make in kinds(folder.path()) {
            let place = folder.path().join("place");
            let mut new = make(folder.path());
            new.file.write_all(b"new").unwrap();
            assert!(names(folder.path()).iter().all(|name| name != "place"));
            assert!(new.take_free(&place).unwrap().is_none());
            assert_eq!(fs::read(&place).unwrap(), b"new");
            assert_eq!(names(folder.path()), ["place"]);
            fs::remove_file(&place).unwrap();
        }
    }

    #[test]
    fn what_stands_there_stays_until_it_is_replaced_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        for make in kinds(folder.path()) {
            let place = folder.path().join("place");
            fs::write(&place, "old").unwrap();
            let mut new = make(folder.path());
            new.file.write_all(b"new").unwrap();
            let new = new.take_free(&place).unwrap().unwrap();
            assert_eq!(fs::read(&place).unwrap(), b"old");
            new.take(&place).unwrap();
            assert_eq!(fs::read(&place).unwrap(), b"new");
            assert_eq!(names(folder.path()), ["place"]);
        }
    }

    #[test]
    fn one_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for make in kinds(folder.path()) {
            drop(make(folder.path()));
            let new = make(folder.path());
            assert!(new.take(&folder.path().join("no folder/place")).is_err());
            assert_eq!(names(folder.path()), [""; 0]);
        }
    }

    #[test]
    fn one_in_use_is_not_cleaned_away() {
        let folder = tempfile::tempdir().unwrap();
        let used = Temporary::named(folder.path(), 0o644).unwrap();
        let left = folder.path().join(".zhnorm-left.tmp");
        fs::write(&left, "half").unwrap();
        for name in names(folder.path()) {
            assert!(is_temporary(Path::new(&name)), "{name}");
            clean(&folder.path().join(name));
        }
        assert!(!left.exists());
        assert_eq!(names(folder.path()).len(), 1);
        drop(used);
    }
}
