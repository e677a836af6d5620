//! Tables and matrices made of matches.

use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, ListArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};

use super::attributes::{self, AttributeColumn};
use super::errors::arrow_fault;
use super::ids::Ids;
use super::input::Source;
use super::keys::{By, Keys};
use super::output::{ArrowTable, strings};
use super::rows::{Chunk, Row, Rows};
use crate::analysis::counting::DocumentCells;
use crate::cursor::Cursor;
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::options::Offsets;
use crate::run::{Cell, Csr};
use crate::text::Corpus;

/// Calls `visit` for each document that has rows, with its cells by key and entry. Rows must be in the
/// order of the contract.
fn visit_documents(rows: &Rows, keys: &Keys, mut visit: impl FnMut(i32, &[Cell])) {
    let mut cells = DocumentCells::default();
    let mut rows = rows.iter().peekable();
    while let Some(first) = rows.peek() {
        let doc = first.doc;
        let in_doc = std::iter::from_fn(|| rows.next_if(|row| row.doc == doc));
        visit(doc, cells.read(in_doc.map(|row| (row.start, row.end, row.entry)), &keys.of_entry));
    }
}

/// For each document and key what `value` makes of its cells.
pub fn matrix<N: Default>(
    rows: &Rows,
    keys: &Keys,
    first_doc: i32,
    documents: usize,
    value: impl Fn(&[Cell]) -> N,
) -> Csr<N> {
    let mut csr = Csr { indptr: vec![0], ..Csr::default() };
    visit_documents(&rows.ascending(), keys, |doc, cells| {
        let row = (doc - first_doc) as usize;
        csr.indptr.resize(row + 1, csr.indices.len() as i64);
        for same_key in cells.chunk_by(|a, b| a.key == b.key) {
            csr.indices.push(same_key[0].key as i32);
            csr.data.push(value(same_key));
        }
        csr.indptr.push(csr.indices.len() as i64);
    });
    csr.indptr.resize(documents + 1, csr.indices.len() as i64);
    csr
}

/// The matches that a table of them is made of.
pub struct Tagged<'a> {
    pub rows: &'a Rows,
    pub gazetteer: &'a Gazetteer,
    pub ids: Option<&'a Ids>,
    pub first_doc: i32,
}

pub fn dictionary_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// The columns of a table of matches.
pub fn schema(ids: Option<&Ids>, with_text: bool, attributes: &[AttributeColumn]) -> SchemaRef {
    let mut fields = Vec::new();
    if let Some(ids) = ids {
        fields.push(Field::new("id", ids.data_type().clone(), true));
    }
    for name in ["doc", "start", "end"] {
        fields.push(Field::new(name, DataType::Int32, false));
    }
    for name in ["phrase", "concept"] {
        fields.push(Field::new(name, dictionary_type(), false));
    }
    if with_text {
        fields.push(Field::new("text", DataType::LargeUtf8, false));
    }
    fields.extend(attributes.iter().map(AttributeColumn::field));
    Arc::new(Schema::new(fields))
}

/// A column of names: its dictionary, which all chunks share, and its keys.
pub struct Names {
    keys: Keys,
    values: ArrayRef,
}

impl Names {
    /// Those of phrases and of concepts.
    ///
    /// # Errors
    /// They are more than a dictionary can hold.
    pub fn both(gazetteer: &Gazetteer, used: &[bool]) -> Result<(Self, Self), Error> {
        let of = |by| Self::of_keys(gazetteer, by, Keys::new(gazetteer, by, |entry| used[entry]));
        Ok((of(By::Phrase)?, of(By::Concept(None))?))
    }

    /// The names of these keys.
    ///
    /// # Errors
    /// They are more than a dictionary can hold.
    pub fn of_keys(gazetteer: &Gazetteer, by: By, keys: Keys) -> Result<Self, Error> {
        let bytes: usize = keys.names(gazetteer).map(str::len).sum();
        if i32::try_from(bytes).is_err() {
            let name = by.column_name();
            return Err(Error::too_large(format!("{name}s of more than 2 GiB in one table")));
        }
        let values = Arc::new(StringArray::from_iter_values(keys.names(gazetteer)));
        Ok(Self { keys, values })
    }

    /// The names of the entries of some rows.
    ///
    /// # Errors
    /// None but faults of ours.
    pub fn column(&self, chunk: &Chunk) -> Result<ArrayRef, Error> {
        self.column_of(chunk.entry.iter().map(|&entry| self.keys.of_entry[entry as usize]))
    }

