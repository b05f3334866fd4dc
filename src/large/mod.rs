//! A file that is too large for memory: read twice by the library ([`zhnorm::stream`]), and written
//! part by part.
//!
//! What is reported of such a file is reported part by part too, so that it need not be kept.

mod compare;

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zhnorm::Normalizer;
use zhnorm::decode::Encoding;
use zhnorm::formats::{Format, Output, Problem};
use zhnorm::report::{Origin, Report};
use zhnorm::stream::{self, Found, Piece, Pieces};

use crate::arguments::Emit;
use crate::document::Refusal;
use crate::emit;
use crate::fault::Fault;
use crate::input::Input;
use crate::mode::{End, Job, Mode, Part, Receiver};
use crate::observers::Observers;
use crate::places::{FilePlace, Layout, Locator};
use crate::record::{Facts, FileStatus, Record, is_lossy, unlisted};
use crate::source::Source;

use compare::Comparison;

/// So many changes of one file are kept for the page of the run; the others are counted.
const SAMPLED: usize = 20_000;

/// Prints what was done to a part, in the turn of the file; gives whether the run goes on.
pub(crate) type PrintPart<'t> = &'t dyn Fn(&str, Vec<u8>, &Report, &[Option<FilePlace>]) -> bool;

/// Works on a large input.
///
/// # Errors
///
/// A refusal when it is no text, or what went wrong with it otherwise.
pub(crate) fn work(
    input: &Input,
    normalizer: &Normalizer,
    mut source: Source,
    mode: &dyn Mode,
    observers: Observers<'_>,
    name: &str,
    print_part: PrintPart<'_>,
) -> Result<Record, Refusal> {
    let mut record = Record {
        status: FileStatus::Unchanged,
        ..Record::failed(name.to_owned(), String::new())
    };
    if mode.detects_only() {
        let facts = detect(&mut source, normalizer)?;
        record.text = mode.detected(input, &facts);
        record.facts = Some(facts);
        return Ok(record);
    }
    if input.emit() != Emit::Text {
        return Err(Refusal::Other(emit::too_large(input.emit())));
    }
    if input.format() == Format::Page {
        return Err(Refusal::Other(Fault::new(
            "a web page too large to be taken apart in memory; split it, or name --format text to \
             have its source worked on as it is",
        )));
    }
    let found = survey(&mut source, normalizer)?;
    let facts = facts(&found);
    let metadata = source.metadata.clone();
    let options = (input.format_options()).with_evidence(observers.evidence.cloned());
    let packing = source.packing;
    let comparison = Mutex::default();
    let mut pass = Pass {
        receiver: mode.receive(&Job {
            input,
            metadata: metadata.as_ref(),
            packing,
            facts,
        })?,
        output: options.output,
        observers,
        name,
        path: input.shown(),
        print_part,
        comparison: &comparison,
        locator: (observers.locates)
            .then(|| Locator::new(facts.encoding, Layout::of(input.format(), &options))),
        counts: Report::counting(),
        sample: normalizer.report(),
        kept: 0,
        goes_on: true,
    };
    let reader = Compared {
        reader: source.reader()?,
        comparison: &comparison,
    };
    let pieces = Pieces::new(reader, found, input.format(), normalizer, &options);
    let ended = pieces.for_each(observers.spare, |piece| {
        let taken = piece
            .map_err(|error| Fault::unpacking(packing, &error).into())
            .and_then(|piece| pass.take(&piece));
        match taken {
            Err(refusal) => ControlFlow::Break(Err(refusal)),
            Ok(()) if pass.goes_on => ControlFlow::Continue(()),
            Ok(()) => ControlFlow::Break(Ok(())),
        }
    });
    let end = match ended {
        ControlFlow::Continue(end) => end,
        ControlFlow::Break(stopped) => return stopped.map(|()| record),
    };
    pass.print_rest(&end.decoding);
    if !pass.goes_on {
        return Ok(record);
    }
    source.is_same()?;
    let differs = lock(&comparison).differs_at_end();
    let settled = pass.receiver.finish(End {
        differs,
        is_lossy: is_lossy(&pass.counts),
        source: &mut source,
    })?;
    record.status = settled.status;
    record.facts = Some(facts);
    record.report = pass.counts;
    record.faults = end.problems.iter().map(Problem::to_string).collect();
    let divided = input.format().is_divided().then(|| {
        let format = input.format();
        format!("too large to be taken apart as {format}; worked on as lines of text")
    });
    record.warnings = (end.warnings.iter().map(Problem::to_string))
        .chain(divided)
        .chain(settled.warning)
        .chain(unlisted(&record.report))
        .collect();
    record.text = settled.text;
    if let Some(page) = observers.page {
        page.take_large(&record, &pass.sample, source.length, pass.kept);
    }
    Ok(record)
}

