//! `-o DIR`: writes the texts below another folder, in the same tree.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::Metadata;
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zhnorm::formats;
use zhnorm::formats::{Packer, Packing};

use super::up_to_date::{self, Records};
use super::{End, Job, Mode, Part, Receiver, Settled, Work, packed};
use crate::arguments::Format;
use crate::escape;
use crate::fault::Fault;
use crate::input::Input;
use crate::names::Names;
use crate::own_files::OwnFiles;
use crate::record::FileStatus;
use crate::replace::{self, Draft, Model, Target};
use crate::settings::{Settings, WriteOptions};

/// Writes every text, changed or not, to the place below the output folder that it has below the
/// folder the user named.
pub(super) struct Mirrorer {
    folder: PathBuf,
    /// The same with links and `..` resolved, as far as it exists.
    real_folder: PathBuf,
    /// The name of the only output, when the user named a file and not a folder.
    file_name: Option<OsString>,
    options: WriteOptions,
    named_inputs: NamedInputs,
    own_files: Arc<OwnFiles>,
    names: Option<Arc<Names>>,
    taken: Mutex<Taken>,
    records: Records,
}

/// What is known of the outputs so far.
#[derive(Default)]
struct Taken {
    hashers: [RandomState; 2],
    /// The outputs that have an input already, by two hashes each: the names of a million files
    /// would take more memory than the rest of the run.
    outputs: HashSet<[u64; 2]>,
    /// The folders that were searched for stale temporary files.
    searched: HashSet<[u64; 2]>,
    /// The last of them: the next output is mostly in the same folder.
    last: PathBuf,
}

impl Taken {
    fn key(&self, path: &Path) -> [u64; 2] {
        // All paths start with the same folder in the same spelling, so that another spelling is
        // another file.
        let bytes = path.as_os_str();
        [
            self.hashers[0].hash_one(bytes),
            self.hashers[1].hash_one(bytes),
        ]
    }

    /// Whether this folder comes for the first time.
    fn is_new(&mut self, folder: &Path) -> bool {
        if self.last.as_os_str() == folder.as_os_str() {
            return false;
        }
        folder.clone_into(&mut self.last);
        self.searched.insert(self.key(folder))
    }
}

/// The inputs that the user named, without links.
#[derive(Default)]
struct NamedInputs {
    files: HashSet<PathBuf>,
    folders: Vec<PathBuf>,
}

impl NamedInputs {
    fn new(paths: &[PathBuf]) -> Self {
        let mut inputs = Self::default();
        for path in paths.iter().filter_map(|path| path.canonicalize().ok()) {
            if path.is_dir() {
                inputs.folders.push(path);
            } else {
                inputs.files.insert(path);
            }
        }
        inputs
    }

    /// Whether a path is an input, or would be one in the next run.
    fn contains(&self, path: &Path) -> bool {
        self.files.contains(path) || self.folders.iter().any(|folder| path.starts_with(folder))
    }
}

impl Mirrorer {
    /// Mirrors below `folder`, which is made when it does not exist.
    ///
    /// # Errors
    ///
    /// A message when it is not a folder.
    pub(super) fn new(
        folder: &Path,
        file_name: Option<&OsString>,
        settings: &Settings,
        own_files: Arc<OwnFiles>,
        names: Option<Arc<Names>>,
    ) -> Result<Self, String> {
        if folder.exists() && !folder.is_dir() {
            return Err(format!(
                "{}: a file, not a folder; -o takes a folder to write into, or, for one input, \
                 a file",
                escape::path(folder)
            ));
        }
        let real_folder = real(folder);
        Ok(Self {
            folder: folder.to_owned(),
            records: Records::new(&real_folder),
            real_folder,
            file_name: file_name.cloned(),
            options: settings.write.clone(),
            named_inputs: NamedInputs::new(&settings.paths),
            own_files,
            names,
            taken: Mutex::default(),
        })
    }

    /// The path of the output for an input, below the output folder.
    fn below(&self, input: &Input) -> PathBuf {
        if let Some(name) = &self.file_name {
            return name.into();
        }
        let below = match &self.names {
            Some(names) => names.new_below(input),
            None => input.below.clone(),
        };
        if let Some(extension) = input.emit().extension() {
            return emitted_name(&below, &input.path, extension);
        }
        match input.scope.config(&input.below).format {
            Some(Format::Named(format)) if format != formats::Format::Page => below,
            _ => output_name(&below, &input.path),
        }
    }

