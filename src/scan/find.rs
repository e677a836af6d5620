//! The first stages: a block of the text is made ready, and the places are found where phrases may
//! start.

use super::Buffers;
use super::block::{Block, PADDING, Settings, Start};
use super::candidates::{self, AsciiKeys, Candidate, Lookup, WideKeys};
use super::words::{self, GROUPS};
use crate::automaton::{Lane, Reach, lower_bits};
use crate::fold::FoldTable;
use crate::glob::Part;
use crate::matcher::Matcher;
use crate::options::Hyphens;
use crate::text::Units;

/// Finds the candidates of a text, block by block.
pub struct Finder<'s, T> {
    pub text: T,
    pub matcher: &'s Matcher,
    pub buffers: &'s mut Buffers,
}

/// What the blocks of a text are made ready with. `most` is how many code units one may have.
pub fn settings(matcher: &Matcher, is_ascii: bool, most: usize) -> Settings<'_> {
    let starts = &matcher.starts;
    let letters = match starts.word_lanes[..] {
        [only] => matcher.lanes[only].words.letters(),
        _ => None,
    };
    Settings {
        is_ascii,
        profiles: &starts.profiles,
        letters,
        heads: starts.heads.as_ref(),
        signs: starts.signs.as_ref(),
        ascii_words: !starts.substrings_only,
        fold_ascii: starts.at_ascii_words,
        most,
    }
}

impl<T: Units> Finder<'_, T> {
    /// Makes the block at `start` ready, for places before `to`, and collects its candidates.
    pub fn find(&mut self, start: Start, to: usize, settings: Settings<'_>) {
        let Buffers { block, long_ways, .. } = &mut *self.buffers;
        block.prepare(self.text, to, start, settings);
        long_ways.clear();
        let words = self.words_to_try();
        self.buffers.find_long_ways();
        self.find_candidates(words);
    }

    /// How many words of the block are its to try. One that ends out of sight is left to the next
    /// block, or goes the long way if it is longer than any block; be it held back by the filters, which
    /// do not know what it goes on with.
    fn words_to_try(&mut self) -> usize {
        let Buffers { block, long_ways, .. } = &mut *self.buffers;
        let mut limit = block.limit;
        if let Some(start) = block.words.last_begin(limit).filter(|_| !block.closes)
            && block.words.end(start) >= block.len
        {
            limit = start;
            if start > 0 {
                block.limit = start;
            } else {
                long_ways.push(0..1);
            }
        }
        block.words.starts.as_slice().partition_point(|&start| usize::from(start) < limit)
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
            let known = candidates.len();
            if let Some(bytes) = self.text.bytes().filter(|_| block.is_ascii) {
                let keys = AsciiKeys { text: &bytes[block.from..], lower };
                candidates::find_ascii(lookup, keys, passed, candidates);
            } else {
                let keys = WideKeys { folded: block.folded(starts.profile_of[number]), lower };
                candidates::find_wide(lookup, keys, passed, candidates);
            }
            candidates.merge(known);
        }
        if !starts.prefix_lanes.is_empty() {
            self.find_prefixes();
        }
        if !starts.lead_lanes.is_empty() {
            self.find_leads();
        }
    }

    /// Collects the places where phrases may start that begin with wild cards.
    fn find_leads(&mut self) {
        let Buffers { block, candidates, .. } = &mut *self.buffers;
        for &number in &self.matcher.starts.lead_lanes {
            let known = candidates.len();
            let visits = Visits::of_lead(&self.matcher.lanes[number]);
            for group in 0..block.limit.div_ceil(64) {
                let mut places = visits.in_group(block, group);
                while places != 0 {
                    let at = group * 64 + places.trailing_zeros() as usize;
                    places &= places - 1;
                    candidates.push(Candidate::of_prefix(at, number));
                }
            }
            candidates.merge(known);
        }
    }

    /// Collects the places where phrases may start that do not begin with a word of their own.
    fn find_prefixes(&mut self) {
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
                let profile = starts.profile_of[number];
                let visits = Visits::of(lane, block);
                let mut places = [0; GROUPS];
                let places = &mut places[..block.limit.div_ceil(64)];
                for (group, places) in places.iter_mut().enumerate() {
                    *places = visits.in_group(block, group);
                }
                let many = places.iter().map(|places| places.count_ones()).sum::<u32>() > MANY;
                if many && block.has_folds {
                    words::find_pairs(&block.folded(profile)[PADDING..], &lane.prefixes.pairs, places);
                } else {
                    places.iter_mut().enumerate().for_each(|(group, places)| {
                        *places = filter_by_pairs(self.text, block, lane, profile, group, *places);
                    });
                }
                for (group, &places) in places.iter().enumerate() {
                    let mut places = places;
                    while places != 0 {
                        let at = group * 64 + places.trailing_zeros() as usize;
                        places &= places - 1;
                        let units = [0, 4].map(|behind| window(self.text, block, lane, profile, at + behind));
                        let candidate = Candidate::of_prefix(at, number);
                        candidates.push_if(candidate, lane.prefixes.may_begin(units));
                    }
                }
            }
            candidates.merge(known);
        }
    }
}

/// If there are so many places to look at in a block, all of them are looked at together.
const MANY: u32 = 128;

/// Which places of a group of 64 code units may begin a phrase by the first two. Without a branch on
/// what the filter says, as with words.
#[inline(always)]
fn filter_by_pairs<T: Units>(
    text: T,
    block: &Block,
    lane: &Lane,
    profile: usize,
    group: usize,
    mut places: u64,
) -> u64 {
    let mut passed = 0;
    while places != 0 {
        let bit = places.trailing_zeros() as usize;
        places &= places - 1;
        let window = window(text, block, lane, profile, group * 64 + bit);
        passed |= u64::from(lane.prefixes.pairs.may_begin(window as u16, (window >> 16) as u16)) << bit;
    }
    passed
}

/// At which places of a block phrases of a lane may start that do not begin with a word of their own:
/// for each kind of place all bits or none.
#[derive(Clone, Copy, Default)]
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
            begins: bits(begins.word && lane.reach != Reach::WholeWords),
            // ASCII has none.
            begins_unspaced: bits(begins.word && lane.reach == Reach::WholeWords && !block.is_ascii),
            within_words: bits(begins.word && lane.reach == Reach::Anywhere),
            signs: bits(begins.sign),
            spaces: bits(begins.space),
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
    fn in_group(self, block: &Block, group: usize) -> u64 {
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
        match block.limit - group * 64 {
            left @ 0..64 => places & ((1 << left) - 1),
            _ => places,
        }
    }
}

/// The four folded code units from a place of a block on.
#[inline(always)]
fn window<T: Units>(text: T, block: &Block, lane: &Lane, profile: usize, at: usize) -> u64 {
    match text.bytes() {
        Some(bytes) if block.is_ascii && !block.has_folds => {
            let from = block.from + at;
            let table = FoldTable::of(lane.profile.case, lane.profile.accents);
            let four = bytes.get(from..bytes.len().min(from + 4)).unwrap_or(&[]).iter();
            four.rev().fold(0, |window, &byte| {
                window << 16 | u64::from(table.ascii.get(usize::from(byte)).copied().unwrap_or(0xFF))
            })
        }
        _ => candidates::four(block.folded(profile), at + PADDING),
    }
}
