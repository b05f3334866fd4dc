//! Writes lines as a web page, in the ways in which pages are written.
//!
//! Every line carries a mark in its midst, three characters that spell its number, so that what became
//! of it is known without comparing texts. They are rare characters of Chinese, because other
//! extractors leave out what cannot be printed.

use std::fmt::Write as _;

use super::source::{Line, Source};
use crate::measure::Random;

/// The first of 64 characters that spell numbers.
const MARK: u32 = 0x28D00;

/// The character with which a mark begins, so that one is never part of another.
const BEGIN: char = '\u{28CFF}';

/// How the parts of a page are put side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `header`, `nav`, `main`, `article`, `aside`, `footer`.
    Semantic,
    /// `div`s with telling names.
    Named,
    /// `div`s with names that tell nothing.
    Unnamed,
    /// Tables in tables.
    Tables,
    /// Everything in the body, side by side.
    Flat,
}

/// All layouts.
pub const LAYOUTS: [Layout; 5] = [
    Layout::Semantic,
    Layout::Named,
    Layout::Unnamed,
    Layout::Tables,
    Layout::Flat,
];

/// How the article's lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paragraphs {
    /// `p`.
    P,
    /// `p` without its end, in capitals, with an inner `font`.
    Unclosed,
    /// Text between single `br`s.
    Br,
    /// Text between pairs of `br`s, indented with blanks.
    BrBr,
    /// A `div` each.
    Div,
    /// A `section` with a `p` with a `span` each.
    Sections,
    /// Parts of some paragraphs in `div`s of their own.
    Parts,
}

/// All ways.
pub const PARAGRAPHS: [Paragraphs; 7] = [
    Paragraphs::P,
    Paragraphs::Unclosed,
    Paragraphs::Br,
    Paragraphs::BrBr,
    Paragraphs::Div,
    Paragraphs::Sections,
    Paragraphs::Parts,
];

/// The mark of a line.
pub fn mark(number: usize) -> String {
    let digit = |digit: usize| char::from_u32(MARK + digit as u32).unwrap_or(BEGIN);
    [BEGIN, digit(number >> 6 & 63), digit(number & 63)]
        .iter()
        .collect()
}

/// The numbers of the marked lines in a text, and the text without marks.
pub fn unmark(text: &str) -> (Vec<usize>, String) {
    let mut numbers = Vec::new();
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char == BEGIN {
            let mut digit = || {
                let char = chars.next().map_or(MARK, u32::from);
                char.saturating_sub(MARK) as usize
            };
            numbers.push(digit() << 6 | digit());
        } else {
            plain.push(char);
        }
    }
    (numbers, plain)
}

/// A line's text as HTML, with its mark.
fn marked(line: &Line, number: usize) -> String {
    let middle = line.text.chars().count() / 2;
    let mut out = String::new();
    for (at, char) in line.text.chars().enumerate() {
        if at == middle {
            out.push_str(&mark(number));
        }
        match char {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(char),
        }
    }
    out
}

/// Writes a source as a page.
pub fn page(
    source: &Source,
    layout: Layout,
    paragraphs: Paragraphs,
    random: &mut Random,
) -> String {
    let lines: Vec<(String, &Line)> = source
        .lines
        .iter()
        .enumerate()
        .map(|(number, line)| (marked(line, number), line))
        .collect();
    let article = |line: &(String, &Line)| line.1.article;
    let first = lines.iter().position(article).unwrap_or(0);
    let last = lines.iter().rposition(article).unwrap_or(0);
    let writer = &mut Writer {
        out: String::new(),
        random,
        layout,
        paragraphs,
    };
    let title = source.title.replace('&', "&amp;").replace('<', "&lt;");
    writer.page(
        &title,
        &lines[..first],
        &lines[first..=last],
        &lines[last + 1..],
    );
    std::mem::take(&mut writer.out)
}

type Marked<'l> = (String, &'l Line);

struct Writer<'r> {
    out: String,
    random: &'r mut Random,
    layout: Layout,
    paragraphs: Paragraphs,
}

