//! The places of a block where phrases may start that do not begin with a whole word of their own: with
//! a sign, in a script without spaces, within words, or with the stem of a word.

use std::ops::Range;

use super::Buffers;
use super::block::{Block, PADDING};
use super::candidates::{self, Candidate, Candidates, first_bytes};
use super::find::Finder;
use super::words::{self, GROUPS};
use crate::automaton::{Anchor, Lane, PREFIX_COUNTED, PrefixFilter, Reach, Stems};
use crate::fold::FoldTable;
use crate::glob::Part;
use crate::text::Units;

impl<T: Units> Finder<'_, T> {
    /// Collects them for all lanes.
    pub(super) fn find_prefixes(&mut self) {
        let Buffers { block, candidates, .. } = &mut *self.buffers;
        let starts = &self.matcher.starts;
        let ascii =
            self.text.bytes().filter(|_| block.is_ascii).map(|bytes| &bytes[block.from..][..block.len]);
        for &number in &starts.prefix_lanes {
            let lane = &self.matcher.lanes[number];
            let known = candidates.len();
            if let (Some(bytes), Some(substrings)) = (ascii, &lane.substrings) {
                let mut from = 0;
                while let Some(at) = substrings.next(bytes, from).filter(|&at| at < block.limit) {
                    candidates.push(Candidate::of_prefix(at, number));
                    from = at + 1;
                }
            } else {
                let by_units = ByUnits::new(self.text, block, lane, starts.profile_of[number]);
                by_units.find(Visits::of(lane, block), number, candidates);
            }
            candidates.merge(known);
            if let (Some(bytes), Some(stems)) = (self.text.bytes().filter(|_| block.is_ascii), &lane.stems) {
                let known = candidates.len();
                find_stems(&bytes[block.from..], stems, block, number, candidates);
                candidates.merge(known);
            }
        }
    }

    /// Collects the places where phrases may start that begin with wild cards.
    pub(super) fn find_leads(&mut self) {
        let Buffers { block, candidates, .. } = &mut *self.buffers;
        let starts = &self.matcher.starts;
        for &number in &starts.lead_lanes {
            let lane = &self.matcher.lanes[number];
            let known = candidates.len();
            let mut last = None;
            let mut push = |at: usize| {
                if at < block.limit && last < Some(at) {
                    candidates.push(Candidate::of_prefix(at, number));
                    last = Some(at);
                }
            };
            if lane.anchor == Anchor::None {
                let visits = Visits::of_lead(lane);
                each_place(
                    0..block.limit.div_ceil(64),
                    |group| visits.in_group(block, group, block.limit),
                    push,
                );
            } else {
                let by_units = ByUnits::new(self.text, block, lane, starts.profile_of[number]);
                // What follows the wild cards may stand behind the places that are the block's.
                by_units.find_within(Visits::of_anchor(lane), block.len, |at| {
                    lead_starts(block, lane.anchor, at).into_iter().flatten().for_each(&mut push);
                });
                // What stands behind the last word may begin beyond the block, however white.
                block.words.last_begin(block.len).filter(|_| !block.closes).into_iter().for_each(push);
            }
            candidates.merge(known);
        }
    }
}

/// Where phrases may start whose wild cards are followed by what stands at `at`.
fn lead_starts(block: &Block, anchor: Anchor, at: usize) -> [Option<usize>; 2] {
    let words = &block.words;
    match anchor {
        Anchor::BehindSpace => {
            let before = (0..at).rev().find(|&before| words.word.holds(before));
            [before.and_then(|before| words.last_begin(before + 1)), None]
        }
        _ if words.word.holds(at) => [words.last_begin(at + 1), None],
        // A star may stand for a word before a sign, or for nothing.
        _ => {
            let before = at.checked_sub(1).filter(|&before| words.word.holds(before));
            [before.and_then(|before| words.last_begin(before + 1)), Some(at)]
        }
    }
}

/// Calls `found` with each place of the masks of some groups of 64.
#[inline(always)]
fn each_place(groups: Range<usize>, mask: impl Fn(usize) -> u64, mut found: impl FnMut(usize)) {
    for group in groups {
        let mut places = mask(group);
        while places != 0 {
            found(group * 64 + places.trailing_zeros() as usize);
            places &= places - 1;
        }
    }
}

/// Adds the words of an ASCII block that begin as phrases do.
fn find_stems(text: &[u8], stems: &Stems, block: &Block, lane: usize, out: &mut Candidates) {
    for group in 0..block.limit.div_ceil(64) {
        let mut places = block.words.stems[group] & below(block.limit - group * 64);
        while places != 0 {
            let at = group * 64 + places.trailing_zeros() as usize;
            places &= places - 1;
            let eight = first_bytes(text, at);
            // Those that are few are not told by a branch that cannot be foreseen.
            if block.words.stems_are_few || stems.may_begin_three(eight) {
                out.push_if(Candidate::of_prefix(at, lane), stems.may_begin(eight));
            }
        }
    }
}

/// A mask of the lowest bits, all if there are as many.
#[inline(always)]
fn below(bits: usize) -> u64 {
    if bits < 64 { (1 << bits) - 1 } else { u64::MAX }
}

/// Finds the places of one lane by their folded code units.
struct ByUnits<'s, T> {
    text: T,
    block: &'s Block,
    filter: &'s PrefixFilter,
    table: &'static FoldTable,
    profile: usize,
}

impl<'s, T: Units> ByUnits<'s, T> {
    fn new(text: T, block: &'s Block, lane: &'s Lane, profile: usize) -> Self {
        let ascii = lane.ascii_prefixes.as_ref().filter(|_| block.is_ascii);
        let table = FoldTable::of(lane.profile.case, lane.profile.accents);
        Self { text, block, filter: ascii.unwrap_or(&lane.prefixes), table, profile }
    }

