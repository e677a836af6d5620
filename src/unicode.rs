//! What the engine needs to know of each code point, in one table made from ICU4X's data.

use icu_normalizer::properties::{
    CanonicalCombiningClassMapBorrowed, CanonicalDecompositionBorrowed, Decomposed,
};
use icu_properties::props::{
    Alphabetic, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, Script, WhiteSpace,
    WordBreak,
};
use icu_properties::script::ScriptWithExtensions;
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::fold::sequence;
use crate::published::Published;

/// A set of the flags below.
pub type Flags = u16;

/// A word character (never together with [`IGNORABLE`]).
pub const WORD: Flags = 1;
/// A word character of a script that is written without spaces.
pub const UNSPACED: Flags = 1 << 1;
/// A word character of kind katakana.
pub const KATAKANA: Flags = 1 << 2;
/// General category Mark, or a half-width katakana voicing mark: takes the kind of what it follows.
pub const MARK: Flags = 1 << 3;
/// Default_Ignorable_Code_Point.
pub const IGNORABLE: Flags = 1 << 4;
/// White_Space.
pub const SPACE: Flags = 1 << 5;
/// Begins a unit.
pub const STARTS_UNIT: Flags = 1 << 6;
/// White space that ends a line.
pub const LINE_BREAK: Flags = 1 << 7;
/// A dash of the contract's step 1.
pub const DASH: Flags = 1 << 8;
/// A single quote or apostrophe of step 1, or U+0027 itself.
pub const APOSTROPHE: Flags = 1 << 9;
/// A hyphen that joins words under `boundary="compound"`.
pub const HYPHEN: Flags = 1 << 10;
/// Would begin a unit, but `accents="fold"` always removes it whole (tatweel).
pub const REMOVED: Flags = 1 << 11;
/// Would begin a unit, but `accents="fold"` removes it after a Latin or Greek base (U+20DD).
pub const ENCLOSING: Flags = 1 << 12;
/// A combining mark that never composes, folds to itself and is no accent in any mode: a unit made
/// of a base and one of these folds to the folds of its parts.
pub const INERT_MARK: Flags = 1 << 13;

/// Begins a unit, and ends in a mark when folded and decomposed: marks behind it may go before that.
pub const ENDS_IN_MARK: Flags = 1 << 14;

pub const ZERO_WIDTH_SPACE: u32 = 0x200B;
const CODE_POINTS: usize = 0x11_0000;
const PAGE: usize = 256;

/// Flags by code point: a page number for each 256 code points, and the pages.
pub struct CharTable {
    page_of: Vec<u16>,
    pages: Vec<Flags>,
}

impl CharTable {
    /// The flags of a code point; anything past U+10FFFF has those of an unassigned one.
    #[inline(always)]
    pub fn get(&self, cp: u32) -> Flags {
        match self.page_of.get(cp as usize / PAGE) {
            Some(&page) => self.pages[page as usize * PAGE + cp as usize % PAGE],
            None => STARTS_UNIT,
        }
    }
}

/// The table, made when first used (some 20 ms).
pub fn chars() -> &'static CharTable {
    static TABLE: Published<CharTable> = Published::new();
    TABLE.get(|_| true, || compress(&flat_table()))
}

/// Step 1 of the fold: the plain form of a quote or dash.
#[inline]
pub fn plain_punctuation(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2032}' | '\u{2039}' | '\u{203A}'
        | '\u{0060}' | '\u{00B4}' | '\u{02BB}' | '\u{02BC}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{00AB}' | '\u{00BB}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => '-',
        other => other,
    }
}

/// Whether an ASCII character is a word character.
#[inline(always)]
pub fn is_ascii_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The canonical combining class.
pub fn combining_class(c: char) -> u8 {
    CanonicalCombiningClassMapBorrowed::new().get_u8(c)
}

/// Whether the general category is Mark (Mn, Mc or Me).
pub fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

pub fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

/// The scripts that are written without spaces between words.
const UNSPACED_SCRIPTS: [Script; 12] = [
    Script::Han,
    Script::Hiragana,
    Script::Bopomofo,
    Script::Yi,
    Script::Thai,
    Script::Lao,
    Script::Khmer,
    Script::Myanmar,
    Script::TaiLe,
    Script::NewTaiLue,
    Script::TaiTham,
    Script::TaiViet,
];

