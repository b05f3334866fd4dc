//! Rows of links outside the article, where the markup of a page showed them: menus, titles of other
//! articles.
//!
//! An author's own list of sources or chapters is a row of links too. So furniture must be with it,
//! no heading of such a list above it, and no line of it may cite anything.

use std::ops::Range;

use super::related::is_reference;
use super::selection::Selection;
use crate::strip::shape::Shape;

/// So many lines in a row that are links from end to end are a menu or a list of titles.
const ROW: usize = 4;

/// Furniture is at most so many lines away.
const BESIDE: usize = 2;

/// An article has so many characters of sentences at least: below fewer, a list is the content.
const ARTICLE: usize = 60;

/// What authors call their own lists of links, whatever else the heading says.
const OWN_LISTS: [&str; 22] = [
    "参考", "參考", "资料", "資料", "文献", "文獻", "来源", "來源", "出处", "出處", "注释", "註釋",
    "附录", "附錄", "附件", "目录", "目錄", "下载", "下載", "系列", "链接", "連結",
];

impl Selection<'_, '_> {
    pub(super) fn drop_rows_of_links(&mut self) {
        if !self.page.iter().any(|line| line.is_link) {
            return;
        }
        let sentences = self.page.iter().filter(|line| line.is_body());
        let article: usize = sentences.map(|line| line.text.chars().count()).sum();
        let mut start = 0;
        while start < self.page.len() {
            let lines = (start..self.page.len()).take_while(|&at| self.is_short_link(at));
            let row = start..start + lines.count();
            start = row.end + 1;
            if row.len() >= ROW && article >= ARTICLE && self.is_of_frame(&row, article) {
                for at in row {
                    if self.page[at].hit.is_some() {
                        self.drop_by_hit(at);
                    } else {
                        self.drop_as(at, "navigation.links");
                    }
                }
            }
        }
    }

    fn is_short_link(&self, at: usize) -> bool {
        let line = &self.page[at];
        line.is_link && matches!(line.shape(), Shape::Title | Shape::Summary)
    }

    /// Whether a row of links outside the article is the page's. A row with more text than the article
    /// is the content.
    fn is_of_frame(&self, row: &Range<usize>, article: usize) -> bool {
        let length = |at: usize| self.page[at].text.chars().count();
        let is_outside = row.clone().all(|at| !self.is_inside(at));
        let cites = row.clone().any(|at| is_reference(self.page[at].text));
        let is_long = row.clone().map(length).sum::<usize>() > article;
        let has_heading = (row.start.checked_sub(1)).is_some_and(|at| self.is_own_heading(at));
        let goes = |at: usize| self.verdicts[at].is_some() || self.is_outer_frame(at);
        let beside = if row.start >= self.body.end {
            // Below the article all of its frame is beside.
            self.body.end..self.page.len()
        } else {
            row.start.saturating_sub(BESIDE)..(row.end + BESIDE).min(self.page.len())
        };
        is_outside && !cites && !is_long && !has_heading && beside.into_iter().any(goes)
    }

    /// Whether a line may head an author's own list of links: it says that one follows, or above the
    /// end of the article it says anything.
    fn is_own_heading(&self, at: usize) -> bool {
        let line = &self.page[at];
        let text = line.text.trim_end();
        if self.verdicts[at].is_some() || self.is_outer_frame(at) {
            return false;
        }
        let names = OWN_LISTS.iter().any(|name| text.contains(name));
        // The first line is the page's title.
        let is_above = at < self.body.end && at > 0 && !line.is_body();
        text.ends_with(['：', ':']) || (names && !line.is_body()) || is_above
    }
}
