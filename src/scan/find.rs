//! The first stages: a block of the text is made ready, and the places are found where phrases may
//! start.

use super::Buffers;
use super::block::{Settings, Start};
use super::candidates::{self, AsciiKeys, Lookup, WideKeys};
use crate::automaton::lower_bits;
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
        stems: starts.stems.as_deref(),
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
}
