//! Files whose lines are in two encodings: logs, and scrapes that were joined without care.
//!
//! A line feed is the same byte in every encoding but UTF-16 and UTF-32, so each line can be read
//! by itself. Lines that the encoding of the file reads badly (damage, or characters that are not
//! written together) are compared with the other encodings, first with the one that reads most of
//! them best. A line changes its encoding only when the other one reads it without damage and
//! with far less surprise; all else stays as it is and its damage is flagged.

use std::ops::Range;

use super::Encoding;
use super::detect;
use super::finding::Evidence;
use super::reading::SINGLE_BYTE;
use super::surprise::{self, Cost, DoubleByte, LONGEST_SEGMENT};

/// Lines, one after the other, that are in another encoding than the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    /// The bytes, line feeds included.
    pub range: Range<usize>,
    /// The number of the first line, from 1.
    pub line: usize,
    /// How many lines.
    pub lines: usize,
    pub encoding: Encoding,
}

/// A line that the encoding of the file reads badly.
struct Suspect {
    range: Range<usize>,
    line: usize,
    cost: u32,
}

/// Costs above this for each byte are no ordinary text: 4.4 nats. Chinese costs about 3.4.
const ODD: u32 = 70;
/// How much less surprising another encoding must be for a line: 12 nats, and twice that where
/// there is no damage.
const MARGIN: u32 = 192;
/// How many lines have a voice in choosing the second encoding.
const VOICES: usize = 400;

/// The lines of `bytes` from `start` on that are in another encoding than `encoding`, in rising
/// order; empty for nearly every file. `damage` is what `encoding` leaves unread.
pub(super) fn runs(
    bytes: &[u8],
    start: usize,
    encoding: Encoding,
    damage: &[Range<usize>],
) -> Vec<Run> {
    let Some(own) = Candidate::for_encoding(encoding) else {
        return Vec::new();
    };
    let suspects = suspects(bytes, start, own, damage);
    if suspects.is_empty() {
        return Vec::new();
    }
    let others = candidates(own, bytes, &suspects);
    let mut runs: Vec<Run> = Vec::new();
    for suspect in suspects {
        let line = &bytes[suspect.range.clone()];
        let Some(encoding) = others
            .iter()
            .find(|(candidate, _)| reads_better(*candidate, line, suspect.cost))
            .map(|(_, encoding)| *encoding)
        else {
            continue;
        };
        match runs.last_mut() {
            Some(run) if run.range.end == suspect.range.start && run.encoding == encoding => {
                run.range.end = suspect.range.end;
                run.lines += 1;
            }
            _ => runs.push(Run {
                range: suspect.range,
                line: suspect.line,
                lines: 1,
                encoding,
            }),
        }
    }
    runs
}

/// What runs of lines say about a file, each encoding once.
pub(super) fn evidence(runs: &[Run]) -> Vec<Evidence> {
    let mut counts: Vec<(Encoding, usize)> = Vec::new();
    for run in runs {
        match counts
            .iter_mut()
            .find(|(encoding, _)| *encoding == run.encoding)
        {
            Some((_, lines)) => *lines += run.lines,
            None => counts.push((run.encoding, run.lines)),
        }
    }
    counts
        .into_iter()
        .map(|(encoding, lines)| Evidence::MixedLines { lines, encoding })
        .collect()
}

/// A way to read a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Candidate {
    Utf8,
    SingleByte,
    DoubleByte(DoubleByte),
}

impl Candidate {
    /// None for encodings in which a line feed is not one byte, and for escape sequences, which
    /// no other bytes can be mistaken for.
    fn for_encoding(encoding: Encoding) -> Option<Self> {
        if encoding == Encoding::UTF_8 {
            return Some(Self::Utf8);
        }
        let double = DoubleByte::ALL
            .into_iter()
            .find(|double| Encoding::whatwg(double.encoding()) == encoding);
        match double {
            Some(double) => Some(Self::DoubleByte(double)),
            None => encoding.is_single_byte().then_some(Self::SingleByte),
        }
    }

    fn cost(self, line: &[u8]) -> Cost {
        let line = &line[..line.len().min(LONGEST_SEGMENT)];
        match self {
            Self::Utf8 => surprise::of_utf_8(line),
            Self::SingleByte => surprise::of_single_byte(line),
            Self::DoubleByte(encoding) => surprise::of_double_byte(encoding, line),
        }
    }
}

fn suspects(
    bytes: &[u8],
    start: usize,
    own: Candidate,
    mut damage: &[Range<usize>],
) -> Vec<Suspect> {
    let mut suspects = Vec::new();
    let mut at = start;
    let mut line = 1;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |feed| at + feed + 1);
        let content = &bytes[at..end];
        let before = damage.partition_point(|place| place.start < end);
        let is_damaged = damage[..before].iter().any(|place| place.start >= at);
        damage = &damage[before..];
        if is_damaged || is_odd(content, own) {
            suspects.push(Suspect {
                range: at..end,
                line,
                cost: own.cost(content).total(),
            });
        }
        at = end;
        line += 1;
    }
    suspects
}

