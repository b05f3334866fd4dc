//! Does a text show damage on purpose?

use std::ops::Range;

use super::line::{line_around, text_around};

/// Whether the text shows the damage on purpose: the line speaks of it, or gives the restored
/// text beside it.
pub(super) fn is_shown(text: &str, span: &Range<usize>, restored: &str) -> bool {
    /// Words of texts about wrong decodings.
    const TOPICS: &[&str] = &[
        "乱码",
        "亂碼",
        "文字化け",
        "mojibake",
        "Mojibake",
        "锟斤拷",
        "错码",
        "解码",
        "解碼",
    ];
    let (before, after) = line_around(text, span);
    let spoken_of = |text: &str| TOPICS.iter().any(|topic| text.contains(topic));
    let restored = restored.trim_matches(|ch: char| !ch.is_alphanumeric());
    let is_word = restored.chars().count() >= 2;
    spoken_of(before)
        || spoken_of(after)
        || is_word && (before.contains(restored) || after.contains(restored))
        || is_quoted_example(text, span)
}

/// Whether the damage is quoted in a text that names charsets close by. A text that was damaged
/// as a whole has its quotation marks damaged too.
fn is_quoted_example(text: &str, span: &Range<usize>) -> bool {
    /// Names that only a text about charsets has.
    const CHARSETS: &[&str] = &[
        "UTF-8",
        "utf-8",
        "UTF8",
        "utf8",
        "GBK",
        "gbk",
        "GB2312",
        "gb2312",
        "GB18030",
        "Big5",
        "BIG5",
        "big5",
        "Latin-1",
        "latin1",
        "ISO-8859",
        "iso-8859",
        "Windows-1252",
        "cp1252",
        "Shift_JIS",
        "charset",
    ];
    /// Marks that open a quotation, a table's cell or a piece of code.
    const OPENING: &[char] = &[
        '“', '‘', '「', '『', '《', '（', '(', '"', '\'', '`', '|', '：', ':', '=',
    ];
    let (before, after) = text_around(text, span);
    before.trim_end().ends_with(OPENING)
        && CHARSETS
            .iter()
            .any(|name| before.contains(name) || after.contains(name))
}
