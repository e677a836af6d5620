//! A filter of the first code units of phrases that do not begin with a word of their own, in two
//! steps: the first two of them at every place, and then up to eight where those passed.

use serde::{Deserialize, Serialize};

use super::first::first_char;
use super::hash_set::HashSet;
use super::word_key::{four_units, low_bytes};
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
    heads: Heads,
    /// Those up to the first space, which may stand for a run of any length: for text with such a run.
    up_to_space: Heads,
}

/// The first code units of phrases, of several lengths.
#[derive(Serialize, Deserialize)]
struct Heads {
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

impl Heads {
    fn new(phrases: usize) -> Self {
        // Several lengths are asked for at each place, so that each must be wrong but seldom.
        let set = HashSet::with_bits(phrases, if phrases < FEW { 64 } else { 16 });
        Self { set, used: [false; _] }
    }

    /// Takes in as many of these code units as count. Returns how many those are.
    fn insert(&mut self, units: &[u16]) -> usize {
        let Some(number) = COUNTED.iter().position(|&counted| counted <= units.len()) else { return 0 };
        self.used[number] = true;
        let counted = &units[..COUNTED[number]];
        let eight = [four_units(counted), four_units(counted.get(4..).unwrap_or(&[]))];
        self.set.insert(hash(eight, counted.len()));
        counted.len()
    }

    #[inline(always)]
    fn may_begin(&self, units: [u64; 2]) -> bool {
        let mut may = false;
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
}

impl PrefixFilter {
    pub fn new<'a>(profile: Profile, folds: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let phrases = folds.clone().count();
        let with_space = folds.clone().filter(|fold| fold.contains(&b' ')).count();
        let mut filter = Self {
            pairs: Pairs { set: HashSet::new(phrases), has_single: false },
            heads: Heads::new(phrases),
            up_to_space: Heads::new(with_space),
        };
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
            // Of a run the first two code units tell nothing but that it begins. And what folds to a space
            // may have been a dash: then no run is told.
            if c == ' ' && (units.len() == 1 || profile.hyphens == Hyphens::Space) {
                break;
            }
        }
        if units.is_empty() {
            return;
        }
        self.insert(units);
        if profile.hyphens == Hyphens::Space
            && let Some(last @ 0x20) = units.last_mut()
        {
            *last = u16::from(b'-');
            self.insert(units);
        }
    }

    fn insert(&mut self, units: &[u16]) {
        if let Some(space) = units.iter().position(|&unit| unit == u16::from(b' ')) {
            self.up_to_space.insert(&units[..=space]);
        }
        let counted = self.heads.insert(units);
        let second = units[..counted].get(1).map_or(Pairs::SINGLE, |&second| u32::from(second) << 16);
        self.pairs.has_single |= counted == 1;
        self.pairs.set.insert(Pairs::hash(u32::from(units[0]) | second));
    }

    pub fn is_empty(&self) -> bool {
        self.heads.used == [false; COUNTED.len()]
    }

    /// Whether a phrase may begin with these eight folded code units (0 behind the end of a text). Those
    /// that are not known pass.
    #[inline(always)]
    pub fn may_begin(&self, units: [u64; 2]) -> bool {
        let may = holds_unknown(units[0]) | holds_unknown(units[1]) | self.heads.may_begin(units);
        // Which of both it is hardly ever changes.
        if holds_run(units) { may | self.up_to_space.may_begin(units) } else { may }
    }

    /// Whether what was read could have been written.
    pub fn is_sound(&self) -> bool {
        self.heads.set.is_sound() && self.up_to_space.set.is_sound() && self.pairs.set.is_sound()
    }

    pub fn nbytes(&self) -> usize {
        self.heads.set.nbytes() + self.up_to_space.set.nbytes() + self.pairs.set.nbytes()
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
    zeros(!units) != 0
}

/// Whether two of eight code units are spaces, one beside the other. It may say so where a space is
/// followed by U+0021, too.
#[inline(always)]
fn holds_run(units: [u64; 2]) -> bool {
    const SPACES: u64 = 0x0020_0020_0020_0020;
    let [low, high] = units.map(|units| zeros(units ^ SPACES));
    (low & low >> 16) | (high & high >> 16) | (low >> 48 & high) != 0
}

/// The highest bits of those of four code units that are zero; perhaps also of such as are one and
/// follow a zero.
#[inline(always)]
fn zeros(units: u64) -> u64 {
    const ONES: u64 = 0x0001_0001_0001_0001;
    const HIGHS: u64 = 0x8000_8000_8000_8000;
    units.wrapping_sub(ONES) & !units & HIGHS
}

#[inline(always)]
fn hash(units: [u64; 2], len: usize) -> u64 {
    let mixed = (units[0] ^ (len as u64) << 13).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ units[1].wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    mixed ^ mixed << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(text: &str) -> [u64; 2] {
        let units: Vec<u16> = text.encode_utf16().collect();
        [four_units(&units), four_units(units.get(4..).unwrap_or(&[]))]
    }

    /// One space may stand for a run, and what follows it counts where it is none.
    #[test]
    fn lets_runs_of_spaces_pass() {
        let filter = PrefixFilter::new(Profile::default(), [b"- abc".as_slice(), b"'s x", b"\""].into_iter());
        for text in ["- abc de", "-  abc d", "-      a", "'s x y z", "'s    x", "\"and", "- a\u{FFFF}"] {
            assert!(filter.may_begin(windows(text)), "{text:?}");
        }
        for text in ["- and so", "'s house", "-abc and", "# abc and"] {
            assert!(!filter.may_begin(windows(text)), "{text:?}");
        }
    }

    /// A phrase that begins with a space may begin with any run.
    #[test]
    fn lets_runs_pass_at_first() {
        let filter = PrefixFilter::new(Profile::default(), [" \u{3B9} x".as_bytes()].into_iter());
        for text in [" \u{3B9} x", "  \u{3B9} x", "      \u{3B9}"] {
            let units = windows(text);
            assert!(filter.pairs.may_begin(units[0] as u16, (units[0] >> 16) as u16), "{text:?}");
            assert!(filter.may_begin(units), "{text:?}");
        }
    }

    #[test]
    fn tells_runs() {
        for text in ["  ", "a  ", "ab  cdef", "abc  def", "abcd  ef", "abcdef  "] {
            assert!(holds_run(windows(text)), "{text:?}");
        }
        for text in ["", " ", " a b c d", "abc def ", "\u{A0}\u{A0}"] {
            assert!(!holds_run(windows(text)), "{text:?}");
        }
    }
}
