//! What the entries of matches know beside phrase and concept, as columns of the table of matches.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, LargeStringArray};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::take::take;

use super::errors::arrow_fault;
use super::export;
use super::rows::Chunk;
use crate::error::Error;
use crate::gazetteer::Gazetteer;

/// An attribute, an option, the language or the weight of all entries.
pub struct AttributeColumn {
    name: String,
    /// By entry: its value, or where that stands among `texts`.
    of_entry: ArrayRef,
    /// The different values of a column of text.
    texts: Option<ArrayRef>,
}

/// The columns of attributes, each with the name that it is to have; of text only for `used` entries.
///
/// # Errors
/// There is no such attribute.
pub fn columns(
    gazetteer: &Gazetteer,
    asked: &[(String, String)],
    used: &[bool],
) -> Result<Vec<AttributeColumn>, Error> {
    let column = |(attribute, name): &(String, String)| {
        let Some(values) = export::column(gazetteer, attribute) else {
            let known: Vec<String> =
                export::column_names(gazetteer).iter().map(|name| format!("{name:?}")).collect();
            let known = known.join(", ");
            return Err(Error::value(format!(
                "no entry has an attribute {attribute:?}; what there is: {known}"
            )));
        };
        Ok(AttributeColumn::new(name, values, used))
    };
    asked.iter().map(column).collect()
}

/// # Errors
/// Two columns have one name.
pub fn check_names(schema: &Schema) -> Result<(), Error> {
    for (at, field) in schema.fields().iter().enumerate() {
        let name = field.name();
        if schema.fields()[..at].iter().any(|before| before.name() == name) {
            return Err(Error::value(format!(
                "the table has a column {name:?} already; another name for that of the attribute is \
                 given as attributes={{{name:?}: \"entry_{name}\"}}"
            )));
        }
    }
    Ok(())
}

impl AttributeColumn {
    fn new(name: &str, values: ArrayRef, used: &[bool]) -> Self {
        let name = name.to_owned();
        let Some(texts) = values.as_string_opt::<i64>() else {
            return Self { name, of_entry: values, texts: None };
        };
        let (of_entry, texts) = encode(texts, used);
        Self { name, of_entry, texts: Some(texts) }
    }

    pub fn field(&self) -> Field {
        let data_type = match &self.texts {
            Some(texts) => {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(texts.data_type().clone()))
            }
            None => self.of_entry.data_type().clone(),
        };
        Field::new(&self.name, data_type, true)
    }

    /// The values of the entries of some rows.
    pub fn of_rows(&self, rows: &Chunk) -> Result<ArrayRef, Error> {
        let entries = Int32Array::new(rows.entry.clone(), None);
        let values = take(&self.of_entry, &entries, None).map_err(arrow_fault)?;
        let Some(texts) = &self.texts else { return Ok(values) };
        let keys = values.as_primitive::<Int32Type>().clone();
        let column = DictionaryArray::<Int32Type>::try_new(keys, Arc::clone(texts));
        Ok(Arc::new(column.map_err(arrow_fault)?))
    }
}

/// For each entry where its text stands among those of the used ones, and these.
fn encode(texts: &LargeStringArray, used: &[bool]) -> (ArrayRef, ArrayRef) {
    let mut places: HashMap<&str, i32> = HashMap::new();
    let mut different = Vec::new();
    let keys = texts.iter().zip(used).map(|(text, &is_used)| {
        let text = text.filter(|_| is_used)?;
        Some(*places.entry(text).or_insert_with(|| {
            different.push(text);
            different.len() as i32 - 1
        }))
    });
    let keys: Int32Array = keys.collect();
    (Arc::new(keys), Arc::new(LargeStringArray::from_iter_values(different)))
}
