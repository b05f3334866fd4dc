//! Says when two runs write below the same folder at the same time.
//!
//! That is safe: a file that changes while it is worked on is left alone. But it is rarely meant,
//! so the second run says so, once.

use std::fs::File;

use crate::escape;
use crate::record::Head;
use crate::replace;
use crate::settings::Settings;

/// Locks of the folders below which a run writes. The system releases them with the process.
pub(super) struct Locks(#[allow(dead_code)] Vec<File>);

/// Locks the folders of a run, and adds a warning for one that another run has locked.
pub(super) fn take(settings: &Settings, head: &mut Head) -> Locks {
    let mut locks = Vec::new();
    let folders = settings.mode.written_folders(&settings.paths);
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let Ok(file) = File::open(folder) else {
            continue;
        };
        if replace::lock(&file) {
            locks.push(file);
        } else {
            head.warnings.push(format!(
                "{}: another run of zhnorm is writing below this folder; a file that it changes \
                 at the same time is left alone",
                escape::path(folder)
            ));
        }
    }
    Locks(locks)
}
