//! Near-identical texts of matches, found together with a library that makes the signatures.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int32Array};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::gil::detached;
use super::ids::Ids;
use super::input::Source;
use super::matches::Matches;
use super::output::{ArrowTable, Buffer};
use crate::analysis::duplicates::{Groups, Shingler};
use crate::error::Error;
use crate::text::Corpus;

/// Gives out the shingles of texts, takes in their signatures, and groups the texts.
#[pyclass(module = "slugline._core")]
pub struct Duplicates {
    texts: Arc<Source>,
    ids: Option<Arc<Ids>>,
    first_doc: i32,
    shingle: usize,
    groups: Groups,
}

impl Duplicates {
    fn shingler(&self) -> impl FnMut(usize, &mut Vec<u64>) + use<> {
        let texts = Arc::clone(&self.texts);
        let mut shingler = Shingler::new(self.shingle);
        move |row, out| {
            if let Some(text) = texts.text(row) {
                shingler.push(text, out);
            }
        }
    }
}

#[pymethods]
impl Duplicates {
    /// `shingle` is in words, `band` in numbers of a signature.
    #[new]
    fn new(matches: &Matches, threshold: f64, shingle: usize, band: usize) -> PyResult<Self> {
        if shingle == 0 || band == 0 {
            return Err(PyValueError::new_err("shingle and band must be at least 1"));
        }
        let made = matches.made();
        Ok(Self {
            texts: matches.texts_or_error()?,
            ids: made.ids.cloned(),
            first_doc: made.first_doc,
            shingle,
            groups: Groups::new(threshold, band),
        })
    }

    /// 32 bits of the hash of each shingle of the rows `start..stop`, each once a row; and where each
    /// row begins among them, with the end.
    fn shingles(&self, py: Python<'_>, start: usize, stop: usize) -> PyResult<(Buffer, Buffer)> {
        let stop = stop.min(self.texts.len());
        let (hashes, ends) = detached(py, || {
            let mut read = self.shingler();
            let (mut hashes, mut ends, mut row_hashes) = (Vec::new(), vec![0i64], Vec::new());
            for row in start..stop {
                row_hashes.clear();
                read(row, &mut row_hashes);
                hashes.extend(row_hashes.iter().map(|&hash| (hash >> 32) as i32));
                ends.push(hashes.len() as i64);
            }
            Ok((hashes, ends))
        })?;
        Ok((hashes.into(), ends.into()))
    }

    /// Places the next rows, given their signatures: numbers of 32 bits, `length` a row.
    fn place(&mut self, py: Python<'_>, signatures: &[u8], length: usize) -> PyResult<()> {
        let numbers: Vec<u32> = signatures
            .chunks_exact(4)
            .map(|bytes| u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect();
        if length == 0 || !numbers.len().is_multiple_of(length) {
            return Err(PyValueError::new_err("signatures must be of one length"));
        }
        let (mut read, mut read_leader) = (self.shingler(), self.shingler());
        let groups = &mut self.groups;
        let left = self.texts.len() - groups.places.len();
        if numbers.len() / length > left {
            return Err(PyValueError::new_err(format!("there are {left} rows left to place")));
        }
        detached(py, || {
            let mut shingles = Vec::new();
            for signature in numbers.chunks_exact(length) {
                shingles.clear();
                read(groups.places.len(), &mut shingles);
                groups.place(signature, &shingles, &mut read_leader);
            }
            Ok(())
        })
    }

    /// The documents of groups of two or more, by group and then by number.
    fn table(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        detached(py, || self.groups_table())
    }
}

impl Duplicates {
    fn groups_table(&self) -> Result<ArrowTable, Error> {
        let placed =
            || self.groups.places.iter().enumerate().filter_map(|(row, place)| Some((row, (*place)?)));
        let mut sizes = vec![0u32; self.groups.places.len()];
        placed().for_each(|(_, place)| sizes[place.leader] += 1);
        let mut rows: Vec<_> = placed().filter(|(_, place)| sizes[place.leader] > 1).collect();
        rows.sort_by_key(|&(row, place)| (place.leader, row));
        let doc = |row: usize| row as i32 + self.first_doc;
        let mut columns: Vec<(&str, ArrayRef, bool)> = Vec::new();
        if let Some(ids) = &self.ids {
            columns.push(("id", ids.take(rows.iter().map(|&(row, _)| row as i32).collect())?, true));
        }
        let docs = Int32Array::from_iter_values(rows.iter().map(|&(row, _)| doc(row)));
        let groups = Int32Array::from_iter_values(rows.iter().map(|&(_, place)| doc(place.leader)));
        let similarities = Float64Array::from_iter_values(rows.iter().map(|&(_, place)| place.similarity));
        columns.push(("doc", Arc::new(docs), false));
        columns.push(("group", Arc::new(groups), false));
        columns.push(("similarity", Arc::new(similarities), false));
        ArrowTable::of_columns(columns)
    }
}
