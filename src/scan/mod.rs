//! The engine: finds the places where a phrase can start and walks the automata from there.
//!
//! Text is taken a [`block`] at a time. [`words`] finds where its words begin and end, with
//! [`kernels`] that look at 64 code units at once; [`candidates`] are the places that the filters of
//! [`crate::automaton`] let pass; [`walk`] goes on from those, folding on the way. What is not simple
//! (see [`crate::fold::simple`]) goes the long way, place by place. All true matches that start at one
//! place are handed on together, places in ascending order.

mod block;
mod candidates;
pub mod kernels;
mod long_way;
mod walk;
mod words;

use std::ops::{ControlFlow, Range};

use crate::automaton::{Follows, Lane, Reach, WordKey, lower_bits};
use crate::error::Error;
use crate::fold::FoldTable;
use crate::matcher::Matcher;
use crate::options::Hyphens;
use crate::overlap::Resolver;
use crate::text::{Text, Units, with_units};
use crate::unicode::{self, CharTable};
use block::{Block, PADDING, Settings, Start, UNITS};
use candidates::{AsciiKeys, Candidate, Candidates, Keys, Lookup, Passed, WideKeys};
use walk::Walker;

/// A true match: all phrases of a group, from a start that is known to end here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub end: usize,
    pub group: u32,
}

/// Takes the matches that are reported, in the order of the contract.
pub trait Sink {
    /// Positions are code units. `entries` are all those with this span, by phrase and concept.
    fn matched(&mut self, start: usize, end: usize, entries: &[u32]) -> ControlFlow<()>;

    /// Whether the first match is all that it takes, so that little should be done before.
    fn takes_only_first(&self) -> bool {
        false
    }
}

/// Asks now and then whether to go on.
pub trait Pulse {
    /// # Errors
    /// Any error ends the scan, which then returns it.
    fn beat(&self) -> Result<(), Error>;
}

/// How many steps of a walk or a scan lie between two beats: well below a tenth of a second.
const STEPS_PER_BEAT: usize = 1 << 18;

/// Scans texts, one after the other, with the buffers that this takes.
pub struct Scanner<'m> {
    matcher: &'m Matcher,
    buffers: Buffers,
    steps: usize,
}

/// What is written anew for each block or place.
#[derive(Default)]
struct Buffers {
    block: Block,
    passed: Passed,
    candidates: Candidates,
    hits: Vec<Hit>,
    unit: Vec<u8>,
    /// Stretches of a block that go the long way.
    long_ways: Vec<Range<usize>>,
}

impl<'m> Scanner<'m> {
    pub fn new(matcher: &'m Matcher) -> Self {
        Self { matcher, buffers: Buffers::default(), steps: 0 }
    }

    /// Hands every match that starts in `range` of `text` through `resolver` to `sink`. `is_ascii`
    /// says that all of the text is known to be that.
    ///
    /// # Errors
    /// Those of `pulse`.
    pub fn scan(
        &mut self,
        text: Text<'_>,
        is_ascii: bool,
        range: Range<usize>,
        resolver: &mut Resolver<'m>,
        sink: &mut dyn Sink,
        pulse: &dyn Pulse,
    ) -> Result<(), Error> {
        let (matcher, buffers, steps) = (self.matcher, &mut self.buffers, &mut self.steps);
        with_units!(text, units => Scan {
            text: units,
            is_ascii,
            matcher,
            chars: unicode::chars(),
            walker: Walker::new(matcher, units),
            buffers,
            resolver,
            sink,
            pulse,
            steps,
            error: None,
        }
        .run(range.start, range.end))
    }

    /// The first place from `from` on where a unit begins and no match spans, if there is one near.
    /// A text may be cut there, and its parts scanned and resolved on their own.
    pub fn safe_cut(&mut self, text: Text<'_>, from: usize) -> Option<usize> {
        let matcher = self.matcher;
        with_units!(text, units => walk::safe_cut(matcher, units, from, &mut self.buffers.hits, &mut self.buffers.unit))
    }
}

/// One text being scanned.
struct Scan<'s, 'm, T> {
    text: T,
    /// Whether all of it is known to be ASCII.
    is_ascii: bool,
    matcher: &'m Matcher,
    chars: &'static CharTable,
    walker: Walker<'m, T>,
    buffers: &'s mut Buffers,
    resolver: &'s mut Resolver<'m>,
    sink: &'s mut dyn Sink,
    pulse: &'s dyn Pulse,
    steps: &'s mut usize,
    error: Option<Error>,
}

