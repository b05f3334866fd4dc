//! YAML: values in every style; keys, tags, anchors and comments are structure.
//!
//! A line shows whether it has a value and in which style. What a line does not show to be a value
//! is left alone.

use std::ops::Range;

use super::escaped::{closing, take_escaped};
use super::parts::{Parts, Role};
use super::placeholders::take_message;
use super::spelling::{LINE, Spelling};
use super::tables::needs_work;

/// Signs that end or change a value that is written without quotes.
const BARE: Spelling = Spelling::Plain(b"\"'#;:,=[]{}&*!|>%@`\\");

/// The texts of a YAML file.
pub(super) fn yaml(text: &str) -> Parts {
    let mut parts = Parts::default();
    yaml_within(text, 0..text.len(), &mut parts);
    parts
}

/// Takes the texts of a stretch of whole lines.
pub(super) fn yaml_within(text: &str, range: Range<usize>, parts: &mut Parts) {
    let mut reader = Reader {
        text,
        end: range.end,
        at: range.start,
        parts,
        is_balanced: true,
    };
    while reader.at < reader.end {
        reader.line();
    }
}

struct Reader<'t, 'p> {
    text: &'t str,
    end: usize,
    /// The start of the next line.
    at: usize,
    parts: &'p mut Parts,
    /// Whether the brackets of every list and map so far were closed. What is not closed is looked
    /// for once.
    is_balanced: bool,
}

