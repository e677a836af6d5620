//! Which places of a block the automata must see: all words through one filter, without a branch
//! that cannot be foreseen.

use std::ops::Range;

use super::block::{Block, PADDING, UNITS};
use super::kernels::{Kernel, dispatch};
use super::words::SLACK;
use crate::automaton::{
    BEYOND_ASCII, Glance, WordKey, WordTable, low_bytes, packed, second_ascii, second_wide,
};

/// A place where a phrase of a lane may start.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    pub at: u16,
    /// Where the word there ends, if it is the first word that counts; else 0.
    pub end: u16,
    /// Whether a phrase may go on behind that word: if not, the word alone may be one.
    pub may_go_on: bool,
    pub lane: u32,
    /// The number of the word's slot in the lane's table.
    pub slot: u32,
    /// The hash of the word's key.
    pub hash: u64,
}

impl Candidate {
    const NONE: Self = Self { at: 0, end: 0, may_go_on: false, lane: 0, slot: 0, hash: 0 };

    /// Whether it is the first word that counts.
    #[inline(always)]
    pub fn is_word(&self) -> bool {
        self.end != 0
    }

    /// A place that the first code units of a phrase led to.
    pub fn of_prefix(at: usize, lane: usize) -> Self {
        Self { at: at as u16, lane: lane as u32, ..Self::NONE }
    }
}

/// Candidates, ascending.
#[derive(Default)]
pub struct Candidates {
    all: Vec<Candidate>,
    len: usize,
    /// Room for [`Candidates::merge`].
    merged: Vec<Candidate>,
    /// How many have been taken by [`Candidates::next_until`].
    taken: usize,
}

impl Candidates {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn clear(&mut self) {
        (self.len, self.taken) = (0, 0);
    }

    /// The numbers of those before a place that no earlier call gave; one at the place itself, if
    /// there is, is passed over.
    pub fn next_until(&mut self, place: usize) -> Range<usize> {
        let from = self.taken;
        let rest = &self.as_slice()[from..];
        let before = rest.iter().take_while(|candidate| usize::from(candidate.at) < place).count();
        let at_place =
            rest[before..].iter().take_while(|candidate| usize::from(candidate.at) == place).count();
        self.taken += before + at_place;
        from..from + before
    }

    #[inline(always)]
    pub fn as_slice(&self) -> &[Candidate] {
        &self.all[..self.len]
    }

    pub fn push(&mut self, candidate: Candidate) {
        self.push_if(candidate, true);
    }

    /// Without a branch on whether.
    #[inline(always)]
    pub fn push_if(&mut self, candidate: Candidate, passes: bool) {
        self.reserve(1);
        self.all[self.len] = candidate;
        self.len += usize::from(passes);
    }

    /// Orders those from number `from` on, which ascend, among those before, which do too. Where both
    /// have the same place, those before come first.
    pub fn merge(&mut self, from: usize) {
        self.merged.clear();
        self.merged.extend_from_slice(&self.all[from..self.len]);
        let mut end = self.len;
        let mut before = from;
        while let Some(&last) = self.merged.last() {
            // There are few of them, so that most of what is moved is moved together.
            let stay = self.all[..before].partition_point(|candidate| candidate.at <= last.at);
            end -= before - stay;
            self.all.copy_within(stay..before, end);
            before = stay;
            end -= 1;
            self.all[end] = last;
            self.merged.pop();
        }
    }

    fn reserve(&mut self, more: usize) {
        if self.all.len() < self.len + more {
            self.all.resize((self.len + more).max(UNITS), Candidate::NONE);
        }
    }
}

/// What the words of a block are looked up with, for one lane.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    pub table: &'a WordTable,
    pub lane: usize,
    /// Whether signs may fold to spaces.
    pub signs_may_be_spaces: bool,
    pub block: &'a Block,
    /// How many of the block's words are to be tried.
    pub words: usize,
}

/// Words that passed the filters: their places and hashes.
pub struct Passed {
    /// Those that a phrase may go on behind are marked with [`GOES_ON`], once that is known.
    pub at: Box<[u16; UNITS + SLACK]>,
    pub hash: Box<[u64; UNITS + SLACK]>,
    pub len: usize,
}

/// A bit that the places of a block do not need.
pub const GOES_ON: u16 = 1 << 15;
const _: () = assert!(UNITS <= GOES_ON as usize);

impl Default for Passed {
    fn default() -> Self {
        Self { at: Box::new([0; _]), hash: Box::new([0; _]), len: 0 }
    }
}

impl Passed {
    /// Adds a word if `passes`; without a branch on that.
    #[inline(always)]
    pub fn push(&mut self, at: u16, hash: u64, passes: bool) {
        // No more than a block has places; masked so that it need not be asked.
        let place = self.len % (UNITS + SLACK);
        (self.at[place], self.hash[place]) = (at, hash);
        self.len = place + usize::from(passes);
    }
}

dispatch! {
    /// Adds the words of an ASCII block that may be phrases or begin them.
    pub fn find_ascii(
        lookup: Lookup<'_>,
        keys: AsciiKeys<'_>,
        passed: &mut Passed,
        out: &mut Candidates,
    ) = find
}

