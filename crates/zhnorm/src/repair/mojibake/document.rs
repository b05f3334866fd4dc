//! The document decides how much evidence is enough.
//!
//! A wrong decoding is a property of a file or of a long part of it, and it is rare. So a stretch
//! that is alone needs evidence against the prior that a document is healthy ([`ALONE`]), and more
//! where many runs of rare characters were tried and came to nothing: the more tries, the more
//! likely is one that fits by chance. Where strong stretches together prove one kind of damage
//! ([`PROOF`]), less is asked of further stretches of that kind ([`COMPANION`]). Weak stretches
//! prove nothing, and runs that the proven kinds do not explain take the proof back once they are
//! the majority.

use std::ops::Range;
use zhnorm_lang::boundary;

use super::budget::Budget;
use super::chain::{CHAINS, Chain};
use super::evidence;
use super::line::Passage;
use super::plain::{self, Plain};
use super::reading::{Reading, Stretch};
use super::search::{Effort, Habit, Means, Readings};
use super::shown;
use super::sweep;
use super::torn;
use super::vocabulary::Vocabulary;
use crate::repair::Options;
use crate::repair::edits::{Edit, Flag, Found};
use crate::repair::findings::Findings;
use crate::repair::lost;

/// What entering a damaged run costs the search while nothing proves that the document is damaged.
const UNPROVEN: f32 = 15.0;
/// The same where the document is known to be damaged in this way.
const PROVEN: f32 = 7.0;
/// The evidence, in nats, that a stretch needs on its own.
const ALONE: f32 = 13.0;
/// What it needs more where the restored text holds anything but ideographs and marks of Chinese.
const NOT_PLAIN: f32 = 24.0;
/// The evidence that it needs beside strong stretches of the same kind.
const COMPANION: f32 = 4.0;
/// The evidence of strong stretches that proves one kind of damage for the document.
const PROOF: f32 = 45.0;
/// From this evidence on a stretch that is left alone is flagged.
const DOUBTFUL: f32 = 9.0;

/// So many readings tell the habit of the decoder, if nearly all agree.
const AGREEING: usize = 12;

/// Finds what was read in the wrong charset.
pub(super) fn find(text: &str, found: &Findings, options: &Options) -> Found {
    let mut look = Look::new(text);
    for run in found.suspicious.iter().flat_map(|run| pieces(text, run)) {
        if look.proven().next().is_some() {
            break;
        }
        if look.budget.is_spent() {
            look.given_up = Some(given_up(&run));
            return look.decide(&[], options);
        }
        match look.plainly_proven(text, &run) {
            Some(chain) => look.proof.push((chain, PROOF)),
            None => look.first(text, &run),
        }
    }
    let proven: Vec<&'static Chain> = look.proven().collect();
    let torn = (proven.iter()).find_map(|chain| {
        let places: Vec<_> = torn::places(text, chain).collect();
        (!places.is_empty()).then_some((*chain, places))
    });
    if !proven.is_empty() {
        look = Look::new(text);
        let torn = torn.iter().flat_map(|(_, places)| places);
        let mut runs: Vec<(&Range<usize>, Run)> = found
            .suspicious
            .iter()
            .map(|run| (run, Run::Suspicious))
            .chain(found.lone.iter().map(|run| (run, Run::Lone)))
            .chain(torn.map(|run| (run, Run::Torn)))
            .collect();
        runs.sort_by_key(|(run, _)| run.start);
        for (run, kind) in runs {
            if look.budget.is_spent() {
                look.given_up = Some(given_up(run));
                break;
            }
            if !look.plainly(text, run, &proven) {
                look.second(text, run, kind, &proven);
            }
        }
        if look.unexplained > look.explained {
            return look.decide(&[], options);
        }
    }
    let mut decided = look.decide(&proven, options);
    if let Some((chain, places)) = torn {
        let flags = torn::flags(places, chain, &decided);
        decided.flags.extend(flags);
        decided.flags.sort_by_key(|flag| flag.span.start);
    }
    if let [chain] = *proven {
        let words = sweep::find(text, chain, &decided);
        decided.edits.extend(words);
        decided.edits.sort_by_key(|edit| edit.span.start);
    }
    decided
}

/// A run in pieces, so that the first look at a long one does not search all of it.
fn pieces<'a>(text: &'a str, run: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<'a> {
    /// Bytes of a piece, about.
    const PIECE: usize = 3_000;
    let end = run.end;
    let mut start = run.start;
    std::iter::from_fn(move || {
        let from = start;
        start = boundary::ceil(text, (from + PIECE).min(end));
        (from < start).then_some(from..start)
    })
}

