//! How often characters follow each other in the sound part of the document: a name that occurs
//! whole in one place is likely where it is damaged in another.

use super::annotation::Annotation;
use super::pairs::Characters;
use zhnorm_lang::model::{LINE_END, Symbol, symbol};

/// Characters of a document that the cache learns from.
const CACHED: usize = 400_000;
/// The share of the document's own counts in a probability.
const SHARE: f32 = 0.12;
/// Characters after the start of a damaged stretch that nothing is learnt from.
const UNSOUND: usize = 24;

/// See the module.
#[derive(Clone, Default)]
pub(super) struct Cache {
    /// Pairs in rising order, each with the logarithm of the document's own share in its
    /// probability.
    pairs: Vec<(u32, f32)>,
    /// A bit for each pair's hash: most pairs that are asked for are not there.
    filter: Vec<u64>,
    characters: Characters,
}

impl Cache {
    pub(super) fn learn(text: &str, annotations: &[Annotation], breaks: &[usize]) -> Self {
        let mut cache = Self::default();
        let mut annotations = annotations.iter().peekable();
        let mut breaks = breaks.iter().copied().peekable();
        let mut previous = LINE_END;
        let mut unsound = 0;
        let mut keys = Vec::new();
        for (at, ch) in text.char_indices().take(CACHED) {
            while annotations
                .next_if(|annotation| annotation.span.end <= at)
                .is_some()
            {}
            if annotations
                .peek()
                .is_some_and(|annotation| annotation.insertion().contains(&at))
            {
                continue;
            }
            if breaks.next_if(|start| *start <= at).is_some() {
                unsound = UNSOUND;
            }
            if unsound > 0 {
                unsound -= 1;
                previous = LINE_END;
                continue;
            }
            cache.characters.insert(ch);
            let next = symbol(ch);
            keys.push(key(previous, next));
            previous = next;
        }
        keys.sort_unstable();
        for like in keys.chunk_by(|one, other| one >> 16 == other >> 16) {
            let single = like.len() as f32 + 2.0;
            for pair in like.chunk_by(|one, other| one == other) {
                let own = (SHARE * pair.len() as f32 / single).ln();
                cache.pairs.push((pair[0], own));
            }
        }
        cache.filter = vec![0; (cache.pairs.len() / 4).next_power_of_two()];
        for (key, _) in &cache.pairs {
            let (word, bit) = place(*key, cache.filter.len());
            cache.filter[word] |= 1 << bit;
        }
        cache
    }

    /// The logarithm of the document's own share in the probability of a pair that it has.
    #[inline]
    pub(super) fn own(&self, previous: Symbol, next: Symbol) -> Option<f32> {
        let key = key(previous, next);
        let (word, bit) = place(key, self.filter.len());
        if self.filter.get(word)? >> bit & 1 == 0 {
            return None;
        }
        let at = self.pairs.binary_search_by_key(&key, |pair| pair.0).ok()?;
        Some(self.pairs[at].1)
    }

    /// Whether a character occurs in the sound part of the document.
    pub(super) fn saw(&self, ch: char) -> bool {
        self.characters.contains(ch)
    }
}

fn key(previous: Symbol, next: Symbol) -> u32 {
    u32::from(previous) << 16 | u32::from(next)
}

/// The word of the filter, of so many, and the bit for a key.
#[inline]
fn place(key: u32, words: usize) -> (usize, u32) {
    let mixed = u64::from(key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (
        (mixed >> 32) as usize & words.wrapping_sub(1),
        (mixed >> 26) as u32 & 63,
    )
}
