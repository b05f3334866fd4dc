//! The quick look: can a suspicious run have been read in the wrong charset at all?
//!
//! Healthy text has rare names, and each would be searched for damage of two dozen kinds. This
//! look asks the language model nothing: it takes the characters back to bytes, decodes these
//! as each kind of damage would have it, and compares how seldom the characters are on both
//! sides. What was damaged is strange as it is and becomes common, what is healthy becomes
//! stranger.

use super::chain::Chain;
use super::charset::Charset;
use super::frame;
use super::likelihood::strangeness;
use super::search::is_mark;

/// Characters that are looked at.
const LENGTH: usize = 32;
/// Runs of which the characters are less strange, in nats each, are healthy.
const STRANGE: f32 = 7.5;

/// Characters of a suspicious run: the first, or where too much of them is lost (a date lost each number),
/// the next.
pub(super) struct Sample<'a> {
    characters: &'a [char],
    /// How many are not ASCII.
    foreign: usize,
    /// The characters as bytes of a charset, for each that was asked for.
    encoded: Vec<(Charset, Vec<Stretch>)>,
}

/// Characters next to each other that a charset has.
struct Stretch {
    bytes: Vec<u8>,
    characters: usize,
    strangeness: f32,
}

/// Whether a question mark behind a character is likely to stand for a lost one.
pub(super) fn is_lost(before: char, ch: char) -> bool {
    ch == '?' && (!before.is_ascii() || before == '?') && !frame::is_left_of_one(before)
}

impl<'a> Sample<'a> {
    /// `None` where nothing is strange, or too much is lost to know what it was.
    pub(super) fn new(characters: &'a [char]) -> Option<Self> {
        let mut pieces = characters.chunks(LENGTH);
        let (characters, foreign, sum) = pieces.find_map(|piece| {
            let (mut foreign, mut lost, mut sum) = (0, 0, 0.0);
            for &ch in piece.iter().filter(|ch| !ch.is_ascii()) {
                foreign += 1;
                lost += usize::from(ch == '\u{FFFD}');
                sum += strangeness(ch);
            }
            // After a character that is not ASCII a question mark is likely to stand for another.
            for pair in piece.windows(2) {
                let marked = is_lost(pair[0], pair[1]);
                lost += usize::from(marked);
                foreign += usize::from(marked);
                sum += if marked { STRANGE } else { 0.0 };
            }
            let hopeless = lost >= 2 && lost * 4 >= foreign;
            (!hopeless).then_some((piece, foreign, sum))
        })?;
        (sum >= foreign as f32 * STRANGE).then_some(Self {
            characters,
            foreign,
            encoded: Vec::new(),
        })
    }

    /// Whether the sample, given back, can be Chinese.
    pub(super) fn may_be(&mut self, chain: &Chain) -> bool {
        let (mut stood, mut says, mut read) = (0.0, 0.0, 0.0);
        let charset = chain.undo[0].written_in;
        let foreign = self.foreign;
        for stretch in self.stretches(chain.read_as()) {
            // It may begin in the middle of a character.
            let best = (0..=1)
                .map(|skipped| decoded(charset, stretch.bytes.get(skipped..).unwrap_or_default()))
                .filter(|(used, _)| *used > 0)
                .map(|(used, cost)| (used as f32 / stretch.bytes.len() as f32, cost))
                .reduce(|best, other| {
                    if other.1 / other.0 < best.1 / best.0 {
                        other
                    } else {
                        best
                    }
                });
            if let Some((share, cost)) = best {
                stood += share * stretch.strangeness;
                says += cost;
                read += (share * stretch.characters as f32).ceil();
            }
        }
        // After two steps only the first is looked at.
        (says < stood || chain.undo.len() > 1) && read * 3.0 >= foreign as f32
    }

    fn stretches(&mut self, charset: Charset) -> &[Stretch] {
        let known = self.encoded.iter().position(|(known, _)| *known == charset);
        let index = known.unwrap_or_else(|| {
            let stretches = self
                .characters
                .split(|ch| is_mark(*ch) || charset.code(*ch).is_none())
                .filter(|stretch| stretch.iter().any(|ch| !ch.is_ascii()))
                .map(|stretch| Stretch {
                    bytes: stretch
                        .iter()
                        .filter_map(|ch| charset.code(*ch))
                        .flat_map(|code| code.bytes().to_vec())
                        .collect(),
                    characters: stretch.len(),
                    strangeness: stretch.iter().copied().map(strangeness).sum(),
                })
                .collect();
            self.encoded.push((charset, stretches));
            self.encoded.len() - 1
        });
        &self.encoded[index].1
    }
}

/// How many bytes decode, passing over those that do not, and how strange the characters are.
fn decoded(charset: Charset, bytes: &[u8]) -> (usize, f32) {
    let (mut at, mut used, mut cost) = (0, 0, 0.0);
    while let Some(&byte) = bytes.get(at) {
        let (ch, length) = if charset == Charset::Utf8 {
            let length = match byte {
                0..=0x7F => 1,
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                _ => 0,
            };
            let whole = bytes.get(at..at + length);
            let ch = whole.and_then(|whole| std::str::from_utf8(whole).ok()?.chars().next());
            (ch, length)
        } else if charset.is_lead(byte) {
            let trail = bytes.get(at + 1);
            (trail.and_then(|trail| charset.pair(byte, *trail)), 2)
        } else {
            (charset.single(byte), 1)
        };
        match ch {
            Some(ch) => {
                at += length;
                used += length;
                cost += strangeness(ch);
            }
            None => at += 1,
        }
    }
    (used, cost)
}