/// What is said once, where a document is given up.
fn given_up(run: &Range<usize>) -> Flag {
    Flag {
        rule: "mojibake.given-up".into(),
        span: run.clone(),
        note: Some("too much was searched in vain up to here to search the rest".into()),
        confidence: None,
        alternatives: Vec::new(),
    }
}

/// A run that is looked at in a document that is proven to be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Suspicious,
    /// A single rare character.
    Lone,
    /// What is left of a single character, see [`torn`]; few healthy characters look so.
    Torn,
}

impl Run {
    /// What entering it costs the search.
    fn enter(self) -> f32 {
        if self == Self::Torn { 0.0 } else { PROVEN }
    }

    /// The evidence that a stretch of it needs beside strong ones of the same kind.
    fn least(self) -> f32 {
        if self == Self::Torn {
            f32::MIN
        } else {
            COMPANION
        }
    }
}

/// What a look over the suspicious runs of a document found.
#[derive(Default)]
struct Look<'a> {
    text: &'a str,
    candidates: Vec<Seen<'a>>,
    readings: Readings,
    budget: Budget,
    /// How many readings were those of each habit.
    habits: [usize; 2],
    /// The evidence of strong stretches for each kind of damage.
    proof: Vec<(&'static Chain, f32)>,
    /// How far the text is taken by candidates.
    reached: usize,
    /// Runs that hold strong evidence, and runs that hold none.
    explained: usize,
    unexplained: usize,
    /// Runs of which too much is lost.
    beyond: Vec<Range<usize>>,
    /// Where the rest of the document was given up.
    given_up: Option<Flag>,
}

