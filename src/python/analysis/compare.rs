//! The table of what sets groups apart.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::analysis::association::{Frequencies, per_million};
use crate::analysis::keyness::{Keyness, keyness};
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::python::counting::{GroupColumn, Rate, with_groups};
use crate::python::gil::watched;
use crate::python::keys::{By, Keys};
use crate::python::matches::Matches;
use crate::python::output::{ArrowTable, counts, strings};

/// Compares each group with all others together. `groups` has the name of their column, their own
/// names, and the group of each text, as `int`.
#[pyfunction]
#[pyo3(signature = (matches, groups, by, level))]
pub fn compare(
    py: Python<'_>,
    matches: &Matches,
    groups: (String, Bound<'_, PyList>, Bound<'_, PyAny>),
    by: &str,
    level: Option<i64>,
) -> PyResult<ArrowTable> {
    let by = By::parse(by, level)?;
    let column = GroupColumn::from_python(groups, matches.documents())?;
    let texts = matches.texts_or_error()?;
    watched(py, 0, None, |watch| {
        let keys = matches.keys(by);
        let counting = matches.counting(&keys, &column.groups, watch);
        let rows = keyness(&counting.count(None)?, &counting.totals(&texts, Rate::Words)?, keys.len())?;
        table(matches.tagged().gazetteer, by, &keys, &column, &rows)
    })
}

fn table(
    gazetteer: &Gazetteer,
    by: By,
    keys: &Keys,
    groups: &GroupColumn,
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
    ArrowTable::of_columns(with_groups(
        &groups.name,
        groups.column(rows.iter().map(|row| row.group))?,
        measured,
    )?)
}
