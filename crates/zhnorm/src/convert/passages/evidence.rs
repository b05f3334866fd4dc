//! What a stretch of text shows of its script.

use zhnorm_lang::folding;
use zhnorm_lang::frequency::{Frequencies, Model};

use crate::convert::Script;
use crate::convert::variety::Trait;

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
    let (mut other, mut foreign) = (false, false);
    for ch in text.chars() {
        if ch < '\u{3000}' {
            continue;
        }
        match Trait::of(ch) {
            Trait::Kana => foreign = true,
            Trait::None => foreign |= matches!(ch, '\u{AC00}'..='\u{D7A3}'),
            Trait::Simplified => other |= script == Script::Hans,
            Trait::Traditional => other |= script == Script::Hant,
            Trait::Shared { .. } => {}
        }
        if other && foreign {
            break;
        }
    }
    (other, foreign)
}

/// How many characters of a script there are whose counterpart in the other script is in the
/// same stretch: 發（发）, a table of both.
pub(super) fn paired(text: &str, script: Script) -> usize {
    let is_of = |ch: char| {
        matches!(
            (Trait::of(ch), script),
            (Trait::Simplified, Script::Hans) | (Trait::Traditional, Script::Hant)
        )
    };
    text.chars()
        .filter(|&ch| is_of(ch))
        .filter(|&ch| {
            text.chars().any(|other| match script {
                Script::Hant => other == folding::simplified(ch),
                Script::Hans => other != ch && folding::simplified(other) == ch,
            })
        })
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
            None if is_quotation => "",
            None => inside,
        };
    }
    kept.push_str(rest);
    kept
}

const OPENING: [char; 10] = ['「', '『', '“', '‘', '（', '(', '《', '〈', '【', '['];
const CLOSING: [char; 10] = ['」', '』', '”', '’', '）', ')', '》', '〉', '】', ']'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_with_its_counterpart_is_named() {
        assert_eq!(paired("发（發）和头（頭）", Script::Hant), 2);
        assert_eq!(paired("发（發）和头（頭）", Script::Hans), 2);
        assert_eq!(paired("我们今天去學校", Script::Hant), 0);
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
    fn japanese_is_known_by_its_kana() {
        assert!(Evidence::of("会社に行く途中で、学校の先生に会った").is_foreign());
        assert!(!Evidence::of("优の良品店铺").is_foreign());
        assert!(Evidence::of("학교에 갔다").is_foreign());
        assert!(!Evidence::of("去公司的路上遇到了学校的老师").is_foreign());
    }
}
