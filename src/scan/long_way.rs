//! The long way: what is not simple, judged place by place with all that the contract says.

use std::ops::Range;

use super::block::Block;
use super::{Buffers, Scan, Stop};
use crate::automaton::{PREFIX_COUNTED, Reach};
use crate::boundary::{Kind, stands_between};
use crate::text::Units;
use crate::unicode::{ENCLOSING, Flags, IGNORABLE, REMOVED, SPACE, STARTS_UNIT, ZERO_WIDTH_SPACE};

/// How far what is complex reaches to the left: as far as filters look ahead.
const LEFT: usize = PREFIX_COUNTED;
/// And to the right, where boundaries may depend on it.
const RIGHT: usize = 2;

/// A place where a phrase may start.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    /// The code point there, and its flags.
    cp: u32,
    flags: Flags,
    is_boundary: bool,
}

impl Buffers {
    /// Finds the stretches of the block that something complex may have to do with.
    pub(super) fn find_long_ways(&mut self) {
        let Self { block, long_ways, .. } = self;
        if block.is_ascii || !block.words.any_complex {
            return;
        }
        for group in 0..block.len.div_ceil(64) {
            let mut complex = block.words.complex[group];
            while complex != 0 {
                let at = group * 64 + complex.trailing_zeros() as usize;
                complex &= complex - 1;
                let known = long_ways.last().map_or(0, |last| last.end);
                if at >= block.len || at + RIGHT < known {
                    continue;
                }
                let stretch = around(block, at, known);
                match long_ways.last_mut() {
                    Some(last) if stretch.start <= last.end => last.end = stretch.end.max(last.end),
                    _ if stretch.start < block.limit => long_ways.push(stretch),
                    _ => return,
                }
            }
        }
    }
}

impl<T: Units> Scan<'_, '_, T> {
    /// Tries every place of a stretch of the block.
    pub(super) fn go_long_way(&mut self, stretch: Range<usize>) -> Result<(), Stop> {
        let block = &self.buffers.block;
        let (mut at, end) = (block.position(stretch.start), block.position(stretch.end.min(block.limit)));
        let mut left = self.walker.boundaries().kind_before(at);
        let from = at;
        while at < end {
            let (cp, width) = self.text.decode(at);
            let flags = self.chars.get(cp);
            if flags & IGNORABLE != 0 {
                if cp == ZERO_WIDTH_SPACE {
                    left = Kind::NoWord;
                }
                at += width;
                continue;
            }
            let is_boundary = stands_between(left, flags);
            left = Kind::of(flags, left);
            if is_boundary || self.matcher.starts.anywhere {
                let place = Place { at, cp, flags, is_boundary };
                if self.matcher.starts.first.contains(cp) || !self.stands_alone(place) {
                    self.try_place_long(place)?;
                }
            }
            at += width;
        }
        self.step(end.saturating_sub(from))
    }

    /// Walks the lanes whose phrases may start at a place.
    fn try_place_long(&mut self, place: Place) -> Result<(), Stop> {
        if place.at < self.resolver.skip_to() {
            return Ok(());
        }
        for number in 0..self.matcher.lanes.len() {
            let lane = &self.matcher.lanes[number];
            if !place.is_boundary && lane.reach != Reach::Anywhere {
                continue;
            }
            if (lane.first.contains(place.cp) || !self.stands_alone(place)) && self.begins_unit(number, place)
            {
                let Buffers { hits, unit, .. } = &mut *self.buffers;
                let end = self.walker.walk(number, place.at, unit, hits);
                self.walker.find_words(number, place.at, unit, hits);
                let steps = end - place.at + self.walker.take_steps();
                self.step(steps)?;
            }
        }
        if self.buffers.hits.is_empty() { Ok(()) } else { self.resolve(place.at) }
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
    fn begins_unit(&mut self, lane: usize, place: Place) -> bool {
        place.flags & (STARTS_UNIT | SPACE | REMOVED | ENCLOSING) == STARTS_UNIT
            || self.walker.begins_unit(lane, place.at)
    }
}

/// The stretch around something complex at `at`: as far as the words reach that touch it. It does not
/// go back before `known`.
fn around(block: &Block, at: usize, known: usize) -> Range<usize> {
    let words = &block.words;
    let spaced = |at: usize| words.word.holds(at) && !words.unspaced.holds(at);
    let mut start = at;
    while start > known && (spaced(start - 1) || words.complex.holds(start - 1) || start + LEFT > at) {
        start -= 1;
    }
    let mut end = (at + 1).min(block.len);
    while end < block.len && (spaced(end) || words.complex.holds(end)) {
        end += 1;
    }
    start..end.max(at + RIGHT).min(block.len)
}
