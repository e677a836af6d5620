//! The contests in which matches that overlap meet, and which new one goes on with which old one.

use std::cmp::Reverse;

use hashbrown::HashMap;

use super::forms::ByForm;
use crate::concept;
use crate::gazetteer::Gazetteer;
use crate::options::Overlap;

/// In place of a contest: the entry is an exclusion, which takes part in all.
pub const ALL: u32 = u32::MAX;

/// The contests of one gazetteer: one, or one for each concept or branch.
pub struct Contests<'g> {
    /// By entry.
    pub of_entry: Vec<u32>,
    names: Vec<&'g str>,
}

impl<'g> Contests<'g> {
    pub fn new(gazetteer: &'g Gazetteer, overlap: Overlap) -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut names = Vec::new();
        let of_concept: Vec<u32> = gazetteer
            .concept_names()
            .map(|path| {
                let name = match overlap {
                    Overlap::Longest | Overlap::All => "",
                    Overlap::LongestPerConcept => path,
                    Overlap::LongestPerBranch => concept::branch(path),
                };
                *numbers.entry(name).or_insert_with(|| {
                    names.push(name);
                    names.len() as u32 - 1
                })
            })
            .collect();
        let of_entry =
            |entry| gazetteer.concept_number(entry).map_or(ALL, |number| of_concept[number as usize]);
        Self { of_entry: (0..gazetteer.len()).map(of_entry).collect(), names }
    }
}

/// Which old contest each new one goes on with, none with two. Any choice is sound; where most phrases
/// stay, little is to be done anew.
pub struct Succession {
    /// By new contest.
    pub parent: Vec<Option<u32>>,
    /// By old contest.
    pub child: Vec<Option<u32>>,
}

impl Succession {
    /// `same` are pairs of entries that are the same, beside those by form.
    pub fn new(
        old: &Contests<'_>,
        old_entries: &ByForm,
        new: &Contests<'_>,
        new_entries: &ByForm,
        same: &[(u32, u32)],
    ) -> Self {
        let mut common: HashMap<(u32, u32), usize> = HashMap::new();
        let mut note = |before: u32, after: u32| {
            let pair = (new.of_entry[after as usize], old.of_entry[before as usize]);
            *common.entry(pair).or_default() += 1;
        };
        if old.names.len() > 1 || new.names.len() > 1 {
            same.iter().for_each(|&(before, after)| note(before, after));
            for form in 0..old_entries.len() {
                for &after in new_entries.get(form) {
                    for &before in old_entries.get(form) {
                        note(before, after);
                    }
                }
            }
        } else if old.names.len() == 1 && new.names.len() == 1 {
            common.insert((0, 0), 1);
        }
        let same_name = |after: u32, before: u32| new.names[after as usize] == old.names[before as usize];
        let mut candidates: Vec<_> = common
            .into_iter()
            .filter(|&((after, before), _)| after != ALL && before != ALL)
            .map(|((after, before), count)| (Reverse((count, same_name(after, before))), after, before))
            .collect();
        candidates.sort_unstable();
        let mut parent = vec![None; new.names.len()];
        let mut child = vec![None; old.names.len()];
        for (_, after, before) in candidates {
            if parent[after as usize].is_none() && child[before as usize].is_none() {
                parent[after as usize] = Some(before);
                child[before as usize] = Some(after);
            }
        }
        Self { parent, child }
    }
}
