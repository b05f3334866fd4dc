//! What a [`Normalizer`] does.

#[cfg(doc)]
use super::Normalizer;
use crate::convert::{self, Target};
use crate::report::{self, Places};
use crate::{decode, repair, stream, strip};

/// Which of the optional stages run. Decoding always runs, because the other stages need text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stages {
    /// Undo mojibake and the pinyin garble.
    pub repair: bool,
    /// Leave out what is not the article.
    pub strip: bool,
    /// Convert to the script of [`Options::to`]. Without a target this stage does nothing.
    pub convert: bool,
}

impl Default for Stages {
    /// All of them.
    fn default() -> Self {
        Self {
            repair: true,
            strip: true,
            convert: true,
        }
    }
}

impl Stages {
    /// Whether the repair stage runs.
    #[must_use]
    pub fn with_repair(mut self, runs: bool) -> Self {
        self.repair = runs;
        self
    }

    /// Whether the strip stage runs.
    #[must_use]
    pub fn with_strip(mut self, runs: bool) -> Self {
        self.strip = runs;
        self
    }

    /// Whether the convert stage runs.
    #[must_use]
    pub fn with_convert(mut self, runs: bool) -> Self {
        self.convert = runs;
        self
    }
}

/// What a [`Normalizer`] does. The default repairs and strips, and leaves the script as it is.
///
/// ```
/// use zhnorm::{Options, Stages, repair};
///
/// let options = Options::default()
///     .with_to("zh-Hant".parse()?)
///     .with_stages(Stages::default().with_strip(false))
///     .with_repair(repair::Options::default().with_confidence(0.9));
/// # assert!(options.stages.repair && !options.stages.strip);
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Which stages run.
    pub stages: Stages,
    /// How bytes become text.
    pub decode: decode::Options,
    /// How garbled text is repaired.
    pub repair: repair::Options,
    /// Which rules leave lines out.
    pub strip: strip::Options,
    /// The script, region or OpenCC configuration to write; `None` keeps the script.
    pub to: Option<Target>,
    /// How the script is converted.
    pub convert: convert::Options,
    /// Keep only the count of changes per rule, not each change with its place.
    pub count_only: bool,
    /// The most edits and flags of a text that are listed; the others are counted. Lines that were
    /// dropped are always listed.
    pub most_listed: usize,
    /// Count the words of a region that are put in the place of others
    /// ([`Report::words`](crate::report::Report::words)).
    pub count_words: bool,
    /// What the places of changes are counted in.
    pub places: Places,
    /// From which size a text is worked on in groups of lines instead of in one piece.
    pub large: stream::Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            stages: Stages::default(),
            decode: decode::Options::default(),
            repair: repair::Options::default(),
            strip: strip::Options::default(),
            to: None,
            convert: convert::Options::default(),
            count_only: false,
            count_words: false,
            most_listed: report::MOST_LISTED,
            places: Places::default(),
            large: stream::Limits::default(),
        }
    }
}

impl Options {
    /// Which stages run.
    #[must_use]
    pub fn with_stages(mut self, stages: Stages) -> Self {
        self.stages = stages;
        self
    }

    /// The options of the decode stage.
    #[must_use]
    pub fn with_decode(mut self, options: decode::Options) -> Self {
        self.decode = options;
        self
    }

    /// The options of the repair stage.
    #[must_use]
    pub fn with_repair(mut self, options: repair::Options) -> Self {
        self.repair = options;
        self
    }

    /// The options of the strip stage.
    #[must_use]
    pub fn with_strip(mut self, options: strip::Options) -> Self {
        self.strip = options;
        self
    }

    /// The script, region or OpenCC configuration to write.
    #[must_use]
    pub fn with_to(mut self, target: Target) -> Self {
        self.to = Some(target);
        self
    }

    /// The options of the convert stage.
    #[must_use]
    pub fn with_convert(mut self, options: convert::Options) -> Self {
        self.convert = options;
        self
    }

    /// Whether only the count of changes per rule is kept.
    #[must_use]
    pub fn with_count_only(mut self, count_only: bool) -> Self {
        self.count_only = count_only;
        self
    }

    /// The most edits and flags of a text that are listed.
    #[must_use]
    pub fn with_most_listed(mut self, most: usize) -> Self {
        self.most_listed = most;
        self
    }

    /// Whether the words of a region that are put in the place of others are counted.
    #[must_use]
    pub fn with_count_words(mut self, count_words: bool) -> Self {
        self.count_words = count_words;
        self
    }

    /// What the places of changes are counted in.
    #[must_use]
    pub fn with_places(mut self, places: Places) -> Self {
        self.places = places;
        self
    }

    /// From which size a text is worked on in groups of lines.
    #[must_use]
    pub fn with_large(mut self, limits: stream::Limits) -> Self {
        self.large = limits;
        self
    }
}
