//! Decides which lines of an article page go, from what they meet and from where they are.
//!
//! A title under `相关阅读` looks like any subheading, and `评论` alone may be one: only the lines
//! around them show what they are. This module looks at a page's lines in order:
//!
//! - a line that met a strong rule goes at the edges of the article, and inside it in company;
//! - a weak one, a single word and a number go only with furniture on both sides;
//! - a related heading opens a block: titles, dates, summaries that were cut off. It closes at
//!   prose, at a caption, at verse and at a reference. A block that ends with the page or at
//!   another line of furniture goes; one that runs into the article may be a box of the article's
//!   own and stays whole. Above the article no block takes a line along.

use std::borrow::Cow;
use std::cell::LazyCell;

use super::document::DocumentKind;
use super::options::Options;
use super::page::{
    Document, Edges, KindRecurs, Line, THREAD, Verdict, body, is_everywhere, posts, rule_of,
};
use super::rules::{Role, Rule};
use super::shape::Shape;

/// A run of weak lines alone is believed from this length on, at the edges of a page.
const RUN_OF_WEAK: usize = 4;

/// A line that recurs needs company if it has at most this many characters.
const SHORT_RECURRING: usize = 5;

/// A list of at least this many titles is one even if prose follows.
const LIST: usize = 4;

/// So many lines of furniture after an article show that it is over.
const FRAMES: usize = 2;

/// After the article at most so many titles go for each line of furniture.
const TITLES_TO_A_FRAME: usize = 12;

/// If so many titles come with each sentence, the sentences are furniture, too.
const TITLES_TO_A_SENTENCE: usize = 5;

/// Gaps of at most this many lines between lines of furniture are furniture.
const GAP: usize = 3;

/// The same below an article that much furniture surrounds.
const GAP_IN_A_FOOTER: usize = 15;

/// Company is at most this many lines away.
const COMPANY: usize = 2;

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

/// Whether a rule is on, and acts in documents of a kind.
fn acts_in(rule: u16, kind: DocumentKind, options: &Options) -> bool {
    let data = &options.rules().rules()[usize::from(rule)];
    let everywhere = data.kinds.is_empty() && options.rules().is_own(rule);
    options.active(rule) && (everywhere || data.acts_in(kind))
}

struct Selection<'p, 't> {
    page: &'p [Line<'t>],
    kind: DocumentKind,
    options: &'p Options,
    verdicts: Vec<Option<Verdict>>,
    /// The first line of running text that no rule met.
    begun: usize,
    edges: Edges,
    /// From the first sentence of the article to its last one.
    body: std::ops::Range<usize>,
}

impl Selection<'_, '_> {
    /// Drops a line under the name of the rule that it met, unless the rule is off.
    fn drop_by_hit(&mut self, at: usize) {
        if self.page[at].hit.is_none() {
            self.drop_by_template(at);
            return;
        }
        if self.acts(at) && self.verdicts[at].is_none() {
            let name = self.rule(at).map(|rule| rule.name.clone());
            self.verdicts[at] = name.map(|rule| Verdict { rule, note: None });
        }
    }

    /// Drops a line that recurs in other documents.
    fn drop_by_template(&mut self, at: usize) {
        if let Some((in_documents, of)) = self.page[at].recurs {
            self.drop_as(at, "template");
            if let Some(verdict) = &mut self.verdicts[at] {
                verdict.note = Some(format!("df = {in_documents} of {of}").into());
            }
        }
    }

    fn drop_as(&mut self, at: usize, name: &'static str) {
        if self.verdicts[at].is_none() && self.options.acts(name) {
            self.verdicts[at] = Some(Verdict {
                rule: Cow::Borrowed(name),
                note: None,
            });
        }
    }

    fn rule(&self, at: usize) -> Option<&Rule> {
        rule_of(&self.page[at], self.options)
    }

    /// Whether a line is known to recur, and template lines go.
    fn recurs(&self, at: usize) -> bool {
        self.page[at].recurs.is_some() && self.options.acts("template")
    }

    /// Whether the rule that a line met is on, and acts in documents of this kind.
    fn acts(&self, at: usize) -> bool {
        self.page[at]
            .hit
            .is_some_and(|hit| acts_in(hit.rule, self.kind, self.options))
    }

    fn opens(&self, at: usize) -> bool {
        self.acts(at) && self.rule(at).is_some_and(|rule| rule.opens)
    }

    fn is_strong(&self, at: usize) -> bool {
        match self.page[at].hit {
            Some(hit) => hit.strong || (self.acts(at) && self.recurs(at)),
            // A short line may recur because articles say the same: it needs company.
            None => self.recurs(at) && self.page[at].text.chars().nth(SHORT_RECURRING).is_some(),
        }
    }

