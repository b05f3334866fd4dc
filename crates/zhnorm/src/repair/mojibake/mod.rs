//! Mojibake: text that was decoded with the wrong charset, once or twice.
//!
//! `中文` written in UTF-8 and read as GBK is `涓\u{e15f}枃`; read as Latin-1 it is `ä¸\u{ad}æ\u{96}\u{87}`. Going
//! back means giving the characters to the charset that they were read in and decoding the bytes
//! from the one that they were written in. The story: the scan ([`super::scan`]) finds runs of
//! characters that healthy Chinese does not have; [`chain`] lists the kinds of damage that can
//! have made such runs, of which a quick trial keeps the few that fit; [`search`] reads the line
//! for each of these, and the likeliest reading wins if it is much better Chinese
//! ([`likelihood`]) than what stands there. Proven damage lowers the bar for the rest of the
//! document. [`charset`] knows bytes and characters.

use std::ops::Range;

use super::Options;
use super::edits::Edit;
use super::lost;
use super::plan::Step;
use super::scan::Findings;

mod chain;
mod charset;
mod likelihood;
mod line;
mod quick;
mod search;

use chain::{CHAINS, Chain};
pub use charset::Charset;
pub(super) use charset::big5_user_defined_pair;
pub(super) use likelihood::{Before, share_in_big5};
use line::{Passage, Reading};

/// What entering a damaged run costs while nothing proves that the document is damaged.
const UNPROVEN: f32 = 15.0;
/// The same where other runs of the same kind were found.
const PROVEN: f32 = 7.0;
/// How much likelier, in total, runs must have become before they prove anything.
const PROOF: f32 = 45.0;
/// A character that costs more than this, in nats, is suspicious.
const SUSPECT: f32 = 13.0;

/// Whether healthy Chinese text has the character so seldom that a few together are suspicious.
pub(super) fn is_suspect(ch: char) -> bool {
    match likelihood::rarity(ch) {
        Some(rarity) => rarity > SUSPECT,
        None => matches!(
            ch,
            '\u{80}'..='\u{A8}' | '\u{AA}'..='\u{AF}' | '\u{B2}'..='\u{B6}' | '\u{B8}'..='\u{D6}'
                | '\u{D8}'..='\u{24F}' | '\u{2C6}' | '\u{2DC}' | '\u{400}'..='\u{45F}'
                | '\u{3400}'..='\u{4DBF}' | '\u{E000}'..='\u{F8FF}' | '\u{AC00}'..='\u{D7A3}'
                | '\u{FF61}'..='\u{FF9F}' | '\u{FFFD}'
        ),
    }
}

