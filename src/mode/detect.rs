//! `--detect`: prints what is known about each file, and changes nothing. Where the encoding is in
//! doubt, a fifth column names what else it may be.

use std::borrow::Cow;
use std::fmt::Write as _;

use zhnorm::formats::{self, Format};
use zhnorm::report::Report;
use zhnorm::{Normalizer, Stages};

use super::{Job, Mode, Receiver, Settled, Work};
use crate::document::{self, Processed, Refusal};
use crate::escape;
use crate::fault::Fault;
use crate::input::Input;
use crate::record::{Facts, FileStatus};

/// Prints path, encoding, confidence and script, separated by tabs.
pub(crate) struct Detector;

impl Mode for Detector {
    fn process<'a>(
        &self,
        bytes: &'a [u8],
        _format: Format,
        normalizer: &Normalizer,
        _options: &formats::Options,
    ) -> Result<Processed<'a>, Refusal> {
        // The script of a garbled text is that of the original. An uncertain answer is printed
        // too, together with its confidence.
        let stages = Stages::default().with_strip(false).with_convert(false);
        let options = normalizer.options().clone();
        let mut options = options.with_stages(stages).with_count_only(true);
        options.decode.min_confidence = 0.0;
        Ok(Processed {
            contents: Cow::Borrowed(bytes),
            facts: Some(document::detect(bytes, &Normalizer::new(options))),
            report: Report::counting(),
            faults: Vec::new(),
            warnings: Vec::new(),
            article: None,
        })
    }

    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        let Some(facts) = work.facts else {
            return Ok(Settled::quietly(FileStatus::Unchanged));
        };
        Ok(Settled {
            text: self.detected(work.input, &facts),
            ..Settled::quietly(FileStatus::Unchanged)
        })
    }

    fn receive<'m>(&'m self, _job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        Err(Fault::new(
            "only what is known about this file is printed, not its text",
        ))
    }

    fn detects_only(&self) -> bool {
        true
    }

    fn detected(&self, input: &Input, facts: &Facts) -> Vec<u8> {
        let name = escape::path(input.shown());
        let mut rivals = String::new();
        for rival in facts
            .rivals
            .iter()
            .flatten()
            .filter(|rival| rival.confidence >= 0.005)
        {
            rivals.push(if rivals.is_empty() { '\t' } else { ' ' });
            // Writing to a string cannot fail.
            let _ = write!(rivals, "{} {:.3}", rival.encoding, rival.confidence);
        }
        let line = format!(
            "{name}\t{}\t{:.3}\t{}{rivals}\n",
            facts.encoding,
            facts.confidence,
            facts.script().unwrap_or("-")
        );
        line.into_bytes()
    }
}
