//! Which outputs of an earlier run still stand.
//!
//! An output is up to date when it is newer than its input, than the options and than the
//! version of zhnorm. Input and output have their times on disk; since when an output folder is
//! written with certain options and a certain version is kept in a small file of its own in the
//! user's cache folder, so that nothing but outputs stands among the outputs. Where there is no
//! cache folder, or it is lost, everything is written again.

use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use crate::replace;
use crate::settings::Manner;

/// File systems give times in steps of up to 10 ms. After this long, what was written before is
/// surely older than what is written next.
const STEP: Duration = Duration::from_millis(20);

/// Since when `folder` is written with these options by this version: from now on, if it was
/// others until now. `None` when that cannot be remembered.
pub fn since(folder: &Path, options: &str) -> Option<SystemTime> {
    let file = file(folder)?;
    let stamp = format!(
        "{}\nzhnorm {}\n{options}\n",
        folder.display(),
        env!("CARGO_PKG_VERSION")
    );
    if fs::read(&file).is_ok_and(|known| known == stamp.as_bytes()) {
        return fs::metadata(&file).ok()?.modified().ok();
    }
    if folder.exists() {
        sleep(STEP);
    }
    let stamp = stamp.as_bytes();
    replace::create(&file, None, stamp, &Manner::default(), || Ok(())).ok()?;
    fs::metadata(&file).ok()?.modified().ok()
}

/// Whether an output is newer than its input and than the options.
pub fn is_newer(output: &Metadata, input: &Metadata, since: SystemTime) -> bool {
    let (Ok(written), Ok(edited)) = (output.modified(), input.modified()) else {
        return false;
    };
    written >= edited && changed(output) > changed(input) && changed(output) >= Some(since)
}

/// When the file, or anything about it, last changed. Unlike the modification time nobody can
/// set it: it tells of a file that was moved here with its old time, too.
#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
}

#[cfg(not(unix))]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}

/// The file that remembers for an output folder.
fn file(folder: &Path) -> Option<PathBuf> {
    let variable = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))?;
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    let name = format!("output-{:016x}", hasher.finish());
    Some(cache.join("zhnorm").join(name))
}
