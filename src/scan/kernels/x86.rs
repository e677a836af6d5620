//! The kernels for x86-64: SSE2, which every such processor has, and AVX2.

use std::arch::x86_64::*;

use super::portable::flatten_by_eight;
use super::{AsciiMasks, Kernel};
use crate::automaton::{FirstLetters, LETTERS};
use crate::scan::words::Group;

pub struct Sse2;
pub struct Avx2;

pub fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

// Which bytes are at most `most` above `least`. Not closures, since these would not be compiled for
// the instructions of their callers.

#[inline(always)]
unsafe fn within_128(v: __m128i, least: u8, most: u8) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        let distance = _mm_sub_epi8(v, _mm_set1_epi8(least as i8));
        _mm_cmpeq_epi8(_mm_min_epu8(distance, _mm_set1_epi8(most as i8)), distance)
    }
}

#[inline(always)]
unsafe fn within_256(v: __m256i, least: u8, most: u8) -> __m256i {
    // SAFETY: only called where AVX2 is.
    unsafe {
        let distance = _mm256_sub_epi8(v, _mm256_set1_epi8(least as i8));
        _mm256_cmpeq_epi8(_mm256_min_epu8(distance, _mm256_set1_epi8(most as i8)), distance)
    }
}

// SAFETY: SSE2 is part of x86-64.
unsafe impl Kernel for Sse2 {
    #[inline(always)]
    unsafe fn ascii_masks(bytes: &[u8; 64]) -> AsciiMasks {
        let mut masks = AsciiMasks::default();
        for (i, part) in bytes.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: the load needs no alignment.
            unsafe {
                let v = _mm_loadu_si128(part.as_ptr().cast());
                let letter = within_128(_mm_or_si128(v, _mm_set1_epi8(0x20)), b'a', 25);
                let digit = within_128(v, b'0', 9);
                let low_line = _mm_cmpeq_epi8(v, _mm_set1_epi8(b'_' as i8));
                let word = _mm_or_si128(_mm_or_si128(letter, digit), low_line);
                let space = _mm_or_si128(within_128(v, 9, 4), _mm_cmpeq_epi8(v, _mm_set1_epi8(b' ' as i8)));
                masks.word |= u64::from(_mm_movemask_epi8(word) as u16) << (16 * i);
                masks.space |= u64::from(_mm_movemask_epi8(space) as u16) << (16 * i);
            }
        }
        masks
    }

    #[inline(always)]
    unsafe fn bit_mask(classes: &[u8; 64], bit: u8) -> u64 {
        let mut mask = 0;
        for (i, part) in classes.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: the load needs no alignment.
            unsafe {
                let v = _mm_loadu_si128(part.as_ptr().cast());
                // The bit becomes the highest of its byte; what crosses into others is below it.
                let high = _mm_sll_epi16(v, _mm_cvtsi32_si128(7 - i32::from(bit)));
                mask |= u64::from(_mm_movemask_epi8(high) as u16) << (16 * i);
            }
        }
        mask
    }

    #[inline(always)]
    unsafe fn flatten(mask: u64, base: u16, out: &mut [u16; 64]) {
        flatten_by_eight(mask, base, out);
    }
}

// SAFETY: `has_avx2` tells whether it can run.
unsafe impl Kernel for Avx2 {
    #[inline(always)]
    unsafe fn ascii_masks(bytes: &[u8; 64]) -> AsciiMasks {
        let mut masks = AsciiMasks::default();
        for (i, part) in bytes.as_chunks::<32>().0.iter().enumerate() {
            // SAFETY: the load needs no alignment; AVX2 is there, by the trait's contract.
            unsafe {
                let v = _mm256_loadu_si256(part.as_ptr().cast());
                let letter = within_256(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), b'a', 25);
                let digit = within_256(v, b'0', 9);
                let low_line = _mm256_cmpeq_epi8(v, _mm256_set1_epi8(b'_' as i8));
                let word = _mm256_or_si256(_mm256_or_si256(letter, digit), low_line);
                let space =
                    _mm256_or_si256(within_256(v, 9, 4), _mm256_cmpeq_epi8(v, _mm256_set1_epi8(b' ' as i8)));
                masks.word |= u64::from(_mm256_movemask_epi8(word) as u32) << (32 * i);
                masks.space |= u64::from(_mm256_movemask_epi8(space) as u32) << (32 * i);
            }
        }
        masks
    }

    #[inline(always)]
    unsafe fn bit_mask(classes: &[u8; 64], bit: u8) -> u64 {
        let mut mask = 0;
        for (i, part) in classes.as_chunks::<32>().0.iter().enumerate() {
            // SAFETY: the load needs no alignment; AVX2 is there, by the trait's contract.
            unsafe {
                let v = _mm256_loadu_si256(part.as_ptr().cast());
                let high = _mm256_sll_epi16(v, _mm_cvtsi32_si128(7 - i32::from(bit)));
                mask |= u64::from(_mm256_movemask_epi8(high) as u32) << (32 * i);
            }
        }
        mask
    }

    #[inline(always)]
    unsafe fn letters_mask(bytes: &Group, letters: &FirstLetters) -> u64 {
        let mut mask = 0;
        // SAFETY: loads need no alignment, and end with `bytes` at the latest; AVX2 is there, by the
        // trait's contract.
        unsafe {
            let nibble = _mm256_set1_epi8(15);
            let lower = _mm256_set1_epi8(letters.lower as i8);
            for half in 0..2 {
                let mut buckets = _mm256_set1_epi8(-1);
                for at in 0..LETTERS {
                    let low = _mm256_broadcastsi128_si256(_mm_loadu_si128(letters.low[at].as_ptr().cast()));
                    let high = _mm256_broadcastsi128_si256(_mm_loadu_si128(letters.high[at].as_ptr().cast()));
                    let v = _mm256_loadu_si256(bytes.as_ptr().add(32 * half + at).cast());
                    let v = _mm256_or_si256(v, lower);
                    let own = _mm256_and_si256(
                        _mm256_shuffle_epi8(low, _mm256_and_si256(v, nibble)),
                        _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16::<4>(v), nibble)),
                    );
                    buckets = _mm256_and_si256(buckets, own);
                }
                let none = _mm256_cmpeq_epi8(buckets, _mm256_setzero_si256());
                mask |= u64::from(!_mm256_movemask_epi8(none) as u32) << (32 * half);
            }
        }
        mask
    }

    #[inline(always)]
    unsafe fn flatten(mask: u64, base: u16, out: &mut [u16; 64]) {
        flatten_by_eight(mask, base, out);
    }
}
