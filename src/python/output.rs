//! What the core makes, handed to Python: Arrow columns and tables, and plain numbers.

use std::ffi::{CStr, c_int, c_void};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, LargeStringArray, RecordBatch, StructArray};
use arrow_buffer::{Buffer as ArrowBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow_select::concat::concat;
use pyo3::exceptions::{PyBufferError, PyKeyError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyTuple};
use pyo3_arrow::ffi::{ArrayIterator, to_array_pycapsules, to_schema_pycapsule, to_stream_pycapsule};

use super::errors::{arrow_error, arrow_fault};
use super::values;
use crate::error::Error;

/// An Arrow column that the core made.
#[pyclass(frozen, module = "slugline._core")]
pub struct ArrowColumn {
    array: ArrayRef,
    field: FieldRef,
}

impl ArrowColumn {
    pub fn new(name: &str, array: ArrayRef, nullable: bool) -> Self {
        let field = Field::new(name, array.data_type().clone(), nullable);
        Self { array, field: Arc::new(field) }
    }
}

#[pymethods]
impl ArrowColumn {
    fn __len__(&self) -> usize {
        self.array.len()
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        Ok(to_array_pycapsules(py, self.field.clone(), &self.array, requested_schema)?)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.field.as_ref())?)
    }

    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        values::to_list(py, &self.array)
    }
}

/// An Arrow table that the core made: a stream of record batches, to be had any number of times.
#[pyclass(frozen, module = "slugline._core")]
pub struct ArrowTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl ArrowTable {
    /// A table of these batches, or of one empty batch if there is none.
    pub fn new(schema: SchemaRef, mut batches: Vec<RecordBatch>) -> Self {
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema.clone()));
        }
        Self { schema, batches }
    }

    /// A table of one batch.
    ///
    /// # Errors
    /// The columns must be as long as each other.
    pub fn of_columns(columns: Vec<(&str, ArrayRef, bool)>) -> Result<Self, Error> {
        let fields = columns
            .iter()
            .map(|(name, array, nullable)| Field::new(*name, array.data_type().clone(), *nullable));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let arrays = columns.into_iter().map(|(_, array, _)| array).collect();
        let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(arrow_fault)?;
        Ok(Self::new(schema, vec![batch]))
    }

    /// Exports the table as an Arrow C stream.
    pub fn stream<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batches: Vec<_> = self
            .batches
            .iter()
            .map(|batch| Ok(Arc::new(StructArray::from(batch.clone())) as ArrayRef))
            .collect();
        let fields = DataType::Struct(self.schema.fields().clone());
        let reader = ArrayIterator::new(batches, Arc::new(Field::new("", fields, false)));
        Ok(to_stream_pycapsule(py, Box::new(reader), requested_schema)?)
    }
}

#[pymethods]
impl ArrowTable {
    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn column(&self, name: &str) -> PyResult<ArrowColumn> {
        let index = self.schema.index_of(name).map_err(|_| PyKeyError::new_err(name.to_owned()))?;
        let chunks: Vec<&dyn Array> = self.batches.iter().map(|batch| batch.column(index).as_ref()).collect();
        let array = concat(&chunks).map_err(arrow_error)?;
        Ok(ArrowColumn { array, field: self.schema.fields()[index].clone() })
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.stream(py, requested_schema)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }
}

/// Exports a schema.
pub fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    Ok(to_schema_pycapsule(py, schema)?)
}

/// Numbers that the core made, behind the buffer protocol.
///
/// They may be written to: nothing here reads them again, and a sparse matrix of scipy sorts its
/// indices in place.
#[pyclass(module = "slugline._core")]
pub struct Buffer {
    numbers: Numbers,
}

enum Numbers {
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Float64(Vec<f64>),
}

impl From<Vec<i32>> for Buffer {
    fn from(numbers: Vec<i32>) -> Self {
        Self { numbers: Numbers::Int32(numbers) }
    }
}

impl From<Vec<i64>> for Buffer {
    fn from(numbers: Vec<i64>) -> Self {
        Self { numbers: Numbers::Int64(numbers) }
    }
}

impl From<Vec<f64>> for Buffer {
    fn from(numbers: Vec<f64>) -> Self {
        Self { numbers: Numbers::Float64(numbers) }
    }
}

impl Numbers {
    fn len(&self) -> usize {
        match self {
            Self::Int32(numbers) => numbers.len(),
            Self::Int64(numbers) => numbers.len(),
            Self::Float64(numbers) => numbers.len(),
        }
    }

