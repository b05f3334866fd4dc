//! UTF-8 documents of Markdown and code that a decoder of GBK read which leaves `?` for a byte that
//! it cannot read, and swallows the ASCII character behind it.

use std::collections::HashMap;

use anyhow::Result;
use zhnorm::repair::{Options, repair};
use zhnorm::report::{Action, Report};

use crate::corpora::zoo;
use crate::eval::mojibake::swallowing;
use crate::measure::processor_seconds;

/// Folders of healthy documents, of each of which this many are read at most.
const FOLDERS: [&str; 5] = [
    "tutorials_md_javaguide",
    "tutorials_md_oiwiki",
    "recipes_md",
    "component_docs_md",
    "i18n_ts",
];
const FILES: usize = 24;

/// Prints what came back.
pub fn run(verbose: bool) -> Result<()> {
    let (mut lines, mut exact, mut kept) = (0usize, 0usize, 0usize);
    let (mut edits, mut bytes, mut seconds) = (0usize, 0usize, 0.0);
    let marks = ['"', '*', ')', ' ', '\n', '<', ',', '\''];
    let mut lost: HashMap<char, [i64; 2]> = HashMap::new();
    for folder in FOLDERS {
        for text in zoo(folder, FILES)? {
            let damaged = swallowing(text.as_bytes());
            let mut report = Report::listing();
            let start = processor_seconds();
            let found = repair(&damaged, &Options::default(), &mut report);
            seconds += processor_seconds() - start;
            bytes += damaged.len();
            edits += report
                .changes()
                .iter()
                .filter(|change| change.action == Action::Edit)
                .count();
            let count = |text: &str, mark: char| text.matches(mark).count() as i64;
            for mark in marks {
                let sums = lost.entry(mark).or_default();
                sums[0] += count(&text, mark) - count(&damaged, mark);
                sums[1] += count(&found, mark) - count(&damaged, mark);
            }
            // Lines that hold Chinese, by what they say.
            let mut ours: HashMap<&str, usize> = HashMap::new();
            for line in found.lines() {
                *ours.entry(line).or_default() += 1;
            }
            for line in text.lines().filter(|line| !line.is_ascii()) {
                lines += 1;
                match ours.get_mut(line) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        exact += 1;
                    }
                    _ => {
                        kept += usize::from(found.lines().any(|other| other == line));
                        if verbose {
                            println!("  {line}");
                        }
                    }
                }
            }
        }
    }
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    println!(
        "UTF-8 as GBK with swallowed bytes: {:.1} % of {lines} lines exact, {edits} edits, {:.2} MB/s",
        percent(exact + kept, lines),
        bytes as f64 / 1e6 / seconds
    );
    for mark in marks {
        let [gone, back] = lost.get(&mark).copied().unwrap_or_default();
        println!("  {mark:?} swallowed {gone}, written again {back}");
    }
    Ok(())
}
