//! A file of a format that has structure: only its texts go through the stages.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::joined::{Edit, Joined, apply, edit};
use super::parts::{Part, Parts, Role};
use super::spelling::Spelling;
use super::{
    Code, FileOutcome, Format, Options, Problem, into_bytes, is_page, json, markdown, markers,
    records,
};
use crate::convert::{self, Variety};
use crate::decode;
use crate::report::{Change, LineCounter, Origin, Places, Report, Stage};
use crate::{Normalizer, Outcome, Result};

/// Runs the pipeline over the texts of a file.
pub(super) fn normalize<'a>(
    bytes: &'a [u8],
    format: Format,
    normalizer: &Normalizer,
    options: &Options,
) -> Result<FileOutcome<'a>> {
    let mut decoding = normalizer.options().decode.clone();
    if format.has_escapes() {
        decoding = decoding.for_records();
    }
    if matches!(format, Format::Csv | Format::Tsv) {
        // Spreadsheets take a table without one for another encoding.
        decoding = decoding.keeping_any_mark();
    }
    let mut report = normalizer.report();
    let decoded = decode::decode(bytes, &decoding, &mut report)?;
    let mut work = Work::new(format, normalizer, options, report);
    work.start = decode::start_of_text(bytes, decoded.encoding);
    let text = match decoded.text {
        Cow::Borrowed(text) => work.run(text),
        Cow::Owned(text) => Cow::Owned(work.run(&text).into_owned()),
    };
    Ok(FileOutcome {
        contents: into_bytes(text),
        encoding: decoded.encoding,
        confidence: decoded.confidence,
        byte_order_mark: decoded.byte_order_mark,
        variety: work.variety(),
        warnings: work.warnings(),
        report: work.report,
        problems: Vec::from_iter(work.problem),
        article: None,
    })
}

/// Runs the pipeline over the texts of a decoded file.
pub(super) fn normalize_str<'t>(
    text: &'t str,
    format: Format,
    normalizer: &Normalizer,
    options: &Options,
) -> Outcome<'t> {
    let mut work = Work::new(format, normalizer, options, normalizer.report());
    let new = work.run(text);
    if let Some(problem) = work.problem.take() {
        // A part of a file has no problems of its own.
        work.flag_with(Stage::Repair, text, (0, 1), problem.to_string());
    }
    Outcome {
        text: new,
        encoding: None,
        encoding_confidence: 1.0,
        byte_order_mark: false,
        variety: work.variety(),
        report: work.report,
    }
}

/// The texts of a decoded file that are switched on; with the targets of links where these are to be
/// converted.
pub(super) fn divide(text: &str, format: Format, options: &Options, has_targets: bool) -> Parts {
    switched_on(text, format.divide(text, options, has_targets))
}

/// The texts that are switched on.
fn switched_on(text: &str, mut parts: Parts) -> Parts {
    if let Some(ranges) = markers::parts(text) {
        let on: Vec<_> = (ranges.into_iter())
            .filter(|(_, is_on)| *is_on)
            .map(|(range, _)| range)
            .collect();
        parts.keep_within(&on);
    }
    parts
}

/// How many of the texts are web pages.
fn pages(text: &str, parts: &Parts) -> usize {
    // Most texts do not begin as one, and need not be put together to be asked.
    let may_be = |part: &Part<'_>| {
        let first = part
            .fragments
            .first()
            .map(|first| &text[first.range.clone()]);
        first.is_some_and(|first| {
            first.starts_with(|char: char| "<\\\u{feff}".contains(char) || char.is_whitespace())
        })
    };
    (parts.iter().filter(may_be))
        .filter(|part| is_page(&part.text(text)))
        .count()
}

