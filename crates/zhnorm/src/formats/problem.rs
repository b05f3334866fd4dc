//! Parts of a file that are passed through unread.

use std::fmt;

/// The most problems of a file that are kept; the others are counted.
const KEPT: usize = 1_000;

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
    /// A line of JSON lines that is too long to be read.
    TooLong {
        /// The line, from 1.
        line: usize,
        /// The longest line that is read, in bytes.
        most: usize,
    },
    /// More lines of these kinds, which are only counted.
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
    /// Fields that hold web pages and were worked on as text.
    PagesInFields {
        /// Their number.
        count: usize,
    },
    /// A file in an e-book that could not be read and was passed through.
    NotRead {
        /// Its name.
        name: String,
    },
    /// A Markdown file with more markup than its parser has room for, which was passed through.
    TooMuchMarkup,
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
            Self::TooLong { line, most } => write!(
                formatter,
                "line {line} is longer than {} MiB, the most that is read of one record; it was \
                 passed through as it is",
                most >> 20
            ),
            Self::MoreLines { count } => {
                write!(formatter, "and {count} more lines like these")
            }
            Self::PagesInFields { count } => write!(
                formatter,
                "web pages in fields, {count} of them, were worked on as text; --field-format html \
                 takes the article out of them"
            ),
            Self::NotRead { name } => {
                write!(
                    formatter,
                    "{name} in it cannot be read; it was passed through as it is"
                )
            }
            Self::TooMuchMarkup => formatter.write_str(
                "it has more markup than is read of a Markdown file; it was passed through as it is \
                 (--format text works on its lines)",
            ),
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

/// The problems of a file. The first are kept, the others counted: a file of a hundred megabytes
/// can have a problem in every line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems {
    kept: Vec<Problem>,
    more: usize,
}

impl Problems {
    /// Takes one more.
    pub(crate) fn push(&mut self, problem: Problem) {
        if self.kept.len() < KEPT {
            self.kept.push(problem);
        } else {
            self.more += 1;
        }
    }

    /// Whether the next one is kept.
    pub(crate) fn has_room(&self) -> bool {
        self.kept.len() < KEPT
    }

    /// Counts one more without its reason.
    pub(crate) fn count(&mut self) {
        self.more += 1;
    }

    /// Takes those of the next part of the file.
    pub(crate) fn append(&mut self, next: Self) {
        self.more += next.more;
        next.kept.into_iter().for_each(|problem| self.push(problem));
    }

    /// The problems, and how many more there are.
    pub(crate) fn into_vec(mut self) -> Vec<Problem> {
        if self.more > 0 {
            self.kept.push(Problem::MoreLines { count: self.more });
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_kept_and_the_others_counted() {
        let mut problems = Problems::default();
        for line in 1..=KEPT + 5 {
            let reason = String::new();
            problems.push(Problem::NotAnObject { line, reason });
        }
        let mut all = Problems::default();
        all.append(problems.clone());
        all.append(problems);
        let all = all.into_vec();
        assert_eq!(all.len(), KEPT + 1);
        assert_eq!(all.last(), Some(&Problem::MoreLines { count: KEPT + 10 }));
    }
}
