//! Rules that look at phrases that are equal, or fold to the same.

use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Finding, Folds, Rule, Severity, listed, named};
use crate::fold::{self, Profile};
use crate::gazetteer::{Entry, Gazetteer};
use crate::options::{Accents, Boundary, Case, Hyphens, Options};

/// Calls `visit` with the entries, in order, of each key that several entries have.
fn shared<K: Hash + Eq>(len: usize, key: impl Fn(usize) -> K, mut visit: impl FnMut(&[usize])) {
    let hasher = DefaultHashBuilder::default();
    let mut hashed: Vec<(u64, u32)> =
        (0..len).map(|entry| (hasher.hash_one(key(entry)), entry as u32)).collect();
    hashed.sort_unstable();
    for same_hash in hashed.chunk_by(|a, b| a.0 == b.0).filter(|entries| entries.len() > 1) {
        let mut entries: Vec<usize> = same_hash.iter().map(|&(_, entry)| entry as usize).collect();
        // Nearly always all are of one key.
        while !entries.is_empty() {
            let first = key(entries[0]);
            let (same, others): (Vec<_>, Vec<_>) =
                entries.into_iter().partition(|&entry| key(entry) == first);
            if same.len() > 1 {
                visit(&same);
            }
            entries = others;
        }
    }
}

/// A phrase, as it was written, under several concepts.
pub fn several_concepts(gazetteer: &Gazetteer, findings: &mut Vec<Finding>) {
    let phrase = |entry: usize| fold::trim(gazetteer.phrase(entry));
    shared(gazetteer.len(), phrase, |entries| {
        let mut concepts: Vec<&str> =
            entries.iter().filter_map(|&entry| gazetteer.entry(entry).concept).collect();
        concepts.sort_unstable();
        concepts.dedup();
        if concepts.len() < 2 {
            return;
        }
        let message = format!("stands for {} concepts: {}", concepts.len(), listed(&concepts));
        let entry = entries.iter().find(|&&entry| gazetteer.concept_number(entry).is_some());
        findings.push(Finding::new(
            Severity::Warning,
            Rule::SeveralConcepts,
            entry.copied().unwrap_or(entries[0]),
            message,
        ));
    });
}

/// Phrases that are written differently and fold to the same string, so that they match the same.
pub fn same_fold(gazetteer: &Gazetteer, folds: &Folds, findings: &mut Vec<Finding>) {
    let key = |entry: usize| (folds.profiles[entry], gazetteer.entry(entry).options.glob, folds.get(entry));
    shared(gazetteer.len(), key, |entries| {
        let first = gazetteer.entry(entries[0]);
        let mut told = vec![fold::trim(first.phrase)];
        let concepts_of_first: Vec<_> = entries
            .iter()
            .map(|&entry| gazetteer.entry(entry))
            .filter(|entry| entry.phrase == first.phrase)
            .map(|entry| entry.concept)
            .collect();
        for &number in entries {
            let entry = gazetteer.entry(number);
            let phrase = fold::trim(entry.phrase);
            if told.contains(&phrase) {
                continue;
            }
            told.push(phrase);
            findings.push(same_as(number, &entry, &first, concepts_of_first.contains(&entry.concept)));
        }
    });
}

fn same_as(number: usize, entry: &Entry<'_>, first: &Entry<'_>, same_concept: bool) -> Finding {
    let start = format!("folds to the same as \"{}\"", first.phrase);
    if entry.concept.is_none() || first.concept.is_none() {
        let message = format!("{start}, and one of them is an exclusion");
        return Finding::new(Severity::Warning, Rule::SameFold, number, message);
    }
    if same_concept {
        let message = format!("{start}, which has the same concept: each match is two rows, one will do");
        return Finding::new(Severity::Info, Rule::SameFold, number, message);
    }
    let message = format!("{start}, which stands for {}: each match is both", named(first.concept));
    Finding::new(Severity::Warning, Rule::SameFold, number, message)
}

