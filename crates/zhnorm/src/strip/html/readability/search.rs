//! Where is the article? Elements are scored by the paragraphs in them.

use super::SHORT;
use super::clean::clean;
use super::tree::{BODY, NONE, Tag, Tree};

/// So many of the best elements are compared.
const BEST: usize = 5;

/// So many of them must be in an element that takes their place.
const COMMON: usize = 3;

/// A score that is higher is reduced by the share of links.
const ADJUSTED: f32 = 5.0;

/// Which of the heuristics are used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags {
    pub strips_unlikely: bool,
    pub weighs_names: bool,
    pub cleans: bool,
}

/// With fewer and fewer heuristics, until there is enough text.
const ATTEMPTS: [Flags; 4] = [
    Flags {
        strips_unlikely: true,
        weighs_names: true,
        cleans: true,
    },
    Flags {
        strips_unlikely: false,
        weighs_names: true,
        cleans: true,
    },
    Flags {
        strips_unlikely: false,
        weighs_names: false,
        cleans: true,
    },
    Flags {
        strips_unlikely: false,
        weighs_names: false,
        cleans: false,
    },
];

/// The lines of the article, in no order.
pub(super) fn article(mut whole: Tree<'_>) -> Vec<usize> {
    remove_byline(&mut whole);
    let mut best: Option<(usize, Vec<usize>)> = None;
    for flags in ATTEMPTS {
        let (chars, lines) = attempt(whole.clone(), flags);
        if chars >= SHORT {
            return lines;
        }
        if best.as_ref().is_none_or(|(most, _)| chars > *most) {
            best = Some((chars, lines));
        }
    }
    best.map_or_else(Vec::new, |(_, lines)| lines)
}

/// The characters and the lines that an attempt finds.
fn attempt(mut tree: Tree<'_>, flags: Flags) -> (usize, Vec<usize>) {
    let paragraphs = paragraphs(&mut tree, flags);
    let best = best(&mut tree, &paragraphs, flags);
    let weighs = flags.weighs_names;
    let mut created = None;
    let top = match best.first() {
        None | Some(&BODY) => {
            let all = tree.create(Tag::Div);
            let children: Vec<u32> = tree.children(BODY).collect();
            for child in children {
                tree.append(all, child);
            }
            tree.append(BODY, all);
            tree.node_mut(all).score = Some(own_score(&tree, all, weighs));
            created = Some(all);
            all
        }
        Some(&first) => {
            let mut top = shared(&tree, first, &best);
            top = risen(&mut tree, top, weighs);
            // The parent of an only child may have siblings that belong to it.
            loop {
                let parent = tree.node(top).parent;
                if parent == BODY || parent == NONE || tree.only_child(parent).is_none() {
                    break;
                }
                top = parent;
            }
            top
        }
    };
    if tree.node(top).score.is_none() {
        tree.node_mut(top).score = Some(own_score(&tree, top, weighs));
    }
    let article = gathered(&mut tree, top);
    clean(&mut tree, article, flags);
    let chars = tree.chars(article);
    let root = match created {
        // It may have been cleaned away itself.
        Some(all) if tree.ancestors(all).any(|at| at == BODY) => all,
        Some(_) => return (chars, Vec::new()),
        None => article,
    };
    (chars, tree.lines(root).collect())
}

/// Removes the first element that is called an author, if it is short.
fn remove_byline(tree: &mut Tree<'_>) {
    let is_short = |tree: &Tree<'_>, node| {
        let (mut chars, mut blanks) = (0, 0);
        for char in tree.lines(node).flat_map(|line| tree.raw(line).chars()) {
            if !char.is_whitespace() {
                chars += 1 + blanks;
                blanks = 0;
            } else if chars > 0 {
                blanks += 1;
            }
            if chars >= 100 {
                return false;
            }
        }
        chars > 0
    };
    let found =
        (tree.descendants(BODY)).find(|&node| tree.told(node).is_byline && is_short(tree, node));
    if let Some(node) = found {
        tree.remove(node);
    }
}

/// The paragraphs, which are scored. What is no part of an article goes, and boxes that are
/// paragraphs become such.
fn paragraphs(tree: &mut Tree<'_>, flags: Flags) -> Vec<u32> {
    let mut found = Vec::new();
    let mut next = tree.behind(BODY, false);
    while let Some(node) = next {
        let is_empty = matches!(
            tree.node(node).tag,
            Tag::Div | Tag::Section | Tag::Header | Tag::Heading
        ) && tree.children(node).next().is_none();
        if is_empty || (flags.strips_unlikely && tree.told(node).is_unlikely) {
            next = tree.behind(node, true);
            tree.remove(node);
            continue;
        }
        let mut at = node;
        match tree.node(node).tag {
            Tag::Section | Tag::Heading | Tag::P => found.push(node),
            Tag::Div => {
                wrap_lines(tree, node);
                let only = tree.only_child(node);
                let only = only.filter(|&child| tree.node(child).tag == Tag::P);
                if let Some(child) =
                    only.filter(|_| tree.link_density(node, tree.chars(node)) < 0.25)
                {
                    tree.replace(node, child);
                    found.push(child);
                    at = child;
                } else if !(tree.descendants(node)).any(|at| tree.node(at).tag.is_block()) {
                    tree.node_mut(node).tag = Tag::P;
                    found.push(node);
                }
            }
            _ => {}
        }
        next = tree.behind(at, false);
    }
    found
}

/// Puts lines that stand in a box without a paragraph into one.
fn wrap_lines(tree: &mut Tree<'_>, node: u32) {
    let children: Vec<u32> = tree.children(node).collect();
    let mut wrapped = None;
    for child in children {
        if tree.node(child).tag != Tag::Span {
            wrapped = None;
            continue;
        }
        let paragraph = *wrapped.get_or_insert_with(|| {
            let paragraph = tree.create(Tag::P);
            tree.put_before(child, paragraph);
            paragraph
        });
        tree.append(paragraph, child);
    }
}

