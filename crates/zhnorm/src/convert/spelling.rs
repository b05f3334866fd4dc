//! How a region spells characters of which it has two: 臺/台, 佈/布, 週/周, 説/說.
//!
//! `OpenCC` writes 臺灣, 公佈 and 計劃 for Taiwan; its press has 台灣, 公布 and 計畫. A set lists words as they
//! are spelled: those that make it what it is in `spelling.tsv`, those that the region's text shows in
//! `counted.tsv`. They are looked up without regard to these spellings (see [`zhnorm_lang::spelling`]), so
//! what a set has spelled is spelled the same when it is looked at again.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::LazyLock;

use zhnorm_lang::spelling::{Words, window};

use super::{Config, Error, embedded};
use crate::report::{Change, LineCounter, Report, Stage};

/// The name under which the report has what was spelled otherwise.
const RULE: &str = "spelling";

/// The committed lists; of a word in both, the first has it.
static LISTS: [&str; 2] = [include_str!("spelling.tsv"), include_str!("counted.tsv")];

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

/// How the region of a configuration from the standard's characters spells.
pub(super) fn of_region(config: Config) -> Option<Spelling> {
    match config {
        Config::T2tw => Some(Spelling::TwCommon),
        Config::T2hk => Some(Spelling::Hk),
        _ => None,
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

/// The sets, in the order of [`Spelling::ALL`].
static SETS: [LazyLock<Words>; 4] = [
    LazyLock::new(Words::default),
    LazyLock::new(|| set(Spelling::TwOfficial)),
    LazyLock::new(|| set(Spelling::TwCommon)),
    LazyLock::new(|| set(Spelling::Hk)),
];

fn set(spelling: Spelling) -> Words {
    let entries = LISTS.iter().flat_map(|list| entries(list));
    entries
        .filter(|(own, _)| *own == spelling)
        .map(|(_, word)| word)
        .collect()
}

/// The words of a list with their sets.
fn entries(list: &'static str) -> impl Iterator<Item = (Spelling, &'static str)> {
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .flat_map(|(sets, words)| {
            let sets = sets.split(',').filter_map(|name| name.parse().ok());
            sets.flat_map(move |set| words.split(' ').map(move |word| (set, word)))
        })
}

/// Spells the characters of a text as a set does.
pub(super) fn spell<'a>(spelling: Spelling, text: &'a str, report: &mut Report) -> Cow<'a, str> {
    let words = &*SETS[spelling as usize];
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
        if words.lacks(code) {
            continue;
        }
        let written = words.written(&window(text, here)).unwrap_or(code);
        if written == code {
            continue;
        }
        let Some(written) = char::from_u32(u32::from(written)) else {
            continue;
        };
        let own = &text[here..at];
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

/// Converts from the standard's characters to a region's, but leaves the words that the region spells
/// as the text does.
///
/// What was converted from simplified text has them too, and must stay as it is.
pub(super) fn convert_but_spelled<'a>(
    config: Config,
    spelling: Spelling,
    text: &'a str,
    report: &mut Report,
) -> Cow<'a, str> {
    // Most texts have nothing to convert, which is found out faster than where it is.
    if let (Cow::Borrowed(_), _) = embedded::convert(config, text) {
        return Cow::Borrowed(text);
    }
    let words = &*SETS[spelling as usize];
    let mut lines = LineCounter::new(text.as_bytes());
    let mut output = String::new();
    let (mut copied, mut changed) = (0, 0);
    embedded::convert_and_list(config, text, |place, after| {
        let before = &text[place.clone()];
        let mut after = after.to_owned();
        if before.chars().count() == after.chars().count() {
            let kept = |(at, ch): (usize, char), put: char| {
                let own = u16::try_from(u32::from(ch)).unwrap_or(0);
                let is_spelled = ch != put
                    && !words.lacks(own)
                    && words.written(&window(text, place.start + at)) == Some(own);
                if is_spelled { ch } else { put }
            };
            let pairs = before.char_indices().zip(after.chars());
            after = pairs.map(|(own, put)| kept(own, put)).collect();
        }
        if after == before {
            return;
        }
        output.push_str(&text[copied..place.start]);
        output.push_str(&after);
        copied = place.end;
        if report.lists() {
            let line = lines.line_at(place.start);
            let change = Change::edit(Stage::Convert, config.name(), place, line, before, after);
            report.record(change);
        } else {
            changed += 1;
        }
    });
    report.count(Stage::Convert, config.name(), changed);
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    output.push_str(&text[copied..]);
    Cow::Owned(output)
}

/// Whether a set has a word with this character.
#[cfg(test)]
pub(super) fn writes(spelling: Spelling, ch: char) -> bool {
    let mut entries = LISTS.iter().flat_map(|list| entries(list));
    entries.any(|(own, word)| own == spelling && word.contains(ch))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use zhnorm_lang::spelling::{LONGEST, folded, pair};

    use super::*;
    use crate::convert::{Options, Plan, Provenance, convert};

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
        for list in LISTS {
            let mut seen = BTreeSet::new();
            for (set, word) in entries(list) {
                let codes = word.chars().map(|ch| ch as u16);
                assert!(codes.clone().any(|code| pair(code).is_some()), "{word}");
                assert!(word.chars().count() <= LONGEST, "{word}");
                let key: Vec<u16> = codes.map(folded).collect();
                assert!(seen.insert((set.name(), key)), "{set:?} {word}");
            }
        }
        for (set, word) in entries(LISTS[0]) {
            assert_eq!(spelled(set, word), word, "{set:?}");
        }
        for set in Spelling::ALL {
            assert_eq!(set.name().parse(), Ok(set));
        }
        assert_eq!(spelled(Spelling::OpenCc, "臺灣"), "臺灣");
    }

    #[test]
    fn text_in_standard_characters_keeps_what_its_region_spells() {
        let run = |text: &str| {
            let target: crate::convert::Target = "zh-HK".parse().expect("a tag");
            let plan = target.plan(crate::convert::Variety::Hant, Provenance::Written);
            let mut listing = Report::listing();
            let output = convert(text, &plan, &Options::default(), &mut listing).into_owned();
            let mut counting = Report::counting();
            assert_eq!(
                convert(text, &plan, &Options::default(), &mut counting),
                output
            );
            assert!(listing.tallies().eq(counting.tallies()));
            output
        };
        assert_eq!(run("他說：戶外衛生"), "他說：戶外衞生");
        assert_eq!(run("他說：戶外溫度"), "他說：戶外溫度");
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
        fn what_is_spelled_stays(text in "[臺台裡裏佈布劃畫佔占着著週周遊游說説瞭了解戲圍灣計公名作隨看領卜a，\n]{0,24}") {
            for set in Spelling::ALL {
                let once = spelled(set, &text);
                prop_assert_eq!(spelled(set, &once), once);
            }
        }
    }
}
