//! Which lines of a page would Readability keep?
//!
//! Readability, the reader's view of browsers, scores elements by the sentences in them, their commas,
//! their links and their names. This is its method as `dom_smoothie` 0.19, a port of it, has it, for the page as
//! `lines` has read it: every line a paragraph of its own, nesting bounded, nothing left open, no
//! attribute but names, no picture, no table. What is left of the method is counting, and needs no
//! document. The test below holds it to the original.
//!
//! - `tree` has the elements and the lines;
//! - `text` the numbers of a line, `names` what classes tell;
//! - `search` finds the element of the article;
//! - `clean` removes from it what does not belong there.

mod clean;
mod names;
#[cfg(test)]
mod original;
mod search;
mod text;
mod tree;

use super::lines::Page;
use names::Told;
use text::Text;
use tree::Tree;

/// Results with fewer characters than this are tried again with fewer of Readability's heuristics.
/// Its own default, 500, counts English letters.
const SHORT: usize = 140;

/// A page of more lines than this is no article, and Readability, which looks at each again for each
/// element around it, is not asked.
const MOST_LINES: usize = 20_000;

/// Whether a page has more lines than Readability is asked about.
pub(super) fn is_too_long(page: &Page) -> bool {
    page.lines.len() > MOST_LINES
}

/// Which lines are kept, by their index; nothing where Readability is not asked.
pub(super) fn kept(page: &Page) -> Option<Vec<bool>> {
    if is_too_long(page) {
        return None;
    }
    let told: Vec<Told> = (page.elements.iter())
        .map(|element| Told::new(&element.names))
        .collect();
    let texts: Vec<Text> = page.lines.iter().map(Text::new).collect();
    let mut kept = vec![false; page.lines.len()];
    for line in search::article(Tree::new(page, &told, &texts)) {
        kept[line] = true;
    }
    Some(kept)
}
