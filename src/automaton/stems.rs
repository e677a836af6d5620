//! A filter of the first letters of phrases that may begin any word of ASCII which goes on as it
//! likes: those of globs (`afghan*`), and of phrases that ask for a boundary at their start alone.

use serde::{Deserialize, Serialize};

use super::hash_set::HashSet;
use super::heads::{HEAD_LETTERS, hashes};
use super::word_key::{low_bytes, lower_bits};
use crate::fold::Profile;
use crate::unicode::is_ascii_word;

/// How many letters of a phrase count: the most of these that it has.
const COUNTED: [usize; 7] = [8, 6, 5, 4, 3, 2, 1];
/// The bits of a letter that tell it from others, whatever its case.
const LETTER: u64 = 0x1F;

/// How many letters may count in a register.
pub const STEM_LETTERS: [usize; 4] = [2, 3, 4, HEAD_LETTERS];
const MOST: usize = HEAD_LETTERS;
/// With fewer phrases four letters tell enough.
const FEW: usize = 1000;
/// With more phrases too many others pass.
const MOST_HEADS: usize = 5000;

/// The first letters of phrases as [`super::Heads`] has them of words, by how many of them count: the
/// most of [`STEM_LETTERS`] that a phrase has, or one fewer.
pub struct StemHeads {
    /// By hash, as there; the bit is told by the sum of both.
    pub bits: [[[u8; 256]; 2]; STEM_LETTERS.len()],
    /// For which numbers of letters there are phrases.
    pub used: [bool; STEM_LETTERS.len()],
}

impl StemHeads {
    /// The filter of phrases given by their first letters, up to eight, and how many those are; none if
    /// there are too many phrases, or one is of one letter.
    pub fn new(stems: impl Iterator<Item = (u64, usize)>) -> Option<Box<Self>> {
        let mut heads = Box::new(Self { bits: [[[0; 256]; 2]; _], used: [false; _] });
        let stems: Vec<(u64, usize)> = stems.take(MOST_HEADS).collect();
        if stems.len() == MOST_HEADS {
            return None;
        }
        // Each number of letters that is asked for costs time: of few phrases one fewer tells enough.
        let most =
            if stems.len() < FEW && stems.iter().any(|&(_, len)| len == MOST - 1) { MOST - 1 } else { MOST };
        for (letters, len) in stems {
            let which = STEM_LETTERS.iter().rposition(|&counted| counted <= len.min(most))?;
            let [a, b] = hashes(letters & low_bytes(STEM_LETTERS[which]));
            let bit = 1 << ((a ^ b) & 7);
            heads.used[which] = true;
            heads.bits[which][0][usize::from(a)] |= bit;
            heads.bits[which][1][usize::from(b)] |= bit;
        }
        heads.used.contains(&true).then_some(heads)
    }
}

/// The first letters of phrases: three of them exactly, which rule out most words, then up to eight.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "Letters", into = "Letters")]
pub struct Stems {
    /// A bit for each three letters.
    triples: Box<[u64; 512]>,
    set: HashSet,
    /// For which of [`COUNTED`] there are phrases.
    used: [bool; COUNTED.len()],
    lower: u64,
    /// Those letters, and how many there are, for [`StemHeads::new`].
    pub letters: Vec<(u64, usize)>,
}

/// What [`Stems`] are made of.
#[derive(Serialize, Deserialize)]
struct Letters {
    lower: u64,
    letters: Vec<(u64, usize)>,
}

impl Stems {
    pub fn new<'a>(profile: Profile, folds: impl Iterator<Item = &'a [u8]>) -> Self {
        let letters = folds.map(|fold| (eight(fold), letters(fold).min(8))).filter(|&(_, len)| len > 0);
        Letters { lower: lower_bits(profile.case), letters: letters.collect() }.into()
    }

    fn insert(&mut self, letters: u64, len: usize) {
        // The first letters of a phrase, as many as are asked for.
        let Some(number) = COUNTED.iter().position(|&counted| counted <= len) else { return };
        let len = COUNTED[number];
        self.used[number] = true;
        self.set.insert(hash((letters | self.lower) & low_bytes(len), len));
        // Whatever follows a phrase of fewer letters.
        let known = triple(letters);
        let free = 5 * len.min(3);
        for rest in 0..1 << (15 - free) {
            let at = known & ((1 << free) - 1) | rest << free;
            self.triples[at / 64] |= 1 << (at % 64);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.used == [false; COUNTED.len()]
    }

    /// Whether a phrase may begin with the first three of these bytes.
    #[inline(always)]
    pub fn may_begin_three(&self, eight: u64) -> bool {
        let at = triple(eight);
        self.triples[at / 64] >> (at % 64) & 1 != 0
    }

    /// Whether a phrase may begin with these bytes.
    #[inline(always)]
    pub fn may_begin(&self, eight: u64) -> bool {
        let mut may = false;
        // Which lengths there are is the same each time.
        for (counted, used) in COUNTED.into_iter().zip(self.used) {
            if used {
                may |= self.set.contains(hash((eight | self.lower) & low_bytes(counted), counted));
            }
        }
        may
    }

    pub fn nbytes(&self) -> usize {
        size_of_val(&*self.triples) + self.set.nbytes() + self.letters.capacity() * size_of::<(u64, usize)>()
    }
}

/// How many letters of ASCII a fold begins with.
fn letters(fold: &[u8]) -> usize {
    fold.iter().take_while(|&&byte| is_ascii_word(byte)).count()
}

/// Up to eight bytes as a number, the first one lowest.
fn eight(letters: &[u8]) -> u64 {
    letters.iter().take(8).rev().fold(0, |eight, &byte| eight << 8 | u64::from(byte))
}

impl From<Letters> for Stems {
    fn from(Letters { lower, letters }: Letters) -> Self {
        let mut stems = Self {
            triples: Box::new([0; 512]),
            set: HashSet::with_bits(letters.len(), 32),
            used: [false; _],
            lower,
            letters: Vec::new(),
        };
        letters.iter().for_each(|&(letters, len)| stems.insert(letters, len));
        stems.letters = letters;
        stems
    }
}

impl From<Stems> for Letters {
    fn from(stems: Stems) -> Self {
        Self { lower: stems.lower, letters: stems.letters }
    }
}

/// The number of three letters, the first ones of eight bytes.
#[inline(always)]
fn triple(eight: u64) -> usize {
    ((eight & LETTER) | (eight >> 8 & LETTER) << 5 | (eight >> 16 & LETTER) << 10) as usize
}

#[inline(always)]
fn hash(letters: u64, counted: usize) -> u64 {
    let mixed = (letters ^ (counted as u64) << 59).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed << 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_stems_pass_and_little_else() {
        let folds: [&[u8]; 4] = [b"afghan", b"un", b"colour revolution", b"x-ray"];
        let stems = Stems::new(Profile::default(), folds.into_iter());
        let eight = |word: &str| eight(word.as_bytes());
        for word in ["Afghanistan", "afghan", "UNO", "un ", "colourful", "x  ", "xyz"] {
            assert!(stems.may_begin_three(eight(word)) && stems.may_begin(eight(word)), "{word}");
        }
        for word in ["afgha", "Africa", "u  ", "color", "the "] {
            assert!(!stems.may_begin_three(eight(word)) || !stems.may_begin(eight(word)), "{word}");
        }
    }
}
