//! Which entries of two gazetteers match alike: those of one phrase with the same options.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::gazetteer::Gazetteer;
use crate::options::Options;

/// How far behind its last place a phrase is looked for in the other gazetteer, before it is looked up.
const NEARBY: usize = 8;

/// The forms of two gazetteers: phrases with options, which decide what matches where.
pub struct Forms {
    /// By entry of the old and of the new gazetteer: its form.
    pub of_old: Vec<u32>,
    pub of_new: Vec<u32>,
    pub len: usize,
    /// The forms of each phrase that has several.
    pub twins: Vec<Vec<u32>>,
}

impl Forms {
    pub fn number(old: &Gazetteer, new: &Gazetteer) -> Self {
        let mut numbering = Numbering::default();
        let of_old = numbering.add(old, &[], None);
        let of_new = numbering.add(new, &of_old, Some(old));
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
    /// By form: the entry that it was first seen in.
    added_at: Vec<usize>,
    options: HashMap<&'g Options, u32>,
    /// By the first form of a phrase that has several: all of them.
    twins: HashMap<u32, Vec<u32>>,
}

impl<'g> Numbering<'g> {
    /// The forms of the entries. Most stand in the order of those of `other`, whose forms are known.
    fn add(&mut self, gazetteer: &'g Gazetteer, forms: &[u32], other: Option<&Gazetteer>) -> Vec<u32> {
        let Self { hasher, phrases, phrase_of, .. } = self;
        phrases.reserve(gazetteer.len(), |&form| hasher.hash_one(phrase_of[form as usize]));
        let options: Vec<u32> = gazetteer.all_options().iter().map(|options| self.number(options)).collect();
        let mut next = 0;
        let entries = (0..gazetteer.len()).map(|entry| {
            let (phrase, options) = (gazetteer.phrase(entry), options[gazetteer.options_number(entry)]);
            let mut nearby = next..forms.len().min(next + NEARBY);
            let same = nearby.find(|&at| {
                other.is_some_and(|other| other.phrase(at) == phrase)
                    && self.options_of[forms[at] as usize] == options
            });
            match same {
                Some(at) => {
                    next = at + 1;
                    forms[at]
                }
                None => {
                    let form = self.form(phrase, options, entry);
                    if let (true, Some(&at)) = (other.is_some(), self.added_at.get(form as usize)) {
                        next = at + 1;
                    }
                    form
                }
            }
        });
        entries.collect()
    }

    fn number(&mut self, options: &'g Options) -> u32 {
        let next = self.options.len() as u32;
        *self.options.entry(options).or_insert(next)
    }

    /// The form of a phrase with some options, which entry `at` has.
    fn form(&mut self, phrase: &'g str, options: u32, at: usize) -> u32 {
        let Self { hasher, phrases, phrase_of, options_of, added_at, twins, .. } = self;
        let next = options_of.len() as u32;
        let hash = hasher.hash_one(phrase);
        let Some(&first) = phrases.find(hash, |&form| phrase_of[form as usize] == phrase) else {
            phrases.insert_unique(hash, next, |&form| hasher.hash_one(phrase_of[form as usize]));
            phrase_of.push(phrase);
            options_of.push(options);
            added_at.push(at);
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
        added_at.push(at);
        next
    }
}

/// Entries by form.
pub struct ByForm {
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl ByForm {
    pub fn new(forms: &[u32], len: usize) -> Self {
        let mut starts = vec![0; len + 1];
        for &form in forms {
            starts[form as usize + 1] += 1;
        }
        for form in 0..len {
            starts[form + 1] += starts[form];
        }
        let mut next = starts.clone();
        let mut entries = vec![0; forms.len()];
        for (entry, &form) in (0..).zip(forms) {
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
