//! The automata: phrases that fold and start alike, built into one aho-corasick automaton.

mod filter;

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous;

pub use filter::{FirstSet, WordFilter, WordKey};

use crate::error::Error;
use crate::fold::{FoldTable, Profile};
use crate::options::Boundary;

/// Where in a text the phrases of a lane can start, and how much of their first word is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    /// At boundaries; and the first word is whole, since the end asks for a boundary too.
    WholeWords,
    /// At boundaries.
    Boundaries,
    /// Anywhere.
    Anywhere,
}

/// Phrases of one fold that ask for the same boundaries.
#[derive(Clone, Debug)]
pub struct Group {
    pub boundary: Boundary,
    /// Which list of affixes of the lane; none if there are no affixes.
    pub affixes: Option<u32>,
    /// Whether an exclusion is among the phrases.
    pub excludes: bool,
    /// The other entries, by phrase and concept: a range of [`crate::Matcher`]'s grouped entries.
    pub entries: (u32, u32),
}

/// One fold of a lane and its groups: a range of the matcher's groups.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub fold: Vec<u8>,
    pub groups: (u32, u32),
}

/// Phrases of one way of folding and one [`Reach`], with their automaton and its filters.
///
/// The automaton is only ever walked anchored, from the places where a phrase can start; every
/// match on the way is seen.
pub struct Lane {
    pub profile: Profile,
    pub reach: Reach,
    pub first: FirstSet,
    pub words: WordFilter,
    /// The folds of the lists of affixes that the groups name.
    pub affixes: Vec<AffixList>,
    /// Bytes of the longest fold.
    pub longest: usize,
    /// The folded byte of each ASCII character, [`Lane::NOT_ALONE`] where the characters beside it
    /// decide.
    pub ascii: [u8; 128],
    automaton: contiguous::NFA,
    start: StateID,
    /// By pattern; none for the first, which is [`padding`].
    groups: Vec<(u32, u32)>,
}

/// The folds of a list of affixes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AffixList {
    pub folds: Vec<Vec<u8>>,
    pub longest: usize,
}

impl AffixList {
    pub fn new(mut folds: Vec<Vec<u8>>) -> Self {
        folds.sort_unstable();
        folds.dedup();
        let longest = folds.iter().map(Vec::len).max().unwrap_or(0);
        Self { folds, longest }
    }

    pub fn contains(&self, fold: &[u8]) -> bool {
        self.folds.iter().any(|affix| affix == fold)
    }
}

/// A walk through an automaton.
#[derive(Clone, Copy)]
pub struct Walk {
    state: StateID,
}

impl Lane {
    pub const NOT_ALONE: u8 = 0xFF;

    /// Put before each fold, and found in none, since it is never part of UTF-8.
    ///
    /// The automaton is only walked anchored, but the crate also makes what unanchored searching
    /// needs: for each state the longest suffix that is a prefix, and copies of all that matches
    /// there. With this byte in front no suffix is a prefix, which halves the time of building, and
    /// leaves each state its own phrase alone.
    const OPENING: u8 = 0xFF;

    /// Builds the automaton of `patterns`, whose folds must be sorted, distinct and not empty.
    ///
    /// # Errors
    /// More states than the automaton can number.
    pub fn new(
        profile: Profile,
        reach: Reach,
        affixes: Vec<AffixList>,
        patterns: &[Pattern],
    ) -> Result<Self, Error> {
        let automaton = contiguous::NFA::builder()
            .prefilter(false)
            .dense_depth(3)
            .build(std::iter::once(padding(patterns)).chain(patterns.iter().map(opened)))
            .map_err(|error| Error::too_large(format!("too many phrases for one automaton: {error}")))?;
        let start = automaton
            .start_state(Anchored::Yes)
            .map_err(|error| Error::internal(format!("the automaton has no anchored start: {error}")))?;
        let start = automaton.next_state(Anchored::Yes, start, Self::OPENING);
        let first = FirstSet::new(profile, patterns.iter().map(|pattern| pattern.fold.as_slice()));
        let mut words = WordFilter::new(profile.case, patterns.len());
        for pattern in patterns {
            words.add(&pattern.fold);
        }
        Ok(Self {
            profile,
            reach,
            first,
            words,
            affixes,
            longest: patterns.iter().map(|pattern| pattern.fold.len()).max().unwrap_or(0),
            ascii: ascii_folds(profile),
            automaton,
            start,
            groups: std::iter::once((0, 0)).chain(patterns.iter().map(|pattern| pattern.groups)).collect(),
        })
    }

    #[inline(always)]
    pub fn begin(&self) -> Walk {
        Walk { state: self.start }
    }

    /// Feeds one folded byte; false when no phrase goes on so.
    #[inline(always)]
    pub fn feed(&self, walk: &mut Walk, byte: u8) -> bool {
        walk.state = self.automaton.next_state(Anchored::Yes, walk.state, byte);
        !self.automaton.is_special(walk.state) || !self.automaton.is_dead(walk.state)
    }

    /// The groups of the phrase whose fold is what the walk was fed, if there is one.
    #[inline(always)]
    pub fn found(&self, walk: &Walk) -> Option<(u32, u32)> {
        if !self.automaton.is_special(walk.state) || !self.automaton.is_match(walk.state) {
            return None;
        }
        let pattern = self.automaton.match_pattern(walk.state, 0);
        Some(self.groups[pattern.as_usize()])
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        let affixes: usize = self.affixes.iter().flat_map(|list| &list.folds).map(Vec::capacity).sum();
        size_of::<Self>()
            + self.automaton.memory_usage()
            + self.groups.capacity() * size_of::<(u32, u32)>()
            + self.first.nbytes()
            + self.words.nbytes()
            + affixes
    }
}

/// What the automaton is given of a phrase.
fn opened(pattern: &Pattern) -> Vec<u8> {
    [&[Lane::OPENING], pattern.fold.as_slice()].concat()
}

/// A first pattern, of bytes that no text has, as long as the phrases need.
///
/// While building, the crate moves the states in which a phrase ends to the front, one by one, and
/// then follows each chain of moves to its end. Where nearly all states are such (`item 1`, `item 2`,
/// … `item 999999`) a chain goes through most of them, and the time is quadratic. If at any point
/// less than two thirds of the states made so far end a phrase, chains stay short. Most gazetteers
/// are far from that and need a padding of nothing but its own two bytes.
fn padding(patterns: &[Pattern]) -> Vec<u8> {
    let (mut states, mut missing) = (1, 0_usize);
    let mut before: &[u8] = &[];
    for (number, Pattern { fold, .. }) in patterns.iter().enumerate() {
        let shared = fold.iter().zip(before).take_while(|(a, b)| a == b).count();
        states += fold.len() - shared;
        missing = missing.max((3 * (number + 1) / 2).saturating_sub(states));
        before = fold;
    }
    let mut padding = vec![0xFD; missing + 2];
    padding[0] = 0xFE;
    padding
}

fn ascii_folds(profile: Profile) -> [u8; 128] {
    let mut ascii = FoldTable::of(profile.case, profile.accents).ascii;
    if profile.hyphens == crate::options::Hyphens::Space {
        ascii[usize::from(b'-')] = Lane::NOT_ALONE;
    }
    ascii
}
