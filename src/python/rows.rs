//! Rows of matches, in chunks of columns that Arrow can share.

use std::ops::Range;
use std::sync::Arc;

use arrow_buffer::ScalarBuffer;

use crate::matches::Batch;

/// Fewer rows than this are not worth a chunk of their own. More are never copied: what was freed
/// after a copy would stay with the threads that made it.
const MIN_CHUNK: usize = 1 << 12;
/// More rows than this are cut, which bounds what is repeated for the rows of one chunk.
pub const MAX_CHUNK: usize = 1 << 20;

/// One match: document, span, and number of the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub doc: i32,
    pub start: i32,
    pub end: i32,
    pub entry: i32,
}

/// A document and the positions in it from where to where its rows are given elsewhere, by their starts.
pub type Stretch = (i32, i32, i32);

/// A number that sorts as document and start do.
fn place(doc: i32, start: i32) -> i64 {
    i64::from(doc) << 32 | i64::from(start)
}

impl Row {
    /// What it has in common with all matches of the same text.
    fn span(&self) -> (i32, i32, i32) {
        (self.doc, self.start, self.end)
    }
}

/// Consecutive rows, by column.
#[derive(Clone, Debug)]
pub struct Chunk {
    pub doc: ScalarBuffer<i32>,
    pub start: ScalarBuffer<i32>,
    pub end: ScalarBuffer<i32>,
    pub entry: ScalarBuffer<i32>,
}

impl Chunk {
    pub fn len(&self) -> usize {
        self.doc.len()
    }

    fn get(&self, row: usize) -> Row {
        Row { doc: self.doc[row], start: self.start[row], end: self.end[row], entry: self.entry[row] }
    }

    /// The first row from `begin` on that is not before `limit`, not alone in its span, or without a
    /// successor; the last of the chunk, since what follows it is not known here.
    fn plain_until(&self, begin: usize, limit: i64, successor: &[i32]) -> usize {
        let (doc, start, end): (&[i32], &[i32], &[i32]) = (&self.doc, &self.start, &self.end);
        let rows = doc.iter().zip(start).zip(end).zip(self.entry.iter()).skip(begin);
        let nexts = doc.iter().zip(start).zip(end).skip(begin + 1);
        let plain = rows.zip(nexts).take_while(|&((((doc, start), end), &entry), next)| {
            place(*doc, *start) < limit && successor[entry as usize] >= 0 && next != ((doc, start), end)
        });
        begin + plain.count()
    }

    fn slice(&self, start: usize, len: usize) -> Self {
        Self {
            doc: self.doc.slice(start, len),
            start: self.start.slice(start, len),
            end: self.end.slice(start, len),
            entry: self.entry.slice(start, len),
        }
    }
}

impl From<Batch> for Chunk {
    fn from(batch: Batch) -> Self {
        Self {
            doc: batch.doc.into(),
            start: batch.start.into(),
            end: batch.end.into(),
            entry: batch.entry.into(),
        }
    }
}

/// Rows in the order of the contract, or in the reverse of it.
#[derive(Clone, Debug)]
pub struct Rows {
    chunks: Arc<[Chunk]>,
    /// The first row of each chunk, and the end of the last.
    starts: Arc<[usize]>,
    reversed: bool,
}

impl Rows {
    fn new(chunks: Vec<Chunk>, reversed: bool) -> Self {
        let mut end = 0;
        let mut starts = vec![0];
        for chunk in &chunks {
            end += chunk.len();
            starts.push(end);
        }
        Self { chunks: chunks.into(), starts: starts.into(), reversed }
    }

    /// Takes the matches of a run. `first_doc` is added to the documents, which must leave room.
    pub fn from_batches(batches: Vec<Batch>, first_doc: i32) -> Self {
        let mut collector = Collector::default();
        for mut batch in batches {
            if first_doc != 0 {
                batch.doc.iter_mut().for_each(|doc| *doc += first_doc);
            }
            collector.take(batch);
        }
        collector.finish(false)
    }

    pub fn len(&self) -> usize {
        self.starts[self.chunks.len()]
    }

    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// Row `index`.
    ///
    /// # Panics
    /// Where there is none.
    pub fn get(&self, index: usize) -> Row {
        let chunk = self.starts.partition_point(|&start| start <= index) - 1;
        self.chunks[chunk].get(index - self.starts[chunk])
    }

