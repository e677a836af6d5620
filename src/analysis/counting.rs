//! How often what was found, in one document and in groups of documents.

use std::cmp::Reverse;

use hashbrown::HashMap;

use super::words;
use crate::error::Error;
use crate::run::{Cell, Count, Keys};
use crate::text::Text;

/// Counts the matches of one document after the other.
#[derive(Default)]
pub struct DocumentCells {
    /// The keys of the entries of one span, and these.
    span: Vec<(u32, u32)>,
    found: Vec<(u32, u32)>,
    cells: Vec<Cell>,
}

impl DocumentCells {
    /// The cells of a document by key and entry: each match counts for the first entry that its key
    /// has in its span, since (start, end, key) counts once.
    ///
    /// `matches` are starts, ends and entries, in the order of the contract.
    pub fn read(&mut self, matches: impl Iterator<Item = (i32, i32, i32)>, keys: Keys<'_>) -> &[Cell] {
        self.found.clear();
        let mut last = None;
        for (start, end, entry) in matches {
            if last.replace((start, end)) != Some((start, end)) {
                self.end_span();
            }
            self.span.push((keys[entry as usize], entry as u32));
        }
        self.end_span();
        self.cells.clear();
        self.cells.extend(Cell::of_row(0, &mut self.found));
        &self.cells
    }

    fn end_span(&mut self) {
        if self.span.len() > 1 {
            // Stable, so that of each key the first entry stays.
            self.span.sort_by_key(|&(key, _)| key);
            self.span.dedup_by_key(|&mut (key, _)| key);
        }
        self.found.append(&mut self.span);
    }
}

/// What was counted of each group and key.
#[derive(Default)]
pub struct Tally {
    counts: HashMap<(u32, u32), Count>,
    /// How often each entry gave a match its weight, by group.
    found: HashMap<(u32, u32), u64>,
}

impl Tally {
    /// Adds a document of a group.
    pub fn add(&mut self, group: u32, cells: &[Cell], with_weight: bool) {
        for same_key in cells.chunk_by(|a, b| a.key == b.key) {
            let count = self.counts.entry((group, same_key[0].key)).or_default();
            count.matches += same_key.iter().map(|cell| cell.times as u64).sum::<u64>();
            count.documents += 1;
        }
        for cell in cells.iter().filter(|_| with_weight) {
            *self.found.entry((group, cell.entry)).or_default() += cell.times as u64;
        }
    }

    /// Adds what another worker counted, of other documents.
    pub fn merge(&mut self, other: Self) {
        for (place, count) in other.counts {
            let sum = self.counts.entry(place).or_default();
            sum.matches += count.matches;
            sum.documents += count.documents;
        }
        for (place, times) in other.found {
            *self.found.entry(place).or_default() += times;
        }
    }

    /// All counts that are not zero, with the weights of the entries added up.
    pub fn finish(mut self, keys: Keys<'_>, weights: &[f64]) -> Counted {
        let mut found: Vec<_> = self.found.into_iter().collect();
        // In the order of the entries, so that the sum does not depend on who found what.
        found.sort_unstable();
        for ((group, entry), times) in found {
            if let Some(count) = self.counts.get_mut(&(group, keys[entry as usize])) {
                count.weight += times as f64 * weights[entry as usize];
            }
        }
        Counted(self.counts)
    }
}

/// A table of more rows than this was not meant by anyone, and would take gigabytes.
pub const MOST_ROWS: usize = 1 << 25;

/// Refuses a table with a row for each group and each key where these are too many.
///
/// # Errors
/// They are.
pub fn check_rows(groups: usize, keys: usize, what: &str) -> Result<(), Error> {
    let rows = groups.saturating_mul(keys);
    if rows <= MOST_ROWS {
        return Ok(());
    }
    Err(Error::too_large(format!(
        "{groups} {what} times {keys} names are {rows} rows, more than {MOST_ROWS}: ask for fewer, or for a level"
    )))
}

