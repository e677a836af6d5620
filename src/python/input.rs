//! Columns of texts as they come from Python, read where they lie.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{DataType, FieldRef};
use pyo3::exceptions::{PyIndexError, PyOverflowError, PyTypeError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyList, PyString};
use pyo3_arrow::input::AnyArray;

use super::arrow_text::{TextArray, TextColumn, type_name};
use super::errors::arrow_error;
use super::options::parse;
use crate::offsets;
use crate::options::Offsets;
use crate::prefetch::prefetch;
use crate::text::{Corpus, STRETCH, Text};

/// How many rows are read between two looks for Ctrl-C.
const ROWS_BETWEEN_SIGNALS: usize = 1 << 20;

/// So many rows ahead a string's header is fetched, of which each lies somewhere else.
const ROWS_AHEAD: usize = 8;

/// A column of texts, read where it lies.
#[pyclass(frozen, module = "slugline._core")]
pub struct Texts {
    pub source: Arc<Source>,
}

/// Where the texts lie.
pub enum Source {
    Strings(Strings),
    Arrow(TextColumn),
    /// Some rows of others; the rest are nulls.
    Only(Arc<Source>, Vec<bool>),
}

impl Corpus for Source {
    fn len(&self) -> usize {
        match self {
            Self::Strings(strings) => strings.owners.len(),
            Self::Arrow(column) => column.len(),
            Self::Only(texts, _) => texts.len(),
        }
    }

    fn text(&self, row: usize) -> Option<Text<'_>> {
        match self {
            Self::Strings(strings) => strings.text(row),
            Self::Arrow(column) => column.get(row).map(Text::Utf8),
            Self::Only(texts, chosen) => texts.text(row).filter(|_| chosen[row]),
        }
    }

    fn stretch_bytes(&self, stretch: usize) -> Option<usize> {
        match self {
            Self::Strings(strings) => Some(strings.stretches[stretch]),
            _ => None,
        }
    }
}

impl Source {
    /// The text of a row as a Python string: the very one that was given, if one was.
    pub fn to_python<'py>(&self, py: Python<'py>, row: usize) -> PyResult<Option<Bound<'py, PyString>>> {
        if row >= self.len() {
            return Err(PyIndexError::new_err(format!("there is no row {row}")));
        }
        Ok(match self {
            Self::Strings(strings) => strings.owners[row].as_ref().map(|s| s.bind(py).clone()),
            Self::Arrow(_) => {
                self.text(row).map(|text| PyString::new(py, &offsets::to_string(text, 0, text.len())))
            }
            Self::Only(texts, chosen) if chosen[row] => texts.to_python(py, row)?,
            Self::Only(..) => None,
        })
    }

    /// What stands at `start..end` of a row. Positions past the end are at the end.
    pub fn slice(&self, row: usize, start: usize, end: usize, unit: Offsets) -> Option<String> {
        let text = self.text(row)?;
        let at = |position| offsets::locate(text, position, unit).unwrap_or(text.len());
        let (start, end) = (at(start), at(end));
        Some(offsets::to_string(text, start, end.max(start)))
    }
}

/// Python strings, kept alive: hardly more than a reference a row, since a corpus has many rows.
pub struct Strings {
    owners: Vec<Option<Py<PyString>>>,
    /// By [`Corpus::stretch_bytes`].
    stretches: Vec<usize>,
}

impl Strings {
    /// Takes hold of the strings of a list, so that it does no harm if the list is changed.
    fn from_list(values: &Bound<'_, PyList>) -> PyResult<Self> {
        let py = values.py();
        check_rows(values.len())?;
        let mut owners = Vec::with_capacity(values.len());
        let mut stretches = vec![0; values.len().div_ceil(STRETCH)];
        for (row, value) in values.iter().enumerate() {
            if row % ROWS_BETWEEN_SIGNALS == ROWS_BETWEEN_SIGNALS - 1 {
                py.check_signals()?;
            }
            if let Some(ahead) = row.checked_add(ROWS_AHEAD).filter(|&ahead| ahead < values.len()) {
                // SAFETY: there is such an element, and the list cannot change meanwhile, since this
                // thread is attached. Its address alone is used.
                prefetch(unsafe { ffi::PyList_GET_ITEM(values.as_ptr(), ahead as ffi::Py_ssize_t) });
            }
            match value.cast_into::<PyString>() {
                Ok(string) => {
                    // SAFETY: nothing else writes to the string's data: strings are immutable, and
                    // those under construction in an extension module do not reach us. What is
                    // asked for is not used here, but that it can be had: see `text_of`.
                    unsafe { string.data()? };
                    let string = string.unbind();
                    if let Some(bytes) = stretches.get_mut(row / STRETCH) {
                        *bytes += text_of(&string).bytes();
                    }
                    owners.push(Some(string));
                }
                Err(error) => {
                    let value = error.into_inner();
                    if !is_null(&value)? {
                        return Err(not_text(row, &value)?);
                    }
                    owners.push(None);
                }
            }
        }
        Ok(Self { owners, stretches })
    }

    fn text(&self, row: usize) -> Option<Text<'_>> {
        self.owners[row].as_ref().map(text_of)
    }
}

