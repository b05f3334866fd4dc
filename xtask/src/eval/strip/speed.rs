//! How fast the stage is where nothing is dropped.

use std::hint::black_box;

use anyhow::Result;
use zhnorm::report::Report;
use zhnorm::strip::{self, Options};

use super::untouched::CORPORA;
use crate::corpora::{self, Split};
use crate::measure::processor_seconds;

/// Size of the whole text, and of the pieces, in bytes.
const WHOLE: usize = 20_000_000;
const PIECE: usize = 2_000;

/// Whole lines of `text`, about `size` bytes in each piece.
fn pieces(text: &str, size: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        if end - start >= size {
            pieces.push(&text[start..end]);
            start = end;
        }
    }
    pieces
}

/// Prints MB of input a second of processor time: 20 MB of each corpus (repeated if it is
/// shorter) as one text, and the same in pieces of 2 KB.
pub fn run(options: &Options, only: Option<&str>) -> Result<()> {
    println!(
        "\n## speed in MB/s of one thread: one text of 20 MB / pieces of 2 KB / share of pieces changed"
    );
    let speed = |texts: &[&str]| {
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        let mut best = f64::INFINITY;
        for _ in 0..3 {
            let start = processor_seconds();
            for text in texts {
                black_box(strip::strip(text, options, &mut Report::counting()));
            }
            best = best.min(processor_seconds() - start);
        }
        bytes as f64 / 1e6 / best
    };
    for name in CORPORA {
        if only.is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let text = corpora::documents(name, Split::All)?.join("\n\n") + "\n";
        let whole = text.repeat(WHOLE.div_ceil(text.len()));
        let pieces = pieces(&whole, PIECE);
        let changed = pieces
            .iter()
            .filter(|piece| {
                let mut report = Report::counting();
                strip::strip(piece, options, &mut report);
                report.tallies().any(|(_, rule, _)| rule != "blank")
            })
            .count();
        println!(
            "{name:32} {:6.0} / {:6.0} / {:5.2} %",
            speed(&[&whole]),
            speed(&pieces),
            100.0 * changed as f64 / pieces.len().max(1) as f64
        );
    }
    Ok(())
}
