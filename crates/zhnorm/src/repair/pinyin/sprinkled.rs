//! Readings on random characters: `工(gōng)具企業深(shēn)度(dù)市場`, `物理的(de)量`.
//!
//! A rarer machine annotates characters here and there, mapped ones and others, with tones or
//! without. Nothing is lost, so there is nothing to search for; what is to be decided is whether
//! a person wrote the readings. A person glosses what readers may not know, or which of several
//! readings is meant, or in a primer each character. The machine writes the one reading that it
//! knows, also of the commonest characters, in the midst of words, and leaves most others alone.

use std::ops::Range;
use zhnorm_lang::characters::is_basic_han;

use super::lesson::{self, Reading};
use super::readings::{LONGEST, Syllable};
use crate::repair::edits::Edit;
use zhnorm_lang::model::{Model, symbol};

/// The log share of all text from which a character is so common that it is never glossed: about a
/// thousand characters are.
const COMMON: f32 = -8.3;

/// What readings without tones weigh together that are on more than every other character.
const TONELESS: f32 = 3.0;

/// What the annotations of a document must weigh together.
const EVIDENCE: f32 = 1.5;

/// A character, its reading, and what was inserted.
struct Sprinkled {
    base: char,
    syllable: Syllable,
    /// From the opening bracket to the closing one, in bytes of the text.
    insertion: Range<usize>,
    /// The sentence continues right after it.
    goes_on: bool,
    /// A sign stands within the reading or before it, or ü is written v: no person glosses so.
    is_strange: bool,
    /// It has no mark of tone. Who teaches a reading writes its tone.
    is_toneless: bool,
}

/// The edits that take out readings on random characters, if the text as a whole shows that a
/// machine wrote them. `closings` are the brackets that may close one.
pub(super) fn find(text: &str, closings: &[usize]) -> Vec<Edit> {
    let found: Vec<Sprinkled> = closings
        .iter()
        .filter_map(|close| before(text, *close))
        .collect();
    if found.is_empty() || !is_sprinkled(text, &found) {
        return Vec::new();
    }
    let mut edits: Vec<Edit> = Vec::new();
    for Sprinkled { insertion, .. } in found {
        edits.push(Edit {
            rule: "pinyin.random",
            span: insertion,
            after: String::new(),
            confidence: 0.95,
            alternatives: Vec::new(),
            note: Some(
                "readings were written behind common characters in the midst of words".into(),
            ),
        });
    }
    edits
}

/// The reading whose closing bracket is at byte `close`, if it is one of the character before
/// the opening bracket, in any tone or none.
fn before(text: &str, close: usize) -> Option<Sprinkled> {
    let bytes = text.as_bytes();
    let open = (close.saturating_sub(LONGEST + 1)..close)
        .rev()
        .find(|&at| bytes[at] == b'(')?;
    // Most brackets follow ASCII, and what is in them is no syllable.
    if open == 0 || bytes[open - 1] < 0x80 {
        return None;
    }
    let written = text.get(open + 1..close)?;
    let plain: String = written.chars().filter(|ch| !is_noise(*ch)).collect();
    let syllable = Syllable::parse(&plain).or_else(|| Syllable::parse_toneless(&plain))?;
    // Signs between the character and its reading belong to the insertion.
    let noise = text[..open].chars().rev().take_while(|ch| is_noise(*ch));
    let noise: usize = noise.take(3).map(char::len_utf8).sum();
    let start = open - noise;
    let base = text[..start].chars().next_back()?;
    // A reading that is written twice, be it behind a sign, is one insertion.
    let mut end = close + 1;
    let behind = text[end..].chars().take_while(|ch| is_noise(*ch));
    let behind: usize = behind.take(3).map(char::len_utf8).sum();
    let is_twice = text[end + behind..].starts_with(&text[open..end]);
    if is_twice {
        end += behind + (end - open);
    }
    syllable.reads_in_any_tone(base).then_some(Sprinkled {
        base,
        syllable,
        insertion: start..end,
        goes_on: text[end..].starts_with(|ch| is_basic_han(ch) || ch == '(' || is_noise(ch)),
        is_strange: noise > 0
            || is_twice && behind > 0
            || plain.len() < written.len()
            || written.contains('v'),
        is_toneless: plain.is_ascii(),
    })
}

