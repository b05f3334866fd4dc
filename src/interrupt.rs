//! Ctrl-C while files are being written: finish those that are begun, then stop.
//!
//! Only runs over many files install this handler. A pipeline keeps the default behaviour of the
//! system, because a program that waits for input should stop at once.

use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Installs the handler. The first Ctrl-C asks the run to stop, the second ends the process. A
/// kill ends it at once, which loses at most the files that were being written.
pub(crate) fn listen() {
    // Without a handler the system's default applies, which is safe: writes are atomic.
    let _ = ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
}

/// Whether the user asked to stop.
pub(crate) fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
