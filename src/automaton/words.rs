//! A table from the first word of a text's place to all that phrases make of it.
//!
//! Most words end at a bit of the filter; a word that is a phrase is found without touching an
//! automaton; where phrases go on, the slot has the automaton's state behind the word already, and
//! what is known of the second words.

use serde::{Deserialize, Serialize};

use std::num::NonZeroU32;

use aho_corasick::automaton::StateID;

use super::letters::FirstLetters;
use super::outline::{Glance, Outline, Promise};
use crate::bulk::{self, Bulk};
use crate::fold::Profile;
use crate::fold::simple::{COMPLEX, Class, KATAKANA, MARK, SimpleTable, UNKNOWN, UNSPACED, WORD};
use crate::options::Case;
use crate::prefetch::prefetch;
use crate::unicode::is_ascii_word;

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

/// The first word of a fold: its code units, and its length in bytes.
///
/// None if it does not begin with a word that is told by its code units alone: with a sign, a script
/// without spaces, or a character that is not simple.
pub fn first_word(fold: &[u8], profile: Profile, units: &mut Vec<u16>) -> Option<usize> {
    units.clear();
    // Most first words are of ASCII, and end there.
    let ascii = fold.iter().take_while(|&&byte| is_ascii_word(byte)).count();
    if ascii > 0 && fold.get(ascii).is_none_or(u8::is_ascii) {
        units.extend(fold[..ascii].iter().map(|&byte| u16::from(byte)));
        return Some(ascii);
    }
    let table = SimpleTable::of(profile);
    let text = std::str::from_utf8(fold).ok()?;
    let mut kind = 0;
    for (at, c) in text.char_indices() {
        let unit = u16::try_from(u32::from(c)).unwrap_or(UNKNOWN);
        let (class, folded) = table.get(unit);
        if class & COMPLEX != 0 || units.is_empty() && !begins_word(class) {
            return None;
        }
        if !units.is_empty() && ends_before(kind, class) {
            return Some(at);
        }
        if folded != unit {
            return None;
        }
        if class & MARK == 0 {
            kind = class & (UNSPACED | KATAKANA);
        }
        units.push(unit);
    }
    (!units.is_empty()).then_some(fold.len())
}

fn begins_word(class: Class) -> bool {
    class & (WORD | UNSPACED | MARK) == WORD
}

/// Whether a word of some kind (its bits, none if plain) ends before a code unit.
fn ends_before(kind: Class, class: Class) -> bool {
    class & WORD == 0 || class & MARK == 0 && class & (UNSPACED | KATAKANA) != kind
}

/// What stands behind the first word of a phrase, or behind a word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// It cannot be told simply.
    Anything,
    /// One space, and then a word of which this counts.
    Word(u64),
    /// One space, and then a word that may go on: what counts of it in text of ASCII, and in other text.
    Stem([u64; 2]),
    /// Something else: the two code units there, if they are of ASCII.
    Sign([u8; 2]),
    /// Something else, which only a walk can tell.
    Other,
}

/// What stands behind the first word of a phrase.
pub fn follows(rest: &[u8], profile: Profile) -> Follows {
    let Some(second) = rest.strip_prefix(b" ") else { return sign(rest) };
    // What counts, and no more than is needed to be sure of it.
    let second = &second[..second.len().min(4 * (SECOND_COUNTED + 1))];
    let second = second.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let table = SimpleTable::of(profile);
    let mut units: Vec<u16> = Vec::with_capacity(SECOND_COUNTED);
    let mut kind = None;
    for c in second.chars().take(SECOND_COUNTED) {
        let unit = u16::try_from(u32::from(c)).unwrap_or(UNKNOWN);
        let (class, folded) = table.get(unit);
        if class & COMPLEX != 0 || class & WORD != 0 && folded != unit {
            return Follows::Anything;
        }
        match kind {
            None if class & WORD == 0 => return sign(rest),
            // Of scripts without spaces each letter is a word, and what follows it may fold to a mark.
            None if class & (MARK | UNSPACED) != 0 => return Follows::Anything,
            None => kind = Some(class & (UNSPACED | KATAKANA)),
            Some(kind) if ends_before(kind, class) => break,
            Some(_) => {}
        }
        units.push(unit);
    }
    if units.is_empty() {
        return Follows::Anything;
    }
    let eight = [four_units(&units), four_units(units.get(4..).unwrap_or(&[]))];
    Follows::Word(second_wide(eight, units.len(), lower_bits(profile.case)))
}

