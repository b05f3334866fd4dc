//! The ASCII character that a decoder swallowed with a lost byte.
//!
//! A decoder of GBK that finds a lead byte and a byte below 40 after it writes one `?` for both. Of
//! UTF-8 text this happens at the last byte of a character before a space, a digit, a mark or a line
//! end. No reading of the remaining bytes brings that character back, but syntax often does: a
//! quotation mark or bracket that is open and never closed, half of a Markdown `**`, a tag without
//! its `<`, a row with one comma less than the row above, the start of a list item in the middle of
//! a line. Where syntax does not say, the model chooses between a space, the end of a line and a digit
//! ([`unsaid`]); which digit it was nothing tells.

use super::likelihood::Before;

/// What opens a line and is not written within one.
const LINE_STARTS: &[&str] = &[
    "- ", "* ", "# ", "## ", "### ", "#### ", "> ", "| ", "```", "[[", "//", "/*", "import ",
    "from ", "def ", "class ", "const ", "return ", "public ", "private ", "#include", "#define",
    "package ", "using ", ":::", "---",
];

/// What opens a comment that goes to the end of its line.
const COMMENTS: &[&str] = &["//", "#", "--", "* ", "%", ";"];

/// What code begins with that stands behind a comment at the margin.
const CODE_STARTS: &[&str] = &[
    "function ",
    "var ",
    "let ",
    "async ",
    "export ",
    "if ",
    "for ",
    "while ",
    "new ",
    "await ",
    "docker",
    "python",
    "npm ",
    "git ",
    "sudo ",
    "cd ",
    "pip ",
    "curl ",
    "echo ",
    "yarn ",
    "cargo ",
    "--",
];

/// What names of files end in, after their dot.
const EXTENSIONS: &[&str] = &[
    "txt", "md", "html", "htm", "js", "css", "py", "java", "jpg", "png", "gif", "pdf", "docx",
    "doc", "xlsx", "xls", "pptx", "ppt", "zip", "rar", "exe", "csv", "json", "xml", "mp3", "mp4",
];

/// The place of a lost byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The line in front of it, restored as far as it is known.
    pub(super) before: &'a str,
    /// The rest of the line, as it stands.
    pub(super) after: &'a str,
    /// The line above, as it stands.
    pub(super) above: &'a str,
}

