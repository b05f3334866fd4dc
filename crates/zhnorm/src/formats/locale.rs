//! Files of translations and settings: values are text; keys, comments and the rest are structure.
//!
//! Each format is read line by line and keeps its bytes. What a line does not show to be a value is
//! left alone.

use std::ops::Range;

use super::escaped::{closing, take_escaped};
use super::parts::{Parts, Role};
use super::placeholders::take_message;
use super::spelling::Spelling;
use super::subtitles::lines;
use super::tables::needs_work;

/// gettext: `msgstr "…"` and the strings below it; not `msgid`, and not the header.
pub(super) fn gettext(text: &str) -> Parts {
    let mut parts = Parts::default();
    // Whether strings belong to a translation, and whether that of the header.
    let (mut is_translation, mut is_header, mut has_id) = (false, false, false);
    for (range, line) in lines(text) {
        let content = line.trim_start();
        let open = content.find('"');
        let keyword = content[..open.unwrap_or(content.len())].trim();
        if !keyword.is_empty() || content.is_empty() {
            parts.end(Role::Value, Spelling::Escaped(b'"'));
            is_translation = keyword == "msgstr" || keyword.starts_with("msgstr[");
            if keyword == "msgid" {
                has_id = false;
                is_header = true;
            }
        }
        let Some(open) = open else { continue };
        if keyword.starts_with('#') {
            is_translation = false;
            continue;
        }
        let start = range.end - content.len() + open + 1;
        let Some(end) = closing(text, start, range.end, b'"') else {
            continue;
        };
        if !is_translation {
            has_id |= end > start;
            is_header &= !has_id;
        } else if !is_header {
            message(text, start..end, &mut parts);
        }
    }
    parts.end(Role::Value, Spelling::Escaped(b'"'));
    parts
}

/// Java properties: `key=value`, `key: value`, with escapes and lines that go on.
pub(super) fn properties(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut goes_on = false;
    for (range, line) in lines(text) {
        let content = line.trim_start();
        let start = range.end - content.len();
        let ends_in_backslash = content.len() - content.trim_end_matches('\\').len();
        let value = if goes_on {
            Some(0)
        } else {
            parts.end(Role::Value, Spelling::Escaped(b'\\'));
            if content.starts_with(['#', '!']) {
                continue;
            }
            value_of_property(content)
        };
        goes_on = ends_in_backslash % 2 == 1;
        if let Some(value) = value {
            let end = range.end - usize::from(goes_on);
            message(text, start + value..end.max(start + value), &mut parts);
        }
    }
    parts.end(Role::Value, Spelling::Escaped(b'\\'));
    parts
}

/// Where the value of a property begins in its line.
fn value_of_property(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'=' | b':' | b' ' | b'\t' => {
                let rest = line[at..].trim_start();
                let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start();
                return Some(line.len() - rest.len());
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Apple's `.strings`: `"key" = "value";`.
pub(super) fn strings(text: &str) -> Parts {
    let bytes = text.as_bytes();
    let mut parts = Parts::default();
    let mut at = 0;
    let mut after_equals = false;
    while at < bytes.len() {
        let until = |end: &str| {
            text[at..]
                .find(end)
                .map_or(text.len(), |found| at + found + end.len())
        };
        match bytes[at] {
            b'/' if text[at..].starts_with("/*") => at = until("*/"),
            b'/' if text[at..].starts_with("//") => at = until("\n"),
            b'"' => {
                let Some(end) = closing(text, at + 1, text.len(), b'"') else {
                    break;
                };
                if after_equals {
                    message(text, at + 1..end, &mut parts);
                    parts.end(Role::Value, Spelling::Escaped(b'"'));
                }
                after_equals = false;
                at = end + 1;
            }
            byte => {
                after_equals = byte == b'=' || (after_equals && byte.is_ascii_whitespace());
                at += 1;
            }
        }
    }
    parts
}

/// INI files: `key = value` or `key: value`, to a comment or the end of the line, and the lines below
/// that are indented.
pub(super) fn ini(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut in_value = false;
    for (range, line) in lines(text) {
        let content = line.trim_start();
        let is_indented = content.len() < line.len();
        if content.starts_with([';', '#', '[']) {
            in_value = false;
            continue;
        }
        let pair = content.split_once('=').or_else(|| content.split_once(": "));
        let value = match pair {
            Some((_, value)) => value,
            None if in_value && is_indented => content,
            None => {
                in_value = false;
                continue;
            }
        };
        in_value = true;
        let value = value.trim_start();
        let start = range.end - value.len();
        let comment = [" ;", " #", "\t;", "\t#"]
            .iter()
            .filter_map(|sign| value.find(sign));
        let value = &value[..comment.min().unwrap_or(value.len())];
        bare_or_quoted(text, start..start + value.trim_end().len(), &mut parts);
    }
    parts
}

/// TOML: strings, but those that are keys.
pub(super) fn toml(text: &str) -> Parts {
    let mut parts = Parts::default();
    toml_within(text, 0..text.len(), &mut parts);
    parts
}

/// Takes the strings of a stretch of whole lines.
pub(super) fn toml_within(text: &str, range: Range<usize>, parts: &mut Parts) {
    let text = &text[..range.end];
    let bytes = text.as_bytes();
    let mut at = range.start;
    let mut line_has_value = false;
    let mut depth = 0usize;
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end),
            quote @ (b'"' | b'\'') => {
                let three = [quote; 3];
                let is_long = bytes[at..].starts_with(&three);
                let start = at + if is_long { 3 } else { 1 };
                let end = if is_long {
                    long_end(text, start, quote)
                } else {
                    let line = memchr::memchr(b'\n', &bytes[start..])
                        .map_or(bytes.len(), |end| start + end);
                    if quote == b'"' {
                        closing(text, start, line, quote)
                    } else {
                        memchr::memchr(quote, &bytes[start..line]).map(|end| start + end)
                    }
                };
                let Some(end) = end else {
                    break;
                };
                at = end + if is_long { 3 } else { 1 };
                let next = bytes[at..]
                    .iter()
                    .find(|byte| !matches!(byte, b' ' | b'\t'));
                let is_key = matches!(next, Some(b'=' | b'.')) || (!line_has_value && depth == 0);
                if !is_key && needs_work(&text[start..end]) {
                    if quote == b'"' {
                        // Between three quotes one may stand.
                        let escaped = if is_long { b'\\' } else { quote };
                        take_message(text, start..end, parts, take_escaped);
                        parts.end(Role::Value, Spelling::Escaped(escaped));
                    } else {
                        take_message(text, start..end, parts, take_plain);
                        parts.end(Role::Value, Spelling::Plain(b"'"));
                    }
                }
            }
            byte => {
                match byte {
                    b'=' => line_has_value = true,
                    b'[' | b'{' if line_has_value => depth += 1,
                    b']' | b'}' => depth = depth.saturating_sub(1),
                    b'\n' if depth == 0 => line_has_value = false,
                    _ => {}
                }
                at += 1;
            }
        }
    }
}

