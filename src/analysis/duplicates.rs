//! Near-identical texts: what of them is compared, and which stand for which.

use hashbrown::HashMap;

use super::words;
use crate::fold::{Folder, Profile};
use crate::text::{Text, Units, with_units};
use crate::unicode::chars;

/// How far the similarity of two signatures may lie below that of the texts and still be looked into:
/// more than four standard errors of a signature of 128 numbers.
const LEEWAY: f64 = 0.16;

/// Reads the shingles of texts: all runs of so many words, folded (case does not count).
pub struct Shingler {
    size: usize,
    folded: Vec<u8>,
    words: Vec<u64>,
}

impl Shingler {
    /// # Panics
    /// Where `size` is 0.
    pub fn new(size: usize) -> Self {
        assert!(size > 0, "a shingle has words");
        Self { size, folded: Vec::new(), words: Vec::new() }
    }

    /// Appends the hashes of a text's shingles, each once, in ascending order. A text of fewer words
    /// has one shingle, of them all; one without words has none. The hashes are the same on every
    /// machine. Takes time linear in the text, but for the sorting.
    pub fn push(&mut self, text: Text<'_>, shingles: &mut Vec<u64>) {
        self.words.clear();
        with_units!(text, units => self.read_words(units));
        if self.words.is_empty() {
            return;
        }
        let first = shingles.len();
        let size = self.size.min(self.words.len());
        let hash = |words: &[u64]| words.iter().fold(size as u64, |hash, &word| mix(hash ^ word));
        shingles.extend(self.words.windows(size).map(hash));
        shingles[first..].sort_unstable();
        let mut kept = first;
        for at in first..shingles.len() {
            if kept == first || shingles[kept - 1] != shingles[at] {
                shingles[kept] = shingles[at];
                kept += 1;
            }
        }
        shingles.truncate(kept);
    }

    fn read_words<T: Units>(&mut self, text: T) {
        let mut folder = Folder::new(text, Profile::default());
        words::visit(text, chars(), |start, end| {
            self.folded.clear();
            let mut at = start;
            while at < end {
                at = folder.push_unit(at, &mut self.folded).next;
            }
            let hash = self.folded.iter().fold(0xCBF2_9CE4_8422_2325, |hash: u64, &byte| {
                // FNV-1a: words are short.
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
            });
            self.words.push(hash);
        });
    }
}

/// The finalizer of MurmurHash3, which spreads every bit over all others.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 33).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash = (hash ^ hash >> 33).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    hash ^ hash >> 33
}

/// What two sets have in common, of all that either has; both in ascending order. 0 if both are empty.
pub fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        common += usize::from(a[i] == b[j]);
        let (x, y) = (a[i], b[j]);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    let all = a.len() + b.len() - common;
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}

/// A text that stands for others like it.
struct Leader {
    row: usize,
    shingles: usize,
    signature: Box<[u32]>,
}

/// Where a text belongs: to itself, if nothing before it is like it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub leader: usize,
    pub similarity: f64,
}

/// Groups of texts, each of them as similar as asked to the first of its group.
///
/// Texts are placed in their order. Those that agree with an earlier leader in all numbers of one band
/// of their signatures (locality-sensitive hashing) are compared with it, shingle by shingle.
pub struct Groups {
    threshold: f64,
    /// How many numbers of a signature make a band.
    band: usize,
    leaders: Vec<Leader>,
    /// Leaders by the number of a band and its hash.
    in_band: HashMap<(u32, u64), Vec<u32>>,
    /// By row; none for texts without words.
    pub places: Vec<Option<Place>>,
}

impl Groups {
    /// # Panics
    /// Where `band` is 0.
    pub fn new(threshold: f64, band: usize) -> Self {
        assert!(band > 0, "a band has numbers");
        Self { threshold, band, leaders: Vec::new(), in_band: HashMap::new(), places: Vec::new() }
    }

