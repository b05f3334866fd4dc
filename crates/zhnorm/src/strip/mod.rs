//! Page to article: leaves out navigation, related lists, disclaimers and their like.
//!
//! A scraped page is an article inside furniture. Only whole lines are left out, each under the
//! name of a rule, and precision comes before recall: a line that no rule is sure of stays.
//!
//! 1. Each line is folded and matched with all rules at once (`folded`, `matcher`, `rule_set`).
//!    Most documents end here: nothing matched, the text is returned borrowed.
//! 2. The document is classified (`structure`, `page`). Rules act in the kinds that `rules.toml`
//!    names, most of them in article pages only, and an article page must prove itself by several
//!    lines of furniture at its edges.
//! 3. What single lines cannot tell, their neighbours do (`blocks`): the titles under a related
//!    heading, one interface word among others.
//! 4. Guards: what would leave too little is not done, and flagged.
//!
//! The text of a web page is taken first (`html`); corpus evidence is what the files of a folder
//! have in common (`evidence`).
//!
//! Steps 3 and 4 are repeated until nothing more goes, so that stripping twice is stripping once.
//! What stays is kept byte for byte. Blank lines go only between dropped lines and what stays, at
//! the start and the end of a text. A document of which no line goes is returned as it is.

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
mod notation;
mod options;
mod page;
#[cfg(test)]
mod property_tests;
mod rule_set;
mod rules;
#[cfg(test)]
mod seed_tests;
mod shape;
mod structure;
mod traits;

use std::borrow::Cow;
use std::cell::RefCell;

use crate::report::{Change, Report, Stage};
use matcher::{Hit, Scratch};
use page::{Document, Line, Verdict};

pub use crate::document_kind::DocumentKind;
pub use error::Error;
pub(crate) use error::Result;
pub use evidence::{Evidence, EvidenceBuilder, GroupEvidence, Observation};
pub use listing::{RuleInfo, rules};
use options::MAX_SHARE;
pub use options::Options;
pub use rule_set::Rules;
pub use rules::{Role, Rule, Template};

/// Used by the generator of the rule table. Public as [`crate::internals`] only.
pub(crate) mod internals {
    pub use super::matcher::{Hint, Index, Source, Word};
    pub use super::rules::{RuleFile, expanded};
}

/// More passes than any real document needs; one that is not settled by then is left whole.
const MOST_PASSES: usize = 12;

/// Portals put up to this share of frame around a short notice, counted on labelled pages.
const MOST_FRAME: f32 = 0.985;

/// Strips a text of what is not the article, borrowed when nothing is left out.
///
/// Each line that goes is a [`Change::drop`] of the stage [`Stage::Strip`] under its rule's name.
/// The kind of the document is noted in the report. A document that would lose more than [`Options::max_share`] of its characters and be left without sentences, or
/// lose all of its lines, stays whole and is flagged `guard.share`.
///
/// ```
/// use zhnorm::report::{Report, Stage};
/// use zhnorm::strip::{DocumentKind, Options, strip};
///
/// let text = "首页 > 新闻 > 正文\n昨天下了雪，路上的车开得很慢。\n\n\
///     相关阅读\n雪后的早晨\n晨报 2024-01-02\n最新评论\n";
/// let mut report = Report::listing();
/// let article = strip(text, &Options::default(), &mut report);
/// assert_eq!(article, "昨天下了雪，路上的车开得很慢。\n");
/// assert_eq!(report.document_kind(), Some(DocumentKind::ArticlePage));
/// assert_eq!(report.changed(Stage::Strip, "related"), 3);
/// let heading = report.changes().iter().find(|change| change.rule == "related.heading");
/// assert_eq!(heading.map(|heading| heading.line), Some(4));
/// ```
pub fn strip<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
    if let Some(kind) = kind_of_one_line(text, options) {
        report.set_document_kind(kind);
        return Cow::Borrowed(text);
    }
    strip_lines(text, options, report)
}

/// The same for a text of any number of lines.
fn strip_lines<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
    let separator = separator(text);
    let hits = hits(text, separator, options);
    // Most documents end here: no line meets a rule, and none is known to recur.
    if hits.is_empty() && options.evidence.is_none() {
        report.set_document_kind(
            options
                .kind_hint
                .unwrap_or_else(|| structure::structure(text.split(['\n', '\r'])).kind),
        );
        return Cow::Borrowed(text);
    }
    let verdicts = judge(text, separator, &hits, options, report);
    write(text, separator, &verdicts, report)
}

