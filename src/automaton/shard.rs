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

/// What is walked: an automaton of what tells the phrases apart, and the rest of each.
///
/// Most of a phrase's bytes come behind those that it shares with another one, or differs in from its
/// neighbours. There a state of the automaton for each would take twelve bytes a byte, and longer to
/// build than all else; here the byte itself is kept.
pub struct Walkable {
    automaton: contiguous::NFA,
    start: StateID,
    /// By pattern: the first of its groups, or where its rest begins if it is cut; 0 for the first pattern,
    /// which is [`padding`].
    ends: Vec<u32>,
    /// By pattern, a bit: whether it is cut, so that the walk goes on in its rest.
    cut: Vec<u64>,
    /// The rests, one after the other: bytes of the fold, [`END`], and the first of the phrase's groups.
    rests: Vec<u8>,
}

/// In a state: the walk has left the automaton, and the other bits are its place in a rest. No state of
/// an automaton has this bit.
const IN_REST: u32 = 1 << 31;

/// Behind each rest, and found in none, for the same reason as [`OPENING`].
const END: u8 = 0xFF;

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
        let cuts = cuts_of_folds(patterns);
        let heads: Vec<&[u8]> =
            patterns.iter().zip(&cuts).map(|(pattern, &cut)| &pattern.fold[..cut]).collect();
        let opened = |head: &&[u8]| [&[OPENING], *head].concat();
        let automaton = contiguous::NFA::builder()
            .prefilter(false)
            .dense_depth(2)
            .build(std::iter::once(padding(&heads)).chain(heads.iter().map(opened)))
            .map_err(|error| Error::too_large(format!("too many phrases for one automaton: {error}")))?;
        let start = automaton
            .start_state(Anchored::Yes)
            .map_err(|error| Error::internal(format!("the automaton has no anchored start: {error}")))?;
        let mut walkable = Self {
            start: automaton.next_state(Anchored::Yes, start, OPENING),
            automaton,
            ends: Vec::with_capacity(patterns.len() + 1),
            cut: vec![0; (patterns.len() + 1).div_ceil(64)],
            rests: Vec::new(),
        };
        walkable.ends.push(0);
        for (pattern, head) in patterns.iter().zip(heads) {
            walkable.push(pattern, head.len())?;
        }
        walkable.rests.shrink_to_fit();
        Ok(walkable)
    }

    /// Adds what is kept of the next pattern, of whose fold the automaton has so much.
    fn push(&mut self, pattern: &Pattern<'_>, head: usize) -> Result<(), Error> {
        let rest = &pattern.fold[head..];
        if rest.is_empty() {
            self.ends.push(pattern.groups);
            return Ok(());
        }
        if self.rests.len() + rest.len() >= IN_REST as usize {
            return Err(Error::too_large("too many bytes of phrases for one automaton"));
        }
        self.cut[self.ends.len() / 64] |= 1 << (self.ends.len() % 64);
        self.ends.push(self.rests.len() as u32);
        self.rests.extend_from_slice(rest);
        self.rests.push(END);
        self.rests.extend_from_slice(&pattern.groups.to_le_bytes());
        Ok(())
    }

    /// The state before the first byte of a fold.
    pub fn start(&self) -> StateID {
        self.start
    }

    /// The state behind some first bytes of a fold.
    pub fn walk(&self, bytes: &[u8]) -> StateID {
        let mut state = self.start;
        bytes.iter().all(|&byte| self.feed(&mut state, byte));
        state
    }

    /// Feeds one folded byte; false when no phrase goes on so, after which the state is of no use.
    #[inline(always)]
    pub fn feed(&self, state: &mut StateID, byte: u8) -> bool {
        if let Some(at) = in_rest(*state) {
            *state = StateID::new_unchecked(state.as_usize() + 1);
            return self.rests[at] == byte;
        }
        *state = self.automaton.next_state(Anchored::Yes, *state, byte);
        if !self.automaton.is_special(*state) {
            return true;
        }
        if self.automaton.is_dead(*state) {
            return false;
        }
        *state = self.entered(*state);
        true
    }

    /// Where a walk goes on that has come to a special state: in the rest of a phrase, if the automaton
    /// has no more of it.
    #[inline(never)]
    fn entered(&self, state: StateID) -> StateID {
        match self.pattern(state) {
            Some(number) if self.cut[number / 64] >> (number % 64) & 1 != 0 => {
                StateID::new_unchecked((self.ends[number] | IN_REST) as usize)
            }
            _ => state,
        }
    }

    /// The first group of the phrase whose fold is what was fed, if there is one.
    #[inline(always)]
    pub fn found(&self, state: StateID) -> Option<u32> {
        if let Some(at) = in_rest(state) {
            let (&end, groups) = self.rests[at..].split_first()?;
            return if end == END {
                groups.first_chunk().map(|&groups| u32::from_le_bytes(groups))
            } else {
                None
            };
        }
        if !self.automaton.is_special(state) {
            return None;
        }
        self.pattern(state).map(|number| self.ends[number])
    }

    /// The number of the pattern of which the automaton has no more behind a state of its own.
    #[inline(always)]
    fn pattern(&self, state: StateID) -> Option<usize> {
        self.automaton.is_match(state).then(|| self.automaton.match_pattern(state, 0).as_usize())
    }

    fn nbytes(&self) -> usize {
        size_of::<Self>()
            + self.automaton.memory_usage()
            + self.ends.capacity() * size_of::<u32>()
            + self.cut.capacity() * size_of::<u64>()
            + self.rests.capacity()
    }
}