struct Work<'n> {
    normalizer: &'n Normalizer,
    format: Format,
    options: &'n Options,
    /// The start of the text in the file.
    start: Origin,
    report: Report,
    varieties: BTreeMap<Variety, usize>,
    /// Whether the pinyin garble was undone.
    is_garbled: bool,
    /// Fields that were asked for and are not there.
    missing: Option<Problem>,
    /// Why the file was not divided.
    problem: Option<Problem>,
    /// How many strings are web pages, which were worked on as text.
    pages: usize,
}

impl<'n> Work<'n> {
    fn new(
        format: Format,
        normalizer: &'n Normalizer,
        options: &'n Options,
        report: Report,
    ) -> Self {
        Self {
            normalizer,
            format,
            options,
            start: Origin::default(),
            report,
            varieties: BTreeMap::new(),
            is_garbled: false,
            missing: None,
            problem: None,
            pages: 0,
        }
    }

    /// The variety of most of the text.
    fn variety(&self) -> Variety {
        (self.varieties.iter())
            .max_by_key(|(_, length)| **length)
            .map_or(Variety::Unknown, |(variety, _)| *variety)
    }

    fn run<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        if let Format::Code(_) = self.format {
            return self.run_code(text);
        }
        let parts = self.parts(text);
        let unrepaired = |work: &mut Self| match work.convert(text, &parts) {
            Some(new) => Cow::Owned(new),
            None => Cow::Borrowed(text),
        };
        let Some(repaired) = self.pass(text, &parts, Stage::Repair) else {
            return unrepaired(self);
        };
        let new_parts = divide(&repaired, self.format, self.options, false);
        if new_parts.len() != parts.len() {
            // What was repaired is read as structure now. The file is kept as it is.
            self.flag(Stage::Repair, text, 0, 1);
            return unrepaired(self);
        }
        let converted = self.convert(&repaired, &new_parts);
        Cow::Owned(converted.unwrap_or(repaired))
    }

    /// The texts of the file. Of JSON, the fields that were asked for and are not there are noted.
    fn parts(&mut self, text: &str) -> Parts {
        if self.format != Format::Json || !self.options.names_fields {
            let parts = divide(text, self.format, self.options, false);
            if self.format == Format::Json {
                self.pages = pages(text, &parts);
            }
            // Only a file without texts is asked why, since it takes a look at every byte.
            if parts.is_empty()
                && self.format == Format::Markdown
                && markdown::has_too_much_markup(text)
            {
                self.problem = Some(Problem::TooMuchMarkup);
            }
            return parts;
        }
        let asked = &self.options.text_fields;
        let (parts, fields, found) = json::json(text, asked, records::NAMES);
        self.missing = (!fields.is_empty()).then_some(Problem::NoSuchField { fields, found });
        self.pages = pages(text, &parts);
        switched_on(text, parts)
    }

    /// Converts the texts, and the targets of links where that is asked for.
    fn convert(&mut self, text: &str, parts: &Parts) -> Option<String> {
        if self.format == Format::Markdown && self.normalizer.options().convert.converts_addresses {
            let parts = divide(text, self.format, self.options, true);
            return self.pass(text, &parts, Stage::Convert);
        }
        self.pass(text, parts, Stage::Convert)
    }

    /// Source code is repaired as a whole.
    fn run_code<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let mut whole = Parts::default();
        whole.whole(0..text.len(), Role::String, Spelling::Free);
        let text = match self.pass(text, &whole, Stage::Repair) {
            Some(repaired) => Cow::Owned(repaired),
            None => Cow::Borrowed(text),
        };
        let parts = divide(&text, self.format, self.options, false);
        match self.pass(&text, &parts, Stage::Convert) {
            Some(converted) => Cow::Owned(converted),
            None => text,
        }
    }

    /// What the user may not expect.
    fn warnings(&self) -> Vec<Problem> {
        let options = self.normalizer.options();
        let is_asked = options.stages.convert && options.to.is_some();
        let is_kept = !self.converts() && self.variety() != Variety::Unknown;
        ((is_asked && is_kept)
            .then_some(Problem::CodeKept)
            .into_iter())
        .chain(self.missing.clone())
        .chain((self.pages > 0).then_some(Problem::PagesInFields { count: self.pages }))
        .collect()
    }

    /// Whether texts are converted.
    fn converts(&self) -> bool {
        let is_code = matches!(self.format, Format::Code(_));
        self.format.stages().convert || (is_code && self.options.code == Code::Comments)
    }

    /// Runs a stage over all texts; `None` when it changes nothing.
    fn pass(&mut self, text: &str, parts: &Parts, stage: Stage) -> Option<String> {
        let limits = self.normalizer.options().large;
        let (mut edits, mut refused) = (Vec::new(), Vec::new());
        let mut lines = LineCounter::new(text.as_bytes());
        let mut next = 0;
        while next < parts.len() {
            let most = if text.len() > limits.whole {
                limits.group
            } else {
                limits.whole
            };
            let joined = Joined::new(text, parts, next, most);
            next = joined.end();
            let mut report = self.normalizer.report().with_places(Places::Bytes);
            let new = self.stage(stage, &joined.text, &mut report);
            let is_apart = match &new {
                Cow::Borrowed(new) if new.len() == joined.text.len() => Some(()),
                new => joined.edits(new, &mut edits, &mut refused),
            };
            if is_apart.is_some() {
                joined.place(&mut report, &mut lines);
                self.append(text, report);
            } else {
                self.one_by_one(stage, text, &joined, &mut lines, (&mut edits, &mut refused));
            }
        }
        let mut lines = LineCounter::new(text.as_bytes());
        for at in refused {
            self.flag(stage, text, at, lines.line_at(at));
        }
        (!edits.is_empty()).then(|| apply(text, &edits))
    }

    /// Runs a stage over each text alone.
    fn one_by_one(
        &mut self,
        stage: Stage,
        text: &str,
        joined: &Joined<'_>,
        lines: &mut LineCounter<'_>,
        (edits, refused): (&mut Vec<Edit>, &mut Vec<usize>),
    ) {
        for (part, old) in joined.texts() {
            let mut report = self.normalizer.report().with_places(Places::Bytes);
            let new = self.stage(stage, old, &mut report);
            if new != old {
                edit(text, part, old, &new, edits, refused);
            }
            Joined::place_part(part, &mut report, lines);
            self.append(text, report);
        }
    }

    fn stage<'t>(&mut self, stage: Stage, text: &'t str, report: &mut Report) -> Cow<'t, str> {
        if stage == Stage::Repair {
            let text = if let Format::Code(_) = self.format {
                self.normalizer.repair_code(text, report)
            } else if self.format.is_data() {
                self.normalizer.repair_strings(text, report)
            } else {
                self.normalizer.repair(text, report)
            };
            self.is_garbled |= report.changed(Stage::Repair, "pinyin") > 0;
            return text;
        }
        let variety = convert::detect(text);
        *self.varieties.entry(variety).or_default() += text.len();
        if !self.converts() {
            return Cow::Borrowed(text);
        }
        self.normalizer
            .convert_lines(text, variety, self.is_garbled, report)
    }

    /// Takes over what was done to a part of a text.
    fn append(&mut self, text: &str, mut report: Report) {
        report.count_places(text, self.normalizer.options().places);
        let start = self.start;
        self.report.append(report, |_| start);
    }

    /// Notes a text that stays as it is, because its new form would be structure.
    fn flag(&mut self, stage: Stage, text: &str, at: usize, line: usize) {
        let note = "the new text would be read as structure of the file; the old one was kept";
        self.flag_with(stage, text, (at, line), note);
    }

    fn flag_with(
        &mut self,
        stage: Stage,
        text: &str,
        (at, line): (usize, usize),
        note: impl Into<Cow<'static, str>>,
    ) {
        let flag = Change::flag(stage, "structure", at..at, line, "").with_note(note);
        let mut report = self.normalizer.report();
        report.record(flag);
        self.append(text, report);
    }
}
