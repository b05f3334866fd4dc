//! `-w`: changes files in place.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use zhnorm::Normalizer;
use zhnorm::formats::{self, Format};
use zhnorm::formats::{Packer, Packing};

use super::{End, Job, Mode, Part, Receiver, Settled, Work, packed};
use crate::document::{self, Processed, Refusal};
use crate::fault::{Fault, IoOperation};
use crate::input::Input;
use crate::record::FileStatus;
use crate::replace::{self, Draft, Target};
use crate::settings::WriteOptions;

/// Replaces each file whose text changes. The others are not touched.
pub(super) struct Writer {
    options: WriteOptions,
    /// The folders that were searched for stale temporary files.
    cleaned: Mutex<Cleaned>,
}

#[derive(Default)]
struct Cleaned {
    folders: HashSet<PathBuf>,
    /// The last one: the next file is mostly in the same folder.
    last: PathBuf,
}

impl Writer {
    /// Writes files this way.
    pub(super) fn new(options: WriteOptions) -> Self {
        Self {
            options,
            cleaned: Mutex::default(),
        }
    }

    /// Refuses to write U+FFFD over bytes that cannot be decoded.
    fn see_loss(&self, is_lossy: bool) -> Result<(), Fault> {
        if is_lossy && !self.options.lossy {
            return Err(Fault::new(
                "some of its bytes cannot be decoded, and would be lost; it was left alone; name \
                 its encoding with -e if it was taken for another, see the places with --explain, \
                 write the text somewhere else with -o DIR, or use --lossy",
            ));
        }
        Ok(())
    }
}

impl Mode for Writer {
    fn process<'a>(
        &self,
        bytes: &'a [u8],
        format: Format,
        normalizer: &Normalizer,
        options: &formats::Options,
    ) -> Result<Processed<'a>, Refusal> {
        if format == Format::Page {
            return Err(Refusal::Other(document::page_in_place()));
        }
        document::process(bytes, format, normalizer, options)
    }

    fn keeps_pages(&self) -> bool {
        true
    }

    fn admit(&self, input: &Input) -> Result<(), Fault> {
        let folder = match input.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut cleaned = self.cleaned.lock().unwrap_or_else(PoisonError::into_inner);
        if cleaned.last.as_os_str() != folder.as_os_str() {
            folder.clone_into(&mut cleaned.last);
            if cleaned.folders.insert(folder.to_owned()) {
                replace::clean_folder(folder);
            }
        }
        Ok(())
    }

    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        if !work.is_changed() {
            return Ok(Settled::quietly(FileStatus::Unchanged));
        }
        let metadata = file(work.metadata)?;
        self.see_loss(work.is_lossy)?;
        let contents = work.packed()?;
        let target = Target::existing(work.input)?;
        let warning = replace::rewrite(target, metadata, &contents, &self.options)?;
        Ok(Settled {
            warning,
            ..Settled::quietly(FileStatus::Changed)
        })
    }

    fn receive<'m>(&'m self, job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        Ok(Box::new(Writing {
            writer: self,
            input: job.input,
            metadata: file(job.metadata)?,
            packing: job.packing,
            packer: Packer::new(job.packing),
            same: 0,
            draft: None,
        }))
    }

    fn writes(&self) -> bool {
        true
    }
}

/// The metadata of a file that can be changed in place.
fn file(metadata: Option<&Metadata>) -> Result<&Metadata, Fault> {
    metadata
        .filter(|metadata| metadata.is_file())
        .ok_or_else(|| {
            Fault::new(
                "not a file that can be changed in place; leave -w out and the text goes to \
                 standard output",
            )
        })
}

/// A large file that is being changed. As long as nothing differs, nothing is written.
struct Writing<'m> {
    writer: &'m Writer,
    input: &'m Input,
    metadata: &'m Metadata,
    packing: Packing,
    packer: Packer,
    /// How many bytes of the text, unpacked, did not change.
    same: u64,
    draft: Option<Draft>,
}

impl Writing<'_> {
    /// Writes the start of the file, which does not change.
    fn begin(&mut self) -> Result<Draft, Fault> {
        let fault = |error: io::Error| Fault::system(IoOperation::Read, &error);
        let mut draft = Draft::for_existing(Target::existing(self.input)?, self.metadata)?;
        let raw = BufReader::new(self.input.open().map_err(fault)?);
        let mut start = self.packing.reader(raw).take(self.same);
        let mut block = vec![0; 1 << 18];
        loop {
            match start.read(&mut block).map_err(fault)? {
                0 => return Ok(draft),
                read => draft.write(&packed(self.packer.pack(&block[..read]))?)?,
            }
        }
    }
}

impl Receiver for Writing<'_> {
    fn take(&mut self, part: &Part<'_>) -> Result<Vec<u8>, Fault> {
        if !part.differs {
            self.same += part.bytes.len() as u64;
            return Ok(Vec::new());
        }
        let mut draft = match self.draft.take() {
            Some(draft) => draft,
            None => self.begin()?,
        };
        draft.write(&packed(self.packer.pack(part.bytes))?)?;
        self.draft = Some(draft);
        Ok(Vec::new())
    }

    fn finish(mut self: Box<Self>, end: End<'_>) -> Result<Settled, Fault> {
        if !end.differs {
            return Ok(Settled::quietly(FileStatus::Unchanged));
        }
        self.writer.see_loss(end.is_lossy)?;
        let mut draft = match self.draft.take() {
            Some(draft) => draft,
            // Only the end of the file is left out.
            None => self.begin()?,
        };
        draft.write(&packed(self.packer.finish())?)?;
        let warning = draft.replace(self.metadata, &self.writer.options)?;
        Ok(Settled {
            warning,
            ..Settled::quietly(FileStatus::Changed)
        })
    }
}
