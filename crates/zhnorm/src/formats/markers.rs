//! `zhnorm: off` and `zhnorm: on`: parts of a text that stay as they are.
//!
//! A line that holds `zhnorm: off`, in any comment syntax, begins such a part; the next line that
//! holds `zhnorm: on` ends it. Both lines belong to it.

use std::ops::Range;

const OFF: &str = "zhnorm: off";
const ON: &str = "zhnorm: on";

/// Whether bytes in any encoding that extends ASCII hold a marker.
pub(super) fn has_marker(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, OFF.as_bytes()).is_some()
}

/// The parts of a text, in order; `true` for those that are worked on. `None` when it has no
/// marker, which is the usual case.
pub(crate) fn parts(text: &str) -> Option<Vec<(Range<usize>, bool)>> {
    memchr::memmem::find(text.as_bytes(), OFF.as_bytes())?;
    let mut parts = Vec::new();
    let (mut start, mut at, mut on) = (0, 0, true);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if on && line.contains(OFF) {
            parts.push((start..at, true));
            (start, on) = (at, false);
        } else if !on && line.contains(ON) {
            parts.push((start..end, false));
            (start, on) = (end, true);
        }
        at = end;
    }
    parts.push((start..at, on));
    parts.retain(|(part, _)| !part.is_empty());
    Some(parts)
}

/// The lines before the next marker, and, where there is one, its line and the lines after it.
/// `is_on` says whether these lines are worked on; then the next marker is one that ends that.
pub(crate) fn split(lines: &str, is_on: bool) -> (&str, Option<(&str, &str)>) {
    let marker = if is_on { OFF } else { ON };
    let Some(found) = memchr::memmem::find(lines.as_bytes(), marker.as_bytes()) else {
        return (lines, None);
    };
    let (before, after) = lines.as_bytes().split_at(found);
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', after).map_or(lines.len(), |at| found + at + 1);
    (&lines[..start], Some((&lines[start..end], &lines[end..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_markers_are_left_alone_too() {
        let text = "a\n# zhnorm: off\nb\n# zhnorm: on\nc\n// zhnorm: off\nd";
        let shown: Vec<_> = parts(text)
            .unwrap()
            .into_iter()
            .map(|(part, on)| (&text[part], on))
            .collect();
        assert_eq!(
            shown,
            [
                ("a\n", true),
                ("# zhnorm: off\nb\n# zhnorm: on\n", false),
                ("c\n", true),
                ("// zhnorm: off\nd", false),
            ]
        );
        assert_eq!(parts("no marker"), None);
    }

    #[test]
    fn lines_that_come_one_after_the_other_are_split_the_same_way() {
        let text = "a\n# zhnorm: off\nb\n# zhnorm: on\nc\n// zhnorm: off, zhnorm: on\nd";
        let (mut rest, mut is_on, mut found) = (text, true, Vec::new());
        while !rest.is_empty() {
            let (part, marker) = split(rest, is_on);
            found.push((part, is_on));
            let Some((line, after)) = marker else { break };
            found.push((line, false));
            (rest, is_on) = (after, !is_on);
        }
        let mut joined: Vec<(String, bool)> = Vec::new();
        for (part, is_on) in found.into_iter().filter(|(part, _)| !part.is_empty()) {
            match joined.last_mut() {
                Some((before, was_on)) if *was_on == is_on => before.push_str(part),
                _ => joined.push((part.to_owned(), is_on)),
            }
        }
        let whole: Vec<_> = parts(text)
            .unwrap()
            .into_iter()
            .map(|(part, on)| (text[part].to_owned(), on))
            .collect();
        assert_eq!(joined, whole);
    }
}
