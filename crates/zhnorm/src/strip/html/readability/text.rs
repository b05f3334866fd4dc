//! The text of a line as Readability sees it: how long it is, and its commas.

use crate::strip::html::lines::Line;

/// What Readability counts as commas.
const COMMAS: [char; 9] = [
    ',', '\u{60C}', '\u{FE50}', '\u{FE10}', '\u{FE11}', '\u{2E41}', '\u{2E34}', '\u{2E32}', '，',
];

/// Numbers of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Text {
    /// Its characters; blanks in a row count once.
    pub chars: u32,
    /// How many of those are links.
    pub linked: u32,
    pub commas: u32,
    pub ascii_commas: u32,
    pub starts_blank: bool,
    pub ends_blank: bool,
}

impl Text {
    pub(super) fn new(line: &Line) -> Self {
        let mut text = Self::default();
        let mut linked = line.linked;
        let mut was_blank = false;
        for char in line.text.chars() {
            let is_blank = char.is_whitespace();
            if text.chars == 0 {
                text.starts_blank = is_blank;
            }
            text.chars += u32::from(!(was_blank && is_blank));
            was_blank = is_blank;
            if char == ',' {
                text.ascii_commas += 1;
                text.commas += 1;
            } else if char > '\u{5FF}' && COMMAS.contains(&char) {
                text.commas += 1;
            }
            if linked > 0 && !is_blank {
                linked -= 1;
                if linked == 0 {
                    text.linked = text.chars - u32::from(text.starts_blank);
                }
            }
        }
        text.ends_blank = was_blank;
        text
    }
}

/// Counts the characters of several lines as those of one text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    chars: usize,
    ends_blank: bool,
}

impl Count {
    pub(super) fn new() -> Self {
        Self {
            chars: 0,
            ends_blank: true,
        }
    }

    pub(super) fn add(&mut self, text: &Text) {
        self.chars += text.chars as usize - usize::from(self.ends_blank && text.starts_blank);
        self.ends_blank = text.ends_blank;
    }

    /// All but blanks at the ends.
    pub(super) fn chars(self) -> usize {
        self.chars - usize::from(self.ends_blank && self.chars > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, linked: u32) -> Text {
        Text::new(&Line {
            text: text.to_owned(),
            linked,
            ..Line::default()
        })
    }

    #[test]
    fn blanks_in_a_row_count_once() {
        let text = line("  雪，  ab,", 3);
        assert_eq!((text.chars, text.linked), (7, 4));
        assert_eq!((text.commas, text.ascii_commas), (2, 1));
        let mut count = Count::new();
        count.add(&text);
        count.add(&line("x\n\n", 0));
        assert_eq!(count.chars(), 7);
    }
}
