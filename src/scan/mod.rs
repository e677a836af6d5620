//! The engine: finds the places where a phrase can start and walks the automata from there.
//!
//! Text is taken a [`block`] at a time. [`words`] finds where its words begin and end, with
//! [`kernels`] that look at 64 code units at once; [`candidates`] are the places that the filters of
//! [`crate::automaton`] let pass; [`walk`] goes on from those, folding on the way. What is not simple
//! (see [`crate::fold::simple`]) goes the long way, place by place. All true matches that start at one
//! place are handed on together, places in ascending order.

mod block;
mod candidates;
mod demands;
mod find;
pub mod kernels;
mod long_way;
mod packed;
mod parts;
mod prefixes;
mod walk;
mod words;

use std::ops::{ControlFlow, Range};

use crate::automaton::{Follows, Lane, NOTHING, lower_bits};
use crate::boundary::Kind;
use crate::error::Error;
use crate::matcher::Matcher;
use crate::options::Hyphens;
use crate::overlap::Resolver;
use crate::text::{Text, Units, Utf8, with_units};
use crate::unicode::{self, CharTable};
use block::{Block, Start, UNITS};
use candidates::{AsciiKeys, Candidate, Candidates, Keys, Passed, WideKeys};
use find::Finder;
use packed::Packed;
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
    packed: Packed,
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
        Self { matcher, buffers: Buffers::default(), packed: Packed::default(), steps: 0 }
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
            base: 0,
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

    /// Puts a short text of ASCII beside others, to be searched together with them: most of what a
    /// text costs is then paid once for all. Returns its number, or none if there is no room left.
    pub fn pack(&mut self, text: &[u8]) -> Option<usize> {
        self.packed.push(text)
    }

    /// Searches all texts that were packed. Of each, [`Self::packed_candidates`] are then to be taken, in
    /// order.
    pub fn search_packed(&mut self) {
        let text = Utf8(self.packed.bytes());
        if text.is_empty() {
            return;
        }
        let settings = find::settings(self.matcher, true, UNITS);
        let mut finder = Finder { text, matcher: self.matcher, buffers: &mut self.buffers };
        finder.find(Start { from: 0, left: Kind::NoWord }, text.len(), settings);
        self.steps += text.len();
    }

    /// The candidates of the packed text of this number: without any it has no match.
    pub fn packed_candidates(&mut self, number: usize) -> Range<usize> {
        self.buffers.candidates.next_until(self.packed.range(number).end)
    }

    /// As [`Self::scan`], for the packed text of this number, with its candidates.
    ///
    /// # Errors
    /// Those of `pulse`.
    pub fn scan_packed(
        &mut self,
        number: usize,
        candidates: Range<usize>,
        resolver: &mut Resolver<'m>,
        sink: &mut dyn Sink,
        pulse: &dyn Pulse,
    ) -> Result<(), Error> {
        let range = self.packed.range(number);
        let (matcher, buffers, steps) = (self.matcher, &mut self.buffers, &mut self.steps);
        Scan {
            text: Utf8(self.packed.bytes()),
            base: range.start,
            is_ascii: true,
            matcher,
            chars: unicode::chars(),
            walker: Walker::new(matcher, Utf8(&self.packed.bytes()[range])),
            buffers,
            resolver,
            sink,
            pulse,
            steps,
            error: None,
        }
        .run_packed(candidates)
    }

    /// Takes the packed texts away.
    pub fn unpack(&mut self) {
        self.packed.clear();
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
    /// What its blocks are cut from, and where in that the text begins: at 0, if it is the text
    /// itself.
    text: T,
    base: usize,
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

    fn run_packed(mut self, candidates: Range<usize>) -> Result<(), Error> {
        let stopped = self.try_candidates(candidates).is_err();
        self.error.filter(|_| stopped).map_or(Ok(()), Err)
    }

    fn scan(&mut self, from: usize, to: usize) -> Result<(), Stop> {
        let most = if self.sink.takes_only_first() { FIRST_UNITS } else { UNITS };
        let mut settings = find::settings(self.matcher, self.is_ascii, most);
        let mut at = from;
        while at < to {
            let left = self.walker.boundaries().kind_before(at);
            let mut finder = Finder { text: self.text, matcher: self.matcher, buffers: self.buffers };
            finder.find(Start { from: at, left }, to, settings);
            self.try_candidates(0..self.buffers.candidates.as_slice().len())?;
            self.step(self.buffers.block.len)?;
            at = self.buffers.block.position(self.buffers.block.limit);
            settings.most = UNITS;
        }
        Ok(())
    }

    /// Tries the candidates of these numbers, and what goes the long way, in order.
    fn try_candidates(&mut self, candidates: Range<usize>) -> Result<(), Stop> {
        let Range { start: mut next, end } = candidates;
        for number in 0..self.buffers.long_ways.len() {
            let stretch = self.buffers.long_ways[number].clone();
            next = self.try_places(next..self.first_from(stretch.start, next..end))?;
            next = self.first_from(stretch.end, next..end);
            self.go_long_way(stretch)?;
        }
        self.try_places(next..end)?;
        Ok(())
    }

    /// The number of the first of some candidates that does not stand before `place`.
    fn first_from(&self, place: usize, candidates: Range<usize>) -> usize {
        let all = &self.buffers.candidates.as_slice()[candidates.clone()];
        candidates.start + all.partition_point(|candidate| usize::from(candidate.at) < place)
    }

    /// Tries candidates, place by place. Returns which comes after them.
    #[inline(always)]
    fn try_places(&mut self, candidates: Range<usize>) -> Result<usize, Stop> {
        let Range { start: mut next, end } = candidates;
        while let Some(&candidate) = self.buffers.candidates.as_slice()[..end].get(next) {
            next += 1;
            let start = self.position(usize::from(candidate.at));
            if start < self.resolver.skip_to() {
                continue;
            }
            let following = self.buffers.candidates.as_slice()[..end].get(next);
            let is_last = following.is_none_or(|other| other.at != candidate.at);
            if !candidate.is_word() {
                self.try_prefix(candidate, start)?;
            } else if is_last && let Some(entry) = self.lone_entry(candidate) {
                let end = self.position(usize::from(candidate.end));
                if self.resolver.resolve_lone(start, end, entry, self.sink).is_break() {
                    return Err(Stop);
                }
                continue;
            } else {
                self.try_word(candidate, start)?;
            }
            if is_last && !self.buffers.hits.is_empty() {
                self.resolve(start)?;
            }
        }
        Ok(next)
    }

    /// The entry of a word that is a phrase and can be nothing else, and that the resolver lets win as it
    /// is, if no other match starts there. So are most.
    #[inline(always)]
    fn lone_entry(&self, candidate: Candidate) -> Option<u32> {
        if candidate.may_go_on || !self.buffers.hits.is_empty() || !self.resolver.first_wins() {
            return None;
        }
        let slot = self.matcher.lanes[candidate.lane as usize].words.slot(candidate.slot);
        slot.groups().and_then(Matcher::lone_entry)
    }

    fn try_prefix(&mut self, candidate: Candidate, start: usize) -> Result<(), Stop> {
        let Buffers { block, hits, unit, .. } = &mut *self.buffers;
        let number = candidate.lane as usize;
        // White space may belong to a run; all else that is simple begins a unit.
        let is_sure = !block.words.space.holds(usize::from(candidate.at));
        if is_sure || self.walker.begins_unit(number, start) {
            let end = self.walker.walk(number, start, unit, hits);
            let steps = end - start + self.walker.take_steps();
            self.step(steps)?;
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
        let end = usize::from(candidate.end);
        let slot = lane.words.slot(candidate.slot);
        if let Some(first) = slot.groups() {
            let end = block.position(end) - self.base;
            self.walker.push_hits(number, first, true, start, end, unit, hits);
        }
        if candidate.may_go_on && slot.goes_on() {
            let follows = if slot.restarts() {
                Follows::Anything
            } else {
                what_follows(self.text, matcher, block, number, end)
            };
            let may_follow = lane.words.may_follow(slot, candidate.hash, follows)
                && match follows {
                    Follows::Word(second) => {
                        let end = block.words.end(end + 1);
                        let then = what_follows(self.text, matcher, block, number, end);
                        lane.words.may_follow_both(slot, candidate.hash, second, then)
                    }
                    _ => true,
                };
            if may_follow {
                let from = if slot.restarts() { start } else { block.position(end) - self.base };
                let (shard, state) = slot.state();
                let reached = self.walker.walk_on(
                    number,
                    lane.shards[shard].walkable(),
                    state,
                    start,
                    from,
                    unit,
                    hits,
                );
                self.step(reached - from)?;
            }
        }
        match self.walker.take_steps() {
            0 => Ok(()),
            steps => self.step(steps),
        }
    }

    /// The place in the text of a place in the block.
    #[inline(always)]
    fn position(&self, at: usize) -> usize {
        self.buffers.block.position(at) - self.base
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

/// What stands behind a word that ends at `end`, as a lane's table of words asks it.
#[inline(always)]
fn what_follows<T: Units>(text: T, matcher: &Matcher, block: &Block, lane: usize, end: usize) -> Follows {
    if end >= block.len {
        return if block.closes { Follows::Other } else { Follows::Anything };
    }
    let profile = matcher.lanes[lane].profile;
    if !block.words.space.holds(end) {
        let may_be_space = profile.hyphens == Hyphens::Space;
        return if may_be_space { Follows::Anything } else { sign_behind(text, matcher, block, lane, end) };
    }
    let second = end + 1;
    if second >= block.len || block.words.space.holds(second) {
        return if block.closes && second >= block.len { Follows::Other } else { Follows::Anything };
    }
    if block.words.any_complex && block.is_complex_near(second) {
        return Follows::Anything;
    }
    if !block.words.begins.holds(second) {
        return sign_behind(text, matcher, block, lane, end);
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

/// What stands behind a word that ends at `end`, where that is not one space and a word.
#[inline(always)]
fn sign_behind<T: Units>(text: T, matcher: &Matcher, block: &Block, lane: usize, end: usize) -> Follows {
    let lane = &matcher.lanes[lane];
    // What follows the last may change what it folds to.
    let in_sight = block.closes || end + 2 < block.len;
    match text.bytes().filter(|_| block.is_ascii && in_sight).map(|bytes| &bytes[block.from..][..block.len]) {
        Some(bytes) if lane.profile.hyphens != Hyphens::Space => {
            let fold = |at: usize| bytes.get(at).map_or(NOTHING, |&byte| lane.ascii[usize::from(byte)]);
            match [fold(end), fold(end + 1)] {
                units if units.contains(&Lane::NOT_ALONE) => Follows::Other,
                units => Follows::Sign(units),
            }
        }
        _ => Follows::Other,
    }
}
