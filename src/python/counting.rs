//! Counts of matches by group of texts, and the tables made of them.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array};
use arrow_select::take::take;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyList};

use super::errors::arrow_fault;
use super::input::Source;
use super::keys::{By, Keys};
use super::output::{ArrowTable, counts, strings};
use super::rows::Rows;
use crate::analysis::calendar::Freq;
use crate::analysis::counting::{Counted, DocumentCells, MOST_ROWS, Tally, Totals};
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::parallel::{self, Watch};
use crate::run::Count;
use crate::scan::Pulse;
use crate::text::Corpus;

/// About so many matches are counted before the next look for Ctrl-C.
const MATCHES_AT_ONCE: usize = 1 << 15;
/// So many texts: they may be long.
const TEXTS_AT_ONCE: usize = 1 << 8;

/// Which texts count together.
pub struct Groups {
    /// By row; negative where a text is in no group. None if all are in one.
    pub of_row: Option<Vec<i32>>,
    pub len: usize,
}

impl Groups {
    pub fn one() -> Self {
        Self { of_row: None, len: 1 }
    }

    /// The group of a text.
    fn of(&self, row: usize) -> Option<u32> {
        match &self.of_row {
            Some(of_row) => u32::try_from(of_row[row]).ok(),
            None => Some(0),
        }
    }
}

/// What is counted, of which matches, and with how many threads.
pub struct Counting<'a> {
    pub rows: &'a Rows,
    pub first_doc: i32,
    pub keys: &'a Keys,
    pub groups: &'a Groups,
    pub threads: usize,
    pub watch: &'a dyn Watch,
}

impl Counting<'_> {
    /// Counts matches by group and key; with `weights`, those of the entries, also their sums.
    pub fn count(&self, weights: Option<&[f64]>) -> Result<Counted, Error> {
        let rows = self.rows.ascending();
        let (of_entry, groups, first_doc) = (&self.keys.of_entry, self.groups, self.first_doc);
        let begin = || (Tally::default(), DocumentCells::default());
        let each = |(tally, cells): &mut (Tally, DocumentCells), piece: Range<usize>, _: &dyn Pulse| {
            let chunk = rows.gathered(piece);
            let mut from = 0;
            for docs in chunk.doc.chunk_by(|a, b| a == b) {
                let to = from + docs.len();
                let (start, end, entry) =
                    (&chunk.start[from..to], &chunk.end[from..to], &chunk.entry[from..to]);
                from = to;
                if let Some(group) = groups.of((docs[0] - first_doc) as usize) {
                    let matches = start.iter().zip(end).zip(entry);
                    let matches = matches.map(|((&start, &end), &entry)| (start, end, entry));
                    tally.add(group, cells.read(matches, of_entry), weights.is_some());
                }
            }
            Ok(())
        };
        let pieces = rows.pieces(MATCHES_AT_ONCE);
        let (_, workers) = parallel::pieces(&pieces, self.threads, self.watch, begin, each)?;
        let mut tallies = workers.into_iter().map(|(tally, _)| tally);
        let mut whole = tallies.next().unwrap_or_default();
        tallies.for_each(|tally| whole.merge(tally));
        Ok(whole.finish(of_entry, weights.unwrap_or_default()))
    }

    /// How much text each group has: what the rates asked for are of.
    pub fn totals(&self, texts: &Source, rate: Rate) -> Result<Totals, Error> {
        let (groups, len) = (self.groups, self.groups.len);
        let each = |totals: &mut Totals, rows: Range<usize>, pulse: &dyn Pulse| {
            for row in rows {
                if let (Some(text), Some(group)) = (texts.text(row), groups.of(row)) {
                    totals.add(group as usize, text, rate == Rate::Words);
                    pulse.beat()?;
                }
            }
            Ok(())
        };
        let pieces = parallel::ranges(texts.len(), TEXTS_AT_ONCE);
        let (_, workers) = parallel::pieces(&pieces, self.threads, self.watch, || Totals::new(len), each)?;
        let mut totals = Totals::new(len);
        workers.iter().for_each(|worker| totals.merge(worker));
        Ok(totals)
    }
}

