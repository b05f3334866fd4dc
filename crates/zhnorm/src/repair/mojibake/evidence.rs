//! How strong the evidence is that a stretch was read in the wrong charset.
//!
//! The search compares two stories by the language model, and for the model every rare character
//! is a surprise. But people write rare characters on purpose: sound words, lists, dictionaries,
//! tables of characters, letters of other languages, ornaments. So before anything is changed, the
//! literal text is scored once more, by the cheapest of several ways to write it deliberately:
//! running text, a list whose characters are drawn from the whole repertoire of their kind, a
//! repetition of what the stretch already contains, a row in code point order. What the restored
//! text costs less than that is the evidence, in nats, that no writer meant the literal text.

use std::collections::HashSet;

use zhnorm_lang::characters::{PRIVATE_USE_FIRST, PRIVATE_USE_LAST, is_basic_han};
use zhnorm_lang::frequency;

use super::frame;
use super::likelihood::{Before, nats};
use super::line::Passage;
use super::reading::{Reading, Stretch};
use super::search::{Written, is_mark};

/// What a restored character costs more that is neither ideograph, mark of Chinese nor ASCII.
const FOREIGN: f32 = 6.0;
/// What a repeated character costs more than the choice among the characters seen so far.
const REPEATED: f32 = 1.5;
/// What the next character in code point order costs.
const IN_ORDER: f32 = 2.5;
/// What a change of script without a space or mark between costs more.
const SWITCH: f32 = 2.0;
/// The same where a third script was seen in the stretch: people mix two.
const MEDLEY: f32 = 4.0;
/// Code points that differ by less are in order.
const STEP: u32 = 4;

/// The most evidence that an ornament can give: enough beside proven damage, never alone.
const ORNAMENT: f32 = 8.0;

/// Weighs each damaged stretch of a reading.
pub(super) fn stretches(passage: &Passage<'_>, reading: &Reading) -> Vec<Stretch> {
    let written = reading.written();
    let mut stretches = Vec::new();
    let mut before = passage.before();
    let mut index = 0;
    while index < written.len() {
        if !written[index].damaged {
            before.read(written[index].ch);
            index += 1;
            continue;
        }
        let length = written[index..]
            .iter()
            .take_while(|one| one.damaged)
            .count();
        let from = index.checked_sub(1).map_or(0, |last| written[last].end);
        let run = index..index + length;
        let literal = from..written[run.end - 1].end.max(from);
        let after = passage.following(literal.end);
        let characters = &passage.characters()[literal.clone()];
        let mut weight = literal_cost(before, characters, after)
            - restored_cost(before, &written[run.clone()], after);
        let has_frames = has_frames(&written[run.clone()]);
        if is_ornament(characters) && !has_frames {
            weight = weight.min(ORNAMENT);
        }
        stretches.push(Stretch {
            weight,
            is_plain_chinese: is_plain_chinese(&written[run.clone()]),
            has_frames,
            written: run.clone(),
            literal,
        });
        for one in &written[run.clone()] {
            before.read(one.ch);
        }
        index = run.end;
    }
    stretches
}

/// Whether the characters are an ornament: one or two signs, or a short pattern that repeats. The
/// model makes a repeated restored character so cheap that the length of a row would be evidence.
fn is_ornament(characters: &[char]) -> bool {
    /// The longest pattern, and the fewest characters in which it repeats.
    const PATTERN: usize = 12;
    const LEAST: usize = 8;
    let foreign = characters.iter().filter(|ch| !ch.is_ascii());
    if foreign.collect::<HashSet<_>>().len() < 3 {
        return true;
    }
    let repeats = |period: usize| {
        let pairs = characters.iter().zip(&characters[period..]);
        let same = pairs.filter(|(one, other)| one == other).count();
        same * 10 >= (characters.len() - period) * 9
    };
    let longest = PATTERN.min(characters.len() / 3);
    characters.len() >= LEAST && (1..=longest).any(repeats)
}

/// What it costs to write the characters on purpose, and what is after them.
fn literal_cost(mut before: Before, characters: &[char], after: char) -> f32 {
    let cost = on_purpose(&mut before, characters);
    cost + before.cost(after).min(listed(after))
}

/// What it costs to write the characters on purpose, at the start of a line.
pub(super) fn deliberate_cost(characters: &[char]) -> f32 {
    on_purpose(&mut Before::default(), characters)
}

