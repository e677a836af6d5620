//! What sets groups of documents apart.

use super::association::Frequencies;
use super::counting::{Counted, Totals, check_rows};
use crate::error::Error;

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

/// Compares each group with all others together, in every key below `keys` that any of them has: by
/// group, then from what is most typical of it to what it lacks most, then by key.
///
/// # Errors
/// More rows than a table should have.
pub fn keyness(counted: &Counted, totals: &Totals, keys: usize) -> Result<Vec<Keyness>, Error> {
    let all_words: u64 = totals.words.iter().sum();
    let mut matches = vec![0; keys];
    for (_, key, count) in counted.iter() {
        matches[key as usize] += count.matches;
    }
    let known: Vec<(u32, u64)> = (0..).zip(matches).filter(|&(_, found)| found > 0).collect();
    check_rows(totals.words.len(), known.len(), "groups")?;
    let mut rows = Vec::with_capacity(totals.words.len() * known.len());
    for (group, &words) in (0..).zip(&totals.words) {
        let first = rows.len();
        rows.extend(known.iter().map(|&(key, found)| {
            let count = counted.get(group, key);
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
    Ok(rows)
}
