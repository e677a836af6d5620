//! A filter of the first code units of phrases that do not begin with a word of their own.

use super::first::first_char;
use super::words::{HashSet, low_bytes};
use crate::fold::Profile;
use crate::fold::simple::{COMPLEX, SimpleTable, UNKNOWN};
use crate::options::Hyphens;

/// How many code units of a phrase count at the most.
const MOST: usize = 4;
/// How many if one of them is not ASCII and phrases are few: two ideographs tell much already, and
/// fewer lengths are fewer questions at each place.
const MOST_WIDE: usize = 2;
const FEW: usize = 1 << 12;

/// The first code units of phrases, hashed, by their number.
pub struct PrefixFilter {
    set: HashSet,
    /// For which numbers of code units there are phrases.
    used: [bool; MOST + 1],
}

impl PrefixFilter {
    pub fn new<'a>(profile: Profile, folds: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let phrases = folds.clone().count();
        let most_wide = if phrases > FEW { MOST } else { MOST_WIDE };
        let mut filter = Self { set: HashSet::new(phrases), used: [false; MOST + 1] };
        let mut units = Vec::new();
        for fold in folds {
            filter.add(profile, fold, most_wide, &mut units);
        }
        filter
    }

    /// Takes in a phrase, if its first code unit is simple: text that others match is told by its
    /// own complexity.
    fn add(&mut self, profile: Profile, fold: &[u8], most_wide: usize, units: &mut Vec<u16>) {
        units.clear();
        let table = SimpleTable::of(profile);
        let head = &fold[..fold.len().min(MOST * 4)];
        let Some(chunk) = head.utf8_chunks().next() else { return };
        for c in chunk.valid().chars() {
            let unit = u16::try_from(u32::from(c)).unwrap_or(UNKNOWN);
            let (class, folded) = table.get(unit);
            if class & COMPLEX != 0 || folded != unit {
                break;
            }
            units.push(unit);
            let most = if units.iter().any(|&unit| unit >= 128) { most_wide } else { MOST };
            // A space may stand for a run of any length.
            if units.len() >= most || c == ' ' {
                break;
            }
        }
        // Three count as two, again for fewer lengths.
        if units.len() == 3 {
            units.truncate(2);
        }
        if units.is_empty() {
            return;
        }
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
        self.used[units.len()] = true;
        self.set.insert(hash(super::words::four_units(units), units.len()));
    }

    pub fn is_empty(&self) -> bool {
        self.used == [false; MOST + 1]
    }

    /// Whether a phrase may begin with the four folded code units of `window` (0 behind the end of a
    /// text). Code units that are not known pass.
    #[inline(always)]
    pub fn may_begin(&self, window: u64) -> bool {
        let mut may = holds_unknown(window);
        // Which lengths there are is the same each time.
        for len in [4, 2, 1] {
            if self.used[len] {
                may |= self.set.contains(hash(window & low_bytes(2 * len), len));
            }
        }
        may
    }

    pub fn nbytes(&self) -> usize {
        self.set.nbytes()
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
fn hash(units: u64, len: usize) -> u64 {
    let mixed = (units ^ (len as u64) << 13).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed << 32
}
