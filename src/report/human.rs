//! For people: errors and a summary on standard error, a line for each change.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use zhnorm::report::{Action, Change};

use super::{Rendered, ReplacedWord, Report, Statistics};
use crate::arguments::Explain;
use crate::colors::Colors;
use crate::escape::visible;
use crate::places::FilePlace;
use crate::record::{FileStatus, Head, Record, Totals};
use crate::settings::{ModeKind, Settings, Verbosity};

/// The report for people.
pub(super) struct Human {
    mode: ModeKind,
    verbosity: Verbosity,
    explain: Option<Explain>,
    statistics: bool,
    /// Standard output holds the text, so changes are listed on standard error.
    owns_stdout: bool,
    colors: Colors,
}

impl Human {
    /// The report for these settings.
    pub(super) fn new(settings: &Settings, colors: Colors) -> Self {
        Self {
            mode: settings.mode.clone(),
            verbosity: settings.verbosity,
            explain: settings.explain,
            statistics: settings.statistics,
            owns_stdout: settings.mode.owns_stdout(),
            colors,
        }
    }

    fn message(&self, stderr: &mut String, style: Style, label: &str, text: &str) {
        let style = if self.colors.stderr {
            style
        } else {
            Style::new()
        };
        let _ = writeln!(stderr, "{style}{label}:{style:#} {}", visible(text));
    }
}

impl Report for Human {
    fn start(&self, head: &Head) -> Rendered {
        let mut stderr = String::new();
        if self.verbosity >= Verbosity::Normal {
            let style = AnsiColor::Yellow.on_default().bold();
            for warning in &head.warnings {
                self.message(&mut stderr, style, "warning", warning);
            }
            if !self.mode.has_summary() && !head.notable_keys.is_empty() {
                configuration(&mut stderr, head);
            }
        }
        Rendered {
            stdout: Vec::new(),
            stderr: stderr.into_bytes(),
        }
    }

    fn record(&self, record: &mut Record) -> Rendered {
        let mut stderr = String::new();
        let text = std::mem::take(&mut record.text);
        let name = &record.name;
        if self.verbosity >= Verbosity::Errors {
            let style = AnsiColor::Red.on_default().bold();
            let message = match &record.status {
                FileStatus::Failed(message) => Some(message),
                _ => None,
            };
            for message in record.faults.iter().chain(message) {
                self.message(&mut stderr, style, "error", &format!("{name}: {message}"));
            }
        }
        if self.verbosity >= Verbosity::Normal {
            let style = AnsiColor::Yellow.on_default().bold();
            for warning in &record.warnings {
                self.message(&mut stderr, style, "warning", &format!("{name}: {warning}"));
            }
            let alone = self.mode.is_pipeline() || self.verbosity == Verbosity::Verbose;
            if let (true, None, Some(seen)) = (alone, self.explain, flagged(record)) {
                let text = format!("{name}: seen and left alone: {seen}; --explain shows where");
                self.message(&mut stderr, style, "warning", &text);
            }
        }
        if self.verbosity == Verbosity::Verbose {
            let _ = writeln!(stderr, "{}", visible(&status_line(record)));
        }
        let mut rendered = self.part(name, text, &record.report, &[]);
        rendered.stderr.splice(0..0, stderr.into_bytes());
        rendered
    }

    fn part(
        &self,
        name: &str,
        text: Vec<u8>,
        report: &zhnorm::report::Report,
        _places: &[Option<FilePlace>],
    ) -> Rendered {
        let mut rendered = Rendered {
            stdout: text,
            stderr: Vec::new(),
        };
        if let Some(wanted) = self.explain {
            let (colored, taker) = if self.owns_stdout {
                (self.colors.stderr, &mut rendered.stderr)
            } else {
                (self.colors.stdout, &mut rendered.stdout)
            };
            let mut lines = String::new();
            for change in report.changes() {
                if wanted == Explain::All || change.action == Action::Flag {
                    explain(&mut lines, name, change, colored);
                }
            }
            taker.extend_from_slice(lines.as_bytes());
        }
        rendered
    }