/// Phrases that an exclusion always takes away: it matches wherever they do.
pub fn excluded(gazetteer: &Gazetteer, folds: &Folds, findings: &mut Vec<Finding>) {
    let exclusions = Exclusions::of(gazetteer, folds);
    let mut buffer = Vec::new();
    for (number, entry) in gazetteer.entries().enumerate() {
        if entry.concept.is_some()
            && let Some(exclusion) = exclusions.ruling_out(number, &entry, folds, &mut buffer)
        {
            let phrase = gazetteer.phrase(exclusion);
            let message = format!(
                "can never be reported: the exclusion \"{phrase}\" matches wherever it does; \
                 remove one of the two"
            );
            findings.push(Finding::new(Severity::Error, Rule::NeverReported, number, message));
        }
    }
}

/// The exclusions by what they fold to.
struct Exclusions<'g> {
    gazetteer: &'g Gazetteer,
    hasher: DefaultHashBuilder,
    profiles: Vec<Profile>,
    entries: HashTable<(Profile, u32)>,
}

impl<'g> Exclusions<'g> {
    fn of(gazetteer: &'g Gazetteer, folds: &Folds) -> Self {
        let mut this = Self {
            gazetteer,
            hasher: DefaultHashBuilder::default(),
            profiles: vec![],
            entries: HashTable::new(),
        };
        for (number, entry) in gazetteer.entries().enumerate() {
            // What a glob matches is more than its fold.
            if entry.concept.is_some() || entry.options.glob {
                continue;
            }
            let profile = folds.profiles[number];
            if !this.profiles.contains(&profile) {
                this.profiles.push(profile);
            }
            let Self { hasher, entries, .. } = &mut this;
            let hash = |at: usize| hasher.hash_one(folds.get(at));
            entries.insert_unique(hash(number), (profile, number as u32), |&(_, at)| hash(at as usize));
        }
        this
    }

    /// An exclusion that has the span of an entry wherever that matches.
    fn ruling_out(
        &self,
        number: usize,
        entry: &Entry<'_>,
        folds: &Folds,
        buffer: &mut Vec<u8>,
    ) -> Option<usize> {
        let own = folds.profiles[number];
        self.profiles.iter().filter(|&&profile| is_broader(profile, own)).find_map(|&profile| {
            buffer.clear();
            fold::push_str(fold::trim(entry.phrase), profile, buffer);
            let rules_out = |&(other, exclusion): &(Profile, u32)| {
                let exclusion = exclusion as usize;
                other == profile
                    && folds.get(exclusion) == buffer.as_slice()
                    && asks_no_more(self.gazetteer.entry(exclusion).options, entry.options)
            };
            let found = self.entries.find(self.hasher.hash_one(buffer.as_slice()), rules_out);
            found.map(|&(_, exclusion)| exclusion as usize)
        })
    }
}

/// Whether texts that are the same under one profile are so under a broader one.
fn is_broader(broad: Profile, narrow: Profile) -> bool {
    (broad.case == Case::Ignore || broad.case == narrow.case)
        && (broad.accents == Accents::Fold || broad.accents == narrow.accents)
        && (broad.hyphens == Hyphens::Space || broad.hyphens == narrow.hyphens)
}

/// Whether what an exclusion asks of its surroundings holds wherever it does for the phrase.
fn asks_no_more(exclusion: &Options, phrase: &Options) -> bool {
    let boundary = match exclusion.boundary {
        Boundary::None => true,
        Boundary::Start => matches!(phrase.boundary, Boundary::Start | Boundary::Word | Boundary::Compound),
        Boundary::End => matches!(phrase.boundary, Boundary::End | Boundary::Word | Boundary::Compound),
        Boundary::Word => matches!(phrase.boundary, Boundary::Word | Boundary::Compound),
        Boundary::Compound => phrase.boundary == Boundary::Compound,
    };
    // Whatever else options say must be the same.
    let rest = Options {
        case: exclusion.case,
        accents: exclusion.accents,
        hyphens: exclusion.hyphens,
        boundary: exclusion.boundary,
        ..phrase.clone()
    };
    boundary && rest == *exclusion
}
