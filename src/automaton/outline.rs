//! What a glance at a slot of the table of first words tells, in eight bytes: four times as many lie
//! in a processor's cache as slots.

use crate::bulk::Bulk;

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

    /// Takes in what another word's outline has, to be found in its place as well.
    pub fn merge(&mut self, phrase: bool, follows: u32) {
        self.add_follows(follows);
        if phrase {
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

    /// Whether this is the outline of the word of this hash, as far as the tag tells. If another word
    /// before it has the same tag, that one's outline tells of both (see [`Outline::merge`]).
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
}
