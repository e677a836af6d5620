//! The filters of words, eight at a time, by AVX-512.

use std::arch::x86_64::*;

use crate::automaton::{BEYOND_ASCII, HashSet, Outline, WordKey};
use crate::scan::block::PADDING;
use crate::scan::candidates::{AsciiKeys, GOES_ON, Lookup, Passed, WideKeys};

/// How many ones stand at the low end of each number; 64 if nothing else does.
#[inline(always)]
unsafe fn trailing_ones(numbers: __m512i) -> __m512i {
    // SAFETY: only called where AVX-512 is.
    unsafe {
        // Adding one clears the ones at the low end, and leaves all others.
        let ones = _mm512_andnot_si512(_mm512_add_epi64(numbers, _mm512_set1_epi64(1)), numbers);
        _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_lzcnt_epi64(ones))
    }
}

/// From bit `at` of a mask on some bits, at least [`IN_WINDOW`].
#[inline(always)]
unsafe fn window(mask: *const u64, at: __m512i) -> __m512i {
    // SAFETY: by the contract of this function, that the mask has 64 bits behind all of these.
    unsafe {
        let window = _mm512_i64gather_epi64::<1>(_mm512_srli_epi64::<3>(at), mask.cast());
        _mm512_srlv_epi64(window, _mm512_and_si512(at, _mm512_set1_epi64(7)))
    }
}

/// How many bits of a window are in sight, at least.
const IN_WINDOW: i64 = 57;

/// A mask of the lowest bytes of each number, as many as given (0 to 8).
#[inline(always)]
unsafe fn low_bytes(count: __m512i) -> __m512i {
    // SAFETY: only called where AVX-512 is.
    unsafe {
        let unused = _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_slli_epi64::<3>(count));
        _mm512_srlv_epi64(_mm512_set1_epi64(-1), unused)
    }
}

/// As [`WordKey::hash`].
#[inline(always)]
unsafe fn hash_of(head: __m512i, tail: __m512i, len: __m512i) -> __m512i {
    // SAFETY: only called where AVX-512 is.
    unsafe {
        let hash = _mm512_xor_epi64(
            _mm512_mullo_epi64(head, _mm512_set1_epi64(WordKey::HEAD_FACTOR as i64)),
            _mm512_mullo_epi64(_mm512_xor_epi64(tail, len), _mm512_set1_epi64(WordKey::TAIL_FACTOR as i64)),
        );
        _mm512_xor_epi64(hash, _mm512_slli_epi64::<{ WordKey::SPREAD }>(hash))
    }
}

/// Which of some hashes are in a set. Those not in `asked` are.
#[inline(always)]
unsafe fn in_set(set: &HashSet, hash: __m512i, asked: __mmask8) -> __mmask8 {
    let (bits, shift) = set.parts();
    // SAFETY: only called where AVX-512 is; a hash shifted right so far is the number of a bit.
    unsafe {
        let number = _mm512_srl_epi64(hash, _mm_cvtsi32_si128(shift as i32));
        let element = _mm512_mask_i64gather_epi64::<8>(
            _mm512_set1_epi64(-1),
            asked,
            _mm512_srli_epi64::<6>(number),
            bits.as_ptr().cast(),
        );
        let bit = _mm512_sllv_epi64(_mm512_set1_epi64(1), _mm512_and_epi64(number, _mm512_set1_epi64(63)));
        _mm512_test_epi64_mask(element, bit)
    }
}

/// Adds the words of a mask to those that passed.
#[inline(always)]
unsafe fn push(passed: &mut Passed, at: __m128i, hash: __m512i, mask: __mmask8) {
    let len = passed.len;
    let places = passed.at[len..].first_chunk_mut::<8>().zip(passed.hash[len..].first_chunk_mut::<8>());
    // No more pass than a block has places, and there is room for as many behind.
    if let Some((places, hashes)) = places {
        // SAFETY: only called where AVX-512 is; stores need no alignment.
        unsafe {
            _mm_storeu_si128(places.as_mut_ptr().cast(), _mm_maskz_compress_epi16(mask, at));
            _mm512_storeu_si512(hashes.as_mut_ptr().cast(), _mm512_maskz_compress_epi64(mask, hash));
        }
        passed.len += mask.count_ones() as usize;
    }
}

/// Eight elements of a list from number `from` on, of which there is at least one, and a mask of those
/// that there are. The last stands for those that there are not.
#[inline(always)]
fn eight_from<T: Copy>(list: &[T], from: usize) -> ([T; 8], __mmask8) {
    let rest = &list[from..];
    match rest.first_chunk() {
        Some(eight) => (*eight, u8::MAX),
        None => (std::array::from_fn(|at| rest[at.min(rest.len() - 1)]), (1 << rest.len()) - 1),
    }
}