    fn find(&self, visits: Visits, number: usize, candidates: &mut Candidates) {
        self.find_within(visits, self.block.limit, |at| candidates.push(Candidate::of_prefix(at, number)));
    }

    /// Calls `found` with the places before `end` that the filter lets pass.
    #[inline(always)]
    fn find_within(&self, visits: Visits, end: usize, mut found: impl FnMut(usize)) {
        let Self { block, .. } = *self;
        // Of what is out of sight the filters know nothing.
        if visits == Visits::default() || self.filter.is_empty() && block.closes {
            return;
        }
        let mut places = [0; GROUPS];
        let places = &mut places[..end.div_ceil(64)];
        for (group, places) in places.iter_mut().enumerate() {
            *places = visits.in_group(block, group, end);
        }
        let blind = if block.closes { usize::MAX } else { block.len.saturating_sub(PREFIX_COUNTED) };
        let first_blind = if blind < end { blind / 64 } else { places.len() };
        let all = places[first_blind..].to_vec();
        let many = places.iter().map(|places| places.count_ones()).sum::<u32>() > MANY;
        if many && block.has_folds {
            words::find_pairs(&block.folded(self.profile)[PADDING..], &self.filter.pairs, places);
        } else {
            places.iter_mut().enumerate().for_each(|(group, places)| {
                *places = self.filter_by_pairs(group, *places);
            });
        }
        for (places, all) in places[first_blind..].iter_mut().zip(all) {
            *places |= all;
        }
        each_place(
            0..places.len(),
            |group| places[group],
            |at| {
                let units = [0, 4].map(|behind| self.window(at + behind));
                if at >= blind || self.filter.may_begin(units) {
                    found(at);
                }
            },
        );
    }

    /// Which places of a group of 64 code units may begin a phrase by the first two. Without a branch on
    /// what the filter says, as with words.
    #[inline(always)]
    fn filter_by_pairs(&self, group: usize, mut places: u64) -> u64 {
        let mut passed = 0;
        while places != 0 {
            let bit = places.trailing_zeros() as usize;
            places &= places - 1;
            let window = self.window(group * 64 + bit);
            let pairs = &self.filter.pairs;
            passed |= u64::from(pairs.may_begin(window as u16, (window >> 16) as u16)) << bit;
        }
        passed
    }

    /// The four folded code units from a place of the block on.
    #[inline(always)]
    fn window(&self, at: usize) -> u64 {
        let block = self.block;
        match self.text.bytes() {
            Some(bytes) if block.is_ascii && !block.has_folds => {
                let from = block.from + at;
                let four = bytes.get(from..bytes.len().min(from + 4)).unwrap_or(&[]).iter();
                four.rev().fold(0, |window, &byte| {
                    window << 16 | u64::from(self.table.ascii.get(usize::from(byte)).copied().unwrap_or(0xFF))
                })
            }
            _ => candidates::four(block.folded(self.profile), at + PADDING),
        }
    }
}

/// If there are so many places to look at in a block, all of them are looked at together.
const MANY: u32 = 128;

/// At which places of a block phrases of a lane may start that do not begin with a word of their own:
/// for each kind of place all bits or none.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Visits {
    begins: u64,
    begins_unspaced: u64,
    within_words: u64,
    signs: u64,
    spaces: u64,
}

impl Visits {
    fn of(lane: &Lane, block: &Block) -> Self {
        let bits = |wanted: bool| if wanted { u64::MAX } else { 0 };
        let begins = lane.begins;
        Self {
            begins: bits(
                begins.word && lane.reach != Reach::WholeWords && !(block.is_ascii && lane.stems.is_some()),
            ),
            // ASCII has none.
            begins_unspaced: bits(begins.word && lane.reach == Reach::WholeWords && !block.is_ascii),
            within_words: bits(begins.word && lane.reach == Reach::Anywhere),
            signs: bits(begins.sign),
            spaces: bits(begins.space),
        }
    }

    /// Those where what follows the wild cards may stand with which a lane's phrases begin.
    fn of_anchor(lane: &Lane) -> Self {
        let bits = |wanted: bool| if wanted { u64::MAX } else { 0 };
        Self {
            begins: bits(lane.begins.word),
            begins_unspaced: 0,
            within_words: bits(lane.begins.word && lane.anchor == Anchor::InWord),
            signs: bits(lane.begins.sign),
            spaces: bits(lane.begins.space),
        }
    }

    /// Those of a lane whose phrases begin with wild cards.
    fn of_lead(lane: &Lane) -> Self {
        let bits = |wanted: bool| if wanted { u64::MAX } else { 0 };
        // A star may stand for nothing, so that what follows it begins the match.
        let may_be_nothing = *lane.common.lead == [Part::Rest];
        Self {
            begins: u64::MAX,
            begins_unspaced: 0,
            within_words: bits(lane.reach == Reach::Anywhere),
            signs: bits(may_be_nothing && lane.begins.sign),
            spaces: bits(may_be_nothing && lane.begins.space),
        }
    }

    /// Those places in a group of 64 code units.
    #[inline(always)]
    fn in_group(self, block: &Block, group: usize, end: usize) -> u64 {
        let words = &block.words;
        let (word, space, begins) = (words.word[group], words.space[group], words.begins[group]);
        // What is not ASCII has its own masks.
        let (unspaced, combines, signs) = if block.is_ascii {
            (0, 0, words.signs[group])
        } else {
            (words.unspaced[group], words.combines[group], !word & !space)
        };
        let places = begins & self.begins
            | begins & unspaced & self.begins_unspaced
            | word & !combines & self.within_words
            | signs & self.signs
            | space & self.spaces;
        places & below(end - group * 64)
    }
}