    /// The names of some keys.
    ///
    /// # Errors
    /// None but faults of ours.
    pub fn column_of(&self, keys: impl Iterator<Item = u32>) -> Result<ArrayRef, Error> {
        let keys = Int32Array::from_iter_values(keys.map(|key| key as i32));
        let column = DictionaryArray::<Int32Type>::try_new(keys, Arc::clone(&self.values));
        Ok(Arc::new(column.map_err(arrow_fault)?))
    }
}

/// The table of matches. `texts` adds a column of what was matched; `attributes`, of pairs of an
/// attribute and a column's name, one for each.
///
/// # Errors
/// There is no such attribute, or such a column already.
pub fn table(
    tagged: &Tagged<'_>,
    texts: Option<(&Source, Offsets)>,
    attributes: &[(String, String)],
) -> Result<ArrowTable, Error> {
    let used = tagged.rows.used(tagged.gazetteer.len());
    let attributes = attributes::columns(tagged.gazetteer, attributes, &used)?;
    let schema = schema(tagged.ids, texts.is_some(), &attributes);
    attributes::check_names(&schema)?;
    let (phrases, concepts) = Names::both(tagged.gazetteer, &used)?;
    let mut cursor = Cursor::default();
    let mut batches = Vec::new();
    for chunk in tagged.rows.chunks() {
        let mut columns: Vec<ArrayRef> = Vec::new();
        if let Some(ids) = tagged.ids {
            columns.push(ids.take(chunk.doc.iter().map(|doc| doc - tagged.first_doc).collect())?);
        }
        for numbers in [&chunk.doc, &chunk.start, &chunk.end] {
            columns.push(Arc::new(Int32Array::new(numbers.clone(), None)));
        }
        columns.push(phrases.column(chunk)?);
        columns.push(concepts.column(chunk)?);
        if let Some((texts, unit)) = texts {
            columns.push(matched_text(chunk, texts, unit, tagged.first_doc, &mut cursor));
        }
        for attribute in &attributes {
            columns.push(attribute.of_rows(chunk)?);
        }
        batches.push(RecordBatch::try_new(schema.clone(), columns).map_err(arrow_fault)?);
    }
    Ok(ArrowTable::new(schema, batches))
}

/// What was matched, as a column.
pub fn matched_text(
    chunk: &Chunk,
    texts: &Source,
    unit: Offsets,
    first_doc: i32,
    cursor: &mut Cursor,
) -> ArrayRef {
    let mut builder = LargeStringBuilder::new();
    for row in 0..chunk.len() {
        let (doc, start, end) = (chunk.doc[row], chunk.start[row], chunk.end[row]);
        let text = texts.text((doc - first_doc) as usize);
        builder
            .append_value(text.and_then(|text| cursor.read(text, doc, start, end, unit)).unwrap_or_default());
    }
    Arc::new(builder.finish())
}

/// A list column with the matches of each document.
///
/// # Errors
/// More matches than a list column can number.
pub fn by_doc(tagged: &Tagged<'_>, documents: usize) -> Result<ArrayRef, Error> {
    let ascending = tagged.rows.ascending();
    let rows: Vec<Row> = ascending.iter().collect();
    if i32::try_from(rows.len()).is_err() {
        return Err(Error::too_large(format!("{} matches are too many for lists", rows.len())));
    }
    let mut ends = vec![0i32; documents + 1];
    for row in &rows {
        ends[(row.doc - tagged.first_doc) as usize + 1] += 1;
    }
    for document in 0..documents {
        ends[document + 1] += ends[document];
    }
    let numbers =
        |of: fn(&Row) -> i32| -> ArrayRef { Arc::new(Int32Array::from_iter_values(rows.iter().map(of))) };
    let entry = |row: &Row| tagged.gazetteer.entry(row.entry as usize);
    let columns: Vec<ArrayRef> = vec![
        numbers(|row| row.start),
        numbers(|row| row.end),
        Arc::new(strings(rows.iter().map(|row| Some(entry(row).phrase)))),
        Arc::new(strings(rows.iter().map(|row| Some(entry(row).concept.unwrap_or_default())))),
    ];
    let fields: Fields = ["start", "end", "phrase", "concept"]
        .iter()
        .zip(&columns)
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), false))
        .collect();
    let items = StructArray::try_new(fields.clone(), columns, None).map_err(arrow_fault)?;
    let item = Arc::new(Field::new("item", DataType::Struct(fields), false));
    let offsets = OffsetBuffer::new(ends.into());
    let lists = ListArray::try_new(item, offsets, Arc::new(items), None);
    Ok(Arc::new(lists.map_err(arrow_fault)?))
}
