//! What no repair brings back: the traces of bytes that are gone.
//!
//! U+FFFD represents bytes that a decoder could not read; `锟斤拷` is U+FFFD, written in UTF-8 and
//! read as GBK; rows of 烫, 屯 and 葺 are memory that a debugger filled with CC, CD or DD bytes and
//! that was read as GBK or `Shift_JIS` text. Converted to traditional since they are `錕斤拷` and 燙.
//! They are flagged with their place and never guessed.

use std::borrow::Cow;

use super::edits::Flag;

const REPLACEMENT: &str = "bytes that could not be read were replaced here; nothing tells which";
const MEMORY: &str = "uninitialised memory was read as text here";

/// Rows shorter than this may be words.
const ROW: usize = 3;

/// Finds the traces among the characters that start at `marked`.
pub(super) fn find(text: &str, marked: &[usize]) -> Vec<Flag> {
    let mut flags = Vec::new();
    let mut done = 0;
    let mut is_traced = None;
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
            '烫' | '燙' | '屯' | '葺' => {
                let length = row(ch);
                if length >= ROW {
                    flags.push(flag("lost.memory", length * 3, MEMORY));
                }
            }
            '锟' | '錕' => {
                let length = kun_jin_kao(rest);
                // Beside 锟斤拷, what is left of it among other bytes: `锟矫伙拷`.
                let length = if length == 0
                    && *is_traced.get_or_insert_with(|| has_converted_replacement(text))
                {
                    remains(rest)
                } else {
                    length
                };
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

/// Whether a text holds 錕斤拷: no charset's misreading has these three characters in a row but
/// the one that lost the bytes. (The simplified 锟 is in no charset beside GBK, so nothing else is
/// tried on it.)
pub(super) fn has_converted_replacement(text: &str) -> bool {
    ["錕斤", "锟斤", "斤拷锟", "斤拷錕"]
        .iter()
        .any(|trace| text.contains(trace))
}

/// The length in bytes of what starts with 锟 and ends with the next 拷, at most three characters on.
fn remains(text: &str) -> usize {
    let end = text
        .char_indices()
        .take(5)
        .find(|(_, ch)| matches!(ch, '拷' | '\n'));
    match end {
        Some((at, '拷')) => at + '拷'.len_utf8(),
        _ => text.chars().next().map_or(0, char::len_utf8),
    }
}

/// The length in bytes of a row of 锟斤拷 at the front of a text, in either script; it may break
/// off.
fn kun_jin_kao(text: &str) -> usize {
    let row: usize = text
        .chars()
        .zip(["锟錕", "斤", "拷"].iter().cycle())
        .take_while(|(found, wanted)| wanted.contains(*found))
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
        let reported: Vec<_> = found("好锟斤拷锟斤拷,烫烫烫烫。\u{fffd}\u{fffd}屯屯屯葺葺葺")
            .into_iter()
            .map(|flag| (flag.rule.into_owned(), flag.span))
            .collect();
        assert_eq!(
            reported
                .iter()
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
    fn traces_are_known_in_both_scripts() {
        let reported: Vec<_> = found("好錕斤拷錕斤拷，燙燙燙燙。")
            .into_iter()
            .map(|flag| (flag.rule.into_owned(), flag.span))
            .collect();
        assert_eq!(
            reported,
            [
                ("lost.replacement".to_owned(), 3..21),
                ("lost.memory".to_owned(), 24..36)
            ]
        );
    }

    #[test]
    fn words_are_not_traces() {
        for text in [
            "烫烫的面",
            "燙燙的麵",
            "錕鋙",
            "屯屯",
            "修葺一新",
            "烫发",
            "锟铻",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
