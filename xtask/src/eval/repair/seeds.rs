//! The two garbled seeds against what they must become.

use anyhow::Result;
use zhnorm::repair::{Options, repair};
use zhnorm::report::Report;

use crate::corpora::{root, shared};

const SEEDS: [&str; 2] = ["000_a8b1a5e348e03b13", "002_4f5217800650164a"];

/// Prints whether each is restored, the places that were not certain, and each difference.
pub fn run() -> Result<()> {
    for name in SEEDS {
        let damaged = std::fs::read_to_string(root().join(format!("seeds/{name}.txt")))?;
        let wanted = shared()?.join(format!("seeds-gold/{name}.repaired.txt"));
        let wanted = std::fs::read_to_string(wanted)?;
        let mut report = Report::listing();
        let repaired = repair(&damaged, &Options::default(), &mut report);
        super::tell_doubtful(report.changes(), 0.9);
        println!(
            "seed {name}: {}",
            if repaired == wanted {
                "equal"
            } else {
                "differs"
            }
        );
        for (ours, theirs) in repaired.lines().zip(wanted.lines()) {
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
