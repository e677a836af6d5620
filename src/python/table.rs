//! Gazetteers from Arrow tables.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::DataType;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;

use super::arrow_text::{Checked, TextArray, type_name};
use super::errors::arrow_error;
use super::gazetteer::Place;
use super::table_lists::{ContextColumns, TextLists, cell, located, text_column, utf8};
use crate::error::Error;
use crate::gazetteer::{Entry, Gazetteer, RESERVED, Value};
use crate::options::Options;

/// The lists of affixes that a cell can name.
pub type NamedAffixes = HashMap<String, Vec<String>>;

/// A table of phrases, its columns known to be of usable types.
pub struct Table<'a> {
    batches: Vec<Columns>,
    /// Where the table comes from, for errors.
    source: Option<&'a str>,
}

/// The columns of one batch.
struct Columns {
    len: usize,
    phrase: TextArray,
    concept: TextArray,
    options: OptionColumns,
    lang: Option<TextArray>,
    weight: Option<Weights>,
    attributes: Vec<(String, AttributeColumn)>,
}

/// What all rows of a batch have.
struct Names<'a> {
    phrase: Checked<'a>,
    concept: Checked<'a>,
}

/// The columns that are named as options are. A null takes the gazetteer's.
struct OptionColumns {
    case: Option<TextArray>,
    accents: Option<TextArray>,
    hyphens: Option<TextArray>,
    boundary: Option<TextArray>,
    glob: Option<Flags>,
    affixes: Option<TextLists>,
    context: ContextColumns,
    /// Those columns of text, of the first four, in which rows differ.
    varying: Vec<TextArray>,
}

/// True or false, also as text, for a file may know no better.
enum Flags {
    Bool(BooleanArray),
    Text(TextArray),
}

/// Numbers, also as text.
enum Weights {
    Float(Float64Array),
    Text(TextArray),
}

/// A column that is nothing but information.
enum AttributeColumn {
    Bool(BooleanArray),
    Int(Int64Array),
    Float(Float64Array),
    Text(TextArray),
}

impl<'a> Table<'a> {
    /// Imports a table, whose phrases and concepts stand in the columns of these names.
    ///
    /// # Errors
    /// A column is missing, or is of a type that it cannot be of.
    pub fn import(
        table: &Bound<'_, PyAny>,
        phrase: &str,
        concept: &str,
        source: Option<&'a str>,
    ) -> PyResult<Self> {
        let py = table.py();
        let has = |name| table.hasattr(name);
        if !has(intern!(py, "__arrow_c_stream__"))? && !has(intern!(py, "__arrow_c_array__"))? {
            let name = table.get_type().name()?;
            return Err(PyTypeError::new_err(format!("a table cannot be read from {name}")));
        }
        let place = Place { source, row: None };
        let reader = table.extract::<AnyRecordBatch>()?.into_reader()?;
        let schema = reader.schema();
        for name in [phrase, concept] {
            if schema.index_of(name).is_err() {
                let names: Vec<_> =
                    schema.fields().iter().map(|field| format!("{:?}", field.name())).collect();
                let message = format!("no column {name:?}; the columns are {}", names.join(", "));
                return Err(PyValueError::new_err(place.message(&message)));
            }
        }
        let mut batches = Vec::new();
        for batch in reader {
            let batch = batch.map_err(arrow_error)?;
            let columns = Columns::of(&batch, phrase, concept);
            batches.push(columns.map_err(|error| place.locate(py, error))?);
        }
        Ok(Self { batches, source })
    }

    /// Adds all rows; `options` hold where a row has none of its own, and `named` are the lists of
    /// affixes that a cell can name.
    ///
    /// # Errors
    /// Those of [`Gazetteer::push`], with the row's number; the gazetteer may have some rows then.
    pub fn add_to(
        &self,
        gazetteer: &mut Gazetteer,
        options: &Options,
        named: &NamedAffixes,
    ) -> Result<(), Error> {
        gazetteer.reserve(self.batches.iter().map(|batch| batch.len).sum());
        let mut before = 0;
        for batch in &self.batches {
            // The options of the row before: most rows have the same.
            let mut last: Option<Options> = None;
            let names = Names { phrase: Checked::new(&batch.phrase), concept: Checked::new(&batch.concept) };
            for at in 0..batch.len {
                let place = Place { source: self.source, row: Some(before + at) };
                if at == 0 || !batch.options.are_same(at - 1, at) {
                    last = batch.options.of_row(at, options, named, &place)?;
                }
                batch.add_row(at, &names, gazetteer, last.as_ref().unwrap_or(options), &place)?;
            }
            before += batch.len;
        }
        Ok(())
    }
}

