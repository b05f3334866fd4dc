//! `-o DIR`: writes the texts below another folder, in the same tree.

use std::collections::HashSet;
use std::fs::Metadata;
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::stamp;
use super::{Job, Mode, Part, Receiver, Settled, Work};
use zhnorm::formats::packing::{Packer, Packing};
use zhnorm::formats::text_name;

use crate::arguments::Format;
use crate::escape;
use crate::fault::Fault;
use crate::inputs::Input;
use crate::record::Fate;
use crate::replace::{self, Draft};
use crate::settings::Manner;
use crate::source::Source;

/// Writes every text, changed or not, to the place below the output folder that it has below the
/// folder the user named.
pub struct Mirrorer {
    folder: PathBuf,
    /// The same with links and `..` resolved, as far as it exists.
    real_folder: PathBuf,
    manner: Manner,
    /// Since when outputs are written with these options and this version.
    since: Option<SystemTime>,
    taken: Mutex<Taken>,
}

/// Which outputs have an input already, by two hashes each: the names of a million files would
/// take more memory than the run.
#[derive(Default)]
struct Taken {
    hashers: [RandomState; 2],
    outputs: HashSet<[u64; 2]>,
    /// Folders that were searched for temporary files of a killed run.
    searched: HashSet<[u64; 2]>,
    /// The one that was asked for last: most outputs are in the same folder as the one before.
    last: PathBuf,
}

impl Taken {
    fn key(&self, path: &Path) -> [u64; 2] {
        // All are made from the same folder in the same way: what differs is another file.
        let bytes = path.as_os_str();
        [
            self.hashers[0].hash_one(bytes),
            self.hashers[1].hash_one(bytes),
        ]
    }

    /// Whether nobody asked for this folder before.
    fn is_new(&mut self, folder: &Path) -> bool {
        if self.last.as_os_str() == folder.as_os_str() {
            return false;
        }
        folder.clone_into(&mut self.last);
        self.searched.insert(self.key(folder))
    }
}

impl Mirrorer {
    /// Mirrors below `folder`, which is made when it does not exist.
    ///
    /// # Errors
    ///
    /// A message when it is not a folder.
    pub fn new(folder: &Path, manner: Manner, options: &str) -> Result<Self, String> {
        if folder.exists() && !folder.is_dir() {
            return Err(format!(
                "{}: a file, not a folder; -o takes a folder to write into",
                escape::path(folder)
            ));
        }
        let real_folder = real(folder);
        Ok(Self {
            folder: folder.to_owned(),
            since: stamp::since(&real_folder, options),
            real_folder,
            manner,
            taken: Mutex::default(),
        })
    }

    fn output(&self, input: &Input) -> PathBuf {
        match input.scope.profile.config.format {
            Some(Format::Text | Format::Jsonl) => self.folder.join(&input.below),
            _ => self.folder.join(text_name(&input.below)),
        }
    }

    fn shown(&self) -> String {
        escape::path(&self.folder)
    }
}

impl Mode for Mirrorer {
    fn admit_folder(&self, folder: &Path) -> Result<(), Fault> {
        let real_input = real(folder);
        if self.real_folder == real_input {
            return Err(Fault::new(format!(
                "the output folder {} is this folder; use -w to change files in place",
                self.shown()
            )));
        }
        if self.real_folder.starts_with(&real_input) {
            return Err(Fault::new(format!(
                "the output folder {} is inside this folder, so the next run would take the \
                 outputs for inputs; choose a folder outside",
                self.shown()
            )));
        }
        Ok(())
    }

    fn admit(&self, input: &Input) -> Result<(), Fault> {
        let output = self.output(input);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let key = taken.key(&output);
        if !taken.outputs.insert(key) {
            return Err(Fault::new(format!(
                "would be written to {}, as another input of this run is; nothing was written \
                 for it; name the folder above both, or give each its own -o",
                escape::path(&output)
            )));
        }
        let parent = output.parent().unwrap_or(&self.folder);
        if taken.is_new(parent) {
            clean(parent);
        }
        Ok(())
    }

