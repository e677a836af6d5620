//! A gazetteer made ready for matching.

use std::collections::HashMap;

use crate::automaton::{AffixList, FirstSet, Group, Lane, Pattern, Reach, WordFilter};
use crate::concept;
use crate::error::Error;
use crate::fold::{self, Profile};
use crate::gazetteer::Gazetteer;
use crate::options::{Boundary, Options};
use crate::scan::mask;

/// In place of a concept: the entry is an exclusion.
pub const EXCLUSION: u32 = u32::MAX;

/// A snapshot of a gazetteer, folded and built. Immutable; shared by any number of threads.
pub struct Matcher {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) groups: Vec<Group>,
    /// Entries, group by group, by rank within each.
    pub(crate) grouped: Vec<u32>,
    /// By entry: its place when all are sorted by phrase and concept (shared if both are the same).
    pub(crate) rank: Vec<u32>,
    /// By entry: the number of its concept, and of the first part of its concept's path.
    pub(crate) concept_of: Vec<u32>,
    pub(crate) branch_of: Vec<u32>,
    pub(crate) starts: Starts,
}

/// What the lanes have in common about where their phrases can start.
#[derive(Default)]
pub(crate) struct Starts {
    /// Whether any can within a word, at an ASCII sign, at white space.
    pub inside_words: bool,
    pub at_signs: bool,
    pub at_spaces: bool,
    /// The lanes that know their first words, and whether there are others.
    pub whole_word_lanes: Vec<usize>,
    pub other_lanes: bool,
    /// The first code points of all.
    pub first: FirstSet,
}

impl Starts {
    /// The filter of first words, if all phrases are in one lane that has one.
    #[inline(always)]
    pub fn only_filter<'m>(&self, matcher: &'m Matcher) -> Option<&'m WordFilter> {
        match (&self.whole_word_lanes[..], self.other_lanes) {
            ([lane], false) => Some(&matcher.lanes[*lane].words),
            _ => None,
        }
    }

    fn of(lanes: &[Lane]) -> Self {
        let mut first = FirstSet::default();
        lanes.iter().for_each(|lane| first.merge(&lane.first));
        let reaches = |reach| (0..lanes.len()).filter(move |&lane| lanes[lane].reach == reach);
        let whole_word_lanes: Vec<usize> = reaches(Reach::WholeWords).collect();
        Self {
            inside_words: reaches(Reach::Anywhere).next().is_some(),
            at_signs: first.any_ascii(|byte| !mask::is_word(byte) && !byte.is_ascii_whitespace()),
            at_spaces: first.any_ascii(|byte| byte.is_ascii_whitespace()),
            other_lanes: whole_word_lanes.len() < lanes.len(),
            whole_word_lanes,
            first,
        }
    }
}

/// What decides into which lane a phrase goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LaneKey {
    reach: Reach,
    profile: Profile,
}

/// A phrase on its way into a lane.
struct Folded {
    lane: LaneKey,
    fold: Vec<u8>,
    boundary: Boundary,
    affixes: Option<u32>,
    entry: u32,
}

impl Matcher {
    /// Folds the phrases and builds the automata.
    ///
    /// Entry `i` of the matcher is entry `i` of the gazetteer. Takes time linear in the bytes of
    /// the phrases, but for a sort.
    ///
    /// # Errors
    /// Globs that hold wild cards are not supported yet; too many phrases for an automaton.
    pub fn new(gazetteer: &Gazetteer) -> Result<Self, Error> {
        if gazetteer.len() > i32::MAX as usize {
            return Err(Error::too_large(format!(
                "{} phrases are too many: {} at most",
                gazetteer.len(),
                i32::MAX
            )));
        }
        let rank = ranks(gazetteer);
        let mut affix_lists = AffixLists::default();
        let mut folded = Vec::with_capacity(gazetteer.len());
        for entry in 0..gazetteer.len() {
            folded.push(fold_entry(gazetteer, entry, &mut affix_lists)?);
        }
        folded.sort_unstable_by(|a, b| {
            let order = |folded: &Folded| (folded.boundary, folded.affixes, rank[folded.entry as usize]);
            a.lane.cmp(&b.lane).then_with(|| a.fold.cmp(&b.fold)).then_with(|| order(a).cmp(&order(b)))
        });
        let (concept_of, branch_of) = number_concepts(gazetteer);
        let mut matcher = Self {
            lanes: Vec::new(),
            groups: Vec::new(),
            grouped: Vec::new(),
            rank,
            concept_of,
            branch_of,
            starts: Starts::default(),
        };
        for lane in folded.chunk_by_mut(|a, b| a.lane == b.lane) {
            matcher.add_lane(lane, &affix_lists)?;
        }
        matcher.starts = Starts::of(&matcher.lanes);
        matcher.groups.shrink_to_fit();
        Ok(matcher)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.rank.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rank.is_empty()
    }

    /// Whether an entry is an exclusion, which is never reported.
    pub fn is_exclusion(&self, entry: usize) -> bool {
        self.concept_of[entry] == EXCLUSION
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        let numbers = self.grouped.capacity()
            + self.rank.capacity()
            + self.concept_of.capacity()
            + self.branch_of.capacity();
        size_of::<Self>()
            + self.lanes.iter().map(Lane::nbytes).sum::<usize>()
            + self.groups.capacity() * size_of::<Group>()
            + numbers * size_of::<u32>()
    }

    /// The entries of a group that are reported, by rank.
    #[inline(always)]
    pub(crate) fn entries(&self, group: u32) -> &[u32] {
        let (from, to) = self.groups[group as usize].entries;
        &self.grouped[from as usize..to as usize]
    }

