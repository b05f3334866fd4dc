//! Decides for a whole document whether its bracketed readings are damage or glosses.
//!
//! The machine that does the damage annotates what its table holds: characters that are written
//! differently in traditional script, the commonest first, each of them every time, and it knows
//! one reading of each. A person glosses what readers may not know: rare characters, once, or in
//! a primer each character, whatever its script.

use std::collections::HashMap;

use encoding_rs::GBK;

use super::annotation::Annotation;
use crate::language::folding;

/// Whether the annotations were put there by the machine.
pub(super) fn is_garbled(text: &str, annotations: &[Annotation]) -> bool {
    let on_ideographs = annotations
        .iter()
        .filter(|annotation| is_ideograph(annotation.base))
        .count();
    let mut annotated: HashMap<char, usize> = HashMap::new();
    for annotation in annotations {
        let is_sound = annotation.is_aligned() && annotation.is_plausible();
        if is_sound && folding::is_traditional(annotation.base) {
            *annotated.entry(annotation.base).or_default() += 1;
        }
    }
    let matching: usize = annotated.values().sum();
    let common: usize = annotated
        .iter()
        .filter(|(base, _)| is_common(**base))
        .map(|(_, times)| times)
        .sum();
    if annotated.len() < 2 || matching * 10 < on_ideographs * 9 || common * 10 < matching * 8 {
        return false;
    }
    let mut traditional = 0;
    let mut occurrences = 0;
    for ch in text.chars().filter(|ch| folding::is_traditional(*ch)) {
        traditional += 1;
        occurrences += usize::from(annotated.contains_key(&ch));
    }
    // Always or never, but for a few that a byte-level match cut apart; and a table that holds
    // a good part of the traditional characters that a text is made of.
    matching * 10 >= occurrences * 7 && matching * 4 >= traditional
}

fn is_ideograph(ch: char) -> bool {
    matches!(ch, '\u{3400}'..='\u{9FFF}')
}

/// Whether the character's simplified form is one of the 3755 that GB 2312 holds to be common.
fn is_common(ch: char) -> bool {
    let simplified = folding::simplified(ch);
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = GBK.encode(simplified.encode_utf8(&mut buffer));
    !unmappable && matches!(*bytes, [0xB0..=0xD7, 0xA1..=0xFE])
}