impl Place<'_> {
    /// The character that was swallowed here, if syntax says.
    pub(super) fn character(self) -> Option<char> {
        self.space_in_comment()
            .or_else(|| self.link())
            .or_else(|| self.space_in_row())
            .or_else(|| self.record())
            .or_else(|| self.tag())
            .or_else(|| self.star())
            .or_else(|| self.quotation_mark())
            .or_else(|| self.bracket())
            .or_else(|| self.branch())
            .or_else(|| self.line_end())
            .or_else(|| self.comma())
            .or_else(|| self.comma_of_words())
            .or_else(|| self.dollar())
            .or_else(|| self.dot())
    }

    fn next(self) -> Option<char> {
        self.after.chars().next()
    }

    fn count(self, mark: char) -> (usize, usize) {
        (
            self.before.matches(mark).count(),
            self.after.matches(mark).count(),
        )
    }

    /// Whether more was lost on the rest of the line, so that its marks cannot be counted.
    fn loses_more(self) -> bool {
        self.after.contains(['?', '\u{FFFD}'])
    }

    /// The end of a comment has a space before it.
    fn space_in_comment(self) -> Option<char> {
        (self.after.starts_with("*/") || self.after.starts_with("-->")).then_some(' ')
    }

    /// A cell of a table ends with a space, and so does a heading before its anchor.
    fn space_in_row(self) -> Option<char> {
        let is_row = self.before.trim_start().starts_with('|') || self.before.contains(" | ");
        let is_anchor = self.before.starts_with('#') && self.after.starts_with("{#");
        let ends_cell = self.after.trim_start_matches(' ').starts_with('|');
        (is_row && ends_cell || is_anchor).then_some(' ')
    }

    /// A line that begins with a key, as this line and the one above do.
    fn record(self) -> Option<char> {
        /// Letters that two keys share, where the line above has none.
        const SHARED: usize = 4;
        let [rest, line, above] = [self.after, self.before, self.above].map(key);
        let (name, sign) = rest?;
        let (other, other_sign) = line?;
        let same = name.bytes().zip(other.bytes());
        let shared = same.take_while(|(one, other)| one == other).count();
        let has_other = above.is_some_and(|(_, above)| above == sign) || shared >= SHARED;
        (sign == other_sign && has_other).then_some('\n')
    }

    /// The bracket that opens an address, or closes that of a link in Markdown.
    fn link(self) -> Option<char> {
        let is_address = self.after.starts_with("http://") || self.after.starts_with("https://");
        let word = self.after.split_ascii_whitespace().next();
        let closes = |word: &str| word.contains('>') && !word.contains('<');
        if is_address && word.is_some_and(closes) {
            return Some('<');
        }
        let (_, address) = self.before.rsplit_once("](")?;
        let ends = self
            .next()
            .is_none_or(|ch| " |,.".contains(ch) || is_wide_mark(ch));
        (ends && !address.contains([')', ' '])).then_some(')')
    }

    /// `中文?/td>`: the bracket of a tag.
    fn tag(self) -> Option<char> {
        let slash = usize::from(self.after.starts_with('/'));
        let rest = &self.after[slash..];
        let name = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let is_named = (1..=10).contains(&name) && rest.as_bytes()[0].is_ascii_alphabetic();
        let closed = match rest.as_bytes().get(name) {
            Some(b'>') => true,
            Some(b'/') => rest[name..].starts_with("/>"),
            Some(b' ') if rest[name..].starts_with(" />") => true,
            Some(b' ') => slash == 0 && rest.contains("=\"") && rest.contains('>'),
            _ => false,
        };
        let (opened, _) = self.count('<');
        // A quotation in Markdown begins with one.
        let is_outside = opened <= self.count('>').0;
        (is_named && closed && (is_outside || slash == 1)).then_some('<')
    }

    /// Half of a Markdown `**`: the other half opens or closes nothing by itself.
    fn star(self) -> Option<char> {
        let rest = self.after.trim_start_matches('*');
        let stars = self.after.len() - rest.len();
        let closes = self.before.matches("**").count() % 2 == 1;
        let opens = !rest.starts_with(' ') && rest.matches("**").count() % 2 == 1;
        (stars == 1 && (closes || opens)).then_some('*')
    }

    fn quotation_mark(self) -> Option<char> {
        let next = self.next();
        let ends = next.is_none_or(|ch| matches!(ch, ',' | ';' | ':' | ')' | ']' | '}' | '.'));
        let in_tag = {
            let (opened, _) = self.count('<');
            opened > self.count('>').0 && next.is_some_and(|ch| matches!(ch, '>' | ' ' | '/'))
        };
        // An apostrophe stands behind a letter.
        let apostrophe = self.before.rfind('\'').is_some_and(|at| {
            let letter = self.before[..at].chars().next_back();
            letter.is_some_and(|ch| ch.is_ascii_alphanumeric())
        });
        for mark in ['"', '\''] {
            let (before, after) = self.count(mark);
            let is_open = before % 2 == 1 && !(mark == '\'' && apostrophe);
            let is_balanced = after % 2 == 0 || next == Some(',');
            if is_open
                && (ends && is_balanced || in_tag && (is_balanced || is_attribute(self.after)))
            {
                return Some(mark);
            }
        }
        let (before, after) = self.count('"');
        let opens = before % 2 == 0 && after % 2 == 1 && !self.loses_more();
        (opens && !ends && !self.after.starts_with('"')).then_some('"')
    }

    fn bracket(self) -> Option<char> {
        let next = self.next();
        let (open, open_after) = self.count('(');
        let (close, close_after) = self.count(')');
        let ends = next.is_none_or(|ch| ",;:. *]".contains(ch) || is_wide_mark(ch));
        if open > close && close_after <= open_after && ends {
            return Some(')');
        }
        let first = self.after.find(['(', ')']);
        let closes = first.is_some_and(|at| self.after[at..].starts_with(')'));
        let lacks = open == close && close_after == open_after + 1 && closes;
        (lacks && !self.loses_more() && next != Some(')')).then_some('(')
    }

    /// A branch of a tree of folders begins a line, or the trunks before it do.
    fn branch(self) -> Option<char> {
        let mut rest = self.after;
        while let Some(trunk) = rest.strip_prefix("鈹?").or(rest.strip_prefix("鈹\u{FFFD}")) {
            rest = trunk.trim_start_matches(' ');
        }
        let is_branch = ["鈹溾攢", "鈹斺攢"]
            .iter()
            .any(|branch| rest.starts_with(branch));
        (is_branch && !self.before.is_empty()).then_some('\n')
    }

    /// What follows stands at the start of a line.
    fn line_end(self) -> Option<char> {
        if self.before.is_empty() {
            return None;
        }
        let indented = self.after.len() - self.after.trim_start_matches([' ', '\t']).len();
        let code = self.after.trim_start();
        let begins = |start: &&str| code.starts_with(start);
        // One space and a hyphen may well be within a line.
        let starts = indented != 1 && (LINE_STARTS.iter().any(begins) || is_numbered(code));
        let comment = self.before.trim_start();
        let is_comment = COMMENTS.iter().any(|mark| comment.starts_with(mark));
        // Code after a comment, which only the line's end ends.
        let is_code = !code.is_empty()
            && code.is_ascii()
            && (indented >= 2
                || code.starts_with(['}', '{', '@', '<'])
                || code.ends_with([';', '{'])
                || CODE_STARTS.iter().any(begins));
        let is_indented = indented >= 4 && code.contains(['(', '{', '}', ';', '=', '<', '"']);
        // As far to the right as this line.
        let is_aligned = indented >= 2 && self.before.len() - comment.len() == indented;
        (starts || is_comment && is_code || is_indented || is_aligned).then_some('\n')
    }

    /// A row that has one comma less than the row above.
    fn comma(self) -> Option<char> {
        let (before, after) = self.count(',');
        let above = self.above.matches(',').count();
        let is_row = above >= 2 && before + after + 1 == above;
        (is_row && self.next().is_some_and(|ch| ch != ',') && !self.loses_more()).then_some(',')
    }

    /// A row of words with commas of half width between them, without spaces.
    fn comma_of_words(self) -> Option<char> {
        let is_word = |ch: Option<char>| ch.is_some_and(|ch| !ch.is_ascii() && ch != '，');
        let between = |text: &str| {
            let mut found = 0;
            for (at, _) in text.match_indices(',') {
                let (before, after) = (&text[..at], &text[at + 1..]);
                let before = before.trim_end_matches('?').chars().next_back();
                found += usize::from(is_word(before) && is_word(after.chars().next()));
            }
            found
        };
        let wide = self.before.contains('，') || self.after.contains('，');
        let rows = between(self.before) + between(self.after);
        let is_next = |ch: char| !ch.is_ascii() && ch != '，' || ch.is_ascii_alphabetic();
        (!wide && rows >= 2 && self.next().is_some_and(is_next)).then_some(',')
    }

    /// The sign that opens a formula.
    fn dollar(self) -> Option<char> {
        let (before, after) = self.count('$');
        let next = self.next()?;
        let opens = next.is_ascii_alphabetic() || matches!(next, '\\' | '{' | '(' | '|');
        (opens && before % 2 == 0 && after % 2 == 1).then_some('$')
    }

    /// The dot of a name of a file.
    fn dot(self) -> Option<char> {
        let length = self
            .after
            .bytes()
            .take_while(u8::is_ascii_alphanumeric)
            .count();
        let behind = self.after[length..].chars().next();
        let ends = behind.is_none_or(|ch| ch.is_ascii_punctuation());
        (ends && EXTENSIONS.contains(&&self.after[..length])).then_some('.')
    }
}

