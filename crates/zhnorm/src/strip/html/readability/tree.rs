//! The elements of a page that Readability tells apart, and its lines, as a tree.

use super::names::Told;
use super::text::{Count, Text};
use crate::strip::html::lines::Page;

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// Elements nested deeper than this are taken for their parents, because the text of each element is
/// looked at again for each that it is in.
const DEEPEST: usize = 64;

/// The elements that an element is in and itself, the outermost first, as deep as is looked.
pub(super) fn path(page: &Page, element: usize, path: &mut Vec<usize>) {
    path.clear();
    let mut at = element;
    while at != 0 {
        path.push(at);
        at = page.elements[at].parent;
    }
    path.push(0);
    path.reverse();
    path.truncate(DEEPEST);
}

/// The body, in which all nodes are.
pub(super) const BODY: u32 = 0;

/// What a node is. Tables are mostly a page's columns, and are boxes like others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Body,
    /// A line in a box, or what stands for a paragraph.
    P,
    /// A line in another element.
    Span,
    Div,
    Section,
    Article,
    Aside,
    Nav,
    Header,
    Footer,
    Main,
    Ul,
    Ol,
    Li,
    Dl,
    Dt,
    Dd,
    Blockquote,
    Figure,
    Figcaption,
    Heading,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "section" => Self::Section,
            "article" => Self::Article,
            "aside" => Self::Aside,
            "nav" => Self::Nav,
            "header" => Self::Header,
            "footer" => Self::Footer,
            "main" => Self::Main,
            "ul" => Self::Ul,
            "ol" => Self::Ol,
            "li" => Self::Li,
            "dl" => Self::Dl,
            "dt" => Self::Dt,
            "dd" => Self::Dd,
            "blockquote" => Self::Blockquote,
            "figure" => Self::Figure,
            "figcaption" => Self::Figcaption,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            _ => Self::Div,
        }
    }

    pub(super) fn is_block(self) -> bool {
        matches!(
            self,
            Self::Blockquote | Self::Dl | Self::Div | Self::Ol | Self::P | Self::Ul
        )
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Ul | Self::Ol)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub tag: Tag,
    pub parent: u32,
    first: u32,
    last: u32,
    before: u32,
    next: u32,
    /// The line that it is.
    line: u32,
    /// The element of the page that it is.
    element: u32,
    pub score: Option<f32>,
}

/// A tree, which the search for an article takes apart.
#[derive(Clone)]
pub(super) struct Tree<'p> {
    page: &'p Page,
    told: &'p [Told],
    texts: &'p [Text],
    nodes: Vec<Node>,
}

impl<'p> Tree<'p> {
    /// The tree of a page, given what its elements' names tell and the texts of its lines.
    pub(super) fn new(page: &'p Page, told: &'p [Told], texts: &'p [Text]) -> Self {
        let mut tree = Self {
            page,
            told,
            texts,
            nodes: Vec::with_capacity(page.lines.len() * 2 + 8),
        };
        tree.create(Tag::Body);
        // The open elements of the page, and the open nodes. An element may be closed before its end.
        let mut open: Vec<usize> = vec![0];
        let mut nodes = vec![BODY];
        let mut within = Vec::new();
        for (number, line) in page.lines.iter().enumerate() {
            path(page, line.element, &mut within);
            let shared = open.iter().zip(&within).take_while(|(a, b)| a == b).count();
            while open.len() > shared {
                if let Some(at) = open.pop() {
                    tree.close(Tag::of(page.elements[at].name), &mut nodes);
                }
            }
            for &at in &within[shared..] {
                tree.open(at, &mut nodes);
                open.push(at);
            }
            let within = Tag::of(page.elements[line.element].name);
            let is_box = within == Tag::Div;
            let node = tree.create(if is_box { Tag::P } else { Tag::Span });
            tree.nodes[node as usize].line = number as u32;
            tree.append(nodes[nodes.len() - 1], node);
        }
        tree
    }

    /// Opens an element as a parser does: items and headings close others.
    fn open(&mut self, element: usize, nodes: &mut Vec<u32>) {
        let tag = Tag::of(self.page.elements[element].name);
        let tag_of = |at: usize| self.nodes[nodes[at] as usize].tag;
        let top = nodes.len() - 1;
        let closed = |is_closed: &dyn Fn(Tag) -> bool| {
            let at = (1..=top).rev().find(|at| tag_of(*at) != Tag::Div)?;
            is_closed(tag_of(at)).then_some(at)
        };
        let closed = match tag {
            Tag::Li => closed(&|tag| tag == Tag::Li),
            Tag::Dt | Tag::Dd => closed(&|tag| matches!(tag, Tag::Dt | Tag::Dd)),
            Tag::Heading => (tag_of(top) == Tag::Heading).then_some(top),
            _ => None,
        };
        if let Some(at) = closed {
            nodes.truncate(at.max(1));
        }
        let node = self.create(tag);
        self.nodes[node as usize].element = element as u32;
        self.append(nodes[nodes.len() - 1], node);
        nodes.push(node);
    }

    fn close(&mut self, tag: Tag, nodes: &mut Vec<u32>) {
        let tag_of = |at: usize| self.nodes[nodes[at] as usize].tag;
        let ends = |at: &usize| tag_of(*at) == tag || (tag == Tag::Li && tag_of(*at).is_list());
        if let Some(at) = (1..nodes.len()).rev().find(ends)
            && tag_of(at) == tag
        {
            nodes.truncate(at);
        }
    }