/// Whether a line without damage is hardly what its encoding would hold. Its start is enough: this is
/// done for every line of every file.
fn is_odd(line: &[u8], own: Candidate) -> bool {
    let ascii = encoding_rs::Encoding::ascii_valid_up_to(line);
    if ascii == line.len() || own == Candidate::Utf8 {
        return false;
    }
    if std::str::from_utf8(&line[ascii..]).is_ok() {
        return true;
    }
    let start = &line[ascii..line.len().min(ascii + START)];
    matches!(own, Candidate::DoubleByte(_))
        && own.cost(start).total() > ODD * start.len() as u32 + CUT
}

/// How much of a line's text outside ASCII is scored.
const START: usize = 64;
/// What the cut after it may cost.
const CUT: u32 = 64;

/// The encodings to compare with, the one first that reads the most lines best.
fn candidates(own: Candidate, bytes: &[u8], suspects: &[Suspect]) -> Vec<(Candidate, Encoding)> {
    let mut all: Vec<(Candidate, Encoding)> = DoubleByte::ALL
        .into_iter()
        .map(|double| {
            (
                Candidate::DoubleByte(double),
                Encoding::whatwg(double.encoding()),
            )
        })
        .chain([(Candidate::Utf8, Encoding::UTF_8)])
        .collect();
    if own == Candidate::Utf8 {
        // Lines of an alphabet: the letters of all of them name it.
        let lines: Vec<u8> = suspects
            .iter()
            .take(VOICES)
            .flat_map(|suspect| &bytes[suspect.range.clone()])
            .copied()
            .collect();
        let letters = lines.iter().filter(|byte| !byte.is_ascii()).count();
        let better = suspects.iter().take(VOICES).filter(|suspect| {
            let line = &bytes[suspect.range.clone()];
            reads_better(Candidate::SingleByte, line, suspect.cost)
        });
        // A stray byte reads as a letter too: only where most lines do is it an alphabet.
        let is_alphabet = letters >= 4 && 2 * better.count() >= suspects.len().min(VOICES);
        let named = detect::single_byte(&lines);
        if is_alphabet && named != SINGLE_BYTE {
            all.push((Candidate::SingleByte, named));
        }
    }
    all.retain(|(candidate, _)| *candidate != own);
    let mut sums = vec![0u64; all.len()];
    for suspect in suspects.iter().take(VOICES) {
        let line = &bytes[suspect.range.clone()];
        for (sum, (candidate, _)) in sums.iter_mut().zip(&all) {
            let cost = candidate.cost(line);
            *sum += u64::from(cost.total().min(suspect.cost));
        }
    }
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| sums[*index]);
    order.into_iter().map(|index| all[index]).collect()
}

/// Whether a candidate reads a line without damage and with far less surprise than `cost`.
fn reads_better(candidate: Candidate, line: &[u8], cost: u32) -> bool {
    let other = candidate.cost(line);
    if candidate == Candidate::Utf8 && std::str::from_utf8(line).is_err() {
        return false;
    }
    let length = line.len().min(LONGEST_SEGMENT) as u32;
    other.malformed == 0
        && other.total() < ODD * length
        && other.total().saturating_add(MARGIN) < cost
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "今天的天气很好，我们去公园散步。\n";
    const SECOND: &str = "明天可能会下雨，请带好雨伞出门。\n";

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GBK.encode(text).0.into_owned()
    }

    /// The damage of UTF-8 only, the one encoding that these files damage.
    fn found_in(file: &[u8], encoding: Encoding) -> Vec<Run> {
        let mut damage = Vec::new();
        let mut at = 0;
        for chunk in file.utf8_chunks() {
            at += chunk.valid().len();
            let end = at + chunk.invalid().len();
            if encoding == Encoding::UTF_8 && end > at {
                damage.push(at..end);
            }
            at = end;
        }
        runs(file, 0, encoding, &damage)
    }

    #[test]
    fn lines_of_another_encoding_are_found() {
        let file = [
            FIRST.as_bytes(),
            &gbk(SECOND),
            &gbk(FIRST),
            b"ascii\n",
            &gbk(FIRST),
        ]
        .concat();
        let found = found_in(&file, Encoding::UTF_8);
        let places: Vec<_> = found
            .iter()
            .map(|run| (run.line, run.lines, run.encoding))
            .collect();
        assert_eq!(
            places,
            [(2, 2, Encoding::GB18030), (5, 1, Encoding::GB18030)]
        );
        assert_eq!(
            &file[found[0].range.clone()],
            [gbk(SECOND), gbk(FIRST)].concat()
        );
    }

    #[test]
    fn utf_8_is_found_in_gbk_where_gbk_reads_it_too() {
        let file = [gbk(FIRST).as_slice(), SECOND.as_bytes(), &gbk(FIRST)].concat();
        let found = found_in(&file, Encoding::GB18030);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].encoding), (2, Encoding::UTF_8));
    }

    #[test]
    fn a_file_of_one_encoding_has_no_runs() {
        for (encoding, file) in [
            (Encoding::GB18030, gbk(&FIRST.repeat(20))),
            (Encoding::UTF_8, FIRST.repeat(20).into_bytes()),
            (Encoding::UTF_16LE, gbk(FIRST)),
        ] {
            assert_eq!(found_in(&file, encoding), []);
        }
    }

    #[test]
    fn damage_stays_damage() {
        let mut file = FIRST.repeat(5).into_bytes();
        file.remove(20);
        file.insert(80, 0xFF);
        file.extend(b"\xE4\n");
        assert_eq!(found_in(&file, Encoding::UTF_8), []);
    }
}
