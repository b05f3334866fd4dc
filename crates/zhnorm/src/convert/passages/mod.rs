//! Each passage of a document by its own script.
//!
//! A document may mix scripts: a thread in which each writes as they do, a transcript that changes
//! in mid-sentence, subtitles in Japanese and Chinese. Its variety as a whole is evidence, not
//! a switch. A text that shows no other script goes its way in one piece. Any other is cut into
//! sentences ([`divide`]); each is judged by its characters ([`evidence`]) and, where it shows
//! nothing, goes with its neighbour.
//!
//! Text that is in the wanted script must come out as it went in, so a passage in the other script
//! needs proof: a sentence with several characters that only the other script has and none that
//! only the wanted one has, or a document that is mixed throughout. A word in quotation marks, a
//! name, a character that is beside its counterpart (發/发) prove nothing and stay.

mod evidence;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use self::evidence::{
    Evidence, changes, has, has_by, has_quotations, has_rare, has_script, not_japanese,
    only_chinese, paired, without_quotations,
};
use super::custom::merge;
use super::variety::{Seen, look};
use super::wrapped::convert_wrapped;
use super::{
    Names, Options, Plan, Provenance, QuoteStyle, Script, Target, Variety, detect, quotes,
};
use crate::report::{LineCounter, Report};

/// So many characters of the other script alone make a sentence a passage in it.
const SEVERAL: usize = 3;
/// A document is mixed throughout when its rarer script has one in so many of the characters that
/// only one script has.
const MIXED: usize = 8;
/// How often a document is looked at, the first time and again with what was converted.
const LOOKS: usize = 4;

/// Converts a document to a tag, passage by passage; quotation marks come last.
///
/// With what is converted, text that is left in the other script may become clear. A second run must
/// find nothing to do, so what was made is looked at again.
pub(crate) fn convert_document<'a>(
    text: &'a str,
    target: Target,
    seen: Seen,
    provenance: Provenance,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let Seen {
        mut variety,
        mut shown,
    } = seen;
    let wanted = target.script().filter(|_| options.configuration.is_none());
    let Some(wanted) = wanted else {
        return convert_passage(text, target, variety, provenance, options, report);
    };
    let mut own = Cow::Borrowed(options);
    if options.quotes != QuoteStyle::Keep {
        own.to_mut().quotes = QuoteStyle::Keep;
    }
    if own.names.is_none() && wanted == Script::Hant && own.context != Some(false) {
        own.to_mut().names = Some(Arc::new(Names::of(text)));
    }
    let mut provenance = provenance;
    let mut has_chinese = false;
    let mut output = Cow::Borrowed(text);
    for _ in 0..LOOKS {
        let passages = passages(&output, wanted, Seen { variety, shown });
        has_chinese |= passages.is_some() || options.apply_to(variety, Some(&target));
        let next = match &passages {
            Some(passages) => convert_passages(&output, passages, target, provenance, &own, report),
            None => convert_passage(&output, target, variety, provenance, &own, report),
        };
        let next = match next {
            Cow::Owned(next) if next != output => next,
            _ => break,
        };
        output = Cow::Owned(next);
        let has_other_script = has_script(&output, opposite(wanted));
        if !has_other_script && !target.may_have_other_region(&output, options) {
            break;
        }
        Seen { variety, shown } = look(&output);
        if !has_other_script && !target.is_other_region(variety) {
            break;
        }
        provenance = Provenance::Written;
    }
    if !has_chinese || options.quotes == QuoteStyle::Keep {
        return output;
    }
    super::map_cow(output, |text| {
        report.place(text, |text, report| {
            quotes::requote(text, options.quotes, report)
        })
    })
}

/// Converts each passage by itself.
fn convert_passages(
    text: &str,
    passages: &[Passage],
    target: Target,
    provenance: Provenance,
    options: &Options,
    report: &mut Report,
) -> Cow<'static, str> {
    let mut output = String::with_capacity(text.len());
    let mut lines = LineCounter::new(text.as_bytes());
    report.place(text, |text, report| {
        for Passage { place, variety } in passages {
            let passage = &text[place.clone()];
            let mut found = report.empty();
            let converted =
                convert_passage(passage, target, *variety, provenance, options, &mut found);
            output.push_str(&converted);
            merge(found, place.start, lines.line_at(place.start), report);
        }
    });
    Cow::Owned(output)
}

