//! The keys under which matches are counted and named: concepts, cut to a level, or phrases.

use std::collections::HashMap;

use crate::concept::concept_level;
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::run::NO_KEY;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Concepts, cut to their first so many parts if a number is given.
    Concept(Option<usize>),
    Phrase,
}

impl By {
    /// Reads the arguments `by` and `level`.
    ///
    /// # Errors
    /// `by` has no such value; phrases have no levels; levels begin at 1.
    pub fn parse(by: &str, level: Option<i64>) -> Result<Self, Error> {
        let level = level
            .map(|level| {
                let positive = usize::try_from(level).ok().filter(|&level| level > 0);
                positive.ok_or_else(|| Error::value(format!("level must be at least 1, not {level}")))
            })
            .transpose()?;
        match (by, level) {
            ("concept", level) => Ok(Self::Concept(level)),
            ("phrase", None) => Ok(Self::Phrase),
            ("phrase", Some(_)) => Err(Error::value("only concepts have a level, not phrases")),
            _ => Err(Error::unknown_option("by", by, &["concept", "phrase"])),
        }
    }

    /// The name of a column that holds such keys.
    pub fn column_name(self) -> &'static str {
        match self {
            Self::Concept(_) => "concept",
            Self::Phrase => "phrase",
        }
    }

    /// The name of the key of an entry that is no exclusion.
    fn name(self, gazetteer: &Gazetteer, entry: usize) -> &str {
        let entry = gazetteer.entry(entry);
        match self {
            Self::Concept(None) => entry.concept.unwrap_or_default(),
            Self::Concept(Some(level)) => concept_level(entry.concept.unwrap_or_default(), level),
            Self::Phrase => entry.phrase,
        }
    }
}

/// The keys of a gazetteer's entries, numbered in the order of their names.
#[derive(Debug)]
pub struct Keys {
    by: By,
    /// For each key an entry that has it, which spares us copies of the names.
    sample: Vec<u32>,
    /// For each entry its key; `NO_KEY` for exclusions, and for entries that are not in use.
    pub of_entry: Vec<u32>,
}

impl Keys {
    /// Numbers the keys of those entries that `used` tells of, by code point of their names.
    pub fn new(gazetteer: &Gazetteer, by: By, used: impl Fn(usize) -> bool) -> Self {
        let entries = (0..gazetteer.len()).filter(|&at| gazetteer.concept_number(at).is_some() && used(at));
        let mut groups: HashMap<u32, u32> = HashMap::new();
        let mut samples: Vec<(&str, u32)> = Vec::new();
        // Group numbers until the names are sorted; then keys.
        let mut of_entry = vec![NO_KEY; gazetteer.len()];
        for entry in entries {
            // Entries of one concept are one group, so that each name is cut and sorted once.
            let concept = match by {
                By::Concept(_) => gazetteer.concept_number(entry),
                By::Phrase => None,
            };
            let next = samples.len() as u32;
            let group = concept.map_or(next, |concept| *groups.entry(concept).or_insert(next));
            if group == next {
                samples.push((by.name(gazetteer, entry), entry as u32));
            }
            of_entry[entry] = group;
        }
        let (sample, key_of_group) = rank(&samples);
        for group in of_entry.iter_mut().filter(|group| **group != NO_KEY) {
            *group = key_of_group[*group as usize];
        }
        Self { by, sample, of_entry }
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        (self.sample.capacity() + self.of_entry.capacity()) * size_of::<u32>()
    }

    pub fn len(&self) -> usize {
        self.sample.len()
    }

    /// The name of a key.
    pub fn name<'g>(&self, gazetteer: &'g Gazetteer, key: usize) -> &'g str {
        self.by.name(gazetteer, self.sample[key] as usize)
    }

    /// All names, sorted by code point.
    pub fn names<'g>(&self, gazetteer: &'g Gazetteer) -> impl ExactSizeIterator<Item = &'g str> {
        (0..self.len()).map(|key| self.name(gazetteer, key))
    }
}

/// Sorts names: a sample of each different one in order, and for each name given its rank.
fn rank(samples: &[(&str, u32)]) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..samples.len() as u32).collect();
    order.sort_unstable_by_key(|&at| samples[at as usize].0);
    let mut ranks = vec![0; samples.len()];
    let mut distinct: Vec<u32> = Vec::new();
    let mut last = None;
    for at in order {
        let (name, entry) = samples[at as usize];
        if last != Some(name) {
            distinct.push(entry);
            last = Some(name);
        }
        ranks[at as usize] = distinct.len() as u32 - 1;
    }
    (distinct, ranks)
}
