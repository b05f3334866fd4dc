//! What a file says about its own encoding, once it is written in another one: `charset=`,
//! `encoding="…"`, `coding:`, `@charset`, `SET NAMES`.

use std::ops::Range;

use super::joined::Edit;
use crate::decode::Encoding;

/// How far into a file a declaration is looked for.
const REACH: usize = 4096;

/// What is around a declared name, in lower case.
const SIGNS: [(&str, Where); 8] = [
    ("charset=", Where::Meta),
    ("encoding=", Where::Declaration),
    ("pageencoding=", Where::Tag),
    ("@charset", Where::Start),
    ("coding:", Where::FirstLines),
    ("coding=", Where::FirstLines),
    ("charset=", Where::Header),
    ("set names", Where::Statement),
];

/// Where a declaration is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// In an element `meta`.
    Meta,
    /// In the declaration of XML.
    Declaration,
    /// In a tag of a server page.
    Tag,
    /// At the start of a style sheet.
    Start,
    /// In a comment of the first two lines.
    FirstLines,
    /// In the header of a translation.
    Header,
    /// In a statement of SQL.
    Statement,
}

/// The edits by which the declarations of a text name `new`.
pub(super) fn redeclarations(text: &str, new: Encoding) -> Vec<Edit> {
    let mut reach = text.len().min(REACH);
    while !text.is_char_boundary(reach) {
        reach -= 1;
    }
    let head = text[..reach].to_ascii_lowercase();
    let mut edits: Vec<Edit> = Vec::new();
    for (sign, place) in SIGNS {
        for (at, _) in head.match_indices(sign) {
            if !is_placed(&head, at, place) {
                continue;
            }
            let Some(range) = label(&head, at + sign.len()) else {
                continue;
            };
            let Ok(declared) = head[range.clone()].parse::<Encoding>() else {
                continue;
            };
            let name = match place {
                Where::Statement if new == Encoding::UTF_8 => "utf8mb4".to_owned(),
                // With a byte order mark, the name says no order.
                _ if new == Encoding::UTF_16LE || new == Encoding::UTF_16BE => "utf-16".to_owned(),
                _ => new.label(),
            };
            if declared != new && !edits.iter().any(|edit| edit.range == range) {
                let is_upper = !text[range.clone()]
                    .bytes()
                    .any(|byte| byte.is_ascii_lowercase());
                let new = if is_upper {
                    name.to_ascii_uppercase()
                } else {
                    name
                };
                edits.push(Edit { range, new });
            }
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    edits
}

/// Whether a sign at a place is a declaration of that kind.
fn is_placed(head: &str, at: usize, place: Where) -> bool {
    let before = &head[..at];
    let in_tag = |open: &str| {
        before
            .rfind(open)
            .is_some_and(|tag| !before[tag..].contains('>'))
    };
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before[line_start..].trim_start();
    match place {
        Where::Meta => in_tag("<meta"),
        Where::Declaration => {
            head.trim_start_matches('\u{feff}').starts_with("<?xml") && in_tag("<?xml")
        }
        Where::Tag => in_tag("<%@"),
        Where::Start => before.trim_start_matches('\u{feff}').is_empty(),
        Where::FirstLines => {
            let lines = before.matches('\n').count();
            let is_comment = ["#", "//", "/*", "%", "--", ";", "<!--", "\""];
            lines < 2 && is_comment.iter().any(|sign| line.starts_with(sign))
        }
        Where::Header => line.starts_with("\"content-type:"),
        Where::Statement => {
            line.is_empty()
                || line.ends_with(';')
                || line.ends_with("*/")
                || line.starts_with("/*!")
        }
    }
}

/// The name after a sign: perhaps after an equals sign, spaces and a quote.
fn label(head: &str, from: usize) -> Option<Range<usize>> {
    let bytes = head.as_bytes();
    let skipped = (bytes[from..].iter())
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'=' | b'"' | b'\''))
        .count();
    let start = from + skipped;
    let length = (bytes[start..].iter())
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.')
        })
        .count();
    (length > 0).then_some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::joined::apply;

    fn redeclared(text: &str) -> String {
        apply(text, &redeclarations(text, Encoding::UTF_8))
    }

    #[test]
    fn declarations_follow_the_encoding() {
        for (old, new) in [
            (
                "<?xml version=\"1.0\" encoding=\"gb2312\"?>\n",
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n",
            ),
            ("<META charset='GBK'>", "<META charset='UTF-8'>"),
            (
                "<meta content=\"text/html; charset=gb2312\">",
                "<meta content=\"text/html; charset=utf-8\">",
            ),
            (
                "#!/bin/x\n# -*- coding: gbk -*-\n",
                "#!/bin/x\n# -*- coding: utf-8 -*-\n",
            ),
            ("@charset \"gb2312\";", "@charset \"utf-8\";"),
            (
                "/*!40101 SET NAMES gbk */;\n",
                "/*!40101 SET NAMES utf8mb4 */;\n",
            ),
            (
                "\"Content-Type: text/plain; charset=GBK\\n\"\n",
                "\"Content-Type: text/plain; charset=UTF-8\\n\"\n",
            ),
            (
                "<%@ page pageEncoding=\"gbk\"%>",
                "<%@ page pageEncoding=\"utf-8\"%>",
            ),
        ] {
            assert_eq!(redeclared(old), new);
        }
    }

    #[test]
    fn what_is_said_of_another_thing_stays() {
        for text in [
            "charset=gbk",
            "x = \"coding: gbk\"",
            "<p>charset=gbk",
            "# a\n# b\n# coding: gbk\n",
            "<meta charset=utf-8>",
        ] {
            assert_eq!(redeclared(text), text);
        }
    }
}