/// What stands behind a word of a phrase, where that is not one space and a word.
fn sign(rest: &[u8]) -> Follows {
    match *rest {
        [first] if first.is_ascii() => Follows::Sign([first, NOTHING]),
        [first, second, ..] if first.is_ascii() && second.is_ascii() => Follows::Sign([first, second]),
        // Text of ASCII does not match it, and of other text a walk tells.
        _ => Follows::Other,
    }
}

/// In place of the second code unit behind a word: a phrase has no more.
const NOTHING: u8 = 0;

/// What stands behind the first word of a phrase whose second word may go on.
pub fn follows_open(rest: &[u8], profile: Profile) -> Follows {
    const UNITS: usize = 3;
    let Follows::Word(_) = follows(rest, profile) else { return Follows::Anything };
    let second = rest.get(1..).and_then(|second| std::str::from_utf8(second).ok()).unwrap_or_default();
    let units: Vec<u16> = second.encode_utf16().take(SECOND_COUNTED).collect();
    if units.len() < UNITS {
        return Follows::Anything;
    }
    // Of other text less than this counts, whatever follows it.
    let wide = four_units(&units);
    let first = wide & low_bytes(2 * UNITS);
    let ascii = if first & BEYOND_ASCII == 0 {
        second_ascii(packed([first, 0]), UNITS, lower_bits(profile.case))
    } else {
        wide
    };
    Follows::Stem([ascii, wide])
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

/// A set of hashes. It never misses one that is in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HashSet {
    #[serde(with = "bulk")]
    bits: Vec<u64>,
    shift: u32,
}

impl HashSet {
    /// A set for so many hashes, with 16 bits for each.
    pub fn new(len: usize) -> Self {
        Self::with_bits(len, 16)
    }

    /// A set for so many hashes, with at least so many bits for each.
    pub fn with_bits(len: usize, each: usize) -> Self {
        let bits = (len * each).next_power_of_two().max(1024);
        Self { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() }
    }

    pub fn insert(&mut self, hash: u64) {
        let at = (hash >> self.shift) as usize;
        self.bits[at / 64] |= 1 << (at % 64);
    }

    #[inline(always)]
    pub fn contains(&self, hash: u64) -> bool {
        let at = (hash >> self.shift) as usize;
        self.bits[at / 64] >> (at % 64) & 1 != 0
    }

    /// Inserts something that belongs to a hash, given by a hash of its own: what is asked of it lies
    /// in the same line of the cache.
    pub fn insert_beside(&mut self, hash: u64, own: u64) {
        let at = self.beside(hash, own);
        self.bits[at / 64] |= 1 << (at % 64);
    }

    #[inline(always)]
    pub fn contains_beside(&self, hash: u64, own: u64) -> bool {
        let at = self.beside(hash, own);
        self.bits[at / 64] >> (at % 64) & 1 != 0
    }

    #[inline(always)]
    fn beside(&self, hash: u64, own: u64) -> usize {
        const LINE: usize = 512;
        (hash >> self.shift) as usize / LINE * LINE + (own >> 32) as usize % LINE
    }

    /// The bits, and how far right a hash is shifted to become the number of one.
    pub fn parts(&self) -> (&[u64], u32) {
        (&self.bits, self.shift)
    }

    pub fn nbytes(&self) -> usize {
        self.bits.capacity() * 8
    }

