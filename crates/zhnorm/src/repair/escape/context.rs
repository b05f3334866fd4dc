//! What kind of document the escapes are in.
//!
//! An escape is damage only where a document was left escaped. In source code, data, markup and
//! Markdown it is syntax; a lesson about encodings shows it beside what it represents. None of
//! these can be seen in the escape alone, so the document is asked first, then the place.

use std::ops::Range;
use zhnorm_lang::boundary;
use zhnorm_lang::characters::is_han;

use super::{Read, is_chinese, line_after, line_before};

/// How far, in bytes, a text that speaks of escapes is about those around it.
const TOPIC_REACH: usize = 2_000;

/// Words of texts that speak of any escapes, in both scripts.
const TOPICS: &[&str] = &[
    "转义",
    "轉義",
    "跳脫",
    "编码",
    "編碼",
    "字符集",
    "字元集",
    "乱码",
    "亂碼",
    "解码",
    "解碼",
    "escape",
];

/// Words of texts that speak of one kind.
fn topics(rule: &str) -> &'static [&'static str] {
    match rule {
        "escape.entity" => &[
            "HTML",
            "html",
            "XML",
            "字符实体",
            "实体字符",
            "字元實體",
            "實體字元",
            "entity",
        ],
        "escape.unicode" => &[
            "Unicode",
            "unicode",
            "UTF-8",
            "正则",
            "正規表",
            "regex",
            "码点",
            "碼點",
            "JavaScript",
            "JSON",
        ],
        "escape.bytes" => &[
            "Python",
            "python",
            "UTF-8",
            "utf-8",
            "GBK",
            "gbk",
            "bytes",
            "字节",
            "位元組",
        ],
        "escape.percent" => &["URL", "百分号", "百分號", "GBK", "UTF-8", "网址", "網址"],
        _ => &[
            "Base64",
            "base64",
            "Quoted-Printable",
            "MIME",
            "邮件",
            "郵件",
        ],
    }
}

/// Kinds of documents in which escapes are syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Json,
    /// JSON that was itself escaped with entities.
    EscapedJson,
    Markdown,
    Markup,
}

/// What a document shows about the escapes in it.
pub(super) struct Context<'a> {
    text: &'a str,
    /// Fenced blocks of Markdown, in bytes.
    fences: Vec<Range<usize>>,
    kinds: Vec<Kind>,
}

