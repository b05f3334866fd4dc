//! What a line looks like, found without knowing its words: a sentence of the article, a title in
//! a list, a summary that was cut off, a caption.

/// The look of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Running text: a sentence end inside or at the end, or too long for a title.
    Prose,
    /// Short and without a sentence end: a title, a name, an interface word.
    Title,
    /// Ends in an ellipsis, as a summary does that was cut off.
    Summary,
    /// A line of verse, a caption, an item of an enumeration: short, and part of an article.
    Kept,
}

/// Titles are shorter than this, in characters.
const LONGEST_TITLE: usize = 48;

/// Summaries are shorter than this.
const LONGEST_SUMMARY: usize = 400;

/// The look of a line that is not blank.
pub(super) fn shape(line: &str) -> Shape {
    let line = line.trim_matches(|char: char| char.is_whitespace() || char == '\u{FEFF}');
    let mut ending = line.chars().rev();
    let last = ending.next().unwrap_or(' ');
    let before = ending.next().unwrap_or(' ');
    let cut_off = last == '…' || last == '⋯' || line.ends_with("..");
    if cut_off && is_shorter(line, LONGEST_SUMMARY) {
        return Shape::Summary;
    }
    let closing = matches!(last, '”' | '"' | '」' | '』' | '’' | ')' | '）');
    let end = if closing { before } else { last };
    if matches!(end, '。' | '；' | ';') || !is_shorter(line, LONGEST_TITLE) {
        return Shape::Prose;
    }
    if matches!(last, '，' | '、' | ',' | '：') || is_enumerated(line) || is_caption(line) {
        return Shape::Kept;
    }
    if line.contains('。') {
        return Shape::Prose;
    }
    Shape::Title
}

/// Whether a line has fewer than so many characters; counts them only where the bytes do not tell.
fn is_shorter(line: &str, length: usize) -> bool {
    line.len() < length || (line.len() < 4 * length && line.chars().count() < length)
}

/// Whether a line begins like an item of the article's own enumeration: 一、 (二) 第三条 1. ①.
fn is_enumerated(line: &str) -> bool {
    let inner = line.trim_start_matches(['(', '（', '第']);
    let number: usize = inner
        .chars()
        .take_while(|char| "一二三四五六七八九十百".contains(*char))
        .map(char::len_utf8)
        .sum();
    let next = inner[number..].chars().next();
    if number > 0 {
        return matches!(
            next,
            Some('、' | ')' | '）' | '条' | '條' | '章' | '节' | '節' | '款' | '.')
        );
    }
    false
}

/// Whether a line is the caption of a picture.
fn is_caption(line: &str) -> bool {
    let start = [
        "图为",
        "圖為",
        "图：",
        "圖：",
        "▲",
        "△",
        "▼",
        "（图",
        "（圖",
        "图片来源",
        "圖片來源",
    ];
    let end = [
        "摄",
        "攝",
        "摄）",
        "攝）",
        "供图",
        "供圖",
        "供图）",
        "供圖）",
        "翻攝",
        "翻攝）",
        "提供）",
    ];
    start.iter().any(|word| line.starts_with(word)) || end.iter().any(|word| line.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks() {
        assert_eq!(shape("雪后的早晨"), Shape::Title);
        assert_eq!(shape("昨天下了雪，路上的车开得很慢。"), Shape::Prose);
        assert_eq!(shape("他说：“路上的车开得很慢。”"), Shape::Prose);
        assert_eq!(shape("昨天下了雪，路上的车..."), Shape::Summary);
        assert_eq!(shape("床前明月光，"), Shape::Kept);
        assert_eq!(shape("二、路况"), Shape::Kept);
        assert_eq!(shape("图为清晨的大桥"), Shape::Kept);
        assert_eq!(shape("新华社记者 王小明 摄"), Shape::Kept);
    }
}
