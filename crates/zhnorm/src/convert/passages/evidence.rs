//! What a stretch of text shows of its script.

use std::ops::Range;

use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::folding;
use zhnorm_lang::frequency::{Frequencies, Model};

use crate::convert::Script;
use crate::convert::variety::{Trait, show, shown};

/// A Japanese reader meets a character dearer than this (in units of the frequency table) less than
/// once in 300,000 characters.
const NOT_JAPANESE: u8 = 200;

/// What a stretch of text shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Characters that only simplified text has.
    pub(super) hans: usize,
    /// Characters that only traditional text has.
    pub(super) hant: usize,
    /// Chinese characters.
    pub(super) han: usize,
    /// Kana.
    pub(super) kana: usize,
    /// Characters that only Japanese writes so.
    pub(super) japanese: usize,
    /// Syllables of Hangul.
    pub(super) hangul: usize,
}

impl Evidence {
    /// What a text shows.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Self::default();
        for ch in text.chars() {
            found.add(ch);
        }
        found
    }

    fn add(&mut self, ch: char) {
        if !matches!(ch, '\u{3000}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}') {
            return;
        }
        match Trait::of(ch) {
            Trait::Kana => self.kana += 1,
            Trait::None => self.hangul += usize::from(ch >= '\u{AC00}'),
            Trait::Shared { japanese } => {
                self.han += 1;
                self.japanese += usize::from(japanese);
            }
            Trait::Simplified => {
                self.han += 1;
                self.hans += 1;
            }
            Trait::Traditional => {
                self.han += 1;
                self.hant += 1;
            }
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            hans: self.hans + other.hans,
            hant: self.hant + other.hant,
            han: self.han + other.han,
            kana: self.kana + other.kana,
            japanese: self.japanese + other.japanese,
            hangul: self.hangul + other.hangul,
        }
    }

    /// Characters that only this script has.
    pub(super) fn only(&self, script: Script) -> usize {
        match script {
            Script::Hans => self.hans,
            Script::Hant => self.hant,
        }
    }

    /// Whether it is a line of Japanese or Korean in a Chinese text: a quarter kana and more than
    /// one of them (Chinese has the odd の), or a quarter Hangul.
    pub(super) fn is_foreign(&self) -> bool {
        let letters = self.han + self.kana + self.hangul;
        (self.kana > 1 && self.kana * 4 >= letters)
            || (self.hangul > 1 && self.hangul * 4 >= letters)
    }
}

/// Whether a text has one of these at all: characters of a script, and kana or Hangul.
pub(super) fn has(text: &str, script: Script) -> (bool, bool) {
    has_by(show(text, bit(script) | shown::FOREIGN), script)
}

/// The same for a text of which is known what its characters show.
pub(super) fn has_by(found: u8, script: Script) -> (bool, bool) {
    (found & bit(script) != 0, found & shown::FOREIGN != 0)
}

/// Whether a text has characters of a script.
pub(super) fn has_script(text: &str, script: Script) -> bool {
    show(text, bit(script)) != 0
}

fn bit(script: Script) -> u8 {
    match script {
        Script::Hans => shown::SIMPLIFIED,
        Script::Hant => shown::TRADITIONAL,
    }
}

