//! A compiled pattern: a lazy automaton that reads a line once, forwards.
//!
//! All that is asked of a pattern is whether it matches the whole of a line. So of the engines of
//! `regex-automata` only the one that answers this is built; a general regular expression would
//! also be built backwards, for captures and for searching, which takes several times as long as
//! most documents do.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use regex_automata::hybrid::dfa::{Builder, Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input};

/// The largest automaton of a pattern, in bytes.
const LARGEST: usize = 16 << 20;

type NewCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// A pattern, compiled. It can be shared by threads.
pub(super) struct Pattern {
    automaton: DFA,
    caches: Pool<Cache, NewCache>,
}

fn compiler() -> Builder {
    let mut compiler = DFA::builder();
    compiler
        .configure(DFA::config().skip_cache_capacity_check(true))
        .thompson(
            thompson::Config::new()
                .which_captures(WhichCaptures::None)
                .shrink(false)
                .nfa_size_limit(Some(LARGEST)),
        );
    compiler
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pattern")
    }
}

impl Pattern {
    /// Compiles a regular expression for whole lines; the error is the compiler's message.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        // A compiler has large tables, which are made once.
        thread_local! {
            static COMPILER: Builder = compiler();
        }
        let compile = |compiler: &Builder| {
            let automaton = compiler.build(&format!("^(?:{source})$"));
            automaton.map_err(|error| error.to_string())
        };
        let automaton = COMPILER.with(compile)?;
        let of = automaton.clone();
        Ok(Self {
            automaton,
            caches: Pool::new(Box::new(move || of.create_cache())),
        })
    }

    /// Whether it matches the whole of a folded line.
    pub(super) fn matches(&self, folded: &str) -> bool {
        let input = Input::new(folded).anchored(Anchored::Yes).earliest(true);
        // Without a limit on its work the automaton never gives up.
        self.automaton
            .try_search_fwd(&mut self.caches.get(), &input)
            .is_ok_and(|found| found.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_line_is_matched() {
        let pattern = Pattern::new("来源[:|].{2,4}|.*版权所有").unwrap();
        assert!(pattern.matches("来源:晨报"));
        assert!(pattern.matches("晨报版权所有"));
        assert!(!pattern.matches("来源:晨报网站的人"));
        assert!(!pattern.matches("版权所有权"));
        assert!(Pattern::new("(").is_err());
    }
}
