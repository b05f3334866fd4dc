//! How the text of a page is laid out: which line is a heading, an item of a list, a row of a table,
//! a quotation, code, and where its links and images are.
//!
//! The stages see lines of text. What they made of each line is found again by where it went, and
//! the layout is put around the new text as a tree of blocks, which `markdown` writes.

use std::ops::Range;

use super::alternatives;
use super::blocks::{Block, Tree};
use super::inline::{Image, Inlines, Mark};
use super::lines::{Element, Line};
use super::markdown;
use crate::align;

/// The lines of an extracted text with their places in the page.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    elements: Vec<Element>,
    lines: Vec<Laid>,
    /// The images after the last line.
    images: Vec<Image>,
}

/// A line of the text.
#[derive(Debug, Default)]
pub(super) struct Laid {
    /// Its bytes in the text, without its end.
    pub range: Range<usize>,
    /// The element in which it is; nothing for the title.
    element: Option<usize>,
    pub inlines: Inlines,
    cells: Box<[usize]>,
    /// Whether most of it is links.
    is_linked: bool,
}

/// Which of two texts stands first that are put in at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Image,
    Bullet,
}

/// A text that is put in before this byte of the new text.
pub(super) type Insertion = (usize, Order, String);

/// A piece of text within a block, with what is in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub text: String,
    pub marks: Vec<Mark>,
    pub images: Vec<(usize, Image)>,
}

impl Layout {
    /// Gives it the elements of the page.
    pub(super) fn set_elements(&mut self, elements: Vec<Element>) {
        self.elements = elements;
    }

    /// Adds a line of the page at these bytes of the text.
    pub(super) fn push(&mut self, range: Range<usize>, line: &Line, is_title: bool) {
        self.lines.push(Laid {
            range,
            element: (!is_title).then_some(line.element),
            inlines: line.inlines.as_deref().cloned().unwrap_or_default(),
            cells: line.cells.clone(),
            is_linked: line.linked * 2 > line.chars,
        });
    }

    /// Adds the title, which is no line of the page.
    pub(super) fn push_title(&mut self, range: Range<usize>) {
        self.lines.push(Laid {
            range,
            ..Laid::default()
        });
    }

    /// Keeps the images for which `keeps` says so, and takes those after the last line.
    pub(super) fn keep_images(&mut self, after: Vec<Image>, keeps: impl Fn(&Image) -> bool) {
        for line in &mut self.lines {
            line.inlines.before.retain(&keeps);
        }
        self.images = after.into_iter().filter(keeps).collect();
    }

    /// What stands for images that are not shown. The lines of the text do not have it.
    pub(crate) fn alternative_texts(&mut self) -> impl Iterator<Item = &mut String> {
        let of_lines = self.lines.iter_mut().flat_map(|line| {
            let within = line.inlines.images.iter_mut().map(|(_, image)| image);
            line.inlines.before.iter_mut().chain(within)
        });
        of_lines.chain(&mut self.images).map(|image| &mut image.alt)
    }

    /// Places of the text, in order: of each line its start, then twice each place where something in
    /// it begins or ends, and its end.
    pub(crate) fn places(&self) -> Vec<usize> {
        let mut places = Vec::with_capacity(self.lines.len() * 2);
        for line in &self.lines {
            places.push(line.range.start);
            places.extend(line.cuts().into_iter().flat_map(|cut| {
                let at = line.range.start + cut;
                [at, at]
            }));
            places.push(line.range.end);
        }
        places
    }

    /// Whether an item of a list is among the lines.
    pub(crate) fn has_items(&self) -> bool {
        if !self.elements.iter().any(|element| element.name == "li") {
            return false;
        }
        let items = self.items();
        let mut elements = self.lines.iter().filter_map(|line| line.element);
        elements.any(|element| items[element].is_some())
    }

    /// For each element the innermost item around it. An element is after its parent.
    fn items(&self) -> Vec<Option<usize>> {
        let mut items = vec![None; self.elements.len()];
        for (at, element) in self.elements.iter().enumerate().skip(1) {
            items[at] = match element.name {
                "li" => Some(at),
                "table" => None,
                _ => items[element.parent],
            };
        }
        items
    }

    /// Whether an image with an alternative text is among the lines.
    pub(crate) fn has_images(&self) -> bool {
        let of_lines = self.lines.iter().flat_map(|line| {
            let within = line.inlines.images.iter().map(|(_, image)| image);
            line.inlines.before.iter().chain(within)
        });
        let mut images = of_lines.chain(&self.images);
        images.any(|image| alternatives::of(image).is_some())
    }