/// How many characters of a script there are that are named beside their counterpart in the other
/// script: 發（发）, 發 / 发. Without such a mark between the two, the text changed its script there.
pub(super) fn paired(text: &str, script: Script) -> usize {
    /// The counterpart is so near, in characters.
    const NEAR: usize = 8;
    let characters: Vec<char> = text.chars().collect();
    let is_of = |ch: char| {
        matches!(
            (Trait::of(ch), script),
            (Trait::Simplified, Script::Hans) | (Trait::Traditional, Script::Hant)
        )
    };
    let is_counterpart = |ch: char, other: char| match script {
        Script::Hant => other == folding::simplified(ch),
        Script::Hans => other != ch && folding::simplified(other) == ch,
    };
    // A blank beside a letter sets off a word of another script: 创建 Linux.
    let is_blank = |ch: char| matches!(ch, ' ' | '\t');
    let sets_apart = |at: usize| {
        let sides = [at.checked_sub(1), Some(at + 1)];
        let mut sides = sides.iter().flatten().filter_map(|at| characters.get(*at));
        !sides.any(|ch| ch.is_alphanumeric() && !is_basic_han(*ch))
    };
    let is_naming = |at: usize| {
        let ch = characters[at];
        NAMING.contains(&ch) && (!is_blank(ch) || sets_apart(at))
    };
    let names = |between: Range<usize>| {
        !characters[between.clone()]
            .iter()
            .any(|ch| STOPS.contains(ch))
            && between.into_iter().any(is_naming)
    };
    let is_paired = |at: usize, ch: char| {
        let near = at.saturating_sub(NEAR)..characters.len().min(at + NEAR + 1);
        near.filter(|&other| other != at && is_counterpart(ch, characters[other]))
            .any(|other| names(at.min(other) + 1..at.max(other)))
    };
    (characters.iter().enumerate())
        .filter(|&(at, &ch)| is_of(ch) && is_paired(at, ch))
        .count()
}

/// Marks between two forms of a character.
const NAMING: [char; 24] = [
    '（', '(', '）', ')', '「', '」', '『', '』', '“', '”', '‘', '’', '【', '[', '/', '／', '、',
    '=', '→', '|', '：', ':', '\t', ' ',
];

/// Marks between clauses. What they part is not named.
const STOPS: [char; 6] = ['，', '。', '；', '！', '？', '\n'];

/// Whether a text has a character, however rare, that only this script has.
pub(super) fn has_rare(text: &str, script: Script) -> bool {
    text.chars().any(|ch| match script {
        // Simplified text has these too.
        Script::Hant => {
            folding::is_traditional(ch)
                && !matches!(
                    ch,
                    '著' | '乾' | '瀋' | '徵' | '瞭' | '餘' | '閤' | '藉' | '覆'
                )
        }
        Script::Hans => folding::is_only_simplified(ch) && ch != '么',
    })
}

fn is_kana(ch: char) -> bool {
    Trait::of(ch) == Trait::Kana
}

/// Where a sentence changes its script: it has several characters of one script, and then several of the
/// other. In one with quotation marks the change may be a quotation.
pub(super) fn changes(sentence: &str, several: usize) -> Vec<usize> {
    if sentence.contains(QUOTATIONS) || sentence.chars().any(is_kana) {
        return Vec::new();
    }
    // The script of each run, its length, and where it may begin: behind the last mark before it.
    let mut runs: Vec<(Trait, usize, usize)> = Vec::new();
    let mut start = None;
    for (at, ch) in sentence.char_indices() {
        let own = Trait::of(ch);
        if !matches!(own, Trait::Simplified | Trait::Traditional) {
            if own == Trait::None {
                start = Some(at + ch.len_utf8());
            }
            continue;
        }
        match runs.last_mut() {
            Some((script, length, _)) if *script == own => *length += 1,
            _ => runs.push((own, 1, start.unwrap_or(at))),
        }
        start = None;
    }
    if runs.len() < 2 || runs.iter().any(|(_, length, _)| *length < several) {
        return Vec::new();
    }
    runs[1..].iter().map(|(.., start)| *start).collect()
}

/// How many characters no Japanese text has, of whatever script.
pub(super) fn only_chinese(text: &str) -> usize {
    let frequencies = Frequencies::get();
    text.chars()
        .filter(|&ch| is_basic_han(ch))
        .filter(|&ch| frequencies.costs(ch)[Model::Japanese as usize] > NOT_JAPANESE)
        .count()
}

/// How many of these characters, of one script only, no Japanese text has.
pub(super) fn not_japanese(text: &str, script: Script) -> usize {
    let frequencies = Frequencies::get();
    text.chars()
        .filter(|&ch| {
            matches!(
                (Trait::of(ch), script),
                (Trait::Simplified, Script::Hans) | (Trait::Traditional, Script::Hant)
            )
        })
        .filter(|&ch| frequencies.costs(ch)[Model::Japanese as usize] > NOT_JAPANESE)
        .count()
}

