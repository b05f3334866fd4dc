//! What matters about two characters side by side, found for a whole line at once.
//!
//! Two questions are asked about every two neighbours of every line: does folding take more here
//! than to look each character up, and may a word begin here that points to a rule? So the table in
//! which characters are looked up gives [`Traits`] with each of them: a byte of what it is as the
//! first of two, and a byte of what it is as the second. Bits that are set in both bytes are an
//! answer, and a processor compares the bytes of eight neighbours at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::fold::{ANNOTATING, ELLIPSIS, GONE, folding};

/// What a character is as the first of two (high byte) and as the second (low byte).
pub(super) type Traits = u16;

/// Two blanks, and two full stops or ellipses, are one.
const BLANKS: Traits = 1;
const STOPS: Traits = 2;
/// The second one leaves no trace, or may belong to a pinyin annotation.
pub(super) const ODD: Traits = 4;
/// The second one is a hint word by itself.
const LONE: Traits = 8;
/// A hint word may begin: words are dealt out to groups by their first unit, and each group has
/// one of the bits above.
const GROUPS: usize = 4;

/// The answers that folding wants.
pub(super) const UNEVEN: Traits = BLANKS | STOPS | ODD;

/// What each character of the basic plane becomes, and its traits.
#[derive(Debug)]
pub(super) struct Table {
    entries: Box<[u32; 1 << 16]>,
}

static PLAIN: LazyLock<Table> = LazyLock::new(|| Table::new(std::iter::empty()));

impl Table {
    /// A table for hint words that begin with these folded units; the second one is 0 for words
    /// of one unit.
    pub(super) fn new(words: impl Iterator<Item = (u16, u16)>) -> Self {
        let mut traits = zeros::<Traits>();
        let mut set = |unit: u16, first: Traits, second: Traits| {
            traits[usize::from(unit)] |= first << 8 | second;
        };
        set(u16::from(b' '), BLANKS, BLANKS);
        set(u16::from(b'.'), STOPS, STOPS);
        set(ELLIPSIS as u16, STOPS, STOPS);
        for odd in ANNOTATING.chain([GONE]) {
            set(odd, 0, ODD);
        }
        for (group, (first, second)) in dealt(words) {
            if second == 0 {
                set(first, 0, LONE);
            } else {
                set(first, LONE << (1 + group), 0);
                set(second, 0, LONE << (1 + group));
            }
        }
        let mut entries = zeros::<u32>();
        for (entry, &unit) in entries.iter_mut().zip(folding()) {
            let traits = traits[usize::from(unit)] | Self::OTHER;
            *entry = u32::from(unit) | u32::from(traits) << 16;
        }
        Self { entries }
    }

    /// The table that knows no hint words.
    pub(super) fn plain() -> &'static Self {
        &PLAIN
    }

    /// The traits that every character has.
    const OTHER: Traits = (ODD | LONE) << 8;

    /// A character of the basic plane, or half of another, folded.
    #[inline]
    pub(super) fn get(&self, code: u16) -> (u16, Traits) {
        let entry = self.entries[usize::from(code)];
        (entry as u16, (entry >> 16) as Traits)
    }
}

/// One zero for each character, never on the stack.
#[allow(clippy::unnecessary_box_returns)]
fn zeros<T: Copy + Default>() -> Box<[T; 1 << 16]> {
    let zeros = vec![T::default(); 1 << 16].into_boxed_slice();
    zeros
        .try_into()
        .unwrap_or_else(|_| unreachable!("a boxed slice of its own length"))
}

