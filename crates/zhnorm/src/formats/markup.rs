//! HTML and XML as documents: text between tags, and the attributes that are shown to readers.

use std::ops::Range;

use super::parts::{Parts, Role};
use super::placeholders::take_message;
use super::spelling::Spelling;

/// The attributes that hold text.
const TEXTS: [&str; 5] = ["title", "alt", "placeholder", "aria-label", "summary"];

/// The elements whose content is not shown, or is shown as it is.
const PASSED: [&str; 8] = [
    "script", "style", "code", "textarea", "kbd", "samp", "rt", "rp",
];

/// The elements of XML whose content is code, or names something.
const PASSED_IN_XML: [&str; 4] = ["script", "style", "guid", "id"];

/// What a tag says whose content is not to be translated.
const UNTRANSLATED: [&str; 3] = [
    "translatable=\"false\"",
    "translate=\"no\"",
    "translate=\"false\"",
];

/// Of these, those that stand above a word.
const READING: [&str; 2] = ["rt", "rp"];

/// The elements within a line of text: a word may go on after their tags.
const INLINE: [&str; 33] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "data", "del", "dfn", "em", "font",
    "i", "ins", "mark", "nobr", "q", "rb", "ruby", "s", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "label",
];

/// A piece of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    /// Text up to the next piece.
    Text,
    /// A tag with its name, from `<` to `>`.
    Tag(&'t str, &'t str),
    /// A comment, a declaration or an instruction.
    Other,
}

/// Takes the texts of a stretch of HTML.
pub(super) fn html_parts(text: &str, range: Range<usize>, parts: &mut Parts) {
    html_within(text, range, Spelling::References, parts);
}

fn html_within(text: &str, range: Range<usize>, spelling: Spelling, parts: &mut Parts) {
    let html = &text[range.clone()];
    let mut at = 0;
    let mut passed: Option<&str> = None;
    let mut in_pre = false;
    while at < html.len() {
        let (piece, length) = next_piece(&html[at..]);
        let start = range.start + at;
        at += length;
        match piece {
            Piece::Text if passed.is_some() => {}
            Piece::Text => {
                let line_ends = if in_pre {
                    LineEnds::Stand
                } else {
                    LineEnds::Wrap
                };
                text_node(text, start..range.start + at, line_ends, parts);
            }
            Piece::Other => {}
            Piece::Tag(tag, name) => {
                if let Some(element) = passed {
                    if tag.starts_with("</") && name.eq_ignore_ascii_case(element) {
                        passed = None;
                    }
                    continue;
                }
                let is_named =
                    |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
                if !is_named(&INLINE) && !is_named(&READING) {
                    parts.end(Role::Prose, spelling);
                }
                if is_named(&["pre"]) {
                    in_pre = !tag.starts_with("</");
                }
                for value in text_attributes(tag) {
                    parts.end(Role::Prose, spelling);
                    attribute(
                        text,
                        start + value.start..start + value.end,
                        spelling,
                        parts,
                    );
                }
                if !tag.starts_with("</") && !tag.ends_with("/>") && is_named(&PASSED) {
                    if !is_named(&READING) {
                        parts.glue(' ');
                    }
                    passed = Some(name);
                }
            }
        }
    }
    parts.end(Role::Prose, spelling);
}

