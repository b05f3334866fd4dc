//! The search: which characters of a line were damaged, and what they were.
//!
//! Each character of the line is either healthy and read as it stands, or damaged and given
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

use std::sync::LazyLock;

use super::chain::Chain;
use super::charset::Charset;
use super::likelihood::{self, Before, UNKNOWN};
use crate::language::folding;

/// Hypotheses kept at each character.
const BEAM: usize = 16;
/// A hypothesis that costs so much more than the best is dropped.
const MARGIN: f32 = 24.0;
/// Characters between two decisions that are final.
const WINDOW: usize = 512;
/// Readings of a lost byte that are followed up.
const READINGS: usize = 24;
/// Double losses in one search that are guessed at; beyond these a document is beyond help.
const DOUBLE_LOSSES: usize = 2000;
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

/// Bytes that wait for the rest of their character; bit `n` of `lost` is set where byte `n` is
/// not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pending {
    bytes: [u8; 4],
    length: u8,
    lost: u8,
}

impl Pending {
    fn push(mut self, byte: Option<u8>) -> Self {
        match byte {
            Some(byte) => self.bytes[usize::from(self.length)] = byte,
            None => self.lost |= 1 << self.length,
        }
        self.length += 1;
        self
    }

    fn is_lost(self, place: u8) -> bool {
        self.lost >> place & 1 != 0
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
    before: Before,
    script: Script,
}

/// Which script a damaged run was written in, as far as it is read: above 0 traditional, below
/// 0 simplified. The model takes both for one, so guesses need to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Script(i8);

impl Script {
    pub(super) fn take(&mut self, ch: char) {
        if folding::is_traditional(ch) {
            self.0 = self.0.saturating_add(1);
        } else if folding::is_only_simplified(ch) {
            self.0 = self.0.saturating_sub(1);
        }
    }

    /// What a character of the other script costs, much where it was guessed.
    pub(super) fn cost(self, ch: char, guessed: bool) -> f32 {
        let other = self.0 < 0 && folding::is_traditional(ch)
            || self.0 > 0 && folding::is_only_simplified(ch);
        match (other, guessed) {
            (false, _) => 0.0,
            (true, false) => 0.5,
            (true, true) => 3.0,
        }
    }
}

impl Hypothesis {
    fn is_settled(&self) -> bool {
        self.pending[0].length == 0 && self.pending[1].length == 0
    }

    fn meets(&self, other: &Self) -> bool {
        self.damaged == other.damaged
            && self.before == other.before
            && self.pending == other.pending
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
    /// Nothing waits behind this character.
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
    /// The line can be cut behind this character.
    pub(super) settled: bool,
    /// The bytes that it was guessed from, where some were lost.
    pub(super) guess: Option<(Charset, Pending)>,
}

/// Reads `line` as damaged by `chain` in part, and gives what it says and what that costs.
///
/// `enter` is what entering a damaged run costs, `context` what stands before the line.
pub(super) fn read(line: &[char], chain: &Chain, enter: f32, context: Before) -> Vec<Written> {
    let mut search = Search {
        chain,
        enter,
        arena: Vec::new(),
        guesses: Vec::new(),
        doubles: 0,
        scratch: Vec::new(),
    };
    let mut answer = Vec::with_capacity(line.len());
    let mut beam = vec![Hypothesis {
        cost: 0.0,
        node: u32::MAX,
        damaged: false,
        pending: [Pending::default(); 2],
        before: context,
        script: Script::default(),
    }];
    let mut next = Vec::new();
    for (index, &ch) in line.iter().enumerate() {
        let end = index as u32 + 1;
        next.clear();
        for hypothesis in &beam {
            search.step(hypothesis, ch, end, &mut next);
        }
        if next.is_empty() {
            // Only a damaged run that cannot go on is left: what it read stands.
            for hypothesis in &beam {
                search.abandon(hypothesis, ch, end, &mut next);
            }
        }
        prune(&mut next);
        std::mem::swap(&mut beam, &mut next);
        if (index + 1).is_multiple_of(WINDOW) {
            search.settle(&mut beam, &mut answer);
        }
    }
    for hypothesis in &mut beam {
        if !hypothesis.is_settled() {
            hypothesis.cost += 2.0 * UNKNOWN;
        }
    }
    beam.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    search.settle(&mut beam, &mut answer);
    answer
}

fn prune(beam: &mut Vec<Hypothesis>) {
    beam.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let Some(best) = beam.first().map(|best| best.cost) else {
        return;
    };
    let mut kept = 0;
    for index in 0..beam.len() {
        let hypothesis = beam[index];
        if kept == BEAM || hypothesis.cost > best + MARGIN {
            break;
        }
        if !beam[..kept].iter().any(|other| other.meets(&hypothesis)) {
            beam[kept] = hypothesis;
            kept += 1;
        }
    }
    beam.truncate(kept);
}

struct Search<'a> {
    chain: &'a Chain,
    enter: f32,
    arena: Vec<Node>,
    guesses: Vec<(Charset, Pending)>,
    doubles: usize,
    scratch: Vec<(f32, char)>,
}

impl Search<'_> {
    /// Reads one character in every way that a hypothesis allows.
    fn step(&mut self, from: &Hypothesis, ch: char, end: u32, next: &mut Vec<Hypothesis>) {
        if from.is_settled() {
            let mut healthy = *from;
            if from.damaged {
                healthy.cost += LEAVE + if is_border(ch) { 0.0 } else { MIDDLE };
                healthy.damaged = false;
            }
            self.write(healthy, ch, end, 0, next);
        }
        if from.damaged {
            self.damaged(from, ch, end, next);
        } else if !ch.is_ascii() {
            let mut entering = *from;
            entering.damaged = true;
            entering.cost += self.enter;
            if !is_border(from.before.last()) {
                entering.cost += MIDDLE;
            }
            self.damaged(&entering, ch, end, next);
        }
    }

