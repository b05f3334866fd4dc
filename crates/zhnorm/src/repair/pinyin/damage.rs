//! The pinyin garble run forward: from what a page said to what its copies say.
//!
//! Repair is checked and measured with it: a hypothesis about a damaged text is right only if
//! damaging it again gives the text of the file. The steps are those that were read off real
//! pages: readings inserted on the level of GBK bytes, the text taken apart at full-width marks,
//! and a decoder that swallows what it does not understand.

use std::borrow::Cow;
use std::fmt::Write as _;

use encoding_rs::GBK;
use memchr::memmem;

use super::readings::Syllable;
use crate::repair::gbk;

/// What became of a copy after it was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct Copy {
    /// Private-use characters are still there; otherwise they are gone without a mark.
    pub keeps_private_use: bool,
    /// Full-width letters, digits and marks were folded to half width.
    pub folds_width: bool,
    /// There is a space before the closing bracket of a reading.
    pub spaces_readings: bool,
    /// The text was cut at commas too, beside the marks that end a sentence.
    pub cuts_at_commas: bool,
}

/// Damages a text by a site's table, in the table's order. `None` when the text has characters
/// outside GBK, which such a page cannot have held.
pub fn damage(text: &str, table: &[char], copy: Copy) -> Option<String> {
    let (bytes, _, unmappable) = GBK.encode(text);
    if unmappable {
        return None;
    }
    let table: Vec<Entry> = table
        .iter()
        .filter_map(|ch| {
            Some(Entry {
                pair: gbk::encode(*ch)?,
                syllable: Syllable::first(*ch)?,
            })
        })
        .collect();
    Some(damage_with(&bytes, &table, copy))
}

/// A character of a site's table with the reading that the site writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) pair: [u8; 2],
    pub(super) syllable: Syllable,
}

/// Damages a text in GBK.
pub(super) fn damage_with(bytes: &[u8], table: &[Entry], copy: Copy) -> String {
    let mut bytes = Cow::Borrowed(bytes);
    for entry in table {
        if memmem::find(&bytes, &entry.pair).is_some() {
            bytes = Cow::Owned(annotated(&bytes, *entry, copy.spaces_readings));
        }
    }
    let mut damaged = String::with_capacity(bytes.len() * 2);
    let mut rest = &*bytes;
    while let Some(at) = next_mark(rest, copy.cuts_at_commas) {
        decode(&rest[..at], copy, &mut damaged);
        damaged.extend(gbk::decode(rest[at], rest[at + 1]).map(|mark| folded(mark, copy)));
        rest = &rest[at + 2..];
    }
    decode(rest, copy, &mut damaged);
    damaged
}

/// Writes the reading after every occurrence of a character's bytes, be it a character or not.
fn annotated(bytes: &[u8], Entry { pair, syllable }: Entry, spaced: bool) -> Vec<u8> {
    let mut insertion = String::new();
    let space = if spaced { " " } else { "" };
    // Writing to a string cannot fail.
    let _ = write!(insertion, "({}{space})", syllable.as_str());
    let (insertion, _, _) = GBK.encode(&insertion);
    let mut result = Vec::with_capacity(bytes.len());
    let mut copied = 0;
    for at in memmem::find_iter(bytes, &pair) {
        result.extend_from_slice(&bytes[copied..at + 2]);
        result.extend_from_slice(&insertion);
        copied = at + 2;
    }
    result.extend_from_slice(&bytes[copied..]);
    result
}

fn next_mark(bytes: &[u8], with_commas: bool) -> Option<usize> {
    bytes.windows(2).position(|pair| match pair {
        [0xA3, 0xA1 | 0xBB | 0xBF] => true,
        [0xA3, 0xAC] => with_commas,
        _ => false,
    })
}

/// Decodes one piece as the decoder did.
fn decode(mut bytes: &[u8], copy: Copy, into: &mut String) {
    while let [lead, rest @ ..] = bytes {
        bytes = rest;
        match (*lead, rest.first()) {
            (0..=0x7F, _) => into.push(char::from(*lead)),
            (0x80, _) => into.push('€'),
            (0xFF, _) | (_, None | Some(..=0x20)) => into.push('?'),
            (lead, Some(&trail)) => {
                bytes = &rest[1..];
                if matches!(trail, 0x21..=0x3F | 0x7F | 0xFF) {
                    into.push('?');
                } else if let Some(ch) = gbk::decode(lead, trail) {
                    into.push(folded(ch, copy));
                } else if copy.keeps_private_use {
                    into.extend(gbk::decode_any(lead, trail));
                }
            }
        }
    }
}

fn folded(ch: char, copy: Copy) -> char {
    match ch {
        '\u{FF01}'..='\u{FF5E}' if copy.folds_width => {
            char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch)
        }
        _ => ch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Copy = Copy {
        keeps_private_use: false,
        folds_width: false,
        spaces_readings: false,
        cuts_at_commas: true,
    };

    #[test]
    fn the_mechanism_gives_the_damage_that_was_seen() {
        for (written, table, damaged) in [
            ("環球時報", "環時報", "環(huán)球時(shí)報(bào)"),
            ("巨頭們在技術方面", "術冊", "巨頭們?cè)诩夹g(shù)方面"),
            ("當地媒體", "數當", "當(dāng)?shù)孛襟w"),
            ("加快。”外媒稱", "", "加快?！蓖饷椒Q"),
            ("需要。”浙江省委組織部", "", "需要?！闭憬∥M織部"),
            ("規模化智算集群建設", "設", "規?；撬慵航ㄔO(shè)"),
            ("以內", "內詢", "以?xún)?nèi)"),
            ("發展狀況", "發範", "發(fā)展?fàn)顩r"),
            ("夠將壓力這一", "驅", "夠?qū)毫@一"),
            ("。”</p>", "", "?！?/p>"),
            ("成功。”于是，他們", "", "成功?！庇谑?，他們"),
            ("格局。”\n", "", "格局?！?\n"),
            ("。“高線、高知", "", "?！案呔€、高知"),
        ] {
            let table: Vec<char> = table.chars().collect();
            assert_eq!(
                damage(written, &table, LOST).as_deref(),
                Some(damaged),
                "{written}"
            );
        }
    }

    #[test]
    fn copies_differ_in_what_they_keep() {
        let folding = Copy {
            folds_width: true,
            ..LOST
        };
        assert_eq!(
            damage("價值。”大模型", &[], folding).as_deref(),
            Some("價值?!贝竽P?")
        );
        let keeping = Copy {
            keeps_private_use: true,
            spaces_readings: true,
            ..LOST
        };
        let damaged = damage("需要。”浙江省委組織會", &['會'], keeping).expect("GBK");
        assert!(damaged.ends_with("M織會(huì )"), "{damaged}");
        assert_eq!(
            damaged
                .chars()
                .filter(|ch| zhnorm_lang::characters::is_private_use(*ch))
                .count(),
            2
        );
    }

    #[test]
    fn text_outside_gbk_cannot_have_been_damaged_so() {
        assert_eq!(damage("한국", &[], LOST), None);
    }
}
