//! Bytes in, whole lines of text out.

use std::io::{self, Read};

use crate::decode::Decoder;
use crate::report::Report;

/// Blocks in which a reader is read.
const BLOCK: usize = 256 * 1024;

/// The decoded lines of a reader, some at a time.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    decoder: Decoder,
    block: Vec<u8>,
    /// The start of a line whose end was not read yet.
    cut: String,
    /// The longest line that is given whole, in bytes.
    longest: usize,
    has_ended: bool,
}

impl<R: Read> Lines<R> {
    /// The lines of a reader that is at its start.
    pub fn new(reader: R, decoder: Decoder) -> Self {
        Self {
            reader,
            decoder,
            block: vec![0; BLOCK],
            cut: String::new(),
            longest: usize::MAX,
            has_ended: false,
        }
    }

    /// Gives lines that are longer than this many bytes in parts.
    #[must_use]
    pub(super) fn with_longest(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }

    /// Reads until there are whole lines, and gives them; `None` at the end. What decoding did goes
    /// into the report.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub fn next_lines(&mut self, report: &mut Report) -> io::Result<Option<String>> {
        while !self.has_ended {
            match self.reader.read(&mut self.block) {
                Ok(0) => {
                    self.decoder.end();
                    self.has_ended = true;
                }
                Ok(read) => self.decoder.read(&self.block[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            let searched = self.cut.len();
            while let Some(text) = self.decoder.next_slab(report) {
                self.cut.push_str(&text);
            }
            let whole = match memchr::memrchr(b'\n', &self.cut.as_bytes()[searched..]) {
                Some(at) => searched + at + 1,
                None if self.cut.len() > self.longest => self.cut.len(),
                None => continue,
            };
            let rest = self.cut.split_off(whole);
            return Ok(Some(std::mem::replace(&mut self.cut, rest)));
        }
        let last = std::mem::take(&mut self.cut);
        Ok((!last.is_empty()).then_some(last))
    }
}