/// The bytes of a file on their way to the pipeline.
struct Compared<'c, R> {
    reader: R,
    comparison: &'c Mutex<Comparison>,
}

impl<R: Read> Read for Compared<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        lock(self.comparison).went_in(&into[..read]);
        Ok(read)
    }
}

fn lock(comparison: &Mutex<Comparison>) -> MutexGuard<'_, Comparison> {
    comparison.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first pass.
fn survey(source: &mut Source, normalizer: &Normalizer) -> Result<Found, Refusal> {
    let packing = source.packing;
    stream::survey(source.reader()?, normalizer).map_err(|error| match error {
        stream::Error::Read(error) => Fault::unpacking(packing, &error).into(),
        stream::Error::Normalize(error) => error.into(),
        error => Fault::new(error.to_string()).into(),
    })
}

fn facts(found: &Found) -> Facts {
    Facts {
        encoding: found.decoder.encoding(),
        confidence: found.decoder.confidence(),
        rivals: [None; 3],
        variety: found.variety,
    }
}

/// What is known about a large input, which may be binary, without changing it.
fn detect(source: &mut Source, normalizer: &Normalizer) -> Result<Facts, Refusal> {
    let mut options = normalizer.options().clone();
    options.decode.min_confidence = 0.0;
    match survey(source, &Normalizer::new(options)) {
        Ok(found) => Ok(facts(&found)),
        Err(Refusal::Binary(_)) => Ok(Facts {
            encoding: Encoding::BINARY,
            confidence: 1.0,
            rivals: [None; 3],
            variety: zhnorm::convert::Variety::Unknown,
        }),
        Err(refusal) => Err(refusal),
    }
}

/// The second pass.
struct Pass<'p> {
    receiver: Box<dyn Receiver + 'p>,
    output: Option<Output>,
    observers: Observers<'p>,
    name: &'p str,
    path: &'p Path,
    print_part: PrintPart<'p>,
    comparison: &'p Mutex<Comparison>,
    /// Where in the file the changes are, when that is told.
    locator: Option<Locator>,
    /// What was done to the file, without the places.
    counts: Report,
    /// The first of the places, for the page.
    sample: Report,
    /// The length of the new text.
    kept: u64,
    goes_on: bool,
}

impl Pass<'_> {
    fn take(&mut self, piece: &Piece) -> Result<(), Refusal> {
        let encoded;
        let bytes = match self.output {
            Some(output) => {
                encoded = output.encode(piece.new.as_bytes())?;
                &encoded
            }
            None => piece.new.as_bytes(),
        };
        self.record(&piece.decoding)?;
        self.record(&piece.report)?;
        self.kept += piece.new.len() as u64;
        let mut comparison = lock(self.comparison);
        comparison.came_out(bytes);
        let text = self.receiver.take(&Part {
            old: &piece.old,
            new: &piece.new,
            bytes,
            differs: comparison.differs(),
        })?;
        drop(comparison);
        let places = self.locator.as_mut().map_or_else(Vec::new, |locator| {
            locator.part(
                &piece.old,
                is_lossy(&piece.decoding),
                piece.report.changes(),
            )
        });
        self.goes_on &= self.print_decoding(&piece.decoding)
            && (self.print_part)(self.name, text, &piece.report, &places);
        Ok(())
    }

    /// Reports what decoding did after the last part.
    fn print_rest(&mut self, decoding: &Report) {
        self.add(decoding);
        self.goes_on &= self.print_decoding(decoding);
    }

    fn print_decoding(&self, decoding: &Report) -> bool {
        let places: Vec<_> = decoding.changes().iter().map(FilePlace::of_bytes).collect();
        (self.print_part)(self.name, Vec::new(), decoding, &places)
    }

    fn record(&mut self, report: &Report) -> Result<(), Fault> {
        if let Some(dropped) = self.observers.dropped {
            dropped.keep(self.path, report)?;
        }
        self.add(report);
        Ok(())
    }

    fn add(&mut self, report: &Report) {
        let here = |_| Origin::default();
        self.counts.append(report.counts(), here);
        let is_full = self.sample.changes().len() >= SAMPLED || self.observers.page.is_none();
        let more = if is_full {
            report.counts()
        } else {
            report.clone()
        };
        self.sample.append(more, here);
    }
}
