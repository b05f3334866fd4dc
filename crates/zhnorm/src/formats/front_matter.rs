//! Front matter: the lines of metadata above a Markdown text, in YAML between `---` or in TOML
//! between `+++`. Only titles and descriptions are text.

use super::parts::{Parts, Role};
use super::spelling::LINE;
use super::subtitles::lines;

/// The keys whose values are shown to readers.
const KEYS: [&str; 6] = [
    "title",
    "subtitle",
    "description",
    "summary",
    "excerpt",
    "linktitle",
];

/// Takes the texts of the front matter; gives the offset of what follows.
pub(super) fn front_matter(text: &str, parts: &mut Parts) -> usize {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lines = lines(&text[start..]);
    let Some((_, fence)) = lines.next() else {
        return start;
    };
    let fence = fence.trim_end();
    let assignment = match fence {
        "---" => ':',
        "+++" => '=',
        _ => return start,
    };
    let mut found = Vec::new();
    for (range, line) in lines {
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            let after = start + range.end;
            for range in found {
                parts.whole(range, Role::Title, LINE);
            }
            return text[after..]
                .find('\n')
                .map_or(text.len(), |end| after + end + 1);
        }
        let Some((key, value)) = line.split_once(assignment) else {
            continue;
        };
        if !KEYS
            .iter()
            .any(|known| key.trim_end().eq_ignore_ascii_case(known))
        {
            continue;
        }
        let value_start = start + range.start + key.len() + 1;
        let inner = scalar(value);
        if !inner.is_empty() {
            found.push(value_start + inner.start..value_start + inner.end);
        }
    }
    // No end: it is a rule and not front matter.
    start
}

/// The inside of a value: without its quotes, and without a comment after it. A value with
/// escapes, or of several lines, is left alone.
fn scalar(value: &str) -> std::ops::Range<usize> {
    let start = value.len() - value.trim_start().len();
    let trimmed = value.trim();
    match trimmed.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => {
            let inner = &trimmed[1..];
            match memchr::memchr(*quote, inner.as_bytes()) {
                Some(end) if !inner[..end].contains('\\') => start + 1..start + 1 + end,
                _ => 0..0,
            }
        }
        None | Some(b'|' | b'>' | b'[' | b'{' | b'&' | b'*' | b'!' | b'#') => 0..0,
        Some(_) => {
            let end = trimmed.find(" #").unwrap_or(trimmed.len());
            start..start + trimmed[..end].trim_end().len()
        }
    }
}
