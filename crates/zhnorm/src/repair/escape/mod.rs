//! Escapes that were never read: the text of a page with its entities, of a script with its
//! `\u4e2d`, of an address with its `%E4%B8%AD`, of a mail with its `=?gb2312?B?…?=`.
//!
//! An escape may also be what an article is about, so each is read only on evidence: it is
//! for Chinese or for what is written with it, beside Chinese text or more escapes, and neither
//! in an address nor in what looks like code. Escapes of escapes (`&amp;nbsp;`) are read down to
//! the character.

use std::ops::Range;
use zhnorm_lang::boundary;

use super::edits::Edit;

mod bytes;
mod context;
mod entity;
mod mail;
mod script;

/// An escape that was found and read.
struct Read {
    rule: &'static str,
    span: Range<usize>,
    after: String,
    /// Its surroundings are evidence enough; otherwise it is read only near one that has.
    evident: bool,
}

/// A row of escapes that was looked at. Whether it is read is decided for the whole row, so the
/// search goes on after it either way: that keeps it linear.
struct Row {
    end: usize,
    read: Option<Read>,
}

/// Escapes no further apart than this, in bytes of one line, are of one hand.
const NEAR: usize = 80;

/// Whether an escape may be at a character that escapes are known by, from what is next to it:
/// `false` is certain.
pub(super) fn may_be_at(bytes: &[u8], at: usize) -> bool {
    let next = |ahead: usize| bytes.get(at + ahead).copied().unwrap_or(0);
    match bytes.get(at) {
        Some(b';') => entity::may_end_at(bytes, at),
        Some(b'\\') => match next(1) {
            b'u' => true,
            b'x' => matches!(next(2), b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F'),
            b'2' | b'3' => matches!(next(2), b'0'..=b'7') && matches!(next(3), b'0'..=b'7'),
            _ => false,
        },
        Some(b'%') => next(1) == b'u' || bytes::may_be_digits(b'%', [next(1), next(2)]),
        // A line that is broken may open a row.
        Some(b'=') => {
            matches!(next(1), b'?' | b'\n' | b'\r')
                || bytes::may_be_digits(b'=', [next(1), next(2)])
        }
        _ => false,
    }
}

/// Finds the escapes that are to be read, at places where they [may be](may_be_at), which rise.
pub(super) fn find(text: &str, places: &[usize]) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut read: Vec<Read> = Vec::new();
    let mut done = 0;
    for &at in places {
        if at < done {
            continue;
        }
        let row = match bytes[at] {
            b'=' => continue,
            b';' => Row {
                end: done,
                read: entity::ending_at(text, at, done),
            },
            b'\\' if bytes.get(at + 1) != Some(&b'u') => bytes::backslash(text, at),
            b'\\' => script::backslash(text, at),
            _ if bytes.get(at + 1) == Some(&b'u') => script::percent(text, at),
            _ => bytes::percent(text, at),
        };
        done = row.end;
        if let Some(found) = row.read {
            done = found.span.end;
            read.push(found);
        }
    }
    let mut mails = Vec::new();
    let mut done = 0;
    for &at in places {
        if at < done || bytes[at] != b'=' {
            continue;
        }
        let row = match mail::word(text, at) {
            Some(word) => Row {
                end: word.span.end,
                read: Some(word),
            },
            None => bytes::quoted_printable(text, at),
        };
        done = row.end;
        mails.extend(row.read);
    }
    if !mails.is_empty() {
        read.retain(|one| {
            let after = mails.partition_point(|mail| mail.span.end <= one.span.start);
            let mail = mails.get(after);
            mail.is_none_or(|mail| one.span.end <= mail.span.start)
        });
        read.extend(mails);
        read.sort_by_key(|one| one.span.start);
    }
    if read.is_empty() {
        return Vec::new();
    }
    context::Context::new(text).judge(&mut read);
    spread(text, &mut read);
    read.retain(|one| one.evident && text[one.span.clone()] != one.after);
    if read.len() > MANY {
        join_rows(&mut read);
    }
    read.into_iter()
        .map(|one| Edit {
            rule: one.rule,
            span: one.span,
            after: one.after,
            confidence: 0.97,
            more: None,
        })
        .collect()
}

