//! Entries that stayed as they were: found by walking through both gazetteers side by side.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashSet};

use crate::gazetteer::Gazetteer;
use crate::options::Options;

/// How far ahead is looked for where the two go on together.
const AHEAD: usize = 1 << 10;

/// Pairs of an old and a new entry with one phrase and options, ascending in both. Where entries were
/// put in another order some are missed.
#[derive(Default)]
pub struct Pairs {
    pub pairs: Vec<(u32, u32)>,
    /// Whether some of them have another concept, neither of them none.
    pub are_renamed: bool,
}

/// Walks through both gazetteers, in time linear in them.
pub fn pairs(old: &Gazetteer, new: &Gazetteer) -> Pairs {
    let walk = Walk::new(old, new);
    let (mut before, mut after) = (0, 0);
    let mut pairs = Vec::with_capacity(old.len().min(new.len()));
    let mut are_renamed = false;
    // What was reordered is not worth much looking ahead.
    let mut left = 2 * (old.len() + new.len()) + AHEAD;
    while before < old.len() && after < new.len() {
        if walk.same_form(before, after) {
            let same_concept = walk.same_concept(before, after);
            are_renamed |= !same_concept;
            if same_concept || walk.have_concepts(before, after) {
                pairs.push((before as u32, after as u32));
            }
            (before, after) = (before + 1, after + 1);
            continue;
        }
        let ahead = AHEAD.min(left);
        let (in_old, in_new) = (ahead.min(old.len() - before), ahead.min(new.len() - after));
        let step = (1..ahead).find_map(|step| {
            if step < in_old && walk.same_form(before + step, after) {
                Some((step, 0))
            } else if step < in_new && walk.same_form(before, after + step) {
                Some((0, step))
            } else {
                let both = step < in_old && step < in_new;
                (both && walk.same_form(before + step, after + step)).then_some((step, step))
            }
        });
        left -= step.map_or(ahead, |(in_old, in_new)| in_old.max(in_new));
        let (in_old, in_new) = step.unwrap_or((1, 1));
        (before, after) = (before + in_old, after + in_new);
    }
    Pairs { pairs, are_renamed }
}

/// What both gazetteers know under their own numbers.
struct Walk<'g> {
    old: &'g Gazetteer,
    new: &'g Gazetteer,
    /// By number in the new one: the number in the old one, if it is there.
    options: Vec<Option<usize>>,
    concepts: Vec<Option<u32>>,
}

impl<'g> Walk<'g> {
    fn new(old: &'g Gazetteer, new: &'g Gazetteer) -> Self {
        let options: HashMap<&Options, usize> = old.all_options().iter().zip(0..).collect();
        let concepts: HashMap<&str, u32> = old.concept_names().zip(0..).collect();
        Self {
            old,
            new,
            options: new.all_options().iter().map(|of_new| options.get(of_new).copied()).collect(),
            concepts: new.concept_names().map(|concept| concepts.get(concept).copied()).collect(),
        }
    }

    fn same_form(&self, before: usize, after: usize) -> bool {
        self.options[self.new.options_number(after)] == Some(self.old.options_number(before))
            && self.old.phrase(before) == self.new.phrase(after)
    }

    /// Whether neither is an exclusion.
    fn have_concepts(&self, before: usize, after: usize) -> bool {
        self.old.concept_number(before).is_some() && self.new.concept_number(after).is_some()
    }

    fn same_concept(&self, before: usize, after: usize) -> bool {
        match (self.old.concept_number(before), self.new.concept_number(after)) {
            (Some(before), Some(after)) => self.concepts[after as usize] == Some(before),
            (before, after) => before.is_none() && after.is_none(),
        }
    }
}

/// The pairs of whose phrases nothing changed, but for the concept of a phrase that has but one entry;
/// and all other entries of both.
pub fn set_apart(
    old: &Gazetteer,
    new: &Gazetteer,
    Pairs { mut pairs, are_renamed }: Pairs,
) -> (Vec<(u32, u32)>, Vec<u32>, Vec<u32>) {
    let mut old_rest = missing(pairs.iter().map(|pair| pair.0), old.len());
    let mut new_rest = missing(pairs.iter().map(|pair| pair.1), new.len());
    let in_old = old_rest.iter().map(|&entry| old.phrase(entry as usize));
    let mut changed: HashSet<&str> =
        in_old.chain(new_rest.iter().map(|&entry| new.phrase(entry as usize))).collect();
    if are_renamed {
        changed.extend(repeated(old));
    }
    if !changed.is_empty() {
        let mut marked = vec![false; MARKS];
        changed.iter().for_each(|phrase| marked[mark(phrase)] = true);
        pairs.retain(|&(before, after)| {
            let phrase = old.phrase(before as usize);
            let stays = !marked[mark(phrase)] || !changed.contains(phrase);
            if !stays {
                old_rest.push(before);
                new_rest.push(after);
            }
            stays
        });
        old_rest.sort_unstable();
        new_rest.sort_unstable();
    }
    (pairs, old_rest, new_rest)
}

const MARKS: usize = 1 << 16;

/// A number below [`MARKS`] by which most phrases are told from a few, without hashing all of them.
fn mark(phrase: &str) -> usize {
    let bytes = phrase.as_bytes();
    let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or_default());
    let (middle, last) = (bytes.len() / 2, bytes.len().saturating_sub(1));
    (byte(0) ^ byte(middle) << 4 ^ byte(last) << 8 ^ bytes.len() << 11) % MARKS
}

/// The phrases that occur more than once, and some few others.
fn repeated(gazetteer: &Gazetteer) -> Vec<&str> {
    let hasher = DefaultHashBuilder::default();
    let bits = (gazetteer.len() * 16).next_power_of_two().max(64);
    let mut seen = vec![0u64; bits / 64];
    let phrases = (0..gazetteer.len()).map(|entry| gazetteer.phrase(entry));
    let mut was_seen = |phrase: &&str| {
        let bit = hasher.hash_one(phrase) as usize & (bits - 1);
        let word = &mut seen[bit / 64];
        let before = *word;
        *word |= 1 << (bit % 64);
        *word == before
    };
    phrases.filter(|phrase| was_seen(phrase)).collect()
}

/// The numbers below `len` that are not among some, which ascend.
fn missing(some: impl Iterator<Item = u32>, len: usize) -> Vec<u32> {
    let mut missing = Vec::new();
    let mut next = 0;
    for number in some.chain([len as u32]) {
        missing.extend(next..number);
        next = number + 1;
    }
    missing
}
