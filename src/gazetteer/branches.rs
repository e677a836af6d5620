//! What stands under the first parts of concepts.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Gazetteer, named};
use crate::concept;

/// What stands under one first part of concepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch<'a> {
    pub name: &'a str,
    /// How many entries there are.
    pub entries: usize,
    /// How many concepts they stand for.
    pub concepts: usize,
}

/// The same, with one of the concepts in place of the name.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    concept: u32,
    entries: u32,
    concepts: u32,
}

impl Counted {
    pub fn named(self, gazetteer: &Gazetteer) -> Branch<'_> {
        Branch {
            name: concept::branch(gazetteer.concept_name(self.concept)),
            entries: self.entries as usize,
            concepts: self.concepts as usize,
        }
    }
}

/// Counts the branches in use, in the order of their names.
pub fn count(gazetteer: &Gazetteer) -> Vec<Counted> {
    let mut entries_of = vec![0_u32; gazetteer.concepts.len()];
    for number in gazetteer.concept_of.iter().filter_map(|&number| named(number)) {
        entries_of[number as usize] += 1;
    }
    let hasher = DefaultHashBuilder::default();
    let mut places: HashTable<(&str, usize)> = HashTable::new();
    let mut counted: Vec<Counted> = Vec::new();
    for ((number, concept), entries) in (0..).zip(gazetteer.concept_names()).zip(entries_of) {
        if entries == 0 {
            continue;
        }
        let name = concept::branch(concept);
        let hash = hasher.hash_one(name);
        let place = match places.find(hash, |&(known, _)| known == name) {
            Some(&(_, place)) => place,
            None => {
                places.insert_unique(hash, (name, counted.len()), |&(known, _)| hasher.hash_one(known));
                counted.push(Counted { concept: number, entries: 0, concepts: 0 });
                counted.len() - 1
            }
        };
        counted[place].entries += entries;
        counted[place].concepts += 1;
    }
    counted.sort_unstable_by_key(|branch| branch.named(gazetteer).name);
    counted.shrink_to_fit();
    counted
}
