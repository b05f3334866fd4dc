//! A page while its lines are judged: what is known of each line, and the lines that go so far.

use std::borrow::Cow;

use crate::document_kind::DocumentKind;
use crate::strip::options::Options;
use crate::strip::page::{Edges, Line, THREAD, Verdict, posts, rule_of};
use crate::strip::rules::{Role, Rule};

/// A line that recurs needs company if it has at most this many characters.
const SHORT_RECURRING: usize = 5;

/// Company is at most this many lines away.
const COMPANY: usize = 2;

/// Whether a rule is on, and acts in documents of a kind.
pub(super) fn acts_in(rule: u16, kind: DocumentKind, options: &Options) -> bool {
    let data = &options.rules().rules()[usize::from(rule)];
    let everywhere = data.kinds.is_empty() && options.rules().is_own(rule);
    options.active(rule) && (everywhere || data.acts_in(kind))
}

pub(super) struct Selection<'p, 't> {
    pub(super) page: &'p [Line<'t>],
    pub(super) kind: DocumentKind,
    pub(super) options: &'p Options,
    pub(super) verdicts: Vec<Option<Verdict>>,
    /// The first line of running text that no rule met.
    pub(super) begun: usize,
    pub(super) edges: Edges,
    /// From the first sentence of the article to its last one.
    pub(super) body: std::ops::Range<usize>,
}

impl Selection<'_, '_> {
    /// Drops a line under the name of the rule that it met, unless the rule is off.
    pub(super) fn drop_by_hit(&mut self, at: usize) {
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
    pub(super) fn drop_by_template(&mut self, at: usize) {
        if let Some((in_documents, of)) = self.page[at].recurs {
            self.drop_as(at, "template");
            if let Some(verdict) = &mut self.verdicts[at] {
                verdict.note = Some(format!("df = {in_documents} of {of}").into());
            }
        }
    }

    pub(super) fn drop_as(&mut self, at: usize, name: &'static str) {
        if self.verdicts[at].is_none() && self.options.acts(name) {
            self.verdicts[at] = Some(Verdict {
                rule: Cow::Borrowed(name),
                note: None,
            });
        }
    }

    pub(super) fn rule(&self, at: usize) -> Option<&Rule> {
        rule_of(&self.page[at], self.options)
    }

    /// Whether a line is known to recur, and template lines go.
    pub(super) fn recurs(&self, at: usize) -> bool {
        self.page[at].recurs.is_some() && self.options.acts("template")
    }

    /// Whether the rule that a line met is on, and acts in documents of this kind.
    pub(super) fn acts(&self, at: usize) -> bool {
        self.page[at]
            .hit
            .is_some_and(|hit| acts_in(hit.rule, self.kind, self.options))
    }

    pub(super) fn opens(&self, at: usize) -> bool {
        self.acts(at) && self.rule(at).is_some_and(|rule| rule.opens)
    }

    pub(super) fn is_strong(&self, at: usize) -> bool {
        match self.page[at].hit {
            Some(hit) => hit.strong || (self.acts(at) && self.recurs(at)),
            // A short line may recur because articles say the same: it needs company.
            None => self.recurs(at) && self.page[at].text.chars().nth(SHORT_RECURRING).is_some(),
        }
    }

    /// Whether a line is a verdict by itself where furniture belongs.
    pub(super) fn is_verdict(&self, at: usize) -> bool {
        self.is_strong(at) && (!self.page[at].is_single_word() || self.recurs(at))
    }

    /// Whether a line is inside the article.
    pub(super) fn is_inside(&self, at: usize) -> bool {
        self.body.contains(&at)
    }

    /// Whether a line near this one met a rule and is no sentence.
    pub(super) fn has_company(&self, at: usize) -> bool {
        let near = at.saturating_sub(COMPANY)..(at + COMPANY + 1).min(self.page.len());
        near.into_iter().any(|other| {
            other != at
                && self.is_strong(other)
                && !self.page[other].is_sentence()
                && self.rule(other).is_none_or(|rule| rule.role != Role::About)
        })
    }

    /// Whether a line is furniture beyond doubt: its rule is one that an article's own lines do not
    /// meet, as a date or an author's name does.
    pub(super) fn is_frame(&self, at: usize) -> bool {
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
    pub(super) fn is_outer_frame(&self, at: usize) -> bool {
        self.is_frame(at)
            && self
                .rule(at)
                .is_none_or(|rule| rule.role == Role::Furniture)
    }

    /// Whether the page is a thread: readers' names, floors and times again and again.
    pub(super) fn is_thread(&self) -> bool {
        posts(self.page, self.options).count() >= THREAD
    }

    /// Whether a line names the article's own people, dates or sources.
    pub(super) fn is_credit(&self, at: usize) -> bool {
        self.is_strong(at) && !self.is_frame(at)
    }
}
