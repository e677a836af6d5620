//! Which entries of two gazetteers match alike: those of one phrase with the same options.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::gazetteer::Gazetteer;
use crate::options::Options;

/// The forms of two gazetteers: phrases with options, which decide what matches where.
pub struct Forms {
    /// For each entry of the old and of the new gazetteer that was given: its form.
    pub of_old: Vec<u32>,
    pub of_new: Vec<u32>,
    pub len: usize,
    /// The forms of each phrase that has several.
    pub twins: Vec<Vec<u32>>,
}

impl Forms {
    /// Numbers the forms of some entries of both.
    pub fn number(old: (&Gazetteer, &[u32]), new: (&Gazetteer, &[u32])) -> Self {
        let mut numbering = Numbering::default();
        let of_old = numbering.add(old);
        let of_new = numbering.add(new);
        Self {
            of_old,
            of_new,
            len: numbering.options_of.len(),
            twins: numbering.twins.into_values().collect(),
        }
    }
}

#[derive(Default)]
struct Numbering<'g> {
    hasher: DefaultHashBuilder,
    /// The first form of each phrase, by the phrase.
    phrases: HashTable<u32>,
    /// By form: its phrase, and the number of its options.
    phrase_of: Vec<&'g str>,
    options_of: Vec<u32>,
    options: HashMap<&'g Options, u32>,
    /// By the first form of a phrase that has several: all of them.
    twins: HashMap<u32, Vec<u32>>,
}

impl<'g> Numbering<'g> {
    /// The forms of some entries.
    fn add(&mut self, (gazetteer, entries): (&'g Gazetteer, &[u32])) -> Vec<u32> {
        let Self { hasher, phrases, phrase_of, .. } = self;
        phrases.reserve(entries.len(), |&form| hasher.hash_one(phrase_of[form as usize]));
        let options: Vec<u32> = gazetteer.all_options().iter().map(|options| self.number(options)).collect();
        let entries = entries.iter().map(|&entry| entry as usize);
        entries
            .map(|entry| self.form(gazetteer.phrase(entry), options[gazetteer.options_number(entry)]))
            .collect()
    }

    fn number(&mut self, options: &'g Options) -> u32 {
        let next = self.options.len() as u32;
        *self.options.entry(options).or_insert(next)
    }

    /// The form of a phrase with some options.
    fn form(&mut self, phrase: &'g str, options: u32) -> u32 {
        let Self { hasher, phrases, phrase_of, options_of, twins, .. } = self;
        let next = options_of.len() as u32;
        let hash = hasher.hash_one(phrase);
        let Some(&first) = phrases.find(hash, |&form| phrase_of[form as usize] == phrase) else {
            phrases.insert_unique(hash, next, |&form| hasher.hash_one(phrase_of[form as usize]));
            phrase_of.push(phrase);
            options_of.push(options);
            return next;
        };
        if options_of[first as usize] == options {
            return first;
        }
        let forms = twins.entry(first).or_insert_with(|| vec![first]);
        if let Some(&known) = forms.iter().find(|&&form| options_of[form as usize] == options) {
            return known;
        }
        forms.push(next);
        phrase_of.push(phrase);
        options_of.push(options);
        next
    }
}

/// Entries by form.
pub struct ByForm {
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl ByForm {
    /// Of some entries with their forms, of which there are `len`.
    pub fn new(of: &[u32], forms: &[u32], len: usize) -> Self {
        let mut starts = vec![0; len + 1];
        for &form in forms {
            starts[form as usize + 1] += 1;
        }
        for form in 0..len {
            starts[form + 1] += starts[form];
        }
        let mut next = starts.clone();
        let mut entries = vec![0; forms.len()];
        for (&entry, &form) in of.iter().zip(forms) {
            entries[next[form as usize] as usize] = entry;
            next[form as usize] += 1;
        }
        Self { starts, entries }
    }

    /// How many forms there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The entries of a form, ascending.
    pub fn get(&self, form: usize) -> &[u32] {
        &self.entries[self.starts[form] as usize..self.starts[form + 1] as usize]
    }
}