    fn is_done(&self, input: &Input) -> bool {
        if self.manner.force || input.is_stdin() {
            return false;
        }
        let Some(since) = self.since else {
            return false;
        };
        // The first run finds no output, and needs no look at the input.
        let Ok(output) = self.output(input).metadata() else {
            return false;
        };
        let is_newer = |input| stamp::is_newer(&output, &input, since);
        input.path.metadata().is_ok_and(is_newer)
    }

    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        let output = self.output(work.input);
        let contents = work.packed()?;
        let admit = || other_file(work.input, &output);
        replace::create(&output, work.metadata, &contents, &self.manner, admit)
            .map_err(|fault| named(&output, fault))?;
        Ok(Settled::quietly(fate(work.is_changed())))
    }

    fn receive<'m>(&'m self, job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        let output = self.output(job.input);
        other_file(job.input, &output)?;
        let draft = Draft::of_new(&output, job.metadata).map_err(|fault| named(&output, fault))?;
        Ok(Box::new(Mirroring {
            draft,
            input: job.input,
            output,
            metadata: job.metadata,
            packing: job.packing,
            packer: Packer::new(job.packing),
            manner: &self.manner,
        }))
    }

    fn writes(&self) -> bool {
        true
    }
}

/// A large text on its way to its place.
struct Mirroring<'m> {
    draft: Draft,
    input: &'m Input,
    output: PathBuf,
    metadata: Option<&'m Metadata>,
    packing: Packing,
    packer: Packer,
    manner: &'m Manner,
}

impl Receiver for Mirroring<'_> {
    fn take(&mut self, part: &Part<'_>) -> Result<Vec<u8>, Fault> {
        self.draft
            .write(&super::packed(self.packer.pack(part.bytes))?)
            .map_err(|fault| named(&self.output, fault))?;
        Ok(Vec::new())
    }

    fn finish(mut self: Box<Self>, differs: bool, source: &mut Source) -> Result<Settled, Fault> {
        let output = &self.output;
        let write = |draft: &mut Draft, bytes: &[u8]| {
            draft.write(bytes).map_err(|fault| named(output, fault))
        };
        if differs || self.packing == Packing::Plain {
            write(&mut self.draft, &super::packed(self.packer.finish())?)?;
        } else {
            // What does not change is not packed anew either.
            self.draft =
                Draft::of_new(output, self.metadata).map_err(|fault| named(output, fault))?;
            source.read_raw(|block| write(&mut self.draft, block))?;
        }
        self.draft
            .place(output, self.metadata, self.manner, || {
                other_file(self.input, output)
            })
            .map_err(|fault| named(output, fault))?;
        Ok(Settled::quietly(fate(differs)))
    }
}

fn fate(is_changed: bool) -> Fate {
    if is_changed {
        Fate::Changed
    } else {
        Fate::Unchanged
    }
}

/// A fault of the output: its name is not that of the input, unless it is the input.
fn named(output: &Path, fault: Fault) -> Fault {
    if fault == itself() {
        return fault;
    }
    Fault(format!("{}: {}", escape::path(output), fault.0))
}

/// Removes what a killed run left in an output folder.
fn clean(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if replace::is_temporary(Path::new(&entry.file_name())) {
            replace::clean(&entry.path());
        }
    }
}

/// The path without links and `..`; of what does not exist yet, the part that does.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for existing in absolute.ancestors() {
        if let Ok(resolved) = existing.canonicalize() {
            let rest = absolute.strip_prefix(existing).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() {
                resolved
            } else {
                resolved.join(rest)
            };
        }
    }
    absolute
}

/// Sees that an output that stands already is not the input.
fn other_file(input: &Input, output: &Path) -> Result<(), Fault> {
    if !input.is_stdin() && is_same_file(&input.path, output) {
        return Err(itself());
    }
    Ok(())
}

/// The fault of an input that is its own output.
fn itself() -> Fault {
    Fault::new(
        "its output would be the file itself; use -w to change it in place, or choose another \
         output folder",
    )
}

#[cfg(unix)]
fn is_same_file(input: &Path, output: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| {
        path.metadata()
            .map(|metadata| (metadata.dev(), metadata.ino()))
            .ok()
    };
    identity(output).is_some_and(|output| identity(input) == Some(output))
}

#[cfg(not(unix))]
fn is_same_file(input: &Path, output: &Path) -> bool {
    output.exists() && real(input) == real(output)
}