impl Columns {
    fn of(batch: &RecordBatch, phrase: &str, concept: &str) -> PyResult<Self> {
        // A column of nulls alone says nothing, whatever its type.
        let says = |array: &&ArrayRef| array.null_count() < array.len();
        let option = |name: &str| {
            batch.column_by_name(name).filter(|_| name != phrase && name != concept).filter(says)
        };
        let text = |name: &str| option(name).map(|array| text_column(name, array)).transpose();
        let required = |name: &str| {
            let array = batch.column_by_name(name);
            let missing = || PyValueError::new_err(format!("no column {name:?}"));
            text_column(name, array.ok_or_else(missing)?)
        };
        let mut attributes = Vec::new();
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let name = field.name();
            if name == phrase || name == concept {
                continue;
            }
            if !RESERVED.contains(&name.as_str()) {
                attributes.push((name.clone(), AttributeColumn::of(name, array)?));
            } else if name == "phrase" || name == "concept" {
                return Err(PyValueError::new_err(format!(
                    "column {name:?} is not the one to read {name}s from, and an attribute cannot \
                     be called so: leave it out or rename it"
                )));
            }
        }
        Ok(Self {
            len: batch.num_rows(),
            phrase: required(phrase)?,
            concept: required(concept)?,
            options: OptionColumns::of(option)?,
            lang: text("lang")?,
            weight: option("weight").map(Weights::of).transpose()?,
            attributes,
        })
    }

    fn add_row(
        &self,
        at: usize,
        names: &Names<'_>,
        gazetteer: &mut Gazetteer,
        options: &Options,
        place: &Place<'_>,
    ) -> Result<(), Error> {
        let phrase = located(names.phrase.get(at), place)?
            .ok_or_else(|| Error::type_(place.message("the phrase is null, not text")))?;
        let entry = Entry {
            phrase,
            concept: located(names.concept.get(at), place)?,
            options,
            lang: cell(self.lang.as_ref(), at, place)?,
            weight: match &self.weight {
                Some(weights) => weights.get(at, place)?.unwrap_or(1.0),
                None => 1.0,
            },
        };
        if gazetteer.push(entry, place)?.is_none() {
            return Ok(());
        }
        for (name, column) in &self.attributes {
            if let Some(value) = column.get(at, place)? {
                gazetteer.set_attribute(name, value, place)?;
            }
        }
        Ok(())
    }
}

impl OptionColumns {
    /// Finds them with `column`, which gives a table's column by its name.
    fn of<'c>(column: impl Fn(&str) -> Option<&'c ArrayRef>) -> PyResult<Self> {
        let text = |name: &str| column(name).map(|array| text_column(name, array)).transpose();
        let texts = [text("case")?, text("accents")?, text("hyphens")?, text("boundary")?];
        let varying = texts.iter().flatten().filter(|column| !column.is_uniform()).cloned().collect();
        let [case, accents, hyphens, boundary] = texts;
        Ok(Self {
            case,
            accents,
            hyphens,
            boundary,
            glob: column("glob").map(Flags::of).transpose()?,
            affixes: column("affixes").map(|array| TextLists::of("affixes", array)).transpose()?,
            context: ContextColumns::of(column)?,
            varying,
        })
    }

    /// Whether two rows are known to say the same.
    fn are_same(&self, a: usize, b: usize) -> bool {
        self.varying.iter().all(|column| column.get(a) == column.get(b))
            && self.glob.as_ref().is_none_or(|flags| flags.are_same(a, b))
            && self.affixes.as_ref().is_none_or(|lists| lists.are_same(a, b))
            && !self.context.is_set(a)
            && !self.context.is_set(b)
    }

    /// The options of a row, if it has any of its own.
    fn of_row(
        &self,
        at: usize,
        defaults: &Options,
        named: &NamedAffixes,
        place: &Place<'_>,
    ) -> Result<Option<Options>, Error> {
        let mut own = None;
        let mut change = |apply: &dyn Fn(&mut Options) -> Result<(), Error>| {
            apply(own.get_or_insert_with(|| defaults.clone()))
                .map_err(|error| Error { message: place.message(&error.message), ..error })
        };
        if let Some(name) = cell(self.case.as_ref(), at, place)? {
            change(&|options| name.parse().map(|case| options.case = case))?;
        }
        if let Some(name) = cell(self.accents.as_ref(), at, place)? {
            change(&|options| name.parse().map(|accents| options.accents = accents))?;
        }
        if let Some(name) = cell(self.hyphens.as_ref(), at, place)? {
            change(&|options| name.parse().map(|hyphens| options.hyphens = hyphens))?;
        }
        if let Some(name) = cell(self.boundary.as_ref(), at, place)? {
            change(&|options| name.parse().map(|boundary| options.boundary = boundary))?;
        }
        if let Some(flag) = self.glob.as_ref().map_or(Ok(None), |flags| flags.get(at, place))? {
            change(&|options| {
                options.glob = flag;
                Ok(())
            })?;
        }
        if let Some(lists) = &self.affixes
            && let Some(affixes) = lists.get(at, place, |text| Ok(affixes_in(text, named)))?
        {
            change(&|options| {
                options.affixes.clone_from(&affixes);
                Ok(())
            })?;
        }
        if self.context.is_set(at) {
            change(&|options| self.context.change(at, options, place))?;
        }
        Ok(own)
    }
}

