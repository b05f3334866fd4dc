//! The pipeline: options in, four stages in order, an [`Outcome`] out.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::convert::{self, Names, Plan, Provenance, Script, Target, Variety};
use crate::decode::{self, Encoding};
use crate::report::{self, Change, Places, Report, Stage};
use crate::trail::Trail;
use crate::{Result, align, repair, stream, strip};

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

/// A text and what was done to it.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The text, borrowed from the input when no stage changed anything.
    pub text: Cow<'a, str>,
    /// The encoding of the bytes; `None` when the input was text already.
    pub encoding: Option<Encoding>,
    /// The confidence of the encoding, from 0 to 1; 1 when the input was text already.
    pub encoding_confidence: f32,
    /// Whether the text starts with a byte order mark when it is written as Unicode again, by
    /// [`decode::Options::byte_order_mark`]. [`Outcome::text`] does not have it.
    pub byte_order_mark: bool,
    /// The script and region of the repaired article, before conversion. Written as a BCP 47 tag.
    pub variety: Variety,
    /// What each stage did.
    pub report: Report,
}

impl Outcome<'_> {
    /// The changes, in the order in which the stages made them: all of them, unless there are more
    /// edits and flags than [`Options::most_listed`], and then [`Report::unlisted`] says how many
    /// more. Empty when [`Options::count_only`] is set.
    pub fn changes(&self) -> &[Change] {
        self.report.changes()
    }

    /// The number of undecodable places. The text has U+FFFD for each, so it must not replace its
    /// file without the user's consent. Each is a flag of the rule `undecodable` in the report, with
    /// its bytes.
    pub fn undecodable(&self) -> usize {
        self.report.flagged(Stage::Decode, "undecodable")
    }

    /// The script, where the text shows it.
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

