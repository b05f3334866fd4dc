//! Which part of a page is the article?
//!
//! Readability says which lines it would keep (`readability`), and the main part is the innermost
//! element that holds nearly all of them. It chooses the part, and no more: which lines go from
//! within that part is not left to it, because it also takes out what an author put there, and
//! nothing would tell. Only boxes go of which it keeps no line, and menus.
//!
//! Readability can be wrong about a whole page: it may take the longest comment for the article, or
//! a disclaimer. So it is believed only where the part holds a good share of the page's sentences.
//! Otherwise the main part is the innermost element that holds nearly all sentences: what is lost
//! that way is bounded, and what is kept too much is left to the rules for lines.

use super::lines::{Line, Page};
use super::readability;
use crate::strip::matcher::Scratch;
use crate::strip::rule_set::Rules;
use crate::strip::rules::Role;
use crate::strip::with_scratch;

/// The part that Readability chooses holds at least this share of what it keeps, in percent. What
/// it appends from elsewhere, a stray paragraph or two, is less.
const KEPT: u32 = 95;

/// It is believed where the part holds at least this share of the page's sentences: the rest may be
/// comments and summaries of other articles. Measured by `cargo xtask eval strip html`: at 30 % more
/// of the frame goes and a third more articles are lost, at 50 % hardly fewer are.
const BELIEVED: u32 = 40;

/// Otherwise the main part holds at least this share of them.
const SHARE: u32 = 88;

/// A line of fewer characters, or mostly of links, is no sentence.
const SENTENCE: u32 = 20;

/// So many lines in a row without a link are text, short as they may be: verse, dialogue, a list.
const RUN: usize = 4;

/// An article of fewer characters may have no more sentences than the footer of its page.
const SHORT: u32 = 1_000;

/// The first sentence of an article is at most so many lines below its title: dates, names and
/// buttons are between.
const BELOW_TITLE: usize = 6;

/// A sentence, or several in one line, of so many characters is a paragraph.
const PARAGRAPH: u32 = 100;

/// The main part of a page.
pub(super) struct MainPart<'p> {
    pub lines: Vec<&'p Line>,
    /// How much of the characters of the page's sentences is in it, in percent.
    pub share: usize,
    bounds: Bounds,
}

impl MainPart<'_> {
    /// Whether something without text in this element is in the main part.
    pub(super) fn holds(&self, page: &Page, mut element: usize) -> bool {
        let sums = &self.bounds.sums;
        while sums[element].lines == 0 && element != 0 && element != self.bounds.main {
            element = page.elements[element].parent;
        }
        self.bounds.hold(page, element)
    }
}

/// Which elements the main part consists of.
struct Bounds {
    main: usize,
    /// Whether Readability chose it.
    is_chosen: bool,
    /// Boxes before it that hold the first paragraph, and other parts of the article.
    leads: Vec<usize>,
    sums: Vec<Sums>,
}

impl Bounds {
    fn hold(&self, page: &Page, element: usize) -> bool {
        let mut at = element;
        let mut stays = true;
        while at != self.main && !self.leads.contains(&at) {
            if at == 0 {
                return false;
            }
            let name = &page.elements[at].name;
            let of = self.sums[at];
            stays &= !is_frame(name, of);
            stays &= !self.is_chosen || of.kept > 0 || is_line(name) || is_heading(name);
            at = page.elements[at].parent;
        }
        stays
    }
}

/// Sums over an element and what is in it, in characters but for the lines.
#[derive(Clone, Copy, Default)]
struct Sums {
    sentences: u32,
    chars: u32,
    linked: u32,
    lines: u32,
    /// What Readability keeps.
    kept: u32,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.sentences += other.sentences;
        self.chars += other.chars;
        self.linked += other.linked;
        self.lines += other.lines;
        self.kept += other.kept;
    }
}

/// How much of the whole a part is, in percent, rounded down.
fn percent(part: u32, whole: u32) -> u32 {
    let percent = u64::from(part) * 100 / u64::from(whole).max(1);
    u32::try_from(percent).unwrap_or(u32::MAX)
}

