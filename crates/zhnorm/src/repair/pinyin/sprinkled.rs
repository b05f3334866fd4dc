//! Readings on random characters: `工(gōng)具企業深(shēn)度(dù)市場`, `物理的(de)量`.
//!
//! A rarer machine annotates characters here and there, mapped ones and others, with tones, with
//! numbers for them (`huan2`) or without, in brackets of either width, with spaces or without.
//! Nothing is lost, so there is nothing to search for; what is to be decided is whether
//! a person wrote the readings. A person glosses what readers may not know, or which of several
//! readings is meant, or in a primer each character. The machine writes the one reading that it
//! knows, also of the commonest characters, in the midst of words, and leaves most others alone.

use std::ops::Range;
use zhnorm_lang::characters::is_basic_han;

use super::lesson::{self, Reading};
use super::pairs::Characters;
use super::readings::{LONGEST, Syllable};
use crate::repair::edits::{Edit, Flag, Found, More};
use zhnorm_lang::model::{Model, symbol};

/// The log share of all text from which a character is so common that it is never glossed: about a
/// thousand characters are.
const COMMON: f32 = -8.3;

/// What readings without tones weigh together that are on more than every other character.
const TONELESS: f32 = 3.0;

/// What the annotations of a document must weigh together.
const EVIDENCE: f32 = 1.5;

/// The same of annotations in full-width brackets or set apart by spaces, as people write them.
const EVIDENCE_OF_TYPED: f32 = 3.0;

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
    tone: Tone,
    /// The brackets are full-width, or spaces stand beside or within them.
    is_typed: bool,
}

/// Who teaches a reading writes its tone.
#[derive(Clone, Copy, PartialEq)]
enum Tone {
    Written,
    Missing,
}

/// What the readings of a document are.
enum Origin {
    /// A machine sprinkled them.
    Machine,
    /// A machine seems to have, but many are on characters that a person may gloss.
    Unsure,
    /// Glosses, or a lesson.
    Person,
}

/// Takes out readings on random characters, if the text as a whole shows that a machine wrote them.
/// `closings` are the brackets that may close one.
pub(super) fn find(text: &str, closings: &[usize]) -> Found {
    let sprinkled: Vec<Sprinkled> = closings
        .iter()
        .filter_map(|close| before(text, *close))
        .collect();
    let mut found = Found::default();
    match origin(text, &sprinkled) {
        Origin::Person => {}
        Origin::Unsure => found.flags.extend(sprinkled.first().map(|first| {
            Flag {
            rule: "pinyin.kept".into(),
            span: first.insertion.clone(),
            note: Some(
                "readings stand behind common characters in the midst of words here, but too many \
                 may be glosses to take them all out"
                    .into(),
            ),
            ..Flag::default()
        }
        })),
        Origin::Machine => {
            found.edits.extend(sprinkled.into_iter().map(|one| Edit {
                rule: "pinyin.random",
                span: one.insertion,
                after: String::new(),
                confidence: 0.95,
                more: Some(Box::new(More::note(
                    "readings were written behind common characters in the midst of words",
                ))),
            }));
        }
    }
    found
}

/// The brackets whose closing one is at byte `close`: where the opening one starts and what is
/// between, and where both end. Those of full width are three bytes long.
fn brackets(text: &str, close: usize) -> Option<(usize, &str, usize)> {
    let bytes = text.as_bytes();
    let (opening, width) = if bytes[close] == b')' {
        ("(", 1)
    } else {
        ("（", 3)
    };
    let open = (close.saturating_sub(LONGEST + 2 + width)..close)
        .rev()
        .find(|&at| bytes[at..].starts_with(opening.as_bytes()))?;
    Some((open, text.get(open + width..close)?, close + width))
}

