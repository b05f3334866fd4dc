//! What the exit code says. It is decided once, at the end of a run.

use std::process::ExitCode;

/// The codes of the command, from good to bad: of several, the worst is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// There was nothing to do, or it is done.
    Done,
    /// Under `--check` or `--diff`: something would change.
    WouldChange,
    /// Something could not be done; the rest was.
    Error,
    /// The user stopped the run. The shells' own code for Ctrl-C.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::WouldChange => 1,
            Exit::Error => 2,
            Exit::Interrupted => 130,
        })
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
