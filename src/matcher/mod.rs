//! A gazetteer made ready for matching.

mod build;
mod demand;
mod forms;
mod stored;

use serde::{Deserialize, Serialize};

use crate::automaton::{Anchor, FirstLetters, FirstSet, Heads, Lane, Reach, StemHeads};
use crate::bulk::{self, Bulk};
use crate::error::Error;
use crate::fold::Profile;
use crate::gazetteer::Gazetteer;
use crate::options::Boundary;
pub(crate) use demand::{Context, Demand, Near, Neighbour};

/// In place of a concept: the entry is an exclusion.
pub const EXCLUSION: u32 = u32::MAX;

/// A snapshot of a gazetteer, folded and built. Immutable; shared by any number of threads.
#[derive(Serialize, Deserialize)]
pub struct Matcher {
    pub(crate) lanes: Vec<Lane>,
    /// Phrases that match alike: those of one fold in one lane, with the same options. The groups
    /// of one fold follow each other. The last one is there for its `entries_from` alone.
    #[serde(with = "bulk")]
    groups: Vec<Group>,
    kinds: Vec<GroupKind>,
    demands: Vec<Demand>,
    /// Entries, group by group, by rank within each.
    #[serde(with = "bulk")]
    grouped: Vec<u32>,
    /// By entry: its place when all are sorted by phrase and concept (shared if both are the same).
    #[serde(with = "bulk")]
    pub(crate) rank: Vec<u32>,
    /// By entry: the number of its concept.
    #[serde(with = "bulk")]
    concept_of: Vec<u32>,
    /// By concept: a concept with the same first part of its path, which stands for all of them. Empty
    /// if no two concepts have the same.
    #[serde(with = "bulk")]
    branch_of: Vec<u32>,
    #[serde(skip)]
    pub(crate) starts: Starts,
}

/// In the number of a group: it is not listed, since it is but one entry, whose number is the rest,
/// and asks for [`PLAIN`] boundaries. So are most.
pub(crate) const LONE: u32 = 1 << 31;

const PLAIN: GroupKind = GroupKind { boundary: Boundary::Word, affixes: None, demand: None, excludes: false };

/// Phrases of one fold that ask for the same boundaries.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// Where its entries begin; they end where those of the next group begin.
    entries_from: u32,
    /// The number of its kind, doubled; one more if it is the last group of its fold.
    kind: u32,
}

impl Bulk for Group {
    const SIZE: usize = 8;

    fn put(self, out: &mut [u8]) {
        self.entries_from.put(&mut out[..4]);
        self.kind.put(&mut out[4..]);
    }

    fn take(bytes: &[u8]) -> Self {
        Self { entries_from: Bulk::take(&bytes[..4]), kind: Bulk::take(&bytes[4..]) }
    }
}

/// What a group asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupKind {
    pub boundary: Boundary,
    /// Which list of affixes of the lane; none if there are no affixes.
    pub affixes: Option<u32>,
    /// What else, by number; none if there is nothing else.
    pub demand: Option<u32>,
    /// Whether an exclusion is among the phrases.
    pub excludes: bool,
}

/// What the lanes have in common about where their phrases can start.
#[derive(Default)]
pub(crate) struct Starts {
    /// The ways of folding of the lanes, but for hyphens, and by lane which of them is its own.
    pub profiles: Vec<Profile>,
    pub profile_of: Vec<usize>,
    /// The first words of all lanes, if there are few.
    pub heads: Option<Heads>,
    /// The first letters of the phrases that begin with the stem of a word, if there are few.
    pub stems: Option<Box<StemHeads>>,
    /// The lanes that have a table of first words.
    pub word_lanes: Vec<usize>,
    /// Those with phrases that begin otherwise, by where these can start.
    pub prefix_lanes: Vec<usize>,
    /// Those whose phrases begin with wild cards.
    pub lead_lanes: Vec<usize>,
    /// Whether any of those can start anywhere in words of ASCII.
    pub at_ascii_words: bool,
    /// Whether the crate's own search finds in ASCII all that can be found.
    pub substrings_only: bool,
    /// Whether any phrase can start within a word.
    pub anywhere: bool,
    /// The first letters of phrases that begin with a sign of ASCII.
    pub signs: Option<FirstLetters>,
    /// The first code points of all.
    pub first: FirstSet,
}