/// Converts a passage, or a document of one script.
fn convert_passage<'a>(
    text: &'a str,
    target: Target,
    variety: Variety,
    provenance: Provenance,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    if !options.apply_to(variety, Some(&target)) {
        return Cow::Borrowed(text);
    }
    let (target, variety) = seen_region(text, target, variety);
    let mut plan = target.plan_for(text, variety, provenance);
    if plan.configs.is_empty() && target.script() == Some(Script::Hant) {
        plan.spelling = options.spelling;
    }
    let text = if does_nothing(&plan, options) {
        Cow::Borrowed(text)
    } else {
        report.place(text, |text, report| {
            convert_wrapped(text, &plan, options, report)
        })
    };
    match target.plan_for_rest(&text, variety, options) {
        Some(rest) => super::map_cow(text, |text| {
            report.place(text, |text, report| {
                convert_wrapped(text, &rest, options, report)
            })
        }),
        None => text,
    }
}

/// Whether a plan leaves every text as it is.
fn does_nothing(plan: &Plan, options: &Options) -> bool {
    plan.configs.is_empty()
        && plan.provenance == Provenance::Written
        && plan.spelling.is_none()
        && options.configuration.is_none()
        && options.quotes == QuoteStyle::Keep
}

/// Text of no region that has 著 and no 着 writes 看著 as Taiwan does. It takes Taiwan's way to
/// simplified characters, not its vocabulary.
fn seen_region(text: &str, target: Target, variety: Variety) -> (Target, Variety) {
    let is_taiwans = variety == Variety::Hant
        && target.script() == Some(Script::Hans)
        && text.contains('著')
        && !text.contains('着');
    if is_taiwans {
        (Target::Script(Script::Hans), Variety::HantTw)
    } else {
        (target, variety)
    }
}

/// A stretch of one variety.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Passage {
    place: Range<usize>,
    variety: Variety,
}

/// How a sentence is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It shows nothing: as its neighbour in the line.
    AsNeighbour,
    /// As the document.
    AsDocument,
    /// As text in this script.
    As(Script),
    /// Not at all.
    Stays,
}

/// A sentence and what it shows.
struct Sentence {
    place: Range<usize>,
    evidence: Evidence,
    /// What it shows without the words in quotation marks.
    outside: Evidence,
    /// Characters that stand beside their counterparts.
    named: bool,
    /// It is Japanese or Korean.
    is_foreign: bool,
}

impl Sentence {
    /// What it says about the document.
    fn counted(&self) -> Evidence {
        if self.named {
            // Of the two forms side by side, the rarer one is the one that is named.
            let mut outside = self.outside;
            if outside.hans < outside.hant {
                outside.hans = 0;
            } else {
                outside.hant = 0;
            }
            return outside;
        }
        self.outside
    }
}

/// The passages of a document that is not of one script; `None` when it is.
fn passages(text: &str, wanted: Script, seen: Seen) -> Option<Vec<Passage>> {
    let Seen { variety, shown } = seen;
    let document = variety.script();
    // What can make a difference: the script that the document is not in.
    let (other, foreign) = match (document, shown) {
        (Some(script), Some(shown)) => has_by(shown, opposite(script)),
        (Some(script), None) => has(text, opposite(script)),
        (None, _) => (true, true),
    };
    if !other && !foreign {
        return None;
    }
    let sentences = sentences(text);
    let ways = if variety == Variety::Japanese {
        in_japanese(text, &sentences)?
    } else {
        in_chinese(text, &sentences, document, wanted)?
    };
    Some(join(text, &sentences, &ways, variety))
}

fn opposite(script: Script) -> Script {
    match script {
        Script::Hans => Script::Hant,
        Script::Hant => Script::Hans,
    }
}

/// Cuts a text into sentences, each with its mark and the closing quotation marks after it. A line
/// end ends a sentence.
fn divide(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let mut characters = text[start..].char_indices().peekable();
        while let Some((offset, ch)) = characters.next() {
            at = start + offset + ch.len_utf8();
            let is_end = match ch {
                '\n' => true,
                '。' | '！' | '？' | '!' | '?' | '；' | '…' => !matches!(
                    characters.peek(),
                    Some((
                        _,
                        '。' | '！'
                            | '？'
                            | '!'
                            | '?'
                            | '；'
                            | '…'
                            | '」'
                            | '』'
                            | '”'
                            | '’'
                            | '）'
                            | ')'
                            | '\n'
                    ))
                ),
                '」' | '』' | '”' | '’' | '）' | ')' => {
                    let before = text[..start + offset].chars().next_back();
                    matches!(before, Some('。' | '！' | '？' | '!' | '?' | '…'))
                        && !matches!(characters.peek(), Some((_, '」' | '』' | '”' | '’' | '\n')))
                }
                _ => false,
            };
            if is_end {
                return Some(start..at);
            }
        }
        (start < text.len()).then_some(start..text.len())
    })
}

