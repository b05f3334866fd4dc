//! What else a run does with a text while it is in memory, besides writing it.

use zhnorm::stream::SpareThreads;
use zhnorm::strip::Evidence;

use crate::dropped::Dropped;
use crate::duplicates::Duplicates;
use crate::html_report::Page;
use crate::names::Names;

/// Takes part in the work on each text.
#[derive(Clone, Copy)]
pub(crate) struct Observers<'o> {
    /// Asked before the text is worked on: which lines recur in the other files.
    pub(crate) evidence: Option<&'o Evidence>,
    /// Shown the dropped lines before the file is written.
    pub(crate) dropped: Option<&'o Dropped>,
    /// Asked before the text is written: whether it is a copy.
    pub(crate) duplicates: Option<&'o Duplicates>,
    /// The number of the input.
    pub(crate) turn: usize,
    /// Where in its file each change is, is told.
    pub(crate) locates: bool,
    /// The threads that help with a large file.
    pub(crate) spare: &'o SpareThreads,
    /// It is the only file, so that all threads but one are spare from the start.
    pub(crate) is_alone: bool,
    /// Gives the names of files back.
    pub(crate) names: Option<&'o Names>,
    /// Shown the result afterwards: the page of the run.
    pub(crate) page: Option<&'o Page>,
}
