//! The engine: finds the places where a phrase can start and walks the automata from there.
//!
//! [`mask`] classifies ASCII text 64 code units at a time; what is left of the words after the
//! filters of [`crate::automaton`] is walked, folding on the way ([`walk`]). All true matches that
//! start at one place are handed on together, places in ascending order.

pub mod mask;
mod walk;

use std::ops::ControlFlow;

use crate::automaton::{Reach, WordFilter, WordKey};
use crate::boundary::{Kind, stands_between};
use crate::error::Error;
use crate::matcher::Matcher;
use crate::overlap::Resolver;
use crate::text::{Text, Units, with_units};
use crate::unicode::{
    self, CharTable, ENCLOSING, Flags, IGNORABLE, REMOVED, SPACE, STARTS_UNIT, WORD, ZERO_WIDTH_SPACE,
};
use mask::Block;
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
    hits: Vec<Hit>,
    unit: Vec<u8>,
    steps: usize,
}

impl<'m> Scanner<'m> {
    pub fn new(matcher: &'m Matcher) -> Self {
        Self { matcher, hits: Vec::new(), unit: Vec::new(), steps: 0 }
    }

    /// Hands every match that starts in `from..to` of `text` through `resolver` to `sink`.
    ///
    /// # Errors
    /// Those of `pulse`.
    pub fn scan(
        &mut self,
        text: Text<'_>,
        from: usize,
        to: usize,
        resolver: &mut Resolver<'m>,
        sink: &mut dyn Sink,
        pulse: &dyn Pulse,
    ) -> Result<(), Error> {
        let (matcher, hits, unit, steps) = (self.matcher, &mut self.hits, &mut self.unit, &mut self.steps);
        with_units!(text, units => Scan {
            text: units,
            matcher,
            chars: unicode::chars(),
            walker: Walker::new(matcher, units),
            hits,
            unit,
            resolver,
            sink,
            pulse,
            steps,
            error: None,
        }
        .run(from, to))
    }

    /// The first place from `from` on where a unit begins and no match spans, if there is one near.
    /// A text may be cut there, and its parts scanned and resolved on their own.
    pub fn safe_cut(&mut self, text: Text<'_>, from: usize) -> Option<usize> {
        let matcher = self.matcher;
        with_units!(text, units => walk::safe_cut(matcher, units, from, &mut self.hits, &mut self.unit))
    }
}

/// One text being scanned.
struct Scan<'s, 'm, T> {
    text: T,
    matcher: &'m Matcher,
    chars: &'static CharTable,
    walker: Walker<'m, T>,
    hits: &'s mut Vec<Hit>,
    unit: &'s mut Vec<u8>,
    resolver: &'s mut Resolver<'m>,
    sink: &'s mut dyn Sink,
    pulse: &'s dyn Pulse,
    steps: &'s mut usize,
    error: Option<Error>,
}

/// The scan ends before the end of the text: the sink has seen enough, or there is an error.
struct Stop;

/// What is known of the ASCII word at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// There is none.
    None,
    /// It ends in ASCII, or is longer than keys go.
    Whole(WordKey),
    /// What follows is not ASCII and may still change it.
    Open,
}

/// A place where a phrase may start.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    /// The code point there, and its flags.
    cp: u32,
    flags: Flags,
    is_boundary: bool,
}

impl<T: Units> Scan<'_, '_, T> {
    fn run(mut self, from: usize, to: usize) -> Result<(), Error> {
        let stopped = self.scan(from, to).is_err();
        self.error.filter(|_| stopped).map_or(Ok(()), Err)
    }

