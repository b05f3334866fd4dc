//! `--corpus-evidence`: everything is read once before the run, to learn which lines recur.
//!
//! The files of one folder are taken for pages of one site. So are those below a folder whose name
//! is a host, as in a mirror, and JSON lines with addresses of one host, in whatever file they are.
//! What is observed is the text after decoding and repair, so that the same footer in two
//! encodings, or once garbled, is one footer. Files are read on all cores and observed in the order
//! in which they are found: two runs over the same folder learn the same. JSON lines too large for
//! memory are read some lines at a time.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use zhnorm::Normalizer;
use zhnorm::formats::Packing;
use zhnorm::formats::site_group;
use zhnorm::formats::{self, Format};
use zhnorm::report::Report;
use zhnorm::stream::{self, Lines};
use zhnorm::strip::{Evidence, EvidenceBuilder, Observation};

use crate::input::Input;
use crate::interrupt;
use crate::search::{Finding, Search};
use crate::settings::Settings;
use crate::source::{self, Loaded, Source};

/// So many files for each thread are held as hashes of their lines before they are counted.
const BATCH: usize = 64;

/// Reads what the settings name. Files that cannot be read are left to the run, which says so.
///
/// # Errors
///
/// A message when there are no threads to work with.
pub(super) fn gather(settings: &Settings, mut inputs: Search<'_>) -> Result<Evidence, String> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(settings.jobs.get())
        .build()
        .map_err(|error| format!("no threads to work with: {error}"))?;
    let mut builder = EvidenceBuilder::default();
    while !interrupt::requested() {
        let batch: Vec<Input> = inputs
            .by_ref()
            .filter_map(|found| match found {
                Finding::Input(input) => Some(input),
                Finding::Temporary(_) | Finding::Name(..) | Finding::Fault(..) => None,
            })
            .take(BATCH * settings.jobs.get())
            .collect();
        if batch.is_empty() {
            break;
        }
        let observed: Vec<Observed> = pool.install(|| batch.par_iter().map(observe).collect());
        for (observed, input) in observed.into_iter().zip(&batch) {
            match observed {
                Observed::Whole(observations) => {
                    for observation in observations {
                        builder.add(&observation);
                    }
                }
                // The run itself reports what fails.
                Observed::Large(source) => {
                    let _ = catch_unwind(AssertUnwindSafe(|| {
                        pool.install(|| observe_large(input, source, &mut builder))
                    }));
                }
            }
        }
    }
    Ok(builder.finish())
}

/// What a file gives.
enum Observed {
    /// Its documents, as the lines that they consist of.
    Whole(Vec<Observation>),
    /// JSON lines that are too large for memory.
    Large(Source),
}

/// Reads a file.
fn observe(input: &Input) -> Observed {
    // The run itself reports a file on which the pipeline fails.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let normalizer = input.normalizer();
        let most = normalizer.options().large.whole;
        let is_lines = input.format() == Format::JsonLines;
        let (raw, metadata) = match source::load(input, most).ok()? {
            Loaded::Whole(raw, metadata) => (raw, metadata),
            // Any other text that is too large to be kept in memory is no page of a site.
            Loaded::Large(source) => return is_lines.then_some(Observed::Large(source)),
        };
        let Some(bytes) = Packing::detect(&raw).unpack(&raw, most).ok()? else {
            let source = Source::from_packed(&raw, input, metadata).ok()?;
            return is_lines.then_some(Observed::Large(source));
        };
        let repaired = repaired(&normalizer);
        let mut observed = Vec::new();
        formats::texts(
            &bytes,
            input.format_of_bytes(&bytes),
            &repaired,
            &input.format_options(),
            &mut |host, text| observed.push(observation(&normalizer, host, &input.path, text)),
        );
        Some(Observed::Whole(observed))
    }));
    read.ok().flatten().unwrap_or(Observed::Whole(Vec::new()))
}

/// Reads JSON lines that are too large for memory, and observes their texts. The run itself says
/// what is wrong with a file that cannot be read.
fn observe_large(input: &Input, mut source: Source, builder: &mut EvidenceBuilder) -> Option<()> {
    let usual = input.normalizer();
    let normalizer = repaired(&usual);
    let options = input.format_options();
    let reader = UntilInterrupted(source.reader().ok()?);
    let found = stream::survey(reader, &normalizer).ok()?;
    let reader = UntilInterrupted(source.reader().ok()?);
    let mut lines = Lines::new(reader, found.decoder);
    while let Some(lines) = lines.next_lines(&mut Report::counting()).ok()? {
        let mut texts = Vec::new();
        formats::record_texts(&lines, &options, &mut |host, text| {
            texts.push((host.map(str::to_owned), text.to_owned()));
        });
        let observed: Vec<Observation> = texts
            .into_par_iter()
            .map(|(host, text)| {
                let text = normalizer.normalize_str(&text).text;
                observation(&usual, host.as_deref(), &input.path, &text)
            })
            .collect();
        for observation in observed {
            builder.add(&observation);
        }
    }
    Some(())
}

/// A reader that ends when the user interrupts the run.
struct UntilInterrupted<R>(R);

impl<R: Read> Read for UntilInterrupted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if interrupt::requested() {
            return Ok(0);
        }
        self.0.read(into)
    }
}

/// The lines of a text, judged by the rules that the second pass uses.
fn observation(
    normalizer: &Normalizer,
    host: Option<&str>,
    path: &Path,
    text: &str,
) -> Observation {
    let rules = normalizer.options().strip.rules();
    Observation::with_rules(&site_group(host, path), text, rules)
}

/// The first two stages of a normalizer.
fn repaired(normalizer: &Normalizer) -> Normalizer {
    let options = normalizer.options().clone();
    let stages = options.stages.with_strip(false).with_convert(false);
    Normalizer::new(options.with_stages(stages).with_count_only(true))
}

/// The normalizer of an input, with what the other files of its folder say.
pub(super) fn informed(normalizer: &Normalizer, evidence: &Evidence, path: &Path) -> Normalizer {
    let mut options = normalizer.options().clone();
    options.strip = options
        .strip
        .with_evidence(evidence.of_group(&site_group(None, path)));
    Normalizer::new(options)
}