/// Code points whose folds may be other than themselves: all but the large blocks of ideographs,
/// syllables and private use, which no mapping touches.
pub fn may_change_in_fold() -> impl Iterator<Item = char> {
    [
        0..=0x33FF,
        0x4DC0..=0x4DFF,
        0xA000..=0xABFF,
        0xD7B0..=0xD7FF,
        0xF900..=0x16FFF,
        0x1AFF0..=0x1FFFF,
        0x2F800..=0x2FA1F,
        0xE0000..=0xE0FFF,
    ]
    .into_iter()
    .flatten()
    .filter_map(char::from_u32)
}

fn flat_table() -> Vec<Flags> {
    let mut table = vec![STARTS_UNIT; CODE_POINTS];
    mark_words(&mut table);
    mark_kinds(&mut table);
    mark_spaces_and_punctuation(&mut table);
    mark_ignorables(&mut table);
    mark_units(&mut table);
    mark_accents(&mut table);
    table
}

fn mark_words(table: &mut [Flags]) {
    let mut set = |flag: Flags, range: std::ops::RangeInclusive<u32>| {
        table[*range.start() as usize..=*range.end() as usize].iter_mut().for_each(|flags| *flags |= flag);
    };
    CodePointSetData::new::<Alphabetic>().iter_ranges().for_each(|range| set(WORD, range));
    let categories = CodePointMapData::<GeneralCategory>::new();
    for range in categories.iter_ranges_for_group(GeneralCategoryGroup::Mark) {
        set(WORD | MARK, range);
    }
    for category in [GeneralCategory::DecimalNumber, GeneralCategory::ConnectorPunctuation] {
        categories.iter_ranges_for_value(category).for_each(|range| set(WORD, range));
    }
    set(MARK, 0xFF9E..=0xFF9F);
}

fn mark_kinds(table: &mut [Flags]) {
    for range in CodePointMapData::<WordBreak>::new().iter_ranges_for_value(WordBreak::Katakana) {
        for cp in range {
            table[cp as usize] |= KATAKANA;
        }
    }
    let categories = CodePointMapData::<GeneralCategory>::new();
    let is_letter = |cp: u32| {
        let category = categories.get32(cp);
        GeneralCategoryGroup::Letter.contains(category) || category == GeneralCategory::LetterNumber
    };
    for script in UNSPACED_SCRIPTS {
        for range in ScriptWithExtensions::new().get_script_extensions_ranges(script) {
            for cp in range {
                if is_letter(cp) && table[cp as usize] & KATAKANA == 0 {
                    table[cp as usize] |= UNSPACED;
                }
            }
        }
    }
}

fn mark_spaces_and_punctuation(table: &mut [Flags]) {
    for cp in CodePointSetData::new::<WhiteSpace>().iter_ranges().flatten() {
        table[cp as usize] |= SPACE;
    }
    for cp in [0xA, 0xB, 0xC, 0xD, 0x85, 0x2028, 0x2029] {
        table[cp] |= LINE_BREAK;
    }
    for cp in [0x2D, 0x2010, 0x2011] {
        table[cp] |= HYPHEN;
    }
    for c in ('\0'..='\u{FFFF}').filter(|&c| c != '\u{FFFF}') {
        match (c, plain_punctuation(c)) {
            (_, '-') => table[c as usize] |= DASH,
            ('\'', _) => table[c as usize] |= APOSTROPHE,
            (_, '\'') => table[c as usize] = table[c as usize] & !WORD | APOSTROPHE,
            _ => {}
        }
    }
}

/// Ignorable code points are looked through, so their other properties must not show.
fn mark_ignorables(table: &mut [Flags]) {
    for cp in CodePointSetData::new::<DefaultIgnorableCodePoint>().iter_ranges().flatten() {
        table[cp as usize] = IGNORABLE;
    }
}