impl<'t> Reader<'t, '_> {
    /// The line at a place without its end, and where the next one begins.
    fn line_at(&self, at: usize) -> (&'t str, usize) {
        let rest = &self.text[at..self.end];
        let length = memchr::memchr(b'\n', rest.as_bytes());
        let line = &rest[..length.unwrap_or(rest.len())];
        let next = length.map_or(self.end, |length| at + length + 1);
        (line.trim_end_matches('\r'), next)
    }

    /// Reads a line, and the lines in which its value goes on.
    fn line(&mut self) {
        let start = self.at;
        let (line, next) = self.line_at(start);
        self.at = next;
        let indent = indent(line);
        let Some(value) = value_of(line) else {
            return;
        };
        let content = line[value..].trim_end();
        let (start, content) = without_properties(start + value, content);
        match content.as_bytes().first() {
            Some(b'|' | b'>')
                if content
                    .split(' ')
                    .next()
                    .is_some_and(|head| head.len() <= 3) =>
            {
                self.block(indent, content.starts_with('>'));
            }
            Some(b'"' | b'\'') => self.quoted(start, start + content.len(), indent),
            Some(b'[' | b'{') => self.flow(start, start + content.len()),
            None | Some(b'#' | b'&' | b'*' | b'!' | b'@' | b'`' | b'|' | b'>' | b'%' | b']') => {}
            Some(_) => self.plain(start, content, indent),
        }
    }

    /// A value without quotes. It may go on in lines that are indented more.
    fn plain(&mut self, start: usize, content: &str, indent: usize) {
        let comment = content.find(" #");
        let end = comment.map_or(content.len(), |at| content[..at].trim_end().len());
        let first = start..start + end;
        let mut lines = vec![first];
        while comment.is_none() && self.at < self.end {
            let (line, next) = self.line_at(self.at);
            let content = line.trim();
            let goes_on = self::indent(line) > indent
                && !content.is_empty()
                && !content.starts_with("- ")
                && value_of(line).is_none()
                && !content.contains(['#', '"', '\'']);
            if !goes_on {
                break;
            }
            let start = self.at + self::indent(line);
            lines.push(start..start + content.len());
            self.at = next;
        }
        self.wrapped(&lines, BARE);
    }

    /// A text of several lines, which a reader of YAML makes one.
    fn wrapped(&mut self, lines: &[Range<usize>], spelling: Spelling) {
        if !lines
            .iter()
            .any(|line| needs_work(&self.text[line.clone()]))
        {
            return;
        }
        for line in lines {
            self.parts.next_line(self.text, line.start);
            take_message(self.text, line.clone(), self.parts, |_, piece, parts| {
                parts.source(piece);
            });
        }
        self.parts.end(Role::Value, spelling);
    }

    /// The lines of a block: those that are indented more than its key. `is_folded` says that a
    /// reader of YAML makes one of them.
    fn block(&mut self, indent: usize, is_folded: bool) {
        let mut paragraph: Vec<Range<usize>> = Vec::new();
        while self.at < self.end {
            let (line, next) = self.line_at(self.at);
            let content = line.trim();
            if !content.is_empty() && self::indent(line) <= indent {
                break;
            }
            let start = self.at + self::indent(line);
            self.at = next;
            if !content.is_empty() {
                paragraph.push(start..start + content.len());
            }
            if !is_folded || content.is_empty() {
                self.wrapped(&paragraph, LINE);
                paragraph.clear();
            }
        }
        self.wrapped(&paragraph, LINE);
    }

    /// A value between quotes, which begins here. It may go on in lines that are indented more.
    fn quoted(&mut self, start: usize, line_end: usize, indent: usize) {
        let quote = self.text.as_bytes()[start];
        let mut end = quote_end(self.text, start + 1, line_end, quote);
        if end.is_none() && self.is_balanced {
            let mut limit = self.at;
            while limit < self.end {
                let (line, next) = self.line_at(limit);
                if !line.trim().is_empty() && self::indent(line) <= indent {
                    break;
                }
                limit = next;
            }
            end = quote_end(self.text, start + 1, limit, quote);
            self.is_balanced = end.is_some();
        }
        let Some(end) = end else { return };
        // Something else may follow: a comment, or nothing.
        let (rest, next) = self.line_at(end + 1);
        let rest = rest.trim_start();
        self.at = self.at.max(next);
        if rest.is_empty() || rest.starts_with('#') {
            between_quotes(self.text, start + 1..end, quote, self.parts);
        }
    }

    /// A list or a map in brackets, which may have several lines.
    fn flow(&mut self, start: usize, line_end: usize) {
        let mut end = line_end;
        if self.is_balanced {
            match flow_end(self.text, start, self.end) {
                Some(close) => end = close,
                None => self.is_balanced = false,
            }
        }
        self.at = self.at.max(self.line_at(end).1);
        flow(self.text, start..end, self.parts);
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

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
fn value_of(line: &str) -> Option<usize> {
    let mut at = indent(line);
    let mut is_value = false;
    if let Some(rest) = line.strip_prefix("--- ") {
        return Some(4 + indent(rest));
    }
    // Directives, and the lines of templates.
    let others = ["#", "%", "{{", "{%"];
    if others.iter().any(|sign| line[at..].starts_with(sign))
        || line.starts_with("---")
        || line.starts_with("...")
    {
        return None;
    }
    while let Some(rest) = (line[at..].strip_prefix("- ")).or_else(|| line[at..].strip_prefix(": "))
    {
        at += 2 + indent(rest);
        is_value = true;
    }
    let rest = &line[at..];
    // The key may be quoted; a value that begins with a quote has no key.
    let key_end = match rest.as_bytes().first()? {
        quote @ (b'"' | b'\'') => {
            let end = quote_end(rest, 1, rest.len(), *quote).map(|end| end + 1);
            let colon = end.map(|end| end + indent(&rest[end..]));
            colon.filter(|colon| rest[*colon..].starts_with(':'))
        }
        b'[' | b'{' => {
            is_value = true;
            None
        }
        _ => colon(rest),
    };
    match key_end {
        Some(colon) => Some(at + colon + 1 + indent(&rest[colon + 1..])),
        None => is_value.then_some(at),
    }
}

/// The colon that ends a plain key: a space or the end of the line follows.
fn colon(rest: &str) -> Option<usize> {
    (memchr::memchr_iter(b':', rest.as_bytes()))
        .find(|at| rest[at + 1..].is_empty() || rest[at + 1..].starts_with([' ', '\t', '\r']))
        .filter(|at| !rest[..*at].contains(" #"))
}

/// The quote that ends a value.
fn quote_end(text: &str, start: usize, end: usize, quote: u8) -> Option<usize> {
    if quote == b'"' {
        return closing(text, start, end, quote);
    }
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        at += memchr::memchr(quote, bytes.get(at..end)?)?;
        if bytes.get(at + 1) != Some(&quote) {
            return Some(at);
        }
        at += 2;
    }
}

/// Takes what is between quotes, line by line.
fn between_quotes(text: &str, range: Range<usize>, quote: u8, parts: &mut Parts) {
    if !needs_work(&text[range.clone()]) {
        return;
    }
    let mut start = range.start;
    while start <= range.end {
        let rest = &text[start..range.end];
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = &rest[..length];
        // Spaces at the ends of lines are none of the text, but for the first and the last one.
        let is_first = start == range.start;
        let is_last = length == rest.len();
        let from = start + if is_first { 0 } else { indent(line) };
        let to = start
            + if is_last {
                length
            } else {
                line.trim_end().len()
            };
        if !is_first {
            parts.next_line(text, from);
        }
        if from < to {
            if quote == b'"' {
                take_message(text, from..to, parts, take_escaped);
            } else {
                take_message(text, from..to, parts, take_doubled);
            }
        }
        start += length + 1;
    }
    if quote == b'"' {
        parts.end(Role::Value, Spelling::Escaped(b'"'));
    } else {
        parts.end(Role::Value, Spelling::Doubled(b'\''));
    }
}

