//! Texts that are too large for memory: two passes over the bytes, one for what has to be known of
//! the whole, one that works on groups of lines.
//!
//! A stage wants to see the document: which encoding, which Chinese, whether brackets are damage.
//! Of a text of some megabytes it sees more than it needs, and of a text of gigabytes nobody can
//! show it all. So a text that is larger than [`Limits::whole`] is worked on in groups of about
//! [`Limits::group`] bytes, by definition, whether it comes as a stream or lies in memory:
//! [`crate::Normalizer::normalize_bytes`] and [`crate::Normalizer::normalize_str`] take the same
//! way for it, and give the same bytes.
//!
//! What holds for the whole is decided in the first pass ([`Survey`]), from samples of all of it:
//! the encoding, and the Chinese that it is written in. What shows in every part is decided group
//! by group: whether a garble was at work, and whether a part would lose too much by being
//! stripped. The second pass ([`Texts`]) cuts the text into groups where nothing that a rule looks
//! at is cut apart (`groups`).

mod groups;

use std::borrow::Cow;

use crate::convert::{self, Variety};
use crate::report::{Origin, Report, Stage};
use crate::{Normalizer, Options, Outcome, Result, decode, repair};

use groups::{Group, Groups};

/// When a text is worked on in groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest text, in bytes, that is worked on in one piece.
    pub whole: usize,
    /// The size of a group of a larger one, in bytes.
    pub group: usize,
}

impl Default for Limits {
    /// Eight megabytes and one: four hundred newspaper pages are evidence enough for anything,
    /// and the stages need some ten times the memory of what they work on.
    fn default() -> Self {
        Self {
            whole: 8 << 20,
            group: 1 << 20,
        }
    }
}

/// The first pass: what has to be known of the whole.
///
/// ```
/// use zhnorm::report::Report;
/// use zhnorm::stream::{Survey, Texts};
/// use zhnorm::{Normalizer, Options};
///
/// let options = Options { to: Some("zh-Hans".parse()?), ..Options::default() };
/// let normalizer = Normalizer::new(options);
/// let blocks = ["第一行。電腦", "網絡\n第二", "行。\n"]; // of a file of gigabytes
///
/// let mut survey = Survey::new(&normalizer);
/// for block in blocks {
///     survey.read(block.as_bytes());
/// }
/// let found = survey.finish()?;
///
/// let mut decoder = found.decoder;
/// let mut texts = Texts::new(&normalizer, found.variety);
/// let mut written = String::new();
/// for block in blocks.map(Some).into_iter().chain([None]) {
///     match block {
///         Some(block) => decoder.read(block.as_bytes()),
///         None => decoder.end(),
///     }
///     let mut report = Report::counting();
///     while let Some(text) = decoder.next_slab(&mut report) {
///         texts.read(&text);
///     }
///     if block.is_none() {
///         texts.end();
///     }
///     while let Some(piece) = texts.next_piece() {
///         written.push_str(&piece.new);
///     }
/// }
/// assert_eq!(written, "第一行。电脑网络\n第二行。\n");
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Survey<'n> {
    normalizer: &'n Normalizer,
    bytes: decode::Survey,
}

/// What was found out about the whole.
#[derive(Clone, Debug)]
pub struct Found {
    /// Knows the encoding, and reads the bytes in it.
    pub decoder: decode::Decoder,
    /// The script and region of the article, from samples.
    pub variety: Variety,
}

impl<'n> Survey<'n> {
    /// A survey for a normalizer.
    pub fn new(normalizer: &'n Normalizer) -> Self {
        Self {
            normalizer,
            bytes: decode::Survey::default(),
        }
    }

    /// Takes the next bytes, any number of them.
    pub fn read(&mut self, block: &[u8]) {
        self.bytes.read(block);
    }

