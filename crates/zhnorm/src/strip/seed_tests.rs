//! The seeds, whose frames were marked by hand. Stripping alone is compared where the seed is
//! clean otherwise: simplified and not garbled.

use std::fs;

use super::{Options, strip};
use crate::report::{Report, Stage};

fn seed(name: &str) -> String {
    fs::read_to_string(format!(
        "{}/../../seeds/{name}.txt",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

fn stripped(text: &str) -> (String, Report) {
    let mut report = Report::listing();
    let stripped = strip(text, &Options::default(), &mut report).into_owned();
    (stripped, report)
}

/// The lines of `text` in `range`, counted from 0, as the seed has them, ended by one newline.
fn lines(text: &str, range: std::ops::Range<usize>) -> String {
    let kept: Vec<&str> = text
        .split('\n')
        .skip(range.start)
        .take(range.len())
        .collect();
    kept.join("\n") + "\n"
}

#[test]
fn a_list_of_titles_and_a_comment_heading_go_from_seed_001() {
    let text = seed("001_5f661dda79ecf5f5");
    let (article, report) = stripped(&text);
    assert_eq!(article, lines(&text, 0..39));
    assert_eq!(report.changed(Stage::Strip, "related"), 11);
    assert_eq!(report.changed(Stage::Strip, "comments"), 1);
}

#[test]
fn breadcrumb_summaries_and_disclaimer_go_from_seed_003() {
    let text = seed("003_cf5b5f8bd93a98f0");
    let (article, report) = stripped(&text);
    assert_eq!(article, lines(&text, 2..29));
    assert_eq!(report.changed(Stage::Strip, "navigation.breadcrumb"), 1);
    assert_eq!(report.changed(Stage::Strip, "legal.disclaimer"), 1);
}

#[test]
fn fiction_and_disclaimer_go_from_seed_000_though_it_is_garbled() {
    let text = seed("000_a8b1a5e348e03b13");
    let count = text.lines().count();
    let (article, report) = stripped(&text);
    assert_eq!(article, lines(&text, 0..count - 4));
    assert_eq!(report.changed(Stage::Strip, "promotion.fiction"), 3);
}

#[test]
fn nothing_goes_from_seeds_002_and_004() {
    for name in ["002_4f5217800650164a", "004_7f7d073051da30e2"] {
        let text = seed(name);
        let (article, report) = stripped(&text);
        assert_eq!(article, text, "{name}");
        assert_eq!(report.tallies().count(), 0, "{name}");
    }
}
