//! Where matches lie: in which part of the corpus, or of their texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::gil::detached;
use super::keys::By;
use super::matches::Matches;
use super::output::{ArrowTable, counts, strings};
use super::rows::Row;
use crate::offsets;
use crate::text::Corpus;

/// Counts matches and documents by key and slice. The corpus, or with `in_texts` each text, is cut
/// into so many slices of equal length; a match lies where its middle is.
#[pyfunction]
pub fn dispersion(
    py: Python<'_>,
    matches: &Matches,
    by: &str,
    level: Option<i64>,
    slices: usize,
    in_texts: bool,
) -> PyResult<ArrowTable> {
    if slices == 0 {
        return Err(PyValueError::new_err("slices must be at least 1, not 0"));
    }
    let by = By::parse(by, level)?;
    let texts = if in_texts { Some(matches.texts_or_error()?) } else { None };
    detached(py, || {
        let tagged = matches.tagged();
        let keys = matches.keys(by);
        let made = matches.made();
        let slice_of = |at: usize, length: usize| (at * slices / length.max(1)).min(slices - 1) as u32;
        let mut counted: BTreeMap<(u32, u32), (u64, u64)> = BTreeMap::new();
        let mut in_doc: Vec<(u32, u32, i32, i32)> = Vec::new();
        let rows: Vec<Row> = tagged.rows.ascending().iter().collect();
        for doc_rows in rows.chunk_by(|a, b| a.doc == b.doc) {
            let at = (doc_rows[0].doc - made.first_doc) as usize;
            let length = texts.as_ref().map(|texts| {
                texts.text(at).map_or(0, |text| offsets::measure(text, 0, text.len(), made.settings.offsets))
            });
            in_doc.clear();
            in_doc.extend(doc_rows.iter().map(|row| {
                let slice = match length {
                    Some(length) => slice_of(row.start.midpoint(row.end) as usize, length),
                    None => slice_of(at, made.documents),
                };
                (keys.of_entry[row.entry as usize], slice, row.start, row.end)
            }));
            in_doc.sort_unstable();
            in_doc.dedup();
            for same in in_doc.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let (matches, documents) = counted.entry((same[0].0, same[0].1)).or_default();
                *matches += same.len() as u64;
                *documents += 1;
            }
        }
        let name = |&(key, _): &(u32, u32)| Some(keys.name(tagged.gazetteer, key as usize));
        let slices = Int32Array::from_iter_values(counted.keys().map(|&(_, slice)| slice as i32));
        let columns: Vec<(&str, ArrayRef, bool)> = vec![
            (by.column_name(), Arc::new(strings(counted.keys().map(name))), false),
            ("slice", Arc::new(slices), false),
            ("matches", counts(counted.values().map(|&(matches, _)| matches)), false),
            ("documents", counts(counted.values().map(|&(_, documents)| documents)), false),
        ];
        ArrowTable::of_columns(columns)
    })
}
