//! Script to script: simplified, traditional, and the regional variants, as OpenCC does it.
//!
//! The story: [`detect`] finds the [`Variety`] a text is written in, [`Target::plan_for`] chooses
//! the OpenCC configurations that lead from there to what the reader asked for, and [`convert`]
//! runs them. A text that is already what was asked for has an empty plan: running
//! simplified-to-traditional over traditional text does harm. Text that a scraper mapped to
//! traditional one character at a time goes another way, word by word back to simplified.

use std::borrow::Cow;
use std::sync::Arc;

use crate::report::{Change, LineCounter, Origin, Report, Stage};

mod addresses;
mod config;
mod context;
mod custom;
mod embedded;
mod error;
#[cfg(feature = "system-opencc")]
mod installed;
mod mapped;
mod passages;
mod quotes;
mod regional;
mod spelling;
mod target;
mod variety;
mod wrapped;

pub use config::Config;
pub(crate) use context::Names;
pub use custom::{Configuration, Dictionary};
pub use error::Error;
pub(crate) use error::Result;
#[cfg(feature = "system-opencc")]
pub use installed::InstalledOpenCc;
pub(crate) use passages::convert_document;
pub use quotes::QuoteStyle;
pub use spelling::Spelling;
pub use target::{Plan, Provenance, Target};
pub use variety::{Region, Script, Variety, detect};
pub(crate) use variety::{Seen, look};

/// Used by the measurements of conversion. Public as [`crate::internals`] only.
pub(crate) mod internals {
    pub use super::mapped::map_back;
}

/// What runs the configurations of a plan.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Engine {
    /// The tables in this program: `OpenCC` 1.4.2, on every machine the same.
    #[default]
    Embedded,
    /// The `OpenCC` installed on the machine, whatever its version; with the feature
    /// `system-opencc`.
    #[cfg(feature = "system-opencc")]
    OpenCc(InstalledOpenCc),
}

/// Which words of the target's region are put in the place of the text's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Vocabulary {
    /// None: the script and the region's characters only.
    Off,
    /// Those of `OpenCC` but for words that the region writes too.
    Safe,
    /// All that `OpenCC` has.
    All,
}

/// How a text is converted.
///
/// The default runs the plan and nothing else. Dictionaries and configurations are shared by all
/// texts, so they are in an [`Arc`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// What runs the configurations of the plan.
    pub engine: Engine,
    /// The quotation marks to write, after everything else.
    pub quotes: QuoteStyle,
    /// Whether the context of an ambiguous character may overrule OpenCC's choice on the way from
    /// simplified text; `None` is as the plan says: yes for a tag, no for a configuration by name.
    pub context: Option<bool>,
    /// Which words of the target's region are put; `None` is [`Vocabulary::Safe`] for a tag and
    /// [`Vocabulary::All`] for a configuration by name.
    pub vocabulary: Option<Vocabulary>,
    /// How characters are spelled that a region writes in two ways (臺/台); `None` is as its press does
    /// for the tag of a region, and as OpenCC does else. A text that is in the region's characters
    /// already is spelled anew only when this is set.
    pub spelling: Option<Spelling>,
    /// A user's dictionary, and the terms to protect: looked up before everything else, and what
    /// it gives is final (see [`Dictionary`]). A text that is not converted is not looked up either.
    pub dictionary: Option<Arc<Dictionary>>,
    /// A user's OpenCC configuration, which runs in place of the plan, whatever the text is.
    pub configuration: Option<Arc<Configuration>>,
    /// Whether addresses of the web, of mail and of files are converted like other text. They name
    /// things elsewhere, which a conversion would break.
    pub converts_addresses: bool,
    /// The names that are known in the document, of which the text may be a part; `None` are those of the text.
    pub(crate) names: Option<Arc<Names>>,
    /// Whether lines are texts of their own, of which none goes on in the next.
    pub(crate) has_texts_in_lines: bool,
}

impl Options {
    /// The engine that runs the configurations of the plan.
    #[must_use]
    pub fn with_engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// The quotation marks to write.
    #[must_use]
    pub fn with_quotes(mut self, style: QuoteStyle) -> Self {
        self.quotes = style;
        self
    }

