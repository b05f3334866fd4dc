//! Reads numbers from a saved form that may come from anywhere.

/// The rest of the bytes.
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    /// A byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    /// A number of two bytes.
    pub(super) fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    /// A number of four bytes.
    pub(super) fn word(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    /// A number of eight bytes.
    pub(super) fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    /// The number of entries that follow, each of so many bytes. No more than can follow.
    pub(super) fn length(&mut self, size: usize) -> Option<usize> {
        let length = usize::try_from(self.number()?).ok()?;
        (length <= self.0.len() / size).then_some(length)
    }
}