    /// Whether what was read could have been written: all hashes lead to a bit.
    pub fn is_sound(&self) -> bool {
        let bits = self.bits.len() * 64;
        bits.is_power_of_two() && bits >= 1024 && self.shift == 64 - bits.trailing_zeros()
    }
}

/// What phrases make of one first word.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct Slot {
    head: u64,
    tail: u64,
    /// The state of the automaton behind the word.
    state: u32,
    /// The groups of the phrase that is this word alone: the number of the first, plus one.
    groups: Option<NonZeroU32>,
    /// How phrases go on, as in its [`Outline`]; 0 if none does.
    follows: u32,
    shard: u16,
    len: u8,
}

const _: () = assert!(size_of::<Slot>() == 32);

impl Bulk for Slot {
    const SIZE: usize = 31;

    fn put(self, out: &mut [u8]) {
        self.head.put(&mut out[..8]);
        self.tail.put(&mut out[8..16]);
        self.state.put(&mut out[16..20]);
        self.groups.map_or(0, NonZeroU32::get).put(&mut out[20..24]);
        self.follows.put(&mut out[24..28]);
        self.shard.put(&mut out[28..30]);
        self.len.put(&mut out[30..]);
    }

    fn take(bytes: &[u8]) -> Self {
        Self {
            head: Bulk::take(&bytes[..8]),
            tail: Bulk::take(&bytes[8..16]),
            state: Bulk::take(&bytes[16..20]),
            groups: NonZeroU32::new(Bulk::take(&bytes[20..24])),
            follows: Bulk::take(&bytes[24..28]),
            shard: Bulk::take(&bytes[28..30]),
            len: bytes[30],
        }
    }
}

impl Slot {
    const EMPTY: Self = Self { head: 0, tail: 0, state: 0, groups: None, follows: 0, shard: 0, len: 0 };

    /// The groups of the phrase that is this word alone.
    #[inline(always)]
    pub fn groups(&self) -> Option<u32> {
        self.groups.map(|groups| groups.get() - 1)
    }

    /// Whether the state is that before the word, which must be walked as well.
    pub fn restarts(&self) -> bool {
        WordKey { head: self.head, tail: self.tail, len: u64::from(self.len) }.is_long()
    }

    /// Whether what was read could have been written, with so many shards.
    fn is_sound(&self, shards: usize, is_group: impl Fn(u32) -> bool) -> bool {
        self.len == 0
            || self.groups().is_none_or(is_group) && (!self.goes_on() || usize::from(self.shard) < shards)
    }

    /// The shard and the state in which the walk goes on.
    #[inline(always)]
    pub fn state(&self) -> (usize, StateID) {
        (usize::from(self.shard), StateID::new_unchecked(self.state as usize))
    }

    /// Whether a phrase goes on.
    #[inline(always)]
    pub fn goes_on(&self) -> bool {
        self.follows != 0
    }
}

/// What a lane's automata know of a first word.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub key: WordKey,
    /// The groups of the phrase that is this word alone.
    pub groups: Option<u32>,
    pub goes_on: Option<GoesOn>,
}

/// How a phrase goes on behind its first word.
#[derive(Clone, Copy, Debug)]
pub struct GoesOn {
    pub follows: Follows,
    /// What stands behind the second word.
    pub then: Follows,
    /// From which state of which automaton.
    pub shard: u16,
    pub state: StateID,
}

/// From so many words on a table is packed closer.
const MANY_WORDS: usize = 1 << 17;

/// The first words of a lane's phrases.
#[derive(Serialize, Deserialize)]
pub struct WordTable {
    filter: HashSet,
    #[serde(with = "bulk")]
    slots: Vec<Slot>,
    /// By slot, what a glance tells.
    #[serde(with = "bulk")]
    outlines: Vec<Outline>,
    shift: u32,
    /// First and second words, hashed.
    pairs: HashSet,
    /// The longest key in characters: longer words need not be looked up.
    longest: usize,
    /// The first letters of the words of ASCII, if there are few.
    letters: Option<FirstLetters>,
}

