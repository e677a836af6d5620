//! Gazetteers to Arrow tables, with everything that makes an equal one.

use std::sync::Arc;

use arrow_array::builder::{LargeListBuilder, LargeStringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array};
use arrow_schema::{DataType, Field};

use super::output::{ArrowTable, strings};
use crate::error::Error;
use crate::gazetteer::{Entry, Gazetteer, Kind, Value};

/// The table of a gazetteer's entries.
///
/// # Errors
/// None that a gazetteer could give; the columns are of one length.
pub fn table(gazetteer: &Gazetteer) -> Result<ArrowTable, Error> {
    let names: Vec<&str> = gazetteer.attributes().names().collect();
    let mut columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("phrase", text(gazetteer, |entry| Some(entry.phrase)), false),
        ("concept", text(gazetteer, |entry| entry.concept), true),
        ("case", text(gazetteer, |entry| Some(entry.options.case.name())), false),
        ("accents", text(gazetteer, |entry| Some(entry.options.accents.name())), false),
        ("hyphens", text(gazetteer, |entry| Some(entry.options.hyphens.name())), false),
        ("boundary", text(gazetteer, |entry| Some(entry.options.boundary.name())), false),
        ("glob", globs(gazetteer), false),
        ("affixes", affixes(gazetteer), false),
        ("lang", text(gazetteer, |entry| entry.lang), true),
        ("weight", weights(gazetteer), false),
    ];
    for (column, name) in names.into_iter().enumerate() {
        columns.push((name, attribute(gazetteer, column), true));
    }
    ArrowTable::of_columns(columns)
}

fn text(gazetteer: &Gazetteer, of: impl for<'e> Fn(Entry<'e>) -> Option<&'e str>) -> ArrayRef {
    Arc::new(strings(gazetteer.entries().map(of)))
}

fn globs(gazetteer: &Gazetteer) -> ArrayRef {
    let globs: Vec<bool> = gazetteer.entries().map(|entry| entry.options.glob).collect();
    Arc::new(BooleanArray::from(globs))
}

fn weights(gazetteer: &Gazetteer) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(gazetteer.entries().map(|entry| entry.weight)))
}

fn affixes(gazetteer: &Gazetteer) -> ArrayRef {
    let item = Field::new("item", DataType::LargeUtf8, false);
    let mut lists = LargeListBuilder::new(LargeStringBuilder::new()).with_field(item);
    for entry in gazetteer.entries() {
        for affix in &entry.options.affixes {
            lists.values().append_value(affix);
        }
        lists.append(true);
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
