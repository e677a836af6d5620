//! One aho-corasick automaton over a part of a lane's phrases.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous;

use serde::{Deserialize, Serialize};

use super::Pattern;
use super::first::first_char;
use crate::bulk;
use crate::error::Error;
use crate::published::MadeOnce;

/// The phrases of a lane that begin with code points of one range.
///
/// Small automata build faster than a large one, in parallel, and what a walk touches lies together.
/// One that was read from a file is built when a walk first comes to it.
#[derive(Serialize, Deserialize)]
pub struct Shard {
    /// The lowest first code point.
    pub first: char,
    /// By pattern: the first of its groups.
    #[serde(with = "bulk")]
    groups: Vec<u32>,
    /// The folds of the patterns one after the other, and where each ends: kept if it is to be written.
    #[serde(with = "bulk")]
    folds: Vec<u8>,
    #[serde(with = "bulk")]
    ends: Vec<u32>,
    #[serde(skip)]
    walkable: MadeOnce<Walkable>,
}

/// What is walked.
pub struct Walkable {
    automaton: contiguous::NFA,
    start: StateID,
    /// By pattern: the first of its groups; 0 for the first pattern, which is [`padding`].
    groups: Vec<u32>,
}

/// About so many phrases make a shard.
const PHRASES: usize = 1 << 14;

/// Put before each fold, and found in none, since it is never part of UTF-8.
///
/// The automaton is only walked anchored, but the crate also makes what unanchored searching
/// needs: for each state the longest suffix that is a prefix, and copies of all that matches
/// there. With this byte in front no suffix is a prefix, which halves the time of building, and
/// leaves each state its own phrase alone.
const OPENING: u8 = 0xFF;

/// Where to cut sorted phrases into shards: before the first of each, and behind the last. Phrases
/// that begin with the same code point stay together.
pub fn cuts<T>(sorted: &[T], fold: impl Fn(&T) -> &[u8]) -> Vec<usize> {
    let mut cuts = vec![0];
    let mut from = 0;
    while from < sorted.len() {
        let mut to = (from + PHRASES).min(sorted.len());
        if let Some(last) = sorted.get(to - 1).and_then(|last| first_char(fold(last))) {
            to += sorted[to..].partition_point(|next| first_char(fold(next)) == Some(last));
        }
        cuts.push(to);
        from = to;
    }
    cuts
}

impl Shard {
    /// Builds the automaton of `patterns`, whose folds must be sorted, distinct and not empty. Only one
    /// that keeps its folds can be written.
    ///
    /// # Errors
    /// More states than the automaton can number.
    pub fn new(patterns: &[Pattern<'_>], keep_folds: bool) -> Result<Self, Error> {
        let walkable = Walkable::new(patterns)?;
        let mut shard = Self {
            first: patterns.first().and_then(|pattern| first_char(pattern.fold)).unwrap_or_default(),
            groups: Vec::new(),
            folds: Vec::new(),
            ends: Vec::new(),
            walkable: MadeOnce::of(walkable),
        };
        if keep_folds {
            shard.groups = patterns.iter().map(|pattern| pattern.groups).collect();
            for pattern in patterns {
                shard.folds.extend_from_slice(pattern.fold);
                let end = u32::try_from(shard.folds.len());
                shard.ends.push(end.map_err(|_| Error::too_large("too many bytes of phrases for a file"))?);
            }
        }
        Ok(shard)
    }

    /// The automaton, built now if it was not.
    #[inline(always)]
    pub fn walkable(&self) -> &Walkable {
        self.walkable.get(|| self.build())
    }

    #[cold]
    fn build(&self) -> Walkable {
        // It was built once, before it was written, and cannot be too large now.
        Walkable::new(&self.patterns()).unwrap_or_else(|error| unreachable!("{error}"))
    }

    /// The folds, if they were kept.
    pub fn folds(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|number| {
            let from = number.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.folds[from as usize..self.ends[number] as usize]
        })
    }

