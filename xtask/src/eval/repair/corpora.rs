//! Every line of the healthy corpora that changes.

use anyhow::Result;
use zhnorm::repair::{Options, repair};
use zhnorm::report::Report;

use crate::corpora::{Split, documents, names};

/// Prints the changes of each file, document by document and line by line.
pub fn run() -> Result<()> {
    for name in names()? {
        let texts = documents(&name, Split::All)?;
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
            if report.is_changed() {
                line_changes += 1;
                changes.extend(report.into_changes());
            }
        }
        let pinyin = changes
            .iter()
            .filter(|change| change.rule.starts_with("pinyin"))
            .count();
        println!(
            "{name}: {} changes and flags by document and line, {pinyin} of them the pinyin \
             garble's; {line_changes} of {lines} lines alone change",
            changes.len()
        );
        let others = changes.iter().filter(|change| !is_folding(&change.rule));
        for change in others.take(20) {
            println!(
                "  {} {:?} -> {:?}",
                change.rule, change.before, change.after
            );
        }
    }
    Ok(())
}

/// Whether a rule gives a private-use or compatibility character its own: `eval healthy` lists
/// those.
fn is_folding(rule: &str) -> bool {
    rule.starts_with("unicode.")
}