fn on_purpose(before: &mut Before, characters: &[char]) -> f32 {
    let mut seen = HashSet::new();
    let mut scripts = HashSet::new();
    let mut cost = 0.0;
    let mut last: Option<char> = None;
    for &ch in characters {
        let mut own = before.read(ch).min(listed(ch));
        if !seen.insert(ch) {
            own = own.min((seen.len() as f32).ln() + REPEATED);
        }
        let in_order = |last: char| u32::from(ch).abs_diff(u32::from(last)) < STEP;
        if !ch.is_ascii() && last.is_some_and(in_order) {
            own = own.min(IN_ORDER);
        }
        scripts.extend(kind(ch));
        let switches =
            |last: char| matches!((kind(last), kind(ch)), (Some(one), Some(other)) if one != other);
        if last.is_some_and(switches) {
            own += if scripts.len() > 2 { MEDLEY } else { SWITCH };
        }
        last = Some(ch);
        cost += own;
    }
    cost
}

/// What the restored characters cost.
fn restored_cost(mut before: Before, written: &[Written], after: char) -> f32 {
    let mut cost = 0.0;
    for one in written {
        cost += before.read(one.ch);
        if !one.ch.is_ascii() && !is_of_chinese(one.ch) && !frame::is_frame(one.ch) {
            cost += FOREIGN;
        }
    }
    cost + before.cost(after)
}

/// What a character costs in a list: the size of the repertoire that a list of its kind is drawn
/// from.
fn listed(ch: char) -> f32 {
    match ch {
        '\0'..='\u{7E}' => 4.6,
        '\u{7F}'..='\u{9F}' => 11.0,
        '\u{A0}'..='\u{BF}' | '×' | '÷' => 6.0,
        '\u{C0}'..='\u{24F}' | '\u{2000}'..='\u{206F}' => 5.5,
        '\u{250}'..='\u{2FF}' => 3.5,
        '\u{300}'..='\u{3FF}'
        | '\u{1100}'..='\u{11FF}'
        | '\u{2070}'..='\u{209F}'
        | '\u{3130}'..='\u{318F}' => 4.0,
        '\u{400}'..='\u{4FF}' => 4.2,
        '\u{2100}'..='\u{24FF}' | '\u{2600}'..='\u{2E7F}' => 6.5,
        '\u{2500}'..='\u{25FF}' => 4.5,
        '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF60}' => 5.0,
        '\u{3040}'..='\u{30FF}' => 4.4,
        '\u{3100}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' => 3.7,
        '\u{4E00}'..='\u{9FFF}' => 9.2,
        '\u{AC00}'..='\u{D7A3}' => {
            let korean = frequency::Model::Korean as usize;
            nats(ch, korean..=korean).min(9.0)
        }
        '\u{FF61}'..='\u{FF9F}' => 4.1,
        '\u{FFFD}' => 7.0,
        '\u{3400}'..='\u{4DBF}' | '\u{E000}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' => 10.5,
        _ => 6.0,
    }
}

/// Scripts that writers keep apart by spaces, marks or brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Script {
    Ideographs,
    Kana,
    Bopomofo,
    Hangul,
    Latin,
    Greek,
    Cyrillic,
    Private,
}

fn kind(ch: char) -> Option<Script> {
    Some(match ch {
        '\u{3040}'..='\u{30FF}' => Script::Kana,
        '\u{3105}'..='\u{312F}' => Script::Bopomofo,
        '\u{3400}'..='\u{9FFF}' => Script::Ideographs,
        '\u{AC00}'..='\u{D7A3}' => Script::Hangul,
        '\u{C0}'..='\u{24F}' => Script::Latin,
        '\u{370}'..='\u{3FF}' => Script::Greek,
        '\u{400}'..='\u{4FF}' => Script::Cyrillic,
        PRIVATE_USE_FIRST..=PRIVATE_USE_LAST => Script::Private,
        _ => return None,
    })
}

/// Whether a wrong decoding of Chinese may well have this character at its source.
fn is_of_chinese(ch: char) -> bool {
    matches!(ch, '\u{3400}'..='\u{9FFF}' | '\u{FEFF}' | '\u{FFFD}') || is_common_mark(ch)
}

pub(super) fn is_common_mark(ch: char) -> bool {
    matches!(
        ch,
        '\u{3000}'
            ..='\u{3011}'
                | '，'
                | '；'
                | '：'
                | '？'
                | '！'
                | '（'
                | '）'
                | '“'
                | '”'
                | '‘'
                | '’'
                | '—'
                | '…'
                | '·'
                | '％'
                | '→'
                | '✓'
                | '★'
                | '～'
                | '×'
                | '≥'
                | '≤'
                | '✅'
                | '❌'
    )
}

/// Whether frames are all that keeps it from being plain Chinese.
fn has_frames(written: &[Written]) -> bool {
    let mut all = written.iter().map(|one| one.ch);
    all.clone().any(frame::is_frame) && all.all(|ch| is_plain(ch) || frame::is_frame(ch))
}

fn is_plain(ch: char) -> bool {
    ch.is_ascii() || is_basic_han(ch) || is_common_mark(ch) || is_mark(ch)
}

fn is_plain_chinese(written: &[Written]) -> bool {
    written.iter().all(|one| is_plain(one.ch))
}