/// The reading whose closing bracket is at byte `close`, if it is one of the character before
/// the opening bracket, in any tone or none.
fn before(text: &str, close: usize) -> Option<Sprinkled> {
    let bytes = text.as_bytes();
    let (open, written, mut end) = brackets(text, close)?;
    let front = text[..open].trim_end_matches(' ');
    let apart = open - front.len();
    // Most brackets follow ASCII, and what is in them is no syllable.
    if apart > 1 || bytes[..front.len()].last().is_none_or(|byte| *byte < 0x80) {
        return None;
    }
    let trimmed = written.trim_matches(' ');
    let plain: String = trimmed.chars().filter(|ch| !is_noise(*ch)).collect();
    let syllable = Syllable::parse(&plain)
        .or_else(|| Syllable::parse_toneless(plain.trim_end_matches(['1', '2', '3', '4', '5'])))?;
    let is_typed = bytes[close] != b')' || apart > 0 || trimmed.len() < written.trim_end().len();
    // Signs between the character and its reading belong to the insertion.
    let noise = front.chars().rev().take_while(|ch| is_noise(*ch));
    let noise: usize = noise.take(3).map(char::len_utf8).sum();
    let start = front.len() - noise;
    let base = text[..start].chars().next_back()?;
    // A reading that is written twice, be it behind a sign, is one insertion.
    let behind = text[end..].chars().take_while(|ch| is_noise(*ch));
    let behind: usize = behind.take(3).map(char::len_utf8).sum();
    let is_twice = text[end + behind..].starts_with(&text[open..end]);
    if is_twice {
        end += behind + (end - open);
    }
    // What is set apart in front is so behind as well.
    if apart > 0 && text[end..].starts_with(' ') {
        end += 1;
    }
    syllable.reads_in_any_tone(base).then_some(Sprinkled {
        base,
        syllable,
        insertion: start..end,
        goes_on: text[end..].starts_with(|ch| is_basic_han(ch) || ch == '(' || is_noise(ch)),
        is_strange: noise > 0
            || is_twice && behind > 0
            || plain.len() < trimmed.len()
            || written.contains('v'),
        tone: if plain.bytes().all(|byte| byte.is_ascii_lowercase()) {
            Tone::Missing
        } else {
            Tone::Written
        },
        is_typed,
    })
}

/// Signs that are sown into a text: emoji and the like.
fn is_noise(ch: char) -> bool {
    matches!(ch, '\u{2600}'..='\u{27BF}' | '\u{1F300}'..='\u{1FAFF}' | '\u{FE0F}')
}

