//! No mode flag: the text goes to standard output.

use super::{End, Job, Mode, Part, Receiver, Settled, Work};
use crate::fault::Fault;
use crate::record::FileStatus;

/// Prints the text.
pub(super) struct Printer;

impl Mode for Printer {
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        let status = if work.is_changed() {
            FileStatus::Changed
        } else {
            FileStatus::Unchanged
        };
        Ok(Settled {
            text: work.new.into_owned(),
            ..Settled::quietly(status)
        })
    }

    fn emits(&self) -> bool {
        true
    }

    fn receive<'m>(&'m self, _job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        Ok(Box::new(Printing))
    }
}

/// Prints a large text.
struct Printing;

impl Receiver for Printing {
    fn take(&mut self, part: &Part<'_>) -> Result<Vec<u8>, Fault> {
        Ok(part.bytes.to_owned())
    }

    fn finish(self: Box<Self>, end: End<'_>) -> Result<Settled, Fault> {
        Ok(Settled::quietly(if end.differs {
            FileStatus::Changed
        } else {
            FileStatus::Unchanged
        }))
    }
}
