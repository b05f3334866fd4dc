//! The wrong decodings that are undone, each as the pairs of charsets to go back through.

use super::charset::Charset::{
    self, Big5, Big5Unicode, Cp437, Cp850, EucKr, Gbk, MacRoman, ShiftJis, Utf8, Windows1250,
    Windows1251, Windows1252,
};

/// One step back: encode to the charset that a decoder took the bytes for, and decode from the
/// charset that they were written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Undo {
    pub(super) read_as: Charset,
    pub(super) written_in: Charset,
}

/// A kind of mojibake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    /// The rule's name in reports.
    pub(super) rule: &'static str,
    /// The last damage first.
    pub(super) undo: &'static [Undo],
}

const fn undo(written_in: Charset, read_as: Charset) -> Undo {
    Undo {
        read_as,
        written_in,
    }
}

macro_rules! chains {
    ($($rule:literal: $($undo:expr),+;)+) => {
        &[$(Chain { rule: concat!("mojibake.", $rule), undo: &[$($undo),+] }),+]
    };
}

/// Every kind, the commoner before the rarer: of two that explain a run equally well the first
/// is taken.
pub(super) const CHAINS: &[Chain] = chains! {
    "utf8-as-gbk": undo(Utf8, Gbk);
    "utf8-as-latin1": undo(Utf8, Windows1252);
    "gbk-as-latin1": undo(Gbk, Windows1252);
    "big5-as-latin1": undo(Big5, Windows1252);
    "big5-as-gbk": undo(Big5, Gbk);
    "gbk-as-big5": undo(Gbk, Big5);
    "gbk-as-big5-unicode": undo(Gbk, Big5Unicode);
    "utf8-as-latin1-twice": undo(Utf8, Windows1252), undo(Utf8, Windows1252);
    "utf8-as-latin1-as-gbk": undo(Utf8, Gbk), undo(Utf8, Windows1252);
    "utf8-as-gbk-twice": undo(Utf8, Gbk), undo(Utf8, Gbk);
    "utf8-as-gbk-as-latin1": undo(Utf8, Windows1252), undo(Utf8, Gbk);
    "gbk-as-latin1-as-utf8": undo(Utf8, Windows1252), undo(Gbk, Windows1252);
    "utf8-as-big5": undo(Utf8, Big5);
    "gbk-as-shift-jis": undo(Gbk, ShiftJis);
    "big5-as-shift-jis": undo(Big5, ShiftJis);
    "utf8-as-shift-jis": undo(Utf8, ShiftJis);
    "gbk-as-euc-kr": undo(Gbk, EucKr);
    "big5-as-euc-kr": undo(Big5, EucKr);
    "utf8-as-euc-kr": undo(Utf8, EucKr);
    "gbk-as-cp1250": undo(Gbk, Windows1250);
    "big5-as-cp1250": undo(Big5, Windows1250);
    "utf8-as-cp1250": undo(Utf8, Windows1250);
    "gbk-as-cp1251": undo(Gbk, Windows1251);
    "big5-as-cp1251": undo(Big5, Windows1251);
    "utf8-as-cp1251": undo(Utf8, Windows1251);
    "utf8-as-mac-roman": undo(Utf8, MacRoman);
    "gbk-as-mac-roman": undo(Gbk, MacRoman);
    "utf8-as-cp437": undo(Utf8, Cp437);
    "gbk-as-cp437": undo(Gbk, Cp437);
    "big5-as-cp437": undo(Big5, Cp437);
    "utf8-as-cp850": undo(Utf8, Cp850);
    "gbk-as-cp850": undo(Gbk, Cp850);
};

