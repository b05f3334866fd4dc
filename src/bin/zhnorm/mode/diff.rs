//! `--diff`: shows what would change.

use std::fmt::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};
use zhnorm::decode::Encoding;

use super::{Mode, Settled, Work};
use crate::document;
use crate::escape;
use crate::fault::Fault;
use crate::record::Fate;

/// After this long a diff is finished with less care for being the shortest one: two texts of a
/// hundred thousand lines that differ in every line would keep it busy for minutes.
const PATIENCE: Duration = Duration::from_secs(2);

/// Prints unified diffs: of the texts, whatever encoding the file is in. What a terminal would
/// obey is escaped when the diff is coloured, and left as it is in a patch.
pub struct Differ {
    /// For a terminal.
    pub colored: bool,
}

impl Mode for Differ {
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        if !work.is_changed() {
            return Ok(Settled::quietly(Fate::Unchanged));
        }
        let old = document::decoded(work.old, work.normalizer);
        let new = match work.input.scope.profile.output {
            Some(output) => document::text_of(&work.new, output.encoding),
            None => String::from_utf8_lossy(&work.new),
        };
        let name = escape::path(work.input.shown());
        // A file may change in nothing but its encoding; a tab ends the name for `patch`.
        let old_name = match work.facts.map(|facts| facts.encoding) {
            Some(encoding) if encoding != Encoding::UTF_8 => format!("{name}\t({encoding})"),
            _ => name.clone(),
        };
        Ok(Settled {
            text: self.unified([&old_name, &name], &old, &new).into_bytes(),
            ..Settled::quietly(Fate::WouldChange)
        })
    }
}

impl Differ {
    fn unified(&self, names: [&str; 2], old: &str, new: &str) -> String {
        let mut shown = String::new();
        let bold = if self.colored {
            Style::new().bold()
        } else {
            Style::new()
        };
        for (sign, name) in [("---", names[0]), ("+++", names[1])] {
            let _ = writeln!(shown, "{bold}{sign} {name}{bold:#}");
        }
        let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
        for hunk in diff.unified_diff().iter_hunks() {
            let header = hunk.header().to_string();
            self.line(&mut shown, AnsiColor::Cyan.on_default(), "", &header);
            for change in hunk.iter_changes() {
                let (style, sign) = match change.tag() {
                    ChangeTag::Delete => (AnsiColor::Red.on_default(), "-"),
                    ChangeTag::Insert => (AnsiColor::Green.on_default(), "+"),
                    ChangeTag::Equal => (Style::new(), " "),
                };
                let line = change.value();
                let (line, ended) = match line.strip_suffix('\n') {
                    Some(line) => (line, true),
                    None => (line, false),
                };
                self.line(&mut shown, style, sign, line);
                if !ended {
                    shown.push_str("\\ No newline at end of file\n");
                }
            }
        }
        shown
    }

    fn line(&self, shown: &mut String, style: Style, sign: &str, line: &str) {
        if self.colored {
            let line = escape::visible(line);
            let _ = writeln!(shown, "{style}{sign}{line}{style:#}");
        } else {
            shown.push_str(sign);
            shown.push_str(line);
            shown.push('\n');
        }
    }
}
