//! Character references of HTML: `&#20013;`, `&#x4e2d;`, `&nbsp;`, escaped twice
//! (`&amp;nbsp;`), or without the ampersand that a filter took (`#xff09;`).

use std::ops::Range;
use zhnorm_lang::characters::is_private_use;

use super::{
    Read, is_about_escapes, is_beside_chinese, is_chinese, is_code, line_after, line_before,
};

/// The names that occur in running text, with what they stand for.
const NAMES: &[(&str, &str)] = &[
    ("nbsp", "\u{A0}"),
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("middot", "·"),
    ("bull", "•"),
    ("times", "×"),
    ("deg", "°"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("yen", "¥"),
    ("sect", "§"),
    ("plusmn", "±"),
    ("divide", "÷"),
    ("ensp", "\u{2002}"),
    ("emsp", "\u{2003}"),
    ("thinsp", "\u{2009}"),
    ("permil", "‰"),
    ("euro", "€"),
    ("rarr", "→"),
    ("larr", "←"),
    ("zwnj", "\u{200C}"),
    ("zwj", "\u{200D}"),
    ("shy", "\u{AD}"),
];

/// Longer than any reference, escaped several times over.
const LONGEST: usize = 32;

/// Whether a reference may end with the semicolon at `end`: one has an ampersand or a number sign,
/// or is a name that is known without.
pub(super) fn may_end_at(bytes: &[u8], end: usize) -> bool {
    let before = &bytes[end.saturating_sub(LONGEST)..end];
    let parts = before.iter().rev().take_while(|byte| is_part(**byte));
    let mut length = 0;
    for byte in parts {
        if matches!(byte, b'&' | b'#') {
            return true;
        }
        length += 1;
    }
    is_bare_name(&before[before.len() - length..])
}

/// Whether a name is known without its ampersand; most are common enough as words.
fn is_bare_name(name: &[u8]) -> bool {
    matches!(
        name,
        b"nbsp" | b"ldquo" | b"rdquo" | b"hellip" | b"mdash" | b"middot" | b"quot"
    )
}

/// Reads the reference that ends with the semicolon at `end`, not from before `least`.
pub(super) fn ending_at(text: &str, end: usize, least: usize) -> Option<Read> {
    let bytes = text.as_bytes();
    let mut start = end;
    while start > least && end - start < LONGEST && is_part(bytes[start - 1]) {
        start -= 1;
    }
    let token = &text[start..end];
    let Some(ampersand) = token.rfind('&') else {
        return stripped(text, start, end);
    };
    let reference = start + ampersand;
    match &text[reference + 1..end] {
        "amp" => escaped(text, reference, end),
        name => decide(text, reference..end + 1, &value(name)?, true),
    }
}

/// Reads what follows `&amp;`: another reference that it escapes, or the ampersand itself.
fn escaped(text: &str, start: usize, end: usize) -> Option<Read> {
    let mut from = end + 1;
    // Escaped more than once: `&amp;amp;`.
    while text[from..].starts_with("amp;") {
        from += 4;
    }
    let rest = &text.as_bytes()[from..];
    let length = rest
        .iter()
        .take(LONGEST)
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
        .count();
    if rest.get(length) == Some(&b';')
        && let Some(value) = value(&text[from..from + length])
    {
        return decide(text, start..from + length + 1, &value, true);
    }
    decide(text, start..from, "&", true)
}

/// Reads a reference whose ampersand is gone.
fn stripped(text: &str, start: usize, end: usize) -> Option<Read> {
    let token = &text[start..end];
    if let Some(hash) = token.rfind('#') {
        // Something before the number sign belongs to another word.
        let reference = start + hash;
        let value = value(&text[reference..end])?;
        let only_chinese = value.chars().all(is_chinese);
        // After a word it has to be written in full.
        let whole = hash == 0 || text[reference..end].starts_with("#x") && end - reference >= 6;
        return if only_chinese && whole {
            decide(text, reference..end + 1, &value, false)
        } else {
            None
        };
    }
    let known = is_bare_name(token.as_bytes());
    let alone = !text[..start].ends_with(|ch: char| ch.is_ascii() && ch != ';' && ch != '\n');
    if known && alone {
        return decide(text, start..end + 1, &value(token)?, false);
    }
    None
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'#' || byte == b'&'
}

/// What a reference without `&` and `;` represents.
fn value(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned());
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) if (2..=6).contains(&digits.len()) => u32::from_str_radix(digits, 16).ok()?,
        None if (2..=7).contains(&number.len()) => number.parse().ok()?,
        _ => return None,
    };
    match code {
        // Numbers that HTML reads as Windows-1252.
        0x80..=0x9F => {
            let byte = [code as u8];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            Some(text.into_owned())
        }
        // Private use says nothing here, and a surrogate is half of a pair.
        _ if char::from_u32(code).is_some_and(is_private_use) => None,
        0xD800..=0xDFFF => Some(format!("\u{FFFC}{code}")),
        0x20..=0x7E | 0xA0.. => char::from_u32(code).map(String::from),
        _ => None,
    }
}

