//! Columns of tables whose cells hold several texts: affixes, and the phrases around a phrase.

use std::str::Utf8Error;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, LargeListArray, ListArray};
use arrow_cast::cast;
use arrow_schema::DataType;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use super::arrow_text::{TextArray, type_name};
use super::gazetteer::Place;
use crate::error::Error;
use crate::options::{Near, Options};

/// A list of texts in each row, or one text that stands for such a list.
pub enum TextLists {
    Text(TextArray),
    List(ListArray, TextArray),
    LargeList(LargeListArray, TextArray),
}

impl TextLists {
    pub fn of(name: &str, array: &ArrayRef) -> PyResult<Self> {
        match array.data_type() {
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                Ok(Self::List(lists.clone(), text_column(name, lists.values())?))
            }
            DataType::LargeList(_) => {
                let lists = array.as_list::<i64>();
                Ok(Self::LargeList(lists.clone(), text_column(name, lists.values())?))
            }
            _ => text_column(name, array).map(Self::Text),
        }
    }

    /// Whether two rows are known to say the same: of lists, empty ones alone are.
    pub fn are_same(&self, a: usize, b: usize) -> bool {
        match self {
            Self::Text(array) => array.get(a) == array.get(b),
            Self::List(lists, _) => {
                lists.is_valid(a) == lists.is_valid(b) && [a, b].iter().all(|&at| lists.value_length(at) == 0)
            }
            Self::LargeList(lists, _) => {
                lists.is_valid(a) == lists.is_valid(b) && [a, b].iter().all(|&at| lists.value_length(at) == 0)
            }
        }
    }

    fn is_set(&self, at: usize) -> bool {
        match self {
            Self::Text(array) => array.get(at).is_some_and(|text| !text.is_empty()),
            Self::List(lists, _) => lists.is_valid(at),
            Self::LargeList(lists, _) => lists.is_valid(at),
        }
    }

    /// The texts of a row; `read` makes them of a cell that is one text.
    pub fn get(
        &self,
        at: usize,
        place: &Place<'_>,
        read: impl Fn(&str) -> Result<Vec<String>, Error>,
    ) -> Result<Option<Vec<String>>, Error> {
        if !self.is_set(at) {
            return Ok(None);
        }
        let (items, range) = match self {
            Self::Text(array) => {
                let texts = cell(Some(array), at, place)?.map(read).transpose();
                return texts.map_err(|error| Error { message: place.message(&error.message), ..error });
            }
            Self::List(lists, items) => {
                let ends = lists.value_offsets();
                (items, ends[at] as usize..ends[at + 1] as usize)
            }
            Self::LargeList(lists, items) => {
                let ends = lists.value_offsets();
                (items, ends[at] as usize..ends[at + 1] as usize)
            }
        };
        let texts = range.map(|item| {
            let text = utf8(items.get(item), place)?;
            text.map(str::to_owned)
                .ok_or_else(|| Error::type_(place.message("one of a list of texts is null")))
        });
        texts.collect::<Result<_, _>>().map(Some)
    }
}

/// The columns that say what must or must not stand around a phrase.
pub struct ContextColumns {
    not_before: Option<TextLists>,
    not_after: Option<TextLists>,
    near: Option<TextLists>,
    within: Option<Int64Array>,
    unit: Option<TextArray>,
}

