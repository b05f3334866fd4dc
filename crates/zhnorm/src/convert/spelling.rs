//! How a region spells characters of which it has two: 臺/台, 裡/裏, 佈/布, 劃/畫, 佔/占, 着/著.
//!
//! `OpenCC` writes 臺灣, 公佈 and 計劃 for Taiwan; its press has 台灣, 公布 and 計畫. A set (`spelling.tsv`) lists
//! words as they are spelled. They are looked up without regard to these spellings, so what a set has
//! spelled is spelled the same when it is looked at again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::LazyLock;

use super::{Config, Error};
use crate::report::{Change, LineCounter, Report, Stage};

/// The name under which the report has what was spelled otherwise.
const RULE: &str = "spelling";

/// The committed list.
static LIST: &str = include_str!("spelling.tsv");

/// The two spellings of a character; the second stands for both when a word is looked up.
const PAIRS: [[char; 2]; 6] = [
    ['臺', '台'],
    ['裡', '裏'],
    ['佈', '布'],
    ['劃', '畫'],
    ['佔', '占'],
    ['着', '著'],
];

/// Which spellings of a region are written.
///
/// ```
/// use zhnorm::convert::Spelling;
///
/// assert_eq!("tw-official".parse::<Spelling>()?, Spelling::TwOfficial);
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Spelling {
    /// Those of `OpenCC`.
    OpenCc,
    /// Taiwan's laws and offices: 臺灣, 公布, 計畫, 占領.
    TwOfficial,
    /// Taiwan's press: 台灣, 公布, 計畫, 佔領.
    TwCommon,
    /// Hong Kong's press: 台灣, 這裏, 計劃, 佔領, 看着.
    Hk,
}

impl Spelling {
    const ALL: [Self; 4] = [Self::OpenCc, Self::TwOfficial, Self::TwCommon, Self::Hk];

    /// The names that its [`FromStr`] takes.
    pub const NAMES: [&'static str; 4] = ["opencc", "tw-official", "tw-common", "hk"];

    /// Its name: `opencc`, `tw-official`, `tw-common` or `hk`.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl FromStr for Spelling {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|spelling| spelling.name() == name)
            .ok_or_else(|| Error::UnknownSpelling {
                spelling: name.to_owned(),
            })
    }
}

/// Whether a configuration writes traditional Chinese, which a spelling can be chosen for.
pub(super) fn applies_to(config: Config) -> bool {
    use Config::{Hk2t, S2hk, S2hkp, S2t, S2tw, S2twp, T2hk, T2tw, Tw2t};
    matches!(
        config,
        S2t | S2tw | S2twp | S2hk | S2hkp | T2tw | T2hk | Tw2t | Hk2t
    )
}

/// A word, seen from one of its characters; the rest as it is looked up.
struct Word {
    before: String,
    behind: String,
    written: char,
}

impl Word {
    /// Longer words first, of equally long ones the one that begins later.
    fn rank(&self) -> impl Ord + use<> {
        let before = self.before.chars().count();
        (
            std::cmp::Reverse(before + self.behind.chars().count()),
            before,
        )
    }
}

/// The words of a set, by the characters they decide.
type Words = HashMap<char, Vec<Word>>;

/// The sets, in the order of [`Spelling::ALL`].
static SETS: LazyLock<[Words; 4]> = LazyLock::new(|| Spelling::ALL.map(set));

fn set(spelling: Spelling) -> Words {
    let mut words = Words::new();
    for (_, word) in entries().filter(|(own, _)| *own == spelling) {
        for (at, written) in word.char_indices() {
            if !is_member(written) {
                continue;
            }
            let (before, behind) = (&word[..at], &word[at + written.len_utf8()..]);
            words.entry(folded(written)).or_default().push(Word {
                before: before.chars().map(folded).collect(),
                behind: behind.chars().map(folded).collect(),
                written,
            });
        }
    }
    for words in words.values_mut() {
        words.sort_by_key(Word::rank);
    }
    words
}

/// The words of the list with their sets.
fn entries() -> impl Iterator<Item = (Spelling, &'static str)> {
    LIST.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .flat_map(|(sets, words)| {
            let sets = sets.split(',').filter_map(|name| name.parse().ok());
            sets.flat_map(move |set| words.split(' ').map(move |word| (set, word)))
        })
}

/// The character that stands for both spellings.
fn folded(ch: char) -> char {
    let pair = PAIRS.iter().find(|[first, _]| *first == ch);
    pair.map_or(ch, |[_, second]| *second)
}

fn is_member(ch: char) -> bool {
    PAIRS.iter().flatten().any(|member| *member == ch)
}

/// A bit for each character that has two spellings.
static MEMBERS: [u64; 0x1_0000 / 64] = {
    let mut bits = [0; 0x1_0000 / 64];
    let mut pair = 0;
    while pair < PAIRS.len() {
        let [one, other] = PAIRS[pair];
        bits[one as usize / 64] |= 1 << (one as usize % 64);
        bits[other as usize / 64] |= 1 << (other as usize % 64);
        pair += 1;
    }
    bits
};