    /// A new node, which is nowhere yet.
    pub(super) fn create(&mut self, tag: Tag) -> u32 {
        self.nodes.push(Node {
            tag,
            parent: NONE,
            first: NONE,
            last: NONE,
            before: NONE,
            next: NONE,
            line: NONE,
            element: NONE,
            score: None,
        });
        (self.nodes.len() - 1) as u32
    }

    pub(super) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    pub(super) fn node_mut(&mut self, node: u32) -> &mut Node {
        &mut self.nodes[node as usize]
    }

    pub(super) fn remove(&mut self, node: u32) {
        let Node {
            parent,
            before,
            next,
            ..
        } = *self.node(node);
        if parent == NONE {
            return;
        }
        if before == NONE {
            self.node_mut(parent).first = next;
        } else {
            self.node_mut(before).next = next;
        }
        if next == NONE {
            self.node_mut(parent).last = before;
        } else {
            self.node_mut(next).before = before;
        }
        let node = self.node_mut(node);
        (node.parent, node.before, node.next) = (NONE, NONE, NONE);
    }

    pub(super) fn append(&mut self, parent: u32, node: u32) {
        self.remove(node);
        let last = self.node(parent).last;
        if last == NONE {
            self.node_mut(parent).first = node;
        } else {
            self.node_mut(last).next = node;
        }
        self.node_mut(parent).last = node;
        let node = self.node_mut(node);
        (node.parent, node.before) = (parent, last);
    }

    /// Puts a node that is nowhere before another.
    pub(super) fn put_before(&mut self, other: u32, node: u32) {
        let Node { parent, before, .. } = *self.node(other);
        if before == NONE {
            self.node_mut(parent).first = node;
        } else {
            self.node_mut(before).next = node;
        }
        self.node_mut(other).before = node;
        let node = self.node_mut(node);
        (node.parent, node.before, node.next) = (parent, before, other);
    }

    /// Puts a node in the place of another.
    pub(super) fn replace(&mut self, other: u32, node: u32) {
        self.remove(node);
        self.put_before(other, node);
        self.remove(other);
    }

    pub(super) fn children(&self, node: u32) -> impl Iterator<Item = u32> {
        let some = |node: u32| (node != NONE).then_some(node);
        std::iter::successors(some(self.node(node).first), move |at| {
            some(self.node(*at).next)
        })
    }

    /// The only child of a node.
    pub(super) fn only_child(&self, node: u32) -> Option<u32> {
        let Node { first, last, .. } = *self.node(node);
        (first == last && first != NONE).then_some(first)
    }

    pub(super) fn ancestors(&self, node: u32) -> impl Iterator<Item = u32> {
        let some = |node: u32| (node != NONE).then_some(node);
        std::iter::successors(some(self.node(node).parent), move |at| {
            some(self.node(*at).parent)
        })
    }

    /// The node behind this one in a page, or behind all that is in it.
    pub(super) fn behind(&self, node: u32, skips_children: bool) -> Option<u32> {
        self.behind_within(NONE, node, skips_children)
    }

    /// The same, but nothing behind all that is in `root`.
    fn behind_within(&self, root: u32, node: u32, skips_children: bool) -> Option<u32> {
        let first = self.node(node).first;
        if !skips_children && first != NONE {
            return Some(first);
        }
        let mut at = node;
        while at != root {
            let Node { next, parent, .. } = *self.node(at);
            if next != NONE {
                return Some(next);
            }
            at = parent;
        }
        None
    }

    /// What is in a node, in order.
    pub(super) fn descendants(&self, root: u32) -> impl Iterator<Item = u32> {
        let below = move |from: u32| self.behind_within(root, from, false);
        std::iter::successors(below(root), move |at| below(*at))
    }

    /// The line that a node is.
    pub(super) fn line(&self, node: u32) -> Option<usize> {
        let line = self.node(node).line;
        (line != NONE).then_some(line as usize)
    }

    /// The lines in a node, and itself if it is one.
    pub(super) fn lines(&self, root: u32) -> impl Iterator<Item = usize> {
        let all = std::iter::once(root).chain(self.descendants(root));
        all.filter_map(|node| self.line(node))
    }

    pub(super) fn text(&self, line: usize) -> &Text {
        &self.texts[line]
    }

    /// The text of a line.
    pub(super) fn raw(&self, line: usize) -> &'p str {
        &self.page.lines[line].text
    }

    /// What the names of a node tell.
    pub(super) fn told(&self, node: u32) -> Told {
        let element = self.node(node).element as usize;
        self.told.get(element).copied().unwrap_or_default()
    }

    /// The names of a node.
    pub(super) fn names(&self, node: u32) -> &str {
        let element = self.page.elements.get(self.node(node).element as usize);
        element.map_or("", |element| &element.names)
    }

    /// How many nodes there are, and were.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// How many characters a node has.
    pub(super) fn chars(&self, node: u32) -> usize {
        let mut count = Count::new();
        for line in self.lines(node) {
            count.add(self.text(line));
        }
        count.chars()
    }

    /// The characters of its links.
    pub(super) fn linked(&self, node: u32) -> usize {
        let linked = self.lines(node).map(|line| self.text(line).linked as usize);
        linked.sum()
    }

    /// The share of links in so many characters.
    pub(super) fn link_density(&self, node: u32, chars: usize) -> f32 {
        share(self.linked(node), chars)
    }
}

/// A share of characters.
pub(super) fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 {
        0.0
    } else {
        part as f32 / whole as f32
    }
}
