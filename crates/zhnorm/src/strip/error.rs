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

    /// Bytes that are no saved evidence, or that were saved with other keys.
    #[error("{}", bad_evidence(*version))]
    BadEvidence {
        /// The version of the keys, where it is another one.
        version: Option<u8>,
    },
}

fn bad_evidence(version: Option<u8>) -> String {
    match version {
        None => "these bytes are no saved evidence".to_owned(),
        Some(version) => format!(
            "the evidence was saved with keys of version {version}, and those of version {} are \
             needed; count the lines again",
            super::Observation::KEYS_VERSION
        ),
    }
}

/// A result of the strip stage.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
