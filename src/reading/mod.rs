//! Records out of blocks of bytes, as files hold them, into columns: JSON lines and CSV.
//!
//! A block is some megabytes of a file. Nothing in it ends the reading: a record that cannot be read
//! is named, with the reason, and is a row of nulls.

pub mod columns;
pub mod csv;
pub mod csv_records;
pub mod json_lexer;
pub mod json_lines;

use std::ops::Range;

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The row it has in the columns.
    pub row: usize,
    /// Where it lies in the block, without the end of its last line.
    pub bytes: Range<usize>,
    pub reason: Reason,
    /// What exactly is wrong, in one short line.
    pub detail: String,
}

/// Why a record could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    NotJson,
    NotUtf8,
    WrongType,
    BrokenQuoting,
    FieldCount,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "not JSON",
            Self::NotUtf8 => "not UTF-8",
            Self::WrongType => "wrong type",
            Self::BrokenQuoting => "broken quoting",
            Self::FieldCount => "wrong number of fields",
        }
    }
}

/// What is wrong with a record, before it is known which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub reason: Reason,
    pub detail: String,
}

impl Complaint {
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

/// As much of `text` as a message has room for, on one line.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// The column, from 1, of a place in a line, in characters as an editor counts them.
fn column(line: &[u8], at: usize) -> usize {
    line.iter().take(at).filter(|&&byte| byte & 0xC0 != 0x80).count() + 1
}
