//! The hypotheses of a search, as paths of characters that share their beginnings.

use super::super::site::Site;
use super::balance::Open;
use super::{MAX_LAG, State};

/// One character of a hypothesis.
#[derive(Clone, Copy, Debug)]
struct Node {
    parent: u32,
    written: Written,
    /// Where in the text the token starts that brought it.
    at: usize,
    /// A state that was merged into this one, and how much less likely it was.
    rival: u32,
    lag: f32,
}

const NONE: u32 = u32::MAX;

/// How many characters back it is looked for what is open.
const FARTHEST: usize = 64;

/// The root of all hypotheses, which adds no character.
pub(super) const ROOT: u32 = 0;

/// What a step adds to a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Nothing,
    Char(char),
    /// A digit of unknown value.
    Gap,
    /// The tag of which something is left at this byte of the text.
    Tag(u32),
}

/// A hypothesis as text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reading {
    pub(super) text: String,
    /// The places of the gaps: bytes of `text`, and of the damaged text.
    pub(super) gaps: Vec<(usize, usize)>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    nodes: Vec<Node>,
    /// The tags that were read, by where they start.
    tags: Vec<(u32, String)>,
}

impl Lattice {
    /// Forgets all but the root.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.tags.clear();
        self.push(NONE, Written::Nothing, 0);
    }

    /// Remembers a tag, restored.
    pub(super) fn remember_tag(&mut self, start: u32, tag: String) {
        if self.tag(start).is_none() {
            self.tags.push((start, tag));
        }
    }

    fn tag(&self, start: u32) -> Option<&str> {
        let tag = self.tags.iter().find(|(other, _)| *other == start);
        tag.map(|(_, tag)| tag.as_str())
    }

    /// Adds a character after a node.
    pub(super) fn push(&mut self, parent: u32, written: Written, at: usize) -> u32 {
        self.nodes.push(Node {
            parent,
            written,
            at,
            rival: NONE,
            lag: f32::INFINITY,
        });
        self.nodes.len() as u32 - 1
    }

    /// Remembers with a node the nearest of the hypotheses that were merged into it; `rival` makes
    /// that hypothesis's node.
    pub(super) fn merge(&mut self, kept: u32, lag: f32, rival: impl FnOnce(&mut Self) -> u32) {
        if lag < self.nodes[kept as usize].lag {
            let rival = rival(self);
            let node = &mut self.nodes[kept as usize];
            (node.lag, node.rival) = (lag, rival);
        }
    }

    /// The characters from the root to a node.
    pub(super) fn reading(&self, mut node: u32, site: &Site) -> Reading {
        let mut reversed = Vec::new();
        while node != NONE {
            let Node {
                parent,
                written,
                at,
                ..
            } = self.nodes[node as usize];
            reversed.push((written, at));
            node = parent;
        }
        let mut reading = Reading::default();
        for (written, at) in reversed.into_iter().rev() {
            match written {
                Written::Nothing => {}
                Written::Char(ch) => reading.text.push(shown(ch, site)),
                Written::Tag(start) => reading.text.push_str(self.tag(start).unwrap_or_default()),
                Written::Gap => {
                    reading.gaps.push((reading.text.len(), at));
                    reading.text.push('?');
                }
            }
        }
        reading
    }

    /// What is open after a path, when `before` is open in front of it.
    pub(super) fn open(&self, mut node: u32, before: Open) -> Open {
        let (mut quotation, mut title, mut lenticular) = (None, None, None);
        let mut length = 0;
        while node != NONE
            && length < FARTHEST
            && (quotation.is_none() || title.is_none() || lenticular.is_none())
        {
            let Node {
                parent, written, ..
            } = self.nodes[node as usize];
            match written {
                Written::Char('“' | '「') => quotation = quotation.or(Some(Some(length))),
                Written::Char('”' | '」') => quotation = quotation.or(Some(None)),
                Written::Char('《') => title = title.or(Some(Some(length))),
                Written::Char('》') => title = title.or(Some(None)),
                Written::Char('【') => lenticular = lenticular.or(Some(Some(length))),
                Written::Char('】') => lenticular = lenticular.or(Some(None)),
                _ => {}
            }
            length += usize::from(written != Written::Nothing);
            node = parent;
        }
        let further = |before: Option<usize>| before.map(|before| before + length);
        Open {
            quotation: quotation.unwrap_or_else(|| further(before.quotation)),
            title: title.unwrap_or_else(|| further(before.title)),
            lenticular: lenticular.unwrap_or_else(|| further(before.lenticular)),
            ..before
        }
    }

    /// The hypotheses that were merged into a path, with how much less likely they were.
    pub(super) fn rivals(&self, mut node: u32, site: &Site) -> Vec<(f32, String)> {
        let mut rivals = Vec::new();
        let mut suffix: Vec<char> = Vec::new();
        while node != NONE {
            let Node {
                parent,
                written,
                rival,
                lag,
                ..
            } = self.nodes[node as usize];
            if rival != NONE && lag < MAX_LAG {
                let mut text = self.reading(rival, site).text;
                text.extend(suffix.iter().rev());
                rivals.push((lag, text));
            }
            match written {
                Written::Nothing => {}
                Written::Char(ch) => suffix.push(shown(ch, site)),
                Written::Tag(start) => {
                    suffix.extend(self.tag(start).unwrap_or_default().chars().rev());
                }
                Written::Gap => suffix.push('?'),
            }
            node = parent;
        }
        rivals
    }

    /// Adds the characters of a state after its node.
    pub(super) fn extend(&mut self, state: &State, at: usize) -> u32 {
        let written = state.emitted.into_iter();
        written
            .filter(|written| *written != Written::Nothing)
            .fold(state.node, |node, written| self.push(node, written, at))
    }
}

/// A character as this copy shows it.
fn shown(ch: char, site: &Site) -> char {
    match ch {
        '\u{FF01}'..='\u{FF5E}' if site.folds_width() => {
            char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch)
        }
        _ => ch,
    }
}
