//! Lines of a page as blocks: headings, paragraphs, lists, tables, quotations, code, images.

use super::inline::Image;
use super::layout::Span;
use super::lines::Element;

/// Lists and quotations nested deeper than this are taken for their parents.
const DEEPEST: usize = 12;

/// A cell of more lines than this is a column of the page, and its table no table.
const MOST_LINES: usize = 6;

/// More columns than any table has.
const MOST_COLUMNS: usize = 100;

/// A block of a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    Heading(usize, Span),
    /// Its lines.
    Paragraph(Vec<Span>),
    Code {
        language: Option<String>,
        text: String,
    },
    Quotation(Vec<Block>),
    List {
        /// The first number of a list with numbers.
        start: Option<u32>,
        items: Vec<Vec<Block>>,
    },
    /// Rows of cells; the first is the head.
    Table(Vec<Vec<Span>>),
    Image(Image),
}

/// A block that holds others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Container {
    Quotation(usize),
    List(usize),
    Item(usize),
}

/// An open one with what it holds so far.
struct Frame {
    container: Container,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    start: Option<u32>,
}

/// What a line is, with the element that makes it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaf {
    Heading(usize, usize),
    Code(usize),
    Table(usize),
    /// A line of a paragraph that is broken in its midst.
    Paragraph(usize),
    /// A paragraph of its own.
    Alone,
}

/// Builds the blocks, line by line.
pub(super) struct Tree<'e> {
    elements: &'e [Element],
    root: Vec<Block>,
    open: Vec<Frame>,
    leaf: Option<Leaf>,
    /// The rows of the open table, each with its element.
    rows: Vec<(usize, Vec<Span>)>,
    /// For each element whether it is a table of data.
    data: Vec<bool>,
}

impl<'e> Tree<'e> {
    /// A tree for lines in these elements.
    pub(super) fn new(elements: &'e [Element], lines: impl Iterator<Item = usize>) -> Self {
        Self {
            elements,
            root: Vec::new(),
            open: Vec::new(),
            leaf: None,
            rows: Vec::new(),
            data: data_tables(elements, lines),
        }
    }

    /// Adds the title.
    pub(super) fn title(&mut self, span: Span) {
        self.end_leaf();
        self.go_to(&[]);
        self.put(Block::Heading(1, span));
    }

    /// Adds a line in this element; of a row, the cells are those of its pieces.
    pub(super) fn line(&mut self, element: usize, cells: &[usize], span: Span) {
        let (containers, leaf) = self.place(element);
        let goes_on = leaf != Leaf::Alone && self.leaf == Some(leaf) && self.is_at(&containers);
        if !goes_on {
            self.end_leaf();
            self.go_to(&containers);
            self.leaf = Some(leaf);
        }
        if let Leaf::Table(table) = leaf {
            self.row(table, element, cells, span);
            return;
        }
        if goes_on {
            match self.blocks().last_mut() {
                Some(Block::Heading(_, heading)) => {
                    let before = std::mem::take(heading);
                    *heading = Span::joined(vec![before, span], " ");
                }
                Some(Block::Code { text, .. }) => {
                    text.push('\n');
                    text.push_str(&span.text);
                }
                Some(Block::Paragraph(lines)) => lines.push(span),
                _ => {}
            }
            return;
        }
        self.put(match leaf {
            Leaf::Heading(level, _) => Block::Heading(level, span),
            Leaf::Code(element) => Block::Code {
                language: self.language(element),
                text: span.text,
            },
            _ => Block::Paragraph(vec![span]),
        });
    }

    /// Adds an image that stands between lines.
    pub(super) fn image(&mut self, image: &Image) {
        let (containers, leaf) = self.place(image.element);
        if matches!(leaf, Leaf::Table(_)) && self.leaf == Some(leaf) {
            // Between two rows there is no place for it: it stands in the cell before.
            if let Some(span) = self.rows.last_mut().and_then(|(_, row)| row.last_mut()) {
                span.images.push((span.text.len(), image.clone()));
                return;
            }
        }
        self.end_leaf();
        self.go_to(&containers);
        self.put(Block::Image(image.clone()));
    }

