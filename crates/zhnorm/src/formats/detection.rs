//! Which format a file is in, by its name and its first bytes.

use std::borrow::Cow;
use std::path::Path;

/// What the text of a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Text, and nothing but text.
    Text,
    /// A JSON object on each line, some fields of which hold text.
    JsonLines,
    /// A web page, of which the article is wanted as text.
    Page,
}

impl Format {
    /// The format that a file's name says, compressed or not.
    pub fn from_name(name: &Path) -> Self {
        let name = unpacked_name(name);
        if has_extension(name, &["html", "htm", "xhtml"]) {
            Self::Page
        } else if has_extension(name, &["jsonl", "ndjson"]) {
            Self::JsonLines
        } else {
            Self::Text
        }
    }

    /// The same once the bytes are read: a web page is known by its beginning, whatever its name.
    #[must_use]
    pub fn with_contents(self, bytes: &[u8]) -> Self {
        #[cfg(feature = "html")]
        if self == Self::Text && crate::strip::html::begins_as_page(bytes) {
            return Self::Page;
        }
        let _ = bytes;
        self
    }
}

/// Whether a file's name ends in one of these extensions, in any case.
pub fn has_extension(name: &Path, extensions: &[&str]) -> bool {
    // Taking a path apart costs more than comparing its last bytes.
    let ends = |known: &str| {
        let bytes = name.as_os_str().as_encoded_bytes();
        let at = bytes.len().saturating_sub(known.len());
        bytes[at..].eq_ignore_ascii_case(known.as_bytes())
    };
    extensions.iter().any(|known| {
        ends(known)
            && name
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case(known))
    })
}

/// The extensions of compressed files.
const PACKED: [&str; 2] = ["gz", "zst"];

/// The name that a compressed file has unpacked; any other file keeps its name.
pub fn unpacked_name(name: &Path) -> &Path {
    if has_extension(name, &PACKED) {
        name.file_stem().map_or(name, Path::new)
    } else {
        name
    }
}

/// The name of the text that a page becomes; any other file keeps its name.
pub fn text_name(name: &Path) -> Cow<'_, Path> {
    if Format::from_name(name) != Format::Page {
        return Cow::Borrowed(name);
    }
    let unpacked = name.with_file_name(unpacked_name(name.file_name().map_or(name, Path::new)));
    let text = unpacked.with_extension("txt");
    Cow::Owned(match name.extension() {
        Some(packed) if has_extension(name, &PACKED) => {
            text.with_extension(format!("txt.{}", packed.to_string_lossy()))
        }
        _ => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_a_text_by_name() {
        for (page, text) in [
            ("a/b.html", "a/b.txt"),
            ("b.HTM", "b.txt"),
            ("a/b.c.xhtml.gz", "a/b.c.txt.gz"),
            ("a/b.txt", "a/b.txt"),
            ("html", "html"),
        ] {
            assert_eq!(text_name(Path::new(page)), Path::new(text));
        }
    }
}
