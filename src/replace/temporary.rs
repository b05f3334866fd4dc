//! The files that hold new content before it takes its place.
//!
//! Where the system can, such a file has no name until it is complete. Then a process that is
//! killed leaves nothing, and the folder is changed once instead of three times, which is most of
//! the cost of a small file. Where it cannot, or where an existing file has to be replaced in one
//! step, the file has a name of its own first.
//!
//! A process that is killed leaves a file with such a name. Each run holds a lock on the files
//! that it writes, so that the next run can tell a stale one from one in use.

use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

const PREFIX: &str = ".zhnorm-";
const SUFFIX: &str = ".tmp";

/// The length of what is between prefix and suffix: sixteen digits drawn at random, and eight
/// that are computed from them, so that a name that someone chose is never taken for one of
/// these.
const RANDOM: usize = 16;
const CHECK: usize = 8;

/// So many names are tried before the folder is given up.
const TRIES: usize = 64;

/// Whether a path is named like one of our temporary files.
pub(crate) fn is_temporary(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    // Most names end otherwise, and the name need not be taken out of the path to see that.
    bytes.ends_with(SUFFIX.as_bytes()) && path.file_name().is_some_and(is_temporary_name)
}

fn is_temporary_name(name: &std::ffi::OsStr) -> bool {
    let digits = name
        .to_str()
        .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    digits.is_some_and(|digits| {
        digits.len() == RANDOM + CHECK
            && digits.is_ascii()
            && digits[RANDOM..] == check(&digits[..RANDOM])
    })
}

/// A name for a temporary file.
fn new_name() -> String {
    // The keys of the standard library's hasher are random.
    let digits = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
    format!("{PREFIX}{digits}{}{SUFFIX}", check(&digits))
}

/// The digits that follow the random ones. FNV-1a, which never changes.
fn check(digits: &str) -> String {
    let hash = digits.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("{hash:08x}")
}

/// Removes the stale temporary files of a folder.
pub(crate) fn clean_folder(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_temporary_name(&entry.file_name()) {
            clean(&entry.path());
        }
    }
}

/// Removes a temporary file unless a run is still writing it.
pub(crate) fn clean(temporary: &Path) {
    // One that cannot be opened or removed takes a little space and does no harm.
    if !temporary
        .symlink_metadata()
        .is_ok_and(|found| found.is_file())
    {
        return;
    }
    let Ok(file) = crate::files::open_regular(temporary) else {
        return;
    };
    if lock(&file) {
        let _ = fs::remove_file(temporary);
    }
}

/// Takes the lock that means "in use"; gives `false` when another process has it. The system
/// releases the lock when the process ends, in whatever way.
#[cfg(unix)]
pub(crate) fn lock(file: &File) -> bool {
    rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Elsewhere an open temporary file cannot be removed, which protects it well enough.
#[cfg(not(unix))]
pub(crate) fn lock(_file: &File) -> bool {
    true
}

/// A file that is not in its place yet. One that is dropped leaves nothing.
#[derive(Debug)]
pub(super) struct Temporary {
    /// Its content.
    pub(super) file: File,
    /// The name that it has until then, if any.
    name: Option<TempPath>,
}

impl Temporary {
    /// In this folder, with these permissions less what the umask takes away; for replacing an
    /// existing file.
    ///
    /// # Errors
    ///
    /// The error of the system.
    pub(super) fn named(folder: &Path, mode: u32) -> io::Result<Self> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(mode);
        }
        #[cfg(not(unix))]
        let _ = mode;
        let (file, path) = with_new_name(folder, |path| options.open(path))?;
        lock(&file);
        Ok(Self {
            file,
            name: Some(TempPath::try_from_path(path)?),
        })
    }

    /// Without a name, for a place that is most likely free; `None` where the system has no such
    /// files.
    pub(super) fn nameless(folder: &Path, mode: u32) -> Option<Self> {
        let file = nameless::create(folder, mode).ok()?;
        Some(Self { file, name: None })
    }

    /// Takes its place if that is free. Gives the file back if a file exists there.
    ///
    /// # Errors
    ///
    /// The error of the system; the temporary file is removed.
    pub(super) fn take_free(self, folder: &Path, place: &Path) -> io::Result<Option<Self>> {
        if self.name.is_none() {
            see_errors_of_close(&self.file)?;
            return match nameless::link(&self.file, place) {
                Ok(()) => Ok(None),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Some(self)),
                Err(error) => Err(error),
            };
        }
        match fs::symlink_metadata(place) {
            Ok(_) => Ok(Some(self)),
            // A file that appears at this moment is replaced, as it would be a moment later.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.take(folder, place).map(|()| None)
            }
            Err(error) => Err(error),
        }
    }

    /// Takes its place in one step, whatever exists there.
    ///
    /// # Errors
    ///
    /// The error of the system; the temporary file is removed, and the existing file is as it was.
    pub(super) fn take(self, folder: &Path, place: &Path) -> io::Result<()> {
        see_errors_of_close(&self.file)?;
        let name = match self.name {
            Some(name) => name,
            None => nameless::name(&self.file, folder)?,
        };
        name.persist(place).map_err(|error| error.error)
    }
}

