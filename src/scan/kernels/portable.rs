//! The kernels for any processor.

use super::{AsciiMasks, Kernel};
use crate::automaton::letter_code;

pub struct Portable;

/// Classes of ASCII: the highest bits of a byte, which processors collect best.
const WORD: u8 = 0x80;
const SPACE: u8 = 0x40;

/// The class of each character of ASCII; below it the code of a letter.
pub const CLASSES: [u8; 128] = {
    let mut table = [0; 128];
    let mut i = 0;
    while i < 128 {
        table[i] = match i as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => WORD | letter_code(i as u8),
            b' ' | 9..=13 => SPACE,
            _ => 0,
        };
        i += 1;
    }
    table
};

// SAFETY: uses no instructions of its own.
unsafe impl Kernel for Portable {
    #[inline(always)]
    unsafe fn ascii_masks(bytes: &[u8; 64]) -> AsciiMasks {
        let mut masks = AsciiMasks::default();
        for (i, &byte) in bytes.iter().enumerate() {
            let class = CLASSES[usize::from(byte % 128)];
            masks.word |= u64::from(class / WORD) << i;
            masks.space |= u64::from(class / SPACE % 2) << i;
        }
        masks
    }

    #[inline(always)]
    unsafe fn bit_mask(classes: &[u8; 64], bit: u8) -> u64 {
        classes.iter().rev().fold(0, |mask, &class| mask << 1 | u64::from(class >> bit & 1))
    }

    #[inline(always)]
    unsafe fn flatten(mask: u64, base: u16, out: &mut [u16; 64]) {
        flatten_by_eight(mask, base, out);
    }
}

/// Eight at a time, without asking before each whether it is there.
#[inline(always)]
pub fn flatten_by_eight(mut mask: u64, base: u16, out: &mut [u16; 64]) {
    for part in out.as_chunks_mut::<8>().0 {
        if mask == 0 {
            break;
        }
        for place in part {
            *place = base.wrapping_add(mask.trailing_zeros() as u16);
            mask &= mask.wrapping_sub(1);
        }
    }
}
