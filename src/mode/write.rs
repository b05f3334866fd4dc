//! `-w`: changes files in place.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Read as _};
use std::path::Path;

use zhnorm::Normalizer;
use zhnorm::formats::packing::{Packer, Packing};
use zhnorm::formats::{self, Format};

use super::{Job, Mode, Part, Receiver, Settled, Work, packed};
use crate::document::{self, Processed, Refusal};
use crate::fault::{Deed, Fault};
use crate::record::Fate;
use crate::replace::{self, Draft};
use crate::settings::Manner;
use crate::source::Source;

/// Replaces each file whose text changes; the others are not touched.
pub struct Writer {
    /// How.
    pub manner: Manner,
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

    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        if !work.is_changed() {
            return Ok(Settled::quietly(Fate::Unchanged));
        }
        let metadata = file(work.metadata)?;
        let contents = work.packed()?;
        let warning = replace::rewrite(&work.input.path, metadata, &contents, &self.manner)?;
        Ok(Settled {
            warning,
            ..Settled::quietly(Fate::Changed)
        })
    }

    fn receive<'m>(&'m self, job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        Ok(Box::new(Writing {
            path: &job.input.path,
            metadata: file(job.metadata)?,
            manner: &self.manner,
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

/// What is known of a file that can be changed in place.
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
    path: &'m Path,
    metadata: &'m Metadata,
    manner: &'m Manner,
    packing: Packing,
    packer: Packer,
    /// How many bytes of the text, unpacked, are what they were.
    same: u64,
    draft: Option<Draft>,
}

impl Writing<'_> {
    /// Writes the start of the file, which stays.
    fn begin(&mut self) -> Result<Draft, Fault> {
        let fault = |error: io::Error| Fault::system(Deed::Read, &error);
        let mut draft = Draft::of_existing(self.path, self.metadata)?;
        let raw = BufReader::new(File::open(self.path).map_err(fault)?);
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

    fn finish(mut self: Box<Self>, differs: bool, _source: &mut Source) -> Result<Settled, Fault> {
        if !differs {
            return Ok(Settled::quietly(Fate::Unchanged));
        }
        let mut draft = match self.draft.take() {
            Some(draft) => draft,
            // The end of the file goes, and nothing else.
            None => self.begin()?,
        };
        draft.write(&packed(self.packer.finish())?)?;
        let warning = draft.replace(self.path, self.metadata, self.manner)?;
        Ok(Settled {
            warning,
            ..Settled::quietly(Fate::Changed)
        })
    }
}