/// Lines of a frame with at least this many characters are sentences more often than links.
const SENTENCE: usize = 36;

impl Writer<'_> {
    fn page(
        &mut self,
        title: &str,
        head: &[Marked<'_>],
        article: &[Marked<'_>],
        tail: &[Marked<'_>],
    ) {
        let site =
            self.random
                .pick(&[" - 晨报网", "_新闻中心_晨报", " | 晨報", "", "-晨报网-晨报"]);
        let _ = write!(
            self.out,
            "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}{site}</title>\
             <style>.a{{color:red}}</style><script>var a = \"<p>不是正文，只是脚本。</p>\";</script></head>\n<body>\n"
        );
        // Some of what follows is at the side, in the source before the article or after it.
        let aside_first = self.random.below(4) == 0;
        let aside = self.random.below(tail.len() / 2 + 1);
        let (side, tail) = tail.split_at(aside);
        let foot = tail.len() - (tail.len() / 3).min(12);
        let (related, foot) = tail.split_at(foot);
        let tables = self.layout == Layout::Tables;
        self.open("header");
        self.frame(head);
        self.close("header");
        if tables {
            self.out.push_str("<table width=1000 align=center><tr>");
        } else if self.layout != Layout::Flat {
            self.open("wrap");
        }
        if aside_first {
            self.side(side);
        }
        self.open("main");
        let heading = if self.layout == Layout::Tables {
            "b"
        } else {
            "h1"
        };
        let _ = writeln!(self.out, "<{heading}>{title}</{heading}>");
        self.open("article");
        self.article(article);
        self.close("article");
        // Lists of other articles stand within the main column as often as outside it.
        let within = self.random.below(2) == 0;
        if within {
            self.frame(related);
        }
        self.close("main");
        if !aside_first {
            self.side(side);
        }
        if tables {
            self.out.push_str("</tr></table>\n");
        } else if self.layout != Layout::Flat {
            self.close("wrap");
        }
        if !within {
            self.frame(related);
        }
        self.open("footer");
        self.frame(foot);
        self.close("footer");
        self.out.push_str("</body></html>\n");
    }

    fn side(&mut self, lines: &[Marked<'_>]) {
        if lines.is_empty() {
            return;
        }
        self.open("aside");
        self.frame(lines);
        self.close("aside");
    }

    fn open(&mut self, role: &str) {
        match self.layout {
            Layout::Semantic => {
                let name = if role == "wrap" { "div" } else { role };
                let _ = writeln!(self.out, "<{name}>");
            }
            Layout::Named => {
                let names: &[&str] = match role {
                    "header" => &[
                        "class=\"header\"",
                        "id=\"top\"",
                        "class=\"nav-box\"",
                        "class=\"daohang\"",
                    ],
                    "wrap" => &[
                        "class=\"wrapper\"",
                        "id=\"container\"",
                        "class=\"layout w1000\"",
                    ],
                    "main" => &[
                        "class=\"main\"",
                        "class=\"left-side col-8\"",
                        "id=\"main_body\"",
                    ],
                    "article" => &[
                        "class=\"article-content\"",
                        "id=\"content\"",
                        "class=\"TRS_Editor\"",
                        "class=\"zhengwen\"",
                        "id=\"artibody\"",
                        "class=\"post_text\"",
                    ],
                    "aside" => &["class=\"sidebar\"", "class=\"right fr\"", "id=\"rank\""],
                    _ => &["class=\"footer\"", "id=\"bottom\"", "class=\"copyright\""],
                };
                let name = self.random.pick(names);
                let _ = writeln!(self.out, "<div {name}>");
            }
            Layout::Unnamed => {
                let number = self.random.below(9000);
                let _ = writeln!(self.out, "<div class=\"c{number}\">");
            }
            Layout::Tables => self.out.push_str(match role {
                "header" | "footer" => "<table width=100%><tr><td>",
                "main" | "aside" => "<td valign=top>",
                "article" => "<table><tr><td class=t14>",
                _ => "",
            }),
            Layout::Flat => {}
        }
    }

    fn close(&mut self, role: &str) {
        match self.layout {
            Layout::Semantic => {
                let name = if role == "wrap" { "div" } else { role };
                let _ = writeln!(self.out, "</{name}>");
            }
            Layout::Named | Layout::Unnamed => self.out.push_str("</div>\n"),
            Layout::Tables => self.out.push_str(match role {
                "header" | "footer" | "article" => "</td></tr></table>\n",
                "main" | "aside" => "</td>\n",
                _ => "",
            }),
            Layout::Flat => {}
        }
    }

    /// Lines of the frame: boxes of links with sentences among them.
    fn frame(&mut self, lines: &[Marked<'_>]) {
        let mut rest = lines;
        while !rest.is_empty() {
            let size = (1 + self.random.below(12)).min(rest.len());
            let (part, others) = rest.split_at(size);
            rest = others;
            let list = self.random.below(3) > 0;
            let tables = self.layout == Layout::Tables;
            self.out.push_str(match (tables, list) {
                (true, _) => "<table><tr><td>",
                (_, true) => "<div><ul>",
                (_, false) => "<div>",
            });
            for (text, line) in part {
                let long = line.text.chars().count() >= SENTENCE;
                let linked = self.random.below(10) < if long { 2 } else { 8 };
                let text = if linked {
                    format!("<a href=\"/{}.html\">{text}</a>", self.random.below(99_999))
                } else {
                    text.clone()
                };
                let _ = match (tables, list) {
                    (true, _) => write!(self.out, "{text}<br>"),
                    (_, true) => write!(self.out, "<li>{text}</li>"),
                    (_, false) if long => write!(self.out, "<p>{text}</p>"),
                    (_, false) => write!(self.out, "<span>{text}</span><br>"),
                };
            }
            self.out.push_str(match (tables, list) {
                (true, _) => "</td></tr></table>\n",
                (_, true) => "</ul></div>\n",
                (_, false) => "</div>\n",
            });
        }
    }

    /// The article, with boxes where frame is within it.
    fn article(&mut self, lines: &[Marked<'_>]) {
        let mut at = 0;
        while at < lines.len() {
            let article = lines[at].1.article;
            let run = lines[at..]
                .iter()
                .take_while(|line| line.1.article == article)
                .count();
            let part = &lines[at..at + run];
            if article {
                self.paragraphs(part);
            } else {
                self.frame(part);
            }
            at += run;
        }
    }

    fn paragraphs(&mut self, lines: &[Marked<'_>]) {
        let mut parts = false;
        for (at, (text, line)) in lines.iter().enumerate() {
            // A word in bold, a link in a sentence, an entity for a blank.
            let long = line.text.chars().count() >= SENTENCE;
            let text = match self.random.below(12) {
                0 if long => format!("<b>{text}</b>"),
                1 if long => {
                    let middle = text.char_indices().nth(6).map_or(0, |(at, _)| at);
                    format!(
                        "<a href=\"/w/1\">{}</a>{}",
                        &text[..middle],
                        &text[middle..]
                    )
                }
                _ => text.clone(),
            };
            let _ = match self.paragraphs {
                Paragraphs::P => writeln!(self.out, "<p>{text}</p>"),
                Paragraphs::Unclosed => writeln!(self.out, "<P><FONT size=3>　　{text}</FONT>"),
                Paragraphs::Br => writeln!(self.out, "{text}<br>"),
                Paragraphs::BrBr => writeln!(self.out, "&nbsp;&nbsp;&nbsp; {text}<br /><br />"),
                Paragraphs::Div => writeln!(self.out, "<div>{text}</div>"),
                Paragraphs::Sections => writeln!(
                    self.out,
                    "<section style=\"margin:0\"><p style=\"font-size:16px\"><span>{text}</span></p></section>"
                ),
                Paragraphs::Parts => {
                    if at % 5 == 0 {
                        self.out
                            .push_str(if parts { "</div><div>" } else { "<div>" });
                        parts = true;
                    }
                    writeln!(self.out, "<p>{text}</p>")
                }
            };
        }
        if parts {
            self.out.push_str("</div>\n");
        }
    }
}
