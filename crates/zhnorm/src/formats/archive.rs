//! ZIP archives, as far as e-books and names need them: entries are read, some are replaced or
//! renamed, and every other byte stays as it is.

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
pub(crate) struct Archive<'b> {
    bytes: &'b [u8],
    entries: Vec<Entry<'b>>,
    /// Where the directory begins, and the record after it.
    directory: Range<usize>,
}

/// The flag that says that a name is in UTF-8.
const IS_UTF_8: u8 = 8;

/// The extra field of Info-ZIP that has the name once more, in UTF-8.
const UNICODE_PATH: u16 = 0x7075;

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
    pub(crate) fn read(bytes: &'b [u8]) -> Option<Self> {
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
        // Entries that share their data are made to unpack to more than any disk holds.
        let mut places: Vec<Range<usize>> = (entries.iter())
            .map(|entry: &Entry<'_>| entry.local..entry.data.end)
            .collect();
        places.sort_unstable_by_key(|place| place.start);
        if places.windows(2).any(|pair| pair[0].end > pair[1].start) {
            return None;
        }
        (at <= end).then_some(Self {
            bytes,
            entries,
            directory: start..end,
        })
    }

    /// The length of the archive.
    pub(super) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// The names of the files, in the order of the directory.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'b [u8]> {
        self.entries.iter().map(|entry| entry.name)
    }

    /// Whether something beside the name of a file says that it is, or has, a name in UTF-8.
    pub(crate) fn says_utf_8(&self, index: usize) -> bool {
        let central = &self.bytes[self.entries[index].central.clone()];
        if central[9] & IS_UTF_8 != 0 {
            return true;
        }
        let mut at = CENTRAL_LENGTH + self.entries[index].name.len();
        let end = at + usize::from(u16_at(central, 30).unwrap_or(0));
        while at + 4 <= end {
            if u16_at(central, at) == Some(UNICODE_PATH) {
                return true;
            }
            at += 4 + usize::from(u16_at(central, at + 2).unwrap_or(0));
        }
        false
    }

    /// The archive with other names for some files, which are in UTF-8 and said to be. Contents keep
    /// their bytes.
    ///
    /// # Errors
    ///
    /// When a name or the new archive is too large for the format.
    pub(crate) fn renamed(&self, new: &[(usize, Vec<u8>)]) -> io::Result<Vec<u8>> {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by_key(|index| self.entries[*index].local);
        let name_of =
            |index: usize| (new.iter().find(|(of, _)| *of == index)).map(|(_, name)| name);
        let mut written = Vec::with_capacity(self.bytes.len() + 64 * new.len());
        let mut offsets = vec![0; self.entries.len()];
        let mut done = 0;
        for index in order {
            let entry = &self.entries[index];
            // What is between two files stays there. Two entries may name one place.
            written.extend_from_slice(&self.bytes[done.min(entry.local)..entry.local]);
            offsets[index] = written.len();
            let length = usize::from(u16_at(self.bytes, entry.local + 26).unwrap_or(0));
            done = if let Some(name) = name_of(index) {
                let header = &self.bytes[entry.local..entry.local + LOCAL_LENGTH];
                push_renamed(&mut written, header, name, 6, 26)?;
                entry.local + LOCAL_LENGTH + length
            } else {
                entry.local
            };
            let end = entry.data.end.max(done);
            written.extend_from_slice(&self.bytes[done..end]);
            done = end;
        }
        written
            .extend_from_slice(&self.bytes[done.min(self.directory.start)..self.directory.start]);
        let start = written.len();
        for (index, entry) in self.entries.iter().enumerate() {
            let at = written.len();
            let record = &self.bytes[entry.central.clone()];
            if let Some(name) = name_of(index) {
                push_renamed(&mut written, &record[..CENTRAL_LENGTH], name, 8, 28)?;
                written.extend_from_slice(&record[CENTRAL_LENGTH + entry.name.len()..]);
            } else {
                written.extend_from_slice(record);
            }
            written[at + 42..at + 46].copy_from_slice(&length(offsets[index])?.to_le_bytes());
        }
        self.push_end(&mut written, start)?;
        Ok(written)
    }

    /// Writes what follows the directory, which began at `start`.
    fn push_end(&self, written: &mut Vec<u8>, start: usize) -> io::Result<()> {
        let end = written.len();
        let trailing = (self.entries.last()).map_or(self.directory.start, |last| last.central.end);
        written.extend_from_slice(&self.bytes[trailing..self.directory.end]);
        let at = written.len();
        written.extend_from_slice(&self.bytes[self.directory.end..]);
        written[at + 12..at + 16].copy_from_slice(&length(end - start)?.to_le_bytes());
        written[at + 16..at + 20].copy_from_slice(&length(start)?.to_le_bytes());
        Ok(())
    }

    /// The contents of a file; `None` when it is encrypted, packed in another way than by deflate,
    /// damaged, or larger than `most`.
    pub(crate) fn contents(&self, index: usize, most: usize) -> Option<Vec<u8>> {
        let entry = &self.entries[index];
        let data = &self.bytes[entry.data.clone()];
        match entry.method {
            _ if entry.is_encrypted => None,
            STORED => (data.len() <= most).then(|| data.to_vec()),
            DEFLATED => {
                let mut contents = Vec::new();
                let mut reader = DeflateDecoder::new(data).take(most as u64 + 1);
                reader.read_to_end(&mut contents).ok()?;
                (contents.len() <= most).then_some(contents)
            }
            _ => None,
        }
    }

    /// The archive with new contents for some files, in the order of the directory.
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
            let found = new.binary_search_by_key(index, |(of, _)| *of);
            let Some((_, contents)) = found.ok().map(|at| &new[at]) else {
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
        self.push_end(&mut written, start)?;
        Ok(written)
    }
}

