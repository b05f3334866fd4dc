//! `cargo xtask context`: the table that decides ambiguous characters by their context.
//!
//! Learnt from the traditional text of `../shared/corpora`, made simplified: there the right
//! character is known. Every tenth document is held back (see [`crate::corpora`]). The words and
//! their first counts are those of jieba (MIT) and `OpenCC`.

pub mod gold;
pub mod groups;
mod lexicon;
mod weights;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use zhnorm_lang::context::{self as table, Context, READINGS};

use crate::corpora::{Split, root};
use crate::opencc::Package;
use gold::Clause;
use groups::Groups;
use lexicon::{Lexicon, Lists};
use weights::Weights;

/// The largest table, in bytes.
const LARGEST: usize = 2 << 20;

/// Writes the table, or compares it with the committed one.
pub fn generate(check: bool) -> Result<()> {
    let made = make(None)?;
    ensure!(made.len() <= LARGEST, "{} bytes are too many", made.len());
    let path: PathBuf = root().join("crates/zhnorm-lang/src/context.bin");
    if check {
        ensure!(
            std::fs::read(&path)? == made,
            "context.bin is not what `cargo xtask context` writes"
        );
        println!("context: {} bytes, as committed", made.len());
    } else {
        std::fs::write(&path, &made)?;
        println!("context: {} bytes", made.len());
    }
    Ok(())
}

/// Makes the table, perhaps without a corpus.
pub fn make(without: Option<&str>) -> Result<Vec<u8>> {
    let package = Package::open()?;
    let clauses = gold::clauses(Split::Train, without)?;
    let groups = Groups::new(&package, &clauses)?;
    let lists = Lists::new(&package)?;
    let half = |half: usize| {
        let counts = |clause: &Clause| clause.corpus % 2 != half;
        sections(&groups, &Lexicon::count(&lists, &groups, &clauses, counts))
    };
    let halves = [half(0), half(1)].map(|sections| pack(&sections, &[], &[]));
    let lattices = [Context::read(&halves[0]), Context::read(&halves[1])];
    let weights = Weights::learn(&groups, &clauses, lattices).pack();
    let sections = sections(
        &groups,
        &Lexicon::count(&lists, &groups, &clauses, |_| true),
    );
    let unsettled = pack(&sections, &weights, &[]);
    let settled = weights::settled(&groups, &clauses, Context::read(&unsettled));
    Ok(pack(&sections, &weights, &settled))
}

/// The sections of the lexicon: singles, numbers, groups, openings, words.
fn sections(groups: &Groups, lexicon: &Lexicon<'_>) -> [Vec<u8>; 5] {
    let characters = 0x4E00..0xA000_u16;
    let singles = characters
        .clone()
        .map(|character| lexicon.single(character, None))
        .collect();
    let mut numbers = vec![0; characters.len()];
    let mut packed = Vec::new();
    for (number, (character, readings)) in groups.groups.iter().enumerate() {
        numbers[usize::from(character - 0x4E00)] = number as u8 + 1;
        for at in 0..READINGS {
            packed.extend(readings.get(at).copied().unwrap_or(0).to_le_bytes());
        }
        packed.extend((0..READINGS).map(|at| lexicon.single(*character, Some(at))));
        let mut spellings = 0_u16;
        for (at, one) in readings.iter().enumerate() {
            for (behind, other) in readings[at + 1..].iter().enumerate() {
                if groups.is_spelling(*one, *other) {
                    spellings |= 1 << table::pair_bit(at, at + 1 + behind);
                }
            }
        }
        packed.extend(spellings.to_le_bytes());
    }
    let entries = lexicon.entries();
    let slots = entries.len() * 5 / 4;
    let mut words = vec![[0; table::WORD]; slots];
    let mut openings = vec![0; table::OPENINGS];
    for entry in entries {
        table::set_bit(&mut openings, table::hash(&entry.word[..2], 51));
        let hash = table::hash(&entry.word, 61);
        let mut slot = table::slot(hash, slots);
        while words[slot] != [0; table::WORD] {
            slot = (slot + 1) % slots;
        }
        let [a, b, c, d] = hash.to_le_bytes();
        words[slot] = [a, b, c, d, entry.cost, entry.readings];
    }
    [singles, numbers, packed, openings, words.concat()]
}

/// The sections behind one another, each behind its length.
fn pack(sections: &[Vec<u8>; 5], weights: &[u8], settled: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let all = sections.iter().map(Vec::as_slice).chain([weights, settled]);
    for section in all {
        packed.extend((section.len() as u32).to_le_bytes());
        packed.extend_from_slice(section);
    }
    packed
}
