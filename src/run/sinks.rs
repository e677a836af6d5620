//! What is made of the matches of a row: columns, counts, answers, new text.

use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::matches::Batch;
use crate::offsets;
use crate::options::Offsets;
use crate::run::rows::{Positions, Row, RowSink};
use crate::run::{Count, Keys, NO_KEY, Names, Part, Replaced};
use crate::scan::Sink;
use crate::text::Text;

/// Writes matches into columns.
pub struct TagSink<'o, 't> {
    offsets: Offsets,
    batch: &'o mut Batch,
    row: i32,
    positions: Option<Positions<'t>>,
}

impl<'o> TagSink<'o, '_> {
    pub fn new(offsets: Offsets, batch: &'o mut Batch) -> Self {
        Self { offsets, batch, row: 0, positions: None }
    }
}

impl Sink for TagSink<'_, '_> {
    fn matched(&mut self, start: usize, end: usize, entries: &[u32]) -> ControlFlow<()> {
        if let Some(positions) = &mut self.positions {
            let (start, end) = positions.of(start, end);
            for &entry in entries {
                self.batch.push(self.row, start, end, entry as i32);
            }
        }
        ControlFlow::Continue(())
    }
}

impl<'t> RowSink<'t> for TagSink<'_, 't> {
    fn begin(&mut self, row: Row<'t>) {
        self.row = row.number as i32;
        self.positions = Some(Positions::new(row, self.offsets));
    }

    fn end(&mut self, _row: Option<Row<'t>>) {}

    fn passes_over_empty(&self) -> bool {
        true
    }
}

/// Counts of keys.
#[derive(Default)]
pub struct Counts {
    pub by_key: HashMap<u32, Count>,
    /// Documents that were cut, with the keys seen in them: their documents are counted at the end.
    pub in_parts: Vec<(usize, u32)>,
    /// How often each entry gave a match its weight, where that is counted.
    pub by_entry: HashMap<u32, u64>,
    last_row: HashMap<u32, usize>,
}

/// The distinct keys of the entries of one span, each with the place of its first entry.
#[derive(Default)]
struct SpanKeys(Vec<(u32, u32)>);

impl SpanKeys {
    fn of(&mut self, keys: Keys<'_>, entries: &[u32]) -> &[(u32, u32)] {
        self.0.clear();
        let keys = entries.iter().map(|&entry| keys[entry as usize]).zip(0..);
        self.0.extend(keys.filter(|&(key, _)| key != NO_KEY));
        self.0.sort_unstable();
        self.0.dedup_by_key(|&mut (key, _)| key);
        &self.0
    }
}

/// Counts matches and documents by key.
pub struct CountSink<'o> {
    keys: Keys<'o>,
    counts: &'o mut Counts,
    by_entry: bool,
    row: usize,
    is_part: bool,
    span: SpanKeys,
}

impl<'o> CountSink<'o> {
    /// `by_entry` counts also how often each entry gives a match its weight.
    pub fn new(keys: Keys<'o>, counts: &'o mut Counts, by_entry: bool) -> Self {
        Self { keys, counts, by_entry, row: 0, is_part: false, span: SpanKeys::default() }
    }
}

impl Sink for CountSink<'_> {
    fn matched(&mut self, _start: usize, _end: usize, entries: &[u32]) -> ControlFlow<()> {
        for &(key, place) in self.span.of(self.keys, entries) {
            if self.by_entry {
                *self.counts.by_entry.entry(entries[place as usize]).or_default() += 1;
            }
            let count = self.counts.by_key.entry(key).or_default();
            count.matches += 1;
            if self.counts.last_row.insert(key, self.row) != Some(self.row) {
                if self.is_part {
                    self.counts.in_parts.push((self.row, key));
                } else {
                    count.documents += 1;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

impl<'t> RowSink<'t> for CountSink<'_> {
    fn begin(&mut self, row: Row<'t>) {
        self.row = row.number;
        self.is_part = row.is_part;
    }

    fn end(&mut self, _row: Option<Row<'t>>) {}

    fn passes_over_empty(&self) -> bool {
        true
    }
}

/// One cell of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub row: usize,
    pub key: u32,
    /// The entry that gives the matches their weight; zero where weights are of no concern.
    pub entry: u32,
    pub times: i64,
}

impl Cell {
    /// The cells of one row, from its keys and entries, which are sorted here.
    pub fn of_row(row: usize, found: &mut [(u32, u32)]) -> impl Iterator<Item = Self> {
        found.sort_unstable();
        let same = found.chunk_by(|a, b| a == b);
        same.map(move |same| Self { row, key: same[0].0, entry: same[0].1, times: same.len() as i64 })
    }
}

/// Counts keys by row.
pub struct MatrixSink<'o> {
    keys: Keys<'o>,
    cells: &'o mut Vec<Cell>,
    by_entry: bool,
    /// Keys and entries.
    found: Vec<(u32, u32)>,
    span: SpanKeys,
}

impl<'o> MatrixSink<'o> {
    /// `by_entry` makes a cell for each entry that gives a match its weight.
    pub fn new(keys: Keys<'o>, cells: &'o mut Vec<Cell>, by_entry: bool) -> Self {
        Self { keys, cells, by_entry, found: Vec::new(), span: SpanKeys::default() }
    }
}

impl Sink for MatrixSink<'_> {
    fn matched(&mut self, _start: usize, _end: usize, entries: &[u32]) -> ControlFlow<()> {
        let entry = |place: u32| if self.by_entry { entries[place as usize] } else { 0 };
        let keys = self.span.of(self.keys, entries);
        self.found.extend(keys.iter().map(|&(key, place)| (key, entry(place))));
        ControlFlow::Continue(())
    }
}

impl<'t> RowSink<'t> for MatrixSink<'_> {
    fn begin(&mut self, _row: Row<'t>) {
        self.found.clear();
    }

    fn end(&mut self, row: Option<Row<'t>>) {
        let Some(row) = row else { return };
        self.cells.extend(Cell::of_row(row.number, &mut self.found));
    }

    fn passes_over_empty(&self) -> bool {
        true
    }
}

