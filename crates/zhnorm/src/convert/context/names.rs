//! Surnames whose character is another word too: 余 in 余先生 is no 餘, 钟 in 钟南山 no 鐘.
//!
//! A surname is known by the title behind the name (余光中教授), the word before it (姓余), or the list of
//! names. A name that was seen so is a name wherever it stands again in the text, without a title too.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::folding::simplified;

use super::character_set::CharacterSet;

/// The committed list (`names.tsv`).
static LIST: &str = include_str!("names.tsv");

/// The longest given name, in characters.
const GIVEN: usize = 2;
/// So many names of a document are kept in mind. Those that come first stay.
const MOST: usize = 4096;

/// A surname in traditional text.
struct Surname {
    reading: char,
    /// The characters before it that make it another word; after `^` those that do not.
    behind: &'static str,
    /// The characters behind it that make it another word, if that has few and the surname all others.
    ahead: &'static str,
}

impl Surname {
    /// Whether a given name begins here for sure: 范鸿龄, but 范围 and 范例.
    fn is_sure_before(&self, given: char) -> bool {
        !self.ahead.is_empty()
            && is_basic_han(given)
            && !self.ahead.contains(simplified(given))
            && !NAMES.no_given.contains(&simplified(given))
    }

    /// Whether it can be the surname behind this text.
    fn may_stand(&self, before: &str) -> bool {
        before
            .chars()
            .next_back()
            .is_none_or(|ch| self.may_follow(ch))
    }

    /// Whether the character is far oftener the other word.
    fn is_rare(&self) -> bool {
        self.behind.starts_with('^')
    }

    fn may_follow(&self, ch: char) -> bool {
        match self.behind.strip_prefix('^') {
            Some(only) => !is_basic_han(ch) || only.contains(simplified(ch)),
            None => !self.behind.contains(simplified(ch)),
        }
    }
}

/// Words by one of their characters, at which they are looked for.
#[derive(Default)]
struct Words(HashMap<char, Vec<&'static str>>);

impl Words {
    fn add(&mut self, words: &'static str, at: fn(&str) -> Option<char>) {
        for word in words.split(' ') {
            if let Some(ch) = at(word) {
                self.0.entry(ch).or_default().push(word);
            }
        }
    }

    /// Whether a text begins with one of them, in either script.
    fn begin(&self, text: &str) -> bool {
        let first = text
            .chars()
            .next()
            .and_then(|ch| self.0.get(&simplified(ch)));
        first.is_some_and(|words| words.iter().any(|word| starts_with(text, word)))
    }

    /// Whether a text ends with one of them, in either script.
    fn end(&self, text: &str) -> bool {
        let last = text.chars().next_back();
        let last = last.and_then(|ch| self.0.get(&simplified(ch)));
        last.is_some_and(|words| words.iter().any(|word| ends_with(text, word)))
    }
}

fn first(word: &str) -> Option<char> {
    word.chars().next()
}

fn last(word: &str) -> Option<char> {
    word.chars().next_back()
}

#[derive(Default)]
struct List {
    surnames: HashMap<char, Surname>,
    titles: Words,
    addresses: Words,
    no_given: HashSet<char>,
    before: Words,
    names: Words,
}

static NAMES: LazyLock<List> = LazyLock::new(|| {
    let mut list = List::default();
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(kind), Some(own)) = (fields.next(), fields.next()) else {
            continue;
        };
        match kind {
            "address" => list.addresses.add(own, first),
            "title" => list.titles.add(own, first),
            "no-given" => list.no_given.extend(own.chars()),
            "before" => list.before.add(own, last),
            "name" => list.names.add(own, first),
            _ => {
                let reading = fields.next().and_then(|reading| reading.chars().next());
                if let (Some(own), Some(reading)) = (own.chars().next(), reading) {
                    let behind = fields.next().unwrap_or_default();
                    let ahead = fields.next().unwrap_or_default();
                    let surname = Surname {
                        reading,
                        behind,
                        ahead,
                    };
                    list.surnames.insert(own, surname);
                }
            }
        }
    }
    list
});

/// The names that are known in a document: surname and given name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// The names that a document, or a part of it, shows to be names.
    pub(crate) fn of(text: &str) -> Self {
        let mut names = Self::default();
        for (at, ch) in text.char_indices() {
            if !is_surname(ch) {
                continue;
            }
            let place = at..at + ch.len_utf8();
            if let Some((_, given)) = shown(text, &place)
                && given > 0
            {
                names.put(folded(&text[at..place.end + given]));
            }
        }
        names
    }

    fn put(&mut self, name: String) {
        if self.0.len() < MOST {
            self.0.insert(name);
        }
    }

    /// Whether all these are known.
    pub(crate) fn have(&self, others: &Self) -> bool {
        others.0.is_subset(&self.0)
    }

    /// Adds the names of a later part of the document.
    pub(crate) fn add(&mut self, later: &Self) {
        for name in &later.0 {
            self.put(name.clone());
        }
    }

    /// What a character is, when it is the surname of a name.
    pub(super) fn reading(&self, text: &str, place: &Range<usize>) -> Option<char> {
        let ch = text[place.clone()].chars().next()?;
        let surname = NAMES.surnames.get(&ch)?;
        let whole = &text[place.start..];
        let is_known = || {
            (2..=1 + GIVEN)
                .filter_map(|length| prefix(whole, length))
                .any(|name| self.0.contains(&folded(name)))
        };
        if !self.0.is_empty() && surname.may_stand(&text[..place.start]) && is_known() {
            return Some(surname.reading);
        }
        shown(text, place).map(|(reading, _)| reading)
    }
}

