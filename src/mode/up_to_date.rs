//! Which outputs of an earlier run are up to date.
//!
//! A record of each output says what decided it: the options with the dictionaries, the program,
//! and what input and output were when it was written. An output is up to date when all of this is
//! the same. Times are compared for equality only, so that neither a clock that is set back nor a
//! file that is moved here with its old time hides a change, and an output that another program
//! edited is written again.
//!
//! Times cannot tell two changes within one step of the clock, and a file that was only touched or
//! copied has other times. Then the contents of both files are compared, by a hash.
//!
//! The records are in one file for each output folder, in the user's cache folder, so that the
//! output folder holds nothing but outputs. They are added while the run goes on: one that is
//! killed is resumed. Without a cache folder everything is written again.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::hash::{BuildHasher as _, DefaultHasher, Hash as _, Hasher, RandomState};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::files;
use crate::replace::{self, Target};
use crate::settings::WriteOptions;

/// The first bytes of a file of records. A random number follows, which all hashes of the file
/// begin with, so that nobody can prepare two contents with one hash.
const MAGIC: &[u8; 8] = b"zhnout1\n";
const HEADER: usize = 16;

/// A record: which output, its [`state`], and the [`contents`] or 0.
const RECORD: usize = 24;

/// After this long a file system gives a later time, if its times have parts of a second.
const STEP: Duration = Duration::from_millis(20);

/// The same for times in whole seconds, or every second one.
const COARSE_STEP: Duration = Duration::from_secs(2);

/// Files that are larger are not read only to compare them.
const MOST_COMPARED: u64 = 64 << 20;

/// Records are written when so many wait, or after so long.
const MOST_WAITING: usize = 128;
const WAIT: Duration = Duration::from_secs(1);

/// What is known of the outputs in a folder.
pub(super) struct Records {
    salt: u64,
    known: HashMap<u64, [u64; 2]>,
    journal: Option<Journal>,
}

/// An output, and what decides it beside what its input holds.
#[derive(Clone, Copy)]
pub(super) struct Output<'o> {
    /// The path.
    pub path: &'o Path,
    /// A hash of the options.
    pub options: u64,
}

