//! Keyword arguments as the keys of a `zhnorm.toml`.

use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};
use serde_json::{Map, Value, json};

/// Options that take several values; one string is a list of one.
const LISTS: [&str; 8] = [
    "protect",
    "encodings",
    "field",
    "host-field",
    "only",
    "skip",
    "strip",
    "keep",
];

/// The keyword arguments as a JSON object. What is `None` is left out.
pub(crate) fn keys(arguments: Option<&Bound<'_, PyDict>>) -> PyResult<String> {
    let mut keys = Map::new();
    for (name, value) in arguments.into_iter().flatten() {
        let (py, name) = (name.py(), name.extract::<String>()?);
        if value.is_none() {
            continue;
        }
        let key = name.replace('_', "-");
        let mut value = plain(&value)
            .map_err(|error| PyTypeError::new_err(format!("{name}: {}", error.value(py))))?;
        if LISTS.contains(&key.as_str()) && !value.is_array() {
            value = Value::Array(vec![value]);
        }
        // In the file it is a table, for more to come.
        if key == "protect" {
            value = json!({ "terms": value });
        }
        keys.insert(key, value);
    }
    Ok(Value::Object(keys).to_string())
}

/// A value of Python as one of JSON.
fn plain(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.into());
    }
    if value.is_instance_of::<PyBool>() {
        return Ok(value.extract::<bool>()?.into());
    }
    if value.is_instance_of::<PyInt>() {
        return Ok(value.extract::<i64>()?.into());
    }
    if value.is_instance_of::<PyFloat>() {
        return Ok(value.extract::<f64>()?.into());
    }
    if let Ok(table) = value.cast::<PyDict>() {
        let mut object = Map::new();
        for (key, value) in table {
            if !value.is_none() {
                object.insert(key.extract()?, plain(&value)?);
            }
        }
        return Ok(Value::Object(object));
    }
    if value.hasattr("__fspath__")? {
        let path: PathBuf = value.extract()?;
        return path
            .into_os_string()
            .into_string()
            .map(Value::from)
            .map_err(|_| PyTypeError::new_err("a path that is not Unicode"));
    }
    match value.try_iter() {
        Ok(items) => items.map(|item| plain(&item?)).collect(),
        Err(_) => Err(PyTypeError::new_err(format!(
            "a value of the type {} is not expected",
            value.get_type().name()?
        ))),
    }
}