/// Spells the characters of a text as a set does.
pub(super) fn spell<'a>(spelling: Spelling, text: &'a str, report: &mut Report) -> Cow<'a, str> {
    let words = &SETS[spelling as usize];
    let bytes = text.as_bytes();
    let mut lines = LineCounter::new(bytes);
    let mut output = String::new();
    let (mut at, mut copied, mut changed) = (0, 0, 0);
    while let Some(&[lead, second, third]) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        if lead & 0xF0 != 0xE0 {
            at += 1;
            continue;
        }
        let code = u16::from(lead) << 12 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F);
        let here = at;
        at += 3;
        if MEMBERS[usize::from(code) / 64] >> (code % 64) & 1 == 0 {
            continue;
        }
        let Some(own) = char::from_u32(u32::from(code)) else {
            continue;
        };
        let written = written(words, own, &text[..here], &text[at..]);
        if written == own {
            continue;
        }
        output.push_str(&text[copied..here]);
        output.push(written);
        copied = at;
        if report.lists() {
            let line = lines.line_at(here);
            let after = written.to_string();
            let change = Change::edit(Stage::Convert, RULE, here..at, line, own, after);
            report.record(change);
        } else {
            changed += 1;
        }
    }
    report.count(Stage::Convert, RULE, changed);
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    output.push_str(&text[copied..]);
    Cow::Owned(output)
}

/// How a character is written between these two stretches.
fn written(words: &Words, own: char, before: &str, behind: &str) -> char {
    let starts = |text: &str, with: &str| {
        let mut text = text.chars().map(folded);
        with.chars().all(|ch| text.next() == Some(ch))
    };
    let ends = |text: &str, with: &str| {
        let mut text = text.chars().rev().map(folded);
        with.chars().rev().all(|ch| text.next() == Some(ch))
    };
    words
        .get(&folded(own))
        .into_iter()
        .flatten()
        .find(|word| starts(behind, &word.behind) && ends(before, &word.before))
        .map_or(own, |word| word.written)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::convert::{Options, Plan, convert};

    fn spelled(spelling: Spelling, text: &str) -> String {
        let mut listing = Report::listing();
        let output = spell(spelling, text, &mut listing).into_owned();
        let mut counting = Report::counting();
        assert_eq!(spell(spelling, text, &mut counting), output);
        assert!(listing.tallies().eq(counting.tallies()));
        output
    }

    #[test]
    fn each_set_spells_as_its_region_does() {
        let text = "臺灣公佈的計劃裏，舞台佔了一席，占卜師看着著名的天台山";
        for (set, wanted) in [
            (
                Spelling::OpenCc,
                "臺灣公佈的計劃裏，舞台佔了一席，占卜師看着著名的天台山",
            ),
            (
                Spelling::TwOfficial,
                "臺灣公布的計畫裡，舞臺占了一席，占卜師看著著名的天台山",
            ),
            (
                Spelling::TwCommon,
                "台灣公布的計畫裡，舞台佔了一席，占卜師看著著名的天台山",
            ),
            (
                Spelling::Hk,
                "台灣公布的計劃裏，舞台佔了一席，占卜師看着著名的天台山",
            ),
        ] {
            assert_eq!(spelled(set, text), wanted, "{set:?}");
        }
        assert_eq!(spelled(Spelling::Hk, "隨著書看著作"), "隨着書看著作");
    }

    #[test]
    fn no_word_is_listed_twice_and_each_decides_something() {
        let mut seen = BTreeSet::new();
        for (set, word) in entries() {
            let key: String = word.chars().map(folded).collect();
            assert!(seen.insert((set.name(), key)), "{set:?} {word}");
            assert!(word.chars().any(is_member), "{word}");
            assert_eq!(spelled(set, word), word, "{set:?}");
        }
        for set in Spelling::ALL {
            assert_eq!(set.name().parse(), Ok(set));
            assert_eq!(set == Spelling::OpenCc, SETS[set as usize].is_empty());
        }
    }

    #[test]
    fn a_configuration_by_name_is_spelled_only_when_asked() {
        let plan = Plan::new([Config::S2tw]);
        let run = |options: &Options| {
            convert("台湾公布计划", &plan, options, &mut Report::counting()).into_owned()
        };
        assert_eq!(run(&Options::default()), "臺灣公佈計劃");
        let options = Options::default().with_spelling(Spelling::TwCommon);
        assert_eq!(run(&options), "台灣公布計畫");
    }

    proptest! {
        #[test]
        fn what_is_spelled_stays(text in "[臺台裡裏佈布劃畫佔占着著灣計公名作隨看領卜a，\n]{0,24}") {
            for set in Spelling::ALL {
                let once = spelled(set, &text);
                prop_assert_eq!(spelled(set, &once), once);
            }
        }
    }
}
