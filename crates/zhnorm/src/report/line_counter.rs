//! Line numbers of byte offsets.

/// Gives the line number, from 1, of byte offsets that come in rising order.
///
/// A stage that walks its input forward asks for thousands of lines. Counting each of them from
/// the start would be quadratic in the length of the text.
#[derive(Clone, Debug)]
pub(crate) struct LineCounter<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    /// Starts at line 1, offset 0 of `bytes`.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            offset: 0,
            line: 1,
        }
    }

    /// The line of the byte at `offset`. An offset before the last one is counted from the start
    /// again.
    pub(crate) fn line_at(&mut self, offset: usize) -> usize {
        let offset = offset.min(self.bytes.len());
        if offset < self.offset {
            (self.offset, self.line) = (0, 1);
        }
        self.line += memchr::memchr_iter(b'\n', &self.bytes[self.offset..offset]).count();
        self.offset = offset;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one_in_any_order() {
        let mut lines = LineCounter::new(b"a\nb\r\nc");
        assert_eq!(
            [lines.line_at(0), lines.line_at(2), lines.line_at(5)],
            [1, 2, 3]
        );
        assert_eq!(lines.line_at(1), 1);
        assert_eq!(lines.line_at(99), 3);
    }
}
