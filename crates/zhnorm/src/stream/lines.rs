//! Bytes in, whole lines of text out.

use std::io::{self, Read};

use crate::decode::{Decoder, Slab};
use crate::report::Report;

/// Blocks in which a reader is read.
const BLOCK: usize = 256 * 1024;

/// The decoded lines of a reader, some at a time.
#[derive(Debug)]
pub struct Lines<R> {
    slabs: Slabs<R>,
    joined: Joined,
}

impl<R: Read> Lines<R> {
    /// The lines of a reader that is at its start.
    pub fn new(reader: R, decoder: Decoder) -> Self {
        Self {
            slabs: Slabs::new(reader, decoder),
            joined: Joined::new(usize::MAX),
        }
    }

    /// Reads until there are whole lines, and gives them; `None` at the end. What decoding did goes
    /// into the report.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub fn next_lines(&mut self, report: &mut Report) -> io::Result<Option<String>> {
        while let Some(slab) = self.slabs.next()? {
            if let Some(lines) = self.joined.add(slab.read(report)) {
                return Ok(Some(lines));
            }
        }
        Ok(self.joined.last())
    }
}

/// The parts of a reader that can be decoded by themselves.
#[derive(Debug)]
pub(super) struct Slabs<R> {
    reader: R,
    decoder: Decoder,
    block: Vec<u8>,
    has_ended: bool,
}

impl<R: Read> Slabs<R> {
    pub(super) fn new(reader: R, decoder: Decoder) -> Self {
        Self {
            reader,
            decoder,
            block: vec![0; BLOCK],
            has_ended: false,
        }
    }

    /// Reads until there is a slab; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Slab>> {
        loop {
            if let Some(slab) = self.decoder.next_bytes() {
                return Ok(Some(slab));
            }
            if self.has_ended {
                return Ok(None);
            }
            match self.reader.read(&mut self.block) {
                Ok(0) => {
                    self.decoder.end();
                    self.has_ended = true;
                }
                Ok(read) => self.decoder.read(&self.block[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Makes whole lines of text that comes in parts.
#[derive(Debug)]
pub(super) struct Joined {
    /// The start of a line whose end was not read yet.
    cut: String,
    /// The longest line that is given whole, in bytes. Longer ones are given in parts.
    longest: usize,
}

impl Joined {
    pub(super) fn new(longest: usize) -> Self {
        Self {
            cut: String::new(),
            longest,
        }
    }

    /// Takes the next text, and gives the lines that are whole.
    pub(super) fn add(&mut self, text: String) -> Option<String> {
        let before = self.cut.len();
        let found = memchr::memrchr(b'\n', text.as_bytes());
        if self.cut.is_empty() {
            self.cut = text;
        } else {
            self.cut.push_str(&text);
        }
        let whole = match found {
            Some(at) => before + at + 1,
            None if self.cut.len() > self.longest => self.cut.len(),
            None => return None,
        };
        let rest = self.cut.split_off(whole);
        Some(std::mem::replace(&mut self.cut, rest))
    }

    /// What is left at the end.
    pub(super) fn last(&mut self) -> Option<String> {
        let last = std::mem::take(&mut self.cut);
        (!last.is_empty()).then_some(last)
    }
}