/// The size of the first block where one match may be all that is asked for.
const FIRST_UNITS: usize = 512;

/// The scan ends before the end of the text: the sink has seen enough, or there is an error.
struct Stop;

impl<T: Units> Scan<'_, '_, T> {
    fn run(mut self, from: usize, to: usize) -> Result<(), Error> {
        let stopped = self.scan(from, to).is_err();
        self.error.filter(|_| stopped).map_or(Ok(()), Err)
    }

    fn scan(&mut self, from: usize, to: usize) -> Result<(), Stop> {
        let matcher = self.matcher;
        let starts = &matcher.starts;
        let letters = match starts.word_lanes[..] {
            [only] => matcher.lanes[only].words.letters(),
            _ => None,
        };
        let mut settings = Settings {
            is_ascii: self.is_ascii,
            profiles: &starts.profiles,
            letters,
            signs: starts.signs.as_ref(),
            fold_ascii: starts.at_ascii_words,
            most: if self.sink.takes_only_first() { FIRST_UNITS } else { UNITS },
        };
        let mut at = from;
        while at < to {
            let left = self.walker.boundaries().kind_before(at);
            self.buffers.block.prepare(self.text, to, Start { from: at, left }, settings);
            self.buffers.long_ways.clear();
            let words = self.words_to_try();
            self.find_long_ways();
            self.find_candidates(words);
            self.try_candidates()?;
            self.step(self.buffers.block.len)?;
            at = self.buffers.block.position(self.buffers.block.limit);
            settings.most = UNITS;
        }
        Ok(())
    }

    /// How many words of the block are its to try. One that ends out of sight is left to the next
    /// block, or goes the long way if it is longer than any block.
    fn words_to_try(&mut self) -> usize {
        let Buffers { block, long_ways, .. } = &mut *self.buffers;
        let starts = block.words.starts.as_slice();
        let words = starts.partition_point(|&start| usize::from(start) < block.limit);
        match starts[..words].last().map(|&start| usize::from(start)) {
            Some(start) if !block.closes && block.words.end(start) >= block.len => {
                if start > 0 {
                    block.limit = start;
                } else {
                    long_ways.push(0..1);
                }
                words - 1
            }
            _ => words,
        }
    }

    /// Collects the candidates of all lanes, in order.
    fn find_candidates(&mut self, words: usize) {
        let Buffers { block, passed, candidates, .. } = &mut *self.buffers;
        candidates.clear();
        let matcher = self.matcher;
        let starts = &matcher.starts;
        for &number in &starts.word_lanes {
            let lane = &matcher.lanes[number];
            let lookup = Lookup {
                table: &lane.words,
                lane: number,
                signs_may_be_spaces: lane.profile.hyphens == Hyphens::Space,
                block,
                words,
            };
            let lower = lower_bits(lane.profile.case);
            if let Some(bytes) = self.text.bytes().filter(|_| block.is_ascii) {
                let keys = AsciiKeys { text: &bytes[block.from..], lower };
                candidates::find_ascii(lookup, keys, passed, candidates);
            } else {
                let keys = WideKeys { folded: block.folded(starts.profile_of[number]), lower };
                candidates::find_wide(lookup, keys, passed, candidates);
            }
        }
        let of_words = self.buffers.candidates.as_slice().len();
        if !starts.prefix_lanes.is_empty() {
            self.find_prefixes();
        }
        if starts.word_lanes.len() > 1 || self.buffers.candidates.as_slice().len() > of_words {
            self.buffers.candidates.sort();
        }
    }

