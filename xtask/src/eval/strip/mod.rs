//! `cargo xtask eval strip`: how much of the frame goes and how much of the article stays, on the
//! labelled pages of `../shared/strip`; what is lost of the books, laws and encyclopaedias of
//! `../shared/corpora`; how fast the stage is where nothing is dropped.

mod baselines;
mod html;
mod metadata;
mod probe;
mod speed;
mod untouched;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use zhnorm::report::{Action, Report};
use zhnorm::strip::{self, Options};

use crate::corpora;

/// Lines before the article and after it that count as near.
const NEAR: (usize, usize) = (6, 20);

/// The halves of the sites.
const HALVES: [&str; 2] = ["tuning half", "held-out half"];

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

    /// The half of the sites to which the page belongs. Rules and thresholds are tuned on the first
    /// one only. A hash of the host decides, so that the pages of a site are in one half.
    fn half(&self) -> &'static str {
        let hash = self.host.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3_u64)
        });
        HALVES[usize::from(hash >> 32 & 1 == 1)]
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

/// The labelled pages as texts.
pub fn texts() -> Result<Vec<String>> {
    Ok(pages()?.iter().map(Page::text).collect())
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
        let (drop, keep) = self.row_parts();
        format!("{drop} | {keep}")
    }

    /// Precision and recall of what is dropped and of what is kept.
    fn row_parts(&self) -> (String, String) {
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
        let drop = format!(
            "{} / {} ({} of {}, {} wrong)",
            percent(self.dropped, all),
            percent(self.dropped, self.frame),
            self.dropped,
            self.frame,
            self.dropped_wrongly,
        );
        let keep = format!(
            "{keep_precision} / {} / {f:5.2}",
            percent(self.kept_chars, self.article_chars),
        );
        (drop, keep)
    }
}

/// Which rule dropped each line of a page, by number from 0.
fn dropped(text: &str, options: &Options) -> (BTreeMap<usize, String>, bool, String) {
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
    let kind = report.document_kind().map(|kind| kind.to_string());
    (dropped, whole, kind.unwrap_or_default())
}

/// The command; words after `strip` are `wrong` (list article lines dropped), `missed` (list
/// frame lines kept near the article), `host=NAME`, `half=tuning|held-out` (sites of one half),
/// `html` (web pages, nothing else; `broken=FOLDER` writes those that lose much, `write=FOLDER` and `beside=FOLDER` compare with other programs), `metadata` (what pages say of themselves, nothing else), `probe` (single lines of furniture), `baselines`, `corpora` (text that must stay), `speed` (`corpus=NAME` for one corpus).
pub fn run(words: &[&str]) -> Result<()> {
    if words.contains(&"metadata") {
        return metadata::run(words);
    }
    let pages = pages()?;
    let half = words.iter().find_map(|word| word.strip_prefix("half="));
    let only = words.iter().find_map(|word| word.strip_prefix("host="));
    let wanted = |page: &&Page| {
        half.is_none_or(|half| page.half().starts_with(half))
            && only.is_none_or(|host| page.host == host)
    };
    let pages: Vec<&Page> = pages.iter().filter(wanted).collect();
    if words.is_empty() || words.contains(&"baselines") {
        baselines::run(&pages);
    }
    let default = Options::default();
    if words.contains(&"html") {
        return html::run(&pages, &default, words);
    }
    let all = Options::default()
        .with_dropped("metadata")?
        .with_dropped("credits")?;
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
    measure_with_evidence("default set", &pages, &default, words);
    measure_with_evidence("with metadata and credits", &pages, &all, &[]);
    if words.is_empty() || words.contains(&"probe") {
        probe::run(&default, words)?;
    }
    if words.is_empty() || words.contains(&"corpora") {
        untouched::run(&default)?;
    }
    if words.is_empty() || words.contains(&"speed") {
        let only = words.iter().find_map(|word| word.strip_prefix("corpus="));
        speed::run(&default, only)?;
    }
    Ok(())
}

