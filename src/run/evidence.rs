//! `--corpus-evidence`: everything is read once before the run, to learn which lines recur.
//!
//! The files of one folder are taken for pages of one site; so are those below a folder that is
//! called like a host, as in a mirror, and JSON lines with addresses of one host, wherever they
//! stand. What is observed is the text after decoding and repair, so that the same footer in two
//! encodings, or once garbled, is one footer. Files are read on all cores and observed in the order
//! in which they are found: two runs over the same folder learn the same. JSON lines too large for
//! memory are read block by block.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use zhnorm::decode::Decoder;
use zhnorm::report::Report;
use zhnorm::stream::Survey;
use zhnorm::strip::{Evidence, EvidenceBuilder, Observation};
use zhnorm::{Normalizer, Options, Stages};

use crate::document::{self, Layout, Packing};
use crate::fault::Fault;
use crate::inputs::{Found, Input, Inputs};
use crate::interrupt;
use crate::settings::Settings;
use crate::source::{self, Loaded, Source};

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
        let observed: Vec<Observed> = pool.install(|| batch.par_iter().map(observe).collect());
        for (observed, input) in observed.into_iter().zip(&batch) {
            match observed {
                Observed::Whole(observations) => {
                    for observation in observations {
                        builder.add(&observation);
                    }
                }
                // Faults, too, are told of by the run itself.
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
    // A file on which the pipeline fails is told of by the run itself.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let normalizer = input.normalizer();
        let most = normalizer.options().large.whole;
        let is_lines = matches!(input.layout(), Layout::Jsonl(_));
        let (raw, metadata) = match source::load(input, most).ok()? {
            Loaded::Whole(raw, metadata) => (raw, metadata),
            // Any other text that is too large to be kept in memory is no page of a site.
            Loaded::Large(source) => return is_lines.then_some(Observed::Large(source)),
        };
        let Some(bytes) = Packing::of(&raw).unpack(&raw, most).ok()? else {
            let source = Source::of_packed(&raw, input, metadata).ok()?;
            return is_lines.then_some(Observed::Large(source));
        };
        let repaired = repaired(&normalizer);
        let mut observed = Vec::new();
        document::texts(
            &bytes,
            &repaired,
            &input.layout_of(&bytes),
            &mut |host, text| observed.push(Observation::new(&group(host, &input.path), text)),
        );
        Some(Observed::Whole(observed))
    }));
    read.ok().flatten().unwrap_or(Observed::Whole(Vec::new()))
}

/// Reads JSON lines that are too large for memory, and observes their texts.
fn observe_large(
    input: &Input,
    mut source: Source,
    builder: &mut EvidenceBuilder,
) -> Result<(), Fault> {
    let Layout::Jsonl(fields) = input.layout() else {
        return Ok(());
    };
    let normalizer = repaired(&input.normalizer());
    let mut survey = Survey::new(&normalizer);
    source.read(|block| {
        survey.read(block);
        Ok(!interrupt::asked())
    })?;
    let mut decoder = survey.finish()?.decoder;
    let mut cut = String::new();
    let mut work = |decoder: &mut Decoder, last: bool| {
        while let Some(text) = decoder.next_slab(&mut Report::counting()) {
            cut.push_str(&text);
        }
        let whole = if last {
            cut.len()
        } else {
            memchr::memrchr(b'\n', cut.as_bytes()).map_or(0, |at| at + 1)
        };
        let rest = cut.split_off(whole);
        let lines = std::mem::replace(&mut cut, rest);
        let mut texts = Vec::new();
        document::texts_of_lines(&lines, &fields, &mut |host, text| {
            texts.push((group(host, &input.path), text.to_owned()));
        });
        let observed: Vec<Observation> = texts
            .into_par_iter()
            .map(|(group, text)| Observation::new(&group, &normalizer.normalize_str(&text).text))
            .collect();
        for observation in observed {
            builder.add(&observation);
        }
    };
    source.read(|block| {
        decoder.read(block);
        work(&mut decoder, false);
        Ok(!interrupt::asked())
    })?;
    decoder.end();
    work(&mut decoder, true);
    Ok(())
}

/// The first two stages of a normalizer.
fn repaired(normalizer: &Normalizer) -> Normalizer {
    let options = normalizer.options();
    Normalizer::new(Options {
        stages: Stages {
            strip: false,
            convert: false,
            ..options.stages
        },
        count_only: true,
        ..options.clone()
    })
}

/// The normalizer of an input, with what the other files of its folder say.
pub fn informed(normalizer: &Normalizer, evidence: &Evidence, path: &Path) -> Normalizer {
    let mut options = normalizer.options().clone();
    options.strip = options
        .strip
        .with_evidence(evidence.of_group(&group(None, path)));
    Normalizer::new(options)
}

/// The site that a text is from: the host that its record names, or the one after which a folder of
/// a mirror is called, or the folder of its file.
fn group(host: Option<&str>, path: &Path) -> String {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut names = folder.iter().rev().map(|name| name.to_string_lossy());
    match host {
        Some(host) => document::group(host),
        None => match names.find(|name| is_host(name)) {
            Some(host) => document::group(&host.to_lowercase()),
            None => folder.to_string_lossy().into_owned(),
        },
    }
}

/// Whether a folder is called as programs call it that copy a whole site: www.morning.example.
fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|char| char.is_alphanumeric() || char == '-')
    };
    let Some((labels, last)) = name.rsplit_once('.') else {
        return false;
    };
    labels.split('.').all(is_label)
        && last.chars().nth(1).is_some()
        && last.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_of_a_text() {
        for (host, path, site) in [
            (None, "site/1.txt", "site"),
            (None, "1.txt", ""),
            (
                None,
                "a/www.morning.example/2024/01/1.html",
                "//www.morning.example",
            ),
            (None, "Morning.Example/1.html", "//morning.example"),
            (None, "notes.d/v1.2/1.txt", "notes.d/v1.2"),
            (None, "../a/1.txt", "../a"),
            (Some("morning.example"), "a/1.jsonl", "//morning.example"),
        ] {
            assert_eq!(group(host, Path::new(path)), site, "{path}");
        }
    }
}
