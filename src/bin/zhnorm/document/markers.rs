//! `zhnorm: off` and `zhnorm: on`: parts of a text that stay as they are.
//!
//! A line that holds `zhnorm: off`, in whatever comment syntax, begins such a part; the next
//! line that holds `zhnorm: on` ends it. Both lines belong to it.

use std::ops::Range;

const OFF: &str = "zhnorm: off";
const ON: &str = "zhnorm: on";

/// The parts of a text, in order; `true` for those that are worked on. `None` when there is no
/// marker in it, which is nearly always.
pub fn parts(text: &str) -> Option<Vec<(Range<usize>, bool)>> {
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
}
