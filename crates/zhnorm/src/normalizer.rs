//! The pipeline: options in, four stages in order, an [`Outcome`] out.

mod options;
mod outcome;
mod stages;

use std::borrow::Cow;

pub use options::{Options, Stages};
pub use outcome::Outcome;

use crate::convert::{Target, Variety};
use crate::report::{Places, Report, Stage};
use crate::trail::Trail;
use crate::{Result, align, convert, decode, stream, strip};

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
        // What is converted by name needs no look at the text.
        let seen = match self.options.to {
            Some(Target::Config(_)) => Variety::Unknown.into(),
            _ if !self.options.stages.convert => return Some(Cow::Borrowed(text)),
            _ => convert::look(text),
        };
        Some(self.convert_seen(text, seen, &mut Report::ignoring()))
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