/// Tells whether a row has a match.
pub struct ContainsSink<'o>(pub &'o mut Vec<bool>);

impl Sink for ContainsSink<'_> {
    fn matched(&mut self, _start: usize, _end: usize, _entries: &[u32]) -> ControlFlow<()> {
        if let Some(last) = self.0.last_mut() {
            *last = true;
        }
        ControlFlow::Break(())
    }

    fn takes_only_first(&self) -> bool {
        true
    }
}

impl<'t> RowSink<'t> for ContainsSink<'_> {
    fn begin(&mut self, _row: Row<'t>) {
        self.0.push(false);
    }

    fn end(&mut self, row: Option<Row<'t>>) {
        if row.is_none() {
            self.0.push(false);
        }
    }
}

/// Tells the first entry of a row, -1 if there is none.
pub struct FirstSink<'o>(pub &'o mut Vec<i32>);

impl Sink for FirstSink<'_> {
    fn matched(&mut self, _start: usize, _end: usize, entries: &[u32]) -> ControlFlow<()> {
        if let (Some(last), Some(&entry)) = (self.0.last_mut(), entries.first()) {
            *last = entry as i32;
        }
        ControlFlow::Break(())
    }

    fn takes_only_first(&self) -> bool {
        true
    }
}

impl<'t> RowSink<'t> for FirstSink<'_> {
    fn begin(&mut self, _row: Row<'t>) {
        self.0.push(-1);
    }

    fn end(&mut self, row: Option<Row<'t>>) {
        if row.is_none() {
            self.0.push(-1);
        }
    }
}

/// Writes the text of a row anew, with a template in place of each match.
pub struct ReplaceSink<'o, 't> {
    template: &'o [Part],
    names: &'o dyn Names,
    out: &'o mut Replaced,
    text: Option<Text<'t>>,
    /// Up to where the text is written.
    written: usize,
}

impl<'o> ReplaceSink<'o, '_> {
    pub fn new(template: &'o [Part], names: &'o dyn Names, out: &'o mut Replaced) -> Self {
        Self { template, names, out, text: None, written: 0 }
    }

    fn push_template(&mut self, text: Text<'_>, start: usize, end: usize, entry: usize) {
        for part in self.template {
            let name = match part {
                Part::Literal(literal) => literal,
                Part::Concept => self.names.concept(entry),
                Part::Phrase => self.names.phrase(entry),
                Part::Text => {
                    offsets::push_utf8(text, start, end, &mut self.out.bytes);
                    continue;
                }
            };
            self.out.bytes.extend_from_slice(name.as_bytes());
        }
    }
}

impl Sink for ReplaceSink<'_, '_> {
    fn matched(&mut self, start: usize, end: usize, entries: &[u32]) -> ControlFlow<()> {
        if let (Some(text), Some(&entry)) = (self.text, entries.first())
            && start >= self.written
        {
            offsets::push_utf8(text, self.written, start, &mut self.out.bytes);
            self.push_template(text, start, end, entry as usize);
            self.written = end;
        }
        ControlFlow::Continue(())
    }
}

impl<'t> RowSink<'t> for ReplaceSink<'_, 't> {
    fn begin(&mut self, row: Row<'t>) {
        self.text = Some(row.text);
        self.written = 0;
    }

    fn end(&mut self, row: Option<Row<'t>>) {
        if let Some(row) = row {
            offsets::push_utf8(row.text, self.written, row.text.len(), &mut self.out.bytes);
        }
        self.out.valid.push(row.is_some());
        self.out.ends.push(self.out.bytes.len());
    }
}