impl WordTable {
    /// A table of first words; the same word may come several times.
    pub fn new(words: impl Iterator<Item = Found> + Clone, case: Case) -> Self {
        // Words come mostly one beside the other if they are the same: counting changes is enough.
        let mut last = None;
        let distinct = words.clone().filter(|found| last.replace(found.key) != Some(found.key)).count();
        // Small tables are kept half empty, so that most words are where they are looked for first.
        let room = if distinct < MANY_WORDS { distinct } else { distinct / 4 };
        let size = (distinct + room + 1).next_power_of_two();
        let mut table = Self {
            filter: HashSet::new(distinct),
            slots: vec![Slot::EMPTY; size],
            outlines: vec![Outline::default(); size],
            shift: 64 - size.trailing_zeros(),
            pairs: HashSet::new(words.clone().filter(|found| found.goes_on.is_some()).count()),
            longest: 0,
            letters: None,
        };
        if distinct < MANY_WORDS {
            let ascii = words.clone().filter(|found| found.key.len & WordKey::WIDE == 0);
            let heads = ascii.map(|found| (found.key.head, found.key.len as usize)).collect();
            table.letters = FirstLetters::new(heads, lower_bits(case) as u8);
        }
        words.for_each(|found| table.insert(&found));
        table
    }

    fn insert(&mut self, found: &Found) {
        let hash = found.key.hash();
        self.filter.insert(hash);
        self.longest = self.longest.max((found.key.len & !WordKey::WIDE) as usize);
        let at = self.place(found.key, hash);
        let home = self.home(hash);
        if at != home {
            self.outlines[home].displace(hash);
        }
        let slot = &mut self.slots[at];
        (slot.head, slot.tail, slot.len) = (found.key.head, found.key.tail, found.key.len as u8);
        if let Some(groups) = found.groups {
            slot.groups = NonZeroU32::new(groups + 1);
        }
        if let Some(GoesOn { follows, then, shard, state }) = found.goes_on {
            (slot.shard, slot.state) = (shard, state.as_u32());
            slot.follows |= follow_bits(found.key, follows);
            self.insert_follows(found.key, follows, then);
        }
        let (is_phrase, follows) = (self.slots[at].groups.is_some(), self.slots[at].follows);
        self.outlines[at].set_word(hash);
        self.outlines[at].merge(is_phrase, follows);
        // A search for the word ends at the first outline of its tag, be it that of another.
        let mut passed = home;
        while passed != at {
            if self.outlines[passed].is_of(hash) {
                self.outlines[passed].merge(is_phrase, follows);
            }
            passed = (passed + 1) & (self.slots.len() - 1);
        }
    }

    /// Notes what stands in a phrase behind its first word, and behind its second.
    fn insert_follows(&mut self, first: WordKey, follows: Follows, then: Follows) {
        match follows {
            _ if first.is_long() => {}
            Follows::Word(second) => {
                let pair = pair_hash(first.hash(), second);
                self.pairs.insert(pair);
                self.insert_behind(pair, then);
            }
            Follows::Sign(_) => self.insert_behind(pair_hash(first.hash(), SIGN), follows),
            Follows::Anything | Follows::Stem(_) | Follows::Other => {}
        }
    }

    /// Notes what stands in a phrase behind what has a hash.
    fn insert_behind(&mut self, hash: u64, follows: Follows) {
        match follows {
            Follows::Word(word) => self.pairs.insert_beside(hash, behind_hash(hash, word)),
            Follows::Sign(units) => self.pairs.insert_beside(hash, behind_hash(hash, sign_number(units))),
            Follows::Anything | Follows::Stem(_) => {
                self.pairs.insert_beside(hash, behind_hash(hash, ANYTHING));
            }
            Follows::Other => {}
        }
    }

