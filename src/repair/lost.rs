//! What no repair brings back: the traces of bytes that are gone.
//!
//! U+FFFD stands for bytes that a decoder could not read; `锟斤拷` is U+FFFD, written in UTF-8 and
//! read as GBK; rows of 烫, 屯 and 葺 are memory that a debugger filled with CC, CD or DD bytes and
//! that was read as GBK or `Shift_JIS` text. They are told with their place and never guessed at.

use std::borrow::Cow;

use super::layers::Flag;

const REPLACEMENT: &str = "bytes that could not be read were replaced here; nothing tells which";
const MEMORY: &str = "uninitialised memory was read as text here";

/// Rows shorter than this may be words.
const ROW: usize = 3;

/// Finds the traces among the characters that start at `marked`.
pub(super) fn find(text: &str, marked: &[usize]) -> Vec<Flag> {
    let mut flags = Vec::new();
    let mut done = 0;
    for &start in marked {
        let Some(rest) = text.get(start..).filter(|_| start >= done) else {
            continue;
        };
        let Some(ch) = rest.chars().next() else {
            continue;
        };
        let mut row = |same: char| {
            let length = rest.chars().take_while(|next| *next == same).count();
            done = start + length * same.len_utf8();
            length
        };
        let flag = |rule, length: usize, note| Flag {
            rule: Cow::Borrowed(rule),
            span: start..start + length,
            note: Some(Cow::Borrowed(note)),
            ..Flag::default()
        };
        match ch {
            '\u{FFFD}' => {
                let length = row(ch);
                flags.push(flag("lost.replacement", length * 3, REPLACEMENT));
            }
            '烫' | '屯' | '葺' => {
                let length = row(ch);
                if length >= ROW {
                    flags.push(flag("lost.memory", length * 3, MEMORY));
                }
            }
            '锟' => {
                let length = kun_jin_kao(rest);
                if length > 0 {
                    done = start + length;
                    flags.push(flag("lost.replacement", length, REPLACEMENT));
                }
            }
            _ => {}
        }
    }
    flags
}

/// The length in bytes of a row of 锟斤拷 at the front of a text; it may break off.
fn kun_jin_kao(text: &str) -> usize {
    let row: usize = text
        .chars()
        .zip("锟斤拷".chars().cycle())
        .take_while(|(found, wanted)| found == wanted)
        .map(|(found, _)| found.len_utf8())
        .sum();
    if row >= "锟斤".len() { row } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Flag> {
        find(text, &crate::repair::scan::scan(text).lossy)
    }

    #[test]
    fn traces_of_loss_are_told_with_their_place() {
        let told: Vec<_> = found("好锟斤拷锟斤拷,烫烫烫烫。\u{fffd}\u{fffd}屯屯屯葺葺葺")
            .into_iter()
            .map(|flag| (flag.rule.into_owned(), flag.span))
            .collect();
        assert_eq!(
            told.iter()
                .map(|(rule, span)| (rule.as_str(), span.clone()))
                .collect::<Vec<_>>(),
            [
                ("lost.replacement", 3..21),
                ("lost.memory", 22..34),
                ("lost.replacement", 37..43),
                ("lost.memory", 43..52),
                ("lost.memory", 52..61),
            ]
        );
    }

    #[test]
    fn words_are_not_traces() {
        for text in ["烫烫的面", "屯屯", "修葺一新", "烫发", "锟铻"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