/// Whether a tag ends an element whose content is structure (`true`) or begins one (`false`).
pub(super) fn shows(tag: &str) -> Option<bool> {
    let inner = tag.strip_prefix('<')?;
    let name = inner.trim_start_matches('/');
    let end = name
        .find(|char: char| !char.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    let is_passed = PASSED
        .iter()
        .any(|known| name[..end].eq_ignore_ascii_case(known));
    (is_passed && !tag.ends_with("/>")).then_some(inner.starts_with('/'))
}

/// The texts of an HTML document.
pub(super) fn html(text: &str) -> Parts {
    let mut parts = Parts::default();
    html_parts(text, 0..text.len(), &mut parts);
    parts
}

/// The texts of an XML document. What is in a section of character data is read as HTML, as feeds
/// have it.
pub(super) fn xml(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut at = 0;
    // In catalogues of translations the source is what finds the target.
    let is_catalogue = ["<trans-unit", "<xliff", "<!DOCTYPE TS", "<TS "]
        .iter()
        .any(|sign| text.contains(sign));
    // Translations have placeholders, and resources that stand for others.
    let is_translated = is_catalogue || text.contains("<resources");
    let mut passed: Option<&str> = None;
    while at < text.len() {
        let rest = &text[at..];
        if let Some(data) = rest.strip_prefix(DATA) {
            let start = at + DATA.len();
            let length = data.find("]]>").unwrap_or(data.len());
            if passed.is_some() {
                at = (start + length + 3).min(text.len());
                continue;
            }
            parts.end(Role::Value, Spelling::References);
            html_within(
                text,
                start..start + length,
                Spelling::Plain(b"<>&]"),
                &mut parts,
            );
            at = (start + length + 3).min(text.len());
            continue;
        }
        let (piece, length) = next_piece(rest);
        match piece {
            Piece::Tag(tag, name) if passed.is_some() => {
                if tag.starts_with("</") && passed == Some(name) {
                    passed = None;
                }
            }
            Piece::Text if passed.is_some() => {}
            Piece::Text if is_translated && names_resource(&rest[..length]) => {}
            Piece::Text if is_translated => {
                take_message(text, at..at + length, &mut parts, |text, piece, parts| {
                    text_node(text, piece, LineEnds::Stand, parts);
                });
            }
            Piece::Text => text_node(text, at..at + length, LineEnds::Stand, &mut parts),
            Piece::Other => {}
            Piece::Tag(tag, name) => {
                let is_passed = PASSED_IN_XML.contains(&name)
                    || (is_catalogue && name == "source")
                    || UNTRANSLATED.iter().any(|sign| tag.contains(sign));
                if is_passed && !tag.starts_with("</") && !tag.ends_with("/>") {
                    passed = Some(name);
                }
                let is_inline = INLINE.contains(&name) || name.ends_with(":emphasis");
                if !is_inline {
                    parts.end(Role::Value, Spelling::References);
                }
                for value in text_attributes(tag) {
                    parts.end(Role::Value, Spelling::References);
                    let value = at + value.start..at + value.end;
                    attribute(text, value, Spelling::References, &mut parts);
                }
            }
        }
        at += length;
    }
    parts.end(Role::Value, Spelling::References);
    parts
}

/// The package document of an e-book: its title and description.
pub(super) fn package(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut at = 0;
    let mut is_text = false;
    while at < text.len() {
        let (piece, length) = next_piece(&text[at..]);
        match piece {
            Piece::Text if is_text => {
                text_node(text, at..at + length, LineEnds::Stand, &mut parts);
            }
            Piece::Tag(tag, name) => {
                parts.end(Role::Title, Spelling::References);
                is_text = !tag.starts_with("</") && matches!(name, "dc:title" | "dc:description");
            }
            _ => {}
        }
        at += length;
    }
    parts.end(Role::Title, Spelling::References);
    parts
}

/// Whether a text is the name of another resource: `@string/title`.
fn names_resource(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['@', '?']) && text.contains('/') && !text.contains(char::is_whitespace)
}

/// The value of an attribute that holds text.
fn attribute(text: &str, range: Range<usize>, spelling: Spelling, parts: &mut Parts) {
    text_node(text, range, LineEnds::Stand, parts);
    parts.end(Role::Title, spelling);
}

/// What begins a section of character data.
const DATA: &str = "<![CDATA[";

/// What a line end in a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnds {
    /// A space, as in HTML: the author's lines say nothing.
    Wrap,
    /// A line end.
    Stand,
}

/// Takes a text with its character references, line by line.
fn text_node(text: &str, range: Range<usize>, line_ends: LineEnds, parts: &mut Parts) {
    let bytes = &text.as_bytes()[..range.end];
    let mut at = range.start;
    let mut taken = at;
    while let Some(found) = memchr::memchr2(b'&', b'\n', &bytes[at..]) {
        let here = at + found;
        at = here + 1;
        if bytes[here] == b'\n' {
            line(text, taken..here, parts);
            taken = at;
            if line_ends == LineEnds::Stand {
                parts.glue('\n');
            } else if parts.is_open() {
                let rest = &text[at..range.end];
                let next = at + rest.len() - rest.trim_start_matches([' ', '\t']).len();
                if !parts.next_line(text, next) {
                    taken = next;
                    at = next;
                }
            }
            continue;
        }
        let rest = &text[at..range.end];
        let is_of_name =
            |char: char| char.is_alphanumeric() || matches!(char, '#' | '_' | '.' | '-');
        let end = rest.find(|char: char| !is_of_name(char));
        if let Some(end) = end.filter(|end| *end > 0 && rest.as_bytes()[*end] == b';') {
            line(text, taken..here, parts);
            at += end + 1;
            match character(&text[here + 1..at - 1]) {
                Some(character) => parts.character(here..at, character),
                None => parts.glue(' '),
            }
            taken = at;
        }
    }
    line(text, taken..range.end, parts);
}

