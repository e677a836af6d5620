//! Ids: a column as long as the texts, carried into the tables of their matches.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Int64Array, LargeStringArray};
use arrow_buffer::ScalarBuffer;
use arrow_cast::cast;
use arrow_schema::DataType;
use arrow_select::concat::concat;
use arrow_select::take::take;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyList, PyString};

use super::errors::{arrow_error, arrow_fault};
use super::input::{import_column, is_null};
use super::rows::MAX_CHUNK;
use super::values;
use crate::error::Error;

/// The ids of the texts.
pub struct Ids {
    array: ArrayRef,
}

impl Ids {
    /// Reads a list of ids, or a column in the sense of Arrow.
    ///
    /// # Errors
    /// A list that does not hold strings only or whole numbers only; another number of ids than of
    /// texts.
    pub fn from_python(ids: &Bound<'_, PyAny>, rows: usize) -> PyResult<Self> {
        let array = match ids.cast::<PyList>() {
            Ok(list) => from_list(list)?,
            Err(_) => from_arrow(ids)?,
        };
        if array.len() != rows {
            return Err(PyValueError::new_err(format!("there are {} ids for {rows} texts", array.len())));
        }
        Ok(Self { array })
    }

    pub fn data_type(&self) -> &DataType {
        self.array.data_type()
    }

    /// The id of one text.
    pub fn value<'py>(&self, py: Python<'py>, row: usize) -> PyResult<Bound<'py, PyAny>> {
        values::value(py, &self.array, row)
    }

    /// The ids of these texts, which must exist.
    pub fn take(&self, rows: ScalarBuffer<i32>) -> Result<ArrayRef, Error> {
        let rows = arrow_array::Int32Array::new(rows, None);
        take(&self.array, &rows, None).map_err(arrow_fault)
    }
}

fn from_arrow(ids: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    let (chunks, field) = import_column(ids, "ids")?;
    if field.data_type() != &DataType::Utf8 {
        return join(&chunks, field.data_type());
    }
    // A string column numbers its bytes with 31 bits, which joining chunks, or repeating a long
    // id for each of a chunk's matches, could exceed.
    let spans = || chunks.iter().map(|chunk| chunk.as_string::<i32>().value_offsets());
    let bytes: i64 = spans().map(|ends| i64::from(ends[ends.len() - 1]) - i64::from(ends[0])).sum();
    let longest = spans().flat_map(|ends| ends.windows(2).map(|end| end[1] - end[0])).max();
    let room = i64::from(i32::MAX);
    if bytes <= room && i64::from(longest.unwrap_or(0)) * MAX_CHUNK as i64 <= room {
        return join(&chunks, field.data_type());
    }
    let chunks: Result<Vec<_>, _> = chunks.iter().map(|chunk| cast(chunk, &DataType::LargeUtf8)).collect();
    join(&chunks.map_err(arrow_error)?, &DataType::LargeUtf8)
}

fn join(chunks: &[ArrayRef], data_type: &DataType) -> PyResult<ArrayRef> {
    match chunks {
        [] => Ok(arrow_array::new_empty_array(data_type)),
        [chunk] => Ok(Arc::clone(chunk)),
        chunks => {
            let chunks: Vec<&dyn Array> = chunks.iter().map(AsRef::as_ref).collect();
            concat(&chunks).map_err(arrow_error)
        }
    }
}

/// Ids from a list: all strings, or all whole numbers; nulls among either.
fn from_list(list: &Bound<'_, PyList>) -> PyResult<ArrayRef> {
    let mut first = None;
    for value in list {
        if !is_null(&value)? {
            first = Some(value);
            break;
        }
    }
    if first.is_some_and(|value| !value.is_instance_of::<PyString>()) {
        let numbers = list.iter().enumerate().map(|(row, value)| number(row, &value));
        return Ok(Arc::new(numbers.collect::<PyResult<Int64Array>>()?));
    }
    let mut texts = arrow_array::builder::LargeStringBuilder::new();
    for (row, value) in list.iter().enumerate() {
        match value.cast::<PyString>() {
            Ok(text) => texts.append_value(text.to_str()?),
            Err(_) if is_null(&value)? => texts.append_null(),
            Err(_) => return Err(unfit(row, &value, "text, as those before it")?),
        }
    }
    let texts: LargeStringArray = texts.finish();
    Ok(Arc::new(texts))
}

fn number(row: usize, value: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let is_index = value.is_instance_of::<PyInt>() || value.hasattr("__index__")?;
    if is_index && !value.is_instance_of::<PyBool>() {
        return value.extract::<i64>().map(Some);
    }
    if is_null(value)? {
        return Ok(None);
    }
    let expected = if value.is_instance_of::<PyString>() {
        "a whole number, as those before it"
    } else {
        "text or a whole number"
    };
    Err(unfit(row, value, expected)?)
}

fn unfit(row: usize, value: &Bound<'_, PyAny>, expected: &str) -> PyResult<PyErr> {
    let name = value.get_type().name()?;
    Ok(PyTypeError::new_err(format!("row {row} of ids is {name}, not {expected}")))
}