    /// All blocks.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.end_leaf();
        self.go_to(&[]);
        self.root
    }

    /// Adds a line to a row of the open table.
    fn row(&mut self, table: usize, element: usize, cells: &[usize], span: Span) {
        let mut pieces = vec![span];
        let mut at = vec![element];
        if let [_, _, ..] = cells {
            let split = pieces[0].cells();
            // A tab of the text itself, or one that went, leaves one piece.
            if split.len() == cells.len() {
                (pieces, at) = (split, cells.to_vec());
            }
        }
        for (piece, mut element) in pieces.into_iter().zip(at) {
            let (mut cell, mut row) = (None, None);
            while element != table && element != 0 {
                match self.elements[element].name {
                    "td" | "th" => cell = Some(element),
                    "tr" => row = Some(element),
                    _ => {}
                }
                element = self.elements[element].parent;
            }
            let row = row.unwrap_or(table);
            let column = cell.map_or(0, |cell| self.column(row, cell));
            if self.rows.last().is_none_or(|(last, _)| *last != row) {
                self.rows.push((row, Vec::new()));
            }
            if let Some((_, spans)) = self.rows.last_mut() {
                while spans.len() <= column {
                    spans.push(Span::default());
                }
                let before = std::mem::take(&mut spans[column]);
                spans[column] = if before == Span::default() {
                    piece
                } else {
                    Span::joined(vec![before, piece], "\n")
                };
            }
        }
    }

    /// The column of a cell, from 0.
    fn column(&self, row: usize, cell: usize) -> usize {
        let before = (row + 1..cell).filter(|at| self.elements[*at].parent == row);
        let columns = before.map(|at| self.elements[at].number.unwrap_or(1).max(1) as usize);
        columns.sum::<usize>().min(MOST_COLUMNS)
    }

    /// The language of code, told at its element or at a box around it.
    fn language(&self, pre: usize) -> Option<String> {
        let parent = self.elements[pre].parent;
        let around = [pre, parent, self.elements[parent].parent];
        let mut told = around.iter().map(|at| &self.elements[*at].language);
        told.find_map(|language| language.as_deref().map(str::to_owned))
    }

    /// The blocks in which an element is, outermost first, and what a line of it is.
    fn place(&self, element: usize) -> (Vec<Container>, Leaf) {
        let mut containers = Vec::new();
        let mut leaf = None;
        let mut in_caption = false;
        let mut at = element;
        while at != 0 {
            let heading = heading(self.elements[at].name);
            match self.elements[at].name {
                "pre" => leaf = Some(Leaf::Code(at)),
                "caption" => in_caption = true,
                "table" if self.data[at] && !in_caption => leaf = Some(Leaf::Table(at)),
                "table" => in_caption = false,
                "blockquote" => containers.push(Container::Quotation(at)),
                "li" => containers.push(Container::Item(at)),
                "ul" | "ol" | "menu" | "dir" => containers.push(Container::List(at)),
                _ => {
                    if let (Some(level), None) = (heading, leaf) {
                        leaf = Some(Leaf::Heading(level, at));
                    }
                }
            }
            at = self.elements[at].parent;
        }
        containers.reverse();
        let leaf = leaf.unwrap_or(match self.elements[element].name {
            "p" | "li" | "dt" | "dd" | "figcaption" | "caption" | "address" => {
                Leaf::Paragraph(element)
            }
            _ => Leaf::Alone,
        });
        (self.with_lists(containers), leaf)
    }

    /// The same with each item in a list and each block of a list in an item.
    fn with_lists(&self, told: Vec<Container>) -> Vec<Container> {
        let mut containers: Vec<Container> = Vec::with_capacity(told.len());
        for container in told {
            match (containers.last().copied(), container) {
                (Some(Container::List(_)), Container::Item(_)) => {}
                (Some(list @ Container::List(_)), _) => {
                    containers.pop();
                    // A list in a list belongs to the item before it.
                    if let Some(item) = self.open_item(list, &containers) {
                        containers.extend([list, item]);
                    }
                }
                (_, Container::Item(at)) => {
                    containers.push(Container::List(self.elements[at].parent));
                }
                _ => {}
            }
            containers.push(container);
        }
        containers.truncate(DEEPEST);
        if let Some(Container::List(_)) = containers.last() {
            containers.pop();
        }
        containers
    }

    /// The item that is open in a list which is open behind these.
    fn open_item(&self, list: Container, before: &[Container]) -> Option<Container> {
        let mut open = self.open.iter().map(|frame| frame.container);
        let is_behind = before.iter().all(|wanted| open.next() == Some(*wanted));
        (is_behind && open.next() == Some(list))
            .then(|| open.next())
            .flatten()
    }

    fn is_at(&self, containers: &[Container]) -> bool {
        let open = self.open.iter().map(|frame| frame.container);
        open.eq(containers.iter().copied())
    }

    /// Closes and opens containers until these are open.
    fn go_to(&mut self, containers: &[Container]) {
        let open = self.open.iter().map(|frame| frame.container);
        let same = open
            .zip(containers)
            .take_while(|(open, wanted)| open == *wanted)
            .count();
        while self.open.len() > same {
            self.close();
        }
        for &container in &containers[same..] {
            let start = match container {
                Container::List(at) if self.elements[at].name == "ol" => {
                    Some(self.elements[at].number.unwrap_or(1))
                }
                _ => None,
            };
            if let (Container::Item(at), Some(list)) = (container, self.open.last_mut())
                && let (Some(start), Some(number), true) = (
                    &mut list.start,
                    self.elements[at].number,
                    list.items.is_empty(),
                )
            {
                *start = number;
            }
            self.open.push(Frame {
                container,
                blocks: Vec::new(),
                items: Vec::new(),
                start,
            });
        }
    }

    /// Closes the innermost container.
    fn close(&mut self) {
        let Some(frame) = self.open.pop() else { return };
        match frame.container {
            Container::Quotation(_) => self.put(Block::Quotation(frame.blocks)),
            Container::List(_) => self.put(Block::List {
                start: frame.start,
                items: frame.items,
            }),
            Container::Item(_) => {
                if let Some(list) = self.open.last_mut() {
                    list.items.push(frame.blocks);
                }
            }
        }
    }

    /// The blocks of the innermost container.
    fn blocks(&mut self) -> &mut Vec<Block> {
        match self.open.last_mut() {
            Some(frame) => &mut frame.blocks,
            None => &mut self.root,
        }
    }

    fn put(&mut self, block: Block) {
        self.blocks().push(block);
    }

    /// Ends the block to which lines can be added.
    fn end_leaf(&mut self) {
        self.leaf = None;
        if !self.rows.is_empty() {
            let rows = std::mem::take(&mut self.rows).into_iter();
            self.put(Block::Table(rows.map(|(_, row)| row).collect()));
        }
    }
}

