//! Says in words how a stretch came to be damaged.

use std::fmt::Write as _;

use super::annotation::{Annotation, MARKS};
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

/// The account of a stretch, what is after `before`, and what it was.
pub(super) fn explain(damaged: &str, before: &Before, restored: &str) -> Account {
    let mut account = match token::next(damaged) {
        Some((Token::Broken(syllable), _)) => {
            let reading = syllable.as_str();
            let across = before.last[1].zip(restored.chars().next());
            let across = across.and_then(|(before, first)| {
                let matched = gbk::decode(gbk::encode(before)?[1], gbk::encode(first)?[0])?;
                let is_it = syllable.reads_in_any_tone(matched);
                is_it.then_some((before, first, matched))
            });
            let note = match across {
                Some((before, first, matched)) => format!(
                    "the bytes of {matched} ({reading}) stand across {before} and {first}: its \
                     reading was written between them, and what follows was read one byte off"
                ),
                None => format!("the reading {reading} was written inside a character"),
            };
            Account {
                rule: "pinyin.border",
                note,
                matched: across.map(|(_, _, matched)| matched),
            }
        }
        _ => Account {
            rule: "pinyin.cut",
            note: cut(damaged, restored),
            matched: None,
        },
    };
    let vanished = vanished(damaged, restored);
    match vanished {
        0 => {}
        1 => account
            .note
            .push_str("; one pair of bytes made no character then and was dropped"),
        _ => {
            // Writing to a string cannot fail.
            let _ = write!(
                account.note,
                "; {vanished} pairs of bytes made no character then and were dropped"
            );
        }
    }
    account
}

/// Where a mark spans two characters.
fn cut(damaged: &str, restored: &str) -> String {
    let mut characters = restored.chars();
    let two = characters.next().zip(characters.next());
    let across = two.and_then(|(first, second)| {
        let mark = gbk::decode(gbk::encode(first)?[1], gbk::encode(second)?[0])?;
        MARKS.contains(&mark).then_some((first, second, mark))
    });
    match across {
        Some((first, second, mark)) => format!(
            "the bytes of {mark} stand across {first} and {second}: the text was cut there, \
             {first} lost its first byte, and what follows was read one byte off"
        ),
        None => format!(
            "the text was cut at bytes that look like the full-width {}, and what follows was \
             read one byte off",
            damaged.chars().nth(1).unwrap_or('?')
        ),
    }
}

/// How many pairs of the original's bytes have nothing to show for them in the copy; 0 where that
/// cannot be known.
fn vanished(damaged: &str, restored: &str) -> usize {
    let mut left = 0usize;
    let mut rest = damaged;
    let mut after_loss = false;
    while let Some((token, length)) = token::next(rest) {
        left += match token {
            Token::Tag => return 0,
            Token::Annotation(_) => 0,
            // A full-width mark that was folded to half width.
            Token::Byte(_) if after_loss && rest.starts_with(MARKS) => 2,
            Token::Byte(_) | Token::Broken(_) | Token::Lone => 1,
            Token::Question if rest[1..].starts_with(MARKS) => 1,
            Token::Pair(_) | Token::Question | Token::Foreign(_) => 2,
        };
        after_loss = matches!(token, Token::Question | Token::Lone);
        rest = &rest[length..];
    }
    let bytes = |ch: char| if ch.is_ascii() { 1 } else { 2 };
    let whole: usize = restored.chars().map(bytes).sum();
    match whole.checked_sub(left) {
        Some(missing) if missing % 2 == 0 => missing / 2,
        _ => 0,
    }
}

/// The summary of the sound annotations of a document.
pub(super) fn explain_table(annotations: &[Annotation]) -> String {
    let mut characters: Vec<char> = annotations
        .iter()
        .filter(|annotation| annotation.is_plausible())
        .map(|annotation| annotation.matched)
        .collect();
    let times = characters.len();
    characters.sort_unstable();
    characters.dedup();
    format!(
        "a program wrote the reading behind each of {} characters, {times} times in all; they \
         are common ones and have it wherever they stand, so these are no glosses",
        characters.len()
    )
}
