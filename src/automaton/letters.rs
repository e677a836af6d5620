//! A filter for small dictionaries, of the first letters of their first words: many places of a text
//! at once are found to begin no phrase before any word is hashed.

use serde::{Deserialize, Serialize};

/// How many letters count.
pub const LETTERS: usize = 4;
/// Words are shared out to so many buckets, one for each bit of a byte.
const BUCKETS: usize = 8;
/// With more first words than this nearly every letter is in every bucket.
const MOST_WORDS: usize = 400;

const LOWER: u8 = 0x20;

/// The first letters, and how many of them count, of the folds that begin with a sign of ASCII.
pub fn sign_heads<'a>(folds: impl Iterator<Item = &'a [u8]>) -> Vec<(u64, usize)> {
    let mut heads = Vec::new();
    for fold in folds.filter(|fold| fold[0].is_ascii_punctuation() || fold[0].is_ascii_control()) {
        // A space may be any white space, or a dash.
        let ends = |byte: &u8| !byte.is_ascii() || *byte == b' ';
        let length = fold.iter().take(LETTERS).position(ends).unwrap_or(fold.len().min(LETTERS));
        // Two signs fold to an apostrophe.
        let quotes = fold[..length].iter().filter(|&&byte| byte == b'\'').count();
        for variant in 0..1_u8 << quotes {
            let (mut head, mut quote) = ([0; 8], 0);
            for (at, &byte) in fold[..length].iter().enumerate() {
                let is_quote = byte == b'\'';
                head[at] = if is_quote && variant >> quote & 1 != 0 { b'`' } else { byte } | LOWER;
                quote += u8::from(is_quote);
            }
            heads.push((u64::from_le_bytes(head), length));
        }
    }
    heads.sort_unstable();
    heads.dedup();
    heads
}

/// For each of the first letters, the buckets that have words with it, by the lower and the upper
/// four bits of its byte (as in the Teddy algorithm of the hyperscan library).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstLetters {
    pub low: [[u8; 16]; LETTERS],
    pub high: [[u8; 16]; LETTERS],
    /// What is set in each byte before it is looked at, to make letters lower case.
    pub lower: u8,
}

impl FirstLetters {
    /// The filter of ASCII words, whose first bytes are given as of [`super::WordKey`], with their
    /// lengths; none if there are too many.
    pub fn new(mut words: Vec<(u64, usize)>, lower: u8) -> Option<Self> {
        words.sort_unstable_by_key(|&(head, length)| (length.min(LETTERS) == LETTERS, head.swap_bytes()));
        words.dedup();
        if words.is_empty() || words.len() > MOST_WORDS {
            return None;
        }
        let mut letters = Self { low: [[0; 16]; LETTERS], high: [[0; 16]; LETTERS], lower };
        for (number, &(head, length)) in words.iter().enumerate() {
            letters.add(head.to_le_bytes(), length, 1 << (number * BUCKETS / words.len()));
        }
        Some(letters)
    }

    /// The filter of phrases that begin with signs, given by [`sign_heads`]. It passes more than these,
    /// but not less, whatever the case.
    pub fn of_signs(mut heads: Vec<(u64, usize)>) -> Option<Self> {
        heads.sort_unstable_by_key(|&(head, _)| head.swap_bytes());
        heads.dedup();
        if heads.is_empty() {
            return None;
        }
        let mut letters = Self { low: [[0; 16]; LETTERS], high: [[0; 16]; LETTERS], lower: LOWER };
        for (number, &(head, length)) in heads.iter().enumerate() {
            letters.add(head.to_le_bytes(), length, 1 << (number * BUCKETS / heads.len()));
        }
        Some(letters)
    }

    fn add(&mut self, head: [u8; 8], length: usize, bucket: u8) {
        for (at, &byte) in head.iter().enumerate().take(LETTERS) {
            if at < length {
                let byte = byte | self.lower;
                self.low[at][usize::from(byte & 15)] |= bucket;
                self.high[at][usize::from(byte >> 4)] |= bucket;
            } else {
                // Anything may stand behind a short word.
                self.low[at].iter_mut().chain(&mut self.high[at]).for_each(|buckets| *buckets |= bucket);
            }
        }
    }

    /// Whether a phrase may begin with these bytes.
    pub fn may_begin(&self, bytes: [u8; LETTERS]) -> bool {
        let buckets = |(at, byte): (usize, u8)| {
            let byte = byte | self.lower;
            self.low[at][usize::from(byte & 15)] & self.high[at][usize::from(byte >> 4)]
        };
        bytes.into_iter().enumerate().map(buckets).fold(0xFF, |all, own| all & own) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_words_pass() {
        let words = ["us", "china", "new", "south", "a", "peru"];
        let heads = words.map(|word| {
            let mut head = [0; 8];
            head[..word.len()].copy_from_slice(word.as_bytes());
            (u64::from_le_bytes(head), word.len())
        });
        let letters = FirstLetters::new(heads.to_vec(), 0x20).unwrap();
        for text in [b"US, ", b"chin", b"NEW\n", b"Sout", b"a b ", b"peru"] {
            assert!(letters.may_begin(*text), "{text:?}");
        }
        assert!(!letters.may_begin(*b"xylo"));
        assert!(FirstLetters::new(Vec::new(), 0).is_none());
    }
}