/// A text without its quotations, which keep the script of their source, and without short
/// parentheses, in which a word of another script is named, not used: 「發」, （發）, 《說文》.
pub(super) fn without_quotations(text: &str) -> String {
    /// The longest parenthesis that names a word.
    const WORD: usize = 6;
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(OPENING) {
        let mark = rest[open..].chars().next();
        let length = mark.map_or(1, char::len_utf8);
        let is_quotation = matches!(mark, Some('「' | '『' | '“' | '‘'));
        kept.push_str(&rest[..open]);
        let inside = &rest[open + length..];
        let limit = if is_quotation { usize::MAX } else { WORD + 1 };
        let close = inside
            .char_indices()
            .take(limit)
            .find(|(_, ch)| CLOSING.contains(ch));
        rest = match close {
            Some((at, ch)) => &inside[at + ch.len_utf8()..],
            // A quotation that does not end here is the script of what is around it.
            None => inside,
        };
    }
    kept.push_str(rest);
    kept
}

/// Whether a text has something that [`without_quotations`] leaves out.
pub(super) fn has_quotations(text: &str) -> bool {
    text.contains(OPENING)
}

const QUOTATIONS: [char; 12] = [
    '「', '『', '“', '‘', '」', '』', '”', '’', '《', '》', '〈', '〉',
];
const OPENING: [char; 10] = ['「', '『', '“', '‘', '（', '(', '《', '〈', '【', '['];
const CLOSING: [char; 10] = ['」', '』', '”', '’', '）', ')', '》', '〉', '】', ']'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_has_is_what_its_characters_show() {
        for ch in ('\0'..='\u{FFFF}').chain('\u{20000}'..='\u{20100}') {
            let text = format!("a{ch}b");
            let evidence = Evidence::of(&text);
            let foreign = evidence.kana + evidence.hangul > 0;
            assert_eq!(
                has(&text, Script::Hans),
                (evidence.hans > 0, foreign),
                "{ch}"
            );
            assert_eq!(has_script(&text, Script::Hant), evidence.hant > 0, "{ch}");
        }
    }

    #[test]
    fn a_character_with_its_counterpart_is_named() {
        assert_eq!(paired("发（發）和头（頭）", Script::Hant), 2);
        assert_eq!(paired("发（發）和头（頭）", Script::Hans), 2);
        assert_eq!(paired("我们今天去學校", Script::Hant), 0);
        assert_eq!(paired("他们说他們会來", Script::Hant), 0);
        assert_eq!(paired("被提名為大法官，愿为美中关系", Script::Hant), 0);
        assert_eq!(paired("在桌面上创建 Li創可以", Script::Hant), 0);
        assert_eq!(paired("创 創 A", Script::Hant), 1);
    }

    #[test]
    fn a_word_in_quotation_marks_is_named() {
        assert_eq!(
            without_quotations("写作「說」，读作(shuo)。"),
            "写作，读作。"
        );
        assert_eq!(
            without_quotations("他说：「今天我們一起去學校吧。」"),
            "他说："
        );
        assert_eq!(
            without_quotations("（今天我們一起去學校吧）"),
            "今天我們一起去學校吧）"
        );
    }

    #[test]
    fn a_sentence_changes_its_script_between_runs() {
        let text = "我们今天说过，這個學校";
        let [place] = changes(text, 3)[..] else {
            panic!("{:?}", changes(text, 3));
        };
        assert_eq!(&text[place..], "這個學校");
        assert!(changes("我们今天说过李學勤", 3).is_empty());
        assert!(changes("我们今天说过“這個學校”", 3).is_empty());
        assert!(changes("我们今天说过這個學校门东", 3).is_empty());
    }

    #[test]
    fn japanese_is_known_by_its_kana() {
        assert!(Evidence::of("会社に行く途中で、学校の先生に会った").is_foreign());
        assert!(!Evidence::of("优の良品店铺").is_foreign());
        assert!(Evidence::of("학교에 갔다").is_foreign());
        assert!(!Evidence::of("去公司的路上遇到了学校的老师").is_foreign());
    }
}
