//! Further columns of a gazetteer, which no match depends on: a population, a source, an id.

use serde::{Deserialize, Serialize};

use super::strings::Strings;
use crate::error::Error;

/// One value of an attribute. There is no null: an absent value is simply not set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Bool(bool),
    Int(i64),
    /// Never NaN, which is a null.
    Float(f64),
    Str(&'a str),
}

impl Value<'_> {
    /// The name under which Python users know the type.
    fn type_name(&self) -> &'static str {
        match self {
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Str(_) => "str",
        }
    }
}

/// The values of one attribute, all of one type.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Values {
    Bool(Vec<bool>),
    Int(Vec<i64>),
    Float(Vec<f64>),
    Str(Strings),
}

/// The type of an attribute's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bool,
    Int,
    Float,
    Str,
}

/// The columns of a table of entries that are no attributes.
pub const RESERVED: [&str; 15] = [
    "phrase",
    "concept",
    "case",
    "accents",
    "hyphens",
    "boundary",
    "glob",
    "affixes",
    "not_before",
    "not_after",
    "near",
    "near_within",
    "near_unit",
    "lang",
    "weight",
];

/// One attribute of all entries. Entries past its end have none.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Column {
    name: String,
    valid: Vec<bool>,
    values: Values,
}

/// The largest number up to which every whole `f64` is one whole number and no other.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Column {
    /// An empty column of the type of `value`.
    fn for_value(name: &str, value: &Value<'_>) -> Self {
        let values = match value {
            Value::Bool(_) => Values::Bool(Vec::new()),
            Value::Int(_) => Values::Int(Vec::new()),
            Value::Float(_) => Values::Float(Vec::new()),
            Value::Str(_) => Values::Str(Strings::default()),
        };
        Self { name: name.to_owned(), valid: Vec::new(), values }
    }

    fn kind(&self) -> Kind {
        match self.values {
            Values::Bool(_) => Kind::Bool,
            Values::Int(_) => Kind::Int,
            Values::Float(_) => Kind::Float,
            Values::Str(_) => Kind::Str,
        }
    }

    fn get(&self, row: usize) -> Option<Value<'_>> {
        if !self.valid.get(row).copied().unwrap_or(false) {
            return None;
        }
        Some(match &self.values {
            Values::Bool(values) => Value::Bool(values[row]),
            Values::Int(values) => Value::Int(values[row]),
            Values::Float(values) => Value::Float(values[row]),
            Values::Str(values) => Value::Str(values.get(row)),
        })
    }

    /// Fills up with nulls, so that the next value is that of `row`.
    fn pad(&mut self, row: usize) -> Result<(), Error> {
        match &mut self.values {
            Values::Bool(values) => values.resize(row, false),
            Values::Int(values) => values.resize(row, 0),
            Values::Float(values) => values.resize(row, 0.0),
            Values::Str(values) => {
                while values.len() < row {
                    values.push("")?;
                }
            }
        }
        self.valid.resize(row, false);
        Ok(())
    }

    /// Turns a column of whole numbers into one of floats, if all of them are floats.
    fn widen(&mut self) -> bool {
        let Values::Int(values) = &self.values else {
            return false;
        };
        let Some(floats) = values.iter().map(|&value| exact_float(value)).collect() else {
            return false;
        };
        self.values = Values::Float(floats);
        true
    }

    /// Sets the value of `row`, which is the newest and may have one already.
    fn append(&mut self, row: usize, value: Value<'_>) -> Result<(), Error> {
        self.truncate(row);
        self.pad(row)?;
        if matches!((&self.values, &value), (Values::Int(_), Value::Float(_))) {
            self.widen();
        }
        let (kind, name) = (self.kind(), value.type_name());
        match (&mut self.values, value) {
            (Values::Bool(values), Value::Bool(value)) => values.push(value),
            (Values::Int(values), Value::Int(value)) => values.push(value),
            (Values::Float(values), Value::Float(value)) => values.push(value),
            (Values::Float(values), Value::Int(value)) if exact_float(value).is_some() => {
                values.push(value as f64);
            }
            (Values::Str(values), Value::Str(value)) => values.push(value)?,
            _ => {
                return Err(Error::type_(format!(
                    "attribute {:?} is {name} here and {} in other entries: an attribute has one \
                     type",
                    self.name,
                    format!("{kind:?}").to_lowercase()
                )));
            }
        }
        self.valid.push(true);
        Ok(())
    }

    fn is_sound(&self, entries: usize) -> bool {
        let (values, sound) = match &self.values {
            Values::Bool(values) => (values.len(), true),
            Values::Int(values) => (values.len(), true),
            Values::Float(values) => (values.len(), !values.iter().any(|value| value.is_nan())),
            Values::Str(values) => (values.len(), values.is_sound()),
        };
        sound && values == self.valid.len() && values <= entries
    }

    fn truncate(&mut self, len: usize) {
        self.valid.truncate(len);
        match &mut self.values {
            Values::Bool(values) => values.truncate(len),
            Values::Int(values) => values.truncate(len),
            Values::Float(values) => values.truncate(len),
            Values::Str(values) => values.truncate(len),
        }
    }

    fn shrink(&mut self) {
        self.valid.shrink_to_fit();
        match &mut self.values {
            Values::Bool(values) => values.shrink_to_fit(),
            Values::Int(values) => values.shrink_to_fit(),
            Values::Float(values) => values.shrink_to_fit(),
            Values::Str(values) => values.shrink(),
        }
    }

    fn nbytes(&self) -> usize {
        let values = match &self.values {
            Values::Bool(values) => values.capacity(),
            Values::Int(values) => values.capacity() * size_of::<i64>(),
            Values::Float(values) => values.capacity() * size_of::<f64>(),
            Values::Str(values) => values.nbytes(),
        };
        values + self.valid.capacity() + self.name.capacity()
    }
}

