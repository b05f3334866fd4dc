//! Columns of Apache Arrow, in and out through the PyCapsule protocol: no copy but of what changes,
//! and no package of Python needed.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::Arc;

use arrow_array::builder::{GenericStringBuilder, StringViewBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{
    Array, ArrayAccessor, ArrayRef, GenericStringArray, OffsetSizeTrait, StringViewArray,
    make_array,
};
use arrow_schema::{ArrowError, DataType, Field};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

use crate::errors::{Error, type_error};
use crate::normalizer::{Normalizer, letting_go};

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// The texts of a column, normalized. Anything that reads Arrow takes it: `pyarrow.array(column)`,
/// `polars.Series(column)`, a query of duckdb.
#[pyclass(frozen, module = "zhnorm")]
pub(crate) struct Column {
    field: Field,
    chunks: Vec<ArrayRef>,
}

#[pymethods]
impl Column {
    fn __len__(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.as_ref().len()).sum()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&self.field).map_err(raise)?;
        PyCapsule::new_with_value(py, schema, SCHEMA)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        // A wish that need not be met.
        let _ = requested_schema;
        let whole = match self.chunks.as_slice() {
            [one] => Arc::clone(one),
            chunks => joined(self.field.data_type(), chunks)?,
        };
        let (array, _) = to_ffi(&whole.to_data()).map_err(raise)?;
        Ok((
            self.__arrow_c_schema__(py)?,
            PyCapsule::new_with_value(py, array, ARRAY)?,
        ))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let stream = exported(self.field.clone(), self.chunks.clone());
        PyCapsule::new_with_value(py, stream, STREAM)
    }
}

/// [`Normalizer::array`].
pub(crate) fn array<'py>(
    normalizer: &Normalizer,
    column: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = column.py();
    let is_stream = !column.hasattr("__arrow_c_array__")?;
    let Column { field, chunks } = read(column, is_stream)?;
    let new = letting_go(py, usize::MAX, || {
        let rewritten = |chunk: &ArrayRef| rewritten(normalizer, chunk);
        chunks.iter().map(rewritten).collect::<Result<Vec<_>, _>>()
    })?
    .map_err(raise)?;
    let done = Bound::new(py, Column { field, chunks: new })?.into_any();
    // Where the column came from a package that has a class for columns, it goes back as one.
    let module: String = column.get_type().getattr("__module__")?.extract()?;
    let package = module.split('.').next().unwrap_or_default();
    match package {
        "pyarrow" => {
            let make = if is_stream { "chunked_array" } else { "array" };
            py.import("pyarrow")?.getattr(make)?.call1((done,))
        }
        "polars" => {
            let name = column.getattr("name")?;
            py.import("polars")?.getattr("Series")?.call1((name, done))
        }
        _ => Ok(done),
    }
}

/// The chunks of a column.
fn read(column: &Bound<'_, PyAny>, is_stream: bool) -> PyResult<Column> {
    if is_stream {
        if !column.hasattr("__arrow_c_stream__")? {
            let wanted = "column must be an Arrow array or a stream of arrays";
            return Err(type_error(wanted, column));
        }
        let capsule = column.call_method0("__arrow_c_stream__")?;
        let pointer = capsule.cast::<PyCapsule>()?.pointer_checked(Some(STREAM))?;
        // SAFETY: by the protocol a capsule of this name holds an initialised stream, which is ours
        // to move out once; the capsule lives until the end of this block.
        let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr().cast()) };
        let reader = ArrayStreamReader::try_new(stream).map_err(raise)?;
        let field = arrow_array::ArrayReader::field(&reader).as_ref().clone();
        let chunks = reader.collect::<Result<_, _>>().map_err(raise)?;
        return Ok(Column { field, chunks });
    }
    let capsules = column.call_method0("__arrow_c_array__")?;
    let capsules = capsules.cast::<PyTuple>()?;
    let (schema, array) = (capsules.get_item(0)?, capsules.get_item(1)?);
    let schema = schema.cast::<PyCapsule>()?.pointer_checked(Some(SCHEMA))?;
    let array = array.cast::<PyCapsule>()?.pointer_checked(Some(ARRAY))?;
    // SAFETY: by the protocol capsules of these names hold an initialised schema and an array of that
    // schema. The schema is only read; the array is moved out, which marks it as released.
    let (field, data) = unsafe {
        let schema = schema.cast::<FFI_ArrowSchema>().as_ref();
        let array = FFI_ArrowArray::from_raw(array.as_ptr().cast());
        let field = Field::try_from(schema).map_err(raise)?;
        (field, from_ffi(array, schema).map_err(raise)?)
    };
    Ok(Column {
        field,
        chunks: vec![make_array(data)],
    })
}

/// The texts of an array, normalized; the same array when nothing changed.
fn rewritten(normalizer: &Normalizer, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    Ok(match array.data_type() {
        DataType::Utf8 => strings::<i32>(normalizer, array),
        DataType::LargeUtf8 => strings::<i64>(normalizer, array),
        DataType::Utf8View => {
            let old: &StringViewArray = array.as_string_view();
            match changed(normalizer, old) {
                None => Arc::clone(array),
                Some(new) => {
                    let mut builder = StringViewBuilder::with_capacity(old.len());
                    each(old, new, |text| builder.append_option(text));
                    Arc::new(builder.finish())
                }
            }
        }
        // Each word of the dictionary once.
        DataType::Dictionary(..) => {
            let old = array.as_any_dictionary();
            old.with_values(rewritten(normalizer, old.values())?)
        }
        DataType::Null => Arc::clone(array),
        other => {
            return Err(ArrowError::InvalidArgumentError(format!(
                "a column of text is needed, and this one is {other}"
            )));
        }
    })
}

