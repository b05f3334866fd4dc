//! What was found out about the encoding of bytes, and the evidence for it.

use std::ops::Range;

use serde::Serialize;

use super::encoding::{Encoding, Scheme};
use super::signature;

/// What an encoding was found by.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Evidence {
    /// The caller named it.
    Named,
    /// The file is empty or all ASCII.
    Ascii,
    /// The bytes begin with its byte order mark.
    ByteOrderMark,
    /// The bytes begin like a well-known binary file.
    Magic,
    /// Escape sequences that only this encoding has.
    Escapes,
    /// All bytes are valid UTF-8.
    ValidUtf8,
    /// Read so, the text surprises least; the next likely reading is less likely by `nats`.
    Characters {
        /// The natural logarithm of how many times less likely the next reading is.
        nats: f32,
        /// The next likely reading.
        runner_up: Encoding,
    },
    /// The document declares it.
    Declared,
    /// The document declares another one, under this label.
    DeclaredOtherwise(String),
    /// `chardetng` names it among the single-byte encodings.
    Chardetng,
    /// So many lines are in another encoding.
    MixedLines {
        /// How many lines.
        lines: usize,
        /// Their encoding.
        encoding: Encoding,
    },
    /// The first character is cut: this many bytes belong to it.
    CutHead(usize),
    /// So many NUL bytes around the text are padding.
    NulPadding(usize),
}

/// A finding, before the whole file has been read by it.
#[derive(Clone, Debug)]
pub(super) struct Finding<'a> {
    pub encoding: Encoding,
    pub confidence: f32,
    pub evidence: Vec<Evidence>,
    /// The length of the byte order mark.
    pub mark: usize,
    /// Bytes of a cut character after the mark.
    pub cut: usize,
    /// All bytes as text, the mark included, when they are valid UTF-8 and UTF-8 was found.
    pub valid: Option<&'a str>,
}

impl<'a> Finding<'a> {
    pub(super) fn certain(encoding: Encoding, evidence: Evidence) -> Self {
        Self {
            encoding,
            confidence: 1.0,
            evidence: vec![evidence],
            mark: 0,
            cut: 0,
            valid: None,
        }
    }

    /// Bytes whose escape sequences are text.
    pub(super) fn without_escapes(bytes: &'a [u8]) -> Self {
        Self {
            valid: simdutf8::basic::from_utf8(bytes).ok(),
            ..Self::certain(Encoding::UTF_8, Evidence::ValidUtf8)
        }
    }

    /// What the caller named; a byte order mark of that encoding is passed over.
    pub(super) fn named(encoding: Encoding, bytes: &'a [u8]) -> Self {
        let mut finding = Self::certain(encoding, Evidence::Named);
        if let Some((marked, length)) = signature::byte_order_mark(bytes) {
            let same_family = match (encoding.0, marked.0) {
                (Scheme::Utf32 { .. }, Scheme::Utf32 { .. }) => true,
                (Scheme::Whatwg(one), Scheme::Whatwg(other)) => {
                    one == other
                        || (encoding.is_utf_16() && marked.is_utf_16())
                        || (encoding == Encoding::GBK && marked == Encoding::GB18030)
                }
                _ => false,
            };
            if same_family {
                finding.mark = length;
                // `-e utf-16` means little-endian only as long as no mark says otherwise.
                if encoding != Encoding::GBK {
                    finding.encoding = marked;
                }
            }
        }
        if encoding == Encoding::UTF_8 {
            finding.valid = simdutf8::basic::from_utf8(bytes).ok();
        }
        finding
    }
}

/// An encoding that bytes may be in beside the likeliest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rival {
    /// The encoding.
    pub encoding: Encoding,
    /// How likely it is, from 0 to 1.
    pub confidence: f32,
}

/// What was found out about bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Detection {
    /// The encoding; [`Encoding::BINARY`] for what is no text, [`Encoding::UNKNOWN`] where
    /// no encoding is likely.
    pub encoding: Encoding,
    /// How likely it is that this is right, from 0 to 1.
    pub confidence: f32,
    /// What it was found by, the deciding evidence first.
    pub evidence: Vec<Evidence>,
    /// What else it may be, the likeliest first.
    pub rivals: Vec<Rival>,
    /// The byte ranges that cannot be decoded in it, in rising order.
    pub damaged_ranges: Vec<Range<usize>>,
}