/// The sentences of a text; one that changes its script between two runs of characters is cut there.
fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for place in divide(text) {
        let whole = sentence(text, place.clone());
        let Evidence { hans, hant, .. } = whole.evidence;
        if hans < SEVERAL || hant < SEVERAL || whole.named {
            sentences.push(whole);
            continue;
        }
        let mut start = place.start;
        let changes = changes(&text[place.clone()], SEVERAL);
        for end in changes.iter().map(|at| place.start + at).chain([place.end]) {
            sentences.push(sentence(text, start..end));
            start = end;
        }
    }
    sentences
}

fn sentence(text: &str, place: Range<usize>) -> Sentence {
    let sentence = &text[place.clone()];
    let evidence = Evidence::of(sentence);
    let is_mixed = evidence.hans > 0 && evidence.hant > 0;
    let shows = evidence.hans > 0 || evidence.hant > 0;
    let outside = if shows && has_quotations(sentence) {
        Evidence::of(&without_quotations(sentence))
    } else {
        evidence
    };
    let rarer = if evidence.hans < evidence.hant {
        Script::Hans
    } else {
        Script::Hant
    };
    let named = is_mixed && paired(sentence, rarer) * 2 >= evidence.only(rarer);
    Sentence {
        place,
        evidence,
        outside,
        named,
        is_foreign: evidence.is_foreign() && !is_chinese(sentence, evidence),
    }
}

/// Whether a sentence with kana is Chinese all the same, which has characters that Japanese lacks: 我說該買っちゃた.
fn is_chinese(sentence: &str, evidence: Evidence) -> bool {
    evidence.hangul == 0 && evidence.kana * 2 < evidence.han && only_chinese(sentence) > 1
}

/// The ways of the sentences of a Chinese document, or of one whose script is not clear; `None`
/// when they all go the document's way.
fn in_chinese(
    text: &str,
    sentences: &[Sentence],
    document: Option<Script>,
    wanted: Script,
) -> Option<Vec<Way>> {
    let counted = sentences.iter().filter(|sentence| !sentence.is_foreign);
    let sum = counted.fold(Evidence::default(), |sum, sentence| {
        sum.plus(sentence.counted())
    });
    let rarer = sum.hans.min(sum.hant);
    let is_mixed = (rarer >= SEVERAL && rarer * MIXED >= sum.hans + sum.hant)
        || (rarer > 0 && rarer * 3 >= sum.hans + sum.hant);
    let other = opposite(wanted);
    let way = |sentence: &Sentence| {
        let Sentence {
            evidence, outside, ..
        } = sentence;
        let (own, strange) = (evidence.only(wanted), evidence.only(other));
        let is_rare = || is_mixed && has_rare(&text[sentence.place.clone()], other);
        if sentence.is_foreign {
            Way::Stays
        } else if own + strange == 0 && !is_rare() {
            Way::AsNeighbour
        } else if sentence.named {
            Way::AsDocument
        } else if strange == 0 && !is_rare() {
            // In a document of the other script a lone character may be a name.
            if is_mixed || own >= SEVERAL {
                Way::As(wanted)
            } else {
                Way::AsDocument
            }
        } else if document == Some(other) {
            Way::AsDocument
        } else if is_mixed || (own == 0 && outside.only(other) >= SEVERAL) {
            Way::As(other)
        } else {
            Way::AsDocument
        }
    };
    let mut ways: Vec<Way> = sentences.iter().map(way).collect();
    // A line is in the script of its clear sentences.
    let count = sentences.len();
    let pairs = (1..count).map(|number| (number - 1, number));
    let back = (1..count).rev().map(|number| (number, number - 1));
    for (clear, number) in pairs.chain(back) {
        let sentence = &sentences[number];
        let goes_on = ways[clear] == Way::As(other)
            && ways[number] == Way::AsDocument
            && !sentence.named
            && !text[sentences[clear.min(number)].place.clone()].ends_with('\n');
        if goes_on && sentence.evidence.only(wanted) == 0 && sentence.outside.only(other) > 0 {
            ways[number] = Way::As(other);
        }
    }
    ways.iter()
        .any(|way| match way {
            Way::As(script) => Some(*script) != document,
            Way::Stays => true,
            Way::AsDocument | Way::AsNeighbour => false,
        })
        .then_some(ways)
}