    /// Collects the places where phrases may start that do not begin with a word of their own.
    fn find_prefixes(&mut self) {
        let Buffers { block, candidates, .. } = &mut *self.buffers;
        let starts = &self.matcher.starts;
        let ascii =
            self.text.bytes().filter(|_| block.is_ascii).map(|bytes| &bytes[block.from..][..block.len]);
        for &number in &starts.prefix_lanes {
            if let (Some(bytes), Some(substrings)) = (ascii, &self.matcher.lanes[number].substrings) {
                let mut from = 0;
                while let Some(at) = substrings.next(bytes, from).filter(|&at| at < block.limit) {
                    candidates.push(Candidate::of_prefix(at, number));
                    from = at + 1;
                }
            }
        }
        for group in 0..block.limit.div_ceil(64) {
            for &number in &starts.prefix_lanes {
                let lane = &self.matcher.lanes[number];
                if ascii.is_some() && lane.substrings.is_some() {
                    continue;
                }
                let visit = places_to_visit(block, lane, group);
                let profile = starts.profile_of[number];
                let mut passed = 0;
                let mut rest = visit;
                // Without a branch on what the filter says, as with words.
                while rest != 0 {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    let window = window(self.text, block, lane, profile, group * 64 + bit);
                    passed |= u64::from(lane.prefixes.may_begin(window)) << bit;
                }
                while passed != 0 {
                    let at = group * 64 + passed.trailing_zeros() as usize;
                    passed &= passed - 1;
                    candidates.push(Candidate::of_prefix(at, number));
                }
            }
        }
    }

    /// Tries all candidates, and what goes the long way, in order.
    fn try_candidates(&mut self) -> Result<(), Stop> {
        let (mut long_way, mut next) = (0, 0);
        loop {
            let at = self.buffers.candidates.as_slice().get(next).map(|candidate| candidate.at);
            let stretch = self.buffers.long_ways.get(long_way).cloned();
            if let Some(stretch) =
                stretch.filter(|stretch| at.is_none_or(|at| stretch.start <= usize::from(at)))
            {
                long_way += 1;
                let rest = &self.buffers.candidates.as_slice()[next..];
                next += rest.partition_point(|candidate| usize::from(candidate.at) < stretch.end);
                self.go_long_way(stretch)?;
            } else if let Some(at) = at {
                next = self.try_place(at, next)?;
            } else {
                return Ok(());
            }
        }
    }

    /// Tries the candidates at one place, of which number `next` is the first. Returns which comes
    /// after them.
    #[inline(always)]
    fn try_place(&mut self, at: u16, mut next: usize) -> Result<usize, Stop> {
        let start = self.buffers.block.position(usize::from(at));
        let skipped = start < self.resolver.skip_to();
        while let Some(&candidate) =
            self.buffers.candidates.as_slice().get(next).filter(|candidate| candidate.at == at)
        {
            next += 1;
            if skipped {
                continue;
            }
            if candidate.is_word {
                self.try_word(candidate, start)?;
            } else {
                self.try_prefix(candidate, start)?;
            }
        }
        if !self.buffers.hits.is_empty() {
            self.resolve(start)?;
        }
        Ok(next)
    }

    fn try_prefix(&mut self, candidate: Candidate, start: usize) -> Result<(), Stop> {
        let Buffers { block, hits, unit, .. } = &mut *self.buffers;
        let number = candidate.lane as usize;
        // White space may belong to a run; all else that is simple begins a unit.
        let is_sure = !block.words.space.holds(usize::from(candidate.at));
        if is_sure || self.walker.begins_unit(number, start) {
            let end = self.walker.walk(number, start, unit, hits);
            self.step(end - start)?;
        }
        Ok(())
    }

    /// Looks a word up, and walks on where phrases do.
    #[inline(always)]
    fn try_word(&mut self, candidate: Candidate, start: usize) -> Result<(), Stop> {
        let Buffers { block, hits, unit, .. } = &mut *self.buffers;
        let number = candidate.lane as usize;
        let matcher = self.matcher;
        let lane = &matcher.lanes[number];
        let at = usize::from(candidate.at);
        let end = block.words.end(at);
        let key = word_key(self.text, matcher, block, number, at, end);
        let Some(slot) = lane.words.get(key, candidate.hash) else { return Ok(()) };
        if let Some(first) = slot.groups() {
            let end = block.position(end);
            self.walker.push_hits(number, first, true, start, end, unit, hits);
        }
        if slot.goes_on() {
            let follows = if slot.restarts() {
                Follows::Anything
            } else {
                what_follows(self.text, matcher, block, number, end)
            };
            if lane.words.may_follow(slot, candidate.hash, follows) {
                let from = if slot.restarts() { start } else { block.position(end) };
                let (shard, state) = slot.state();
                let reached =
                    self.walker.walk_on(number, &lane.shards[shard], state, start, from, unit, hits);
                self.step(reached - from)?;
            }
        }
        Ok(())
    }

