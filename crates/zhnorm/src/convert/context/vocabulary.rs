//! Words of the text that the target's region writes too, and that its vocabulary would replace.
//!
//! The list (`kept.tsv`) has two kinds. A word that the region hardly ever writes as `OpenCC` has it, or
//! that is a common word there besides (权限 is no 許可權); and a row of characters in which `OpenCC` sees
//! a word across the border of two (的士兵 is no 計程車兵).

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use zhnorm_lang::boundary;

use super::character_set::CharacterSet;
use crate::convert::{Config, embedded};

/// The committed lists.
static LIST: &str = include_str!("kept.tsv");
static CUES: &str = include_str!("cues.tsv");

/// Cues count so near to a word, in bytes: 40 characters.
const NEAR: usize = 120;

/// A row of characters and the word in it that stays.
struct Kept {
    row: &'static str,
    word: Range<usize>,
    /// So many cues make it a word that is replaced; 0 for none.
    cues: usize,
}

/// The rows and cues of one configuration, by their first character, and a bit for each of these.
pub(super) struct KeptWords {
    rows: HashMap<char, Vec<Kept>>,
    cues: HashMap<char, Vec<&'static str>>,
    rows_begin: CharacterSet,
    cues_begin: CharacterSet,
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
        let mut cues: HashMap<char, Vec<&str>> = HashMap::new();
        for (row, word) in entries(config) {
            let (Some(first), Some(at)) = (row.chars().next(), row.find(word)) else {
                continue;
            };
            let word = at..at + word.len();
            let kept = Kept { row, word, cues: 0 };
            rows.entry(first).or_default().push(kept);
        }
        for (kind, row) in cued(config) {
            let Some(first) = row.chars().next() else {
                continue;
            };
            match kind.parse() {
                Ok(cues) => rows.entry(first).or_default().push(Kept {
                    row,
                    word: 0..row.len(),
                    cues,
                }),
                Err(_) => cues.entry(first).or_default().push(row),
            }
        }
        Self {
            rows_begin: CharacterSet::of(rows.keys()),
            cues_begin: CharacterSet::of(cues.keys()),
            rows,
            cues,
        }
    }

    /// The words of a text that stay, in order.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(Range<usize>)) {
        // The line that was read last, with the places of the cues in it.
        let (mut line, mut cues) = (0..0, Vec::new());
        for_each_character(text, 0..text.len(), |at, character| {
            if !self.rows_begin.has(character) {
                return;
            }
            let Some((place, needed)) = self.at(text, at) else {
                return;
            };
            if needed > 0 {
                let is_cut = line.end < text.len() && text.as_bytes()[line.end] != b'\n';
                if at + usize::from(is_cut) * 2 * NEAR >= line.end {
                    line = line_at(text, at);
                    cues = self.cues(text, line.clone());
                }
                if near(&cues, &place) >= needed {
                    return;
                }
            }
            found(place);
        });
    }

    /// The word that stays in a row that begins at a place of a text, and how many cues would make it
    /// one that does not.
    fn at(&self, text: &str, place: usize) -> Option<(Range<usize>, usize)> {
        let rest = text.get(place..)?;
        let rows = self.rows.get(&rest.chars().next()?)?;
        let kept = rows.iter().find(|kept| rest.starts_with(kept.row))?;
        Some((kept.word.start + place..kept.word.end + place, kept.cues))
    }

    /// The cues of a line.
    fn cues(&self, text: &str, line: Range<usize>) -> Vec<(usize, &'static str)> {
        let mut found = Vec::new();
        for_each_character(text, line, |at, character| {
            if self.cues_begin.has(character)
                && let Some(cues) = text[at..].chars().next().and_then(|ch| self.cues.get(&ch))
                && let Some(&cue) = cues.iter().find(|cue| text[at..].starts_with(**cue))
            {
                found.push((at, cue));
            }
        });
        found
    }
}

