//! How a run is told: one trait, and a type for each form.

mod human;
mod json;
mod sarif;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::arguments::Form;
use crate::record::{Record, Totals};
use crate::settings::Settings;

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
    /// What stands before everything.
    fn start(&self) -> Rendered {
        Rendered::default()
    }

    /// Tells of one file. Called from many threads; the results are printed in order.
    fn record(&self, record: &mut Record) -> Rendered;

    /// Tells what was done to a part of a file that is too large for memory, before the file itself
    /// is told of. Called from many threads, in the turn of the file.
    fn part(&self, name: &str, text: Vec<u8>, report: &zhnorm::report::Report) -> Rendered;

    /// Tells of the run, at its end.
    fn totals(&self, totals: &Totals) -> Rendered;

    /// Whether it tells each change with its place.
    fn lists_changes(&self) -> bool;
}

/// The report for the settings.
pub fn of(settings: &Settings, owns_stdout: bool, colors: Colors) -> Box<dyn Report> {
    match settings.form {
        Form::Human => Box::new(human::Human::new(settings, owns_stdout, colors)),
        Form::Json => Box::new(json::Json::new(settings, owns_stdout)),
        Form::Sarif => Box::new(sarif::Sarif { owns_stdout }),
    }
}

/// The sums by encoding, script and rule.
#[derive(Serialize)]
pub struct Statistics<'a> {
    /// Files by encoding.
    pub encodings: &'a BTreeMap<String, usize>,
    /// Files by script and region.
    pub varieties: &'a BTreeMap<&'static str, usize>,
    /// Places changed, by `stage/rule`.
    pub changed: BTreeMap<String, usize>,
    /// Places seen and left alone, by `stage/rule`.
    pub flagged: BTreeMap<String, usize>,
}

impl<'a> Statistics<'a> {
    /// Sums up.
    pub fn new(totals: &'a Totals) -> Self {
        let by = |count: fn(&zhnorm::report::Tally) -> usize| {
            totals
                .rules
                .iter()
                .map(|((stage, rule), tally)| (format!("{stage}/{rule}"), count(tally)))
                .filter(|(_, times)| *times > 0)
                .collect()
        };
        Self {
            encodings: &totals.encodings,
            varieties: &totals.varieties,
            changed: by(|tally| tally.changed),
            flagged: by(|tally| tally.flagged),
        }
    }
}
