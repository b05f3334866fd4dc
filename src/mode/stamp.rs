//! Which outputs of an earlier run are up to date.
//!
//! An output is up to date when it is newer than its input, than the options and than the
//! version of zhnorm. The times of input and output are on the disk. Since when an output folder
//! is written with certain options and a certain version is kept in a small file in the user's
//! cache folder, so that the output folder holds nothing but outputs. The options include what
//! the dictionaries hold. Without a cache folder everything is written again.

use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use crate::replace::{self, Target};
use crate::settings::WriteOptions;

/// File systems give times in steps of up to 10 ms. After this long, what was written before is
/// surely older than what is written next.
const STEP: Duration = Duration::from_millis(20);

/// Since when `folder` is written by this version with these options, which come from this
/// configuration file. From now on, if they were others until now; `None` when that cannot be
/// remembered.
pub(super) fn since(folder: &Path, config: Option<&Path>, options: &str) -> Option<SystemTime> {
    let file = file(folder, config)?;
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
    let (target, stamp) = (Target::named(&file), stamp.as_bytes());
    replace::create(target, None, stamp, &WriteOptions::default(), || Ok(())).ok()?;
    fs::metadata(&file).ok()?.modified().ok()
}

/// Whether an output is newer than its input and than the options.
pub(super) fn is_newer(output: &Metadata, input: &Metadata, since: SystemTime) -> bool {
    let (Ok(written), Ok(edited)) = (output.modified(), input.modified()) else {
        return false;
    };
    written >= edited && changed(output) > changed(input) && changed(output) >= Some(since)
}

/// When the file, or anything about it, last changed. Unlike the modification time it cannot be
/// set, so that it also shows a file that was moved here with its old time.
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

/// The file that remembers the options of an output folder.
fn file(folder: &Path, config: Option<&Path>) -> Option<PathBuf> {
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
    let config = config.map(|config| config.canonicalize().unwrap_or(config.to_owned()));
    config.hash(&mut hasher);
    let name = format!("output-{:016x}", hasher.finish());
    Some(cache.join("zhnorm").join(name))
}
