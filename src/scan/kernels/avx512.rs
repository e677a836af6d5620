//! The kernels for x86-64 with AVX-512 and VBMI2.

use std::arch::x86_64::*;

use super::portable::CLASSES;
use super::{AsciiMasks, Kernel, avx512_words};
use crate::automaton::{Buckets, FirstLetters, HEAD_LETTERS, Heads, LETTERS, PARTS, Pairs, StemHeads};
use crate::fold::simple::UNKNOWN;
use crate::scan::candidates::{AsciiKeys, Lookup, Passed, WideKeys};
use crate::scan::words::{Group, WideGroup};

pub struct Avx512;

pub fn has_avx512() -> bool {
    super::x86::has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512cd")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
}

/// The classes of 64 bytes of ASCII.
#[inline(always)]
unsafe fn classes_of(bytes: &[u8; 64]) -> __m512i {
    // SAFETY: only called where AVX-512 is; loads need no alignment, and are of halves of `CLASSES`.
    unsafe {
        let v = _mm512_loadu_si512(bytes.as_ptr().cast());
        let [low, high] = [0, 64].map(|from| CLASSES.as_ptr().wrapping_add(from).cast());
        _mm512_permutex2var_epi8(_mm512_loadu_si512(low), v, _mm512_loadu_si512(high))
    }
}