    /// Decides.
    ///
    /// # Errors
    ///
    /// Those of [`decode::decode`].
    pub fn finish(self) -> Result<Found> {
        let options = self.normalizer.options();
        let decoder = self.bytes.finish(&options.decode)?;
        Ok(Found {
            variety: variety(decoder.sample(), options),
            decoder,
        })
    }
}

/// The variety of a sample, without the damage in it.
fn variety(sample: &str, options: &Options) -> Variety {
    let mut report = Report::counting();
    if !options.stages.repair {
        return convert::detect(sample);
    }
    let repaired = repair::repair(sample, &options.repair, &mut report);
    convert::detect(&repaired)
}

/// A part of a text, and what it became.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The part as it was, decoded.
    pub old: String,
    /// What it became.
    pub new: String,
    /// What the stages did; places are those in the whole text.
    pub report: Report,
}

/// The second pass: a text in, its normal form out, a group of lines at a time.
///
/// The groups depend on the text alone, not on the pieces in which it comes.
#[derive(Clone, Debug)]
pub struct Texts<'n> {
    normalizer: &'n Normalizer,
    variety: Variety,
    groups: Groups,
    /// Where the next group begins in what each stage reads.
    before_repair: Origin,
    before_strip: Origin,
    before_convert: Origin,
    /// The last line of the group before, repaired.
    last_line: String,
}

impl<'n> Texts<'n> {
    /// For a text of this variety; where that is unknown, each group is asked for its own.
    pub fn new(normalizer: &'n Normalizer, variety: Variety) -> Self {
        Self {
            normalizer,
            variety,
            groups: Groups::new(normalizer.options().large.group),
            before_repair: Origin::default(),
            before_strip: Origin::default(),
            before_convert: Origin::default(),
            last_line: String::new(),
        }
    }

    /// Takes the next piece of the text, however long.
    pub fn read(&mut self, text: &str) {
        self.groups.read(text);
    }

    /// Says that the text ends here. Another may follow in the same file.
    pub fn end(&mut self) {
        self.groups.end();
    }

    /// Passes over what is left alone between two texts of a file, so that places are right.
    /// To be called when all of the text before it was given.
    pub fn pass(&mut self, text: &str) {
        for origin in [
            &mut self.before_repair,
            &mut self.before_strip,
            &mut self.before_convert,
        ] {
            origin.pass(text.as_bytes());
        }
    }

    /// The next group, when there is text enough for one.
    pub fn next_piece(&mut self) -> Option<Piece> {
        let group = self.groups.next(&self.normalizer.options().strip)?;
        Some(self.work(group))
    }

    fn work(&mut self, group: Group) -> Piece {
        let Group {
            body,
            gap,
            is_behind_text,
            is_part,
        } = group;
        let normalizer = self.normalizer;
        let mut done = normalizer.report();
        let repaired = normalizer.repair(&body, &mut done);
        let line_before = std::mem::take(&mut self.last_line);
        let (stripped, before) = if is_part {
            (repaired.clone(), "")
        } else if is_behind_text {
            strip_behind(normalizer, &line_before, &repaired, &mut done)
        } else {
            (normalizer.strip(&repaired, &mut done), "")
        };
        let variety = match self.variety {
            Variety::Unknown => convert::detect(&stripped),
            known => known,
        };
        let mut new = normalizer
            .convert(&stripped, variety, &mut done)
            .into_owned();
        new.push_str(&gap);
        let mut report = normalizer.report();
        report.append(done, |stage| match stage {
            Stage::Decode | Stage::Repair => self.before_repair,
            // Its places are counted from the line before.
            Stage::Strip => Origin {
                offset: self.before_strip.offset.saturating_sub(before.len()),
                lines: self
                    .before_strip
                    .lines
                    .saturating_sub(usize::from(!before.is_empty())),
            },
            Stage::Convert => self.before_convert,
        });
        self.before_repair.pass(body.as_bytes());
        self.before_strip.pass(repaired.as_bytes());
        self.before_convert.pass(stripped.as_bytes());
        self.pass(&gap);
        let last = memchr::memrchr(b'\n', repaired.trim_end_matches('\n').as_bytes());
        self.last_line = repaired[last.map_or(0, |at| at + 1)..].to_owned();
        Piece {
            old: body + &gap,
            new,
            report,
        }
    }
}

