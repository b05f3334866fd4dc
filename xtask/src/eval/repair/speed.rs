//! The speed of the stage on one core: text that needs nothing, and garbled text.

use anyhow::Result;
use zhnorm::repair::{Options, repair};
use zhnorm::report::Report;
use zhnorm_lang::boundary;

use super::simulated::{self, Pages, VARIANTS};
use crate::corpora::{Split, documents};
use crate::measure::processor_seconds;

/// Bytes of healthy text.
const HEALTHY: usize = 20_000_000;
/// Bytes of a small document.
const PIECE: usize = 2_000;
/// Bytes of a large garbled document.
const GARBLED: usize = 2_000_000;

/// Prints megabytes a second of processor time, the best of some runs.
pub fn run(words: &[&str]) -> Result<()> {
    if !words.contains(&"garbled") {
        run_healthy()?;
    }
    run_garbled()
}

fn run_healthy() -> Result<()> {
    let healthy = healthy()?;
    // The tables are loaded by the first call.
    timed(&[&healthy[..boundary::ceil(&healthy, PIECE)]]);
    for (name, texts) in [
        ("healthy, 20 MB", vec![healthy.as_str()]),
        ("healthy, pieces of 2 KB", pieces(&healthy)),
    ] {
        println!("{name}: {:.0} MB/s", best(&texts, 5));
    }
    Ok(())
}

fn run_garbled() -> Result<()> {
    for variant in VARIANTS {
        let pages = simulated::damaged(variant, 400, Pages::Figures)?;
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        let mut large = pages.concat();
        large.truncate(boundary::ceil(&large, GARBLED));
        println!(
            "garbled, {}: {:.1} MB/s in {} pages, {:.1} MB/s in one document of {:.1} MB",
            variant.name,
            best(&pages, 3),
            pages.len(),
            best(&[&large], 1),
            large.len() as f64 / 1e6
        );
    }
    Ok(())
}

/// Chinese text of the corpora that repair finds nothing in.
fn healthy() -> Result<String> {
    let mut text = String::with_capacity(HEALTHY + 100_000);
    for file in ["cctv_xinwenlianbo", "lctt_techtrans", "prc_laws"] {
        for document in documents(&format!("hans/{file}.txt"), Split::All)? {
            if text.len() > HEALTHY {
                return Ok(text);
            }
            let mut report = Report::listing();
            repair(&document, &Options::default(), &mut report);
            if report.changes().is_empty() {
                text.push_str(&document);
                text.push('\n');
            }
        }
    }
    Ok(text)
}

fn pieces(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let (piece, rest) = text.split_at(boundary::ceil(text, PIECE));
        pieces.push(piece);
        text = rest;
    }
    pieces
}

fn best(texts: &[&str], runs: usize) -> f64 {
    (0..runs).map(|_| timed(texts)).fold(0.0, f64::max)
}

/// Megabytes a second.
fn timed(texts: &[&str]) -> f64 {
    let start = processor_seconds();
    for text in texts {
        let repaired = repair(text, &Options::default(), &mut Report::counting());
        std::hint::black_box(repaired);
    }
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    bytes as f64 / 1e6 / (processor_seconds() - start)
}
