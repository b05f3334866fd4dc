//! The wrong decodings that are undone, each as the pairs of charsets to go back through.

use super::charset::Charset::{
    self, Big5, Cp437, Cp850, EucKr, Gbk, MacRoman, ShiftJis, Utf8, Windows1250, Windows1251,
    Windows1252,
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