/// What was found in one place.
enum Seen<'a> {
    Candidate(Candidate<'a>),
    Plain(Plain, &'static Chain),
}

impl<'a> Look<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// Takes the line around a run if it is damaged from end to end in a proven way. Gives whether
    /// it, or an earlier run of its line, took it.
    fn plainly(&mut self, text: &'a str, run: &Range<usize>, proven: &[&'static Chain]) -> bool {
        if run.end <= self.reached {
            return true;
        }
        if !self.budget.may_be_plain(run) {
            return false;
        }
        let read = |chain: &&'static Chain| plain::read_as_sibling(text, run, self.reached, chain);
        let Some((plain, chain)) = proven.iter().find_map(read) else {
            self.budget.is_not_plain(text, run);
            return false;
        };
        self.reached = plain.span.end.max(run.end);
        self.budget.spend(run.len(), true);
        self.explained += 1;
        self.candidates.push(Seen::Plain(plain, chain));
        true
    }

    /// The kind of damage that the line around a run proves without a search.
    fn plainly_proven(&mut self, text: &str, run: &Range<usize>) -> Option<&'static Chain> {
        if !self.budget.may_be_plain(run) {
            return None;
        }
        let proven = plain::proven_by(text, run);
        if proven.is_none() {
            self.budget.is_not_plain(text, run);
        }
        proven
    }

    /// The kinds of damage that strong stretches prove.
    fn proven(&self) -> impl Iterator<Item = &'static Chain> {
        let proven = self.proof.iter().filter(|(_, weight)| *weight >= PROOF);
        proven.map(|(chain, _)| *chain)
    }

    /// Looks at a run in a document of which nothing is known.
    fn first(&mut self, text: &'a str, run: &Range<usize>) {
        let mut searched = 0;
        let candidate = Passage::around(text, run, self.reached).and_then(|passage| {
            let fitting = passage.candidates(CHAINS.iter(), self.budget.is_wary());
            searched = fitting.len() * passage.characters().len();
            let tries = fitting.into_iter().map(|chain| (chain, UNPROVEN));
            Candidate::likeliest(passage, tries, self.means(Effort::Wide))
        });
        self.take(candidate, searched, ALONE, true);
    }

    /// What a search may use.
    fn means(&self, effort: Effort) -> Means<'_> {
        let habit = match self.habits {
            [pairs, bytes] if pairs >= AGREEING && pairs > 8 * bytes => Some(Habit::MarksPairs),
            [pairs, bytes] if bytes >= AGREEING && bytes > 8 * pairs => Some(Habit::MarksBytes),
            _ => None,
        };
        Means {
            readings: &self.readings,
            effort,
            habit,
        }
    }

    /// Looks at a run in a document that is damaged in known ways.
    fn second(&mut self, text: &'a str, run: &Range<usize>, kind: Run, proven: &[&'static Chain]) {
        let mut searched = 0;
        let passage = Passage::around(text, run, self.reached);
        if passage.as_ref().is_some_and(Passage::is_hopeless) {
            self.beyond.push(run.start.max(self.reached)..run.end);
            self.reached = self.reached.max(run.end);
            return;
        }
        let effort = (passage.as_ref()).map_or(Effort::Wide, |passage| {
            self.budget.effort(passage.characters())
        });
        let means = self.means(effort);
        let known = passage.and_then(|passage| {
            let chains = Chain::with_siblings(proven, passage.characters());
            searched = chains.len() * passage.characters().len();
            let tries = chains.into_iter().map(|chain| (chain, kind.enter()));
            Candidate::likeliest(passage, tries, means)
        });
        let mut candidate = known;
        // Another kind is looked for where those that are known do not explain all.
        let is_odd =
            kind == Run::Suspicious && !candidate.as_ref().is_some_and(|found| found.covers(run));
        if is_odd && self.budget.may_be_another() {
            let others = CHAINS.iter().filter(|chain| !proven.contains(chain));
            if let Some(passage) = Passage::around(text, run, self.reached) {
                let fitting = passage.candidates(others, self.budget.is_wary());
                let fitting = fitting.into_iter().next();
                searched += fitting.map_or(0, |_| passage.characters().len());
                let tries = fitting.into_iter().map(|chain| (chain, UNPROVEN));
                let other = Candidate::likeliest(passage, tries, self.means(effort));
                let gain =
                    |one: &Option<Candidate<'_>>| one.as_ref().map_or(0.0, |one| one.reading.gain);
                let is_another = gain(&other) > gain(&candidate);
                self.budget.spend_on_others(run.len(), is_another);
                if is_another {
                    candidate = other;
                }
            }
        }
        if let Some(candidate) = &mut candidate {
            candidate.least = kind.least();
        }
        self.take(candidate, searched, kind.least(), kind == Run::Suspicious);
    }

    /// Takes note of what a run gave, for which so many characters were searched. Text that holds a
    /// stretch of at least the weight `taken` is taken.
    fn take(
        &mut self,
        candidate: Option<Candidate<'a>>,
        searched: usize,
        taken: f32,
        counts: bool,
    ) {
        let strongest = candidate.as_ref().map_or(f32::MIN, Candidate::strongest);
        self.budget.spend(searched, strongest >= taken);
        self.explained += usize::from(counts && strongest >= ALONE);
        self.unexplained += usize::from(counts && strongest < taken);
        let Some(candidate) = candidate.filter(|_| strongest >= taken.min(DOUBTFUL)) else {
            return;
        };
        if strongest >= taken {
            self.reached = candidate.end();
        }
        match candidate.reading.habit {
            Some(Habit::MarksPairs) => self.habits[0] += 1,
            Some(Habit::MarksBytes) => self.habits[1] += 1,
            _ => {}
        }
        let strong = |stretch: &&Stretch| stretch.weight >= ALONE && stretch.is_plain_chinese;
        let weight = candidate.stretches.iter().filter(strong);
        let weight: f32 = weight.map(|stretch| stretch.weight).sum();
        if weight > 0.0 {
            let known = self
                .proof
                .iter_mut()
                .find(|(known, _)| *known == candidate.chain);
            match known {
                Some((_, sum)) => *sum += weight,
                None => self.proof.push((candidate.chain, weight)),
            }
        }
        self.candidates.push(Seen::Candidate(candidate));
    }

    /// Changes the stretches with enough evidence and flags the doubtful ones.
    fn decide(self, proven: &[&'static Chain], options: &Options) -> Found {
        let alone = ALONE + (1.0 + self.unexplained as f32).ln();
        let is_proven = |chain: &'static Chain| {
            let sibling = chain.sibling();
            proven.contains(&chain) || sibling.is_some_and(|sibling| proven.contains(&sibling))
        };
        let mut known = Vocabulary::default();
        for seen in &self.candidates {
            let candidate = match seen {
                Seen::Candidate(candidate) => candidate,
                Seen::Plain(plain, _) => {
                    let after = self.text[plain.span.end..].chars().next();
                    known.learn_text(&plain.restored, after.unwrap_or('\n'));
                    continue;
                }
            };
            if candidate.strongest() >= alone || is_proven(candidate.chain) {
                known.learn(&candidate.reading, candidate.passage.after);
            }
        }
        let mut found = Found::default();
        let mut reached = 0;
        for seen in self.candidates {
            let candidate = match seen {
                Seen::Candidate(candidate) => candidate,
                Seen::Plain(plain, _)
                    if shown::is_shown(self.text, &plain.span, &plain.restored) =>
                {
                    continue;
                }
                Seen::Plain(plain, chain) => {
                    reached = plain.span.end;
                    found.edits.push(plain_edit(plain, chain));
                    continue;
                }
            };
            let strong = |stretch: &Stretch| stretch.weight >= alone && stretch.is_plain_chinese;
            let has_company = is_proven(candidate.chain) || candidate.stretches.iter().any(strong);
            let is_enough = |stretch: &Stretch| {
                let plain = stretch.is_plain_chinese;
                stretch.weight >= alone + if plain { 0.0 } else { NOT_PLAIN }
                    || has_company
                        && stretch.weight >= candidate.least
                        && (plain || stretch.has_frames)
            };
            if candidate.stretches.iter().any(is_enough) && !candidate.is_shown() {
                let Found { edits, flags } =
                    candidate.edits(is_enough, &known, &self.readings, options);
                found.edits.extend(edits);
                found.flags.extend(flags);
                reached = candidate.end();
            } else if candidate.span().start >= reached && candidate.strongest() >= DOUBTFUL {
                found.flags.push(candidate.flag());
            }
        }
        let beyond = self.beyond.into_iter().map(|span| Flag {
            rule: "mojibake.beyond-repair".into(),
            span,
            note: Some("a third or more is lost: what it said would be invented".into()),
            confidence: None,
            alternatives: Vec::new(),
        });
        found.flags.extend(beyond);
        found.flags.sort_by_key(|flag| flag.span.start);
        found.flags.extend(self.given_up);
        found
    }
}