    fn resolve(&mut self, start: usize) -> Result<(), Stop> {
        match self.resolver.resolve(start, &mut self.buffers.hits, self.sink) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop),
        }
    }

    /// Counts work done, and asks now and then whether to go on.
    #[inline(always)]
    fn step(&mut self, steps: usize) -> Result<(), Stop> {
        *self.steps += steps + 1;
        if *self.steps >= STEPS_PER_BEAT {
            *self.steps = 0;
            if let Err(error) = self.pulse.beat() {
                self.error = Some(error);
                return Err(Stop);
            }
        }
        Ok(())
    }
}

/// The key of the word of a block from `start` to `end`, for one lane.
#[inline(always)]
fn word_key<T: Units>(
    text: T,
    matcher: &Matcher,
    block: &Block,
    lane: usize,
    start: usize,
    end: usize,
) -> WordKey {
    let lower = lower_bits(matcher.lanes[lane].profile.case);
    match text.bytes() {
        Some(bytes) if block.is_ascii => AsciiKeys { text: &bytes[block.from..], lower }.word(start, end),
        _ => WideKeys { folded: block.folded(matcher.starts.profile_of[lane]), lower }.word(start, end),
    }
}

/// What stands behind a word that ends at `end`, as a lane's table of words asks it.
#[inline(always)]
fn what_follows<T: Units>(text: T, matcher: &Matcher, block: &Block, lane: usize, end: usize) -> Follows {
    if end >= block.len {
        return if block.closes { Follows::Other } else { Follows::Anything };
    }
    let profile = matcher.lanes[lane].profile;
    if !block.words.space.holds(end) {
        let may_be_space = profile.hyphens == Hyphens::Space;
        return if may_be_space { Follows::Anything } else { Follows::Other };
    }
    let second = end + 1;
    if second >= block.len || block.words.space.holds(second) {
        return if block.closes && second >= block.len { Follows::Other } else { Follows::Anything };
    }
    if block.words.any_complex && block.is_complex_near(second) {
        return Follows::Anything;
    }
    if !block.words.begins.holds(second) {
        return Follows::Other;
    }
    let second_end = block.words.end(second);
    if second_end >= block.len && !block.closes {
        return Follows::Anything;
    }
    let (len, lower) = (second_end - second, lower_bits(profile.case));
    Follows::Word(match text.bytes() {
        Some(bytes) if block.is_ascii => AsciiKeys { text: &bytes[block.from..], lower }.second(second, len),
        _ => WideKeys { folded: block.folded(matcher.starts.profile_of[lane]), lower }.second(second, len),
    })
}

/// Where in a group of 64 code units phrases of a lane may start that do not begin with a word of
/// their own.
#[inline(always)]
fn places_to_visit(block: &Block, lane: &Lane, group: usize) -> u64 {
    let words = &block.words;
    let (word, space, begins) = (words.word[group], words.space[group], words.begins[group]);
    let mut places = match lane.reach {
        _ if !lane.begins.word => 0,
        Reach::WholeWords if block.is_ascii => 0,
        Reach::WholeWords => begins & words.unspaced[group],
        Reach::Boundaries => begins,
        Reach::Anywhere if block.is_ascii => word,
        Reach::Anywhere => word & (begins | !words.combines[group]),
    };
    if lane.begins.sign {
        places |= if block.is_ascii { words.signs[group] } else { !word & !space };
    }
    if lane.begins.space {
        places |= space;
    }
    match block.limit - group * 64 {
        left @ 0..64 => places & ((1 << left) - 1),
        _ => places,
    }
}

/// The four folded code units from a place of a block on.
#[inline(always)]
fn window<T: Units>(text: T, block: &Block, lane: &Lane, profile: usize, at: usize) -> u64 {
    match text.bytes() {
        Some(bytes) if block.is_ascii && !block.has_folds => {
            let from = block.from + at;
            let table = FoldTable::of(lane.profile.case, lane.profile.accents);
            let four = bytes[from..bytes.len().min(from + 4)].iter();
            four.rev().fold(0, |window, &byte| {
                window << 16 | u64::from(table.ascii.get(usize::from(byte)).copied().unwrap_or(0xFF))
            })
        }
        _ => candidates::four(block.folded(profile), at + PADDING),
    }
}
