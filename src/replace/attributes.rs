//! Owner, permissions and extended attributes of a file that is replaced.
//!
//! The new file gets those of the old one, or the file is not replaced. Two things are never
//! handed on: the bits that let a program run as its owner, when the owner is not the same, and
//! the capabilities of a program. The content of the file has changed, and whoever wrote the old
//! content must not get the rights of whoever runs this program.

use std::fs::{File, Metadata};
use std::path::Path;

use crate::fault::Fault;

pub(super) use system::{DEFAULT_MODE, copy, mode_of_copy};

#[cfg(unix)]
mod system {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};

    use super::{Fault, File, Metadata, Path, extended};
    use crate::fault::IoOperation;

    /// The permissions of a new file that is like no other, before the umask.
    pub(crate) const DEFAULT_MODE: u32 = 0o666;

    /// The set-user-ID and set-group-ID bits.
    const SET_ID: u32 = 0o6000;

    /// Copies owner, permissions and extended attributes of `path`, whose metadata are `old`.
    ///
    /// # Errors
    ///
    /// A fault when one of them cannot be copied.
    pub(crate) fn copy(path: &Path, old: &Metadata, new: &File) -> Result<(), Fault> {
        let fault = |error: std::io::Error| Fault::system(IoOperation::Write, &error);
        let created = new.metadata().map_err(fault)?;
        if created.uid() != old.uid() && fchown(new, Some(old.uid()), Some(old.gid())).is_err()
            || created.gid() != old.gid()
        {
            let _ = fchown(new, None, Some(old.gid()));
        }
        let owned = new.metadata().map_err(fault)?;
        let mut mode = old.permissions().mode() & 0o7777;
        if owned.uid() != old.uid() || owned.gid() != old.gid() {
            mode &= !SET_ID;
        }
        extended::copy(path, new)?;
        new.set_permissions(Permissions::from_mode(mode))
            .map_err(fault)
    }

    /// The permissions of a copy: those of the file, without what an access control list allows
    /// to others.
    pub(crate) fn mode_of_copy(path: &Path, metadata: &Metadata) -> u32 {
        let mode = metadata.permissions().mode() & 0o777 | 0o200;
        match extended::group_permissions(path) {
            // With a list, the group bits of the mode are the most that anybody in the list has.
            Some(group) => mode & !0o070 | (group & mode >> 3 & 0o7) << 3,
            None => mode,
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Fault, File, Metadata, Path};
    use crate::fault::IoOperation;

    pub(crate) const DEFAULT_MODE: u32 = 0;

    pub(crate) fn copy(_path: &Path, old: &Metadata, new: &File) -> Result<(), Fault> {
        new.set_permissions(old.permissions())
            .map_err(|error| Fault::system(IoOperation::Write, &error))
    }

    pub(crate) fn mode_of_copy(_path: &Path, _metadata: &Metadata) -> u32 {
        0
    }
}

/// Extended attributes, xattr(7). Access control lists are among them.
#[cfg(target_os = "linux")]
mod extended {
    use std::ffi::{CStr, CString};

    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
    use rustix::io::{Errno, Result};

    use super::{Fault, File, Path};

    /// The access control list.
    const ACCESS: &CStr = c"system.posix_acl_access";

    /// Set by the system itself, or dropped on purpose because the content has changed.
    const NOT_COPIED: [&[u8]; 3] = [b"security.capability", b"security.ima", b"security.evm"];

    /// The tag of the owning group in an access control list.
    const GROUP_OBJECT: u16 = 4;

    pub(super) fn copy(path: &Path, new: &File) -> std::result::Result<(), Fault> {
        let Ok(old) = crate::files::open_regular(path) else {
            // It can be replaced and not read: then its attributes cannot be read either.
            return Err(kept_from("its attributes cannot be read"));
        };
        let names = match names(&old) {
            Ok(names) => names,
            // The file system has none.
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => return Ok(()),
            Err(error) => return Err(kept_from(&error.to_string())),
        };
        let wanted = |name: &&CString| !NOT_COPIED.contains(&name.as_bytes());
        for name in names.iter().filter(wanted) {
            let value = match value(&old, name) {
                Ok(value) => value,
                Err(Errno::NODATA) => continue,
                Err(error) => return Err(not_kept(name, error)),
            };
            // A security label that the system gives by itself need not be set, which may take a
            // privilege.
            if self::value(new, name).is_ok_and(|present| present == value) {
                continue;
            }
            fsetxattr(new, name, &value, XattrFlags::empty())
                .map_err(|error| not_kept(name, error))?;
        }
        // The folder may hand a list on to new files; the old file had none.
        if !names.iter().any(|name| name.as_c_str() == ACCESS) && value(new, ACCESS).is_ok() {
            fremovexattr(new, ACCESS).map_err(|error| not_kept(ACCESS, error))?;
        }
        Ok(())
    }

    /// What the access control list of a file allows to its owning group; `None` without a list.
    pub(super) fn group_permissions(path: &Path) -> Option<u32> {
        let file = crate::files::open_regular(path).ok()?;
        let list = value(&file, ACCESS).ok()?;
        // A version of four bytes, then entries of eight: tag, permissions, identity.
        let entries = list.get(4..)?.chunks_exact(8);
        let number = |entry: &[u8], at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
        let mut group = entries.filter(|entry| number(entry, 0) == GROUP_OBJECT);
        group.next().map(|entry| u32::from(number(entry, 2)))
    }

    fn names(file: &File) -> Result<Vec<CString>> {
        let list = read(|into| flistxattr(file, into))?;
        let names = list
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty());
        Ok(names.filter_map(|name| CString::new(name).ok()).collect())
    }

    fn value(file: &File, name: &CStr) -> Result<Vec<u8>> {
        read(|into| fgetxattr(file, name, into))
    }

    /// Reads into a buffer that is large enough for most, and then into one that is large enough
    /// for all.
    fn read(mut get: impl FnMut(&mut [u8]) -> Result<usize>) -> Result<Vec<u8>> {
        let mut bytes = vec![0; 1 << 10];
        let length = match get(&mut bytes) {
            Err(Errno::RANGE) => {
                bytes = vec![0; 1 << 16];
                get(&mut bytes)?
            }
            length => length?,
        };
        bytes.truncate(length);
        Ok(bytes)
    }

    fn not_kept(name: &CStr, error: Errno) -> Fault {
        kept_from(&format!(
            "{}: {}",
            crate::escape::visible(&name.to_string_lossy()),
            std::io::Error::from(error).kind()
        ))
    }

    fn kept_from(reason: &str) -> Fault {
        Fault::new(format!(
            "its access control list or extended attributes cannot be kept ({reason}); it was \
             left alone; run as its owner, or write somewhere else with -o DIR"
        ))
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod extended {
    use super::{Fault, File, Path};

    pub(super) fn copy(_path: &Path, _new: &File) -> Result<(), Fault> {
        Ok(())
    }

    pub(super) fn group_permissions(_path: &Path) -> Option<u32> {
        None
    }
}
