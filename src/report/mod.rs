//! The report of a run: one trait, and a type for each format.

mod human;
mod json;
mod sarif;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::arguments::ReportFormat;
use crate::colors::Colors;
use crate::places::FilePlace;
use crate::record::{Head, Record, Totals};
use crate::settings::Settings;

/// What is printed on the two streams.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// For standard output.
    pub stdout: Vec<u8>,
    /// For standard error.
    pub stderr: Vec<u8>,
}

/// A format of the report.
pub(crate) trait Report: Sync {
    /// The beginning of the report.
    fn start(&self, _head: &Head) -> Rendered {
        Rendered::default()
    }

    /// The report of one file. Called from many threads; the results are printed in order.
    fn record(&self, record: &mut Record) -> Rendered;

    /// The report of a part of a file that is too large for memory, before that of the file
    /// itself, with the places of its changes in the file. Called from many threads, in the turn of
    /// the file.
    fn part(
        &self,
        name: &str,
        text: Vec<u8>,
        report: &zhnorm::report::Report,
        places: &[Option<FilePlace>],
    ) -> Rendered;

    /// The end of the report.
    fn totals(&self, totals: &Totals) -> Rendered;

    /// Whether the places in the file are told.
    fn locates(&self) -> bool {
        false
    }

    /// Whether each change is listed with its place.
    fn lists_changes(&self) -> bool;
}

/// The report for the settings.
pub(crate) fn for_settings(settings: &Settings, colors: Colors) -> Box<dyn Report> {
    let owns_stdout = settings.mode.owns_stdout();
    match settings.report_format {
        ReportFormat::Human => Box::new(human::Human::new(settings, colors)),
        ReportFormat::Json => Box::new(json::Json::new(settings)),
        ReportFormat::Sarif => Box::new(sarif::Sarif::new(owns_stdout)),
    }
}

/// The sums by encoding, script and rule.
#[derive(Serialize)]
pub(crate) struct Statistics<'a> {
    /// Files by encoding.
    pub encodings: &'a BTreeMap<String, usize>,
    /// Files by script and region.
    pub varieties: &'a BTreeMap<&'static str, usize>,
    /// Places changed, by `stage/rule`.
    pub changed: BTreeMap<String, usize>,
    /// Places seen and left alone, by `stage/rule`.
    pub flagged: BTreeMap<String, usize>,
    /// Words of a region that were put in the place of others, the commonest first.
    pub words: Vec<ReplacedWord<'a>>,
}

/// A word that was put in the place of another.
#[derive(Serialize)]
pub(crate) struct ReplacedWord<'a> {
    /// The word of the text.
    pub before: &'a str,
    /// The word of the region.
    pub after: &'a str,
    /// How often.
    pub times: usize,
}

impl<'a> Statistics<'a> {
    /// The sums of these totals.
    pub(crate) fn new(totals: &'a Totals) -> Self {
        let by = |count: fn(&zhnorm::report::Tally) -> usize| {
            totals
                .rules
                .iter()
                .map(|((stage, rule), tally)| (format!("{stage}/{rule}"), count(tally)))
                .filter(|(_, times)| *times > 0)
                .collect()
        };
        let mut words: Vec<_> = totals
            .words
            .iter()
            .map(|((before, after), times)| ReplacedWord {
                before,
                after,
                times: *times,
            })
            .collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.times));
        Self {
            words,
            encodings: &totals.encodings,
            varieties: &totals.varieties,
            changed: by(|tally| tally.changed),
            flagged: by(|tally| tally.flagged),
        }
    }
}
