//! Private-use characters that stand for a character of a vendor's set.
//!
//! Before Unicode had them, the characters that Hong Kong added to Big5, the symbols that ETEN
//! added, and the last few of GBK were stored in the Private Use Area, each at the place that
//! its byte pair computes to. The two areas overlap and other people's fonts use the same codes
//! for anything, so a mapping is taken only where the character that it gives fits what is
//! around it, by the language model, throughout the document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use zhnorm_lang::characters::{is_ideograph, is_private_use};

use zhnorm_lang::folding;

use super::surroundings::Surroundings;
use super::{Place, prose};
use crate::repair::edits::{Edit, Flag};
use crate::repair::mojibake::{Before, Charset, big5_user_defined_pair, share_in_big5};

/// Rows of unassigned pairs of GBK and the private-use characters that stood for them: first
/// character, first pair, how many. The order is that of the pairs.
const GBK_CELLS: &[(u32, u16, u32)] = &[
    (0xE5E5, 0xA3A0, 1),
    (0xE766, 0xA2AB, 6),
    (0xE76C, 0xA2E3, 2),
    (0xE76E, 0xA2EF, 2),
    (0xE770, 0xA2FD, 2),
    (0xE772, 0xA4F4, 11),
    (0xE77D, 0xA5F7, 8),
    (0xE785, 0xA6B9, 8),
    (0xE78D, 0xA6D9, 7),
    (0xE794, 0xA6EC, 2),
    (0xE796, 0xA6F3, 1),
    (0xE797, 0xA6F6, 9),
    (0xE7A0, 0xA7C2, 15),
    (0xE7AF, 0xA7F2, 13),
    (0xE7BC, 0xA896, 11),
    (0xE7C7, 0xA8BC, 1),
    (0xE7C8, 0xA8BF, 1),
    (0xE7C9, 0xA8C1, 4),
    (0xE7CD, 0xA8EA, 21),
    (0xE7E2, 0xA958, 1),
    (0xE7E3, 0xA95B, 1),
    (0xE7E4, 0xA95D, 3),
    (0xE7E7, 0xA989, 13),
    (0xE7F4, 0xA997, 9),
    (0xE7FD, 0xA9F0, 15),
    (0xE815, 0xFE50, 47),
    // The row continues after 7F, which is no trail byte.
    (0xE844, 0xFE80, 33),
];

/// A character that costs more than this in its places, in nats, is not what was meant.
const FITS: f32 = 11.0;
/// Occurrences of one character that are looked at.
const SAMPLE: usize = 16;

/// The character of GBK or GB 18030 that a private-use character represents.
fn of_gbk(ch: char) -> Option<char> {
    let code = u32::from(ch);
    let (first, pair, _) = GBK_CELLS
        .iter()
        .find(|(first, _, length)| (*first..first + length).contains(&code))?;
    public(Charset::Gbk, pair + (code - first) as u16)
}

/// The character of Big5, ETEN or the Hong Kong supplement.
fn of_big5(ch: char) -> Option<char> {
    public(Charset::Big5, big5_user_defined_pair(ch)?)
}

fn public(charset: Charset, pair: u16) -> Option<char> {
    let [lead, trail] = pair.to_be_bytes();
    charset.pair(lead, trail).filter(|ch| !is_private_use(*ch))
}

/// ETEN's numbers in circles and brackets, which nothing else claims.
fn is_number_of_eten(ch: char) -> bool {
    matches!(ch, '\u{F6B1}'..='\u{F6CE}')
}

/// What is known of one private-use character.
#[derive(Default)]
struct Evidence {
    places: usize,
    gbk: Candidate,
    big5: Candidate,
}

#[derive(Default)]
struct Candidate {
    ch: Option<char>,
    /// Its total cost in its places.
    cost: f32,
}

impl Candidate {
    fn fits(&self, places: usize) -> bool {
        self.ch.is_some() && self.cost / places as f32 <= FITS
    }
}

