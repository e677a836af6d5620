//! Classifies 64 code units at a time into bit masks.

/// Bit `i` of each mask speaks of code unit `i` of the block. Bits at and above `len` are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// How many code units the block has: 64 but at the end of the text.
    pub len: usize,
    /// ASCII letters, digits and the underscore.
    pub word: u64,
    /// ASCII white space.
    pub space: u64,
    /// Anything that is not ASCII.
    pub other: u64,
}

const WORD: u8 = 1;
const SPACE: u8 = 2;
const OTHER: u8 = 4;

const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = match i as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => WORD,
            b' ' | 9..=13 => SPACE,
            128..=255 => OTHER,
            _ => 0,
        };
        i += 1;
    }
    table
};

/// Whether an ASCII character is a word character.
#[inline(always)]
pub fn is_word(byte: u8) -> bool {
    CLASS[usize::from(byte)] == WORD
}

/// The block of code units given as bytes, anything above ASCII as any byte above 127.
#[inline]
pub fn of_units(units: impl Iterator<Item = u8>) -> Block {
    let mut block = Block::default();
    for unit in units.take(64) {
        let class = CLASS[usize::from(unit)];
        block.word |= u64::from(class & WORD) << block.len;
        block.space |= u64::from(class >> 1 & 1) << block.len;
        block.other |= u64::from(class >> 2) << block.len;
        block.len += 1;
    }
    block
}

/// The block at the start of UTF-8 or Latin-1 text.
#[inline]
pub fn of_bytes(bytes: &[u8]) -> Block {
    #[cfg(target_arch = "x86_64")]
    if let Some(whole) = bytes.first_chunk::<64>() {
        return sse2::block(|i| sse2::load(whole, i));
    }
    of_units(bytes.iter().copied())
}

/// The block at the start of text of two bytes a code point.
#[inline]
pub fn of_pairs(pairs: &[u16]) -> Block {
    #[cfg(target_arch = "x86_64")]
    if let Some(whole) = pairs.first_chunk::<64>() {
        return sse2::block(|i| sse2::load_pairs(whole, i));
    }
    of_units(pairs.iter().map(|&unit| unit.min(0xFF) as u8))
}

/// The block at the start of text of four bytes a code point.
#[inline]
pub fn of_quads(quads: &[u32]) -> Block {
    of_units(quads.iter().map(|&unit| unit.min(0xFF) as u8))
}

/// The same with SSE2, which every x86-64 processor has.
#[cfg(target_arch = "x86_64")]
mod sse2 {
    use std::arch::x86_64::*;

    use super::Block;

    /// Sixteen bytes of `bytes` from `16 * i`.
    #[inline(always)]
    pub fn load(bytes: &[u8; 64], i: usize) -> __m128i {
        let part = &bytes[16 * i..16 * i + 16];
        // SAFETY: `part` is 16 readable bytes; the load needs no alignment.
        unsafe { _mm_loadu_si128(part.as_ptr().cast()) }
    }

    /// Sixteen elements from `16 * i` as bytes; those above 255 become a byte above 127.
    #[inline(always)]
    pub fn load_pairs(pairs: &[u16; 64], i: usize) -> __m128i {
        let part = &pairs[16 * i..16 * i + 16];
        // SAFETY: `part` is 16 readable elements, 32 bytes; the loads need no alignment.
        unsafe {
            let low = _mm_loadu_si128(part.as_ptr().cast());
            let high = _mm_loadu_si128(part.as_ptr().add(8).cast());
            // Packing saturates as signed numbers, so that 0x8000 and above would become 0:
            // first let everything above 255 be 255.
            let limit = _mm_set1_epi16(0xFF);
            let clamp = |v| _mm_sub_epi16(v, _mm_subs_epu16(v, limit));
            _mm_packus_epi16(clamp(low), clamp(high))
        }
    }

    #[inline(always)]
    pub fn block(load: impl Fn(usize) -> __m128i) -> Block {
        let mut block = Block { len: 64, ..Block::default() };
        for i in 0..4 {
            let (word, space, other) = classify(load(i));
            block.word |= u64::from(word) << (16 * i);
            block.space |= u64::from(space) << (16 * i);
            block.other |= u64::from(other) << (16 * i);
        }
        block
    }

    /// Masks of word characters, white space and non-ASCII among sixteen bytes.
    #[inline(always)]
    fn classify(v: __m128i) -> (u16, u16, u16) {
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            // A byte is in low..=high if it stays the same when limited to that range (unsigned).
            let within = |v, low: u8, high: u8| {
                let limited =
                    _mm_max_epu8(_mm_min_epu8(v, _mm_set1_epi8(high as i8)), _mm_set1_epi8(low as i8));
                _mm_cmpeq_epi8(limited, v)
            };
            let lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
            let letter = within(lower, b'a', b'z');
            let digit = within(v, b'0', b'9');
            let underscore = _mm_cmpeq_epi8(v, _mm_set1_epi8(b'_' as i8));
            let word = _mm_or_si128(_mm_or_si128(letter, digit), underscore);
            let space = _mm_or_si128(within(v, 9, 13), _mm_cmpeq_epi8(v, _mm_set1_epi8(b' ' as i8)));
            (_mm_movemask_epi8(word) as u16, _mm_movemask_epi8(space) as u16, _mm_movemask_epi8(v) as u16)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=255_u8 {
            for place in 0..64 {
                let mut bytes = [b' '; 64];
                bytes[place] = byte;
                assert_eq!(of_bytes(&bytes), of_units(bytes.iter().copied()), "{byte} at {place}");
            }
        }
    }

    #[test]
    fn every_pair() {
        for unit in 0..=u16::MAX {
            let mut pairs = [0x20_u16; 64];
            pairs[usize::from(unit) % 64] = unit;
            assert_eq!(of_pairs(&pairs), of_units(pairs.iter().map(|&u| u.min(0xFF) as u8)), "{unit:#x}");
        }
    }

    #[test]
    fn short_blocks() {
        assert_eq!(of_bytes(b"a 1\xC3"), Block { len: 4, word: 0b101, space: 0b10, other: 0b1000 });
        assert_eq!(of_bytes(b""), Block::default());
    }
}
