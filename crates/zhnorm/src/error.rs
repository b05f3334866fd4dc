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

    /// No encoding is likely enough for the bytes to be decoded and perhaps written back.
    #[error(
        "the encoding is not sure enough: {encoding} at {confidence:.2}, less than {minimum:.2}; \
         name it with -e LABEL, or lower --min-confidence"
    )]
    Uncertain {
        /// The label of the likeliest encoding, or `unknown`.
        encoding: String,
        /// How likely that is, from 0 to 1.
        confidence: f32,
        /// How likely it had to be.
        minimum: f32,
    },

    /// A text holds a character that the encoding it is to be written in does not have.
    #[error(
        "line {line}, column {column}: {label} has no {character:?} (U+{code_point:04X}); choose \
         another output encoding, or --unmappable replace or entity"
    )]
    Unmappable {
        /// The character.
        character: char,
        /// The same as a number.
        code_point: u32,
        /// Its line, from 1.
        line: usize,
        /// Its column, in characters from 1.
        column: usize,
        /// The label of the encoding.
        label: String,
    },

    /// An encoding that is read but not written.
    #[error("{label} is only read, not written; choose another output encoding, such as gb18030")]
    NotWritable {
        /// The label of the encoding.
        label: String,
    },

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

    /// A line of a dictionary that OpenCC would refuse.
    #[error("line {line}, column {column}: {message}")]
    Dictionary {
        /// The line, from 1.
        line: usize,
        /// The column, in characters from 1.
        column: usize,
        /// What is wrong.
        message: &'static str,
    },

    /// An OpenCC configuration that cannot be run.
    #[error("line {line}, column {column}: {message}")]
    Configuration {
        /// The line, from 1.
        line: usize,
        /// The column, in characters from 1; what lacks a member is named by its end.
        column: usize,
        /// What is wrong.
        message: String,
    },

    /// A file that cannot be read.
    #[error("{reason}; check the name and that it is a readable UTF-8 file")]
    Unreadable {
        /// What the system says.
        reason: String,
    },

    /// Something is wrong in a file that a user's configuration or option names.
    #[error("{file}: {error}")]
    InFile {
        /// The file.
        file: String,
        /// What is wrong in it.
        error: Box<Error>,
    },

    /// No style of quotation marks has this name.
    #[error("unknown style of quotation marks `{style}`; use corner, curly or keep")]
    UnknownQuotes {
        /// What was asked for.
        style: String,
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

    /// The installed `OpenCC` cannot be used.
    #[cfg(feature = "system-opencc")]
    #[error(
        "the installed OpenCC cannot be used: {reason}; install its dictionaries (libopencc-data), \
         or leave out --engine opencc"
    )]
    OpenCc {
        /// What the library says.
        reason: String,
    },
}

/// The library's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