/// How many cues there are near a word, each counted once; one in the word itself is none.
fn near(cues: &[(usize, &'static str)], word: &Range<usize>) -> usize {
    let first = cues.partition_point(|(at, _)| at + NEAR < word.start);
    let mut seen: Vec<&str> = cues[first..]
        .iter()
        .take_while(|(at, _)| *at < word.end + NEAR)
        .filter(|(at, cue)| at + cue.len() <= word.start || *at >= word.end)
        .map(|(_, cue)| *cue)
        .collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

/// The line around a place; of a very long one the part that matters.
fn line_at(text: &str, at: usize) -> Range<usize> {
    /// A line is read in parts of so many bytes.
    const PART: usize = 4096;
    let start = boundary::floor(text, at.saturating_sub(NEAR));
    let start = text[start..at]
        .rfind('\n')
        .map_or(start, |end| start + end + 1);
    let end = boundary::floor(text, (at + PART).min(text.len()));
    let end = text[at..end].find('\n').map_or(end, |end| at + end);
    start..end
}

/// Calls back for each character of three bytes in a part of a text.
fn for_each_character(text: &str, part: Range<usize>, mut each: impl FnMut(usize, u16)) {
    let bytes = &text.as_bytes()[..part.end];
    let mut at = part.start;
    while let Some(&[lead, second, third]) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        if lead & 0xF0 != 0xE0 {
            at += 1;
            continue;
        }
        let character =
            u16::from(lead) << 12 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F);
        each(at, character);
        at += 3;
    }
}

/// The rows of a configuration, each with the word in it.
fn entries(config: Config) -> impl Iterator<Item = (&'static str, &'static str)> {
    fields(LIST, config).filter_map(|mut fields| {
        let row = fields.next()?;
        Some((row, fields.next().unwrap_or(row)))
    })
}

/// The words and cues of a configuration, each with the first field.
fn cued(config: Config) -> impl Iterator<Item = (&'static str, &'static str)> {
    fields(CUES, config)
        .filter_map(|mut fields| Some((fields.next()?, fields.next()?)))
        .flat_map(|(kind, words)| words.split(' ').map(move |word| (kind, word)))
}

/// The fields of the lines of a list that are for a configuration.
fn fields(
    list: &'static str,
    config: Config,
) -> impl Iterator<Item = std::str::Split<'static, char>> {
    list.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(move |line| {
            let mut fields = line.split('\t');
            (fields.next()? == config.name()).then_some(fields)
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

/// Whether a configuration writes a text so because of its vocabulary.
pub(in crate::convert) fn is_word(config: Config, before: &str, after: &str) -> bool {
    let plain = without(config);
    if plain == config || before == after {
        return false;
    }
    let written = embedded::convert(plain, before).0;
    // 台積電 and 臺積電 are the same word.
    let simplified = |text: &str| embedded::convert(Config::T2s, text).0.into_owned();
    written != after && simplified(&written) != simplified(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_would_be_replaced() {
        for config in [Config::S2twp, Config::Tw2sp] {
            assert!(entries(config).count() > 0);
            for (row, word) in entries(config) {
                assert!(row.contains(word), "{row}");
                let with = embedded::convert(config, row).0;
                assert_ne!(with, embedded::convert(without(config), row).0, "{row}");
            }
            for (kind, word) in cued(config).filter(|(kind, _)| *kind != "cue") {
                assert!(kind.parse().is_ok_and(|cues: usize| cues > 0), "{kind}");
                let with = embedded::convert(config, word).0;
                assert_ne!(with, embedded::convert(without(config), word).0, "{word}");
            }
        }
    }

    fn kept(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let list = KeptWords::of(Config::S2twp).expect("a list");
        list.find(text, |place| found.push(&text[place]));
        found
    }

    #[test]
    fn cues_decide_within_a_line() {
        assert_eq!(kept("按法律程序提交文件"), ["程序", "文件"]);
        assert!(kept("用浏览器下载程序和文件").is_empty());
        assert_eq!(kept("浏览器下载\n程序"), ["程序"]);
        // A cue is counted once, and none is the word itself.
        assert_eq!(kept("程序程序程序"), ["程序"; 3]);
        let far = format!("浏览器下载{}程序", "的".repeat(50));
        assert_eq!(kept(&far), ["程序"]);
    }
}
