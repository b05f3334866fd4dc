//! Where a text too large for memory is cut.
//!
//! A stage judges a line by those around it: a list of titles by its heading, a list's end by the
//! prose after it. A cut right after running text takes nothing apart that belongs together: no
//! rule looks across it from above, and from below only to see that there is an article. So the
//! last such place before a group is full is taken, and the next group is judged after that line
//! once more. Where there is no such place, as in a word list, any end of a line will do, and
//! in a line that is larger than a group the end of a sentence.

use std::ops::Range;
use zhnorm_lang::boundary;

use crate::strip;

/// So many lines are looked at for one of running text.
const TRIED: usize = 4_000;

/// A part of a text that is worked on by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// The text.
    pub body: String,
    /// Blank lines after it, which stay as they are: what strips a group takes blank lines at
    /// its ends away.
    pub gap: String,
    /// Running text is right before it.
    pub is_behind_text: bool,
    /// It is a part of a line, not whole lines.
    pub is_part: bool,
}

/// Cuts a text that comes in pieces. Where it cuts depends on the text alone.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    /// The size of a group, in bytes; never more than a character above it.
    size: usize,
    pending: String,
    /// The last group ended in running text.
    is_behind_text: bool,
    /// A line is being given in parts.
    in_line: bool,
    has_ended: bool,
}

impl Groups {
    pub(super) fn new(size: usize) -> Self {
        Self {
            size: size.max(1),
            pending: String::new(),
            is_behind_text: false,
            in_line: false,
            has_ended: false,
        }
    }

    pub(super) fn read(&mut self, text: &str) {
        self.pending.push_str(text);
        self.has_ended = false;
    }

    pub(super) fn end(&mut self) {
        self.has_ended = true;
    }

    /// The next group, when there is text enough for one.
    pub(super) fn next(&mut self, options: &strip::Options) -> Option<Group> {
        if self.pending.len() <= self.size {
            return if self.has_ended { self.last() } else { None };
        }
        let window = &self.pending[..boundary::ceil(&self.pending, self.size)];
        let text_end = after_running_text(window, options);
        let (body, next) = text_end
            .map(|end| (end, end))
            .or_else(|| after_a_line(window))
            .unwrap_or_else(|| {
                let end = in_a_line(window);
                (end, end)
            });
        let ends_line = window[..next].ends_with('\n');
        let group = Group {
            body: window[..body].to_owned(),
            gap: window[body..next].to_owned(),
            is_behind_text: self.is_behind_text,
            is_part: self.in_line || !ends_line,
        };
        self.is_behind_text = text_end.is_some();
        self.in_line = !ends_line;
        self.pending.drain(..next);
        Some(group)
    }

    /// What is left.
    fn last(&mut self) -> Option<Group> {
        let body = std::mem::take(&mut self.pending);
        let is_part = std::mem::take(&mut self.in_line) && !body.contains('\n');
        let is_behind_text = std::mem::take(&mut self.is_behind_text);
        (!body.is_empty()).then_some(Group {
            body,
            gap: String::new(),
            is_behind_text,
            is_part,
        })
    }
}

/// The end of the last line of running text in the second half of a window.
fn after_running_text(window: &str, options: &strip::Options) -> Option<usize> {
    // The last line may go on after the window.
    let mut end = memchr::memrchr(b'\n', window.as_bytes())? + 1;
    for _ in 0..TRIED {
        if end <= window.len() / 2 {
            return None;
        }
        let line = line_ending_at(window, end);
        if strip::is_running_text(&window[line.clone()], options) {
            return Some(end);
        }
        end = line.start;
    }
    None
}

/// Blanks that no stage changes.
fn is_blank(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\t' | ' ' | '\u{3000}')
}

/// The line that ends at `end`, its end included.
fn line_ending_at(text: &str, end: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let start = memchr::memrchr(b'\n', &bytes[..end.saturating_sub(1)]).map_or(0, |at| at + 1);
    start..end
}

/// The last end of a line that is not blank, and of the blank ones after it.
fn after_a_line(window: &str) -> Option<(usize, usize)> {
    let next = memchr::memrchr(b'\n', window.as_bytes())? + 1;
    let seen = window[..next].trim_end_matches(is_blank).len();
    let body =
        memchr::memchr(b'\n', &window.as_bytes()[seen..next]).map_or(next, |at| seen + at + 1);
    Some((body, next))
}

/// The last end of a sentence or at least of a word, in the second half of a window that is a
/// part of a line.
fn in_a_line(window: &str) -> usize {
    let half = boundary::ceil(window, window.len() / 2);
    let last = |marks: &[char]| {
        window[half..]
            .rfind(marks)
            .map(|at| half + at)
            .and_then(|at| Some(at + window[at..].chars().next()?.len_utf8()))
    };
    last(&['。', '！', '？', '\r'])
        .or_else(|| last(&['，', '；', '、', ' ']))
        .unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str, piece: usize, size: usize) -> Vec<Group> {
        let options = strip::Options::default();
        let mut groups = Groups::new(size);
        let mut found = Vec::new();
        let mut rest = text;
        loop {
            while let Some(group) = groups.next(&options) {
                found.push(group);
            }
            if groups.has_ended {
                return found;
            }
            let (more, after) = rest.split_at(boundary::ceil(rest, piece));
            rest = after;
            if more.is_empty() {
                groups.end();
            } else {
                groups.read(more);
            }
        }
    }

    const PROSE: &str = "昨天下了雪，路上的车开得很慢，许多人走路去上班。\n";

    #[test]
    fn a_cut_is_behind_running_text() {
        let text = format!(
            "{}\n{PROSE}相关阅读\n雪后的早晨\n清晨的大桥\n",
            PROSE.repeat(4)
        );
        let groups = cut(&text, 7, text.len() - 4);
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].body, format!("{}\n{PROSE}", PROSE.repeat(4)));
        assert!(groups[1].body.starts_with("相关阅读") && groups[1].is_behind_text);
        assert!(groups.iter().all(|group| !group.is_part));
    }

    #[test]
    fn a_list_is_cut_at_a_line_and_a_long_line_at_a_sentence() {
        let groups = cut(&"大桥\n小桥\n\n".repeat(20), 5, 64);
        assert!(groups.iter().all(|group| {
            let ends = group.body.trim_end_matches('\n').len() + 1;
            (group.gap.is_empty() || group.body.len() == ends) && !group.is_behind_text
        }));
        let line = "这是一句话，还没有完。".repeat(20);
        let groups = cut(&line, 5, 100);
        assert!(
            groups
                .iter()
                .all(|group| group.body.ends_with('。') && group.is_part)
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_pieces_make_no_difference(
            lines in prop::collection::vec(
                prop_oneof![
                    Just(PROSE.to_owned()),
                    Just("\r\n".to_owned()),
                    "[a-z \u{3000}大桥。]{0,40}\n",
                    "[大桥，。]{0,200}",
                ],
                0..40,
            ),
            piece in 1usize..500,
            size in 1usize..600,
        ) {
            let text = lines.concat();
            let groups = cut(&text, piece, size);
            let joined: String = groups
                .iter()
                .flat_map(|group| [group.body.as_str(), group.gap.as_str()])
                .collect();
            prop_assert_eq!(&joined, &text);
            prop_assert_eq!(cut(&text, usize::MAX, size), groups);
        }
    }
}
