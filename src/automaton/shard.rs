//! One aho-corasick automaton over a part of a lane's phrases.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous;

use super::Pattern;
use super::first::first_char;
use crate::error::Error;

/// The phrases of a lane that begin with code points of one range.
///
/// Small automata build faster than a large one, in parallel, and what a walk touches lies together.
pub struct Shard {
    /// The lowest first code point.
    pub first: char,
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
    /// Builds the automaton of `patterns`, whose folds must be sorted, distinct and not empty.
    ///
    /// # Errors
    /// More states than the automaton can number.
    pub fn new(patterns: &[Pattern<'_>]) -> Result<Self, Error> {
        let opened = |pattern: &Pattern<'_>| [&[OPENING], pattern.fold].concat();
        let automaton = contiguous::NFA::builder()
            .prefilter(false)
            .dense_depth(2)
            .build(std::iter::once(padding(patterns)).chain(patterns.iter().map(opened)))
            .map_err(|error| Error::too_large(format!("too many phrases for one automaton: {error}")))?;
        let start = automaton
            .start_state(Anchored::Yes)
            .map_err(|error| Error::internal(format!("the automaton has no anchored start: {error}")))?;
        let first = patterns.first().and_then(|pattern| first_char(pattern.fold)).unwrap_or_default();
        Ok(Self {
            first,
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

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        size_of::<Self>() + self.automaton.memory_usage() + self.groups.capacity() * size_of::<u32>()
    }
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
