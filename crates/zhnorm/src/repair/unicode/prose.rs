//! Whether a character occurs in Chinese running text, where its substitute can be folded, or where
//! the very character is meant: tables, dictionaries, texts about characters, other languages.

use std::ops::Range;

use super::Place;
use zhnorm_lang::characters::is_ideograph;

/// How far a line is looked at on each side, in characters.
const REACH: usize = 120;
/// Ideographs that a line of running text holds.
const IDEOGRAPHS: usize = 6;
/// Ideographs that a line of clauses holds.
const CLAUSES: usize = 16;

/// Words of texts about characters, in both scripts.
const TOPICS: &[&str] = &[
    "U+",
    "u+",
    "Unicode",
    "unicode",
    "部首",
    "偏旁",
    "字头",
    "字頭",
    "字旁",
    "兼容",
    "相容",
    "笔画",
    "筆畫",
    "异体",
    "異體",
    "零宽",
    "零寬",
    "零宽度",
    "BOM",
    "软连字符",
    "軟連字",
    "字形",
    "碼位",
    "码位",
    "字源",
];

/// What the line of a place holds beside the character there.
#[derive(Default)]
struct Line {
    ideographs: usize,
    substitutes: usize,
    /// Rows of the two.
    runs: usize,
    hangul: usize,
    kana: usize,
    sentence_ends: usize,
    commas: usize,
    tabs: usize,
    descriptions: usize,
}

impl Line {
    fn around(place: Place<'_>) -> Self {
        let mut line = Self::default();
        let mut inside = false;
        for ch in characters(place) {
            let (is_ideograph, is_substitute) = (is_ideograph(ch), is_substitute(ch));
            line.ideographs += usize::from(is_ideograph);
            line.substitutes += usize::from(is_substitute);
            let within = is_ideograph || is_substitute;
            line.runs += usize::from(within && !inside);
            inside = within;
            line.hangul += usize::from(is_hangul(ch));
            line.kana += usize::from(is_kana(ch));
            line.sentence_ends += usize::from(matches!(ch, '。' | '！' | '？'));
            line.commas += usize::from(ch == '，');
            line.tabs += usize::from(ch == '\t');
            line.descriptions += usize::from(matches!(ch, '\u{2FF0}'..='\u{2FFF}'));
        }
        line
    }
}

/// Whether a character may be folded to `unified`.
pub(super) fn may_fold(place: Place<'_>, unified: char) -> bool {
    let line = Line::around(place);
    let ideographs = line.ideographs;
    let substitutes = line.substitutes + 1;
    ideographs + substitutes >= IDEOGRAPHS
        && substitutes <= ideographs * 2
        // A compatibility ideograph is folded in sentences only: word lists hold both forms.
        && (is_radical(place.ch)
            || line.sentence_ends > 0
            || line.commas > 0 && ideographs >= CLAUSES
            || is_in_phrase(place))
        // In a list the runs are characters and short words.
        && (ideographs + substitutes) * 2 >= line.runs * 5
        && line.hangul == 0
        && line.kana * 20 < ideographs
        && !has_near(place, unified)
        && line.descriptions == 0
        && line.tabs == 0
        && !speaks_of_characters(place)
}

/// Whether a place is inside a row of ideographs that is longer than words are.
fn is_in_phrase(place: Place<'_>) -> bool {
    const LEAST: usize = 7;
    let within = |ch: &char| is_ideograph(*ch) || is_substitute(*ch);
    let before = place.before().take(LEAST).take_while(within).count();
    let after = place.after().take(LEAST).take_while(within).count();
    before + after >= LEAST
}

/// Whether the line of a place is Chinese running text.
pub(super) fn is_chinese(place: Place<'_>) -> bool {
    let line = Line::around(place);
    line.ideographs >= 2 && line.hangul == 0 && line.kana * 20 < line.ideographs && line.tabs == 0
}

/// Whether the substitute and the unified character are shown beside each other.
fn has_near(place: Place<'_>, unified: char) -> bool {
    // Damage by PDF extraction leaves some ideographs whole, so radicals are compared over a shorter distance.
    let near = if is_radical(place.ch) { 3 } else { 12 };
    let same = |ch: char| ch == unified;
    place.before().take(near).any(same) || place.after().take(near).any(same)
}

/// Whether the line speaks of characters.
pub(super) fn speaks_of_characters(place: Place<'_>) -> bool {
    let [before, after] = line_of(place);
    let line = &place.text[before.start..after.end];
    TOPICS.iter().any(|topic| line.contains(topic))
}

/// The line before a place and after its character, as far as it is looked at.
fn line_of(place: Place<'_>) -> [Range<usize>; 2] {
    let here = |ch: &char| *ch != '\n';
    let length = |ch: char| ch.len_utf8();
    let before = place.before().take(REACH).take_while(here);
    let before = place.start - before.map(length).sum::<usize>()..place.start;
    let end = place.start + place.ch.len_utf8();
    let after = place.after().take(REACH).take_while(here);
    let after = end..end + after.map(length).sum::<usize>();
    [before, after]
}

/// The characters of the line around a place, in order, without the one at the place.
fn characters(place: Place<'_>) -> impl Iterator<Item = char> {
    let [before, after] = line_of(place).map(|range| place.text[range].chars());
    before.chain(after)
}

fn is_radical(ch: char) -> bool {
    matches!(ch, '\u{2E80}'..='\u{2FDF}')
}

/// Radicals and compatibility ideographs.
fn is_substitute(ch: char) -> bool {
    is_radical(ch) || matches!(ch, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

fn is_hangul(ch: char) -> bool {
    matches!(ch, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}')
}

fn is_kana(ch: char) -> bool {
    matches!(ch, '\u{3041}'..='\u{30FA}')
}
