//! The table of pairs of matches that are close to each other.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::documents::Documents;
use crate::analysis::near::{Near, Texts, Unit, Wanted, near as find};
use crate::analysis::tagged::{Found, Run};
use crate::cursor::Cursor;
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::matches::Batch;
use crate::options::Offsets;
use crate::parallel::{self, Watch};
use crate::python::errors::arrow_fault;
use crate::python::gil::watched;
use crate::python::input::Source;
use crate::python::matches::Matches;
use crate::python::output::ArrowTable;
use crate::python::rows::{Chunk, MAX_CHUNK};
use crate::python::tables::{self, Names, Tagged};
use crate::scan::Pulse;

/// Finds pairs of matches of two kinds; with `text`, also what they and all between them read.
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python call")]
#[pyfunction]
#[pyo3(signature = (matches, a, b, within, unit, ordered, same_sentence, text))]
pub fn near(
    py: Python<'_>,
    matches: &Matches,
    a: &str,
    b: &str,
    within: Option<usize>,
    unit: &str,
    ordered: bool,
    same_sentence: bool,
    text: bool,
) -> PyResult<ArrowTable> {
    let unit = match unit {
        "word" => Unit::Word,
        "char" => Unit::Char,
        _ => return Err(Error::unknown_option("unit", unit, &["word", "char"]).into()),
    };
    let made = matches.tagged();
    let (is_a, is_b) = (entries(made.gazetteer, "a", a)?, entries(made.gazetteer, "b", b)?);
    let offsets = matches.settings().offsets;
    let needs_texts = text || same_sentence || unit == Unit::Word || offsets != Offsets::Char;
    let texts = if needs_texts { Some(matches.texts_or_error()?) } else { None };
    watched(py, matches.documents(), None, |watch| {
        let concepts = concept_numbers(made.gazetteer);
        let wanted = Wanted {
            is_a: &is_a,
            is_b: &is_b,
            concepts: &concepts,
            within,
            unit,
            is_ordered: ordered,
            same_sentence,
        };
        let tagged = &Documents::new(made.rows, made.first_doc, matches.documents());
        let run = Run { tagged, threads: matches.settings().threads, watch };
        let of_corpus: Texts<'_> = texts.as_deref().map(|texts| (texts as _, offsets));
        let pairs = find(&run, wanted, of_corpus)?;
        let texts = texts.as_deref().filter(|_| text).map(|texts| (texts, offsets));
        table(&made, &pairs, texts, run.threads, watch)
    })
}

/// For each entry whether its concept fits a pattern.
///
/// # Errors
/// No concept of the gazetteer does.
fn entries(gazetteer: &Gazetteer, argument: &str, pattern: &str) -> PyResult<Vec<bool>> {
    if let Some(misfit) = gazetteer.misfit(pattern) {
        return Err(PyValueError::new_err(format!("{argument}: {misfit}")));
    }
    let fitting = gazetteer.matching_concepts(pattern);
    let fits = |entry| gazetteer.concept_number(entry).is_some_and(|number| fitting[number as usize]);
    Ok((0..gazetteer.len()).map(fits).collect())
}

/// The concept of each entry, by its number; of exclusions one that is none.
fn concept_numbers(gazetteer: &Gazetteer) -> Vec<u32> {
    (0..gazetteer.len()).map(|entry| gazetteer.concept_number(entry).unwrap_or(u32::MAX)).collect()
}

fn table(
    tagged: &Tagged<'_>,
    pairs: &[Vec<Near>],
    texts: Option<(&Source, Offsets)>,
    threads: usize,
    watch: &dyn Watch,
) -> Result<ArrowTable, Error> {
    let mut used = vec![false; tagged.gazetteer.len()];
    for pair in pairs.iter().flatten() {
        used[pair.a.entry as usize] = true;
        used[pair.b.entry as usize] = true;
    }
    let (phrases, concepts) = Names::both(tagged.gazetteer, &used)?;
    let schema = schema(tagged, &concepts, texts.is_some())?;
    let parts: Vec<&[Near]> = pairs.iter().flat_map(|part| part.chunks(MAX_CHUNK)).collect();
    let each = parallel::ranges(parts.len(), 1);
    let batch = |cursor: &mut Cursor, part: Range<usize>, _: &dyn Pulse| {
        let part = parts[part.start];
        let a = chunk(tagged, part, |pair| pair.a);
        let b = chunk(tagged, part, |pair| pair.b);
        let mut columns: Vec<ArrayRef> = Vec::new();
        if let Some(ids) = tagged.ids {
            columns.push(ids.take(a.doc.iter().map(|doc| doc - tagged.first_doc).collect())?);
        }
        columns.push(Arc::new(Int32Array::new(a.doc.clone(), None)));
        for side in [&a, &b] {
            columns.push(Arc::new(Int32Array::new(side.start.clone(), None)));
            columns.push(Arc::new(Int32Array::new(side.end.clone(), None)));
            columns.push(phrases.column(side)?);
            columns.push(concepts.column(side)?);
        }
        columns.push(Arc::new(Int32Array::from_iter_values(part.iter().map(|pair| pair.distance))));
        if let Some((texts, unit)) = texts {
            let whole = chunk(tagged, part, |pair| Found {
                start: pair.a.start.min(pair.b.start),
                end: pair.a.end.max(pair.b.end),
                entry: pair.a.entry,
            });
            columns.push(tables::matched_text(&whole, texts, unit, tagged.first_doc, cursor));
        }
        RecordBatch::try_new(schema.clone(), columns).map_err(arrow_fault)
    };
    let (batches, _) = parallel::pieces(&each, threads, watch, Cursor::default, batch)?;
    Ok(ArrowTable::new(schema, batches))
}

/// One side of some pairs as rows of matches.
fn chunk(tagged: &Tagged<'_>, pairs: &[Near], side: impl Fn(&Near) -> Found) -> Chunk {
    let mut batch = Batch::default();
    for pair in pairs {
        let found = side(pair);
        batch.push(pair.doc + tagged.first_doc, found.start, found.end, found.entry as i32);
    }
    batch.into()
}

fn schema(tagged: &Tagged<'_>, names: &Names, with_text: bool) -> Result<SchemaRef, Error> {
    let name_type = names.column_of(std::iter::empty())?.data_type().clone();
    let mut fields = Vec::new();
    if let Some(ids) = tagged.ids {
        fields.push(Field::new("id", ids.data_type().clone(), true));
    }
    fields.push(Field::new("doc", DataType::Int32, false));
    for side in ["a", "b"] {
        for name in ["start", "end"] {
            fields.push(Field::new(format!("{name}_{side}"), DataType::Int32, false));
        }
        for name in ["phrase", "concept"] {
            fields.push(Field::new(format!("{name}_{side}"), name_type.clone(), false));
        }
    }
    fields.push(Field::new("distance", DataType::Int32, false));
    if with_text {
        fields.push(Field::new("text", DataType::LargeUtf8, false));
    }
    Ok(Arc::new(Schema::new(fields)))
}
