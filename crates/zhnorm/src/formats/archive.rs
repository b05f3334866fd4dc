//! ZIP archives, as far as e-books need them: entries are read, some are replaced, and every other
//! byte stays as it is.

use std::io::{self, Read as _, Write as _};
use std::ops::Range;

use flate2::{Compression, Crc, bufread::DeflateDecoder, write::DeflateEncoder};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// The length of each record without what is of variable length.
const LOCAL_LENGTH: usize = 30;
const CENTRAL_LENGTH: usize = 46;
const END_LENGTH: usize = 22;

/// Packing takes most of the time for a book; a higher level saves little.
const LEVEL: u32 = 4;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// An archive in memory.
pub(super) struct Archive<'b> {
    bytes: &'b [u8],
    entries: Vec<Entry<'b>>,
    /// Where the directory begins, and the record after it.
    directory: Range<usize>,
}

/// A file in an archive.
struct Entry<'b> {
    name: &'b [u8],
    method: u16,
    is_encrypted: bool,
    /// Its record in the directory.
    central: Range<usize>,
    /// Its record before the data, and the data.
    local: usize,
    data: Range<usize>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
}

impl<'b> Archive<'b> {
    /// Reads the directory; `None` when the bytes are no archive, a damaged one, or one of more
    /// than 4 GiB.
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        let last = bytes.len().checked_sub(END_LENGTH)?;
        let from = last.saturating_sub(usize::from(u16::MAX));
        let end = from + memchr::memmem::rfind(&bytes[from..last + END.len()], END)?;
        let count = u16_at(bytes, end + 10)?;
        let start = u32_at(bytes, end + 16)?;
        let mut entries = Vec::new();
        let mut at = start;
        for _ in 0..count {
            if bytes.get(at..at + 4)? != CENTRAL {
                return None;
            }
            let name_length = usize::from(u16_at(bytes, at + 28)?);
            let rest = usize::from(u16_at(bytes, at + 30)?) + usize::from(u16_at(bytes, at + 32)?);
            let name = bytes.get(at + CENTRAL_LENGTH..at + CENTRAL_LENGTH + name_length)?;
            let local = u32_at(bytes, at + 42)?;
            if bytes.get(local..local + 4)? != LOCAL || local >= start {
                return None;
            }
            let before_data = LOCAL_LENGTH
                + usize::from(u16_at(bytes, local + 26)?)
                + usize::from(u16_at(bytes, local + 28)?);
            let data = local + before_data..local + before_data + u32_at(bytes, at + 20)?;
            bytes.get(data.clone())?;
            let next = at + CENTRAL_LENGTH + name_length + rest;
            entries.push(Entry {
                name,
                method: u16_at(bytes, at + 10)?,
                is_encrypted: u16_at(bytes, at + 8)? & 1 != 0,
                central: at..next,
                local,
                data,
            });
            at = next;
        }
        (at <= end).then_some(Self {
            bytes,
            entries,
            directory: start..end,
        })
    }

    /// The names of the files, in the order of the directory.
    pub(super) fn names(&self) -> impl Iterator<Item = &'b [u8]> {
        self.entries.iter().map(|entry| entry.name)
    }

    /// The contents of a file; `None` when it is encrypted, packed in another way than by deflate,
    /// damaged, or larger than `most`.
    pub(super) fn contents(&self, index: usize, most: usize) -> Option<Vec<u8>> {
        let entry = &self.entries[index];
        let data = &self.bytes[entry.data.clone()];
        match entry.method {
            _ if entry.is_encrypted => None,
            STORED => Some(data.to_vec()),
            DEFLATED => {
                let mut contents = Vec::new();
                let mut reader = DeflateDecoder::new(data).take(most as u64 + 1);
                reader.read_to_end(&mut contents).ok()?;
                (contents.len() <= most).then_some(contents)
            }
            _ => None,
        }
    }

    /// The archive with new contents for some files.
    ///
    /// # Errors
    ///
    /// Those of the compressor, and when the new archive is too large for the format.
    pub(super) fn replaced(&self, new: &[(usize, Vec<u8>)]) -> io::Result<Vec<u8>> {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by_key(|index| self.entries[*index].local);
        let mut written = Vec::with_capacity(self.bytes.len());
        let mut offsets = vec![0; self.entries.len()];
        let mut changed: Vec<Option<[u8; 12]>> = vec![None; self.entries.len()];
        // What is before the first file.
        let first = order
            .first()
            .map_or(self.directory.start, |first| self.entries[*first].local);
        written.extend_from_slice(&self.bytes[..first]);
        for (position, index) in order.iter().enumerate() {
            let entry = &self.entries[*index];
            offsets[*index] = written.len();
            let next = (order.get(position + 1))
                .map_or(self.directory.start, |next| self.entries[*next].local);
            let Some((_, contents)) = new.iter().find(|(of, _)| of == index) else {
                written.extend_from_slice(&self.bytes[entry.local..next.max(entry.data.end)]);
                continue;
            };
            let mut packer = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
            packer.write_all(contents)?;
            let data = packer.finish()?;
            let mut crc = Crc::new();
            crc.update(contents);
            let mut sizes = [0; 12];
            sizes[..4].copy_from_slice(&crc.sum().to_le_bytes());
            sizes[4..8].copy_from_slice(&length(data.len())?.to_le_bytes());
            sizes[8..].copy_from_slice(&length(contents.len())?.to_le_bytes());
            let at = written.len();
            written.extend_from_slice(&self.bytes[entry.local..entry.data.start]);
            patch(&mut written[at + 6..], &sizes, 8);
            written.extend_from_slice(&data);
            changed[*index] = Some(sizes);
        }
        let start = written.len();
        for (index, entry) in self.entries.iter().enumerate() {
            let at = written.len();
            written.extend_from_slice(&self.bytes[entry.central.clone()]);
            if let Some(sizes) = &changed[index] {
                patch(&mut written[at + 8..], sizes, 8);
            }
            written[at + 42..at + 46].copy_from_slice(&length(offsets[index])?.to_le_bytes());
        }
        let end = written.len();
        let trailing = self
            .entries
            .last()
            .map_or(self.directory.start, |last| last.central.end);
        let between = &self.bytes[trailing..self.directory.end];
        written.extend_from_slice(between);
        let at = written.len();
        written.extend_from_slice(&self.bytes[self.directory.end..]);
        written[at + 12..at + 16].copy_from_slice(&length(end - start)?.to_le_bytes());
        written[at + 16..at + 20].copy_from_slice(&length(start)?.to_le_bytes());
        Ok(written)
    }
}

/// Writes method, checksum and sizes into a record, of which the flags come first: no sizes follow
/// the data any more.
fn patch(record: &mut [u8], sizes: &[u8; 12], sizes_at: usize) {
    record[0] &= !8;
    record[2..4].copy_from_slice(&DEFLATED.to_le_bytes());
    record[sizes_at..sizes_at + 12].copy_from_slice(sizes);
}

fn length(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| io::Error::other("an archive of more than 4 GiB"))
}
