//! Files of translations and settings: values are text; keys, comments and the rest are structure.
//!
//! Each format is read line by line and keeps its bytes. What a line does not show to be a value is
//! left alone.

use std::ops::Range;

use super::escaped::take_escaped;
use super::parts::{Parts, Role};
use super::spelling::Spelling;
use super::subtitles::lines;
use super::tables::needs_work;

/// Signs that end or change a value that is written without quotes.
const BARE: Spelling = Spelling::Plain(b"\"'#;:,=[]{}&*!|>%@`\\");

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

/// INI files: `key = value`, to the end of the line.
pub(super) fn ini(text: &str) -> Parts {
    let mut parts = Parts::default();
    for (range, line) in lines(text) {
        let content = line.trim_start();
        if content.starts_with([';', '#', '[']) {
            continue;
        }
        if let Some((_, value)) = content.split_once('=') {
            let value = value.trim_start();
            let start = range.end - value.len();
            bare_or_quoted(text, start..start + value.trim_end().len(), &mut parts);
        }
    }
    parts
}

/// TOML: strings, but those that are keys.
pub(super) fn toml(text: &str) -> Parts {
    let bytes = text.as_bytes();
    let mut parts = Parts::default();
    let mut at = 0;
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
                        take_escaped(text, start..end, &mut parts);
                        parts.end(Role::Value, Spelling::Escaped(escaped));
                    } else {
                        parts.whole(start..end, Role::Value, Spelling::Plain(b"'"));
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
    parts
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

/// YAML: plain, quoted and block values; not keys, tags, anchors and comments. Values in brackets
/// are text where they stand between quotes or commas.
pub(super) fn yaml(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut lines = lines(text).peekable();
    while let Some((range, line)) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let Some(value) = value_of_yaml(line) else {
            continue;
        };
        let content = line[value..].trim_end();
        let start = range.start + value;
        if content.is_empty() {
            continue;
        }
        let (start, content) = without_properties(start, content);
        if content.starts_with(['|', '>']) && content.len() <= 4 {
            block(indent, &mut lines, &mut parts);
            continue;
        }
        scalar(text, start..start + content.len(), &mut parts);
        if !content.starts_with(SIGNS) && !content.contains(" #") {
            // A plain value may go on in lines that are indented more.
            while let Some((range, line)) = lines.next_if(|(_, line)| {
                let content = line.trim_start();
                line.len() - content.len() > indent
                    && !content.starts_with('#')
                    && !content.starts_with("- ")
                    && value_of_yaml(line).is_none()
                    && !content.contains(['#', '"', '\''])
            }) {
                let content = line.trim();
                if needs_work(content) {
                    let start = range.start + (line.len() - line.trim_start().len());
                    parts.whole(start..start + content.len(), Role::Value, BARE);
                }
            }
        }
    }
    parts
}

/// What begins a value that is not plain.
const SIGNS: [char; 14] = [
    '"', '\'', '[', '{', '#', '&', '*', '!', '@', '`', '|', '>', '%', ']',
];

/// A value without the anchor and the tag before it.
fn without_properties(start: usize, content: &str) -> (usize, &str) {
    let mut value = content;
    while value.starts_with(['&', '!']) {
        let Some((_, rest)) = value.split_once(' ') else {
            break;
        };
        value = rest.trim_start();
    }
    (start + content.len() - value.len(), value)
}

/// Where the value begins in a line. A line that goes on with the value of an earlier one has none.
fn value_of_yaml(line: &str) -> Option<usize> {
    let mut at = line.len() - line.trim_start().len();
    let mut is_item = false;
    if line[at..].starts_with(['#', '%']) || line.starts_with("---") || line.starts_with("...") {
        return None;
    }
    while let Some(rest) = line[at..].strip_prefix("- ") {
        at += 2 + (rest.len() - rest.trim_start().len());
        is_item = true;
    }
    let rest = &line[at..];
    // The key may be quoted; a value that begins with a quote has no key.
    let key_end = match rest.as_bytes().first()? {
        quote @ (b'"' | b'\'') => {
            let end = closing(rest, 1, rest.len(), *quote)? + 1;
            rest[end..]
                .trim_start()
                .starts_with(':')
                .then(|| end + (rest[end..].len() - rest[end..].trim_start().len()))
        }
        b'[' | b'{' => None,
        _ => colon(rest),
    };
    match key_end {
        Some(colon) => {
            let value = &rest[colon + 1..];
            Some(at + colon + 1 + (value.len() - value.trim_start().len()))
        }
        None if is_item => Some(at),
        None => None,
    }
}

/// The colon that ends a plain key: a space or the end of the line follows.
fn colon(rest: &str) -> Option<usize> {
    (memchr::memchr_iter(b':', rest.as_bytes()))
        .find(|at| rest[at + 1..].is_empty() || rest[at + 1..].starts_with([' ', '\t', '\r']))
        .filter(|at| !rest[..*at].contains(" #"))
}

/// A value within a line.
fn scalar(text: &str, range: Range<usize>, parts: &mut Parts) {
    let value = &text[range.clone()];
    match value.as_bytes()[0] {
        quote @ (b'"' | b'\'') => {
            let start = range.start + 1;
            let end = match quote {
                b'"' => closing(text, start, range.end, b'"'),
                _ => doubled_end(text, start, range.end),
            };
            let Some(end) = end else { return };
            // Something else may follow: a comment, or nothing.
            let rest = text[end + 1..range.end].trim_start();
            if rest.is_empty() || rest.starts_with('#') {
                quoted(text, start..end, quote, parts);
            }
        }
        b'[' | b'{' => flow(text, range, parts),
        b'#' | b'&' | b'*' | b'!' | b'@' | b'`' | b'|' | b'>' | b'%' => {}
        _ => {
            let end = value
                .find(" #")
                .map_or(value.len(), |at| value[..at].trim_end().len());
            if needs_work(&value[..end]) {
                parts.whole(range.start..range.start + end, Role::Value, BARE);
            }
        }
    }
}

