//! Short texts side by side, so that they are searched as one block.

use std::ops::Range;

use super::block::UNITS;

/// Longer texts are not packed: they fill blocks of their own well enough.
const LONGEST: usize = UNITS / 2;

/// Stands behind each text. It is in no word, is no space, and every text is judged by itself
/// where a phrase may have it.
const SEPARATOR: u8 = 0;

/// Texts of ASCII, copied one behind the other.
#[derive(Default)]
pub struct Packed {
    bytes: Vec<u8>,
    /// Where each begins and ends.
    ranges: Vec<Range<u32>>,
}

impl Packed {
    /// Adds a text, and returns its number; none if it does not fit.
    pub fn push(&mut self, text: &[u8]) -> Option<usize> {
        let start = self.bytes.len();
        let end = start + text.len();
        if text.len() > LONGEST || end >= UNITS {
            return None;
        }
        self.bytes.extend_from_slice(text);
        self.bytes.push(SEPARATOR);
        self.ranges.push(start as u32..end as u32);
        Some(self.ranges.len() - 1)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where a text stands.
    pub fn range(&self, number: usize) -> Range<usize> {
        let range = &self.ranges[number];
        range.start as usize..range.end as usize
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ranges.clear();
    }
}
