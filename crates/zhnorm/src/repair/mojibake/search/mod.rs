//! The search: which characters of a line were damaged, and what they were.
//!
//! Each character of the line is either healthy and read as it is, or damaged and given
//! back to the charset that it was wrongly read in; a run of damaged characters makes a byte
//! stream that decodes to what was written. Nothing marks where a run begins and ends, some
//! characters have several codes, and where the wrong decoder found no character it left `?` or
//! U+FFFD for a byte or two. So the likeliest reading is searched for: a beam of hypotheses goes
//! through the line, each holding the bytes that wait for their character, and pays for each
//! character written what the language says it costs. Entering a damaged run costs a good deal,
//! so that only a run which makes much better Chinese is taken for one.
//!
//! Time is linear in the line. Memory is bounded: after a window the best hypothesis is taken
//! and the others are dropped.

use super::chain::Chain;
use super::charset::Charset;
use super::likelihood::{Before, UNKNOWN};

mod feed;
mod loss;
mod script;

use loss::{Decoder, Pending, is_chinese};
pub(super) use loss::{Habit, Loss, Readings, Remains};
pub(super) use script::Script;

/// A hypothesis that costs so much more than the best is dropped.
const MARGIN: f32 = 24.0;
/// Characters between two decisions that are final.
const WINDOW: usize = 512;
/// Characters that are read at once where nothing was lost.
const STRAIGHT: usize = 64;
/// Double losses in one search that are guessed at, and one more for each character that is read; with more
/// of them a document is beyond help.
const DOUBLE_LOSSES: usize = 400;
/// Hypotheses, of the best, for which they are guessed at.
const DOUBLING: usize = 3;
/// What leaving a damaged run costs.
const LEAVE: f32 = 1.0;
/// What it costs more to enter or leave a damaged run in the middle of a phrase.
const MIDDLE: f32 = 5.0;
/// What it costs to take a mark for a lost byte.
const LOST: f32 = 1.5;
/// What a character costs more that is not Chinese, where damage is undone.
const STRANGE: f32 = 3.0;
/// What it costs to pass a character through that no wrong decoder can have made.
const FOREIGN: f32 = 2.0;

/// How widely is searched where bytes were lost. What is long is damaged in one way from end to end,
/// and to search all of it as widely as its beginning would take minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// As widely as helps.
    Wide,
    /// Only what is likely.
    Narrow,
}

impl Effort {
    /// Hypotheses kept at each character.
    fn beam(self) -> usize {
        match self {
            Self::Wide => 16,
            Self::Narrow => 4,
        }
    }

    /// Readings that are followed up where bytes were lost. Which it was of one byte alone is asked
    /// again when all around it is known, so it need not be among them.
    fn readings(self, is_single: bool) -> usize {
        match (self, is_single) {
            (Self::Wide, _) => 24,
            (Self::Narrow, false) => 6,
            (Self::Narrow, true) => 3,
        }
    }

    /// Characters before something that is not clear for which all hypotheses are followed.
    fn tail(self) -> usize {
        match self {
            Self::Wide => 6,
            Self::Narrow => 3,
        }
    }

    /// Readings of a lost byte, the commonest, that are looked at.
    fn candidates(self) -> usize {
        match self {
            Self::Wide => usize::MAX,
            Self::Narrow => 48,
        }
    }

    /// Damaged hypotheses, of the best, for which a lost byte is guessed at.
    fn guessing(self) -> usize {
        match self {
            Self::Wide => 16,
            Self::Narrow => 2,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Hypothesis {
    cost: f32,
    /// The last character written.
    node: u32,
    /// Whether the run is damaged here.
    damaged: bool,
    pending: [Pending; 2],
    /// The last byte that a guess filled in, which the rest of its mark depends on.
    torn: u8,
    /// The damaged run can only end here.
    ended: bool,
    before: Before,
    script: Script,
}

impl Hypothesis {
    fn is_settled(&self) -> bool {
        self.pending[0].is_empty() && self.pending[1].is_empty()
    }

    fn meets(&self, other: &Self) -> bool {
        self.damaged == other.damaged
            && self.before == other.before
            && self.pending == other.pending
            && self.torn == other.torn
            && self.ended == other.ended
    }
}

/// One character written by a hypothesis.
#[derive(Clone, Copy, Debug)]
struct Node {
    parent: u32,
    ch: char,
    /// How many characters of the line are read.
    end: u32,
    damaged: bool,
    /// Nothing waits after this character.
    settled: bool,
    /// The index of the pattern that the character was guessed from, counted from 1.
    guess: u32,
}

/// One character of the answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) ch: char,
    /// How many characters of the line are read when it is written.
    pub(super) end: usize,
    pub(super) damaged: bool,
    /// The line can be cut after this character.
    pub(super) settled: bool,
    /// What it was guessed from, where bytes were lost.
    pub(super) guess: Option<Remains>,
}

/// A line to read and its surroundings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) characters: &'a [char],
    pub(super) before: Before,
    pub(super) after: char,
}

/// What a line says.
pub(super) struct Answer {
    pub(super) written: Vec<Written>,
    /// How surprising it is that it says this, in nats.
    pub(super) cost: f32,
}

/// What a search may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Means<'r> {
    pub(super) readings: &'r Readings,
    pub(super) effort: Effort,
    /// The habit of the decoder, where it is known.
    pub(super) habit: Option<Habit>,
}

