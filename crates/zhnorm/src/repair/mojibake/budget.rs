//! How much is searched in a document, so that none takes more than so much time for each byte.
//!
//! A search costs some thirty microseconds for each character. That is well spent where it finds
//! something; a text that is random throughout, or one of which thousands of bytes are lost, would
//! take minutes per megabyte.

use std::ops::Range;

use super::search::{Effort, is_mark};

/// Characters that are searched in vain before a document is given up, and how many more for each
/// character that was explained.
const VAIN: usize = 8_000;
const VAIN_BY_EXPLAINED: usize = 2;
/// Characters that are searched in vain before only runs are searched that nobody can well have meant.
const WARY: usize = 1_000;
/// Characters of damage with loss that are searched widely. A document with more is searched
/// narrowly from there on: what is likeliest is nearly always right.
const WIDE: usize = 10_000;
/// Bytes of runs for which another kind of damage than the proven ones is looked for in vain, and how
/// many more for each that another kind explained. A large document that was damaged in one way has
/// thousands of runs of which something is lost, and each would be tried for two dozen kinds.
const OTHERS: usize = 20_000;
const OTHERS_BY_EXPLAINED: usize = 8;
/// After that it is looked for in one of so many runs.
const OTHERS_SELDOM: usize = 8;
/// Bytes after a place where the line cannot be read at once before that is tried again on that line.
const PLAINLY_AGAIN: usize = 4_096;

/// How much was looked at with success, and how much in vain.
#[derive(Default)]
struct Spent {
    found: usize,
    vain: usize,
}

impl Spent {
    fn add(&mut self, amount: usize, has_found: bool) {
        if has_found {
            self.found += amount;
        } else {
            self.vain += amount;
        }
    }

    /// Whether more was in vain than so much, and so many times what had success.
    fn is_beyond(&self, vain: usize, by_found: usize) -> bool {
        self.vain > vain + by_found * self.found
    }
}

/// What was spent on a document up to here.
#[derive(Default)]
pub(super) struct Budget {
    /// The characters that were searched, by whether there was strong evidence in them.
    searched: Spent,
    /// Characters with loss that were searched.
    lossy: usize,
    /// The runs that the proven kinds of damage do not explain, and the bytes of those that were tried
    /// for other kinds.
    odd_runs: usize,
    others: Spent,
    /// Up to where no line is read at once.
    not_plainly: usize,
}

impl Budget {
    /// Takes note of characters that were searched, or read at once.
    pub(super) fn spend(&mut self, characters: usize, has_found: bool) {
        self.searched.add(characters, has_found);
    }

    /// Whether so much was searched in vain that the rest is left alone.
    pub(super) fn is_spent(&self) -> bool {
        self.searched.is_beyond(VAIN, VAIN_BY_EXPLAINED)
    }

    /// Whether so much was searched in vain that the document is likely to be one of rare characters.
    pub(super) fn is_wary(&self) -> bool {
        self.searched.is_beyond(WARY, VAIN_BY_EXPLAINED)
    }

    /// How widely characters are searched, which takes note of them.
    pub(super) fn effort(&mut self, characters: &[char]) -> Effort {
        let effort = if self.lossy + characters.len() <= WIDE {
            Effort::Wide
        } else {
            Effort::Narrow
        };
        if characters.iter().any(|ch| is_mark(*ch)) {
            self.lossy += characters.len();
        }
        effort
    }

    /// Whether another kind of damage than the proven ones is looked for in a run that these do not
    /// explain, which takes note of the run.
    pub(super) fn may_be_another(&mut self) -> bool {
        self.odd_runs += 1;
        !self.others.is_beyond(OTHERS, OTHERS_BY_EXPLAINED)
            || self.odd_runs.is_multiple_of(OTHERS_SELDOM)
    }

    /// Takes note of so many bytes in which another kind was looked for.
    pub(super) fn spend_on_others(&mut self, bytes: usize, has_found: bool) {
        self.others.add(bytes, has_found);
    }

    /// Whether it is tried to read the line of a run at once.
    pub(super) fn may_be_plain(&self, run: &Range<usize>) -> bool {
        run.end > self.not_plainly
    }

    /// Takes note that the line of a run cannot be read at once.
    pub(super) fn is_not_plain(&mut self, text: &str, run: &Range<usize>) {
        let rest = &text.as_bytes()[run.end..];
        let rest = &rest[..rest.len().min(PLAINLY_AGAIN)];
        self.not_plainly = run.end + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_kinds_are_looked_for_in_few_of_many_runs() {
        let mut budget = Budget::default();
        let tried = (0..10_000).filter(|_| {
            let may = budget.may_be_another();
            if may {
                budget.spend_on_others(100, false);
            }
            may
        });
        let tried = tried.count();
        assert!((1_250..1_500).contains(&tried), "{tried}");
        // Where one is found, all are tried again.
        budget.spend_on_others(1_000_000, true);
        assert!((0..100).all(|_| budget.may_be_another()));
    }

    #[test]
    fn a_line_without_end_is_not_read_anew_for_each_run() {
        let line = "涓\u{e15f}枃?".repeat(10_000);
        let text = format!("{line}\n{line}");
        let mut budget = Budget::default();
        let mut tried = Vec::new();
        for start in (0..text.len() - 100).step_by(100) {
            let run = start..start + 50;
            if budget.may_be_plain(&run) {
                tried.push(start);
                budget.is_not_plain(&text, &run);
            }
        }
        assert!(
            tried.len() <= text.len() / PLAINLY_AGAIN + 2,
            "{}",
            tried.len()
        );
        // Each line is tried where it begins.
        assert!(
            tried
                .iter()
                .any(|start| (line.len() - 50..line.len() + 100).contains(start))
        );
    }

    #[test]
    fn damage_with_loss_is_searched_widely_at_first() {
        let mut budget = Budget::default();
        let line: Vec<char> = "涓枃?".repeat(100).chars().collect();
        let wide = (0..1_000).filter(|_| budget.effort(&line) == Effort::Wide);
        assert_eq!(wide.count(), WIDE / line.len());
    }
}
