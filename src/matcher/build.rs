//! From a gazetteer to a matcher: phrases are folded, sorted, grouped, and given to automata.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use super::{EXCLUSION, Group, GroupKind, LONE, Matcher, Starts};
use crate::automaton::{AffixList, Lane, Pattern, Reach};
use crate::concept;
use crate::error::Error;
use crate::fold::{self, Profile};
use crate::gazetteer::Gazetteer;
use crate::options::{Boundary, Case, Options};
use crate::parallel;

/// So many entries are folded at a time.
const CHUNK: usize = 1 << 14;
/// Fewer entries are not worth other threads.
const WORTH_THREADS: usize = 1 << 12;

pub fn build(gazetteer: &Gazetteer) -> Result<Matcher, Error> {
    if gazetteer.len() > i32::MAX as usize {
        return Err(Error::too_large(format!(
            "{} phrases are too many: {} at most",
            gazetteer.len(),
            i32::MAX
        )));
    }
    let threads = if gazetteer.len() < WORTH_THREADS { 1 } else { parallel::processors() };
    parallel::install(threads, || build_here(gazetteer))
}

fn build_here(gazetteer: &Gazetteer) -> Result<Matcher, Error> {
    let forms = Forms::new(gazetteer);
    let chunks = fold_all(gazetteer, &forms)?;
    let rank = ranks(gazetteer);
    let mut folded: Vec<Folded> = chunks.iter().flat_map(|chunk| &chunk.folded).copied().collect();
    let fold = |folded: &Folded| &chunks[folded.entry as usize / CHUNK].bytes[folded.range()];
    folded.par_sort_unstable_by(|a, b| {
        let lane = |folded: &Folded| forms.lane_of[folded.form as usize];
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
        grouped: Vec::new(),
        rank,
        concept_of,
        branch_of,
        starts: Starts::default(),
    };
    let mut grouping = Grouping { matcher: &mut matcher, kinds: HashMap::new() };
    for lane in folded.chunk_by(|a, b| forms.lane_of[a.form as usize] == forms.lane_of[b.form as usize]) {
        let patterns = grouping.add(lane, &forms, fold);
        let LaneKey { reach, profile } = forms.lanes[forms.lane_of[lane[0].form as usize] as usize];
        let lane = Lane::new(profile, reach, forms.affix_lists.folded(profile), &patterns)?;
        grouping.matcher.lanes.push(lane);
    }
    matcher.groups.push(Group { entries_from: matcher.grouped.len() as u32, kind: 1 });
    matcher.groups.shrink_to_fit();
    matcher.grouped.shrink_to_fit();
    matcher.starts = Starts::of(&matcher.lanes);
    Ok(matcher)
}

/// What decides into which lane a phrase goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LaneKey {
    reach: Reach,
    profile: Profile,
}

/// What the options of a phrase come to once its case is resolved.
#[derive(Clone, PartialEq, Eq)]
struct Form {
    lane: u32,
    boundary: Boundary,
    affixes: Option<u32>,
    glob: bool,
}

/// The forms of a gazetteer's options: two for each, where case is ignored and where it is not.
struct Forms {
    forms: Vec<Form>,
    lanes: Vec<LaneKey>,
    /// By form.
    lane_of: Vec<u32>,
    affix_lists: AffixLists,
}

impl Forms {
    fn new(gazetteer: &Gazetteer) -> Self {
        let mut affix_lists = AffixLists::default();
        let keys: Vec<LaneKey> = gazetteer
            .all_options()
            .iter()
            .flat_map(|options| {
                [Case::Ignore, Case::Match].map(|case| LaneKey {
                    reach: reach(options),
                    profile: Profile { case, accents: options.accents, hyphens: options.hyphens },
                })
            })
            .collect();
        let mut lanes = keys.clone();
        lanes.sort_unstable();
        lanes.dedup();
        let forms: Vec<Form> = gazetteer
            .all_options()
            .iter()
            .flat_map(|options| [options; 2])
            .zip(&keys)
            .map(|(options, key)| Form {
                lane: lanes.partition_point(|lane| lane < key) as u32,
                boundary: options.boundary,
                affixes: affix_lists.number(&options.affixes),
                glob: options.glob,
            })
            .collect();
        Self { lane_of: forms.iter().map(|form| form.lane).collect(), forms, lanes, affix_lists }
    }
}

