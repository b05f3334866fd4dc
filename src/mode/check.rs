//! `--check`: names what would change.

use super::{End, Job, Mode, Part, Receiver, Settled, Work};
use crate::escape;
use crate::fault::Fault;
use crate::input::Input;
use crate::record::FileStatus;

/// Lists the files that would change, one on a line.
pub(super) struct Checker;

impl Mode for Checker {
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        if !work.is_changed() {
            return Ok(Settled::quietly(FileStatus::Unchanged));
        }
        Ok(would_change(work.input))
    }

    fn receive<'m>(&'m self, job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        Ok(Box::new(Checking(job.input)))
    }
}

/// A large file that is being compared.
struct Checking<'m>(&'m Input);

impl Receiver for Checking<'_> {
    fn take(&mut self, _part: &Part<'_>) -> Result<Vec<u8>, Fault> {
        Ok(Vec::new())
    }

    fn finish(self: Box<Self>, end: End<'_>) -> Result<Settled, Fault> {
        Ok(if end.differs {
            would_change(self.0)
        } else {
            Settled::quietly(FileStatus::Unchanged)
        })
    }
}

fn would_change(input: &Input) -> Settled {
    let mut text = escape::path(input.shown());
    text.push('\n');
    Settled {
        text: text.into_bytes(),
        ..Settled::quietly(FileStatus::WouldChange)
    }
}
