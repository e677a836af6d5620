//! A filter of words by their first letters that fits a processor's registers: what it says of 64
//! places at once takes hardly longer than hashing one word.
//!
//! It is a Bloom filter of one or two hashes, each a byte and three more bits. A hash is the sum without
//! carry of a random byte for each letter (tabulation hashing).

use super::buckets::Buckets;
use super::word_key::low_bytes;

/// How many letters count.
pub const HEAD_LETTERS: usize = 5;
/// With more words than this one hash lets too many others pass, and then two.
const MOST_FOR_ONE: usize = 200;
const MOST_FOR_TWO: usize = 2500;

/// By place and by the lowest six bits of a letter, its part of each hash: the same in both cases.
pub static PARTS: [[[u8; 64]; HEAD_LETTERS]; 2] = parts();

const fn parts() -> [[[u8; 64]; HEAD_LETTERS]; 2] {
    let mut parts = [[[0; 64]; HEAD_LETTERS]; 2];
    let mut state = 0_u64;
    let mut i = 0;
    while i < 2 * HEAD_LETTERS * 32 {
        // SplitMix64 of Steele, Lea and Flood, 2014.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        let of_place = &mut parts[i / 32 / HEAD_LETTERS][i / 32 % HEAD_LETTERS];
        of_place[i % 32] = (mixed >> 56) as u8;
        of_place[32 + i % 32] = of_place[i % 32];
        i += 1;
    }
    parts
}

/// The first letters of the words that phrases begin with, whatever their case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heads {
    /// By hash: a byte for each of its values, and in it a bit for the lowest three bits of the first
    /// letter, or of the sum of both hashes if both count.
    pub bits: [[u8; 256]; 2],
    /// Whether both hashes count.
    pub has_two: bool,
    /// What tells the same faster, where there are few words.
    pub buckets: Option<Box<Buckets>>,
}

impl Heads {
    /// The filter of words of ASCII, given by their first eight bytes and their lengths; none if there
    /// are too many.
    pub fn new(words: impl Iterator<Item = (u64, usize)>) -> Option<Self> {
        let mut heads: Vec<u64> = words.map(|(head, len)| head & low_bytes(len.min(HEAD_LETTERS))).collect();
        heads.sort_unstable();
        heads.dedup();
        if heads.is_empty() || heads.len() > MOST_FOR_TWO {
            return None;
        }
        let buckets = Buckets::new(&heads).map(Box::new);
        let mut filter = Self { bits: [[0; 256]; 2], has_two: heads.len() > MOST_FOR_ONE, buckets };
        for head in heads {
            let [a, b] = hashes(head);
            let bit = filter.bit(head, [a, b]);
            filter.bits[0][usize::from(a)] |= bit;
            filter.bits[1][usize::from(b)] |= bit;
        }
        Some(filter)
    }

    /// Whether a word may be one of those, given as to [`Heads::new`].
    #[cfg(test)]
    pub fn may_contain(&self, head: u64, len: usize) -> bool {
        let [a, b] = hashes(head & low_bytes(len.min(HEAD_LETTERS)));
        let mut found = self.bits[0][usize::from(a)] & self.bit(head, [a, b]);
        if self.has_two {
            found &= self.bits[1][usize::from(b)];
        }
        found != 0
    }

    /// The bit that counts in each byte: one that the byte's own hash does not tell.
    fn bit(&self, head: u64, [a, b]: [u8; 2]) -> u8 {
        1 << (if self.has_two { a ^ b } else { head as u8 } & 7)
    }
}

/// The hashes of the letters of a word, zero where it has ended.
pub(super) fn hashes(head: u64) -> [u8; 2] {
    let letters = head.to_le_bytes();
    PARTS.each_ref().map(|parts| {
        let of_letters = parts.iter().zip(letters).filter(|&(_, letter)| letter != 0);
        of_letters.fold(0, |hash, (part, letter)| hash ^ part[usize::from(letter & 63)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(word: &str) -> (u64, usize) {
        let mut head = [0; 8];
        let len = word.len().min(8);
        head[..len].copy_from_slice(&word.as_bytes()[..len]);
        (u64::from_le_bytes(head), word.len())
    }

    #[test]
    fn passes_its_words_and_few_others() {
        let number = |i: u32| word(&format!("w{:x}", i.wrapping_mul(0x9E37_79B1)));
        let heads = Heads::new((0..500).map(number)).unwrap();
        assert!((0..500).map(number).all(|(head, len)| heads.may_contain(head, len)));
        let (head, len) = word("W9E3779B1");
        assert!(heads.may_contain(head, len));
        let others = (1000..2000).map(number).filter(|&(head, len)| heads.may_contain(head, len)).count();
        assert!(others < 100, "{others}");
        assert!(Heads::new((0..100_000).map(number)).is_none());
        assert!(Heads::new(std::iter::empty()).is_none());
    }
}
