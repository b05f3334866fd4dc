//! A set of characters that is asked for each character of a text.

/// A bit for each character of the Basic Multilingual Plane; others are never in it.
pub(super) struct CharacterSet(Box<[u64]>);

impl CharacterSet {
    /// The set of these characters.
    pub(super) fn of<'c>(characters: impl Iterator<Item = &'c char>) -> Self {
        let mut bits = vec![0; 0x1_0000 / 64].into_boxed_slice();
        for &ch in characters {
            if let Some(bits) = bits.get_mut(ch as usize / 64) {
                *bits |= 1_u64 << (ch as usize % 64);
            }
        }
        Self(bits)
    }

    /// Whether the character with this code is in it.
    #[inline]
    pub(super) fn has(&self, character: u16) -> bool {
        let bits = self.0.get(usize::from(character) / 64);
        bits.copied().unwrap_or(0) >> (character % 64) & 1 != 0
    }
}
