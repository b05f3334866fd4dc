//! Analysis by synthesis: a hypothesis is damaged again, by the mechanism run forward, and must
//! give the text of the file.
//!
//! The table that the stretch was damaged with is known as far as it matters here: what the
//! document shows to be annotated, and the readings in the stretch. Its order matters
//! only where two matches overlap, and is tried both ways there.

use super::damage::{Copy, Entry, damage_with};
use super::readings::Syllable;
use super::search::Before;
use super::site::Site;
use super::token::{self, Token};
use crate::repair::gbk;
use zhnorm_lang::folding;

/// Overlaps of which both orders are tried.
const CONFLICTS: usize = 4;
/// Marks of half width of which it is tried whether they were folded, each by itself.
const MARKS: usize = 3;

/// What damaging a hypothesis again gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The text of the file.
    Same,
    /// Something else.
    Differs,
    /// Nothing to compare: a tag or a digit is gone for good, or a character is none of GBK's.
    Unknown,
}

/// Damages a hypothesis about the stretch `damaged` again.
pub(super) fn verify(site: &Site, before: &Before, hypothesis: &str, damaged: &str) -> Verdict {
    let mut readings = Vec::new();
    let mut rest = damaged;
    while let Some((token, length)) = token::next(rest) {
        match token {
            Token::Tag | Token::Foreign(_) => return Verdict::Unknown,
            Token::Annotation(syllable) | Token::Broken(syllable) => readings.push(syllable),
            _ => {}
        }
        rest = &rest[length..];
    }
    let mut original: String = before.last[1].into_iter().collect();
    original.push_str(hypothesis);
    let mut verdict = Verdict::Differs;
    for original in widths(site, original) {
        verdict = reproduces(site, &original, &readings, damaged);
        if verdict != Verdict::Differs {
            break;
        }
    }
    verdict
}

/// The forms that a text can have had before the width of its marks was folded: the likeliest first.
/// Copies fold some marks and leave others.
fn widths(site: &Site, text: String) -> Vec<String> {
    let all: String = text.chars().map(unfolded).collect();
    let narrow: Vec<usize> = text
        .char_indices()
        .filter(|(_, ch)| unfolded(*ch) != *ch)
        .map(|(at, _)| at)
        .collect();
    if narrow.is_empty() {
        return vec![text];
    }
    let mut forms = if site.folds_width() {
        vec![all, text.clone()]
    } else {
        vec![text.clone(), all]
    };
    if (2..=MARKS).contains(&narrow.len()) {
        for choice in 1..(1usize << narrow.len()) - 1 {
            let is_wide = |at: usize| {
                let bit = narrow.iter().position(|other| *other == at);
                bit.is_some_and(|bit| choice >> bit & 1 == 1)
            };
            let form = text.char_indices();
            forms.push(
                form.map(|(at, ch)| if is_wide(at) { unfolded(ch) } else { ch })
                    .collect(),
            );
        }
    }
    forms
}

/// Damages an original again, which starts with the character in front of the stretch.
fn reproduces(site: &Site, original: &str, readings: &[Syllable], damaged: &str) -> Verdict {
    let mut bytes = Vec::with_capacity(2 * original.len());
    for ch in original.chars() {
        match u8::try_from(ch) {
            Ok(byte) if byte < 0x80 => bytes.push(byte),
            _ => match gbk::encode(ch) {
                Some(pair) => bytes.extend(pair),
                None => return Verdict::Unknown,
            },
        }
    }
    let mut table = entries(site, &bytes, readings);
    let copy = Copy {
        keeps_private_use: site.keeps_private_use,
        folds_width: true,
        spaces_readings: site.spaces_readings,
        cuts_at_commas: true,
    };
    // By rising code, as in all tables seen.
    table.sort_unstable_by_key(|entry| entry.pair);
    let conflicts = conflicts(&bytes, &table);
    let damaged = half_width(damaged);
    let cuts: &[bool] = match site.cuts_at_commas {
        Some(false) => &[false],
        None if bytes.windows(2).any(|pair| pair == [0xA3, 0xAC]) => &[true, false],
        Some(true) | None => &[true],
    };
    let is_same = |choice: usize| {
        let table = ordered(&table, &conflicts, choice);
        cuts.iter().any(|cuts_at_commas| {
            let copy = Copy {
                cuts_at_commas: *cuts_at_commas,
                ..copy
            };
            damage_with(&bytes, &table, copy).ends_with(&damaged)
        })
    };
    if (0..1 << conflicts.len()).any(is_same) {
        Verdict::Same
    } else {
        Verdict::Differs
    }
}

/// A text with its full-width letters and marks in half width.
fn half_width(text: &str) -> String {
    text.chars()
        .map(|ch| match ch {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch),
            _ => ch,
        })
        .collect()
}

