//! `cargo xtask eval variety` and `eval mapped`: how often the variety is right, and what a
//! character-by-character mapping loses.
//!
//! Measured on the held-back share, which no table was trained on; the corpora in which nothing
//! is trained are read whole.

use std::collections::BTreeMap;
use zhnorm_lang::boundary;
use zhnorm_lang::characters::is_han;

use anyhow::Result;
use zhnorm::convert::{Options, Provenance, Region, Script, Target, Variety, convert, detect};
use zhnorm::internals::map_back;
use zhnorm::report::Report;

use crate::corpora::{Split, documents};
use crate::measure::processor_seconds;
use crate::opencc::Package;
use crate::tables::variety::region::Mappings;
use crate::tables::variety::{HANS, HONG_KONG, TAIWAN, UNSEEN_HANS};

/// Characters in a piece.
const SIZES: [usize; 4] = [20, 50, 200, 1000];

/// The varieties that a table has columns for.
const COLUMNS: [Variety; 8] = [
    Variety::Hans,
    Variety::Hant,
    Variety::HantTw,
    Variety::HantHk,
    Variety::CantoneseHans,
    Variety::CantoneseHant,
    Variety::Japanese,
    Variety::Unknown,
];

/// How often each variety was found.
type Found = BTreeMap<Variety, usize>;

/// Cuts documents into pieces of so many characters. What is left at a document's end is no
/// piece, nor is one in which less than a fifth of the characters are Chinese or kana: there is
/// nothing to tell.
fn pieces(documents: &[String], size: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    for document in documents {
        let characters: Vec<char> = document.chars().collect();
        for piece in characters.chunks_exact(size) {
            let telling = piece
                .iter()
                .filter(|character| is_han(**character) || matches!(character, 'ぁ'..='ヺ'))
                .count();
            if telling * 5 >= size {
                pieces.push(piece.iter().collect());
            }
        }
    }
    pieces
}

fn found(pieces: &[String]) -> Found {
    let mut found = Found::new();
    for piece in pieces {
        *found.entry(detect(piece)).or_default() += 1;
    }
    found
}

fn percent(part: usize, of: usize) -> f64 {
    part as f64 * 100.0 / of.max(1) as f64
}

/// Prints every table.
pub fn variety() -> Result<()> {
    let mappings = Mappings::load(&Package::open()?)?;
    script_table()?;
    confusion_table(&mappings)?;
    negatives()?;
    twice()?;
    speed()
}

/// Simplified or traditional, per corpus and size.
fn script_table() -> Result<()> {
    println!("Script: right %, (wrong, undecided) of pieces");
    println!("| corpus | 20 characters | 50 | 200 | 1,000 |\n|---|---|---|---|---|");
    let mut totals: BTreeMap<(Script, usize), [usize; 3]> = BTreeMap::new();
    let unseen = UNSEEN_HANS.map(|name| (name, Split::All, Script::Hans));
    let hans = HANS.map(|name| (name, Split::HeldBack, Script::Hans));
    let taiwan = TAIWAN.map(|name| (name, Split::HeldBack, Script::Hant));
    let hong_kong = HONG_KONG.map(|name| (name, Split::HeldBack, Script::Hant));
    for (name, share, truth) in unseen
        .into_iter()
        .chain(hans)
        .chain(taiwan)
        .chain(hong_kong)
    {
        let documents = documents(name, share)?;
        let mut row = format!("| {name} ");
        for size in SIZES {
            let mut counts = [0; 3];
            if std::env::var_os("EXAMPLES").is_some() && size == 50 {
                for piece in pieces(&documents, size) {
                    if detect(&piece).script() != Some(truth) {
                        println!("{:?} {}", detect(&piece), piece.replace('\n', "/"));
                    }
                }
            }
            for (variety, times) in found(&pieces(&documents, size)) {
                counts[match variety.script() {
                    Some(script) if script == truth => 0,
                    Some(_) => 1,
                    None => 2,
                }] += times;
            }
            row += &cell(counts);
            for (total, count) in totals
                .entry((truth, size))
                .or_default()
                .iter_mut()
                .zip(counts)
            {
                *total += count;
            }
        }
        println!("{row}|");
    }
    for truth in [Script::Hans, Script::Hant] {
        let mut row = format!("| all {truth:?} ");
        for size in SIZES {
            row += &cell(totals[&(truth, size)]);
        }
        println!("{row}|");
    }
    Ok(())
}

