//! Lines that recur in the documents of a site, counted on one machine or on many.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use zhnorm::strip::{self, EvidenceBuilder, GroupEvidence, Observation};

use crate::errors::{raise, type_error};
use crate::files;
use crate::normalizer::letting_go;

/// Counts in how many documents of a site each line is. What the machines of a cluster counted
/// is merged; it pickles, and `to_bytes` gives a form to save.
///
/// >>> from zhnorm import Evidence, Normalizer, line_keys
/// >>> evidence = Evidence()
/// >>> pages = [f"第{n}页说的是雪。\n晨报天下知，新闻天天新\n" for n in "一二三"]
/// >>> for page in pages:
/// ...     evidence.add("morning.example", line_keys(page))
/// >>> evidence.documents("morning.example")
/// 3
#[pyclass(frozen, module = "zhnorm")]
#[derive(Default)]
pub(crate) struct Evidence {
    builder: Mutex<EvidenceBuilder>,
}

impl Evidence {
    fn lock(&self) -> MutexGuard<'_, EvidenceBuilder> {
        self.builder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a site.
    pub(crate) fn of_site(&self, site: &str) -> Option<GroupEvidence> {
        self.lock().of_group(site)
    }
}

#[pymethods]
impl Evidence {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Counts a document of a site by the keys of its lines. A document with the same keys as one
    /// before counts once.
    #[pyo3(signature = (site, keys, /))]
    fn add(&self, site: &str, keys: Vec<i64>) {
        let keys = keys.into_iter().map(i64::cast_unsigned).collect();
        self.lock().add(&Observation::from_keys(site, keys));
    }

    /// Takes over that a key occurs in so many different documents of a site, as a database or a
    /// cluster counted it. Keys of one document may be left out.
    #[pyo3(signature = (site, key, documents, /))]
    fn count(&self, site: &str, key: i64, documents: u32) {
        self.lock().count(site, key.cast_unsigned(), documents);
    }

    /// Takes over that a site has so many different documents more.
    #[pyo3(signature = (site, documents, /))]
    fn count_documents(&self, site: &str, documents: u32) {
        self.lock().count_documents(site, documents);
    }

    /// The number of different documents of a site.
    #[pyo3(signature = (site, /))]
    fn documents(&self, site: &str) -> u32 {
        self.lock().documents(site)
    }

    /// Adds what another one counted. The documents of one site are best counted by one of them:
    /// a document that both have counts twice.
    #[pyo3(signature = (other, /))]
    fn merge(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<()> {
        let other = other
            .cast::<Self>()
            .map_err(|_| type_error("other must be an Evidence", other))?;
        // Not while both are locked: another thread may merge the other way round.
        let copy = other.get().lock().clone();
        letting_go(py, usize::MAX, || self.lock().merge(copy))
    }

    /// A form to save.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = letting_go(py, usize::MAX, || self.lock().to_bytes())?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// What `to_bytes` saved. Bytes of another version are an Error.
    #[staticmethod]
    #[pyo3(signature = (data, /))]
    pub(crate) fn from_bytes(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes = files::bytes_of(data).ok_or_else(|| type_error("data must be bytes", data))?;
        let read = letting_go(py, usize::MAX, || EvidenceBuilder::from_bytes(&bytes))?;
        let builder = read.map_err(|error| raise(error.into()))?;
        Ok(Self {
            builder: Mutex::new(builder),
        })
    }

    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let restore = py.import("zhnorm._zhnorm")?.getattr("_restore_evidence")?;
        Ok((restore, (self.to_bytes(py)?,)))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let other = other.get();
        letting_go(py, usize::MAX, || {
            let theirs = other.lock().to_bytes();
            self.lock().to_bytes() == theirs
        })
    }
}

/// An evidence from its pickled state.
#[pyfunction]
#[pyo3(signature = (data, /))]
pub(crate) fn _restore_evidence(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Evidence> {
    Evidence::from_bytes(py, data)
}

/// The keys of a text as Python has them: signed, as the long integers of databases are.
pub(crate) fn keys(text: &str, rules: &strip::Rules) -> Vec<i64> {
    let document = Observation::with_rules("", text, rules);
    document
        .keys()
        .iter()
        .map(|key| key.cast_signed())
        .collect()
}
