//! The columns that records are read into. A row may be taken back as long as it is the last.

use super::{Complaint, Reason};

/// A column of texts, one behind the other.
#[derive(Debug, Default, PartialEq)]
pub struct Texts {
    pub text: String,
    /// Where each row ends.
    pub ends: Vec<usize>,
    pub valid: Vec<bool>,
}

/// A column of numbers or truth values.
#[derive(Debug, PartialEq)]
pub struct Values<T> {
    pub values: Vec<T>,
    pub valid: Vec<bool>,
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self { values: Vec::new(), valid: Vec::new() }
    }
}

/// A column of any type.
#[derive(Debug, PartialEq)]
pub enum Column {
    Text(Texts),
    Int(Values<i64>),
    Float(Values<f64>),
    Bool(Values<bool>),
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.valid.push(true);
    }

    /// Adds a row of bytes, which ought to be UTF-8.
    ///
    /// # Errors
    /// They are not, unless `replace` makes U+FFFD of what is not. The message begins with `name`.
    pub fn push_bytes(
        &mut self,
        bytes: &[u8],
        replace: bool,
        name: impl Fn() -> String,
    ) -> Result<(), Complaint> {
        if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
            self.push(text);
        } else if replace {
            self.push(&String::from_utf8_lossy(bytes));
        } else {
            let at = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
            let byte = bytes.get(at).copied().unwrap_or_default();
            let detail = format!("{} is not UTF-8: byte {byte:#04x} at its offset {at}", name());
            return Err(Complaint::new(Reason::NotUtf8, detail));
        }
        Ok(())
    }

    pub fn push_null(&mut self) {
        self.ends.push(self.text.len());
        self.valid.push(false);
    }

    pub fn truncate(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.valid.truncate(rows);
        self.text.truncate(self.ends.last().copied().unwrap_or_default());
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.valid[row].then(|| &self.text[start..self.ends[row]])
    }
}

impl<T: Copy + Default> Values<T> {
    pub fn push(&mut self, value: Option<T>) {
        self.values.push(value.unwrap_or_default());
        self.valid.push(value.is_some());
    }

    fn truncate(&mut self, rows: usize) {
        self.values.truncate(rows);
        self.valid.truncate(rows);
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<T> {
        self.valid[row].then(|| self.values[row])
    }
}

impl Column {
    pub fn push_null(&mut self) {
        match self {
            Self::Text(texts) => texts.push_null(),
            Self::Int(values) => values.push(None),
            Self::Float(values) => values.push(None),
            Self::Bool(values) => values.push(None),
        }
    }

    /// Keeps so many rows.
    pub fn truncate(&mut self, rows: usize) {
        match self {
            Self::Text(texts) => texts.truncate(rows),
            Self::Int(values) => values.truncate(rows),
            Self::Float(values) => values.truncate(rows),
            Self::Bool(values) => values.truncate(rows),
        }
    }
}