impl Records {
    /// Reads what is known of the outputs in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        let Some(place) = place(folder) else {
            return Self::unknown();
        };
        let bytes = read(&place).unwrap_or_default();
        let Some((salt, known)) = parse(&bytes) else {
            return Self::begin(&place);
        };
        // Of each output the last record holds. The others are left out now and then.
        let records = (bytes.len() - HEADER) / RECORD;
        let is_torn = !(bytes.len() - HEADER).is_multiple_of(RECORD);
        if (is_torn || records > 2 * known.len() + MOST_WAITING)
            && write_whole(&place, salt, &known).is_none()
        {
            return Self::unknown();
        }
        Self {
            salt,
            known,
            journal: Journal::open(&place).ok(),
        }
    }

    fn unknown() -> Self {
        Self {
            salt: 0,
            known: HashMap::new(),
            journal: None,
        }
    }

    fn begin(place: &Path) -> Self {
        let salt = RandomState::new().hash_one(place);
        let known = HashMap::new();
        let journal = write_whole(place, salt, &known).and_then(|()| Journal::open(place).ok());
        Self {
            salt,
            known,
            journal,
        }
    }

    /// Whether an output needs no work.
    pub(super) fn is_up_to_date(&self, output: Output<'_>, input: &Path) -> bool {
        let key = self.key(output);
        let Some([state, contents]) = self.known.get(&key).copied() else {
            return false;
        };
        let (Ok(old), Ok(new)) = (input.metadata(), output.path.symlink_metadata()) else {
            return false;
        };
        if !old.is_file() || !new.is_file() {
            return false;
        }
        let now = self.state(output, &old, &new);
        if state != 0 && state == now {
            return true;
        }
        if contents == 0 || old.len().max(new.len()) > MOST_COMPARED {
            return false;
        }
        let (Ok(raw), Ok(written)) = (read(input), read(output.path)) else {
            return false;
        };
        if self.contents(output, &raw, &written) != contents {
            return false;
        }
        self.add(key, [steady(now, &old), contents]);
        true
    }

    /// Remembers an output that was just written. `contents` are those of input and output, of a
    /// small file.
    pub(super) fn remember(
        &self,
        output: Output<'_>,
        input: &Metadata,
        contents: Option<[&[u8]; 2]>,
    ) {
        if self.journal.is_none() || !input.is_file() {
            return;
        }
        let Ok(written) = output.path.symlink_metadata() else {
            return;
        };
        let state = steady(self.state(output, input, &written), input);
        let contents = contents.map_or(0, |[old, new]| self.contents(output, old, new));
        self.add(self.key(output), [state, contents]);
    }

    fn add(&self, key: u64, record: [u64; 2]) {
        if let Some(journal) = &self.journal {
            journal.add(key, record);
        }
    }

    fn hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.salt);
        hasher
    }

    fn key(&self, output: Output<'_>) -> u64 {
        let mut hasher = self.hasher();
        output.path.as_os_str().hash(&mut hasher);
        hasher.finish()
    }

    /// What the system says of input and output, and what else decides the output.
    fn state(&self, output: Output<'_>, old: &Metadata, new: &Metadata) -> u64 {
        let mut hasher = self.hasher();
        (output.options, program()).hash(&mut hasher);
        for file in [old, new] {
            let number = files::identity_of(file).map(|(_device, number)| number);
            (file.len(), number, times(file)).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// What input and output hold, and what else decides the output.
    fn contents(&self, output: Output<'_>, old: &[u8], new: &[u8]) -> u64 {
        let mut hasher = self.hasher();
        (output.options, program(), old, new).hash(&mut hasher);
        hasher.finish()
    }
}

/// The records that are added, at the end of the file.
struct Journal {
    file: File,
    waiting: Mutex<(Vec<u8>, Instant)>,
}

impl Journal {
    fn open(place: &Path) -> io::Result<Self> {
        let file = File::options().append(true).open(place)?;
        Ok(Self {
            file,
            waiting: Mutex::new((Vec::new(), Instant::now())),
        })
    }

    fn add(&self, key: u64, record: [u64; 2]) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (bytes, last) = &mut *waiting;
        bytes.extend(bytes_of(key, record));
        if bytes.len() >= MOST_WAITING * RECORD || last.elapsed() > WAIT {
            self.write(bytes);
            *last = Instant::now();
        }
    }

    /// A record that is not written costs the next run some work.
    fn write(&self, bytes: &mut Vec<u8>) {
        let _ = (&self.file).write_all(bytes);
        bytes.clear();
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = &mut waiting.0;
        self.write(bytes);
    }
}