    fn target(&self, input: &Input) -> Result<(PathBuf, Target), Fault> {
        let below = self.below(input);
        let output = self.folder.join(&below);
        let target = Target::output(&self.folder, &below).map_err(|fault| named(&output, fault))?;
        Ok((output, target))
    }

    fn shown(&self) -> String {
        escape::path(&self.folder)
    }

    /// Checks that an existing file may be replaced by the output of `input`.
    fn may_replace(&self, input: &Input, output: &Path) -> Result<(), Fault> {
        if !input.is_stdin() && replace::is_same_file(&input.path, output) {
            return Err(itself());
        }
        if self.own_files.contains(output) || input.scope.profile.own_files.contains(output) {
            return Err(Fault::new(
                "a file of this run itself (its configuration, a dictionary, a list or a report) \
                 has that name; choose another output folder",
            ));
        }
        Ok(())
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
        let below = self.below(input);
        let output = self.folder.join(&below);
        let is_itself = || !input.is_stdin() && replace::is_same_file(&input.path, &output);
        if self.named_inputs.contains(&self.real_folder.join(&below)) && !is_itself() {
            return Err(Fault::new(format!(
                "would be written to {}, which is an input of this run; choose another output \
                 folder",
                escape::path(&output)
            )));
        }
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
            replace::clean_folder(parent);
        }
        Ok(())
    }

    fn is_done(&self, input: &Input) -> bool {
        if self.options.force || input.is_stdin() {
            return false;
        }
        let output = self.folder.join(self.below(input));
        let output = record_of(input, &output);
        self.records.is_up_to_date(output, &input.path)
    }

    fn settle(&self, work: Work<'_>) -> Result<Settled, Fault> {
        let (output, target) = self.target(work.input)?;
        let contents = work.packed()?;
        let may_replace = || self.may_replace(work.input, &output);
        let model = model(work.input, work.metadata);
        replace::create(
            target,
            model.as_ref(),
            &contents,
            &self.options,
            may_replace,
        )
        .map_err(|fault| named(&output, fault))?;
        if let Some(metadata) = work.metadata {
            let output = record_of(work.input, &output);
            let contents = Some([work.raw, &contents]);
            self.records.remember(output, metadata, contents);
        }
        Ok(Settled::quietly(status(work.is_changed())))
    }

    fn receive<'m>(&'m self, job: &Job<'m>) -> Result<Box<dyn Receiver + 'm>, Fault> {
        let (output, target) = self.target(job.input)?;
        self.may_replace(job.input, &output)?;
        let model = model(job.input, job.metadata);
        let draft =
            Draft::for_new(target, model.as_ref()).map_err(|fault| named(&output, fault))?;
        Ok(Box::new(Mirroring {
            mirrorer: self,
            draft,
            input: job.input,
            output,
            model,
            packing: job.packing,
            packer: Packer::new(job.packing),
        }))
    }

    fn emits(&self) -> bool {
        true
    }

    fn writes(&self) -> bool {
        true
    }
}

/// A large text on the way to its place.
struct Mirroring<'m> {
    mirrorer: &'m Mirrorer,
    draft: Draft,
    input: &'m Input,
    output: PathBuf,
    model: Option<Model<'m>>,
    packing: Packing,
    packer: Packer,
}

impl Receiver for Mirroring<'_> {
    fn take(&mut self, part: &Part<'_>) -> Result<Vec<u8>, Fault> {
        self.draft
            .write(&packed(self.packer.pack(part.bytes))?)
            .map_err(|fault| named(&self.output, fault))?;
        Ok(Vec::new())
    }

    fn finish(mut self: Box<Self>, end: End<'_>) -> Result<Settled, Fault> {
        let output = &self.output;
        let model = self.model.as_ref();
        let write = |draft: &mut Draft, bytes: &[u8]| {
            draft.write(bytes).map_err(|fault| named(output, fault))
        };
        if end.differs || self.packing == Packing::Plain {
            write(&mut self.draft, &packed(self.packer.finish())?)?;
        } else {
            // What does not change is not packed again either.
            let (_, target) = self.mirrorer.target(self.input)?;
            self.draft = Draft::for_new(target, model).map_err(|fault| named(output, fault))?;
            end.source.read_raw(|block| write(&mut self.draft, block))?;
        }
        self.draft
            .place(model, &self.mirrorer.options, || {
                self.mirrorer.may_replace(self.input, output)
            })
            .map_err(|fault| named(output, fault))?;
        if let Some(model) = model {
            let output = record_of(self.input, output);
            (self.mirrorer.records).remember(output, model.metadata, None);
        }
        Ok(Settled::quietly(status(end.differs)))
    }
}

