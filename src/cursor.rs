//! Finds positions in texts, going on from the last one found.

use crate::offsets::{self, locate, locate_back};
use crate::options::Offsets;
use crate::text::Text;

/// Where the last match was read: so that reading all matches of a text in their order, or in the
/// reverse of it, goes through the text once and not once for each.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    doc: i32,
    position: usize,
    /// The code unit at which that position stands.
    unit: usize,
}

impl Default for Cursor {
    fn default() -> Self {
        Self { doc: -1, position: 0, unit: 0 }
    }
}

impl Cursor {
    /// What stands at `start..end` of `text`, which is that of document `doc`.
    pub fn read(
        &mut self,
        text: Text<'_>,
        doc: i32,
        start: i32,
        end: i32,
        offsets: Offsets,
    ) -> Option<String> {
        let (first, after) = self.span(text, doc, start, end, offsets)?;
        Some(offsets::to_string(text, first, after))
    }

    /// The code units from where to where that is.
    pub fn span(
        &mut self,
        text: Text<'_>,
        doc: i32,
        start: i32,
        end: i32,
        offsets: Offsets,
    ) -> Option<(usize, usize)> {
        let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        let first = self.find(text, doc, start, offsets)?;
        *self = Self { doc, position: start, unit: first };
        let after = first + locate(text.tail(first), end.checked_sub(start)?, offsets)?;
        Some((first, after))
    }

    fn find(&self, text: Text<'_>, doc: i32, position: usize, offsets: Offsets) -> Option<usize> {
        if self.doc != doc {
            return locate(text, position, offsets);
        }
        match self.position.checked_sub(position) {
            None => Some(self.unit + locate(text.tail(self.unit), position - self.position, offsets)?),
            Some(distance) if distance < position => locate_back(text, self.unit, distance, offsets),
            Some(_) => locate(text, position, offsets),
        }
    }
}