    /// Goes from one ASCII stretch to the next, with what is not ASCII in between.
    fn scan(&mut self, from: usize, to: usize) -> Result<(), Stop> {
        let mut at = from;
        let mut left = self.walker.boundaries().kind_before(from);
        while at < to {
            let block = self.text.block(at);
            let ascii = (block.other.trailing_zeros() as usize).min(block.len);
            if ascii > 0 {
                self.ascii_stretch(at, &block, ascii.min(to - at), left)?;
                left = match block.word >> (ascii - 1) & 1 {
                    0 => Kind::NoWord,
                    _ => Kind::Plain,
                };
                at += ascii;
            }
            if ascii < block.len && at < to {
                (at, left) = self.mixed_stretch(at, to, left)?;
            }
        }
        Ok(())
    }

    /// Tries the places among the first `length` code units of a block, all of them ASCII.
    fn ascii_stretch(&mut self, from: usize, block: &Block, length: usize, left: Kind) -> Result<(), Stop> {
        let starts = &self.matcher.starts;
        let inside_word = block.word & (block.word << 1 | u64::from(left == Kind::Plain));
        let mut visit = if starts.inside_words { block.word } else { block.word & !inside_word };
        if starts.at_signs {
            visit |= !block.word & !block.space;
        }
        if starts.at_spaces {
            visit |= block.space;
        }
        visit &= u64::MAX >> (64 - length);
        if self.is_open(from + length) {
            // What follows may join the last character and make it another one (`=` + U+0338).
            visit |= 1 << (length - 1);
        }
        self.step(length)?;
        if let Some(filter) = starts.only_filter(self.matcher) {
            visit &= !block.word | self.words_in(filter, from, block, visit);
        }
        while visit != 0 {
            let bit = visit.trailing_zeros() as usize;
            visit &= visit - 1;
            let place = Place {
                at: from + bit,
                cp: self.text.unit(from + bit),
                flags: STARTS_UNIT | if block.space >> bit & 1 != 0 { SPACE } else { 0 },
                is_boundary: inside_word >> bit & 1 == 0,
            };
            let word = if block.word >> bit & 1 != 0 {
                self.word_in_block(place.at, block, bit)
            } else {
                Word::None
            };
            if self.is_promising(place, word) {
                self.try_place(place, word)?;
            }
        }
        Ok(())
    }

    /// Whether the text goes on at `at` with something that is not ASCII.
    #[inline(always)]
    fn is_open(&self, at: usize) -> bool {
        at < self.text.len() && self.text.unit(at) >= 128
    }

    /// Which of the words that begin at `starts` a filter lets pass. A loop of its own without a
    /// branch on what it finds, since a branch that cannot be foreseen costs as much as three words.
    #[inline(always)]
    fn words_in(&self, filter: &WordFilter, from: usize, block: &Block, starts: u64) -> u64 {
        let mut rest = starts & block.word;
        let mut passed = 0;
        while rest != 0 {
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            let passes = match self.word_in_block(from + bit, block, bit) {
                Word::Whole(key) => filter.contains(key),
                Word::None | Word::Open => true,
            };
            passed |= u64::from(passes) << bit;
        }
        passed
    }

    /// Goes on code point by code point until ASCII prevails again. Returns where, and the kind of
    /// what stands before.
    fn mixed_stretch(&mut self, from: usize, to: usize, left: Kind) -> Result<(usize, Kind), Stop> {
        /// After so many ASCII characters in a row the block-wise way pays again.
        const ENOUGH_ASCII: usize = 8;
        let (mut at, mut left, mut ascii) = (from, left, 0);
        let pause = to.min(from + STEPS_PER_BEAT);
        while at < pause && ascii < ENOUGH_ASCII {
            let (cp, width) = self.text.decode(at);
            let flags = self.chars.get(cp);
            ascii = if cp < 128 { ascii + 1 } else { 0 };
            if flags & IGNORABLE != 0 {
                if cp == ZERO_WIDTH_SPACE {
                    left = Kind::NoWord;
                }
                at += width;
                continue;
            }
            let is_boundary = stands_between(left, flags);
            left = Kind::of(flags, left);
            if is_boundary || self.matcher.starts.inside_words {
                let place = Place { at, cp, flags, is_boundary };
                let word = if cp < 128 && flags & WORD != 0 { self.word_at(at, 1) } else { Word::None };
                if self.is_promising(place, word) {
                    self.try_place(place, word)?;
                }
            }
            at += width;
        }
        self.step(at - from)?;
        Ok((at, left))
    }

