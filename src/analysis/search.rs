//! Whether texts hold a string, whatever its case: for a reader who types into a search box.
//!
//! This is no matching of phrases: the string may stand anywhere, within words too.

use std::ops::Range;

use crate::error::Error;
use crate::parallel::{self, Watch};
use crate::scan::Pulse;
use crate::text::{Corpus, Latin1, Text, Ucs2, Ucs4, Units, Utf8};

/// Rows searched at a time by one worker.
const ROWS: usize = 512;
/// Code units looked at together: few instructions where none of them is one that is looked for.
const BLOCK: usize = 64;
/// Letters from rare to frequent, in English and in Russian. Any other character is taken as rare.
const FREQUENT: &str = "zqxjkъэфщvцхшжюёйbypgwfmчгзьucldбыяhупмrдкsnвiотрaлстtнаеeи ";

/// What is looked for.
#[derive(Debug)]
pub struct Needle {
    /// Its characters, each folded; never empty.
    folded: Vec<u32>,
    /// Which of them is looked for first, together with the next, since the two are rare.
    pivot: usize,
    /// All characters that fold to that one.
    variants: Vec<char>,
    /// All that fold to the next one; none where there is no next one.
    nexts: Vec<char>,
}

impl Needle {
    /// Takes what was typed; None where that is nothing but white space.
    pub fn new(typed: &str) -> Option<Self> {
        let folded: Vec<u32> = typed.trim().chars().map(|c| fold(u32::from(c))).collect();
        let rarity = |cp: &u32| FREQUENT.chars().position(|c| u32::from(c) == *cp).unwrap_or(0);
        let pairs = 0..folded.len().max(2) - 1;
        let pivot = pairs.min_by_key(|&at| folded.iter().skip(at).take(2).map(rarity).sum::<usize>())?;
        let variants = variants_of(*folded.get(pivot)?);
        let nexts = folded.get(pivot + 1).copied().map(variants_of).unwrap_or_default();
        Some(Self { folded, pivot, variants, nexts })
    }

    /// Whether a text holds it. Takes time linear in the text for what people type.
    pub fn is_in(&self, text: Text<'_>) -> bool {
        let in_one_byte = |c: char| u8::try_from(u32::from(c)).ok().map(|byte| (byte, byte));
        match text {
            Text::Ascii(bytes) => self.is_in_units(bytes, Utf8(bytes), in_one_byte),
            Text::Latin1(bytes) => self.is_in_units(bytes, Latin1(bytes), in_one_byte),
            Text::Utf8(bytes) => self.is_in_units(bytes, Utf8(bytes), |c| {
                let mut buffer = [0; 4];
                let bytes = c.encode_utf8(&mut buffer).as_bytes();
                Some((*bytes.first()?, *bytes.last()?))
            }),
            Text::Ucs2(units) => self.is_in_units(units, Ucs2(units), |c| {
                u16::try_from(u32::from(c)).ok().map(|unit| (unit, unit))
            }),
            Text::Ucs4(units) => self.is_in_units(units, Ucs4(units), |c| Some((u32::from(c), u32::from(c)))),
        }
    }

    /// The same, where `ends` tells the first and the last code unit of a character, if it can be there.
    fn is_in_units<U: Copy + Ord, T: Units>(
        &self,
        units: &[U],
        text: T,
        ends: impl Fn(char) -> Option<(U, U)>,
    ) -> bool {
        let mut marks: Vec<U> = self.variants.iter().filter_map(|&c| Some(ends(c)?.1)).collect();
        let mut nexts: Vec<U> = self.nexts.iter().filter_map(|&c| Some(ends(c)?.0)).collect();
        for units in [&mut marks, &mut nexts] {
            units.sort_unstable();
            units.dedup();
        }
        let has_next = !self.nexts.is_empty();
        (0..units.len()).step_by(BLOCK).any(|begin| {
            let block = &units[begin..units.len().min(begin + BLOCK)];
            let behind = &units[begin + 1..units.len().min(begin + BLOCK + 1)];
            let may_be_here = if has_next { any_pair(block, behind, &marks, &nexts) } else { true };
            may_be_here
                && block.iter().enumerate().any(|(at, unit)| {
                    let is_here = marks.contains(unit)
                        && (!has_next || behind.get(at).is_some_and(|unit| nexts.contains(unit)));
                    is_here && self.stands_around(text, begin + at + 1)
                })
        })
    }

    /// Whether it stands in a text so that its rare character ends at `end`.
    fn stands_around<T: Units>(&self, text: T, end: usize) -> bool {
        if end < text.len() && !text.is_border(end) {
            return false;
        }
        let mut at = end;
        for &wanted in self.folded[..=self.pivot].iter().rev() {
            if at == 0 {
                return false;
            }
            let (cp, width) = text.decode_before(at);
            if fold(cp) != wanted {
                return false;
            }
            at -= width;
        }
        at = end;
        for &wanted in &self.folded[self.pivot + 1..] {
            if at >= text.len() {
                return false;
            }
            let (cp, width) = text.decode(at);
            if fold(cp) != wanted {
                return false;
            }
            at += width;
        }
        true
    }
}

/// Whether one of `marks` stands in a block with one of `nexts` behind it. Without a branch in the inner
/// loop, so that many places are looked at at once.
fn any_pair<U: Copy + PartialEq>(block: &[U], behind: &[U], marks: &[U], nexts: &[U]) -> bool {
    marks.iter().any(|&mark| {
        nexts.iter().any(|&next| {
            let places = block.iter().zip(behind);
            places.fold(false, |found, (&unit, &after)| found | ((unit == mark) & (after == next)))
        })
    })
}

