//! The kernels for AArch64, all of which has NEON.

use std::arch::aarch64::*;

use super::portable::flatten_by_eight;
use super::{AsciiMasks, Kernel};
use crate::automaton::{FirstLetters, LETTERS};
use crate::scan::words::Group;

pub struct Neon;

impl Neon {
    // SAFETY: sixteen zero bytes are a vector.
    const NONE: uint8x16_t = unsafe { std::mem::zeroed() };
}

/// Which bytes are at most `most` above `least`.
#[inline(always)]
unsafe fn within(v: uint8x16_t, least: u8, most: u8) -> uint8x16_t {
    // SAFETY: NEON is part of AArch64.
    unsafe { vcleq_u8(vsubq_u8(v, vdupq_n_u8(least)), vdupq_n_u8(most)) }
}

/// One bit for each of 64 bytes that are all ones or all zeros.
#[inline(always)]
unsafe fn movemask(parts: [uint8x16_t; 4]) -> u64 {
    const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: NEON is part of AArch64.
    unsafe {
        let bits = vld1q_u8(BITS.as_ptr());
        let (a, b) = (vandq_u8(parts[0], bits), vandq_u8(parts[1], bits));
        let (c, d) = (vandq_u8(parts[2], bits), vandq_u8(parts[3], bits));
        // Adding neighbours three times gathers the eight bits of each byte of the mask.
        let sum = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
        let sum = vpaddq_u8(sum, sum);
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(sum))
    }
}

// SAFETY: NEON is part of AArch64.
unsafe impl Kernel for Neon {
    #[inline(always)]
    unsafe fn ascii_masks(bytes: &[u8; 64]) -> AsciiMasks {
        let mut word = [Self::NONE; 4];
        let mut space = [Self::NONE; 4];
        for (i, part) in bytes.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: NEON is part of AArch64.
            unsafe {
                let v = vld1q_u8(part.as_ptr());
                let letter = within(vorrq_u8(v, vdupq_n_u8(0x20)), b'a', 25);
                word[i] = vorrq_u8(vorrq_u8(letter, within(v, b'0', 9)), vceqq_u8(v, vdupq_n_u8(b'_')));
                space[i] = vorrq_u8(within(v, 9, 4), vceqq_u8(v, vdupq_n_u8(b' ')));
            }
        }
        // SAFETY: likewise.
        unsafe { AsciiMasks { word: movemask(word), space: movemask(space) } }
    }

    #[inline(always)]
    unsafe fn bit_mask(classes: &[u8; 64], bit: u8) -> u64 {
        let mut has = [Self::NONE; 4];
        for (i, part) in classes.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: NEON is part of AArch64.
            unsafe { has[i] = vtstq_u8(vld1q_u8(part.as_ptr()), vdupq_n_u8(1 << bit)) };
        }
        // SAFETY: likewise.
        unsafe { movemask(has) }
    }

    #[inline(always)]
    unsafe fn letters_mask(bytes: &Group, letters: &FirstLetters) -> u64 {
        let mut passes = [Self::NONE; 4];
        // SAFETY: loads end with `bytes` at the latest; NEON is part of AArch64.
        unsafe {
            for (i, passes) in passes.iter_mut().enumerate() {
                let mut buckets = vdupq_n_u8(0xFF);
                for at in 0..LETTERS {
                    let v = vorrq_u8(vld1q_u8(bytes.as_ptr().add(16 * i + at)), vdupq_n_u8(letters.lower));
                    let low = vqtbl1q_u8(vld1q_u8(letters.low[at].as_ptr()), vandq_u8(v, vdupq_n_u8(15)));
                    let high = vqtbl1q_u8(vld1q_u8(letters.high[at].as_ptr()), vshrq_n_u8::<4>(v));
                    buckets = vandq_u8(buckets, vandq_u8(low, high));
                }
                *passes = vtstq_u8(buckets, buckets);
            }
            movemask(passes)
        }
    }

    #[inline(always)]
    unsafe fn flatten(mask: u64, base: u16, out: &mut [u16; 64]) {
        flatten_by_eight(mask, base, out);
    }
}
