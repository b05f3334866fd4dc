//! One input: read, normalize, settle. Whatever goes wrong ends in a record, never in the run.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Arc;

use zhnorm::formats::packing::Packing;
use zhnorm::strip::Evidence;

use super::dropped::Dropped;
use super::evidence;
use crate::document::Refusal;
use crate::escape;
use crate::fault::Fault;
use crate::html_report::Page;
use crate::inputs::Input;
use crate::large::{self, Tell};
use crate::mode::{Mode, Work};
use crate::record::{Fate, Record};
use crate::source::{self, Loaded, Source};

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic is remembered for the record of its file instead of printed.
pub fn catch_panics() {
    set_hook(Box::new(|panic| {
        PANIC.with(|last| *last.borrow_mut() = Some(panic.to_string()));
    }));
}

/// Who has something to say about a text, or is shown what was done to it while it is there.
#[derive(Clone, Copy)]
pub struct Witnesses<'w> {
    /// Before the text is worked on: what the other files say.
    pub evidence: Option<&'w Evidence>,
    /// Before the file is written: whoever keeps what was left out.
    pub dropped: Option<&'w Dropped>,
    /// After it: the page of the run.
    pub page: Option<&'w Page>,
}

/// Works on one input. What is done to a large one is told part by part.
pub fn work(input: &Input, mode: &dyn Mode, witnesses: Witnesses<'_>, tell: Tell<'_>) -> Record {
    let name = match &input.alias {
        None if input.is_stdin() => "<stdin>".to_owned(),
        _ => escape::path(input.shown()),
    };
    match catch_unwind(AssertUnwindSafe(|| {
        process(input, mode, witnesses, &name, tell)
    })) {
        Ok(Ok(record)) => record,
        Ok(Err(Fault(message))) => Record::failed(name, message),
        Err(_) => {
            let panic = PANIC.with(|last| last.borrow_mut().take());
            let message = format!(
                "an error in zhnorm itself; the file was left alone; please report it with the \
                 file: {}",
                escape::visible(&panic.unwrap_or_default())
            );
            Record::failed(name, message)
        }
    }
}

fn process(
    input: &Input,
    mode: &dyn Mode,
    witnesses: Witnesses<'_>,
    name: &str,
    tell: Tell<'_>,
) -> Result<Record, Fault> {
    let untouched = |fate| Record {
        fate,
        ..Record::failed(name.to_owned(), String::new())
    };
    if mode.is_done(input) {
        return Ok(untouched(Fate::UpToDate));
    }
    let refused = |refusal| match refusal {
        Refusal::Binary(_) if !input.named => Ok(untouched(Fate::Binary)),
        Refusal::Binary(fault) | Refusal::Other(fault) => Err(fault),
    };
    let mut normalizer = input.normalizer();
    if let Some(evidence) = witnesses.evidence {
        normalizer = Arc::new(evidence::informed(&normalizer, evidence, &input.path));
    }
    let most = normalizer.options().large.whole;
    let large = |source| {
        large::work(input, &normalizer, source, mode, witnesses, name, tell).or_else(refused)
    };
    let (raw, metadata) = match source::load(input, most)? {
        Loaded::Whole(raw, metadata) => (raw, metadata),
        Loaded::Large(source) => return large(source),
    };
    let packing = Packing::detect(&raw);
    let Some(bytes) =
        (packing.unpack(&raw, most)).map_err(|error| Fault::unpacking(packing, &error))?
    else {
        return large(Source::of_packed(&raw, input, metadata)?);
    };
    let processed = match mode.process(
        &bytes,
        input.format_of_bytes(&bytes),
        &normalizer,
        &(input.format_options()).with_evidence(witnesses.evidence.cloned()),
    ) {
        Ok(processed) => processed,
        Err(refusal) => return refused(refusal),
    };
    if let Some(dropped) = witnesses.dropped {
        dropped.keep(name, &processed.report)?;
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
        normalizer: &normalizer,
    })?;
    let record = Record {
        name: name.to_owned(),
        fate: settled.fate,
        facts: processed.facts,
        report: processed.report,
        faults: processed.faults,
        warnings: settled.warning.into_iter().collect(),
        text: settled.text,
    };
    if let Some(page) = witnesses.page {
        page.take(&record, &bytes, kept, &normalizer);
    }
    Ok(record)
}