fn quoted(text: &str, range: Range<usize>, quote: u8, parts: &mut Parts) {
    if quote == b'"' {
        message(text, range, parts);
        parts.end(Role::Value, Spelling::Escaped(b'"'));
    } else if needs_work(&text[range.clone()]) {
        let mut taken = range.start;
        while let Some(found) = text[taken..range.end].find("''") {
            parts.source(taken..taken + found);
            parts.character(taken + found..taken + found + 2, '\'');
            taken += found + 2;
        }
        parts.source(taken..range.end);
        parts.end(Role::Value, Spelling::Doubled(b'\''));
    }
}

/// The end of a string in which quotes are doubled.
fn doubled_end(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr(b'\'', text.as_bytes().get(at..end)?)?;
        if text.as_bytes().get(at + 1) != Some(&b'\'') {
            return Some(at);
        }
        at += 2;
    }
}

/// A list or a map in brackets, on one line: its strings, and its plain items that are no keys.
fn flow(text: &str, range: Range<usize>, parts: &mut Parts) {
    let bytes = text.as_bytes();
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            b'[' | b'{' | b']' | b'}' | b',' | b' ' | b':' => at += 1,
            b'#' => return,
            quote @ (b'"' | b'\'') => {
                let end = match quote {
                    b'"' => closing(text, at + 1, range.end, b'"'),
                    _ => doubled_end(text, at + 1, range.end),
                };
                let Some(end) = end else { return };
                if !text[end + 1..range.end].trim_start().starts_with(':') {
                    quoted(text, at + 1..end, quote, parts);
                }
                at = end + 1;
            }
            _ => {
                let length = text[at..range.end]
                    .find([',', ']', '}', '[', '{'])
                    .unwrap_or(range.end - at);
                let item = &text[at..at + length];
                let value = match item.find(": ") {
                    Some(colon) => colon + 2,
                    None => 0,
                };
                let content = item[value..].trim();
                let is_key = item.trim_end().ends_with(':');
                if !is_key
                    && !content.is_empty()
                    && !content.starts_with(['&', '*', '!', '"', '\''])
                    && needs_work(content)
                {
                    let start =
                        at + value + (item[value..].len() - item[value..].trim_start().len());
                    parts.whole(start..start + content.len(), Role::Value, BARE);
                }
                // A quoted value after a key is read as such.
                let is_quoted = item[value..].trim_start().starts_with(['"', '\'']);
                at += if is_quoted && value > 0 {
                    value
                } else {
                    length
                };
            }
        }
    }
}

/// The lines of a block value: those that are indented more than its key.
fn block<'t>(
    indent: usize,
    lines: &mut std::iter::Peekable<impl Iterator<Item = (Range<usize>, &'t str)>>,
    parts: &mut Parts,
) {
    while let Some((range, line)) = lines.next_if(|(_, line)| {
        line.trim().is_empty() || line.len() - line.trim_start().len() > indent
    }) {
        let content = line.trim();
        if needs_work(content) {
            let start = range.start + (line.len() - line.trim_start().len());
            let end = start + content.len();
            parts.whole(start..end, Role::Value, super::spelling::LINE);
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
    parts.whole(inner, Role::Value, Spelling::Plain(b"\"';#\\"));
}

/// The quote that ends a string with escapes.
fn closing(text: &str, start: usize, end: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..end)?)?;
        if bytes[at] == quote {
            return Some(at);
        }
        at += 2;
    }
}

/// Takes a text with escapes and placeholders: `%s`, `{name}`, `${x}` are structure.
fn message(text: &str, range: Range<usize>, parts: &mut Parts) {
    if !needs_work(&text[range.clone()]) {
        return;
    }
    let bytes = text.as_bytes();
    let (mut at, mut taken) = (range.start, range.start);
    while let Some(found) = memchr::memchr(b'{', &bytes[at..range.end]) {
        let start = at + found;
        let Some(length) = memchr::memchr2(b'}', b'{', &bytes[start + 1..range.end]) else {
            break;
        };
        let end = start + 1 + length;
        // A name; the text of a plural or a choice is no name.
        let inner = &text[start + 1..end];
        if bytes[end] == b'}' && !inner.contains([' ', '，', '。', '\\', '"']) {
            take_escaped(text, taken..start, parts);
            parts.glue(' ');
            taken = end + 1;
        }
        at = end.max(start + 1);
    }
    take_escaped(text, taken..range.end, parts);
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
        let text = "; 註\n[節]\n鍵 = 值 \nk=\"一\"\n";
        assert_eq!(texts(text, &ini(text)), ["值", "一"]);
    }

    #[test]
    fn yaml_has_values() {
        let text = "# 註\n鍵: 值 # 註\n\"鍵\": \"一\\n\"\n列:\n  - 二\n  - 名: '三''四'\n  - \"五\"\n流: [六, \"七\", {鍵: 八, 鍵二: \"九\"}]\n\
                    塊: |\n  十\n    十一\n\n  十二\n錨: &錨 十三\n引: *錨\n長: 十四\n  十五\n網: http://例/圖\n";
        assert_eq!(
            texts(text, &yaml(text)),
            [
                "值",
                "一\n",
                "二",
                "三'四",
                "五",
                "六",
                "七",
                "八",
                "九",
                "十",
                "十一",
                "十二",
                "十三",
                "十四",
                "十五",
                "http://例/圖"
            ]
        );
    }
}
