//! Where the words of a block begin and end.

use super::block::UNITS;
use super::kernels::{Kernel, dispatch};
use crate::automaton::{Buckets, FirstLetters, HEAD_LETTERS, Heads, Pairs, StemHeads};
use crate::boundary::Kind;
use crate::fold::simple::{COMBINES, COMPLEX, Class, ENDS_IN_MARK, KATAKANA, MARK, SPACE, UNSPACED, WORD};

/// Room behind the places of a block, since they are written many at a time. With it there is a power
/// of two of them, so that no place of a block is checked against it.
pub const SLACK: usize = UNITS;
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
}

/// Codes of characters, and room for those behind the last group that filters look at.
struct Codes(Box<[u8; UNITS + SLACK]>);

impl Default for Codes {
    fn default() -> Self {
        Self(Box::new([0; _]))
    }
}

/// What is known of the code units of a block, a bit for each, and the words they make.
#[derive(Default)]
pub struct Words {
    /// Where words begin that may begin a phrase.
    pub starts: Places,
    pub word: Masks,
    pub space: Masks,
    /// Where a word begins, and where it goes on.
    pub begins: Masks,
    pub continues: Masks,
    /// Where a word of ASCII begins that may begin with the stem of a phrase.
    pub stems: Masks,
    /// Whether these are only those that a filter let pass.
    pub stems_are_few: bool,
    /// Signs that may begin a phrase, of ASCII.
    pub signs: Masks,
    /// Word characters of scripts without spaces.
    pub unspaced: Masks,
    /// Marks that combine with what stands before them.
    pub combines: Masks,
    /// The codes of the characters of a block of ASCII, if they were kept.
    codes: Codes,
    /// What only the long way can judge.
    pub complex: Masks,
    /// Whether there is any.
    pub any_complex: bool,
    /// Places where two marks, or a mark and a letter that holds one, stand side by side.
    pub mark_pairs: Masks,
    pub any_mark_pairs: bool,
}

impl Words {
    /// Where the word ends that begins at `start`; the end of the block if that is not in sight.
    #[inline(always)]
    pub fn end(&self, start: usize) -> usize {
        let run = self.continues.from(start + 1).trailing_ones() as usize;
        if run < 64 { start + 1 + run } else { self.far_end(start) }
    }

    #[cold]
    fn far_end(&self, start: usize) -> usize {
        let mut end = start + 1;
        while end < UNITS && self.continues.holds(end) {
            end += 1;
        }
        end
    }

    /// Takes every word for one that may begin with a stem.
    fn all_may_be_stems(&mut self, groups: usize) {
        self.stems.0[..groups].copy_from_slice(&self.begins.0[..groups]);
    }

    fn clear(&mut self) {
        self.starts.clear();
        self.any_complex = false;
        self.any_mark_pairs = false;
    }

    /// Makes so many code units look like those of no words.
    pub fn forget(&mut self, len: usize) {
        self.clear();
        for group in 0..=len.div_ceil(64) {
            self.close(group);
            self.signs[group] = 0;
        }
    }

    /// Where the last word before a place begins.
    pub fn last_begin(&self, before: usize) -> Option<usize> {
        let mut begins = self.begins[before / 64] & ((1 << (before % 64)) - 1);
        let mut group = before / 64;
        while begins == 0 {
            group = group.checked_sub(1)?;
            begins = self.begins[group];
        }
        Some(group * 64 + begins.ilog2() as usize)
    }

    /// Makes what is behind the last group look like the end of a text.
    fn close(&mut self, groups: usize) {
        self.word[groups] = 0;
        self.space[groups] = 0;
        self.begins[groups] = 0;
        self.continues[groups] = 0;
    }
}

/// A bit for each code unit of a block, and for some behind it.
pub struct Masks(Box<[u64; ROOM]>);

/// A power of two, so that no place of a block is checked against it.
const ROOM: usize = 2 * GROUPS;

impl Default for Masks {
    fn default() -> Self {
        Self(Box::new([0; ROOM]))
    }
}

impl std::ops::Index<usize> for Masks {
    type Output = u64;

    #[inline(always)]
    fn index(&self, group: usize) -> &u64 {
        &self.0[group % ROOM]
    }
}

impl std::ops::IndexMut<usize> for Masks {
    #[inline(always)]
    fn index_mut(&mut self, group: usize) -> &mut u64 {
        &mut self.0[group % ROOM]
    }
}

impl Masks {
    #[inline(always)]
    pub fn holds(&self, at: usize) -> bool {
        self[at / 64] >> (at % 64) & 1 != 0
    }

    pub fn as_slice(&self) -> &[u64] {
        &self.0[..]
    }

    /// The 64 bits from `at` on; zeros behind the last.
    #[inline(always)]
    pub fn from(&self, at: usize) -> u64 {
        let (group, bit) = (at / 64, at % 64);
        self[group] >> bit | self[group + 1] << 1 << (63 - bit)
    }
}