/// A set of rules with what the pages of each host have in common: over all sites, and over those
/// with so many pages or more, because a page that is alone recurs nowhere.
fn measure_with_evidence(set: &str, pages: &[&Page], options: &Options, words: &[&str]) {
    let mut builder = strip::EvidenceBuilder::default();
    let mut of_host: BTreeMap<&str, usize> = BTreeMap::new();
    for page in pages {
        builder.observe(&page.host, &page.text());
        *of_host.entry(&page.host).or_default() += 1;
    }
    let evidence = builder.finish();
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter_map(|word| word.strip_prefix("evidence-"))
        .collect();
    let with = |page: &Page| options.clone().with_evidence(evidence.of_group(&page.host));
    let name = format!("{set} with corpus evidence");
    measure_each(&name, pages, &with, &words);
    println!(
        "\n| {name}, near, sites with | sites | pages | share of all frame | drop P / R | keep P / R / F |\n|---|---|---|---|---|---|"
    );
    let mut all = 0;
    for least in [1, 2, 3, 5] {
        let mut score = Score::default();
        let mut counted = 0;
        for page in pages
            .iter()
            .filter(|page| of_host[page.host.as_str()] >= least)
        {
            let (gone, ..) = dropped(&page.text(), &with(page));
            counted += 1;
            for number in page.near() {
                let (label, line) = &page.lines[number];
                score.add(*label, line.chars().count(), gone.contains_key(&number));
            }
        }
        all = all.max(score.frame);
        let sites = of_host.values().filter(|pages| **pages >= least).count();
        let (drop, keep) = score.row_parts();
        println!(
            "| {least} page{} or more | {sites} | {counted} | {:.1} % | {drop} | {keep} |",
            if least == 1 { "" } else { "s" },
            100.0 * score.frame as f64 / all.max(1) as f64
        );
    }
}

fn measure(name: &str, pages: &[&Page], options: &Options, words: &[&str]) {
    measure_each(name, pages, &|_| options.clone(), words);
}

fn measure_each(name: &str, pages: &[&Page], options: &dyn Fn(&Page) -> Options, words: &[&str]) {
    let mut near: BTreeMap<&str, Score> = BTreeMap::new();
    let mut full: BTreeMap<&str, Score> = BTreeMap::new();
    let mut rules: BTreeMap<String, [(usize, usize); 2]> = BTreeMap::new();
    let mut left_whole = 0;
    for page in pages {
        let (gone, whole, kind) = dropped(&page.text(), &options(page));
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
            for key in ["all", script, page.half()] {
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
                println!("MISSED {} {kind} {number} {line}", page.file);
            }
        }
    }
    println!(
        "\n## {name}: drop P / R of lines | keep P / R / F of characters ({} pages, {left_whole} left whole)",
        pages.len()
    );
    for (key, score) in &near {
        println!("near {key:13} {}", score.row());
    }
    for (key, score) in &full {
        println!("full {key:13} {}", score.row());
    }
    if name.starts_with("default set") {
        let frame = |key| near.get(key).map_or(0, |score| score.frame);
        table(&rules, [frame("simplified"), frame("traditional")]);
    }
}

/// Prints each family with its rules: of the lines that it drops near the article how many are
/// frame, and how much of all frame they are.
fn table(rules: &BTreeMap<String, [(usize, usize); 2]>, frame: [usize; 2]) {
    println!(
        "\n| family, rule | simplified: P / R (lines, wrong) | traditional: P / R (lines, wrong) |\n|---|---|---|"
    );
    let cell = |(right, wrong): (usize, usize), frame: usize| {
        let of = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        if right + wrong == 0 {
            return "-".to_owned();
        }
        format!(
            "{:.2} / {:.1} ({right}, {wrong})",
            of(right, right + wrong),
            of(right, frame)
        )
    };
    let mut families: BTreeMap<&str, [(usize, usize); 2]> = BTreeMap::new();
    for (rule, counts) in rules {
        let family = rule.split('.').next().unwrap_or(rule);
        for (sum, count) in families.entry(family).or_default().iter_mut().zip(counts) {
            sum.0 += count.0;
            sum.1 += count.1;
        }
    }
    for (family, sums) in families {
        let row = |name: &str, counts: &[(usize, usize); 2]| {
            println!(
                "| {name} | {} | {} |",
                cell(counts[0], frame[0]),
                cell(counts[1], frame[1])
            );
        };
        row(&format!("**{family}**"), &sums);
        for (rule, counts) in rules {
            if rule.split('.').next() == Some(family) && rule != family {
                row(rule, counts);
            }
        }
    }
}
