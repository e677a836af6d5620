//! Which keys (concepts or phrases) are found together in documents, in sentences, or within some
//! words of each other.

use hashbrown::HashMap;

use super::association::Contingency;
use super::near::check_pairs;
use super::sentences::Sentences;
use super::tagged::{Found, Run, keyed};
use super::words::Words;
use crate::error::Error;
use crate::options::Offsets;
use crate::scan::Pulse;
use crate::text::{Corpus, Text};

/// Where two matches must be to be found together. They must not overlap: what overlaps is one piece
/// of text that is read in two ways.
#[derive(Clone, Copy)]
pub enum Within<'a> {
    /// One document. This needs no texts: of these, so many are no nulls.
    Document { documents: usize },
    /// One sentence that both touch.
    Sentence { texts: &'a dyn Corpus, unit: Offsets },
    /// So many words between them at most. What is counted are windows, runs of so many words and
    /// two more, which hold just those pairs; there is one for each word that can begin one, and one
    /// in each shorter text that has any word.
    Words { between: usize, texts: &'a dyn Corpus, unit: Offsets },
}

/// Two keys that were found together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The two keys, the lower one first.
    pub keys: (u32, u32),
    pub documents: u64,
    pub units: Contingency,
}

/// The pairs of keys that are found together in `min_documents` or more, in no order, with the units
/// in which each and both are found. `keys` are those of the entries, all of them below `len`.
///
/// Takes, beyond what it takes to read the texts, time linear in the number of different keys that
/// meet in each unit, and memory linear in the number of different pairs.
///
/// # Errors
/// More different pairs than [`check_pairs`] allows; those of the run's watch.
pub fn cooccurrence(
    run: &Run<'_>,
    keys: &[u32],
    len: usize,
    within: Within<'_>,
    min_documents: u64,
) -> Result<Vec<Pair>, Error> {
    let begin = || Counter { of_key: vec![Cover::default(); len], ..Counter::default() };
    let (_, counters) = run.each(begin, |counter: &mut Counter, (): &mut (), row, found, pulse| {
        counter.visit(row, found, keys, within, pulse)
    })?;
    let mut counters = counters.into_iter();
    let mut all = counters.next().unwrap_or_default();
    counters.for_each(|counter| all.merge(counter));
    if let Within::Document { documents } = within {
        all.units = documents as u64;
    }
    Ok(all.finish(min_documents))
}

/// Counts units, numbered within each document, that stretches of them cover. Stretches must come in
/// the order of their starts.
#[derive(Clone, Copy, Debug)]
struct Cover {
    units: u64,
    row: u32,
    until: u32,
}

impl Default for Cover {
    fn default() -> Self {
        Self { units: 0, row: u32::MAX, until: 0 }
    }
}

impl Cover {
    /// Adds the units `from..=to` of a document. Returns whether they are the first of it.
    fn add(&mut self, row: u32, from: u32, to: u32) -> bool {
        let is_first = self.row != row;
        if is_first {
            (self.row, self.until) = (row, 0);
        }
        let from = from.max(self.until);
        if from <= to {
            self.units += u64::from(to - from) + 1;
            self.until = to + 1;
        }
        is_first
    }
}

/// How often a pair is found.
#[derive(Clone, Copy, Debug, Default)]
struct PairCount {
    /// Units with both.
    both: Cover,
    /// Units in which they are found without an overlap.
    apart: Cover,
    /// Documents with such a unit.
    documents: u32,
}

impl PairCount {
    fn add(&mut self, row: u32, from: u32, to: u32, is_apart: bool) {
        self.both.add(row, from, to);
        if is_apart && self.apart.add(row, from, to) {
            self.documents += 1;
        }
    }
}

/// What one worker counts.
#[derive(Default)]
struct Counter {
    units: u64,
    of_key: Vec<Cover>,
    /// By the lower key, shifted, and the higher.
    of_pair: HashMap<u64, PairCount>,
    found: Vec<Found>,
    words: Words,
    sentences: Sentences,
    in_sentences: Vec<(u32, Found)>,
    extents: Vec<Extent>,
    open: Vec<Placed>,
    settled: Vec<(u32, u32)>,
}

/// Where the matches of a key lie in a unit: the first end and the last start.
#[derive(Clone, Copy)]
struct Extent {
    key: u32,
    first_end: i32,
    last_start: i32,
}

/// A match, and the windows that touch it.
#[derive(Clone, Copy)]
struct Placed {
    end: i32,
    key: u32,
    last_window: u32,
}

impl Counter {
    fn visit(
        &mut self,
        row: usize,
        found: &[Found],
        keys: &[u32],
        within: Within<'_>,
        pulse: &dyn Pulse,
    ) -> Result<(), Error> {
        let mut matches = std::mem::take(&mut self.found);
        keyed(found, keys, &mut matches);
        let number = row as u32;
        match within {
            Within::Document { .. } => {
                matches.sort_unstable_by_key(|found| found.entry);
                self.add_unit(number, 0, matches.iter().copied(), pulse)?;
            }
            Within::Sentence { texts, unit } => {
                if let Some(text) = texts.text(row) {
                    self.add_sentences(number, &matches, (text, unit), pulse)?;
                }
            }
            Within::Words { between, texts, unit } => {
                if let Some(text) = texts.text(row) {
                    self.words.read(text, unit);
                    self.add_windows(number, &matches, between, pulse)?;
                }
            }
        }
        self.found = matches;
        Ok(())
    }