/// The place in a rest that a state is, if it is one.
#[inline(always)]
fn in_rest(state: StateID) -> Option<usize> {
    let state = state.as_u32();
    (state & IN_REST != 0).then_some((state & !IN_REST) as usize)
}

/// By pattern: how much of its fold the automaton has. It is what the neighbours of the fold share with
/// it, and one byte more: no two are the same, and of a fold with which another one begins it is all.
fn cuts_of_folds(patterns: &[Pattern<'_>]) -> Vec<usize> {
    let mut before = 0;
    let cut = |(number, pattern): (usize, &Pattern<'_>)| {
        let next = patterns.get(number + 1).map_or(0, |next| shared(pattern.fold, next.fold));
        (std::mem::replace(&mut before, next).max(next) + 1).min(pattern.fold.len())
    };
    patterns.iter().enumerate().map(cut).collect()
}

/// How many bytes two folds begin with that are the same.
fn shared(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
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
fn padding(heads: &[&[u8]]) -> Vec<u8> {
    let (mut states, mut missing) = (1, 0_usize);
    let mut before: &[u8] = &[];
    for (number, &head) in heads.iter().enumerate() {
        states += head.len() - shared(head, before);
        missing = missing.max((3 * (number + 1) / 2).saturating_sub(states));
        before = head;
    }
    let mut padding = vec![0xFD; missing + 2];
    padding[0] = 0xFE;
    padding
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A walk goes as far as some fold goes on, and finds each at its end and nowhere else.
    #[test]
    fn walks_along_folds_alone() {
        let mut folds =
            vec!["a", "ab", "abc def", "abc dx", "b long way", "b long way home", "c", "новый", "中国"];
        folds.sort_unstable();
        let pattern =
            |(fold, groups): (&&'static str, u32)| Pattern { fold: fold.as_bytes(), groups, is_open: false };
        let walkable = Walkable::new(&folds.iter().zip(7..).map(pattern).collect::<Vec<_>>()).unwrap();
        let texts = folds.iter().flat_map(|fold| [fold.to_string(), format!("{fold}a"), format!("{fold} d")]);
        for text in texts.chain(["d", "abx", "b lonx", "\u{4E2D}\u{56FE}"].map(str::to_owned)) {
            let mut state = walkable.start();
            for (at, &byte) in text.as_bytes().iter().enumerate() {
                let fed = &text.as_bytes()[..=at];
                let goes_on = folds.iter().any(|fold| fold.as_bytes().starts_with(fed));
                assert_eq!(walkable.feed(&mut state, byte), goes_on, "{text}, {at}");
                if !goes_on {
                    break;
                }
                assert_eq!(state, walkable.walk(fed));
                let known = folds.iter().position(|fold| fold.as_bytes() == fed);
                assert_eq!(walkable.found(state), known.map(|known| known as u32 + 7), "{text}, {at}");
            }
        }
    }
}
