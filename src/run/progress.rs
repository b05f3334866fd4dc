//! How far a run is: on standard error, and only where a person looks at it.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::Form;
use crate::settings::{Settings, Volume, Way};

/// A line that counts files while the search for more goes on: how many there will be is not
/// known before the end, and counting them first would double the wait.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// Shows nothing unless a person looks at a run that may take long. Where the person is told
    /// of file after file anyway, that shows how far it is.
    pub fn new(settings: &Settings) -> Self {
        let lists =
            settings.explain || matches!(settings.way, Way::Check | Way::Diff | Way::Detect);
        let wanted = settings.way != Way::Print
            && settings.volume == Volume::Normal
            && settings.form == Form::Human
            && io::stderr().is_terminal()
            && !(lists && io::stdout().is_terminal());
        Self(wanted.then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {human_pos} files, {per_sec}, {elapsed}")
            {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }

    /// One file more.
    pub fn step(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Prints something without tearing the line.
    pub fn around<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the line away.
    pub fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
