//! Why a target, a dictionary or a configuration cannot be used.

/// An error of the convert stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Neither a language tag nor the name of an OpenCC configuration.
    #[error(
        "unknown target `{target}`; use a language tag (zh-Hans, zh-Hant, zh-CN, zh-SG, zh-TW, \
         zh-HK, zh-MO) or an OpenCC configuration ({})",
        super::Config::names()
    )]
    UnknownTarget {
        /// The name that was given.
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
        /// The column, in characters from 1. For a missing member, the place where its object ends.
        column: usize,
        /// What is wrong.
        message: String,
    },

    /// A file that cannot be read.
    #[error("{reason}; check the name and that it is a readable UTF-8 file")]
    Unreadable {
        /// The system's message.
        reason: String,
    },

    /// Something is wrong in a file that a configuration or an option names.
    #[error("{file}: {error}")]
    InFile {
        /// The file.
        file: String,
        /// What is wrong in it.
        error: Box<Error>,
    },

    /// No set of spellings has this name.
    #[error("unknown spelling `{spelling}`; use opencc, tw-official, tw-common or hk")]
    UnknownSpelling {
        /// The name that was given.
        spelling: String,
    },

    /// No style of quotation marks has this name.
    #[error("unknown style of quotation marks `{style}`; use corner, curly or keep")]
    UnknownQuotes {
        /// The name that was given.
        style: String,
    },

    /// The installed `OpenCC` cannot be used.
    #[cfg(feature = "system-opencc")]
    #[error(
        "the installed OpenCC cannot be used: {reason}; install its dictionaries (libopencc-data)"
    )]
    OpenCc {
        /// The library's message.
        reason: String,
    },
}

/// A result of the convert stage.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
