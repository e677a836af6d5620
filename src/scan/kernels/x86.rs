//! The kernels for x86-64: SSE2, which every such processor has, AVX2, and AVX-512 with VBMI2.

use std::arch::x86_64::*;

use super::portable::flatten_by_eight;
use super::{AsciiMasks, Kernel};
use crate::automaton::{FirstLetters, HEAD_LETTERS, Heads, LETTERS, PARTS, WordKey};
use crate::scan::candidates::{AsciiKeys, Lookup, Passed};
use crate::scan::words::Group;

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
        && is_x86_feature_detected!("avx512cd")
        && is_x86_feature_detected!("avx512dq")
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

/// The bytes of these 64 numbers.
#[inline(always)]
unsafe fn look_up_256(bytes: &[u8; 256], numbers: __m512i) -> __m512i {
    // SAFETY: only called where AVX-512 is; loads are of quarters of `bytes`.
    unsafe {
        let [a, b, c, d] = [0, 1, 2, 3].map(|i| bytes.as_ptr().wrapping_add(64 * i).cast());
        let low = _mm512_permutex2var_epi8(_mm512_loadu_si512(a), numbers, _mm512_loadu_si512(b));
        let high = _mm512_permutex2var_epi8(_mm512_loadu_si512(c), numbers, _mm512_loadu_si512(d));
        _mm512_mask_blend_epi8(_mm512_movepi8_mask(numbers), low, high)
    }
}

/// For each of 64 places, the sum without carry of the parts of its letters, as far as those are inside
/// of its word.
#[inline(always)]
unsafe fn hash_of_letters(
    bytes: &Group,
    inside: &[u64; HEAD_LETTERS],
    parts: &[[u8; 64]; HEAD_LETTERS],
) -> __m512i {
    // SAFETY: only called where AVX-512 is; loads end with `bytes` at the latest, or are of a whole part.
    unsafe {
        let mut hash = _mm512_setzero_si512();
        for at in 0..HEAD_LETTERS {
            let letter = _mm512_loadu_si512(bytes.as_ptr().add(at).cast());
            let part = _mm512_loadu_si512(parts[at].as_ptr().cast());
            hash = _mm512_xor_si512(hash, _mm512_maskz_permutexvar_epi8(inside[at], letter, part));
        }
        hash
    }
}

/// By the lowest three bits of a number, the bit that it stands for.
const BITS: [u8; 64] = {
    let mut bits = [0; 64];
    let mut i = 0;
    while i < 64 {
        bits[i] = 1 << (i % 8);
        i += 1;
    }
    bits
};

/// The class of each character of ASCII: the highest bit for word characters, the next for space.
const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut i = 0;
    while i < 128 {
        classes[i] = match i as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => 0x80,
            b' ' | 9..=13 => 0x40,
            _ => 0,
        };
        i += 1;
    }
    classes
};

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