/// Reads a line as damaged by `chain` in part; `enter` is what entering a damaged run costs.
pub(super) fn read(
    line: Line<'_>,
    chain: &Chain,
    habit: Habit,
    enter: f32,
    means: Means<'_>,
) -> Answer {
    let decoder = Decoder {
        read_as: chain.read_as(),
        habit,
    };
    let mut search = Search::new(chain, decoder, enter, means);
    let mut answer = Answer {
        written: Vec::with_capacity(line.characters.len()),
        cost: 0.0,
    };
    let mut beam = vec![Hypothesis {
        cost: 0.0,
        node: u32::MAX,
        damaged: false,
        pending: [Pending::NONE; 2],
        torn: 0,
        ended: false,
        before: line.before,
        script: Script::default(),
    }];
    let mut next = Vec::new();
    let (mut index, mut settled, mut straight_from) = (0, 0, 0);
    while let Some(&ch) = line.characters.get(index) {
        if index >= straight_from {
            match search.straight(&beam, &line, index) {
                Some((hypothesis, reached)) => {
                    beam.clear();
                    beam.push(hypothesis);
                    index = reached;
                    straight_from = index + search.effort.tail();
                    continue;
                }
                None => straight_from = index + search.effort.tail(),
            }
        }
        let end = index as u32 + 1;
        let following = line
            .characters
            .get(index + 1)
            .copied()
            .unwrap_or(line.after);
        next.clear();
        search.bound = f32::INFINITY;
        let mut damaged = 0;
        for (rank, hypothesis) in beam.iter().enumerate() {
            // They are sorted, and none gets cheaper.
            if hypothesis.cost > search.bound {
                break;
            }
            search.guesses_doubles = rank < DOUBLING;
            search.guesses_singles = damaged < search.effort.guessing();
            damaged += usize::from(hypothesis.damaged);
            let known = next.len();
            search.step(hypothesis, ch, following, end, &mut next);
            search.lower_bound(&next[known..]);
        }
        if next.is_empty() {
            // Only a damaged run that cannot go on is left: what it read is kept.
            for hypothesis in &beam {
                search.abandon(hypothesis, ch, end, &mut next);
            }
        }
        search.prune(&mut next, &mut beam);
        index += 1;
        if index - settled >= WINDOW {
            search.settle(&mut beam, &mut answer);
            settled = index;
        }
    }
    next.clear();
    for hypothesis in &mut beam {
        if !hypothesis.is_settled() {
            if line.after == '\n' {
                search.fill(
                    hypothesis,
                    Loss::AtEnd,
                    line.characters.len() as u32,
                    &mut next,
                );
            }
            // What waits is dropped.
            hypothesis.cost += 2.0 * UNKNOWN;
        }
    }
    beam.append(&mut next);
    for hypothesis in &mut beam {
        hypothesis.cost += hypothesis.before.cost(line.after);
    }
    beam.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    search.settle(&mut beam, &mut answer);
    answer
}

struct Search<'a> {
    chain: &'a Chain,
    decoder: Decoder,
    /// Bytes that are there can be read in one way only.
    is_direct: bool,
    enter: f32,
    arena: Vec<Node>,
    guesses: Vec<Remains>,
    /// Characters of which most was lost that were guessed at, and whether more may be.
    doubles: usize,
    guesses_doubles: bool,
    guesses_singles: bool,
    readings: &'a Readings,
    effort: Effort,
    /// What costs more is dropped at the end of the step.
    bound: f32,
    scratch: Vec<(f32, char, u8)>,
    /// Lists to use again.
    spare: Vec<Vec<Hypothesis>>,
    order: Vec<(f32, usize)>,
}