/// Decides for each private-use character among those that start at `marked`, over all its places,
/// whether a mapping fits.
pub(super) fn find(text: &str, marked: &[usize], edits: &mut Vec<Edit>, flags: &mut Vec<Flag>) {
    // There may be a million, so they are found twice and not kept.
    let places = || {
        let places = marked.iter().filter_map(|start| Place::at(text, *start));
        places.filter(|place| is_private_use(place.ch))
    };
    if places().next().is_none() {
        return;
    }
    let is_traditional = is_traditional(text);
    let mut evidence: BTreeMap<char, Evidence> = BTreeMap::new();
    for place in places() {
        let seen = evidence.entry(place.ch).or_insert_with(|| Evidence {
            gbk: Candidate {
                ch: of_gbk(place.ch),
                cost: 0.0,
            },
            big5: Candidate {
                ch: of_big5(place.ch).filter(|_| is_traditional || is_number_of_eten(place.ch)),
                cost: 0.0,
            },
            ..Evidence::default()
        });
        if seen.places == SAMPLE {
            continue;
        }
        seen.places += 1;
        if let Some(ch) = seen.gbk.ch {
            seen.gbk.cost += cost_in(place, ch);
        }
        if let Some(ch) = seen.big5.ch {
            // Cantonese is little of what the model was made from.
            seen.big5.cost += cost_in(place, ch).min(share_in_big5(ch));
        }
    }
    let listed: Vec<char> = evidence.keys().copied().collect();
    let meaning: BTreeMap<char, char> = evidence
        .iter()
        .filter_map(|(private, seen)| {
            if is_number_of_eten(*private) {
                return Some((*private, seen.big5.ch?));
            }
            let gbk = seen.gbk.fits(seen.places);
            // Three in a row number the points of a list in a private font.
            let big5 = seen.big5.fits(seen.places) && !is_enumerated(*private, &listed);
            let ch = match (gbk, big5) {
                (true, true) if seen.big5.cost < seen.gbk.cost => seen.big5.ch,
                (true, _) => seen.gbk.ch,
                (false, true) => seen.big5.ch,
                (false, false) => None,
            };
            Some((*private, ch?))
        })
        .collect();
    let mut around = Surroundings::new(text);
    for place in places() {
        let span = place.start..place.start + place.ch.len_utf8();
        match meaning.get(&place.ch) {
            Some(ch) if prose::is_chinese(&mut around, place) => edits.push(Edit {
                rule: "unicode.private-use",
                span,
                after: ch.to_string(),
                confidence: 0.95,
                more: None,
            }),
            // A row of them is one place.
            _ => match flags.last_mut() {
                Some(last) if last.span.end == span.start => last.span.end = span.end,
                _ => flags.push(Flag {
                    rule: Cow::Borrowed("unicode.private-use"),
                    span,
                    note: Some(Cow::Borrowed(
                        "private use; nothing tells what was meant here",
                    )),
                    ..Flag::default()
                }),
            },
        }
    }
}

/// Whether a text is written in the script that Big5 is for: more than a few simplified
/// characters rule it out.
fn is_traditional(text: &str) -> bool {
    /// Characters that are looked at.
    const SAMPLE: usize = 20_000;
    let sample = text.chars().filter(|ch| !ch.is_ascii()).take(SAMPLE);
    let (traditional, simplified) = folding::count_by_script(sample);
    simplified * 2 <= traditional
}

fn is_enumerated(ch: char, listed: &[char]) -> bool {
    let has = |step: i32| {
        u32::from(ch)
            .checked_add_signed(step)
            .and_then(char::from_u32)
            .is_some_and(|near| listed.binary_search(&near).is_ok())
    };
    (has(1) && has(2)) || (has(-1) && has(1)) || (has(-1) && has(-2))
}

/// What a character costs at a place, its own surprise and that which it makes of the next.
fn cost_in(place: Place<'_>, ch: char) -> f32 {
    let before = Before::text(&place.text[..place.start]);
    let mut with = before;
    let mut cost = with.read(ch);
    if let Some(next) = place.after().next()
        && is_ideograph(next)
        && is_ideograph(ch)
    {
        cost += (with.cost(next) - Before::default().cost(next)).max(-2.0);
    }
    // A space may occur anywhere.
    if ch == '\u{3000}' {
        cost.min(FITS)
    } else {
        cost
    }
}