/// Whether this is a text of one line, of which the built-in rules leave all: there is nothing around it
/// that could prove a page. Not where a caller knows more.
pub(crate) fn leaves_one_line(text: &str, options: &Options) -> bool {
    let content = text.trim_end_matches(['\n', '\r']);
    content.len() + 1 >= text.len()
        && options.evidence.is_none()
        && options.kind_hint.is_none()
        && !options.rules().has_users()
        && memchr::memchr2(b'\n', b'\r', content.as_bytes()).is_none()
}

/// The kind of such a text; nothing for others.
fn kind_of_one_line(text: &str, options: &Options) -> Option<DocumentKind> {
    leaves_one_line(text, options).then(|| structure::structure(text.split(['\n', '\r'])).kind)
}

/// Ends the last line of a text as its other lines are ended. The edit has its place at `end` in the
/// input of the stage.
pub(crate) fn end_last_line<'a>(
    text: Cow<'a, str>,
    end: usize,
    report: &mut Report,
) -> Cow<'a, str> {
    if text.is_empty() || text.ends_with(['\n', '\r']) {
        return text;
    }
    let line_end = lines(&text, separator(&text))
        .next()
        .map(|(_, end, next)| &text[end..next])
        .filter(|end| !end.is_empty())
        .unwrap_or("\n")
        .to_owned();
    let line = 1 + memchr::memchr_iter(b'\n', text.as_bytes()).count();
    report.record(Change::edit(
        Stage::Strip,
        "final-newline",
        end..end,
        line,
        "",
        line_end.as_str(),
    ));
    Cow::Owned(text.into_owned() + &line_end)
}

impl DocumentKind {
    /// The kind of a text under the default options: [`Self::ArticlePage`] if the built-in rules
    /// find furniture at its edges.
    pub fn detect(text: &str) -> Self {
        document_kind(text, &Options::default())
    }
}

/// Names the kind of a document without changing it.
pub(crate) fn document_kind(text: &str, options: &Options) -> DocumentKind {
    let separator = separator(text);
    let hits = hits(text, separator, options);
    let page = read_page(text, separator, &hits, options);
    classify(&page, options).kind
}

/// The byte that ends lines.
fn separator(text: &str) -> u8 {
    if memchr::memchr(b'\n', text.as_bytes()).is_some() {
        b'\n'
    } else {
        b'\r'
    }
}

/// Whether a line is running text that no rule meets: what is before it and what is after
/// it are judged apart.
pub(crate) fn is_running_text(line: &str, options: &Options) -> bool {
    let line = line.trim_end_matches(['\r', '\n']);
    // A garble leaves a question mark where it has eaten what followed.
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
    let look = |scratch: &mut Scratch| {
        lines(text, separator)
            .enumerate()
            .filter_map(|(number, (start, end, _))| {
                let hit = matcher.hit(&text[start..end], scratch)?;
                Some((number, hit))
            })
            .collect()
    };
    with_scratch(look)
}

/// Working memory that a thread keeps: a new one takes longer than a short text.
fn with_scratch<T>(look: impl Fn(&mut Scratch) -> T) -> T {
    thread_local! {
        static SCRATCH: RefCell<Scratch> = RefCell::default();
    }
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => look(&mut scratch),
        Err(_) => look(&mut Scratch::default()),
    })
}

/// The lines of a document that are not blank, with what is known of each.
fn read_page<'t>(
    text: &'t str,
    separator: u8,
    hits: &[(usize, Hit)],
    options: &Options,
) -> Vec<Line<'t>> {
    let mut hits = hits.iter().peekable();
    let mut page: Vec<Line<'_>> = Vec::new();
    for (number, (start, end, _)) in lines(text, separator).enumerate() {
        let content = &text[start..end];
        let hit = hits.next_if(|(of, _)| *of == number).map(|(_, hit)| *hit);
        if !is_blank(content) {
            page.push(Line::new(number, content, hit));
        }
    }
    if let Some(evidence) = &options.evidence {
        page::consult(&mut page, evidence, options);
    }
    page::protect_structure(&mut page);
    page::protect_lines(&mut page, options);
    page
}

