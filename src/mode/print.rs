//! No mode: the text goes to standard output.

use super::{Job, Mode, Part, Receiver, Settled, Work};
use crate::fault::Fault;
use crate::record::Fate;
use crate::source::Source;

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

    fn receive<'m>(&'m self, _job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        Ok(Box::new(Printing))
    }
}

/// A large text on its way to standard output.
struct Printing;

impl Receiver for Printing {
    fn take(&mut self, part: &Part<'_>) -> Result<Vec<u8>, Fault> {
        Ok(part.bytes.to_owned())
    }

    fn finish(self: Box<Self>, differs: bool, _source: &mut Source) -> Result<Settled, Fault> {
        Ok(Settled::quietly(if differs {
            Fate::Changed
        } else {
            Fate::Unchanged
        }))
    }
}
