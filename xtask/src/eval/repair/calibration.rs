//! How often what repair is so sure of is right.

use std::ops::Range;

use zhnorm::report::Change;

/// Upper ends of the bins of stated confidence.
const BINS: [f32; 9] = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01];

/// Places by the confidence that was stated, and how many of them were right.
#[derive(Clone, Copy, Debug, Default)]
pub struct Calibration {
    places: [usize; BINS.len()],
    right: [usize; BINS.len()],
    stated: [f64; BINS.len()],
}

impl Calibration {
    /// Takes the edits of one line, which starts at byte `start` of the text that was repaired;
    /// `damaged` is that line, `ours` what became of it, `wanted` what it was.
    pub fn line(
        &mut self,
        start: usize,
        damaged: &str,
        edits: &[Change],
        ours: &str,
        wanted: &str,
    ) {
        let wrong = if ours == wanted {
            Vec::new()
        } else {
            differences(ours, wanted)
        };
        // Where the edits stand in what became of the line.
        let mut shift = 0isize;
        for edit in edits {
            let Some(confidence) = edit.confidence else {
                continue;
            };
            if edit.span.end > start + damaged.len() {
                continue;
            }
            let at = (edit.span.start - start).saturating_add_signed(shift);
            let span = at..at + edit.after.len();
            shift += edit.after.len() as isize - edit.before.len() as isize;
            if edit.rule == "pinyin.annotation" {
                continue;
            }
            let hit = wrong
                .iter()
                .any(|part| part.start < span.end.max(span.start + 1) && span.start <= part.end);
            let bin = BINS
                .iter()
                .position(|end| confidence < *end)
                .unwrap_or(BINS.len() - 1);
            self.places[bin] += 1;
            self.right[bin] += usize::from(!hit);
            self.stated[bin] += f64::from(confidence);
        }
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("stated confidence | places | mean stated | share right");
        for (bin, end) in BINS.iter().enumerate() {
            let places = self.places[bin];
            let start = if bin == 0 { 0.0 } else { BINS[bin - 1] };
            println!(
                "{start:.2} to {:.2} | {places} | {:.3} | {:.3}",
                end.min(1.0),
                self.stated[bin] / places.max(1) as f64,
                self.right[bin] as f64 / places.max(1) as f64
            );
        }
    }
}

/// The ranges of bytes of `ours` in which it is not `wanted`, by an alignment of fewest edits.
fn differences(ours: &str, wanted: &str) -> Vec<Range<usize>> {
    let (ours, wanted): (Vec<char>, Vec<char>) = (ours.chars().collect(), wanted.chars().collect());
    let width = wanted.len() + 1;
    let mut cost = vec![0u32; (ours.len() + 1) * width];
    for row in 0..=ours.len() {
        for column in 0..width {
            cost[row * width + column] = if row == 0 || column == 0 {
                (row + column) as u32
            } else {
                let same = u32::from(ours[row - 1] != wanted[column - 1]);
                (cost[(row - 1) * width + column - 1] + same)
                    .min(cost[(row - 1) * width + column] + 1)
                    .min(cost[row * width + column - 1] + 1)
            };
        }
    }
    let offsets: Vec<usize> = std::iter::once(0)
        .chain(ours.iter().scan(0, |at, ch| {
            *at += ch.len_utf8();
            Some(*at)
        }))
        .collect();
    let (mut row, mut column) = (ours.len(), wanted.len());
    let mut parts = Vec::new();
    while row > 0 || column > 0 {
        let here = cost[row * width + column];
        if row > 0
            && column > 0
            && ours[row - 1] == wanted[column - 1]
            && cost[(row - 1) * width + column - 1] == here
        {
            (row, column) = (row - 1, column - 1);
        } else if row > 0 && column > 0 && cost[(row - 1) * width + column - 1] + 1 == here {
            parts.push(offsets[row - 1]..offsets[row]);
            (row, column) = (row - 1, column - 1);
        } else if row > 0 && cost[(row - 1) * width + column] + 1 == here {
            parts.push(offsets[row - 1]..offsets[row]);
            row -= 1;
        } else {
            parts.push(offsets[row]..offsets[row]);
            column -= 1;
        }
    }
    parts
}