impl ContextColumns {
    /// Finds them with `column`, which gives a table's column by its name.
    pub fn of<'a>(column: impl Fn(&str) -> Option<&'a ArrayRef>) -> PyResult<Self> {
        let lists = |name: &str| column(name).map(|array| TextLists::of(name, array)).transpose();
        // A structure has the three columns inside.
        let near = column("near").and_then(|array| array.as_struct_opt());
        let part = |inner: &str, name: &str| match near {
            Some(near) => near.column_by_name(inner).cloned(),
            None => column(name).cloned(),
        };
        if near.is_some_and(|near| near.column_by_name("phrases").is_none()) {
            return Err(PyValueError::new_err("column \"near\": there is no field \"phrases\""));
        }
        let numbers = |array: ArrayRef| {
            let fail = || PyTypeError::new_err("column \"near_within\" must be whole numbers");
            if !array.data_type().is_integer() && array.data_type() != &DataType::Null {
                return Err(fail());
            }
            let numbers = cast(&array, &DataType::Int64).map_err(|_| fail())?;
            Ok(numbers.as_primitive::<Int64Type>().clone())
        };
        Ok(Self {
            not_before: lists("not_before")?,
            not_after: lists("not_after")?,
            near: part("phrases", "near").map(|array| TextLists::of("near", &array)).transpose()?,
            within: part("within", "near_within").map(numbers).transpose()?,
            unit: part("unit", "near_unit").map(|array| text_column("near_unit", &array)).transpose()?,
        })
    }

    /// Whether a row says anything.
    pub fn is_set(&self, at: usize) -> bool {
        [&self.not_before, &self.not_after, &self.near].into_iter().flatten().any(|lists| lists.is_set(at))
    }

    /// Puts what a row says into its options.
    pub fn change(&self, at: usize, options: &mut Options, place: &Place<'_>) -> Result<(), Error> {
        let get = |lists: &Option<TextLists>| match lists {
            Some(lists) => lists.get(at, place, phrases_in),
            None => Ok(None),
        };
        if let Some(phrases) = get(&self.not_before)? {
            options.context.not_before = phrases;
        }
        if let Some(phrases) = get(&self.not_after)? {
            options.context.not_after = phrases;
        }
        if let Some(phrases) = get(&self.near)? {
            let within =
                self.within.as_ref().filter(|within| within.is_valid(at)).map(|within| within.value(at));
            let within = within.map_or(Ok(WITHIN), |within| {
                let reason = "near: within must not be negative or huge";
                u32::try_from(within).map_err(|_| Error::value(format!("{reason}, but is {within}")))
            })?;
            let unit = cell(self.unit.as_ref(), at, place)?.map_or(Ok(Default::default()), str::parse)?;
            options.context.near = Some(Near { phrases, within, unit });
        }
        Ok(())
    }
}

/// How far `near` reaches unless it says so.
const WITHIN: u32 = 10;

/// Phrases as text: with `|` between.
fn phrases_in(text: &str) -> Result<Vec<String>, Error> {
    if text.starts_with(['[', '{']) {
        return Err(Error::value(format!(
            "{text:?} looks like JSON, which cells of tables in memory do not hold: give a list, or \
             phrases with | between"
        )));
    }
    Ok(text.split('|').map(|phrase| phrase.trim().to_owned()).collect())
}

/// A column that must be text.
pub fn text_column(name: &str, array: &ArrayRef) -> PyResult<TextArray> {
    TextArray::try_new(array).ok_or_else(|| {
        let found = type_name(array.data_type());
        PyTypeError::new_err(format!("column {name:?} is {found}, not text"))
    })
}

/// What a cell says, if anything: an empty cell says nothing.
pub fn cell<'c>(
    column: Option<&'c TextArray>,
    at: usize,
    place: &Place<'_>,
) -> Result<Option<&'c str>, Error> {
    let Some(column) = column else {
        return Ok(None);
    };
    Ok(utf8(column.get(at), place)?.filter(|text| !text.is_empty()))
}

pub fn utf8<'c>(bytes: Option<&'c [u8]>, place: &Place<'_>) -> Result<Option<&'c str>, Error> {
    located(bytes.map(std::str::from_utf8).transpose(), place)
}

/// Text, or that there is none at this place.
pub fn located<T>(text: Result<T, Utf8Error>, place: &Place<'_>) -> Result<T, Error> {
    text.map_err(|error| Error::value(place.message(&format!("text that is not UTF-8: {error}"))))
}
