//! Invisible characters that an editor left: zero width space, joiner and non-joiner, byte order
//! mark, soft hyphen.

use super::{Place, is_cjk};

/// Neighbours further away than this, counted in characters, do not matter.
const REACH: usize = 32;

/// Whether the character can be taken out of Chinese text without loss. Where it can mean
/// something it is left: joiners between emoji and in Indic and Arabic words, soft hyphens in
/// Latin text, zero width spaces in scripts that write no other.
pub(super) fn is_stray(place: Place<'_>) -> bool {
    let visible = |ch: &char| !is_invisible(*ch);
    let before = place.before().take(REACH).find(visible);
    let after = place.after().take(REACH).find(visible);
    let either = |is: fn(char) -> bool| before.is_some_and(is) || after.is_some_and(is);
    match place.ch {
        '\u{FEFF}' => {
            // Not between characters of a chart.
            let written = |ch: Option<char>| {
                ch.is_none_or(|ch| ch.is_ascii() || ch.is_alphabetic() || is_cjk(ch))
            };
            before != Some(' ') && written(before) && written(after) || line_of(place).any(is_cjk)
        }
        '\u{200B}' => !either(writes_no_spaces) && line_of(place).any(is_cjk),
        '\u{200C}' | '\u{200D}' => {
            let neutral = |ch: Option<char>| {
                let unit = |ch| matches!(ch, '\u{A0}' | '°' | '\u{2100}'..='\u{214F}');
                ch.is_none_or(|ch| ch.is_ascii() || is_cjk(ch) || unit(ch))
            };
            neutral(before) && neutral(after) && line_of(place).any(is_cjk)
        }
        // Among letters of Latin-1 it is a byte of a wrong decoding.
        '\u{AD}' => {
            let of_latin1 = |ch| matches!(ch, '\u{A1}'..='\u{24F}');
            !either(of_latin1) && line_of(place).any(is_cjk)
        }
        _ => false,
    }
}

fn line_of<'a>(place: Place<'a>) -> impl Iterator<Item = char> + use<'a> {
    let here = |ch: &char| *ch != '\n';
    place
        .before()
        .take(REACH)
        .take_while(here)
        .chain(place.after().take(REACH).take_while(here))
}

fn is_invisible(ch: char) -> bool {
    matches!(ch, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}')
}

/// Thai, Lao, Myanmar and Khmer mark where a line may break with a zero width space.
fn writes_no_spaces(ch: char) -> bool {
    matches!(ch, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}