fn decide(text: &str, mut span: Range<usize>, value: &str, whole: bool) -> Option<Read> {
    let mut after = value.to_owned();
    if let Some(high) = value.strip_prefix('\u{FFFC}') {
        let (ch, end) = surrogates(text, high.parse().ok()?, span.end)?;
        after = ch.to_string();
        span.end = end;
    }
    let chinese = after.chars().all(is_chinese);
    let typographic = chinese && !value.starts_with('\u{FFFC}');
    if (is_code(text, &span) || !typographic && is_about_escapes(text, &span))
        && !(chinese && in_row(text, &span))
    {
        return None;
    }
    let evident = if chinese && whole {
        is_beside_chinese(text, &span) || in_row(text, &span) || is_line(text, &span)
    } else {
        is_beside_chinese(text, &span)
            || in_row(text, &span) && line_is_chinese(text, &span)
            || whole && is_spacing_or_mark(value) && stands_in_prose(text, &span)
    };
    Some(Read {
        rule: "escape.entity",
        span,
        after,
        evident,
    })
}

/// The second half of a pair of surrogates, each written as a reference.
fn surrogates(text: &str, high: u32, at: usize) -> Option<(char, usize)> {
    let rest = text.get(at..)?.strip_prefix("&#")?;
    let digits = rest.find(';').filter(|length| *length <= 6)?;
    let low: u32 = rest[..digits].parse().ok()?;
    if !(0xD800..0xDC00).contains(&high) || !(0xDC00..0xE000).contains(&low) {
        return None;
    }
    let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    Some((char::from_u32(code)?, at + 2 + digits + 1))
}

/// Whether another reference is next to this one.
fn in_row(text: &str, span: &Range<usize>) -> bool {
    text[span.end..].starts_with('&') || text[..span.start].ends_with(';')
}

/// Whether the reference is all that the line holds.
fn is_line(text: &str, span: &Range<usize>) -> bool {
    line_before(text, span.start).trim().is_empty() && line_after(text, span.end).trim().is_empty()
}

/// Whether a reference represents white space or a mark of prose, which code seldom writes so.
fn is_spacing_or_mark(value: &str) -> bool {
    value.chars().all(|ch| {
        matches!(
            ch,
            '\u{A0}' | '\u{2002}'..='\u{2026}' | '©' | '®' | '™' | '·' | '×' | '°'
        )
    })
}

/// Whether the reference is where a writer put white space or a mark, in a line of Chinese
/// that does not speak of it. What is spoken of is between spaces, and words name it.
fn stands_in_prose(text: &str, span: &Range<usize>) -> bool {
    /// What is said of a reference after it, and in front of it.
    const SAID: &[&str] = &[
        "表示", "代表", "是", "为", "為", "等", "实体", "即", "这", "這",
    ];
    const SAYING: &[&str] = &[
        "使用", "用", "写", "寫", "插入", "输入", "输出", "添加", "替换", "加",
    ];
    let (before, after) = (line_before(text, span.start), line_after(text, span.end));
    let is_part = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '&' | ';' | '#');
    let (outer_before, outer_after) = (
        before.trim_end_matches(is_part),
        after.trim_start_matches(is_part),
    );
    let attached = outer_before.is_empty()
        || !outer_before.ends_with(char::is_whitespace)
        || !outer_after.starts_with(char::is_whitespace);
    let (said, saying) = (outer_after.trim_start(), outer_before.trim_end());
    let spoken_of = SAID.iter().any(|word| said.starts_with(word))
        || SAYING.iter().any(|word| saying.ends_with(word));
    let han = before
        .chars()
        .chain(after.chars())
        .filter(|ch| is_chinese(*ch))
        .count();
    attached && !spoken_of && han >= 4
}

/// Whether there is Chinese on the line next to the row of references.
fn line_is_chinese(text: &str, span: &Range<usize>) -> bool {
    let before = line_before(text, span.start);
    let after = line_after(text, span.end);
    let skip =
        |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '&' | ';' | '#' | '\u{A0}' | ' ');
    before.trim_end_matches(skip).ends_with(is_chinese)
        || after.trim_start_matches(skip).starts_with(is_chinese)
}