/// The first two bytes of 。 and of ，, as a decoder of GBK reads them.
fn is_wide_mark(ch: char) -> bool {
    matches!(ch, '銆' | '锛')
}

/// Whether the rest of a tag begins with its end, or with another attribute.
fn is_attribute(rest: &str) -> bool {
    let name = rest.trim_start_matches(' ');
    let length = name
        .bytes()
        .take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
        .count();
    rest.starts_with(['>', '/']) || length > 0 && name[length..].starts_with("=\"")
}

/// Whether a line is an item of a numbered list.
fn is_numbered(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (1..=3).contains(&digits) && line[digits..].starts_with(". ")
}

/// A key at the start of a line, and the sign between it and its value.
fn key(line: &str) -> Option<(&str, char)> {
    let line = line.trim_start();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = line.bytes().take_while(|byte| is_part(byte)).count();
    let is_name = length >= 2 && line.as_bytes()[0].is_ascii_alphabetic();
    let sign = line[length..].chars().next();
    let is_sign = match sign {
        Some('=') => true,
        Some(':') => line[length + 1..].starts_with(' '),
        _ => false,
    };
    let sign = sign.filter(|_| is_name && is_sign)?;
    Some((&line[..length], sign))
}

/// Whether the last byte of a character in UTF-8 is 80.
pub(super) fn ends_in_80(ch: char) -> bool {
    u32::from(ch).trailing_zeros() >= 6
}

/// Represents any digit.
pub(super) const DIGIT: char = '0';

