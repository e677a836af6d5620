//! The calls a user makes, over a whole column of texts, in parallel.

mod patch;
pub(crate) mod plan;
pub(crate) mod rows;
mod sinks;

use std::collections::HashSet;
use std::sync::Arc;

use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::matcher::Matcher;
use crate::matches::Batch;
use crate::options::{Offsets, Overlap};
pub use crate::parallel::{Unwatched, Watch};
use crate::text::Corpus;
pub use patch::{Patch, Patched, patch};
use plan::Plan;
use rows::run_rows;
pub use sinks::Cell;
use sinks::{ContainsSink, CountSink, FirstSink, MatrixSink, ReplaceSink, TagSink};

/// How a call is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub overlap: Overlap,
    pub offsets: Offsets,
    /// Read lone surrogates as U+FFFD instead of failing.
    pub lossy: bool,
    /// How many threads; 1 is the caller's own and no other.
    pub threads: usize,
}

/// What a key (a concept cut to a level, or a phrase) was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    pub matches: u64,
    pub documents: u64,
    /// The sum of the weights of its matches, where that was asked for.
    pub weight: f64,
}

/// A sparse matrix of counts, or of sums of weights, by rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Csr<N> {
    pub data: Vec<N>,
    pub indices: Vec<i32>,
    pub indptr: Vec<i64>,
}

/// By entry of a matcher: the key under which it is counted; [`NO_KEY`] for exclusions.
pub type Keys<'a> = &'a [u32];
pub const NO_KEY: u32 = u32::MAX;

/// A piece of the text that [`replace`] puts in place of a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Literal(String),
    Concept,
    Phrase,
    Text,
}

/// The names that [`replace`] may have to write.
pub trait Names: Sync {
    fn phrase(&self, entry: usize) -> &str;
    fn concept(&self, entry: usize) -> &str;
}

impl Names for Gazetteer {
    fn phrase(&self, entry: usize) -> &str {
        self.entry(entry).phrase
    }

    fn concept(&self, entry: usize) -> &str {
        self.entry(entry).concept.unwrap_or_default()
    }
}

/// New texts, one after the other: row `i` is `bytes[ends[i-1]..ends[i]]`, UTF-8.
#[derive(Clone, Debug, Default)]
pub struct Replaced {
    pub bytes: Vec<u8>,
    pub ends: Vec<usize>,
    /// False where the row is null.
    pub valid: Vec<bool>,
}

impl Replaced {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.valid.clear();
    }
}

/// All matches of all rows. Batches follow each other in row order.
///
/// Takes time linear in the text and in the matches; beyond the result, memory for a few chunks.
///
/// # Errors
/// Too many rows, or too long a row, for 32-bit positions; a lone surrogate or ill-formed UTF-8,
/// named by its row; those of `watch`.
pub fn tag(m: &Matcher, texts: &dyn Corpus, s: &Settings, watch: &dyn Watch) -> Result<Vec<Batch>, Error> {
    tag_what_is_left(m, texts, s, None, watch)
}

/// As [`tag`] with a matcher that does not have the entries that are `gone`. Of these none may be an
/// exclusion, nor share its phrase and concept with one that stays.
///
/// # Errors
/// As [`tag`].
pub fn tag_without(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    gone: &Arc<[bool]>,
    watch: &dyn Watch,
) -> Result<Vec<Batch>, Error> {
    tag_what_is_left(m, texts, s, Some(gone), watch)
}

fn tag_what_is_left(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    gone: Option<&Arc<[bool]>>,
    watch: &dyn Watch,
) -> Result<Vec<Batch>, Error> {
    let plan = Plan::cut(m, texts, s)?;
    let (mut batches, _) = run_rows(m, texts, s, &plan, watch, Batch::default, |rows, batch: &mut Batch| {
        batch.clear();
        if let Some(gone) = gone {
            rows.leave_out(gone);
        }
        rows.scan(&mut TagSink::new(s.offsets, batch))?;
        // The worker's own columns grow once and stay; what is kept is made of the right size.
        Ok(batch.clone())
    })?;
    batches.retain(|batch| !batch.is_empty());
    Ok(batches)
}

