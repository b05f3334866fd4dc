//! The lines of a document, what is known of each, and whether they make an article page.
//!
//! Prose inside furniture is an article page. Furniture proves itself by company: several lines
//! that meet strong rules, of more than one rule, above the first sentence or after the last one.
//! One such line may be a quotation, a heading or the author's own words.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::evidence::GroupEvidence;
use super::kind::{Kind, MOST_ON_A_PAGE};
use super::matcher::Hit;
use super::options::Options;
use super::rules::{Role, Rule};
use super::shape::{Shape, shape};
use super::structure::Structure;
use crate::document_kind::DocumentKind;

/// A line of the page that is not blank.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// Its number in the text, from 0.
    pub number: usize,
    /// The line without its end.
    pub text: &'t str,
    /// The rule that it met.
    pub hit: Option<Hit>,
    /// In how many of how many other documents the same line occurs.
    pub recurs: Option<(u32, u32)>,
    /// In how many of how many other documents a line of its kind occurs.
    pub kind_recurs: Option<KindRecurs>,
    shape: OnceCell<Shape>,
}

/// In how many of how many other documents a line's kind occurs.
#[derive(Clone, Copy, Debug)]
pub(super) struct KindRecurs {
    pub found: (u32, u32),
    /// Whether it counts only above the article.
    pub heads: bool,
}

/// Why a line goes.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub rule: Cow<'static, str>,
    pub note: Option<Cow<'static, str>>,
}

/// A page with at least this many lines about who wrote a post is a thread.
pub(super) const THREAD: usize = 4;

/// Lines of furniture that prove a page, of at least [`RULES_OF_PROOF`] rules.
const PROOF: usize = 3;
const RULES_OF_PROOF: usize = 2;

/// The same for a document that has the structure of another kind.
const PROOF_AGAINST_STRUCTURE: usize = 6;
const RULES_AGAINST_STRUCTURE: usize = 3;

/// The same for a document of which most lines are short.
const PROOF_AMONG_ENTRIES: usize = 3;

/// Titles of articles are longer on average, in characters.
const SHORTEST_TITLE: usize = 7;

/// So many lines of interface words are a menu.
const WORDS_OF_A_MENU: usize = 4;

/// So many characters of sentences are an article even in the midst of a list.
const BODY_IN_A_LIST: usize = 150;

/// A rule counts at most so many times in the proof: the entries of a glossary meet one rule again
/// and again.
const MOST_OF_A_RULE: usize = 2;

/// The edges of a page have at most so many lines each; more are a list's entries.
const LONGEST_EDGE: usize = 400;

/// Fewer characters are a single word, which proves nothing.
const SHORTEST_PROOF: usize = 4;

/// An article has at least this many characters of sentences.
const SHORTEST_BODY: usize = 10;

/// A line of prose in so many entries at most; fewer are examples in a dictionary.
const ENTRIES_TO_A_SENTENCE: usize = 60;

/// More documents than an article has editions in one folder.
const EDITIONS: u32 = 4;

/// So many characters of sentences are an article.
const ARTICLE: usize = 80;

impl<'t> Line<'t> {
    pub(super) fn new(number: usize, text: &'t str, hit: Option<Hit>) -> Self {
        Self {
            number,
            text,
            hit,
            recurs: None,
            kind_recurs: None,
            shape: OnceCell::new(),
        }
    }

    /// The look of the line, computed when it is first needed.
    pub(super) fn shape(&self) -> Shape {
        *self.shape.get_or_init(|| shape(self.text))
    }

    /// Makes the line a part of the author's own structure, which no rule judges.
    fn protect(&mut self) {
        (self.hit, self.recurs, self.kind_recurs) = (None, None, None);
        self.shape = OnceCell::from(Shape::Kept);
    }

    /// Whether the line is a sentence of the article: running text that meets no rule.
    pub(super) fn is_body(&self) -> bool {
        self.hit.is_none()
            && self.recurs.is_none()
            && self.shape() == Shape::Prose
            && self.text.contains(['。', '，', '！', '？', '；', '．'])
    }

    /// Whether the line reads as a sentence, whatever it says.
    pub(super) fn is_sentence(&self) -> bool {
        let text = self.text.trim_end();
        text.ends_with(['。', '！', '？', '…'])
            || text.contains('。')
            || (text.contains('，') && text.chars().count() >= 16)
    }

