//! A page as the lines that a reader sees, and the elements in which they stand.

use std::cell::RefCell;

use super::attributes;
use super::inline::{self, Image, Inlines, Mark, MarkKind};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// Elements nested deeper than this are taken for their parents: no one writes them.
const DEEPEST: usize = 256;

/// Fewer characters than this are no title but a part of one.
const SHORTEST_TITLE: usize = 3;

/// The longest text of a cell that is put on one line with its row's others, in characters.
const LONGEST_CELL: usize = 40;

/// An element that holds blocks.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name; empty for the page itself, which is the first and its own parent.
    pub name: String,
    pub parent: usize,
    /// What its author calls it: its classes and its identifier, as far as they are plain words.
    pub names: String,
    /// The first number of a list, the number of an item, the columns of a cell.
    pub number: Option<u32>,
    /// The language of code in it, where a name says it.
    pub language: Option<String>,
}

/// A line of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub text: String,
    /// Its characters that are no blanks, and how many of those are links.
    pub chars: usize,
    pub linked: usize,
    /// The element in which it is.
    pub element: usize,
    /// Its links, code and images, if those are asked for.
    pub inlines: Inlines,
    /// Of a row of a table the cells in it, one for each piece between tabs.
    pub cells: Vec<usize>,
}

/// What a page tells machines about itself.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Names in lower case, and contents.
    pub meta: Vec<(String, String)>,
    pub json_ld: Vec<String>,
    pub canonical: Option<String>,
    pub language: Option<String>,
}

impl Head {
    /// More elements than any page needs.
    const MOST: usize = 200;

    fn take(&mut self, name: &str, tag: &Tag) {
        let value = |wanted: &str| {
            let mut attrs = tag.attrs.iter();
            attrs
                .find(|attr| &*attr.name.local == wanted)
                .map(|attr| attr.value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        match name {
            "meta" if self.meta.len() < Self::MOST => {
                let named = value("property").or_else(|| value("name"));
                if let (Some(named), Some(content)) =
                    (named.or_else(|| value("itemprop")), value("content"))
                {
                    self.meta.push((named.to_ascii_lowercase(), content));
                }
            }
            "link" if value("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.canonical = self.canonical.take().or_else(|| value("href"));
            }
            "html" => self.language = self.language.take().or_else(|| value("lang")),
            "script"
                if self.json_ld.len() < Self::MOST
                    && value("type").is_some_and(|kind| kind.contains("ld+json")) =>
            {
                self.json_ld.push(String::new());
            }
            _ => {}
        }
    }
}

/// A page, read.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub elements: Vec<Element>,
    pub lines: Vec<Line>,
    pub told: Head,
    /// The images after the last line.
    pub images: Vec<Image>,
    head: String,
    headings: Vec<String>,
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

    /// The article's title: the page's only heading of the first rank, or the
    /// longest line with which what the page calls itself begins or ends, or the first part of that.
    ///
    /// A site may write its own name as the heading: what machines are told helps to know that.
    pub(super) fn title(&self, told: &Told) -> String {
        let head = self.head.trim();
        let mut site = told.site.as_deref();
        if let [heading] = self.headings.as_slice() {
            if !is_of_site(heading, head, told) {
                return heading.clone();
            }
            site = Some(heading);
        }
        // Sites put their own names after it: title_section_site, title - site, title-site.
        let head = told.titles.first().map_or(head, String::as_str);
        let separates = |char: char| !char.is_alphanumeric();
        let part = |line: &&Line| {
            let text = line.text.as_str();
            let (before, trailing) = (head.strip_suffix(text), head.strip_prefix(text));
            line.chars >= SHORTEST_TITLE
                && site != Some(text)
                && (before.is_some_and(|rest| rest.is_empty() || rest.ends_with(separates))
                    || trailing.is_some_and(|rest| rest.starts_with(separates)))
        };
        if let Some(line) = self.lines.iter().filter(part).max_by_key(|line| line.chars) {
            return line.text.clone();
        }
        let first = head
            .split(['_', '|', '｜'])
            .next()
            .unwrap_or(head)
            .split(" - ")
            .next()
            .unwrap_or(head)
            .trim();
        if first.chars().count() < SHORTEST_TITLE {
            head
        } else {
            first
        }
        .to_owned()
    }
}

/// What a page tells machines of its title.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The title, the most reliable first, perhaps with the name of the site behind it.
    pub titles: Vec<String>,
    /// The name of the site.
    pub site: Option<String>,
}