impl<'a> Search<'a> {
    fn new(chain: &'a Chain, decoder: Decoder, enter: f32, means: Means<'a>) -> Self {
        let skips = decoder.habit == Habit::Skips && chain.undo[0].written_in == Charset::Utf8;
        Self {
            chain,
            decoder,
            is_direct: chain.undo.len() == 1 && !skips,
            enter,
            arena: Vec::new(),
            guesses: Vec::new(),
            doubles: 0,
            guesses_doubles: true,
            guesses_singles: true,
            readings: means.readings,
            effort: means.effort,
            bound: f32::INFINITY,
            scratch: Vec::new(),
            spare: Vec::new(),
            order: Vec::new(),
        }
    }

    /// An empty list.
    fn taken(&mut self) -> Vec<Hypothesis> {
        let mut taken = self.spare.pop().unwrap_or_default();
        taken.clear();
        taken
    }

    /// Takes note of what hypotheses after this step cost.
    fn lower_bound(&mut self, new: &[Hypothesis]) {
        let costs = new.iter().map(|one| one.cost + MARGIN);
        self.bound = costs.fold(self.bound, f32::min);
    }

    /// Puts the best of `all`, which differ, into the beam, the best first.
    fn prune(&mut self, all: &mut [Hypothesis], beam: &mut Vec<Hypothesis>) {
        self.lower_bound(all);
        self.order.clear();
        let bound = self.bound;
        let costs = all.iter().enumerate();
        let near = costs.filter(|(_, one)| one.cost <= bound);
        self.order
            .extend(near.map(|(index, one)| (one.cost, index)));
        self.order
            .sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        beam.clear();
        for &(_, index) in &self.order {
            if !beam.iter().any(|other| other.meets(&all[index])) {
                beam.push(all[index]);
                if beam.len() == self.effort.beam() {
                    break;
                }
            }
        }
    }

    /// Follows the best hypothesis alone as far as damage without loss is read in one way only.
    /// Gives it, and how far the line is read, if what it says is so much likelier than the
    /// literal text that nothing else need be tried.
    fn straight(
        &mut self,
        beam: &[Hypothesis],
        line: &Line<'_>,
        index: usize,
    ) -> Option<(Hypothesis, usize)> {
        /// Fewer characters are not worth it.
        const LEAST: usize = 4;
        let best = beam.first().filter(|best| best.damaged && !best.ended)?;
        // What was guessed a moment ago is decided by what follows.
        let recent = &line.characters[index.saturating_sub(self.effort.tail())..index];
        if recent.iter().any(|ch| is_mark(*ch)) {
            return None;
        }
        self.bound = f32::INFINITY;
        let written = self.arena.len();
        let mut healthy = best.before;
        let mut stood = 0.0;
        let mut states: Vec<(Hypothesis, f32)> = Vec::with_capacity(STRAIGHT);
        let mut current = *best;
        let mut next = self.taken();
        let rest = &line.characters[index..];
        for (read, &ch) in rest.iter().take(STRAIGHT).enumerate() {
            if is_mark(ch) {
                break;
            }
            let mut codes = self.chain.read_as().codes(ch);
            let (Some(code), None) = (codes.next(), codes.next()) else {
                break;
            };
            next.clear();
            let end = (index + read + 1) as u32;
            self.character(&current, code.bytes(), end, &mut next);
            let [one] = next[..] else { break };
            self.mark_settled(&next, end);
            current = one;
            stood += healthy.read(ch);
            states.push((current, stood));
        }
        let at_end = rest.len() == states.len();
        let kept = if at_end {
            states.len()
        } else {
            states.len().saturating_sub(self.effort.tail())
        };
        let accepted = (kept >= LEAST)
            .then(|| states[kept - 1])
            .filter(|(state, stood)| {
                let waits = if state.is_settled() { 0.0 } else { UNKNOWN };
                state.cost - best.cost + waits + MARGIN < *stood
            });
        self.spare.push(next);
        let Some((state, _)) = accepted else {
            self.arena.truncate(written);
            return None;
        };
        Some((state, index + kept))
    }

    /// Reads one character in every way that a hypothesis allows.
    fn step(
        &mut self,
        from: &Hypothesis,
        ch: char,
        following: char,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        if from.is_settled() {
            let mut healthy = *from;
            if from.damaged {
                healthy.cost += LEAVE + if is_border(ch) { 0.0 } else { MIDDLE };
                healthy.damaged = false;
                healthy.ended = false;
            }
            self.write(healthy, ch, end, 0, next);
        }
        if from.ended {
            return;
        }
        if from.damaged {
            self.damaged(from, ch, following, end, next);
        } else if !ch.is_ascii() {
            let mut entering = *from;
            entering.damaged = true;
            entering.cost += self.enter;
            if !is_border(from.before.last()) {
                entering.cost += MIDDLE;
            }
            self.damaged(&entering, ch, following, end, next);
        }
    }

