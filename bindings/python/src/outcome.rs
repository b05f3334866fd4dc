//! What a normalizer gives besides the text.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use serde_json::Value;
use zhnorm::decode;
use zhnorm::report::{self, Action, Report, Stage};

/// A text and what was done to it.
#[pyclass(frozen, module = "zhnorm")]
pub(crate) struct Outcome {
    /// The text.
    #[pyo3(get)]
    text: String,
    /// Whether the text differs from what came in. Bytes in another encoding than UTF-8 differ.
    #[pyo3(get)]
    changed: bool,
    /// The encoding of the bytes; None if text came in.
    #[pyo3(get)]
    encoding: Option<String>,
    /// The confidence of the encoding, from 0 to 1.
    #[pyo3(get)]
    confidence: f32,
    /// The script and region of the text before conversion, as a BCP 47 tag.
    #[pyo3(get)]
    variety: String,
    /// What the strip stage took the document for; None if it did not run.
    #[pyo3(get)]
    kind: Option<String>,
    /// The article of a web page as Markdown, if one came in.
    #[pyo3(get)]
    markdown: Option<String>,
    report: Report,
    listed: PyOnceLock<Py<PyTuple>>,
}

/// The facts of an outcome besides its text.
pub(crate) struct Facts {
    pub(crate) changed: bool,
    pub(crate) encoding: Option<decode::Encoding>,
    pub(crate) confidence: f32,
    pub(crate) variety: zhnorm::convert::Variety,
    pub(crate) report: Report,
    pub(crate) markdown: Option<String>,
}

impl Outcome {
    pub(crate) fn new(text: String, facts: Facts) -> Self {
        Self {
            text,
            changed: facts.changed,
            encoding: facts.encoding.map(decode::Encoding::label),
            confidence: facts.confidence,
            variety: facts.variety.tag().to_owned(),
            kind: facts.report.document_kind().map(|kind| name(&kind)),
            markdown: facts.markdown,
            report: facts.report,
            listed: PyOnceLock::new(),
        }
    }

    /// Whether bytes could not be decoded, so that the text holds U+FFFD instead.
    pub(crate) fn is_lossy(&self) -> bool {
        self.report.flagged(Stage::Decode, "undecodable") > 0
    }
}

/// The name that a value has in JSON reports.
fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

#[pymethods]
impl Outcome {
    /// Every change, in the order in which the stages made them.
    #[getter]
    fn changes(&self, py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let listed = self.listed.get_or_try_init(py, || -> PyResult<_> {
            let changes = self.report.changes().iter().cloned();
            let objects = changes
                .map(|change| Py::new(py, Change { change }))
                .collect::<PyResult<Vec<_>>>()?;
            Ok(PyTuple::new(py, objects)?.unbind())
        })?;
        Ok(listed.clone_ref(py))
    }

    /// How many edits and flags were counted and not listed, because there were too many.
    #[getter]
    fn unlisted(&self) -> usize {
        self.report.unlisted()
    }

    /// What was seen and left alone.
    #[getter]
    fn flags(&self, py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let all = self.changes(py)?;
        let flags = all.bind(py).iter().filter(|change| {
            change
                .cast::<Change>()
                .is_ok_and(|change| change.get().change.action == Action::Flag)
        });
        Ok(PyTuple::new(py, flags.collect::<Vec<_>>())?.unbind())
    }