impl Chain {
    /// The kind of mojibake with this rule name.
    pub(super) fn named(rule: &str) -> Option<&'static Self> {
        CHAINS.iter().find(|chain| chain.rule == rule)
    }

    /// The charset that the text, as it is, was read in.
    pub(super) fn read_as(&self) -> Charset {
        self.undo[0].read_as
    }

    /// The same damage, done by a decoder that has another table for the charset.
    pub(super) fn sibling(&self) -> Option<&'static Self> {
        let [undo] = self.undo else { return None };
        let read_as = undo.read_as.variant()?;
        let damage = [Undo { read_as, ..*undo }];
        CHAINS.iter().find(|chain| chain.undo == damage)
    }

    /// Whether the sibling explains more of the characters.
    pub(super) fn is_outdone(&self, characters: &[char]) -> bool {
        let Some(sibling) = self.sibling() else {
            return false;
        };
        let lacks = |chain: &Self| {
            let foreign = characters.iter().filter(|ch| !ch.is_ascii());
            foreign
                .filter(|ch| chain.read_as().code(**ch).is_none())
                .count()
        };
        lacks(self) > lacks(sibling)
    }

    /// Those of `chains` that read the characters in ways of their own, with the siblings of those whose
    /// table may have been another.
    pub(super) fn with_siblings(
        chains: &[&'static Self],
        characters: &[char],
    ) -> Vec<&'static Self> {
        let mut all: Vec<&'static Self> = Vec::with_capacity(chains.len() + 1);
        for &chain in chains {
            let Some(sibling) = chain.sibling() else {
                all.push(chain);
                continue;
            };
            if all.contains(&sibling) || all.contains(&chain) {
                continue;
            }
            let differs = |ch: &char| chain.read_as().code(*ch) != sibling.read_as().code(*ch);
            if !characters.iter().any(differs) {
                all.push(chain);
                continue;
            }
            let both = [chain, sibling].into_iter();
            all.extend(both.filter(|one| !one.is_outdone(characters)));
        }
        all
    }

    /// Decodes as much from the front of `bytes` as is valid, and says how many bytes that was.
    pub(super) fn decode_prefix(&self, bytes: &[u8]) -> (String, usize) {
        let (mut text, used) = self.undo[0].written_in.decode_prefix(bytes);
        for undo in &self.undo[1..] {
            let mut inner = Vec::new();
            for ch in text.chars() {
                let Some(code) = undo.read_as.code(ch) else {
                    break;
                };
                inner.extend_from_slice(code.bytes());
            }
            text = undo.written_in.decode_prefix(&inner).0;
        }
        if text.is_empty() {
            (text, 0)
        } else {
            (text, used)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::charset::Charset;
    use crate::repair::{Options, repair};
    use crate::report::Report;

    /// What a decoder makes of GBK that takes it for Big5, with one mark for each byte that it cannot read.
    fn misread(text: &str, table: Charset) -> String {
        let (bytes, ..) = encoding_rs::GBK.encode(text);
        let mut read = String::new();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let trail = bytes.get(at + 1).copied().unwrap_or(0);
            let pair = table
                .pair(byte, trail)
                .filter(|_| byte >= 0xA1 && trail >= 0x40);
            match pair {
                _ if byte < 0x80 => read.push(char::from(byte)),
                // Tables of the 1980s have nothing there.
                Some(_) if (0xA3C0..=0xA3FE).contains(&u16::from_be_bytes([byte, trail])) => {
                    read.push('\u{FFFD}');
                }
                Some(ch) => {
                    read.push(ch);
                    at += 1;
                }
                None => read.push('\u{FFFD}'),
            }
            at += 1;
        }
        read
    }

    fn repaired(text: &str) -> String {
        repair(text, &Options::default(), &mut Report::counting()).into_owned()
    }

    const TEXT: &str = "我们起初并没有注意到这个情况，后来才清楚地看到前面的桥已经断了。\n\
        他在桥边等着，天气很冷，前后一共等了七个多小时。\n其中一位工程师说，修桥的器材已经准备好了。\n\
        大家的情绪很平静，没有谁去抢先。\n";

    #[test]
    fn what_decoders_of_two_tables_read_is_restored() {
        for table in [Charset::Big5, Charset::Big5Unicode] {
            let text = TEXT.replace("去", "");
            let damaged = misread(&text, table);
            assert!(!damaged.contains('\u{FFFD}'), "{damaged}");
            assert_eq!(repaired(&damaged), text, "{table:?} {damaged}");
        }
    }

    /// Where a byte is lost, pairs go on shifted up to one that the table lacks, which is often a mark's
    /// second byte with what follows it.
    #[test]
    fn a_mark_at_which_shifted_pairs_end_is_restored() {
        let text = format!("{TEXT}他让我们留在原地。所以我们留下。\n");
        let damaged = misread(&text, Charset::Big5Unicode);
        assert!(damaged.matches('\u{FFFD}').count() >= 2, "{damaged}");
        assert_eq!(repaired(&damaged), text, "{damaged}");
    }
}
