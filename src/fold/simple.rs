//! What most text is made of: code points of two bytes that fold to one such, whatever stands
//! around them. Text of these alone is scanned without looking at units or flags.

use super::Profile;
use super::table::FoldTable;
use crate::options::{Accents, Case};
use crate::published::Published;
use crate::unicode::{self, CharTable, Flags};

/// A set of the bits below.
pub type Class = u8;

/// A word character.
pub const WORD: Class = 1;
/// A word character of a script written without spaces, or of kind katakana; neither for marks.
pub const UNSPACED: Class = 1 << 1;
pub const KATAKANA: Class = 1 << 2;
/// A mark, which is of the kind of what it follows.
pub const MARK: Class = 1 << 3;
/// Not simple: what it folds to, or where units and boundaries lie beside it, depends on what
/// stands around it.
pub const COMPLEX: Class = 1 << 4;
/// White space.
pub const SPACE: Class = 1 << 5;
/// A mark that combines and folds to itself; two of them may fold in another order.
pub const COMBINES: Class = 1 << 6;
/// Ends in a mark when decomposed, so that a mark behind it may fold to before that.
pub const ENDS_IN_MARK: Class = 1 << 7;

/// A letter of a script without spaces that folds to several (`ำ`): that makes it complex only behind
/// a word of another kind, since it is not told by words. All other complex ones lack the bit of
/// their script.
pub const EXPANDS: Class = COMPLEX | UNSPACED;

/// In place of a fold: there is none of one code unit.
pub const UNKNOWN: u16 = 0xFFFF;

const BMP: usize = 0x1_0000;

/// Class and fold of each code point below U+10000, under one way of folding.
///
/// Surrogates and U+FFFF, which stands for all code points above, are complex.
pub struct SimpleTable {
    /// The class in the lowest byte, the fold in the upper two.
    entries: Vec<u32>,
}

impl SimpleTable {
    /// The table for a way of folding; made when first used (some milliseconds).
    pub fn of(profile: Profile) -> &'static Self {
        static TABLES: [Published<SimpleTable>; 4] = [const { Published::new() }; 4];
        let (case, accents) = (profile.case, profile.accents);
        let number = usize::from(accents == Accents::Fold) * 2 + usize::from(case == Case::Match);
        TABLES[number].get(|_| true, || Self::new(case, accents))
    }

    #[inline(always)]
    pub fn get(&self, unit: u16) -> (Class, u16) {
        let entry = self.entries[usize::from(unit)];
        (entry as u8, (entry >> 16) as u16)
    }

    fn new(case: Case, accents: Accents) -> Self {
        let table = FoldTable::of(case, accents);
        let chars = unicode::chars();
        let mut entries: Vec<u32> = (0..BMP as u32)
            .map(|cp| {
                let (class, fold) = classify(cp, accents, table, chars);
                u32::from(class) | u32::from(fold) << 16
            })
            .collect();
        // A fold must be simple itself and fold no further, so that it means the same in a phrase.
        for cp in 0..BMP {
            let fold = (entries[cp] >> 16) as u16;
            if fold != UNKNOWN && (entries[usize::from(fold)] >> 16) as u16 != fold {
                let class = entries[cp] as u8;
                entries[cp] = u32::from(complex(class)) | u32::from(UNKNOWN) << 16;
            }
        }
        Self { entries }
    }
}

