//! What becomes of files, edit by edit: for a look at one kind of damage.

use anyhow::Result;
use zhnorm::repair::{Options, repair};
use zhnorm::report::{Action, Report};

/// Prints each edit and flag with its confidence.
pub fn run(paths: &[&str]) -> Result<()> {
    for path in paths {
        let text = std::fs::read_to_string(path)?;
        let mut report = Report::listing();
        let repaired = repair(&text, &Options::default(), &mut report);
        println!("== {path}");
        for change in report.changes() {
            let kind = if change.action == Action::Flag {
                "kept"
            } else {
                "edit"
            };
            println!(
                "{kind} {} {} {:?} -> {:?} {:.2} {:?}",
                change.line,
                change.rule,
                change.before,
                change.after,
                change.confidence.unwrap_or(-1.0),
                change.alternatives
            );
        }
        print!("{repaired}");
    }
    Ok(())
}
