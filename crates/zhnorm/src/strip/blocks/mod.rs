//! Decides which lines of an article page go, from what they meet and from where they are.
//!
//! A title under `相关阅读` looks like any subheading, and `评论` alone may be one: only the lines
//! around them show what they are. This module looks at a page's lines in order:
//!
//! - a line that met a strong rule goes at the edges of the article, and inside it in company;
//! - a weak one, a single word and a number go only with furniture on both sides; outside the
//!   article one side is enough for words of an interface;
//! - a weak one that stands a few lines from what goes, without a sentence between them, goes with it;
//! - a related heading opens a block: titles, dates, summaries that were cut off. It closes at
//!   prose, at a caption, at verse and at a reference. A block that ends with the page or at
//!   another line of furniture goes; one that runs into the article may be a box of the article's
//!   own and stays whole. Above the article no block takes a line along.

mod beside;
mod footer;
mod related;
mod selection;

use super::options::Options;
use super::page::{Document, KindRecurs, Line, Verdict, body, is_everywhere};
use super::rules::Role;
use super::shape::Shape;
use crate::document_kind::DocumentKind;
use selection::{Selection, acts_in};

/// A run of weak lines alone is believed from this length on, at the edges of a page.
const RUN_OF_WEAK: usize = 4;

/// A list of at least this many titles is one even if prose follows.
const LIST: usize = 4;

/// Gaps of at most this many lines between lines of furniture are furniture.
const GAP: usize = 3;

