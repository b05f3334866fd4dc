//! How a run is told: one trait, and a type for each form.

mod human;

use crate::record::{Record, Totals};
use crate::settings::Settings;

pub use human::Human;

/// What goes to the two streams.
#[derive(Debug, Default)]
pub struct Rendered {
    /// For standard output.
    pub stdout: Vec<u8>,
    /// For standard error.
    pub stderr: Vec<u8>,
}

/// Which streams may be coloured.
#[derive(Clone, Copy, Debug)]
pub struct Colors {
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

/// A form of telling.
pub trait Report: Sync {
    /// Tells of one file. Called from many threads; the results are printed in order.
    fn record(&self, record: &mut Record) -> Rendered;

    /// Tells of the run, at its end.
    fn totals(&self, totals: &Totals) -> Rendered;

    /// Whether it tells each change with its place.
    fn lists_changes(&self) -> bool;
}

/// The report for the settings.
pub fn of(settings: &Settings, owns_stdout: bool, colors: Colors) -> Box<dyn Report> {
    Box::new(Human::new(settings, owns_stdout, colors))
}