    /// Whether the context of an ambiguous character may overrule OpenCC's choice.
    #[must_use]
    pub fn with_context(mut self, decides: bool) -> Self {
        self.context = Some(decides);
        self
    }

    /// Which words of the target's region are put.
    #[must_use]
    pub fn with_vocabulary(mut self, vocabulary: Vocabulary) -> Self {
        self.vocabulary = Some(vocabulary);
        self
    }

    /// How characters are spelled that a region writes in two ways.
    #[must_use]
    pub fn with_spelling(mut self, spelling: Spelling) -> Self {
        self.spelling = Some(spelling);
        self
    }

    /// A user's dictionary and protected terms.
    #[must_use]
    pub fn with_dictionary(mut self, dictionary: impl Into<Arc<Dictionary>>) -> Self {
        self.dictionary = Some(dictionary.into());
        self
    }

    /// A user's OpenCC configuration.
    #[must_use]
    pub fn with_configuration(mut self, configuration: impl Into<Arc<Configuration>>) -> Self {
        self.configuration = Some(configuration.into());
        self
    }

    /// Whether addresses of the web, of mail and of files are converted like other text.
    #[must_use]
    pub fn with_converted_addresses(mut self, are_converted: bool) -> Self {
        self.converts_addresses = are_converted;
        self
    }

    /// Whether there is something to do for a text of a variety, on its way to a target.
    ///
    /// Japanese is left alone, its quotation marks too, unless a configuration is asked for by
    /// name or brought along.
    pub fn apply_to(&self, variety: Variety, target: Option<&Target>) -> bool {
        let forced = self.configuration.is_some() || matches!(target, Some(Target::Config(_)));
        let asked = target.is_some() || self.quotes != QuoteStyle::Keep;
        forced || (asked && variety != Variety::Japanese)
    }
}

/// One conversion of a whole text, or of a stretch of it.
enum Step<'a> {
    MapBack(mapped::MappingEvidence),
    Config(Config, &'a Engine),
    /// A configuration of which something is done otherwise.
    Revised(Config, context::Revision, Option<&'a Names>),
    /// A configuration that leaves the words which a region spells as the text does.
    ButSpelled(Config, Spelling),
    Spell(Spelling),
    Custom(&'a Configuration),
}

impl Step<'_> {
    fn run<'t>(&self, text: &'t str, report: &mut Report) -> Cow<'t, str> {
        match self {
            Self::MapBack(evidence) => mapped::map_stretch(text, *evidence, report),
            Self::Revised(config, revision, names) => {
                context::convert(*config, *revision, *names, text, report)
            }
            Self::Config(config, Engine::Embedded) => run(*config, text, report),
            #[cfg(feature = "system-opencc")]
            Self::Config(config, Engine::OpenCc(installed)) => {
                installed.convert(*config, text, report)
            }
            Self::ButSpelled(config, spelling) => {
                spelling::convert_but_spelled(*config, *spelling, text, report)
            }
            Self::Spell(spelling) => spelling::spell(*spelling, text, report),
            Self::Custom(configuration) => configuration.convert(text, report),
        }
    }
}

/// Runs a plan over a text: undoes a character-by-character mapping when the plan says so, then
/// each configuration in turn, exactly as `OpenCC` would unless the plan or the options let the context
/// of ambiguous characters overrule it. What the options bring along is laid
/// over that; quotation marks come last.
///
/// The text is borrowed when nothing in it is converted. What was converted goes into the
/// report under the name of the configuration: a phrase whose conversion is not that of its
/// characters one by one is one change, any other character that changes is one too. The places
/// of a step that is not the first are places in the output of the one before it.
pub fn convert<'a>(
    text: &'a str,
    plan: &Plan,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let addresses = if options.converts_addresses {
        Vec::new()
    } else {
        addresses::addresses(text)
    };
    if addresses.is_empty() {
        return convert_all(text, plan, options, report);
    }
    let mut converted = String::with_capacity(text.len());
    let mut origin = Origin::default();
    let mut start = 0;
    for address in addresses
        .into_iter()
        .chain(std::iter::once(text.len()..text.len()))
    {
        let between = &text[start..address.start];
        let mut part = report.empty();
        converted.push_str(&convert_all(between, plan, options, &mut part));
        report.append(part, |_| origin);
        converted.push_str(&text[address.clone()]);
        origin.pass(&text.as_bytes()[start..address.end]);
        start = address.end;
    }
    if converted == text {
        return Cow::Borrowed(text);
    }
    Cow::Owned(converted)
}