/// What counts are divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// The number of documents.
    Documents,
    /// The number of words, in millions.
    Words,
}

impl Rate {
    /// # Errors
    /// There is no such rate.
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "documents" => Ok(Self::Documents),
            "words" => Ok(Self::Words),
            _ => Err(Error::unknown_option("normalize", name, &["documents", "words"])),
        }
    }

    fn column_name(self) -> &'static str {
        match self {
            Self::Documents => "share_of_documents",
            Self::Words => "per_million_words",
        }
    }

    /// None where there is nothing to divide by.
    fn of(self, count: &Count, group: usize, totals: &Totals) -> Option<f64> {
        let (number, total) = match self {
            Self::Documents => (count.documents as f64, totals.documents[group]),
            Self::Words => (count.matches as f64 * 1e6, totals.words[group]),
        };
        (total > 0).then(|| number / total as f64)
    }
}

/// A column of groups, as it comes from Python.
pub struct GroupColumn {
    pub name: String,
    names: ArrayRef,
    pub groups: Groups,
}

impl GroupColumn {
    /// Reads the name of a column, the names of the groups in it, and the number of each text's.
    ///
    /// # Errors
    /// Names that are neither all text, nor whole numbers, nor truth values; another number of texts; a
    /// group without a name.
    pub fn from_python(
        (name, names, numbers): (String, Bound<'_, PyList>, Bound<'_, PyAny>),
        rows: usize,
    ) -> PyResult<Self> {
        let of_row = row_numbers(&numbers, rows)?;
        if of_row.iter().any(|&number| number >= names.len() as i32) {
            return Err(PyValueError::new_err("groups do not fit the texts"));
        }
        let groups = Groups { of_row: Some(of_row), len: names.len() };
        Ok(Self { name, names: group_names(&names)?, groups })
    }

    /// A column of these groups' names.
    ///
    /// # Errors
    /// None but faults of ours.
    pub fn column(&self, groups: impl Iterator<Item = u32>) -> Result<ArrayRef, Error> {
        let groups = Int32Array::from_iter_values(groups.map(|group| group as i32));
        take(&self.names, &groups, None).map_err(arrow_fault)
    }
}

/// A number for each text, from an `array` of them.
pub fn row_numbers(numbers: &Bound<'_, PyAny>, rows: usize) -> PyResult<Vec<i32>> {
    // An empty array lies nowhere, and thus not where numbers may lie.
    let numbers = match numbers.len()? {
        0 => Vec::new(),
        _ => PyBuffer::<i32>::get(numbers)?.to_vec(numbers.py())?,
    };
    if numbers.len() == rows {
        return Ok(numbers);
    }
    Err(PyValueError::new_err(format!("there are {} numbers for {rows} texts", numbers.len())))
}

fn group_names(names: &Bound<'_, PyList>) -> PyResult<ArrayRef> {
    let first = names.iter().next();
    let is = |of: fn(&Bound<'_, PyAny>) -> bool| first.as_ref().is_some_and(of);
    Ok(if is(|name| name.is_instance_of::<PyBool>()) {
        Arc::new(BooleanArray::from(names.extract::<Vec<bool>>()?))
    } else if is(|name| name.is_instance_of::<PyInt>()) {
        Arc::new(Int64Array::from(names.extract::<Vec<i64>>()?))
    } else {
        let names = names.extract::<Vec<String>>()?;
        Arc::new(strings(names.iter().map(|name| Some(name.as_str()))))
    })
}

/// The columns of a table, with that of the groups in front.
///
/// # Errors
/// One of them has the name of that of the groups already.
pub fn with_groups<'a>(
    name: &'a str,
    groups: ArrayRef,
    mut columns: Vec<(&'a str, ArrayRef, bool)>,
) -> Result<Vec<(&'a str, ArrayRef, bool)>, Error> {
    if columns.iter().any(|(other, ..)| *other == name) {
        return Err(Error::value(format!(
            "groups: the table has a column {name:?} already, give the groups another name"
        )));
    }
    columns.insert(0, (name, groups, false));
    Ok(columns)
}

/// Counts of groups and keys, one a row, with what they are named by and divided by.
pub struct CountsTable<'a> {
    pub gazetteer: &'a Gazetteer,
    pub by: By,
    pub keys: &'a Keys,
    pub counted: Vec<(u32, u32, Count)>,
    pub with_weight: bool,
    pub rate: Option<(Rate, Totals)>,
}

