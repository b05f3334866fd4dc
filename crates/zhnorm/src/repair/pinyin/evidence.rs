//! Decides for a whole document whether its bracketed readings are damage or glosses.
//!
//! The machine that does the damage annotates what its table holds: characters that are written
//! differently in traditional script, the commonest first, each of them every time, and it knows
//! one reading of each. A person glosses what readers may not know: rare characters, once, or in
//! a primer each character, whatever its script.

use super::annotation::Annotation;
use super::lesson::{self, Reading};
use super::pairs::Characters;
use crate::repair::gbk;
use zhnorm_lang::characters::is_han;
use zhnorm_lang::folding;

/// How many readings stand within a character, which no person writes there, that show a document
/// to be garbled whatever share of its characters the table holds.
const CERTAIN: usize = 2;

/// How many readings stand within a character: behind a lost byte (`?shù)`, of which there are
/// `broken`), or behind a byte that is one half of the character that is read so.
pub(super) fn within_characters(annotations: &[Annotation], broken: usize) -> usize {
    let straddling = |one: &&Annotation| {
        !one.is_aligned() && one.is_plausible() && folding::is_traditional(one.matched)
    };
    broken + annotations.iter().filter(straddling).count()
}

/// Whether the annotations were put there by the machine; `within` is the number of those that
/// stand within a character.
pub(super) fn is_garbled(text: &str, annotations: &[Annotation], within: usize) -> bool {
    let on_ideographs = annotations
        .iter()
        .filter(|annotation| is_han(annotation.base))
        .count();
    let mut annotated = Characters::default();
    let (mut distinct, mut matching, mut common) = (0, 0, 0);
    for annotation in annotations {
        let is_sound = annotation.is_aligned() && annotation.is_plausible();
        if is_sound && folding::is_traditional(annotation.base) {
            distinct += usize::from(!annotated.contains(annotation.base));
            annotated.insert(annotation.base);
            matching += 1;
            common += usize::from(is_common(annotation.base));
        }
    }
    let is_certain = within >= CERTAIN && distinct > 0;
    if distinct < 2 && !is_certain
        || matching * 10 < on_ideographs * 9
        || common * 10 < matching * 8
    {
        return false;
    }
    let readings = annotations
        .iter()
        .filter(|annotation| annotation.is_aligned() && annotation.is_plausible());
    let readings = readings.map(|annotation| Reading {
        base: annotation.base,
        syllable: &annotation.syllable,
        start: annotation.span.start,
        end: annotation.span.end,
    });
    if lesson::is_list(text, readings) {
        return false;
    }
    let mut traditional = 0;
    let mut occurrences = 0;
    for ch in text.chars().filter(|ch| folding::is_traditional(*ch)) {
        traditional += 1;
        occurrences += usize::from(annotated.contains(ch));
    }
    // Always or never, but for a few that a byte-level match cut apart; and a table that holds
    // a good part of the traditional characters that a text is made of.
    matching * 10 >= occurrences * 7 && (is_certain || matching * 4 >= traditional)
}

/// Whether the character's simplified form is one of the 3755 that GB 2312 holds to be common.
fn is_common(ch: char) -> bool {
    matches!(
        gbk::encode(folding::simplified(ch)),
        Some([0xB0..=0xD7, 0xA1..=0xFE])
    )
}
