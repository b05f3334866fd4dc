//! Gives a file or a folder another name in the same folder. Nothing is ever replaced.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use crate::fault::{Fault, IoOperation};
use crate::files::{self, Folder};
use crate::settings::WriteOptions;

/// Renames what is `below` a folder. No link on the way to it is followed, and a link is renamed
/// itself.
///
/// # Errors
///
/// A fault, and it has its old name.
pub(crate) fn rename(
    root: &Path,
    below: &Path,
    new: &OsStr,
    options: &WriteOptions,
) -> Result<(), Fault> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Fault::new(format!(
            "its new name would be `{}`, which something else in the folder has; it stays as it \
             is; rename one of them by hand",
            crate::escape::path(Path::new(new))
        )),
        _ if files::is_link(&error) => Fault::system(IoOperation::Read, &error),
        io::ErrorKind::NotFound => Fault::new("it vanished before it was renamed; run again"),
        _ => Fault::system(IoOperation::Write, &error),
    };
    let inner = below.parent().unwrap_or(Path::new(""));
    let folder = Folder::below(root, inner).map_err(fault)?;
    let old = folder.path().join(below.file_name().unwrap_or_default());
    without_replacing(&old, &folder.path().join(new)).map_err(fault)?;
    if options.durable {
        files::sync_folder_of(&old).map_err(fault)?;
    }
    Ok(())
}

/// Renames in one step, if nothing has the new name.
fn without_replacing(old: &Path, new: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, old, CWD, new, RenameFlags::NOREPLACE) {
            // Some file systems and old systems do not know the flag.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            done => return Ok(done?),
        }
    }
    match fs::symlink_metadata(new) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(old, new),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["a", "b"] {
            fs::write(root.join(name), name).unwrap();
        }
        let rename = |old: &str, new: &str| {
            super::rename(
                root,
                Path::new(old),
                OsStr::new(new),
                &WriteOptions::default(),
            )
        };
        assert!(rename("a", "b").is_err());
        assert!(without_replacing(&root.join("a"), &root.join("b")).is_err());
        assert_eq!(fs::read(root.join("b")).unwrap(), b"b");
        rename("a", "c").unwrap();
        assert_eq!(fs::read(root.join("c")).unwrap(), b"a");
        assert!(rename("a", "d").is_err());
    }
}