/// Takes a text in which quotes are doubled.
fn take_doubled(text: &str, range: Range<usize>, parts: &mut Parts) {
    let mut taken = range.start;
    while let Some(found) = text[taken..range.end].find("''") {
        parts.source(taken..taken + found);
        parts.character(taken + found..taken + found + 2, '\'');
        taken += found + 2;
    }
    parts.source(taken..range.end);
}

/// Behind the bracket that closes a list or a map.
fn flow_end(text: &str, start: usize, end: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[..end];
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            quote @ (b'"' | b'\'') if b"[{,: \t\r\n".contains(&before) => {
                at = quote_end(text, at + 1, end, quote)?;
            }
            b'#' if before.is_ascii_whitespace() => {
                at += memchr::memchr(b'\n', &bytes[at..])?;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Takes the texts of a list or a map in brackets: its strings, and its plain items that are no
/// keys.
fn flow(text: &str, range: Range<usize>, parts: &mut Parts) {
    let bytes = text.as_bytes();
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            b'[' | b'{' | b']' | b'}' | b',' | b' ' | b':' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => {
                let rest = &bytes[at..range.end];
                at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            }
            quote @ (b'"' | b'\'') => {
                let Some(end) = quote_end(text, at + 1, range.end, quote) else {
                    return;
                };
                if !text[end + 1..range.end].trim_start().starts_with(':') {
                    between_quotes(text, at + 1..end, quote, parts);
                }
                at = end + 1;
            }
            _ => {
                let rest = &text[at..range.end];
                let length = rest
                    .find([',', ']', '}', '[', '{', '\r', '\n'])
                    .unwrap_or(rest.len());
                let item = &rest[..length];
                let item = &item[..item.find(" #").unwrap_or(length)];
                let value = item.find(": ").map_or(0, |colon| colon + 2);
                let content = item[value..].trim();
                let is_key = item.trim_end().ends_with(':');
                let start = at + value + indent(&item[value..]);
                // A quoted value after a key is read as such.
                if value > 0 && content.starts_with(['"', '\'']) {
                    at = start;
                    continue;
                }
                if !is_key
                    && !content.is_empty()
                    && !content.starts_with(['&', '*', '!', '"', '\''])
                    && needs_work(content)
                {
                    parts.whole(start..start + content.len(), Role::Value, BARE);
                }
                at += item.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let parts = yaml(text);
        parts.iter().map(|part| part.text(text)).collect()
    }

    #[test]
    fn yaml_has_values() {
        let text = "# 註\n鍵: 值 # 註\n\"鍵\": \"一\\n\"\n列:\n  - 二\n  - 名: '三''四'\n  - \"五\"\n流: [六, \"七\", {鍵: 八, 鍵二: \"九\"}]\n\
                    塊: |\n  十\n    十一\n\n  十二\n錨: &錨 十三\n引: *錨\n長: 十四\n  十五 a\n  b\n網: http://例/圖\n";
        assert_eq!(
            texts(text),
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
                "十四十五 a\nb",
                "http://例/圖"
            ]
        );
    }

    #[test]
    fn values_of_several_lines_are_one() {
        let text = "a: \"头\n  发 \n\n  b\" # 註\nc: '头\n  发''長'\nd: >-\n  头\n  发\n\n  皇后\ne: [\n  头, # 註\n  '发',\n  {鍵: 皇\n}]\nf: 后\n";
        assert_eq!(
            texts(text),
            ["头发\nb", "头发'長", "头发", "皇后", "头", "发", "皇", "后"]
        );
        // Nothing closes these, and what follows has values all the same.
        assert_eq!(texts("a: \"头\nb: [发\nc: '皇\nd: 后\n"), ["发", "后"]);
    }

    #[test]
    fn placeholders_and_templates_stay() {
        let text =
            "a: 你好 {名}，{{ 頭 }}%{髮}\n{{- if 圖 }}\n{% 圖 %}\n--- 文\n---\n[頭, \"髮\"]\n";
        assert_eq!(texts(text), ["你好  ， %", "文", "頭", "髮"]);
    }
}
