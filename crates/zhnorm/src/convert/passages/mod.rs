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

use self::evidence::{Evidence, has, not_japanese, paired, without_quotations};
use super::custom::merge;
use super::wrapped::convert_wrapped;
use super::{Options, Provenance, QuoteStyle, Script, Target, Variety, detect, quotes};
use crate::report::{LineCounter, Report};

/// So many characters of the other script alone make a sentence a passage in it.
const SEVERAL: usize = 3;
/// A document is mixed throughout when its rarer script has one in so many of the characters that
/// only one script has.
const MIXED: usize = 8;
/// How often what was converted is looked at again.
const AGAIN: usize = 2;

/// Converts a document to a tag, passage by passage.
///
/// With what is converted, text that is left in the other script may become clear. A second run must
/// find nothing to do, so it is looked at again.
pub(crate) fn convert_document<'a>(
    text: &'a str,
    target: Target,
    variety: Variety,
    provenance: Provenance,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let mut output = convert_once(text, target, variety, provenance, options, report);
    let Some(other) = target.script().map(opposite) else {
        return output;
    };
    for _ in 0..AGAIN {
        if matches!(output, Cow::Borrowed(_)) || !has(&output, other).0 {
            break;
        }
        let variety = detect(&output);
        let written = Provenance::Written;
        let next = convert_once(&output, target, variety, written, options, report);
        if next == output {
            break;
        }
        output = Cow::Owned(next.into_owned());
    }
    output
}

fn convert_once<'a>(
    text: &'a str,
    target: Target,
    variety: Variety,
    provenance: Provenance,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let wanted = target.script().filter(|_| options.configuration.is_none());
    let passages = wanted.and_then(|wanted| passages(text, wanted, variety));
    let Some(passages) = passages else {
        return convert_passage(text, target, variety, provenance, options, report);
    };
    // With the sentences that were clear in the wanted script, others may become clear. What is
    // written for a script must be the same when it is converted for it again.
    let mut output = convert_passages(text, &passages, target, provenance, options, report);
    for _ in 0..AGAIN {
        let variety = detect(&output);
        let passages = wanted.and_then(|wanted| self::passages(&output, wanted, variety));
        let Some(passages) = passages else { break };
        let next = convert_passages(&output, &passages, target, provenance, options, report);
        if next == output {
            break;
        }
        output = next;
    }
    let requoted = report.place(&output, |output, report| {
        match quotes::requote(output, options.quotes, report) {
            Cow::Borrowed(_) => None,
            Cow::Owned(requoted) => Some(requoted),
        }
    });
    let output = requoted.unwrap_or(output);
    if output == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(output)
    }
}

/// Converts each passage by itself, all but its quotation marks.
fn convert_passages(
    text: &str,
    passages: &[Passage],
    target: Target,
    provenance: Provenance,
    options: &Options,
    report: &mut Report,
) -> String {
    let own = options.clone().with_quotes(QuoteStyle::Keep);
    let mut output = String::with_capacity(text.len());
    let mut lines = LineCounter::new(text.as_bytes());
    report.place(text, |text, report| {
        for Passage { place, variety } in passages {
            let passage = &text[place.clone()];
            let mut found = report.empty();
            let converted =
                convert_passage(passage, target, *variety, provenance, &own, &mut found);
            output.push_str(&converted);
            merge(found, place.start, lines.line_at(place.start), report);
        }
    });
    output
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
    let plan = target.plan_for(text, variety, provenance);
    let text = report.place(text, |text, report| {
        convert_wrapped(text, &plan, options, report)
    });
    match target.plan_for_rest(&text, variety, options) {
        Some(rest) => super::map_cow(text, |text| {
            report.place(text, |text, report| {
                convert_wrapped(text, &rest, options, report)
            })
        }),
        None => text,
    }
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
fn passages(text: &str, wanted: Script, variety: Variety) -> Option<Vec<Passage>> {
    let document = variety.script();
    // What can make a difference: the script that the document is not in.
    let (other, foreign) = match document {
        Some(script) => has(text, opposite(script)),
        None => (true, true),
    };
    if !other && !foreign {
        return None;
    }
    let sentences = sentences(text);
    let ways = if variety == Variety::Japanese {
        in_japanese(text, &sentences)?
    } else {
        in_chinese(&sentences, document, wanted)?
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

fn sentences(text: &str) -> Vec<Sentence> {
    divide(text)
        .map(|place| {
            let sentence = &text[place.clone()];
            let evidence = Evidence::of(sentence);
            let is_mixed = evidence.hans > 0 && evidence.hant > 0;
            let outside = if evidence.hans > 0 || evidence.hant > 0 {
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
            }
        })
        .collect()
}

/// The ways of the sentences of a Chinese document, or of one whose script is not clear; `None`
/// when they all go the document's way.
fn in_chinese(
    sentences: &[Sentence],
    document: Option<Script>,
    wanted: Script,
) -> Option<Vec<Way>> {
    let counted = sentences
        .iter()
        .filter(|sentence| !sentence.evidence.is_foreign());
    let sum = counted.fold(Evidence::default(), |sum, sentence| {
        sum.plus(sentence.counted())
    });
    let rarer = sum.hans.min(sum.hant);
    let is_mixed = (rarer >= SEVERAL && rarer * MIXED >= sum.hans + sum.hant)
        || (rarer > 0 && rarer * 3 >= sum.hans + sum.hant);
    let other = opposite(wanted);
    let ways: Vec<Way> = sentences
        .iter()
        .map(|sentence| {
            let Sentence {
                evidence, outside, ..
            } = sentence;
            let (own, strange) = (evidence.only(wanted), evidence.only(other));
            if evidence.is_foreign() {
                Way::Stays
            } else if own + strange == 0 {
                Way::AsNeighbour
            } else if sentence.named {
                Way::AsDocument
            } else if strange == 0 {
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
        })
        .collect();
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