    /// Gives the character back to the charset that it was read in.
    fn damaged(&mut self, from: &Hypothesis, ch: char, end: u32, next: &mut Vec<Hypothesis>) {
        let first = next.len();
        let mut known = false;
        for code in self.chain.read_as().codes(ch) {
            known = true;
            self.bytes(from, 0, code.bytes(), end, next);
        }
        if matches!(ch, '?' | '\u{FFFD}') {
            let mut losing = *from;
            losing.cost += LOST;
            if from.is_settled() {
                losing.cost += LOST;
            }
            self.byte(&losing, 0, None, end, next);
            if ch == '\u{FFFD}' && self.doubles < DOUBLE_LOSSES {
                let mut half = Vec::new();
                losing.cost += LOST;
                self.byte(&losing, 0, None, end, &mut half);
                for hypothesis in &half {
                    self.byte(hypothesis, 0, None, end, next);
                }
            }
        }
        if (!known || ch == '\u{FFFD}') && from.is_settled() {
            let mut foreign = *from;
            foreign.cost += FOREIGN;
            self.write(foreign, ch, end, 0, next);
        }
        for hypothesis in &next[first..] {
            if hypothesis.is_settled()
                && let Some(node) = self.arena.get_mut(hypothesis.node as usize)
                && node.end == end
            {
                node.settled = true;
            }
        }
    }

    /// Feeds several bytes to the decoder of a stage.
    fn bytes(
        &mut self,
        from: &Hypothesis,
        stage: usize,
        bytes: &[u8],
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        match bytes {
            [byte] => self.byte(from, stage, Some(*byte), end, next),
            [first, rest @ ..] => {
                let mut half = Vec::new();
                self.byte(from, stage, Some(*first), end, &mut half);
                for hypothesis in &half {
                    self.bytes(hypothesis, stage, rest, end, next);
                }
            }
            [] => {}
        }
    }

    /// Feeds one byte, or a lost one, to the decoder of a stage.
    fn byte(
        &mut self,
        from: &Hypothesis,
        stage: usize,
        byte: Option<u8>,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        let charset = self.chain.undo[stage].written_in;
        let pending = from.pending[stage];
        let waiting = |pending: Pending| {
            let mut waiting = *from;
            waiting.pending[stage] = pending;
            waiting
        };
        let wanted = if charset == Charset::Utf8 {
            match (pending.length, byte) {
                (0, Some(byte @ 0..=0x7F)) => return self.single(from, stage, byte, end, next),
                // A lead byte that was lost can only have been that of a Chinese character.
                (0, Some(0xC2..=0xF4) | None) => return next.push(waiting(pending.push(byte))),
                (0, Some(_)) | (_, Some(0..=0x7F | 0xC0..=0xFF)) => return,
                _ => match pending.bytes[0] {
                    _ if pending.is_lost(0) => 3,
                    0..=0xDF => 2,
                    0xE0..=0xEF => 3,
                    0xF0..=0xFF => 4,
                },
            }
        } else {
            match (pending.length, byte) {
                (0, Some(byte)) if !charset.is_lead(byte) => {
                    return self.single(from, stage, byte, end, next);
                }
                _ => 2,
            }
        };
        let pending = pending.push(byte);
        if pending.length < wanted {
            return next.push(waiting(pending));
        }
        let decoded = waiting(Pending::default());
        if charset != Charset::Utf8 && pending.lost == 0b11 {
            // Nothing is known of the pair; it may be beyond guessing.
            let mut lost = decoded;
            lost.cost += LOST;
            self.decoded(lost, stage, '\u{FFFD}', end, 0, next);
        }
        if pending.lost == 0 {
            if let Some(ch) = whole(charset, &pending.bytes[..usize::from(pending.length)]) {
                self.decoded(decoded, stage, ch, end, 0, next);
            }
            return;
        }
        if pending.lost.count_ones() > 1 {
            self.doubles += 1;
        }
        let mut readings = std::mem::take(&mut self.scratch);
        readings.clear();
        each_reading(charset, pending, |ch| {
            let cost = from.before.cost(ch) + from.script.cost(ch, true);
            if cost < UNKNOWN {
                readings.push((cost, ch));
            }
        });
        readings.sort_by(|a, b| a.0.total_cmp(&b.0));
        readings.truncate(READINGS);
        self.guesses.push((charset, pending));
        let guess = self.guesses.len() as u32;
        for &(_, ch) in &readings {
            self.decoded(decoded, stage, ch, end, guess, next);
        }
        self.scratch = readings;
    }

