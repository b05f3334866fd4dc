//! The progress of a run: on standard error, and only on a terminal.

use std::fmt::Write;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::arguments::ReportFormat;
use crate::settings::{Settings, Verbosity};

/// A line that counts the files that are done and those that are found. A search of its own finds
/// them, so the total grows until that is finished.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Shows nothing unless a person watches a run that may take long. A mode that prints a line
    /// for each file shows the progress itself.
    pub(super) fn new(settings: &Settings) -> Self {
        let lists = settings.explain.is_some() || settings.mode.lists_files();
        let wanted = !settings.mode.is_pipeline()
            && settings.verbosity == Verbosity::Normal
            && settings.report_format == ReportFormat::Human
            && io::stderr().is_terminal()
            && !(lists && io::stdout().is_terminal());
        Self(wanted.then(|| {
            let bar = ProgressBar::new(0);
            let template = "{spinner} {human_pos} of {human_len} files, {rate} per second, \
                            {elapsed}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.with_key(
                    "rate",
                    |state: &ProgressState, out: &mut dyn Write| {
                        let _ = write!(out, "{:.0}", state.per_sec());
                    },
                ));
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }

    /// Whether it is shown at all.
    pub(super) fn is_shown(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the run is at its end.
    pub(super) fn is_finished(&self) -> bool {
        self.0.as_ref().is_none_or(ProgressBar::is_finished)
    }

    /// So many files are found.
    pub(super) fn found(&self, total: usize) {
        if let Some(bar) = &self.0 {
            bar.set_length(total as u64);
        }
    }

    /// One more file is done.
    pub(super) fn step(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Prints something else without damage to the line.
    pub(super) fn around<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Removes the line.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
