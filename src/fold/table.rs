//! The fold of each single code point, for every way of folding.

use super::sequence::{self, Base};
use crate::options::{Accents, Case};
use crate::published::Published;
use crate::unicode::may_change_in_fold;

const PAGE: usize = 256;
const PAGES: usize = 0x11_0000 / PAGE;
/// An entry that says: the code point itself.
const ITSELF: u32 = 0;
/// Set where the fold lies in `long`; below it its length, then its place there.
const LONG: u32 = 1 << 31;

/// Folds by code point. An entry holds up to three bytes of UTF-8 with their number above them.
pub struct FoldTable {
    page_of: Vec<u16>,
    pages: Vec<u32>,
    long: Vec<u8>,
    /// The fold of each ASCII character, which is always one byte.
    pub ascii: [u8; 128],
}

impl FoldTable {
    /// Appends the fold of `cp`.
    #[inline]
    pub fn push_fold(&self, cp: u32, out: &mut Vec<u8>) {
        let page = self.page_of.get(cp as usize / PAGE).copied().unwrap_or(0);
        let entry = self.pages[page as usize * PAGE + cp as usize % PAGE];
        if entry == ITSELF {
            let c = char::from_u32(cp).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else if entry & LONG == 0 {
            out.extend_from_slice(&entry.to_le_bytes()[..(entry >> 24) as usize]);
        } else {
            let (length, at) = ((entry >> 24 & 0x7F) as usize, (entry & 0xFF_FFFF) as usize);
            out.extend_from_slice(&self.long[at..at + length]);
        }
    }

    /// The table for a way of folding; made when first used (some 20 ms each).
    pub fn of(case: Case, accents: Accents) -> &'static FoldTable {
        static TABLES: [Published<FoldTable>; 4] = [const { Published::new() }; 4];
        let number = usize::from(accents == Accents::Fold) * 2 + usize::from(case == Case::Match);
        TABLES[number].get(|_| true, || Self::new(case, accents))
    }

    fn new(case: Case, accents: Accents) -> Self {
        let case = if case == Case::Match { Case::Match } else { Case::Ignore };
        let mut table = FoldTable {
            page_of: vec![0; PAGES],
            pages: vec![ITSELF; PAGE],
            long: Vec::new(),
            ascii: [0; 128],
        };
        for c in may_change_in_fold() {
            let folded = sequence::fold(c.encode_utf8(&mut [0; 4]), case, accents, Base::Other);
            if !folded.chars().eq([c]) {
                table.set(c, folded.as_bytes());
            }
        }
        for byte in 0..128_u8 {
            let mut folded = Vec::new();
            table.push_fold(u32::from(byte), &mut folded);
            table.ascii[usize::from(byte)] = folded[0];
        }
        // White space folds to a space: the walk deals with runs, a single one needs no more.
        for byte in [b'\t', b'\n', 0xB, 0xC, b'\r'] {
            table.ascii[usize::from(byte)] = b' ';
        }
        table
    }

    fn set(&mut self, c: char, folded: &[u8]) {
        let (page, at) = (c as usize / PAGE, c as usize % PAGE);
        if self.page_of[page] == 0 {
            self.page_of[page] = (self.pages.len() / PAGE) as u16;
            self.pages.resize(self.pages.len() + PAGE, ITSELF);
        }
        let entry = if (1..=3).contains(&folded.len()) {
            let mut bytes = [0; 4];
            bytes[..folded.len()].copy_from_slice(folded);
            u32::from_le_bytes(bytes) | (folded.len() as u32) << 24
        } else {
            let at = self.long.len() as u32;
            self.long.extend_from_slice(folded);
            LONG | (folded.len() as u32) << 24 | at
        };
        self.pages[usize::from(self.page_of[page]) * PAGE + at] = entry;
    }
}
