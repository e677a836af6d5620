//! The table of keywords in context.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{ArrayRef, Int32Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::errors::arrow_fault;
use super::input::Source;
use super::output::{ArrowTable, strings_of_bytes};
use super::rows::Chunk;
use super::tables::{Names, Tagged, dictionary_type};
use crate::analysis::context::{self, Lines, Reader, Strings, Window};
use crate::error::Error;
use crate::parallel::{self, Watch};
use crate::run::Settings;
use crate::scan::Pulse;
use crate::text::Corpus;

/// How many matches a part of the table has: few enough for progress, many enough for whoever reads it.
const LEAST: usize = 1 << 12;
const MOST: usize = 1 << 17;
/// So many parts for each thread even the load.
const PER_THREAD: usize = 16;

/// The table of all matches with what stands around them.
///
/// # Errors
/// A text that is not well-formed or was changed since; more than [`context::MOST_BYTES`]; those of
/// `watch`.
pub fn table(
    tagged: &Tagged<'_>,
    texts: &Source,
    settings: &Settings,
    window: Window,
    watch: &dyn Watch,
) -> Result<ArrowTable, Error> {
    let used = tagged.rows.used(tagged.gazetteer.len());
    let names = Names::both(tagged.gazetteer, &used)?;
    let schema = schema(tagged);
    let written = AtomicUsize::new(0);
    let each = |reader: &mut Reader, piece: Range<usize>, pulse: &dyn Pulse| {
        let chunk = tagged.rows.gathered(piece);
        let mut lines = Lines::default();
        let mut from = 0;
        for docs in chunk.doc.chunk_by(|a, b| a == b) {
            let to = from + docs.len();
            let row = (docs[0] - tagged.first_doc) as usize;
            let text = texts.text(row).ok_or_else(|| Error::internal(format!("row {row} has no text")))?;
            let spans = chunk.start[from..to].iter().copied().zip(chunk.end[from..to].iter().copied());
            let read = reader.read(text, settings.offsets, window, spans, &mut lines);
            read.map_err(|error| Error::value(format!("row {row}: {}", error.message)))?;
            from = to;
            pulse.beat()?;
        }
        context::check_size(written.fetch_add(lines.bytes(), Ordering::Relaxed) + lines.bytes())?;
        batch(tagged, &schema, &names, &chunk, lines)
    };
    let size = (tagged.rows.len() / (settings.threads * PER_THREAD)).clamp(LEAST, MOST);
    let pieces = tagged.rows.pieces(size);
    let (batches, _) = parallel::pieces(&pieces, settings.threads, watch, Reader::default, each)?;
    Ok(ArrowTable::new(schema, batches))
}

fn schema(tagged: &Tagged<'_>) -> SchemaRef {
    let mut fields = Vec::new();
    if let Some(ids) = tagged.ids {
        fields.push(Field::new("id", ids.data_type().clone(), true));
    }
    fields.extend(["doc", "start", "end"].map(|name| Field::new(name, DataType::Int32, false)));
    fields.extend(["left", "match", "right"].map(|name| Field::new(name, DataType::LargeUtf8, false)));
    fields.extend(["phrase", "concept"].map(|name| Field::new(name, dictionary_type(), false)));
    Arc::new(Schema::new(fields))
}

fn batch(
    tagged: &Tagged<'_>,
    schema: &SchemaRef,
    (phrases, concepts): &(Names, Names),
    chunk: &Chunk,
    lines: Lines,
) -> Result<RecordBatch, Error> {
    let mut columns: Vec<ArrayRef> = Vec::new();
    if let Some(ids) = tagged.ids {
        columns.push(ids.take(chunk.doc.iter().map(|doc| doc - tagged.first_doc).collect())?);
    }
    for numbers in [&chunk.doc, &chunk.start, &chunk.end] {
        columns.push(Arc::new(Int32Array::new(numbers.clone(), None)));
    }
    for Strings { bytes, ends } in [lines.left, lines.matched, lines.right] {
        columns.push(Arc::new(strings_of_bytes(bytes, ends.into_iter(), None)?));
    }
    columns.extend([phrases.column(chunk)?, concepts.column(chunk)?]);
    RecordBatch::try_new(schema.clone(), columns).map_err(arrow_fault)
}