/// Deals beginnings out to groups. In a group any first unit may stand before any second one, so
/// each first one goes where it makes the fewest such pairs with others.
fn dealt(words: impl Iterator<Item = (u16, u16)>) -> Vec<(usize, (u16, u16))> {
    // Letters and digits are many times as frequent as any one Chinese character.
    let weight = |unit: &u16| if *unit < 0x80 { 20 } else { 1 };
    let mut by_first: BTreeMap<u16, BTreeSet<u16>> = BTreeMap::new();
    for (first, second) in words {
        by_first.entry(first).or_default().insert(second);
    }
    let mut groups: [(u32, BTreeSet<u16>); GROUPS] = Default::default();
    let mut dealt = Vec::new();
    for (first, seconds) in by_first {
        let more = |(firsts, of): &(u32, BTreeSet<u16>)| {
            let before: u32 = of.iter().map(weight).sum();
            let added: u32 = seconds.difference(of).map(weight).sum();
            weight(&first) * (before + added) + firsts * added
        };
        let best = (0..GROUPS).min_by_key(|&group| more(&groups[group]));
        let group = best.unwrap_or(0);
        groups[group].0 += weight(&first);
        dealt.extend(seconds.iter().map(|&second| (group, (first, second))));
        groups[group].1.extend(seconds);
    }
    dealt
}

/// All answers about neighbours in a line.
pub(super) fn answers(traits: &[Traits]) -> Traits {
    let Some((first, rest)) = traits.split_first() else {
        return 0;
    };
    // Nothing is before the first one.
    let start = (Table::OTHER >> 8) & first;
    let pairs = traits.iter().zip(rest);
    start
        | pairs.fold(0, |answers, (first, second)| {
            answers | (first >> 8 & second)
        })
}

/// Gives the places in a line where a hint word may begin.
#[inline]
pub(super) fn words(traits: &[Traits], mut tell: impl FnMut(usize)) {
    const BLOCK: usize = 16;
    let mut one = |place: usize, answer: Traits| {
        if answer & LONE != 0 {
            tell(place.wrapping_add(1));
        }
        if answer & !(UNEVEN | LONE) != 0 {
            tell(place);
        }
    };
    if traits.first().is_some_and(|first| first & LONE != 0) {
        one(usize::MAX, LONE);
    }
    let mut start = 0;
    while let (Some(first), Some(rest)) = (
        traits[start..].first_chunk::<BLOCK>(),
        traits
            .get(start + 1..)
            .and_then(|of| of.first_chunk::<BLOCK>()),
    ) {
        let mut answers = [0; BLOCK];
        for ((answer, first), rest) in answers.iter_mut().zip(first).zip(rest) {
            *answer = first >> 8 & rest;
        }
        if answers.iter().fold(0, |all, answer| all | answer) & !UNEVEN != 0 {
            let bits = answers.iter().enumerate();
            let mut places = bits.fold(0_u32, |places, (at, answer)| {
                places | u32::from(answer & !UNEVEN != 0) << at
            });
            while places != 0 {
                let at = places.trailing_zeros() as usize;
                one(start + at, answers[at]);
                places &= places - 1;
            }
        }
        start += BLOCK;
    }
    for (at, pair) in traits[start..].windows(2).enumerate() {
        one(start + at, pair[0] >> 8 & pair[1]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(line: &str) -> (bool, Vec<usize>) {
        let unit = |char: char| char as u16;
        let words = [
            (unit('版'), unit('权')),
            (unit('©'), 0),
            (unit('f'), unit('b')),
        ];
        let table = Table::new(words.into_iter());
        let traits: Vec<Traits> = line.encode_utf16().map(|unit| table.get(unit).1).collect();
        let mut places = Vec::new();
        super::words(&traits, |place| places.push(place));
        (answers(&traits) & UNEVEN != 0, places)
    }

    #[test]
    fn words_are_told_in_any_script_and_width() {
        assert_eq!(seen("本网版權所有"), (false, vec![2]));
        assert_eq!(seen("ＦＢ 版权"), (false, vec![0, 3]));
        assert_eq!(seen("© 2024 ©"), (false, vec![0, 7]));
        assert_eq!(seen("权版"), (false, vec![]));
        let (uneven, places) = seen(&format!("{}版权", "一".repeat(31)));
        assert_eq!((uneven, places), (false, vec![31]));
    }

    #[test]
    fn runs_and_odd_characters_are_uneven() {
        for line in [
            "a  b",
            "a\u{3000} b",
            "..",
            "a.…",
            "……",
            "huán",
            "á",
            "a\u{FEFF}",
        ] {
            assert!(seen(line).0, "{line}");
        }
        for line in ["", "a b", " a", ".", "中.中", "中 .…".split_at(4).0] {
            assert!(!seen(line).0, "{line}");
        }
    }
}
