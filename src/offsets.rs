//! Positions: from code units of a text to code points, bytes or UTF-16 units, and back.

use crate::options::Offsets;
use crate::text::{Text, Units, with_units};

/// How many `offsets` units the code units `start..end` of `text` are (both at code point borders).
///
/// Takes time linear in the length of the range, or none where the units are the same.
#[inline]
pub fn measure(text: Text<'_>, start: usize, end: usize, offsets: Offsets) -> usize {
    let length = end - start;
    match (text, offsets) {
        (Text::Ascii(_), _)
        | (Text::Utf8(_), Offsets::Byte)
        | (Text::Latin1(_) | Text::Ucs2(_), Offsets::Char | Offsets::Utf16) => length,
        (Text::Ucs4(_), Offsets::Char) => length,
        (Text::Utf8(units), Offsets::Char) => length - count(&units[start..end], is_continuation),
        (Text::Utf8(units), Offsets::Utf16) => {
            let units = &units[start..end];
            length - count(units, is_continuation) + count(units, |unit| unit >= 0xF0)
        }
        (Text::Latin1(units), Offsets::Byte) => length + count(&units[start..end], |unit| unit >= 0x80),
        (Text::Ucs2(units), Offsets::Byte) => {
            let units = &units[start..end];
            length + count(units, |unit| unit >= 0x80) + count(units, |unit| unit >= 0x800)
        }
        (Text::Ucs4(units), Offsets::Byte) => {
            let units = &units[start..end];
            let longer = |limit| count(units, |unit| unit >= limit);
            length + longer(0x80) + longer(0x800) + longer(0x1_0000)
        }
        (Text::Ucs4(units), Offsets::Utf16) => length + count(&units[start..end], |unit| unit >= 0x1_0000),
    }
}

/// The code unit at which `position` (in `offsets` units) of `text` stands; none past the end.
///
/// A position inside a code point is taken to its start. Takes time linear in the position, but
/// none where the units are the same.
pub fn locate(text: Text<'_>, position: usize, offsets: Offsets) -> Option<usize> {
    /// Whole stretches are measured, which is vectorised, before code points are looked at.
    const STRETCH: usize = 4096;
    /// What a stretch has at the least: a code point takes no more than four code units.
    const LEAST: usize = STRETCH / 4;
    if matches!(text, Text::Ascii(_))
        || matches!(text, Text::Utf8(_)) && offsets == Offsets::Byte
        || matches!(text, Text::Latin1(_) | Text::Ucs2(_)) && offsets != Offsets::Byte
        || matches!(text, Text::Ucs4(_)) && offsets == Offsets::Char
    {
        return (position <= text.len()).then_some(position);
    }
    let (mut at, mut counted) = (0, 0);
    while position - counted >= LEAST
        && let Some(end) = with_units!(text, units => border_after(units, at + STRETCH))
    {
        let measured = measure(text, at, end, offsets);
        if counted + measured > position {
            break;
        }
        (at, counted) = (end, counted + measured);
    }
    with_units!(text, units => locate_from(units, at, counted, position, offsets))
}

/// The first place at or after `at` where a code point begins, if there is one.
fn border_after<T: Units>(text: T, at: usize) -> Option<usize> {
    (at..text.len()).find(|&at| text.is_border(at))
}

fn locate_from<T: Units>(
    text: T,
    mut at: usize,
    mut counted: usize,
    position: usize,
    offsets: Offsets,
) -> Option<usize> {
    while at < text.len() {
        let (cp, width) = text.decode(at);
        counted += width_in(cp, offsets);
        if counted > position {
            return Some(at);
        }
        at += width;
    }
    (counted == position).then_some(at)
}

/// The code unit that stands `distance` (in `offsets` units) before the code unit `from`; none past
/// the start. Takes time linear in the distance.
pub fn locate_back(text: Text<'_>, from: usize, distance: usize, offsets: Offsets) -> Option<usize> {
    with_units!(text, units => {
        let (mut at, mut counted) = (from, 0);
        while counted < distance && at > 0 {
            let (cp, width) = units.decode_before(at);
            counted += width_in(cp, offsets);
            at -= width;
        }
        (counted >= distance).then_some(at)
    })
}

