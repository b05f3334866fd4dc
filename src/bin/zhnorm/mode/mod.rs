//! The ways of working: one type for each, instead of a flag asked in ten places.

mod check;
mod diff;
mod mirror;
mod print;
mod write;

use std::borrow::Cow;
use std::fs::Metadata;
use std::path::Path;

use zhnorm::Normalizer;
use zhnorm::decode::Encoding;

use crate::fault::Fault;
use crate::inputs::Input;
use crate::record::Fate;
use crate::settings::{Settings, Way};

/// A file as it is on disk, and as it should be.
pub struct Work<'a> {
    /// Where it comes from.
    pub input: &'a Input,
    /// What is known of the file; nothing of standard input.
    pub metadata: Option<&'a Metadata>,
    /// What it holds.
    pub old: &'a [u8],
    /// What it should hold.
    pub new: Cow<'a, [u8]>,
    /// The encoding it was in.
    pub encoding: Option<Encoding>,
    /// What made the one from the other.
    pub normalizer: &'a Normalizer,
}

impl Work<'_> {
    /// Whether there is anything to change.
    pub fn is_changed(&self) -> bool {
        self.old != self.new.as_ref()
    }
}

/// What came of it.
pub struct Settled {
    /// How the file came out.
    pub fate: Fate,
    /// What goes to standard output.
    pub text: Vec<u8>,
    /// What the user may not expect.
    pub warning: Option<String>,
}

impl Settled {
    fn quietly(fate: Fate) -> Self {
        Self {
            fate,
            text: Vec::new(),
            warning: None,
        }
    }
}

/// A way of working.
pub trait Mode: Sync {
    /// Looks at a folder that the user named before it is walked.
    ///
    /// # Errors
    ///
    /// A fault when it cannot be worked on this way; its files are then not processed.
    fn admit_folder(&self, _folder: &Path) -> Result<(), Fault> {
        Ok(())
    }

    /// Looks at a file before it is read. Called for one file after another, in order.
    ///
    /// # Errors
    ///
    /// A fault when it cannot be worked on this way.
    fn admit(&self, _input: &Input) -> Result<(), Fault> {
        Ok(())
    }

    /// Does what this way of working does with a file. Called from many threads.
    ///
    /// # Errors
    ///
    /// A fault, and nothing was changed.
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault>;

    /// Whether what goes to standard output is a text of its own, which a report would spoil.
    fn owns_stdout(&self) -> bool {
        false
    }

    /// Whether files are written: then a run goes on when nobody reads its output any more.
    fn writes(&self) -> bool {
        false
    }
}

/// The mode for the settings.
///
/// # Errors
///
/// A message when it cannot work at all.
pub fn of(settings: &Settings, colored: bool) -> Result<Box<dyn Mode>, String> {
    Ok(match &settings.way {
        Way::Print => Box::new(print::Printer),
        Way::Check => Box::new(check::Checker),
        Way::Diff => Box::new(diff::Differ { colored }),
        Way::Write => Box::new(write::Writer),
        Way::Mirror(folder) => Box::new(mirror::Mirrorer::new(folder)?),
    })
}
