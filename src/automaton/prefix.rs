//! A filter of the first code units of phrases that do not begin with a word of their own, in two
//! steps: the first two of them at every place, and then up to eight where those passed.

use serde::{Deserialize, Serialize};

use super::first::first_char;
use super::words::{HashSet, four_units, low_bytes};
use crate::fold::Profile;
use crate::fold::simple::{COMPLEX, SimpleTable, UNKNOWN};
use crate::options::Hyphens;

/// How many code units of a phrase count at the most: filters look so far ahead.
pub const PREFIX_COUNTED: usize = 8;
/// How many count: as many of these as a phrase has.
const COUNTED: [usize; 6] = [PREFIX_COUNTED, 6, 4, 3, 2, 1];

/// Fewer phrases than these have room to spare in a processor's cache.
const FEW: usize = 1 << 16;

/// The first code units of phrases, hashed.
#[derive(Serialize, Deserialize)]
pub struct PrefixFilter {
    /// The first two, or the only one.
    pub pairs: Pairs,
    set: HashSet,
    /// For which of [`COUNTED`] there are phrases.
    used: [bool; COUNTED.len()],
}

/// Pairs of code units, hashed, and single ones.
#[derive(Serialize, Deserialize)]
pub struct Pairs {
    set: HashSet,
    /// Whether there are single ones.
    pub has_single: bool,
}

impl Pairs {
    pub const FACTOR: u32 = 0x9E37_79B1;
    /// In place of the second code unit: none.
    pub const SINGLE: u32 = 0xFFFE_0000;

    #[inline(always)]
    fn hash(pair: u32) -> u64 {
        u64::from(pair.wrapping_mul(Self::FACTOR)) << 32
    }

    /// Whether a phrase may begin with `first`, if `second` stands behind it.
    #[inline(always)]
    pub fn may_begin(&self, first: u16, second: u16) -> bool {
        let (first_number, second_number) = (u32::from(first), u32::from(second));
        let mut may = first == UNKNOWN || second == UNKNOWN;
        may |= self.set.contains(Self::hash(first_number | second_number << 16));
        if self.has_single {
            may |= self.set.contains(Self::hash(first_number | Self::SINGLE));
        }
        may
    }

    /// The bits, and how far right a hash of 32 bits is shifted to become the number of one.
    pub fn parts(&self) -> (&[u64], u32) {
        let (bits, shift) = self.set.parts();
        (bits, shift - 32)
    }
}

impl PrefixFilter {
    pub fn new<'a>(profile: Profile, folds: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let phrases = folds.clone().count();
        let pairs = Pairs { set: HashSet::new(phrases), has_single: false };
        // Several lengths are asked for at each place, so that each must be wrong but seldom.
        let set = HashSet::with_bits(phrases, if phrases < FEW { 64 } else { 16 });
        let mut filter = Self { pairs, set, used: [false; _] };
        let mut units = Vec::new();
        for fold in folds {
            filter.add(profile, fold, &mut units);
        }
        filter
    }

    /// Takes in a phrase, if its first code unit is simple: text that others match is told by its
    /// own complexity.
    fn add(&mut self, profile: Profile, fold: &[u8], units: &mut Vec<u16>) {
        units.clear();
        let table = SimpleTable::of(profile);
        let head = &fold[..fold.len().min(PREFIX_COUNTED * 4)];
        let Some(chunk) = head.utf8_chunks().next() else { return };
        for c in chunk.valid().chars().take(PREFIX_COUNTED) {
            let unit = u16::try_from(u32::from(c)).unwrap_or(UNKNOWN);
            let (class, folded) = table.get(unit);
            if class & COMPLEX != 0 || folded != unit {
                break;
            }
            units.push(unit);
            // A space may stand for a run of any length.
            if c == ' ' {
                break;
            }
        }
        let Some(number) = COUNTED.iter().position(|&counted| counted <= units.len()) else { return };
        units.truncate(COUNTED[number]);
        self.used[number] = true;
        self.insert(units);
        // What folds to a space may have been a dash.
        if profile.hyphens == Hyphens::Space
            && let Some(last @ 0x20) = units.last_mut()
        {
            *last = u16::from(b'-');
            self.insert(units);
        }
    }

    fn insert(&mut self, units: &[u16]) {
        let second = units.get(1).map_or(Pairs::SINGLE, |&second| u32::from(second) << 16);
        self.pairs.has_single |= units.len() == 1;
        self.pairs.set.insert(Pairs::hash(u32::from(units[0]) | second));
        let eight = [four_units(units), four_units(units.get(4..).unwrap_or(&[]))];
        self.set.insert(hash(eight, units.len()));
    }

    pub fn is_empty(&self) -> bool {
        self.used == [false; COUNTED.len()]
    }

    /// Whether a phrase may begin with these eight folded code units (0 behind the end of a text). Those
    /// that are not known pass.
    #[inline(always)]
    pub fn may_begin(&self, units: [u64; 2]) -> bool {
        let mut may = holds_unknown(units[0]) | holds_unknown(units[1]);
        // Which lengths there are is the same each time.
        for (counted, used) in COUNTED.into_iter().zip(self.used) {
            if used {
                let masks = [low_bytes(2 * counted.min(4)), low_bytes(2 * counted.saturating_sub(4))];
                let units = [units[0] & masks[0], units[1] & masks[1]];
                may |= self.set.contains(hash(units, counted));
            }
        }
        may
    }

    /// Whether what was read could have been written.
    pub fn is_sound(&self) -> bool {
        self.set.is_sound() && self.pairs.set.is_sound()
    }

    pub fn nbytes(&self) -> usize {
        self.set.nbytes() + self.pairs.set.nbytes()
    }
}

/// Whether a fold begins with a space and something complex: a mark, which joins it (`¨`). Text that
/// matches it is complex itself.
pub(super) fn begins_with_joined_space(fold: &[u8], profile: Profile) -> bool {
    let second = fold.strip_prefix(b" ").and_then(first_char);
    let unit = second.map(|c| u16::try_from(u32::from(c)).unwrap_or(UNKNOWN));
    unit.is_some_and(|unit| SimpleTable::of(profile).get(unit).0 & COMPLEX != 0)
}

/// Whether one of four code units is [`UNKNOWN`].
#[inline(always)]
fn holds_unknown(units: u64) -> bool {
    const ONES: u64 = 0x0001_0001_0001_0001;
    const HIGHS: u64 = 0x8000_8000_8000_8000;
    (!units).wrapping_sub(ONES) & units & HIGHS != 0
}

#[inline(always)]
fn hash(units: [u64; 2], len: usize) -> u64 {
    let mixed = (units[0] ^ (len as u64) << 13).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ units[1].wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    mixed ^ mixed << 32
}