/// The lines that go, by number, in order.
pub(super) fn select(
    page: &[Line<'_>],
    document: Document,
    options: &Options,
) -> Vec<(usize, Verdict)> {
    let Document { kind, edges } = document;
    let Some(edges) = edges else {
        return own_hits(page, kind, options);
    };
    let mut selection = Selection {
        page,
        kind,
        options,
        verdicts: page.iter().map(|_| None).collect(),
        begun: page
            .iter()
            .position(|line| {
                line.shape() == Shape::Prose && line.hit.is_none() && line.recurs.is_none()
            })
            .unwrap_or(page.len()),
        edges,
        body: body(page, edges, options),
    };
    selection.drop_strong_hits();
    selection.drop_weak_runs();
    if kind == DocumentKind::ArticlePage {
        selection.drop_template_kinds();
        selection.drop_related_blocks();
        selection.drop_mastheads();
        // In a thread short lines are what people said, wherever they are.
        if !selection.is_thread() {
            selection.drop_beside_furniture();
            selection.drop_tail();
            selection.drop_titles_after_article();
            selection.drop_gaps();
        }
    }
    selection
        .verdicts
        .into_iter()
        .zip(page)
        .filter_map(|(verdict, line)| Some((line.number, verdict?)))
        .collect()
}

/// The lines that meet a strong rule of the user's own, which needs no proof of furniture.
fn own_hits(page: &[Line<'_>], kind: DocumentKind, options: &Options) -> Vec<(usize, Verdict)> {
    let own = |line: &Line<'_>| -> Option<(usize, Verdict)> {
        let hit = line.hit.filter(|hit| hit.strong)?;
        let acts = options.rules().is_own(hit.rule) && acts_in(hit.rule, kind, options);
        let rule = options.rules().rules()[usize::from(hit.rule)].name.clone();
        acts.then_some((line.number, Verdict { rule, note: None }))
    };
    page.iter().filter_map(own).collect()
}

impl Selection<'_, '_> {
    fn drop_strong_hits(&mut self) {
        for at in 0..self.page.len() {
            if !self.is_verdict(at) || self.opens(at) {
                continue;
            }
            let inset = self
                .rule(at)
                .is_some_and(|rule| rule.role != Role::Furniture);
            let own = self.page[at]
                .hit
                .is_some_and(|hit| self.options.rules().is_own(hit.rule));
            let placed = own
                || !self.is_inside(at)
                || self.recurs(at)
                || (self.has_company(at) && !self.is_among_sentences(at))
                || (inset && !self.page[at].is_sentence());
            if placed {
                self.drop_by_hit(at);
            }
        }
    }

    /// Whether a line is a sentence between two of the article's.
    fn is_among_sentences(&self, at: usize) -> bool {
        let is_body = |at: usize| self.page.get(at).is_some_and(Line::is_body);
        self.page[at].is_sentence() && at > 0 && is_body(at - 1) && is_body(at + 1)
    }

    /// Drops lines that weak rules met: outside the article with furniture on one side, inside it
    /// with furniture on both.
    fn drop_weak_runs(&mut self) {
        let mut start = 0;
        while start < self.page.len() {
            let run = self.page[start..]
                .iter()
                .take_while(|line| line.hit.is_some() || line.recurs.is_some())
                .count();
            if run > 0 {
                self.drop_words_on_one_side(start..start + run);
                self.drop_weak_run(start..start + run);
            }
            start += run + 1;
        }
    }

    /// Drops words of an interface outside the article, in a run that furniture is part of or
    /// closes on one side.
    fn drop_words_on_one_side(&mut self, run: std::ops::Range<usize>) {
        let outside = run.clone().all(|at| !self.is_inside(at));
        if !outside || self.kind != DocumentKind::ArticlePage {
            return;
        }
        let sure = |at: usize| self.is_verdict(at) && !self.page[at].is_sentence();
        if run.clone().any(sure)
            || self.is_closed(&mut (0..run.start).rev())
            || self.is_closed(&mut (run.end..self.page.len()))
        {
            for at in run {
                if !self.opens(at) && !self.is_ambiguous(at) {
                    self.drop_by_hit(at);
                }
            }
        }
    }

    fn drop_weak_run(&mut self, run: std::ops::Range<usize>) {
        let is_sure = |at: usize| self.is_verdict(at) && !self.page[at].is_sentence();
        let between = !self.is_inside(run.start)
            && self.is_closed(&mut (0..run.start).rev())
            && self.is_closed(&mut (run.end..self.page.len()));
        let sure = run.clone().find(|&at| is_sure(at));
        let outside = run.clone().all(|at| !self.is_inside(at));
        let Some(first) = sure.or(between.then_some(run.start)) else {
            // Words of a menu, one in each line, above or below the article.
            let distinct = |at: usize| {
                run.clone()
                    .take_while(|&other| other < at)
                    .all(|other| self.page[other].text != self.page[at].text)
            };
            let words = run
                .clone()
                .filter(|&at| !self.page[at].text.chars().any(|char| char.is_ascii_digit()))
                .filter(|&at| distinct(at))
                .count();
            if outside && words >= RUN_OF_WEAK && self.kind == DocumentKind::ArticlePage {
                for at in run {
                    if !self.opens(at) {
                        self.drop_by_hit(at);
                    }
                }
            }
            return;
        };
        let last = run.clone().rfind(|&at| is_sure(at)).unwrap_or(first);
        // The ends of a page close a run, and so does furniture a few lines away.
        let from = if run.start == 0 || self.is_closed(&mut (0..run.start).rev()) {
            run.start
        } else {
            first
        };
        let to = if run.end == self.page.len() || self.is_closed(&mut (run.end..self.page.len())) {
            run.end
        } else {
            last + 1
        };
        for at in from..to {
            let is_own_sentence = self.is_inside(at) && self.page[at].is_sentence();
            if !self.opens(at) && !is_own_sentence {
                self.drop_by_hit(at);
            }
        }
    }

    /// Whether a line may as well be a row of the author's table, a number or a heading: it has
    /// digits, or nothing but names of sections.
    fn is_ambiguous(&self, at: usize) -> bool {
        let text = self.page[at].text;
        let is_filler = |part: &str| {
            self.rule(at)
                .is_some_and(|rule| rule.fillers.iter().any(|filler| filler == part))
        };
        let mut parts = text
            .split(|char: char| !char.is_alphanumeric())
            .filter(|part| !part.is_empty());
        text.contains(|char: char| char.is_numeric() || char == '\t') || parts.all(is_filler)
    }

    /// Whether furniture is the next thing but a few short lines in a direction.
    fn is_closed(&self, lines: &mut dyn Iterator<Item = usize>) -> bool {
        for at in lines.take(GAP + 1) {
            if self.is_verdict(at) && !self.page[at].is_sentence() {
                return true;
            }
            if self.is_inside(at) || !matches!(self.page[at].shape(), Shape::Title | Shape::Summary)
            {
                return false;
            }
        }
        false
    }

    /// Drops lines that a template writes anew on each page: what it says of the article, and
    /// numbers between its words.
    fn drop_template_kinds(&mut self) {
        // A folder in which nothing else recurs, such as one of statutes, has no template.
        if self.verdicts.iter().all(Option::is_none) {
            return;
        }
        for at in 0..self.page.len() {
            let Some(KindRecurs { found, heads }) = self.page[at].kind_recurs else {
                continue;
            };
            let goes = |at: usize| self.verdicts.get(at).is_some_and(Option::is_some);
            let goes = match self.rule(at) {
                Some(rule) => !self.options.keeps(&rule.name),
                None => is_everywhere(found) || goes(at + 1) || (at > 0 && goes(at - 1)),
            };
            if goes && (at < self.begun || !heads) {
                self.drop_as(at, "template.kind");
                if let Some(verdict) = &mut self.verdicts[at] {
                    verdict.note = Some(format!("df = {} of {}", found.0, found.1).into());
                }
            }
        }
    }

    /// Drops headings of the frame above the article that no list of their own follows.
    fn drop_mastheads(&mut self) {
        for at in 0..self.begun {
            if self.opens(at) && self.page[at].recurs.is_some_and(is_everywhere) {
                self.drop_by_template(at);
            }
        }
    }
}
