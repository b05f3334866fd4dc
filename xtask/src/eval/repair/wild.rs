//! Fragments of real damaged pages: `../shared/cases/repair/wild.tsv`.

use anyhow::Result;
use zhnorm::repair::{Options, repair};
use zhnorm::report::Report;

use crate::corpora::shared;

/// Prints which fragments are restored, and which are not.
pub fn run() -> Result<()> {
    let cases = std::fs::read_to_string(shared()?.join("cases/repair/wild.tsv"))?;
    let (mut all, mut right) = (0, 0);
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
        let found = repair(&damaged, &Options::default(), &mut Report::counting());
        let shown = found.replace('\n', "\\n");
        let stays = wanted.starts_with("unchanged") || wanted.starts_with("flag only");
        let is_right = shown == wanted || stays && *found == damaged;
        all += 1;
        right += usize::from(is_right);
        if !is_right {
            println!("  {kind}: {shown}\n    wanted {wanted}");
        }
    }
    println!("real fragments: {right} of {all}");
    Ok(())
}
