//! The table of what is found together.

use std::cmp::Reverse;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};
use pyo3::prelude::*;

use super::documents::Documents;
use crate::analysis::association::Contingency;
use crate::analysis::cooccurrence::{Pair, Within, cooccurrence as count};
use crate::analysis::tagged::Run;
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::parallel::{self, Watch};
use crate::python::counting::Groups;
use crate::python::gil::watched;
use crate::python::input::Source;
use crate::python::keys::{By, Keys};
use crate::python::matches::Matches;
use crate::python::output::{ArrowTable, counts, strings};
use crate::python::tables::Names;
use crate::run::Count;

/// What is to be counted, and where.
struct Question {
    by: By,
    /// The column of what is counted, where that is no document.
    column: Option<&'static str>,
    texts: Option<Arc<Source>>,
    words: usize,
}

impl Question {
    fn new(matches: &Matches, by: &str, level: Option<i64>, within: &str, words: usize) -> PyResult<Self> {
        let by = By::parse(by, level)?;
        let column = match within {
            "doc" => None,
            "sentence" => Some("sentences"),
            "window" => Some("windows"),
            _ => {
                return Err(Error::unknown_option("within", within, &["doc", "sentence", "window"]).into());
            }
        };
        let texts = if column.is_some() { Some(matches.texts_or_error()?) } else { None };
        Ok(Self { by, column, texts, words })
    }

    /// The pairs found in so many documents, those that are found most first, then by name.
    fn answer(
        &self,
        matches: &Matches,
        keys: &Keys,
        min_documents: u64,
        watch: &dyn Watch,
    ) -> Result<Vec<Pair>, Error> {
        let unit = matches.settings().offsets;
        let within = match (self.texts.as_deref(), self.column) {
            (None, _) => Within::Document { documents: matches.present() },
            (Some(texts), Some("sentences")) => Within::Sentence { texts, unit },
            (Some(texts), _) => Within::Words { between: self.words, texts, unit },
        };
        let tagged = matches.tagged();
        let documents = &Documents::new(tagged.rows, tagged.first_doc, matches.documents());
        let threads = matches.settings().threads;
        let run = Run { tagged: documents, threads, watch };
        let mut pairs = count(&run, &keys.of_entry, keys.len(), within, min_documents)?;
        // Keys are numbered in the order of their names.
        parallel::sort_by_key(&mut pairs, threads, |pair| (Reverse(pair.units.both), pair.keys));
        Ok(pairs)
    }

    /// The table of pairs, whose names stand in columns called so.
    fn table(
        &self,
        gazetteer: &Gazetteer,
        keys: Keys,
        pairs: &[Pair],
        ends: [&str; 2],
    ) -> Result<ArrowTable, Error> {
        let names = Names::of_keys(gazetteer, self.by, keys)?;
        let mut columns: Vec<(&str, ArrayRef, bool)> = vec![
            (ends[0], names.column_of(pairs.iter().map(|pair| pair.keys.0))?, false),
            (ends[1], names.column_of(pairs.iter().map(|pair| pair.keys.1))?, false),
            ("documents", counts(pairs.iter().map(|pair| pair.documents)), false),
        ];
        if let Some(unit) = self.column {
            columns.push((unit, counts(pairs.iter().map(|pair| pair.units.both)), false));
        }
        columns.push(("expected", measure(pairs, Contingency::expected), false));
        columns.push(("pmi", measure(pairs, Contingency::pmi), false));
        columns.push(("npmi", measure(pairs, Contingency::npmi), false));
        columns.push(("log_likelihood", measure(pairs, Contingency::log_likelihood), false));
        ArrowTable::of_columns(columns)
    }
}

/// Counts pairs of concepts or phrases within `"doc"`, `"sentence"` or `"window"`: at most so many
/// words apart.
#[pyfunction]
#[pyo3(signature = (matches, by, level, within, words))]
pub fn cooccurrence(
    py: Python<'_>,
    matches: &Matches,
    by: &str,
    level: Option<i64>,
    within: &str,
    words: usize,
) -> PyResult<ArrowTable> {
    let question = Question::new(matches, by, level, within, words)?;
    watched(py, matches.documents(), None, |watch| {
        let keys = matches.keys(question.by);
        let pairs = question.answer(matches, &keys, 1, watch)?;
        let name = question.by.column_name();
        let ends = [&*format!("{name}_a"), &*format!("{name}_b")];
        question.table(matches.tagged().gazetteer, keys, &pairs, ends)
    })
}

/// The same as edges, and their nodes.
#[pyfunction]
#[pyo3(signature = (matches, by, level, within, words, min_documents))]
pub fn network(
    py: Python<'_>,
    matches: &Matches,
    by: &str,
    level: Option<i64>,
    within: &str,
    words: usize,
    min_documents: u64,
) -> PyResult<(ArrowTable, ArrowTable)> {
    let question = Question::new(matches, by, level, within, words)?;
    watched(py, matches.documents(), None, |watch| {
        let keys = matches.keys(question.by);
        let pairs = question.answer(matches, &keys, min_documents, watch)?;
        let gazetteer = matches.tagged().gazetteer;
        let nodes = nodes(matches, question.by, &keys, &pairs, watch)?;
        Ok((question.table(gazetteer, keys, &pairs, ["source", "target"])?, nodes))
    })
}

/// The table of what is in any pair: what is in most comes first, then by name.
fn nodes(
    matches: &Matches,
    by: By,
    keys: &Keys,
    pairs: &[Pair],
    watch: &dyn Watch,
) -> Result<ArrowTable, Error> {
    let tagged = matches.tagged();
    let mut degrees = vec![0u64; keys.len()];
    for pair in pairs {
        degrees[pair.keys.0 as usize] += 1;
        degrees[pair.keys.1 as usize] += 1;
    }
    let counted = matches.counting(keys, &Groups::one(), watch).count(None)?;
    let counted: Vec<Count> = counted.in_order(1, keys.len()).into_iter().map(|(.., count)| count).collect();
    let mut nodes: Vec<usize> = (0..keys.len()).filter(|&key| degrees[key] > 0).collect();
    nodes.sort_by_key(|&key| (Reverse(degrees[key]), key));
    let names = strings(nodes.iter().map(|&key| Some(keys.name(tagged.gazetteer, key))));
    ArrowTable::of_columns(vec![
        (by.column_name(), Arc::new(names), false),
        ("matches", counts(nodes.iter().map(|&key| counted[key].matches)), false),
        ("documents", counts(nodes.iter().map(|&key| counted[key].documents)), false),
        ("degree", counts(nodes.iter().map(|&key| degrees[key])), false),
    ])
}

fn measure(pairs: &[Pair], of: fn(&Contingency) -> f64) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(pairs.iter().map(|pair| of(&pair.units))))
}
