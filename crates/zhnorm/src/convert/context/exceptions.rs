//! Phrases that `OpenCC` has wrong wherever they stand.
//!
//! The list (`exceptions.tsv`) is written to be read: a simplified phrase, its traditional form, a
//! sentence in which it stands. The longest phrase that holds a character counts.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::character_set::CharacterSet;
use super::names;
use crate::convert::{Config, embedded};

/// The committed list.
static LIST: &str = include_str!("exceptions.tsv");

/// The phrases by the characters that `OpenCC` has wrong in them.
static PHRASES: LazyLock<HashMap<char, Vec<Entry>>> = LazyLock::new(|| {
    let mut phrases: HashMap<char, Vec<Entry>> = HashMap::new();
    for (phrase, traditional, example) in entries() {
        let Some(start) = example.find(phrase) else {
            continue;
        };
        let standard = embedded::convert(Config::S2t, example).0;
        let index = example[..start].chars().count();
        let own = phrase.char_indices().zip(traditional.chars());
        for (((at, ch), reading), opencc) in own.zip(standard.chars().skip(index)) {
            if reading != opencc {
                phrases.entry(ch).or_default().push(Entry {
                    before: &phrase[..at],
                    behind: &phrase[at + ch.len_utf8()..],
                    reading,
                });
            }
        }
    }
    phrases
});

/// The characters with exceptions, and surnames.
pub(super) static MARKED: LazyLock<CharacterSet> =
    LazyLock::new(|| CharacterSet::of(PHRASES.keys().chain(names::surnames())));

/// A phrase, seen from one of its characters.
struct Entry {
    before: &'static str,
    behind: &'static str,
    reading: char,
}

/// The entries of the list: phrase, traditional form, example.
fn entries() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    LIST.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?, fields.next()?, fields.next()?))
        })
}

/// What a character of a text is, when it stands in a phrase of the list.
pub(super) fn reading(text: &str, place: &Range<usize>) -> Option<char> {
    let ch = text[place.clone()].chars().next()?;
    let entries = PHRASES.get(&ch)?;
    entries
        .iter()
        .find(|entry| {
            text[..place.start].ends_with(entry.before)
                && text[place.end..].starts_with(entry.behind)
        })
        .map(|entry| entry.reading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Config, Options, Plan, convert};
    use crate::report::Report;

    /// Each phrase gives its traditional form in its example, and without the list it does not.
    #[test]
    fn each_entry_is_needed_and_works() {
        let plan = Plan::new([Config::S2t]);
        let mut count = 0;
        for (phrase, traditional, example) in entries() {
            assert!(example.contains(phrase), "{phrase}: {example}");
            assert_eq!(
                phrase.chars().count(),
                traditional.chars().count(),
                "{phrase}"
            );
            let run = |context| {
                let options = Options::default().with_context(context);
                convert(example, &plan, &options, &mut Report::counting()).into_owned()
            };
            assert!(run(true).contains(traditional), "{phrase}: {}", run(true));
            assert!(
                !run(false).contains(traditional),
                "{phrase} is right without"
            );
            count += 1;
        }
        assert!(count > 0);
    }
}
