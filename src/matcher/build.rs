//! From a gazetteer to a matcher: phrases are folded, sorted, grouped, and given to automata.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use super::forms::{Asks, Forms, LaneKey};
use super::{EXCLUSION, Group, GroupKind, LONE, Matcher, Starts};
use crate::automaton::{Common, Lane, Pattern};
use crate::concept;
use crate::error::Error;
use crate::fold;
use crate::gazetteer::Gazetteer;
use crate::parallel;

/// So many entries are folded at a time.
const CHUNK: usize = 1 << 14;
/// Fewer entries are not worth other threads.
const WORTH_THREADS: usize = 1 << 12;

pub fn build(gazetteer: &Gazetteer, keep_folds: bool) -> Result<Matcher, Error> {
    if gazetteer.len() > i32::MAX as usize {
        return Err(Error::too_large(format!(
            "{} phrases are too many: {} at most",
            gazetteer.len(),
            i32::MAX
        )));
    }
    let threads = if gazetteer.len() < WORTH_THREADS { 1 } else { parallel::processors() };
    parallel::install(threads, || build_here(gazetteer, keep_folds))
}

fn build_here(gazetteer: &Gazetteer, keep_folds: bool) -> Result<Matcher, Error> {
    let forms = Forms::new(gazetteer)?;
    let mut chunks = fold_all(gazetteer, &forms)?;
    let rank = ranks(gazetteer);
    let mut folded: Vec<Folded> = Vec::with_capacity(gazetteer.len());
    chunks.iter_mut().for_each(|chunk| folded.extend(std::mem::take(&mut chunk.folded)));
    let fold = |folded: &Folded| &chunks[folded.entry as usize / CHUNK].bytes[folded.range()];
    folded.par_sort_unstable_by(|a, b| {
        let lane = |folded: &Folded| forms.get(folded.form).lane;
        let order = |folded: &Folded| (folded.form, rank[folded.entry as usize], folded.entry);
        lane(a)
            .cmp(&lane(b))
            .then_with(|| a.lead.cmp(&b.lead))
            .then_with(|| {
                if a.length.max(b.length) > 8 { fold(a).cmp(fold(b)) } else { a.length.cmp(&b.length) }
            })
            .then_with(|| order(a).cmp(&order(b)))
    });
    let (concept_of, branch_of) = number_concepts(gazetteer);
    let mut matcher = Matcher {
        lanes: Vec::new(),
        groups: Vec::new(),
        kinds: Vec::new(),
        demands: Vec::new(),
        grouped: Vec::new(),
        rank,
        concept_of,
        branch_of,
        starts: Starts::default(),
    };
    let mut grouping = Grouping { matcher: &mut matcher, kinds: HashMap::new() };
    for lane in folded.chunk_by(|a, b| forms.get(a.form).lane == forms.get(b.form).lane) {
        let mut patterns = grouping.add(lane, &forms, fold);
        let &LaneKey { reach, profile, lead } = forms.lane(lane[0].form);
        // Of wild cards alone nothing is left for an automaton.
        let bare = patterns.first().filter(|pattern| pattern.fold.is_empty()).map(|pattern| pattern.groups);
        patterns.drain(..usize::from(bare.is_some()));
        let longest = lane.iter().map(|folded| folded.length as usize).max().unwrap_or(0);
        let common = Common {
            lead: forms.parts(lead).into(),
            bare,
            affixes: forms.affix_lists.folded(profile),
            longest: longest.max(lane.iter().map(|folded| forms.get(folded.form).extent).max().unwrap_or(0)),
            is_elastic: lane.iter().any(|folded| forms.get(folded.form).is_elastic),
        };
        grouping.matcher.lanes.push(Lane::new(profile, reach, common, &patterns, keep_folds)?);
    }
    grouping.matcher.demands = forms.demands;
    matcher.groups.push(Group { entries_from: matcher.grouped.len() as u32, kind: 1 });
    matcher.groups.shrink_to_fit();
    matcher.grouped.shrink_to_fit();
    matcher.starts = Starts::of(&matcher.lanes);
    Ok(matcher)
}

/// A phrase on its way into a lane.
#[derive(Clone, Copy)]
struct Folded {
    /// The first eight bytes of the fold, as a number that sorts as they do.
    lead: u64,
    /// Where the fold is in the bytes of its chunk.
    at: u32,
    length: u32,
    form: u32,
    entry: u32,
}

impl Folded {
    fn range(&self) -> Range<usize> {
        self.at as usize..(self.at + self.length) as usize
    }
}

/// The folds of [`CHUNK`] entries, one after the other.
struct Chunk {
    bytes: Vec<u8>,
    folded: Vec<Folded>,
}

fn fold_all(gazetteer: &Gazetteer, forms: &Forms) -> Result<Vec<Chunk>, Error> {
    (0..gazetteer.len().div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| fold_chunk(gazetteer, forms, chunk * CHUNK..gazetteer.len().min((chunk + 1) * CHUNK)))
        .collect()
}

