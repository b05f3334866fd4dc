//! One input: read, normalize, settle. Whatever goes wrong ends in a record, never in the run.

use std::cell::RefCell;
use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Arc;

use zhnorm::strip::Evidence;

use super::dropped::Dropped;
use super::evidence;
use crate::document::{Packing, Refusal};
use crate::escape;
use crate::fault::{Deed, Fault};
use crate::html_report::Page;
use crate::inputs::Input;
use crate::mode::{Mode, Work};
use crate::record::{Fate, Record};
use crate::replace;

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

/// Works on one input.
pub fn work(input: &Input, mode: &dyn Mode, witnesses: Witnesses<'_>) -> Record {
    let name = match &input.alias {
        None if input.is_stdin() => "<stdin>".to_owned(),
        _ => escape::path(input.shown()),
    };
    match catch_unwind(AssertUnwindSafe(|| process(input, mode, witnesses, &name))) {
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
) -> Result<Record, Fault> {
    let untouched = |fate| Record {
        fate,
        ..Record::failed(name.to_owned(), String::new())
    };
    if mode.is_done(input) {
        return Ok(untouched(Fate::UpToDate));
    }
    let (raw, metadata) = read(input)?;
    let packing = Packing::of(&raw);
    let bytes = packing.unpack(&raw)?;
    let mut normalizer = input.normalizer();
    if let Some(evidence) = witnesses.evidence {
        normalizer = Arc::new(evidence::informed(&normalizer, evidence, &input.path));
    }
    let processed = match mode.process(
        &bytes,
        &normalizer,
        &input.layout_of(&bytes),
        input.scope.profile.output,
    ) {
        Ok(processed) => processed,
        Err(Refusal::Other(fault)) => return Err(fault),
        Err(Refusal::Binary(fault)) if input.named => return Err(fault),
        Err(Refusal::Binary(_)) => {
            return Ok(untouched(Fate::Binary));
        }
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

/// Reads an input whole. A file that changes meanwhile would be half of this and half of that.
pub fn read(input: &Input) -> Result<(Vec<u8>, Option<Metadata>), Fault> {
    let mut bytes = Vec::new();
    if input.is_stdin() {
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| Fault::system(Deed::Read, &error))?;
        return Ok((bytes, None));
    }
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound if !input.named => {
            Fault::new("it vanished before it could be read; run again if it should be there")
        }
        _ => Fault::reading(&input.path, &error),
    };
    let mut file = File::open(&input.path).map_err(fault)?;
    let before = file.metadata().map_err(fault)?;
    // One byte more than the file has, so that its end is seen without growing the buffer.
    bytes
        .try_reserve_exact(before.len() as usize + 1)
        .map_err(|_| Fault::new("too large for the memory of this machine; split it"))?;
    file.read_to_end(&mut bytes).map_err(fault)?;
    let after = file.metadata().map_err(fault)?;
    if before.is_file() && !replace::same(&before, &after) {
        return Err(replace::changed_meanwhile());
    }
    Ok((bytes, Some(before)))
}
