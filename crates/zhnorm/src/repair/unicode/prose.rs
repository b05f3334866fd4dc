//! Whether a character occurs in Chinese running text, where its substitute can be folded, or where
//! the very character is meant: tables, dictionaries, texts about characters, other languages.

use super::Place;
use super::surroundings::{Surroundings, is_radical, is_substitute};
use zhnorm_lang::characters::is_ideograph;

/// Ideographs that a line of running text holds.
const IDEOGRAPHS: usize = 6;
/// Ideographs that a line of clauses holds.
const CLAUSES: usize = 16;

/// Whether a character may be folded to `unified`.
pub(super) fn may_fold(around: &mut Surroundings<'_>, place: Place<'_>, unified: char) -> bool {
    let line = around.line(place);
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
        && !around.speaks_of_characters(place)
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
pub(super) fn is_chinese(around: &mut Surroundings<'_>, place: Place<'_>) -> bool {
    let line = around.line(place);
    line.ideographs >= 2 && line.hangul == 0 && line.kana * 20 < line.ideographs && line.tabs == 0
}

/// Whether the substitute and the unified character are shown beside each other.
fn has_near(place: Place<'_>, unified: char) -> bool {
    // Damage by PDF extraction leaves some ideographs whole, so radicals are compared over a shorter distance.
    let near = if is_radical(place.ch) { 3 } else { 12 };
    let same = |ch: char| ch == unified;
    place.before().take(near).any(same) || place.after().take(near).any(same)
}
