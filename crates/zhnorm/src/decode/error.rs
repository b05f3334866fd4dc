//! Why bytes could not be read, or a text not be written as bytes.

/// An error of the decode stage.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not text in any encoding.
    #[error("this is binary data, not text")]
    Binary,

    /// No encoding is likely enough for the bytes to be decoded and perhaps written back.
    #[error("{}", uncertain(encoding, *confidence, *minimum))]
    Uncertain {
        /// The label of the likeliest encoding, or `unknown`.
        encoding: String,
        /// The confidence of that encoding, from 0 to 1.
        confidence: f32,
        /// The least confidence that the options allow.
        minimum: f32,
    },

    /// A text holds a character that the output encoding does not have.
    #[error("line {line}, column {column}: {label} has no {character:?} (U+{code_point:04X})")]
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
        /// The label that was given.
        label: String,
    },
}

fn uncertain(encoding: &str, confidence: f32, minimum: f32) -> String {
    if encoding == "unknown" {
        return "no encoding is likely: the bytes are letters of no alphabet, and no encoding of \
                Chinese, Japanese or Korean reads them well"
            .to_owned();
    }
    format!(
        "the encoding is not sure enough: {encoding} at {confidence:.2}, less than {minimum:.2}"
    )
}

/// A result of the decode stage.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
