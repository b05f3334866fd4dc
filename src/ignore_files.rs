//! What leaves files out of a run: globs, and the files that say what to ignore.

use std::fs::FileType;
use std::path::Path;

use ignore::overrides::{Override, OverrideBuilder};

use crate::fault::Fault;
use crate::own_files::IGNORE_FILE;

/// The names of the files that a walk reads for what to ignore.
const IGNORE_FILES: [&str; 4] = [".gitignore", ".ignore", IGNORE_FILE, ".git/info/exclude"];

/// The fault of an ignore file that is no file: reading it would block.
pub(crate) fn special_ignore_file(folder: &Path) -> Option<Fault> {
    let name = IGNORE_FILES.iter().find(|name| {
        let kind = folder.join(name).metadata().map(|found| found.file_type());
        kind.is_ok_and(|kind| special(kind).is_some())
    })?;
    Some(Fault::new(format!(
        "{name} in it is a FIFO or a device, not a file; remove it, or use --no-ignore"
    )))
}

/// Globs relative to a folder.
///
/// # Errors
///
/// A fault that names the glob that cannot be used.
pub(crate) fn globs(folder: &Path, patterns: &[String]) -> Result<Override, Fault> {
    let mut builder = OverrideBuilder::new(folder);
    for pattern in patterns {
        builder
            .add(pattern)
            .map_err(|error| Fault::new(format!("{error}; mend the glob")))?;
    }
    builder
        .build()
        .map_err(|error| Fault::new(format!("{error}; mend the glob")))
}

/// What kind of entry this is, when it is neither a file nor a folder nor a link.
#[cfg(unix)]
pub(crate) fn special(kind: FileType) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt as _;
    if kind.is_fifo() {
        Some("a FIFO")
    } else if kind.is_socket() {
        Some("a socket")
    } else if kind.is_char_device() || kind.is_block_device() {
        Some("a device")
    } else {
        None
    }
}

#[cfg(not(unix))]
pub(crate) fn special(_kind: FileType) -> Option<&'static str> {
    None
}