fn strings<O: OffsetSizeTrait>(normalizer: &Normalizer, array: &ArrayRef) -> ArrayRef {
    let old: &GenericStringArray<O> = array.as_string();
    match changed(normalizer, old) {
        None => Arc::clone(array),
        Some(new) => {
            let bytes = old.value_data().len();
            let mut builder = GenericStringBuilder::<O>::with_capacity(old.len(), bytes);
            each(old, new, |text| builder.append_option(text));
            Arc::new(builder.finish())
        }
    }
}

/// The texts that are new, with their places; nothing when there are none.
fn changed<'a>(
    normalizer: &Normalizer,
    array: impl ArrayAccessor<Item = &'a str>,
) -> Option<Vec<(usize, String)>> {
    let texts = (0..array.len()).filter(|at| array.is_valid(*at));
    let new: Vec<_> = texts
        .filter_map(|at| Some((at, normalizer.rewritten(array.value(at))?)))
        .collect();
    (!new.is_empty()).then_some(new)
}

/// Calls `write` with every text, the new one where there is one.
fn each<'a>(
    array: impl ArrayAccessor<Item = &'a str>,
    new: Vec<(usize, String)>,
    mut write: impl FnMut(Option<&str>),
) {
    let mut new = new.into_iter().peekable();
    for at in 0..array.len() {
        match new.next_if(|(changed, _)| *changed == at) {
            Some((_, text)) => write(Some(&text)),
            None if array.is_valid(at) => write(Some(array.value(at))),
            None => write(None),
        }
    }
}

/// Chunks as one array.
fn joined(of: &DataType, chunks: &[ArrayRef]) -> PyResult<ArrayRef> {
    fn strings<O: OffsetSizeTrait>(chunks: &[ArrayRef]) -> ArrayRef {
        let mut builder = GenericStringBuilder::<O>::new();
        for chunk in chunks {
            chunk
                .as_string::<O>()
                .iter()
                .for_each(|text| builder.append_option(text));
        }
        Arc::new(builder.finish())
    }
    match of {
        DataType::Utf8 => Ok(strings::<i32>(chunks)),
        DataType::LargeUtf8 => Ok(strings::<i64>(chunks)),
        DataType::Utf8View => {
            let mut builder = StringViewBuilder::new();
            for chunk in chunks {
                let texts = chunk.as_string_view().iter();
                texts.for_each(|text| builder.append_option(text));
            }
            Ok(Arc::new(builder.finish()))
        }
        _ => Err(Error::new_err(
            "the column has several chunks; read it as a stream of arrays",
        )),
    }
}

fn raise(error: ArrowError) -> PyErr {
    match error {
        ArrowError::InvalidArgumentError(message) => Error::new_err(message),
        error => Error::new_err(error.to_string()),
    }
}

/// What a stream that is handed out still has to give.
struct Remaining {
    field: Field,
    chunks: std::vec::IntoIter<ArrayRef>,
}

/// A stream of arrays for a reader in another language.
fn exported(field: Field, chunks: Vec<ArrayRef>) -> FFI_ArrowArrayStream {
    let remaining = Box::new(Remaining {
        field,
        chunks: chunks.into_iter(),
    });
    let private = Box::into_raw(remaining).cast::<c_void>();
    // SAFETY: the functions keep the contract of the C stream interface: all that they rely on is in
    // `private`, which `release` frees once and then marks the stream as released.
    unsafe {
        FFI_ArrowArrayStream::new_unchecked(
            Some(get_schema),
            Some(get_next),
            Some(get_last_error),
            Some(release),
            private,
        )
    }
}

/// What the stream holds.
///
/// # Safety
///
/// `stream` is a stream that [`exported`] made and that was not released.
unsafe fn remaining<'s>(stream: *mut FFI_ArrowArrayStream) -> &'s mut Remaining {
    // SAFETY: as the caller promises; the reader uses a stream from one thread at a time.
    unsafe { &mut *(*stream).private_data().cast::<Remaining>() }
}

/// An error number that says that an argument is invalid.
const EINVAL: c_int = 22;

unsafe extern "C" fn get_schema(
    stream: *mut FFI_ArrowArrayStream,
    out: *mut FFI_ArrowSchema,
) -> c_int {
    // SAFETY: called by the reader with this stream and room for a schema.
    unsafe {
        match FFI_ArrowSchema::try_from(&remaining(stream).field) {
            Ok(schema) => {
                out.write(schema);
                0
            }
            Err(_) => EINVAL,
        }
    }
}

unsafe extern "C" fn get_next(
    stream: *mut FFI_ArrowArrayStream,
    out: *mut FFI_ArrowArray,
) -> c_int {
    // SAFETY: called by the reader with this stream and room for an array; an empty one ends it.
    unsafe {
        let next = remaining(stream).chunks.next();
        out.write(next.map_or_else(FFI_ArrowArray::empty, |chunk| {
            FFI_ArrowArray::new(&chunk.to_data())
        }));
    }
    0
}

unsafe extern "C" fn get_last_error(_: *mut FFI_ArrowArrayStream) -> *const c_char {
    std::ptr::null()
}

unsafe extern "C" fn release(stream: *mut FFI_ArrowArrayStream) {
    // SAFETY: called once, with this stream; what it held is taken out of it first.
    unsafe {
        let private = (*stream).set_private_data(std::ptr::null_mut());
        drop(Box::from_raw(private.cast::<Remaining>()));
        (*stream).set_release(None);
    }
}