    /// How often each rule acted, by stage and rule; flags are not counted.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        for (stage, rule, tally) in self.report.tallies() {
            if tally.changed > 0 {
                counts.set_item(format!("{stage}.{rule}"), tally.changed)?;
            }
        }
        Ok(counts)
    }

    /// The title of the article, if a web page came in that gives one.
    #[getter]
    fn title(&self) -> Option<&str> {
        self.report.page()?.title.as_deref()
    }

    /// When the page says that it was published: 2024-01-02 or 2024-01-02T08:30.
    #[getter]
    fn date(&self) -> Option<&str> {
        self.report.page()?.date.as_deref()
    }

    /// Who the page says wrote it.
    #[getter]
    fn author(&self) -> Option<&str> {
        self.report.page()?.author.as_deref()
    }

    /// Where the page says that it comes from.
    #[getter]
    fn source(&self) -> Option<&str> {
        self.report.page()?.source.as_deref()
    }

    /// The canonical address that the page gives.
    #[getter]
    fn url(&self) -> Option<&str> {
        self.report.page()?.url.as_deref()
    }

    /// The language that the page declares.
    #[getter]
    fn language(&self) -> Option<&str> {
        self.report.page()?.language.as_deref()
    }

    fn __repr__(&self) -> String {
        let shown: String = self.text.chars().take(40).collect();
        let more = if shown.len() < self.text.len() {
            "…"
        } else {
            ""
        };
        format!(
            "<Outcome {shown:?}{more}, changed={}, variety={:?}>",
            if self.changed { "True" } else { "False" },
            self.variety,
        )
    }

    fn __str__(&self) -> &str {
        &self.text
    }
}

/// One thing that a stage did, or saw and left alone.
#[pyclass(frozen, module = "zhnorm")]
pub(crate) struct Change {
    change: report::Change,
}

#[pymethods]
impl Change {
    /// The stage: decode, repair, strip or convert.
    #[getter]
    fn stage(&self) -> &'static str {
        self.change.stage.name()
    }

    /// The rule's dotted name.
    #[getter]
    fn rule(&self) -> &str {
        &self.change.rule
    }

    /// What was done: edit, drop or flag.
    #[getter]
    fn action(&self) -> &'static str {
        match self.change.action {
            Action::Edit => "edit",
            Action::Drop => "drop",
            Action::Flag => "flag",
        }
    }

    /// The line in the input of the stage, from 1.
    #[getter]
    fn line(&self) -> usize {
        self.change.line
    }

    /// Where the place begins in the input of the stage: an index of the string, or of the bytes
    /// for the decode stage.
    #[getter]
    fn start(&self) -> usize {
        self.change.span.start
    }

    /// Where the place ends.
    #[getter]
    fn end(&self) -> usize {
        self.change.span.end
    }

    /// The text before.
    #[getter]
    fn before(&self) -> &str {
        &self.change.before
    }

    /// The text after.
    #[getter]
    fn after(&self) -> &str {
        &self.change.after
    }

    /// The confidence from 0 to 1, where the stage has one.
    #[getter]
    fn confidence(&self) -> Option<f32> {
        self.change.confidence
    }

    /// Other readings that were nearly as likely.
    #[getter]
    fn alternatives(&self) -> Vec<String> {
        self.change.alternatives.clone()
    }

    /// The reason in words, where the rule's name does not say it all.
    #[getter]
    fn note(&self) -> Option<Cow<'_, str>> {
        self.change.note.as_deref().map(Cow::Borrowed)
    }

    fn __repr__(&self) -> String {
        let change = &self.change;
        format!(
            "<Change {}.{} {} {}..{} {:?} -> {:?}>",
            change.stage,
            change.rule,
            self.action(),
            change.span.start,
            change.span.end,
            change.before,
            change.after
        )
    }
}

/// What was found out about bytes.
#[pyclass(frozen, get_all, module = "zhnorm")]
pub(crate) struct Detection {
    /// The encoding; binary for what is no text, unknown where no encoding is likely.
    encoding: String,
    /// How likely it is that this is right, from 0 to 1.
    confidence: f32,
    /// What it was found by, the deciding evidence first.
    evidence: Vec<String>,
    /// The ranges of bytes that cannot be decoded, each as its start and end.
    damaged: Vec<(usize, usize)>,
}

impl Detection {
    pub(crate) fn new(found: decode::Detection) -> Self {
        let ranges = found.damaged_ranges.iter();
        Self {
            encoding: found.encoding.label(),
            confidence: found.confidence,
            evidence: found.evidence.iter().map(name).collect(),
            damaged: ranges.map(|range| (range.start, range.end)).collect(),
        }
    }
}

#[pymethods]
impl Detection {
    fn __repr__(&self) -> String {
        format!(
            "<Detection {:?}, confidence={:.2}>",
            self.encoding, self.confidence
        )
    }
}