/// A whole number as a float, if there is one that is the same number.
fn exact_float(value: i64) -> Option<f64> {
    let float = value as f64;
    (float.abs() <= EXACT).then_some(float)
}

/// A float as a whole number, if it is one; the other way round than [`exact_float`].
pub(super) fn exact_int(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}

/// The attributes of all entries, by column.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Attributes {
    columns: Vec<Column>,
}

impl Attributes {
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// How many attributes there are.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Whether what was read is what could have been written, for so many entries.
    pub fn is_sound(&self, entries: usize) -> bool {
        self.columns.iter().all(|column| column.is_sound(entries))
    }

    /// The type of attribute `column`.
    pub fn kind(&self, column: usize) -> Kind {
        self.columns[column].kind()
    }

    /// The value of attribute `column` of entry `row`.
    pub fn get(&self, column: usize, row: usize) -> Option<Value<'_>> {
        self.columns[column].get(row)
    }

    /// The attributes of an entry that are set, with their names.
    pub fn of(&self, row: usize) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.columns.iter().filter_map(move |c| c.get(row).map(|value| (c.name.as_str(), value)))
    }

    /// Sets an attribute of the entry `row`, which must be the newest that has this attribute.
    ///
    /// # Errors
    /// All values of an attribute must be of one type; whole numbers may stand among floats. Some
    /// names are taken.
    pub(super) fn append(&mut self, row: usize, name: &str, value: Value<'_>) -> Result<(), Error> {
        if matches!(value, Value::Float(float) if float.is_nan()) {
            return Ok(());
        }
        if RESERVED.contains(&name) {
            return Err(Error::value(format!("an attribute cannot be called {name:?}")));
        }
        let known = self.columns.iter().position(|column| column.name == name);
        let at = known.unwrap_or_else(|| {
            self.columns.push(Column::for_value(name, &value));
            self.columns.len() - 1
        });
        self.columns[at].append(row, value)
    }

    /// Gives the entry `row`, which is the newest, the attributes of another one.
    ///
    /// # Errors
    /// All texts of an attribute together may take 4 GiB.
    pub(super) fn repeat(&mut self, of: usize, row: usize) -> Result<(), Error> {
        for column in &mut self.columns {
            match column.get(of) {
                None => {}
                Some(Value::Bool(value)) => column.append(row, Value::Bool(value))?,
                Some(Value::Int(value)) => column.append(row, Value::Int(value))?,
                Some(Value::Float(value)) => column.append(row, Value::Float(value))?,
                Some(Value::Str(text)) => {
                    let text = text.to_owned();
                    column.append(row, Value::Str(&text))?;
                }
            }
        }
        Ok(())
    }

    /// Forgets the columns from number `columns` on, and the entries from `rows` on.
    pub(super) fn truncate(&mut self, columns: usize, rows: usize) {
        self.columns.truncate(columns);
        for column in &mut self.columns {
            column.truncate(rows);
        }
    }

    /// Gives back all memory that only a new value would need.
    pub(super) fn shrink(&mut self) {
        self.columns.iter_mut().for_each(Column::shrink);
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        self.columns.iter().map(Column::nbytes).sum()
    }
}