    /// Whether the line is a word or a number by itself. A word in brackets, before a colon or
    /// before a bar is a button or a label.
    pub(super) fn is_single_word(&self) -> bool {
        let text = self.text.trim();
        let is_button = text.starts_with(['[', '【', '［', '|', '｜'])
            || text.ends_with(['：', ':', '|', '｜', '︰']);
        self.letters() < if is_button { 2 } else { SHORTEST_PROOF }
    }

    /// Whether the line is long enough to prove anything.
    fn is_phrase(&self) -> bool {
        let is_label = self.text.trim_end().ends_with(['：', ':', '︰']);
        self.letters() + usize::from(is_label) >= SHORTEST_PROOF
    }

    /// The letters of the line, as far as they matter.
    fn letters(&self) -> usize {
        let letters = self.text.chars().filter(|char| char.is_alphanumeric());
        letters.take(SHORTEST_PROOF).count()
    }
}

/// Protects what the author marked up: front matter, fenced code, rows of tables.
pub(super) fn protect_structure(page: &mut [Line<'_>]) {
    let is_rule = |line: &Line<'_>| line.text.trim_end() == "---";
    if page.first().is_some_and(is_rule) {
        let end = page.iter().skip(1).take(60).position(is_rule);
        if let Some(end) = end {
            page[..end + 2].iter_mut().for_each(Line::protect);
        }
    }
    let mut in_fence: Option<&str> = None;
    for line in page {
        let text = line.text.trim();
        let fence = ["```", "~~~"]
            .into_iter()
            .find(|fence| text.starts_with(fence));
        let row = text.len() > 2 && text.starts_with('|') && text.ends_with('|');
        if fence.is_some() || in_fence.is_some() || row {
            line.protect();
        }
        in_fence = match (in_fence, fence) {
            (None, fence) => fence,
            (Some(open), Some(close)) if open == close => None,
            (open, _) => open,
        };
    }
}

/// Protects the lines that the options name.
pub(super) fn protect_lines(page: &mut [Line<'_>], options: &Options) {
    for line in page {
        if options.keeps_line(line.text) {
            line.protect();
        }
    }
}

/// What a document is, and where rules may act in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub kind: DocumentKind,
    /// How the edges of the article were found; none if no furniture is proved, and so no rule may
    /// act.
    pub edges: Option<Edges>,
}

/// Where an article begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edges {
    /// At its first and its last sentence.
    Sentences,
    /// At the furniture around most of its sentences: comments, summaries and notices outside have
    /// sentences, too.
    Furniture,
}

/// Names the kind of a document from its structure and its lines.
pub(super) fn classify(page: &[Line<'_>], structure: Structure, options: &Options) -> Document {
    let plain = Document {
        kind: structure.kind,
        edges: None,
    };
    match options.kind_hint {
        _ if structure.is_certain => return plain,
        Some(DocumentKind::ArticlePage) => {
            return Document {
                kind: DocumentKind::ArticlePage,
                edges: Some(Edges::Furniture),
            };
        }
        Some(kind) => return Document { kind, ..plain },
        None => {}
    }
    let sentences: Vec<&Line<'_>> = page.iter().filter(|line| line.is_body()).collect();
    let length: usize = sentences.iter().map(|line| line.text.chars().count()).sum();
    let is_list =
        page.len() > 2 * LONGEST_EDGE && sentences.len() * ENTRIES_TO_A_SENTENCE < page.len();
    let is_glossary = structure.kind == DocumentKind::List
        && (length < BODY_IN_A_LIST || sentences.len() < 2)
        && posts(page, options).count() < THREAD
        && is_glossary(page);
    if length < SHORTEST_BODY || is_list || is_glossary {
        return plain;
    }
    let (lines, rules) = match structure.kind {
        DocumentKind::Prose => (PROOF, RULES_OF_PROOF),
        // Portals put a long menu around each article.
        DocumentKind::List => (PROOF_AMONG_ENTRIES, RULES_AGAINST_STRUCTURE),
        _ => (PROOF_AGAINST_STRUCTURE, RULES_AGAINST_STRUCTURE),
    };
    let proof = |edges| Proof::of_page(page, edges, options);
    let edges =
        if proof(Edges::Furniture).is_at_least(PROOF_AGAINST_STRUCTURE, RULES_AGAINST_STRUCTURE) {
            Some(Edges::Furniture)
        } else if proof(Edges::Sentences).is_at_least(lines, rules) {
            Some(Edges::Sentences)
        } else {
            None
        };
    let begun = page.iter().position(Line::is_body).unwrap_or(0);
    let kind = if is_thread(page, begun, options) {
        DocumentKind::Thread
    } else if edges.is_some() {
        DocumentKind::ArticlePage
    } else {
        structure.kind
    };
    Document { kind, edges }
}

/// Whether the lines of a list that are no sentences read as entries, and not as titles of other
/// articles between furniture: they are words, or most of them meet a rule.
fn is_glossary(page: &[Line<'_>]) -> bool {
    let (mut known, mut unknown, mut letters) = (0, 0, 0);
    for line in page.iter().filter(|line| !line.is_body()) {
        if line.hit.is_some() {
            known += 1;
        } else {
            unknown += 1;
            letters += line.text.chars().count();
        }
    }
    known >= unknown || letters < unknown * SHORTEST_TITLE
}

/// The lines around posts, by index.
pub(super) fn posts<'a>(
    page: &'a [Line<'_>],
    options: &'a Options,
) -> impl Iterator<Item = usize> + 'a {
    let is_post =
        |line: &Line<'_>| rule_of(line, options).is_some_and(|rule| rule.role == Role::Post);
    (0..page.len()).filter(move |&at| is_post(&page[at]))
}

