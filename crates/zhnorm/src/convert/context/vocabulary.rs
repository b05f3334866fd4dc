//! Words of the text that the target's region writes too, and that its vocabulary would replace.
//!
//! The list (`kept.tsv`) has two kinds. A word that the region hardly ever writes as `OpenCC` has it, or
//! that is a common word there besides (权限 is no 許可權); and a row of characters in which `OpenCC` sees
//! a word across the border of two (的士兵 is no 計程車兵).

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::convert::Config;

/// The committed list.
static LIST: &str = include_str!("kept.tsv");

/// A row of characters and the word in it that stays.
struct Kept {
    row: &'static str,
    word: Range<usize>,
}

/// The rows of one configuration, by their first character, and a bit for each of these.
pub(super) struct KeptWords {
    rows: HashMap<char, Vec<Kept>>,
    bits: Box<[u64]>,
}

/// The lists of the configurations that have one.
static LISTS: LazyLock<Vec<(Config, KeptWords)>> = LazyLock::new(|| {
    [Config::S2twp, Config::Tw2sp]
        .into_iter()
        .map(|config| (config, KeptWords::new(config)))
        .collect()
});

impl KeptWords {
    /// The list for a configuration.
    pub(super) fn of(config: Config) -> Option<&'static Self> {
        let (_, list) = LISTS.iter().find(|(own, _)| *own == config)?;
        Some(list)
    }

    fn new(config: Config) -> Self {
        let mut rows: HashMap<char, Vec<Kept>> = HashMap::new();
        let mut bits = vec![0; 0x1_0000 / 64].into_boxed_slice();
        for (row, word) in entries(config) {
            let (Some(first), Some(at)) = (row.chars().next(), row.find(word)) else {
                continue;
            };
            if let Some(bits) = bits.get_mut(first as usize / 64) {
                *bits |= 1_u64 << (first as usize % 64);
            }
            let word = at..at + word.len();
            rows.entry(first).or_default().push(Kept { row, word });
        }
        Self { rows, bits }
    }

    /// Whether a row may begin with a character.
    #[inline]
    pub(super) fn may_begin(&self, character: u16) -> bool {
        let word = self
            .bits
            .get(usize::from(character) / 64)
            .copied()
            .unwrap_or(0);
        word >> (character % 64) & 1 != 0
    }

    /// The word that stays in a row that begins at a place of a text.
    pub(super) fn at(&self, text: &str, place: usize) -> Option<Range<usize>> {
        let rest = text.get(place..)?;
        let rows = self.rows.get(&rest.chars().next()?)?;
        let kept = rows.iter().find(|kept| rest.starts_with(kept.row))?;
        Some(kept.word.start + place..kept.word.end + place)
    }
}

/// The rows of a configuration, each with the word in it.
fn entries(config: Config) -> impl Iterator<Item = (&'static str, &'static str)> {
    LIST.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(move |line| {
            let mut fields = line.split('\t');
            let own = fields.next()? == config.name();
            let row = fields.next()?;
            own.then_some((row, fields.next().unwrap_or(row)))
        })
}

/// The configuration that does the same without vocabulary.
pub(in crate::convert) fn without(config: Config) -> Config {
    match config {
        Config::S2twp => Config::S2tw,
        Config::Tw2sp => Config::Tw2s,
        Config::S2hkp => Config::S2hk,
        Config::Hk2sp => Config::Hk2s,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::embedded;

    #[test]
    fn each_word_would_be_replaced() {
        for config in [Config::S2twp, Config::Tw2sp] {
            assert!(entries(config).count() > 0);
            for (row, word) in entries(config) {
                assert!(row.contains(word), "{row}");
                let with = embedded::convert(config, row).0;
                assert_ne!(with, embedded::convert(without(config), row).0, "{row}");
            }
        }
    }
}