    /// Adds the lane of `phrases`, which are sorted by fold, boundary, affixes and rank.
    fn add_lane(&mut self, phrases: &mut [Folded], affix_lists: &AffixLists) -> Result<(), Error> {
        let LaneKey { reach, profile } = phrases[0].lane;
        let mut patterns = Vec::new();
        for same_fold in phrases.chunk_by_mut(|a, b| a.fold == b.fold) {
            let first_group = self.groups.len() as u32;
            for group in same_fold.chunk_by(|a, b| (a.boundary, a.affixes) == (b.boundary, b.affixes)) {
                self.add_group(group);
            }
            let groups = (first_group, self.groups.len() as u32);
            patterns.push(Pattern { fold: std::mem::take(&mut same_fold[0].fold), groups });
        }
        self.lanes.push(Lane::new(profile, reach, affix_lists.folded(profile), &patterns)?);
        Ok(())
    }

    fn add_group(&mut self, phrases: &[Folded]) {
        let first = self.grouped.len() as u32;
        let reported =
            phrases.iter().map(|folded| folded.entry).filter(|&entry| !self.is_exclusion(entry as usize));
        let mut reported: Vec<u32> = reported.collect();
        let exclusions = phrases.len() - reported.len();
        reported.dedup_by_key(|entry| self.rank[*entry as usize]);
        self.grouped.extend_from_slice(&reported);
        self.groups.push(Group {
            boundary: phrases[0].boundary,
            affixes: phrases[0].affixes,
            excludes: exclusions > 0,
            entries: (first, self.grouped.len() as u32),
        });
    }
}

/// The distinct lists of affixes of a gazetteer.
#[derive(Default)]
struct AffixLists {
    lists: Vec<Vec<String>>,
    numbers: HashMap<Vec<String>, u32>,
}

impl AffixLists {
    fn number(&mut self, affixes: &[String]) -> Option<u32> {
        if affixes.is_empty() {
            return None;
        }
        if let Some(&number) = self.numbers.get(affixes) {
            return Some(number);
        }
        let number = self.lists.len() as u32;
        self.lists.push(affixes.to_vec());
        self.numbers.insert(affixes.to_vec(), number);
        Some(number)
    }

    fn folded(&self, profile: Profile) -> Vec<AffixList> {
        let fold = |affix: &String| {
            fold::fold_str(affix, profile.case, profile.accents, profile.hyphens).into_bytes()
        };
        self.lists.iter().map(|list| AffixList::new(list.iter().map(fold).collect())).collect()
    }
}

fn fold_entry(gazetteer: &Gazetteer, entry: usize, affix_lists: &mut AffixLists) -> Result<Folded, Error> {
    let found = gazetteer.entry(entry);
    let options = found.options;
    let phrase = fold::trim(found.phrase);
    let unescaped = if options.glob { Some(without_wild_cards(phrase, entry)?) } else { None };
    let phrase = unescaped.as_deref().unwrap_or(phrase);
    let profile = Profile {
        case: fold::resolve_case(phrase, options.case),
        accents: options.accents,
        hyphens: options.hyphens,
    };
    let fold = fold::fold_str(phrase, profile.case, profile.accents, profile.hyphens).into_bytes();
    if fold.is_empty() {
        return Err(Error::value(format!("phrase {phrase:?} (entry {entry}) is empty once folded")));
    }
    Ok(Folded {
        lane: LaneKey { reach: reach(options), profile },
        fold,
        boundary: options.boundary,
        affixes: affix_lists.number(&options.affixes),
        entry: entry as u32,
    })
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

fn reach(options: &Options) -> Reach {
    match options.boundary {
        _ if !options.affixes.is_empty() => Reach::Anywhere,
        Boundary::Word | Boundary::Compound => Reach::WholeWords,
        Boundary::Start => Reach::Boundaries,
        Boundary::End | Boundary::None => Reach::Anywhere,
    }
}

/// By entry: its place among all, sorted by phrase and then concept, by code point. Entries that
/// differ only in options share a rank: where they have the same span they are one match.
fn ranks(gazetteer: &Gazetteer) -> Vec<u32> {
    let key = |entry: u32| {
        let entry = gazetteer.entry(entry as usize);
        (entry.phrase, entry.concept)
    };
    let mut order: Vec<(u64, u32)> =
        (0..gazetteer.len() as u32).map(|entry| (leading_bytes(key(entry).0), entry)).collect();
    order.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| key(a.1).cmp(&key(b.1))).then_with(|| a.1.cmp(&b.1))
    });
    let mut ranks = vec![0; order.len()];
    let mut rank = 0;
    for (place, &(_, entry)) in order.iter().enumerate() {
        if place > 0 && key(order[place - 1].1) != key(entry) {
            rank += 1;
        }
        ranks[entry as usize] = rank;
    }
    ranks
}

/// The first eight bytes as a number that sorts as they do.
fn leading_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

/// By entry: the number of its concept, and of its branch.
fn number_concepts(gazetteer: &Gazetteer) -> (Vec<u32>, Vec<u32>) {
    let mut concepts = HashMap::new();
    let mut branches = HashMap::new();
    let entries = 0..gazetteer.len();
    entries
        .map(|entry| match gazetteer.entry(entry).concept {
            None => (EXCLUSION, EXCLUSION),
            Some(path) => {
                let concept = concepts.len() as u32;
                let concept = *concepts.entry(path).or_insert(concept);
                let branch = branches.len() as u32;
                (concept, *branches.entry(concept::branch(path)).or_insert(branch))
            }
        })
        .unzip()
}
