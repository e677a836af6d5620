//! What a glance at a first word tells, in eight bytes and a table of their own: four times as many lie
//! in a processor's cache as slots of the table of first words.

use serde::{Deserialize, Serialize};

use crate::bulk::{self, Bulk};
use crate::prefetch::prefetch;

/// From the lowest bit: 30 bits for hashes of second words, [`Outline::OPEN`] and [`Outline::OTHER`]; a tag of the
/// word's hash; a bit for each hash of a word that belongs here and stands elsewhere; whether the
/// word alone is a phrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Outline(u64);

/// What stands behind a word of a text, at first sight.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    /// What counts of the next word.
    pub second: u64,
    /// Something else than a space stands between.
    pub other: bool,
    /// It takes a closer look.
    pub unsure: bool,
}

/// What a word of a text may be, at first sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// A phrase, alone.
    pub is_phrase: bool,
    /// The beginning of one.
    pub goes_on: bool,
}

impl Promise {
    /// Whether it is worth a closer look.
    #[inline(always)]
    pub fn is_any(self) -> bool {
        self.is_phrase | self.goes_on
    }
}

impl Bulk for Outline {
    const SIZE: usize = 8;

    fn put(self, out: &mut [u8]) {
        self.0.put(out);
    }

    fn take(bytes: &[u8]) -> Self {
        Self(Bulk::take(bytes))
    }
}

impl Outline {
    /// The second word of a phrase may go on, so that pairs of whole words do not tell all.
    pub const OPEN: u32 = 1 << 30;
    /// A phrase goes on otherwise than with a space and a word.
    pub const OTHER: u32 = 1 << 31;
    /// Where in the outline the tag is, and how far right the mixed hash is shifted before it is there.
    pub const TAG: u64 = 0x007F_FFFF << 32;
    pub const TAG_BY: u32 = 64 - 23;
    /// Where the bits of displaced words are, and which bits of the mixed hash choose one.
    pub const DISPLACED: u32 = 55;
    pub const DISPLACED_BY: u32 = Self::TAG_BY - 3;
    pub const IS_PHRASE: u64 = 1 << 63;
    /// What the hash of a second word multiplies with (a first word's, too, to mix it), and how many bits
    /// there are for it.
    pub const SECOND_FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    pub const SECOND_BITS: u64 = 30;
    /// So much of a second word counts here: three letters of ASCII.
    pub const SECOND_MASK: u64 = 0xFF_FFFF;

    /// Makes this the outline of a word, and keeps what is displaced from here.
    pub fn set_word(&mut self, hash: u64) {
        self.0 = self.0 & !Self::TAG | Self::tag(hash);
    }

    pub fn set_phrase(&mut self) {
        self.0 |= Self::IS_PHRASE;
    }

    /// Adds to how phrases go on.
    pub fn add_follows(&mut self, follows: u32) {
        self.0 |= u64::from(follows);
    }

    /// Notes that the word of a hash belongs here and stands elsewhere.
    pub fn displace(&mut self, hash: u64) {
        self.0 |= Self::displaced(hash);
    }

    /// Takes in what a word's outline has.
    pub fn merge(&mut self, is_phrase: bool, follows: u32) {
        self.add_follows(follows);
        if is_phrase {
            self.set_phrase();
        }
    }

    /// A hash whose highest bits depend on all of a word: the middle ones of the hash itself do not on
    /// the last letters.
    #[inline(always)]
    fn mixed(hash: u64) -> u64 {
        (hash ^ hash >> 32).wrapping_mul(Self::SECOND_FACTOR)
    }

    #[inline(always)]
    fn tag(hash: u64) -> u64 {
        Self::mixed(hash) >> Self::TAG_BY << 32
    }

    #[inline(always)]
    fn displaced(hash: u64) -> u64 {
        1 << (u64::from(Self::DISPLACED) + (Self::mixed(hash) >> Self::DISPLACED_BY & 7))
    }

    /// The bit of a second word.
    #[inline(always)]
    pub fn second(second: u64) -> u32 {
        let counted = second & Self::SECOND_MASK;
        1 << (((counted.wrapping_mul(Self::SECOND_FACTOR) >> 32) * Self::SECOND_BITS) >> 32)
    }

    /// Whether the word of this hash, which belongs here, may stand elsewhere.
    #[inline(always)]
    pub fn is_elsewhere(self, hash: u64) -> bool {
        !self.is_of(hash) & (self.0 & Self::displaced(hash) != 0)
    }

