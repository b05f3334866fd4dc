//! What can go wrong, each with a way out.
//!
//! The library never sees a file name; a caller that reads files puts the name in front of
//! these messages.

/// An input or an option that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not text in any encoding.
    #[error("this is binary data, not text; if it is text, name its encoding with -e LABEL")]
    Binary,

    /// No known encoding has this label.
    #[error(
        "unknown encoding `{label}`; use a label of the WHATWG Encoding Standard such as utf-8, \
         gb18030, big5, utf-16le, shift_jis"
    )]
    UnknownEncoding {
        /// What was asked for.
        label: String,
    },

    /// Neither a language tag nor the name of an OpenCC configuration.
    #[error(
        "unknown target `{target}`; use a language tag (zh-Hans, zh-Hant, zh-CN, zh-SG, zh-TW, \
         zh-HK, zh-MO) or an OpenCC configuration ({})",
        crate::convert::Config::names()
    )]
    UnknownTarget {
        /// What was asked for.
        target: String,
    },

    /// No strip rule or family of rules has this name.
    #[error("unknown rule `{rule}`; the families are: {families}")]
    UnknownRule {
        /// What was asked for.
        rule: String,
        /// The names that exist, joined by commas.
        families: String,
    },

    /// A strip rule of a user's own cannot be used.
    #[error("rule `{rule}`: {problem}")]
    InvalidRule {
        /// The rule's name.
        rule: String,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
}

/// The library's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