// SAFETY: `has_avx512` tells whether it can run.
unsafe impl Kernel for Avx512 {
    #[inline(always)]
    unsafe fn ascii_masks(bytes: &[u8; 64]) -> AsciiMasks {
        // SAFETY: the load needs no alignment; AVX-512 is there, by the trait's contract.
        unsafe {
            let v = _mm512_loadu_si512(bytes.as_ptr().cast());
            let [low, high] = [0, 64].map(|from| CLASSES.as_ptr().wrapping_add(from).cast());
            let classes = _mm512_permutex2var_epi8(_mm512_loadu_si512(low), v, _mm512_loadu_si512(high));
            AsciiMasks {
                word: _mm512_movepi8_mask(classes),
                space: _mm512_movepi8_mask(_mm512_add_epi8(classes, classes)),
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
    unsafe fn letters_mask(bytes: &Group, letters: &FirstLetters) -> u64 {
        // SAFETY: loads need no alignment, and end with `bytes` at the latest; AVX-512 is there, by
        // the trait's contract.
        unsafe {
            let nibble = _mm512_set1_epi8(15);
            let lower = _mm512_set1_epi8(letters.lower as i8);
            let mut buckets = _mm512_set1_epi8(-1);
            for at in 0..LETTERS {
                let low = _mm512_broadcast_i32x4(_mm_loadu_si128(letters.low[at].as_ptr().cast()));
                let high = _mm512_broadcast_i32x4(_mm_loadu_si128(letters.high[at].as_ptr().cast()));
                let v = _mm512_or_si512(_mm512_loadu_si512(bytes.as_ptr().add(at).cast()), lower);
                let own = _mm512_and_si512(
                    _mm512_shuffle_epi8(low, _mm512_and_si512(v, nibble)),
                    _mm512_shuffle_epi8(high, _mm512_and_si512(_mm512_srli_epi16::<4>(v), nibble)),
                );
                buckets = _mm512_and_si512(buckets, own);
            }
            _mm512_test_epi8_mask(buckets, buckets)
        }
    }

    const KNOWS_HEADS: bool = true;

    #[inline(always)]
    unsafe fn heads_mask(bytes: &Group, words: [u64; 2], heads: &Heads) -> u64 {
        // SAFETY: loads need no alignment, and end with `bytes` at the latest, or are of whole tables;
        // AVX-512 is there, by the trait's contract.
        unsafe {
            // Whether all letters up to each are of the word that begins at a place.
            let mut inside = [u64::MAX; HEAD_LETTERS];
            for at in 1..HEAD_LETTERS {
                inside[at] = inside[at - 1] & (words[0] >> at | words[1] << (64 - at));
            }
            let a = hash_of_letters(bytes, &inside, &PARTS[0]);
            let (mut found, mut bit) = (look_up_256(&heads.bits[0], a), _mm512_loadu_si512(bytes.as_ptr().cast()));
            if heads.has_two {
                let b = hash_of_letters(bytes, &inside, &PARTS[1]);
                found = _mm512_and_si512(found, look_up_256(&heads.bits[1], b));
                bit = _mm512_xor_si512(a, b);
            }
            let bit = _mm512_permutexvar_epi8(bit, _mm512_loadu_si512(BITS.as_ptr().cast()));
            _mm512_test_epi8_mask(found, bit)
        }
    }

    #[inline(always)]
    unsafe fn filter_ascii(lookup: Lookup<'_>, keys: AsciiKeys<'_>, passed: &mut Passed) -> usize {
        let Lookup { table, block, words, .. } = lookup;
        let AsciiKeys { text, lower } = keys;
        let starts = &block.words.starts.as_slice()[..words];
        let (bits, shift) = table.filter().parts();
        let mut done = 0;
        // SAFETY: AVX-512 is there, by the trait's contract. What is gathered lies within its slice:
        // - of `continues` the eight bytes that hold the bit behind a start, and starts are below
        //   UNITS, of which it has twice as many bits;
        // - of `text` eight bytes from a start on, which is asked before, since starts ascend; and
        //   the last eight of words longer than that;
        // - of `bits` the element of a hash shifted right so far that it is one of their numbers.
        // Stores are of eight elements from `passed.len` on, of which there is room for UNITS more.
        unsafe {
            let continues = block.words.continues.as_slice().as_ptr().cast::<i64>();
            let one = _mm512_set1_epi64(1);
            let eight = _mm512_set1_epi64(8);
            let lower = _mm512_set1_epi64(lower as i64);
            while let Some(eight_starts) = starts[done..].first_chunk::<8>() {
                if usize::from(eight_starts[7]) + 8 > text.len() {
                    break;
                }
                let at = _mm_loadu_si128(eight_starts.as_ptr().cast());
                let start = _mm512_cvtepu16_epi64(at);
                let behind = _mm512_add_epi64(start, one);
                let window = _mm512_i64gather_epi64::<1>(_mm512_srli_epi64::<3>(behind), continues);
                let window = _mm512_srlv_epi64(window, _mm512_and_epi64(behind, _mm512_set1_epi64(7)));
                let ends = _mm512_andnot_epi64(window, _mm512_set1_epi64(-1));
                let end = _mm512_and_epi64(ends, _mm512_sub_epi64(_mm512_setzero_si512(), ends));
                let len = _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_lzcnt_epi64(end));
                // Fewer than 64 bits are in sight.
                if _mm512_cmpgt_epi64_mask(len, _mm512_set1_epi64(56)) != 0 {
                    break;
                }
                let all = _mm512_set1_epi64(-1);
                let used = _mm512_slli_epi64::<3>(_mm512_sub_epi64(eight, _mm512_min_epi64(len, eight)));
                let head = _mm512_i64gather_epi64::<1>(start, text.as_ptr().cast());
                let head = _mm512_and_epi64(_mm512_or_epi64(head, lower), _mm512_srlv_epi64(all, used));
                let is_longer = _mm512_cmpgt_epi64_mask(len, eight);
                let last = _mm512_sub_epi64(_mm512_add_epi64(start, len), eight);
                let none = _mm512_setzero_si512();
                let tail = _mm512_mask_i64gather_epi64::<1>(none, is_longer, last, text.as_ptr().cast());
                let tail = _mm512_mask_or_epi64(tail, is_longer, tail, lower);
                let len = _mm512_min_epi64(len, _mm512_set1_epi64(WordKey::LONG_ASCII as i64));
                let hash = _mm512_xor_epi64(
                    _mm512_mullo_epi64(head, _mm512_set1_epi64(WordKey::HEAD_FACTOR as i64)),
                    _mm512_mullo_epi64(
                        _mm512_xor_epi64(tail, len),
                        _mm512_set1_epi64(WordKey::TAIL_FACTOR as i64),
                    ),
                );
                let hash = _mm512_xor_epi64(hash, _mm512_slli_epi64::<{ WordKey::SPREAD }>(hash));
                let number = _mm512_srl_epi64(hash, _mm_cvtsi32_si128(shift as i32));
                let element = _mm512_srli_epi64::<6>(number);
                let element = _mm512_i64gather_epi64::<8>(element, bits.as_ptr().cast());
                let bit = _mm512_sllv_epi64(one, _mm512_and_epi64(number, _mm512_set1_epi64(63)));
                let passes = _mm512_test_epi64_mask(element, bit);
                let Some(places) = passed.at[passed.len..].first_chunk_mut::<8>() else { break };
                _mm_storeu_si128(places.as_mut_ptr().cast(), _mm_maskz_compress_epi16(passes, at));
                let Some(hashes) = passed.hash[passed.len..].first_chunk_mut::<8>() else { break };
                _mm512_storeu_si512(hashes.as_mut_ptr().cast(), _mm512_maskz_compress_epi64(passes, hash));
                passed.len += passes.count_ones() as usize;
                done += 8;
            }
        }
        done
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
