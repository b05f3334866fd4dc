//! Which of the two streams are coloured.

use crate::arguments::When;

/// Which streams may be coloured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colors {
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

impl Colors {
    /// Decides by the flag, the environment and whether a stream is a terminal, for the whole
    /// process.
    pub(crate) fn new(when: When) -> Self {
        // A terminal with TERM=dumb gets no colours; anstream alone would use them on any terminal
        // where the variable CI is set. CLICOLOR_FORCE has the last word.
        let set = |name| std::env::var_os(name).is_some_and(|value| value != "0");
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let choice = match when {
            When::Auto if dumb && !set("CLICOLOR_FORCE") => anstream::ColorChoice::Never,
            When::Auto => anstream::ColorChoice::Auto,
            When::Always => anstream::ColorChoice::Always,
            When::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        let allowed = |choice| choice != anstream::ColorChoice::Never;
        Self {
            stdout: allowed(anstream::AutoStream::choice(&std::io::stdout())),
            stderr: allowed(anstream::AutoStream::choice(&std::io::stderr())),
        }
    }
}
