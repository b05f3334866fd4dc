//! Where the bytes of an input come from: whole into memory, or, when they are too many for it, as
//! a reader that can be had as often as needed.
//!
//! A file is read in place. What can be read only once, standard input or a FIFO, is kept in a
//! temporary file without a name when it turns out to be large.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Read, Seek as _, Write};
use std::path::PathBuf;

use zhnorm::formats::Packing;

use crate::fault::{Fault, IoOperation};
use crate::input::Input;
use crate::replace;

/// Blocks in which a file is read.
const BLOCK: usize = 256 * 1024;

/// The bytes of an input.
pub(crate) enum Loaded {
    /// All of them, as they are on disk, and what is known of the file.
    Whole(Vec<u8>, Option<Metadata>),
    /// They are too many.
    Large(Source),
}

/// A large input.
pub(crate) struct Source {
    file: File,
    /// The file that is worked on; nothing of standard input.
    path: Option<PathBuf>,
    /// How its bytes are packed.
    pub packing: Packing,
    /// What is known of the file; nothing of standard input.
    pub metadata: Option<Metadata>,
    /// Its length, packed.
    pub length: u64,
}

/// Loads an input that is at most `most` bytes long.
///
/// # Errors
///
/// A fault when it cannot be read, or changes while it is: what was read would be half of this
/// and half of that.
pub(crate) fn load(input: &Input, most: usize) -> Result<Loaded, Fault> {
    if input.is_stdin() {
        let stdin = io::stdin();
        return load_once(stdin.lock(), None, most, |error| {
            Fault::system(IoOperation::Read, &error)
        });
    }
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound if !input.named => {
            Fault::new("it vanished before it could be read; run again if it should be there")
        }
        _ => Fault::reading(&input.path, &error),
    };
    let mut file = input.open().map_err(fault)?;
    let before = file.metadata().map_err(fault)?;
    if !before.is_file() {
        return load_once(file, Some(before), most, fault);
    }
    if before.len() > most as u64 {
        let mut first = Vec::new();
        Read::by_ref(&mut file)
            .take(4)
            .read_to_end(&mut first)
            .map_err(fault)?;
        return Ok(Loaded::Large(Source {
            file,
            path: Some(input.path.clone()),
            packing: Packing::detect(&first),
            length: before.len(),
            metadata: Some(before),
        }));
    }
    // One byte more than the file has, so that its end is seen without growing the buffer.
    let mut bytes = Vec::with_capacity(before.len() as usize + 1);
    Read::by_ref(&mut file)
        .take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(fault)?;
    let after = file.metadata().map_err(fault)?;
    if !replace::same(&before, &after) {
        return Err(replace::changed_meanwhile());
    }
    Ok(Loaded::Whole(bytes, Some(before)))
}

/// Loads what can be read only once. `fault` is the fault of reading it.
fn load_once(
    mut from: impl Read,
    metadata: Option<Metadata>,
    most: usize,
    fault: impl Fn(io::Error) -> Fault,
) -> Result<Loaded, Fault> {
    let mut bytes = Vec::new();
    from.by_ref()
        .take((most as u64).saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(&fault)?;
    if bytes.len() <= most {
        return Ok(Loaded::Whole(bytes, metadata));
    }
    let no_room = |error: io::Error| Fault::system(IoOperation::Buffer, &error);
    let mut file = tempfile::tempfile().map_err(no_room)?;
    file.write_all(&bytes).map_err(no_room)?;
    let mut length = bytes.len() as u64;
    let mut block = vec![0; BLOCK];
    loop {
        match from.read(&mut block) {
            Ok(0) => break,
            Ok(read) => {
                file.write_all(&block[..read]).map_err(no_room)?;
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(fault(error)),
        }
    }
    Ok(Loaded::Large(Source {
        file,
        path: None,
        packing: Packing::detect(&bytes),
        metadata,
        length,
    }))
}

impl Source {
    /// What was loaded whole and proves to be too large when it is unpacked.
    ///
    /// # Errors
    ///
    /// A fault when it cannot be kept.
    pub(crate) fn from_packed(
        raw: &[u8],
        input: &Input,
        metadata: Option<Metadata>,
    ) -> Result<Self, Fault> {
        let fault = |error: io::Error| Fault::system(IoOperation::Buffer, &error);
        let mut file = tempfile::tempfile().map_err(fault)?;
        file.write_all(raw).map_err(fault)?;
        let is_file = metadata.as_ref().is_some_and(Metadata::is_file);
        Ok(Self {
            file,
            path: is_file.then(|| input.path.clone()),
            packing: Packing::detect(raw),
            metadata,
            length: raw.len() as u64,
        })
    }

    /// A reader of the unpacked bytes, from the start. Its errors are those of [`Fault::unpacking`].
    ///
    /// # Errors
    ///
    /// A fault of the disk.
    pub(crate) fn reader(&mut self) -> Result<Box<dyn Read + Send + '_>, Fault> {
        self.rewind()?;
        let packed = BufReader::with_capacity(BLOCK, &self.file);
        Ok(self.packing.reader(packed))
    }

    /// The first unpacked bytes, as many as show a known format.
    ///
    /// # Errors
    ///
    /// A fault when they cannot be read.
    pub(crate) fn beginning(&mut self) -> Result<Vec<u8>, Fault> {
        let packing = self.packing;
        let mut beginning = Vec::new();
        (self.reader()?.take(64))
            .read_to_end(&mut beginning)
            .map_err(|error| Fault::unpacking(packing, &error))?;
        Ok(beginning)
    }

    /// The bytes as they are on disk, from the start, block by block.
    ///
    /// # Errors
    ///
    /// A fault of the disk, or the one that `take` gives.
    pub(crate) fn read_raw(
        &mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let fault = |error: io::Error| Fault::system(IoOperation::Read, &error);
        self.rewind()?;
        let mut block = vec![0; BLOCK];
        loop {
            match self.file.read(&mut block).map_err(fault)? {
                0 => return Ok(()),
                read => take(&block[..read])?,
            }
        }
    }

    /// Checks that the file has not changed since it was opened.
    ///
    /// # Errors
    ///
    /// A fault if it has.
    pub(crate) fn is_same(&self) -> Result<(), Fault> {
        let (Some(path), Some(before)) = (&self.path, &self.metadata) else {
            return Ok(());
        };
        match path.metadata() {
            Ok(now) if replace::same(before, &now) => Ok(()),
            _ => Err(replace::changed_meanwhile()),
        }
    }

    fn rewind(&mut self) -> Result<(), Fault> {
        self.file
            .rewind()
            .map_err(|error| Fault::system(IoOperation::Read, &error))
    }
}
