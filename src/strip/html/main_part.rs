//! Which part of a page is the article?
//!
//! The innermost element that holds nearly all sentences. It is found by walking down from the
//! page: as long as one child holds that share of all sentences, that child is looked at. What is
//! lost this way is bounded by the share; what is kept too much is left to the rules for lines.

use super::lines::{Line, Page};

/// The main part holds at least this share of the characters of the page's sentences, in percent.
const SHARE: usize = 88;

/// A line of fewer characters, or mostly of links, is no sentence.
const SENTENCE: usize = 20;

/// Sums over an element and what is in it.
#[derive(Clone, Copy, Default)]
struct Sums {
    sentences: usize,
    chars: usize,
    linked: usize,
    lines: usize,
}

/// The lines of the main part; nothing when the page has no sentence.
pub(super) fn lines(page: &Page) -> Option<Vec<&Line>> {
    let mut sums = vec![Sums::default(); page.elements.len()];
    for line in &page.lines {
        let of = &mut sums[line.element];
        of.chars += line.chars;
        of.linked += line.linked;
        of.lines += 1;
        if is_sentence(line) {
            of.sentences += line.chars;
        }
    }
    // An element stands behind its parent.
    for at in (1..page.elements.len()).rev() {
        let parent = page.elements[at].parent;
        let of = sums[at];
        let into = &mut sums[parent];
        into.sentences += of.sentences;
        into.chars += of.chars;
        into.linked += of.linked;
        into.lines += of.lines;
    }
    let all = sums[0].sentences;
    if all == 0 {
        return None;
    }
    // Of elements that each hold more than half there is one chain, and its last is the innermost.
    let main = (0..page.elements.len()).rfind(|&at| {
        sums[at].sentences * 100 >= all * SHARE && !is_line(&page.elements[at].name)
    })?;
    let kept = |line: &&Line| {
        let mut at = line.element;
        let mut frame = false;
        while at != main {
            if at == 0 {
                return false;
            }
            frame |= is_frame(&page.elements[at].name, sums[at]);
            at = page.elements[at].parent;
        }
        !frame
    };
    Some(page.lines.iter().filter(kept).collect())
}

fn is_sentence(line: &Line) -> bool {
    line.chars >= SENTENCE
        && line.linked * 2 < line.chars
        && line.text.contains([
            '。', '，', '！', '？', '；', '、', '.', ',', '!', '?', ';', '…',
        ])
}

/// Elements of one line: the part is what holds them.
fn is_line(name: &str) -> bool {
    matches!(name, "p" | "li" | "dt" | "dd" | "pre" | "blockquote")
}

/// A menu or a footer: an element that says so, or that holds links and no sentence. Lists and
/// tables of links that stand in the text itself are the author's.
fn is_frame(name: &str, sums: Sums) -> bool {
    match name {
        "nav" | "footer" | "aside" | "menu" => true,
        "div" | "section" | "td" | "form" | "center" | "header" => {
            sums.sentences == 0 && sums.lines > 2 && sums.linked * 10 >= sums.chars * 6
        }
        _ => false,
    }
}
