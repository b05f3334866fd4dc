//! `--report-html FILE`: one page to look at what a run did before trusting it.
//!
//! [`run`] connects it with the command: each finished file goes to [`Collector::add`]. All numbers
//! are exact. Of places and lines only bounded samples are kept ([`sample`]), so that a hundred
//! thousand files take no more memory than a hundred, and the page says so. Samples do not depend
//! on the order of the files: the same run gives the same page, byte for byte, and it holds no
//! date.
//!
//! [`Collector::page`] then fills `page.html`, a template with its own style and script: the
//! page loads nothing, and its content security policy forbids it to. What came from files is
//! hostile and goes through [`escape`]; [`marks`] shows which characters of a place changed.
//! A file is counted by itself first ([`tally`]), then added to the [`totals`] that [`page`]
//! writes.

/// Appends formatted text: writing to a string cannot fail.
macro_rules! put {
    ($html:expr, $($argument:tt)*) => {{ let _ = write!($html, $($argument)*); }};
}

mod charts;
mod escape;
mod examples;
mod marks;
mod page;
mod run;
mod sample;
mod tally;
mod totals;
mod words;

pub(crate) use run::Page;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zhnorm::report::{Action, Change, Report, Stage};

use tally::FileTally;
use totals::{Place, Totals};

/// What a run was, for the head of the page.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The command as it was typed, with invisible characters escaped.
    pub command: String,
    /// What happened to the changed texts, as a sentence: `Nothing was written.`
    pub outcome: String,
}

/// The status of a file after the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome<'a> {
    /// Something in it was changed, or would be.
    Changed,
    /// It was clean already.
    Unchanged,
    /// An earlier run did it; it was not looked at.
    UpToDate,
    /// It was left alone, being no text.
    Skipped,
    /// It could not be processed, for this reason.
    Failed(&'a str),
}

/// One file of the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileRecord<'a> {
    /// Its path, or another name that no other file of the run has.
    pub name: &'a str,
    /// How it came out.
    pub outcome: Outcome<'a>,
    /// The label of its encoding and the confidence, unless it could not be read.
    pub encoding: Option<(&'a str, f32)>,
    /// The language tag of the script and region it is written in.
    pub variety: Option<&'a str>,
    /// Parts of it that could not be processed.
    pub faults: &'a [String],
    /// The length of the file in bytes.
    pub bytes: u64,
    /// The length of the text that came out, in bytes of UTF-8.
    pub kept: u64,
    /// What the stages did. One that only counts gives numbers and no examples.
    pub report: &'a Report,
}

/// How much is kept and shown. The defaults keep a page of a large run near a megabyte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Places drawn from each rule's edits and flags.
    pub places: usize,
    /// Places drawn from each rule's dropped lines, which are searched.
    pub drops: usize,
    /// Different texts shown of each rule's sample.
    pub shown: usize,
    /// Different dropped lines shown of each rule's sample.
    pub shown_drops: usize,
    /// Files listed under a kind of damage, and in each list of files worth a look.
    pub files: usize,
    /// Characters kept of a place's text.
    pub text: usize,
    /// Characters kept of the line on each side of a place.
    pub around: usize,
    /// The number of different rules; an error in the program must not fill the memory.
    pub rules: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            places: 120,
            drops: 300,
            shown: 20,
            shown_drops: 100,
            files: 20,
            text: 240,
            around: 24,
            rules: 400,
        }
    }
}

/// Collects what a run does; shared by the workers.
#[derive(Debug)]
pub(crate) struct Collector {
    limits: Limits,
    totals: Mutex<Totals>,
}

impl Collector {
    /// A collector with these limits.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            totals: Mutex::new(Totals::new(limits)),
        }
    }

    /// Takes one file.
    ///
    /// `texts` gives the text that went into a stage, to show a place within its line. It is
    /// asked only for the few files of which a place is drawn, so it may run the stages once
    /// more; `None` leaves the place without its line.
    pub(crate) fn add(&self, file: &FileRecord<'_>, texts: &dyn Fn(Stage) -> Option<String>) {
        let changes = file.report.changes();
        let tally = FileTally::count(file, &self.limits);
        // First decide which of its places are kept, so that no thread waits for their texts.
        let drawn = self.lock().drawn(&tally);
        let mut inputs = BTreeMap::new();
        let mut places = BTreeMap::new();
        for index in drawn {
            let change = &changes[index];
            let input = inputs
                .entry(change.stage)
                .or_insert_with(|| texts(change.stage));
            places.insert(index, self.place(file.name, change, input.as_deref()));
        }
        let mut totals = self.lock();
        totals.count(file, &tally);
        totals.keep(&tally, &places);
    }

    /// The whole page.
    pub(crate) fn page(&self, run: &Run) -> String {
        page::page(&self.lock(), run)
    }

    /// A worker that panicked while it held the numbers left them whole enough to be shown.
    fn lock(&self) -> MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, name: &str, change: &Change, input: Option<&str>) -> Place {
        let clip = |text: &str| escape::clip(text, self.limits.text);
        let (left, right) = match input {
            // A dropped line is its own context.
            // A place of a later configuration is one in the output of the configuration before
            // it, and one of a field in that field: only a place that is there is shown.
            Some(input)
                if change.action != Action::Drop
                    && input.get(change.span.clone()) == Some(change.before.as_str()) =>
            {
                around(input, &change.span, self.limits.around)
            }
            _ => Default::default(),
        };
        Place {
            rule: change.rule.as_ref().to_owned(),
            file: name.to_owned(),
            line: change.line,
            left,
            before: clip(&change.before),
            after: clip(&change.after),
            right,
            confidence: change.confidence,
            alternatives: change
                .alternatives
                .iter()
                .take(3)
                .map(|reading| clip(reading))
                .collect(),
            note: change.note.as_deref().map(clip),
        }
    }
}

/// The text around a place on its line, at most `most` characters on each side.
fn around(text: &str, span: &Range<usize>, most: usize) -> (String, String) {
    let (Some(before), Some(after)) = (text.get(..span.start), text.get(span.end..)) else {
        return Default::default();
    };
    // A line may be as long as the file: no more of it is looked at than is shown.
    let mut left = before.len();
    let mut cut = "";
    for (number, (at, character)) in before.char_indices().rev().enumerate() {
        if character == '\n' {
            break;
        }
        if number == most {
            cut = "…";
            break;
        }
        left = at;
    }
    let right: String = after
        .chars()
        .take(most + 1)
        .take_while(|character| !matches!(character, '\n' | '\r'))
        .collect();
    (
        format!("{cut}{}", &before[left..]),
        escape::clip(&right, most),
    )
}

#[cfg(test)]
mod tests;
