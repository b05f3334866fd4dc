//! A page as the lines that a reader sees, and the elements in which they stand.

use std::cell::RefCell;

use super::attributes;
use super::elements::{block, closes, is_skipped, names, number, raw};
use super::inline::{self, Image, Inlines, Mark, MarkKind};
use super::told::Head;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// Elements nested deeper than this are taken for their parents: no one writes them.
const DEEPEST: usize = 256;

/// The longest text of a cell that is put on one line with its row's others, in characters.
const LONGEST_CELL: u32 = 40;

/// An element that holds blocks.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name; empty for the page itself, which is the first and its own parent.
    pub name: &'static str,
    pub parent: usize,
    /// What its author calls it: its classes and its identifier, as far as they are plain words.
    pub names: Box<str>,
    /// The first number of a list, the number of an item, the columns of a cell.
    pub number: Option<u32>,
    /// The language of code in it, where a name says it.
    pub language: Option<Box<str>>,
}

/// A line of text. A page may have a million of them, so they are small.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub text: String,
    /// Its characters that are no blanks, and how many of those are links.
    pub chars: u32,
    pub linked: u32,
    /// The element in which it is.
    pub element: usize,
    /// Its links, code and images, if it has any and those are asked for.
    pub inlines: Option<Box<Inlines>>,
    /// Of a row of a table the cells in it, one for each piece between tabs.
    pub cells: Box<[usize]>,
}

/// A page, read.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub elements: Vec<Element>,
    pub lines: Vec<Line>,
    pub told: Head,
    /// The images after the last line.
    pub images: Vec<Image>,
    /// What is in its `title` element.
    pub head: String,
    /// Its headings of the first rank.
    pub headings: Vec<String>,
}

impl Page {
    /// Reads a page, with its links, code and images if `with_inlines`.
    pub(super) fn read(html: &str, with_inlines: bool) -> Self {
        let reader = Reader {
            inner: RefCell::new(Inner::new(with_inlines)),
        };
        let tokenizer = Tokenizer::new(reader, TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(&*attributes::limited(html)));
        // It pauses where a browser would run a script.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
        tokenizer.end();
        tokenizer.sink.inner.into_inner().finish()
    }

    /// For each element whether it is code, or in code. An element is after its parent.
    pub(super) fn code(&self) -> Vec<bool> {
        let mut code = vec![false; self.elements.len()];
        for (at, element) in self.elements.iter().enumerate().skip(1) {
            code[at] = element.name == "pre" || code[element.parent];
        }
        code
    }
}

struct Reader {
    inner: RefCell<Inner>,
}