/// What the two highest bits of 64 classes say.
#[inline(always)]
unsafe fn masks_of(classes: __m512i) -> AsciiMasks {
    // SAFETY: only called where AVX-512 is.
    unsafe {
        AsciiMasks {
            word: _mm512_movepi8_mask(classes),
            space: _mm512_movepi8_mask(_mm512_add_epi8(classes, classes)),
        }
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

/// Which of 16 pairs are in a set.
#[inline(always)]
unsafe fn holds_hashes(pairs: __m512i, bits: &[u64], shift: u32) -> u16 {
    // SAFETY: by the contract of the caller.
    unsafe {
        let hash = _mm512_mullo_epi32(pairs, _mm512_set1_epi32(Pairs::FACTOR.cast_signed()));
        let number = _mm512_srl_epi32(hash, _mm_cvtsi32_si128(shift.cast_signed()));
        let half = _mm512_i32gather_epi32::<4>(_mm512_srli_epi32::<5>(number), bits.as_ptr().cast());
        let bit = _mm512_sllv_epi32(_mm512_set1_epi32(1), _mm512_and_si512(number, _mm512_set1_epi32(31)));
        _mm512_test_epi32_mask(half, bit)
    }
}

/// The hashes of the letters at 64 places, as far as these are `inside` the word that begins there.
///
/// The sums are of three at a time, which the compiler leaves as they are: of a sum with what a mask
/// holds back it makes one more step for each letter.
#[inline(always)]
unsafe fn hash_of_letters(
    bytes: &Group,
    inside: [u64; HEAD_LETTERS],
    parts: &[[u8; 64]; HEAD_LETTERS],
) -> __m512i {
    // SAFETY: only called where AVX-512 is; loads end with `bytes` at the latest, or are of a whole part.
    unsafe {
        let of = |at: usize| {
            let letter = _mm512_loadu_si512(bytes.as_ptr().add(at).cast());
            let part = _mm512_loadu_si512(parts[at].as_ptr().cast());
            _mm512_maskz_permutexvar_epi8(inside[at], letter, part)
        };
        let [a, b, c, d, e] = [of(0), of(1), of(2), of(3), of(4)];
        sum_of_three(sum_of_three(a, b, c), d, e)
    }
}

/// The sum of three numbers without carry.
#[inline(always)]
unsafe fn sum_of_three(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    // SAFETY: only called where AVX-512 is.
    unsafe { _mm512_ternarylogic_epi64::<0x96>(a, b, c) }
}

/// Which of 64 pairs of hashes have their bit set in both tables, by the sum of the two.
#[inline(always)]
unsafe fn look_up_both(tables: &[[u8; 256]; 2], a: __m512i, b: __m512i, bits: __m512i) -> u64 {
    // SAFETY: by the contract of the caller.
    unsafe {
        let found = _mm512_and_si512(look_up_256(&tables[0], a), look_up_256(&tables[1], b));
        _mm512_test_epi8_mask(found, _mm512_permutexvar_epi8(_mm512_xor_si512(a, b), bits))
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

// SAFETY: `has_avx512` tells whether it can run.
unsafe impl Kernel for Avx512 {
    #[inline(always)]
    unsafe fn ascii_masks(bytes: &[u8; 64]) -> AsciiMasks {
        // SAFETY: AVX-512 is there, by the trait's contract.
        unsafe { masks_of(classes_of(bytes)) }
    }

    #[inline(always)]
    unsafe fn ascii_codes(bytes: &[u8; 64], codes: &mut [u8; 64]) -> AsciiMasks {
        // SAFETY: the store needs no alignment; AVX-512 is there, by the trait's contract.
        unsafe {
            let classes = classes_of(bytes);
            _mm512_storeu_si512(codes.as_mut_ptr().cast(), classes);
            masks_of(classes)
        }
    }

    #[inline(always)]
    unsafe fn buckets_mask(codes: &Group, buckets: &Buckets) -> u64 {
        // SAFETY: loads need no alignment, and end with `codes` at the latest, or are of a whole table;
        // AVX-512 is there, by the trait's contract.
        unsafe {
            let with = |at: usize| {
                let code = _mm512_loadu_si512(codes.as_ptr().add(at).cast());
                _mm512_permutexvar_epi8(code, _mm512_loadu_si512(buckets.with[at].as_ptr().cast()))
            };
            let first = _mm512_ternarylogic_epi64::<0x80>(with(0), with(1), with(2));
            _mm512_test_epi8_mask(_mm512_and_si512(first, with(3)), with(4))
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
    unsafe fn heads_mask<const TWO: bool>(bytes: &Group, words: [u64; 2], heads: &Heads) -> u64 {
        // SAFETY: loads need no alignment, and end with `bytes` at the latest, or are of whole tables;
        // AVX-512 is there, by the trait's contract.
        unsafe {
            // Whether all letters up to each are of the word that begins at a place.
            let mut inside = [u64::MAX; HEAD_LETTERS];
            for at in 1..HEAD_LETTERS {
                inside[at] = inside[at - 1] & (words[0] >> at | words[1] << (64 - at));
            }
            let bits = _mm512_loadu_si512(BITS.as_ptr().cast());
            let a = hash_of_letters(bytes, inside, &PARTS[0]);
            if TWO {
                return look_up_both(&heads.bits, a, hash_of_letters(bytes, inside, &PARTS[1]), bits);
            }
            let bit = _mm512_permutexvar_epi8(_mm512_loadu_si512(bytes.as_ptr().cast()), bits);
            _mm512_test_epi8_mask(look_up_256(&heads.bits[0], a), bit)
        }
    }

    #[inline(always)]
    unsafe fn stems_masks(
        bytes: &Group,
        words: [u64; 2],
        heads: Option<&Heads>,
        stems: &StemHeads,
    ) -> [u64; 2] {
        let mut masks = [u64::MAX, 0];
        let (mut a, mut b, mut inside);
        // SAFETY: loads need no alignment, and end with `bytes` at the latest, or are of whole tables;
        // AVX-512 is there, by the trait's contract.
        unsafe {
            (a, b, inside) = (_mm512_setzero_si512(), _mm512_setzero_si512(), u64::MAX);
            let bits = _mm512_loadu_si512(BITS.as_ptr().cast());
            for (at, (of_a, of_b)) in PARTS[0].iter().zip(&PARTS[1]).enumerate() {
                // Whether all letters up to this are of the word that begins at a place.
                if at > 0 {
                    inside &= words[0] >> at | words[1] << (64 - at);
                }
                let letter = _mm512_loadu_si512(bytes.as_ptr().add(at).cast());
                let part = _mm512_loadu_si512(of_a.as_ptr().cast());
                a = _mm512_xor_si512(a, _mm512_maskz_permutexvar_epi8(inside, letter, part));
                let part = _mm512_loadu_si512(of_b.as_ptr().cast());
                b = _mm512_xor_si512(b, _mm512_maskz_permutexvar_epi8(inside, letter, part));
                if at > 0 && stems.used[at - 1] {
                    masks[1] |= look_up_both(&stems.bits[at - 1], a, b, bits);
                }
            }
            if let Some(heads) = heads {
                masks[0] = if heads.has_two {
                    look_up_both(&heads.bits, a, b, bits)
                } else {
                    let first = _mm512_loadu_si512(bytes.as_ptr().cast());
                    let bit = _mm512_permutexvar_epi8(first, bits);
                    _mm512_test_epi8_mask(look_up_256(&heads.bits[0], a), bit)
                };
            }
        }
        masks
    }

    #[inline(always)]
    unsafe fn pairs_mask(units: &WideGroup, pairs: &Pairs) -> u64 {
        let (bits, shift) = pairs.parts();
        let mut mask = 0;
        // SAFETY: loads need no alignment, and end with `units` at the latest; what is gathered are the
        // halves of elements of `bits`, whose bits the shifted hashes number; AVX-512 is there, by the
        // trait's contract.
        unsafe {
            let unknown = _mm512_set1_epi32(i32::from(UNKNOWN));
            for part in 0..4 {
                let first = _mm512_cvtepu16_epi32(_mm256_loadu_si256(units.as_ptr().add(16 * part).cast()));
                let second =
                    _mm512_cvtepu16_epi32(_mm256_loadu_si256(units.as_ptr().add(16 * part + 1).cast()));
                let mut passes =
                    _mm512_cmpeq_epi32_mask(first, unknown) | _mm512_cmpeq_epi32_mask(second, unknown);
                let pair = _mm512_or_si512(first, _mm512_slli_epi32::<16>(second));
                passes |= holds_hashes(pair, bits, shift);
                if pairs.has_single {
                    let single = _mm512_or_si512(first, _mm512_set1_epi32(Pairs::SINGLE.cast_signed()));
                    passes |= holds_hashes(single, bits, shift);
                }
                mask |= u64::from(passes) << (16 * part);
            }
        }
        mask
    }

    #[inline(always)]
    unsafe fn filter_ascii(lookup: Lookup<'_>, keys: AsciiKeys<'_>, passed: &mut Passed) -> usize {
        // SAFETY: by the contract of this function.
        unsafe { avx512_words::filter(lookup, keys, passed) }
    }

    #[inline(always)]
    unsafe fn filter_wide(lookup: Lookup<'_>, keys: WideKeys<'_>, passed: &mut Passed) -> usize {
        // SAFETY: by the contract of this function.
        unsafe { avx512_words::filter_wide(lookup, keys, passed) }
    }

    #[inline(always)]
    unsafe fn sift_ascii(lookup: Lookup<'_>, keys: AsciiKeys<'_>, passed: &mut Passed) -> usize {
        // SAFETY: by the contract of this function.
        unsafe { avx512_words::sift(lookup, keys, passed) }
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
