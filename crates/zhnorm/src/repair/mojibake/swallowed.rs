//! The ASCII character that a decoder swallowed with a lost byte.
//!
//! A decoder of GBK that finds a lead byte and a byte below 40 after it writes one `?` for both. Of
//! UTF-8 text this happens at the last byte of a character before a space, a digit, a mark or a line
//! end. No reading of the remaining bytes brings that character back, but syntax often does: a
//! quotation mark or bracket that is open and never closed, half of a Markdown `**`, a tag without
//! its `<`, a row with one comma less than the row above, the start of a list item in the middle of
//! a line. Where syntax does not say, the model chooses between a space, the end of a line and a digit
//! ([`unsaid`]); which digit it was nothing tells.

use super::balance::is_wide_mark;
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
            .or_else(|| self.dollar_of_template())
            .or_else(|| self.quotation_mark())
            .or_else(|| self.bracket())
            .or_else(|| self.angle_bracket())
            .or_else(|| self.hyphen())
            .or_else(|| self.branch())
            .or_else(|| self.line_end())
            .or_else(|| self.comma())
            .or_else(|| self.comma_of_words())
            .or_else(|| self.dollar())
            .or_else(|| self.dot())
    }

    pub(super) fn next(self) -> Option<char> {
        self.after.chars().next()
    }

    pub(super) fn count(self, mark: char) -> (usize, usize) {
        (
            self.before.matches(mark).count(),
            self.after.matches(mark).count(),
        )
    }

    /// Whether more was lost on the rest of the line, so that its marks cannot be counted.
    pub(super) fn loses_more(self) -> bool {
        self.after.contains(['?', '\u{FFFD}'])
    }

    /// The end of a comment has a space before it, or a line's end where the comment began above.
    fn space_in_comment(self) -> Option<char> {
        let [opens, _] = *[["/*", "*/"], ["<!--", "-->"]]
            .iter()
            .find(|[_, closes]| self.after.starts_with(closes))?;
        Some(if self.before.contains(opens) {
            ' '
        } else {
            '\n'
        })
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
        let has_other = above.is_some_and(|(_, above)| above == sign)
            || shared >= SHARED
            || self.above.trim_end() == "---";
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

    /// The first of the hyphens of a long option behind a short one: `-A或--append`.
    fn hyphen(self) -> Option<char> {
        let name = self.after.strip_prefix('-')?;
        let short = self.before.trim_end_matches(|ch: char| !ch.is_ascii());
        let mut short = short.bytes().rev();
        let is_short = short
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
        let is_short = is_short && short.next() == Some(b'-');
        (is_short && name.starts_with(|ch: char| ch.is_ascii_alphabetic())).then_some('-')
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
        let is_word = |ch: char| !ch.is_ascii() && ch != '，' || ch.is_ascii_alphanumeric();
        let between = |text: &str| {
            let mut found = 0;
            for (at, _) in text.match_indices(',') {
                let (before, after) = (&text[..at], &text[at + 1..]);
                let before = before.trim_end_matches('?').chars().next_back();
                let sides = before.zip(after.chars().next());
                let are_words = |(one, other)| is_word(one) && is_word(other);
                let is_foreign = |(one, other): (char, char)| !one.is_ascii() || !other.is_ascii();
                found +=
                    usize::from(sides.is_some_and(|sides| are_words(sides) && is_foreign(sides)));
            }
            found
        };
        let wide = self.before.contains('，') || self.after.contains('，');
        let rows = between(self.before) + between(self.after);
        let is_next = |ch: char| !ch.is_ascii() && ch != '，' || ch.is_ascii_alphabetic();
        (!wide && rows >= 2 && self.next().is_some_and(is_next)).then_some(',')
    }

    /// The dot of a name of a file, or the first of three.
    fn dot(self) -> Option<char> {
        if self.after.starts_with("..") && !self.after.starts_with("...") {
            return Some('.');
        }
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
            ("处理多个", "*閫昏緫鍏虫敞鐐?*鐨勭粍浠朵腑", Some('*')),
            ("处理多个**逻辑关注点", "*的组件中", Some('*')),
            ("最少", "{min}个", None),
            ("须为${len}个", "{label}", Some('$')),
            ("凉粉", "冰粉)成品](./石凉粉?", Some('(')),
            ("放在数组中(下标", "銆傜劧鍚庤皟鐢?f(x)", Some(')')),
            ("<备份档", "鎴?-file=<备份档>", Some('>')),
            ("-A或", "-append：附加", Some('-')),
            ("会去办", "..你跟着他学", Some('.')),
            ("  速度曲线。", "*/", Some('\n')),
            ("标签：后端,AI编程,AI辅助开发", "重构", Some(',')),
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
