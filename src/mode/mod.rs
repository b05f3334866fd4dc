//! The modes: a type for each, instead of a flag that is tested in ten places.

mod check;
mod detect;
mod diff;
mod mirror;
mod print;
mod up_to_date;
mod write;

use std::borrow::Cow;
use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::sync::Arc;

use zhnorm::Normalizer;
use zhnorm::formats::Packing;
use zhnorm::formats::{self, Format};

use crate::colors::Colors;
use crate::document::{self, Processed, Refusal};
use crate::fault::Fault;
use crate::input::Input;
use crate::names::Names;
use crate::own_files::OwnFiles;
use crate::record::{Facts, FileStatus};
use crate::settings::{ModeKind, Settings};
use crate::source::Source;

/// A file as it is on disk, and as it should be.
pub(crate) struct Work<'a> {
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
    /// What is known about the text.
    pub facts: Option<Facts>,
    /// Bytes of the file could not be decoded, and the new text has U+FFFD instead.
    pub is_lossy: bool,
    /// The normalizer that made the new text.
    pub normalizer: &'a Normalizer,
}

impl Work<'_> {
    /// Whether there is anything to change.
    pub(crate) fn is_changed(&self) -> bool {
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
pub(crate) struct Job<'j> {
    /// Where it comes from.
    pub input: &'j Input,
    /// What is known of the file; nothing of standard input.
    pub metadata: Option<&'j Metadata>,
    /// How its bytes are packed.
    pub packing: Packing,
    /// What is known about the text.
    pub facts: Facts,
}

/// A part of such a file.
pub(crate) struct Part<'p> {
    /// Its text as it was.
    pub old: &'p str,
    /// Its text as it should be.
    pub new: &'p str,
    /// The same in the encoding of the output, unpacked.
    pub bytes: &'p [u8],
    /// The new bytes differ from those of the file, in this part or in an earlier one.
    pub differs: bool,
}

/// The end of a large file.
pub(crate) struct End<'e> {
    /// The new bytes differ from those of the file.
    pub differs: bool,
    /// Bytes of the file could not be decoded, and the new text has U+FFFD instead.
    pub is_lossy: bool,
    /// The file, for reading it once more.
    pub source: &'e mut Source,
}

/// What a mode does with a large file, part by part.
pub(crate) trait Receiver {
    /// Takes the next part; gives what is printed on standard output.
    ///
    /// # Errors
    ///
    /// A fault, and no file was changed.
    fn take(&mut self, part: &Part<'_>) -> Result<Vec<u8>, Fault>;

    /// Finishes the file.
    ///
    /// # Errors
    ///
    /// A fault, and no file was changed.
    fn finish(self: Box<Self>, end: End<'_>) -> Result<Settled, Fault>;
}

/// The result for one file.
pub(crate) struct Settled {
    /// The status of the file.
    pub status: FileStatus,
    /// What is printed on standard output.
    pub text: Vec<u8>,
    /// Something that the user may not expect.
    pub warning: Option<String>,
}

impl Settled {
    fn quietly(status: FileStatus) -> Self {
        Self {
            status,
            text: Vec::new(),
            warning: None,
        }
    }
}

/// A mode.
pub(crate) trait Mode: Sync {
    /// Checks a folder before it is walked, and before a link to it is followed.
    ///
    /// # Errors
    ///
    /// A fault when the mode cannot work on it; its files are then not processed.
    fn admit_folder(&self, _folder: &Path) -> Result<(), Fault> {
        Ok(())
    }

    /// Checks a file before it is read. Called for one file after another, in order.
    ///
    /// # Errors
    ///
    /// A fault when the mode cannot work on it.
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

    /// Does the work of the mode with a file. Called from many threads.
    ///
    /// # Errors
    ///
    /// A fault, and nothing was changed.
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault>;

    /// Begins the same for a file that is too large for memory.
    ///
    /// # Errors
    ///
    /// A fault when the mode cannot work on it.
    fn receive<'m>(&'m self, job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault>;

    /// Whether only what is known about the text is printed. Then [`Mode::detected`] is called.
    fn detects_only(&self) -> bool {
        false
    }

    /// The line for what is known about a text.
    fn detected(&self, _input: &Input, _facts: &Facts) -> Vec<u8> {
        Vec::new()
    }

    /// Whether a web page stays one, because what is written takes its place.
    fn keeps_pages(&self) -> bool {
        false
    }

    /// Whether what is written may be another form of the document: see [`crate::emit`].
    fn emits(&self) -> bool {
        false
    }

    /// Whether files are written. Then a run goes on when its standard output is closed.
    fn writes(&self) -> bool {
        false
    }
}

/// The mode for the settings.
///
/// # Errors
///
/// A message when it cannot work at all.
pub(crate) fn for_settings(
    settings: &Settings,
    colors: Colors,
    own_files: &Arc<OwnFiles>,
    names: Option<&Arc<Names>>,
) -> Result<Box<dyn Mode>, String> {
    Ok(match &settings.mode {
        ModeKind::Print | ModeKind::Records => Box::new(print::Printer),
        ModeKind::Check => Box::new(check::Checker),
        ModeKind::Diff => Box::new(diff::Differ::new(colors.stdout)),
        ModeKind::Write => Box::new(write::Writer::new(settings.write.clone())),
        ModeKind::Mirror { folder, file_name } => Box::new(mirror::Mirrorer::new(
            folder,
            file_name.as_ref(),
            settings,
            Arc::clone(own_files),
            names.cloned(),
        )?),
        ModeKind::Detect => Box::new(detect::Detector),
    })
}