/// See [`super::Kernel::filter_ascii`].
#[inline(always)]
pub unsafe fn filter(lookup: Lookup<'_>, keys: AsciiKeys<'_>, passed: &mut Passed) -> usize {
    let Lookup { table, block, words, .. } = lookup;
    let AsciiKeys { text, lower } = keys;
    let starts = &block.words.starts.as_slice()[..words];
    let word = block.words.word.as_slice().as_ptr();
    let mut done = 0;
    // SAFETY: AVX-512 is there, by the trait's contract. What is gathered lies within its slice:
    // - of `word` see `window`;
    // - of `text` eight bytes from a start on, which is asked before, since starts ascend; and
    //   the last eight of words longer than that.
    unsafe {
        let eight = _mm512_set1_epi64(8);
        let lower = _mm512_set1_epi64(lower as i64);
        while done < starts.len() {
            let (places, asked) = eight_from(starts, done);
            let at = _mm_loadu_si128(places.as_ptr().cast());
            let start = _mm512_cvtepu16_epi64(at);
            let len = trailing_ones(window(word, start));
            let is_long = _mm512_cmpge_epi64_mask(len, _mm512_set1_epi64(IN_WINDOW)) != 0;
            if is_long || usize::from(places[7]) + 8 > text.len() {
                break;
            }
            let head = _mm512_i64gather_epi64::<1>(start, text.as_ptr().cast());
            let used = low_bytes(_mm512_min_epu64(len, eight));
            let head = _mm512_and_epi64(_mm512_or_epi64(head, lower), used);
            let is_longer = _mm512_cmpgt_epi64_mask(len, eight);
            let last = _mm512_sub_epi64(_mm512_add_epi64(start, len), eight);
            let none = _mm512_setzero_si512();
            let tail = _mm512_mask_i64gather_epi64::<1>(none, is_longer, last, text.as_ptr().cast());
            let tail = _mm512_mask_or_epi64(tail, is_longer, tail, lower);
            let len = _mm512_min_epu64(len, _mm512_set1_epi64(WordKey::LONG_ASCII as i64));
            let hash = hash_of(head, tail, len);
            push(passed, at, hash, asked & in_set(table.filter(), hash, u8::MAX));
            done += asked.count_ones() as usize;
        }
    }
    done
}

/// See [`super::Kernel::filter_wide`].
#[inline(always)]
pub unsafe fn filter_wide(lookup: Lookup<'_>, keys: WideKeys<'_>, passed: &mut Passed) -> usize {
    let Lookup { table, block, words, .. } = lookup;
    let WideKeys { folded, lower } = keys;
    let starts = &block.words.starts.as_slice()[..words];
    let continues = block.words.continues.as_slice().as_ptr();
    // Where the block begins among its folds.
    let Some(units) = folded.get(PADDING..) else { return 0 };
    let units = units.as_ptr().cast::<i64>();
    let mut done = 0;
    // SAFETY: AVX-512 is there, by the trait's contract. What is gathered lies within its slice:
    // - of `continues` see `window`;
    // - of `folded` eight code units from a start on, and up to eight before the end of a word: there
    //   is so much padding on both sides.
    unsafe {
        let (one, four, eight) = (_mm512_set1_epi64(1), _mm512_set1_epi64(4), _mm512_set1_epi64(8));
        let none = _mm512_setzero_si512();
        let lower = _mm512_set1_epi64(lower as i64);
        while done < starts.len() {
            let (places, asked) = eight_from(starts, done);
            let at = _mm_loadu_si128(places.as_ptr().cast());
            let start = _mm512_cvtepu16_epi64(at);
            let more = trailing_ones(window(continues, _mm512_add_epi64(start, one)));
            if _mm512_cmpge_epi64_mask(more, _mm512_set1_epi64(IN_WINDOW)) != 0 {
                break;
            }
            let len = _mm512_add_epi64(more, one);
            let end = _mm512_add_epi64(start, len);
            let (over_four, over_eight) =
                (_mm512_cmpgt_epi64_mask(len, four), _mm512_cmpgt_epi64_mask(len, eight));
            let bytes = _mm512_add_epi64(len, len);
            let used = [
                low_bytes(_mm512_min_epu64(bytes, eight)),
                low_bytes(_mm512_min_epu64(_mm512_maskz_sub_epi64(over_four, bytes, eight), eight)),
            ];
            let first = [
                _mm512_and_epi64(_mm512_i64gather_epi64::<2>(start, units), used[0]),
                _mm512_and_epi64(_mm512_i64gather_epi64::<2>(_mm512_add_epi64(start, four), units), used[1]),
            ];
            let last = [
                _mm512_mask_i64gather_epi64::<2>(none, over_eight, _mm512_sub_epi64(end, eight), units),
                _mm512_mask_i64gather_epi64::<2>(none, over_four, _mm512_sub_epi64(end, four), units),
            ];
            let all = _mm512_or_epi64(_mm512_or_epi64(first[0], first[1]), _mm512_or_epi64(last[0], last[1]));
            let is_wide = _mm512_test_epi64_mask(all, _mm512_set1_epi64(BEYOND_ASCII as i64));
            // Of ASCII alone: as `WordKey::ascii`.
            let head = _mm512_or_epi64(packed(first), lower);
            let head = _mm512_and_epi64(head, low_bytes(_mm512_min_epu64(len, eight)));
            let tail = _mm512_maskz_or_epi64(over_eight, packed(last), lower);
            let ascii_len = _mm512_min_epu64(len, _mm512_set1_epi64(WordKey::LONG_ASCII as i64));
            // Any other: as `WordKey::wide`.
            let wide_len = _mm512_min_epu64(len, _mm512_set1_epi64(WordKey::LONG_WIDE as i64));
            let wide_len = _mm512_or_epi64(wide_len, _mm512_set1_epi64(WordKey::WIDE as i64));
            let hash = hash_of(
                _mm512_mask_mov_epi64(head, is_wide, first[0]),
                _mm512_mask_mov_epi64(tail, is_wide, last[1]),
                _mm512_mask_mov_epi64(ascii_len, is_wide, wide_len),
            );
            push(passed, at, hash, asked & in_set(table.filter(), hash, u8::MAX));
            done += asked.count_ones() as usize;
        }
    }
    done
}

