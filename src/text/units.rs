//! One way to read text whatever its storage. The engine is compiled once for each kind.

use crate::scan::mask::{self, Block};

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

    /// Classifies up to 64 code units from `at`.
    fn block(self, at: usize) -> Block;

    /// The first `count` (at most 8) units from `at`, all of them ASCII, as bytes of a number,
    /// first unit lowest.
    fn ascii_key(self, at: usize, count: usize) -> u64 {
        (0..count).fold(0, |key, i| key | u64::from(self.unit(at + i)) << (8 * i))
    }
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
        let first = u32::from(self.0[at]);
        if first < 0x80 {
            return (first, 1);
        }
        // What is missing at the end of an ill-formed text reads as zero bytes.
        let next = |i: usize| u32::from(self.0.get(at + i).copied().unwrap_or(0)) & 0x3F;
        let left = self.0.len() - at;
        if first < 0xE0 {
            ((first & 0x1F) << 6 | next(1), left.min(2))
        } else if first < 0xF0 {
            ((first & 0xF) << 12 | next(1) << 6 | next(2), left.min(3))
        } else {
            ((first & 7) << 18 | next(1) << 12 | next(2) << 6 | next(3), left.min(4))
        }
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
    fn block(self, at: usize) -> Block {
        mask::of_bytes(&self.0[at..])
    }

    #[inline(always)]
    fn ascii_key(self, at: usize, count: usize) -> u64 {
        bytes_key(self.0, at, count)
    }
}

/// Text whose code units are code points: `|unit| code point`, and how to classify a block.
macro_rules! one_unit_each {
    ($name:ident, $code_point:expr, $block:expr) => {
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
            fn block(self, at: usize) -> Block {
                $block(&self.0[at..])
            }
        }
    };
}

one_unit_each!(Latin1, |unit| unit, mask::of_bytes);
one_unit_each!(Ucs2, scalar_value, mask::of_pairs);
one_unit_each!(Ucs4, scalar_value, mask::of_quads);

#[inline(always)]
fn scalar_value(unit: u32) -> u32 {
    if unit & 0xFFFF_F800 == 0xD800 || unit > 0x10_FFFF { REPLACEMENT } else { unit }
}

#[inline(always)]
fn bytes_key(bytes: &[u8], at: usize, count: usize) -> u64 {
    match bytes[at..].first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight) & low_bytes(count),
        None => (0..count).fold(0, |key, i| key | u64::from(bytes[at + i]) << (8 * i)),
    }
}

/// A mask of the lowest `count` (0 to 8) bytes.
#[inline(always)]
fn low_bytes(count: usize) -> u64 {
    u64::MAX.checked_shr(64 - 8 * count as u32).unwrap_or(0)
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

    #[test]
    fn keys() {
        assert_eq!(Utf8(b"abcdefghij").ascii_key(0, 3), 0x63_6261);
        assert_eq!(Utf8(b"abc").ascii_key(0, 3), 0x63_6261);
        assert_eq!(Ucs2(&[0x61, 0x62, 0x63]).ascii_key(0, 3), 0x63_6261);
        assert_eq!(Utf8(b"abcdefghij").ascii_key(1, 8), 0x6968_6766_6564_6362);
    }
}