    /// Gives the character back to the charset that it was read in.
    fn damaged(
        &mut self,
        from: &Hypothesis,
        ch: char,
        following: char,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        let first = next.len();
        let mut known = false;
        for code in self.chain.read_as().codes(ch) {
            known = true;
            self.character(from, code.bytes(), end, next);
        }
        if is_mark(ch) && self.may_double(end) {
            self.lower_bound(&next[first..]);
            self.mark(from, ch, following, end, next);
        }
        if (!known || ch == '\u{FFFD}') && from.is_settled() {
            let mut foreign = *from;
            foreign.cost += FOREIGN;
            self.write(foreign, ch, end, 0, next);
        }
        self.mark_settled(&next[first..], end);
    }

    /// Whether a character of which two bytes were lost may be guessed at, `end` characters into the line.
    fn may_double(&self, end: u32) -> bool {
        self.doubles < DOUBLE_LOSSES + end as usize
    }

    /// Takes note of which characters the line can be cut after.
    fn mark_settled(&mut self, hypotheses: &[Hypothesis], end: u32) {
        for hypothesis in hypotheses {
            if hypothesis.is_settled()
                && let Some(node) = self.arena.get_mut(hypothesis.node as usize)
                && node.end == end
            {
                node.settled = true;
            }
        }
    }

    fn write(
        &mut self,
        from: Hypothesis,
        ch: char,
        end: u32,
        guess: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        let written = self.written(from, ch, end, guess);
        next.push(written);
    }

    /// A hypothesis that wrote a character more.
    fn written(&mut self, mut from: Hypothesis, ch: char, end: u32, guess: u32) -> Hypothesis {
        from.cost += from.before.read(ch);
        if from.damaged {
            // What is undone is Chinese.
            from.cost += if ch.is_ascii() || is_chinese(ch) || ch == '\u{FEFF}' {
                0.0
            } else {
                STRANGE
            };
            from.cost += from.script.cost(ch, guess > 0);
            from.script.take(ch);
        }
        self.arena.push(Node {
            parent: from.node,
            ch,
            end,
            damaged: from.damaged,
            settled: !from.damaged,
            guess,
        });
        from.node = (self.arena.len() - 1) as u32;
        from
    }

    /// Goes on healthy, at a cost. Characters that wait stay as they are; for the rest of one of which a part
    /// was read U+FFFD is written, as a decoder does.
    fn abandon(&mut self, from: &Hypothesis, ch: char, end: u32, next: &mut Vec<Hypothesis>) {
        let last = self.arena.get(from.node as usize);
        let is_part = last.is_some_and(|last| last.damaged && last.end + 1 == end);
        let mut healthy = if is_part && !from.is_settled() {
            self.written(*from, '\u{FFFD}', end - 1, 0)
        } else {
            *from
        };
        healthy.cost += 2.0 * UNKNOWN;
        healthy.damaged = false;
        healthy.ended = false;
        healthy.pending = [Pending::NONE; 2];
        self.write(healthy, ch, end, 0, next);
    }

    /// Takes the best hypothesis' characters into the answer and drops the others.
    fn settle(&mut self, beam: &mut Vec<Hypothesis>, answer: &mut Answer) {
        let Some(best) = beam.first().copied() else {
            return;
        };
        answer.cost += best.cost;
        let answer = &mut answer.written;
        let start = answer.len();
        let mut node = best.node;
        while let Some(found) = self.arena.get(node as usize) {
            answer.push(Written {
                ch: found.ch,
                end: found.end as usize,
                damaged: found.damaged,
                settled: found.settled,
                guess: (found.guess > 0).then(|| self.guesses[found.guess as usize - 1]),
            });
            node = found.parent;
        }
        answer[start..].reverse();
        self.arena.clear();
        self.guesses.clear();
        beam.clear();
        beam.push(Hypothesis {
            node: u32::MAX,
            cost: 0.0,
            ..best
        });
    }
}

/// Whether damage may well begin after, or end before, the character.
fn is_border(ch: char) -> bool {
    ch.is_ascii()
        || matches!(ch, '\u{3000}'..='\u{3020}' | '\u{FF01}'..='\u{FF60}' | '“' | '”' | '\u{A0}')
}

/// Whether a decoder can have put the character where it could not read.
pub(super) fn is_mark(ch: char) -> bool {
    matches!(ch, '?' | '\u{FFFD}')
}