/// Finds what was read in the wrong charset.
///
/// `found` is what the scan of `text` found.
pub(super) fn find(text: &str, found: &Findings, options: &Options) -> Vec<Edit> {
    let (suspicious, lone) = (&*found.suspicious, &*found.lone);
    if let Some(edit) = byte_order_mark(text) {
        return vec![edit];
    }
    let mut edits = Vec::new();
    let mut proven: Vec<(&'static Chain, f32)> = Vec::new();
    let mut reached = 0;
    for run in suspicious {
        if proven.iter().any(|(_, gain)| *gain >= PROOF) {
            break;
        }
        let Some(passage) = Passage::around(text, run, reached) else {
            continue;
        };
        let fitting = passage.candidates(CHAINS.iter());
        let tries = fitting.into_iter().map(|chain| (chain, UNPROVEN));
        let Some(found) = Found::likeliest(passage, tries) else {
            continue;
        };
        match proven.iter_mut().find(|(known, _)| *known == found.chain) {
            Some((_, gain)) => *gain += found.reading.gain,
            None => proven.push((found.chain, found.reading.gain)),
        }
        reached = found.end();
        edits.extend(found.edits(options));
    }
    proven.retain(|(_, gain)| *gain >= PROOF);
    if proven.is_empty() {
        return edits;
    }
    second_look(text, &proven, suspicious, lone, options)
}

/// The byte order mark of UTF-8 at the front of a text, read as GBK: `锘縤mport`, `锘?import`. Its
/// third byte took the ASCII character behind it along, or was lost.
fn byte_order_mark(text: &str) -> Option<Edit> {
    let rest = text.strip_prefix('锘')?;
    let second = rest.chars().next()?;
    let behind = &rest[second.len_utf8()..];
    let code = Charset::Gbk.code(second);
    let taken = match code.as_ref().map(charset::Code::bytes) {
        Some(&[0xBF, trail @ ..=0x7F]) => String::from(char::from(trail)),
        _ => String::new(),
    };
    let lost = search::is_mark(second) && behind.starts_with(|ch: char| ch.is_ascii());
    (lost || !taken.is_empty()).then(|| Edit {
        rule: "mojibake.utf8-as-gbk",
        span: 0..text.len() - behind.len(),
        after: format!("\u{FEFF}{taken}"),
        confidence: 0.95,
        alternatives: Vec::new(),
        note: None,
    })
}

/// Looks at every suspicious place again, now that the document is known to be damaged.
fn second_look(
    text: &str,
    proven: &[(&'static Chain, f32)],
    suspicious: &[Range<usize>],
    lone: &[Range<usize>],
    options: &Options,
) -> Vec<Edit> {
    let mut runs: Vec<(&Range<usize>, bool)> = suspicious
        .iter()
        .map(|run| (run, false))
        .chain(lone.iter().map(|run| (run, true)))
        .collect();
    runs.sort_by_key(|(run, _)| run.start);
    let mut edits = Vec::new();
    let mut reached = 0;
    for (run, is_lone) in runs {
        let Some(passage) = Passage::around(text, run, reached) else {
            continue;
        };
        let tries = proven.iter().map(|(chain, _)| (*chain, PROVEN));
        let mut found = Found::likeliest(passage, tries);
        // Another kind is looked for where those that are known do not explain all.
        if !is_lone && !found.as_ref().is_some_and(|found| found.covers(run)) {
            let others = CHAINS
                .iter()
                .filter(|chain| proven.iter().all(|(known, _)| known != chain));
            if let Some(passage) = Passage::around(text, run, reached) {
                let fitting = passage.candidates(others).into_iter().take(1);
                let tries = fitting.map(|chain| (chain, UNPROVEN));
                let other = Found::likeliest(passage, tries);
                found = match (found, other) {
                    (Some(one), Some(other)) if other.reading.gain > one.reading.gain => {
                        Some(other)
                    }
                    (None, other) => other,
                    (one, _) => one,
                };
            }
        }
        if let Some(found) = found {
            reached = found.end();
            edits.extend(found.edits(options));
        }
    }
    edits
}

/// A passage that was damaged, and how.
struct Found<'a> {
    passage: Passage<'a>,
    chain: &'static Chain,
    /// What entering a damaged run costs.
    enter: f32,
    reading: Reading,
}

impl<'a> Found<'a> {
    /// The kind of damage that explains a passage best, if one is likelier than none.
    fn likeliest(
        passage: Passage<'a>,
        tries: impl Iterator<Item = (&'static Chain, f32)>,
    ) -> Option<Self> {
        let (chain, enter, reading) = tries
            .map(|(chain, enter)| (chain, enter, passage.read(chain, enter)))
            .filter(|(_, _, reading)| reading.gain > 0.0)
            .reduce(|best, other| {
                if other.2.gain > best.2.gain {
                    other
                } else {
                    best
                }
            })?;
        let mut found = Self {
            passage,
            chain,
            enter,
            reading,
        };
        while let Some(passage) = found.passage.longer(&found.reading) {
            let reading = passage.read(found.chain, found.enter);
            if reading.gain <= found.reading.gain {
                break;
            }
            (found.passage, found.reading) = (passage, reading);
        }
        let damaged = found.passage.damaged(&found.reading);
        (!lost::has_converted_replacement(damaged)).then_some(found)
    }

    /// Whether nearly all that is written of a run was damaged.
    fn covers(&self, run: &Range<usize>) -> bool {
        self.passage.damaged_share(&self.reading, run) > 0.9
    }

    fn end(&self) -> usize {
        self.passage.damaged_until(&self.reading)
    }

    fn edits(&self, options: &Options) -> Vec<Edit> {
        self.passage.edits(self.chain, &self.reading, options)
    }
}

/// The steps back that a rule stands for; none when it is not one of mojibake.
pub(super) fn steps_of(rule: &str) -> Vec<Step> {
    Chain::of(rule).map_or(Vec::new(), |chain| {
        chain
            .undo
            .iter()
            .flat_map(|undo| [Step::Encode(undo.read_as), Step::Decode(undo.written_in)])
            .collect()
    })
}
