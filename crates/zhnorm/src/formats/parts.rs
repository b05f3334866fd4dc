//! A file as a sequence of parts: text with a role, and between the texts structure that is
//! returned byte for byte.
//!
//! A text is a list of fragments, because structure cuts words in two: `头{\i1}发`, `皇<b>后</b>`, a
//! wrapped line. The stages see the fragments joined; `joined` writes the result back apart.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::spelling::Spelling;

/// What a text is in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Running text.
    Prose,
    /// A heading.
    Heading,
    /// A cell of a table.
    Cell,
    /// A title or a description that is shown beside the text.
    Title,
    /// What is heard in a film, or sung.
    Cue,
    /// A value of a record or of a configuration.
    Value,
    /// A comment in source code.
    Comment,
    /// A string in source code.
    String,
    /// The target of a link, where targets are to be converted.
    Address,
}

impl Role {
    /// The name that lists and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prose => "prose",
            Self::Heading => "heading",
            Self::Cell => "cell",
            Self::Title => "title",
            Self::Cue => "cue",
            Self::Value => "value",
            Self::Comment => "comment",
            Self::String => "string",
            Self::Address => "address",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A stretch of a text part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Its place in the file.
    pub(super) range: Range<usize>,
    pub(super) shown: Shown,
}

/// What the stages see of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The bytes of the file.
    Source,
    /// The character that an escape represents.
    Character(char),
    /// A character in place of structure that separates words.
    Glue(char),
}

impl Fragment {
    /// The text that the stages see.
    pub(super) fn show(&self, text: &str, into: &mut String) {
        match self.shown {
            Shown::Source => into.push_str(&text[self.range.clone()]),
            Shown::Character(character) | Shown::Glue(character) => into.push(character),
        }
    }

    /// The length of that text.
    pub(super) fn length(&self) -> usize {
        match self.shown {
            Shown::Source => self.range.len(),
            Shown::Character(character) | Shown::Glue(character) => character.len_utf8(),
        }
    }
}

/// A text of a file.
#[derive(Clone, Debug)]
struct Entry {
    role: Role,
    spelling: Spelling,
    /// The end of its fragments among those of the file.
    end: usize,
}

/// The texts of a file, in order.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    entries: Vec<Entry>,
    fragments: Vec<Fragment>,
    /// Where the fragments of the text that is being taken begin.
    open: usize,
}

/// One text of a file.
#[derive(Clone, Copy, Debug)]
pub struct Part<'p> {
    /// What it is.
    pub role: Role,
    pub(super) spelling: Spelling,
    pub(super) fragments: &'p [Fragment],
}

impl Part<'_> {
    /// The text as the stages see it: without the structure that cuts it, and unescaped.
    pub fn text(&self, file: &str) -> String {
        let mut text = String::new();
        for fragment in self.fragments {
            fragment.show(file, &mut text);
        }
        text
    }

    /// The places of its bytes in the file, in order.
    pub fn places(&self) -> impl Iterator<Item = Range<usize>> {
        (self.fragments.iter())
            .map(|fragment| fragment.range.clone())
            .filter(|range| !range.is_empty())
    }
}