// Each says where the reader is.
#[allow(clippy::struct_excessive_bools)]
struct Inner {
    page: Page,
    /// The open elements, innermost last.
    open: Vec<usize>,
    /// The element whose content is no text, and how often it is open.
    skipped: Option<(String, usize)>,
    /// Whether it is a script of JSON-LD.
    json_ld: bool,
    title: bool,
    heading: Option<usize>,
    link: bool,
    /// Whether links, code and images are kept.
    with_inlines: bool,
    /// The address of the open link and where in the line its text begins.
    address: Option<(String, usize)>,
    /// Where in the line the open code begins.
    code: Option<usize>,
    /// What the line has so far.
    inlines: Inlines,
    preformatted: usize,
    line: String,
    linked: u32,
    /// A blank waits for a character after it; whether it holds a line break.
    blank: Option<bool>,
    /// For each element the innermost cell in which it is, or which it is; or the page itself.
    in_cells: Vec<u32>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut inner = self.inner.borrow_mut();
        match token {
            Token::TagToken(tag) => return inner.tag(&tag),
            Token::CharacterTokens(text) => inner.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Inner {
    fn new(with_inlines: bool) -> Self {
        Self {
            page: Page {
                elements: vec![Element {
                    name: "",
                    parent: 0,
                    names: Box::default(),
                    number: None,
                    language: None,
                }],
                ..Page::default()
            },
            open: vec![0],
            skipped: None,
            json_ld: false,
            title: false,
            heading: None,
            link: false,
            with_inlines,
            address: None,
            code: None,
            inlines: Inlines::default(),
            preformatted: 0,
            line: String::new(),
            linked: 0,
            blank: None,
            in_cells: vec![0],
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if self.skipped.is_none() {
            let line = self.page.lines.len();
            self.json_ld = self.page.told.tag(name, starts, tag, line);
        }
        if let Some((skipped, times)) = &mut self.skipped {
            if skipped == name && !tag.self_closing {
                *times = if starts { *times + 1 } else { *times - 1 };
                if *times == 0 {
                    (self.skipped, self.json_ld) = (None, false);
                }
            }
        } else if is_skipped(name) {
            if starts && !tag.self_closing {
                self.skipped = Some((name.to_owned(), 1));
            }
        } else {
            if self.with_inlines {
                self.inline(name, starts, tag);
            }
            match (name, starts) {
                // In a drawing there are titles, too; those are skipped above.
                ("title", _) => self.title = starts && self.page.head.is_empty(),
                ("a", true) => {
                    let href = |attr: &html5ever::Attribute| &*attr.name.local == "href";
                    self.link = tag.attrs.iter().any(href);
                }
                ("a", false) => self.link = false,
                ("br" | "hr", _) => self.end_line(false),
                _ => match (block(name), starts) {
                    (Some(name), true) => {
                        let language = inline::language(tag).filter(|_| self.with_inlines);
                        let language = language.map(String::into_boxed_str);
                        self.open(name, names(tag), number(name, tag), language);
                    }
                    (Some(name), false) => self.close(name),
                    (None, _) => {}
                },
            }
        }
        match raw(name) {
            Some(kind) if starts => TokenSinkResult::RawData(kind),
            _ => TokenSinkResult::Continue,
        }
    }

    /// Notes where links, code and images are.
    fn inline(&mut self, name: &str, starts: bool, tag: &Tag) {
        match (name, starts) {
            ("a", true) => {
                self.end_link();
                self.address = inline::address(tag).map(|address| (address, self.line.len()));
            }
            ("a", false) => self.end_link(),
            ("code" | "kbd" | "samp" | "tt", true) if self.preformatted == 0 => {
                self.code.get_or_insert(self.line.len());
            }
            ("code", true) => {
                // The language is told at the element that keeps the lines.
                let of_code = |at: &&usize| self.page.elements[**at].name == "pre";
                if let Some(at) = self.open.iter().rev().find(of_code).copied()
                    && let Some(language) = inline::language(tag)
                {
                    self.page.elements[at].language = Some(language.into_boxed_str());
                }
            }
            ("code" | "kbd" | "samp" | "tt", false) => self.end_code(),
            ("img", true) => {
                let element = self.open.last().copied().unwrap_or(0);
                let link = self.address.as_ref().map(|(address, _)| address.clone());
                if let Some(image) = inline::image(tag, element, link) {
                    self.inlines.images.push((self.line.len(), image));
                }
            }
            _ => {}
        }
    }

    fn end_link(&mut self) {
        if let Some((address, start)) = self.address.take() {
            self.mark(start, MarkKind::Link(address));
        }
    }

    fn end_code(&mut self) {
        if let Some(start) = self.code.take() {
            self.mark(start, MarkKind::Code);
        }
    }

    fn mark(&mut self, start: usize, kind: MarkKind) {
        // A blank before it may have been pushed since.
        let blanks = self.line[start..].len() - self.line[start..].trim_start().len();
        let range = start + blanks..self.line.len();
        if !range.is_empty() {
            self.inlines.marks.push(Mark { range, kind });
        }
    }

    fn open(
        &mut self,
        name: &'static str,
        called: Box<str>,
        number: Option<u32>,
        language: Option<Box<str>>,
    ) {
        self.end_line(false);
        let (closed, trailing) = closes(name);
        let named =
            |page: &Page, at: usize, names: &[&str]| names.contains(&page.elements[at].name);
        if !closed.is_empty()
            && let Some(at) = self
                .open
                .iter()
                .rposition(|&at| named(&self.page, at, closed) || named(&self.page, at, trailing))
            && named(&self.page, self.open[at], closed)
        {
            self.open.truncate(at.max(1));
        }
        if self
            .open
            .last()
            .is_some_and(|&at| named(&self.page, at, &["p"]))
        {
            self.open.pop();
        }
        self.preformatted += usize::from(name == "pre");
        if name == "h1" {
            self.heading = Some(self.page.lines.len());
        }
        if self.open.len() < DEEPEST {
            let parent = self.open.last().copied().unwrap_or(0);
            self.page.elements.push(Element {
                name,
                parent,
                names: called,
                number,
                language,
            });
            let element = self.page.elements.len() - 1;
            let cell = if matches!(name, "td" | "th") {
                u32::try_from(element).unwrap_or_default()
            } else {
                self.in_cells[parent]
            };
            self.in_cells.push(cell);
            self.open.push(element);
        }
    }

    fn close(&mut self, name: &str) {
        self.end_line(false);
        if name == "pre" {
            self.preformatted = self.preformatted.saturating_sub(1);
        }
        if name == "h1"
            && let Some(first) = self.heading.take()
        {
            let lines = &self.page.lines[first.min(self.page.lines.len())..];
            let text: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
            if !text.is_empty() {
                self.page.headings.push(text.join(" "));
            }
        }
        let is = |&at: &usize| self.page.elements[at].name == name;
        if let Some(at) = self.open.iter().rposition(is) {
            self.open.truncate(at.max(1));
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((skipped, _)) = &self.skipped {
            if self.json_ld {
                self.page.told.json_ld_text(text);
            } else if skipped == "script" {
                self.page.told.script(text);
            }
            return;
        }
        self.page.told.text(text);
        if self.title {
            self.page
                .head
                .push_str(&text.replace(['\n', '\r', '\t'], " "));
            return;
        }
        if self.preformatted > 0 {
            for char in text.chars() {
                match char {
                    '\n' => self.end_line(true),
                    '\r' => {}
                    _ => self.push(char.encode_utf8(&mut [0; 4])),
                }
            }
            return;
        }
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C');
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.bytes().position(|byte| is_blank(&byte));
            let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
            if !word.is_empty() {
                self.push(word);
            }
            let blanks = behind.bytes().take_while(is_blank).count();
            if blanks > 0 {
                let broken = behind[..blanks].contains(['\n', '\r']);
                self.blank = Some(self.blank.unwrap_or(false) || broken);
            }
            rest = &behind[blanks..];
        }
    }

    /// Adds text without blanks to the line.
    fn push(&mut self, text: &str) {
        if let Some(broken) = self.blank.take()
            && let Some(last) = self.line.chars().next_back()
        {
            // A line break in the source between Chinese characters is no blank.
            let wide = |char: char| char > '\u{2E7F}';
            if !(broken && wide(last) && text.chars().next().is_some_and(wide)) {
                self.line.push(' ');
            }
        }
        self.line.push_str(text);
        if self.link {
            let linked = text.chars().filter(|char| !char.is_whitespace()).count();
            self.linked += linked as u32;
        }
    }

    /// Ends a line; an empty one counts if a line end of code has made it.
    fn end_line(&mut self, is_empty_line: bool) {
        self.blank = None;
        let mut inlines = if self.with_inlines {
            self.end_inlines()
        } else {
            Inlines::default()
        };
        let line = std::mem::take(&mut self.line);
        let linked = std::mem::take(&mut self.linked);
        let text = if self.preformatted > 0 {
            line.trim_end()
        } else {
            line.trim()
        };
        let chars = text.chars().filter(|char| !char.is_whitespace()).count();
        // A page of more than 128 MiB is not read.
        let chars = u32::try_from(chars).unwrap_or(u32::MAX);
        let element = self.open.last().copied().unwrap_or(0);
        if chars == 0 {
            // They stand before the next line.
            self.inlines = inlines.only_before();
            // An empty line in code belongs to the line before it.
            if let Some(before) = self.page.lines.last_mut()
                && self.preformatted > 0
                && is_empty_line
                && before.element == element
            {
                before.text.push('\n');
            }
            return;
        }
        if self.preformatted == 0 {
            inlines.trim(line.len() - line.trim_start().len(), text.len());
        }
        self.page.lines.push(Line {
            text: text.to_owned(),
            chars,
            linked,
            element,
            inlines: (inlines != Inlines::default()).then(|| Box::new(inlines)),
            cells: Box::default(),
        });
    }

    /// What the line has, with the links and code that go on in the next.
    fn end_inlines(&mut self) -> Inlines {
        let address = self.address.as_ref().map(|(address, _)| address.clone());
        let in_code = self.code.is_some();
        self.end_link();
        self.end_code();
        self.address = address.map(|address| (address, 0));
        self.code = in_code.then_some(0);
        std::mem::take(&mut self.inlines)
    }

    /// The innermost row and cell of a line.
    fn cell(&self, line: &Line) -> Option<(usize, usize)> {
        let cell = self.in_cells[line.element] as usize;
        let row = self.page.elements[cell].parent;
        (self.page.elements[row].name == "tr").then_some((row, cell))
    }

    /// How many of the lines that are first are of one row, and the row if they are to be joined.
    fn row(&self, lines: &[Line]) -> (usize, Option<usize>) {
        let Some((row, _)) = lines.first().and_then(|line| self.cell(line)) else {
            return (1, None);
        };
        let of_row = lines
            .iter()
            .map_while(|line| self.cell(line).filter(|cell| cell.0 == row));
        let (mut count, mut last, mut is_data) = (0, None, true);
        for (_, cell) in of_row {
            is_data &= last != Some(cell) && lines[count].chars <= LONGEST_CELL;
            last = Some(cell);
            count += 1;
        }
        (count, (is_data && count > 1).then_some(row))
    }

    /// Joins the cells of rows that are data: short, and one line each.
    fn finish(mut self) -> Page {
        self.end_line(false);
        // In place: a page may have a million of lines.
        let mut lines = std::mem::take(&mut self.page.lines);
        let (mut at, mut end) = (0, 0);
        while at < lines.len() {
            let (count, row) = self.row(&lines[at..]);
            if let Some(row) = row {
                lines[end] = joined(row, lines[at..at + count].iter_mut().map(std::mem::take));
                end += 1;
            } else {
                for line in at..at + count {
                    lines.swap(end, line);
                    end += 1;
                }
            }
            at += count;
        }
        lines.truncate(end);
        let images = self.inlines.images.into_iter().map(|(_, image)| image);
        Page {
            lines,
            images: self.inlines.before.into_iter().chain(images).collect(),
            ..self.page
        }
    }
}

/// A row of short cells as one line.
fn joined(row: usize, of_row: impl Iterator<Item = Line>) -> Line {
    let mut inlines = Inlines::default();
    let mut cells = Vec::new();
    let mut line = Line {
        element: row,
        ..Line::default()
    };
    for cell in of_row {
        if !cells.is_empty() {
            line.text.push('\t');
        }
        if let Some(of_cell) = cell.inlines {
            inlines.append(*of_cell, line.text.len(), cells.is_empty());
        }
        cells.push(cell.element);
        line.text.push_str(&cell.text);
        line.chars += cell.chars;
        line.linked += cell.linked;
    }
    line.cells = cells.into_boxed_slice();
    line.inlines = (inlines != Inlines::default()).then(|| Box::new(inlines));
    line
}
