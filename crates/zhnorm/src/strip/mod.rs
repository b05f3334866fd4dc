//! Page to article: leaves out navigation, related lists, disclaimers and their like.
//!
//! A scraped page is an article in a frame. Only whole lines are left out, each under the name of
//! a rule, and precision comes before recall: a line that no rule is sure of stays.
//!
//! 1. Each line is folded and matched with all rules at once (`folded`, `matcher`, `rules`).
//!    Most documents end here: nothing matched, the text is given back borrowed.
//! 2. What single lines cannot tell, their neighbours do (`blocks`): the titles under a related
//!    heading, one interface word among others.
//! 3. Guards: what would leave too little is not done, and said.
//!
//! Of a web page the text is taken first (`html`); of a folder, what its files have in common
//! (`evidence`).
//!
//! Steps 2 and 3 are repeated until nothing more goes, so that stripping twice is stripping once.
//! What stays is kept byte for byte, line ends included; blank lines at the very start and end go
//! and the text ends in one line end.

mod blocks;
mod error;
mod evidence;
mod fold;
mod folded;
#[cfg(feature = "html")]
pub mod html;
mod kind;
mod listing;
mod matcher;
mod options;
#[cfg(test)]
mod property_tests;
mod rules;
#[cfg(test)]
mod seed_tests;
mod shape;
mod traits;

use std::borrow::Cow;

use crate::report::{Change, LineCounter, Report, Stage};
use blocks::{Line, Verdict};
use matcher::{Hit, Scratch};

pub use error::Error;
pub(crate) use error::Result;
pub use evidence::{Evidence, EvidenceBuilder, GroupEvidence, Observation};
pub use listing::{RuleInfo, rules};
use options::MAX_SHARE;
pub use options::Options;
pub use rules::{Rule, Rules};

/// Used by the generator of the rule table. Public as [`crate::internals`] only.
pub(crate) mod internals {
    pub use super::matcher::{Index, Source, Tells, Word};
    pub use super::rules::{RuleFile, expanded};
}

/// More passes than any real document needs; one that is not settled by then is left whole.
const MOST_PASSES: usize = 12;

/// Portals put up to this share of frame around a short notice, counted on labelled pages.
const MOST_FRAME: f32 = 0.985;

/// Strips a text of what is not the article, borrowed when nothing is left out.
///
/// Each line that goes is a [`Change::drop`] of the stage [`Stage::Strip`] under its rule's name;
/// the line end that the last line lacked is an edit of the rule `final-newline`. A document that
/// would lose more than [`Options::max_share`] of its characters and be left without sentences, or
/// lose all of its lines, stays whole and is flagged `guard.share`.
///
/// ```
/// use zhnorm::report::{Report, Stage};
/// use zhnorm::strip::{Options, strip};
///
/// let text = "昨天下了雪，路上的车开得很慢。\n\n相关阅读\n雪后的早晨\n晨报 2024-01-02\n";
/// let mut report = Report::listing();
/// let article = strip(text, &Options::default(), &mut report);
/// assert_eq!(article, "昨天下了雪，路上的车开得很慢。\n");
/// assert_eq!(report.changed(Stage::Strip, "related"), 3);
/// let heading = report.changes().iter().find(|change| change.rule == "related.heading");
/// assert_eq!(heading.map(|heading| heading.line), Some(3));
/// ```
pub fn strip<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
    let separator = if memchr::memchr(b'\n', text.as_bytes()).is_some() {
        b'\n'
    } else {
        b'\r'
    };
    let hits = hits(text, separator, options);
    // The way out for most documents: no line meets a rule, and none is known to recur.
    let verdicts = if hits.is_empty() && options.evidence.is_none() {
        Vec::new()
    } else {
        judge(text, separator, &hits, options, report)
    };
    write(text, separator, &verdicts, report)
}

/// Whether a line is running text that no rule meets: what stands before it and what stands after
/// it are judged apart.
pub(crate) fn is_running_text(line: &str, options: &Options) -> bool {
    let line = line.trim_end_matches(['\r', '\n']);
    // A garble leaves a question mark where it has eaten what stood behind.
    !is_blank(line)
        && !line.ends_with('?')
        && shape::shape(line) == shape::Shape::Prose
        && options
            .evidence
            .as_ref()
            .is_none_or(|evidence| evidence.recurs(line).is_none())
        && options
            .rules()
            .matcher()
            .hit(line, &mut Scratch::default())
            .is_none()
}

