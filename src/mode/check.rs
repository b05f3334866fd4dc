//! `--check`: names what would change.

use super::{Job, Mode, Part, Receiver, Settled, Work};
use crate::escape;
use crate::fault::Fault;
use crate::inputs::Input;
use crate::record::Fate;
use crate::source::Source;

/// Lists the files that would change, one on a line.
pub struct Checker;

impl Mode for Checker {
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        if !work.is_changed() {
            return Ok(Settled::quietly(Fate::Unchanged));
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

    fn finish(self: Box<Self>, differs: bool, _source: &mut Source) -> Result<Settled, Fault> {
        Ok(if differs {
            would_change(self.0)
        } else {
            Settled::quietly(Fate::Unchanged)
        })
    }
}

fn would_change(input: &Input) -> Settled {
    let mut text = escape::path(input.shown());
    text.push('\n');
    Settled {
        text: text.into_bytes(),
        ..Settled::quietly(Fate::WouldChange)
    }
}
