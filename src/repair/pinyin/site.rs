//! What a document tells about the site that damaged it: the table of annotated characters, and
//! what the copy went through afterwards.

use std::collections::{HashMap, HashSet};

use super::annotation::Annotation;
use crate::language::folding;
use crate::language::model::{Symbol, symbol};
use crate::repair::gbk;

/// How often characters follow each other in the sound part of the document: a name that stands
/// whole in one place is likely where it is damaged in another.
#[derive(Clone, Debug, Default)]
pub(super) struct Cache {
    pairs: HashMap<(Symbol, Symbol), u32>,
    singles: HashMap<Symbol, u32>,
    /// One bit for each pair's hash: most pairs that are asked for are not there.
    filter: Vec<u64>,
}

/// Characters of a document that the cache learns from.
const CACHED: usize = 400_000;
/// The share of the document's own counts in a probability.
const SHARE: f32 = 0.12;
/// Characters behind the start of a damaged stretch that nothing is learnt from.
const UNSOUND: usize = 24;
const FILTER_WORDS: usize = 4096;

impl Cache {
    fn learn(text: &str, annotations: &[Annotation], breaks: &[usize]) -> Self {
        let mut cache = Self {
            filter: vec![0; FILTER_WORDS],
            ..Self::default()
        };
        let mut spans = annotations
            .iter()
            .map(|annotation| {
                annotation.span.start + annotation.base.len_utf8()..annotation.span.end
            })
            .peekable();
        let mut breaks = breaks.iter().copied().peekable();
        let mut previous = symbol('\n');
        let mut unsound = 0;
        for (at, ch) in text.char_indices().take(CACHED) {
            while spans.next_if(|span| span.end <= at).is_some() {}
            if spans.peek().is_some_and(|span| span.contains(&at)) {
                continue;
            }
            if breaks.next_if(|start| *start <= at).is_some() {
                unsound = UNSOUND;
            }
            if unsound > 0 {
                unsound -= 1;
                previous = symbol('\n');
                continue;
            }
            let next = symbol(ch);
            *cache.pairs.entry((previous, next)).or_default() += 1;
            *cache.singles.entry(previous).or_default() += 1;
            let bit = Self::bit(previous, next);
            cache.filter[bit / 64] |= 1 << (bit % 64);
            previous = next;
        }
        cache
    }

    fn bit(previous: Symbol, next: Symbol) -> usize {
        let mixed = (u32::from(previous) << 16 | u32::from(next)).wrapping_mul(0x9e37_79b1);
        (mixed >> 14) as usize % (FILTER_WORDS * 64)
    }

    /// The logarithm of the document's own share in the probability of a pair that it has.
    #[inline]
    pub(super) fn own(&self, previous: Symbol, next: Symbol) -> Option<f32> {
        let bit = Self::bit(previous, next);
        if self.filter.get(bit / 64)? >> (bit % 64) & 1 == 0 {
            return None;
        }
        let pair = self.pairs.get(&(previous, next))?;
        let single = self.singles.get(&previous).copied().unwrap_or_default();
        Some((SHARE * *pair as f32 / (single as f32 + 2.0)).ln())
    }
}

/// What is known of a site's table and of the copy.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    /// Characters that are annotated wherever their bytes stand.
    pub(super) annotated: HashSet<char>,
    /// Traditional characters that stand without an annotation, so they are not in the table.
    pub(super) bare: HashSet<char>,
    /// Private-use characters are still there, so no pair has vanished without a mark.
    pub(super) keeps_private_use: bool,
    /// Full-width letters and marks were folded to half width.
    pub(super) folds_width: bool,
    /// Quotation marks of the mainland stand in it, so corner brackets do not belong there.
    pub(super) quotes: bool,
    pub(super) cache: Cache,
}

impl Site {
    /// Learns from what is certain: the annotations whose character stands before them.
    pub(super) fn learn(text: &str, annotations: &[Annotation], breaks: &[usize]) -> Self {
        let mut site = Self {
            cache: Cache::learn(text, annotations, breaks),
            ..Self::default()
        };
        for annotation in annotations {
            if annotation.is_plausible() {
                site.annotated.insert(annotation.base);
            }
        }
        let (mut wide, mut narrow, mut previous) = (false, false, ' ');
        for ch in text.chars() {
            wide |= matches!(ch, '，' | '：' | '（' | '）' | '０'..='９');
            narrow |= matches!(ch, ',' | ':') && ('\u{4E00}'..='\u{9FFF}').contains(&previous);
            previous = ch;
            if gbk::is_private(ch) {
                site.keeps_private_use = true;
            } else if folding::is_traditional(ch) && !site.annotated.contains(&ch) {
                site.bare.insert(ch);
            }
        }
        site.folds_width = narrow && !wide;
        site.quotes = text.contains(['“', '”']);
        site
    }
}
