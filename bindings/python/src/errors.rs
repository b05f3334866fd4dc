//! The exceptions. All of them are a `ValueError`.

use pyo3::create_exception;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use zhnorm::decode;

create_exception!(
    zhnorm,
    Error,
    PyValueError,
    "An option, a file or a text that cannot be used."
);
create_exception!(zhnorm, BinaryError, Error, "The bytes are not text.");
create_exception!(
    zhnorm,
    UncertainEncodingError,
    Error,
    "No encoding is likely enough for the bytes to be read."
);

/// The exception for an error of the library.
pub(crate) fn raise(error: zhnorm::Error) -> PyErr {
    let message = error.to_string();
    match error {
        zhnorm::Error::Decode(decode::Error::Binary) => BinaryError::new_err(message),
        zhnorm::Error::Decode(decode::Error::Uncertain { .. }) => {
            UncertainEncodingError::new_err(message)
        }
        _ => Error::new_err(message),
    }
}

/// The exception for a value of another type than `wanted` says.
pub(crate) fn type_error(wanted: &str, value: &Bound<'_, PyAny>) -> PyErr {
    match value.get_type().name() {
        Ok(name) => PyTypeError::new_err(format!("{wanted}, not {name}")),
        Err(error) => error,
    }
}
