//! Makes text from files, names and configurations safe and readable on a terminal.
//!
//! A scraped article may hold escape sequences, characters that change the direction of writing,
//! and characters that cannot be seen. Everything that is printed and quotes a file, a name or a
//! configuration goes through this module, which writes such characters as escapes.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

/// The text with control, bidirectional, invisible and private-use characters written as
/// escapes: `\n`, `\t`, `\u{202e}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
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

/// A path as text. Bytes that are not UTF-8 are written as `\xHH`, the rest as by [`visible`].
pub(crate) fn path(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        shown.push_str(&visible(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Prints the error of a run that could not begin, or could not end.
pub(crate) fn print_error(message: &str) {
    print_lines(&format!("error: {message}"));
}

/// Prints an error of the command line, in colours unless it quotes what has to be escaped.
pub(crate) fn print_usage_error(error: &clap::Error) {
    let message = error.render().to_string();
    if message.lines().any(|line| line.chars().any(is_hidden)) {
        print_lines(&message);
    } else {
        // As below.
        let _ = error.print();
    }
}

/// Prints lines on standard error. Where it takes nothing, the exit code still says it.
fn print_lines(message: &str) {
    let lines: Vec<_> = message.lines().map(visible).collect();
    let lines = lines.join("\n") + "\n";
    let _ = io::Write::write_all(&mut io::stderr(), lines.as_bytes());
}

/// Appends a value as JSON, with a line feed. Characters that a terminal obeys or does not show
/// are written as `\uXXXX`, which any reader of JSON turns back.
pub(crate) fn push_json(lines: &mut Vec<u8>, value: &impl Serialize) {
    let start = lines.len();
    let mut serializer = serde_json::Serializer::with_formatter(&mut *lines, Visible);
    // Strings and numbers: nothing that is printed can fail to be JSON.
    if value.serialize(&mut serializer).is_ok() {
        lines.push(b'\n');
    } else {
        lines.truncate(start);
    }
}

/// Compact JSON whose strings are safe on a terminal.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (before, after) = rest.split_at(at);
            CompactFormatter.write_string_fragment(writer, before)?;
            let mut characters = after.chars();
            let hidden = characters.next().unwrap_or_default();
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
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
        )
        || has_no_picture(character)
}

/// Whether a character has no picture that everyone agrees on: those for private use, and tags.
pub(crate) fn has_no_picture(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
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

    #[test]
    fn json_is_safe_on_a_terminal_and_means_the_same() {
        let text = "文\u{202e}\u{9b}31m\u{7f}\n\u{100000}\"";
        let mut json = Vec::new();
        push_json(&mut json, &text);
        let json = String::from_utf8(json).unwrap();
        assert!(!json.trim_end().chars().any(is_hidden), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf8_keeps_its_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"a\xd6\xd0\nb");
        assert_eq!(path(Path::new(name)), "a\\xd6\\xd0\\nb");
    }
}
