//! A block: some thousand code units of a text, made ready for the filters.
//!
//! A block of ASCII is the text itself. Any other is copied into code units of two bytes, with their
//! classes and folds, by table: that is the only copy there is of any text, and goes into the same
//! buffers block after block.

use super::words::{self, AsciiBlock, Words};
use crate::automaton::{FirstLetters, Heads, IN_SIGHT, SECOND_COUNTED, StemHeads};
use crate::boundary::Kind;
use crate::fold::simple::{COMPLEX, Class, SimpleTable};
use crate::fold::{FoldTable, Profile};
use crate::text::Units;
use crate::unicode;

/// How many code units a block has at most.
pub const UNITS: usize = 1 << 12;
/// So many behind the last place of a block are in sight, unless the text ends: for what stands
/// beside a place, and the words of nearly all lengths.
pub const AHEAD: usize = 64;
/// Zeros in front of folded code units, so that four or eight can be read at once anywhere.
pub const PADDING: usize = 8;
/// And behind them: filters take 64 and those behind at once.
const BEHIND: usize = 64 + PADDING;
/// An ASCII block ends so many code units before what is not ASCII, which filters look at.
const BEFORE_OTHERS: usize = IN_SIGHT;

/// Where a block begins, and what stands before it.
#[derive(Clone, Copy)]
pub struct Start {
    pub from: usize,
    pub left: Kind,
}

/// What is the same for all blocks of a text.
#[derive(Clone, Copy)]
pub struct Settings<'m> {
    /// Whether all of the text is known to be ASCII.
    pub is_ascii: bool,
    pub profiles: &'m [Profile],
    /// The first letters of phrases that begin with a word, and with a sign, if known.
    pub letters: Option<&'m FirstLetters>,
    pub heads: Option<&'m Heads>,
    /// The first letters of phrases that begin with the stem of a word, if known.
    pub stems: Option<&'m StemHeads>,
    pub signs: Option<&'m FirstLetters>,
    /// Whether the words of ASCII are wanted, which a search for substrings does without.
    pub ascii_words: bool,
    /// Whether the folds of ASCII are wanted, too.
    pub fold_ascii: bool,
    /// How many code units the block may have, up to [`UNITS`].
    pub most: usize,
}

#[derive(Default)]
pub struct Block {
    /// Where in the text it begins.
    pub from: usize,
    /// How many code units are in sight.
    pub len: usize,
    /// Places before this one are the block's to try.
    pub limit: usize,
    pub is_ascii: bool,
    /// Whether [`Self::folded`] is there.
    pub has_folds: bool,
    /// The text ends with it.
    pub closes: bool,
    pub words: Words,
    /// If not ASCII: the code units.
    units: Vec<u16>,
    /// By code unit its distance from `from`, where that is not its number.
    distances: Vec<u32>,
    classes: Vec<Class>,
    /// By way of folding: the folded code units, with [`PADDING`] before them.
    folded: Vec<Vec<u16>>,
}

impl Block {
    /// Prepares the block at `start`, for places before `to`.
    ///
    /// Words of ASCII that do not begin with the letters of the settings may be left out.
    pub fn prepare<T: Units>(&mut self, text: T, to: usize, start: Start, settings: Settings<'_>) {
        let Start { from, left } = start;
        let Settings { is_ascii, profiles, letters, heads, stems, signs, ascii_words, fold_ascii, most } =
            settings;
        self.from = from;
        let ascii = text.bytes().filter(|bytes| self.take_ascii(bytes, from, is_ascii, most));
        self.is_ascii = ascii.is_some();
        if let Some(bytes) = ascii {
            self.limit = self.limit.min(to - from);
            let inside = left == Kind::Plain;
            let block =
                AsciiBlock { text: &bytes[from..], len: self.len, inside, letters, heads, stems, signs };
            if ascii_words {
                words::find_ascii(block, &mut self.words);
            } else {
                self.words.forget(self.len);
            }
            if fold_ascii {
                self.fold_ascii(&bytes[from..from + self.len], profiles);
            }
            self.has_folds = fold_ascii;
        } else {
            self.take_wide(text, from, most);
            self.has_folds = true;
            if to < self.position(self.limit) {
                self.limit = self.limit_at(to);
            }
            self.classify(profiles);
            words::find_wide(&self.classes, left, &mut self.words);
            self.judge_mark_pairs();
            self.look_back(text, profiles);
        }
    }

    /// The place in the text of a place in the block.
    #[inline(always)]
    pub fn position(&self, at: usize) -> usize {
        match self.distances.get(at) {
            Some(&distance) if !self.is_ascii => self.from + distance as usize,
            _ => self.from + at,
        }
    }

    /// The folded code units under way of folding number `profile`, and [`PADDING`] before them.
    #[inline(always)]
    pub fn folded(&self, profile: usize) -> &[u16] {
        &self.folded[profile]
    }