fn cell([right, wrong, undecided]: [usize; 3]) -> String {
    format!(
        "| {:.2} ({wrong}, {undecided} of {}) ",
        percent(right, right + wrong + undecided),
        right + wrong + undecided
    )
}

/// Taiwan, Hong Kong and the converted mainland against what was found.
fn confusion_table(mappings: &Mappings) -> Result<()> {
    let read = |names: &[&str]| -> Result<Vec<Vec<String>>> {
        names
            .iter()
            .map(|name| documents(name, Split::HeldBack))
            .collect()
    };
    let mainland = read(&HANS)?;
    let look = |look: &dyn Fn(&str) -> String| -> Vec<Vec<String>> {
        mainland
            .iter()
            .map(|documents| documents.iter().map(|text| look(text)).collect())
            .collect()
    };
    let rows = [
        ("Taiwan", read(&TAIWAN)?),
        ("Hong Kong", read(&HONG_KONG)?),
        (
            "mainland, OpenCC's standard",
            look(&|text| mappings.standard(text)),
        ),
        (
            "mainland, scraper's mapping",
            look(&|text| mappings.scraper(text)),
        ),
    ];
    println!("\nRegion: % found; each corpus has the same weight");
    print!("| text from | characters ");
    for column in COLUMNS {
        print!("| {} ", column.tag());
    }
    println!("|\n|{}", "---|".repeat(COLUMNS.len() + 2));
    for (name, corpora) in &rows {
        for size in SIZES {
            let mut shares = BTreeMap::new();
            let corpora: Vec<Vec<String>> = corpora
                .iter()
                .map(|documents| pieces(documents, size))
                .filter(|pieces| !pieces.is_empty())
                .collect();
            for pieces in &corpora {
                for (variety, times) in found(pieces) {
                    *shares.entry(variety).or_insert(0.0) +=
                        percent(times, pieces.len()) / corpora.len() as f64;
                }
            }
            print!("| {name} | {size} ");
            for column in COLUMNS {
                print!("| {:.1} ", shares.get(&column).unwrap_or(&0.0));
            }
            println!("|");
        }
    }
    for name in TAIWAN {
        let pieces = pieces(&documents(name, Split::HeldBack)?, 200);
        let found = found(&pieces);
        let share = |variety| percent(found.get(&variety).copied().unwrap_or(0), pieces.len());
        println!(
            "{name}, 200 characters: TW {:.1}, HK {:.1}, none {:.1} of {}",
            share(Variety::HantTw),
            share(Variety::HantHk),
            share(Variety::Hant),
            pieces.len()
        );
    }
    Ok(())
}

/// Japanese and Cantonese, and Chinese that was taken for either.
fn negatives() -> Result<()> {
    println!("\nCantonese and Japanese: % found");
    println!("| corpus | found as | 20 characters | 50 | 200 | 1,000 |\n|---|---|---|---|---|---|");
    let rows = [
        ("negatives/ja_news.txt", Split::All),
        ("negatives/yue_lihkg.txt", Split::All),
    ]
    .into_iter()
    .chain(
        HANS.iter()
            .chain(&TAIWAN)
            .chain(&HONG_KONG)
            .map(|name| (*name, Split::HeldBack)),
    );
    for (name, share) in rows {
        let documents = documents(name, share)?;
        let by_size: Vec<(usize, Found)> = SIZES
            .iter()
            .map(|size| {
                let pieces = pieces(&documents, *size);
                (pieces.len(), found(&pieces))
            })
            .collect();
        for column in [
            Variety::Japanese,
            Variety::CantoneseHans,
            Variety::CantoneseHant,
        ] {
            if by_size
                .iter()
                .all(|(_, found)| !found.contains_key(&column))
            {
                continue;
            }
            print!("| {name} | {} ", column.tag());
            for (total, found) in &by_size {
                print!(
                    "| {:.2} ",
                    percent(found.get(&column).copied().unwrap_or(0), *total)
                );
            }
            println!("|");
        }
    }
    Ok(())
}

