//! Filters that tell, before the automaton is walked, that no phrase starts here.

use std::collections::HashSet;

use crate::fold::{FoldTable, Profile};
use crate::options::{Case, Hyphens};
use crate::unicode::{self, DASH, SPACE, may_change_in_fold};

const BITS: usize = 0x2_0000;

/// The code points with whose folds a phrase begins. Exact for a unit of one code point; a unit of
/// several may begin with what they make together, and must not be judged by it.
#[derive(Clone)]
pub struct FirstSet {
    ascii: [bool; 128],
    /// A bit for each code point of the first two planes; empty if no phrase begins there but with
    /// ASCII.
    bits: Vec<u64>,
    /// Whether a phrase begins with the fold of a code point beyond those.
    beyond: bool,
}

impl Default for FirstSet {
    fn default() -> Self {
        Self { ascii: [false; 128], bits: Vec::new(), beyond: false }
    }
}

impl FirstSet {
    /// The set for phrases with these folds.
    pub fn new<'a>(profile: Profile, folds: impl Iterator<Item = &'a [u8]>) -> Self {
        let begins: HashSet<char> = folds.filter_map(first_char).collect();
        let mut set = Self { ascii: [false; 128], bits: vec![0; BITS / 64], beyond: false };
        begins.iter().for_each(|&c| set.set(c));
        let table = FoldTable::of(profile.case, profile.accents);
        let mut folded = Vec::new();
        for c in may_change_in_fold() {
            folded.clear();
            table.push_fold(c as u32, &mut folded);
            let flags = unicode::chars().get(c as u32);
            let may_be_space = flags & SPACE != 0 || flags & DASH != 0 && profile.hyphens == Hyphens::Space;
            if first_char(&folded).is_some_and(|first| begins.contains(&first))
                || may_be_space && begins.contains(&' ')
            {
                set.set(c);
            }
        }
        if set.bits[2..].iter().all(|&word| word == 0) {
            set.bits = Vec::new();
        }
        set
    }

    /// Takes in what another set holds.
    pub fn merge(&mut self, other: &Self) {
        self.bits.resize(self.bits.len().max(other.bits.len()), 0);
        self.beyond |= other.beyond;
        self.bits.iter_mut().zip(&other.bits).for_each(|(own, other)| *own |= other);
        self.ascii.iter_mut().zip(other.ascii).for_each(|(own, other)| *own |= other);
    }

    fn set(&mut self, c: char) {
        let at = c as usize;
        if at < 128 {
            self.ascii[at] = true;
        }
        if at < BITS {
            self.bits[at / 64] |= 1 << (at % 64);
        } else {
            self.beyond = true;
        }
    }

    /// Whether a phrase may begin with the fold of `cp`.
    #[inline(always)]
    pub fn contains(&self, cp: u32) -> bool {
        if cp < 128 {
            return self.ascii[cp as usize];
        }
        match self.bits.get(cp as usize / 64) {
            Some(word) => word >> (cp % 64) & 1 != 0,
            None => self.beyond && cp as usize >= BITS,
        }
    }

    /// Whether a phrase may begin with an ASCII character that `accept` takes.
    pub fn any_ascii(&self, accept: impl Fn(u8) -> bool) -> bool {
        (0..128_u8).any(|byte| self.ascii[usize::from(byte)] && accept(byte))
    }

    pub fn nbytes(&self) -> usize {
        self.bits.capacity() * 8
    }
}

fn first_char(fold: &[u8]) -> Option<char> {
    let head = &fold[..fold.len().min(4)];
    head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next())
}

/// The first word of a text or phrase: its first eight bytes, and its length up to nine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordKey {
    pub bytes: u64,
    pub length: usize,
}

/// A set of hashed first words. It never misses one that is in it.
pub struct WordFilter {
    bits: Vec<u64>,
    shift: u32,
    /// Makes letters lower case, if case is ignored; what it does to other characters is the same
    /// for phrase and text.
    lower: u64,
}

impl WordFilter {
    /// Beyond this length all first words are alike but for their first eight bytes.
    pub const LONGEST: usize = 9;

    pub fn new(case: Case, phrases: usize) -> Self {
        let bits = (phrases * 16).next_power_of_two().max(1024);
        Self {
            bits: vec![0; bits / 64],
            shift: 64 - bits.trailing_zeros(),
            lower: if case == Case::Match { 0 } else { 0x2020_2020_2020_2020 },
        }
    }

    /// Takes the first word of a phrase's fold into the set, if ASCII text alone can match it.
    ///
    /// A word that goes on beyond ASCII may meet a text's word of ASCII only if that is longer than
    /// its first eight bytes show (`abcdefghé`, `abcdefghe` + U+0301).
    pub fn add(&mut self, fold: &[u8]) {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = fold.iter().position(|byte| !is_word(byte)).unwrap_or(fold.len());
        let goes_on = fold.get(length).is_some_and(|byte| !byte.is_ascii());
        if length == 0 || goes_on && length < 8 {
            return;
        }
        let length = if goes_on { Self::LONGEST } else { length.min(Self::LONGEST) };
        let bytes = fold[..length.min(8)].iter().rev().fold(0, |key, &byte| key << 8 | u64::from(byte));
        let at = self.hash(WordKey { bytes, length });
        self.bits[at / 64] |= 1 << (at % 64);
    }

    #[inline(always)]
    pub fn contains(&self, word: WordKey) -> bool {
        let at = self.hash(word);
        self.bits[at / 64] >> (at % 64) & 1 != 0
    }

    #[inline(always)]
    fn hash(&self, word: WordKey) -> usize {
        let used = u64::MAX >> (64 - 8 * word.length.clamp(1, 8) as u32);
        let bytes = word.bytes | self.lower & used;
        let mixed = (bytes ^ (word.length as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
            .wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        ((mixed ^ mixed >> 29).wrapping_mul(0xC4CE_B9FE_1A85_EC53) >> self.shift) as usize
    }

    pub fn nbytes(&self) -> usize {
        self.bits.capacity() * 8
    }
}
