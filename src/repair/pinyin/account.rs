//! Tells in words how a stretch came to be damaged.

use super::search::Before;
use super::token::{self, Token};
use crate::repair::gbk;

/// How a stretch came to be damaged.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// The rule's name.
    pub(super) rule: &'static str,
    /// The reason in words.
    pub(super) note: String,
    /// The character whose reading was written across the border where the stretch starts.
    pub(super) matched: Option<char>,
}

/// The account of a stretch: the text from where it starts, and what it was.
pub(super) fn of(damaged: &str, before: &Before, restored: &str) -> Account {
    let first = restored.chars().next();
    if let Some((Token::Broken(syllable), _)) = token::next(damaged) {
        let across = before.last[1].zip(first).and_then(|(before, first)| {
            let (last, next) = (gbk::encode(before)?[1], gbk::encode(first)?[0]);
            let matched = gbk::decode(last, next)?;
            syllable
                .reads_in_any_tone(matched)
                .then_some((before, first, matched))
        });
        let reading = syllable.as_str();
        return match across {
            Some((before, first, matched)) => Account {
                rule: "pinyin.border",
                note: format!(
                    "the bytes of {matched} ({reading}) stand across {before} and {first}: its \
                     reading was written between them, and what follows was read one byte off"
                ),
                matched: Some(matched),
            },
            None => Account {
                rule: "pinyin.border",
                note: format!("the reading {reading} was written inside a character"),
                matched: None,
            },
        };
    }
    let mark = damaged.chars().nth(1).unwrap_or('?');
    Account {
        rule: "pinyin.cut",
        note: format!(
            "the bytes of the full-width {mark} stand across two characters: the text was cut \
             there, and what follows was read one byte off"
        ),
        matched: None,
    }
}
