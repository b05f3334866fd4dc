//! The class `Normalizer`: options once, then any number of texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyDict, PyList, PyString};
use zhnorm::formats::{self, Format};
use zhnorm::report::{Origin, Places};
use zhnorm_cli::Configured;

use crate::errors::{Error, raise, type_error};
use crate::evidence::{self, Evidence};
use crate::outcome::{Facts, Outcome};
use crate::{array, files, options, text};

/// From this size on other threads run while a text is worked on; letting them costs more than a
/// short text.
const WORTH_LETTING_GO: usize = 1024;

/// So many texts of a batch are worked on while other threads run.
const CHUNK: usize = 4096;

/// Repairs texts. Made once from options, it holds no state between texts and can be shared by
/// threads, pickled, and sent to other machines.
///
/// The options are those of the command, with the same names; `None` leaves one at its default.
///
/// >>> from zhnorm import Normalizer
/// >>> normalizer = Normalizer(to="zh-Hans")
/// >>> normalizer("電腦網絡")
/// '电脑网络'
#[pyclass(frozen, module = "zhnorm")]
pub(crate) struct Normalizer {
    /// The options as a JSON object.
    keys: String,
    /// The configuration file.
    file: Option<PathBuf>,
    configured: Configured,
    listing: zhnorm::Normalizer,
    counting: zhnorm::Normalizer,
    /// Whether it has been informed what recurs on one site.
    is_informed: bool,
}

impl Normalizer {
    /// A normalizer for these keys, which win over those of the file.
    pub(crate) fn configure(
        keys: String,
        file: Option<PathBuf>,
        texts: BTreeMap<PathBuf, String>,
    ) -> PyResult<Self> {
        let configured =
            zhnorm_cli::configure(&keys, file.as_deref(), texts).map_err(Error::new_err)?;
        let options = configured.options.clone().with_places(Places::Characters);
        Ok(Self {
            keys,
            file,
            configured,
            counting: zhnorm::Normalizer::new(options.clone().with_count_only(true)),
            listing: zhnorm::Normalizer::new(options),
            is_informed: false,
        })
    }

    /// What is done to a file; the overrides of the configuration are for those with a name.
    pub(crate) fn for_file(&self, path: Option<&Path>) -> ForFile<'_> {
        let Some(own) = path.and_then(|path| self.configured.for_file(path)) else {
            return ForFile {
                normalizer: Cow::Borrowed(&self.listing),
                files: Cow::Borrowed(&self.configured.files),
                format: self.configured.format,
            };
        };
        let mut options = own.options.with_places(Places::Characters);
        // What recurs on a site recurs in this file of it too.
        let known = self.listing.options().strip.evidence.clone();
        options.strip = options.strip.with_evidence(known);
        ForFile {
            normalizer: Cow::Owned(zhnorm::Normalizer::new(options)),
            files: Cow::Owned(own.files),
            format: own.format,
        }
    }

    /// The keys of a text's lines after repair.
    pub(crate) fn keys(&self, text: &str) -> Vec<i64> {
        let options = self.counting.options().clone();
        let stages = options.stages.with_strip(false).with_convert(false);
        let repaired = zhnorm::Normalizer::new(options.with_stages(stages));
        let rules = self.counting.options().strip.rules();
        evidence::keys(&repaired.normalize_str(text).text, rules)
    }

    fn of(&self, changes: bool) -> &zhnorm::Normalizer {
        if changes {
            &self.listing
        } else {
            &self.counting
        }
    }

    /// The new text; nothing when it is the old one.
    pub(crate) fn rewritten(&self, old: &str) -> Option<String> {
        match self.counting.rewrite_str(old) {
            Cow::Borrowed(new) => (new.len() != old.len()).then(|| new.to_owned()),
            Cow::Owned(new) => (new != old).then_some(new),
        }
    }

    pub(crate) fn outcome(
        &self,
        py: Python<'_>,
        given: &Bound<'_, PyAny>,
        changes: bool,
    ) -> PyResult<Outcome> {
        let normalizer = self.of(changes);
        if let Ok(string) = given.cast::<PyString>() {
            let mut report = normalizer.report();
            let old = text::of(string, &mut report)?;
            let outcome = letting_go(py, old.len(), || normalizer.normalize_str(&old))?;
            // A string with surrogates has become another one.
            let changed = matches!(old, Cow::Owned(_)) || outcome.text != old;
            report.append(outcome.report, |_| Origin::default());
            let facts = Facts {
                changed,
                encoding: None,
                confidence: 1.0,
                variety: outcome.variety,
                report,
                markdown: None,
            };
            return Ok(Outcome::new(outcome.text.into_owned(), facts));
        }
        let bytes =
            files::bytes_of(given).ok_or_else(|| type_error("text must be str or bytes", given))?;
        let outcome =
            letting_go(py, bytes.len(), || normalizer.normalize_bytes(&bytes))?.map_err(raise)?;
        let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let facts = Facts {
            changed: outcome.text.as_bytes() != unmarked,
            encoding: outcome.encoding,
            confidence: outcome.encoding_confidence,
            variety: outcome.variety,
            report: outcome.report,
            markdown: None,
        };
        Ok(Outcome::new(outcome.text.into_owned(), facts))
    }
}