    fn patterns(&self) -> Vec<Pattern<'_>> {
        let patterns = self.folds().zip(&self.groups);
        patterns.map(|(fold, &groups)| Pattern { fold, groups, is_open: false }).collect()
    }

    /// Whether what was read could have been written, if `is_group` tells the numbers of groups.
    pub fn is_sound(&self, is_group: impl Fn(u32) -> bool) -> bool {
        self.ends.len() == self.groups.len()
            && self.ends.is_sorted()
            && self.ends.last().is_none_or(|&end| end as usize == self.folds.len())
            && self.groups.iter().all(|&groups| is_group(groups))
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        let kept = self.folds.capacity() + (self.ends.capacity() + self.groups.capacity()) * size_of::<u32>();
        size_of::<Self>() + kept + self.walkable.made().map_or(0, Walkable::nbytes)
    }
}

impl Walkable {
    fn new(patterns: &[Pattern<'_>]) -> Result<Self, Error> {
        let opened = |pattern: &Pattern<'_>| [&[OPENING], pattern.fold].concat();
        let automaton = contiguous::NFA::builder()
            .prefilter(false)
            .dense_depth(2)
            .build(std::iter::once(padding(patterns)).chain(patterns.iter().map(opened)))
            .map_err(|error| Error::too_large(format!("too many phrases for one automaton: {error}")))?;
        let start = automaton
            .start_state(Anchored::Yes)
            .map_err(|error| Error::internal(format!("the automaton has no anchored start: {error}")))?;
        Ok(Self {
            start: automaton.next_state(Anchored::Yes, start, OPENING),
            automaton,
            groups: std::iter::once(0).chain(patterns.iter().map(|pattern| pattern.groups)).collect(),
        })
    }

    /// The state before the first byte of a fold.
    pub fn start(&self) -> StateID {
        self.start
    }

    /// The state behind some first bytes of a fold.
    pub fn walk(&self, bytes: &[u8]) -> StateID {
        bytes.iter().fold(self.start, |state, &byte| self.automaton.next_state(Anchored::Yes, state, byte))
    }

    /// Feeds one folded byte; false when no phrase goes on so.
    #[inline(always)]
    pub fn feed(&self, state: &mut StateID, byte: u8) -> bool {
        *state = self.automaton.next_state(Anchored::Yes, *state, byte);
        !self.automaton.is_special(*state) || !self.automaton.is_dead(*state)
    }

    /// The first group of the phrase whose fold is what was fed, if there is one.
    #[inline(always)]
    pub fn found(&self, state: StateID) -> Option<u32> {
        if !self.automaton.is_special(state) || !self.automaton.is_match(state) {
            return None;
        }
        Some(self.groups[self.automaton.match_pattern(state, 0).as_usize()])
    }

    fn nbytes(&self) -> usize {
        size_of::<Self>() + self.automaton.memory_usage() + self.groups.capacity() * size_of::<u32>()
    }
}

/// A number that tells whether automata number their states as they did when a file was written: another
/// release of the crate may number them otherwise.
pub fn numbering() -> u64 {
    let folds: [&[u8]; 6] = [b"a", b"ab", b"abc d", b"b", b"new york", "\u{4E2D}\u{56FD}".as_bytes()];
    let pattern = |fold| Pattern { fold, groups: 0, is_open: false };
    let Ok(walkable) = Walkable::new(&folds.map(pattern)) else { return 0 };
    let states = folds.iter().flat_map(|fold| (0..=fold.len()).map(|len| walkable.walk(&fold[..len])));
    states.fold(walkable.automaton.memory_usage() as u64, |sum, state| {
        sum.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(u64::from(state.as_u32()))
    })
}

/// A first pattern, of bytes that no text has, as long as the phrases need.
///
/// While building, the crate moves the states in which a phrase ends to the front, one by one, and
/// then follows each chain of moves to its end. Where nearly all states are such (`item 1`, `item 2`,
/// … `item 999999`) a chain goes through most of them, and the time is quadratic. If at any point
/// less than two thirds of the states made so far end a phrase, chains stay short. Most gazetteers
/// are far from that and need a padding of nothing but its own two bytes.
fn padding(patterns: &[Pattern<'_>]) -> Vec<u8> {
    let (mut states, mut missing) = (1, 0_usize);
    let mut before: &[u8] = &[];
    for (number, pattern) in patterns.iter().enumerate() {
        let shared = pattern.fold.iter().zip(before).take_while(|(a, b)| a == b).count();
        states += pattern.fold.len() - shared;
        missing = missing.max((3 * (number + 1) / 2).saturating_sub(states));
        before = pattern.fold;
    }
    let mut padding = vec![0xFD; missing + 2];
    padding[0] = 0xFE;
    padding
}