/// The level of a heading's name.
fn heading(name: &str) -> Option<usize> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// Which elements are tables of data: of two rows and two columns at least, with nothing in a cell
/// but a few lines.
fn data_tables(elements: &[Element], lines: impl Iterator<Item = usize>) -> Vec<bool> {
    /// What is known of a table.
    #[derive(Clone, Default)]
    struct Known {
        rows: usize,
        columns: usize,
        holds_blocks: bool,
    }
    let mut tables: Vec<Known> = vec![Known::default(); elements.len()];
    // For each element the innermost table and cell around it, itself included.
    let mut around: Vec<(usize, usize)> = Vec::with_capacity(elements.len());
    let mut columns = vec![0; elements.len()];
    for (at, element) in elements.iter().enumerate() {
        let (table, cell) = if at == 0 {
            (0, 0)
        } else {
            around[element.parent]
        };
        around.push(match element.name {
            "table" => {
                tables[table].holds_blocks = true;
                (at, 0)
            }
            "td" | "th" => {
                let of_row = &mut columns[element.parent];
                *of_row += 1;
                tables[table].columns = tables[table].columns.max(*of_row);
                (table, at)
            }
            "tr" => {
                tables[table].rows += 1;
                (table, 0)
            }
            "ul" | "ol" | "menu" | "dir" | "dl" | "pre" | "blockquote" | "form" => {
                tables[table].holds_blocks = true;
                (table, cell)
            }
            name => {
                tables[table].holds_blocks |= heading(name).is_some();
                (table, cell)
            }
        });
    }
    let mut of_cells = vec![0; elements.len()];
    for line in lines {
        let (table, cell) = around[line];
        of_cells[cell] += 1;
        tables[table].holds_blocks |= cell != 0 && of_cells[cell] > MOST_LINES;
    }
    let is_data = |(at, known): (usize, &Known)| {
        at != 0
            && elements[at].name == "table"
            && known.rows >= 2
            && known.columns >= 2
            && !known.holds_blocks
    };
    tables.iter().enumerate().map(is_data).collect()
}