impl<'a> Context<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut lines = Lines::default();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            lines.take(line, at);
            at += line.len();
        }
        lines.finish(text)
    }

    /// Drops what is syntax or shown, and settles which of the rest is evident.
    pub(super) fn judge(&self, read: &mut Vec<Read>) {
        let shown: Vec<&'static str> = read
            .iter()
            .filter(|one| self.is_quoted_code(&one.span))
            .map(|one| one.rule)
            .collect();
        read.retain(|one| !self.is_syntax(one) && !shown.contains(&one.rule));
        self.drop_lessons(read);
    }

    fn is(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether an escape is part of the syntax of the document.
    fn is_syntax(&self, one: &Read) -> bool {
        if self.is(Kind::Code) || self.is_quoted_code(&one.span) || self.is_value(one) {
            return true;
        }
        if one.rule != "escape.entity" {
            return self.is(Kind::Json);
        }
        self.is(Kind::EscapedJson)
            || self.is(Kind::Markup)
            || self.is(Kind::Json) && !self.is_mark_in_prose(one)
            || self.is(Kind::Markdown) && !one.after.chars().all(is_han)
            || self.is_ascii_syntax(one)
    }

    /// Drops the escapes of a text that speaks of escapes, unless most of it is escaped.
    fn drop_lessons(&self, read: &mut Vec<Read>) {
        let escaped: usize = read
            .iter()
            .map(|one| one.after.chars().filter(|ch| is_chinese(*ch)).count())
            .sum();
        let lengths: usize = read.iter().map(|one| one.span.len()).sum();
        // Most of what is written is escapes: a table of them shows beside each what it represents.
        if escaped > 0 && lengths * 2 > self.text.len() {
            read.retain(|one| !self.has_both_forms(one));
            return;
        }
        let named: Vec<&'static str> = read
            .iter()
            .filter(|one| self.is_named(&one.span))
            .map(|one| one.rule)
            .collect();
        read.retain(|one| !named.contains(&one.rule));
        let both: Vec<bool> = read.iter().map(|one| self.has_both_forms(one)).collect();
        let mut both = both.into_iter();
        let lesson = read.iter().any(|one| self.has_both_forms(one));
        read.retain(|one| {
            let has_both = both.next().unwrap_or(false);
            let topic = self.topic_near(one);
            !(has_both || topic || lesson && one.after.chars().count() > 1)
        });
    }

    /// Whether the text names an escape as what is written, as a lesson does: `空格写作 &nbsp;`.
    fn is_named(&self, span: &Range<usize>) -> bool {
        const NAMES: [&str; 10] = [
            "写作",
            "寫作",
            "写成",
            "寫成",
            "写为",
            "寫為",
            "显示为",
            "顯示為",
            "输入",
            "輸入",
        ];
        let before = line_before(self.text, span.start).trim_end();
        NAMES.iter().any(|name| before.ends_with(name))
    }

    /// Whether the text near a place speaks of escapes.
    fn topic_near(&self, one: &Read) -> bool {
        let span = &one.span;
        let from = boundary::floor(self.text, span.start.saturating_sub(TOPIC_REACH));
        let to = boundary::floor(self.text, (span.end + TOPIC_REACH).min(self.text.len()));
        let (before, after) = (
            &self.text[from..span.start],
            &self.text[span.end..to.max(span.end)],
        );
        let mut topics = TOPICS.iter().chain(topics(one.rule));
        topics.any(|topic| before.contains(topic) || after.contains(topic))
    }

    /// Whether what an escape represents is also written on its line: a lesson shows both.
    fn has_both_forms(&self, one: &Read) -> bool {
        /// How near a single character has to be.
        const NEAR: usize = 24;
        let (before, after) = (
            line_before(self.text, one.span.start),
            line_after(self.text, one.span.end),
        );
        if !one.after.chars().all(is_chinese) {
            return false;
        }
        if one.after.chars().count() > 1 {
            return before.contains(&one.after) || after.contains(&one.after);
        }
        // In running text the same character can occur by chance; in a lesson it is apart.
        let near_before = &before[boundary::floor(before, before.len().saturating_sub(NEAR))..];
        let near_after = &after[..boundary::floor(after, NEAR.min(after.len()))];
        let apart = |text: &str| {
            text.match_indices(&one.after).any(|(at, found)| {
                let outer = [
                    text[..at].chars().next_back(),
                    text[at + found.len()..].chars().next(),
                ];
                outer.iter().all(|ch| ch.is_none_or(|ch| !is_han(ch)))
            })
        };
        apart(near_before) || apart(near_after)
    }

    /// Whether a place is in a fenced block, a code span, an indented block or a string of code.
    fn is_quoted_code(&self, span: &Range<usize>) -> bool {
        if self.fences.iter().any(|fence| fence.contains(&span.start)) {
            return true;
        }
        let (before, after) = (
            line_before(self.text, span.start),
            line_after(self.text, span.end),
        );
        before.matches('`').count() % 2 == 1 && after.contains('`')
            || in_string(before, after)
            || self.is(Kind::Markdown) && is_indented(self.text, span.start)
            || is_in_class(before)
            || before.ends_with("](")
            || before.ends_with("](#")
    }

    /// Whether a line assigns what is escaped to an ASCII name: `title=\u4e2d\u6587`.
    fn is_value(&self, one: &Read) -> bool {
        let before = line_before(self.text, one.span.start);
        let name = before.trim_start();
        let length = name
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
            .count();
        let rest = name[length..].trim_start();
        length > 0 && rest.starts_with('=') && one.rule != "escape.mime"
    }

    /// Whether an entity represents an ASCII mark that is part of syntax: the quotes of JSON, the
    /// brackets of a tag.
    fn is_ascii_syntax(&self, one: &Read) -> bool {
        if !one.after.chars().all(|ch| ch.is_ascii() && ch != ' ') {
            return false;
        }
        let (before, after) = (
            line_before(self.text, one.span.start),
            line_after(self.text, one.span.end),
        );
        let is_bracket = matches!(one.after.as_str(), "<" | ">");
        let other = if one.after == "<" { "&gt;" } else { "&lt;" };
        let syntax = |ch: Option<char>| ch.is_some_and(|ch| "{}[]:,=<>\\/\"'".contains(ch));
        is_bracket && (before.contains(other) || after.contains(other))
            || syntax(before.chars().next_back())
            || syntax(after.chars().next())
    }

    /// Whether an entity represents a mark of prose in a string of Chinese.
    fn is_mark_in_prose(&self, one: &Read) -> bool {
        let chinese = |text: &str| text.chars().filter(|ch| is_chinese(*ch)).count();
        let (before, after) = (
            line_before(self.text, one.span.start),
            line_after(self.text, one.span.end),
        );
        !one.after
            .chars()
            .any(|ch| ch.is_ascii() || ch.is_whitespace())
            && chinese(before) + chinese(after) >= 8
    }
}