fn fold_chunk(gazetteer: &Gazetteer, forms: &Forms, entries: Range<usize>) -> Result<Chunk, Error> {
    let mut chunk = Chunk { bytes: Vec::new(), folded: Vec::with_capacity(entries.len()) };
    for entry in entries {
        let at = chunk.bytes.len();
        let form = match forms.glob(entry) {
            Some((form, head)) => {
                chunk.bytes.extend_from_slice(head);
                form
            }
            None => {
                let phrase = fold::trim(gazetteer.phrase(entry));
                let form = forms.of_plain(gazetteer.options_number(entry), gazetteer.entry(entry), phrase);
                fold::push_str(phrase, forms.lane(form).profile, &mut chunk.bytes);
                if chunk.bytes.len() == at {
                    let message = format!("phrase {phrase:?} (entry {entry}) is empty once folded");
                    return Err(Error::value(message));
                }
                form
            }
        };
        let fold = &chunk.bytes[at..];
        let too_long = |_| Error::too_large(format!("phrase {entry} is too long"));
        chunk.folded.push(Folded {
            lead: leading_bytes(fold),
            length: u32::try_from(fold.len()).map_err(too_long)?,
            at: u32::try_from(at).map_err(too_long)?,
            form,
            entry: entry as u32,
        });
        u32::try_from(chunk.bytes.len()).map_err(too_long)?;
    }
    Ok(chunk)
}

/// Puts sorted phrases into groups.
struct Grouping<'m> {
    matcher: &'m mut Matcher,
    kinds: HashMap<GroupKind, u32>,
}

impl Grouping<'_> {
    /// Adds the groups of a lane's phrases, which are sorted by fold, form and rank.
    fn add<'a>(
        &mut self,
        lane: &[Folded],
        forms: &Forms,
        fold: impl Fn(&Folded) -> &'a [u8],
    ) -> Vec<Pattern<'a>> {
        let mut patterns = Vec::with_capacity(lane.len());
        let asks = |folded: &Folded| forms.get(folded.form).asks;
        for same_fold in lane.chunk_by(|a, b| a.lead == b.lead && fold(a) == fold(b)) {
            if let [only] = same_fold
                && asks(only) == Asks::default()
                && self.matcher.concept_of[only.entry as usize] != EXCLUSION
            {
                patterns.push(Pattern { fold: fold(only), groups: LONE | only.entry, is_open: false });
                continue;
            }
            patterns.push(Pattern {
                fold: fold(&same_fold[0]),
                groups: self.matcher.groups.len() as u32,
                is_open: same_fold.iter().any(|folded| forms.get(folded.form).is_open),
            });
            // Several forms may ask for the same.
            let mut same_fold = same_fold.to_vec();
            let order =
                |folded: &Folded| (asks(folded), self.matcher.rank[folded.entry as usize], folded.entry);
            same_fold.sort_unstable_by_key(order);
            for group in same_fold.chunk_by(|a, b| asks(a) == asks(b)) {
                self.add_group(asks(&group[0]), group);
            }
            if let Some(last) = self.matcher.groups.last_mut() {
                last.kind |= 1;
            }
        }
        patterns
    }

    /// Adds one group, of phrases sorted by rank.
    fn add_group(&mut self, asks: Asks, phrases: &[Folded]) {
        let matcher = &mut *self.matcher;
        let entries_from = matcher.grouped.len();
        let mut excludes = false;
        for folded in phrases {
            let (entry, rank) = (folded.entry, matcher.rank[folded.entry as usize]);
            if matcher.concept_of[entry as usize] == EXCLUSION {
                excludes = true;
            } else if matcher.grouped[entries_from..]
                .last()
                .is_none_or(|&last| matcher.rank[last as usize] != rank)
            {
                matcher.grouped.push(entry);
            }
        }
        let Asks { boundary, affixes, demand } = asks;
        let kind = GroupKind { boundary, affixes, demand, excludes };
        let number = *self.kinds.entry(kind).or_insert_with(|| {
            matcher.kinds.push(kind);
            matcher.kinds.len() as u32 - 1
        });
        matcher.groups.push(Group { entries_from: entries_from as u32, kind: number << 1 });
    }
}

/// By entry: its place among all, sorted by phrase and then concept, by code point. Entries that
/// differ only in options share a rank: where they have the same span they are one match.
fn ranks(gazetteer: &Gazetteer) -> Vec<u32> {
    let key = |entry: u32| {
        let entry = gazetteer.entry(entry as usize);
        (entry.phrase, entry.concept)
    };
    let mut order: Vec<(u64, u32)> = (0..gazetteer.len() as u32)
        .map(|entry| (leading_bytes(gazetteer.phrase(entry as usize).as_bytes()), entry))
        .collect();
    order.par_sort_unstable_by(|a, b| match a.0.cmp(&b.0) {
        Ordering::Equal => key(a.1).cmp(&key(b.1)).then_with(|| a.1.cmp(&b.1)),
        unequal => unequal,
    });
    let mut ranks = vec![0; order.len()];
    let mut rank = 0;
    for (place, &(lead, entry)) in order.iter().enumerate() {
        if place > 0 && (order[place - 1].0 != lead || key(order[place - 1].1) != key(entry)) {
            rank += 1;
        }
        ranks[entry as usize] = rank;
    }
    ranks
}

/// The first eight bytes as a number that sorts as they do.
fn leading_bytes(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text[..length]);
    u64::from_be_bytes(bytes)
}

/// By entry the number of its concept, and by concept the first of its branch; none of the latter if
/// each is its own.
fn number_concepts(gazetteer: &Gazetteer) -> (Vec<u32>, Vec<u32>) {
    let concepts = (0..gazetteer.len()).map(|entry| gazetteer.concept_number(entry).unwrap_or(EXCLUSION));
    let mut branches: hashbrown::HashMap<&str, u32> = hashbrown::HashMap::new();
    let branch_of: Vec<u32> = (0..)
        .zip(gazetteer.concept_names())
        .map(|(concept, path)| *branches.entry(concept::branch(path)).or_insert(concept))
        .collect();
    let is_alone = branches.len() == branch_of.len();
    (concepts.collect(), if is_alone { Vec::new() } else { branch_of })
}