/// The kind of the document that these lines make.
fn classify(page: &[Line<'_>], options: &Options) -> Document {
    let structure = structure::structure(page.iter().map(|line| line.text));
    page::classify(page, structure, options)
}

/// What goes, as verdicts by line number from 0; empty if the document is of a kind in which no
/// rule acts, or if a guard says no.
fn judge(
    text: &str,
    separator: u8,
    hits: &[(usize, Hit)],
    options: &Options,
    report: &mut Report,
) -> Vec<(usize, Verdict)> {
    let mut page = read_page(text, separator, hits, options);
    let mut document = classify(&page, options);
    report.set_document_kind(document.kind);
    let mut lost = 0;
    let lines_before = page.len();
    let mut verdicts: Vec<(usize, Verdict)> = Vec::new();
    let mut settled = false;
    for _ in 0..MOST_PASSES {
        let mut gone = blocks::select(&page, document, options);
        if gone.is_empty() {
            // What is left must stay if it is stripped again.
            document = classify(&page, options);
            gone = blocks::select(&page, document, options);
        }
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
    let part = LostPart { lost, page: &page };
    // Who asks for a smaller share than the usual one means it.
    let exceeds = part.exceeds(options.max_share)
        && (options.max_share < MAX_SHARE
            || part.exceeds(MOST_FRAME)
            || !page::reads_as_article(&page));
    if !settled || page.is_empty() || lines_before == 1 || exceeds {
        report.record(
            Change::flag(Stage::Strip, "guard.share", 0..text.len(), 1, "").with_note(format!(
                "{} of {lines_before} lines ({:.0} % of the characters) would go: left whole",
                verdicts.len(),
                part.share(part.left().sum()) * 100.0
            )),
        );
        return Vec::new();
    }
    verdicts.sort_by_key(|(number, _)| *number);
    verdicts
}

/// The share of a page that would go.
struct LostPart<'p, 't> {
    /// The weight of the lines that would go.
    lost: usize,
    /// The lines that would stay.
    page: &'p [Line<'t>],
}

impl LostPart<'_, '_> {
    /// The weights of what would stay, line by line.
    fn left(&self) -> impl Iterator<Item = usize> {
        self.page.iter().map(|line| weight(line.text))
    }

    /// The share when so much is left.
    fn share(&self, left: usize) -> f32 {
        self.lost as f32 / (left + self.lost).max(1) as f32
    }

    /// Whether it is larger than `most`. Weighs no more of what stays than it takes to say no.
    fn exceeds(&self, most: f32) -> bool {
        let mut left = 0;
        self.share(left) > most
            && self.left().all(|weight| {
                left += weight;
                self.share(left) > most
            })
    }
}

/// How much a line weighs in the share that may go: its letters and Chinese characters.
fn weight(line: &str) -> usize {
    line.chars()
        .filter(|&char| fold::is_chinese(char) || char.is_alphanumeric())
        .count()
}

/// Writes what stays, and records what goes.
fn write<'a>(
    text: &'a str,
    separator: u8,
    verdicts: &[(usize, Verdict)],
    report: &mut Report,
) -> Cow<'a, str> {
    if verdicts.is_empty() {
        return Cow::Borrowed(text);
    }
    let pieces = pieces(text, separator, verdicts, &mut Recorder { text, report });
    if let [(start, end)] = pieces[..] {
        return Cow::Borrowed(&text[start..end]);
    }
    pieces
        .iter()
        .map(|&(start, end)| &text[start..end])
        .collect()
}

/// The text without the lines that go. If they are its first or last lines, the blank lines between
/// them and what stays go as well.
fn pieces(
    text: &str,
    separator: u8,
    verdicts: &[(usize, Verdict)],
    record: &mut Recorder<'_>,
) -> Vec<(usize, usize)> {
    let mut verdicts = verdicts.iter().peekable();
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    let mut keep = |start: usize, end: usize| match pieces.last_mut() {
        Some((_, to)) if *to == start => *to = end,
        _ => pieces.push((start, end)),
    };
    let mut changes: Vec<(usize, usize, usize, Option<&Verdict>)> = Vec::new();
    // Blank lines whose neighbours are not known yet.
    let mut waiting: Vec<(usize, usize, usize)> = Vec::new();
    // Whether a line that is not blank has stayed, and whether one has gone since.
    let (mut has_kept, mut has_dropped) = (false, false);
    for (number, (start, end, next)) in lines(text, separator).enumerate() {
        let verdict = verdicts.next_if(|(of, _)| *of == number);
        if verdict.is_none() && is_blank(&text[start..end]) {
            waiting.push((number, start, next));
            continue;
        }
        let Some((_, verdict)) = verdict else {
            for (number, start, next) in waiting.drain(..) {
                if !has_kept && has_dropped {
                    changes.push((number, start, next, None));
                } else {
                    keep(start, next);
                }
            }
            keep(start, next);
            (has_kept, has_dropped) = (true, false);
            continue;
        };
        changes.push((number, start, next, Some(verdict)));
        has_dropped = true;
    }
    for (number, start, next) in waiting {
        if has_dropped {
            changes.push((number, start, next, None));
        } else {
            keep(start, next);
        }
    }
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
}
