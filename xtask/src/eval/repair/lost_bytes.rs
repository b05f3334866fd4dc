//! `cargo xtask eval repair lost`: each byte that was lost when UTF-8 was read as GBK, and what became of
//! the character that it belonged to: right, wrong, left with a flag, left without a word.
//!
//! Two decoders: one writes `?` and swallows the ASCII behind the byte, the other writes U+FFFD and
//! swallows nothing. Two kinds of documents: Markdown and code of `../shared/zoo`, and held-back prose.
//! `tune` takes each second document, without it the others are measured.

use std::ops::Range;

use anyhow::Result;
use zhnorm::repair::{OnUncertain, Options, repair};
use zhnorm::report::{Action, Change, Report};

use crate::corpora::{Split, documents, zoo};
use crate::eval::mojibake::{Damaged, read_as_gbk};

/// Folders of documents with Markdown and code, of each so many files.
const FOLDERS: [&str; 16] = [
    "tutorials_md_javaguide",
    "tutorials_md_oiwiki",
    "recipes_md",
    "component_docs_md",
    "i18n_ts",
    "readmes",
    "docs_md_vue",
    "tutorials_md_ddia",
    "tutorials_md_es6",
    "tutorials_md_git_tw",
    "tutorials_md_csnotes",
    "zhihu_md",
    "weekly_md",
    "subs_srt_zh",
    "linux_command_md",
    "changelog_md",
];
const FILES: usize = 16;

/// Held-back prose, of each file so many documents of so many bytes.
const PROSE: [&str; 7] = [
    "hans/lctt_techtrans.txt",
    "hans/cctv_xinwenlianbo.txt",
    "hans/cmrc2018_wiki.txt",
    "hans/zhihu_answers.txt",
    "hans/novels_web_modern.txt",
    "hant/drcd_taiwan_wiki.txt",
    "hant/hk_hkcnews_archive.txt",
];
const DOCUMENTS: usize = 12;
const LONGEST: usize = 16_000;

/// Confidences from which a guess would be written.
const BARS: [f32; 7] = [0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/// Prints what became of the lost bytes.
pub fn run(tune: bool, verbose: bool) -> Result<()> {
    println!(
        "lost bytes of UTF-8 read as GBK, of {} documents",
        if tune {
            "the tuned half of"
        } else {
            "the other half of"
        }
    );
    for (kind, texts) in [("Markdown and code", markdown()?), ("prose", prose()?)] {
        let halves = texts.into_iter().enumerate();
        let texts: Vec<String> = halves
            .filter(|(index, _)| (index % 2 == 0) == tune)
            .map(|(_, text)| text)
            .collect();
        for (decoder, swallows) in [("?", true), ("U+FFFD", false)] {
            let mut tally = Tally::default();
            for text in &texts {
                tally.document(text, swallows, verbose);
            }
            tally.print(kind, decoder);
        }
    }
    Ok(())
}

fn markdown() -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for folder in FOLDERS {
        let texts_here = zoo(folder, FILES)?.into_iter();
        texts.extend(texts_here.map(|text| beginning(&text)));
    }
    Ok(texts)
}

fn prose() -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for name in PROSE {
        let all = documents(name, Split::HeldBack)?;
        let step = (all.len() / DOCUMENTS).max(1);
        for text in all.into_iter().step_by(step).take(DOCUMENTS) {
            texts.push(beginning(&text));
        }
    }
    Ok(texts)
}

/// The first lines of a text.
fn beginning(text: &str) -> String {
    let lines = text.split_inclusive('\n').scan(0, |length, line| {
        *length += line.len();
        (*length <= LONGEST).then_some(line)
    });
    lines.collect()
}

#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    right: usize,
    wrong: usize,
    flagged: usize,
    silent: usize,
}

/// What became of lost bytes.
#[derive(Default)]
struct Tally {
    all: Outcome,
    /// Ideographs, marks, all else.
    kinds: [Outcome; 3],
    /// Right and wrong guesses with the least confidence of [`BARS`], if all are written.
    bars: [[usize; 2]; BARS.len()],
    /// The character right, what was swallowed behind it not.
    only_swallowed: usize,
}