    /// Whether any phrase may have behind it what stands in a text behind what has a hash.
    #[inline(always)]
    fn may_be_behind(&self, hash: u64, follows: Follows) -> bool {
        let holds = |number| self.pairs.contains_beside(hash, behind_hash(hash, number));
        match follows {
            Follows::Word(word) => holds(word) || holds(ANYTHING),
            Follows::Sign(units) => {
                holds(sign_number(units)) || holds(sign_number([units[0], NOTHING])) || holds(ANYTHING)
            }
            Follows::Anything | Follows::Stem(_) | Follows::Other => true,
        }
    }

    /// Where a key is, or the empty slot where it belongs.
    #[inline(always)]
    fn place(&self, key: WordKey, hash: u64) -> usize {
        let mut at = self.home(hash);
        loop {
            let slot = &self.slots[at];
            let same = slot.head == key.head && slot.tail == key.tail && u64::from(slot.len) == key.len;
            if same || slot.len == 0 {
                return at;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline(always)]
    fn home(&self, hash: u64) -> usize {
        // A table of one slot would shift by all 64 bits.
        (hash >> 1 >> (self.shift - 1)) as usize
    }

    /// The set of the hashes of all words.
    pub fn filter(&self) -> &HashSet {
        &self.filter
    }

    /// The outlines, and how far right a hash is shifted to become the number of one.
    pub fn outlines(&self) -> (&[Outline], u32) {
        (&self.outlines, self.shift)
    }

    /// The set of the hashes of all pairs of first and second words.
    pub fn pairs(&self) -> &HashSet {
        &self.pairs
    }

    /// Whether a word with this hash may be in the table.
    #[inline(always)]
    pub fn may_contain(&self, hash: u64) -> bool {
        self.filter.contains(hash)
    }

    /// Asks the processor to fetch the outline of a hash.
    #[inline(always)]
    pub fn prefetch_outline(&self, hash: u64) {
        prefetch(&self.outlines[self.home(hash)]);
    }

    /// Asks the processor to fetch the slot of a hash.
    #[inline(always)]
    pub fn prefetch_slot(&self, hash: u64) {
        prefetch(&self.slots[self.home(hash)]);
    }

    /// What a word with what stands behind it may be. Without a branch, but for words that do not stand
    /// where they belong.
    #[inline(always)]
    pub fn promise(&self, hash: u64, glance: Glance) -> Promise {
        let home = self.home(hash);
        let outline = self.outlines[home];
        if outline.is_elsewhere(hash) {
            return self.promise_elsewhere(home, hash, glance);
        }
        outline.promise(hash, glance)
    }

    fn promise_elsewhere(&self, home: usize, hash: u64, glance: Glance) -> Promise {
        let behind = |step| self.outlines[(home + step) & (self.outlines.len() - 1)];
        let mut outlines = (1..self.outlines.len()).map(behind).take_while(|outline| !outline.is_empty());
        let found = outlines.find(|outline| outline.is_of(hash));
        found.map_or(Promise::default(), |outline| outline.promise(hash, glance))
    }

    /// The number of the slot of a key, and whether there is one. Without a branch, but for words that do
    /// not stand where they belong.
    #[inline(always)]
    pub fn find(&self, key: WordKey, hash: u64) -> (u32, bool) {
        let at = self.place(key, hash);
        (at as u32, self.slots[at].len != 0)
    }

    /// The slot of a number that [`Self::find`] gave.
    #[inline(always)]
    pub fn slot(&self, number: u32) -> &Slot {
        &self.slots[number as usize]
    }

    #[inline(always)]
    pub fn get(&self, key: WordKey, hash: u64) -> Option<&Slot> {
        let (number, is_there) = self.find(key, hash);
        is_there.then(|| self.slot(number))
    }

    /// Whether a phrase may go on from a slot with what stands behind the word.
    #[inline(always)]
    pub fn may_follow(&self, slot: &Slot, hash: u64, follows: Follows) -> bool {
        match follows {
            Follows::Anything | Follows::Stem(_) => true,
            Follows::Other => slot.follows & Outline::OTHER != 0,
            Follows::Sign(_) => {
                slot.follows & Outline::OTHER != 0
                    && (slot.follows & Outline::OPEN != 0
                        || self.may_be_behind(pair_hash(hash, SIGN), follows))
            }
            Follows::Word(second) => {
                slot.follows & Outline::second(second) != 0
                    && (slot.follows & Outline::OPEN != 0 || self.pairs.contains(pair_hash(hash, second)))
            }
        }
    }

    /// Whether one may go on behind both words, the second one as of [`Self::may_follow`], with what stands
    /// there.
    #[inline(always)]
    pub fn may_follow_both(&self, slot: &Slot, hash: u64, second: u64, then: Follows) -> bool {
        slot.follows & Outline::OPEN != 0 || self.may_be_behind(pair_hash(hash, second), then)
    }

    /// Whether the table is too large to lie in a processor's own caches.
    pub fn is_large(&self) -> bool {
        self.slots.len() * size_of::<Slot>() > 1 << 19
    }

    pub fn letters(&self) -> Option<&FirstLetters> {
        self.letters.as_ref()
    }

    /// The words of ASCII: the first eight bytes of each, and its length.
    pub fn ascii_words(&self) -> impl Iterator<Item = (u64, usize)> {
        let ascii =
            self.slots.iter().filter(|slot| slot.len != 0 && u64::from(slot.len) & WordKey::WIDE == 0);
        ascii.map(|slot| (slot.head, usize::from(slot.len)))
    }

    pub fn is_empty(&self) -> bool {
        self.longest == 0
    }

    /// Whether what was read could have been written, with so many shards, and if `is_group` tells the
    /// numbers of groups: all hashes lead to a slot, and each search ends.
    pub fn is_sound(&self, shards: usize, is_group: impl Fn(u32) -> bool) -> bool {
        let size = self.slots.len();
        size.is_power_of_two()
            && self.outlines.len() == size
            && self.shift == 64 - size.trailing_zeros()
            && self.slots.iter().any(|slot| slot.len == 0)
            && self.filter.is_sound()
            && self.pairs.is_sound()
            && self.slots.iter().all(|slot| slot.is_sound(shards, &is_group))
    }

    pub fn longest(&self) -> usize {
        self.longest
    }

    pub fn nbytes(&self) -> usize {
        let slots = self.slots.capacity() * (size_of::<Slot>() + size_of::<Outline>());
        self.filter.nbytes() + self.pairs.nbytes() + slots
    }
}

fn pair_hash(first: u64, second: u64) -> u64 {
    let mixed = (first ^ first >> 32 ^ second).wrapping_mul(Outline::SECOND_FACTOR);
    mixed ^ mixed << 32
}

/// The bits of [`Slot::follows`] that a phrase sets which goes on behind its first word.
fn follow_bits(first: WordKey, follows: Follows) -> u32 {
    match follows {
        _ if first.is_long() => u32::MAX,
        Follows::Anything => u32::MAX,
        Follows::Sign(_) | Follows::Other => Outline::OTHER,
        Follows::Stem([ascii, wide]) => Outline::second(ascii) | Outline::second(wide) | Outline::OPEN,
        Follows::Word(second) => Outline::second(second),
    }
}

/// In place of a second word: a sign stands behind the first.
const SIGN: u64 = u64::MAX;
/// In place of what stands behind: it may be anything, or nothing.
const ANYTHING: u64 = u64::MAX - 1;

/// A number for two code units behind a word, which no word has.
fn sign_number(units: [u8; 2]) -> u64 {
    1 << 63 | u64::from(u16::from_le_bytes(units))
}

/// The hash of what stands behind something, given by a hash and a number.
fn behind_hash(hash: u64, number: u64) -> u64 {
    (hash.rotate_left(32) ^ number).wrapping_mul(Outline::SECOND_FACTOR)
}