/// The lines of a text with their ends, as byte ranges: start, end of content, start of the next.
fn lines(text: &str, separator: u8) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    let bytes = text.as_bytes();
    let mut ends = memchr::memchr_iter(separator, bytes);
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let (end, next) = match ends.next() {
            Some(end) => (end, end + 1),
            None => (bytes.len(), bytes.len()),
        };
        let carriage = separator == b'\n' && next > end && end > start && bytes[end - 1] == b'\r';
        let line = (start, end - usize::from(carriage), next);
        start = next;
        Some(line)
    })
}

/// Whether a line holds nothing that can be seen.
fn is_blank(line: &str) -> bool {
    line.chars().all(is_blank_char)
}

fn is_blank_char(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}')
}

/// The lines that meet a rule, by number from 0.
fn hits(text: &str, separator: u8, options: &Options) -> Vec<(usize, Hit)> {
    let matcher = options.rules().matcher();
    let mut scratch = Scratch::default();
    lines(text, separator)
        .enumerate()
        .filter_map(|(number, (start, end, _))| {
            let hit = matcher.hit(&text[start..end], &mut scratch)?;
            Some((number, hit))
        })
        .collect()
}

/// What goes, as verdicts by line number from 0; empty when a guard says no.
fn judge(
    text: &str,
    separator: u8,
    hits: &[(usize, Hit)],
    options: &Options,
    report: &mut Report,
) -> Vec<(usize, Verdict)> {
    let mut hits = hits.iter().peekable();
    let mut page: Vec<Line<'_>> = Vec::new();
    for (number, (start, end, _)) in lines(text, separator).enumerate() {
        let content = &text[start..end];
        let hit = hits.next_if(|(of, _)| *of == number).map(|(_, hit)| *hit);
        if is_blank(content) {
            continue;
        }
        page.push(Line::new(number, content, hit));
    }
    if let Some(evidence) = &options.evidence {
        blocks::consult(&mut page, evidence, options);
    }
    let mut lost = 0;
    let lines_before = page.len();
    let mut verdicts: Vec<(usize, Verdict)> = Vec::new();
    let mut settled = false;
    for _ in 0..MOST_PASSES {
        let gone = blocks::judge(&page, options);
        if gone.is_empty() {
            settled = true;
            break;
        }
        let mut at = 0;
        page.retain(|line| {
            let goes = gone
                .get(at)
                .is_some_and(|(number, _)| *number == line.number);
            at += usize::from(goes);
            lost += if goes { weight(line.text) } else { 0 };
            !goes
        });
        verdicts.extend(gone);
    }
    if verdicts.is_empty() {
        return verdicts;
    }
    let share = Share { lost, page: &page };
    // Who asks for a smaller share than the usual one means it.
    let exceeds = share.exceeds(options.max_share)
        && (options.max_share < MAX_SHARE
            || share.exceeds(MOST_FRAME)
            || !blocks::reads_as_article(&page));
    if !settled || page.is_empty() || lines_before == 1 || exceeds {
        report.record(
            Change::flag(Stage::Strip, "guard.share", 0..text.len(), 1, "").with_note(format!(
                "{} of {lines_before} lines ({:.0} % of the characters) would go: left whole",
                verdicts.len(),
                share.of(share.left().sum()) * 100.0
            )),
        );
        return Vec::new();
    }
    verdicts.sort_by_key(|(number, _)| *number);
    verdicts
}

/// The share of a page that would go.
struct Share<'p, 't> {
    /// The weight of the lines that would go.
    lost: usize,
    /// The lines that would stay.
    page: &'p [Line<'t>],
}

impl Share<'_, '_> {
    /// The weights of what would stay, line by line.
    fn left(&self) -> impl Iterator<Item = usize> {
        self.page.iter().map(|line| weight(line.text))
    }

    /// The share when so much is left.
    fn of(&self, left: usize) -> f32 {
        self.lost as f32 / (left + self.lost).max(1) as f32
    }

    /// Whether it is larger than `most`. Weighs no more of what stays than it takes to say no.
    fn exceeds(&self, most: f32) -> bool {
        let mut left = 0;
        self.of(left) > most
            && self.left().all(|weight| {
                left += weight;
                self.of(left) > most
            })
    }
}

/// How much a line weighs in the share that may go: its letters and Chinese characters.
fn weight(line: &str) -> usize {
    line.chars()
        .filter(|&char| fold::is_han(char) || char.is_alphanumeric())
        .count()
}