/// For each key below `keys_len`, its matches ((document, start, end, key) once) and documents. With
/// the `weights` of the entries also their sum, to which each match adds that of its first entry.
///
/// # Errors
/// As [`tag`].
pub fn count(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    keys: Keys<'_>,
    keys_len: usize,
    weights: Option<&[f64]>,
    watch: &dyn Watch,
) -> Result<Vec<Count>, Error> {
    let plan = Plan::cut(m, texts, s)?;
    let counts_weights = weights.is_some();
    let (_, states) =
        run_rows(m, texts, s, &plan, watch, sinks::Counts::default, |rows, counts: &mut sinks::Counts| {
            rows.scan(&mut CountSink::new(keys, counts, counts_weights))
        })?;
    let mut found = vec![0; if counts_weights { keys.len() } else { 0 }];
    for (&entry, &times) in states.iter().flat_map(|state| &state.by_entry) {
        found[entry as usize] += times;
    }
    let mut counts = merge_counts(states, keys_len);
    add_weights(&mut counts, keys, &found, weights.unwrap_or_default());
    Ok(counts)
}

/// Counts of keys in one group, without zeros: the most frequent first, then by number.
pub fn by_frequency(counts: &[Count]) -> Vec<(u32, u32, Count)> {
    let found = counts.iter().zip(0..).filter(|(count, _)| count.matches > 0);
    let mut rows: Vec<_> = found.map(|(&count, key)| (0, key, count)).collect();
    rows.sort_by_key(|&(_, _, count)| std::cmp::Reverse(count.matches));
    rows
}

/// Adds to each key the weights of its entries, as often as each was found. In the order of the
/// entries, so that the sum does not depend on who found what.
pub fn add_weights(counts: &mut [Count], keys: Keys<'_>, found: &[u64], weights: &[f64]) {
    for ((&key, &times), weight) in keys.iter().zip(found).zip(weights) {
        if times > 0 {
            counts[key as usize].weight += times as f64 * weight;
        }
    }
}

fn merge_counts(states: Vec<sinks::Counts>, keys_len: usize) -> Vec<Count> {
    let mut counts = vec![Count::default(); keys_len];
    let mut in_parts = HashSet::new();
    for state in states {
        for (key, found) in state.by_key {
            counts[key as usize].matches += found.matches;
            counts[key as usize].documents += found.documents;
        }
        in_parts.extend(state.in_parts);
    }
    // A document that was cut is seen by several workers and must count once.
    for (_, key) in in_parts {
        counts[key as usize].documents += 1;
    }
    counts
}

/// For each row the counts of its keys, columns ascending within a row.
///
/// # Errors
/// As [`tag`].
pub fn matrix(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    keys: Keys<'_>,
    watch: &dyn Watch,
) -> Result<Csr<i64>, Error> {
    let cells = cells(m, texts, s, keys, false, watch)?;
    Ok(merge_cells(cells, texts.len(), times_in))
}

/// For each row, by key, the sum of the weights of its matches, each that of its first entry.
///
/// # Errors
/// As [`tag`].
pub fn weight_matrix(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    keys: Keys<'_>,
    weights: &[f64],
    watch: &dyn Watch,
) -> Result<Csr<f64>, Error> {
    let cells = cells(m, texts, s, keys, true, watch)?;
    Ok(merge_cells(cells, texts.len(), |cells| weight_in(cells, weights)))
}

/// How many matches there are in the cells of one key.
pub fn times_in(cells: &[Cell]) -> i64 {
    cells.iter().map(|cell| cell.times).sum()
}

/// The weights in the cells of one key, which are sorted by entry.
pub fn weight_in(cells: &[Cell], weights: &[f64]) -> f64 {
    let by_entry = cells.chunk_by(|a, b| a.entry == b.entry);
    by_entry.map(|same| times_in(same) as f64 * weights[same[0].entry as usize]).sum()
}

