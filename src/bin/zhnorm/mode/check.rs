//! `--check`: names what would change.

use super::{Mode, Settled, Work};
use crate::escape;
use crate::fault::Fault;
use crate::record::Fate;

/// Lists the files that would change, one on a line.
pub struct Checker;

impl Mode for Checker {
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        if !work.is_changed() {
            return Ok(Settled::quietly(Fate::Unchanged));
        }
        let mut text = escape::path(work.input.shown());
        text.push('\n');
        Ok(Settled {
            text: text.into_bytes(),
            ..Settled::quietly(Fate::WouldChange)
        })
    }
}
