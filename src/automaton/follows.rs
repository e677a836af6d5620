//! The first word of a phrase, and what stands behind it and behind the second.

use super::word_key::{
    BEYOND_ASCII, SECOND_COUNTED, four_units, low_bytes, lower_bits, packed, second_ascii, second_wide,
};
use crate::fold::Profile;
use crate::fold::simple::{COMPLEX, Class, KATAKANA, MARK, SimpleTable, UNKNOWN, UNSPACED, WORD};
use crate::unicode::is_ascii_word;

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

/// In place of the second code unit behind a word: a phrase has no more. (One that has U+0000 there is
/// taken for such.)
pub const NOTHING: u8 = 0;

/// What stands behind the first word of a phrase whose last word may go on.
pub fn follows_open(rest: &[u8], profile: Profile, units: &mut Vec<u16>) -> Follows {
    const UNITS: usize = 3;
    let known = follows(rest, profile);
    let Some(second) = rest.strip_prefix(b" ") else { return known };
    // Where the second word is not the last, it is whole.
    let is_last = match first_word(second, profile, units) {
        Some(end) => end == second.len(),
        None => !second.contains(&b' '),
    };
    if !is_last {
        return known;
    }
    let Follows::Word(_) = known else { return Follows::Anything };
    let second = std::str::from_utf8(second).unwrap_or_default();
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

/// What stands behind the second word of a phrase, given what stands behind the first.
pub fn then(rest: &[u8], profile: Profile, units: &mut Vec<u16>) -> Follows {
    let Some(second) = rest.strip_prefix(b" ") else { return Follows::Anything };
    match first_word(second, profile, units) {
        Some(end) if end < second.len() => follows(&second[end..], profile),
        _ => Follows::Anything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(letters: &str) -> Follows {
        let mut eight = [0; 8];
        eight[..letters.len()].copy_from_slice(letters.as_bytes());
        Follows::Word(
            u64::from_le_bytes(eight) | lower_bits(crate::options::Case::Ignore) & low_bytes(letters.len()),
        )
    }

    #[test]
    fn tells_what_stands_behind_words() {
        let (profile, units) = (Profile::default(), &mut Vec::new());
        assert_eq!(follows(b" york times", profile), word("york"));
        assert_eq!(follows(b", inc", profile), Follows::Sign(*b", "));
        assert_eq!(follows(b".", profile), Follows::Sign([b'.', NOTHING]));
        assert_eq!(follows(b" (uk)", profile), Follows::Sign(*b" ("));
        assert_eq!(follows("–x".as_bytes(), profile), Follows::Other);
        assert_eq!(then(b" york times", profile, units), word("times"));
        assert_eq!(then(b" york, ny", profile, units), Follows::Sign(*b", "));
        assert_eq!(then(b" york", profile, units), Follows::Anything);
        assert_eq!(then(b", inc", profile, units), Follows::Anything);
    }

    /// Of the last word of an open phrase less counts; a sign ends a word as a space does.
    #[test]
    fn tells_what_stands_behind_open_words() {
        let (profile, units) = (Profile::default(), &mut Vec::new());
        let mut open = |rest: &str| follows_open(rest.as_bytes(), profile, units);
        assert!(matches!(open(" revolution"), Follows::Stem(_)));
        assert_eq!(open(" e"), Follows::Anything);
        assert_eq!(open(" e-mail"), word("e"));
        assert_eq!(open(" u.s."), word("u"));
        assert_eq!(open(" york ti"), word("york"));
        assert_eq!(open(".co"), Follows::Sign(*b".c"));
    }
}