fn mark_units(table: &mut [Flags]) {
    // Characters that compose with what stands before them, and those whose folds begin with one.
    let mut joins = vec![false; CODE_POINTS];
    let decomposition = CanonicalDecompositionBorrowed::new();
    for c in may_change_in_fold() {
        if let Decomposed::Expansion(_, second) = decomposition.decompose(c)
            && sequence::stays_composed(c)
        {
            joins[second as usize] = true;
        }
    }
    for jamo in (0x1161..=0x1175).chain(0x11A8..=0x11C2) {
        joins[jamo] = true;
    }
    for c in may_change_in_fold() {
        let joins_when_folded = |c| {
            let folded = sequence::nfkc_casefold_char(c);
            folded.chars().next().is_some_and(|first| combining_class(first) != 0 || joins[first as usize])
        };
        if combining_class(c) != 0 || joins_when_folded(c) {
            table[c as usize] &= !STARTS_UNIT;
        }
    }
    for c in may_change_in_fold() {
        let flags = table[c as usize];
        if flags & STARTS_UNIT != 0 && sequence::ends_in_mark(c) {
            table[c as usize] |= ENDS_IN_MARK;
        }
        if flags & MARK != 0
            && combining_class(c) != 0
            && !joins[c as usize]
            && sequence::nfkc_casefold_char(c).chars().eq([c])
            && script(c) != Script::Inherited
            && !sequence::is_dropped_point(c)
        {
            table[c as usize] |= INERT_MARK;
        }
    }
}

fn mark_accents(table: &mut [Flags]) {
    for c in may_change_in_fold() {
        let flags = table[c as usize];
        if flags & STARTS_UNIT == 0 {
            continue;
        }
        if flags & MARK != 0 && script(c) == Script::Inherited {
            table[c as usize] |= ENCLOSING;
        } else if sequence::fold_accents(&sequence::nfkc_casefold_char(c), sequence::Base::Other).is_empty() {
            table[c as usize] |= REMOVED;
        }
    }
}

fn compress(flat: &[Flags]) -> CharTable {
    let mut pages: Vec<Flags> = Vec::new();
    let mut known = std::collections::HashMap::new();
    let page_of = flat
        .chunks_exact(PAGE)
        .map(|page| {
            *known.entry(page).or_insert_with(|| {
                pages.extend_from_slice(page);
                (pages.len() / PAGE - 1) as u16
            })
        })
        .collect();
    CharTable { page_of, pages }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(c: char) -> Flags {
        chars().get(c as u32)
    }

    #[test]
    fn words_and_kinds() {
        assert_eq!(flags('a'), WORD | STARTS_UNIT);
        assert_eq!(flags('_'), WORD | STARTS_UNIT);
        assert_eq!(flags('中'), WORD | UNSPACED | STARTS_UNIT);
        assert_eq!(flags('々') & (WORD | UNSPACED), WORD | UNSPACED);
        assert_eq!(flags('タ'), WORD | KATAKANA | STARTS_UNIT);
        assert_eq!(flags('ー') & (WORD | KATAKANA), WORD | KATAKANA);
        assert_eq!(flags('๕') & (WORD | UNSPACED), WORD);
        assert_eq!(flags('\u{2BC}') & (WORD | APOSTROPHE), APOSTROPHE);
        assert_eq!(flags('\u{AD}'), IGNORABLE);
        assert_eq!(flags(' ') & SPACE, SPACE);
    }

    #[test]
    fn units() {
        for joining in ['\u{301}', '\u{1161}', '\u{11A8}', '\u{9BE}', 'ﾞ', '\u{F73}', '\u{E48}'] {
            assert_eq!(flags(joining) & STARTS_UNIT, 0, "{joining:?}");
        }
        for starting in ['a', 'é', 'ß', 'ﬁ', '한', 'ᄒ', 'ก', '\u{E31}', 'ｶ', '\u{20DD}', '\u{640}']
        {
            assert_ne!(flags(starting) & STARTS_UNIT, 0, "{starting:?}");
        }
        assert_ne!(flags('\u{E48}') & INERT_MARK, 0);
        assert_eq!(flags('\u{301}') & INERT_MARK, 0);
        assert_eq!(flags('\u{64B}') & INERT_MARK, 0);
    }

    #[test]
    fn accents() {
        assert_ne!(flags('\u{640}') & REMOVED, 0);
        assert_ne!(flags('\u{FE71}') & REMOVED, 0);
        assert_eq!(flags('\u{FE70}') & REMOVED, 0);
        assert_ne!(flags('\u{20DD}') & ENCLOSING, 0);
    }
}