/// When a file was changed, and when anything about it was. The second time cannot be set, so
/// that it shows a file that got its old time back.
fn times(metadata: &Metadata) -> [Option<Duration>; 2] {
    let modified = metadata.modified().ok();
    let modified = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    [modified, changed(metadata)]
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<Duration> {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    Some(Duration::new(seconds, nanoseconds))
}

#[cfg(not(unix))]
fn changed(_metadata: &Metadata) -> Option<Duration> {
    None
}

/// The state, or 0 when the input may change once more without another time.
fn steady(state: u64, input: &Metadata) -> u64 {
    if may_hide_a_change(&times(input), SystemTime::now()) {
        0
    } else {
        state
    }
}

/// Whether a file with these times may change now and have the same times.
fn may_hide_a_change(times: &[Option<Duration>; 2], now: SystemTime) -> bool {
    let Some(latest) = times.iter().flatten().max() else {
        return true;
    };
    let is_coarse = times.iter().flatten().all(|time| time.subsec_nanos() == 0);
    let step = if is_coarse { COARSE_STEP } else { STEP };
    let since = now.duration_since(SystemTime::UNIX_EPOCH + *latest);
    // A time to come tells nothing.
    !since.is_ok_and(|since| since > step)
}

/// The program that writes: its version, and of a build of one's own what tells it from the last.
fn program() -> u64 {
    use std::sync::OnceLock;
    static PROGRAM: OnceLock<u64> = OnceLock::new();
    *PROGRAM.get_or_init(|| {
        let file = std::env::current_exe().and_then(|path| path.metadata());
        let file = file.map(|file| (file.len(), file.modified().ok())).ok();
        let mut hasher = DefaultHasher::new();
        (env!("CARGO_PKG_VERSION"), file).hash(&mut hasher);
        hasher.finish()
    })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    files::open_regular(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn bytes_of(key: u64, [state, contents]: [u64; 2]) -> impl Iterator<Item = u8> {
    [key, state, contents]
        .into_iter()
        .flat_map(u64::to_le_bytes)
}

/// The salt and the records; `None` for bytes that are something else.
fn parse(bytes: &[u8]) -> Option<(u64, HashMap<u64, [u64; 2]>)> {
    let number = |bytes: &[u8]| Some(u64::from_le_bytes(bytes.try_into().ok()?));
    let salt = number(bytes.strip_prefix(MAGIC)?.get(..8)?)?;
    let records = bytes[HEADER..].chunks_exact(RECORD);
    let record = |record: &[u8]| {
        let value = [number(&record[8..16])?, number(&record[16..])?];
        Some((number(&record[..8])?, value))
    };
    Some((salt, records.filter_map(record).collect()))
}

fn write_whole(place: &Path, salt: u64, known: &HashMap<u64, [u64; 2]>) -> Option<()> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(salt.to_le_bytes());
    for (key, record) in known {
        bytes.extend(bytes_of(*key, *record));
    }
    let options = WriteOptions::default();
    replace::create(Target::named(place), None, &bytes, &options, || Ok(())).ok()
}

/// The file with the records of an output folder.
fn place(folder: &Path) -> Option<PathBuf> {
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
    let name = format!("outputs-{:016x}", hasher.finish());
    Some(cache.join("zhnorm").join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::new(1_800_000_000, 500_000_000);

    fn hides(modified: Duration, changed: Option<Duration>) -> bool {
        may_hide_a_change(&[Some(modified), changed], SystemTime::UNIX_EPOCH + NOW)
    }

    #[test]
    fn times_tell_after_a_step_of_the_clock() {
        let ago = |milliseconds| NOW.saturating_sub(Duration::from_millis(milliseconds));
        assert!(hides(ago(5), Some(ago(5))));
        assert!(!hides(ago(50), Some(ago(50))));
        // Set back by whoever copied it, and changed just now.
        assert!(hides(Duration::from_secs(1), Some(ago(5))));
        // The clock was set back since.
        assert!(hides(NOW + Duration::from_secs(60), None));
        // Whole seconds.
        assert!(hides(Duration::from_secs(NOW.as_secs()), None));
        assert!(!hides(Duration::from_secs(NOW.as_secs() - 3), None));
    }

    #[test]
    fn the_last_record_of_an_output_holds_and_a_torn_one_does_not() {
        let mut bytes = [&MAGIC[..], &7_u64.to_le_bytes()].concat();
        for (key, record) in [(1, [2, 3]), (4, [5, 6]), (1, [8, 9])] {
            bytes.extend(bytes_of(key, record));
        }
        bytes.extend([0xff; 10]);
        let (salt, known) = parse(&bytes).unwrap();
        assert_eq!(salt, 7);
        assert_eq!(known, HashMap::from([(1, [8, 9]), (4, [5, 6])]));
        assert!(parse(b"zhnout1\n").is_none());
        assert!(parse(b"something else, and long").is_none());
    }
}