/// Some file systems report only when a file is closed that it could not be written. The file
/// is closed once before it takes its place, and kept open a second time for the lock.
#[cfg(unix)]
fn see_errors_of_close(file: &File) -> io::Result<()> {
    Ok(nix::unistd::close(file.try_clone()?)?)
}

#[cfg(not(unix))]
fn see_errors_of_close(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Makes something under a new name in a folder.
fn with_new_name<T>(
    folder: &Path,
    mut make: impl FnMut(&Path) -> io::Result<T>,
) -> io::Result<(T, PathBuf)> {
    let mut tries = 0;
    loop {
        let path = folder.join(new_name());
        tries += 1;
        match make(&path) {
            Ok(result) => return Ok((result, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < TRIES => {}
            Err(error) => return Err(error),
        }
    }
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

    pub(super) fn create(folder: &Path, mode: u32) -> io::Result<File> {
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = open(folder, flags, Mode::from_raw_mode(mode))?;
        Ok(file.into())
    }

    /// Gives the file its first name, which must be free.
    pub(super) fn link(file: &File, name: &Path) -> io::Result<()> {
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
    pub(super) fn name(file: &File, folder: &Path) -> io::Result<TempPath> {
        super::lock(file);
        let ((), path) = super::with_new_name(folder, |name| link(file, name))?;
        TempPath::try_from_path(path)
    }
}

/// Elsewhere there are none.
#[cfg(not(target_os = "linux"))]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use tempfile::TempPath;

    pub(super) fn create(_folder: &Path, _mode: u32) -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn link(_file: &File, _name: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn name(_file: &File, _folder: &Path) -> io::Result<TempPath> {
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
            assert!(new.take_free(folder.path(), &place).unwrap().is_none());
            assert_eq!(fs::read(&place).unwrap(), b"new");
            assert_eq!(names(folder.path()), ["place"]);
            fs::remove_file(&place).unwrap();
        }
    }

    #[test]
    fn an_existing_file_stays_until_it_is_replaced_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        for make in kinds(folder.path()) {
            let place = folder.path().join("place");
            fs::write(&place, "old").unwrap();
            let mut new = make(folder.path());
            new.file.write_all(b"new").unwrap();
            let new = new.take_free(folder.path(), &place).unwrap().unwrap();
            assert_eq!(fs::read(&place).unwrap(), b"old");
            new.take(folder.path(), &place).unwrap();
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
            assert!(
                new.take(folder.path(), &folder.path().join("no folder/place"))
                    .is_err()
            );
            assert_eq!(names(folder.path()), [""; 0]);
        }
    }

    #[test]
    fn one_in_use_is_not_cleaned_away() {
        let folder = tempfile::tempdir().unwrap();
        let used = Temporary::named(folder.path(), 0o644).unwrap();
        let left = folder.path().join(new_name());
        fs::write(&left, "half").unwrap();
        for name in names(folder.path()) {
            assert!(is_temporary(Path::new(&name)), "{name}");
            clean(&folder.path().join(name));
        }
        assert!(!left.exists());
        assert_eq!(names(folder.path()).len(), 1);
        drop(used);
    }

    #[test]
    fn a_name_that_somebody_chose_is_not_ours() {
        for name in [
            ".zhnorm-left.tmp",
            ".zhnorm-abcdefghijkl.tmp",
            ".zhnorm-0123456789abcdef01234567.tmp",
            ".zhnorm-.tmp",
        ] {
            assert!(!is_temporary(Path::new(name)), "{name}");
        }
        assert!(is_temporary(&Path::new("a").join(new_name())));
    }
}