/// With more escapes than this, those that touch each other become one edit: a list of a million
/// edits tells no one more, and takes hundreds of megabytes.
const MANY: usize = 10_000;

/// Joins escapes of one kind that touch each other.
fn join_rows(read: &mut Vec<Read>) {
    read.dedup_by(|next, row| {
        let joined = row.rule == next.rule && row.span.end == next.span.start;
        if joined {
            row.span.end = next.span.end;
            row.after.push_str(&next.after);
        }
        joined
    });
}

/// Makes evident what is near something evident of the same kind.
fn spread(text: &str, read: &mut [Read]) {
    let length = read.len();
    let mut carry = |order: &mut dyn Iterator<Item = usize>| {
        let mut last: Option<usize> = None;
        for index in order {
            if let Some(last) = last {
                let (a, b) = (&read[last.min(index)], &read[last.max(index)]);
                let near = a.rule == b.rule
                    && b.span.start - a.span.end <= NEAR
                    && !text[a.span.end..b.span.start].contains('\n');
                read[index].evident |= near;
            }
            if read[index].evident {
                last = Some(index);
            }
        }
    };
    carry(&mut (0..length));
    carry(&mut (0..length).rev());
}

/// Bytes of a line that are looked at on each side of an escape.
const REACH: usize = 120;

/// What is on the line before a place, not further than [`REACH`].
fn line_before(text: &str, at: usize) -> &str {
    let line = &text[boundary::floor(text, at.saturating_sub(REACH))..at];
    line.rsplit('\n').next().unwrap_or(line)
}

/// What is on the line after a place, not further than [`REACH`].
fn line_after(text: &str, at: usize) -> &str {
    let end = boundary::floor(text, (at + REACH).min(text.len()));
    let line = &text[at..end.max(at)];
    line.split('\n').next().unwrap_or(line)
}

/// Whether the line around a place reads like code.
fn is_code(text: &str, span: &Range<usize>) -> bool {
    /// What prose does not write.
    const CODE: &[&str] = &[
        "</", "/>", "==", "=>", "->", "();", ");", "&&", "||", "\\n", "\\d", "[\\", "\\x", "=\"",
        "='", "${", "{\"", "\":",
    ];
    let (before, after) = (line_before(text, span.start), line_after(text, span.end));
    CODE.iter()
        .any(|mark| before.contains(mark) || after.contains(mark))
        || before.matches('`').count() % 2 == 1
        || encloses(before, after)
}

/// Whether the line around a place speaks of escapes.
fn is_about_escapes(text: &str, span: &Range<usize>) -> bool {
    const TOPICS: &[&str] = &[
        "正则", "转义", "轉義", "实体", "實體", "编码", "編碼", "entity", "escape", "unicode",
        "Unicode", "UTF-8", "ASCII", "HTML", "html", "regex",
    ];
    let (before, after) = (line_before(text, span.start), line_after(text, span.end));
    TOPICS
        .iter()
        .any(|topic| before.contains(topic) || after.contains(topic))
}

/// Whether a place is quoted: an article that names an escape quotes it.
fn encloses(before: &str, after: &str) -> bool {
    let pair = (before.chars().next_back(), after.chars().next());
    matches!(
        pair,
        (Some('"'), Some('"'))
            | (Some('\''), Some('\''))
            | (Some('“'), Some('”'))
            | (Some('‘'), Some('’'))
            | (Some('「'), Some('」'))
            | (Some('『'), Some('』'))
            | (Some('('), Some(')'))
            | (Some('（'), Some('）'))
            | (Some('['), Some(']'))
            | (Some('【'), Some('】'))
    )
}

