//! The grammar of CSV (RFC 4180): where the records of a block lie, and their fields.

use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr, memchr2, memchr3};

use super::{Complaint, Reason, shown};
use crate::error::Error;

/// How a file is written, and how much of it there is.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    pub delimiter: u8,
    /// Whether the file ends with the block.
    pub last: bool,
    /// After how many bytes a record that is still within quotes is taken for one whose quote never
    /// closes; without such a limit, one stray quote would have all of a file read into memory.
    pub longest: usize,
}

impl Dialect {
    /// # Errors
    /// The delimiter is not one ASCII character, or one that means something else.
    pub fn new(delimiter: &str, last: bool, longest: usize) -> Result<Self, Error> {
        match delimiter.as_bytes() {
            &[delimiter] if !matches!(delimiter, b'"' | b'\n' | b'\r') => {
                Ok(Self { delimiter, last, longest })
            }
            _ => Err(Error::value(format!(
                "the delimiter must be one ASCII character and no quote or line end, not {delimiter:?}"
            ))),
        }
    }
}

/// A field as it lies in the block, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub content: Range<usize>,
    pub quoted: bool,
    /// Whether quotes within are doubled.
    pub doubled: bool,
}

impl Field {
    /// What the field says, for which `room` is used if it does not stand in the block.
    pub fn bytes<'a>(&self, block: &'a [u8], room: &'a mut Vec<u8>) -> &'a [u8] {
        let mut rest = &block[self.content.clone()];
        if !self.doubled {
            return rest;
        }
        room.clear();
        while let Some(quote) = memchr(b'"', rest) {
            room.extend_from_slice(&rest[..=quote]);
            rest = rest.get(quote + 2..).unwrap_or_default();
        }
        room.extend_from_slice(rest);
        room
    }
}

/// What comes next in a block.
#[derive(Debug)]
pub enum Next {
    /// A record from here to there; its fields are in [`Records::fields`].
    Record(Range<usize>),
    /// A line that no record can begin with.
    Broken(Range<usize>, Complaint),
    /// No other record is whole.
    End,
}

/// Goes over a block, record by record.
pub struct Records<'a> {
    block: &'a [u8],
    dialect: Dialect,
    at: usize,
    pub fields: Vec<Field>,
    /// The quotes that opened fields of this record.
    opened: Vec<usize>,
    /// Quotes that opened fields of records that turned out broken. What comes after such a quote
    /// does not depend on what went before: a record that comes upon one is broken too, and no
    /// stretch is gone over again and again for each of its lines.
    doomed: HashMap<usize, Flaw>,
}

/// What makes a record broken.
#[derive(Clone, Copy)]
enum Flaw {
    NeverCloses,
    TooLong,
    /// Something follows a closing quote, here.
    Followed(usize),
}

enum Stop {
    Flaw(Flaw),
    Incomplete,
}

impl<'a> Records<'a> {
    pub fn new(block: &'a [u8], dialect: Dialect) -> Self {
        Self { block, dialect, at: 0, fields: Vec::new(), opened: Vec::new(), doomed: HashMap::new() }
    }

    /// Where what comes next begins.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes past a record, or past the first line of what is none.
    pub fn advance(&mut self) -> Next {
        // Also the end of the line before.
        while let Some(b'\n' | b'\r') = self.block.get(self.at) {
            self.at += 1;
        }
        let start = self.at;
        if start == self.block.len() {
            return Next::End;
        }
        self.fields.clear();
        self.opened.clear();
        match self.record(start) {
            Ok(end) => {
                self.at = end;
                Next::Record(start..end)
            }
            Err(Stop::Incomplete) => Next::End,
            Err(Stop::Flaw(flaw)) => {
                let line = memchr2(b'\n', b'\r', &self.block[start..]);
                let Some(end) = line.map(|length| start + length).or(self.end_of_file()) else {
                    return Next::End;
                };
                self.at = end;
                self.doomed.extend(self.opened.drain(..).map(|quote| (quote, flaw)));
                Next::Broken(start..end, self.complaint(flaw))
            }
        }
    }

    fn end_of_file(&self) -> Option<usize> {
        self.dialect.last.then_some(self.block.len())
    }

    /// Finds the fields of a record. Returns where it ends.
    fn record(&mut self, start: usize) -> Result<usize, Stop> {
        let mut at = start;
        loop {
            let field = match self.block.get(at) {
                Some(b'"') => self.quoted(start, at)?,
                _ => self.unquoted(at)?,
            };
            at = field.content.end + usize::from(field.quoted);
            self.fields.push(field);
            if self.block.get(at) != Some(&self.dialect.delimiter) {
                return Ok(at);
            }
            at += 1;
        }
    }

    fn unquoted(&self, at: usize) -> Result<Field, Stop> {
        let length = memchr3(self.dialect.delimiter, b'\n', b'\r', &self.block[at..]);
        let end = length.map(|length| at + length).or(self.end_of_file()).ok_or(Stop::Incomplete)?;
        Ok(Field { content: at..end, quoted: false, doubled: false })
    }

    fn quoted(&mut self, start: usize, open: usize) -> Result<Field, Stop> {
        self.opened.push(open);
        if let Some(&flaw) = self.doomed.get(&open) {
            return Err(Stop::Flaw(flaw));
        }
        let mut doubled = false;
        let mut from = open + 1;
        while let Some(length) = memchr(b'"', &self.block[from..]) {
            let close = from + length;
            match self.block.get(close + 1) {
                Some(b'"') => {
                    doubled = true;
                    from = close + 2;
                }
                // What would come next decides what it closes.
                None if !self.dialect.last => return Err(Stop::Incomplete),
                Some(&next) if next != self.dialect.delimiter && !matches!(next, b'\n' | b'\r') => {
                    return Err(Stop::Flaw(Flaw::Followed(close + 1)));
                }
                _ => return Ok(Field { content: open + 1..close, quoted: true, doubled }),
            }
        }
        Err(if self.dialect.last {
            Stop::Flaw(Flaw::NeverCloses)
        } else if self.block.len() - start > self.dialect.longest {
            Stop::Flaw(Flaw::TooLong)
        } else {
            Stop::Incomplete
        })
    }

    fn complaint(&self, flaw: Flaw) -> Complaint {
        let field = self.fields.len() + 1;
        let detail = match flaw {
            Flaw::NeverCloses => format!("the quote that opens field {field} never closes"),
            Flaw::TooLong => {
                format!("the quotes from field {field} on do not close within {} bytes", self.dialect.longest)
            }
            Flaw::Followed(at) => {
                let end = self.block.len().min(at + 4);
                let next = String::from_utf8_lossy(&self.block[at..end]);
                let next =
                    shown(next.get(..next.chars().next().map_or(0, char::len_utf8)).unwrap_or_default());
                format!("a quote from field {field} on is followed by {next}, not by a delimiter or line end")
            }
        };
        Complaint::new(Reason::BrokenQuoting, detail)
    }
}