fn origin(text: &str, found: &[Sprinkled]) -> Origin {
    let model = Model::embedded();
    let mut weight = 0.0;
    // A word of the field is rare, and recurs, with its reading each time.
    let (mut seen, mut distinct, mut against) = (Characters::default(), 0usize, 0usize);
    for one in found {
        let is_new = !seen.contains(one.base);
        seen.insert(one.base);
        distinct += usize::from(is_new);
        let is_common = model.unigram_log_prob(symbol(one.base)) > COMMON;
        if !is_common || !one.syllable.is_first_in_any_tone(one.base) {
            against += usize::from(is_new);
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
    let evidence = if found.iter().any(|one| one.is_typed) {
        EVIDENCE_OF_TYPED
    } else {
        EVIDENCE
    };
    if weight < evidence {
        return Origin::Person;
    }
    let readings = found.iter().map(|one| Reading {
        base: one.base,
        syllable: &one.syllable,
        start: one.insertion.start - one.base.len_utf8(),
        end: one.insertion.end,
    });
    if lesson::is_announced(text) || lesson::is_list(text, readings) {
        return Origin::Person;
    }
    let toneless = found.iter().all(|one| one.tone == Tone::Missing) && weight >= TONELESS;
    // In a primer nearly every character has its reading.
    let ideographs = text.chars().filter(|ch| is_basic_han(*ch)).count();
    let is_primer = if toneless {
        found.len() * 8 >= ideographs * 7
    } else {
        found.len() * 2 >= ideographs
    };
    if is_primer {
        return Origin::Person;
    }
    // Who glosses a character does so where it comes first, or wherever it is. A machine that picks
    // characters by chance does neither, and picks rarer ones too.
    let most = match (is_by_chance(text, found), toneless) {
        (true, _) => 2,
        (false, true) => 6,
        (false, false) => 10,
    };
    if against * most > distinct {
        return Origin::Unsure;
    }
    Origin::Machine
}

/// Whether characters of one reading have it behind them now and then: at several places of which
/// the text has had the character without it before.
fn is_by_chance(text: &str, found: &[Sprinkled]) -> bool {
    /// So many places, and so great a part of all, are no oversight.
    const PLACES: usize = 3;
    const PART: usize = 8;
    let mut bare = Characters::default();
    let (mut at, mut places) = (0, 0);
    for one in found {
        let start = one.insertion.start - one.base.len_utf8();
        let between = text[at.min(start)..start].chars();
        between.for_each(|ch| bare.insert(ch));
        at = one.insertion.end;
        places += usize::from(bare.contains(one.base) && !Syllable::has_several(one.base));
    }
    places >= PLACES && places * PART >= found.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Found {
        find(text, &crate::repair::scan::scan(text).closings)
    }

    fn repaired(text: &str) -> String {
        let mut repaired = text.to_owned();
        for edit in found(text).edits.into_iter().rev() {
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
                "伺(si)服電(dian)機(ji)是(shi)否(fou)都(dou)是(shi)交流(liu)電(dian)機(ji)",
                "伺服電機是否都是交流電機",
            ),
            (
                "公司今年(nián)(nián)的收入比去年同(tong)期增长了两成(cheng)以上",
                "公司今年的收入比去年同期增长了两成以上",
            ),
            (
                "我们中(zhong1)午在公司开会(hui4)，讨论今年(nian2)的计划和明年的预算",
                "我们中午在公司开会，讨论今年的计划和明年的预算",
            ),
            (
                "環（huán）球時（shí）報（bào）報道，中國（guó）經濟在今年（nián）第一季度增長了不少",
                "環球時報報道，中國經濟在今年第一季度增長了不少",
            ),
            (
                "时( shí )间过得很快，今( jīn )年又要结( jié )束了，大( dà )家都很忙碌",
                "时间过得很快，今年又要结束了，大家都很忙碌",
            ),
            (
                "时 (shí) 间过得很快，今 (jīn) 年又要结 (jié) 束了，大 (dà) 家都很忙碌",
                "时间过得很快，今年又要结束了，大家都很忙碌",
            ),
            // A word of the field that has its reading each time.
            (
                "齿(chǐ)轮的齿(chǐ)数和齿(chǐ)距决定了传(chuán)动(dòng)比，设(shè)计(jì)时(shí)要根(gēn)据(jù)需(xū)要选(xuǎn)择(zé)合适的齿(chǐ)轮，这样机器才能在高速运转的情况下保持稳定",
                "齿轮的齿数和齿距决定了传动比，设计时要根据需要选择合适的齿轮，这样机器才能在高速运转的情况下保持稳定",
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
            "饕（tāo）餮（tiè）盛宴，魑（chī）魅（mèi）魍魉横行",
            "银行（háng）的经理走到行（xíng）人中间，想重（chóng）新开始",
            "王大（dà）明的名字里是大（dà）小的大，不是达",
        ] {
            let found = found(text);
            assert!(found.edits.is_empty() && found.flags.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_may_be_either_is_flagged_once() {
        let text = "变(biàn)频器和(hé)饕(tāo)餮(tiè)要一起(qǐ)调，魑(chī)魅(mèi)魍(wǎng)魉的电(diàn)机也在这里等着大家";
        let found = found(text);
        assert!(found.edits.is_empty());
        assert_eq!(found.flags.len(), 1);
    }
}