/// Affixes as text: the name of a list, or with spaces between.
fn affixes_in(text: &str, named: &NamedAffixes) -> Vec<String> {
    match named.get(text) {
        Some(affixes) => affixes.clone(),
        None => text.split_whitespace().map(str::to_owned).collect(),
    }
}

impl Flags {
    fn of(array: &ArrayRef) -> PyResult<Self> {
        match array.data_type() {
            DataType::Boolean => Ok(Self::Bool(array.as_boolean().clone())),
            _ => text_column("glob", array).map(Self::Text),
        }
    }

    fn are_same(&self, a: usize, b: usize) -> bool {
        match self {
            Self::Bool(array) => array.is_valid(a) == array.is_valid(b) && array.value(a) == array.value(b),
            Self::Text(array) => array.get(a) == array.get(b),
        }
    }

    fn get(&self, at: usize, place: &Place<'_>) -> Result<Option<bool>, Error> {
        let text = match self {
            Self::Bool(array) => return Ok(array.is_valid(at).then(|| array.value(at))),
            Self::Text(array) => cell(Some(array), at, place)?,
        };
        match text {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") || text == "1" => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") || text == "0" => Ok(Some(false)),
            Some(text) => {
                let message = format!("glob must be true or false, not {text:?}");
                Err(Error::value(place.message(&message)))
            }
        }
    }
}

impl Weights {
    fn of(array: &ArrayRef) -> PyResult<Self> {
        if array.data_type().is_numeric() {
            return Ok(Self::Float(
                cast("weight", array, &DataType::Float64)?.as_primitive::<Float64Type>().clone(),
            ));
        }
        text_column("weight", array).map(Self::Text)
    }

    fn get(&self, at: usize, place: &Place<'_>) -> Result<Option<f64>, Error> {
        let text = match self {
            Self::Float(array) => {
                // As everywhere, NaN is a null.
                let number = array.is_valid(at).then(|| array.value(at));
                return Ok(number.filter(|number| !number.is_nan()));
            }
            Self::Text(array) => cell(Some(array), at, place)?,
        };
        text.map(|text| {
            text.trim()
                .parse()
                .map_err(|_| Error::value(place.message(&format!("weight must be a number, not {text:?}"))))
        })
        .transpose()
    }
}

impl AttributeColumn {
    fn of(name: &str, array: &ArrayRef) -> PyResult<Self> {
        let data_type = array.data_type();
        if data_type == &DataType::Boolean {
            return Ok(Self::Bool(array.as_boolean().clone()));
        }
        if data_type.is_integer() {
            let numbers = cast(name, array, &DataType::Int64)?;
            return Ok(Self::Int(numbers.as_primitive::<Int64Type>().clone()));
        }
        if data_type.is_floating() {
            let numbers = cast(name, array, &DataType::Float64)?;
            return Ok(Self::Float(numbers.as_primitive::<Float64Type>().clone()));
        }
        TextArray::try_new(array).map(Self::Text).ok_or_else(|| {
            let found = type_name(data_type);
            PyTypeError::new_err(format!(
                "column {name:?} is {found}: an attribute is text, a number, or true or false"
            ))
        })
    }

    fn get(&self, at: usize, place: &Place<'_>) -> Result<Option<Value<'_>>, Error> {
        Ok(match self {
            Self::Bool(array) => array.is_valid(at).then(|| Value::Bool(array.value(at))),
            Self::Int(array) => array.is_valid(at).then(|| Value::Int(array.value(at))),
            Self::Float(array) => array.is_valid(at).then(|| Value::Float(array.value(at))),
            Self::Text(array) => utf8(array.get(at), place)?.map(Value::Str),
        })
    }
}

/// Casts a column of numbers; what does not fit is an error and no null.
fn cast(name: &str, array: &ArrayRef, to: &DataType) -> PyResult<ArrayRef> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &options)
        .map_err(|error| PyValueError::new_err(format!("column {name:?}: {error}")))
}