/// The end of a string between three quotes.
fn long_end(text: &str, start: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'\\' {
            at += if quote == b'"' { 2 } else { 1 };
        } else if bytes[at..].starts_with(&[quote; 3]) {
            return Some(at);
        } else {
            at += 1;
        }
    }
}

/// A value with or without quotes.
fn bare_or_quoted(text: &str, range: Range<usize>, parts: &mut Parts) {
    let value = &text[range.clone()];
    if !needs_work(value) {
        return;
    }
    let inner = match value.as_bytes() {
        [first @ (b'"' | b'\''), .., last] if first == last && value.len() > 1 => {
            range.start + 1..range.end - 1
        }
        _ => range,
    };
    take_message(text, inner, parts, take_plain);
    parts.end(Role::Value, Spelling::Plain(b"\"';#\\"));
}

/// Takes a text that is written as it is.
fn take_plain(_: &str, range: Range<usize>, parts: &mut Parts) {
    parts.source(range);
}

/// Takes a text with escapes and placeholders, which are structure.
fn message(text: &str, range: Range<usize>, parts: &mut Parts) {
    if needs_work(&text[range.clone()]) {
        take_message(text, range, parts, take_escaped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, parts: &Parts) -> Vec<String> {
        parts.iter().map(|part| part.text(text)).collect()
    }

    #[test]
    fn gettext_has_translations() {
        let text = "# 註\nmsgid \"\"\nmsgstr \"\"\n\"Last-Translator: 王\\n\"\n\n#: 檔\nmsgid \"圖\"\nmsgid_plural \"圖們\"\n\
                    msgstr[0] \"頭\"\n\"髮\\n{名稱}好\"\nmsgstr[1] \"後\"\n";
        assert_eq!(texts(text, &gettext(text)), ["頭髮\n 好", "後"]);
    }

    #[test]
    fn properties_have_escapes_and_long_lines() {
        let text = "# 註\n鍵=值\\u5716\\\n  又\nk : 一=二\nempty\n";
        assert_eq!(texts(text, &properties(text)), ["值圖又", "一=二"]);
    }

    #[test]
    fn strings_have_values() {
        let text = "/* \"註\" = \"註\"; */\n\"鍵\" = \"值\\\"一\\\"\";\n// \"註\"\n\"k\"=\"二\";";
        assert_eq!(texts(text, &strings(text)), ["值\"一\"", "二"]);
    }

    #[test]
    fn toml_and_ini_have_values() {
        let text = "# 註\n[表.\"鍵\"]\n\"鍵\" = \"值\\n一\" # 註\nlist = [\n  \"二\", '三',\n  {\"鍵\" = \"四\"}]\nlong = \"\"\"\n五\"六\"\"\"\n";
        assert_eq!(
            texts(text, &toml(text)),
            ["值\n一", "二", "三", "四", "\n五\"六"]
        );
        let text = "; 註\n[節]\n鍵 = 值 ; 註\nk=\"一\"\n  二\n註\n鍵: {名}三 # 註\n";
        assert_eq!(texts(text, &ini(text)), ["值", "一", "二", "三"]);
    }
}