/// Counts by group and key.
pub struct Counted(HashMap<(u32, u32), Count>);

impl Counted {
    /// Those that are not zero, with their groups and keys, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, Count)> {
        self.0.iter().map(|(&(group, key), &count)| (group, key, count))
    }

    /// That of a group and key.
    pub fn get(&self, group: u32, key: u32) -> Count {
        self.0.get(&(group, key)).copied().unwrap_or_default()
    }

    /// Those that are not zero: group by group, the most frequent keys first, then by number.
    pub fn by_frequency(&self) -> Vec<(u32, u32, Count)> {
        let mut rows: Vec<_> = self.iter().collect();
        rows.sort_unstable_by_key(|&(group, key, count)| (group, Reverse(count.matches), key));
        rows
    }

    /// Those of every group and key, zeros among them, in the same order.
    pub fn of_all(&self, groups: usize, keys: usize) -> Vec<(u32, u32, Count)> {
        let mut rows = self.in_order(groups, keys);
        rows.sort_by_key(|&(group, _, count)| (group, Reverse(count.matches)));
        rows
    }

    /// Those of every group and key, zeros among them, by group and key.
    pub fn in_order(&self, groups: usize, keys: usize) -> Vec<(u32, u32, Count)> {
        let mut rows = Vec::with_capacity(groups * keys);
        for group in 0..groups as u32 {
            for key in 0..keys as u32 {
                rows.push((group, key, self.get(group, key)));
            }
        }
        rows
    }
}

/// How much text there is, by group: what counts are divided by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub documents: Vec<u64>,
    pub words: Vec<u64>,
}

impl Totals {
    pub fn new(groups: usize) -> Self {
        Self { documents: vec![0; groups], words: vec![0; groups] }
    }

    /// Adds a document, with its words if these are asked for.
    pub fn add(&mut self, group: usize, text: Text<'_>, with_words: bool) {
        self.documents[group] += 1;
        if with_words {
            self.words[group] += words::count(text) as u64;
        }
    }

    /// Adds what another worker found, of other documents.
    pub fn merge(&mut self, other: &Self) {
        let add = |sums: &mut [u64], numbers: &[u64]| {
            sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
        };
        add(&mut self.documents, &other.documents);
        add(&mut self.words, &other.words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_counts_once_in_a_span_for_its_first_entry() {
        let mut cells = DocumentCells::default();
        let keys = [7, 3, 7];
        let matches = [(0, 5, 2), (0, 5, 0), (0, 5, 1), (6, 9, 0), (6, 8, 0)];
        let read = cells.read(matches.into_iter(), &keys);
        let read: Vec<_> = read.iter().map(|cell| (cell.key, cell.entry, cell.times)).collect();
        assert_eq!(read, [(3, 1, 1), (7, 0, 2), (7, 2, 1)]);
        assert!(cells.read(std::iter::empty(), &keys).is_empty());
    }

    #[test]
    fn what_workers_counted_is_added_up() {
        let cell = |key, entry, times| Cell { row: 0, key, entry, times };
        let (mut one, mut other) = (Tally::default(), Tally::default());
        one.add(0, &[cell(0, 0, 2), cell(0, 1, 1)], true);
        other.add(0, &[cell(0, 1, 1), cell(1, 2, 5)], true);
        other.add(2, &[cell(1, 2, 1)], true);
        one.merge(other);
        let counted = one.finish(&[0, 0, 1], &[1.0, 0.5, -1.0]);
        let count = |matches, documents, weight| Count { matches, documents, weight };
        let occurring = [(0, 1, count(5, 1, -5.0)), (0, 0, count(4, 2, 3.0)), (2, 1, count(1, 1, -1.0))];
        assert_eq!(counted.by_frequency(), occurring);
        assert_eq!(counted.of_all(3, 2).len(), 6);
        assert_eq!(counted.of_all(3, 2)[..2], occurring[..2]);
        assert_eq!(counted.in_order(3, 2)[3], (1, 1, Count::default()));
    }
}
