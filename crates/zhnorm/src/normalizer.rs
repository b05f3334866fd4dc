//! The pipeline: options in, four stages in order, an [`Outcome`] out.

use std::borrow::Cow;

use crate::convert::{self, Plan, Provenance, Script, Target, Variety};
use crate::decode::{self, Encoding};
use crate::report::{Change, Report, Stage};
use crate::{Result, repair, stream, strip};

/// Which of the optional stages run. Decoding always happens: the other stages need text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stages {
    /// Undo mojibake and the pinyin garble.
    pub repair: bool,
    /// Leave out what is not the article.
    pub strip: bool,
    /// Write the script that was asked for; does nothing without [`Options::to`].
    pub convert: bool,
}

impl Default for Stages {
    fn default() -> Self {
        Self {
            repair: true,
            strip: true,
            convert: true,
        }
    }
}

/// What a [`Normalizer`] does. The default repairs and strips, and leaves the script as it is.
#[derive(Clone, Debug, Default)]
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
    /// When a text is worked on in groups of lines instead of in one piece.
    pub large: stream::Limits,
}

/// A text and what was done to it.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The text, borrowed from the input when no stage changed anything.
    pub text: Cow<'a, str>,
    /// The encoding that the bytes were in; `None` when the input was text already.
    pub encoding: Option<Encoding>,
    /// How sure the encoding is, from 0 to 1; 1 when the input was text already.
    pub encoding_confidence: f32,
    /// The script and region found in the repaired article, before conversion.
    pub variety: Variety,
    /// What each stage did.
    pub report: Report,
}

impl Outcome<'_> {
    /// Every change, in the order in which the stages made them. Empty when
    /// [`Options::count_only`] is set.
    pub fn changes(&self) -> &[Change] {
        self.report.changes()
    }

    /// The script found, where the text tells.
    pub fn script(&self) -> Option<Script> {
        self.variety.script()
    }
}

/// Runs the four stages over a text.
///
/// It holds no state between texts and can be shared by threads.
#[derive(Clone, Debug, Default)]
pub struct Normalizer {
    options: Options,
}

impl Normalizer {
    /// A normalizer for these options.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// The options it was built from.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Normalizes a file's bytes.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Binary`] when the bytes are not text.
    pub fn normalize_bytes<'a>(&self, bytes: &'a [u8]) -> Result<Outcome<'a>> {
        if stream::is_large(bytes.len(), &self.options) {
            return stream::normalize_bytes(self, bytes);
        }
        let mut report = self.report();
        let decoded = decode::decode(bytes, &self.options.decode, &mut report)?;
        let encoding = Some(decoded.encoding);
        let encoding_confidence = decoded.confidence;
        Ok(Outcome {
            encoding,
            encoding_confidence,
            ..self.after_decoding(decoded.text, report)
        })
    }

    /// Normalizes text that is decoded already.
    pub fn normalize_str<'a>(&self, text: &'a str) -> Outcome<'a> {
        if stream::is_large(text.len(), &self.options) {
            return stream::normalize_str(self, text);
        }
        self.after_decoding(Cow::Borrowed(text), self.report())
    }

    /// An empty report of the kind that [`Options::count_only`] asks for.
    pub fn report(&self) -> Report {
        if self.options.count_only {
            Report::counting()
        } else {
            Report::listing()
        }
    }

    fn after_decoding<'a>(&self, text: Cow<'a, str>, mut report: Report) -> Outcome<'a> {
        let text = then(text, |text| self.repair(text, &mut report));
        let text = then(text, |text| self.strip(text, &mut report));
        let variety = convert::detect(&text);
        let text = then(text, |text| self.convert(text, variety, &mut report));
        Outcome {
            text,
            encoding: None,
            encoding_confidence: 1.0,
            variety,
            report,
        }
    }

    /// The second stage, if it runs.
    pub(crate) fn repair<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        if !self.options.stages.repair {
            return Cow::Borrowed(text);
        }
        repair::repair(text, &self.options.repair, report)
    }

    /// The third stage, if it runs.
    pub(crate) fn strip<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        if !self.options.stages.strip {
            return Cow::Borrowed(text);
        }
        strip::strip(text, &self.options.strip, report)
    }

    /// The fourth stage, if it runs, for a text of this variety. The report says what the second
    /// one did.
    pub(crate) fn convert<'a>(
        &self,
        text: &'a str,
        variety: Variety,
        report: &mut Report,
    ) -> Cow<'a, str> {
        let options = &self.options;
        let target = options.to.as_ref();
        if !options.stages.convert || !options.convert.apply_to(variety, target) {
            return Cow::Borrowed(text);
        }
        // The pinyin garble comes with a character-by-character conversion, which goes back
        // another way than text that somebody wrote in traditional characters.
        let provenance = if report.changed(Stage::Repair, "pinyin") > 0 {
            Provenance::infer_from_garbled(text)
        } else {
            Provenance::Written
        };
        let plan = target.map_or_else(Plan::default, |to| to.plan_for(text, variety, provenance));
        let text = convert::convert(text, &plan, &options.convert, report);
        match target.and_then(|to| to.plan_for_rest(&text, variety, &options.convert)) {
            Some(rest) => then(text, |text| {
                convert::convert(text, &rest, &options.convert, report)
            }),
            None => text,
        }
    }
}

/// Runs a stage on a text that may be borrowed, and keeps it borrowed when the stage does.
fn then(text: Cow<'_, str>, stage: impl FnOnce(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => stage(text),
        Cow::Owned(text) => match stage(&text) {
            // A stage that borrows may give back less than all of it.
            Cow::Borrowed(kept) if kept.len() == text.len() => Cow::Owned(text),
            Cow::Borrowed(kept) => Cow::Owned(kept.to_owned()),
            Cow::Owned(changed) => Cow::Owned(changed),
        },
    }
}
