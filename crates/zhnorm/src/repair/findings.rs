//! The places of a text that the scan passes to the steps of the repair.
//!
//! All places are bytes of the text, in rising order.

use std::ops::Range;

/// What a look over a text found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Runs with at least two characters that healthy Chinese seldom has: where mojibake may be.
    pub(super) suspicious: Vec<Range<usize>>,
    /// Places of single characters of that kind, which count only beside proven damage.
    pub(super) lone: Vec<Range<usize>>,
    /// Characters at which an escape may be.
    pub(super) escapes: Vec<usize>,
    /// Brackets that may close a reading.
    pub(super) closings: Vec<usize>,
    /// Letters with a tone mark that may be of a reading in the midst of Chinese.
    pub(super) toned: Vec<usize>,
    /// Question marks at which the pinyin garble may have broken a character.
    pub(super) breaks: Vec<usize>,
    /// Where several characters in a row have spaces between them.
    pub(super) spaced: Vec<usize>,
    /// Where there are characters for `unicode`: radicals, compatibility ideographs, private use,
    /// invisible characters.
    pub(super) foldable: Vec<usize>,
    /// Where there may be traces of loss for `lost`.
    pub(super) lossy: Vec<usize>,
}

impl Findings {
    /// Whether there is nothing to look at.
    pub(super) fn is_empty(&self) -> bool {
        let Self {
            suspicious,
            lone,
            escapes,
            closings,
            toned,
            breaks,
            spaced,
            foldable,
            lossy,
        } = self;
        let places = [escapes, closings, toned, breaks, spaced, foldable, lossy];
        suspicious.is_empty() && lone.is_empty() && places.iter().all(|places| places.is_empty())
    }
}