/// Entries that match across each other's borders, the left one first, by their places in the
/// table.
fn conflicts(bytes: &[u8], table: &[Entry]) -> Vec<(usize, usize)> {
    let place = |pair: &[u8]| table.iter().position(|entry| entry.pair == pair);
    let mut conflicts = Vec::new();
    for three in bytes.windows(3) {
        if let (Some(left), Some(right)) = (place(&three[..2]), place(&three[1..]))
            && left != right
            && !conflicts.contains(&(left, right))
        {
            conflicts.push((left, right));
            if conflicts.len() == CONFLICTS {
                break;
            }
        }
    }
    conflicts
}

/// The table in an order in which of each two that are in conflict the one comes first that the
/// choice's bit says.
fn ordered(table: &[Entry], conflicts: &[(usize, usize)], choice: usize) -> Vec<Entry> {
    let mut order: Vec<usize> = (0..table.len()).collect();
    for _ in 0..conflicts.len() {
        for (bit, &(left, right)) in conflicts.iter().enumerate() {
            let (first, second) = if choice >> bit & 1 == 0 {
                (left, right)
            } else {
                (right, left)
            };
            let place = |wanted: usize| order.iter().position(|other| *other == wanted);
            if let (Some(at), Some(later)) = (place(second), place(first))
                && at < later
            {
                order[at..=later].rotate_right(1);
            }
        }
    }
    order.into_iter().map(|place| table[place]).collect()
}

/// The entries of the site's table that can match in a text.
fn entries(site: &Site, bytes: &[u8], readings: &[Syllable]) -> Vec<Entry> {
    let mut table: Vec<Entry> = Vec::new();
    for pair in bytes.windows(2) {
        let pair = [pair[0], pair[1]];
        let Some(ch) = gbk::decode(pair[0], pair[1]) else {
            continue;
        };
        if !folding::is_traditional(ch) || table.iter().any(|entry| entry.pair == pair) {
            continue;
        }
        // Another character's reading may differ from this one's in tone only.
        let fits: [&dyn Fn(Syllable) -> bool; 3] = [
            &|syllable| Syllable::first(ch) == Some(syllable),
            &|syllable| syllable.reads(ch),
            &|syllable| syllable.reads_in_any_tone(ch),
        ];
        let here = fits
            .iter()
            .find_map(|fits| readings.iter().copied().find(|syllable| fits(*syllable)));
        let is_known = site.annotated.contains(ch);
        if let Some(syllable) = here.filter(|_| is_known || !site.bare.contains(ch)) {
            table.push(Entry { pair, syllable });
        } else if let Some(syllable) = Syllable::first(ch).filter(|_| is_known) {
            table.push(Entry { pair, syllable });
        }
    }
    table
}

/// The full-width mark that a half-width one was folded from.
fn unfolded(ch: char) -> char {
    match ch {
        '!' | '(' | ')' | ',' | ':' | ';' | '?' => {
            char::from_u32(u32::from(ch) + 0xFEE0).unwrap_or(ch)
        }
        _ => ch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(annotated: &str) -> Site {
        let mut site = Site::default();
        annotated.chars().for_each(|ch| site.annotates(ch));
        site
    }

    fn before(text: &str) -> Before {
        let mut before = Before::default();
        before.extend(text);
        before
    }

    #[test]
    fn only_what_gives_the_same_damage_is_right() {
        for (table, written, hypothesis, damaged) in [
            ("術", "巨頭們", "在技術", "?cè)诩夹g(shù)"),
            ("", "加快", "。”外媒稱", "?！蓖饷椒Q"),
            ("當", "頻。當", "地媒體", "?shù)孛襟w"),
            ("", "需要", "。”浙江省委組織", "?！闭憬∥M織"),
        ] {
            let (site, before) = (site(table), before(written));
            assert_eq!(
                verify(&site, &before, hypothesis, damaged),
                Verdict::Same,
                "{hypothesis}"
            );
            for wrong in ["在計術", "。”外媒體", "地眾體", "。”浙江省委織"] {
                assert_eq!(verify(&site, &before, wrong, damaged), Verdict::Differs);
            }
        }
    }

    #[test]
    fn a_character_of_the_table_must_be_annotated() {
        let before = before("巨頭們");
        let damaged = "?cè)诩夹g(shù)方面";
        assert_eq!(
            verify(&site("術"), &before, "在技術方面", damaged),
            Verdict::Same
        );
        assert_eq!(
            verify(&site("術們"), &before, "在技術方面", damaged),
            Verdict::Same
        );
        let also = site("術體");
        assert_eq!(
            verify(&also, &before, "在技體方面", damaged),
            Verdict::Differs
        );
    }

    #[test]
    fn what_is_gone_for_good_is_not_judged() {
        let site = site("");
        let before = before("領先");
        assert_eq!(verify(&site, &before, "。”", "?！?/p>"), Verdict::Unknown);
    }
}