fn width_in(cp: u32, offsets: Offsets) -> usize {
    let c = char::from_u32(cp).unwrap_or(char::REPLACEMENT_CHARACTER);
    match offsets {
        Offsets::Char => 1,
        Offsets::Byte => c.len_utf8(),
        Offsets::Utf16 => c.len_utf16(),
    }
}

/// The code units `start..end` of `text` as a string; lone surrogates and ill-formed UTF-8 as
/// U+FFFD.
pub fn to_string(text: Text<'_>, start: usize, end: usize) -> String {
    let mut out = Vec::new();
    push_utf8(text, start, end, &mut out);
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Appends the code units `start..end` of `text` as UTF-8 (ill-formed UTF-8 as it is).
pub fn push_utf8(text: Text<'_>, start: usize, end: usize, out: &mut Vec<u8>) {
    if let Text::Ascii(units) | Text::Utf8(units) = text {
        out.extend_from_slice(&units[start..end]);
        return;
    }
    with_units!(text, units => {
        let mut at = start;
        while at < end {
            let (cp, width) = units.decode(at);
            let c = char::from_u32(cp).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            at += width;
        }
    });
}

fn is_continuation(unit: u8) -> bool {
    unit & 0xC0 == 0x80
}

/// How many of `units` are `wanted`; written so that the compiler vectorises it.
#[inline]
fn count<U: Copy>(units: &[U], wanted: impl Fn(U) -> bool) -> usize {
    /// As many as a byte can count.
    const LANE: usize = 255;
    units
        .chunks(LANE)
        .map(|part| usize::from(part.iter().map(|&unit| u8::from(wanted(unit))).sum::<u8>()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_storages_agree() {
        let text = "aé中😀ß z".repeat(300);
        let ucs4: Vec<u32> = text.chars().map(u32::from).collect();
        for offsets in [Offsets::Char, Offsets::Byte, Offsets::Utf16] {
            let expected: usize = text.chars().map(|c| width_in(u32::from(c), offsets)).sum();
            assert_eq!(measure(Text::Utf8(text.as_bytes()), 0, text.len(), offsets), expected);
            assert_eq!(measure(Text::Ucs4(&ucs4), 0, ucs4.len(), offsets), expected);
        }
        let plane_0: String = text.replace('😀', "");
        let ucs2: Vec<u16> = plane_0.encode_utf16().collect();
        let latin1: Vec<u8> = "aéß".chars().map(|c| c as u8).collect();
        assert_eq!(measure(Text::Ucs2(&ucs2), 0, ucs2.len(), Offsets::Byte), plane_0.len());
        assert_eq!(measure(Text::Latin1(&latin1), 0, 3, Offsets::Byte), 5);
    }

    #[test]
    fn locates() {
        let text = Text::Utf8("aé中😀z".as_bytes());
        assert_eq!(locate(text, 3, Offsets::Char), Some(6));
        assert_eq!(locate(text, 5, Offsets::Utf16), Some(10));
        assert_eq!(locate(text, 5, Offsets::Char), Some(11));
        assert_eq!(locate(text, 6, Offsets::Char), None);
        let long = "aé中😀".repeat(5000);
        for (at, offsets) in [(0, Offsets::Char), (19_999, Offsets::Char), (24_995, Offsets::Utf16)] {
            let found = locate(Text::Utf8(long.as_bytes()), at, offsets).unwrap();
            assert_eq!(measure(Text::Utf8(long.as_bytes()), 0, found, offsets), at);
            assert_eq!(locate_back(Text::Utf8(long.as_bytes()), found, at, offsets), Some(0));
        }
        assert_eq!(to_string(Text::Ucs2(&[0x61, 0xD800]), 0, 2), "a\u{FFFD}");
    }
}