/// Strips a text that stands behind a line of running text. Gives that line too, if the places
/// in the report are counted from it.
fn strip_behind<'t, 'l>(
    normalizer: &Normalizer,
    line: &'l str,
    text: &'t str,
    report: &mut Report,
) -> (Cow<'t, str>, &'l str) {
    let both = format!("{line}{text}");
    let mut of_both = report.clone();
    let stripped = normalizer.strip(&both, &mut of_both);
    match stripped.strip_prefix(line) {
        // Repair may have made another line of it; then it is none that is kept for sure.
        None => (normalizer.strip(text, report), ""),
        Some(kept) => {
            *report = of_both;
            let kept = if kept == text {
                Cow::Borrowed(text)
            } else {
                Cow::Owned(kept.to_owned())
            };
            (kept, line)
        }
    }
}

/// Blocks in which bytes that lie in memory are read.
const BLOCK: usize = 1 << 20;

/// Works on bytes as a stream of them is worked on.
pub(crate) fn normalize_bytes<'a>(normalizer: &Normalizer, bytes: &'a [u8]) -> Result<Outcome<'a>> {
    let mut survey = Survey::new(normalizer);
    for block in bytes.chunks(BLOCK) {
        survey.read(block);
    }
    let Found {
        mut decoder,
        variety,
    } = survey.finish()?;
    let mut texts = Texts::new(normalizer, variety);
    let mut written = String::with_capacity(bytes.len());
    let (mut report, mut later) = (normalizer.report(), normalizer.report());
    let mut blocks = bytes.chunks(BLOCK);
    let mut has_ended = false;
    while !has_ended {
        if let Some(block) = blocks.next() {
            decoder.read(block);
        } else {
            decoder.end();
            has_ended = true;
        }
        while let Some(text) = decoder.next_slab(&mut report) {
            texts.read(&text);
        }
        if has_ended {
            texts.end();
        }
        while let Some(piece) = texts.next_piece() {
            written.push_str(&piece.new);
            later.append(piece.report, |_| Origin::default());
        }
    }
    report.append(later, |_| Origin::default());
    let text = match str::from_utf8(bytes) {
        Ok(same) if same == written => same.into(),
        _ => written.into(),
    };
    Ok(Outcome {
        text,
        encoding: Some(decoder.encoding()),
        encoding_confidence: decoder.confidence(),
        variety,
        report,
    })
}

/// Works on a text as a stream of it is worked on.
pub(crate) fn normalize_str<'a>(normalizer: &Normalizer, text: &'a str) -> Outcome<'a> {
    let mut survey = decode::Survey::default();
    for block in text.as_bytes().chunks(BLOCK) {
        survey.read(block);
    }
    let options = normalizer.options();
    let utf_8 = decode::Options {
        encoding: Some(decode::Encoding::UTF_8),
        min_confidence: 0.0,
    };
    let variety = survey.finish(&utf_8).map_or(Variety::Unknown, |decoder| {
        variety(decoder.sample(), options)
    });
    let mut texts = Texts::new(normalizer, variety);
    texts.read(text);
    texts.end();
    let mut written = String::with_capacity(text.len());
    let mut report = normalizer.report();
    while let Some(piece) = texts.next_piece() {
        written.push_str(&piece.new);
        report.append(piece.report, |_| Origin::default());
    }
    Outcome {
        text: if written == text {
            text.into()
        } else {
            written.into()
        },
        encoding: None,
        encoding_confidence: 1.0,
        variety,
        report,
    }
}

/// Whether a text is worked on in groups.
pub(crate) fn is_large(length: usize, options: &Options) -> bool {
    length > options.large.whole
}

#[cfg(test)]
mod tests;