/// The main part of a page with this title; nothing when the page has no sentence.
pub(super) fn find<'p>(page: &'p Page, title: &str) -> Option<MainPart<'p>> {
    let mut sums = vec![Sums::default(); page.elements.len()];
    let sentences = sentences(page);
    let kept = readability::kept(page).unwrap_or_default();
    for (number, line) in page.lines.iter().enumerate() {
        let counted = |counts: bool| if counts { line.chars } else { 0 };
        sums[line.element].add(Sums {
            sentences: counted(sentences[number]),
            chars: line.chars,
            linked: line.linked,
            lines: 1,
            kept: counted(kept.get(number).copied().unwrap_or(false)),
        });
    }
    // An element is after its parent.
    for at in (1..page.elements.len()).rev() {
        let of = sums[at];
        sums[page.elements[at].parent].add(of);
    }
    let all = sums[0];
    if all.sentences == 0 {
        return None;
    }
    // Of elements that each hold more than half there is one chain, and its last is the innermost.
    let innermost = |holds: &dyn Fn(Sums) -> bool| {
        (0..page.elements.len()).rfind(|&at| holds(sums[at]) && !is_line(page.elements[at].name))
    };
    let chosen = innermost(&|of| of.kept > 0 && percent(of.kept, all.kept) >= KEPT)
        .filter(|&at| percent(sums[at].sentences, all.sentences) >= BELIEVED);
    let main = match chosen {
        Some(main) => main,
        None => innermost(&|of| percent(of.sentences, all.sentences) >= SHARE)?,
    };
    let mut bounds = Bounds {
        main,
        is_chosen: chosen.is_some(),
        leads: leads(page, main, &sums),
        sums,
    };
    bounds.leads.extend(parts(page, main, &bounds.sums));
    // A longer comment, the posts below, a notice: what begins below the title is not lost to it.
    let begun = first_sentence(page, title, &sentences, all.sentences < SHORT);
    let begun = begun.map(|line| page.lines[line].element);
    if let Some(element) = begun.filter(|&element| !bounds.hold(page, element)) {
        bounds.main = common(page, main, element);
        bounds.is_chosen = false;
    }
    let (sentences, lines): (Vec<bool>, Vec<&Line>) = sentences
        .into_iter()
        .zip(&page.lines)
        .filter(|(_, line)| bounds.hold(page, line.element))
        .unzip();
    let in_lines: u32 = lines
        .iter()
        .zip(sentences)
        .map(|(line, is)| if is { line.chars } else { 0 })
        .sum();
    Some(MainPart {
        lines,
        share: percent(in_lines, all.sentences) as usize,
        bounds,
    })
}

/// The first sentence below the title of a page, which is the article's: any on a short page, a
/// paragraph on others.
fn first_sentence(page: &Page, title: &str, sentences: &[bool], is_short: bool) -> Option<usize> {
    let is_title = |at: &usize| page.lines[*at].text == title;
    let is_h1 = |at: &usize| page.elements[page.lines[*at].element].name == "h1";
    let mut titles = (0..page.lines.len()).filter(is_title);
    let heading = titles.clone().find(is_h1).or_else(|| {
        let only = titles.next();
        only.filter(|_| titles.next().is_none())
    })?;
    let is_first = |at: &usize| sentences[*at] && (is_short || page.lines[*at].chars >= PARAGRAPH);
    (heading + 1..page.lines.len().min(heading + 1 + BELOW_TITLE)).find(is_first)
}

/// The innermost element that holds two others.
fn common(page: &Page, mut one: usize, mut other: usize) -> usize {
    // An element is after its parent.
    while one != other {
        if one > other {
            one = page.elements[one].parent;
        } else {
            other = page.elements[other].parent;
        }
    }
    one
}

/// The boxes with sentences between the page's heading and the main part, which hold its first
/// paragraph or its summary.
fn leads(page: &Page, main: usize, sums: &[Sums]) -> Vec<usize> {
    let is_h1 = |line: &&Line| page.elements[line.element].name == "h1";
    let Some(heading) = page.lines.iter().find(is_h1).map(|line| line.element) else {
        return Vec::new();
    };
    let mut around = vec![main];
    for _ in 0..2 {
        let last = around[around.len() - 1];
        if last != 0 {
            around.push(page.elements[last].parent);
        }
    }
    let is_lead = |at: &usize| {
        let element = &page.elements[*at];
        let of = sums[*at];
        around[1..].contains(&element.parent)
            && !around.contains(at)
            && matches!(
                element.name,
                "div" | "section" | "p" | "blockquote" | "header"
            )
            && of.sentences * 2 > of.chars
            && of.linked * 10 < of.chars
            && !is_frame(element.name, of)
    };
    if heading < main {
        (heading + 1..main).filter(is_lead).collect()
    } else {
        Vec::new()
    }
}

