//! `cargo xtask eval repair`: what the repair stage restores and what it leaves alone.

use anyhow::Result;
use zhnorm::repair::{Options, repair};
use zhnorm::report::Report;

use crate::corpora::{Share, documents, root, shared};

/// Prints the figures.
pub fn run() -> Result<()> {
    seeds()?;
    false_positives()
}

/// The two garbled seeds against what they must become.
fn seeds() -> Result<()> {
    for name in ["000_a8b1a5e348e03b13", "002_4f5217800650164a"] {
        let damaged = std::fs::read_to_string(root().join(format!("seeds/{name}.txt")))?;
        let gold = shared()?.join(format!("seeds-gold/{name}.repaired.txt"));
        let gold = std::fs::read_to_string(gold)?;
        let repaired = repair(&damaged, &Options::default(), &mut Report::counting());
        println!(
            "seed {name}: {}",
            if repaired == gold { "equal" } else { "differs" }
        );
        for (ours, theirs) in repaired.lines().zip(gold.lines()) {
            if ours != theirs {
                let (ours, theirs): (Vec<char>, Vec<char>) =
                    (ours.chars().collect(), theirs.chars().collect());
                let same = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
                let part = |text: &[char]| {
                    text.iter()
                        .skip(same.saturating_sub(8))
                        .take(32)
                        .collect::<String>()
                };
                println!("  {}\n  {}", part(&ours), part(&theirs));
            }
        }
    }
    Ok(())
}

/// Every line of the corpora that changes.
fn false_positives() -> Result<()> {
    for folder in ["hans", "hant", "negatives"] {
        let mut files: Vec<_> = std::fs::read_dir(shared()?.join("corpora").join(folder))?
            .collect::<std::io::Result<Vec<_>>>()?;
        files.sort_by_key(std::fs::DirEntry::file_name);
        for file in files {
            let name = format!("{folder}/{}", file.file_name().to_string_lossy());
            let texts = documents(&name, Share::All)?;
            let mut changes = Vec::new();
            for document in &texts {
                let mut report = Report::listing();
                repair(document, &Options::default(), &mut report);
                changes.extend(report.into_changes());
            }
            let (mut lines, mut line_changes) = (0, 0);
            for line in texts.iter().flat_map(|text| text.lines()) {
                let mut report = Report::listing();
                repair(line, &Options::default(), &mut report);
                lines += 1;
                line_changes += usize::from(report.is_changed());
                if changes.is_empty() {
                    changes.extend(report.into_changes());
                }
            }
            println!(
                "{name}: {} changes by document, {line_changes} of {lines} lines alone",
                changes.len()
            );
            for change in changes.iter().take(20) {
                println!(
                    "  {} {:?} -> {:?}",
                    change.rule, change.before, change.after
                );
            }
        }
    }
    Ok(())
}