/// What something swallowed costs, after a context and in front of what follows, and what it was:
/// a space, the end of a line, or a [`DIGIT`], which costs so much more. In a date it was a digit.
pub(super) fn unsaid(context: Before, next: [Option<char>; 2], digit: f32) -> (f32, char) {
    /// How much likelier a line's end is than a space, beside what the model says, in nats.
    const LINE_END: f32 = 1.5;
    let price = |between: char| {
        let mut context = context;
        let own = context.read(between);
        let after = next.into_iter().map_while(|next| next);
        own + after.map(|next| context.read(next)).sum::<f32>()
    };
    let [space, end, digit] = [price(' '), price('\n') - LINE_END, price(DIGIT) + digit];
    let is_date = matches!(
        (context.last(), next[0]),
        ('年', Some('月')) | ('月', Some('日' | '号' | '號'))
    );
    if is_date || digit < space.min(end) {
        (digit, DIGIT)
    } else if end < space {
        (end, '\n')
    } else {
        (space, ' ')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_tells_digits_from_spaces() {
        for (before, next, swallowed) in [
            ("到2014年", ['月', '分'], '0'),
            ("壮丽航程】", ['神', '州'], '\n'),
        ] {
            let found = unsaid(Before::text(before), next.map(Some), 0.0);
            assert_eq!(found.1, swallowed, "{before}{next:?}");
        }
    }

    #[test]
    fn syntax_tells_what_was_swallowed() {
        for (before, after, swallowed) in [
            ("items = [\"单一供应商依赖", ", \"其他\"]", Some('"')),
            ("**快速诊断", "*：", Some('*')),
            ("（见附录", "", None),
            ("(见附录", "", Some(')')),
            ("张三", "男)", Some('(')),
            ("**快速诊断**：", "- 分析", Some('\n')),
            ("# 使用国内镜像加速", "[[tool.index]]", Some('\n')),
            ("// 读取文件", "    int size = 0;", Some('\n')),
            ("/* 读取文件", "*/", Some(' ')),
            ("<td>姓名", "/td>", Some('<')),
            ("<b>姓名</b>第一行", "br/>第二行", Some('<')),
            ("<img alt=\"图片", " src=\"a.png\">", Some('"')),
            ("见说明", "txt", Some('.')),
            ("今天的天气很好。", "我们去公园", None),
            ("it's 今天", "的", None),
            ("标签：后端,数据库", "缓存,消息,线程", Some(',')),
            ("标签：后端,数据库,缓存", "AI编程", Some(',')),
            ("> 更多信息：", "https://example.org/a>.", Some('<')),
            ("更多信息：", "https://example.org/a", None),
            ("> 见", "a target=\"_blank\" href=\"b\">这里</a>", Some('<')),
            ("各约三万条，", "br /> 包括", Some('<')),
            ("| [部署](#本地推理", " | 介绍了", Some(')')),
            ("[新特性 (文本块", "](https://example.org/a)", Some(')')),
            ("(使用第一个元素", "銆傝繑鍥", Some(')')),
            ("<code tip=\"展示页码。", " title=\"迷你\">少量", Some('"')),
            ("设点 $x$ 和", "y_1$ 相邻", Some('$')),
            ("关键词是", "*选择**。", Some('*')),
            ("全部完成。", "* 第一步", Some('\n')),
            ("├── data/   # 题库", "鈹?  鈹斺攢鈹? a.json", Some('\n')),
            ("│ 姓名", "鈹?  鈹?", None),
            ("取出蒸好的冬瓜", "11. 装盘", Some('\n')),
            ("| `inline` | 形态变体", "| `outline`", Some(' ')),
            ("| 类型 | ✅", "   |    ✅  |", Some(' ')),
            ("语料 | 有标注", "| 词表", Some(' ')),
            ("## 如何使用", "{#how-to-use}", Some(' ')),
            ("average=平均", "throughput=吞吐量", None),
            ("mode.1=线程", "mode.2=所有线程", Some('\n')),
            ("// 等同于", "function f(x) {", Some('\n')),
            ("// 返回", "f(x) 的值", None),
            ("  A->>B: 发送请求", "  B-->>A: OK", Some('\n')),
        ] {
            let place = Place {
                before,
                after,
                above: "",
            };
            assert_eq!(place.character(), swallowed, "{before} {after}");
        }
        let row = Place {
            before: "2,李四",
            after: "男,上海",
            above: "1,张三,男,北京",
        };
        assert_eq!(row.character(), Some(','));
        let record = Place {
            before: "average=平均",
            after: "throughput=吞吐量",
            above: "aggregate=聚合",
        };
        assert_eq!(record.character(), Some('\n'));
    }
}