    /// The new text with what is no text of the page: the numbers and the bullets of its lists, and
    /// `with_images` what stands for its images. Nothing where the places do not hold the whole new
    /// text.
    pub(crate) fn marked(
        &self,
        old: &str,
        new: &str,
        places: &[usize],
        with_images: bool,
    ) -> Option<String> {
        let places = self.found(new, places)?;
        let mut insertions = self.bullets(new, &places);
        if with_images {
            alternatives::add(
                &self.lines,
                &self.images,
                old,
                new,
                &places,
                &mut insertions,
            );
            // A line before an item stands before its bullet.
            insertions.sort_by_key(|(at, order, _)| (*at, *order));
        }
        let mut text = String::with_capacity(new.len() + new.len() / 16);
        let mut copied = 0;
        for (at, _, insertion) in insertions {
            text.push_str(&new[copied..at]);
            text.push_str(&insertion);
            copied = at;
        }
        text.push_str(&new[copied..]);
        Some(text)
    }

    /// The numbers and the bullets of lists.
    fn bullets(&self, new: &str, places: &[&[usize]]) -> Vec<Insertion> {
        let marks = marks(&self.elements);
        let of_elements = self.items();
        let items: Vec<Option<usize>> = (self.lines.iter())
            .map(|line| of_elements[line.element?])
            .collect();
        // Posts, boxes and menus are lists for their author, and none for a reader.
        let mut of_items = vec![0; self.elements.len()];
        let mut is_plain = vec![true; self.elements.len()];
        for (line, item) in self.lines.iter().zip(&items) {
            if let Some(item) = *item {
                of_items[item] += 1;
                is_plain[self.elements[item].parent] &= of_items[item] == 1 && !line.is_linked;
            }
        }
        let mut insertions = Vec::new();
        let mut last = None;
        for (item, place) in items.iter().zip(places) {
            let start = place[0];
            let line = &new[start..place[place.len() - 1]];
            let Some(item) = *item else { continue };
            if line.trim().is_empty() || last == Some(item) {
                continue;
            }
            last = Some(item);
            let mark = match marks[item] {
                Some(number) => format!("{number}. "),
                None if is_plain[self.elements[item].parent] => "- ".to_owned(),
                None => continue,
            };
            if !has_mark(line) {
                insertions.push((start, Order::Bullet, mark));
            }
        }
        insertions
    }

    /// The document as Markdown, given the old text, the new one and where in it the places are.
    /// Nothing where they do not hold the whole new text.
    pub(crate) fn markdown(&self, old: &str, new: &str, places: &[usize]) -> Option<String> {
        Some(markdown::write(&self.blocks(old, new, places)?))
    }

    pub(super) fn blocks(&self, old: &str, new: &str, places: &[usize]) -> Option<Vec<Block>> {
        let places = self.found(new, places)?;
        let of_lines = (self.lines.iter()).filter_map(|line| line.element);
        let mut tree = Tree::new(&self.elements, of_lines);
        for (line, place) in self.lines.iter().zip(places) {
            for image in &line.inlines.before {
                tree.image(image);
            }
            let text = &new[place[0]..place[place.len() - 1]];
            if text.trim().is_empty() {
                continue;
            }
            let span = span(&old[line.range.clone()], text, line, place);
            match line.element {
                Some(element) => tree.line(element, &line.cells, span),
                None => tree.title(span),
            }
        }
        for image in &self.images {
            tree.image(image);
        }
        Some(tree.finish())
    }

    /// The places of each line; nothing unless the lines there are all of the text.
    fn found<'p>(&self, new: &str, mut places: &'p [usize]) -> Option<Vec<&'p [usize]>> {
        let is_blank = |from, to| new.get(from..to).is_some_and(|text| text.trim().is_empty());
        let mut lines = Vec::with_capacity(self.lines.len());
        let mut at = 0;
        for line in &self.lines {
            let (own, rest) = places.split_at_checked(2 + 2 * line.cuts().len())?;
            let (start, end) = (own[0], own[own.len() - 1]);
            if !is_blank(at, start) || new.get(start..end).is_none() {
                return None;
            }
            at = end;
            lines.push(own);
            places = rest;
        }
        (places.is_empty() && is_blank(at, new.len())).then_some(lines)
    }
}