/// The extensions of pages, and of compressed files.
const PAGES: [&str; 3] = ["html", "htm", "xhtml"];
const PACKED: [&str; 2] = ["gz", "zst"];

/// The name of the output for a file. A page becomes `.txt`, unless another file beside it
/// becomes that too: then its whole name is kept, as in `a.html.txt`.
fn output_name(below: &Path, input: &Path) -> PathBuf {
    let short = formats::Format::text_name(below);
    if short == below {
        return below.to_owned();
    }
    let beside = |name: &Path| {
        let name = name.file_name().unwrap_or_default();
        input.with_file_name(name).exists()
    };
    let unpacked = formats::Format::unpacked_name(below.file_name().map_or(below, Path::new));
    // Of two pages whose names differ in the extension, the first in the list has the short one.
    let mut rivals = PAGES
        .into_iter()
        .take_while(|known| !has_extension(unpacked, known))
        .map(|known| unpacked.with_extension(known));
    if !beside(&short) && !rivals.any(|rival| beside(&rival)) {
        return short.into_owned();
    }
    let mut name = unpacked.as_os_str().to_owned();
    name.push(".txt");
    if let Some(packed) = below
        .extension()
        .filter(|_| PACKED.iter().any(|packed| has_extension(below, packed)))
    {
        name.push(".");
        name.push(packed);
    }
    below.with_file_name(name)
}

/// The name of a record or of Markdown for a file. That of a page or a text has the new extension
/// instead of its own, unless another file beside it would have it too; any other has it added.
fn emitted_name(below: &Path, input: &Path, extension: &str) -> PathBuf {
    let name = below.file_name().map_or(below, Path::new);
    let unpacked = formats::Format::unpacked_name(name);
    let is_other = |known: &str| !has_extension(unpacked, known);
    let replaced = PAGES.into_iter().chain(["txt", extension]);
    let mut rivals = replaced.clone().filter(|known| is_other(known));
    let mut is_alone = || {
        rivals.all(|known| {
            !input
                .with_file_name(unpacked.with_extension(known))
                .exists()
        })
    };
    let mut new = if !replaced.clone().all(is_other) && is_alone() {
        unpacked.with_extension(extension).into_os_string()
    } else {
        let mut whole = unpacked.as_os_str().to_owned();
        whole.push(".");
        whole.push(extension);
        whole
    };
    if let Some(packed) = below
        .extension()
        .filter(|_| PACKED.iter().any(|packed| has_extension(below, packed)))
    {
        new.push(".");
        new.push(packed);
    }
    below.with_file_name(new)
}

/// Whether a name ends in this extension, in any case.
fn has_extension(name: &Path, known: &str) -> bool {
    name.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case(known))
}

/// The output of `input`, for the records.
fn record_of<'o>(input: &Input, path: &'o Path) -> up_to_date::Output<'o> {
    let options = input.scope.fingerprint(&input.below);
    up_to_date::Output { path, options }
}

/// The file whose permissions and time the output gets.
fn model<'m>(input: &'m Input, metadata: Option<&'m Metadata>) -> Option<Model<'m>> {
    metadata.map(|metadata| Model {
        path: &input.path,
        metadata,
    })
}

fn status(is_changed: bool) -> FileStatus {
    if is_changed {
        FileStatus::Changed
    } else {
        FileStatus::Unchanged
    }
}

/// A fault of the output, whose name is not that of the input, unless it is the input.
fn named(output: &Path, fault: Fault) -> Fault {
    if fault == itself() {
        return fault;
    }
    Fault(format!("{}: {}", escape::path(output), fault.0))
}

/// The path without links and `..`, as far as it exists.
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

/// The fault of an input that is its own output.
fn itself() -> Fault {
    Fault::new(
        "its output would be the file itself; use -w to change it in place, or choose another \
         output folder",
    )
}