/// The score that an element has by its name and its names.
fn own_score(tree: &Tree<'_>, node: u32, weighs: bool) -> f32 {
    let of_tag = match tree.node(node).tag {
        Tag::Div => 5.0,
        Tag::Blockquote => 3.0,
        Tag::Ol | Tag::Ul | Tag::Dl | Tag::Dd | Tag::Dt | Tag::Li => -3.0,
        Tag::Heading => -5.0,
        _ => 0.0,
    };
    of_tag + if weighs { tree.told(node).weight } else { 0.0 }
}

/// The elements with the highest scores, the best first. All that are scored remember it.
fn best(tree: &mut Tree<'_>, paragraphs: &[u32], flags: Flags) -> Vec<u32> {
    let mut scores: Vec<(u32, f32)> = Vec::new();
    // Where in them a node is.
    let mut places: Vec<u32> = vec![NONE; tree.len()];
    for &paragraph in paragraphs {
        let chars = tree.chars(paragraph);
        if chars < 25 {
            continue;
        }
        let lines = tree.lines(paragraph);
        let commas: usize = lines.map(|line| tree.text(line).commas as usize).sum();
        let score = (2 + commas + (chars / 100).min(3)) as f32;
        for (level, node) in tree.ancestors(paragraph).take(5).enumerate() {
            let extra = match level {
                0 => score,
                1 => score / 2.0,
                _ => score / (level * 3) as f32,
            };
            let place = &mut places[node as usize];
            if *place == NONE {
                *place = scores.len() as u32;
                scores.push((node, extra + own_score(tree, node, flags.weighs_names)));
            } else {
                scores[*place as usize].1 += extra;
            }
        }
    }
    scores.retain(|(_, score)| *score > 0.0);
    for (node, score) in &mut scores {
        if *score > ADJUSTED {
            *score *= 1.0 - tree.link_density(*node, tree.chars(*node));
        }
        tree.node_mut(*node).score = Some(*score);
    }
    scores.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    scores
        .into_iter()
        .take(BEST)
        .map(|(node, _)| node)
        .collect()
}

/// An element that holds several of those which are nearly as good, or the best itself.
fn shared(tree: &Tree<'_>, top: u32, best: &[u32]) -> u32 {
    let score = |node: u32| tree.node(node).score.unwrap_or(0.0);
    let others = best.iter().skip(1);
    let near: Vec<u32> = others
        .copied()
        .filter(|other| score(*other) / score(top) >= 0.75)
        .collect();
    if near.len() <= COMMON {
        return top;
    }
    let holds = |node: &u32| {
        let in_it = |other: &&u32| tree.ancestors(**other).any(|at| at == *node);
        near.iter().filter(in_it).count() >= COMMON
    };
    let above = tree.ancestors(top).take_while(|at| *at != BODY);
    above.into_iter().find(holds).unwrap_or(top)
}

/// An element above it with a higher score.
fn risen(tree: &mut Tree<'_>, top: u32, weighs: bool) -> u32 {
    if tree.node(top).score.is_none() {
        tree.node_mut(top).score = Some(own_score(tree, top, weighs));
    }
    let mut last = tree.node(top).score.unwrap_or(0.0);
    let threshold = last / 3.0;
    for above in tree.ancestors(top).take_while(|at| *at != BODY) {
        let Some(score) = tree.node(above).score else {
            continue;
        };
        if score < threshold {
            break;
        }
        if score > last {
            return above;
        }
        last = score;
    }
    top
}

/// The best element and those beside it that belong to it, in a new element.
fn gathered(tree: &mut Tree<'_>, top: u32) -> u32 {
    let score = tree.node(top).score.unwrap_or(0.0);
    let least = (score * 0.2).max(10.0);
    let parent = tree.node(top).parent;
    let article = tree.create(Tag::Div);
    let siblings: Vec<u32> = tree.children(parent).collect();
    for sibling in siblings {
        if sibling == top || belongs(tree, sibling, top, least) {
            let node = tree.node_mut(sibling);
            if !matches!(
                node.tag,
                Tag::Article | Tag::Section | Tag::P | Tag::Ol | Tag::Ul
            ) {
                node.tag = Tag::Div;
            }
            tree.append(article, sibling);
        }
    }
    tree.append(parent, article);
    article
}

/// Whether an element beside the best one belongs to it.
fn belongs(tree: &Tree<'_>, sibling: u32, top: u32, least: f32) -> bool {
    let names = tree.names(top);
    let has_its_names = !names.is_empty() && names == tree.names(sibling);
    let bonus = if has_its_names {
        tree.node(top).score.unwrap_or(0.0) * 0.2
    } else {
        0.0
    };
    let score = tree.node(sibling).score.unwrap_or(0.0);
    if score > 0.0 {
        return score + bonus >= least;
    }
    if tree.node(sibling).tag != Tag::P {
        return false;
    }
    let chars = tree.chars(sibling);
    let density = tree.link_density(sibling, chars);
    (chars > 80 && density < 0.25)
        || (chars > 0 && chars < 80 && density == 0.0 && is_sentence(tree, sibling))
}

/// Whether a text has a full stop at its end or before a blank.
fn is_sentence(tree: &Tree<'_>, node: u32) -> bool {
    let mut was_stop = false;
    for char in tree.lines(node).flat_map(|line| tree.raw(line).chars()) {
        if was_stop && char.is_whitespace() {
            return true;
        }
        was_stop = char == '.';
    }
    was_stop
}
