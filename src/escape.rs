//! Makes text from a file safe and readable on a terminal.
//!
//! A scraped article may hold escape sequences, characters that turn the direction of writing
//! around, and characters that cannot be seen at all. A report shows them as what they are.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// The text with control, bidirectional, invisible and private-use characters written as
/// escapes: `\n`, `\t`, `\u{202e}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
            }
            seen => shown.push(seen),
        }
    }
    Cow::Owned(shown)
}

/// A path as text: bytes that are not UTF-8 are written as `\xHH`, the rest as [`visible`] does.
pub fn path(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        shown.push_str(&visible(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Characters that a terminal obeys or does not show.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{e0000}'..='\u{10ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        assert_eq!(
            visible("文\u{202e}\u{1b}[31m\n"),
            "文\\u{202e}\\u{1b}[31m\\n"
        );
        assert_eq!(visible("\u{e5e5}\u{200b}"), "\\u{e5e5}\\u{200b}");
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(visible("環球，𠮷 ok"), Cow::Borrowed(_)));
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf8_keeps_its_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"a\xd6\xd0\nb");
        assert_eq!(path(Path::new(name)), "a\\xd6\\xd0\\nb");
    }
}