/// Signs that are sown into a text: emoji and the like.
fn is_noise(ch: char) -> bool {
    matches!(ch, '\u{2600}'..='\u{27BF}' | '\u{1F300}'..='\u{1FAFF}' | '\u{FE0F}')
}

fn is_sprinkled(text: &str, found: &[Sprinkled]) -> bool {
    let model = Model::embedded();
    let (mut weight, mut against) = (0.0, 0usize);
    for one in found {
        let is_common = model.unigram_log_prob(symbol(one.base)) > COMMON;
        if !is_common || !one.syllable.is_first_in_any_tone(one.base) {
            against += 1;
        } else if !one.goes_on {
            // A gloss at the end of a word looks the same.
        } else if one.is_strange {
            weight += 1.5;
        } else if !Syllable::has_several(one.base) {
            weight += 1.0;
        } else {
            weight += 0.5;
        }
    }
    let toneless = found.iter().all(|one| one.is_toneless) && weight >= TONELESS;
    // A term of the field is rare, and recurs.
    let most = if toneless { 6 } else { 10 };
    if weight < EVIDENCE || against * most > found.len() {
        return false;
    }
    let readings = found.iter().map(|one| Reading {
        base: one.base,
        syllable: &one.syllable,
        start: one.insertion.start - one.base.len_utf8(),
        end: one.insertion.end,
    });
    if lesson::is_announced(text) || lesson::is_list(text, readings) {
        return false;
    }
    // In a primer nearly every character has its reading.
    let ideographs = text.chars().filter(|ch| is_basic_han(*ch)).count();
    if toneless {
        found.len() * 4 < ideographs * 3
    } else {
        found.len() * 2 < ideographs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Edit> {
        find(text, &crate::repair::scan::scan(text).closings)
    }

    fn repaired(text: &str) -> String {
        let mut repaired = text.to_owned();
        for edit in found(text).into_iter().rev() {
            repaired.replace_range(edit.span, &edit.after);
        }
        repaired
    }

    #[test]
    fn readings_on_random_characters_are_taken_out() {
        for (damaged, written) in [
            ("計算(suan)各種物理的(de)量", "計算各種物理的量"),
            ("工(gōng)具企業深(shēn)度(dù)市場", "工具企業深度市場"),
            ("国(guo)⛦(guo)务院的战略(lve)意图", "国务院的战略意图"),
            ("这是义(y🎐i)务教育", "这是义务教育"),
            (
                "变(bian)频器和(he)伺(si)服电(dian)机的参数(shu)要一起(qi)调(diao)整(zheng)才行",
                "变频器和伺服电机的参数要一起调整才行",
            ),
            (
                "公司今年(nián)(nián)的收入比去年同(tong)期增长了两成(cheng)以上",
                "公司今年的收入比去年同期增长了两成以上",
            ),
        ] {
            assert_eq!(repaired(damaged), written);
        }
    }

    #[test]
    fn what_a_person_glosses_stays() {
        for text in [
            "我(wǒ)們(men)去(qù)學(xué)校(xiào)。",
            "饕(tāo)餮(tiè)盛宴，魑(chī)魅(mèi)魍魉横行",
            "银行(háng)的经理走到行(xíng)人中间，想重(chóng)新开始，没有人看重(zhòng)他",
            "声调有四种：妈(mā)、麻(má)、马(mǎ)、骂(mà)。",
            "他的名字是林淼(miǎo)，来自蚌(bèng)埠市，今年十八岁",
            "函数 f(a)、g(e) 和常数 (a)",
            "选项(a)是对的，选项(e)是错的",
            "我(wo)是(shi)中(zhong)国(guo)人(ren)，我(wo)爱(ai)我(wo)的(de)家(jia)",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
