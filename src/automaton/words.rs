//! A table from the first word of a text's place to all that phrases make of it.
//!
//! Most words end at a bit of the filter; a word that is a phrase is found without touching an
//! automaton; where phrases go on, the slot has the automaton's state behind the word already, and
//! what is known of the second words.

use serde::{Deserialize, Serialize};

use std::num::NonZeroU32;

use aho_corasick::automaton::StateID;

use super::follows::{Follows, NOTHING};
use super::hash_set::HashSet;
use super::letters::FirstLetters;
use super::outline::{Outline, Outlines};
use super::word_key::{WordKey, lower_bits};
use crate::bulk::{self, Bulk};
use crate::options::Case;
use crate::prefetch::prefetch;

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
        self.key().is_long()
    }

    fn key(&self) -> WordKey {
        WordKey { head: self.head, tail: self.tail, len: u64::from(self.len) }
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
    shift: u32,
    /// What a glance tells of the words.
    outlines: Outlines,
    /// First and second words, hashed, and what stands behind: see [`Self::may_follow_both`].
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
            shift: 64 - size.trailing_zeros(),
            outlines: Outlines::new(0),
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
        table.outlines = Outlines::new(distinct);
        for slot in table.slots.iter().filter(|slot| slot.len != 0) {
            table.outlines.insert(slot.key().hash(), slot.groups.is_some(), slot.follows);
        }
        table
    }

    fn insert(&mut self, found: &Found) {
        let hash = found.key.hash();
        self.filter.insert(hash);
        self.longest = self.longest.max((found.key.len & !WordKey::WIDE) as usize);
        let at = self.place(found.key, hash);
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

    /// What a glance tells of the words.
    pub fn outlines(&self) -> &Outlines {
        &self.outlines
    }

    /// The set that has the hashes of all pairs of first and second words.
    pub fn pairs(&self) -> &HashSet {
        &self.pairs
    }

    /// Whether a word with this hash may be in the table.
    #[inline(always)]
    pub fn may_contain(&self, hash: u64) -> bool {
        self.filter.contains(hash)
    }

    /// Asks the processor to fetch the slot of a hash.
    #[inline(always)]
    pub fn prefetch_slot(&self, hash: u64) {
        prefetch(&self.slots[self.home(hash)]);
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
            && self.outlines.is_sound()
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
        let slots = self.slots.capacity() * size_of::<Slot>();
        self.filter.nbytes() + self.pairs.nbytes() + self.outlines.nbytes() + slots
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