/// Whether the run of ASCII before a place is part of an address or a query.
fn is_address(text: &str, at: usize) -> bool {
    /// Longer than addresses are.
    const LONGEST: usize = 2000;
    /// So many bytes are looked at together, which a compiler makes one step of.
    const STEP: usize = 64;
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || !byte.is_ascii();
    let bytes = &text.as_bytes()[at.saturating_sub(LONGEST)..at];
    let mut length = 0;
    for step in bytes.rchunks(STEP) {
        if step.iter().fold(false, |found, byte| found | is_end(byte)) {
            length += step.iter().rev().take_while(|byte| !is_end(byte)).count();
            break;
        }
        length += step.len();
    }
    let token = &bytes[bytes.len() - length..];
    memchr::memchr2(b'/', b'=', token).is_some()
        || memchr::memmem::find(token, b"www.").is_some()
        || token.last().is_some_and(|last| b"&?_@".contains(last))
}

/// Ideographs and the marks of Chinese: what an escape in a Chinese article represents.
fn is_chinese(ch: char) -> bool {
    matches!(
        ch,
        '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
            | '\u{20000}'..='\u{2FA1F}' | '\u{FF01}'..='\u{FF60}' | '“' | '”' | '‘' | '’' | '—' | '…' | '·'
    )
}