impl Parts {
    /// The texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = Part<'_>> {
        (0..self.entries.len()).map(|index| self.part(index))
    }

    /// Their number.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn part(&self, index: usize) -> Part<'_> {
        let start = match index {
            0 => 0,
            _ => self.entries[index - 1].end,
        };
        let entry = &self.entries[index];
        Part {
            role: entry.role,
            spelling: entry.spelling,
            fragments: &self.fragments[start..entry.end],
        }
    }

    /// Adds bytes of the file to the text that is being taken. Bytes before those that were taken
    /// last are not taken: parts are in order and do not overlap.
    pub(super) fn source(&mut self, range: Range<usize>) {
        if range.is_empty() || range.start < self.taken() {
            return;
        }
        // Neighbours are one fragment, unless a text begins between them.
        if self.fragments.len() > self.open
            && let Some(last) = self.fragments.last_mut()
            && last.shown == Shown::Source
            && last.range.end == range.start
        {
            last.range.end = range.end;
            return;
        }
        self.push(range, Shown::Source);
    }

    /// Adds an escape that represents a character.
    pub(super) fn character(&mut self, range: Range<usize>, character: char) {
        if range.start >= self.taken() {
            self.push(range, Shown::Character(character));
        }
    }

    /// Puts a character between what was taken and what follows; not at the ends of a text, and
    /// not twice.
    pub(super) fn glue(&mut self, character: char) {
        let Some(last) = self.fragments.get(self.open..).and_then(<[_]>::last) else {
            return;
        };
        if !matches!(last.shown, Shown::Glue(_)) {
            let at = last.range.end;
            self.push(at..at, Shown::Glue(character));
        }
    }

    /// Goes on in another line of the file, from `next` on. Between two Chinese characters the line was
    /// wrapped, where a word may go on; elsewhere a line end stands, and `true` is returned.
    pub(super) fn next_line(&mut self, text: &str, next: usize) -> bool {
        let before = text[..self.taken()].chars().next_back();
        let after = text[next..].chars().next();
        let is_wrapped = before.is_some_and(is_han) && after.is_some_and(is_han);
        if !is_wrapped {
            self.glue('\n');
        }
        !is_wrapped
    }

    /// Ends the text that is being taken, if there is any.
    pub(super) fn end(&mut self, role: Role, spelling: Spelling) {
        while self.fragments.len() > self.open
            && self
                .fragments
                .last()
                .is_some_and(|last| matches!(last.shown, Shown::Glue(_)))
        {
            self.fragments.pop();
        }
        let end = self.fragments.len();
        if end > self.open {
            self.entries.push(Entry {
                role,
                spelling,
                end,
            });
            self.open = end;
        }
    }

    /// Adds a text of one fragment.
    pub(super) fn whole(&mut self, range: Range<usize>, role: Role, spelling: Spelling) {
        self.source(range);
        self.end(role, spelling);
    }

    /// Whether a text is being taken.
    pub(super) fn is_open(&self) -> bool {
        self.fragments.len() > self.open
    }

    /// The end of what was taken last.
    pub(super) fn taken(&self) -> usize {
        self.fragments.last().map_or(0, |last| last.range.end)
    }

    /// Gives the texts from this one on another role.
    pub(super) fn set_role_from(&mut self, first: usize, role: Role) {
        for entry in &mut self.entries[first..] {
            entry.role = role;
        }
    }

    /// Leaves out the texts that are in none of these ranges of the file, which are in order.
    pub(super) fn keep_within(&mut self, ranges: &[Range<usize>]) {
        let mut kept = Self::default();
        let mut ranges = ranges.iter().peekable();
        for part in self.iter() {
            let (Some(first), Some(last)) = (part.fragments.first(), part.fragments.last()) else {
                continue;
            };
            while ranges.next_if(|range| range.end < last.range.end).is_some() {}
            if ranges
                .peek()
                .is_some_and(|range| range.start <= first.range.start)
            {
                kept.fragments.extend_from_slice(part.fragments);
                kept.end(part.role, part.spelling);
            }
        }
        *self = kept;
    }

    fn push(&mut self, range: Range<usize>, shown: Shown) {
        self.fragments.push(Fragment { range, shown });
    }
}

/// Whether a character is Chinese.
pub(super) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

impl Part<'_> {
    /// The bytes for a fragment that becomes `new`; `None` where they would be structure.
    pub(super) fn spell<'t>(
        &self,
        fragment: &Fragment,
        new: &'t str,
        file: &str,
    ) -> Option<Cow<'t, str>> {
        self.spelling.spell(new, &file[fragment.range.clone()])
    }
}
