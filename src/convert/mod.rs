//! Script to script: simplified, traditional, and the regional variants, as OpenCC does it.
//!
//! The story: [`detect`] finds the [`Variety`] a text is written in, [`Target::plan`] chooses
//! the OpenCC configurations that lead from there to what the reader asked for, and [`convert`]
//! runs them. A text that is already what was asked for has an empty plan: running
//! simplified-to-traditional over traditional text does harm. Text that a scraper mapped to
//! traditional one character at a time goes another way, [`map_back`].

use std::borrow::Cow;

use crate::report::{Change, LineCounter, Report, Stage};

mod config;
mod embedded;
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
/// report under the name of the configuration: a phrase whose conversion is not that of its
/// characters one by one is one change, any other character that changes is one too. The places
/// of a configuration that is not the plan's first are places in the output of the one before it.
pub fn convert<'a>(
    text: &'a str,
    plan: &Plan,
    _options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let mut converted = match plan.provenance {
        Provenance::Written => Cow::Borrowed(text),
        Provenance::CharacterMapped => map_back(text, report),
    };
    for &config in &plan.configs {
        let next = match &converted {
            Cow::Borrowed(text) => run(config, text, report),
            Cow::Owned(text) => Cow::Owned(run(config, text, report).into_owned()),
        };
        converted = next;
    }
    converted
}

/// Runs one configuration.
fn run<'a>(config: Config, text: &'a str, report: &mut Report) -> Cow<'a, str> {
    if !report.lists() {
        let (converted, changed) = embedded::convert(config, text);
        report.count(Stage::Convert, config.name(), changed);
        return converted;
    }
    let mut lines = LineCounter::new(text.as_bytes());
    embedded::convert_and_list(config, text, |place, after| {
        let line = lines.line_at(place.start);
        let before = &text[place.clone()];
        let rule = config.name();
        report.record(Change::edit(
            Stage::Convert,
            rule,
            place,
            line,
            before,
            after,
        ));
    })
}