    /// Places the next text. `read` appends the shingles of an earlier row.
    pub fn place(&mut self, signature: &[u32], shingles: &[u64], mut read: impl FnMut(usize, &mut Vec<u64>)) {
        let row = self.places.len();
        if shingles.is_empty() {
            self.places.push(None);
            return;
        }
        let bands: Vec<(u32, u64)> = (0..).zip(signature.chunks_exact(self.band).map(hash_of)).collect();
        let mut candidates: Vec<u32> =
            bands.iter().filter_map(|band| self.in_band.get(band)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let mut best: Option<Place> = None;
        let mut others = Vec::new();
        for candidate in candidates {
            let leader = &self.leaders[candidate as usize];
            if !self.may_be_similar(leader, signature, shingles.len()) {
                continue;
            }
            others.clear();
            read(leader.row, &mut others);
            let similarity = jaccard(shingles, &others);
            if similarity >= self.threshold && best.is_none_or(|best| similarity > best.similarity) {
                best = Some(Place { leader: leader.row, similarity });
            }
        }
        if best.is_none() {
            let number = self.leaders.len() as u32;
            for band in bands {
                self.in_band.entry(band).or_default().push(number);
            }
            self.leaders.push(Leader { row, shingles: shingles.len(), signature: signature.into() });
        }
        self.places.push(Some(best.unwrap_or(Place { leader: row, similarity: 1.0 })));
    }

    /// Whether reading the leader again may be worth it.
    fn may_be_similar(&self, leader: &Leader, signature: &[u32], shingles: usize) -> bool {
        // Sets of different sizes have no more in common than all of the smaller.
        let (less, more) = (leader.shingles.min(shingles), leader.shingles.max(shingles));
        if (less as f64) < self.threshold * more as f64 {
            return false;
        }
        let same = leader.signature.iter().zip(signature).filter(|(a, b)| a == b).count();
        same as f64 >= (self.threshold - LEEWAY) * signature.len() as f64
    }
}

fn hash_of(numbers: &[u32]) -> u64 {
    numbers.iter().fold(0, |hash, &number| mix(hash ^ u64::from(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shingles(text: &str, size: usize) -> Vec<u64> {
        let mut shingles = Vec::new();
        Shingler::new(size).push(Text::Utf8(text.as_bytes()), &mut shingles);
        shingles
    }

    #[test]
    fn shingles_are_runs_of_folded_words() {
        assert_eq!(shingles("one two three four", 3).len(), 2);
        assert_eq!(shingles("One, TWO – three", 3), shingles("one two three", 3));
        assert_eq!(shingles("caf\u{65}\u{301} ﬁn", 3), shingles("CAFÉ fin", 3));
        assert_eq!(shingles("颜色革命", 2).len(), 3);
        assert_eq!(shingles("la la la la", 2).len(), 1);
        assert_ne!(shingles("two one", 2), shingles("one two", 2));
        let latin1: Vec<u8> = "caf\u{E9} noir".chars().map(|c| c as u8).collect();
        let mut read = Vec::new();
        Shingler::new(2).push(Text::Latin1(&latin1), &mut read);
        assert_eq!(read, shingles("café noir", 2));
    }

    #[test]
    fn short_texts_have_one_shingle_and_empty_ones_none() {
        assert_eq!(shingles("Hello", 3).len(), 1);
        assert_ne!(shingles("Hello", 3), shingles("Hello hello", 3));
        assert!(shingles(" … ", 3).is_empty());
    }

    #[test]
    fn similarity_is_the_share_of_what_either_has() {
        assert!((jaccard(&[1, 2, 3, 4], &[2, 3, 4, 5]) - 0.6).abs() < 1e-12);
        assert!(jaccard(&[], &[]).abs() < 1e-12);
        assert!((jaccard(&[7], &[7]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn texts_join_the_leader_that_is_most_like_them() {
        let sets: [&[u64]; 5] = [&[1, 2, 3, 4], &[1, 2, 3, 9], &[], &[1, 2, 3, 4, 5], &[1, 2, 3, 9]];
        let mut groups = Groups::new(0.75, 1);
        for set in sets {
            // One number that all share makes every leader a candidate.
            groups.place(&[7], set, |row, out| out.extend_from_slice(sets[row]));
        }
        let leaders: Vec<_> = groups.places.iter().map(|place| place.map(|place| place.leader)).collect();
        assert_eq!(leaders, [Some(0), Some(1), None, Some(0), Some(1)]);
    }
}
