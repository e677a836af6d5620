//! Blocks of files into Arrow columns.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyMemoryView};

use super::errors::arrow_fault;
use super::gil::detached;
use super::options::parse;
use super::output::{ArrowTable, nulls, strings_of_text};
use crate::error::Error;
use crate::reading::Bad;
use crate::reading::columns::Column;
use crate::reading::csv::{self, Layout};
use crate::reading::csv_records::Dialect;
use crate::reading::json_lines::{Kind, Reader};

/// A bad record: its row, where it begins and ends in the block, the reason and the detail.
type BadRecord = (usize, usize, usize, &'static str, String);

/// Reads the lines of a block, a column for each path and kind in `fields`.
#[pyfunction]
pub fn read_json_lines(
    block: &Bound<'_, PyAny>,
    fields: Vec<(String, String)>,
    replace: bool,
) -> PyResult<(ArrowTable, Vec<BadRecord>, Vec<usize>)> {
    let py = block.py();
    let block = bytes_of(block)?;
    let fields: Vec<(String, Kind)> =
        fields.into_iter().map(|(path, kind)| Ok((path, parse(&kind)?))).collect::<PyResult<_>>()?;
    detached(py, || {
        let read = Reader::new(&fields)?.read(&block, replace);
        Ok((table(read.columns)?, read.bad.into_iter().map(bad_record).collect(), read.present))
    })
}

/// Reads the records of a block that are whole, a column for each field in `wanted`, and tells where
/// the rest of the block begins.
#[pyfunction]
pub fn read_csv(
    block: &Bound<'_, PyAny>,
    columns: usize,
    wanted: Vec<usize>,
    delimiter: &str,
    last: bool,
    replace: bool,
    longest: usize,
) -> PyResult<(ArrowTable, Vec<BadRecord>, usize)> {
    let py = block.py();
    let block = bytes_of(block)?;
    let layout = Layout::new(columns, wanted)?;
    let dialect = Dialect::new(delimiter, last, longest)?;
    detached(py, || {
        let read = csv::read(&block, &layout, dialect, replace);
        Ok((table(read.columns)?, read.bad.into_iter().map(bad_record).collect(), read.consumed))
    })
}

/// Reads the names of columns from the first record, and tells where the next one begins.
#[pyfunction]
pub fn read_csv_header(
    block: &Bound<'_, PyAny>,
    delimiter: &str,
    last: bool,
) -> PyResult<Option<(Vec<String>, usize)>> {
    let py = block.py();
    let block = bytes_of(block)?;
    let dialect = Dialect::new(delimiter, last, usize::MAX)?;
    detached(py, || csv::header(&block, dialect))
}

/// The bytes of anything that has bytes. What is not `bytes` is copied, since another thread may
/// write to it meanwhile.
fn bytes_of(block: &Bound<'_, PyAny>) -> PyResult<PyBackedBytes> {
    match block.cast::<PyBytes>() {
        Ok(bytes) => Ok(bytes.clone().into()),
        Err(_) => PyMemoryView::from(block)?.call_method0("tobytes")?.extract().map_err(Into::into),
    }
}

fn bad_record(Bad { row, bytes, reason, detail }: Bad) -> BadRecord {
    (row, bytes.start, bytes.end, reason.as_str(), detail)
}

/// A table of these columns, which are named by their position.
fn table(columns: Vec<Column>) -> Result<ArrowTable, Error> {
    if columns.is_empty() {
        return Err(Error::value("there must be at least one field to read"));
    }
    let names: Vec<String> = (0..columns.len()).map(|position| position.to_string()).collect();
    let columns = names.iter().zip(columns).map(|(name, column)| Ok((name.as_str(), array(column)?, true)));
    ArrowTable::of_columns(columns.collect::<Result<_, Error>>()?)
}

fn array(column: Column) -> Result<ArrayRef, Error> {
    Ok(match column {
        Column::Text(texts) => Arc::new(strings_of_text(texts.text, texts.ends.into_iter(), texts.valid)?),
        Column::Int(column) => {
            Arc::new(Int64Array::try_new(column.values.into(), nulls(column.valid)).map_err(arrow_fault)?)
        }
        Column::Float(column) => {
            Arc::new(Float64Array::try_new(column.values.into(), nulls(column.valid)).map_err(arrow_fault)?)
        }
        Column::Bool(column) => Arc::new(BooleanArray::new(column.values.into(), nulls(column.valid))),
    })
}