/// The boxes right before and after the main part that are like it and have no links: parts of the
/// same article.
fn parts(page: &Page, main: usize, sums: &[Sums]) -> Vec<usize> {
    let of_main = &page.elements[main];
    if main == 0 || !matches!(of_main.name, "div" | "section") {
        return Vec::new();
    }
    let frames = frames(page);
    let is_sibling =
        |at: &usize| *at != 0 && page.elements[*at].parent == of_main.parent && sums[*at].lines > 0;
    let is_part = |at: &usize| {
        let element = &page.elements[*at];
        element.name == of_main.name
            && element.names == of_main.names
            && sums[*at].linked == 0
            && !frames[*at]
    };
    let before = (0..main).rev().filter(is_sibling).take_while(is_part);
    let behind = (main + 1..page.elements.len()).filter(is_sibling);
    before.chain(behind.take_while(is_part)).collect()
}

/// Which elements are in a footer, a menu, or in what is called so.
fn frames(page: &Page) -> Vec<bool> {
    let mut frames = vec![false; page.elements.len()];
    for (at, element) in page.elements.iter().enumerate().skip(1) {
        let is_called = || {
            let mut names = element
                .names
                .split(|char: char| !char.is_ascii_alphanumeric());
            names.any(|name| {
                ["footer", "foot", "copyright"]
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known))
            })
        };
        frames[at] = frames[element.parent]
            || matches!(element.name, "nav" | "footer")
            || (matches!(element.name, "div" | "section" | "p") && is_called());
    }
    frames
}

/// Which lines are sentences, or stand among so many without links that they count as such.
fn sentences(page: &Page) -> Vec<bool> {
    let mut are: Vec<bool> = page.lines.iter().map(is_sentence).collect();
    let mut start = 0;
    while start < page.lines.len() {
        let run = page.lines[start..]
            .iter()
            .take_while(|line| is_sentence(line) || is_plain(line) || is_row(line))
            .count();
        if run >= RUN {
            are[start..start + run].fill(true);
        }
        start += run + 1;
    }
    // What a site says of itself on each page is no sentence of the article.
    let frames = frames(page);
    for (are, line) in are.iter_mut().zip(&page.lines) {
        *are &= !frames[line.element];
    }
    let all = || are.iter().zip(&page.lines).filter(|(are, _)| **are);
    if all().map(|(_, line)| line.chars).sum::<u32>() < SHORT {
        let rules = Rules::builtin();
        let known = |scratch: &mut Scratch| -> Vec<bool> {
            let lines = are.iter().zip(&page.lines);
            lines
                .map(|(are, line)| *are && !is_known(&line.text, &rules, scratch))
                .collect()
        };
        are = with_scratch(known);
    }
    are
}

/// Whether the rules for lines know a line as what surrounds articles.
fn is_known(line: &str, rules: &Rules, scratch: &mut Scratch) -> bool {
    let hit = rules.matcher().hit(line, scratch);
    hit.is_some_and(|hit| {
        let rule = &rules.rules()[usize::from(hit.rule)];
        hit.strong && !rule.off && rule.role == Role::Furniture
    })
}

fn is_sentence(line: &Line) -> bool {
    line.chars >= SENTENCE
        && line.linked * 2 < line.chars
        && line.text.contains([
            '。', '，', '！', '？', '；', '、', '.', ',', '!', '?', ';', '…',
        ])
}

/// Words without a link, a number or a label: no date, no counter, no address.
fn is_plain(line: &Line) -> bool {
    line.linked == 0
        && line.chars >= 4
        && !line.text.contains(|char: char| {
            char.is_ascii_alphanumeric() || matches!(char, '|' | ':' | '：' | '©')
        })
}

/// A row of a table of data.
fn is_row(line: &Line) -> bool {
    line.cells.len() >= 2 && line.linked * 2 < line.chars
}

/// Elements of one line: the part is what holds them.
fn is_line(name: &str) -> bool {
    matches!(name, "p" | "li" | "dt" | "dd" | "pre" | "blockquote")
}

/// A heading: Readability takes out those that repeat the title or name a part of the page, and the
/// author's own among them.
fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
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