    /// Whether a line is a verdict by itself where furniture belongs.
    fn is_verdict(&self, at: usize) -> bool {
        self.is_strong(at) && (!self.page[at].is_single_word() || self.recurs(at))
    }

    /// Whether a line is inside the article.
    fn is_inside(&self, at: usize) -> bool {
        self.body.contains(&at)
    }

    /// Whether a line near this one met a rule and is no sentence.
    fn has_company(&self, at: usize) -> bool {
        let near = at.saturating_sub(COMPANY)..(at + COMPANY + 1).min(self.page.len());
        near.into_iter().any(|other| {
            other != at
                && self.is_strong(other)
                && !self.page[other].is_sentence()
                && self.rule(other).is_none_or(|rule| rule.role != Role::About)
        })
    }

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
                || self.has_company(at)
                || (inset && !self.page[at].is_sentence());
            if placed {
                self.drop_by_hit(at);
            }
        }
    }

    /// Drops weak lines with furniture on both sides.
    fn drop_weak_runs(&mut self) {
        let mut start = 0;
        while start < self.page.len() {
            let run = self.page[start..]
                .iter()
                .take_while(|line| line.hit.is_some() || line.recurs.is_some())
                .count();
            if run > 0 {
                self.drop_weak_run(start..start + run);
            }
            start += run + 1;
        }
    }

    fn drop_weak_run(&mut self, run: std::ops::Range<usize>) {
        let is_sure = |at: usize| self.is_verdict(at) && !self.page[at].is_sentence();
        let between = !self.is_inside(run.start)
            && self.is_closed(&mut (0..run.start).rev())
            && self.is_closed(&mut (run.end..self.page.len()));
        let sure = run.clone().find(|&at| is_sure(at));
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
            let outside = run.clone().all(|at| !self.is_inside(at));
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

    fn drop_related_blocks(&mut self) {
        let mut at = 0;
        while at < self.page.len() {
            if !self.opens(at) {
                at += 1;
                continue;
            }
            let end = self.block_end(at);
            if at < self.begun {
                // The article may have no sentence to show where it begins: only the heading goes.
                if self.is_verdict(at) && self.has_company(at) {
                    self.drop_by_hit(at);
                }
                at += 1;
                continue;
            }
            let strong = self.is_strong(at);
            let closed = end == self.page.len() || self.acts(end);
            // A summary right before prose may be the article's own first words.
            let trailing = self.page[at + 1..end]
                .iter()
                .rev()
                .take_while(|line| line.shape() == Shape::Summary)
                .count();
            let list = strong && trailing == 0 && end - at > LIST;
            let cites = self
                .page
                .get(at + 1)
                .is_some_and(|line| is_reference(line.text));
            if (closed || list) && !cites {
                self.drop_by_hit(at);
                for item in at + 1..end {
                    self.drop_as(item, "related.item");
                }
            }
            at = end.max(at + 1);
        }
    }

    /// Whether a line is furniture beyond doubt: its rule is one that an article's own lines do not
    /// meet, as a date or an author's name does.
    fn is_frame(&self, at: usize) -> bool {
        if self.page[at].hit.is_none() {
            // One that recurs and stays is a phrase that articles share.
            return self.recurs(at) && self.verdicts[at].is_some();
        }
        self.is_verdict(at)
            && self
                .rule(at)
                .is_some_and(|rule| matches!(rule.role, Role::Furniture | Role::Inset))
    }

    /// Whether it is, and of the part that surrounds an article: an advertisement may be in the
    /// middle of one as well.
    fn is_outer_frame(&self, at: usize) -> bool {
        self.is_frame(at)
            && self
                .rule(at)
                .is_none_or(|rule| rule.role == Role::Furniture)
    }

    /// Whether the page is a thread: readers' names, floors and times again and again.
    fn is_thread(&self) -> bool {
        posts(self.page, self.options).count() >= THREAD
    }

    /// Whether a line names the article's own people, dates or sources.
    fn is_credit(&self, at: usize) -> bool {
        self.is_strong(at) && !self.is_frame(at)
    }

    /// Drops short lines without a sentence after the article's last sentence and a line of
    /// furniture.
    fn drop_tail(&mut self) {
        let last = self.page.iter().enumerate().rposition(|(at, line)| {
            matches!(line.shape(), Shape::Prose | Shape::Kept)
                && ((line.hit.is_none() && !self.recurs(at)) || self.is_credit(at))
        });
        let start = last.map_or(self.page.len(), |last| last + 1);
        let Some(frame) = (start..self.page.len()).find(|&at| self.is_outer_frame(at)) else {
            return;
        };
        let tail = frame..self.page.len();
        let frames = tail.clone().filter(|&at| self.is_outer_frame(at)).count();
        let unknown = tail
            .clone()
            .filter(|&at| self.page[at].hit.is_none() && self.verdicts[at].is_none())
            .count();
        if unknown > 0 && (frames < FRAMES || unknown > frames * TITLES_TO_A_FRAME) {
            return;
        }
        for at in tail {
            if self.page[at].hit.is_none() {
                self.drop_as(at, "navigation.item");
            } else {
                self.drop_by_hit(at);
            }
        }
    }

    /// Drops titles after the article where sentences still occur among them: what follows the
    /// first line of furniture of which nearly all is titles. The sentences stay.
    fn drop_titles_after_article(&mut self) {
        // Most pages have no such lines, and the shapes of their other lines need not be known.
        let mut frames = (self.begun..self.page.len()).filter(|&at| self.is_outer_frame(at));
        let Some(begun) = frames.next() else { return };
        if frames.nth(FRAMES - 2).is_none() {
            return;
        }
        let own = |line: &Line<'_>| line.hit.is_none() && line.recurs.is_none();
        let prose = |line: &Line<'_>| own(line) && line.shape() == Shape::Prose;
        let title =
            |line: &Line<'_>| own(line) && matches!(line.shape(), Shape::Title | Shape::Summary);
        let size = |line: &Line<'_>| line.text.len();
        let all = LazyCell::new(|| -> usize {
            let prose = self.page.iter().filter(|line| prose(line));
            prose.map(size).sum()
        });
        let (mut titles, mut sentences, mut length, mut frames) = (0, 0, 0, 0);
        let mut start = None;
        for at in (begun..self.page.len()).rev() {
            let line = &self.page[at];
            titles += usize::from(title(line));
            if prose(line) {
                sentences += 1;
                length += size(line);
            }
            if !self.is_outer_frame(at) {
                continue;
            }
            frames += 1;
            if frames >= FRAMES
                && titles >= LIST
                && titles <= frames * 2 * TITLES_TO_A_FRAME
                && sentences * TITLES_TO_A_SENTENCE <= titles
                && length * 4 <= *all - length
            {
                start = Some(at);
            }
        }
        let Some(start) = start else {
            return;
        };
        for at in start..self.page.len() {
            // The heading of a paragraph that stays.
            let heads = self.page.get(at + 1).is_some_and(prose);
            if title(&self.page[at]) && !heads {
                self.drop_as(at, "navigation.item");
            } else if self.page[at].hit.is_some() {
                self.drop_by_hit(at);
            }
        }
    }

    /// Drops one to three short lines between lines of furniture, after the article has begun.
    fn drop_gaps(&mut self) {
        let mut before: Option<usize> = None;
        for at in self.begun..self.page.len() {
            if !self.is_frame(at) || self.verdicts[at].is_none() {
                continue;
            }
            if let Some(before) = before {
                let gap = before + 1..at;
                let short = gap
                    .clone()
                    .all(|at| matches!(self.page[at].shape(), Shape::Title | Shape::Summary));
                let longest = if self.edges == Edges::Furniture && before >= self.body.end {
                    GAP_IN_A_FOOTER
                } else {
                    GAP
                };
                if gap.len() <= longest && short {
                    for item in gap {
                        if self.page[item].hit.is_none() {
                            self.drop_as(item, "navigation.item");
                        } else {
                            self.drop_by_hit(item);
                        }
                    }
                }
            }
            before = Some(at);
        }
    }

    /// The index after the last item of a block whose heading is at `heading`.
    fn block_end(&self, heading: usize) -> usize {
        // Above the article, what ends in an ellipsis is as likely its own first words.
        let begun = self.begun;
        let mut end = heading + 1;
        while end < self.page.len() {
            let line = &self.page[end];
            let item = match line.hit {
                Some(_) if self.opens(end) => false,
                Some(hit) => !(hit.strong && self.options.active(hit.rule)),
                None if self.recurs(end) => false,
                None => {
                    line.shape() == Shape::Title || (line.shape() == Shape::Summary && end > begun)
                }
            };
            if !item {
                break;
            }
            end += 1;
        }
        end
    }
}

/// Whether a line cites a book, a paper or an address, as an author's list of references does.
fn is_reference(line: &str) -> bool {
    let cites = [
        "http://",
        "https://",
        "出版社",
        "doi",
        "DOI",
        "ISBN",
        "[J]",
        "[M]",
        "[D]",
        "学报",
        "學報",
        "著，",
        "译，",
    ];
    cites.iter().any(|mark| line.contains(mark)) || line.trim_start().starts_with(['^', '['])
}
