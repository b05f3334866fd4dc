//! Texts that are too large for memory: two passes over the bytes. The first finds out what has to
//! be known of the whole, the second works on groups of lines.
//!
//! A stage wants to see the document: its encoding, its variety of Chinese, whether brackets are
//! damage. Some megabytes of text show that as well as gigabytes do. So a text that is larger than
//! [`Limits::whole`] is worked on in groups of about [`Limits::group`] bytes, by definition, whether
//! it comes as a stream or is in memory: [`crate::Normalizer::normalize_bytes`] and
//! [`crate::Normalizer::normalize_str`] do the same with it and give the same bytes.
//!
//! What holds for the whole is decided in the first pass ([`survey`]), from samples of all of it:
//! the encoding and the variety. What shows in every part is decided group by group: whether a
//! garble was at work, and whether a part would lose too much by being stripped. The second pass
//! ([`Pieces`]) cuts the text into groups where nothing that a rule looks at is cut apart (`groups`).
//!
//! [`normalize`] does both passes from a reader to a writer.
//!
//! ```
//! use std::io::Cursor;
//! use zhnorm::formats::{self, Format};
//! use zhnorm::{Normalizer, Options, stream};
//!
//! let options = Options::default().with_to("zh-Hans".parse()?);
//! let normalizer = Normalizer::new(options);
//! let input = Cursor::new("第一行。電腦網絡\n第二行。\n"); // or a file of gigabytes
//! let mut output = Vec::new();
//! let files = formats::Options::default();
//! let summary = stream::normalize(input, &mut output, Format::Text, &normalizer, &files)?;
//! assert_eq!(output, "第一行。电脑网络\n第二行。\n".as_bytes());
//! assert_eq!(summary.encoding.label(), "utf-8");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cutter;
mod driver;
mod flow;
mod groups;
mod lines;
mod pieces;
mod texts;
mod threads;

use std::sync::Arc;

use crate::convert::{self, Names, Script, Target, Variety};
use crate::report::{Origin, Report};
use crate::{Normalizer, Options, Outcome, Result, decode, repair};

pub use driver::{Error, Found, Summary, normalize, survey};
pub use lines::Lines;
pub use pieces::{End, Pieces};
pub use texts::Piece;
pub use threads::SpareThreads;

use cutter::Layout;
use groups::Groups;
use texts::{Origins, Repaired};

/// When a text is worked on in groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

impl Limits {
    /// The largest text that is worked on in one piece, in bytes.
    #[must_use]
    pub fn with_whole(mut self, bytes: usize) -> Self {
        self.whole = bytes;
        self
    }

    /// The size of a group of lines of a larger text, in bytes.
    #[must_use]
    pub fn with_group(mut self, bytes: usize) -> Self {
        self.group = bytes;
        self
    }
}

/// A text in memory is cut in parts of so many bytes.
const PART: usize = 1 << 20;

/// The variety of a sample and the names in it, without its damage.
fn known(sample: &str, options: &Options) -> (Variety, Arc<Names>) {
    let mut report = Report::counting();
    let repaired = if options.stages.repair {
        repair::repair(sample, &options.repair, &mut report)
    } else {
        sample.into()
    };
    let names = names(&repaired, options);
    (convert::detect(&repaired), Arc::new(names))
}

/// The names that a part of a text shows, if something is asked for in which they count.
fn names(part: &str, options: &Options) -> Names {
    let is_for = |target: Target| target.script() == Some(Script::Hant);
    if options.stages.convert && options.to.is_some_and(is_for) {
        Names::of(part)
    } else {
        Names::default()
    }
}

/// Works on bytes as a stream of them is worked on.
pub(crate) fn normalize_bytes<'a>(normalizer: &Normalizer, bytes: &'a [u8]) -> Result<Outcome<'a>> {
    let mut surveyed = decode::Survey::default();
    surveyed.read(bytes);
    let found = Found::new(surveyed, normalizer)?;
    let variety = found.variety;
    let (encoding, confidence) = (found.decoder.encoding(), found.decoder.confidence());
    let byte_order_mark = found.decoder.byte_order_mark();
    let mut pieces = Pieces::with_layout(bytes, found, normalizer, Layout::Text);
    let mut written = String::with_capacity(bytes.len());
    let (mut report, mut later) = (normalizer.report(), normalizer.report());
    // Bytes in memory can always be read.
    while let Ok(Some(piece)) = pieces.next_piece() {
        written.push_str(&piece.new);
        report.append(piece.decoding, |_| Origin::default());
        later.append(piece.report, |_| Origin::default());
    }
    report.append(pieces.finish().decoding, |_| Origin::default());
    report.append(later, |_| Origin::default());
    let text = match str::from_utf8(bytes) {
        Ok(same) if same == written => same.into(),
        _ => written.into(),
    };
    Ok(Outcome {
        text,
        encoding: Some(encoding),
        encoding_confidence: confidence,
        byte_order_mark,
        variety,
        report,
    })
}

/// Works on a text as a stream of it is worked on.
pub(crate) fn normalize_str<'a>(normalizer: &Normalizer, text: &'a str) -> Outcome<'a> {
    let mut survey = decode::Survey::default();
    survey.read(text.as_bytes());
    let options = normalizer.options();
    let utf_8 = decode::Options::default()
        .with_encoding(decode::Encoding::UTF_8)
        .with_min_confidence(0.0);
    let (variety, mut names) = match survey.finish(&utf_8) {
        Ok(decoder) => known(decoder.sample(), options),
        Err(_) => (Variety::Unknown, Arc::default()),
    };
    let mut groups = Groups::new(options.large.group);
    let (mut origins, mut line_before) = (Origins::default(), String::new());
    let mut written = String::with_capacity(text.len());
    let mut report = normalizer.report();
    let mut rest = text;
    loop {
        // In parts, so that a group is not cut off from all of the text.
        let (part, after) = rest.split_at(zhnorm_lang::boundary::ceil(rest, PART));
        rest = after;
        if part.is_empty() {
            groups.end();
        } else {
            groups.read(part);
        }
        while let Some(group) = groups.next(&options.strip) {
            let repaired = Repaired::new(normalizer, group);
            let line = repaired.last_line().to_owned();
            let before = std::mem::replace(&mut line_before, line);
            repaired.add_names(&mut names);
            let done = repaired.finish(normalizer, (variety, &names), &before);
            let piece = origins.place(done, normalizer.report());
            written.push_str(&piece.new);
            report.append(piece.report, |_| Origin::default());
        }
        if part.is_empty() {
            break;
        }
    }
    Outcome {
        text: if written == text {
            text.into()
        } else {
            written.into()
        },
        encoding: None,
        encoding_confidence: 1.0,
        byte_order_mark: false,
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
