//! CSV: records of as many fields as the header has, some of which are read into columns.

use super::columns::{Column, Texts};
use super::csv_records::{Dialect, Next, Records};
use super::{Bad, Complaint, Reason};
use crate::error::Error;

/// Which fields are read.
pub struct Layout {
    /// How many fields a record has.
    columns: usize,
    wanted: Vec<usize>,
}

/// What was read from a block: a row for each record, bad ones too.
pub struct Block {
    pub columns: Vec<Column>,
    pub bad: Vec<Bad>,
    pub rows: usize,
    /// Where the first record begins that is not whole.
    pub consumed: usize,
}

impl Layout {
    /// # Errors
    /// A record has no field of such a number.
    pub fn new(columns: usize, wanted: Vec<usize>) -> Result<Self, Error> {
        match wanted.iter().find(|&&field| field >= columns) {
            Some(field) => Err(Error::value(format!("there is no field {field} in records of {columns}"))),
            None => Ok(Self { columns, wanted }),
        }
    }
}

/// Reads the records of a block that are whole. A field without anything, not even quotes, is null.
/// With `replace`, what is not UTF-8 becomes U+FFFD. Takes time linear in the block.
pub fn read(block: &[u8], layout: &Layout, dialect: Dialect, replace: bool) -> Block {
    let mut columns: Vec<Texts> = layout.wanted.iter().map(|_| Texts::default()).collect();
    let mut bad = Vec::new();
    let mut records = Records::new(block, dialect);
    let mut room = Vec::new();
    let mut rows = 0;
    loop {
        let (bytes, outcome) = match records.advance() {
            Next::End => break,
            Next::Broken(bytes, complaint) => (bytes, Err(complaint)),
            Next::Record(bytes) => (bytes, push(&records, block, layout, &mut columns, &mut room, replace)),
        };
        if let Err(Complaint { reason, detail }) = outcome {
            for texts in &mut columns {
                texts.truncate(rows);
                texts.push_null();
            }
            bad.push(Bad { row: rows, bytes, reason, detail });
        }
        rows += 1;
    }
    let columns = columns.into_iter().map(Column::Text).collect();
    Block { columns, bad, rows, consumed: records.at() }
}

/// Adds a row of a record, which is not whole if there is a complaint.
fn push(
    records: &Records<'_>,
    block: &[u8],
    layout: &Layout,
    columns: &mut [Texts],
    room: &mut Vec<u8>,
    replace: bool,
) -> Result<(), Complaint> {
    let fields = &records.fields;
    if fields.len() != layout.columns {
        let detail = format!("{} instead of {}", fields.len(), layout.columns);
        return Err(Complaint::new(Reason::FieldCount, detail));
    }
    for (texts, &wanted) in columns.iter_mut().zip(&layout.wanted) {
        let field = &fields[wanted];
        if field.content.is_empty() && !field.quoted {
            texts.push_null();
        } else {
            texts.push_bytes(field.bytes(block, room), replace, || format!("field {}", wanted + 1))?;
        }
    }
    Ok(())
}

/// The names of the columns, which are the first record, and where it ends; `None` if
/// there is no whole record. A byte order mark is gone past.
///
/// # Errors
/// The record is broken or not UTF-8.
pub fn header(block: &[u8], dialect: Dialect) -> Result<Option<(Vec<String>, usize)>, Error> {
    let mark = "\u{feff}".as_bytes();
    let behind = if block.starts_with(mark) { mark.len() } else { 0 };
    let block = &block[behind..];
    let mut records = Records::new(block, dialect);
    match records.advance() {
        Next::End => Ok(None),
        Next::Broken(_, complaint) => {
            Err(Error::value(format!("the header is broken: {}", complaint.detail)))
        }
        Next::Record(_) => {
            let mut room = Vec::new();
            let name = |(position, field): (usize, &super::csv_records::Field)| {
                let bytes = field.bytes(block, &mut room).to_vec();
                String::from_utf8(bytes).map_err(|_| {
                    Error::value(format!("the name of column {} in the header is not UTF-8", position + 1))
                })
            };
            let names = records.fields.iter().enumerate().map(name).collect::<Result<_, _>>()?;
            Ok(Some((names, behind + records.at())))
        }
    }
}
