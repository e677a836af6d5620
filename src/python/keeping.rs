//! What keeps a gazetteer in order: lint, differences, variants.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ArrayRef;
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;

use super::gazetteer::Gazetteer;
use super::gil::detached;
use super::output::{ArrowTable, strings};
use crate::error::Error;
use crate::gazetteer::{CommonWords, Finding, Gazetteer as Core, Made, Seen, Variant};

/// Texts, and by phrase their matches and the texts that have any.
type PySeen = (u64, HashMap<String, (u64, u64)>);
/// Languages, and the common words of all of them.
type PyWords = (Vec<String>, Vec<String>);
/// Entry, phrase, rule, whether case counts, language, and the number of the variant it builds on.
type PyVariant = (usize, String, String, bool, Option<String>, Option<usize>);

/// The findings of a gazetteer. `notes` go before them: rule, severity and message of what is about no
/// entry.
#[pyfunction]
pub fn lint(
    py: Python<'_>,
    gazetteer: &Gazetteer,
    common: Vec<PyWords>,
    seen: Option<PySeen>,
    notes: Vec<(String, String, String)>,
) -> PyResult<ArrowTable> {
    let core = Arc::clone(&gazetteer.core);
    detached(py, || {
        let mut words = CommonWords::default();
        for (languages, list) in common {
            words.add(languages, list.iter().map(String::as_str));
        }
        let seen = seen.map(|(texts, counts)| Seen { texts, counts });
        findings_table(&core, &core.lint(&words, seen.as_ref()), &notes)
    })
}

fn findings_table(
    gazetteer: &Core,
    findings: &[Finding],
    notes: &[(String, String, String)],
) -> Result<ArrowTable, Error> {
    let about = |finding: &Finding| gazetteer.entry(finding.entry);
    let none = notes.iter().map(|_| None);
    let column = |of_notes: fn(&(String, String, String)) -> &str, of: fn(&Finding) -> &str| -> ArrayRef {
        let notes = notes.iter().map(move |note| Some(of_notes(note)));
        Arc::new(strings(notes.chain(findings.iter().map(move |finding| Some(of(finding))))))
    };
    let phrases = findings.iter().map(|finding| Some(about(finding).phrase));
    let concepts = findings.iter().map(|finding| about(finding).concept);
    ArrowTable::of_columns(vec![
        ("rule", column(|note| &note.0, |finding| finding.rule.name()), false),
        ("severity", column(|note| &note.1, |finding| finding.severity.name()), false),
        ("phrase", Arc::new(strings(none.clone().chain(phrases))), true),
        ("concept", Arc::new(strings(none.chain(concepts))), true),
        ("message", column(|note| &note.2, |finding| &finding.message), false),
    ])
}

/// The languages of a gazetteer's entries.
#[pyfunction]
pub fn languages(gazetteer: &Gazetteer) -> Vec<String> {
    gazetteer.core.languages().map(str::to_owned).collect()
}

/// What changed from one gazetteer to another: added, removed, and what changed, before and after.
#[pyfunction]
pub fn diff(
    py: Python<'_>,
    old: &Gazetteer,
    new: &Gazetteer,
) -> PyResult<(Gazetteer, Gazetteer, Gazetteer, Gazetteer)> {
    let (old, new) = (Arc::clone(&old.core), Arc::clone(&new.core));
    let diff = detached(py, || old.diff(&new))?;
    let wrap = |core| Gazetteer { core: Arc::new(core) };
    Ok((wrap(diff.added), wrap(diff.removed), wrap(diff.before), wrap(diff.after)))
}

/// Adds variants. For each: whether it was made, and if not, the concept that has the phrase, unless that
/// is its own: an empty text for an exclusion.
#[pyfunction]
pub fn add_variants(
    py: Python<'_>,
    gazetteer: &Bound<'_, Gazetteer>,
    variants: Vec<PyVariant>,
) -> PyResult<Vec<(bool, Option<String>)>> {
    let mut gazetteer = gazetteer.try_borrow_mut()?;
    let entries = gazetteer.core.len();
    if let Some((entry, ..)) = variants.iter().find(|variant| variant.0 >= entries) {
        return Err(PyIndexError::new_err(format!("there is no entry {entry}")));
    }
    let core = Arc::make_mut(&mut gazetteer.core);
    let made = detached(py, || {
        let variants: Vec<Variant> = variants
            .into_iter()
            .map(|(of, phrase, rule, match_case, lang, base)| Variant {
                of,
                phrase,
                rule,
                match_case,
                lang,
                base,
            })
            .collect();
        core.add_variants(&variants)
    })?;
    Ok(made
        .into_iter()
        .map(|made| match made {
            Made::Yes => (true, None),
            Made::Known => (false, None),
            Made::Taken(concept) => (false, Some(concept.unwrap_or_default())),
        })
        .collect())
}

/// A gazetteer of the variants alone (of a rule, of a phrase), or of all else.
#[pyfunction]
pub fn split_variants(
    py: Python<'_>,
    gazetteer: &Gazetteer,
    rule: Option<&str>,
    phrase: Option<&str>,
    variants: bool,
) -> PyResult<Gazetteer> {
    let core = detached(py, || gazetteer.core.split_variants(rule, phrase, variants))?;
    Ok(Gazetteer { core: Arc::new(core) })
}

/// A table of texts and nulls.
#[pyfunction]
pub fn text_table(columns: Vec<(String, Vec<Option<String>>)>) -> PyResult<ArrowTable> {
    let lengths = columns.iter().map(|(_, values)| values.len());
    if lengths.clone().min() != lengths.max() {
        return Err(PyValueError::new_err("columns must be of one length"));
    }
    let arrays = columns.iter().map(|(name, values)| {
        let array: ArrayRef = Arc::new(strings(values.iter().map(Option::as_deref)));
        (name.as_str(), array, true)
    });
    Ok(ArrowTable::of_columns(arrays.collect())?)
}