/// Whether Chinese is next to a place, directly.
fn is_beside_chinese(text: &str, span: &Range<usize>) -> bool {
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    before.is_some_and(is_chinese) || after.is_some_and(is_chinese)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &str) -> String {
        let mut unescaped = String::new();
        let mut copied = 0;
        for edit in find(text, &crate::repair::scan::scan(text).escapes) {
            unescaped.push_str(&text[copied..edit.span.start]);
            unescaped.push_str(&edit.after);
            copied = edit.span.end;
        }
        unescaped + &text[copied..]
    }

    #[test]
    fn very_many_escapes_in_a_row_are_one_edit() {
        let edits = |times: usize| {
            let text = "好&#20013;&#22269;，\n".repeat(times);
            find(&text, &crate::repair::scan::scan(&text).escapes)
        };
        assert_eq!(edits(10).len(), 20);
        let many = edits(MANY);
        assert_eq!(many.len(), MANY);
        assert!(many.iter().all(|edit| edit.after == "中国"));
    }

    #[test]
    fn entities_in_chinese_text_are_read() {
        for (escaped, written) in [
            ("&#20013;&#25991;", "中文"),
            ("&#x4e2d;&#X6587;", "中文"),
            ("今天&nbsp;&nbsp;很好", "今天\u{a0}\u{a0}很好"),
            ("今天&amp;nbsp;很好", "今天\u{a0}很好"),
            ("&amp;amp;#20013;文", "中文"),
            ("(今天#xff09;好", "(今天）好"),
            ("他说&ldquo;好&rdquo;。", "他说“好”。"),
            ("比尔&#183;盖茨", "比尔·盖茨"),
            ("大家好&#55357;&#56832;今天", "大家好😀今天"),
            ("A股&gt;B股的公司", "A股>B股的公司"),
            ("研发&amp;生产部门", "研发&生产部门"),
            (
                "&nbsp;&nbsp; 今年的粮食收成很好。",
                "\u{a0}\u{a0} 今年的粮食收成很好。",
            ),
            ("&nbsp; 今年的粮食收成很好。", "\u{a0} 今年的粮食收成很好。"),
            ("`[a]`&nbsp;– 匹配这一个字符", "`[a]`\u{a0}– 匹配这一个字符"),
            ("北京&middot;上海，四&times;四", "北京·上海，四×四"),
        ] {
            assert_eq!(unescaped(escaped), written);
        }
    }

    #[test]
    fn entities_in_code_and_in_talk_of_them_stay() {
        for text in [
            "使用 &nbsp; 表示空格",
            "空格要写成 &nbsp; 才能保留下来",
            "&nbsp; 是不换行空格的写法",
            "用“&nbsp;”表示空格",
            "`&lt;p&gt;` 是段落",
            "if (a &lt; b) { return; }",
            "AT&amp;T",
            "Hello&nbsp;world",
            "HTML 中用&nbsp;表示空格",
            "&戴得好唔好;",
            "颜色#fff;好",
        ] {
            assert_eq!(unescaped(text), text);
        }
    }

    #[test]
    fn escapes_of_scripts_are_read() {
        for (escaped, written) in [
            ("\\u4e2d\\u6587", "中文"),
            ("他说\\u597d", "他说好"),
            ("%u4E2D%u6587", "中文"),
            ("\\u6c14\\u6e29\\u662f10\\u2103\\u3002", "气温是10℃。"),
            (
                "\\u7a46\\u8d6b\\u5e93-\\u514b\\u91cc\\u6c83",
                "穆赫库-克里沃",
            ),
            (
                "\\u4e2d\\u6587 ABC \\u7cfb\\u7edf\\uff0c",
                "中文 ABC 系统，",
            ),
        ] {
            assert_eq!(unescaped(escaped), written);
        }
        for text in [
            "[\\u4e00-\\u9fa5]",
            "var s = \"\\u4e2d\\u6587\";",
            "C:\\users\\u4e2d",
            "Unicode 写作 \\u4e2d\\u6587",
        ] {
            assert_eq!(unescaped(text), text);
        }
    }

    #[test]
    fn bytes_of_programs_are_read() {
        for (escaped, written) in [
            ("\\xe4\\xb8\\xad\\xe6\\x96\\x87", "中文"),
            ("他说\\344\\270\\255\\346\\226\\207。", "他说中文。"),
            ("\\u{4e2d}\\u{6587}", "中文"),
        ] {
            assert_eq!(unescaped(escaped), written);
        }
        for text in [
            "b'\\xe4\\xb8\\xad\\xe6\\x96\\x87'",
            "s = \"\\xe4\\xb8\\xad\\xe6\\x96\\x87\";",
            "中文的 UTF-8 编码是 \\xe4\\xb8\\xad\\xe6\\x96\\x87",
            "\\xe4",
            "C:\\344\\270\\255",
        ] {
            assert_eq!(unescaped(text), text);
        }
    }

    #[test]
    fn rows_that_are_not_read_take_linear_time() {
        // Read again from each escape on, a row of half a megabyte takes minutes.
        let started = std::time::Instant::now();
        for (unit, count, end) in [
            ("\\u4e2d", 80_000, "\\u4"),
            ("%u4E2D", 80_000, "=/"),
            ("=\n", 200_000, ""),
            ("=E4=B8=AD\n&amp;", 40_000, ""),
        ] {
            let text = format!("?q={}{end}", unit.repeat(count));
            find(&text, &crate::repair::scan::scan(&text).escapes);
        }
        let address = format!("http://host/{}", "%E4%B8%AD".repeat(50_000));
        assert_eq!(unescaped(&address), address);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn percent_escapes_are_read_outside_addresses() {
        for (escaped, written) in [
            ("%E4%B8%AD%E6%96%87", "中文"),
            ("%D6%D0%CE%C4", "中文"),
            ("标题:%E4%BD%A0%E5%A5%BD", "标题:你好"),
        ] {
            assert_eq!(unescaped(escaped), written);
        }
        for text in [
            "https://example.org/wiki/%E4%B8%AD%E6%96%87",
            "q=%E4%B8%AD%E6%96%87",
            "增长 50%E 的",
            "see %20%20 and %41%42",
        ] {
            assert_eq!(unescaped(text), text);
        }
    }

    #[test]
    fn escapes_of_mail_are_read() {
        for (escaped, written) in [
            ("=?gb2312?B?1tDOxA==?=", "中文"),
            ("=?utf-8?b?5Lit?= =?utf-8?b?5paH?=", "中文"),
            ("=?GBK?Q?=D6=D0_A?=", "中 A"),
            ("主题：=?big5?B?pKSk5Q==?=", "主题：中文"),
            ("=E4=B8=AD=E6=96=87", "中文"),
            ("=E4=B8=AD=\n=E6=96=87", "中文"),
        ] {
            assert_eq!(unescaped(escaped), written);
        }
        for text in ["a=B4=C5", "=?x?B?!!?=", "1=E4=B8", "x==E4=B8=ADy"] {
            assert_eq!(unescaped(text), text);
        }
    }
}
