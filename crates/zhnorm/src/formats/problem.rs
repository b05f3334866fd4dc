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
    /// A file in an e-book that could not be read and was passed through.
    NotRead {
        /// Its name.
        name: String,
    },
    /// Source code, which is not converted unless that is asked for.
    CodeKept,
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
            Self::NotRead { name } => {
                write!(
                    formatter,
                    "{name} in it cannot be read; it was passed through as it is"
                )
            }
            Self::CodeKept => formatter.write_str(
                "source code is repaired and not converted; --code comments converts its comments \
                 and strings",
            ),
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
