//! Rows of matches as the core's analyses read them.

use std::ops::Range;

use crate::analysis::tagged::{Found, Tagged, Visit};
use crate::error::Error;
use crate::python::rows::Rows;

/// The matches of a column of texts, document by document.
pub struct Documents {
    rows: Rows,
    first_doc: i32,
    len: usize,
}

impl Documents {
    pub fn new(rows: &Rows, first_doc: i32, len: usize) -> Self {
        Self { rows: rows.ascending(), first_doc, len }
    }

    fn doc(&self, row: usize) -> i32 {
        row as i32 + self.first_doc
    }
}

impl Tagged for Documents {
    fn documents(&self) -> usize {
        self.len
    }

    fn visit(&self, rows: Range<usize>, visit: &mut Visit<'_>) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let (start, _) = self.rows.of_doc(self.doc(rows.start));
        let (_, stop) = self.rows.of_doc(self.doc(rows.end - 1));
        let part = self.rows.range(start, stop);
        let mut matches = part.iter().peekable();
        let mut found = Vec::new();
        for row in rows {
            let doc = self.doc(row);
            found.clear();
            while let Some(row) = matches.next_if(|row| row.doc == doc) {
                found.push(Found { start: row.start, end: row.end, entry: row.entry as u32 });
            }
            visit(row, &found)?;
        }
        Ok(())
    }
}