/// Where a string keeps its characters, which must have been found ready (see [`Strings::from_list`]).
/// Any thread may ask, attached to the interpreter or not.
fn text_of(string: &Py<PyString>) -> Text<'_> {
    let string = string.as_ptr();
    // SAFETY: `string` is a `str` that is alive for as long as the result borrows it, and that was ready
    // when it was taken in, so that its kind, length and characters are set for good: all that is done
    // here is to read them, which needs no interpreter. The kind says how wide a character is, so that
    // type, alignment and length fit.
    unsafe {
        let data = ffi::PyUnicode_DATA(string);
        let len = ffi::PyUnicode_GET_LENGTH(string) as usize;
        match ffi::PyUnicode_KIND(string) {
            ffi::PyUnicode_1BYTE_KIND => {
                let bytes = std::slice::from_raw_parts(data.cast(), len);
                if lies_as_ascii(string, bytes) { Text::Ascii(bytes) } else { Text::Latin1(bytes) }
            }
            ffi::PyUnicode_2BYTE_KIND => Text::Ucs2(std::slice::from_raw_parts(data.cast(), len)),
            _ => Text::Ucs4(std::slice::from_raw_parts(data.cast(), len)),
        }
    }
}

/// Whether a string of one byte a character is ASCII, judged by where its characters lie.
///
/// CPython puts them right behind the shorter of two headers if they are ASCII. This costs nothing,
/// unlike looking at them, and unlike the flag it can be read in every Python. A string that lies
/// elsewhere (an instance of a subclass) is as well read as Latin-1.
fn lies_as_ascii(string: *mut ffi::PyObject, characters: &[u8]) -> bool {
    characters.as_ptr() as usize == string as usize + size_of::<ffi::PyASCIIObject>()
}

/// Whether a value that is no string stands for a missing one: None, NaN, `pandas.NA`, NaT.
pub fn is_null(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if value.is_none() {
        return Ok(true);
    }
    if let Ok(float) = value.cast::<PyFloat>() {
        return Ok(float.value().is_nan());
    }
    let class = value.get_type();
    let name = class.name()?;
    if name == "NAType" || name == "NaTType" {
        return Ok(true);
    }
    // numpy's floats of other widths than Python's own are no subclass of it.
    let numpy = class.module()? == "numpy";
    let is_float = ["float16", "float32", "longdouble", "float128", "float96"];
    Ok(numpy && is_float.iter().any(|&float| name == float) && value.extract::<f64>()?.is_nan())
}

fn not_text(row: usize, value: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let name = value.get_type().name()?;
    Ok(PyTypeError::new_err(format!("row {row} is {name}, not text (str or None)")))
}

/// Refuses more rows than a position in the results can number.
pub fn check_rows(rows: usize) -> PyResult<()> {
    if i32::try_from(rows).is_ok() {
        return Ok(());
    }
    Err(PyOverflowError::new_err(format!(
        "{rows} rows are too many for one call, which takes up to {}: give them in batches",
        i32::MAX
    )))
}

/// Imports a column: its arrays, and the type of them all.
///
/// # Errors
/// The object is no column in the sense of Arrow's C data interface. `what` says what it should
/// have been.
pub fn import_column(data: &Bound<'_, PyAny>, what: &str) -> PyResult<(Vec<ArrayRef>, FieldRef)> {
    let py = data.py();
    let has = |name| data.hasattr(name);
    if !has(intern!(py, "__arrow_c_array__"))? && !has(intern!(py, "__arrow_c_stream__"))? {
        let name = data.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{what} cannot be read from {name}")));
    }
    let reader = data.extract::<AnyArray>()?.into_reader()?;
    let field = reader.field();
    if let DataType::Struct(fields) = field.data_type() {
        let names: Vec<_> = fields.iter().map(|field| format!("{:?}", field.name())).collect();
        return Err(PyTypeError::new_err(format!(
            "{what} must be one column and not a table: choose one of {}",
            names.join(", ")
        )));
    }
    let chunks = reader.collect::<Result<Vec<_>, _>>().map_err(arrow_error)?;
    Ok((chunks, field))
}

#[pymethods]
impl Texts {
    #[staticmethod]
    fn from_list(values: &Bound<'_, PyList>) -> PyResult<Self> {
        Ok(Self { source: Arc::new(Source::Strings(Strings::from_list(values)?)) })
    }

    #[staticmethod]
    fn from_arrow(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (chunks, field) = import_column(data, "texts")?;
        let not_text = || {
            let name = type_name(field.data_type());
            PyTypeError::new_err(format!("the column is {name}, not text"))
        };
        if !is_text(field.data_type()) {
            return Err(not_text());
        }
        let chunks: Option<Vec<_>> = chunks.iter().map(TextArray::try_new).collect();
        let column = TextColumn::new(chunks.ok_or_else(not_text)?);
        check_rows(column.len())?;
        Ok(Self { source: Arc::new(Source::Arrow(column)) })
    }

    fn __len__(&self) -> usize {
        self.source.len()
    }

    fn get<'py>(&self, py: Python<'py>, row: usize) -> PyResult<Option<Bound<'py, PyString>>> {
        self.source.to_python(py, row)
    }

    fn slice(&self, row: usize, start: usize, end: usize, offsets: &str) -> PyResult<String> {
        let unit = parse::<Offsets>(offsets)?;
        if row >= self.source.len() {
            return Err(PyIndexError::new_err(format!("there is no row {row}")));
        }
        Ok(self.source.slice(row, start, end, unit).unwrap_or_default())
    }
}

/// Whether a column of this type is text, be it empty.
fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}