fn reach(options: &Options) -> Reach {
    match options.boundary {
        _ if !options.affixes.is_empty() => Reach::Anywhere,
        Boundary::Word | Boundary::Compound => Reach::WholeWords,
        Boundary::Start => Reach::Boundaries,
        Boundary::End | Boundary::None => Reach::Anywhere,
    }
}

/// The distinct lists of affixes of a gazetteer.
#[derive(Default)]
struct AffixLists {
    lists: Vec<Vec<String>>,
}

impl AffixLists {
    fn number(&mut self, affixes: &[String]) -> Option<u32> {
        if affixes.is_empty() {
            return None;
        }
        let known = self.lists.iter().position(|list| list == affixes);
        Some(known.unwrap_or_else(|| {
            self.lists.push(affixes.to_vec());
            self.lists.len() - 1
        }) as u32)
    }

    fn folded(&self, profile: Profile) -> Vec<AffixList> {
        let fold = |affix: &String| {
            fold::fold_str(affix, profile.case, profile.accents, profile.hyphens).into_bytes()
        };
        self.lists.iter().map(|list| AffixList::new(list.iter().map(fold).collect())).collect()
    }
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
        let found = gazetteer.entry(entry);
        let phrase = fold::trim(found.phrase);
        let unescaped = if found.options.glob { Some(without_wild_cards(phrase, entry)?) } else { None };
        let phrase = unescaped.as_deref().unwrap_or(phrase);
        let case = fold::resolve_case(phrase, found.options.case);
        let form = 2 * gazetteer.options_number(entry) + usize::from(case == Case::Match);
        let LaneKey { profile, .. } = forms.lanes[forms.forms[form].lane as usize];
        let at = chunk.bytes.len();
        fold::push_str(phrase, profile, &mut chunk.bytes);
        let fold = &chunk.bytes[at..];
        if fold.is_empty() {
            return Err(Error::value(format!("phrase {phrase:?} (entry {entry}) is empty once folded")));
        }
        let too_long = |_| Error::too_large(format!("phrase {entry} is too long"));
        chunk.folded.push(Folded {
            lead: leading_bytes(fold),
            length: u32::try_from(fold.len()).map_err(too_long)?,
            at: u32::try_from(at).map_err(too_long)?,
            form: form as u32,
            entry: entry as u32,
        });
        u32::try_from(chunk.bytes.len()).map_err(too_long)?;
    }
    Ok(chunk)
}

/// The phrase that a glob without wild cards means.
fn without_wild_cards(phrase: &str, entry: usize) -> Result<String, Error> {
    let mut plain = String::with_capacity(phrase.len());
    let mut chars = phrase.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' | '?' => {
                return Err(Error::unsupported(format!(
                    "globs are not matched yet: phrase {phrase:?} (entry {entry}) holds {c:?}; \
                     write it as \"\\{c}\", or use glob=False, to mean the character itself"
                )));
            }
            '\\' if matches!(chars.peek(), Some('*' | '?')) => plain.extend(chars.next()),
            _ => plain.push(c),
        }
    }
    Ok(plain)
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
        let asks = |folded: &Folded| {
            let form = &forms.forms[folded.form as usize];
            (form.boundary, form.affixes)
        };
        for same_fold in lane.chunk_by(|a, b| a.lead == b.lead && fold(a) == fold(b)) {
            if let [only] = same_fold
                && asks(only) == (Boundary::Word, None)
                && self.matcher.concept_of[only.entry as usize] != EXCLUSION
            {
                patterns.push(Pattern { fold: fold(only), groups: LONE | only.entry });
                continue;
            }
            patterns.push(Pattern { fold: fold(&same_fold[0]), groups: self.matcher.groups.len() as u32 });
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
    fn add_group(&mut self, (boundary, affixes): (Boundary, Option<u32>), phrases: &[Folded]) {
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
        let kind = GroupKind { boundary, affixes, excludes };
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

/// By entry: the number of its concept, and of its branch.
fn number_concepts(gazetteer: &Gazetteer) -> (Vec<u32>, Vec<u32>) {
    let mut branches: hashbrown::HashMap<&str, u32> = hashbrown::HashMap::new();
    let branch_of_concept: Vec<u32> = gazetteer
        .concept_names()
        .map(|path| {
            let next = branches.len() as u32;
            *branches.entry(concept::branch(path)).or_insert(next)
        })
        .collect();
    (0..gazetteer.len())
        .map(|entry| match gazetteer.concept_number(entry) {
            None => (EXCLUSION, EXCLUSION),
            Some(concept) => (concept, branch_of_concept[concept as usize]),
        })
        .unzip()
}