    /// Whether any lane may have a phrase that starts at a place. Most places end here.
    #[inline(always)]
    fn is_promising(&self, place: Place, word: Word) -> bool {
        let starts = &self.matcher.starts;
        if let Word::Whole(key) = word
            && place.is_boundary
        {
            starts.whole_word_lanes.iter().any(|&lane| self.matcher.lanes[lane].words.contains(key))
                || starts.other_lanes && starts.first.contains(place.cp)
        } else {
            starts.first.contains(place.cp) || word == Word::Open || !self.stands_alone(place)
        }
    }

    /// Walks the lanes whose phrases may start at a place.
    #[inline(never)]
    fn try_place(&mut self, place: Place, word: Word) -> Result<(), Stop> {
        if place.at < self.resolver.skip_to() {
            return Ok(());
        }
        for number in 0..self.matcher.lanes.len() {
            let lane = &self.matcher.lanes[number];
            if !place.is_boundary && lane.reach != Reach::Anywhere {
                continue;
            }
            let possible = match word {
                Word::Whole(key) if lane.reach == Reach::WholeWords => lane.words.contains(key),
                Word::Open => true,
                _ => lane.first.contains(place.cp) || !self.stands_alone(place),
            };
            if possible && self.begins_unit(number, place) {
                let end = self.walker.walk(number, place.at, self.unit, self.hits);
                self.step(end - place.at)?;
            }
        }
        if self.hits.is_empty() {
            return Ok(());
        }
        match self.resolver.resolve(place.at, self.hits, self.sink) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop),
        }
    }

    /// The ASCII word that begins at bit `bit` of a block.
    #[inline(always)]
    fn word_in_block(&self, at: usize, block: &Block, bit: usize) -> Word {
        let length = (block.word >> bit).trailing_ones() as usize;
        let end = bit + length;
        if length < WordFilter::LONGEST {
            if end >= block.len {
                return self.word_at(at, length);
            }
            if block.other >> end & 1 != 0 {
                return Word::Open;
            }
        }
        self.whole_word(at, length.min(WordFilter::LONGEST))
    }

    /// The ASCII word at `at`, of which the first `known` characters are known to be such.
    fn word_at(&self, at: usize, known: usize) -> Word {
        let mut length = known;
        while length < WordFilter::LONGEST && at + length < self.text.len() {
            let next = self.text.unit(at + length);
            if next >= 128 {
                return Word::Open;
            }
            if !mask::is_word(next as u8) {
                break;
            }
            length += 1;
        }
        self.whole_word(at, length)
    }

    #[inline(always)]
    fn whole_word(&self, at: usize, length: usize) -> Word {
        Word::Whole(WordKey { bytes: self.text.ascii_key(at, length.min(8)), length })
    }

    /// Whether the unit that begins at a place is of one code point, so that its fold is known.
    fn stands_alone(&self, place: Place) -> bool {
        if place.flags & SPACE != 0 {
            return true;
        }
        let next = place.at + self.text.decode(place.at).1;
        next >= self.text.len() || {
            let flags = self.chars.get(self.text.decode(next).0);
            flags & STARTS_UNIT != 0 && flags & (REMOVED | ENCLOSING) == 0
        }
    }

    /// Whether a unit of a lane begins at a place; its flags mostly tell.
    #[inline(always)]
    fn begins_unit(&mut self, lane: usize, place: Place) -> bool {
        const SURE: Flags = STARTS_UNIT;
        place.flags & (STARTS_UNIT | SPACE | REMOVED | ENCLOSING) == SURE
            || self.walker.begins_unit(lane, place.at)
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
