//! Why a rule cannot be used.

/// An error of the strip stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No strip rule or family of rules has this name.
    #[error("unknown rule `{rule}`; the families are: {families}")]
    UnknownRule {
        /// The name that was given.
        rule: String,
        /// The names that exist, joined by commas.
        families: String,
    },

    /// A user's own strip rule cannot be used.
    #[error("rule `{rule}`: {problem}")]
    InvalidRule {
        /// The rule's name.
        rule: String,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
}

/// A result of the strip stage.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
