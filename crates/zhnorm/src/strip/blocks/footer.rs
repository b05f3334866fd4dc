//! What follows the article: titles and short lines among lines of the page's frame.

use std::cell::LazyCell;

use super::selection::Selection;
use super::{GAP, LIST};
use crate::strip::page::{Edges, Line};
use crate::strip::rules::{Role, Rule};
use crate::strip::shape::Shape;

/// So many lines of furniture after an article show that it is over.
const FRAMES: usize = 2;

/// After the article at most so many titles go for each line of furniture.
const TITLES_TO_A_FRAME: usize = 12;

/// If so many titles come with each sentence, the sentences are furniture, too.
const TITLES_TO_A_SENTENCE: usize = 5;

/// The same below an article that much furniture surrounds.
const GAP_IN_A_FOOTER: usize = 15;

impl Selection<'_, '_> {
    /// Drops short lines without a sentence after the article's last sentence and a line of
    /// furniture.
    pub(super) fn drop_tail(&mut self) {
        let last = self.page.iter().enumerate().rposition(|(at, line)| {
            matches!(line.shape(), Shape::Prose | Shape::Kept)
                && ((line.hit.is_none() && !self.recurs(at)) || self.is_credit(at))
        });
        let start = last.map_or(self.page.len(), |last| last + 1);
        let Some(frame) = (start..self.page.len()).find(|&at| self.is_outer_frame(at)) else {
            return;
        };
        let tail = frame..self.page.len();
        let frames = tail
            .clone()
            .filter(|&at| self.is_outer_frame(at) || self.goes_as_furniture(at))
            .count();
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

    /// Whether a line goes that met a rule about what surrounds articles.
    fn goes_as_furniture(&self, at: usize) -> bool {
        let is_furniture = |rule: &Rule| rule.role == Role::Furniture;
        self.verdicts[at].is_some() && self.rule(at).is_some_and(is_furniture)
    }

    /// Drops titles after the article where sentences still occur among them: what follows the
    /// first line of furniture of which nearly all is titles. The sentences stay.
    pub(super) fn drop_titles_after_article(&mut self) {
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

    /// Drops a few short lines between lines of furniture, after the article has begun.
    pub(super) fn drop_gaps(&mut self) {
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
}
