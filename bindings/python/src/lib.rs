//! The Python module `zhnorm._zhnorm`: the library and the command in one shared object.

mod array;
mod errors;
mod evidence;
mod files;
mod normalizer;
mod options;
mod outcome;
mod text;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use errors::type_error;
use evidence::Evidence;
use normalizer::{Normalizer, letting_go};
use outcome::{Change, Detection, Outcome};

/// Repairs one text: text from a string, or from the bytes of a file in any encoding. For many texts
/// make a Normalizer once.
///
/// >>> import zhnorm
/// >>> zhnorm.normalize("電腦網絡", to="zh-Hans").text
/// '电脑网络'
#[pyfunction]
#[pyo3(signature = (text, /, **options), text_signature = "(text, /, **options)")]
fn normalize(
    py: Python<'_>,
    text: &Bound<'_, PyAny>,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Outcome> {
    let keys = options::keys(options)?;
    if keys == "{}" {
        return usual()?.outcome(py, text, true);
    }
    Normalizer::configure(keys, None, BTreeMap::new())?.outcome(py, text, true)
}

/// The normalizer without options.
fn usual() -> PyResult<&'static Normalizer> {
    static USUAL: OnceLock<Normalizer> = OnceLock::new();
    if let Some(usual) = USUAL.get() {
        return Ok(usual);
    }
    let made = Normalizer::configure("{}".to_owned(), None, BTreeMap::new())?;
    Ok(USUAL.get_or_init(|| made))
}

/// The keys of a text's lines, under which an Evidence counts them: whole numbers of 64 bits with a
/// sign, each once, the same on every machine.
///
/// >>> import zhnorm
/// >>> zhnorm.line_keys("大桥通车了。") == zhnorm.line_keys("大橋通車了。")
/// True
#[pyfunction]
#[pyo3(signature = (text, /))]
fn line_keys(py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<Vec<i64>> {
    let usual = usual()?;
    let text = text::alone(text)?;
    letting_go(py, text.len(), || usual.keys(&text))
}

/// Finds out which encoding bytes are in.
///
/// >>> import zhnorm
/// >>> zhnorm.detect("今天天气很好，我们去公园散步。".encode("gb18030")).encoding
/// 'gb18030'
#[pyfunction]
#[pyo3(signature = (data, /))]
fn detect(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Detection> {
    let bytes = files::bytes_of(data).ok_or_else(|| type_error("data must be bytes", data))?;
    letting_go(py, bytes.len(), || zhnorm::decode::detect(&bytes)).map(Detection::new)
}

/// Runs the command with these arguments and gives its exit code.
#[pyfunction]
#[pyo3(signature = (arguments, /))]
fn _run(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
    letting_go(py, usize::MAX, || zhnorm_cli::run(arguments))
}

#[pymodule(gil_used = false)]
fn _zhnorm(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("Error", py.get_type::<errors::Error>())?;
    module.add("BinaryError", py.get_type::<errors::BinaryError>())?;
    module.add(
        "UncertainEncodingError",
        py.get_type::<errors::UncertainEncodingError>(),
    )?;
    module.add("KEYS_VERSION", zhnorm::strip::Observation::KEYS_VERSION)?;
    module.add_class::<Normalizer>()?;
    module.add_class::<Evidence>()?;
    module.add_class::<Outcome>()?;
    module.add_class::<array::Column>()?;
    module.add_class::<Change>()?;
    module.add_class::<Detection>()?;
    module.add_function(wrap_pyfunction!(normalize, module)?)?;
    module.add_function(wrap_pyfunction!(detect, module)?)?;
    module.add_function(wrap_pyfunction!(line_keys, module)?)?;
    module.add_function(wrap_pyfunction!(normalizer::_restore, module)?)?;
    module.add_function(wrap_pyfunction!(evidence::_restore_evidence, module)?)?;
    module.add_function(wrap_pyfunction!(_run, module)?)
}
