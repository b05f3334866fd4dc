//! One input: load, normalize, settle. Whatever goes wrong ends in a record, never in the run.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Arc;

use zhnorm::Normalizer;
use zhnorm::formats::Format;
use zhnorm::formats::Packing;
use zhnorm::report::Report;

use super::evidence;
use crate::arguments::Emit;
use crate::document::{self, Processed, Refusal};
use crate::emit;
use crate::escape;
use crate::fault::Fault;
use crate::input::Input;
use crate::known_formats::advice;
use crate::large::{self, PrintPart};
use crate::mode::{Mode, Work};
use crate::observers::Observers;
use crate::places::{FilePlace, Layout, Locator};
use crate::record::{Facts, FileStatus, Record, is_lossy, unlisted};
use crate::source::{self, Loaded, Source};

/// JSON lines of no more bytes than this are worked on by one thread.
const LINES_IN_ONE: usize = 1 << 20;

/// The most bytes of a file of a format with structure. Its texts are worked on in groups, so that
/// a file takes some three times its size in memory.
const WHOLE_STRUCTURE: usize = 1 << 30;

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic is kept for the record of its file instead of printed.
pub(super) fn catch_panics() {
    set_hook(Box::new(|panic| {
        PANIC.with(|last| *last.borrow_mut() = Some(panic.to_string()));
    }));
}

/// Works on one input. What is done to a large one is printed part by part.
pub(super) fn work(
    input: &Input,
    mode: &dyn Mode,
    observers: Observers<'_>,
    print_part: PrintPart<'_>,
) -> Record {
    let name = match &input.alias {
        None if input.is_stdin() => "<stdin>".to_owned(),
        _ => escape::path(input.shown()),
    };
    match catch_unwind(AssertUnwindSafe(|| {
        begin(input, mode, observers, &name, print_part)
    })) {
        Ok(Ok(record)) => record,
        Ok(Err(Fault(message))) => Record::failed(name, message),
        Err(cause) => {
            // Of a thread that helped, only the cause is known here.
            let of_helper = || Some((*cause.downcast_ref::<&str>()?).to_owned());
            let of_helper = || of_helper().or_else(|| cause.downcast_ref::<String>().cloned());
            let panic = PANIC
                .with(|last| last.borrow_mut().take())
                .or_else(of_helper);
            let message = format!(
                "an error in zhnorm itself; the file was left alone; please report it with the \
                 file: {}",
                escape::visible(&panic.unwrap_or_default())
            );
            Record::failed(name, message)
        }
    }
}

/// The format of the bytes. A page that is changed in place stays a page.
fn format_of(input: &Input, bytes: &[u8], mode: &dyn Mode) -> Format {
    match input.format_of_bytes(bytes) {
        Format::Page if mode.keeps_pages() && !input.names_format() => Format::HtmlDocument,
        format => format,
    }
}

/// The most bytes of an input that are worked on in memory.
fn most_in_memory(input: &Input, normalizer: &Normalizer, observers: Observers<'_>) -> usize {
    let most = normalizer.options().large.whole;
    let format = input.format();
    if input.emit() != Emit::Text && format != Format::Page {
        return most.max(emit::LARGEST);
    }
    if format.is_whole() {
        return most.max(WHOLE_STRUCTURE);
    }
    // Records do not depend on each other: with several threads, they are worked on in parts.
    let in_parts = observers.is_alone && observers.page.is_none();
    if in_parts && format == Format::JsonLines {
        return most.min(LINES_IN_ONE);
    }
    most
}

/// Where in the file the changes are, when that is told.
fn places(
    observers: Observers<'_>,
    input: &Input,
    bytes: &[u8],
    mode: &dyn Mode,
    normalizer: &Normalizer,
    facts: Option<&Facts>,
    report: &Report,
) -> Vec<Option<FilePlace>> {
    let Some(facts) = facts.filter(|_| observers.locates) else {
        return Vec::new();
    };
    let layout = Layout::of(format_of(input, bytes, mode), &input.format_options());
    let text = document::decoded(bytes, normalizer);
    Locator::new(facts.encoding, layout).whole(&text, bytes, report.changes())
}

/// What to do with a file that is no text, unless only its encoding is asked for or it is a book,
/// which is read.
fn advice_on(input: &Input, bytes: &[u8], mode: &dyn Mode) -> Option<&'static str> {
    let is_read = mode.detects_only() || input.format() == Format::Epub;
    if is_read { None } else { advice(bytes) }
}

/// Works on the names in an archive, or on a text, unless only names are asked for.
fn begin(
    input: &Input,
    mode: &dyn Mode,
    observers: Observers<'_>,
    name: &str,
    print_part: PrintPart<'_>,
) -> Result<Record, Fault> {
    if let Some(names) = observers.names {
        if names.are_of_archive(input) && !mode.is_done(input) {
            return names.in_archive(input, mode, &input.normalizer(), name);
        }
        if names.are_all() {
            return Ok(Record {
                status: FileStatus::Unchanged,
                ..Record::failed(name.to_owned(), String::new())
            });
        }
    }
    process(input, mode, observers, name, print_part)
}