impl CountsTable<'_> {
    /// The table, with the groups in front where there are some.
    ///
    /// # Errors
    /// A column of the table has the name of that of the groups already.
    pub fn finish(&self, groups: Option<&GroupColumn>) -> Result<ArrowTable, Error> {
        let columns = self.columns();
        let Some(groups) = groups else {
            return ArrowTable::of_columns(columns);
        };
        let of_rows = groups.column(self.counted.iter().map(|&(group, ..)| group))?;
        ArrowTable::of_columns(with_groups(&groups.name, of_rows, columns)?)
    }

    /// The table, with the first days of periods in front.
    pub fn finish_timeline(&self, freq: Freq, first: i32) -> Result<ArrowTable, Error> {
        let periods = self.counted.iter().map(|&(period, ..)| freq.first_day(first + period as i32));
        let mut columns = self.columns();
        columns.insert(0, ("period", Arc::new(Date32Array::from_iter_values(periods)), false));
        ArrowTable::of_columns(columns)
    }

    fn columns(&self) -> Vec<(&str, ArrayRef, bool)> {
        let names =
            self.counted.iter().map(|&(_, key, _)| Some(self.keys.name(self.gazetteer, key as usize)));
        let each = || self.counted.iter().map(|(.., count)| count);
        let mut columns: Vec<(&str, ArrayRef, bool)> = vec![
            (self.by.column_name(), Arc::new(strings(names)), false),
            ("matches", counts(each().map(|count| count.matches)), false),
            ("documents", counts(each().map(|count| count.documents)), false),
        ];
        if self.with_weight {
            let weights = Float64Array::from_iter_values(each().map(|count| count.weight));
            columns.push(("weight", Arc::new(weights), false));
        }
        if let Some((rate, totals)) = &self.rate {
            let rates = self.counted.iter().map(|(group, _, count)| rate.of(count, *group as usize, totals));
            columns.push((rate.column_name(), Arc::new(Float64Array::from_iter(rates)), true));
        }
        columns
    }
}

/// The periods in which texts lie, numbered from the first on.
pub struct Periods {
    /// The number of the first period in all time.
    pub first: i32,
    pub groups: Groups,
}

/// Stands for a text without a date.
pub const NO_DAY: i32 = i32::MIN;

impl Periods {
    /// Puts days (since 1970-01-01) into periods: all from the first that has a text to the last.
    ///
    /// # Errors
    /// More periods than a table can hold with so many keys.
    pub fn new(freq: Freq, days: Vec<i32>, keys: usize) -> Result<Self, Error> {
        let dated = || days.iter().filter(|&&day| day != NO_DAY);
        let (Some(&first), Some(&last)) = (dated().min(), dated().max()) else {
            let groups = Groups { of_row: Some(vec![-1; days.len()]), len: 0 };
            return Ok(Self { first: 0, groups });
        };
        let (from, to) = (i64::from(freq.period(first)), i64::from(freq.period(last)));
        let len = (to - from + 1) as usize;
        if len.saturating_mul(keys) > MOST_ROWS {
            return Err(Error::too_large(format!(
                "dates from {} to {} are {len} periods, times {keys} names: is the first or the last a mistake? \
                 Else choose a longer freq, or a level",
                date(first),
                date(last)
            )));
        }
        let number = |day| if day == NO_DAY { -1 } else { (i64::from(freq.period(day)) - from) as i32 };
        let groups = Groups { of_row: Some(days.into_iter().map(number).collect()), len };
        Ok(Self { first: from as i32, groups })
    }
}

/// A day as it is written.
fn date(day: i32) -> String {
    let date = Date32Array::from_iter_values([day]).value_as_date(0);
    date.map_or_else(|| format!("day {day}"), |date| date.to_string())
}
