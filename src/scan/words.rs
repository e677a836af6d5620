//! Where the words of a block begin and end.

use super::block::UNITS;
use super::kernels::{Kernel, dispatch};
use crate::boundary::Kind;
use crate::fold::simple::{COMBINES, COMPLEX, Class, ENDS_IN_MARK, KATAKANA, MARK, SPACE, UNSPACED, WORD};

/// Room behind the places of a block, since they are written 64 at a time.
const SLACK: usize = 64;
/// How many groups of 64 code units a block has.
pub const GROUPS: usize = UNITS / 64;

/// Places in a block, ascending.
pub struct Places {
    at: Box<[u16; UNITS + SLACK]>,
    len: usize,
}

impl Default for Places {
    fn default() -> Self {
        Self { at: Box::new([0; UNITS + SLACK]), len: 0 }
    }
}

impl Places {
    #[inline(always)]
    pub fn as_slice(&self) -> &[u16] {
        &self.at[..self.len]
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds the bits of `mask`, which are those of group `group`.
    ///
    /// # Safety
    /// That of [`Kernel`].
    #[inline(always)]
    pub unsafe fn push_mask<K: Kernel>(&mut self, mask: u64, group: usize) {
        // A block has no more places than code units, so that there is always room for 64 more.
        if let Some(out) = self.at[self.len..].first_chunk_mut::<64>() {
            // SAFETY: by the contract of this function.
            unsafe { K::flatten(mask, (group * 64) as u16, out) };
            self.len += mask.count_ones() as usize;
        }
    }

    pub fn push(&mut self, at: usize) {
        self.at[self.len] = at as u16;
        self.len += 1;
    }

    pub fn remove_first(&mut self) {
        self.at.copy_within(1..self.len, 0);
        self.len -= 1;
    }
}

/// What is known of the code units of a block, a bit for each, and the words they make.
#[derive(Default)]
pub struct Words {
    /// Where words begin; and where they end, in the same order. The last one has no end if the
    /// block ends within it.
    pub starts: Places,
    pub ends: Places,
    pub word: Masks,
    pub space: Masks,
    /// Where a word begins: bits of `starts`.
    pub begins: Masks,
    /// Word characters of scripts without spaces.
    pub unspaced: Masks,
    /// Marks that combine with what stands before them.
    pub combines: Masks,
    /// What only the long way can judge.
    pub complex: Masks,
    /// Whether there is any.
    pub any_complex: bool,
    /// Places where two marks, or a mark and a letter that holds one, stand side by side.
    pub mark_pairs: Masks,
    pub any_mark_pairs: bool,
}

/// A bit for each code unit of a block.
pub struct Masks(Box<[u64; GROUPS]>);

impl Default for Masks {
    fn default() -> Self {
        Self(Box::new([0; GROUPS]))
    }
}

impl std::ops::Deref for Masks {
    type Target = [u64; GROUPS];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl std::ops::DerefMut for Masks {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Masks {
    pub fn holds(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 != 0
    }
}

dispatch! {
    /// Finds the words of a block of ASCII. `inside` tells whether the block begins within a word,
    /// `closes` whether the text ends with it.
    pub fn find_ascii(bytes: &[u8], inside: bool, closes: bool, words: &mut Words) = ascii_words
}

dispatch! {
    /// Finds the words of a block whose code units have these classes; `left` stands before it.
    pub fn find_wide(classes: &[Class], left: Kind, closes: bool, words: &mut Words) = wide_words
}

#[inline(always)]
unsafe fn ascii_words<K: Kernel>(bytes: &[u8], inside: bool, closes: bool, words: &mut Words) {
    words.starts.clear();
    words.ends.clear();
    words.any_complex = false;
    words.any_mark_pairs = false;
    let mut carry = u64::from(inside);
    let (whole, rest) = bytes.as_chunks::<64>();
    for (group, part) in whole.iter().enumerate() {
        // SAFETY: by the contract of this function, which is that of `Kernel`.
        carry = unsafe { ascii_group::<K>(part, group, carry, words) };
    }
    if !rest.is_empty() {
        let mut last = [b' '; 64];
        last[..rest.len()].copy_from_slice(rest);
        // SAFETY: likewise.
        unsafe { ascii_group::<K>(&last, whole.len(), carry, words) };
    }
    finish(words, bytes.len(), inside, closes);
}

/// Returns whether the last byte is in a word; `carry` tells it of the one before the first.
#[inline(always)]
unsafe fn ascii_group<K: Kernel>(part: &[u8; 64], group: usize, carry: u64, words: &mut Words) -> u64 {
    // SAFETY: by the contract of this function, which is that of `Kernel`.
    let masks = unsafe { K::ascii_masks(part) };
    let before = masks.word << 1 | carry;
    let begins = masks.word & !before;
    words.word[group] = masks.word;
    words.space[group] = masks.space;
    words.begins[group] = begins;
    // SAFETY: likewise.
    unsafe {
        words.starts.push_mask::<K>(begins, group);
        words.ends.push_mask::<K>(!masks.word & before, group);
    }
    masks.word >> 63
}

#[inline(always)]
unsafe fn wide_words<K: Kernel>(classes: &[Class], left: Kind, closes: bool, words: &mut Words) {
    words.starts.clear();
    words.ends.clear();
    words.any_complex = false;
    words.any_mark_pairs = false;
    let mut carry = Carry::of(left);
    let (whole, rest) = classes.as_chunks::<64>();
    for (group, part) in whole.iter().enumerate() {
        // SAFETY: by the contract of this function, which is that of `Kernel`.
        unsafe { wide_group::<K>(part, group, &mut carry, words) };
    }
    if !rest.is_empty() {
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        // SAFETY: likewise.
        unsafe { wide_group::<K>(&last, whole.len(), &mut carry, words) };
    }
    finish(words, classes.len(), left != Kind::NoWord, closes);
}

/// Ends the last word where the text does; drops the end of a word that began before the block.
#[inline(always)]
fn finish(words: &mut Words, len: usize, inside: bool, closes: bool) {
    let last_end = words.ends.as_slice().last().copied();
    // What fills the last group up ends a word there as well.
    let found_end = last_end == Some(len as u16) && len % 64 != 0;
    if found_end && !closes {
        words.ends.len -= 1;
    } else if closes && !found_end && len > 0 && words.word.holds(len - 1) {
        words.ends.push(len);
    }
    if inside && words.ends.len > 0 && words.starts.as_slice().first().is_none_or(|&start| words.ends.at[0] <= start)
    {
        words.ends.remove_first();
    }
}

/// What the code unit before a group was: the lowest bit of each.
#[derive(Default)]
struct Carry {
    word: u64,
    unspaced: u64,
    katakana: u64,
    combines: u64,
    ends_in_mark: u64,
}

impl Carry {
    fn of(left: Kind) -> Self {
        Self {
            word: u64::from(left != Kind::NoWord),
            unspaced: u64::from(left == Kind::Unspaced),
            katakana: u64::from(left == Kind::Katakana),
            ..Self::default()
        }
    }
}

#[inline(always)]
unsafe fn wide_group<K: Kernel>(part: &[Class; 64], group: usize, carry: &mut Carry, words: &mut Words) {
    /// Which code units have a bit of their class set.
    macro_rules! mask {
        ($bit:expr) => {
            // SAFETY: by the contract of this function, which is that of `Kernel`.
            unsafe { K::bit_mask(part, const { $bit.trailing_zeros() as u8 }) }
        };
    }
    let (word, marks) = (mask!(WORD), mask!(MARK));
    let unspaced_alone = mask!(UNSPACED);
    let unspaced = with_marks(unspaced_alone, marks, carry.unspaced);
    let katakana = with_marks(mask!(KATAKANA), marks, carry.katakana);
    let before = word << 1 | carry.word;
    let unspaced_before = unspaced << 1 | carry.unspaced;
    let katakana_before = katakana << 1 | carry.katakana;
    let changes = !marks & (unspaced | unspaced_before | (katakana ^ katakana_before));
    let begins = word & (!before | changes);
    let combines = mask!(COMBINES);
    let ends_in_mark = mask!(ENDS_IN_MARK);
    let joins = combines & (ends_in_mark << 1 | carry.ends_in_mark);
    let pairs = combines & (combines << 1 | carry.combines);
    // A mark without anything before it is no plain start of a word.
    let complex = mask!(COMPLEX) | joins | word & marks & !before;
    *carry = Carry {
        word: word >> 63,
        unspaced: unspaced >> 63,
        katakana: katakana >> 63,
        combines: combines >> 63,
        ends_in_mark: ends_in_mark >> 63,
    };
    words.word[group] = word;
    words.space[group] = mask!(SPACE);
    words.begins[group] = begins;
    words.unspaced[group] = unspaced_alone;
    words.combines[group] = combines;
    words.complex[group] = complex;
    words.any_complex |= complex != 0;
    words.mark_pairs[group] = pairs;
    words.any_mark_pairs |= pairs != 0;
    // SAFETY: likewise.
    unsafe {
        words.starts.push_mask::<K>(begins, group);
        words.ends.push_mask::<K>(before & (begins | !word), group);
    }
}

/// Adds to the code units of a kind the marks behind them.
#[inline(always)]
fn with_marks(kind: u64, marks: u64, carry: u64) -> u64 {
    let first = (kind << 1 | carry) & marks;
    // Adding carries through each run of marks that begins with such a one, and clears it.
    kind | marks & !first.wrapping_add(marks)
}
