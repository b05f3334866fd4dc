//! What else a run does with a text while it is in memory, besides writing it.

use std::num::NonZero;

use zhnorm::strip::Evidence;

use crate::dropped::Dropped;
use crate::html_report::Page;

/// Takes part in the work on each text.
#[derive(Clone, Copy)]
pub(crate) struct Observers<'o> {
    /// Asked before the text is worked on: which lines recur in the other files.
    pub(crate) evidence: Option<&'o Evidence>,
    /// Shown the dropped lines before the file is written.
    pub(crate) dropped: Option<&'o Dropped>,
    /// How many threads a large file may use.
    pub(crate) threads: NonZero<usize>,
    /// Shown the result afterwards: the page of the run.
    pub(crate) page: Option<&'o Page>,
}
