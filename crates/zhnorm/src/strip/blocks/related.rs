//! Blocks of related titles: a heading such as `相关阅读` and the list under it.

use super::LIST;
use super::selection::Selection;
use crate::strip::shape::Shape;

impl Selection<'_, '_> {
    pub(super) fn drop_related_blocks(&mut self) {
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