/// Eight ASCII code units as bytes; see [`crate::automaton::packed`].
#[inline(always)]
unsafe fn packed(units: [__m512i; 2]) -> __m512i {
    // SAFETY: only called where AVX-512 is.
    unsafe { _mm512_or_epi64(pack_four(units[0]), _mm512_slli_epi64::<32>(pack_four(units[1]))) }
}

#[inline(always)]
unsafe fn pack_four(units: __m512i) -> __m512i {
    // SAFETY: only called where AVX-512 is.
    unsafe {
        let pairs = _mm512_or_epi64(units, _mm512_srli_epi64::<8>(units));
        let pairs = _mm512_and_epi64(pairs, _mm512_set1_epi64(0x0000_FFFF_0000_FFFF));
        let all = _mm512_or_epi64(pairs, _mm512_srli_epi64::<16>(pairs));
        _mm512_and_epi64(all, _mm512_set1_epi64(0xFFFF_FFFF))
    }
}

/// How far a word is looked for that does not stand where it belongs. If it is farther away it is taken
/// to be promising.
const STEPS: usize = 4;

/// See [`super::Kernel::sift_ascii`].
#[inline(always)]
pub unsafe fn sift(lookup: Lookup<'_>, keys: AsciiKeys<'_>, passed: &mut Passed) -> usize {
    let Lookup { table, block, signs_may_be_spaces, .. } = lookup;
    let AsciiKeys { text, lower } = keys;
    let (outlines, outline_shift) = table.outlines().parts();
    let (word, space) = (block.words.word.as_slice().as_ptr(), block.words.space.as_slice().as_ptr());
    // Those that are left come in place of those that were read: never more of them.
    let (all, mut done) = (passed.len, 0);
    passed.len = 0;
    // SAFETY: AVX-512 is there, by the trait's contract. What is gathered lies within its slice:
    // - of `word` and `space` the eight bytes that hold the bits of a place of the block, or up to 64
    //   behind, of which there are twice as many;
    // - of `text` eight bytes from behind a word on, which is asked before;
    // - of `outlines` that of a hash shifted right so far that it is the number of one.
    unsafe {
        let one = _mm512_set1_epi64(1);
        let lower = _mm512_set1_epi64(lower as i64);
        let last_number = _mm512_set1_epi64(outlines.len() as i64 - 1);
        while done < all {
            let (at, asked) = eight_from(&passed.at[..all], done);
            let (hash, _) = eight_from(&passed.hash[..all], done);
            let at = _mm_loadu_si128(at.as_ptr().cast());
            let hash = _mm512_loadu_si512(hash.as_ptr().cast());
            let start = _mm512_cvtepu16_epi64(at);
            // The word, what stands behind it, and the next word.
            let len_of_word = trailing_ones(window(word, start));
            let end = _mm512_add_epi64(start, len_of_word);
            let second = _mm512_add_epi64(end, one);
            let last = _mm512_reduce_max_epu64(second) as usize;
            let is_long = _mm512_cmpge_epi64_mask(len_of_word, _mm512_set1_epi64(IN_WINDOW)) != 0;
            if is_long || last + 8 > text.len() || last >= block.len {
                break;
            }
            let is_space = _mm512_test_epi64_mask(window(space, end), one);
            let run = window(word, second);
            let second_len = trailing_ones(run);
            let second_end = _mm512_add_epi64(second, second_len);
            let begins = _mm512_test_epi64_mask(run, one);
            let mut in_sight = _mm512_cmplt_epi64_mask(second_len, _mm512_set1_epi64(IN_WINDOW));
            if !block.closes {
                in_sight &= _mm512_cmplt_epi64_mask(second_end, _mm512_set1_epi64(block.len as i64));
            }
            let signs = if signs_may_be_spaces { !is_space } else { 0 };
            let unsure = is_space & !(begins & in_sight) | signs;
            // The hash of the next word.
            let counted = _mm512_min_epu64(_mm512_set1_epi64(8), _mm512_max_epu64(second_len, one));
            let letters = _mm512_i64gather_epi64::<1>(second, text.as_ptr().cast());
            let letters = _mm512_and_si512(_mm512_or_si512(letters, lower), low_bytes(counted));
            let factor = _mm512_set1_epi64(Outline::SECOND_FACTOR as i64);
            let counted = _mm512_and_si512(letters, _mm512_set1_epi64(Outline::SECOND_MASK as i64));
            let mixed = _mm512_srli_epi64::<32>(_mm512_mullo_epi64(counted, factor));
            let bit = _mm512_mul_epu32(mixed, _mm512_set1_epi64(Outline::SECOND_BITS as i64));
            let wanted = _mm512_sllv_epi64(one, _mm512_srli_epi64::<32>(bit));
            let other = _mm512_set1_epi64(i64::from(Outline::OTHER));
            let wanted = _mm512_mask_mov_epi64(other, is_space, wanted);
            let wanted = _mm512_mask_mov_epi64(wanted, unsure, _mm512_set1_epi64(u32::MAX.into()));
            // The outline, and what it says of both.
            let number = _mm512_srl_epi64(hash, _mm_cvtsi32_si128(outline_shift as i32));
            let mut outline = _mm512_i64gather_epi64::<8>(number, outlines.as_ptr().cast());
            let mixed = _mm512_xor_si512(hash, _mm512_srli_epi64::<32>(hash));
            let mixed = _mm512_mullo_epi64(mixed, factor);
            let tag = _mm512_slli_epi64::<32>(_mm512_srli_epi64::<{ Outline::TAG_BY }>(mixed));
            let tag_bits = _mm512_set1_epi64(Outline::TAG as i64);
            let mut differs = _mm512_test_epi64_mask(_mm512_xor_si512(outline, tag), tag_bits);
            let displaced =
                _mm512_and_si512(_mm512_srli_epi64::<{ Outline::DISPLACED_BY }>(mixed), _mm512_set1_epi64(7));
            let displaced = _mm512_sllv_epi64(_mm512_set1_epi64(1 << Outline::DISPLACED), displaced);
            let mut elsewhere = differs & _mm512_test_epi64_mask(outline, displaced);
            let mut number = number;
            for _ in 0..STEPS {
                if elsewhere == 0 {
                    break;
                }
                number = _mm512_and_si512(_mm512_add_epi64(number, one), last_number);
                let next =
                    _mm512_mask_i64gather_epi64::<8>(outline, elsewhere, number, outlines.as_ptr().cast());
                let found = elsewhere & !_mm512_test_epi64_mask(_mm512_xor_si512(next, tag), tag_bits);
                outline = _mm512_mask_mov_epi64(outline, found, next);
                differs &= !found;
                elsewhere &= !found & _mm512_test_epi64_mask(next, next);
            }
            let is_phrase = _mm512_movepi64_mask(outline);
            let mut goes_on = _mm512_test_epi64_mask(outline, wanted);
            // Whether the two words are a pair, where the bits of the outline say so and no more.
            let open = _mm512_test_epi64_mask(outline, _mm512_set1_epi64(i64::from(Outline::OPEN)));
            let to_ask = goes_on & !differs & is_space & !unsure & !open;
            if to_ask != 0 {
                let mixed = _mm512_xor_si512(hash, _mm512_srli_epi64::<32>(hash));
                let mixed = _mm512_mullo_epi64(_mm512_xor_si512(mixed, letters), factor);
                let pair = _mm512_xor_si512(mixed, _mm512_slli_epi64::<32>(mixed));
                goes_on &= in_set(table.pairs(), pair, to_ask);
            }
            let goes_on = !differs & goes_on | elsewhere;
            let promising = asked & (!differs & is_phrase | goes_on);
            let marked = _mm_or_si128(at, _mm_maskz_set1_epi16(goes_on, GOES_ON as i16));
            push(passed, marked, hash, promising);
            done += asked.count_ones() as usize;
        }
    }
    done
}