    /// Whether this is the outline of the word of this hash, as far as the tag tells.
    #[inline(always)]
    pub fn is_of(self, hash: u64) -> bool {
        (self.0 ^ Self::tag(hash)) & Self::TAG == 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What a word of a text with this hash may be, if this is its outline. Without a branch.
    #[inline(always)]
    pub fn promise(self, hash: u64, glance: Glance) -> Promise {
        let wanted = if glance.other { Self::OTHER } else { Self::second(glance.second) };
        let wanted = wanted | if glance.unsure { u32::MAX } else { 0 };
        let is_of = self.is_of(hash);
        Promise {
            is_phrase: is_of & (self.0 & Self::IS_PHRASE != 0),
            goes_on: is_of & (self.0 & u64::from(wanted) != 0),
        }
    }
}

/// The outlines of the words of a table, each where its hash leads to, or in the next free place behind.
/// Words of one tag that meet share one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outlines {
    #[serde(with = "bulk")]
    all: Vec<Outline>,
    shift: u32,
}

impl Outlines {
    /// Room for so many words. At least half of it is left free, so that most words are where they are
    /// looked for first.
    pub fn new(words: usize) -> Self {
        let size = (2 * words + 2).next_power_of_two();
        Self { all: vec![Outline::default(); size], shift: 64 - size.trailing_zeros() }
    }

    /// Takes in a word, no more than there is room for.
    pub fn insert(&mut self, hash: u64, is_phrase: bool, follows: u32) {
        let home = self.home(hash);
        let mut at = home;
        while !self.all[at].is_empty() && !self.all[at].is_of(hash) {
            at = (at + 1) & (self.all.len() - 1);
        }
        if at != home {
            self.all[home].displace(hash);
        }
        self.all[at].set_word(hash);
        self.all[at].merge(is_phrase, follows);
    }

    #[inline(always)]
    fn home(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize
    }

    /// All of them, and how far right a hash is shifted to become the number of one.
    pub fn parts(&self) -> (&[Outline], u32) {
        (&self.all, self.shift)
    }

    /// Asks the processor to fetch the outline of a hash.
    #[inline(always)]
    pub fn prefetch(&self, hash: u64) {
        prefetch(&self.all[self.home(hash)]);
    }

    /// What a word with what stands behind it may be. Without a branch, but for words that do not stand
    /// where they belong.
    #[inline(always)]
    pub fn promise(&self, hash: u64, glance: Glance) -> Promise {
        let home = self.home(hash);
        let outline = self.all[home];
        if outline.is_elsewhere(hash) {
            return self.promise_elsewhere(home, hash, glance);
        }
        outline.promise(hash, glance)
    }

    fn promise_elsewhere(&self, home: usize, hash: u64, glance: Glance) -> Promise {
        let behind = |step| self.all[(home + step) & (self.all.len() - 1)];
        let mut outlines = (1..self.all.len()).map(behind).take_while(|outline| !outline.is_empty());
        let found = outlines.find(|outline| outline.is_of(hash));
        found.map_or(Promise::default(), |outline| outline.promise(hash, glance))
    }

    /// Whether what was read could have been written: all hashes lead to one.
    pub fn is_sound(&self) -> bool {
        let size = self.all.len();
        size.is_power_of_two() && size > 1 && self.shift == 64 - size.trailing_zeros()
    }

    pub fn nbytes(&self) -> usize {
        self.all.capacity() * size_of::<Outline>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_words_apart() {
        let (hash, other_hash) = (0x1234_5678_9ABC_DEF0, 0x1234_5679_9ABD_DEF0);
        let word = |second| Glance { second, other: false, unsure: false };
        let sign = Glance { second: 0, other: true, unsure: false };
        let unsure = Glance { second: 0, other: false, unsure: true };
        let mut outline = Outline::default();
        outline.set_word(hash);
        assert!(!outline.promise(hash, unsure).is_any());
        outline.add_follows(Outline::second(77));
        assert!(outline.promise(hash, word(77)).goes_on && outline.promise(hash, unsure).goes_on);
        assert!(!outline.promise(hash, sign).is_any() && !outline.promise(other_hash, word(77)).is_any());
        outline.add_follows(Outline::OTHER);
        assert!(outline.promise(hash, sign).goes_on);
        outline.displace(other_hash);
        assert!(outline.is_elsewhere(other_hash) && !outline.is_elsewhere(hash));
        outline.set_phrase();
        assert_eq!(outline.promise(hash, word(78)), Promise { is_phrase: true, goes_on: false });
    }

    /// Words that do not stand where they belong are found, and those of one tag are taken for each other.
    #[test]
    fn finds_words_elsewhere() {
        let mixed = |number: u64| number.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        // All belong to the first few places.
        let hashes: Vec<u64> = (1..200).map(|number| mixed(number) >> 4).collect();
        let mut outlines = Outlines::new(hashes.len());
        hashes.iter().for_each(|&hash| outlines.insert(hash, hash % 3 == 0, (hash % 3 != 0).into()));
        let unsure = Glance { second: 0, other: false, unsure: true };
        for &hash in &hashes {
            let promise = outlines.promise(hash, unsure);
            assert!(if hash % 3 == 0 { promise.is_phrase } else { promise.goes_on });
        }
        let strange = (1000..2000).filter(|&number| outlines.promise(mixed(number) >> 4, unsure).is_any());
        assert!(strange.count() < 5);
        assert!(outlines.is_sound());
    }
}