/// Whether a heading is the name of the site: it is told as such, or the longer part of the title
/// stands before it.
fn is_of_site(heading: &str, head: &str, told: &Told) -> bool {
    if told.titles.iter().any(|title| title.contains(heading)) {
        return false;
    }
    if told.site.as_deref() == Some(heading) {
        return true;
    }
    let before = head.strip_suffix(heading).unwrap_or_default();
    let title = before.trim_end_matches(|char: char| !char.is_alphanumeric());
    title.len() < before.len() && title.chars().count() > heading.chars().count()
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
    linked: usize,
    /// A blank waits for a character after it; whether it holds a line break.
    blank: Option<bool>,
    /// For each line the row and the cell in which it is.
    cells: Vec<Option<(usize, usize)>>,
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

/// Elements that begin and end a line.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Elements whose content is no text of the page.
fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "applet"
            | "audio"
            | "button"
            | "canvas"
            | "iframe"
            | "math"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "video"
    )
}

/// Elements that a new one of the name closes, and those after which it does not look.
fn closes(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "li" => (&["li"], &["ul", "ol", "menu", "dir"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl"]),
        "tr" => (&["tr"], &["table"]),
        "td" | "th" => (&["td", "th"], &["table", "tr"]),
        "thead" | "tbody" | "tfoot" => (&["thead", "tbody", "tfoot"], &["table"]),
        _ => (&[], &[]),
    }
}

/// The longest names of an element that are kept, in bytes.
const LONGEST_NAMES: usize = 200;

/// An element's classes and identifier.
fn names(tag: &Tag) -> String {
    let mut names = String::new();
    for attr in &tag.attrs {
        if matches!(&*attr.name.local, "class" | "id") && attr.value.len() <= LONGEST_NAMES {
            let plain = attr.value.chars();
            names
                .extend(plain.filter(|char| char.is_ascii_alphanumeric() || " -_".contains(*char)));
            names.push(' ');
        }
    }
    names
}

fn raw(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "title" | "textarea" => Some(RawKind::Rcdata),
        _ => None,
    }
}