/// The bytes of the file after the pipeline, in the form that is asked for, and whether it is a copy
/// that is left out.
fn document<'b>(
    input: &Input,
    mode: &dyn Mode,
    bytes: &'b [u8],
    normalizer: &Normalizer,
    observers: Observers<'_>,
    name: &str,
) -> Result<(Processed<'b>, bool), Refusal> {
    let format = format_of(input, bytes, mode);
    let mut options = (input.format_options()).with_evidence(observers.evidence.cloned());
    let form = input.emit();
    if mode.detects_only() {
        return Ok((mode.process(bytes, format, normalizer, &options)?, false));
    }
    let is_text = form == Emit::Text;
    let output = if is_text { None } else { options.output.take() };
    if !is_text {
        emit::admit(form, format, output, mode)?;
        options = options.with_article(true);
    }
    let mut processed = mode.process(bytes, format, normalizer, &options)?;
    let is_copy = observers.duplicates.is_some_and(|duplicates| {
        let report = &mut processed.report;
        duplicates.decide(observers.turn, name, &processed.contents, report)
    });
    if !is_text && !is_copy {
        processed.contents = emit::written(form, input, &processed, output)?;
    }
    Ok((processed, is_copy))
}

/// The normalizer for an input, which knows what recurs in other files.
fn informed(input: &Input, observers: Observers<'_>) -> Arc<Normalizer> {
    let normalizer = input.normalizer();
    match observers.evidence {
        Some(evidence) => Arc::new(evidence::informed(&normalizer, evidence, &input.path)),
        None => normalizer,
    }
}

/// The record of a copy.
fn left_out(record: Record, processed: Processed<'_>) -> Record {
    Record {
        facts: processed.facts,
        report: processed.report,
        ..record
    }
}

fn process(
    input: &Input,
    mode: &dyn Mode,
    observers: Observers<'_>,
    name: &str,
    print_part: PrintPart<'_>,
) -> Result<Record, Fault> {
    let untouched = |status| Record {
        status,
        ..Record::failed(name.to_owned(), String::new())
    };
    // With evidence from all files, one that did not change may become another text.
    if observers.evidence.is_none() && mode.is_done(input) {
        return Ok(untouched(FileStatus::UpToDate));
    }
    let not_text = |advice: &'static str| {
        if input.named {
            Err(Fault::new(advice))
        } else {
            Ok(untouched(FileStatus::Binary(Some(advice))))
        }
    };
    let refused = |refusal| match refusal {
        Refusal::Binary(_) if !input.named => Ok(untouched(FileStatus::Binary(None))),
        Refusal::Binary(fault) | Refusal::Other(fault) => Err(fault),
    };
    let normalizer = informed(input, observers);
    let most = most_in_memory(input, &normalizer, observers);
    let large = |mut source: Source| {
        let known = advice(&source.beginning()?);
        if let Some(refusal) = known.filter(|_| !mode.detects_only()).map(not_text) {
            return refusal;
        }
        large::work(
            input,
            &normalizer,
            source,
            mode,
            observers,
            name,
            print_part,
        )
        .or_else(refused)
    };
    let (raw, metadata) = match source::load(input, most)? {
        Loaded::Whole(raw, metadata) => (raw, metadata),
        Loaded::Large(source) => return large(source),
    };
    let packing = Packing::detect(&raw);
    let Some(bytes) = packing
        .unpack(&raw, most)
        .map_err(|error| Fault::unpacking(packing, &error))?
    else {
        return large(Source::from_packed(&raw, input, metadata)?);
    };
    if let Some(refusal) = advice_on(input, &bytes, mode).map(not_text) {
        return refusal;
    }
    let (processed, is_copy) = match document(input, mode, &bytes, &normalizer, observers, name) {
        Ok(done) => done,
        Err(refusal) => return refused(refusal),
    };
    if is_copy {
        return Ok(left_out(untouched(FileStatus::Copy), processed));
    }
    if let Some(dropped) = observers.dropped {
        dropped.keep(input.shown(), &processed.report)?;
    }
    let kept = processed.contents.len() as u64;
    let settled = mode.settle(Work {
        input,
        metadata: metadata.as_ref(),
        packing,
        raw: &raw,
        old: &bytes,
        new: processed.contents,
        facts: processed.facts,
        is_lossy: is_lossy(&processed.report),
        normalizer: &normalizer,
    })?;
    let (facts, report) = (processed.facts, processed.report);
    let places = places(
        observers,
        input,
        &bytes,
        mode,
        &normalizer,
        facts.as_ref(),
        &report,
    );
    let record = Record {
        warnings: (processed.warnings.into_iter().chain(settled.warning))
            .chain(unlisted(&report))
            .collect(),
        places,
        facts,
        report,
        faults: processed.faults,
        text: settled.text,
        ..untouched(settled.status)
    };
    if let Some(page) = observers.page {
        page.take(&record, &bytes, kept, &normalizer);
    }
    Ok(record)
}
