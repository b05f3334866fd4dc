//! Which encoding a stream is in: a first pass over bytes that do not fit in memory.
//!
//! [`super::detect`] looks at the start of a file and at samples of the rest. A stream is sampled
//! the same way while it goes by: its start is kept, and a window from each of at most 128
//! stretches of equal length, the stretches growing with the stream. A window begins at the first
//! byte outside ASCII, since ASCII says nothing; where it begins depends on the bytes alone,
//! not on the blocks in which they come. Whether all of it is UTF-8 is found out on the way.

use super::Result;
use super::detect;
use super::finding::{Evidence, Finding};
use super::stream::Decoder;
use super::{Encoding, Options, admit, transcode};

/// How much of the start is kept. A stream that ends before is judged like a file.
const HEAD: usize = 64 * 1024;
/// How long a window is.
const WINDOW: usize = 4096;
/// The length of a stretch at first.
const STRETCH: usize = 64 * 1024;
/// Twice as many stretches as this, and each two become one.
const STRETCHES: usize = 64;

/// The first pass over a stream of bytes: which encoding is it?
///
/// ```
/// use zhnorm::decode::{Encoding, Options, Survey};
///
/// let mut survey = Survey::default();
/// for block in [&b"\xD6\xD0\xB9"[..], b"\xFA\xC8\xCB\xC3\xF1\n"] {
///     survey.read(block);
/// }
/// let decoder = survey.finish(&Options::default())?;
/// assert_eq!(decoder.encoding(), Encoding::GB18030);
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Survey {
    length: usize,
    head: Vec<u8>,
    stretch: usize,
    windows: Vec<Window>,
    /// The byte before the next one.
    last: u8,
    validity: Validity,
}

/// What is kept of a stretch.
#[derive(Clone, Debug)]
struct Window {
    /// The number of the stretch, from 0.
    stretch: usize,
    bytes: Vec<u8>,
}

impl Default for Survey {
    fn default() -> Self {
        Self {
            length: 0,
            head: Vec::new(),
            stretch: STRETCH,
            windows: Vec::new(),
            last: b'\n',
            validity: Validity::default(),
        }
    }
}

impl Survey {
    /// Takes the next bytes of the stream, any number of them.
    pub fn read(&mut self, block: &[u8]) {
        let more = block.len().min(HEAD - self.head.len());
        self.head.extend_from_slice(&block[..more]);
        self.validity.read(block);
        for window in &mut self.windows {
            let missing = WINDOW - window.bytes.len();
            let more = block.len().min(missing);
            window.bytes.extend_from_slice(&block[..more]);
        }
        let mut at = 0;
        while at < block.len() {
            let offset = self.length + at;
            let number = offset / self.stretch;
            if number >= 2 * STRETCHES {
                self.join();
                continue;
            }
            let end = block.len().min((number + 1) * self.stretch - self.length);
            let is_open = self.windows.last().is_some_and(|of| of.stretch == number);
            if !is_open {
                let before = if at == 0 { self.last } else { block[at - 1] };
                if let Some(start) = telling(&block[at..end], before) {
                    let start = at + start;
                    self.windows.push(Window {
                        stretch: number,
                        bytes: block[start..block.len().min(start + WINDOW)].to_vec(),
                    });
                }
            }
            at = end;
        }
        self.length += block.len();
        self.last = block.last().copied().unwrap_or(self.last);
    }

    /// Each two stretches become one, of which the first window stays.
    fn join(&mut self) {
        self.stretch *= 2;
        for window in &mut self.windows {
            window.stretch /= 2;
        }
        self.windows.dedup_by_key(|window| window.stretch);
    }

    /// Decides. The decoder that is given reads the same stream, from its start.
    ///
    /// # Errors
    ///
    /// Those of [`super::decode`].
    pub fn finish(self, options: &Options) -> Result<Decoder> {
        let finding = self.finding(options);
        admit(&finding, options)?;
        let sample = transcode::read(&self.sample(), &finding).text.into_owned();
        Ok(Decoder::new(finding, options.byte_order_mark, sample))
    }

