//! What sets groups of documents apart.

use hashbrown::{HashMap, HashSet};

use super::association::Frequencies;
use super::counting::check_rows;
use super::tagged::{Found, Run, keyed};
use super::words;
use crate::error::Error;
use crate::text::Corpus;

/// The groups of a column of texts.
#[derive(Clone, Copy)]
pub struct Groups<'a> {
    /// By row; below zero where the text is in none.
    pub of_row: &'a [i32],
    /// How many there are.
    pub len: usize,
}

/// A key in a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Keyness {
    pub group: u32,
    pub key: u32,
    /// Documents of the group that have it.
    pub documents: u64,
    /// How often it is found in the group, and in all other groups together.
    pub frequencies: Frequencies,
}

/// Compares each group with all others together, in every key that any of them has: by group, then
/// from what is most typical of it to what it lacks most, then by key. Texts in no group are left out.
///
/// # Errors
/// More rows than a table should have; those of the run's watch.
pub fn keyness(
    run: &Run<'_>,
    texts: &dyn Corpus,
    keys: &[u32],
    len: usize,
    groups: Groups<'_>,
) -> Result<Vec<Keyness>, Error> {
    let begin = || Counter { words: vec![0; groups.len], ..Counter::default() };
    let (_, counters) = run.each(begin, |counter: &mut Counter, (): &mut (), row, found, _| {
        if let (Ok(group), Some(text)) = (u32::try_from(groups.of_row[row]), texts.text(row)) {
            counter.words[group as usize] += words::count(text) as u64;
            counter.add(group, found, keys);
        }
        Ok(())
    })?;
    let mut counters = counters.into_iter();
    let mut all = counters.next().unwrap_or_default();
    counters.for_each(|counter| all.merge(counter));
    let known: HashSet<u32> = all.counts.keys().map(|&(_, key)| key).collect();
    check_rows(groups.len, known.len(), "groups")?;
    Ok(all.finish(len))
}

#[derive(Clone, Copy, Default)]
struct Count {
    matches: u64,
    documents: u64,
}

/// What one worker counts.
#[derive(Default)]
struct Counter {
    /// By group.
    words: Vec<u64>,
    /// By group and key.
    counts: HashMap<(u32, u32), Count>,
    found: Vec<Found>,
}

impl Counter {
    fn add(&mut self, group: u32, found: &[Found], keys: &[u32]) {
        keyed(found, keys, &mut self.found);
        self.found.sort_unstable_by_key(|found| found.entry);
        for same in self.found.chunk_by(|a, b| a.entry == b.entry) {
            let count = self.counts.entry((group, same[0].entry)).or_default();
            count.matches += same.len() as u64;
            count.documents += 1;
        }
    }

    fn merge(&mut self, other: Self) {
        for (words, others) in self.words.iter_mut().zip(other.words) {
            *words += others;
        }
        for (at, other) in other.counts {
            let count = self.counts.entry(at).or_default();
            count.matches += other.matches;
            count.documents += other.documents;
        }
    }

    fn finish(&self, len: usize) -> Vec<Keyness> {
        let all_words: u64 = self.words.iter().sum();
        let mut matches = vec![0; len];
        for (&(_, key), count) in &self.counts {
            matches[key as usize] += count.matches;
        }
        let mut rows = Vec::new();
        for (group, &words) in (0..).zip(&self.words) {
            let first = rows.len();
            let keys = (0..).zip(&matches).filter(|&(_, &found)| found > 0);
            rows.extend(keys.map(|(key, &found)| {
                let count = self.counts.get(&(group, key)).copied().unwrap_or_default();
                let frequencies = Frequencies {
                    here: count.matches,
                    elsewhere: found - count.matches,
                    words_here: words,
                    words_elsewhere: all_words - words,
                };
                Keyness { group, key, documents: count.documents, frequencies }
            }));
            let strength = |row: &Keyness| row.frequencies.log_likelihood();
            rows[first..].sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        }
        rows
    }
}
