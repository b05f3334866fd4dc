//! Characters set apart: `今 天 的 天 气 很 好 ，` was written without the spaces.
//!
//! Extraction from PDF and from pages that space letters by markup leaves a space after each
//! character. But headings are set apart on purpose (`目 录`), and so are lists and names. So a
//! line is closed up only if the whole of it is set apart, marks included, if it reads like a
//! sentence, and if what it says without the spaces is Chinese by the model; a line that is only
//! nearly so is flagged.

use std::borrow::Cow;
use zhnorm_lang::characters::is_basic_han;

use super::edits::{Edit, Flag};
use super::mojibake::Before;

/// Characters set apart, in a row, before a line is looked at.
pub(super) const ROW: usize = 7;
/// A line that costs more than this for each character, in nats, is a list.
const FLUENT: f32 = 6.5;

const NOTE: &str = "each character is set apart; it may be meant";

/// Finds lines that are set apart around the places `marked`.
pub(super) fn find(text: &str, marked: &[usize]) -> (Vec<Edit>, Vec<Flag>) {
    let (mut edits, mut flags) = (Vec::new(), Vec::new());
    let mut done = 0;
    for &at in marked {
        if at < done {
            continue;
        }
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..]
            .find('\n')
            .map_or(text.len(), |length| at + length);
        done = end;
        let line = text[start..end].trim();
        let span = start + (text[start..end].len() - text[start..end].trim_start().len());
        let span = span..span + line.len();
        let Some(closed) = closed(line) else { continue };
        let mut before = Before::default();
        let cost: f32 = closed.chars().map(|ch| before.read(ch)).sum();
        let fluent = cost < FLUENT * closed.chars().count() as f32;
        let is_sentence = closed.contains(['，', '。', '；', '？', '！', '：', ',']);
        if fluent && is_sentence {
            edits.push(Edit {
                rule: "spacing.characters",
                span,
                after: closed,
                confidence: 0.8,
                more: None,
            });
        } else if fluent {
            flags.push(Flag {
                rule: Cow::Borrowed("spacing.characters"),
                span,
                note: Some(Cow::Borrowed(NOTE)),
                ..Flag::default()
            });
        }
    }
    (edits, flags)
}

/// The line without its spaces, if a single one is between every two characters; numbers and
/// Latin words are one.
fn closed(line: &str) -> Option<String> {
    let mut closed = String::with_capacity(line.len());
    let mut ideographs = 0;
    for token in line.split(' ') {
        let mut characters = token.chars();
        let first = characters.next()?;
        let is_word = token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if characters.next().is_some() && !is_word {
            return None;
        }
        ideographs += usize::from(is_basic_han(first));
        closed.push_str(token);
    }
    let tokens = closed.chars().count();
    (ideographs > ROW && ideographs * 4 >= tokens * 3).then_some(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<Edit>, Vec<Flag>) {
        find(text, &crate::repair::scan::scan(text).spaced)
    }

    #[test]
    fn a_sentence_that_is_set_apart_is_closed_up() {
        let (edits, flags) = found("好\n 今 天 的 天 气 很 好 ， 我 们 去 公 园 。\n好");
        assert!(flags.is_empty());
        assert_eq!(edits[0].after, "今天的天气很好，我们去公园。");
        assert_eq!(edits[0].span, 5..60);
    }

    #[test]
    fn what_may_be_meant_stays() {
        for text in [
            "目 录",
            "第 一 章",
            "张 三 李 四",
            "赵 钱 孙 李 周 吴 郑 王 冯 陈 褚 卫",
            "今天 的 天气 很 好 ， 我们 去 公园 。",
            "用 Python 写 一 个 小 程 序 来 读 取 CSV 文件",
            "中 国 人 民 银 行 关 于 进 一 步 加 强 管 理 的 通 知",
        ] {
            assert!(found(text).0.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_long_heading_that_is_set_apart_is_flagged() {
        let (_, flags) = found("中 国 人 民 银 行 关 于 进 一 步 加 强 管 理 的 通 知");
        assert_eq!(flags.len(), 1);
    }
}
