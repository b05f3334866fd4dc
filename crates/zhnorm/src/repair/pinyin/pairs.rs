//! GBK's pairs as the search weighs them: each with its symbol in the model, its script, and how
//! rare it is at best, laid out so that all trails of a lead and all leads of a trail can be run
//! through quickly.

use std::sync::LazyLock;

use crate::repair::gbk;
use zhnorm_lang::folding::{self, Standing};
use zhnorm_lang::model::{Model, Symbol, UNIGRAM_STEP, symbol};

/// A character of GBK.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) ch: char,
    pub(super) symbol: Symbol,
    pub(super) standing: Standing,
}

impl Glyph {
    pub(super) fn new(ch: char) -> Self {
        Self {
            ch,
            symbol: symbol(ch),
            standing: folding::standing(ch),
        }
    }
}

/// What is in a row for a pair without a character.
const NO_COST: u8 = u8::MAX;
/// The row length, a power of two so that no index leaves its row.
const ROW: usize = 256;

/// See the module.
pub(super) struct Pairs {
    /// By lead, then trail.
    glyphs: Box<[Option<Glyph>]>,
    by_lead: Box<[u8]>,
    by_trail: Box<[u8]>,
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let model = Model::embedded();
    let mut pairs = Pairs {
        glyphs: vec![None; 128 * ROW].into_boxed_slice(),
        by_lead: vec![NO_COST; 128 * ROW].into_boxed_slice(),
        by_trail: vec![NO_COST; ROW * ROW].into_boxed_slice(),
    };
    for lead in gbk::LEADS {
        for trail in 0x40..=0xFE {
            let Some(ch) = gbk::decode(lead, trail) else {
                continue;
            };
            let glyph = Glyph::new(ch);
            let cost = -model.unigram_log_prob(glyph.symbol) / UNIGRAM_STEP;
            let cost = (cost as u8).min(NO_COST - 1);
            pairs.glyphs[Pairs::index(lead, trail)] = Some(glyph);
            pairs.by_lead[Pairs::index(lead, trail)] = cost;
            pairs.by_trail[usize::from(trail) * ROW + usize::from(lead)] = cost;
        }
    }
    pairs
});

impl Pairs {
    pub(super) fn get() -> &'static Self {
        &PAIRS
    }

    fn index(lead: u8, trail: u8) -> usize {
        usize::from(lead & 0x7F) * ROW + usize::from(trail)
    }

    /// The character of a pair, if GBK has one.
    #[inline]
    pub(super) fn glyph(&self, lead: u8, trail: u8) -> Option<Glyph> {
        if lead < 0x81 {
            return None;
        }
        self.glyphs[Self::index(lead, trail)]
    }

    /// The costs of a lead byte's characters, by trail, in [`UNIGRAM_STEP`]s of their share of all
    /// text; 255 where there is no character.
    pub(super) fn costs_of_lead(&self, lead: u8) -> &[u8] {
        &self.by_lead[Self::index(lead, 0)..][..ROW]
    }

    /// The costs of a trail byte's characters, by lead; see [`Self::costs_of_lead`].
    pub(super) fn costs_of_trail(&self, trail: u8) -> &[u8] {
        &self.by_trail[usize::from(trail) * ROW..][..ROW]
    }
}

/// A set of characters of the Basic Multilingual Plane.
#[derive(Clone)]
pub(super) struct Characters(Box<[u64; 1024]>);

impl Default for Characters {
    fn default() -> Self {
        Self(Box::new([0; 1024]))
    }
}

impl Characters {
    pub(super) fn insert(&mut self, ch: char) {
        if let Some(word) = self.0.get_mut(ch as usize / 64) {
            *word |= 1 << (ch as usize % 64);
        }
    }

    pub(super) fn remove(&mut self, ch: char) {
        if let Some(word) = self.0.get_mut(ch as usize / 64) {
            *word &= !(1 << (ch as usize % 64));
        }
    }

    #[inline]
    pub(super) fn contains(&self, ch: char) -> bool {
        self.0
            .get(ch as usize / 64)
            .is_some_and(|word| word >> (ch as usize % 64) & 1 != 0)
    }
}