fn plain_edit(plain: Plain, chain: &'static Chain) -> Edit {
    Edit {
        rule: chain.rule,
        span: plain.span,
        after: plain.restored,
        confidence: 1.0 / (1.0 + (-plain.gain / 4.0).exp()),
        more: None,
    }
}

/// A passage that may have been damaged, and how.
struct Candidate<'a> {
    passage: Passage<'a>,
    chain: &'static Chain,
    /// What entering a damaged run costs.
    enter: f32,
    reading: Reading,
    stretches: Vec<Stretch>,
    /// The evidence that a stretch needs beside strong ones of the same kind.
    least: f32,
}

impl<'a> Candidate<'a> {
    /// The kind of damage that explains a passage best, if one is likelier than none.
    fn likeliest(
        passage: Passage<'a>,
        tries: impl Iterator<Item = (&'static Chain, f32)>,
        means: Means<'_>,
    ) -> Option<Self> {
        let (chain, enter, reading) = tries
            .map(|(chain, enter)| (chain, enter, passage.read(chain, enter, means)))
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
            stretches: Vec::new(),
            least: COMPANION,
        };
        while let Some(passage) = found.passage.longer(&found.reading) {
            let reading = passage.read(found.chain, found.enter, means);
            if reading.gain <= found.reading.gain {
                break;
            }
            (found.passage, found.reading) = (passage, reading);
        }
        let damaged = found.passage.damaged(&found.reading);
        if lost::has_converted_replacement(damaged)
            || damaged.contains('锟') && found.passage.is_near_lost_text()
        {
            return None;
        }
        found.stretches = evidence::stretches(&found.passage, &found.reading);
        Some(found)
    }

    /// The weight of the strongest stretch.
    fn strongest(&self) -> f32 {
        let weights = self.stretches.iter().map(|stretch| stretch.weight);
        weights.fold(f32::MIN, f32::max)
    }

    /// Whether nearly all that is written of a run was damaged.
    fn covers(&self, run: &Range<usize>) -> bool {
        self.passage.damaged_share(&self.reading, run) > 0.9
    }

    /// From the first damaged character to the last, in bytes of the text.
    fn span(&self) -> Range<usize> {
        let end = self.end();
        end - self.passage.damaged(&self.reading).len()..end
    }

    fn end(&self) -> usize {
        self.passage.damaged_until(&self.reading)
    }

    /// The edits that undo the damage in the stretches that `keep` accepts.
    fn edits(
        &self,
        keep: impl FnMut(&Stretch) -> bool,
        known: &Vocabulary,
        readings: &Readings,
        options: &Options,
    ) -> Found {
        let literal = self.passage.characters();
        let reading = self.reading.keeping(&self.stretches, literal, keep);
        self.passage
            .edits(self.chain, &reading, known, readings, options)
    }

    /// Whether the text shows the damage on purpose.
    fn is_shown(&self) -> bool {
        shown::is_shown(self.passage.text, &self.span(), &self.restored())
    }

    /// What the damaged part says by this reading.
    fn restored(&self) -> String {
        let written = self.reading.written();
        let from = written.iter().position(|one| one.damaged);
        let to = written.iter().rposition(|one| one.damaged);
        let damaged = from
            .zip(to)
            .map_or(&[][..], |(from, to)| &written[from..=to]);
        damaged.iter().map(|one| one.ch).collect()
    }

    /// What is too uncertain to be changed.
    fn flag(&self) -> Flag {
        Flag {
            rule: self.chain.rule.into(),
            span: self.span(),
            note: Some("may have been read in the wrong charset; too little evidence".into()),
            confidence: None,
            alternatives: vec![self.restored()],
        }
    }
}
