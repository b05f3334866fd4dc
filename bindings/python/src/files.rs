//! Files and file objects.

use std::borrow::Cow;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyString};
use zhnorm::formats::Format;
use zhnorm::formats::Packing;

use crate::errors::{Error, raise, type_error};
use crate::normalizer::{Normalizer, letting_go};
use crate::outcome::Outcome;
use crate::text;

/// The largest file that is read into memory, unpacked.
const MOST: usize = isize::MAX as usize;

/// The bytes of a bytes-like object.
pub(crate) fn bytes_of(given: &Bound<'_, PyAny>) -> Option<PyBackedBytes> {
    if let Ok(bytes) = given.cast::<PyBytes>() {
        return Some(bytes.clone().into());
    }
    if let Ok(bytes) = given.cast::<PyByteArray>() {
        return Some(bytes.clone().into());
    }
    // Views and other buffers; a copy, since their owner may change them.
    if given.hasattr("tobytes").ok()? {
        let copied = given.call_method0("tobytes").ok()?;
        return Some(copied.cast_into::<PyBytes>().ok()?.into());
    }
    None
}

/// The path that an object represents, if it does.
fn path_of(given: &Bound<'_, PyAny>) -> Option<PathBuf> {
    let is_path = given.is_instance_of::<PyString>() || given.hasattr("__fspath__").ok()?;
    if is_path { given.extract().ok() } else { None }
}

/// [`Normalizer::file`].
pub(crate) fn file(
    normalizer: &Normalizer,
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    out: Option<&Bound<'_, PyAny>>,
) -> PyResult<Outcome> {
    let source_path = path_of(source);
    let raw = match &source_path {
        Some(path) => letting_go(py, usize::MAX, || std::fs::read(path))?
            .map_err(|error| with_name(error, path))?,
        None => read_from(source)?,
    };
    let packing = Packing::detect(&raw);
    let unpacked = letting_go(py, raw.len(), || packing.unpack(&raw, MOST))??;
    let bytes = unpacked.ok_or_else(|| Error::new_err("the file is too large for memory"))?;
    let name = (source_path.clone()).or_else(|| path_of(&source.getattr("name").ok()?));
    let wanted = normalizer.for_file(name.as_deref());
    let format = wanted.format.unwrap_or_else(|| {
        let by_name = name.as_deref().map_or(Format::Text, Format::from_name);
        by_name.with_contents(&bytes)
    });
    let (outcome, contents) = wanted.run(py, &bytes, format)?;
    if let Some(out) = out {
        if let (Some(old), Some(new)) = (&source_path, path_of(out))
            && outcome.is_lossy()
            && is_same_file(old, &new)
        {
            let message = "holds bytes that cannot be decoded and would be lost: nothing was written; \
                           name another file for `out`";
            return Err(Error::new_err(format!("{} {message}", old.display())));
        }
        let contents = match wanted.files.output {
            Some(output) => Cow::Owned(output.encode(&contents).map_err(raise)?),
            None => Cow::Borrowed(&*contents),
        };
        let packed = letting_go(py, contents.len(), || packing.pack(&contents))??;
        write_to(out, &packed)?;
    }
    Ok(outcome)
}

/// What a file object holds; one that is open as text gives UTF-8.
fn read_from(source: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if !source.hasattr("read")? {
        return Err(type_error("source must be a path or a file object", source));
    }
    let read = source.call_method0("read")?;
    if let Ok(string) = read.cast::<PyString>() {
        return Ok(text::alone(string)?.into_owned().into_bytes());
    }
    let bytes = bytes_of(&read).ok_or_else(|| PyTypeError::new_err("read() gave no bytes"))?;
    Ok(bytes.to_vec())
}

/// Whether two paths lead to the same file, which exists.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some_and(|one| real(other) == Some(one))
}

fn write_to(out: &Bound<'_, PyAny>, contents: &[u8]) -> PyResult<()> {
    if let Some(path) = path_of(out) {
        return replace(&path, contents).map_err(|error| with_name(error, &path));
    }
    out.call_method1("write", (PyBytes::new(out.py(), contents),))?;
    Ok(())
}

/// Writes a file so that its name leads to the old or to the new one, never to a part of it.
fn replace(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut temporary = tempfile::Builder::new()
        .prefix(".zhnorm-")
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    temporary.write_all(contents)?;
    let file = temporary.as_file();
    match path.metadata() {
        Ok(old) => file.set_permissions(old.permissions())?,
        // A temporary file is its owner's alone; what is asked for here is a usual one.
        Err(_) => usual_permissions(file)?,
    }
    temporary.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn usual_permissions(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn usual_permissions(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

/// An error of the system with the name of its file.
fn with_name(error: std::io::Error, path: &Path) -> PyErr {
    std::io::Error::new(error.kind(), format!("{}: {error}", path.display())).into()
}
