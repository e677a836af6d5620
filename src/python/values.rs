//! Arrow values as Python objects.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_cast::display::array_value_to_string;
use arrow_schema::DataType;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use super::arrow_text::TextArray;
use super::errors::arrow_error;

/// All values of an array.
pub fn to_list<'py>(py: Python<'py>, array: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    if let Some(text) = TextArray::try_new(array) {
        for row in 0..array.len() {
            list.append(string(py, text.get(row)))?;
        }
    } else {
        for row in 0..array.len() {
            list.append(value(py, array, row)?)?;
        }
    }
    Ok(list)
}

/// One value of an array. Types that Python has no value for come as they are written.
///
/// # Errors
/// There is no such row.
pub fn value<'py>(py: Python<'py>, array: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if row >= array.len() {
        return Err(PyIndexError::new_err(format!("there is no row {row}")));
    }
    if let Some(text) = TextArray::try_new(array) {
        return string(py, text.get(row)).into_bound_py_any(py);
    }
    if array.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    macro_rules! number {
        ($kind:ty) => {
            array.as_primitive::<$kind>().value(row).into_bound_py_any(py)
        };
    }
    match array.data_type() {
        DataType::Boolean => array.as_boolean().value(row).into_bound_py_any(py),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float16 => array.as_primitive::<Float16Type>().value(row).to_f64().into_bound_py_any(py),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Date32 => match date(py, array.as_primitive::<Date32Type>().value(row)) {
            Err(_) => array_value_to_string(array, row).map_err(arrow_error)?.into_bound_py_any(py),
            date => date,
        },
        DataType::Binary => Ok(PyBytes::new(py, array.as_binary::<i32>().value(row)).into_any()),
        DataType::LargeBinary => Ok(PyBytes::new(py, array.as_binary::<i64>().value(row)).into_any()),
        DataType::List(_) => Ok(to_list(py, &array.as_list::<i32>().value(row))?.into_any()),
        DataType::LargeList(_) => Ok(to_list(py, &array.as_list::<i64>().value(row))?.into_any()),
        DataType::Struct(fields) => {
            let dict = PyDict::new(py);
            for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                dict.set_item(field.name(), value(py, &Arc::clone(column), row)?)?;
            }
            Ok(dict.into_any())
        }
        _ => array_value_to_string(array, row).map_err(arrow_error)?.into_bound_py_any(py),
    }
}

/// A day since 1970-01-01 as a date of Python, which knows the years 1 to 9999.
fn date(py: Python<'_>, day: i32) -> PyResult<Bound<'_, PyAny>> {
    /// 1970-01-01, counted from 0001-01-01 as the first.
    const EPOCH: i64 = 719_163;
    let class = py.import("datetime")?.getattr("date")?;
    class.call_method1("fromordinal", (i64::from(day) + EPOCH,))
}

/// Text that may have come from elsewhere and may be ill-formed.
fn string<'py>(py: Python<'py>, bytes: Option<&[u8]>) -> Option<Bound<'py, PyString>> {
    bytes.map(|bytes| PyString::new(py, &String::from_utf8_lossy(bytes)))
}
