//! `--corpus-evidence`: everything is read once before the run, to learn which lines recur.
//!
//! The files of one folder are taken for pages of one site. What is observed is the text after
//! decoding and repair, so that the same footer in two encodings, or once garbled, is one footer.
//! Files are read on all cores and observed in the order in which they are found: two runs over
//! the same folder learn the same.

use std::path::Path;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use zhnorm::strip::{Evidence, EvidenceBuilder, Observation};
use zhnorm::{Normalizer, Options, Stages};

use crate::document::{self, Packing};
use crate::inputs::{Found, Input, Inputs};
use crate::interrupt;
use crate::settings::Settings;
use crate::source::{self, Loaded};

/// So many files for each thread are held as hashes of their lines before they are counted.
const BATCH: usize = 64;

/// Reads what the settings name. Files that cannot be read are left to the run, which says so.
///
/// # Errors
///
/// A message when there are no threads to work with.
pub fn gather(settings: &Settings, mut inputs: Inputs<'_>) -> Result<Evidence, String> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(settings.jobs.get())
        .build()
        .map_err(|error| format!("no threads to work with: {error}"))?;
    let mut builder = EvidenceBuilder::default();
    while !interrupt::asked() {
        let batch: Vec<Input> = inputs
            .by_ref()
            .filter_map(|found| match found {
                Found::Input(input) => Some(input),
                Found::Temporary(_) | Found::Fault(..) => None,
            })
            .take(BATCH * settings.jobs.get())
            .collect();
        if batch.is_empty() {
            break;
        }
        let observed: Vec<Vec<Observation>> =
            pool.install(|| batch.into_par_iter().map(|input| observe(&input)).collect());
        for observation in observed.into_iter().flatten() {
            builder.add(&observation);
        }
    }
    Ok(builder.finish())
}

/// The documents of a file, as the lines that they consist of.
fn observe(input: &Input) -> Vec<Observation> {
    let mut observed = Vec::new();
    let group = group(&input.path);
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let normalizer = input.normalizer();
        let options = normalizer.options();
        let most = options.large.whole;
        // What is too large to be kept in memory is no page of a site.
        let Ok(Loaded::Whole(raw, _)) = source::load(input, most) else {
            return;
        };
        let Ok(Some(bytes)) = Packing::of(&raw).unpack(&raw, most) else {
            return;
        };
        let repaired = Normalizer::new(Options {
            stages: Stages {
                strip: false,
                convert: false,
                ..options.stages
            },
            count_only: true,
            ..options.clone()
        });
        document::texts(&bytes, &repaired, &input.layout_of(&bytes), &mut |text| {
            observed.push(Observation::new(&group, text));
        });
    }));
    // A file on which the pipeline fails is told of by the run itself.
    if read.is_err() {
        observed.clear();
    }
    observed
}

/// The normalizer of an input, with what the other files of its folder say.
pub fn informed(normalizer: &Normalizer, evidence: &Evidence, path: &Path) -> Normalizer {
    let mut options = normalizer.options().clone();
    options.strip = options.strip.with_evidence(evidence.of_group(&group(path)));
    Normalizer::new(options)
}

/// The folder of a file.
fn group(path: &Path) -> String {
    path.parent()
        .unwrap_or(Path::new(""))
        .to_string_lossy()
        .into_owned()
}