/// Simplified documents converted for a region: what they are then found to be, and whether
/// converting once more for the same region changes anything.
fn twice() -> Result<()> {
    println!(
        "\nConverted for a region: found, and changed by converting once more, % of documents"
    );
    println!("| corpus | target | documents | region | none | other | changed again |");
    println!("|---|---|---|---|---|---|---|");
    for name in HANS {
        let documents = documents(name, Split::HeldBack)?;
        for region in [Region::TW, Region::HK] {
            let target = Target::Region(region);
            let once = |text: &str| -> String {
                let plan = target.plan(detect(text), Provenance::Written);
                convert(text, &plan, &Options::default(), &mut Report::counting()).into_owned()
            };
            let (mut right, mut none, mut changed) = (0, 0, 0);
            let mut examples = Vec::new();
            for document in &documents {
                let converted = once(document);
                let variety = detect(&converted);
                right += usize::from(variety.region() == Some(region));
                none += usize::from(variety == Variety::Hant);
                let again = once(&converted);
                if again != converted {
                    changed += 1;
                    let place = again
                        .chars()
                        .zip(converted.chars())
                        .position(|(a, b)| a != b);
                    let start = place.unwrap_or(0).saturating_sub(4);
                    let cut = |text: &str| text.chars().skip(start).take(9).collect::<String>();
                    examples.push(format!(
                        "{} {}>{}",
                        variety.tag(),
                        cut(&converted),
                        cut(&again)
                    ));
                }
            }
            let all = documents.len();
            println!(
                "| {name} | {target} | {all} | {:.1} | {:.1} | {:.1} | {:.1} |",
                percent(right, all),
                percent(none, all),
                percent(all - right - none, all),
                percent(changed, all)
            );
            if std::env::var_os("EXAMPLES").is_some() {
                println!("{}", examples.join(" | ").replace('\n', "/"));
            }
        }
    }
    Ok(())
}

/// What detection costs per document.
fn speed() -> Result<()> {
    println!("\nCost, processor time of one thread");
    for name in ["hans/cctv_xinwenlianbo.txt", "hant/tw_taiwan_md.txt"] {
        let text = documents(name, Split::All)?.join("\n\n");
        for bytes in [2_000, 6_000, 30_000, text.len()] {
            let parts: Vec<&str> = split(&text, bytes);
            // The clock ticks in milliseconds.
            let rounds = parts.len().max(500);
            let mut best = f64::MAX;
            for _ in 0..5 {
                let start = processor_seconds();
                for part in parts.iter().cycle().take(rounds) {
                    std::hint::black_box(detect(std::hint::black_box(part)));
                }
                best = best.min(processor_seconds() - start);
            }
            println!(
                "{name}, {bytes} bytes each: {:.1} us a document, {:.0} MB/s",
                best * 1e6 / rounds as f64,
                (bytes * rounds) as f64 / best / 1e6
            );
        }
    }
    Ok(())
}

/// Cuts a text into parts of about so many bytes.
fn split(mut text: &str, bytes: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    while !text.is_empty() {
        let end = boundary::ceil(text, bytes);
        let (part, rest) = text.split_at(end);
        parts.push(part);
        text = rest;
    }
    parts
}

/// Maps simplified text as scrapers do and back, and counts the characters that differ.
pub fn mapped() -> Result<()> {
    let mappings = Mappings::load(&Package::open()?)?;
    println!("Mapped by a scraper and back: characters that differ");
    println!(
        "| corpus | characters | 着 or 著 | of them wrong | others wrong |\n|---|---|---|---|---|"
    );
    for name in HANS.iter().chain(&UNSEEN_HANS) {
        let (mut characters, mut zhu, mut zhu_wrong, mut others) = (0, 0, 0, 0);
        let mut examples: BTreeMap<String, usize> = BTreeMap::new();
        for document in documents(name, Split::All)? {
            // What is traditional already in the simplified document cannot come back.
            let document = mappings.simplified(&document);
            let mapped = mappings.scraper(&document);
            let back = map_back(&mapped, &mut Report::counting()).into_owned();
            let before: Vec<char> = document.chars().collect();
            for (index, (is, was)) in back.chars().zip(&before).enumerate() {
                characters += usize::from(is_han(*was));
                let of_zhu = matches!(was, '着' | '著');
                zhu += usize::from(of_zhu);
                if is != *was {
                    *(if of_zhu { &mut zhu_wrong } else { &mut others }) += 1;
                    let place = &before[index.saturating_sub(2)..(index + 3).min(before.len())];
                    let place: String = place.iter().collect();
                    *examples.entry(format!("{place} {was}>{is}")).or_default() += 1;
                }
            }
        }
        println!("| {name} | {characters} | {zhu} | {zhu_wrong} | {others} |");
        let mut examples: Vec<_> = examples.into_iter().collect();
        examples.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        if std::env::var_os("EXAMPLES").is_some() {
            for (place, times) in examples.iter().take(60) {
                print!("{times} {} | ", place.replace('\n', " "));
            }
            println!();
        }
    }
    Ok(())
}