/// Writes a record of fixed length with another name after it.
fn push_renamed(
    written: &mut Vec<u8>,
    record: &[u8],
    name: &[u8],
    flags_at: usize,
    length_at: usize,
) -> io::Result<()> {
    let length = u16::try_from(name.len()).map_err(|_| io::Error::other("a name of 64 KiB"))?;
    let at = written.len();
    written.extend_from_slice(record);
    written[at + flags_at + 1] |= IS_UTF_8;
    written[at + length_at..at + length_at + 2].copy_from_slice(&length.to_le_bytes());
    written.extend_from_slice(name);
    Ok(())
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

#[cfg(test)]
pub(crate) mod tests {
    /// An archive of stored files.
    pub(crate) fn archive(files: &[(&[u8], &str)]) -> Vec<u8> {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        for (name, text) in files {
            let mut crc = flate2::Crc::new();
            crc.update(text.as_bytes());
            let offset = bytes.len() as u32;
            let sizes = [crc.sum(), text.len() as u32, text.len() as u32];
            let sizes: Vec<u8> = sizes.iter().flat_map(|size| size.to_le_bytes()).collect();
            let lengths = [name.len() as u16, 0].map(u16::to_le_bytes).concat();
            let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0], sizes.as_slice(), &lengths].concat();
            bytes.extend([b"PK\x03\x04", common.as_slice(), name, text.as_bytes()].concat());
            directory.extend(
                [
                    b"PK\x01\x02\x14\0",
                    common.as_slice(),
                    &[0; 10],
                    &offset.to_le_bytes(),
                    name,
                ]
                .concat(),
            );
        }
        let start = bytes.len() as u32;
        let count = (files.len() as u16).to_le_bytes();
        let length = (directory.len() as u32).to_le_bytes();
        bytes.extend(&directory);
        bytes.extend(
            [
                b"PK\x05\x06\0\0\0\0",
                count.as_slice(),
                &count,
                &length,
                &start.to_le_bytes(),
                &[0, 0],
            ]
            .concat(),
        );
        bytes
    }
}