    fn single(
        &mut self,
        from: &Hypothesis,
        stage: usize,
        byte: u8,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        if let Some(ch) = self.chain.undo[stage].written_in.single(byte) {
            self.decoded(*from, stage, ch, end, 0, next);
        }
    }

    /// Hands a decoded character to the next stage, or writes it.
    fn decoded(
        &mut self,
        from: Hypothesis,
        stage: usize,
        ch: char,
        end: u32,
        guess: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        match self.chain.undo.get(stage + 1) {
            None => self.write(from, ch, end, guess, next),
            Some(undo) => {
                for code in undo.read_as.codes(ch) {
                    self.bytes(&from, stage + 1, code.bytes(), end, next);
                }
            }
        }
    }

    fn write(
        &mut self,
        mut from: Hypothesis,
        ch: char,
        end: u32,
        guess: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        from.cost += from.before.read(ch);
        if from.damaged {
            // What is undone is Chinese.
            from.cost += if ch.is_ascii() || is_chinese(ch) {
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
        next.push(from);
    }

    /// Drops what waits and goes on healthy, at a price.
    fn abandon(&mut self, from: &Hypothesis, ch: char, end: u32, next: &mut Vec<Hypothesis>) {
        let mut healthy = *from;
        healthy.cost += 2.0 * UNKNOWN;
        healthy.damaged = false;
        healthy.pending = [Pending::default(); 2];
        self.write(healthy, ch, end, 0, next);
    }

    /// Takes the best hypothesis' characters into the answer and drops the others.
    fn settle(&mut self, beam: &mut Vec<Hypothesis>, answer: &mut Vec<Written>) {
        let Some(best) = beam.first().copied() else {
            return;
        };
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

/// Whether damage may well begin behind, or end before, the character.
fn is_border(ch: char) -> bool {
    ch.is_ascii()
        || matches!(ch, '\u{3000}'..='\u{3020}' | '\u{FF01}'..='\u{FF60}' | '“' | '”' | '\u{A0}')
}

/// Decodes the bytes of one character.
fn whole(charset: Charset, bytes: &[u8]) -> Option<char> {
    let ch = match charset {
        Charset::Utf8 => std::str::from_utf8(bytes).ok()?.chars().next()?,
        _ => charset.pair(bytes[0], *bytes.get(1)?)?,
    };
    // 锟斤拷 decodes to this; it is told as what it is and not hidden.
    (ch != '\u{FFFD}').then_some(ch)
}

/// The characters that are tried where nothing is left of one.
static COMMON: LazyLock<Vec<char>> = LazyLock::new(|| {
    ('\u{3001}'..='\u{9FFF}')
        .chain(['，', '：', '；', '？', '！', '（', '）', '“', '”'])
        .filter(|ch| is_chinese(*ch) && likelihood::share(*ch) < 8.6)
        .collect()
});

/// Every Han character or mark of Chinese that the bytes, of which some are lost, can have been.
pub(super) fn each_reading(charset: Charset, pending: Pending, mut take: impl FnMut(char)) {
    let fits = |bytes: &[u8]| {
        bytes.iter().zip(0u8..).all(|(byte, place)| {
            pending.is_lost(place) || pending.bytes[usize::from(place)] == *byte
        })
    };
    if charset == Charset::Utf8 {
        if pending.length != 3 {
            return;
        }
        let range = |place: u8, from: u8, to: u8| {
            if pending.is_lost(place) {
                from..=to
            } else {
                pending.bytes[usize::from(place)]..=pending.bytes[usize::from(place)]
            }
        };
        for lead in range(0, 0xE2, 0xEF) {
            if !matches!(lead, 0xE2..=0xE9 | 0xEF) {
                continue;
            }
            for second in range(1, 0x80, 0xBF) {
                for third in range(2, 0x80, 0xBF) {
                    if let Some(ch) = whole(charset, &[lead, second, third])
                        && is_chinese(ch)
                    {
                        take(ch);
                    }
                }
            }
        }
        return;
    }
    if pending.lost == 0b11 {
        return COMMON.iter().copied().for_each(take);
    }
    let leads = if pending.is_lost(0) {
        0x81..=0xFE
    } else {
        pending.bytes[0]..=pending.bytes[0]
    };
    for lead in leads {
        for trail in 0x40..=0xFE {
            if fits(&[lead, trail])
                && let Some(ch) = charset.pair(lead, trail)
                && is_chinese(ch)
            {
                take(ch);
            }
        }
    }
}

fn is_chinese(ch: char) -> bool {
    matches!(
        ch,
        '\u{3400}'..='\u{9FFF}' | '\u{3000}'..='\u{3011}' | '\u{FF01}'..='\u{FF5E}'
            | '\u{2014}'..='\u{2026}' | '·'
    )
}