    fn totals(&self, totals: &Totals) -> Rendered {
        let mut stderr = String::new();
        let mut statistics = String::new();
        if self.statistics {
            push_statistics(&mut statistics, &Statistics::new(totals));
        }
        let wanted = if self.mode.has_summary() {
            Verbosity::Normal
        } else {
            Verbosity::Verbose
        };
        if self.verbosity >= wanted {
            summarize(&mut stderr, totals, &self.mode);
        }
        if self.owns_stdout {
            stderr.insert_str(0, &statistics);
            statistics.clear();
        }
        Rendered {
            stdout: statistics.into_bytes(),
            stderr: stderr.into_bytes(),
        }
    }

    fn lists_changes(&self) -> bool {
        self.explain.is_some()
    }
}

/// The line of a change.
fn explain(lines: &mut String, name: &str, change: &Change, colored: bool) {
    let [place, red, green] = if colored {
        [
            Style::new().bold(),
            AnsiColor::Red.on_default(),
            AnsiColor::Green.on_default(),
        ]
    } else {
        [Style::new(); 3]
    };
    let _ = write!(
        lines,
        "{place}{name}:{}:{place:#} {} {}: ",
        change.line, change.stage, change.rule
    );
    let before = visible(&change.before);
    let _ = match change.action {
        Action::Edit if change.before.is_empty() && change.after.is_empty() => {
            write!(lines, "the whole text")
        }
        Action::Edit => write!(
            lines,
            "{red}\"{before}\"{red:#} -> {green}\"{}\"{green:#}",
            visible(&change.after)
        ),
        Action::Drop => write!(lines, "dropped {red}\"{before}\"{red:#}"),
        Action::Flag => write!(lines, "left alone \"{before}\""),
    };
    if let Some(confidence) = change.confidence {
        let _ = write!(lines, " ({:.0} %)", confidence * 100.0);
    }
    if !change.alternatives.is_empty() {
        let _ = write!(lines, ", or {}", visible(&change.alternatives.join(" or ")));
    }
    if let Some(note) = &change.note {
        let _ = write!(lines, "; {}", visible(note));
    }
    lines.push('\n');
}

/// The line of a file for `-v`.
fn status_line(record: &Record) -> String {
    let is_name = record.name_only.is_some();
    let mut line = match &record.status {
        FileStatus::Unchanged if is_name => "name kept",
        FileStatus::Changed if is_name => "renamed",
        FileStatus::WouldChange if is_name => "would rename",
        FileStatus::Failed(_) if is_name => "not renamed",
        FileStatus::Unchanged => "unchanged",
        FileStatus::Changed => "changed",
        FileStatus::WouldChange => "would change",
        FileStatus::UpToDate => "up to date",
        FileStatus::Copy => "left out, a copy",
        FileStatus::Binary(_) => "skipped, binary",
        FileStatus::Failed(_) => "failed",
    }
    .to_owned();
    let _ = write!(line, ": {}", record.name);
    if let Some(facts) = &record.facts {
        let _ = write!(line, " ({}, {}", facts.encoding, facts.variety.tag());
        for (stage, rule, tally) in record.report.tallies() {
            if tally.changed > 0 {
                let _ = write!(line, ", {stage} {rule} {}", tally.changed);
            }
        }
        line.push(')');
    }
    line
}

/// What was seen in one file and left alone.
fn flagged(record: &Record) -> Option<String> {
    let seen: Vec<String> = record
        .report
        .tallies()
        .filter(|(.., tally)| tally.flagged > 0)
        .map(|(stage, rule, tally)| format!("{stage} {rule} {}", tally.flagged))
        .collect();
    (!seen.is_empty()).then(|| seen.join(", "))
}

