//! What changed from one gazetteer to another.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::HashTable;

use super::attributes::{Value, exact_int};
use super::{Gazetteer, NONE};
use crate::error::Error;
use crate::options::Options;

/// The difference between two gazetteers, each part in the order of adding.
#[derive(Debug)]
pub struct Diff {
    /// What only the second one has.
    pub added: Gazetteer,
    /// What only the first one has.
    pub removed: Gazetteer,
    /// Entries of the first one that have another form in the second: the same phrase and concept with
    /// other options, weight, language or attributes.
    pub before: Gazetteer,
    /// Their new forms, in the same order.
    pub after: Gazetteer,
}

impl Gazetteer {
    /// What changed from this gazetteer to `other`. Costs one look-up for each entry of both.
    ///
    /// # Errors
    /// None that a gazetteer which was built without one could give.
    pub fn diff(&self, other: &Self) -> Result<Diff, Error> {
        let mut pairing = Pairing::new(self, other);
        // Each pass over all, so that no entry takes for its old form what suits another better.
        let unpaired = (0..other.len() as u32).filter(|&new| pairing.take_equal(new).is_none());
        let unpaired: Vec<u32> = unpaired.collect();
        let with_options: Vec<_> = unpaired.iter().map(|&new| pairing.take_with_same_options(new)).collect();
        let (mut added, mut before, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for (&new, old) in unpaired.iter().zip(with_options) {
            match old.or_else(|| pairing.take_any(new)) {
                Some(old) => {
                    before.push(old as usize);
                    after.push(new as usize);
                }
                None => added.push(new as usize),
            }
        }
        let removed = (0..self.len()).filter(|&old| !pairing.taken[old]).collect::<Vec<_>>();
        Ok(Diff {
            added: other.selected(&added)?,
            removed: self.selected(&removed)?,
            before: self.selected(&before)?,
            after: other.selected(&after)?,
        })
    }

    /// A compact copy of some entries, in the order in which they are named.
    fn selected(&self, entries: &[usize]) -> Result<Self, Error> {
        let mut selected = Self { defaults: self.defaults.clone(), ..Self::default() };
        entries.iter().try_for_each(|&index| selected.copy_entry(self, index))?;
        Ok(selected)
    }
}

/// Finds for entries of a new gazetteer those of an old one with the same phrase and concept.
struct Pairing<'a> {
    old: &'a Gazetteer,
    new: &'a Gazetteer,
    /// The first entry of each phrase and concept of the old one; `next` has the others.
    first: HashTable<u32>,
    next: Vec<u32>,
    taken: Vec<bool>,
    /// For each options' number of the new one, which of the old one's are equal to it.
    options: Vec<Option<u32>>,
    /// The attributes of both by the numbers of their columns, where they have them.
    attributes: Vec<(Option<usize>, Option<usize>)>,
}

impl<'a> Pairing<'a> {
    fn new(old: &'a Gazetteer, new: &'a Gazetteer) -> Self {
        let numbers: HashMap<&Options, u32> = old.options.iter().zip(0..).collect();
        let options = new.options.iter().map(|options| numbers.get(options).copied());
        let mut pairing = Self {
            old,
            new,
            first: HashTable::with_capacity(old.len()),
            next: vec![NONE; old.len()],
            taken: vec![false; old.len()],
            options: options.collect(),
            attributes: paired_columns(old, new),
        };
        for entry in (0..old.len() as u32).rev() {
            pairing.index(entry);
        }
        pairing
    }

    fn hash(of: &Gazetteer, with: &Gazetteer, entry: u32) -> u64 {
        let entry = of.entry(entry as usize);
        // Both have a hasher of their own: one of them must do for both.
        with.hasher.hash_one((entry.phrase, entry.concept))
    }

    fn index(&mut self, entry: u32) {
        let Self { old, first, next, .. } = self;
        let key = |entry: u32| {
            let entry = old.entry(entry as usize);
            (entry.phrase, entry.concept)
        };
        let hash = Self::hash(old, old, entry);
        match first.find_mut(hash, |&other| key(other) == key(entry)) {
            Some(head) => {
                next[entry as usize] = *head;
                *head = entry;
            }
            None => {
                first.insert_unique(hash, entry, |&other| Self::hash(old, old, other));
            }
        }
    }

    /// The old entries of the phrase and concept of a new one that nothing took yet.
    fn free(&self, new: u32) -> impl Iterator<Item = u32> {
        let entry = self.new.entry(new as usize);
        let hash = Self::hash(self.new, self.old, new);
        let same = |&old: &u32| {
            let old = self.old.entry(old as usize);
            old.phrase == entry.phrase && old.concept == entry.concept
        };
        let head = self.first.find(hash, same).copied();
        std::iter::successors(head, |&old| Some(self.next[old as usize]).filter(|&next| next != NONE))
            .filter(|&old| !self.taken[old as usize])
    }