    fn finding(&self, options: &Options) -> Finding<'static> {
        let owned = |finding: Finding<'_>| Finding {
            encoding: finding.encoding,
            confidence: finding.confidence,
            evidence: finding.evidence,
            mark: finding.mark,
            cut: finding.cut,
            valid: None,
        };
        if let Some(encoding) = options.encoding {
            return owned(Finding::named(encoding, &self.head));
        }
        let of_head = detect::find_among(&self.head, &options.candidates);
        let is_by_units = of_head.encoding.unit() > 1;
        let is_certain = of_head.mark > 0
            || of_head.encoding == Encoding::BINARY
            || of_head.evidence.contains(&Evidence::Escapes);
        if self.length <= HEAD || is_by_units || is_certain {
            return owned(of_head);
        }
        let mut finding = owned(detect::find_among(&self.sample(), &options.candidates));
        if self.validity.is_valid() && finding.encoding == Encoding::UTF_8 {
            finding.evidence = vec![Evidence::ValidUtf8];
            finding.confidence = 1.0;
        }
        finding
    }

    /// The start and the windows after it, one after the other on lines of their own, each ending
    /// before a character that may be cut.
    fn sample(&self) -> Vec<u8> {
        if self.length <= HEAD {
            return self.head.clone();
        }
        let whole = |bytes: &[u8]| {
            let end = bytes.iter().rposition(|byte| *byte < 0x30);
            bytes[..end.unwrap_or(bytes.len())].to_vec()
        };
        let windows = self
            .windows
            .iter()
            .filter(|window| window.stretch * self.stretch >= HEAD)
            .map(|window| whole(&window.bytes));
        let mut parts = vec![whole(&self.head)];
        parts.extend(windows);
        parts.join(&b'\n')
    }
}

/// The place of the first byte outside ASCII after a byte that is never part of a longer character.
fn telling(bytes: &[u8], before: u8) -> Option<usize> {
    let mut at = 0;
    let mut before = before;
    loop {
        at += encoding_rs::Encoding::ascii_valid_up_to(&bytes[at..]);
        if at == bytes.len() {
            return None;
        }
        if at > 0 {
            before = bytes[at - 1];
        }
        if before < 0x30 {
            return Some(at);
        }
        at += bytes[at..].iter().position(u8::is_ascii)?;
    }
}

/// Whether bytes that come in blocks are UTF-8.
#[derive(Clone, Debug, Default)]
struct Validity {
    is_broken: bool,
    /// The start of a character that a block has cut.
    cut: Vec<u8>,
}

impl Validity {
    fn read(&mut self, mut block: &[u8]) {
        while !self.is_broken && !self.cut.is_empty() && !block.is_empty() {
            self.cut.push(block[0]);
            block = &block[1..];
            match std::str::from_utf8(&self.cut) {
                Ok(_) => self.cut.clear(),
                Err(error) => self.is_broken = error.error_len().is_some(),
            }
        }
        if self.is_broken || block.is_empty() {
            return;
        }
        if let Err(error) = simdutf8::compat::from_utf8(block) {
            self.is_broken = error.error_len().is_some();
            self.cut.extend_from_slice(&block[error.valid_up_to()..]);
        }
    }

    fn is_valid(&self) -> bool {
        !self.is_broken && self.cut.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn survey(bytes: &[u8], block: usize) -> Survey {
        let mut survey = Survey::default();
        for block in bytes.chunks(block) {
            survey.read(block);
        }
        survey
    }

    #[test]
    fn what_comes_late_is_seen() {
        let mut page = b"plain text, line after line\n".repeat(20_000);
        let late = crate::decode::encode(
            "今天的天气很好，我们一起去公园散步。\n",
            Encoding::GB18030,
            crate::decode::Unmappable::Error,
        )
        .unwrap()
        .repeat(40);
        page.extend(late);
        page.extend(b"plain text, line after line\n".repeat(500_000));
        let decoder = survey(&page, 1 << 16).finish(&Options::default()).unwrap();
        assert_eq!(decoder.encoding(), Encoding::GB18030);
        assert!(decoder.sample().contains("今天的天气"));
    }

    #[test]
    fn memory_does_not_grow_with_the_stream() {
        let mut survey = Survey::default();
        let block = "今天的天气很好，\n".repeat(40_000);
        for _ in 0..200 {
            survey.read(block.as_bytes());
        }
        assert!(survey.windows.len() <= 2 * STRETCHES);
        assert!(survey.sample().len() <= HEAD + 2 * STRETCHES * WINDOW);
        assert!(survey.windows.len() >= STRETCHES / 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        #[test]
        fn blocks_make_no_difference(
            pieces in prop::collection::vec("[a-z ]{0,3000}\n|[一-龥，。]{0,900}\n", 1..40),
            times in 1usize..40,
            block in 1usize..100_000,
        ) {
            let bytes = pieces.concat().repeat(times).into_bytes();
            let (whole, parts) = (survey(&bytes, usize::MAX), survey(&bytes, block));
            prop_assert_eq!(whole.sample(), parts.sample());
            prop_assert_eq!(parts.validity.is_valid(), whole.validity.is_valid());
        }
    }
}
