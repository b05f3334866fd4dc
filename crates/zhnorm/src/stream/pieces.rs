//! The second pass over a large file: its parts in order, each before and after the stages.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::num::NonZero;

use super::{Found, Lines, Piece, Texts, parallel};
use crate::Normalizer;
use crate::formats::{self, Fields, Format, Problem, Work, markers};
use crate::report::{Origin, Report};

/// A line longer than this is not searched for a marker.
const LONGEST: usize = 1 << 20;

/// The most problems of a file that are kept; the others are counted.
const PROBLEMS: usize = 1_000;

/// What is read from a stream.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout<'o> {
    /// One text.
    Text,
    /// Text, parts of which may be switched off.
    MarkedText,
    /// JSON lines.
    Records(&'o formats::Options),
}

/// The byte order mark.
const MARK: char = '\u{FEFF}';

/// The parts of a large file, in order.
#[derive(Debug)]
pub struct Pieces<'n, R> {
    normalizer: &'n Normalizer,
    lines: Lines<R>,
    kind: Kind<'n>,
    ready: VecDeque<Piece>,
    /// How many parts are worked on at a time.
    threads: usize,
    /// What decoding did since the last piece.
    decoding: Report,
    problems: Vec<Problem>,
    fields: Fields,
    /// The problems beyond those that are kept.
    more_problems: usize,
    has_ended: bool,
    /// The byte order mark that the first part gets, before and after.
    mark: (bool, bool),
}

#[derive(Debug)]
enum Kind<'n> {
    Text {
        texts: Texts<'n>,
        /// Whether the next line is worked on; `None` where markers say nothing.
        is_on: Option<bool>,
    },
    Records {
        options: &'n formats::Options,
        passed: Origin,
    },
}

impl<'n, R: Read> Pieces<'n, R> {
    /// The parts of a reader that is at its start again, after [`super::survey`] has read it.
    ///
    /// Formats other than JSON lines are read as text.
    pub fn new(
        reader: R,
        mut found: Found,
        format: Format,
        normalizer: &'n Normalizer,
        options: &'n formats::Options,
    ) -> Self {
        let layout = match format {
            Format::JsonLines => {
                found.decoder.ignore_escapes();
                Layout::Records(options)
            }
            _ => Layout::MarkedText,
        };
        let had_mark = found.decoder.had_mark();
        let keeps_mark = found.decoder.byte_order_mark() && options.writes_unicode();
        Self {
            mark: (had_mark, keeps_mark),
            ..Self::with_layout(reader, found, normalizer, layout)
        }
    }

    pub(super) fn with_layout(
        reader: R,
        found: Found,
        normalizer: &'n Normalizer,
        layout: Layout<'n>,
    ) -> Self {
        let Found { decoder, variety } = found;
        let had_mark = decoder.had_mark();
        let lines = Lines::new(reader, decoder);
        let text = |is_on| {
            let mut texts = Texts::new(normalizer, variety);
            if had_mark {
                texts.pass("\u{FEFF}");
            }
            Kind::Text { texts, is_on }
        };
        let (lines, kind) = match layout {
            Layout::Text => (lines.with_longest(0), text(None)),
            Layout::MarkedText => (lines.with_longest(LONGEST), text(Some(true))),
            Layout::Records(options) => (
                lines,
                Kind::Records {
                    options,
                    passed: Origin::default(),
                },
            ),
        };
        Self {
            normalizer,
            lines,
            kind,
            ready: VecDeque::new(),
            threads: 1,
            decoding: normalizer.report(),
            problems: Vec::new(),
            fields: Fields::default(),
            more_problems: 0,
            has_ended: false,
            mark: (false, false),
        }
    }

    /// Works on so many parts at a time, each on a thread of its own. The result is the same.
    #[must_use]
    pub fn with_threads(mut self, threads: NonZero<usize>) -> Self {
        self.threads = threads.get();
        self
    }