impl Starts {
    fn of(lanes: &[Lane]) -> Self {
        let mut starts = Self::default();
        for (number, lane) in lanes.iter().enumerate() {
            starts.first.merge(&lane.first);
            starts.anywhere |= lane.reach == Reach::Anywhere;
            // Hyphens are not folded one by one.
            let same = |profile: &Profile| {
                (profile.case, profile.accents) == (lane.profile.case, lane.profile.accents)
            };
            let known = starts.profiles.iter().position(same);
            starts.profile_of.push(known.unwrap_or(starts.profiles.len()));
            if known.is_none() {
                starts.profiles.push(lane.profile);
            }
            if !lane.words.is_empty() {
                starts.word_lanes.push(number);
            }
            if !lane.common.lead.is_empty() {
                starts.lead_lanes.push(number);
                starts.at_ascii_words |= lane.anchor != Anchor::None;
            } else if !lane.prefixes.is_empty() {
                starts.prefix_lanes.push(number);
                starts.at_ascii_words |=
                    lane.begins.word && lane.reach == Reach::Anywhere && lane.substrings.is_none();
            }
        }
        starts.substrings_only = starts.word_lanes.is_empty()
            && starts.lead_lanes.is_empty()
            && starts.prefix_lanes.iter().all(|&lane| lanes[lane].substrings.is_some());
        let stems = lanes.iter().filter_map(|lane| lane.stems.as_ref());
        starts.stems = StemHeads::new(stems.flat_map(|stems| &stems.letters).copied());
        starts.heads = Heads::new(lanes.iter().flat_map(|lane| lane.words.ascii_words()));
        starts.signs = FirstLetters::of_signs(lanes.iter().flat_map(|lane| &lane.signs).copied().collect());
        starts
    }
}

impl Matcher {
    /// Folds the phrases and builds the automata, on as many threads as there are processors.
    ///
    /// Entry `i` of the matcher is entry `i` of the gazetteer. Takes time linear in the bytes of
    /// the phrases, but for a sort.
    ///
    /// # Errors
    /// Too many phrases for an automaton.
    pub fn new(gazetteer: &Gazetteer) -> Result<Self, Error> {
        build::build(gazetteer, false)
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

    /// The number of an entry's concept; [`EXCLUSION`] if it is one.
    #[inline(always)]
    pub(crate) fn concept(&self, entry: u32) -> u32 {
        self.concept_of[entry as usize]
    }

    /// What all entries of a branch have in common; [`EXCLUSION`] if it is one.
    #[inline(always)]
    pub(crate) fn branch(&self, entry: u32) -> u32 {
        let concept = self.concept(entry);
        self.branch_of.get(concept as usize).copied().unwrap_or(concept)
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
            + self.starts.first.nbytes()
    }

    /// What a group asks for.
    #[inline(always)]
    pub(crate) fn kind(&self, group: u32) -> &GroupKind {
        if group & LONE != 0 {
            return &PLAIN;
        }
        &self.kinds[(self.groups[group as usize].kind >> 1) as usize]
    }

    /// The entry of a group that is not listed.
    #[inline(always)]
    pub(crate) fn lone_entry(group: u32) -> Option<u32> {
        (group & LONE != 0).then_some(group & !LONE)
    }

    pub(crate) fn demand(&self, number: u32) -> &Demand {
        &self.demands[number as usize]
    }

    /// Whether a group is the last of its fold; else the next one is of that, too.
    #[inline(always)]
    pub(crate) fn is_last(&self, group: u32) -> bool {
        group & LONE != 0 || self.groups[group as usize].kind & 1 != 0
    }

    /// The entries of a group that are reported, by rank. `lone` is where one that is not listed goes.
    #[inline(always)]
    pub(crate) fn entries<'a>(&'a self, group: u32, lone: &'a mut [u32; 1]) -> &'a [u32] {
        if group & LONE != 0 {
            *lone = [group & !LONE];
            return lone;
        }
        let (from, to) =
            (self.groups[group as usize].entries_from, self.groups[group as usize + 1].entries_from);
        &self.grouped[from as usize..to as usize]
    }
}