/// What is done to one file.
pub(crate) struct ForFile<'n> {
    normalizer: Cow<'n, zhnorm::Normalizer>,
    pub(crate) files: Cow<'n, formats::Options>,
    /// Its format, where the options name one.
    pub(crate) format: Option<Format>,
}

impl ForFile<'_> {
    /// Runs the pipeline over the bytes of the file. Gives the new file too, as UTF-8.
    pub(crate) fn run(
        &self,
        py: Python<'_>,
        bytes: &[u8],
        format: Format,
    ) -> PyResult<(Outcome, Vec<u8>)> {
        let files = formats::Options::clone(&self.files).with_output(None);
        let files = files.with_article(format == Format::Page);
        let done = letting_go(py, bytes.len(), || {
            formats::normalize(bytes, format, &self.normalizer, &files)
        })?
        .map_err(raise)?;
        let facts = Facts {
            changed: *done.contents != *bytes,
            encoding: Some(done.encoding),
            confidence: done.confidence,
            variety: done.variety,
            report: done.report,
            markdown: done.article.and_then(|article| article.markdown),
        };
        let contents = done.contents.into_owned();
        let unmarked = contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&contents);
        let text = String::from_utf8_lossy(unmarked).into_owned();
        Ok((Outcome::new(text, facts), contents))
    }
}

/// Works while other threads of Python run, if the work is worth it. A panic of the library is an
/// exception and not the end of the process.
pub(crate) fn letting_go<T: Send>(
    py: Python<'_>,
    length: usize,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    let work = std::panic::AssertUnwindSafe(work);
    let done = if length < WORTH_LETTING_GO {
        std::panic::catch_unwind(work)
    } else {
        py.detach(|| std::panic::catch_unwind(work))
    };
    done.map_err(|_| PyRuntimeError::new_err("a bug of zhnorm; please report the text"))
}