/// The totals by encoding, script and rule, as a table.
fn push_statistics(lines: &mut String, statistics: &Statistics<'_>) {
    fn table<'k>(lines: &mut String, title: &str, entries: impl Iterator<Item = (&'k str, usize)>) {
        let mut entries: Vec<_> = entries.collect();
        if entries.is_empty() {
            return;
        }
        entries.sort_by_key(|(name, times)| (std::cmp::Reverse(*times), *name));
        let _ = writeln!(lines, "{title}");
        for (name, times) in entries {
            let _ = writeln!(lines, "{times:>9}  {name}");
        }
    }
    fn named(map: &BTreeMap<String, usize>) -> impl Iterator<Item = (&str, usize)> {
        map.iter().map(|(name, times)| (name.as_str(), *times))
    }
    table(lines, "files by encoding", named(statistics.encodings));
    table(
        lines,
        "files by script and region",
        statistics
            .varieties
            .iter()
            .map(|(name, times)| (*name, *times)),
    );
    table(lines, "places changed by rule", named(&statistics.changed));
    table(
        lines,
        "places left alone by rule",
        named(&statistics.flagged),
    );
    if !statistics.words.is_empty() {
        let _ = writeln!(lines, "words replaced by the region's");
        for ReplacedWord {
            before,
            after,
            times,
        } in &statistics.words
        {
            let _ = writeln!(
                lines,
                "{times:>9}  {} -> {}",
                visible(before),
                visible(after)
            );
        }
    }
}

/// The configuration file of the run, and what of it lowers the safety or drops text.
fn configuration(stderr: &mut String, head: &Head) {
    let Some(file) = &head.configuration else {
        return;
    };
    let _ = write!(stderr, "configuration: {}", visible(file));
    if !head.notable_keys.is_empty() {
        let _ = write!(stderr, ", which sets {}", head.notable_keys.join(", "));
    }
    stderr.push('\n');
}

fn summarize(stderr: &mut String, totals: &Totals, mode: &ModeKind) {
    let changed = mode.verb();
    let files = totals.files();
    if totals.renamed + totals.names_left + totals.names_failed > 0 {
        let _ = write!(stderr, "names: {} {changed}", totals.renamed);
        for (times, what) in [
            (totals.names_left, "left alone"),
            (totals.names_failed, "refused"),
        ] {
            if times > 0 {
                let _ = write!(stderr, ", {times} {what}");
            }
        }
        if totals.renamed > 0 {
            stderr.push_str("; links in texts to the old names stay as they are");
        }
        stderr.push('\n');
    }
    let _ = write!(
        stderr,
        "{files} {}: {} {changed}, {} unchanged",
        if files == 1 { "file" } else { "files" },
        totals.changed,
        totals.unchanged
    );
    if totals.up_to_date > 0 {
        let _ = write!(stderr, ", {} up to date", totals.up_to_date);
    }
    if totals.copies > 0 {
        let _ = write!(stderr, ", {} left out as copies", totals.copies);
    }
    if totals.binary > 0 {
        let _ = write!(stderr, ", {} binary skipped", totals.binary);
    }
    if totals.failed > 0 {
        let errors = if totals.failed == 1 {
            "error"
        } else {
            "errors"
        };
        let _ = write!(stderr, ", {} {errors}", totals.failed);
    }
    stderr.push('\n');
    let flagged: usize = totals.rules.values().map(|tally| tally.flagged).sum();
    if flagged > 0 {
        let places = if flagged == 1 {
            "place was"
        } else {
            "places were"
        };
        let _ = writeln!(
            stderr,
            "{flagged} {places} seen and left alone; -v names the files, --explain the places"
        );
    }
    if totals.hidden > 0 {
        let (what, them) = if totals.hidden == 1 {
            ("file or folder was", "it")
        } else {
            ("files and folders were", "them")
        };
        let _ = writeln!(
            stderr,
            "{} hidden {what} left out; --hidden takes {them} in",
            totals.hidden
        );
    }
    if files == 0 && !totals.interrupted {
        stderr.push_str(
            "no file was found; hidden and ignored files are left out (--hidden, --no-ignore)\n",
        );
    }
    configuration(stderr, &totals.head);
    for (advice, times) in &totals.known_formats {
        let files = if *times == 1 { "file is" } else { "files are" };
        let _ = writeln!(stderr, "{times} skipped {files} {advice}");
    }
    if totals.binary > 0 {
        let _ = write!(
            stderr,
            "skipped as binary: {}",
            visible(&totals.binary_names.join(", "))
        );
        let unnamed = totals.binary - totals.binary_names.len();
        if unnamed > 0 {
            let _ = write!(stderr, " and {unnamed} more (-v names all)");
        }
        stderr.push('\n');
    }
    if totals.interrupted {
        stderr.push_str("stopped before the end; run the same command again to go on\n");
    }
}
