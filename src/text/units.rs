//! One way to read text whatever its storage. The engine is compiled once for each kind.

use crate::fold::simple::UNKNOWN;

/// Text as a slice of code units: bytes, or elements of a Python `str`.
///
/// Reading never panics and never reads outside the slice, whatever it holds; surrogates and
/// numbers that are no code points read as U+FFFD.
pub trait Units: Copy {
    /// How many code units there are.
    fn len(self) -> usize;

    fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether a code point begins at `at`, which must be inside.
    fn is_border(self, at: usize) -> bool {
        let _ = at;
        true
    }

    /// The code unit at `at`, which must be inside. Below 128 it is that ASCII character.
    fn unit(self, at: usize) -> u32;

    /// The code point that begins at `at`, which must be inside, and how many units it takes.
    fn decode(self, at: usize) -> (u32, usize);

    /// The code point that ends at `end`, which must be above 0, and how many units it takes.
    fn decode_before(self, end: usize) -> (u32, usize);

    /// All code units, if they are bytes.
    fn bytes(&self) -> Option<&[u8]> {
        None
    }

    /// Appends code points from `at` on as code units of two bytes, up to `most` of them:
    /// [`UNKNOWN`] in place of those above. Returns where it stopped, which is the end of the text,
    /// or where there is no more room, or behind 128 bytes of nothing but ASCII.
    ///
    /// If code units are not code points, also appends how far from `at` each begins, and where it
    /// stopped.
    fn widen(self, at: usize, most: usize, units: &mut Vec<u16>, distances: &mut Vec<u32>) -> usize;
}

/// UTF-8. Positions are bytes.
#[derive(Clone, Copy, Debug)]
pub struct Utf8<'a>(pub &'a [u8]);

/// One byte a code point.
#[derive(Clone, Copy, Debug)]
pub struct Latin1<'a>(pub &'a [u8]);

/// Two bytes a code point.
#[derive(Clone, Copy, Debug)]
pub struct Ucs2<'a>(pub &'a [u16]);

/// Four bytes a code point.
#[derive(Clone, Copy, Debug)]
pub struct Ucs4<'a>(pub &'a [u32]);

const REPLACEMENT: u32 = char::REPLACEMENT_CHARACTER as u32;

impl Units for Utf8<'_> {
    #[inline(always)]
    fn is_border(self, at: usize) -> bool {
        self.0[at] & 0xC0 != 0x80
    }

    #[inline(always)]
    fn len(self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn unit(self, at: usize) -> u32 {
        u32::from(self.0[at])
    }

    #[inline(always)]
    fn decode(self, at: usize) -> (u32, usize) {
        let rest = &self.0[at..];
        if let Some(four) = rest.first_chunk() {
            return decode_four(*four);
        }
        // What is missing at the end of an ill-formed text reads as zero bytes.
        let mut four = [0; 4];
        four[..rest.len()].copy_from_slice(rest);
        let (cp, width) = decode_four(four);
        (cp, width.min(rest.len()))
    }

    #[inline(always)]
    fn decode_before(self, end: usize) -> (u32, usize) {
        let mut start = end - 1;
        while start > 0 && end - start < 4 && self.0[start] & 0xC0 == 0x80 {
            start -= 1;
        }
        (self.decode(start).0, end - start)
    }

    #[inline(always)]
    fn bytes(&self) -> Option<&[u8]> {
        Some(self.0)
    }

    fn widen(self, at: usize, most: usize, units: &mut Vec<u16>, distances: &mut Vec<u32>) -> usize {
        let (mut from, mut quiet) = (at, 0);
        units.resize(most, 0);
        distances.resize(most + 1, 0);
        let mut len = 0;
        while from < self.0.len() && len + ASCII_CHUNK <= most && quiet < QUIET {
            let chunk = self.0[from..].first_chunk::<ASCII_CHUNK>().filter(|chunk| chunk.is_ascii());
            if let Some(chunk) = chunk {
                let places = units[len..].iter_mut().zip(&mut distances[len..]);
                for ((&byte, (unit, distance)), next) in chunk.iter().zip(places).zip(from - at..) {
                    (*unit, *distance) = (u16::from(byte), next as u32);
                }
                (from, len, quiet) = (from + ASCII_CHUNK, len + ASCII_CHUNK, quiet + 1);
                continue;
            }
            quiet = 0;
            let end = (from + ASCII_CHUNK).min(self.0.len());
            while from < end {
                let (cp, width) = self.decode(from);
                units[len] = u16::try_from(cp).unwrap_or(UNKNOWN);
                distances[len] = (from - at) as u32;
                (from, len) = (from + width, len + 1);
            }
        }
        units.truncate(len);
        distances.truncate(len + 1);
        distances[len] = (from - at) as u32;
        from
    }
}

/// The code point at the start of four bytes of UTF-8, and its width.
#[inline(always)]
fn decode_four(bytes: [u8; 4]) -> (u32, usize) {
    let [first, second, third, fourth] = bytes.map(u32::from);
    if first < 0x80 {
        (first, 1)
    } else if first < 0xE0 {
        ((first & 0x1F) << 6 | second & 0x3F, 2)
    } else if first < 0xF0 {
        ((first & 0xF) << 12 | (second & 0x3F) << 6 | third & 0x3F, 3)
    } else {
        ((first & 7) << 18 | (second & 0x3F) << 12 | (third & 0x3F) << 6 | fourth & 0x3F, 4)
    }
}

