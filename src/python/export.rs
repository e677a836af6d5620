//! Gazetteers to Arrow tables, with everything that makes an equal one.

use std::sync::Arc;

use arrow_array::builder::{LargeListBuilder, LargeStringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array};
use arrow_schema::{DataType, Field};

use super::output::{ArrowTable, strings};
use crate::error::Error;
use crate::gazetteer::{Entry, Gazetteer, Kind, Value};
use crate::options::Near;

/// The table of a gazetteer's entries.
///
/// # Errors
/// None that a gazetteer could give; the columns are of one length.
pub fn table(gazetteer: &Gazetteer) -> Result<ArrowTable, Error> {
    let mut columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("phrase", text(gazetteer, |entry| Some(entry.phrase)), false),
        ("concept", text(gazetteer, |entry| entry.concept), true),
    ];
    let has_context = gazetteer.all_options().iter().any(|options| !options.context.is_empty());
    let names = column_names(gazetteer);
    for name in names.into_iter().filter(|name| has_context || !CONTEXT.contains(name)) {
        let values = column(gazetteer, name).ok_or_else(|| Error::internal("a column without values"))?;
        columns.push((name, values, !NEVER_NULL.contains(&name)));
    }
    ArrowTable::of_columns(columns)
}

const INFORMATION: [&str; 8] =
    ["case", "accents", "hyphens", "boundary", "glob", "affixes", "lang", "weight"];
/// What must or must not stand around a phrase, which few gazetteers say.
const CONTEXT: [&str; 5] = ["not_before", "not_after", "near", "near_within", "near_unit"];
const NEVER_NULL: [&str; 9] =
    ["case", "accents", "hyphens", "boundary", "glob", "affixes", "weight", "not_before", "not_after"];

/// What the entries have beside phrase and concept: options, language, weight, and attributes.
pub fn column_names(gazetteer: &Gazetteer) -> Vec<&str> {
    INFORMATION.into_iter().chain(CONTEXT).chain(gazetteer.attributes().names()).collect()
}

/// One of these columns, by entry; none if there is no such one.
pub fn column(gazetteer: &Gazetteer, name: &str) -> Option<ArrayRef> {
    Some(match name {
        "case" => text(gazetteer, |entry| Some(entry.options.case.name())),
        "accents" => text(gazetteer, |entry| Some(entry.options.accents.name())),
        "hyphens" => text(gazetteer, |entry| Some(entry.options.hyphens.name())),
        "boundary" => text(gazetteer, |entry| Some(entry.options.boundary.name())),
        "glob" => globs(gazetteer),
        "affixes" => lists(gazetteer, |entry| Some(entry.options.affixes.as_slice())),
        "lang" => text(gazetteer, |entry| entry.lang),
        "weight" => Arc::new(Float64Array::from(gazetteer.weights())),
        "not_before" => lists(gazetteer, |entry| Some(entry.options.context.not_before.as_slice())),
        "not_after" => lists(gazetteer, |entry| Some(entry.options.context.not_after.as_slice())),
        "near" => lists(gazetteer, |entry| near(entry).map(|near| near.phrases.as_slice())),
        "near_within" => {
            let within = gazetteer.entries().map(|entry| near(entry).map(|near| i64::from(near.within)));
            Arc::new(within.collect::<Int64Array>())
        }
        "near_unit" => text(gazetteer, |entry| near(entry).map(|near| near.unit.name())),
        _ => {
            let mut names = gazetteer.attributes().names();
            attribute(gazetteer, names.position(|attribute| attribute == name)?)
        }
    })
}

fn text(gazetteer: &Gazetteer, of: impl for<'e> Fn(Entry<'e>) -> Option<&'e str>) -> ArrayRef {
    Arc::new(strings(gazetteer.entries().map(of)))
}

fn globs(gazetteer: &Gazetteer) -> ArrayRef {
    let globs: Vec<bool> = gazetteer.entries().map(|entry| entry.options.glob).collect();
    Arc::new(BooleanArray::from(globs))
}

fn near<'e>(entry: Entry<'e>) -> Option<&'e Near> {
    entry.options.context.near.as_ref()
}

fn lists(gazetteer: &Gazetteer, of: impl for<'e> Fn(Entry<'e>) -> Option<&'e [String]>) -> ArrayRef {
    let item = Field::new("item", DataType::LargeUtf8, false);
    let mut lists = LargeListBuilder::new(LargeStringBuilder::new()).with_field(item);
    for entry in gazetteer.entries() {
        let texts = of(entry);
        texts.iter().copied().flatten().for_each(|text| lists.values().append_value(text));
        lists.append(texts.is_some());
    }
    Arc::new(lists.finish())
}

fn attribute(gazetteer: &Gazetteer, column: usize) -> ArrayRef {
    let attributes = gazetteer.attributes();
    let values = (0..gazetteer.len()).map(|row| attributes.get(column, row));
    match attributes.kind(column) {
        Kind::Bool => Arc::new(BooleanArray::from_iter(values.map(|value| match value {
            Some(Value::Bool(value)) => Some(value),
            _ => None,
        }))),
        Kind::Int => Arc::new(Int64Array::from_iter(values.map(|value| match value {
            Some(Value::Int(value)) => Some(value),
            _ => None,
        }))),
        Kind::Float => Arc::new(Float64Array::from_iter(values.map(|value| match value {
            Some(Value::Float(value)) => Some(value),
            _ => None,
        }))),
        Kind::Str => Arc::new(strings(values.map(|value| match value {
            Some(Value::Str(value)) => Some(value),
            _ => None,
        }))),
    }
}