/// What the lines of a document show.
#[derive(Default)]
struct Lines {
    fences: Vec<Range<usize>>,
    /// Where the open fence starts, and its mark.
    open: Option<(usize, char)>,
    written: usize,
    code: usize,
    markdown: usize,
    tags: usize,
}

impl Lines {
    fn take(&mut self, line: &str, at: usize) {
        let trimmed = line.trim();
        let mark = trimmed.chars().next().unwrap_or(' ');
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            match self.open {
                Some((start, opened)) if opened == mark => {
                    self.fences.push(start..at + line.len());
                    self.open = None;
                }
                None => self.open = Some((at, mark)),
                _ => {}
            }
            self.markdown += 1;
            return;
        }
        if trimmed.is_empty() || self.open.is_some() {
            return;
        }
        self.written += 1;
        self.code += usize::from(is_line_of_code(trimmed));
        self.markdown += usize::from(is_markdown(trimmed));
        self.tags += tags(trimmed);
    }

    fn finish(mut self, text: &str) -> Context<'_> {
        if let Some((start, _)) = self.open {
            self.fences.push(start..text.len());
        }
        let trimmed = text.trim();
        let is_json = trimmed.starts_with('{') && trimmed.ends_with('}')
            || trimmed.starts_with("[{") && trimmed.ends_with(']')
            || trimmed.starts_with("[\n");
        let is_escaped_json = text.contains("&quot;:") || text.contains("&#34;:");
        let kinds = [
            (Kind::Code, self.code >= 3 && self.code * 4 >= self.written),
            (Kind::Json, is_json),
            (Kind::EscapedJson, is_escaped_json),
            (Kind::Markdown, self.markdown >= 2),
            (Kind::Markup, self.tags >= 2),
        ];
        Context {
            text,
            fences: self.fences,
            kinds: kinds
                .iter()
                .filter(|(_, is)| *is)
                .map(|(kind, _)| *kind)
                .collect(),
        }
    }
}

fn is_line_of_code(line: &str) -> bool {
    let starts = [
        "//",
        "/*",
        "* @",
        "#include",
        "import ",
        "from ",
        "package ",
        "def ",
        "class ",
        "function ",
        "const ",
        "let ",
        "var ",
        "return ",
        "public ",
        "private ",
        "using ",
        "INSERT ",
        "SELECT ",
    ];
    let ends = line.ends_with(['{', '}', ';']) && !ends_in_entity(line);
    ends || line.ends_with("):")
        || line.ends_with("},")
        || starts.iter().any(|start| line.starts_with(start))
}

/// Whether the semicolon at a line's end is that of an entity.
fn ends_in_entity(line: &str) -> bool {
    let name = line.trim_end_matches(';');
    let length = name
        .bytes()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
        .count();
    length > 0
        && (name[..name.len() - length].ends_with('&')
            || name[name.len() - length..].starts_with('#'))
}

fn is_markdown(line: &str) -> bool {
    let heading = line.trim_start_matches('#');
    heading.len() < line.len() && heading.starts_with(' ')
        || line.contains("](")
        || line.starts_with('|') && line.ends_with('|') && line.len() > 2
        || line.starts_with("- [")
        || line.contains("**")
}

/// How many tags of markup a line holds.
fn tags(line: &str) -> usize {
    line.match_indices('<')
        .filter(|(at, _)| {
            let rest = line[at + 1..].trim_start_matches('/');
            let name = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            (1..=12).contains(&name)
                && rest.as_bytes()[0].is_ascii_alphabetic()
                && matches!(rest.as_bytes().get(name), Some(b'>' | b' ' | b'/'))
                && rest.contains('>')
        })
        .count()
}

/// Whether a place is inside a string of code: a quotation mark opens after something that code
/// writes before one.
fn in_string(before: &str, after: &str) -> bool {
    ['"', '\''].into_iter().any(|mark| {
        let Some(open) = before.rfind(mark) else {
            return false;
        };
        let lead = before[..open].trim_end();
        before.matches(mark).count() % 2 == 1
            && after.contains(mark)
            && (lead.is_empty() || lead.ends_with(|ch: char| ch.is_ascii()))
    })
}

/// Whether a place is inside a character class of a pattern: `r'[\u3002\uff1b`.
fn is_in_class(before: &str) -> bool {
    before.rfind('[').is_some_and(|open| {
        let lead = before[..open].chars().next_back();
        !before[open..].contains(']') && lead.is_some_and(|ch| matches!(ch, '"' | '\'' | '/' | '('))
    })
}

/// Whether the line of a place is indented as code of Markdown is.
fn is_indented(text: &str, at: usize) -> bool {
    let before = line_before(text, at);
    before.starts_with("    ") || before.starts_with('\t')
}