fn line(text: &str, range: Range<usize>, parts: &mut Parts) {
    let content = text[range.clone()].trim_end_matches('\r');
    if parts.is_open() || !content.trim().is_empty() {
        parts.source(range.start..range.start + content.len());
    }
}

/// The character that a reference without `&` and `;` represents: those that markup needs, and
/// numbers.
fn character(reference: &str) -> Option<char> {
    Some(match reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = reference.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|character| !character.is_control())?
        }
    })
}

/// The places of the values of attributes that hold text, in a tag.
pub(super) fn text_attributes(tag: &str) -> Vec<Range<usize>> {
    let mut values = Vec::new();
    let bytes = tag.as_bytes();
    let mut at = tag
        .find(|char: char| char.is_ascii_whitespace())
        .unwrap_or(tag.len());
    while at < tag.len() {
        let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
        at += bytes[at..].iter().take_while(|byte| blank(byte)).count();
        let name_start = at;
        at += (bytes[at..].iter())
            .take_while(|byte| !blank(byte) && !matches!(byte, b'=' | b'>'))
            .count();
        let name = &tag[name_start..at];
        at += bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        if bytes.get(at) != Some(&b'=') {
            if name.is_empty() {
                at += 1;
            }
            continue;
        }
        at += 1;
        at += bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let quote = bytes
            .get(at)
            .copied()
            .filter(|byte| matches!(byte, b'"' | b'\''));
        let value = if let Some(quote) = quote {
            let Some(length) = memchr::memchr(quote, &bytes[at + 1..]) else {
                break;
            };
            at += length + 2;
            at - 1 - length..at - 1
        } else {
            let start = at;
            at += (bytes[at..].iter())
                .take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'>')
                .count();
            start..at
        };
        let is_text = TEXTS.iter().any(|known| name.eq_ignore_ascii_case(known));
        if is_text && !value.is_empty() {
            values.push(value);
        }
    }
    values
}

/// Behind the `>` that ends a tag. A quote begins a value only behind an equals sign.
fn tag_end(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'>', b'=', &bytes[at..]) {
        at += found + 1;
        if bytes[at - 1] == b'>' {
            return at;
        }
        at += (bytes[at..].iter())
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        if let Some(quote @ (b'"' | b'\'')) = bytes.get(at) {
            let Some(length) = memchr::memchr(*quote, &bytes[at + 1..]) else {
                break;
            };
            at += length + 2;
        }
    }
    bytes.len()
}

/// The next piece, and its length.
fn next_piece(rest: &str) -> (Piece<'_>, usize) {
    let bytes = rest.as_bytes();
    if bytes[0] != b'<' {
        let end = memchr::memchr(b'<', bytes).unwrap_or(rest.len());
        return (Piece::Text, end);
    }
    let until = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    if rest.starts_with("<!--") {
        return (Piece::Other, until("-->"));
    }
    if rest.starts_with("<?") {
        return (Piece::Other, until("?>"));
    }
    if rest.starts_with("<!") {
        let subset = memchr::memchr2(b'[', b'>', bytes).filter(|at| bytes[*at] == b'[');
        return (
            Piece::Other,
            until(if subset.is_some() { "]>" } else { ">" }),
        );
    }
    let name_start = if bytes.get(1) == Some(&b'/') { 2 } else { 1 };
    let name_length = (bytes[name_start..].iter())
        .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/'))
        .count();
    let begins = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    if !bytes.get(name_start).is_some_and(begins) {
        // A sign, and no tag.
        let end = memchr::memchr(b'<', &bytes[1..]).map_or(rest.len(), |at| at + 1);
        return (Piece::Text, end);
    }
    let end = tag_end(bytes);
    let name = &rest[name_start..name_start + name_length];
    (Piece::Tag(&rest[..end], name), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, parts: &Parts) -> Vec<String> {
        parts.iter().map(|part| part.text(text)).collect()
    }

    #[test]
    fn words_of_a_page_go_on_in_the_next_line() {
        let text =
            "<p>皇<b>后</b>的头\n  发，a\n b</p><pre>头\n发</pre><a title='头 &amp; 发'>长</a>";
        assert_eq!(
            texts(text, &html(text)),
            ["皇后的头发，a\n b", "头\n发", "头 & 发", "长"]
        );
    }

    #[test]
    fn what_names_something_in_xml_stays() {
        let text = "<甲 乙=\"头\">头 &发; 长</甲>";
        assert_eq!(texts(text, &xml(text)), ["头   长"]);
        let text = "<resources><string name=\"头\">头{名}发 %s</string>\
                    <string translatable=\"false\">头</string><item>@string/头</item></resources>";
        assert_eq!(texts(text, &xml(text)), ["头 发 %s"]);
    }
}