#[pymethods]
impl Normalizer {
    #[new]
    #[pyo3(signature = (**options), text_signature = "(*, to=None, quotes=None, context=None, \
        vocabulary=None, spelling=None, convert_urls=None, dict=None, opencc_config=None, engine=None, \
        protect=None, encoding=None, encodings=None, output_encoding=None, unmappable=None, \
        min_confidence=None, bom=None, format=None, field=None, field_format=None, image_alt=None, \
        code=None, host_field=None, only=None, skip=None, on_uncertain=None, strip=None, keep=None, \
        rule=None)")]
    fn new(options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Self::configure(options::keys(options)?, None, BTreeMap::new())
    }

    /// A normalizer with the options of a `zhnorm.toml`; those given here win. Dictionaries that
    /// the file names are read now and travel with the object. Its overrides hold for what `file`
    /// reads: their globs are relative to the folder of the configuration.
    #[staticmethod]
    #[pyo3(signature = (path, /, **options), text_signature = "(path, /, **options)")]
    fn from_config(path: PathBuf, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let path = path.canonicalize().unwrap_or(path);
        Self::configure(options::keys(options)?, Some(path), BTreeMap::new())
    }

    /// The text as it was written; the same object when nothing changed, and None for None.
    #[pyo3(signature = (text, /))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        text: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Ok(string) = text.cast::<PyString>() else {
            if text.is_none() {
                return Ok(text.clone());
            }
            return Err(type_error("text must be str", text));
        };
        let old = text::alone(string)?;
        let new = letting_go(py, old.len(), || self.rewritten(&old))?;
        Ok(match (new, old) {
            (Some(new), _) => PyString::new(py, &new).into_any(),
            (None, Cow::Borrowed(_)) => text.clone(),
            (None, Cow::Owned(without_surrogates)) => {
                PyString::new(py, &without_surrogates).into_any()
            }
        })
    }

    /// The text together with what was done to it. Without `changes` they are counted and not
    /// listed, which is faster.
    ///
    /// >>> from zhnorm import Normalizer
    /// >>> outcome = Normalizer(to="zh-Hans").normalize("用電腦")
    /// >>> [(change.start, change.before, change.after) for change in outcome.changes]
    /// [(1, '電', '电'), (2, '腦', '脑')]
    #[pyo3(signature = (text, /, *, changes=true))]
    fn normalize(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        changes: bool,
    ) -> PyResult<Outcome> {
        self.outcome(py, text, changes)
    }

    /// The texts as they were written, in the same order; None stays None. Other threads run
    /// meanwhile.
    ///
    /// >>> from zhnorm import Normalizer
    /// >>> Normalizer(to="zh-Hans").batch(["電腦", None])
    /// ['电脑', None]
    #[pyo3(signature = (texts, /))]
    fn batch<'py>(
        &self,
        py: Python<'py>,
        texts: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        if texts.is_instance_of::<PyString>() {
            let message = "texts must be a sequence of str, not one str";
            return Err(PyTypeError::new_err(message));
        }
        let done = PyList::empty(py);
        let mut items = texts.try_iter()?;
        loop {
            let chunk: Vec<_> = items.by_ref().take(CHUNK).collect::<PyResult<_>>()?;
            if chunk.is_empty() {
                return Ok(done);
            }
            let old: Vec<Option<PyBackedStr>> = chunk
                .iter()
                .map(|item| readable(item, done.len()))
                .collect::<PyResult<_>>()?;
            let new: Vec<Option<String>> = letting_go(py, usize::MAX, || {
                let rewritten = |old: &Option<PyBackedStr>| self.rewritten(old.as_deref()?);
                old.iter().map(rewritten).collect()
            })?;
            for ((item, old), new) in chunk.into_iter().zip(old).zip(new) {
                match (new, old) {
                    (Some(new), _) => done.append(PyString::new(py, &new))?,
                    (None, Some(old)) => done.append(old.into_pyobject(py)?)?,
                    (None, None) => done.append(item)?,
                }
            }
        }
    }

    /// A column of Arrow with its texts as they were written. Takes an array, a chunked array, a
    /// Series of polars or anything else that speaks the PyCapsule protocol; a column of pyarrow or
    /// polars comes back as one. Other threads run meanwhile.
    #[pyo3(signature = (column, /))]
    fn array<'py>(&self, column: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        array::array(self, column)
    }

    /// Reads a file as the command does (text, web page or JSON lines; packed or not), from its path
    /// or from an object with `read`. Writes the new file to `out`, a path or an object with
    /// `write`, in the same packing. A file with bytes that cannot be decoded is not written over
    /// itself: they would be lost.
    ///
    /// An override of the configuration (see `from_config`) holds for the files that its globs
    /// match, by their path or by the `name` of the object.
    #[pyo3(signature = (source, /, out=None))]
    fn file(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        out: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Outcome> {
        files::file(self, py, source, out)
    }

    /// The article of a web page: its text, the same as Markdown, and what the page says of it.
    ///
    /// >>> from zhnorm import Normalizer
    /// >>> page = "<title>雪後的早晨</title><h2>一</h2><p>昨天下了雪，路上的車開得很慢。</p>"
    /// >>> outcome = Normalizer(to="zh-Hans").html(page)
    /// >>> outcome.title
    /// '雪后的早晨'
    /// >>> outcome.markdown
    /// '# 雪后的早晨\n\n## 一\n\n昨天下了雪，路上的车开得很慢。\n'
    #[pyo3(signature = (page, /))]
    fn html(&self, py: Python<'_>, page: &Bound<'_, PyAny>) -> PyResult<Outcome> {
        let bytes = match page.cast::<PyString>() {
            Ok(string) => text::alone(string)?.into_owned().into_bytes(),
            Err(_) => files::bytes_of(page)
                .ok_or_else(|| type_error("page must be bytes or str", page))?
                .to_vec(),
        };
        Ok(self.for_file(None).run(py, &bytes, Format::Page)?.0)
    }

    /// The same normalizer for the documents of one site, which also strips what recurs on them.
    #[pyo3(signature = (evidence, site, /))]
    fn for_site(&self, evidence: &Bound<'_, Evidence>, site: &str) -> Self {
        let known = evidence.get().of_site(site);
        let informed = |normalizer: &zhnorm::Normalizer| {
            let mut options = normalizer.options().clone();
            options.strip = options.strip.with_evidence(known.clone());
            zhnorm::Normalizer::new(options)
        };
        Self {
            keys: self.keys.clone(),
            file: self.file.clone(),
            configured: self.configured.clone(),
            listing: informed(&self.listing),
            counting: informed(&self.counting),
            is_informed: true,
        }
    }

    /// The keys of a text's lines, under which an Evidence counts them: whole numbers of 64 bits
    /// with a sign, each once, the same on every machine.
    #[pyo3(signature = (text, /))]
    fn line_keys(&self, py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<Vec<i64>> {
        let text = text::alone(text)?;
        letting_go(py, text.len(), || self.keys(&text))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, State)> {
        if self.is_informed {
            let message = "the normalizer of a site is not pickled; send the normalizer and the \
                           evidence, and call for_site there";
            return Err(PyTypeError::new_err(message));
        }
        let restore = py.import("zhnorm._zhnorm")?.getattr("_restore")?;
        let state = (
            self.keys.clone(),
            self.file.clone(),
            self.configured.texts.clone(),
        );
        Ok((restore, state))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let other = other.get();
            !self.is_informed
                && !other.is_informed
                && self.keys == other.keys
                && self.file == other.file
                && self.configured.texts == other.configured.texts
        })
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        (&self.keys, &self.file).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        match &self.file {
            Some(file) => format!("<Normalizer {} of {}>", self.keys, file.display()),
            None => format!("<Normalizer {}>", self.keys),
        }
    }
}

/// What a pickled normalizer consists of.
type State = (String, Option<PathBuf>, BTreeMap<PathBuf, String>);

/// A normalizer from its pickled state.
#[pyfunction]
#[pyo3(signature = (keys, file, texts, /))]
pub(crate) fn _restore(
    keys: String,
    file: Option<PathBuf>,
    texts: BTreeMap<PathBuf, String>,
) -> PyResult<Normalizer> {
    Normalizer::configure(keys, file, texts)
}

/// An item of a batch as text; nothing for None.
fn readable(item: &Bound<'_, PyAny>, at: usize) -> PyResult<Option<PyBackedStr>> {
    if item.is_none() {
        return Ok(None);
    }
    let Ok(string) = item.cast::<PyString>() else {
        let wanted = format!("texts must hold str or None (behind place {at})");
        return Err(type_error(&wanted, item));
    };
    if let Ok(text) = PyBackedStr::try_from(string.clone()) {
        return Ok(Some(text));
    }
    let text = text::alone(string)?;
    PyString::new(item.py(), &text).try_into().map(Some)
}
