//! The ways of working: one type for each, instead of a flag asked in ten places.

mod check;
pub mod detect;
mod diff;
mod mirror;
mod print;
mod stamp;
mod write;

use std::borrow::Cow;
use std::fs::Metadata;
use std::io;
use std::path::Path;

use zhnorm::Normalizer;
use zhnorm::formats::packing::Packing;
use zhnorm::formats::{self, Format};

use crate::document::{self, Processed, Refusal};
use crate::fault::Fault;
use crate::inputs::Input;
use crate::record::{Facts, Fate};
use crate::settings::{Settings, Way};
use crate::source::Source;

/// A file as it is on disk, and as it should be.
pub struct Work<'a> {
    /// Where it comes from.
    pub input: &'a Input,
    /// What is known of the file; nothing of standard input.
    pub metadata: Option<&'a Metadata>,
    /// How its bytes are packed.
    pub packing: Packing,
    /// Its bytes as they are.
    pub raw: &'a [u8],
    /// What it holds, unpacked.
    pub old: &'a [u8],
    /// What it should hold, unpacked.
    pub new: Cow<'a, [u8]>,
    /// What was found out.
    pub facts: Option<Facts>,
    /// What made the one from the other.
    pub normalizer: &'a Normalizer,
}

impl Work<'_> {
    /// Whether there is anything to change.
    pub fn is_changed(&self) -> bool {
        self.old != self.new.as_ref()
    }

    /// The bytes of the new file.
    fn packed(&self) -> Result<Cow<'_, [u8]>, Fault> {
        if self.is_changed() {
            packed(self.packing.pack(&self.new))
        } else {
            Ok(Cow::Borrowed(self.raw))
        }
    }
}

/// What a compressor gave.
fn packed<T>(result: io::Result<T>) -> Result<T, Fault> {
    result.map_err(|error| Fault::packing(&error))
}

/// A file that is too large for memory, before its text is read.
pub struct Job<'j> {
    /// Where it comes from.
    pub input: &'j Input,
    /// What is known of the file; nothing of standard input.
    pub metadata: Option<&'j Metadata>,
    /// How its bytes are packed.
    pub packing: Packing,
    /// What was found out.
    pub facts: Facts,
}

/// A part of such a file.
pub struct Part<'p> {
    /// Its text as it was.
    pub old: &'p str,
    /// Its text as it should be.
    pub new: &'p str,
    /// The same in the encoding of the output, unpacked.
    pub bytes: &'p [u8],
    /// What comes out differs from what is in the file, here or before.
    pub differs: bool,
}

/// What a way of working does with a large file, part by part.
pub trait Receiver {
    /// Takes the next part; gives what goes to standard output.
    ///
    /// # Errors
    ///
    /// A fault, and no file was changed.
    fn take(&mut self, part: &Part<'_>) -> Result<Vec<u8>, Fault>;

    /// Does what is to be done at the end.
    ///
    /// # Errors
    ///
    /// A fault, and no file was changed.
    fn finish(self: Box<Self>, differs: bool, source: &mut Source) -> Result<Settled, Fault>;
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

    /// Whether a file needs no work, because an earlier run did it. Called from many threads.
    fn is_done(&self, _input: &Input) -> bool {
        false
    }

    /// Runs the pipeline over the bytes of a file.
    ///
    /// # Errors
    ///
    /// A refusal when they cannot be worked on.
    fn process<'a>(
        &self,
        bytes: &'a [u8],
        format: Format,
        normalizer: &Normalizer,
        options: &formats::Options,
    ) -> Result<Processed<'a>, Refusal> {
        document::process(bytes, format, normalizer, options)
    }

    /// Does what this way of working does with a file. Called from many threads.
    ///
    /// # Errors
    ///
    /// A fault, and nothing was changed.
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault>;

    /// Begins to do the same with a file that is too large for memory.
    ///
    /// # Errors
    ///
    /// A fault when it cannot be worked on this way.
    fn receive<'m>(&'m self, job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault>;

    /// Whether nothing is to be known of a file but what it is. Then [`Mode::told`] is asked.
    fn detects_only(&self) -> bool {
        false
    }

    /// What is told of a file of which nothing is to be known but this.
    fn told(&self, _input: &Input, _facts: &Facts) -> Vec<u8> {
        Vec::new()
    }

    /// Whether files are written: then a run goes on when nobody reads its output any more.
    fn writes(&self) -> bool {
        false
    }
}

/// The mode for the settings. `options` tells everything that decides what a text becomes.
///
/// # Errors
///
/// A message when it cannot work at all.
pub fn of(settings: &Settings, colored: bool, options: &str) -> Result<Box<dyn Mode>, String> {
    let manner = settings.manner.clone();
    Ok(match &settings.way {
        Way::Print => Box::new(print::Printer),
        Way::Check => Box::new(check::Checker),
        Way::Diff => Box::new(diff::Differ { colored }),
        Way::Write => Box::new(write::Writer { manner }),
        Way::Mirror(folder) => Box::new(mirror::Mirrorer::new(folder, manner, options)?),
        Way::Detect => Box::new(detect::Detector),
    })
}
