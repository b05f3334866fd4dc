//! No mode: the text goes to standard output.

use super::{Mode, Settled, Work};
use crate::fault::Fault;
use crate::record::Fate;

/// Prints the text.
pub struct Printer;

impl Mode for Printer {
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        let fate = if work.is_changed() {
            Fate::Changed
        } else {
            Fate::Unchanged
        };
        Ok(Settled {
            text: work.new.into_owned(),
            ..Settled::quietly(fate)
        })
    }
}