    /// The next part; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        loop {
            if let Kind::Text { texts, .. } = &mut self.kind
                && self.ready.is_empty()
                && (self.has_ended || texts.has_groups(self.threads))
            {
                self.ready.extend(texts.next_pieces(self.threads));
            }
            if let Some(mut piece) = self.ready.pop_front() {
                let (before, after) = std::mem::take(&mut self.mark);
                if before {
                    piece.old.insert(0, MARK);
                }
                if after {
                    piece.new.insert(0, MARK);
                }
                piece.decoding = std::mem::replace(&mut self.decoding, self.normalizer.report());
                return Ok(Some(piece));
            }
            if self.has_ended {
                return Ok(None);
            }
            let batches = self.next_batches()?;
            self.work(batches);
            if self.has_ended
                && let Kind::Text { texts, .. } = &mut self.kind
            {
                texts.end();
            }
        }
    }

    /// What the user may not expect, once all parts were taken.
    pub fn warnings(&self) -> Vec<Problem> {
        match &self.kind {
            Kind::Records { options, .. } => self.fields.warning(options).into_iter().collect(),
            Kind::Text { .. } => Vec::new(),
        }
    }

    /// What decoding did after the last part, and the parts that were passed through unread.
    pub fn finish(mut self) -> (Report, Vec<Problem>) {
        if self.more_problems > 0 {
            let count = self.more_problems;
            self.problems.push(Problem::MoreLines { count });
        }
        (self.decoding, self.problems)
    }

    /// The next lines: of JSON lines as many batches as are worked on at a time, of a text one.
    fn next_batches(&mut self) -> io::Result<Vec<String>> {
        let most = match self.kind {
            Kind::Text { .. } => 1,
            Kind::Records { .. } => self.threads,
        };
        let mut batches = Vec::new();
        while batches.len() < most {
            let Some(lines) = self.lines.next_lines(&mut self.decoding)? else {
                self.has_ended = true;
                break;
            };
            batches.push(lines);
        }
        Ok(batches)
    }

    fn work(&mut self, batches: Vec<String>) {
        let normalizer = self.normalizer;
        match &mut self.kind {
            Kind::Text { texts, is_on } => {
                for lines in batches {
                    match is_on {
                        None => texts.read(&lines),
                        Some(is_on) => sections(&lines, texts, is_on, &mut self.ready),
                    }
                }
            }
            Kind::Records { options, passed } => {
                let options = *options;
                let numbered: Vec<(usize, String)> = batches
                    .into_iter()
                    .map(|lines| {
                        let before = passed.lines;
                        passed.pass(lines.as_bytes());
                        (before, lines)
                    })
                    .collect();
                let done = parallel::map(numbered, |(before, lines)| {
                    let mut work = Work::new(normalizer);
                    let new = work.records(&lines, options, before).into_owned();
                    (lines, new, work.report, work.problems, work.fields)
                });
                for (old, new, report, problems, fields) in done {
                    self.fields.add(fields);
                    let room = PROBLEMS.saturating_sub(self.problems.len());
                    self.more_problems += problems.len().saturating_sub(room);
                    self.problems.extend(problems.into_iter().take(room));
                    self.ready.push_back(Piece {
                        old,
                        new,
                        decoding: Report::counting(),
                        report,
                    });
                }
            }
        }
    }
}

/// Passes whole lines on, except those between `zhnorm: off` and `zhnorm: on`.
fn sections(text: &str, texts: &mut Texts<'_>, is_on: &mut bool, ready: &mut VecDeque<Piece>) {
    fn pass(text: &str, texts: &mut Texts<'_>, ready: &mut VecDeque<Piece>) {
        texts.pass(text);
        ready.push_back(Piece {
            old: text.to_owned(),
            new: text.to_owned(),
            decoding: Report::counting(),
            report: Report::counting(),
        });
    }
    let mut rest = text;
    while !rest.is_empty() {
        let (part, marker) = markers::split(rest, *is_on);
        if *is_on {
            texts.read(part);
        } else {
            pass(part, texts, ready);
        }
        let Some((line, after)) = marker else { return };
        if *is_on {
            texts.end();
            while let Some(piece) = texts.next_piece() {
                ready.push_back(piece);
            }
        }
        pass(line, texts, ready);
        *is_on = !*is_on;
        rest = after;
    }
}
