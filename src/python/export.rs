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
    let names: Vec<&str> = gazetteer.attributes().names().collect();
    let mut columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("phrase", text(gazetteer, |entry| Some(entry.phrase)), false),
        ("concept", text(gazetteer, |entry| entry.concept), true),
        ("case", text(gazetteer, |entry| Some(entry.options.case.name())), false),
        ("accents", text(gazetteer, |entry| Some(entry.options.accents.name())), false),
        ("hyphens", text(gazetteer, |entry| Some(entry.options.hyphens.name())), false),
        ("boundary", text(gazetteer, |entry| Some(entry.options.boundary.name())), false),
        ("glob", globs(gazetteer), false),
        ("affixes", lists(gazetteer, |entry| Some(entry.options.affixes.as_slice())), false),
        ("lang", text(gazetteer, |entry| entry.lang), true),
        ("weight", weights(gazetteer), false),
    ];
    if gazetteer.all_options().iter().any(|options| !options.context.is_empty()) {
        columns.extend(context(gazetteer));
    }
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

/// The columns that say what must or must not stand around a phrase.
fn context(gazetteer: &Gazetteer) -> [(&'static str, ArrayRef, bool); 5] {
    let within = gazetteer.entries().map(|entry| near(entry).map(|near| i64::from(near.within)));
    [
        ("not_before", lists(gazetteer, |entry| Some(entry.options.context.not_before.as_slice())), false),
        ("not_after", lists(gazetteer, |entry| Some(entry.options.context.not_after.as_slice())), false),
        ("near", lists(gazetteer, |entry| near(entry).map(|near| near.phrases.as_slice())), true),
        ("near_within", Arc::new(within.collect::<Int64Array>()), true),
        ("near_unit", text(gazetteer, |entry| near(entry).map(|near| near.unit.name())), true),
    ]
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
