//! What lines are counted under: hashes that are the same on every machine, today and later.
//!
//! Counts that were made on the machines of a cluster, or last month, are put together by these
//! keys. The hash is rapidhash v3, which its authors promise not to change. What else changes a key,
//! how lines are folded and which are counted, comes with a new [`VERSION`].

use rapidhash::v3::{RapidSecrets, rapidhash_v3_seeded};

use super::super::folded::{Folded, chars};
use super::super::kind::{Kind, kinds};
use super::super::rule_set::Rules;
use super::super::shape::{Shape, shape};
use super::super::traits::Table;

/// The version of the keys. Counts of different versions must not be added.
pub(super) const VERSION: u8 = 1;

/// Each sort of key has a seed of its own.
const LINE: RapidSecrets = RapidSecrets::seed(1);
const KIND: RapidSecrets = RapidSecrets::seed(2);
const GROUP: RapidSecrets = RapidSecrets::seed(3);
const DOCUMENT: RapidSecrets = RapidSecrets::seed(4);

/// The keys of a document's lines and of their kinds, each once, in rising order. They do not
/// depend on the group.
pub(super) fn of_document(text: &str, rules: &Rules) -> Vec<u64> {
    let mut folded = Folded::default();
    let mut keys: Vec<u64> = text
        .split(['\n', '\r'])
        .filter_map(|line| of_line(line, &mut folded))
        .collect();
    keys.extend(kinds(text.split(['\n', '\r']), rules).iter().map(of_kind));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The key of a line; nothing for lines that articles share by nature: single characters, the heads
/// of enumerations, verse, captions.
pub(super) fn of_line(line: &str, folded: &mut Folded) -> Option<u64> {
    if shape(line) == Shape::Kept {
        return None;
    }
    folded.fold(line, usize::MAX, Table::plain());
    let inner: String = chars(folded.core()).collect();
    (inner.chars().nth(1).is_some()).then(|| rapidhash_v3_seeded(inner.as_bytes(), &LINE))
}

/// The key of a kind of lines.
pub(super) fn of_kind(kind: &Kind) -> u64 {
    let (sort, words) = match kind {
        Kind::Dated => ("dated", ""),
        Kind::Path => ("path", ""),
        Kind::Rule(name) => ("rule", name.as_str()),
        Kind::Words(words) => ("words", words.as_str()),
    };
    rapidhash_v3_seeded(format!("{sort}\0{words}").as_bytes(), &KIND)
}

/// The key of a group.
pub(super) fn of_group(name: &str) -> u64 {
    rapidhash_v3_seeded(name.as_bytes(), &GROUP)
}

/// What a key is counted under in a group.
pub(super) fn in_group(group: u64, key: u64) -> u64 {
    let mut both = [0; 16];
    both[..8].copy_from_slice(&group.to_le_bytes());
    both[8..].copy_from_slice(&key.to_le_bytes());
    rapidhash_v3_seeded(&both, &GROUP)
}

/// What distinguishes a document of a group from the others.
pub(super) fn of_keys(group: u64, keys: &[u64]) -> u64 {
    let bytes: Vec<u8> = std::iter::once(&group)
        .chain(keys)
        .flat_map(|key| key.to_le_bytes())
        .collect();
    rapidhash_v3_seeded(&bytes, &DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_as_they_are() {
        // Counts that people have saved are worth nothing if these change: a new version first.
        assert_eq!(VERSION, 1);
        let keys = of_document("大橋通車了。\n已有 17 人参与\n", &Rules::builtin());
        assert_eq!(
            keys,
            [8_162_207_578_602_946_071, 15_159_620_999_256_690_232]
        );
        assert_eq!(of_group("//morning.example"), 13_314_157_137_570_351_127);
    }

    #[test]
    fn one_line_in_two_scripts_has_one_key() {
        let mut folded = Folded::default();
        let key = |line: &str, folded: &mut Folded| of_line(line, folded);
        assert_eq!(
            key("大橋通車了。", &mut folded),
            key("大桥通车了。", &mut folded)
        );
        assert_eq!(key("一", &mut folded), None);
    }
}
