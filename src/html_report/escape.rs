//! Hostile text into a page: paths and articles come from strangers.
//!
//! Everything that came from a file or a file's name goes through [`text`], which leaves no
//! character that HTML reads as markup, none that a terminal or a browser obeys instead of
//! showing, and none that cannot be seen: such a character is written out as `U+202E`.

use crate::escape::has_no_picture;
use std::fmt::Write as _;

/// Appends `text` so that a browser shows every character of it and obeys none.
pub(super) fn text(page: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            '\n' => page.push_str("<i>⏎</i>"),
            '\t' => page.push_str("<i>⇥</i>"),
            unseen if is_unseen(unseen) => {
                let _ = write!(page, "<i>U+{:04X}</i>", u32::from(unseen));
            }
            seen => page.push(seen),
        }
    }
}

/// Whether a character shows nothing of itself: control characters, everything that steers the
/// direction of text, joiners and fillers, spaces that look like a space, and the code points
/// that have no agreed picture. The wide spaces stay: they indent the lines of an article.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || has_no_picture(character)
        || matches!(character,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
            | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{2000}' | '\u{2001}' | '\u{2004}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}

/// A whole number with a comma between thousands.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The first `most` characters of a text, with an ellipsis where it was cut.
pub(super) fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(given: &str) -> String {
        let mut page = String::new();
        text(&mut page, given);
        page
    }

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            escaped("</script><img src='x' onerror=\"y\">&lt;"),
            "&lt;/script&gt;&lt;img src=&#39;x&#39; onerror=&quot;y&quot;&gt;&amp;lt;"
        );
    }

    #[test]
    fn what_steers_or_hides_is_written_out() {
        assert_eq!(escaped("a\u{202e}b"), "a<i>U+202E</i>b");
        assert_eq!(escaped("\0\u{1b}[31m"), "<i>U+0000</i><i>U+001B</i>[31m");
        assert_eq!(
            escaped("\u{200b}\u{feff}\u{e5e5}"),
            "<i>U+200B</i><i>U+FEFF</i><i>U+E5E5</i>"
        );
        assert_eq!(escaped("甲\u{3000}乙\n"), "甲\u{3000}乙<i>⏎</i>");
        assert_eq!(
            escaped("\u{e0041}\u{100000}"),
            "<i>U+E0041</i><i>U+100000</i>"
        );
    }

    #[test]
    fn letters_of_every_plane_stay() {
        assert_eq!(escaped("汉𠀀é한あ🙂"), "汉𠀀é한あ🙂");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(number),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("漢字", 2), "漢字");
        assert_eq!(clip("漢字表", 2), "漢字…");
    }
}
