//! What a single line shows of the format that it was written in: a cue's times, a row of columns,
//! program text, a speaker's name.

use super::fold::is_chinese;

/// Whether a line ends as a sentence does.
pub(super) fn ends_sentence(line: &str) -> bool {
    let inner = line.trim_end_matches(['”', '"', '」', '』', '’', ')', '）', '\'']);
    inner.ends_with(['。', '！', '？', '；', '，', '!', '?', ';'])
}

/// The times of a cue in the usual formats of subtitles.
pub(super) fn is_cue(line: &str) -> bool {
    let bytes = line.as_bytes();
    if line.starts_with("Dialogue:") || line.starts_with("Comment:") {
        return memchr::memchr_iter(b',', bytes).count() >= 8;
    }
    if memchr::memchr(b'>', bytes).is_none() {
        return false;
    }
    if let Some(arrow) = memchr::memmem::find(bytes, b"-->") {
        return bytes[..arrow].iter().any(u8::is_ascii_digit)
            && bytes[arrow..].iter().any(u8::is_ascii_digit)
            && memchr::memchr(b':', &bytes[..arrow]).is_some();
    }
    false
}

/// A line that begins with its time in brackets, as `[01:02.50]` in lyrics and transcripts.
pub(super) fn is_stamped(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes
        .strip_prefix(b"[")
        .or_else(|| bytes.strip_prefix(b"("))
        .is_some_and(|rest| {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (1..=2).contains(&digits)
                && rest.get(digits) == Some(&b':')
                && rest.get(digits + 1).is_some_and(u8::is_ascii_digit)
        })
}

/// A line of a program's log: a full time at its start and text after it, or a level.
pub(super) fn is_logged(line: &str) -> bool {
    let inner = line.trim_start_matches(['[', '(']);
    let level = inner.starts_with(|char: char| char.is_ascii_uppercase())
        && ["INFO", "WARN", "ERROR", "DEBUG", "TRACE", "FATAL", "NOTICE"]
            .iter()
            .any(|level| {
                inner
                    .strip_prefix(level)
                    .is_some_and(|rest| rest.starts_with([' ', ':', ']', '\t']))
            });
    level || (starts_with_time(inner) && line.len() > 28)
}

/// Whether a line starts with a date and a time of day, as `2024-01-02 03:04:05`.
fn starts_with_time(line: &str) -> bool {
    if !line.starts_with(|char: char| char.is_ascii_digit()) {
        return false;
    }
    let head = &line.as_bytes()[..line.len().min(30)];
    let digits = head.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits >= 9 && head.contains(&b':') && (head.contains(&b'-') || head.contains(&b'/'))
}

/// The line above a message in a chat export: a name and a time, in either order.
pub(super) fn is_message_head(line: &str) -> bool {
    if line.len() > 90 || ends_sentence(line) {
        return false;
    }
    let time = time_of_day(line);
    let Some(at) = time else { return false };
    let rest = line.len() - at.len();
    // Something that is not part of the date: a name, an account.
    let named = line
        .chars()
        .any(|char| char.is_alphabetic() && !"年月日上午下晚星期周一二三四五六".contains(char));
    named && rest <= 60 && starts_with_time(line) && line.ends_with([')', '>', '）'])
}

/// A time of day alone, as some chat exports give above each message.
pub(super) fn is_bare_time(line: &str) -> bool {
    time_of_day(line).is_some()
        && line.chars().all(|char| {
            char.is_ascii_digit() || " :-/.年月日上下午晚昨今天星期周一二三四五六".contains(char)
        })
}

/// The part of a line that is a time of day: `12:34` or `12:34:56`.
fn time_of_day(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let colon = memchr::memchr_iter(b':', bytes).find(|&at| {
        at >= 1
            && bytes[at - 1].is_ascii_digit()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            && bytes.get(at + 2).is_some_and(u8::is_ascii_digit)
    })?;
    let start = colon
        - bytes[..colon]
            .iter()
            .rev()
            .take(2)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
    let end = colon
        + 1
        + bytes[colon + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit() || **byte == b':')
            .count();
    line.get(start..end)
}

/// A heading of Markdown.
pub(super) fn is_heading(line: &str) -> bool {
    let inner = line.trim_start_matches('#');
    let level = line.len() - inner.len();
    (1..=6).contains(&level) && inner.starts_with(' ')
}

/// A row of columns.
pub(super) fn is_row(line: &str) -> bool {
    if line.contains('\t') || (line.starts_with('|') && line.ends_with('|') && line.len() > 2) {
        return true;
    }
    let commas = memchr::memchr_iter(b',', line.as_bytes()).count();
    if commas < 2 {
        return false;
    }
    let spaced = memchr::memmem::find_iter(line.as_bytes(), b", ").count();
    spaced * 2 <= commas && !line.contains(['。', '，'])
}