/// The same for a text without addresses.
fn convert_all<'a>(
    text: &'a str,
    plan: &Plan,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let mut steps = Vec::new();
    if let Some(configuration) = &options.configuration {
        steps.push(Step::Custom(configuration));
    } else {
        if plan.provenance == Provenance::CharacterMapped {
            steps.push(Step::MapBack(mapped::MappingEvidence::collect(text)));
        }
        let vocabulary = options.vocabulary.unwrap_or(if plan.context {
            Vocabulary::Safe
        } else {
            Vocabulary::All
        });
        let is_embedded = matches!(options.engine, Engine::Embedded);
        let revision = context::Revision {
            characters: is_embedded && options.context.unwrap_or(plan.context),
            words: is_embedded && vocabulary == Vocabulary::Safe,
        };
        let keeps_spelling = is_embedded && plan.context && options.spelling.is_none();
        steps.extend(plan.configs.iter().map(|&config| {
            let config = match vocabulary {
                Vocabulary::Off => context::without_vocabulary(config),
                Vocabulary::Safe | Vocabulary::All => config,
            };
            match revision.on_the_way(config) {
                Some(revision) => Step::Revised(config, revision, options.names.as_deref()),
                None => match spelling::of_region(config) {
                    Some(spelling) if keeps_spelling => Step::ButSpelled(config, spelling),
                    _ => Step::Config(config, &options.engine),
                },
            }
        }));
        let spelling = match plan.configs.last() {
            None => plan.spelling,
            Some(config) if spelling::applies_to(*config) => {
                let usual = plan.spelling.filter(|_| is_embedded);
                options.spelling.or(usual)
            }
            Some(_) => None,
        };
        if let Some(spelling) = spelling.filter(|spelling| *spelling != Spelling::OpenCc) {
            steps.push(Step::Spell(spelling));
        }
    }
    let mut found = report.empty();
    let converted = run_steps(text, steps, options, &mut found);
    // A step may take back what another did: 台 becomes 臺 and 台 again.
    if converted != text {
        report.append(found, |_| Origin::default());
        return converted;
    }
    Cow::Borrowed(text)
}

/// Runs the steps, under a user's dictionary if there is one, and writes the quotation marks.
fn run_steps<'a>(
    text: &'a str,
    steps: Vec<Step<'_>>,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let converted = match &options.dictionary {
        Some(dictionary) if !steps.is_empty() => {
            custom::layered(text, dictionary, steps, Step::run, report)
        }
        _ => steps.iter().fold(Cow::Borrowed(text), |text, step| {
            map_cow(text, |text| step.run(text, report))
        }),
    };
    map_cow(converted, |text| {
        quotes::requote(text, options.quotes, report)
    })
}

/// Runs a step on a text that may be borrowed, and keeps it borrowed when the step does.
fn map_cow<'a>(
    text: Cow<'a, str>,
    step: impl for<'t> FnOnce(&'t str) -> Cow<'t, str>,
) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => step(text),
        Cow::Owned(text) => match step(&text) {
            Cow::Borrowed(_) => Cow::Owned(text),
            Cow::Owned(changed) => Cow::Owned(changed),
        },
    }
}

/// Runs one configuration.
fn run<'a>(config: Config, text: &'a str, report: &mut Report) -> Cow<'a, str> {
    let counts_words = report.counts_words() && context::without_vocabulary(config) != config;
    if !report.lists() && !counts_words {
        let (converted, changed) = embedded::convert(config, text);
        report.count(Stage::Convert, config.name(), changed);
        return converted;
    }
    let mut lines = LineCounter::new(text.as_bytes());
    embedded::convert_and_list(config, text, |place, after| {
        let line = lines.line_at(place.start);
        let before = &text[place.clone()];
        let rule = config.name();
        if counts_words && context::is_word(config, before, after) {
            report.count_word(before, after);
        }
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
