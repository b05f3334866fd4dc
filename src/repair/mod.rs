//! Garbled to text: undoes what scrapers and wrong decoders did to an article.
//!
//! The story, in the order in which the damage is taken back: a quick look ([`scan`]) lets
//! healthy text pass; [`escape`] reads what was left escaped; [`mojibake`] gives text that was
//! decoded with the wrong charset back to the right one; [`pinyin`] undoes the pinyin garble,
//! which needs private-use characters and widths as they stand; [`unicode`] then folds what only
//! looks like the character that was meant; [`lost`] tells what cannot be restored and leaves it.
//! Steps work on top of each other ([`layers`]); the report and the [`Plan`] tell every edit.
//! Everything else in a document is left as it is, down to the width and style of its
//! punctuation. What is recognised and cannot be restored is flagged, never guessed.

use std::borrow::Cow;

use crate::report::Report;

mod edits;
mod escape;
mod layers;
mod lost;
mod mojibake;
mod pinyin;
mod plan;
mod scan;
mod unicode;

use layers::Layers;
pub use mojibake::Charset;
pub use plan::{Place, Plan, Step, apply_plan};

/// What happens where damage is certain and the original is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUncertain {
    /// The likeliest reading is written where it is likely enough, else the loss is marked.
    #[default]
    Best,
    /// Nothing is guessed: what is lost stays lost.
    Keep,
    /// Nothing is guessed: U+FFFD stands where a character is not known.
    Mark,
}

/// How garbled text is repaired.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What happens where damage is certain and the original is not.
    pub on_uncertain: OnUncertain,
}

/// Repairs a text, borrowed when nothing in it was damaged.
///
/// Spans in the report are bytes of `text`.
pub fn repair<'a>(text: &'a str, options: &Options, report: &mut Report) -> Cow<'a, str> {
    run(Layers::new(text), options, report).0
}

/// Repairs a text and gives the plan by which [`apply_plan`] makes the same of it again.
pub fn repair_with_plan<'a>(
    text: &'a str,
    options: &Options,
    report: &mut Report,
) -> (Cow<'a, str>, Plan) {
    let (text, plan) = run(Layers::planning(text), options, report);
    (text, plan.unwrap_or_default())
}

fn run<'a>(
    mut layers: Layers<'a>,
    options: &Options,
    report: &mut Report,
) -> (Cow<'a, str>, Option<Plan>) {
    /// Undoing one damage can bring another to light; more than this is not seen in practice.
    const ROUNDS: usize = 4;
    let mut found = scan::scan(layers.text());
    for _ in 0..ROUNDS {
        let escapes = escape::find(layers.text());
        if !escapes.is_empty() {
            layers.apply(escapes);
            found = scan::scan(layers.text());
        }
        let edits = mojibake::find(layers.text(), &found, options.on_uncertain);
        if edits.is_empty() {
            break;
        }
        layers.apply(edits);
        found = scan::scan(layers.text());
    }
    let mut pinyin = Report::listing();
    pinyin::repair(layers.text(), &mut pinyin);
    if !pinyin.changes().is_empty() {
        let (edits, flags) = edits::of(pinyin);
        layers.flag(flags);
        layers.apply(edits);
        found = scan::scan(layers.text());
    }
    if found.foldable {
        let (edits, flags) = unicode::find(layers.text());
        layers.flag(flags);
        layers.apply(edits);
    }
    if found.lossy {
        let flags = lost::find(layers.text());
        layers.flag(flags);
    }
    layers.finish(report)
}
