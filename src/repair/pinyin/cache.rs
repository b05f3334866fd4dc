//! How often characters follow each other in the sound part of the document: a name that stands
//! whole in one place is likely where it is damaged in another.

use super::annotation::Annotation;
use super::pairs::Characters;
use crate::language::model::{LINE_END, Symbol, symbol};

/// Characters of a document that the cache learns from.
const CACHED: usize = 400_000;
/// The share of the document's own counts in a probability.
const SHARE: f32 = 0.12;
/// Characters behind the start of a damaged stretch that nothing is learnt from.
const UNSOUND: usize = 24;
const FILTER_WORDS: usize = 4096;

/// See the module.
#[derive(Clone, Default)]
pub(super) struct Cache {
    /// Pairs in rising order, each with how many stand before it, counting repetitions.
    pairs: Vec<(u32, u32)>,
    total: u32,
    /// One bit for each pair's hash: most pairs that are asked for are not there.
    filter: Vec<u64>,
    characters: Characters,
}

impl Cache {
    pub(super) fn learn(text: &str, annotations: &[Annotation], breaks: &[usize]) -> Self {
        let mut cache = Self {
            filter: vec![0; FILTER_WORDS],
            ..Self::default()
        };
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
            let key = key(previous, next);
            keys.push(key);
            let bit = bit(key);
            cache.filter[bit / 64] |= 1 << (bit % 64);
            previous = next;
        }
        keys.sort_unstable();
        for like in keys.chunk_by(|one, other| one == other) {
            cache.pairs.push((like[0], cache.total));
            cache.total += like.len() as u32;
        }
        cache
    }

    /// The logarithm of the document's own share in the probability of a pair that it has.
    #[inline]
    pub(super) fn own(&self, previous: Symbol, next: Symbol) -> Option<f32> {
        let key = key(previous, next);
        let bit = bit(key);
        if self.filter.get(bit / 64)? >> (bit % 64) & 1 == 0 {
            return None;
        }
        let at = self.pairs.binary_search_by_key(&key, |pair| pair.0).ok()?;
        let pair = self.before(at + 1) - self.before(at);
        let all = |key| self.before(self.pairs.partition_point(|pair| pair.0 < key));
        let single = match previous.checked_add(1) {
            Some(behind) => all(u32::from(behind) << 16),
            None => self.total,
        } - all(u32::from(previous) << 16);
        Some((SHARE * pair as f32 / (single as f32 + 2.0)).ln())
    }

    /// Whether a character stands in the sound part of the document.
    pub(super) fn saw(&self, ch: char) -> bool {
        self.characters.contains(ch)
    }

    fn before(&self, at: usize) -> u32 {
        self.pairs.get(at).map_or(self.total, |pair| pair.1)
    }
}

fn key(previous: Symbol, next: Symbol) -> u32 {
    u32::from(previous) << 16 | u32::from(next)
}

fn bit(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> 14) as usize % (FILTER_WORDS * 64)
}
