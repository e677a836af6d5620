//! Matches as columns.

/// The matches of a run of documents, in the order of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Row of the text in its column.
    pub doc: Vec<i32>,
    /// Start and end in the unit asked for.
    pub start: Vec<i32>,
    pub end: Vec<i32>,
    /// Number of the entry (phrase and concept) in the matcher.
    pub entry: Vec<i32>,
}

impl Batch {
    pub fn len(&self) -> usize {
        self.doc.len()
    }

    pub fn push(&mut self, doc: i32, start: i32, end: i32, entry: i32) {
        self.doc.push(doc);
        self.start.push(start);
        self.end.push(end);
        self.entry.push(entry);
    }

    pub fn is_empty(&self) -> bool {
        self.doc.is_empty()
    }

    /// Takes out all rows, and keeps the room for new ones.
    pub fn clear(&mut self) {
        for column in [&mut self.doc, &mut self.start, &mut self.end, &mut self.entry] {
            column.clear();
        }
    }
}
