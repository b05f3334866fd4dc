//! Ctrl-C while files are being written: finish those that are begun, then stop.
//!
//! Only runs over many files ask for this. A pipeline keeps the system's own behaviour, since a
//! program that waits for its input should stop at once.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C only asks the run to stop; the second one stops it where it is.
/// A kill does so at once, which costs no more than what was being written.
pub fn listen() {
    // Failing to install a handler leaves the system's own, which is safe: writes are atomic.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
}

/// Whether the user asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