/// The cells of each chunk; those of different entries apart if so asked for.
fn cells(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    keys: Keys<'_>,
    by_entry: bool,
    watch: &dyn Watch,
) -> Result<Vec<Vec<Cell>>, Error> {
    let plan = Plan::cut(m, texts, s)?;
    let (parts, _) = run_rows(
        m,
        texts,
        s,
        &plan,
        watch,
        || (),
        |rows, (): &mut ()| {
            let mut cells = Vec::new();
            rows.scan(&mut MatrixSink::new(keys, &mut cells, by_entry))?;
            Ok(cells)
        },
    )?;
    Ok(parts)
}

/// Joins cells, sorted by row and key within each part, parts by row. `value` makes one number of
/// the cells of a row that have one key, which it gets sorted by entry.
fn merge_cells<N>(parts: Vec<Vec<Cell>>, rows: usize, value: impl Fn(&[Cell]) -> N) -> Csr<N> {
    let cells = parts.iter().map(Vec::len).sum();
    let mut csr =
        Csr { data: Vec::with_capacity(cells), indices: Vec::with_capacity(cells), indptr: vec![0] };
    let mut cells = parts.into_iter().flatten().peekable();
    let mut of_row: Vec<Cell> = Vec::new();
    for row in 0..rows {
        while let Some(cell) = cells.next_if(|cell| cell.row == row) {
            of_row.push(cell);
        }
        // A row that was cut brings its keys several times.
        of_row.sort_unstable_by_key(|cell| (cell.key, cell.entry));
        for same_key in of_row.chunk_by(|a, b| a.key == b.key) {
            csr.indices.push(same_key[0].key as i32);
            csr.data.push(value(same_key));
        }
        of_row.clear();
        csr.indptr.push(csr.indices.len() as i64);
    }
    csr
}

/// For each row whether anything is reported; stops at the first match of a row.
///
/// # Errors
/// As [`tag`].
pub fn contains(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    watch: &dyn Watch,
) -> Result<Vec<bool>, Error> {
    answer_each(m, texts, s, watch, |rows, found| rows.scan(&mut ContainsSink(found)))
}

/// For each row the entry of its first match, or -1.
///
/// # Errors
/// As [`tag`].
pub fn first(m: &Matcher, texts: &dyn Corpus, s: &Settings, watch: &dyn Watch) -> Result<Vec<i32>, Error> {
    answer_each(m, texts, s, watch, |rows, found| rows.scan(&mut FirstSink(found)))
}

/// One answer for each row, which `scan` adds to those of its chunk.
fn answer_each<T: Clone + Send>(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    watch: &dyn Watch,
    scan: impl Fn(&mut rows::Rows<'_, '_>, &mut Vec<T>) -> Result<(), Error> + Sync,
) -> Result<Vec<T>, Error> {
    let plan = Plan::whole(texts, s)?;
    let answer = |rows: &mut rows::Rows<'_, '_>, (): &mut ()| {
        let mut found = Vec::new();
        scan(rows, &mut found)?;
        Ok(found)
    };
    Ok(run_rows(m, texts, s, &plan, watch, || (), answer)?.0.concat())
}

/// For each row its text with every match replaced; where matches overlap, the first. Batches
/// follow each other in row order.
///
/// # Errors
/// As [`tag`]; `overlap` must not be [`Overlap::All`].
pub fn replace(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    template: &[Part],
    names: &dyn Names,
    watch: &dyn Watch,
) -> Result<Vec<Replaced>, Error> {
    if s.overlap == Overlap::All {
        return Err(Error::value("replace needs matches that do not overlap: overlap must not be \"all\""));
    }
    let plan = Plan::whole(texts, s)?;
    Ok(run_rows(m, texts, s, &plan, watch, Replaced::default, |rows, replaced: &mut Replaced| {
        replaced.clear();
        rows.scan(&mut ReplaceSink::new(template, names, replaced))?;
        Ok(replaced.clone())
    })?
    .0)
}