/// Repairs and strips a text and converts it to a target, with default options.
///
/// `target` is a language tag such as `zh-Hans` or `zh-TW`, or the name of an OpenCC
/// configuration. The text is borrowed when nothing changed.
///
/// ```
/// assert_eq!(zhnorm::normalize("電腦網絡\n", "zh-Hans")?, "电脑网络\n");
/// # Ok::<(), zhnorm::Error>(())
/// ```
///
/// # Errors
///
/// [`convert::Error::UnknownTarget`] when the target does not exist.
pub fn normalize<'a>(text: &'a str, target: &str) -> Result<Cow<'a, str>> {
    let options = Options::default().with_to(target.parse()?);
    Ok(Normalizer::new(options).normalize_str(text).text)
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
    /// [`decode::Error::Binary`] when the bytes are not text, [`decode::Error::Uncertain`] when no
    /// encoding is likely enough.
    pub fn normalize_bytes<'a>(&self, bytes: &'a [u8]) -> Result<Outcome<'a>> {
        if stream::is_large(bytes.len(), &self.options) {
            return stream::normalize_bytes(self, bytes);
        }
        let mut report = self.report();
        let decoded = decode::decode(bytes, &self.options.decode, &mut report)?;
        let encoding = Some(decoded.encoding);
        let encoding_confidence = decoded.confidence;
        let byte_order_mark = decoded.byte_order_mark;
        let start = decode::start_of_text(bytes, decoded.encoding);
        let mut outcome = self.after_decoding(decoded.text, self.report(), true);
        report.append(outcome.report, |_| start);
        outcome.report = report;
        Ok(Outcome {
            encoding,
            encoding_confidence,
            byte_order_mark,
            ..outcome
        })
    }

    /// Normalizes text that is decoded already. Of a string that ends in no line end none is made
    /// that does: that is for files.
    ///
    /// ```
    /// let options = zhnorm::Options::default().with_to("zh-Hans".parse()?);
    /// let normalizer = zhnorm::Normalizer::new(options);
    /// assert_eq!(normalizer.normalize_str("電腦").text, "电脑");
    /// assert_eq!(normalizer.normalize_bytes("電腦".as_bytes())?.text, "电脑\n");
    /// # Ok::<(), zhnorm::Error>(())
    /// ```
    pub fn normalize_str<'a>(&self, text: &'a str) -> Outcome<'a> {
        self.normalize_decoded(text, false)
    }

    /// The text of [`Normalizer::normalize_str`] alone. A short string takes a fraction of the time,
    /// because nothing is found out that only a report tells.
    ///
    /// ```
    /// let options = zhnorm::Options::default().with_to("zh-Hans".parse()?);
    /// assert_eq!(zhnorm::Normalizer::new(options).rewrite_str("電腦"), "电脑");
    /// # Ok::<(), zhnorm::Error>(())
    /// ```
    pub fn rewrite_str<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.rewrite_line(text)
            .unwrap_or_else(|| self.normalize_str(text).text)
    }

    /// The same for a line in which repair sees nothing; nothing for other texts. Strip leaves a
    /// line alone, and what it would tell of it is not asked for.
    fn rewrite_line<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        if stream::is_large(text.len(), &self.options)
            || !strip::leaves_one_line(text, &self.options.strip)
        {
            return None;
        }
        let mut report = Report::counting();
        self.repair(text, &mut report);
        // Damage, repaired or not, is looked at again after the other stages.
        if report.tallies().next().is_some() {
            return None;
        }
        Some(self.convert_part(text, convert::detect(text), false, &mut report))
    }

    /// The text of a few words repaired and converted, of which nothing is left out.
    pub(crate) fn rewrite_whole<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut report = Report::counting();
        let repaired = self.repair(text, &mut report);
        let is_garbled = report.changed(Stage::Repair, "pinyin") > 0;
        let variety = convert::detect(&repaired);
        let converted = self.convert_part(&repaired, variety, is_garbled, &mut report);
        match rewritten(&repaired, converted) {
            Some(new) => Cow::Owned(new),
            None => repaired,
        }
    }

    /// Normalizes text that is decoded already, and ends its last line if it is a file's.
    pub(crate) fn normalize_decoded<'a>(&self, text: &'a str, ends_file: bool) -> Outcome<'a> {
        if stream::is_large(text.len(), &self.options) {
            return stream::normalize_str(self, text);
        }
        self.after_decoding(Cow::Borrowed(text), self.report(), ends_file)
    }

    /// An empty report of the kind that [`Options::count_only`] and [`Options::places`] ask for.
    pub fn report(&self) -> Report {
        let report = if self.options.count_only {
            Report::counting()
        } else {
            Report::listing()
        };
        report
            .with_most(self.options.most_listed)
            .with_places(self.options.places)
            .with_words(self.options.count_words)
    }

    /// Normalizes decoded text in one piece and gives where places of it are in the new text: see
    /// [`Trail::forth`].
    pub(crate) fn normalize_tracking<'a>(
        &self,
        text: &'a str,
        places: &[usize],
    ) -> (Outcome<'a>, Vec<usize>) {
        // Only listed changes have places.
        let mut listing = self.clone();
        listing.options.count_only = false;
        let mut trail = Trail::default();
        let report = listing.report();
        let mut outcome = listing.after_decoding_on(Cow::Borrowed(text), report, false, &mut trail);
        if self.options.count_only {
            outcome.report = outcome.report.counts();
        }
        let new = match self.options.places {
            Places::Bytes => trail.forth(places),
            Places::Characters => {
                let before = trail.forth(&align::characters_before(text, places));
                align::bytes_before(&outcome.text, &before)
            }
        };
        (outcome, new)
    }

    fn after_decoding<'a>(
        &self,
        text: Cow<'a, str>,
        report: Report,
        ends_file: bool,
    ) -> Outcome<'a> {
        self.after_decoding_on(text, report, ends_file, &mut Trail::default())
    }

    /// The same, leaving in `trail` where everything went.
    fn after_decoding_on<'a>(
        &self,
        text: Cow<'a, str>,
        mut report: Report,
        ends_file: bool,
        trail: &mut Trail,
    ) -> Outcome<'a> {
        let mut run = |stage, text: &str, report: &mut Report| {
            let mut of_run = self.report();
            let output = match stage {
                Stage::Repair => self.repair(text, &mut of_run),
                _ => self.strip(text, &mut of_run),
            };
            let output = rewritten(text, output);
            trail.tell(stage, of_run, report);
            output
        };
        let repaired = run(Stage::Repair, &text, &mut report);
        let end = report.length(repaired.as_deref().unwrap_or(&text));
        let mut left = run(
            Stage::Strip,
            repaired.as_deref().unwrap_or(&text),
            &mut report,
        );
        // A page without the lines that strip left out is another document.
        if left.is_some() {
            settle(&mut left, &mut run, &mut report);
        }
        let mut left = left.or(repaired);
        let article = left.as_deref().unwrap_or(&text);
        let variety = convert::detect(article);
        let mut of_run = self.report();
        // How convert goes back depends on what repair did.
        let is_garbled = report.changed(Stage::Repair, "pinyin") > 0;
        let converted = self.convert_part(article, variety, is_garbled, &mut of_run);
        let converted = rewritten(article, converted);
        trail.tell(Stage::Convert, of_run, &mut report);
        left = converted.or(left);
        let mut text = left.map_or(text, Cow::Owned);
        if ends_file {
            text = self.end_last_line(text, end, &mut report);
        }
        Outcome {
            text,
            encoding: None,
            encoding_confidence: 1.0,
            byte_order_mark: false,
            variety,
            report,
        }
    }

    /// Ends the last line of running text that repair or conversion has rewritten: a text file ends
    /// in a line end. A document that they left alone keeps its end, and so does code, a table or
    /// a text whose kind the caller knows.
    /// `end` is the length of the strip stage's input.
    fn end_last_line<'a>(
        &self,
        text: Cow<'a, str>,
        end: usize,
        report: &mut Report,
    ) -> Cow<'a, str> {
        let is_rewritten = report.tallies().any(|(stage, _, tally)| {
            matches!(stage, Stage::Repair | Stage::Convert) && tally.changed > 0
        });
        let is_running_text = matches!(
            report.document_kind(),
            Some(strip::DocumentKind::Prose | strip::DocumentKind::ArticlePage)
        );
        if is_rewritten && is_running_text && self.options.strip.kind_hint.is_none() {
            strip::end_last_line(text, end, report)
        } else {
            text
        }
    }

    /// The repair stage, if it runs.
    pub(crate) fn repair<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        self.repair_as(text, &self.options.repair, report)
    }

    /// The repair stage, if it runs, for the strings of a data file: their escapes stay.
    pub(crate) fn repair_strings<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        let options = self.options.repair.clone().with_escapes(false);
        self.repair_as(text, &options, report)
    }

    /// The repair stage, if it runs, for source code, whose escapes and invisible characters do
    /// something: only what a wrong decoder did is undone.
    pub(crate) fn repair_code<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        let options = self.options.repair.clone();
        let options = options.with_escapes(false).with_look_alikes(false);
        self.repair_as(text, &options, report)
    }

    fn repair_as<'a>(
        &self,
        text: &'a str,
        options: &repair::Options,
        report: &mut Report,
    ) -> Cow<'a, str> {
        if !self.options.stages.repair {
            return Cow::Borrowed(text);
        }
        report.place(text, |text, report| repair::repair(text, options, report))
    }

    /// The strip stage, if it runs.
    pub(crate) fn strip<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        if !self.options.stages.strip {
            return Cow::Borrowed(text);
        }
        report.place(text, |text, report| {
            strip::strip(text, &self.options.strip, report)
        })
    }

    /// The strip stage, if it runs, for a part of a text that is too large for memory. Such a text
    /// is no article page: without a hint only a user's own rules act.
    pub(crate) fn strip_part<'a>(&self, text: &'a str, report: &mut Report) -> Cow<'a, str> {
        if !self.options.stages.strip {
            return Cow::Borrowed(text);
        }
        let mut options = self.options.strip.clone();
        options.kind_hint.get_or_insert(strip::DocumentKind::Prose);
        report.place(text, |text, report| strip::strip(text, &options, report))
    }

    /// The fourth stage, if it runs, for a part of a document of this variety with these names. The
    /// report says what the second one did.
    pub(crate) fn convert_known<'a>(
        &self,
        text: &'a str,
        (variety, names): (Variety, &Arc<Names>),
        report: &mut Report,
    ) -> Cow<'a, str> {
        let is_garbled = report.changed(Stage::Repair, "pinyin") > 0;
        let mut own = self.options.convert.clone();
        own.names = Some(Arc::clone(names));
        self.convert_with(text, variety, is_garbled, &own, report)
    }

    /// The same for a part of a text; `is_garbled` says whether the pinyin garble was undone in it.
    pub(crate) fn convert_part<'a>(
        &self,
        text: &'a str,
        variety: Variety,
        is_garbled: bool,
        report: &mut Report,
    ) -> Cow<'a, str> {
        self.convert_with(text, variety, is_garbled, &self.options.convert, report)
    }

    /// The same for texts of a file, a line or more each.
    pub(crate) fn convert_lines<'a>(
        &self,
        text: &'a str,
        variety: Variety,
        is_garbled: bool,
        report: &mut Report,
    ) -> Cow<'a, str> {
        let mut own = self.options.convert.clone();
        own.has_texts_in_lines = true;
        self.convert_with(text, variety, is_garbled, &own, report)
    }

    fn convert_with<'a>(
        &self,
        text: &'a str,
        variety: Variety,
        is_garbled: bool,
        own: &convert::Options,
        report: &mut Report,
    ) -> Cow<'a, str> {
        let options = &self.options;
        if !options.stages.convert {
            return Cow::Borrowed(text);
        }
        let Some(target) = options.to else {
            if !own.apply_to(variety, None) {
                return Cow::Borrowed(text);
            }
            return report.place(text, |text, report| {
                convert::convert(text, &Plan::default(), own, report)
            });
        };
        // The pinyin garble comes with a character-by-character conversion, which goes back
        // another way than text that was written in traditional characters.
        let provenance = if is_garbled {
            Provenance::infer_from_garbled(text)
        } else {
            Provenance::Written
        };
        convert::convert_document(text, target, variety, provenance, own, report)
    }
}

/// The output of a stage; nothing if it left the text as it was.
fn rewritten(text: &str, output: Cow<'_, str>) -> Option<String> {
    match output {
        // A stage that borrows may give back less than all of it.
        Cow::Borrowed(kept) if kept.len() == text.len() => None,
        output => Some(output.into_owned()),
    }
}

/// Repairs and strips again until neither stage changes anything, so that a second run over the
/// output finds nothing to do.
fn settle(
    text: &mut Option<String>,
    run: &mut impl FnMut(Stage, &str, &mut Report) -> Option<String>,
    report: &mut Report,
) {
    /// More rounds than any document needs.
    const ROUNDS: usize = 6;
    for _ in 0..ROUNDS {
        let Some(input) = text else { break };
        let Some(repaired) = run(Stage::Repair, input, report) else {
            break;
        };
        let stripped = run(Stage::Strip, &repaired, report);
        let is_settled = stripped.is_none();
        *text = Some(stripped.unwrap_or(repaired));
        if is_settled {
            break;
        }
    }
}
