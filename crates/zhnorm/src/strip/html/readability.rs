//! Which lines of a page would Readability keep?
//!
//! `dom_smoothie` is a port of Readability, the reader's view of browsers: it scores elements by the
//! sentences in them, their commas, their links and their names. It is not given the page itself
//! but the page as `lines` has read it: every line a paragraph of its own, nesting bounded, nothing
//! left open, no attribute but names. So text that is between `<br>`s is seen, no page can make
//! a parser's work more than linear, and each line has a number by which it is found again.

use std::cell::RefCell;
use std::fmt::Write as _;

use dom_smoothie::{Config, Readability};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::lines::{Line, Page};

/// Results with fewer characters than this are tried again with fewer of Readability's heuristics.
/// Its own default, 500, counts English letters.
const SHORT: usize = 140;

/// A page of more lines than this is no article, and Readability, which takes 20 µs and 2 KB for
/// each, is not asked.
const MOST_LINES: usize = 20_000;

/// Whether a page has more lines than Readability is asked about.
pub(super) fn is_too_long(page: &Page) -> bool {
    page.lines.len() > MOST_LINES
}

/// Which lines are kept, by their index; nothing where Readability gives up or is not asked.
pub(super) fn kept(page: &Page) -> Option<Vec<bool>> {
    if is_too_long(page) {
        return None;
    }
    let cfg = Config {
        disable_json_ld: true,
        char_threshold: SHORT,
        ..Config::default()
    };
    let mut readability = Readability::new(written(page), None, Some(cfg)).ok()?;
    let article = readability.parse().ok()?;
    let kept = Numbers {
        kept: RefCell::new(vec![false; page.lines.len()]),
    };
    let tokenizer = Tokenizer::new(kept, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&article.content));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    Some(tokenizer.sink.kept.into_inner())
}

/// The page, written simply.
fn written(page: &Page) -> String {
    let mut out = String::from("<html><body>");
    let mut open: Vec<usize> = vec![0];
    let mut path = Vec::new();
    for (number, line) in page.lines.iter().enumerate() {
        path.clear();
        let mut at = line.element;
        while at != 0 {
            path.push(at);
            at = page.elements[at].parent;
        }
        path.push(0);
        path.reverse();
        path.truncate(DEEPEST);
        let shared = open.iter().zip(&path).take_while(|(a, b)| a == b).count();
        while open.len() > shared {
            if let Some(at) = open.pop() {
                let _ = write!(out, "</{}>", name(page.elements[at].name));
            }
        }
        for &at in &path[shared..] {
            let element = &page.elements[at];
            let _ = write!(out, "<{} class=\"{}\">", name(element.name), element.names);
            open.push(at);
        }
        let within = name(page.elements[line.element].name);
        let tag = if within == "div" { "p" } else { "span" };
        let _ = write!(out, "<{tag} id=\"{PREFIX}{number}\">");
        write_text(&mut out, line);
        let _ = write!(out, "</{tag}>");
    }
    out
}

/// Elements nested deeper than this are taken for their parents, because Readability looks at the
/// text of each element again for each that it is in.
const DEEPEST: usize = 64;

/// What is before a line's number.
const PREFIX: &str = "z";

/// Its text; where its links are is not known, only how long they are.
///
/// Characters that a serializer looks for are replaced, because html5ever searches the rest of a
/// text anew for each of them. Readability counts characters, so it does not matter which.
fn write_text(out: &mut String, line: &Line) {
    let mut linked = line.linked;
    if linked > 0 {
        out.push_str("<a href=\"/\">");
    }
    for char in line.text.chars() {
        out.push(match char {
            '<' | '>' | '&' => '*',
            '\u{A0}' => ' ',
            '\u{80}'..='\u{BF}' => '・',
            _ => char,
        });
        if linked > 0 && !char.is_whitespace() {
            linked -= 1;
            if linked == 0 {
                out.push_str("</a>");
            }
        }
    }
}

/// The element that represents one: those that Readability knows, and that a parser neither moves
/// nor closes early. Tables are mostly a page's columns, and are written as such.
fn name(name: &str) -> &str {
    match name {
        "section" | "article" | "aside" | "nav" | "header" | "footer" | "main" | "ul" | "ol"
        | "li" | "dl" | "dt" | "dd" | "blockquote" | "figure" | "figcaption" => name,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "h2",
        _ => "div",
    }
}

/// Collects the numbers of the lines in what Readability gives back.
struct Numbers {
    kept: RefCell<Vec<bool>>,
}

impl TokenSink for Numbers {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            let id = tag.attrs.iter().find(|attr| &*attr.name.local == "id");
            let number = id.and_then(|id| id.value.strip_prefix(PREFIX)?.parse::<usize>().ok());
            let mut kept = self.kept.borrow_mut();
            if let Some(kept) = number.and_then(|number| kept.get_mut(number)) {
                *kept = true;
            }
        }
        TokenSinkResult::Continue
    }
}