    /// Takes the old entry that is equal to a new one, if there is one.
    fn take_equal(&mut self, new: u32) -> Option<u32> {
        let equal = self.free(new).find(|&old| self.is_equal(old, new));
        self.take(equal)
    }

    /// Takes the old entry of the phrase, concept and options of a new one.
    fn take_with_same_options(&mut self, new: u32) -> Option<u32> {
        let same_options = self.free(new).find(|&old| self.has_same_options(old, new));
        self.take(same_options)
    }

    /// Takes an old entry of the phrase and concept of a new one.
    fn take_any(&mut self, new: u32) -> Option<u32> {
        let any = self.free(new).next();
        self.take(any)
    }

    fn take(&mut self, old: Option<u32>) -> Option<u32> {
        self.taken[old? as usize] = true;
        old
    }

    fn has_same_options(&self, old: u32, new: u32) -> bool {
        self.options[self.new.options_number(new as usize)] == Some(self.old.options_of.get(old as usize))
    }

    fn is_equal(&self, old: u32, new: u32) -> bool {
        let (before, after) = (self.old.entry(old as usize), self.new.entry(new as usize));
        self.has_same_options(old, new)
            && before.lang == after.lang
            && before.weight == after.weight
            && self.attributes.iter().all(|&(a, b)| {
                let a = a.and_then(|column| self.old.attributes.get(column, old as usize));
                let b = b.and_then(|column| self.new.attributes.get(column, new as usize));
                a.map(plain) == b.map(plain)
            })
    }
}

/// As the version of a gazetteer has it, a float that is a whole number is that number.
fn plain(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Float(float) => exact_int(float).map_or(value, Value::Int),
        other => other,
    }
}

fn paired_columns(old: &Gazetteer, new: &Gazetteer) -> Vec<(Option<usize>, Option<usize>)> {
    let at = |gazetteer: &Gazetteer, name: &str| gazetteer.attributes.names().position(|n| n == name);
    let of_old = old.attributes.names().enumerate().map(|(column, name)| (Some(column), at(new, name)));
    let of_new = new.attributes.names().enumerate().filter(|&(_, name)| at(old, name).is_none());
    of_old.chain(of_new.map(|(column, _)| (None, Some(column)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::Entry;
    use crate::options::{Case, Options};

    fn gazetteer(entries: &[(&str, Option<&str>, Case, f64)]) -> Gazetteer {
        let mut gazetteer = Gazetteer::default();
        for &(phrase, concept, case, weight) in entries {
            let options = Options { case, ..Options::default() };
            let entry = Entry { phrase, concept, options: &options, lang: None, weight };
            gazetteer.push(entry, &"").unwrap();
        }
        gazetteer
    }

    fn phrases(gazetteer: &Gazetteer) -> Vec<(&str, Option<&str>)> {
        gazetteer.entries().map(|entry| (entry.phrase, entry.concept)).collect()
    }

    #[test]
    fn parts() {
        let old = gazetteer(&[
            ("NATO", Some("org"), Case::Ignore, 1.0),
            ("OTAN", Some("org"), Case::Ignore, 1.0),
            ("OTAN", Some("org"), Case::Match, 1.0),
            ("Orange County", None, Case::Ignore, 1.0),
            ("Оранжевая", Some("a"), Case::Ignore, 1.0),
        ]);
        let new = gazetteer(&[
            ("OTAN", Some("org"), Case::Smart, 1.0),
            ("OTAN", Some("org"), Case::Ignore, 1.0),
            ("NATO", Some("org"), Case::Ignore, 2.0),
            ("Orange County", Some("place"), Case::Ignore, 1.0),
            ("Оранжевая", Some("a"), Case::Ignore, 1.0),
        ]);
        let diff = old.diff(&new).unwrap();
        assert_eq!(phrases(&diff.added), [("Orange County", Some("place"))]);
        assert_eq!(phrases(&diff.removed), [("Orange County", None)]);
        assert_eq!(phrases(&diff.before), [("OTAN", Some("org")), ("NATO", Some("org"))]);
        assert_eq!(diff.before.entry(0).options.case, Case::Match);
        assert_eq!(diff.after.entry(0).options.case, Case::Smart);
        assert_eq!(diff.after.entry(1).weight, 2.0);
    }

    #[test]
    fn a_whole_number_is_the_same_as_a_float() {
        let with = |value| {
            let mut gazetteer = gazetteer(&[("a", Some("b"), Case::Ignore, 1.0)]);
            gazetteer.set_attribute("rank", value, &"").unwrap();
            gazetteer
        };
        let diff = with(Value::Int(3)).diff(&with(Value::Float(3.0))).unwrap();
        assert!(diff.before.is_empty() && diff.added.is_empty() && diff.removed.is_empty());
        let diff = with(Value::Int(3)).diff(&with(Value::Str("3"))).unwrap();
        assert_eq!(diff.before.len(), 1);
    }
}