    /// Where the numbers lie, how wide one is, and what the buffer protocol calls its type.
    fn raw(&mut self) -> (*mut c_void, usize, &'static CStr) {
        match self {
            Self::Int32(numbers) => (numbers.as_mut_ptr().cast(), size_of::<i32>(), c"i"),
            Self::Int64(numbers) => (numbers.as_mut_ptr().cast(), size_of::<i64>(), c"q"),
            Self::Float64(numbers) => (numbers.as_mut_ptr().cast(), size_of::<f64>(), c"d"),
        }
    }
}

#[pymethods]
impl Buffer {
    fn __len__(&self) -> usize {
        self.numbers.len()
    }

    /// Fills in a view of the numbers.
    ///
    /// # Safety
    /// Called by the interpreter only, with a view to be filled in.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        if view.is_null() {
            return Err(PyBufferError::new_err("no view to fill in"));
        }
        let count = slf.borrow().numbers.len();
        let (data, width, format) = slf.borrow_mut().numbers.raw();
        let bytes = (count * width) as ffi::Py_ssize_t;
        // SAFETY: `data` points to `bytes` bytes that live, unmoved, as long as `slf`, to which
        // the view gets a reference of its own: the vector is never touched again before it is
        // dropped. The interpreter gave us a valid `view`.
        let filled = unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), data, bytes, 0, flags) };
        if filled != 0 {
            return Err(PyErr::fetch(slf.py()));
        }
        // SAFETY: `view` is valid as above. `FillInfo` made it a row of bytes whose shape and
        // strides point to `len` and `itemsize` of the view itself. The count of numbers needs
        // room of its own only if the shape was asked for, for which `internal` serves: it is the
        // exporter's to use, and as wide as a `Py_ssize_t`.
        unsafe {
            let with_format = flags & ffi::PyBUF_FORMAT == ffi::PyBUF_FORMAT;
            if with_format && flags & ffi::PyBUF_ND == ffi::PyBUF_ND {
                (*view).format = format.as_ptr().cast_mut();
                (*view).itemsize = width as ffi::Py_ssize_t;
                (*view).internal = count as *mut c_void;
                (*view).shape = (&raw mut (*view).internal).cast();
            }
        }
        Ok(())
    }
}

/// Strings as one Arrow array.
pub fn strings<'a>(names: impl IntoIterator<Item = Option<&'a str>>) -> LargeStringArray {
    LargeStringArray::from_iter(names)
}

/// An array of strings from their bytes and where each ends.
///
/// # Errors
/// The bytes must be UTF-8.
pub fn strings_of_bytes(
    bytes: Vec<u8>,
    ends: impl Iterator<Item = usize>,
    valid: Option<Vec<bool>>,
) -> Result<LargeStringArray, Error> {
    let offsets: ScalarBuffer<i64> = std::iter::once(0).chain(ends.map(|end| end as i64)).collect();
    LargeStringArray::try_new(OffsetBuffer::new(offsets), ArrowBuffer::from_vec(bytes), valid.map(Into::into))
        .map_err(arrow_fault)
}

/// An array of texts that lie one behind the other, from where each ends.
///
/// # Errors
/// None but faults of ours.
pub fn strings_of_text(
    text: String,
    ends: impl Iterator<Item = usize>,
    valid: Vec<bool>,
) -> Result<LargeStringArray, Error> {
    let offsets: Vec<usize> = std::iter::once(0).chain(ends).collect();
    let ascending = offsets.is_sorted() && offsets.len() == valid.len() + 1;
    if !ascending || !offsets.iter().all(|&offset| text.is_char_boundary(offset)) {
        return Err(Error::internal("texts end where they cannot"));
    }
    let offsets: ScalarBuffer<i64> = offsets.into_iter().map(|offset| offset as i64).collect();
    let offsets = OffsetBuffer::new(offsets);
    let text = ArrowBuffer::from_vec(text.into_bytes());
    // SAFETY: the bytes are those of a `String`, the offsets ascend from 0, and each is a boundary
    // between its characters, so none lies behind its end and each text is UTF-8; there are as many
    // flags as texts. To have Arrow look through all of it again would take longer than reading it.
    Ok(unsafe { LargeStringArray::new_unchecked(offsets, text, nulls(valid)) })
}

/// Which rows are valid, if not all are.
pub fn nulls(valid: Vec<bool>) -> Option<NullBuffer> {
    (!valid.iter().all(|&valid| valid)).then(|| valid.into())
}

/// Numbers of things as an Arrow array.
pub fn counts(numbers: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(numbers.map(|number| number as i64)))
}
