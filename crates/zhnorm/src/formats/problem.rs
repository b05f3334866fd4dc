//! Parts of a file that are passed through unread.

use std::fmt;

/// A part of a file that could not be worked on and was passed through as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A line of JSON lines that is no JSON object.
    NotAnObject {
        /// The line, from 1.
        line: usize,
        /// What the JSON reader says.
        reason: String,
    },
    /// More lines of the same kind, which are only counted.
    MoreLines {
        /// Their number.
        count: usize,
    },
    /// Fields that were asked for and that no record has.
    NoSuchField {
        /// Their names.
        fields: Vec<String>,
        /// The names of fields that may hold text.
        found: Vec<String>,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject { line, reason } => write!(
                formatter,
                "line {line} is no JSON object ({reason}); it was passed through as it is"
            ),
            Self::MoreLines { count } => {
                write!(
                    formatter,
                    "and {count} more lines are no JSON objects either"
                )
            }
            Self::NoSuchField { fields, found } => {
                let fields = fields.join("`, `");
                write!(formatter, "no record has the field `{fields}`")?;
                if !found.is_empty() {
                    let found = found.join(", ");
                    write!(
                        formatter,
                        "; the fields there are: {found} (name them with --field)"
                    )?;
                }
                Ok(())
            }
        }
    }
}