impl Inner {
    fn new(with_inlines: bool) -> Self {
        Self {
            page: Page {
                elements: vec![Element {
                    name: String::new(),
                    parent: 0,
                    names: String::new(),
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
            cells: Vec::new(),
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if starts && self.skipped.is_none() {
            let blocks = self.page.told.json_ld.len();
            self.page.told.take(name, tag);
            self.json_ld = self.page.told.json_ld.len() > blocks;
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
                (_, true) if is_block(name) => {
                    let language = inline::language(tag).filter(|_| self.with_inlines);
                    self.open(name, &names(tag), number(name, tag), language);
                }
                (_, false) if is_block(name) => self.close(name),
                _ => {}
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
                    self.page.elements[at].language = Some(language);
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

    fn open(&mut self, name: &str, called: &str, number: Option<u32>, language: Option<String>) {
        self.end_line(false);
        let (closed, trailing) = closes(name);
        let named = |page: &Page, at: usize, names: &[&str]| {
            names.contains(&page.elements[at].name.as_str())
        };
        if let Some(at) = self
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
                name: name.to_owned(),
                parent,
                names: called.to_owned(),
                number,
                language,
            });
            self.open.push(self.page.elements.len() - 1);
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
        if self.skipped.is_some() {
            if self.json_ld
                && let Some(block) = self.page.told.json_ld.last_mut()
            {
                block.push_str(text);
            }
            return;
        }
        if self.title {
            self.page
                .head
                .push_str(&text.replace(['\n', '\r', '\t'], " "));
            return;
        }
        for char in text.chars() {
            match char {
                '\n' if self.preformatted > 0 => self.end_line(true),
                ' ' | '\t' | '\n' | '\r' | '\u{C}' if self.preformatted == 0 => {
                    let broken = matches!(char, '\n' | '\r');
                    self.blank = Some(self.blank.unwrap_or(false) || broken);
                }
                '\r' => {}
                _ => self.push(char),
            }
        }
    }

    fn push(&mut self, char: char) {
        if let Some(broken) = self.blank.take()
            && let Some(last) = self.line.chars().next_back()
        {
            // A line break in the source between Chinese characters is no blank.
            let wide = |char: char| char > '\u{2E7F}';
            if !(broken && wide(last) && wide(char)) {
                self.line.push(' ');
            }
        }
        self.line.push(char);
        self.linked += usize::from(self.link && !char.is_whitespace());
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
        self.cells.push(self.cell());
        self.page.lines.push(Line {
            text: text.to_owned(),
            chars,
            linked,
            element,
            inlines,
            cells: Vec::new(),
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

    /// The innermost row and cell.
    fn cell(&self) -> Option<(usize, usize)> {
        let name = |at: &usize| self.page.elements[*at].name.as_str();
        let cell = self
            .open
            .iter()
            .rev()
            .find(|at| matches!(name(at), "td" | "th"))?;
        let row = self.page.elements[*cell].parent;
        (name(&row) == "tr").then_some((row, *cell))
    }

    /// Joins the cells of rows that are data: short, and one line each.
    fn finish(mut self) -> Page {
        self.end_line(false);
        let mut lines: Vec<Line> = Vec::with_capacity(self.page.lines.len());
        let mut rest = self.page.lines.into_iter().peekable();
        let mut cells = self.cells.into_iter().peekable();
        while let (Some(line), Some(cell)) = (rest.next(), cells.next()) {
            let Some((row, mut last)) = cell else {
                lines.push(line);
                continue;
            };
            let mut of_row = vec![line];
            let mut data = true;
            while let Some(&Some((next_row, next_cell))) = cells.peek()
                && next_row == row
                && let Some(next) = rest.next()
            {
                data &= next_cell != last;
                last = next_cell;
                of_row.push(next);
                cells.next();
            }
            data &= of_row.iter().all(|line| line.chars <= LONGEST_CELL);
            if !data || of_row.len() == 1 {
                lines.extend(of_row);
                continue;
            }
            lines.push(joined(row, of_row));
        }
        let images = self.inlines.images.into_iter().map(|(_, image)| image);
        Page {
            lines,
            images: self.inlines.before.into_iter().chain(images).collect(),
            ..self.page
        }
    }
}

/// A row of short cells as one line.
fn joined(row: usize, of_row: Vec<Line>) -> Line {
    let mut line = Line {
        element: row,
        cells: Vec::with_capacity(of_row.len()),
        ..Line::default()
    };
    for cell in of_row {
        if !line.cells.is_empty() {
            line.text.push('\t');
        }
        line.inlines
            .append(cell.inlines, line.text.len(), line.cells.is_empty());
        line.cells.push(cell.element);
        line.text.push_str(&cell.text);
        line.chars += cell.chars;
        line.linked += cell.linked;
    }
    line
}

/// The number that an element of this name tells.
fn number(name: &str, tag: &Tag) -> Option<u32> {
    let wanted = match name {
        "ol" => "start",
        "li" => "value",
        "td" | "th" => "colspan",
        _ => return None,
    };
    let mut attrs = tag.attrs.iter();
    let attr = attrs.find(|attr| &*attr.name.local == wanted)?;
    attr.value.trim().parse().ok()
}