dispatch! {
    /// The same for any other block.
    pub fn find_wide(
        lookup: Lookup<'_>,
        keys: WideKeys<'_>,
        passed: &mut Passed,
        out: &mut Candidates,
    ) = find
}

#[inline(always)]
unsafe fn find<K: Kernel>(lookup: Lookup<'_>, keys: impl Keys, passed: &mut Passed, out: &mut Candidates) {
    passed.len = 0;
    // SAFETY: by the contract of this function, which is that of `Kernel`.
    let done = unsafe { keys.filter_many::<K>(lookup, passed) };
    filter(lookup, done, passed, keys);
    // SAFETY: likewise.
    unsafe { sift::<K>(lookup, passed, keys) };
    look_up(lookup, passed, out, keys);
}

/// Adds the words from number `from` on that the table's filter lets pass, without a branch on what
/// it says.
#[inline(always)]
pub fn filter(lookup: Lookup<'_>, from: usize, passed: &mut Passed, keys: impl Keys) {
    let Lookup { table, block, words, .. } = lookup;
    for &at in &block.words.starts.as_slice()[from..words] {
        let start = usize::from(at);
        let hash = keys.word(start, block.words.end(start)).hash();
        passed.push(at, hash, table.may_contain(hash));
    }
}

/// Leaves those words alone that the table's outlines, and a glance at the next word, find promising;
/// again without a branch.
///
/// # Safety
/// That of [`Kernel`].
#[inline(always)]
pub unsafe fn sift<K: Kernel>(lookup: Lookup<'_>, passed: &mut Passed, keys: impl Keys) {
    let Lookup { table, block, .. } = lookup;
    let outlines = table.outlines();
    if table.is_large() {
        // Long before the table is looked at, since memory takes as long as many words.
        passed.hash[..passed.len].iter().for_each(|&hash| outlines.prefetch(hash));
    }
    let all = passed.len;
    // SAFETY: by the contract of this function.
    let done = unsafe { keys.sift_many::<K>(lookup, passed) };
    for number in done..all {
        let (at, hash) = (passed.at[number], passed.hash[number]);
        let start = usize::from(at);
        let end = block.words.end(start);
        let is_space = block.words.space.holds(end);
        let second = (end + 1).min(block.len);
        let second_end = block.words.end(second);
        let out_of_sight = second_end >= block.len && !block.closes;
        let glance = Glance {
            second: keys.second(second, second_end - second),
            other: !is_space,
            unsure: if is_space {
                out_of_sight
                    | !block.words.begins.holds(second)
                    | (block.words.any_complex && block.is_complex_near(second))
            } else {
                lookup.signs_may_be_spaces
            },
        };
        let promise = outlines.promise(hash, glance);
        passed.push(if promise.goes_on { at | GOES_ON } else { at }, hash, promise.is_any());
    }
    if table.is_large() {
        passed.hash[..passed.len].iter().for_each(|&hash| table.prefetch_slot(hash));
    }
}

/// Adds those words to the candidates that the table has. One after the other and before any of them
/// is tried: what is fetched for one is on its way while others are compared.
#[inline(always)]
fn look_up(lookup: Lookup<'_>, passed: &Passed, out: &mut Candidates, keys: impl Keys) {
    let Lookup { table, lane, block, .. } = lookup;
    out.reserve(passed.len);
    for (&at, &hash) in passed.at[..passed.len].iter().zip(&passed.hash[..passed.len]) {
        let (at, may_go_on) = (at & !GOES_ON, at & GOES_ON != 0);
        let start = usize::from(at);
        let end = block.words.end(start);
        let (slot, is_there) = table.find(keys.word(start, end), hash);
        let candidate = Candidate { at, end: end as u16, may_go_on, lane: lane as u32, slot, hash };
        out.push_if(candidate, is_there);
    }
}

/// Makes the keys of the words of a block. (A trait, since closures are not always inlined into what
/// is compiled for other instructions.)
pub trait Keys: Copy {
    /// The key of the word from `start` to `end`.
    fn word(self, start: usize, end: usize) -> WordKey;

    /// What counts of a second word at `at`.
    fn second(self, at: usize, len: usize) -> u64;

    /// Filters as many of the first words (see [`filter`]) as the processor does better many at a
    /// time. Returns how many those were.
    ///
    /// # Safety
    /// That of [`Kernel`].
    #[inline(always)]
    unsafe fn filter_many<K: Kernel>(self, lookup: Lookup<'_>, passed: &mut Passed) -> usize {
        let _ = (lookup, passed);
        0
    }

    /// Sifts as many of the first words (see [`sift`]) as the processor does better many at a time.
    /// Returns how many those were; `passed` has those left of them alone.
    ///
    /// # Safety
    /// That of [`Kernel`].
    #[inline(always)]
    unsafe fn sift_many<K: Kernel>(self, lookup: Lookup<'_>, passed: &mut Passed) -> usize {
        let _ = lookup;
        passed.len = 0;
        0
    }
}

