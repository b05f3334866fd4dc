//! `--diff`: shows what would change.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::ops::Range;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, DiffOp, TextDiff};
use zhnorm::decode::Encoding;

use super::{End, Job, Mode, Part, Receiver, Settled, Work};
use crate::document;
use crate::escape;
use crate::fault::Fault;
use crate::input::Input;
use crate::record::{Facts, FileStatus};

/// After this long a diff is finished with less care for being the shortest one: two texts of a
/// hundred thousand lines that differ in every line would take minutes.
const PATIENCE: Duration = Duration::from_secs(2);

/// Lines that are shown around what changes.
const CONTEXT: usize = 3;

/// The byte order mark, as bytes and as text.
const BOM: (&[u8], &str) = (b"\xef\xbb\xbf", "\u{feff}");

/// Prints unified diffs of the texts, whatever encoding the file is in. What a terminal would
/// obey is escaped on a terminal, and left as it is in a patch.
pub(super) struct Differ {
    colored: bool,
    escaped: bool,
}

impl Mode for Differ {
    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        if !work.is_changed() {
            return Ok(Settled::quietly(FileStatus::Unchanged));
        }
        if work.old.starts_with(b"PK\x03\x04") {
            let name = escape::path(work.input.shown());
            return Ok(Settled {
                text: format!("Binary files {name} and {name} differ\n").into_bytes(),
                ..Settled::quietly(FileStatus::WouldChange)
            });
        }
        let mut old = document::decoded(work.old, work.normalizer);
        // Decoding drops the mark; a patch has to match the file.
        if work.old.starts_with(BOM.0) && !old.starts_with(BOM.1) {
            old = Cow::Owned(format!("{}{old}", BOM.1));
        }
        let new = match work.input.scope.profile.output {
            Some(output) => document::text_of(&work.new, output.encoding),
            None => String::from_utf8_lossy(&work.new),
        };
        let mut text = self.names(work.input, work.facts.as_ref());
        text.push_str(&self.unified(&old, &new, [0, 0], CONTEXT));
        Ok(Settled {
            text: text.into_bytes(),
            ..Settled::quietly(FileStatus::WouldChange)
        })
    }

    fn receive<'m>(&'m self, job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        Ok(Box::new(Differing {
            differ: self,
            names: Some(self.names(job.input, Some(&job.facts))),
            before: [0, 0],
        }))
    }
}

/// A large file that is being compared, part by part. Its hunks have no context: at the end of a
/// part there is none, and `patch` takes a hunk with less context after it than before it for the
/// end of the file.
struct Differing<'m> {
    differ: &'m Differ,
    /// The lines before the first hunk.
    names: Option<String>,
    /// Lines of the old and the new text before the next part.
    before: [usize; 2],
}

impl Receiver for Differing<'_> {
    fn take(&mut self, part: &Part<'_>) -> Result<Vec<u8>, Fault> {
        let mut text = String::new();
        if part.old != part.new {
            text = self.names.take().unwrap_or_default();
            text.push_str(&self.differ.unified(part.old, part.new, self.before, 0));
        }
        for (before, text) in self.before.iter_mut().zip([part.old, part.new]) {
            *before += memchr::memchr_iter(b'\n', text.as_bytes()).count();
        }
        Ok(text.into_bytes())
    }

    fn finish(mut self: Box<Self>, end: End<'_>) -> Result<Settled, Fault> {
        if !end.differs {
            return Ok(Settled::quietly(FileStatus::Unchanged));
        }
        Ok(Settled {
            // Nothing but the encoding changes.
            text: self.names.take().unwrap_or_default().into_bytes(),
            ..Settled::quietly(FileStatus::WouldChange)
        })
    }
}

impl Differ {
    /// Prints with or without colours.
    pub(super) fn new(colored: bool) -> Self {
        Self {
            colored,
            escaped: colored || io::stdout().is_terminal(),
        }
    }

    /// The two lines before the first hunk.
    fn names(&self, input: &Input, facts: Option<&Facts>) -> String {
        let name = escape::path(input.shown());
        // A file may change in nothing but its encoding; a tab ends the name for `patch`.
        let old_name = match facts.map(|facts| facts.encoding) {
            Some(encoding) if encoding != Encoding::UTF_8 => format!("{name}\t({encoding})"),
            _ => name.clone(),
        };
        let mut shown = String::new();
        let bold = if self.colored {
            Style::new().bold()
        } else {
            Style::new()
        };
        for (sign, name) in [("---", old_name), ("+++", name)] {
            let _ = writeln!(shown, "{bold}{sign} {name}{bold:#}");
        }
        shown
    }

    /// The hunks between two texts that follow so many lines, with `around` lines of context.
    fn unified(&self, old: &str, new: &str, before: [usize; 2], around: usize) -> String {
        let mut shown = String::new();
        // Only a line feed ends a line for `patch`, not a carriage return alone.
        let old: Vec<&str> = old.split_inclusive('\n').collect();
        let new: Vec<&str> = new.split_inclusive('\n').collect();
        let diff = TextDiff::configure()
            .timeout(PATIENCE)
            .diff_slices(&old, &new);
        for hunk in diff.unified_diff().context_radius(around).iter_hunks() {
            let header = header(hunk.ops(), before);
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
        let line = if self.escaped {
            escape::visible(line)
        } else {
            Cow::Borrowed(line)
        };
        let style = if self.colored { style } else { Style::new() };
        let _ = writeln!(shown, "{style}{sign}{line}{style:#}");
    }
}

/// The line at the head of a hunk.
fn header(ops: &[DiffOp], [before_old, before_new]: [usize; 2]) -> String {
    let range = |of: fn(&DiffOp) -> Range<usize>, before: usize| {
        let start = ops.first().map_or(0, |op| of(op).start);
        let length = ops.last().map_or(0, |op| of(op).end) - start;
        // An empty range is given by the line before it.
        match length {
            0 => format!("{},0", before + start),
            1 => format!("{}", before + start + 1),
            _ => format!("{},{length}", before + start + 1),
        }
    };
    format!(
        "@@ -{} +{} @@",
        range(DiffOp::old_range, before_old),
        range(DiffOp::new_range, before_new)
    )
}
