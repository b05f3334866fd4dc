//! The exit code. It is decided once, at the end of a run.

use std::process::ExitCode;

/// The exit codes of the command, from good to bad. Of several, the worst is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// There was nothing to do, or it is done.
    Done,
    /// With `--check` or `--diff`: something would change.
    WouldChange,
    /// Something could not be done. The rest was done.
    Error,
    /// The user stopped the run: the shells' exit code for Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::WouldChange => 1,
            Self::Error => 2,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_wins_over_a_change() {
        assert_eq!(Exit::Done.max(Exit::WouldChange), Exit::WouldChange);
        assert_eq!(Exit::Error.max(Exit::WouldChange), Exit::Error);
    }
}