    pub fn iter(&self) -> impl Iterator<Item = Row> + '_ {
        self.chunks.iter().flat_map(|chunk| {
            let spans = chunk.doc.iter().zip(chunk.start.iter()).zip(chunk.end.iter());
            let rows = spans.zip(chunk.entry.iter());
            rows.map(|(((&doc, &start), &end), &entry)| Row { doc, start, end, entry })
        })
    }

    /// Rows `start`, `start + step` and so on, up to but without `stop`, all of which must exist.
    pub fn slice(&self, start: isize, stop: isize, step: isize) -> Self {
        if step == 1 {
            return self.range(start.max(0) as usize, stop.max(0) as usize);
        }
        let mut collector = Collector::default();
        let mut at = start;
        while (step > 0 && at < stop) || (step < 0 && at > stop) {
            collector.push(self.get(at as usize));
            at += step;
        }
        collector.finish(self.reversed != (step < 0))
    }

    /// The rows `start..stop`, which shares their memory.
    pub fn range(&self, start: usize, stop: usize) -> Self {
        let pieces = self.chunks.iter().zip(self.starts.iter()).filter_map(|(chunk, &first)| {
            let from = start.max(first);
            let to = stop.min(first + chunk.len());
            (from < to).then(|| chunk.slice(from - first, to - from))
        });
        Self::new(pieces.collect(), self.reversed)
    }

    /// The rows that are to be kept.
    pub fn filter(&self, keep: impl Fn(&Row) -> bool) -> Self {
        let mut collector = Collector::default();
        self.iter().filter(keep).for_each(|row| collector.push(row));
        collector.finish(self.reversed)
    }

    /// The rows in the order of the contract.
    pub fn ascending(&self) -> Self {
        if self.reversed { self.slice(self.len() as isize - 1, -1, -1) } else { self.clone() }
    }

    /// The rows with other entries, and those of `others` in place of some stretches; all must be in the
    /// order of the contract. One entry alone in its span is given by `successor`, if that is not
    /// negative; else `renumber` gets the entries of the span and writes those that it is to have.
    pub fn renumbered(
        &self,
        others: &Self,
        stretches: &[Stretch],
        successor: &[i32],
        mut renumber: impl FnMut(&[i32], &mut Vec<i32>),
    ) -> Self {
        let mut collector = Collector::with_room(self.len() + others.len());
        let (mut entries, mut renumbered) = (Vec::new(), Vec::new());
        let mut others = others.iter().peekable();
        let mut stretches = stretches.iter().peekable();
        let mut next = 0;
        for (chunk, &first) in self.chunks.iter().zip(self.starts.iter()) {
            while next < first + chunk.len() {
                let begin = next - first;
                // Most rows are alone in their spans and have one successor: these go together.
                let other = others.peek().map_or(i64::MAX, |row| place(row.doc, row.start));
                let stretch = stretches.peek().map_or(i64::MAX, |&&(doc, from, _)| place(doc, from));
                let end = chunk.plain_until(begin, other.min(stretch), successor);
                collector.extend(chunk, begin..end, successor);
                next = first + end;
                let row = chunk.get(end);
                while let Some(other) =
                    others.next_if(|other| (other.doc, other.start) < (row.doc, row.start))
                {
                    collector.push(other);
                }
                while stretches.next_if(|&&(doc, _, to)| (doc, to) <= (row.doc, row.start)).is_some() {}
                let is_done =
                    stretches.peek().is_some_and(|&&(doc, from, _)| doc == row.doc && from <= row.start);
                entries.clear();
                while next < self.len() && self.get(next).span() == row.span() {
                    entries.push(self.get(next).entry);
                    next += 1;
                }
                if !is_done {
                    renumber(&entries, &mut renumbered);
                    renumbered.iter().for_each(|&entry| collector.push(Row { entry, ..row }));
                }
            }
        }
        others.for_each(|row| collector.push(row));
        collector.finish(false)
    }

    /// The rows of a document.
    pub fn in_doc(&self, doc: i32) -> Vec<Row> {
        let (from, to) = self.of_doc(doc);
        let mut rows = Vec::with_capacity(to - from);
        let mut chunk = self.starts.partition_point(|&start| start <= from).saturating_sub(1);
        while rows.len() < to - from {
            let at = from + rows.len() - self.starts[chunk];
            let len = self.chunks[chunk].len().min(to - self.starts[chunk]);
            rows.extend((at..len).map(|at| self.chunks[chunk].get(at)));
            chunk += 1;
        }
        rows
    }

    /// Whether these are rows `0..len` of the same.
    pub fn is_all_of(&self, other: &Self) -> bool {
        self.len() == other.len() && self.reversed == other.reversed
    }

    /// Which rows are those of a document.
    pub fn of_doc(&self, doc: i32) -> (usize, usize) {
        let before = |limit: i32| {
            self.partition_point(|row| if self.reversed { row.doc > limit } else { row.doc < limit })
        };
        if self.reversed {
            (before(doc), doc.checked_sub(1).map_or(self.len(), before))
        } else {
            (before(doc), doc.checked_add(1).map_or(self.len(), before))
        }
    }

    /// The first row for which `before` does not hold.
    fn partition_point(&self, before: impl Fn(Row) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if before(self.get(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// All rows, cut into pieces of about so many, no document in two of them.
    pub fn pieces(&self, size: usize) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut from = 0;
        while from < self.len() {
            let last = from + size.max(1) - 1;
            let to = if last < self.len() { self.of_doc(self.get(last).doc).1 } else { self.len() };
            pieces.push(from..to);
            from = to;
        }
        pieces
    }

    /// Rows of a range, in one chunk.
    pub fn gathered(&self, range: Range<usize>) -> Chunk {
        let part = self.range(range.start, range.end);
        if let [chunk] = part.chunks() {
            return chunk.clone();
        }
        let mut batch = Batch::default();
        part.iter().for_each(|row| batch.push(row.doc, row.start, row.end, row.entry));
        batch.into()
    }

    /// For each entry whether any row has it.
    pub fn used(&self, entries: usize) -> Vec<bool> {
        let mut used = vec![false; entries];
        for chunk in self.chunks.iter() {
            chunk.entry.iter().for_each(|&entry| used[entry as usize] = true);
        }
        used
    }
}

/// Gathers rows into chunks of a reasonable size.
#[derive(Default)]
struct Collector {
    open: Batch,
    chunks: Vec<Chunk>,
}

impl Collector {
    fn with_room(rows: usize) -> Self {
        let column = || Vec::with_capacity(rows.min(MAX_CHUNK));
        let open = Batch { doc: column(), start: column(), end: column(), entry: column() };
        Self { open, chunks: Vec::new() }
    }

    fn push(&mut self, row: Row) {
        if self.open.len() == MAX_CHUNK {
            self.close();
        }
        self.open.push(row.doc, row.start, row.end, row.entry);
    }

    /// Takes some rows of a chunk, with other entries.
    fn extend(&mut self, chunk: &Chunk, rows: Range<usize>, successor: &[i32]) {
        if self.open.len() + rows.len() > MAX_CHUNK {
            self.close();
        }
        self.open.doc.extend_from_slice(&chunk.doc[rows.clone()]);
        self.open.start.extend_from_slice(&chunk.start[rows.clone()]);
        self.open.end.extend_from_slice(&chunk.end[rows.clone()]);
        self.open.entry.extend(chunk.entry[rows].iter().map(|&entry| successor[entry as usize]));
    }

    /// Takes a whole batch, without a copy if it is large.
    fn take(&mut self, batch: Batch) {
        if self.open.len() >= MIN_CHUNK || batch.len() >= MIN_CHUNK {
            self.close();
        }
        if self.open.is_empty() {
            self.open = batch;
        } else {
            self.open.doc.extend_from_slice(&batch.doc);
            self.open.start.extend_from_slice(&batch.start);
            self.open.end.extend_from_slice(&batch.end);
            self.open.entry.extend_from_slice(&batch.entry);
        }
    }

    fn close(&mut self) {
        let mut open = std::mem::take(&mut self.open);
        if open.is_empty() {
            return;
        }
        for column in [&mut open.doc, &mut open.start, &mut open.end, &mut open.entry] {
            column.shrink_to_fit();
        }
        let chunk = Chunk::from(open);
        let len = chunk.len();
        let pieces = (0..len).step_by(MAX_CHUNK);
        self.chunks.extend(pieces.map(|at| chunk.slice(at, MAX_CHUNK.min(len - at))));
    }

    fn finish(mut self, reversed: bool) -> Rows {
        self.close();
        Rows::new(self.chunks, reversed)
    }
}
