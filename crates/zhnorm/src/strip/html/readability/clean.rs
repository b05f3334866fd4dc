//! What goes from within an article: buttons to share it, footers, boxes of links.

use super::SHORT;
use super::search::Flags;
use super::text::Count;
use super::tree::{Tag, Tree, share};

/// An advertisement has no other text.
const ADVERTISEMENTS: [&str; 10] = [
    "ad",
    "advertising",
    "advertisement",
    "pub",
    "publicité",
    "werb",
    "werbung",
    "广告",
    "реклама",
    "anuncio",
];

/// Nor has what is still to be loaded, but for full stops.
const LOADING: [&str; 5] = ["loading", "正在加载", "загрузка", "chargement", "cargando"];

/// A longer text is neither, in bytes.
const LONGEST_NOTICE: usize = 200;

/// Cleans an element and all in it.
pub(super) fn clean(tree: &mut Tree<'_>, article: u32, flags: Flags) {
    for node in found(tree, article, |tree, node| tree.told(node).is_share) {
        if tree.chars(node) < SHORT {
            tree.remove(node);
        }
    }
    let is_beside = |tree: &Tree<'_>, node| matches!(tree.node(node).tag, Tag::Footer | Tag::Aside);
    for node in found(tree, article, is_beside) {
        tree.remove(node);
    }
    if flags.weighs_names {
        let is_negative = |tree: &Tree<'_>, node| {
            tree.node(node).tag == Tag::Heading && tree.told(node).weight < 0.0
        };
        for node in found(tree, article, is_negative) {
            tree.remove(node);
        }
    }
    if flags.cleans {
        let is_box = |tree: &Tree<'_>, node| matches!(tree.node(node).tag, Tag::Ul | Tag::Div);
        // What is in a box is looked at before it.
        for node in found(tree, article, is_box).into_iter().rev() {
            if goes(tree, node, flags) {
                tree.remove(node);
            }
        }
    }
}

fn found(tree: &Tree<'_>, root: u32, is: impl Fn(&Tree<'_>, u32) -> bool) -> Vec<u32> {
    let all = tree.descendants(root);
    all.filter(|node| is(tree, *node)).collect()
}

/// Sums over what is in an element.
struct Sums {
    chars: Count,
    linked: usize,
    ascii_commas: usize,
    bytes: usize,
    paragraphs: usize,
    items: usize,
    has_lists: bool,
    has_headings: bool,
    has_lines: bool,
}

fn sums(tree: &Tree<'_>, root: u32) -> Sums {
    let mut sums = Sums {
        chars: Count::new(),
        linked: 0,
        ascii_commas: 0,
        bytes: 0,
        paragraphs: 0,
        items: 0,
        has_lists: false,
        has_headings: false,
        has_lines: false,
    };
    for node in tree.descendants(root) {
        match tree.node(node).tag {
            Tag::P => sums.paragraphs += 1,
            Tag::Li => sums.items += 1,
            Tag::Ul | Tag::Ol => sums.has_lists = true,
            Tag::Heading => sums.has_headings = true,
            _ => {}
        }
        if let Some(line) = tree.line(node) {
            let text = tree.text(line);
            sums.chars.add(text);
            sums.linked += text.linked as usize;
            sums.ascii_commas += text.ascii_commas as usize;
            sums.bytes += tree.raw(line).len();
            sums.has_lines = true;
        }
    }
    sums
}

/// The share of characters in the elements of some kind.
fn density(tree: &Tree<'_>, root: u32, chars: usize, is: impl Fn(Tag) -> bool) -> f32 {
    let of_kind = tree.descendants(root).filter(|at| is(tree.node(*at).tag));
    share(of_kind.map(|at| tree.chars(at)).sum(), chars)
}

/// Whether a box goes.
fn goes(tree: &Tree<'_>, node: u32, flags: Flags) -> bool {
    let weight = if flags.weighs_names {
        tree.told(node).weight
    } else {
        0.0
    };
    if weight < 0.0 {
        return true;
    }
    let sums = sums(tree, node);
    if sums.ascii_commas >= 10 {
        return false;
    }
    if sums.bytes <= LONGEST_NOTICE && is_notice(tree, node) {
        return true;
    }
    let chars = sums.chars.chars();
    let is_list = tree.node(node).tag.is_list()
        || (sums.has_lists && density(tree, node, chars, Tag::is_list) > 0.9);
    if !has_to_go(tree, node, &sums, weight, is_list) {
        return false;
    }
    // A list of single words stays, unless it has items.
    let is_long = |child: u32| tree.children(child).nth(1).is_some();
    !is_list || tree.children(node).any(is_long) || sums.items > 0
}

fn has_to_go(tree: &Tree<'_>, node: u32, sums: &Sums, weight: f32, is_list: bool) -> bool {
    if !is_list && sums.items > sums.paragraphs + 100 {
        return true;
    }
    let chars = sums.chars.chars();
    let links = share(sums.linked, chars);
    let is_in_figure = || {
        let mut above = tree.ancestors(node);
        above.any(|at| tree.node(at).tag == Tag::Figure)
    };
    if !is_list && chars < 25 && links > 0.0 && !is_in_figure() {
        let headings = if sums.has_headings {
            density(tree, node, chars, |tag| tag == Tag::Heading)
        } else {
            0.0
        };
        if headings < 0.9 {
            return true;
        }
    }
    (!is_list && weight < 25.0 && links > 0.2) || (weight >= 25.0 && links > 0.5) || !sums.has_lines
}

/// Whether a box has nothing but an advertisement, or waits for something.
fn is_notice(tree: &Tree<'_>, node: u32) -> bool {
    let text: String = tree.lines(node).map(|line| tree.raw(line)).collect();
    let text = text.trim().to_lowercase();
    let stem = text.trim_end_matches(['…', '.']);
    ADVERTISEMENTS.contains(&text.as_str()) || LOADING.contains(&stem)
}