    /// Adds a unit and the matches in it, by key.
    fn add_unit(
        &mut self,
        row: u32,
        unit: u32,
        found: impl Iterator<Item = Found>,
        pulse: &dyn Pulse,
    ) -> Result<(), Error> {
        let mut extents = std::mem::take(&mut self.extents);
        extents.clear();
        for Found { start, end, entry: key } in found {
            match extents.last_mut().filter(|last: &&mut Extent| last.key == key) {
                Some(last) => {
                    last.first_end = last.first_end.min(end);
                    last.last_start = last.last_start.max(start);
                }
                None => extents.push(Extent { key, first_end: end, last_start: start }),
            }
        }
        for (at, a) in extents.iter().enumerate() {
            self.of_key[a.key as usize].add(row, unit, unit);
            for b in &extents[at + 1..] {
                let is_apart = a.first_end <= b.last_start || b.first_end <= a.last_start;
                self.pair(a.key, b.key).add(row, unit, unit, is_apart);
            }
            check_pairs(self.of_pair.len())?;
            pulse.beat()?;
        }
        self.extents = extents;
        Ok(())
    }

    fn pair(&mut self, a: u32, b: u32) -> &mut PairCount {
        let key = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
        self.of_pair.entry(key).or_default()
    }

    fn add_sentences(
        &mut self,
        row: u32,
        found: &[Found],
        (text, unit): (Text<'_>, Offsets),
        pulse: &dyn Pulse,
    ) -> Result<(), Error> {
        self.sentences.read(text, unit);
        let mut placed = std::mem::take(&mut self.in_sentences);
        placed.clear();
        for &found in found {
            let touched = self.sentences.touched(found.start, found.end);
            placed.extend(touched.map(|sentence| (sentence as u32, found)));
        }
        placed.sort_unstable_by_key(|&(sentence, found)| (sentence, found.entry));
        for same in placed.chunk_by(|a, b| a.0 == b.0) {
            self.add_unit(row, same[0].0, same.iter().map(|&(_, found)| found), pulse)?;
        }
        let used = placed.iter().map(|&(sentence, _)| sentence as usize);
        self.units += self.sentences.count(used) as u64;
        self.in_sentences = placed;
        Ok(())
    }

    /// Adds the windows of the text whose words were read. Each match meets, of each key, but one of
    /// those that end before it: the last to end, which shares the most windows with it.
    fn add_windows(
        &mut self,
        row: u32,
        found: &[Found],
        between: usize,
        pulse: &dyn Pulse,
    ) -> Result<(), Error> {
        let (mut open, mut settled) = (std::mem::take(&mut self.open), std::mem::take(&mut self.settled));
        open.clear();
        settled.clear();
        let words = self.words.starts.len();
        let windows = words.saturating_sub(between.saturating_add(1)).max(1);
        if words > 0 || !found.is_empty() {
            self.units += windows as u64;
        }
        for match_ in found {
            let (first, last) = self.words_of(match_);
            let from = first.saturating_sub(between.saturating_add(1)) as u32;
            let to = last.min(windows - 1) as u32;
            let key = match_.entry;
            open.retain(|earlier: &Placed| {
                let is_open = earlier.end > match_.start;
                if !is_open {
                    settle(&mut settled, earlier.key, earlier.last_window);
                }
                is_open
            });
            settled.retain(|&(_, last_window)| last_window >= from);
            self.of_key[key as usize].add(row, from, to);
            for &(other, last_window) in settled.iter().filter(|&&(other, _)| other != key) {
                self.pair(key, other).add(row, from, last_window.min(to), true);
            }
            for other in open.iter().filter(|other| other.key != key && other.last_window >= from) {
                self.pair(key, other.key).add(row, from, other.last_window.min(to), false);
            }
            open.push(Placed { end: match_.end, key, last_window: to });
            check_pairs(self.of_pair.len())?;
            pulse.beat()?;
        }
        (self.open, self.settled) = (open, settled);
        Ok(())
    }

    /// The first and the last word that a match touches. One that touches none stands with the word
    /// behind it.
    fn words_of(&self, found: &Found) -> (usize, usize) {
        let first = self.words.ended_by(found.start);
        let last = self.words.begun_before(found.end).saturating_sub(1);
        let first = first.min(self.words.starts.len().saturating_sub(1));
        (first, last.max(first))
    }

    fn merge(&mut self, other: Self) {
        self.units += other.units;
        for (cover, other) in self.of_key.iter_mut().zip(other.of_key) {
            cover.units += other.units;
        }
        for (keys, other) in other.of_pair {
            let count = self.of_pair.entry(keys).or_default();
            count.both.units += other.both.units;
            count.apart.units += other.apart.units;
            count.documents += other.documents;
        }
    }

    fn finish(self, min_documents: u64) -> Vec<Pair> {
        let found = self
            .of_pair
            .iter()
            .filter(|(_, count)| count.apart.units > 0 && u64::from(count.documents) >= min_documents);
        let pairs = found.map(|(&keys, count)| {
            let (a, b) = ((keys >> 32) as u32, keys as u32);
            // Units in which they are found, but only overlapping, say nothing about the two.
            let left_out = count.both.units - count.apart.units;
            let units = Contingency {
                both: count.apart.units,
                first: self.of_key[a as usize].units - left_out,
                second: self.of_key[b as usize].units - left_out,
                all: self.units - left_out,
            };
            Pair { keys: (a, b), documents: u64::from(count.documents), units }
        });
        pairs.collect()
    }
}

/// Notes that a match of a key has ended, unless one that has ended already reaches as far.
fn settle(settled: &mut Vec<(u32, u32)>, key: u32, last_window: u32) {
    match settled.iter_mut().find(|(other, _)| *other == key) {
        Some((_, last)) => *last = last_window.max(*last),
        None => settled.push((key, last_window)),
    }
}
