//! The table of what sets groups apart.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::documents::Documents;
use crate::analysis::association::{Frequencies, per_million};
use crate::analysis::keyness::{Groups, Keyness, keyness};
use crate::analysis::tagged::Run;
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::python::counting::with_groups;
use crate::python::gil::watched;
use crate::python::keys::{By, Keys};
use crate::python::matches::Matches;
use crate::python::output::{ArrowTable, counts, strings};

/// The names of groups: all of one kind.
#[derive(FromPyObject)]
pub enum GroupNames {
    Bool(Vec<bool>),
    Int(Vec<i64>),
    Text(Vec<String>),
}

impl GroupNames {
    fn len(&self) -> usize {
        match self {
            Self::Bool(names) => names.len(),
            Self::Int(names) => names.len(),
            Self::Text(names) => names.len(),
        }
    }

    fn column(&self, rows: &[Keyness]) -> ArrayRef {
        let groups = rows.iter().map(|row| row.group as usize);
        match self {
            Self::Bool(names) => Arc::new(groups.map(|group| Some(names[group])).collect::<BooleanArray>()),
            Self::Int(names) => Arc::new(Int64Array::from_iter_values(groups.map(|group| names[group]))),
            Self::Text(names) => Arc::new(strings(groups.map(|group| Some(names[group].as_str())))),
        }
    }
}

/// Compares each group with all others together. `groups` has the name of their column, their own
/// names, and the group of each text, as `int`.
#[pyfunction]
#[pyo3(signature = (matches, groups, by, level))]
pub fn compare(
    py: Python<'_>,
    matches: &Matches,
    groups: (String, GroupNames, PyBuffer<i32>),
    by: &str,
    level: Option<i64>,
) -> PyResult<ArrowTable> {
    let by = By::parse(by, level)?;
    let (title, names, numbers) = groups;
    let of_row = numbers.to_vec(py)?;
    if of_row.len() != matches.documents() || of_row.iter().any(|&number| number >= names.len() as i32) {
        return Err(PyValueError::new_err("groups do not fit the texts"));
    }
    let texts = matches.texts_or_error()?;
    watched(py, matches.documents(), None, |watch| {
        let made = matches.tagged();
        let keys = matches.keys(by);
        let tagged = &Documents::new(made.rows, made.first_doc, matches.documents());
        let run = Run { tagged, threads: matches.settings().threads, watch };
        let groups = Groups { of_row: &of_row, len: names.len() };
        let rows = keyness(&run, texts.as_ref(), &keys.of_entry, keys.len(), groups)?;
        table(made.gazetteer, by, &keys, (&title, &names), &rows)
    })
}

fn table(
    gazetteer: &Gazetteer,
    by: By,
    keys: &Keys,
    (title, groups): (&str, &GroupNames),
    rows: &[Keyness],
) -> Result<ArrowTable, Error> {
    let names = strings(rows.iter().map(|row| Some(keys.name(gazetteer, row.key as usize))));
    let measure = |of: fn(&Frequencies) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(|row| of(&row.frequencies)).collect::<Float64Array>())
    };
    let measured: Vec<(&str, ArrayRef, bool)> = vec![
        (by.column_name(), Arc::new(names), false),
        ("matches", counts(rows.iter().map(|row| row.frequencies.here)), false),
        ("documents", counts(rows.iter().map(|row| row.documents)), false),
        ("per_million_words", measure(|found| per_million(found.here, found.words_here)), true),
        (
            "elsewhere_per_million_words",
            measure(|found| per_million(found.elsewhere, found.words_elsewhere)),
            true,
        ),
        ("log_likelihood", measure(|found| Some(found.log_likelihood())), false),
        ("log_ratio", measure(Frequencies::log_ratio), true),
    ];
    ArrowTable::of_columns(with_groups(title, groups.column(rows), measured)?)
}
