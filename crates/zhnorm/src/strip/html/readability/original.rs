//! The same as `dom_smoothie` does it, for comparison: it is given the page, written simply.

use std::cell::RefCell;
use std::fmt::Write as _;

use dom_smoothie::{Config, Readability};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use proptest::prelude::*;

use super::{SHORT, tree};
use crate::strip::html::lines::{Line, Page};

/// Which lines are kept, by their index.
fn kept(page: &Page) -> Vec<bool> {
    let cfg = Config {
        disable_json_ld: true,
        char_threshold: SHORT,
        ..Config::default()
    };
    let none = || vec![false; page.lines.len()];
    let Ok(mut readability) = Readability::new(written(page), None, Some(cfg)) else {
        return none();
    };
    let Ok(article) = readability.parse() else {
        return none();
    };
    let kept = Numbers {
        kept: RefCell::new(none()),
    };
    let tokenizer = Tokenizer::new(kept, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&article.content));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.kept.into_inner()
}

/// The page, written simply.
fn written(page: &Page) -> String {
    let mut out = String::from("<html><body>");
    let mut open: Vec<usize> = vec![0];
    let mut path = Vec::new();
    for (number, line) in page.lines.iter().enumerate() {
        tree::path(page, line.element, &mut path);
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

/// Parts of a page.
fn part() -> impl Strategy<Value = String> {
    let texts = [
        "昨天下了雪，路上的车开得很慢，孩子们在路边堆雪人，大人们忙着扫雪。气象台说，今天夜里还会有一场小雪。",
        "昨天下了雪，路上的车开得很慢。",
        "首页",
        "广告",
        "Loading...",
        "雪后的早晨",
        "One, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve. And more.",
        "A short sentence.",
        "12",
        "记者 王小明",
        "a  b\u{3000} c",
    ];
    let text = proptest::sample::select(texts.to_vec()).prop_flat_map(|text| {
        let wrapped = prop_oneof![
            3 => Just(text.to_owned()),
            1 => Just(format!("<a href=/x>{text}</a>")),
            1 => Just(format!("<p>{text}")),
            1 => Just(format!("<p><a href=/x>{text}</a>{text}</p>")),
            1 => Just(format!("<pre>  {text}\n\n</pre>")),
            1 => Just(format!("<br>{text}<br>")),
        ];
        (wrapped, 1..6_usize).prop_map(|(text, times)| text.repeat(times))
    });
    text.prop_recursive(7, 160, 8, |inner| {
        let names = [
            "",
            "",
            "",
            " class=content",
            " class='article main'",
            " class=sidebar",
            " class='share box'",
            " id=comments",
            " class=author",
            " class='post-text'",
            " class=hid",
            " class='x-footer'",
            " class=page",
        ];
        let tags = [
            "div",
            "div",
            "div",
            "div",
            "section",
            "article",
            "aside",
            "nav",
            "header",
            "footer",
            "main",
            "ul",
            "ol",
            "li",
            "li",
            "dl",
            "dt",
            "dd",
            "blockquote",
            "figure",
            "figcaption",
            "h1",
            "h2",
            "h3",
            "p",
            "menu",
            "table",
            "td",
            "tr",
        ];
        (
            proptest::sample::select(tags.to_vec()),
            proptest::sample::select(names.to_vec()),
            proptest::collection::vec(inner, 1..8),
        )
            .prop_map(|(tag, names, parts)| format!("<{tag}{names}>{}</{tag}>", parts.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_lines_are_those_of_the_original(parts in proptest::collection::vec(part(), 1..6)) {
        let html = parts.concat();
        let page = Page::read(&html, false);
        prop_assert_eq!(super::kept(&page).unwrap_or_default(), kept(&page), "{}", html);
    }
}

/// Few for every day; many more have been tried.
const CASES: u32 = 256;