impl Tally {
    fn document(&mut self, original: &str, swallows: bool, verbose: bool) {
        let damaged = read_as_gbk(original.as_bytes(), swallows);
        let listed = |options: Options| {
            let mut report = Report::listing();
            repair(&damaged.text, &options, &mut report);
            report.changes().to_vec()
        };
        let changes = listed(Options::default());
        let best = listed(Options::default().with_on_uncertain(OnUncertain::Best));
        for lost in &damaged.lost {
            let touching =
                |change: &&Change| change.span.start < lost.end && lost.start < change.span.end;
            let kind = match damaged.character(original, lost) {
                '\u{4E00}'..='\u{9FFF}' => 0,
                '\u{3000}'..='\u{301F}' | '\u{FF00}'..='\u{FF5E}' | '\u{2010}'..='\u{2027}' => 1,
                _ => 2,
            };
            let outcome = &mut self.kinds[kind];
            let edit = changes.iter().filter(touching);
            // Where what is left of a character stays, what was swallowed may be written behind it.
            let mends = |change: &&Change| {
                change.action == Action::Edit && !change.after.starts_with(&change.before)
            };
            if let Some(edit) = edit.clone().find(mends) {
                let (is_right, is_whole) = damaged.is_right(original, edit, lost);
                self.only_swallowed += usize::from(is_right && !is_whole);
                outcome.right += usize::from(is_right);
                outcome.wrong += usize::from(!is_right);
                if verbose && is_right && !is_whole {
                    let place = damaged.original(&edit.span);
                    println!(
                        "  swallowed {:?}: {:?} in {:?}",
                        original.get(place.clone()).unwrap_or(""),
                        edit.after,
                        around(original, &place)
                    );
                }
                if verbose && !is_right {
                    let place = damaged.original(&edit.span);
                    let around = around(original, &place);
                    println!(
                        "  {:.2} {:?} not {:?} in {around:?}",
                        edit.confidence.unwrap_or(1.0),
                        edit.after,
                        original.get(place).unwrap_or("part of a character"),
                    );
                }
            } else if edit.clone().any(|change| change.action == Action::Flag) {
                outcome.flagged += 1;
            } else {
                outcome.silent += 1;
                if verbose {
                    let place = damaged.original(lost);
                    println!("  unsaid in {:?}", around(original, &place));
                }
            }
            let edits = best.iter().filter(|change| change.action == Action::Edit);
            if let Some(edit) = edits.clone().find(touching) {
                let confidence = edit.confidence.unwrap_or(1.0);
                let bar = BARS.iter().rposition(|bar| confidence >= *bar).unwrap_or(0);
                let (is_right, _) = damaged.is_right(original, edit, lost);
                self.bars[bar][usize::from(!is_right)] += 1;
            }
        }
        self.all = Outcome::default();
        for kind in self.kinds {
            self.all.right += kind.right;
            self.all.wrong += kind.wrong;
            self.all.flagged += kind.flagged;
            self.all.silent += kind.silent;
        }
    }

    fn print(&self, kind: &str, decoder: &str) {
        let percent = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
        for (name, outcome) in [
            ("all", self.all),
            ("ideographs", self.kinds[0]),
            ("marks", self.kinds[1]),
            ("others", self.kinds[2]),
        ] {
            let all = outcome.right + outcome.wrong + outcome.flagged + outcome.silent;
            println!(
                "{kind}, {decoder}, {name}: {all}, right {:.1} %, wrong {:.1}, flagged {:.1}, unsaid {:.1}",
                percent(outcome.right, all),
                percent(outcome.wrong, all),
                percent(outcome.flagged, all),
                percent(outcome.silent, all),
            );
        }
        println!(
            "  right, but what was swallowed is wrong: {}",
            self.only_swallowed
        );
        let lost = self.all.right + self.all.wrong + self.all.flagged + self.all.silent;
        let mut sums = [0, 0];
        for (bar, counts) in BARS.iter().zip(self.bars).rev() {
            sums[0] += counts[0];
            sums[1] += counts[1];
            println!(
                "  written from {bar:.1}: right {:.1} %, wrong {:.1}; between this and the next {} right, {} wrong",
                percent(sums[0], lost),
                percent(sums[1], lost),
                counts[0],
                counts[1]
            );
        }
    }
}

impl Damaged {
    /// The bytes of the original that a range of the damaged text was read from.
    fn original(&self, span: &Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let index = self.from.partition_point(|(here, _)| *here < at);
            self.from[index.min(self.from.len() - 1)].1
        };
        place(span.start)..place(span.end)
    }

    /// The character that a lost byte belongs to.
    fn character(&self, original: &str, lost: &Range<usize>) -> char {
        let mut at = self.original(lost).start;
        while !original.is_char_boundary(at) {
            at -= 1;
        }
        original[at..].chars().next().unwrap_or('\0')
    }

    /// Whether an edit writes the character that the lost byte belongs to, and whether all that it
    /// writes is right.
    fn is_right(&self, original: &str, edit: &Change, lost: &Range<usize>) -> (bool, bool) {
        let place = self.original(&edit.span);
        let Some(wanted) = original.get(place.clone()) else {
            return (false, false);
        };
        if wanted == edit.after {
            return (true, true);
        }
        // The same place in what was written.
        let at = self.original(lost).start;
        let before = |text: &str| text.chars().count();
        let mut start = at;
        while !original.is_char_boundary(start) {
            start -= 1;
        }
        let index = before(original.get(place.start..start).unwrap_or_default());
        let written = edit.after.chars().nth(index);
        (written == original[start..].chars().next(), false)
    }
}

/// A place with some characters on both sides.
fn around(text: &str, place: &Range<usize>) -> String {
    const REACH: usize = 30;
    let mut start = place.start.saturating_sub(REACH);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (place.end + REACH).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    text[start..end].to_owned()
}
