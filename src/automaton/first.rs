//! The code points with which phrases begin.

use serde::{Deserialize, Serialize};

use std::collections::HashSet;

use crate::bulk;
use crate::fold::{FoldTable, Profile};
use crate::options::Hyphens;
use crate::unicode::{self, DASH, SPACE, may_change_in_fold};

const BITS: usize = 0x2_0000;

/// The code points with whose folds a phrase begins. Exact for a unit of one code point; a unit of
/// several may begin with what they make together, and must not be judged by it.
#[derive(Clone, Serialize, Deserialize)]
pub struct FirstSet {
    #[serde(with = "bulk::array")]
    ascii: [bool; 128],
    /// A bit for each code point of the first two planes; empty if no phrase begins there but with
    /// ASCII.
    #[serde(with = "bulk")]
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

    /// The set for phrases that may begin with anything.
    pub fn everything() -> Self {
        Self { ascii: [true; 128], bits: vec![u64::MAX; BITS / 64], beyond: true }
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

pub fn first_char(fold: &[u8]) -> Option<char> {
    let lead = *fold.first()?;
    if lead.is_ascii() {
        return Some(char::from(lead));
    }
    let width = lead.leading_ones() as usize;
    std::str::from_utf8(fold.get(..width)?).ok()?.chars().next()
}
