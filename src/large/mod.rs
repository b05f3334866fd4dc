//! A file that is too large for memory: read twice, worked on in groups of lines, written part by
//! part. The library says what the groups are ([`zhnorm::stream`]); here are the bytes around
//! them: packed or not ([`crate::source`]), in JSON lines or with parts that are switched off
//! ([`layout`]), in whatever encoding comes out.
//!
//! What is told of such a file is told part by part too, so that it need not be kept.

mod compare;
mod layout;

use zhnorm::Normalizer;
use zhnorm::decode::{Decoder, Encoding};
use zhnorm::report::{Origin, Report};
use zhnorm::stream::{Found, Piece, Survey};

use crate::document::{Output, Refusal};
use crate::fault::Fault;
use crate::inputs::Input;
use crate::mode::{Job, Mode, Part, Receiver};
use crate::record::{Facts, Fate, Record};
use crate::run::Witnesses;
use crate::source::Source;

use compare::Comparison;
use layout::Reader;

/// So many changes of one file are kept for the page of the run; the others are counted.
const SAMPLED: usize = 20_000;

/// Tells what was done to a part, in the turn of the file; whether anybody listens.
pub type Tell<'t> = &'t dyn Fn(&str, Vec<u8>, &Report) -> bool;

/// Works on a large input.
///
/// # Errors
///
/// A refusal when it is no text, or what went wrong with it otherwise.
pub fn work(
    input: &Input,
    normalizer: &Normalizer,
    mut source: Source,
    mode: &dyn Mode,
    witnesses: Witnesses<'_>,
    name: &str,
    tell: Tell<'_>,
) -> Result<Record, Refusal> {
    let mut record = Record {
        fate: Fate::Unchanged,
        ..Record::failed(name.to_owned(), String::new())
    };
    if mode.detects_only() {
        let facts = detect(&mut source, normalizer)?;
        record.text = mode.told(input, &facts);
        record.facts = Some(facts);
        return Ok(record);
    }
    if input.layout().is_html() {
        return Err(Refusal::Other(Fault::new(
            "a web page too large to be taken apart in memory; split it, or name --format text to \
             have its source worked on as it is",
        )));
    }
    let found = survey(&mut source, normalizer)?;
    let facts = facts(&found);
    let metadata = source.metadata.clone();
    let mut pass = Pass {
        normalizer,
        receiver: mode.receive(&Job {
            input,
            metadata: metadata.as_ref(),
            packing: source.packing,
            facts,
        })?,
        output: input.scope.profile.output,
        witnesses,
        name,
        tell,
        comparison: Comparison::default(),
        decoded: normalizer.report(),
        counts: Report::counting(),
        sample: normalizer.report(),
        kept: 0,
        is_heard: true,
    };
    let mut decoder = found.decoder;
    let mut reader = Reader::new(
        normalizer,
        input.layout().informed(witnesses.evidence),
        found.variety,
    );
    source.read(|block| {
        pass.comparison.went_in(block);
        decoder.read(block);
        pass.advance(&mut decoder, &mut reader)?;
        Ok(pass.is_heard)
    })?;
    decoder.end();
    pass.advance(&mut decoder, &mut reader)?;
    reader.end();
    pass.advance(&mut decoder, &mut reader)?;
    pass.tell_rest();
    if !pass.is_heard {
        return Ok(record);
    }
    source.is_same()?;
    let differs = pass.comparison.differs_at_end();
    let settled = pass.receiver.finish(differs, &mut source)?;
    record.fate = settled.fate;
    record.facts = Some(facts);
    record.report = pass.counts;
    record.faults = reader.faults;
    record.warnings = settled.warning.into_iter().collect();
    record.text = settled.text;
    if let Some(page) = witnesses.page {
        page.take_large(&record, &pass.sample, source.length, pass.kept);
    }
    Ok(record)
}

/// The first pass.
fn survey(source: &mut Source, normalizer: &Normalizer) -> Result<Found, Refusal> {
    let mut survey = Survey::new(normalizer);
    source.read(|block| {
        survey.read(block);
        Ok(true)
    })?;
    Ok(survey.finish()?)
}

fn facts(found: &Found) -> Facts {
    Facts {
        encoding: found.decoder.encoding(),
        confidence: found.decoder.confidence(),
        variety: found.variety,
    }
}

/// What is found out about a large input without changing it; also of what is no text.
fn detect(source: &mut Source, normalizer: &Normalizer) -> Result<Facts, Refusal> {
    let mut options = normalizer.options().clone();
    options.decode.min_confidence = 0.0;
    match survey(source, &Normalizer::new(options)) {
        Ok(found) => Ok(facts(&found)),
        Err(Refusal::Binary(_)) => Ok(Facts {
            encoding: Encoding::BINARY,
            confidence: 1.0,
            variety: zhnorm::convert::Variety::Unknown,
        }),
        Err(refusal) => Err(refusal),
    }
}

/// The second pass.
struct Pass<'p> {
    normalizer: &'p Normalizer,
    receiver: Box<dyn Receiver + 'p>,
    output: Option<Output>,
    witnesses: Witnesses<'p>,
    name: &'p str,
    tell: Tell<'p>,
    comparison: Comparison,
    /// What decoding did and nobody was told of yet.
    decoded: Report,
    /// What was done to the file, without the places.
    counts: Report,
    /// The first of the places, for the page.
    sample: Report,
    /// The length of the new text.
    kept: u64,
    is_heard: bool,
}

impl Pass<'_> {
    /// Takes along what is ready.
    fn advance(&mut self, decoder: &mut Decoder, reader: &mut Reader<'_>) -> Result<(), Fault> {
        while let Some(text) = decoder.next_slab(&mut self.decoded) {
            reader.read(&text);
        }
        while let Some(piece) = reader.next() {
            self.take(&piece)?;
        }
        Ok(())
    }

    fn take(&mut self, piece: &Piece) -> Result<(), Fault> {
        let encoded;
        let bytes = match self.output {
            Some(output) => {
                encoded = output.write(piece.new.as_bytes())?;
                &encoded
            }
            None => piece.new.as_bytes(),
        };
        let report = std::mem::replace(&mut self.decoded, self.normalizer.report());
        self.record(&report)?;
        self.record(&piece.report)?;
        self.kept += piece.new.len() as u64;
        self.comparison.came_out(bytes);
        let text = self.receiver.take(&Part {
            old: &piece.old,
            new: &piece.new,
            bytes,
            differs: self.comparison.differs(),
        })?;
        self.is_heard &= (self.tell)(self.name, Vec::new(), &report)
            && (self.tell)(self.name, text, &piece.report);
        Ok(())
    }

    /// Tells what decoding did after the last part.
    fn tell_rest(&mut self) {
        let report = std::mem::replace(&mut self.decoded, self.normalizer.report());
        self.add(&report);
        self.is_heard &= (self.tell)(self.name, Vec::new(), &report);
    }

    fn record(&mut self, report: &Report) -> Result<(), Fault> {
        if let Some(dropped) = self.witnesses.dropped {
            dropped.keep(self.name, report)?;
        }
        self.add(report);
        Ok(())
    }

    fn add(&mut self, report: &Report) {
        let here = |_| Origin::default();
        self.counts.append(report.counts(), here);
        let is_full = self.sample.changes().len() >= SAMPLED || self.witnesses.page.is_none();
        let more = if is_full {
            report.counts()
        } else {
            report.clone()
        };
        self.sample.append(more, here);
    }
}