    /// Whether the first code units of the word at `at`, as many as filters look at and the one
    /// behind, are not all simple.
    #[cold]
    pub fn is_complex_near(&self, at: usize) -> bool {
        (at..(at + SECOND_COUNTED + 1).min(self.len)).any(|at| self.words.complex.holds(at))
    }

    /// Takes as much ASCII as a block holds; false if there is not enough before something else.
    fn take_ascii(&mut self, bytes: &[u8], from: usize, is_ascii: bool, most: usize) -> bool {
        let most = most.min(bytes.len() - from);
        let ascii = if is_ascii { most } else { ascii_prefix(&bytes[from..from + most]) };
        self.len = ascii;
        self.closes = from + ascii == bytes.len();
        if self.closes {
            self.limit = ascii;
            return true;
        }
        if ascii == most {
            self.limit = most - AHEAD;
            return true;
        }
        // Ends where no word is cut. One that goes on in other letters has a key of these.
        let last = ascii.saturating_sub(BEFORE_OTHERS);
        let cut =
            (last.saturating_sub(AHEAD)..=last).rev().find(|&at| !unicode::is_ascii_word(bytes[from + at]));
        self.limit = cut.unwrap_or(0);
        self.limit > 0
    }

    fn take_wide<T: Units>(&mut self, text: T, from: usize, most: usize) {
        self.units.clear();
        self.distances.clear();
        let end = text.widen(from, most, &mut self.units, &mut self.distances);
        self.len = self.units.len();
        self.closes = end == text.len();
        self.limit = if self.closes { self.len } else { self.len.saturating_sub(AHEAD).max(1) };
    }

    /// The place in the block of a place in the text.
    fn limit_at(&self, position: usize) -> usize {
        if self.distances.is_empty() {
            return position - self.from;
        }
        self.distances.partition_point(|&distance| self.from + (distance as usize) < position)
    }

    /// Makes the folded code units zeros, and the padding around them.
    fn clear_folds(&mut self, profiles: usize) {
        self.folded.resize_with(profiles, Vec::new);
        for folded in &mut self.folded {
            folded.clear();
            folded.resize(self.len + PADDING + BEHIND, 0);
        }
    }

    fn fold_ascii(&mut self, bytes: &[u8], profiles: &[Profile]) {
        self.clear_folds(profiles.len());
        for (profile, folded) in profiles.iter().zip(&mut self.folded) {
            let table = &FoldTable::of(profile.case, profile.accents).ascii;
            for (&byte, folded) in bytes.iter().zip(&mut folded[PADDING..]) {
                *folded = u16::from(table[usize::from(byte % 128)]);
            }
        }
    }

    fn classify(&mut self, profiles: &[Profile]) {
        self.clear_folds(profiles.len());
        self.classes.clear();
        self.classes.resize(self.len, 0);
        for (&profile, folded) in profiles.iter().zip(&mut self.folded) {
            let table = SimpleTable::of(profile);
            let places = self.classes.iter_mut().zip(&mut folded[PADDING..]);
            for (&unit, (class, folded)) in self.units.iter().zip(places) {
                let (own, fold) = table.get(unit);
                *class |= own;
                *folded = fold;
            }
        }
    }

    /// What is complex reaches over the edge of a block.
    fn look_back<T: Units>(&mut self, text: T, profiles: &[Profile]) {
        if self.from == 0 {
            return;
        }
        let unit = u16::try_from(text.decode_before(self.from).0).unwrap_or(u16::MAX);
        if profiles.iter().any(|&profile| SimpleTable::of(profile).get(unit).0 & COMPLEX != 0) {
            self.words.complex[0] |= 1;
            self.words.any_complex = true;
        }
    }

    /// Two marks side by side are simple if they stand in the order in which they fold.
    fn judge_mark_pairs(&mut self) {
        if !self.words.any_mark_pairs {
            return;
        }
        let class_of = |unit: u16| char::from_u32(u32::from(unit)).map_or(0, unicode::combining_class);
        for group in 0..self.len.div_ceil(64) {
            let mut pairs = self.words.mark_pairs[group];
            while pairs != 0 {
                let at = group * 64 + pairs.trailing_zeros() as usize;
                pairs &= pairs - 1;
                if at == 0 || class_of(self.units[at - 1]) > class_of(self.units[at]) {
                    self.words.complex[group] |= 1 << (at % 64);
                    self.words.any_complex = true;
                }
            }
        }
    }
}

/// How many bytes stand before the first that is not ASCII.
fn ascii_prefix(bytes: &[u8]) -> usize {
    const AT_ONCE: usize = 64;
    let whole = bytes.as_chunks::<AT_ONCE>().0.iter().take_while(|chunk| chunk.is_ascii()).count() * AT_ONCE;
    let rest = bytes[whole..].iter().take_while(|byte| byte.is_ascii()).count();
    whole + rest
}
