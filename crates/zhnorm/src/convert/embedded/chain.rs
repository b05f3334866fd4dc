//! Chains of two steps: where the second one may join what the first one left apart, and the
//! output there where it can be known without running both.

use super::layout;
use super::tables::{Match, Phrases, Reading};

/// The pairs at which the two steps of a chain may not be taken one character at a time.
#[derive(Clone, Copy)]
pub(super) struct Triggers {
    pub(super) slots: &'static [[u8; 4]],
    pub(super) shift: u32,
}

impl Triggers {
    /// Whether the pair may be one of them: `false` is certain, `true` is so but for collisions.
    #[inline]
    pub(super) fn may_contain(&self, pair: u32) -> bool {
        let at = (layout::hash(pair) >> self.shift) as usize;
        let slot = |at: usize| {
            self.slots
                .get(at)
                .map_or(!0, |slot| u32::from_le_bytes(*slot))
        };
        let (own, next) = (slot(at), slot(at + 1));
        own == pair || own != 0 && next != 0
    }

    /// Whether the pair is one of them.
    #[inline]
    pub(super) fn contains(&self, pair: u32) -> bool {
        let mut at = (layout::hash(pair) >> self.shift) as usize;
        loop {
            let Some(slot) = self.slots.get(at) else {
                if self.slots.is_empty() {
                    return false;
                }
                at = 0;
                continue;
            };
            let slot = u32::from_le_bytes(*slot);
            if slot == pair {
                return true;
            }
            if slot == 0 {
                return false;
            }
            at += 1;
        }
    }
}

/// The steps of a chain, and where they must be taken one after the other.
#[derive(Clone, Copy)]
pub(super) struct Chain {
    /// The first step.
    pub(super) first: Reading,
    /// Whether the first step knows phrases that the segmentation does not know.
    pub(super) first_has_phrases: bool,
    /// The second step.
    pub(super) second: Reading,
    /// Pairs of the input at which the steps interact.
    pub(super) triggers: Triggers,
}

impl Chain {
    /// How the steps meet at the first of some characters, a trigger at which the segmentation,
    /// by these phrases, finds nothing.
    ///
    /// As long as the first step finds no phrase either it goes character by character, so what
    /// the second step finds there is known, unless the end of the segment cuts it short.
    #[inline]
    pub(super) fn meeting(&self, segmentation: &Phrases, codes: &[u16]) -> Meeting {
        let code = |ahead: usize| codes.get(ahead).copied();
        let opens = |phrases: &Phrases, at: usize| match codes.get(at..) {
            Some(rest @ [first, second, ..]) => phrases
                .longest(*first, *second, |ahead| rest.get(ahead).copied())
                .is_some(),
            _ => false,
        };
        if self.first_has_phrases && opens(&self.first.phrases, 0) {
            return Meeting::Unsure;
        }
        // Set when a character was asked for that this loop cannot know.
        let unknown = std::cell::Cell::new(false);
        let becomes = |ahead: usize| {
            let here = code(ahead)?;
            let entry = self.first.characters.entry(u32::from(here));
            let opens = || ahead > 0 && self.first_has_phrases && opens(&self.first.phrases, ahead);
            if here >= 0x800 && (entry == 0 || entry & layout::SPECIAL != 0) || opens() {
                unknown.set(true);
                return None;
            }
            if here < 0x800 {
                return Some(here);
            }
            let [a, b, c, _] = entry.to_le_bytes().map(u16::from);
            Some((a & 0x0F) << 12 | (b & 0x3F) << 6 | c & 0x3F)
        };
        let (Some(first), Some(second)) = (becomes(0), becomes(1)) else {
            return Meeting::Unsure;
        };
        match self.second.phrases.longest(first, second, becomes) {
            _ if unknown.get() => Meeting::Unsure,
            None => Meeting::Apart,
            Some(found) if (1..found.characters).any(|at| opens(segmentation, at)) => {
                Meeting::Unsure
            }
            Some(found) => Meeting::Phrase(found),
        }
    }
}

/// How the two steps of a chain meet at a place.
pub(super) enum Meeting {
    /// Not at all: the character goes its own way.
    Apart,
    /// The second step joins what the first one makes of so many single characters.
    Phrase(Match),
    /// Both must be taken to know.
    Unsure,
}