/// A block of ASCII.
#[derive(Clone, Copy)]
pub struct AsciiBlock<'a> {
    /// From its first byte to the end of the text.
    pub text: &'a [u8],
    /// How many bytes are the block's.
    pub len: usize,
    /// Whether it begins within a word.
    pub inside: bool,
    /// Lets only those words be starts that pass it.
    pub letters: Option<&'a FirstLetters>,
    pub heads: Option<&'a Heads>,
    pub stems: Option<&'a StemHeads>,
    /// Lets only those signs be marked that pass it.
    pub signs: Option<&'a FirstLetters>,
}

dispatch! {
    /// Finds the words of a block of ASCII.
    pub fn find_ascii(block: AsciiBlock<'_>, words: &mut Words) = ascii_words
}

dispatch! {
    /// Which places may begin a phrase by their first two code units, 64 at a time; `units` go on for
    /// 64 more behind the last.
    pub fn find_pairs(units: &[u16], pairs: &Pairs, places: &mut [u64]) = mark_pairs
}

dispatch! {
    /// Finds the words of a block whose code units have these classes; `left` stands before it.
    pub fn find_wide(classes: &[Class], left: Kind, words: &mut Words) = wide_words
}

/// 64 bytes, and those behind them that filters look at.
pub type Group = [u8; 64 + HEAD_LETTERS];

/// 64 code units, and the one behind.
pub type WideGroup = [u16; 65];

/// The bytes of the last groups of a block, which the text may end within.
#[inline(always)]
fn last_group(block: AsciiBlock<'_>, group: usize) -> Group {
    let mut bytes = [b' '; _];
    let rest = &block.text[64 * group..];
    let len = (block.len - 64 * group).min(bytes.len());
    bytes[..len].copy_from_slice(&rest[..len]);
    bytes
}

/// Does the same with the bytes of each group of a block. (No function with a closure, since these are
/// not always inlined into what is compiled for other instructions.)
macro_rules! each_group {
    ($block:expr, |$bytes:ident, $group:ident| $body:expr) => {
        let block = $block;
        // Those that lie in the text with all that filters look at behind them.
        let whole = (block.len / 64).min(block.text.len().saturating_sub(HEAD_LETTERS) / 64);
        for $group in 0..whole {
            if let Some($bytes) = block.text[64 * $group..].first_chunk() {
                $body
            }
        }
        for $group in whole..block.len.div_ceil(64) {
            let $bytes = &last_group(block, $group);
            $body
        }
    };
}

#[inline(always)]
unsafe fn ascii_words<K: Kernel>(block: AsciiBlock<'_>, words: &mut Words) {
    words.clear();
    words.stems_are_few = K::KNOWS_HEADS && block.stems.is_some();
    let heads = block.heads.filter(|_| K::KNOWS_HEADS);
    let stems = block.stems.filter(|_| K::KNOWS_HEADS);
    // SAFETY: by the contract of this function, which is that of `Kernel`; so in all that follows.
    unsafe {
        if let (Some(Heads { buckets: Some(buckets), .. }), None) = (heads, stems) {
            mark_words::<K, true>(block, words);
            collect_buckets::<K>(block, buckets, words);
        } else {
            mark_words::<K, false>(block, words);
            match (heads, stems) {
                (heads, Some(stems)) => collect_stems::<K>(block, heads, stems, words),
                (Some(heads), None) if heads.has_two => collect_heads::<K, true>(block, heads, words),
                (Some(heads), None) => collect_heads::<K, false>(block, heads, words),
                (None, None) => collect_starts::<K>(block, words),
            }
        }
        match block.signs {
            Some(letters) => mark_signs::<K>(block, letters, words),
            None => mark_all_signs(block, words),
        }
    }
}

/// Finds the words of a block, and keeps the codes of its characters where those are wanted.
#[inline(always)]
unsafe fn mark_words<K: Kernel, const CODES: bool>(block: AsciiBlock<'_>, words: &mut Words) {
    let mut carry = u64::from(block.inside);
    each_group!(block, |bytes, group| {
        let bytes: &Group = bytes;
        if let Some(here) = bytes.first_chunk() {
            // SAFETY: by the contract of this function, which is that of `Kernel`.
            let masks = match words.codes.0[64 * group..].first_chunk_mut() {
                Some(codes) if CODES => unsafe { K::ascii_codes(here, codes) },
                _ => unsafe { K::ascii_masks(here) },
            };
            let before = masks.word << 1 | carry;
            words.word[group] = masks.word;
            words.space[group] = masks.space;
            words.begins[group] = masks.word & !before;
            words.continues[group] = masks.word & before;
            carry = masks.word >> 63;
        }
    });
    words.close(block.len.div_ceil(64));
}

/// Marks all that is neither in a word nor a space.
#[inline(always)]
fn mark_all_signs(block: AsciiBlock<'_>, words: &mut Words) {
    for group in 0..block.len.div_ceil(64) {
        words.signs[group] = !words.word[group] & !words.space[group];
    }
}

/// Marks those signs that a filter lets pass.
#[inline(always)]
unsafe fn mark_signs<K: Kernel>(block: AsciiBlock<'_>, letters: &FirstLetters, words: &mut Words) {
    each_group!(block, |bytes, group| {
        let signs = !words.word[group] & !words.space[group];
        // SAFETY: by the contract of this function, which is that of `Kernel`.
        words.signs[group] = signs & unsafe { K::letters_mask(bytes, letters) };
    });
}

/// Collects where words begin that buckets of letters let pass, by the codes that were kept.
#[inline(always)]
unsafe fn collect_buckets<K: Kernel>(block: AsciiBlock<'_>, buckets: &Buckets, words: &mut Words) {
    let groups = block.len.div_ceil(64);
    words.codes.0[64 * groups..][..HEAD_LETTERS].fill(0);
    words.all_may_be_stems(groups);
    for group in 0..groups {
        if let Some(codes) = words.codes.0[64 * group..].first_chunk() {
            // SAFETY: by the contract of this function, which is that of `Kernel`.
            unsafe {
                let passes = K::buckets_mask(codes, buckets);
                words.starts.push_mask::<K>(words.begins[group] & passes, group);
            }
        }
    }
}

/// Collects where words begin that a filter of whole words lets pass.
#[inline(always)]
unsafe fn collect_heads<K: Kernel, const TWO: bool>(block: AsciiBlock<'_>, heads: &Heads, words: &mut Words) {
    words.all_may_be_stems(block.len.div_ceil(64));
    each_group!(block, |bytes, group| {
        let in_words = [words.word[group], words.word[group + 1]];
        let begins = words.begins[group];
        // SAFETY: by the contract of this function, which is that of `Kernel`.
        unsafe {
            let passes = K::heads_mask::<TWO>(bytes, in_words, heads);
            words.starts.push_mask::<K>(begins & passes, group);
        }
    });
}

/// The same where the stems of words have a filter, too.
#[inline(always)]
unsafe fn collect_stems<K: Kernel>(
    block: AsciiBlock<'_>,
    heads: Option<&Heads>,
    stems: &StemHeads,
    words: &mut Words,
) {
    each_group!(block, |bytes, group| {
        let in_words = [words.word[group], words.word[group + 1]];
        let begins = words.begins[group];
        // SAFETY: by the contract of this function, which is that of `Kernel`.
        unsafe {
            let [by_heads, by_stems] = K::stems_masks(bytes, in_words, heads, stems);
            words.stems[group] = begins & by_stems;
            words.starts.push_mask::<K>(begins & by_heads, group);
        }
    });
}

/// Collects where words begin, but for those that a filter of letters holds back.
#[inline(always)]
unsafe fn collect_starts<K: Kernel>(block: AsciiBlock<'_>, words: &mut Words) {
    let groups = block.len.div_ceil(64);
    words.all_may_be_stems(groups);
    // SAFETY: by the contract of this function, which is that of `Kernel`.
    unsafe {
        match block.letters {
            Some(letters) => {
                each_group!(block, |bytes, group| {
                    let passes = K::letters_mask(bytes, letters);
                    words.starts.push_mask::<K>(words.begins[group] & passes, group);
                });
            }
            None => {
                for group in 0..groups {
                    words.starts.push_mask::<K>(words.begins[group], group);
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn mark_pairs<K: Kernel>(units: &[u16], pairs: &Pairs, places: &mut [u64]) {
    for (group, places) in places.iter_mut().enumerate() {
        if let Some(units) = units[64 * group..].first_chunk() {
            // SAFETY: by the contract of this function, which is that of `Kernel`.
            *places &= unsafe { K::pairs_mask(units, pairs) };
        }
    }
}

#[inline(always)]
unsafe fn wide_words<K: Kernel>(classes: &[Class], left: Kind, words: &mut Words) {
    words.clear();
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
    words.close(classes.len().div_ceil(64));
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
    let expands = mask!(COMPLEX) & unspaced_alone;
    // A mark without anything before it is no plain start of a word.
    let complex = mask!(COMPLEX) & !(expands & (unspaced_before | !before)) | joins | word & marks & !before;
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
    words.continues[group] = word & !begins;
    words.unspaced[group] = unspaced_alone;
    words.combines[group] = combines;
    words.complex[group] = complex;
    words.any_complex |= complex != 0;
    words.mark_pairs[group] = pairs;
    words.any_mark_pairs |= pairs != 0;
    // Those without spaces are told by their first code units, not as words.
    // SAFETY: likewise.
    unsafe { words.starts.push_mask::<K>(begins & !unspaced_alone, group) };
}

/// Adds to the code units of a kind the marks behind them.
#[inline(always)]
fn with_marks(kind: u64, marks: u64, carry: u64) -> u64 {
    let first = (kind << 1 | carry) & marks;
    // Adding carries through each run of marks that begins with such a one, and clears it.
    kind | marks & !first.wrapping_add(marks)
}