/// Writes what stays, and records what goes.
fn write<'a>(
    text: &'a str,
    separator: u8,
    verdicts: &[(usize, Verdict)],
    report: &mut Report,
) -> Cow<'a, str> {
    let mut record = Recorder { text, report };
    let pieces = if verdicts.is_empty() {
        edges(text, separator, &mut record)
    } else {
        pieces(text, separator, verdicts, &mut record)
    };
    let Some(&(_, last)) = pieces.last() else {
        return Cow::Borrowed("");
    };
    let unended = text.as_bytes()[last - 1] != separator;
    if pieces.len() == 1 && !unended {
        return Cow::Borrowed(&text[pieces[0].0..last]);
    }
    let mut written = String::with_capacity(text.len() + 2);
    for (start, end) in pieces {
        written.push_str(&text[start..end]);
    }
    if unended {
        let end = lines(text, separator)
            .next()
            .map(|(_, end, next)| &text[end..next])
            .filter(|end| !end.is_empty())
            .unwrap_or("\n");
        written.push_str(end);
        record.line_end(last, end);
    }
    Cow::Owned(written)
}

/// The text without the blank lines at its very start and end, as byte ranges.
fn edges(text: &str, separator: u8, record: &mut Recorder<'_>) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let first = lines(text, separator).find(|&(start, end, _)| !is_blank(&text[start..end]));
    let Some((head, _, _)) = first else {
        record.blank(0, text.len(), 1);
        return Vec::new();
    };
    let seen = text.trim_end_matches(is_blank_char).len();
    let tail = memchr::memchr(separator, &bytes[seen..]).map_or(text.len(), |at| seen + at + 1);
    record.blank(0, head, 1);
    if tail < text.len() {
        let line = 1 + memchr::memchr_iter(separator, &bytes[..tail]).count();
        record.blank(tail, text.len(), line);
    }
    vec![(head, tail)]
}

/// The text without the lines that go and the blank lines at the ends of what stays.
fn pieces(
    text: &str,
    separator: u8,
    verdicts: &[(usize, Verdict)],
    record: &mut Recorder<'_>,
) -> Vec<(usize, usize)> {
    let mut verdicts = verdicts.iter().peekable();
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    let keep = |pieces: &mut Vec<(usize, usize)>, start: usize, end: usize| match pieces.last_mut()
    {
        Some((_, to)) if *to == start => *to = end,
        _ => pieces.push((start, end)),
    };
    // Lines after the last one that stays so far: blank ones, which stay if another follows.
    let mut waiting: Vec<(usize, usize, usize)> = Vec::new();
    let mut changes: Vec<(usize, usize, usize, Option<&Verdict>)> = Vec::new();
    for (number, (start, end, next)) in lines(text, separator).enumerate() {
        if let Some((_, verdict)) = verdicts.next_if(|(of, _)| *of == number) {
            changes.push((number, start, next, Some(verdict)));
        } else if !is_blank(&text[start..end]) {
            for (_, start, next) in waiting.drain(..) {
                keep(&mut pieces, start, next);
            }
            keep(&mut pieces, start, next);
        } else if pieces.is_empty() {
            changes.push((number, start, next, None));
        } else {
            waiting.push((number, start, next));
        }
    }
    changes.extend(
        waiting
            .into_iter()
            .map(|(number, start, next)| (number, start, next, None)),
    );
    changes.sort_by_key(|change| change.0);
    for (number, start, next, verdict) in changes {
        match verdict {
            Some(verdict) => record.line(verdict, start, next, number + 1),
            None => record.blank(start, next, number + 1),
        }
    }
    pieces
}

/// Puts what goes into the report.
struct Recorder<'r> {
    text: &'r str,
    report: &'r mut Report,
}

impl Recorder<'_> {
    fn line(&mut self, verdict: &Verdict, start: usize, next: usize, line: usize) {
        if !self.report.lists() {
            self.report.count(Stage::Strip, verdict.rule.clone(), 1);
            return;
        }
        let before = self.text[start..next].trim_end_matches(['\r', '\n']);
        let mut change = Change::drop(
            Stage::Strip,
            verdict.rule.clone(),
            start..next,
            line,
            before,
        );
        change.note.clone_from(&verdict.note);
        self.report.record(change);
    }

    fn blank(&mut self, start: usize, end: usize, line: usize) {
        if start < end {
            let before = &self.text[start..end];
            self.report.record(Change::drop(
                Stage::Strip,
                "blank",
                start..end,
                line,
                before,
            ));
        }
    }

    fn line_end(&mut self, at: usize, end: &str) {
        let line = LineCounter::new(self.text.as_bytes()).line_at(at);
        self.report.record(Change::edit(
            Stage::Strip,
            "final-newline",
            at..at,
            line,
            "",
            end,
        ));
    }
}