/// The ways of the sentences of a document with much Japanese: lines without kana are Chinese if
/// all of them together show it; `None` when all stay.
///
/// One line proves little: 我想回国 has no character that Japanese lacks.
fn in_japanese(text: &str, sentences: &[Sentence]) -> Option<Vec<Way>> {
    let is_candidate = |sentence: &Sentence| {
        let Evidence {
            han,
            kana,
            japanese,
            hangul,
            ..
        } = sentence.evidence;
        han > 0 && kana + japanese + hangul == 0
    };
    let (mut letters, mut simplified, mut traditional) = (0, 0, 0);
    for sentence in sentences.iter().filter(|sentence| is_candidate(sentence)) {
        let line = &text[sentence.place.clone()];
        letters += sentence.evidence.han;
        simplified += not_japanese(line, Script::Hans);
        traditional += not_japanese(line, Script::Hant);
    }
    let (script, only) = if simplified > traditional {
        (Script::Hans, simplified)
    } else {
        (Script::Hant, traditional)
    };
    if only < SEVERAL || only * 12 < letters {
        return None;
    }
    Some(
        sentences
            .iter()
            .map(|sentence| {
                if is_candidate(sentence) {
                    Way::As(script)
                } else {
                    Way::Stays
                }
            })
            .collect(),
    )
}

/// Joins neighbouring sentences that go the same way.
fn join(text: &str, sentences: &[Sentence], ways: &[Way], document: Variety) -> Vec<Passage> {
    let traditional = traditional(text, sentences, ways, document);
    let is_cantonese = matches!(document, Variety::CantoneseHans | Variety::CantoneseHant);
    let variety = |way| match way {
        Way::As(Script::Hans) if is_cantonese => Variety::CantoneseHans,
        Way::As(Script::Hans) => Variety::Hans,
        Way::As(Script::Hant) => traditional,
        Way::Stays => Variety::Japanese,
        Way::AsDocument | Way::AsNeighbour => document,
    };
    let mut passages: Vec<Passage> = Vec::new();
    let mut before = Way::AsDocument;
    for (number, sentence) in sentences.iter().enumerate() {
        let line_starts = text[..sentence.place.start].ends_with('\n');
        let way = match ways[number] {
            Way::AsNeighbour if !line_starts && before != Way::Stays => before,
            Way::AsNeighbour => next_in_line(text, sentences, ways, number),
            way => way,
        };
        before = way;
        let variety = variety(way);
        match passages.last_mut() {
            Some(last) if last.variety == variety => last.place.end = sentence.place.end,
            _ => passages.push(Passage {
                place: sentence.place.clone(),
                variety,
            }),
        }
    }
    passages
}

/// The way of the next sentence of a line that shows something.
fn next_in_line(text: &str, sentences: &[Sentence], ways: &[Way], number: usize) -> Way {
    for (sentence, &way) in sentences[number..].iter().zip(&ways[number..]) {
        if !matches!(way, Way::AsNeighbour | Way::Stays) {
            return way;
        }
        if text[sentence.place.clone()].ends_with('\n') {
            break;
        }
    }
    Way::AsDocument
}

/// The variety of the traditional passages.
fn traditional(text: &str, sentences: &[Sentence], ways: &[Way], document: Variety) -> Variety {
    if document.script() == Some(Script::Hant) {
        return document;
    }
    if document == Variety::CantoneseHans {
        return Variety::CantoneseHant;
    }
    let passages: String = sentences
        .iter()
        .zip(ways)
        .filter(|(_, way)| **way == Way::As(Script::Hant))
        .map(|(sentence, _)| &text[sentence.place.clone()])
        .collect();
    let variety = detect(&passages);
    if variety.script() == Some(Script::Hant) {
        variety
    } else {
        Variety::Hant
    }
}

#[cfg(test)]
mod tests;