/// Bytes that are looked at together when widening, and how many such of ASCII alone end it.
const ASCII_CHUNK: usize = 64;
const QUIET: usize = 2;

fn widen_latin1(bytes: &[u8], at: usize, most: usize, units: &mut Vec<u16>) -> usize {
    let (mut from, mut quiet) = (at, 0);
    while from < bytes.len() && units.len() < most && quiet < QUIET {
        let chunk = &bytes[from..bytes.len().min(from + ASCII_CHUNK).min(from + most - units.len())];
        quiet = if chunk.is_ascii() { quiet + 1 } else { 0 };
        units.extend(chunk.iter().map(|&byte| u16::from(byte)));
        from += chunk.len();
    }
    from
}

fn widen_ucs2(all: &[u16], at: usize, most: usize, units: &mut Vec<u16>) -> usize {
    let end = all.len().min(at + most);
    units.extend_from_slice(&all[at..end]);
    end
}

fn widen_ucs4(all: &[u32], at: usize, most: usize, units: &mut Vec<u16>) -> usize {
    let end = all.len().min(at + most);
    units.extend(all[at..end].iter().map(|&unit| u16::try_from(unit).unwrap_or(UNKNOWN)));
    end
}

/// Text whose code units are code points: `|unit| code point`, how to widen it, and whether its units
/// are bytes.
macro_rules! one_unit_each {
    ($name:ident, $code_point:expr, $widen:expr, $bytes:expr) => {
        impl Units for $name<'_> {
            #[inline(always)]
            fn len(self) -> usize {
                self.0.len()
            }

            #[inline(always)]
            fn unit(self, at: usize) -> u32 {
                u32::from(self.0[at])
            }

            #[inline(always)]
            fn decode(self, at: usize) -> (u32, usize) {
                ($code_point(u32::from(self.0[at])), 1)
            }

            #[inline(always)]
            fn decode_before(self, end: usize) -> (u32, usize) {
                self.decode(end - 1)
            }

            #[inline(always)]
            fn bytes(&self) -> Option<&[u8]> {
                $bytes(self.0)
            }

            fn widen(self, at: usize, most: usize, units: &mut Vec<u16>, _distances: &mut Vec<u32>) -> usize {
                $widen(self.0, at, most, units)
            }
        }
    };
}

one_unit_each!(Latin1, |unit| unit, widen_latin1, Some);
one_unit_each!(Ucs2, scalar_value, widen_ucs2, none);
one_unit_each!(Ucs4, scalar_value, widen_ucs4, none);

fn none<U>(_units: &[U]) -> Option<&[u8]> {
    None
}

#[inline(always)]
fn scalar_value(unit: u32) -> u32 {
    if unit & 0xFFFF_F800 == 0xD800 || unit > 0x10_FFFF { REPLACEMENT } else { unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ill_formed_utf8_reads_without_panic() {
        for bytes in
            [&[0xFF_u8][..], &[0xE4, 0xB8], &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80], &[0xF4, 0xFF, 0xFF, 0xFF]]
        {
            let text = Utf8(bytes);
            let mut at = 0;
            while at < bytes.len() {
                let (_, width) = text.decode(at);
                assert!(width >= 1);
                at += width;
            }
            assert_eq!(at, bytes.len());
            assert!(text.decode_before(bytes.len()).1 >= 1);
        }
    }

    #[test]
    fn decodes_both_ways() {
        let text = "aé中😀";
        let utf8 = Utf8(text.as_bytes());
        let mut at = 0;
        for c in text.chars() {
            assert_eq!(utf8.decode(at), (c as u32, c.len_utf8()));
            at += c.len_utf8();
            assert_eq!(utf8.decode_before(at), (c as u32, c.len_utf8()));
        }
        assert_eq!(Ucs2(&[0xD800]).decode(0), (0xFFFD, 1));
    }

    fn widened<T: Units>(text: T, at: usize, most: usize) -> (Vec<u16>, Vec<u32>, usize) {
        let (mut units, mut distances) = (Vec::new(), Vec::new());
        let end = text.widen(at, most, &mut units, &mut distances);
        (units, distances, end)
    }

    #[test]
    fn widening() {
        let text = "é😀".repeat(100) + &"a".repeat(300);
        let chars: Vec<u32> = text.chars().map(u32::from).collect();
        let (units, distances, end) = widened(Utf8(text.as_bytes()), 2, 4096);
        assert_eq!(units[..3], [UNKNOWN, 0xE9, UNKNOWN]);
        assert_eq!(distances[..4], [0, 4, 6, 10]);
        assert_eq!(distances.len(), units.len() + 1);
        assert_eq!(2 + distances[units.len()] as usize, end);
        assert!(units.ends_with(&[0x61; 128]) && end < text.len());
        assert!(widened(Utf8(text.as_bytes()), 0, 128).0.len() <= 128);
        assert_eq!(widened(Ucs4(&chars), 1, 10).0[..2], [UNKNOWN, 0xE9]);
        assert_eq!(widened(Latin1(&[0xE9; 200]), 3, 100), (vec![0xE9; 100], vec![], 103));
        assert_eq!(widened(Latin1(&[b'a'; 300]), 0, 4096).2, 128);
        assert_eq!(widened(Ucs2(&[0x4E2D; 5]), 1, 4096), (vec![0x4E2D; 4], vec![], 5));
    }
}