impl Laid {
    /// Where in it something begins or ends.
    fn cuts(&self) -> Vec<usize> {
        let length = self.range.len();
        let mut cuts: Vec<usize> = (self.inlines.marks.iter())
            .flat_map(|mark| [mark.range.start, mark.range.end])
            .chain(self.inlines.images.iter().map(|(at, _)| *at))
            .map(|at| at.min(length))
            .collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }
}

/// The number of each item of a list with numbers.
fn marks(elements: &[Element]) -> Vec<Option<u32>> {
    let mut next: Vec<u32> = vec![1; elements.len()];
    let mut marks = vec![None; elements.len()];
    for (at, element) in elements.iter().enumerate() {
        match element.name {
            "ol" => next[at] = element.number.unwrap_or(1),
            "li" if elements[element.parent].name == "ol" => {
                let number = element.number.unwrap_or(next[element.parent]);
                next[element.parent] = number.saturating_add(1);
                marks[at] = Some(number);
            }
            _ => {}
        }
    }
    marks
}

/// Whether the author wrote a number or a bullet himself.
fn has_mark(line: &str) -> bool {
    let counts = "0123456789０１２３４５６７８９一二三四五六七八九十百";
    let first = line.chars().next();
    let rest = line.trim_start_matches(|char: char| counts.contains(char));
    let is_numbered =
        rest.len() < line.len() && rest.starts_with(['.', '．', '、', ')', '）', ':', '：']);
    is_numbered || first.is_some_and(|char| "-*•·●○◆■□▪►※（(①②③④⑤⑥⑦⑧⑨⑩【[第Q".contains(char))
}

/// The new text of a line with what the old one had, at these places of the whole text.
pub(super) fn span(old: &str, new: &str, line: &Laid, places: &[usize]) -> Span {
    let (inlines, cuts) = (&line.inlines, line.cuts());
    let between = |at: usize| (at..new.len()).find(|at| new.is_char_boundary(*at));
    let went = (0..cuts.len()).map(|index| places[1 + 2 * index].saturating_sub(places[0]));
    let mut new_cuts: Vec<usize> = went.map(|at| between(at).unwrap_or(new.len())).collect();
    let place = |new_cuts: &[usize], at: usize| {
        let found = cuts.binary_search(&at.min(old.len()));
        found.map_or(0, |index| new_cuts[index])
    };
    let is_lost =
        |mark: &Mark| place(&new_cuts, mark.range.start) >= place(&new_cuts, mark.range.end);
    // Within what was replaced as a whole there is no place.
    if inlines.marks.iter().any(is_lost) {
        new_cuts =
            align::quickly(old, new, &cuts).unwrap_or_else(|| align::closely(old, new, &cuts));
    }
    let place = |at| place(&new_cuts, at);
    Span {
        text: new.to_owned(),
        marks: (inlines.marks.iter())
            .map(|mark| Mark {
                range: place(mark.range.start)..place(mark.range.end),
                kind: mark.kind.clone(),
            })
            .collect(),
        images: (inlines.images.iter())
            .map(|(at, image)| (place(*at), image.clone()))
            .collect(),
    }
}

impl Span {
    /// The pieces between tabs.
    pub(super) fn cells(&self) -> Vec<Span> {
        let mut start = 0;
        let mut cells = Vec::new();
        for text in self.text.split('\t') {
            let end = start + text.len();
            let within = |at: usize| at.clamp(start, end) - start;
            let marks = self.marks.iter().map(|mark| Mark {
                range: within(mark.range.start)..within(mark.range.end),
                kind: mark.kind.clone(),
            });
            let images = self.images.iter();
            cells.push(Span {
                text: text.to_owned(),
                marks: marks.filter(|mark| !mark.range.is_empty()).collect(),
                images: images
                    .filter(|(at, _)| (start..=end).contains(at))
                    .map(|(at, image)| (at - start, image.clone()))
                    .collect(),
            });
            start = end + 1;
        }
        cells
    }

    /// Several as one.
    pub(super) fn joined(spans: Vec<Span>, between: &str) -> Span {
        let mut whole = Span::default();
        for span in spans {
            if !whole.text.is_empty() {
                whole.text.push_str(between);
            }
            let offset = whole.text.len();
            whole.text.push_str(&span.text);
            whole.marks.extend(span.marks.into_iter().map(|mark| Mark {
                range: mark.range.start + offset..mark.range.end + offset,
                kind: mark.kind,
            }));
            let images = span.images.into_iter();
            (whole.images).extend(images.map(|(at, image)| (at + offset, image)));
        }
        whole
    }
}