/// Program text, markup or a setting.
pub(super) fn is_code(line: &str) -> bool {
    const STARTS: [&str; 44] = [
        "//",
        "/*",
        "*/",
        "#include",
        "#define",
        "#if",
        "#endif",
        "import ",
        "from ",
        "def ",
        "class ",
        "return",
        "if (",
        "if(",
        "for (",
        "for(",
        "while ",
        "var ",
        "let ",
        "const ",
        "public ",
        "private ",
        "protected ",
        "static ",
        "function ",
        "void ",
        "int ",
        "msgid \"",
        "msgstr \"",
        "#: ",
        "</",
        "<!--",
        "<?",
        "print(",
        "else",
        "try",
        "@",
        "using ",
        "package ",
        "export ",
        "async ",
        "fn ",
        "use ",
        "echo ",
    ];
    let bytes = line.as_bytes();
    let Some(&last) = bytes.last() else {
        return false;
    };
    let ends = match last {
        b'{' | b'}' | b'\\' => true,
        b';' => !line.contains(['，', '。', '、']),
        b',' => bytes.contains(&b'"') || bytes.contains(&b':') || bytes.contains(&b'\''),
        b'>' => bytes[0] == b'<',
        b'(' | b'[' | b']' => bytes.is_ascii() || bytes[0] == b'[',
        b':' => line.is_ascii() && (line.contains('(') || line.starts_with("class ")),
        _ => false,
    };
    // Most lines begin with a Chinese character.
    let starts = || bytes[0].is_ascii() && STARTS.iter().any(|start| line.starts_with(start));
    ends || starts() || is_tag(bytes) || is_request(bytes) || is_pair(line)
}

/// Whether a line is a request of roff, in which manual pages are written: `.SH`, `.B name`, `.\"`.
fn is_request(bytes: &[u8]) -> bool {
    let Some((b'.' | b'\'', request)) = bytes.split_first() else {
        return false;
    };
    let letters = request.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let is_end = |at: usize| request.get(at).is_none_or(u8::is_ascii_whitespace);
    request.starts_with(b"\\\"") || matches!(letters.count(), at @ 1..=3 if is_end(at))
}

/// Whether a line begins with a tag.
fn is_tag(bytes: &[u8]) -> bool {
    bytes[0] == b'<'
        && bytes.get(1).is_some_and(u8::is_ascii_alphabetic)
        && memchr::memchr(b'>', bytes).is_some()
}

/// A key and its value: `name = value`, `"name": value`, `[section]`.
fn is_pair(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix('"') {
        return rest.find('"').is_some_and(|end| {
            let after = rest[end + 1..].trim_start();
            after.starts_with(':') || after.starts_with('=')
        });
    }
    line.split_once('=').is_some_and(|(key, value)| {
        let key = key.trim_end();
        !key.is_empty()
            && key.chars().count() <= 40
            && !value.starts_with(['=', '>'])
            && key
                .chars()
                .all(|char| char.is_alphanumeric() || "_.-$[]\"'* ".contains(char))
            && key.split(' ').count() <= 3
            && !line.contains(['。', '，'])
    })
}

/// A word and its gloss: Chinese beside pinyin, bopomofo or another language.
pub(super) fn is_glossed(line: &str) -> bool {
    if line.len() > 150 {
        return false;
    }
    let (mut han, mut latin, mut bopomofo, mut kana) = (0, 0, 0, 0);
    for char in line.chars() {
        match char {
            _ if is_chinese(char) => han += 1,
            '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' => bopomofo += 1,
            '\u{3041}'..='\u{30FF}' => kana += 1,
            'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' => latin += 1,
            _ => {}
        }
    }
    han > 0 && han <= 24 && (latin >= 3 && latin >= han || bopomofo > 0 || kana > 0)
}

/// A choice in an exercise: `A. …`, `B、…`.
pub(super) fn is_choice(line: &str) -> bool {
    let mut chars = line.trim_start_matches(['(', '（']).chars();
    matches!(chars.next(), Some('A'..='D' | 'Ａ'..='Ｄ'))
        && matches!(
            chars.next(),
            Some('.' | '．' | '、' | ')' | '）' | '：' | ':')
        )
}

/// The name before a line's first colon, as in a chat, a play or an interview.
pub(super) fn speaker(line: &str) -> Option<&str> {
    let at = line.find(['：', ':'])?;
    let name = line[..at].trim();
    let is_name = !name.is_empty()
        && name.chars().count() <= 10
        && name
            .chars()
            .all(|char| char.is_alphanumeric() || " _-·.（）()".contains(char))
        && name.chars().any(char::is_alphabetic);
    is_name.then_some(name)
}
