//! Fragments of real damaged pages: `../shared/cases/repair/wild.tsv`.

use anyhow::Result;
use zhnorm::repair::{Options, repair};
use zhnorm::report::{Action, Report};

use crate::corpora::shared;

/// Prints which fragments are restored, which are not, and which are kept with a flag or without.
pub fn run() -> Result<()> {
    let cases = std::fs::read_to_string(shared()?.join("cases/repair/wild.tsv"))?;
    let (mut all, mut right, mut flagged, mut silent) = (0, 0, 0, 0);
    for row in cases.lines().skip(1) {
        let mut columns = row.split('\t');
        let (Some(damaged), Some(wanted), Some(kind)) =
            (columns.next(), columns.next(), columns.next())
        else {
            continue;
        };
        let damaged = if kind.contains("escape") {
            damaged.to_owned()
        } else {
            damaged.replace("\\n", "\n")
        };
        let mut report = Report::listing();
        let found = repair(&damaged, &Options::default(), &mut report);
        let shown = found.replace('\n', "\\n");
        let stays = wanted.starts_with("unchanged") || wanted.starts_with("flag only");
        let is_right = shown == wanted || stays && *found == damaged;
        all += 1;
        right += usize::from(is_right);
        let is_told = (report.changes().iter()).any(|change| change.action == Action::Flag);
        flagged += usize::from(!is_right && is_told);
        silent += usize::from(!is_right && !is_told && *found == damaged);
        if !is_right {
            println!("  {kind}: {shown}\n    wanted {wanted}");
        }
    }
    let wrong = all - right - flagged - silent;
    println!(
        "real fragments: right {right} of {all}, in part or whole kept with a flag {flagged}, \
         kept without one {silent}, wrong {wrong}"
    );
    Ok(())
}
