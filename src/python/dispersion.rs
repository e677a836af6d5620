//! Where matches lie: in which part of the corpus, or of their texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::analysis::documents::Documents;
use super::gil::watched;
use super::keys::By;
use super::matches::Matches;
use super::output::{ArrowTable, counts, strings};
use crate::analysis::tagged::{Found, Run, keyed};
use crate::offsets;
use crate::scan::Pulse;
use crate::text::Corpus;

/// What one worker counts: matches and documents, by key and slice.
#[derive(Default)]
struct Worker {
    counted: BTreeMap<(u32, u32), (u64, u64)>,
    keyed: Vec<Found>,
    in_doc: Vec<(u32, u32)>,
}

impl Worker {
    /// Adds the matches of a document, each a key and a slice.
    fn count(&mut self) {
        self.in_doc.sort_unstable();
        for same in self.in_doc.chunk_by(|a, b| a == b) {
            let (matches, documents) = self.counted.entry(same[0]).or_default();
            *matches += same.len() as u64;
            *documents += 1;
        }
    }
}

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
    watched(py, matches.documents(), None, |watch| {
        let tagged = matches.tagged();
        let (keys, made) = (matches.keys(by), matches.made());
        let slice_of = |at: usize, length: usize| (at * slices / length.max(1)).min(slices - 1) as u32;
        let visit = |worker: &mut Worker, (): &mut (), row: usize, found: &[Found], _: &dyn Pulse| {
            if found.is_empty() {
                return Ok(());
            }
            let length = texts.as_ref().map(|texts| {
                texts.text(row).map_or(0, |text| offsets::measure(text, 0, text.len(), made.settings.offsets))
            });
            keyed(found, &keys.of_entry, &mut worker.keyed);
            worker.in_doc.clear();
            worker.in_doc.extend(worker.keyed.iter().map(|found| {
                let slice = match length {
                    Some(length) => slice_of(found.start.midpoint(found.end) as usize, length),
                    None => slice_of(row, made.documents),
                };
                (found.entry, slice)
            }));
            worker.count();
            Ok(())
        };
        let documents = &Documents::new(tagged.rows, tagged.first_doc, matches.documents());
        let run = Run { tagged: documents, threads: matches.settings().threads, watch };
        let mut workers = run.each(Worker::default, visit)?.1.into_iter();
        let mut counted = workers.next().unwrap_or_default().counted;
        for (place, (matches, documents)) in workers.flat_map(|worker| worker.counted) {
            let sum = counted.entry(place).or_default();
            *sum = (sum.0 + matches, sum.1 + documents);
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
