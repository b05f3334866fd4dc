//! Weak lines a few lines away from what goes: the rest of a menu, a button under a list.
//!
//! On the labelled pages no line of an article stands so (`cargo xtask eval strip`).

use super::selection::Selection;
use crate::strip::page::Line;
use crate::strip::rules::Role;

/// Furniture is at most so many lines away.
const BESIDE: usize = 5;

/// The same inside the article, for words of an interface.
const BESIDE_INSIDE: usize = 3;

impl Selection<'_, '_> {
    /// Drops lines that weak rules met if what goes is near: on one side, or on both if the line
    /// may as well be the author's.
    pub(super) fn drop_beside_furniture(&mut self) {
        let gone: Vec<usize> = (0..self.page.len())
            .filter(|&at| self.verdicts[at].is_none() && self.stands_beside(at))
            .collect();
        for at in gone {
            self.drop_by_hit(at);
        }
    }

    fn stands_beside(&self, at: usize) -> bool {
        let Some(rule) = self.rule(at) else {
            return false;
        };
        if rule.role == Role::About
            || self.opens(at)
            || !self.acts(at)
            || self.page[at].is_sentence()
        {
            return false;
        }
        let most = if self.is_inside(at) {
            BESIDE_INSIDE
        } else {
            BESIDE
        };
        let up = self.is_near(&mut (0..at).rev().take(most));
        let down = self.is_near(&mut (at + 1..self.page.len()).take(most));
        // Above the article a word alone may be its title.
        let may_be_title = at < self.begun && !self.page[at].text.trim().contains(is_separator);
        let is_word = !rule.words.is_empty();
        if self.is_ambiguous(at) || may_be_title {
            up && down
        } else {
            (up || down) && (is_word || !self.is_inside(at))
        }
    }

    /// Whether a line of furniture goes before a sentence comes, in a direction.
    fn is_near(&self, lines: &mut dyn Iterator<Item = usize>) -> bool {
        for at in lines {
            if self.verdicts[at].is_some() {
                return self.rule(at).is_none_or(|rule| rule.role != Role::Inset);
            }
            if Line::is_body(&self.page[at]) {
                return false;
            }
        }
        false
    }
}

fn is_separator(char: char) -> bool {
    char.is_whitespace() || "|｜│/·-:：<>[]【】（）()".contains(char)
}
