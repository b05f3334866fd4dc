//! The errors of all stages in one type.
//!
//! Each stage has its own error type. The library sees no file names and no options of a command,
//! so its messages name neither. A caller adds both.

use crate::{convert, decode, strip};

/// An error of any stage. `?` turns a stage's own error into it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Bytes that cannot be decoded, or a text that cannot be encoded.
    #[error(transparent)]
    Decode(#[from] decode::Error),

    /// A strip rule that cannot be used.
    #[error(transparent)]
    Strip(#[from] strip::Error),

    /// A target, dictionary or configuration that cannot be used.
    #[error(transparent)]
    Convert(#[from] convert::Error),
}

/// A result of the library.
pub type Result<T, E = Error> = std::result::Result<T, E>;