/// What a character is, when what is around it shows that it is a surname; and the length of the given name.
fn shown(text: &str, place: &Range<usize>) -> Option<(char, usize)> {
    let ch = text[place.clone()].chars().next()?;
    let surname = NAMES.surnames.get(&ch)?;
    let (before, behind) = (&text[..place.start], &text[place.end..]);
    let is_behind_word = NAMES.before.end(before);
    if !is_behind_word && !surname.may_stand(before) {
        return None;
    }
    let whole = &text[place.start..];
    if NAMES.names.begin(whole) {
        return Some((surname.reading, 0));
    }
    // Where the other word is as common, only an address shows it at the start of a clause: 于法官宣告时.
    let is_weak = surname.is_rare() && !is_behind_word && starts_clause(before);
    let is_title =
        |rest: &str| NAMES.addresses.begin(rest) || (!is_weak && NAMES.titles.begin(rest));
    let ends = |rest: &str| rest.chars().next().is_none_or(|ch| !is_basic_han(ch));
    for length in (0..=GIVEN).rev() {
        let Some(given) = prefix(behind, length) else {
            continue;
        };
        if given
            .chars()
            .any(|ch| NAMES.no_given.contains(&simplified(ch)))
        {
            continue;
        }
        let rest = &behind[given.len()..];
        if is_title(rest) || (length > 0 && ends(rest) && is_behind_word) {
            return Some((surname.reading, given.len()));
        }
    }
    let is_sure = (behind.chars().next()).is_some_and(|given| surname.is_sure_before(given));
    // Or 姓余, and nothing behind it.
    let is_surname = is_sure || (before.ends_with('姓') && ends(behind));
    is_surname.then_some((surname.reading, 0))
}

/// A name as it is kept in mind, in simplified characters. What is converted may be looked at again, and
/// must show the same then.
fn folded(name: &str) -> String {
    name.chars().map(simplified).collect()
}

/// Whether a text begins with a word of the list, in either script.
fn starts_with(text: &str, word: &str) -> bool {
    let mut text = text.chars().map(simplified);
    word.chars().all(|ch| text.next() == Some(ch))
}

/// Whether a text ends with a word of the list, in either script.
fn ends_with(text: &str, word: &str) -> bool {
    let mut text = text.chars().rev().map(simplified);
    word.chars().rev().all(|ch| text.next() == Some(ch))
}

/// Whether a clause begins behind this text.
fn starts_clause(before: &str) -> bool {
    before
        .chars()
        .next_back()
        .is_none_or(|ch| !is_basic_han(ch))
}

/// Whether a character is a surname of the list.
fn is_surname(ch: char) -> bool {
    // Most text is none of these, and the look-up in the list costs more than to read it.
    static SURNAMES: LazyLock<CharacterSet> = LazyLock::new(|| CharacterSet::of(surnames()));
    u16::try_from(u32::from(ch)).is_ok_and(|character| SURNAMES.has(character))
}

/// The first so many characters, if all of them are Chinese.
fn prefix(text: &str, length: usize) -> Option<&str> {
    let mut end = 0;
    let mut characters = text.chars();
    for _ in 0..length {
        let ch = characters.next().filter(|ch| is_basic_han(*ch))?;
        end += ch.len_utf8();
    }
    Some(&text[..end])
}

/// The surnames of the list.
pub(super) fn surnames() -> impl Iterator<Item = &'static char> {
    NAMES.surnames.keys()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{Config, Options, Plan, convert};
    use crate::report::Report;

    fn converted(text: &str) -> String {
        let options = Options::default().with_context(true);
        let plan = Plan::new([Config::S2t]);
        convert(text, &plan, &options, &mut Report::counting()).into_owned()
    }

    #[test]
    fn a_surname_is_known_by_what_is_around_it() {
        for (text, wanted) in [
            ("余先生把剩余的钱还给范小姐", "余先生把剩餘的錢還給范小姐"),
            ("钟医师听见钟声", "鍾醫師聽見鐘聲"),
            (
                "外行人范鸿龄示范的范围、规范的范本，模范生",
                "外行人范鴻齡示範的範圍、規範的範本，模範生",
            ),
            ("百余位教授关于该案的意见", "百餘位教授關於該案的意見"),
            ("主持人余天晴，嘉宾于丹老师", "主持人余天晴，嘉賓于丹老師"),
            (
                "这里有二十余名医生，对于先生们来说",
                "這裏有二十餘名醫生，對於先生們來說",
            ),
            ("他姓余。", "他姓余。"),
            (
                "由于法官不在，于受命法官到后开庭",
                "由於法官不在，於受命法官到後開庭",
            ),
        ] {
            assert_eq!(converted(text), wanted);
        }
    }

    #[test]
    fn names_are_known_in_all_of_a_document_and_few_are_kept() {
        let far = "天气很好。".repeat(30_000);
        let text = format!("{far}余淑华女士来了。{far}余淑华说。");
        let output = converted(&text);
        assert!(output.ends_with("余淑華說。"));
        let many = ('一'..='龥').fold(String::new(), |mut many, given| {
            many.extend(['余', given, '先', '生', '，']);
            many
        });
        let names = Names::of(&many);
        assert_eq!(names.0.len(), MOST);
        let mut known = Names::of("余淑华女士");
        known.add(&names);
        assert!(known.0.len() == MOST && known.have(&Names::of("余淑华女士")));
    }

    #[test]
    fn a_name_stays_a_name() {
        let text = "余淑华女士来了。后来余淑华说，剩余的时间不多。";
        let wanted = "余淑華女士來了。後來余淑華說，剩餘的時間不多。";
        assert_eq!(converted(text), wanted);
    }
}
