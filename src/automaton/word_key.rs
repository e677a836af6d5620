//! What counts of a word: of a first one all that tells it from others, of a second one its first letters.

use crate::options::Case;

/// What tells words apart. Words of up to 16 ASCII characters, or 8 others, have each their own;
/// longer ones ([`WordKey::is_long`]) share it with those of the same ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordKey {
    /// The first eight bytes of ASCII, or the first four code units.
    pub head: u64,
    /// The last ones, if the word has more than the head holds.
    pub tail: u64,
    /// How many, up to one more than head and tail hold; [`WordKey::WIDE`] set if not all ASCII.
    pub len: u64,
}

const EIGHT_ASCII: u64 = 0x2020_2020_2020_2020;

/// The bits that make ASCII word characters lower case, where case is ignored. What they do to
/// other word characters is the same for phrase and text.
#[inline(always)]
pub fn lower_bits(case: Case) -> u64 {
    if case == Case::Match { 0 } else { EIGHT_ASCII }
}

/// A mask of the lowest `bytes` (0 to 8) bytes.
#[inline(always)]
pub fn low_bytes(bytes: usize) -> u64 {
    u64::MAX.checked_shr(64 - 8 * bytes as u32).unwrap_or(0)
}

impl WordKey {
    pub const WIDE: u64 = 0x80;
    const ASCII_HELD: usize = 16;
    /// The length that stands for all longer words of ASCII.
    pub const LONG_ASCII: u64 = Self::ASCII_HELD as u64 + 1;
    /// What the hash multiplies with, and how far it spreads the lower bits up.
    pub const HEAD_FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    pub const TAIL_FACTOR: u64 = 0xC2B2_AE3D_27D4_EB4F;
    pub const SPREAD: u32 = 31;
    const WIDE_HELD: usize = 8;
    /// The length that stands for all longer words of other characters.
    pub const LONG_WIDE: u64 = Self::WIDE_HELD as u64 + 1;

    /// The key of an ASCII word. `head` holds its first eight bytes, and whatever stands behind it;
    /// `tail` its last eight, if it has more.
    #[inline(always)]
    pub fn ascii(head: u64, tail: u64, len: usize, lower: u64) -> Self {
        let mask = u64::MAX >> (64 - 8 * len.clamp(1, 8) as u32);
        let tail = if len > 8 { tail | lower } else { 0 };
        Self { head: (head | lower) & mask, tail, len: len.min(Self::ASCII_HELD + 1) as u64 }
    }

    /// The key of a word that is not all ASCII; `head` and `tail` as there, four code units each.
    #[inline(always)]
    pub fn wide(head: u64, tail: u64, len: usize) -> Self {
        let mask = u64::MAX >> (64 - 16 * len.clamp(1, 4) as u32);
        let tail = if len > 4 { tail } else { 0 };
        Self { head: head & mask, tail, len: Self::WIDE | len.min(Self::WIDE_HELD + 1) as u64 }
    }

    /// The key of a word given as folded code units, at least one.
    pub fn of_units(units: &[u16], lower: u64) -> Self {
        let ends = || units.iter().take(8).chain(units.iter().rev().take(8));
        if ends().all(|&unit| unit < 128) {
            let bytes = |part: &[u16]| part.iter().rev().fold(0, |key, &unit| key << 8 | u64::from(unit));
            let tail = units.len().saturating_sub(8);
            return Self::ascii(
                bytes(&units[..units.len().min(8)]),
                bytes(&units[tail..]),
                units.len(),
                lower,
            );
        }
        let tail = units.len().saturating_sub(4);
        Self::wide(four_units(&units[..units.len().min(4)]), four_units(&units[tail..]), units.len())
    }

    /// Whether other words may have the same key.
    pub fn is_long(self) -> bool {
        let held = if self.len & Self::WIDE == 0 { Self::ASCII_HELD } else { Self::WIDE_HELD };
        (self.len & !Self::WIDE) as usize > held
    }

    /// A hash whose highest bits are the best.
    #[inline(always)]
    pub fn hash(self) -> u64 {
        let mixed = self.head.wrapping_mul(Self::HEAD_FACTOR)
            ^ (self.tail ^ self.len).wrapping_mul(Self::TAIL_FACTOR);
        mixed ^ mixed << Self::SPREAD
    }
}

/// Up to four code units as a number, the first one lowest.
pub fn four_units(units: &[u16]) -> u64 {
    units.iter().take(4).rev().fold(0, |key, &unit| key << 16 | u64::from(unit))
}

/// How many code units of a second word count at the most.
pub const SECOND_COUNTED: usize = 8;

/// What counts of a second word of ASCII: its first eight bytes. `eight` are those and what stands
/// behind.
#[inline(always)]
pub fn second_ascii(eight: u64, len: usize, lower: u64) -> u64 {
    (eight | lower) & u64::MAX >> (64 - 8 * len.clamp(1, 8) as u32)
}

/// What counts of any second word, given as eight folded code units and its length: if those are
/// ASCII the same as there, else the first four.
#[inline(always)]
pub fn second_wide(eight: [u64; 2], len: usize, lower: u64) -> u64 {
    let eight =
        [eight[0] & low_bytes(2 * len.min(4)), eight[1] & low_bytes((2 * len).saturating_sub(8).min(8))];
    if (eight[0] | eight[1]) & BEYOND_ASCII == 0 {
        return second_ascii(packed(eight), len, lower);
    }
    eight[0]
}

/// The bits of four code units that ASCII has not.
pub const BEYOND_ASCII: u64 = 0xFF80_FF80_FF80_FF80;

/// Eight ASCII code units as bytes.
#[inline(always)]
pub fn packed([low, high]: [u64; 2]) -> u64 {
    pack_four(low) | pack_four(high) << 32
}

#[inline(always)]
fn pack_four(units: u64) -> u64 {
    let pairs = (units | units >> 8) & 0x0000_FFFF_0000_FFFF;
    (pairs | pairs >> 16) & 0xFFFF_FFFF
}
