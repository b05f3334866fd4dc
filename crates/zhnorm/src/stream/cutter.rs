//! Cuts the decoded text of a stream into jobs that can be done by themselves.

use super::groups::Groups;
use super::lines::Joined;
use crate::formats::{self, Options, markers};
use crate::report::{Origin, Report};
use crate::strip;

/// A line longer than this is not searched for a marker.
const LONGEST_MARKED: usize = 1 << 20;

/// A line of JSON lines that is longer than this is passed through. A record needs some six times
/// the memory of its line, and a packed file of a hundred kilobytes can hold one of a gigabyte.
pub(super) const LONGEST_RECORD: usize = 32 << 20;

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

/// What is to be done, in the order of the stream.
#[derive(Debug)]
pub(super) enum Job<'o> {
    /// A part that is left alone.
    Pass(String),
    /// A group of lines for the stages.
    Group(super::groups::Group),
    /// Whole lines of records, which follow so many others.
    Records {
        lines: String,
        options: &'o Options,
        before: usize,
    },
    /// A part of a record that is too long to be read. Its number is given with the first part.
    LongRecord { part: String, line: Option<usize> },
}

impl Job<'_> {
    /// The length of its text.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Pass(text)
            | Self::Records { lines: text, .. }
            | Self::LongRecord { part: text, .. } => text.len(),
            Self::Group(group) => group.body.len() + group.gap.len(),
        }
    }
}

/// Takes text in parts, and makes jobs of it.
#[derive(Debug)]
pub(super) struct Cutter<'o> {
    lines: Joined,
    kind: Kind<'o>,
    /// What decoding did since the last job.
    decoding: Report,
}

#[derive(Debug)]
enum Kind<'o> {
    Text {
        groups: Groups,
        strip: &'o strip::Options,
        /// Whether the next line is worked on; `None` where markers say nothing.
        is_on: Option<bool>,
    },
    Records {
        options: &'o Options,
        passed: Origin,
        /// The next text belongs to a record that is too long.
        is_in_long: bool,
    },
}

impl<'o> Cutter<'o> {
    pub(super) fn new(
        layout: Layout<'o>,
        group: usize,
        strip: &'o strip::Options,
        decoding: Report,
    ) -> Self {
        let text = |is_on| Kind::Text {
            groups: Groups::new(group),
            strip,
            is_on,
        };
        let (longest, kind) = match layout {
            Layout::Text => (0, text(None)),
            Layout::MarkedText => (LONGEST_MARKED, text(Some(true))),
            Layout::Records(options) => {
                let kind = Kind::Records {
                    options,
                    passed: Origin::default(),
                    is_in_long: false,
                };
                (LONGEST_RECORD, kind)
            }
        };
        Self {
            lines: Joined::new(longest),
            kind,
            decoding,
        }
    }

    /// Takes the next text and what decoding did to read it.
    pub(super) fn take(&mut self, text: String, decoding: Report) -> Vec<(Job<'o>, Report)> {
        self.decoding.append(decoding, |_| Origin::default());
        let mut jobs = Vec::new();
        let mut text = text;
        if let Kind::Records {
            passed, is_in_long, ..
        } = &mut self.kind
            && *is_in_long
        {
            let end = memchr::memchr(b'\n', text.as_bytes()).map(|at| at + 1);
            let rest = text.split_off(end.unwrap_or(text.len()));
            *is_in_long = end.is_none();
            passed.pass(text.as_bytes());
            jobs.push(Job::LongRecord {
                part: std::mem::replace(&mut text, rest),
                line: None,
            });
        }
        if let Some(lines) = self.lines.add(text) {
            self.cut(lines, &mut jobs);
        }
        self.with_decoding(jobs)
    }

    /// Says that there is no more text. Gives what decoding did after the last job, too.
    pub(super) fn end(&mut self) -> (Vec<(Job<'o>, Report)>, Report) {
        let mut jobs = Vec::new();
        if let Some(lines) = self.lines.last() {
            match &self.kind {
                Kind::Records {
                    options, passed, ..
                } => jobs.push(Job::Records {
                    lines,
                    options,
                    before: passed.lines,
                }),
                Kind::Text { .. } => self.cut(lines, &mut jobs),
            }
        }
        if let Kind::Text { groups, strip, .. } = &mut self.kind {
            groups.end();
            jobs.extend(std::iter::from_fn(|| groups.next(strip)).map(Job::Group));
        }
        let jobs = self.with_decoding(jobs);
        (jobs, std::mem::take(&mut self.decoding))
    }

    fn with_decoding(&mut self, jobs: Vec<Job<'o>>) -> Vec<(Job<'o>, Report)> {
        let with = |job| {
            let empty = self.decoding.empty();
            (job, std::mem::replace(&mut self.decoding, empty))
        };
        jobs.into_iter().map(with).collect()
    }

    fn cut(&mut self, lines: String, jobs: &mut Vec<Job<'o>>) {
        match &mut self.kind {
            Kind::Text {
                groups,
                strip,
                is_on: None,
            } => {
                groups.read(&lines);
                jobs.extend(std::iter::from_fn(|| groups.next(strip)).map(Job::Group));
            }
            Kind::Text {
                groups,
                strip,
                is_on: Some(is_on),
            } => sections(&lines, groups, strip, is_on, jobs),
            Kind::Records {
                options,
                passed,
                is_in_long,
            } => {
                let before = passed.lines;
                passed.pass(lines.as_bytes());
                jobs.push(if lines.ends_with('\n') {
                    Job::Records {
                        lines,
                        options,
                        before,
                    }
                } else {
                    *is_in_long = true;
                    Job::LongRecord {
                        part: lines,
                        line: Some(before + 1),
                    }
                });
            }
        }
    }
}

/// Passes whole lines on, except those between `zhnorm: off` and `zhnorm: on`.
fn sections(
    text: &str,
    groups: &mut Groups,
    strip: &strip::Options,
    is_on: &mut bool,
    jobs: &mut Vec<Job<'_>>,
) {
    let mut rest = text;
    while !rest.is_empty() {
        let (part, marker) = markers::split(rest, *is_on);
        if *is_on {
            groups.read(part);
            if marker.is_some() {
                groups.end();
            }
            jobs.extend(std::iter::from_fn(|| groups.next(strip)).map(Job::Group));
        } else if !part.is_empty() {
            jobs.push(Job::Pass(part.to_owned()));
        }
        let Some((line, after)) = marker else { return };
        jobs.push(Job::Pass(line.to_owned()));
        *is_on = !*is_on;
        rest = after;
    }
}