/// In a block of ASCII, by the text from its first byte on.
#[derive(Clone, Copy)]
pub struct AsciiKeys<'a> {
    pub text: &'a [u8],
    pub lower: u64,
}

impl Keys for AsciiKeys<'_> {
    #[inline(always)]
    fn word(self, start: usize, end: usize) -> WordKey {
        let head = first_bytes(self.text, start);
        // Where the word is no longer than its head, any bytes will do.
        let tail = self.text[end.max(8) - 8..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight));
        WordKey::ascii(head, tail, end - start, self.lower)
    }

    #[inline(always)]
    fn second(self, at: usize, len: usize) -> u64 {
        second_ascii(first_bytes(self.text, at), len, self.lower)
    }

    #[inline(always)]
    unsafe fn filter_many<K: Kernel>(self, lookup: Lookup<'_>, passed: &mut Passed) -> usize {
        // SAFETY: by the contract of this function.
        unsafe { K::filter_ascii(lookup, self, passed) }
    }

    #[inline(always)]
    unsafe fn sift_many<K: Kernel>(self, lookup: Lookup<'_>, passed: &mut Passed) -> usize {
        // SAFETY: by the contract of this function.
        unsafe { K::sift_ascii(lookup, self, passed) }
    }
}

/// Eight bytes from `at` on, zeros behind the last.
#[inline(always)]
pub fn first_bytes(text: &[u8], at: usize) -> u64 {
    match text[at..].first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => last_bytes(&text[at..]),
    }
}

/// Fewer than eight bytes, at the end of a text.
#[cold]
fn last_bytes(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |key, &byte| key << 8 | u64::from(byte))
}

/// In any other block, by its folded code units, which have [`PADDING`] around them.
#[derive(Clone, Copy)]
pub struct WideKeys<'a> {
    pub folded: &'a [u16],
    pub lower: u64,
}

impl Keys for WideKeys<'_> {
    #[inline(always)]
    fn word(self, start: usize, end: usize) -> WordKey {
        let len = end - start;
        let first = eight(self.folded, start + PADDING);
        let last = if len > 8 { eight(self.folded, end + PADDING - 8) } else { [0; 2] };
        let used = [low_bytes(2 * len.min(4)), low_bytes((2 * len).saturating_sub(8).min(8))];
        let head = [first[0] & used[0], first[1] & used[1]];
        if (head[0] | head[1] | last[0] | last[1]) & BEYOND_ASCII == 0 {
            return WordKey::ascii(packed(head), packed(last), len, self.lower);
        }
        WordKey::wide(first[0], four(self.folded, (end + PADDING).max(4) - 4), len)
    }

    #[inline(always)]
    fn second(self, at: usize, len: usize) -> u64 {
        second_wide(eight(self.folded, at + PADDING), len, self.lower)
    }

    #[inline(always)]
    unsafe fn filter_many<K: Kernel>(self, lookup: Lookup<'_>, passed: &mut Passed) -> usize {
        // SAFETY: by the contract of this function.
        unsafe { K::filter_wide(lookup, self, passed) }
    }
}

#[inline(always)]
fn eight(folded: &[u16], at: usize) -> [u64; 2] {
    [four(folded, at), four(folded, at + 4)]
}

/// Four code units from `at`, the first one lowest.
#[inline(always)]
pub fn four(folded: &[u16], at: usize) -> u64 {
    match folded[at..].first_chunk::<4>() {
        Some(&[a, b, c, d]) => u64::from(a) | u64::from(b) << 16 | u64::from(c) << 32 | u64::from(d) << 48,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automaton::lower_bits;
    use crate::options::Case;

    /// A word has the same key wherever it stands.
    #[test]
    fn keys_agree() {
        let lower = lower_bits(Case::Ignore);
        for word in ["a", "abc_9", "abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopqrst"] {
            let units: Vec<u16> = word.encode_utf16().collect();
            let expected = WordKey::of_units(&units, lower);
            let text = format!("x {} y", word.to_uppercase());
            assert_eq!(
                AsciiKeys { text: text.as_bytes(), lower }.word(2, 2 + word.len()),
                expected,
                "{word}"
            );
            assert_eq!(
                AsciiKeys { text: &text.as_bytes()[..2 + word.len()], lower }.word(2, 2 + word.len()),
                expected
            );
            assert_eq!(expected.is_long(), word.len() > 16);
        }
        for word in
            ["a", "abc_9", "abcdefghi", "abcdefghijklmnopqrst", "ж", "жабa", "жабаб", "жабабабаб", "abcdefgж"]
        {
            let units: Vec<u16> = word.encode_utf16().collect();
            let mut folded = vec![0; PADDING];
            folded.extend("_я".encode_utf16());
            folded.extend(&units);
            folded.extend([0x20; PADDING]);
            let key = WideKeys { folded: &folded, lower }.word(2, 2 + units.len());
            assert_eq!(key, WordKey::of_units(&units, lower), "{word}");
        }
    }
}