/// All characters that fold to one that is folded.
fn variants_of(folded: u32) -> Vec<char> {
    // Further up nothing has case.
    let cased = ('\0'..='\u{1FFFF}').filter(|&c| fold(u32::from(c)) == folded);
    let itself = char::from_u32(folded).filter(|&c| c > '\u{1FFFF}');
    cased.chain(itself).collect()
}

/// A character without case; any white space as a space, and any apostrophe or quotation mark as it is
/// typed. Characters whose case changes how many they are stay as they are.
fn fold(cp: u32) -> u32 {
    if let Ok(byte) = u8::try_from(cp)
        && byte.is_ascii()
    {
        return u32::from(if byte.is_ascii_whitespace() { b' ' } else { byte.to_ascii_lowercase() });
    }
    let Some(c) = char::from_u32(cp) else { return cp };
    match c {
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => u32::from('\''),
        '\u{201C}'..='\u{201E}' | '«' | '»' => u32::from('"'),
        c if c.is_whitespace() => u32::from(' '),
        c => {
            // Up and then down, so that final sigma is sigma.
            let upper = alone(c, c.to_uppercase());
            u32::from(alone(upper, upper.to_lowercase()))
        }
    }
}

/// The only character of `changed`; `c` where there are several.
fn alone(c: char, mut changed: impl Iterator<Item = char>) -> char {
    match (changed.next(), changed.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

/// For each row whether its text holds the needle; false for nulls.
///
/// # Errors
/// Those of `watch`.
pub fn rows_with<C: Corpus + ?Sized>(
    needle: &Needle,
    texts: &C,
    threads: usize,
    watch: &dyn Watch,
) -> Result<Vec<bool>, Error> {
    let pieces = parallel::ranges(texts.len(), ROWS);
    let has = |(): &mut (), rows: Range<usize>, pulse: &dyn Pulse| {
        pulse.beat()?;
        Ok(rows.map(|row| texts.text(row).is_some_and(|text| needle.is_in(text))).collect::<Vec<bool>>())
    };
    Ok(parallel::pieces(&pieces, threads, watch, || (), has)?.0.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str, text: &str) -> bool {
        is_in_all(&Needle::new(typed).unwrap(), text)
    }

    /// The answer that a text in every storage gives.
    fn is_in_all(needle: &Needle, text: &str) -> bool {
        let chars: Vec<u32> = text.chars().map(u32::from).collect();
        let in_utf8 = needle.is_in(Text::Utf8(text.as_bytes()));
        assert_eq!(needle.is_in(Text::Ucs4(&chars)), in_utf8, "{text:?}");
        if let Ok(units) = chars.iter().map(|&cp| u16::try_from(cp)).collect::<Result<Vec<_>, _>>() {
            assert_eq!(needle.is_in(Text::Ucs2(&units)), in_utf8, "{text:?}");
        }
        if let Ok(bytes) = chars.iter().map(|&cp| u8::try_from(cp)).collect::<Result<Vec<_>, _>>() {
            assert_eq!(needle.is_in(Text::Latin1(&bytes)), in_utf8, "{text:?}");
        }
        in_utf8
    }

    #[test]
    fn a_string_is_found_anywhere_and_in_any_case() {
        assert!(found("LUTION", "a colour revolution"));
        assert!(found("ЦВЕТНЫХ рев", "о «цветных революциях»"));
        assert!(found("σοφοσ", "ΣΟΦΌΣ σοφος"));
        assert!(found("颜色", "所谓的颜色革命"));
        assert!(found("China's", "China’s"));
        assert!(found("kelvin", "\u{212A}elvin"));
        assert!(found("émile", "ÉMILE"));
        assert!(found("😀 b", "a 😀\u{A0}B"));
        assert!(!found("xi", "Tax, ix"));
        assert!(!found("abc", "ab"));
        assert!(!found("bab", "aba ab"));
        assert!(!found("é", "e"));
        assert!(found("e", "É É e"));
        assert!(found("ı", "I") && !found("İ", "i"));
    }

    #[test]
    fn it_is_found_wherever_blocks_end() {
        let needle = Needle::new("nato").unwrap();
        for before in 0..2 * BLOCK + 2 {
            for after in [0, 1, BLOCK] {
                let around = |middle: &str| format!("{}{middle}{}", "m".repeat(before), "é".repeat(after));
                assert!(is_in_all(&needle, &around("NATO")));
                assert!(!is_in_all(&needle, &around("NATU")));
            }
        }
    }

    #[test]
    fn white_space_alone_is_no_needle() {
        assert!(Needle::new(" \n").is_none());
        assert!(Needle::new("").is_none());
    }

    #[test]
    fn rows_are_answered_in_order() {
        let rows: Vec<String> = (0..3 * ROWS).map(|row| format!("row {row}")).collect();
        let texts: Vec<&str> = rows.iter().map(String::as_str).collect();
        let needle = Needle::new("ROW 13").unwrap();
        let found = rows_with(&needle, texts.as_slice(), 2, &parallel::Unwatched).unwrap();
        let expected: Vec<bool> = texts.iter().map(|text| text.starts_with("row 13")).collect();
        assert_eq!(found, expected);
    }
}
