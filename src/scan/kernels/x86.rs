//! The kernels for x86-64: SSE2, which every such processor has, AVX2, and AVX-512 with VBMI2.

use std::arch::x86_64::*;

use super::portable::flatten_by_eight;
use super::{AsciiMasks, Kernel};

pub struct Sse2;
pub struct Avx2;
pub struct Avx512;

pub fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

pub fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
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

#[inline(always)]
unsafe fn within_512(v: __m512i, least: u8, most: u8) -> __mmask64 {
    // SAFETY: only called where AVX-512 is.
    unsafe {
        let distance = _mm512_sub_epi8(v, _mm512_set1_epi8(least as i8));
        _mm512_cmple_epu8_mask(distance, _mm512_set1_epi8(most as i8))
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
    unsafe fn flatten(mask: u64, base: u16, out: &mut [u16; 64]) {
        flatten_by_eight(mask, base, out);
    }
}

// SAFETY: `has_avx512` tells whether it can run.
unsafe impl Kernel for Avx512 {
    #[inline(always)]
    unsafe fn ascii_masks(bytes: &[u8; 64]) -> AsciiMasks {
        // SAFETY: the load needs no alignment; AVX-512 is there, by the trait's contract.
        unsafe {
            let v = _mm512_loadu_si512(bytes.as_ptr().cast());
            let letter = within_512(_mm512_or_si512(v, _mm512_set1_epi8(0x20)), b'a', 25);
            let low_line = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(b'_' as i8));
            AsciiMasks {
                word: letter | within_512(v, b'0', 9) | low_line,
                space: within_512(v, 9, 4) | _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(b' ' as i8)),
            }
        }
    }

    #[inline(always)]
    unsafe fn bit_mask(classes: &[u8; 64], bit: u8) -> u64 {
        // SAFETY: the load needs no alignment; AVX-512 is there, by the trait's contract.
        unsafe {
            let v = _mm512_loadu_si512(classes.as_ptr().cast());
            _mm512_test_epi8_mask(v, _mm512_set1_epi8((1_u8 << bit) as i8))
        }
    }

    #[inline(always)]
    unsafe fn flatten(mask: u64, base: u16, out: &mut [u16; 64]) {
        const PLACES: [u8; 64] = {
            let mut places = [0; 64];
            let mut i = 0;
            while i < 64 {
                places[i] = i as u8;
                i += 1;
            }
            places
        };
        // SAFETY: loads and stores need no alignment and stay within `PLACES` and `out`, which have
        // 64 elements each; AVX-512 is there, by the trait's contract.
        unsafe {
            let all = _mm512_loadu_si512(PLACES.as_ptr().cast());
            let places = _mm512_maskz_compress_epi8(mask, all);
            let base = _mm512_set1_epi16(base as i16);
            let low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(places));
            _mm512_storeu_si512(out.as_mut_ptr().cast(), _mm512_add_epi16(low, base));
            if mask.count_ones() > 32 {
                let high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64::<1>(places));
                _mm512_storeu_si512(out.as_mut_ptr().add(32).cast(), _mm512_add_epi16(high, base));
            }
        }
    }
}