/// Whether posts begin at the top of a page: below an article they are comments.
fn is_thread(page: &[Line<'_>], begun: usize, options: &Options) -> bool {
    posts(page, options).count() >= THREAD
        && posts(page, options)
            .next()
            .is_some_and(|first| first < begun + 3)
}

/// The lines of the article, from the first one to the last one; empty if there is no sentence.
pub(super) fn body(page: &[Line<'_>], edges: Edges, options: &Options) -> Range<usize> {
    let first = page.iter().position(Line::is_body);
    let last = page.iter().rposition(Line::is_body);
    let (Some(first), Some(last)) = (first, last) else {
        return 0..0;
    };
    if edges == Edges::Sentences {
        return first..last + 1;
    }
    let length = |line: &Line<'_>| line.text.len();
    let all: usize = page.iter().filter(|line| line.is_body()).map(length).sum();
    let is_edge = |line: &Line<'_>| {
        !line.is_sentence() && line.is_phrase() && is_proof(line, options).is_some()
    };
    let outermost = |lines: &mut dyn Iterator<Item = usize>, share: usize, ratio: usize| {
        let (mut found, mut seen, mut sentences, mut outside) = (None, 0, 0, 0);
        for at in lines {
            seen += 1;
            if page[at].is_body() {
                sentences += 1;
                outside += length(&page[at]);
            }
            if outside * share > all {
                break;
            }
            if is_edge(&page[at]) && sentences * ratio <= seen {
                found = Some(at);
            }
        }
        found
    };
    let start = outermost(&mut (0..page.len()), 7, 4).map_or(first, |at| at + 1);
    let end = outermost(&mut (0..page.len()).rev(), 5, 3).unwrap_or(last + 1);
    if start < end {
        start.max(first)..end.min(last + 1)
    } else {
        first..last + 1
    }
}

/// The rule under which a line proves furniture.
fn is_proof(line: &Line<'_>, options: &Options) -> Option<u16> {
    let hit = line.hit.filter(|hit| hit.strong)?;
    let rule = rule_of(line, options)?;
    (!rule.off && !matches!(rule.role, Role::About | Role::Post)).then_some(hit.rule)
}

/// The furniture found at the edges of a page.
#[derive(Debug, Default)]
struct Proof {
    /// How often each rule counts.
    rules: HashMap<u16, usize>,
    /// Lists of titles under a related heading.
    lists: usize,
    /// Lines that recur in other documents, and their weight.
    recurring_lines: usize,
    recurring: usize,
    /// Interface words, one or two in each line.
    words: usize,
    /// Dates, sources and authors.
    about: usize,
}

impl Proof {
    fn of_page(page: &[Line<'_>], edges: Edges, options: &Options) -> Self {
        let mut proof = Self::default();
        let body = body(page, edges, options);
        let head = 0..body.start.min(LONGEST_EDGE);
        let tail = body.end..page.len().min(body.end + LONGEST_EDGE);
        for at in head.chain(tail) {
            let line = &page[at];
            let Some(rule) = rule_of(line, options) else {
                if line.is_phrase() && options.acts("template") {
                    proof.recurring += line.recurs.map_or(0, weight_of_recurrence);
                    proof.recurring_lines += usize::from(line.recurs.is_some());
                }
                continue;
            };
            let strong = line.hit.is_some_and(|hit| hit.strong);
            proof.about += usize::from(strong && rule.off);
            proof.words += usize::from(!rule.words.is_empty() && !strong);
            if !line.is_phrase() {
                continue;
            }
            let Some(number) = is_proof(line, options) else {
                continue;
            };
            *proof.rules.entry(number).or_default() += 1;
            let is_item = |line: &Line<'_>| {
                !line.is_body()
                    && rule_of(line, options).is_none_or(|rule| rule.role == Role::About)
            };
            let items = page[at + 1..].iter().take_while(|line| is_item(line));
            if rule.opens && at >= body.end && items.count() >= 2 {
                proof.lists += 1;
            }
        }
        proof
    }

    fn is_at_least(&self, lines: usize, rules: usize) -> bool {
        let capped = self.rules.values().map(|&count| count.min(MOST_OF_A_RULE));
        let strong = capped.sum::<usize>() + self.recurring.min(lines);
        let other = [
            self.lists.min(1),
            (self.words / WORDS_OF_A_MENU).min(1),
            self.about.min(1),
        ];
        let other: usize = other.iter().sum();
        let distinct = self.rules.len() + self.recurring_lines.min(rules);
        distinct >= 2 && strong + other >= lines && distinct + other >= rules
    }
}

/// The rule that a line met.
pub(super) fn rule_of<'o>(line: &Line<'_>, options: &'o Options) -> Option<&'o Rule> {
    line.hit
        .map(|hit| &options.rules().rules()[usize::from(hit.rule)])
}

/// Notes what the other documents of the group say about the lines of a page.
pub(super) fn consult(page: &mut [Line<'_>], evidence: &GroupEvidence, options: &Options) {
    let mut kinds: HashMap<Kind, Vec<usize>> = HashMap::new();
    for (at, line) in page.iter_mut().enumerate() {
        line.recurs = evidence.recurs(line.text);
        if let Some(kind) = Kind::from_line(line.text, rule_of(line, options)) {
            kinds.entry(kind).or_default().push(at);
        }
    }
    for (kind, lines) in kinds {
        if lines.len() <= MOST_ON_A_PAGE {
            let recurs = evidence.recurs_in_kind(&kind).map(|found| KindRecurs {
                found,
                heads: kind.is_heads(),
            });
            for at in lines {
                page[at].kind_recurs = recurs;
            }
        }
    }
    keep_editions(page);
}

/// Whether something that occurs in so many documents of so many is in all editions of an article
/// that a folder may hold, and in others: only a template's lines are.
pub(super) fn is_everywhere((found, of): (u32, u32)) -> bool {
    found >= EDITIONS && found * 2 >= of
}

/// What a recurring line is worth in the proof of a page: two lines if all documents have it, as a
/// template's first and last lines.
fn weight_of_recurrence((found, of): (u32, u32)) -> usize {
    if found == of || is_everywhere((found, of)) {
        2
    } else {
        1
    }
}

/// Takes evidence back from a page most of whose sentences recur: it is another edition of an
/// article, and what the two share is the article. Only lines of many documents are a template's.
fn keep_editions(page: &mut [Line<'_>]) {
    let (mut all, mut recurring) = (0, 0);
    for line in page.iter().filter(|line| line.shape() == Shape::Prose) {
        // Disclaimers are for the rules to judge, and a long menu is no sentence.
        let sentence = line.text.contains(['。', '，', '！', '？', '；']);
        if !sentence || line.hit.is_some() || line.recurs.is_some_and(is_everywhere) {
            continue;
        }
        all += line.text.len();
        recurring += if line.recurs.is_some() {
            line.text.len()
        } else {
            0
        };
    }
    if recurring * 2 <= all {
        return;
    }
    for line in page {
        line.recurs = line.recurs.filter(|&found| is_everywhere(found));
        line.kind_recurs = line.kind_recurs.filter(|kind| is_everywhere(kind.found));
    }
}

/// Whether what stays of a page is an article beyond doubt: sentences, most of it.
pub(super) fn reads_as_article(page: &[Line<'_>]) -> bool {
    let length = |line: &Line<'_>| line.text.chars().count();
    let all: usize = page.iter().map(length).sum();
    let prose = page
        .iter()
        .filter(|line| line.hit.is_none() && line.text.contains(['。', '！', '？']));
    let long: usize = prose.map(length).sum();
    long >= ARTICLE && long * 2 >= all
}
