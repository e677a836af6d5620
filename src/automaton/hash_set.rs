//! A set of hashes, which may say yes where it is no: the filters' bits.

use serde::{Deserialize, Serialize};

use crate::bulk;

/// A set of hashes. It never misses one that is in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HashSet {
    #[serde(with = "bulk")]
    bits: Vec<u64>,
    shift: u32,
}

impl HashSet {
    /// A set for so many hashes, with 16 bits for each.
    pub fn new(len: usize) -> Self {
        Self::with_bits(len, 16)
    }

    /// A set for so many hashes, with at least so many bits for each.
    pub fn with_bits(len: usize, each: usize) -> Self {
        let bits = (len * each).next_power_of_two().max(1024);
        Self { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() }
    }

    pub fn insert(&mut self, hash: u64) {
        let at = (hash >> self.shift) as usize;
        self.bits[at / 64] |= 1 << (at % 64);
    }

    #[inline(always)]
    pub fn contains(&self, hash: u64) -> bool {
        let at = (hash >> self.shift) as usize;
        self.bits[at / 64] >> (at % 64) & 1 != 0
    }

    /// Inserts something that belongs to a hash, given by a hash of its own: it lies within 64 bytes of
    /// what the first hash leads to, and is fetched with it more often than not.
    pub fn insert_beside(&mut self, hash: u64, own: u64) {
        let at = self.beside(hash, own);
        self.bits[at / 64] |= 1 << (at % 64);
    }

    #[inline(always)]
    pub fn contains_beside(&self, hash: u64, own: u64) -> bool {
        let at = self.beside(hash, own);
        self.bits[at / 64] >> (at % 64) & 1 != 0
    }

    #[inline(always)]
    fn beside(&self, hash: u64, own: u64) -> usize {
        const LINE: usize = 512;
        (hash >> self.shift) as usize / LINE * LINE + (own >> 32) as usize % LINE
    }

    /// The bits, and how far right a hash is shifted to become the number of one.
    pub fn parts(&self) -> (&[u64], u32) {
        (&self.bits, self.shift)
    }

    pub fn nbytes(&self) -> usize {
        self.bits.capacity() * 8
    }

    /// Whether what was read could have been written: all hashes lead to a bit.
    pub fn is_sound(&self) -> bool {
        let bits = self.bits.len() * 64;
        bits.is_power_of_two() && bits >= 1024 && self.shift == 64 - bits.trailing_zeros()
    }
}