fn classify(cp: u32, accents: Accents, table: &FoldTable, chars: &CharTable) -> (Class, u16) {
    let flags = chars.get(cp);
    let class = class_of(flags);
    let starts = flags & unicode::STARTS_UNIT != 0;
    let removed = if accents == Accents::Fold { unicode::REMOVED | unicode::ENCLOSING } else { 0 };
    let depends = flags & (unicode::IGNORABLE | removed) != 0;
    if depends || char::from_u32(cp).is_none() || cp == u32::from(UNKNOWN) {
        return (complex(class), UNKNOWN);
    }
    if flags & unicode::INERT_MARK != 0 && !starts {
        return (class | COMBINES, cp as u16);
    }
    if !starts {
        return (complex(class), UNKNOWN);
    }
    if flags & unicode::SPACE != 0 {
        return (class, u16::from(b' '));
    }
    let mut bytes = Vec::new();
    table.push_fold(cp, &mut bytes);
    let mut folded = std::str::from_utf8(&bytes).unwrap_or_default().chars();
    let same_kind = |fold: char| class_of(chars.get(u32::from(fold))) & KINDS == class & KINDS;
    match (folded.next(), folded.next()) {
        (Some(fold), None) if u32::from(fold) < u32::from(UNKNOWN) && same_kind(fold) => {
            (class, u32::from(fold) as u16)
        }
        // Signs that fold to several end words all the same, unless they bring forth words (`²`, `™`).
        _ if class & WORD == 0 && bytes.iter().all(|byte| byte.is_ascii_punctuation() && *byte != b'_') => {
            (class, UNKNOWN)
        }
        // Both bits: see `EXPANDS`.
        _ => (class | COMPLEX, UNKNOWN),
    }
}

fn complex(class: Class) -> Class {
    class & !UNSPACED | COMPLEX
}

const KINDS: Class = WORD | UNSPACED | KATAKANA | MARK;

fn class_of(flags: Flags) -> Class {
    let mark = flags & unicode::MARK != 0;
    let bits = [
        (flags & unicode::WORD != 0, WORD),
        (flags & unicode::UNSPACED != 0 && !mark, UNSPACED),
        (flags & unicode::KATAKANA != 0 && !mark, KATAKANA),
        (mark, MARK),
        (flags & unicode::SPACE != 0, SPACE),
        (flags & unicode::ENDS_IN_MARK != 0, ENDS_IN_MARK),
    ];
    bits.iter().filter(|(is, _)| *is).fold(0, |class, (_, bit)| class | bit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Hyphens;

    fn get(c: char, accents: Accents) -> (Class, u16) {
        let table = SimpleTable::of(Profile { case: Case::Ignore, accents, hyphens: Hyphens::Keep });
        table.get(u32::from(c) as u16)
    }

    #[test]
    fn simple_and_complex() {
        let keep = |c| get(c, Accents::Keep);
        assert_eq!(keep('A'), (WORD, u16::from(b'a')));
        assert_eq!(keep('Ж').1, 'ж' as u16);
        assert_eq!(keep('中'), (WORD | UNSPACED, '中' as u16));
        assert_eq!(keep('한').0 & COMPLEX, 0);
        assert_eq!(keep('É').1, 'é' as u16);
        assert_eq!(get('É', Accents::Fold).1, u16::from(b'e'));
        assert_eq!(keep('…'), (0, UNKNOWN));
        assert_eq!(keep('’'), (0, u16::from(b'\'')));
        for c in ['ß', 'İ', '\u{AD}', '\u{301}', '\u{64B}', '\u{1161}', 'ﾞ', '\u{FFFF}'] {
            assert_ne!(keep(c).0 & COMPLEX, 0, "{c:?}");
        }
        assert_eq!(keep('Ａ'), (WORD, u16::from(b'a')));
        assert_eq!(keep('ำ').0 & EXPANDS, EXPANDS);
        assert_eq!(keep('\u{E48}'), (WORD | MARK | COMBINES, 0xE48));
        assert_eq!(keep('\u{A0}'), (SPACE, u16::from(b' ')));
        assert_ne!(keep('²').0 & COMPLEX, 0);
    }

    #[test]
    fn folds_are_final() {
        for accents in [Accents::Keep, Accents::Fold] {
            for case in [Case::Ignore, Case::Match] {
                let table = SimpleTable::of(Profile { case, accents, hyphens: Hyphens::Keep });
                for unit in 0..=u16::MAX {
                    let (class, fold) = table.get(unit);
                    if fold != UNKNOWN {
                        let (fold_class, again) = table.get(fold);
                        assert_eq!(again, fold, "{unit:#x}");
                        assert_eq!(fold_class & KINDS, class & KINDS, "{unit:#x}");
                    } else {
                        assert!(class & WORD == 0 || class & COMPLEX != 0, "{unit:#x}");
                        assert!(class & EXPANDS != EXPANDS || class & MARK == 0, "{unit:#x}");
                    }
                }
            }
        }
    }
}
