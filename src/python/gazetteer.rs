//! The gazetteer, entry by entry.

use std::fmt::{self, Display};
use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyString};

use super::gil::detached;
use super::input::is_null;
use super::options::{affixes, options_dict, override_options, parse, text};
use super::output::ArrowTable;
use super::{export, table};
use crate::concept;
use crate::gazetteer::{Entry, Gazetteer as Core, Value, check_options};
use crate::options::{Context, Options};

/// What an entry is to Python: phrase, concept, options, language, weight and attributes.
type EntryTuple<'py> = (
    Bound<'py, PyString>,
    Option<Bound<'py, PyString>>,
    Bound<'py, PyDict>,
    Option<Bound<'py, PyString>>,
    f64,
    Bound<'py, PyDict>,
);

/// How many phrases are read between two looks for Ctrl-C.
const PHRASES_BETWEEN_SIGNALS: usize = 1 << 16;

/// Columns of phrases, concepts and options: validated, deduplicated, numbered.
#[pyclass(module = "slugline._core")]
pub struct Gazetteer {
    /// Shared with matchers; copied when it is changed while they hold it.
    pub core: Arc<Core>,
}

impl Gazetteer {
    fn edit(&mut self) -> &mut Core {
        Arc::make_mut(&mut self.core)
    }

    /// Gives back what only a change needs, before a matcher holds the same: a change is then made to a
    /// copy anyway.
    pub fn compact(&mut self) {
        if let Some(core) = Arc::get_mut(&mut self.core) {
            core.compact();
        }
    }
}

/// Where an entry comes from.
pub struct Place<'a> {
    /// A file, or the whole of the place where `row` is not known.
    pub source: Option<&'a str>,
    pub row: Option<usize>,
}

impl Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.source, self.row) {
            (Some(source), Some(row)) => write!(f, "{source}: row {row}"),
            (Some(source), None) => f.write_str(source),
            (None, Some(row)) => write!(f, "row {row}"),
            (None, None) => Ok(()),
        }
    }
}

impl Place<'_> {
    /// An exception's message, with the place in front if it is known.
    pub fn message(&self, message: &str) -> String {
        match (self.source, self.row) {
            (None, None) => message.to_owned(),
            _ => format!("{self}: {message}"),
        }
    }

    /// Puts the place in front of an exception's message, and keeps its type.
    pub fn locate(&self, py: Python<'_>, error: PyErr) -> PyErr {
        let message = self.message(&error.value(py).to_string());
        let located = error.get_type(py).call1((message,)).map(PyErr::from_value);
        // Not every exception can be made of a message: then it stays as it was.
        located.unwrap_or(error)
    }
}

#[pymethods]
impl Gazetteer {
    #[new]
    #[pyo3(signature = (
        case="ignore", accents="keep", hyphens="keep", boundary="word", glob=false, affixes=None
    ))]
    fn new(
        case: &str,
        accents: &str,
        hyphens: &str,
        boundary: &str,
        glob: bool,
        #[pyo3(from_py_with = optional_affixes)] affixes: Option<Vec<String>>,
    ) -> PyResult<Self> {
        let options = Options {
            case: parse(case)?,
            accents: parse(accents)?,
            hyphens: parse(hyphens)?,
            boundary: parse(boundary)?,
            glob,
            affixes: affixes.unwrap_or_default(),
            context: Context::default(),
        };
        check_options(&options, &"")?;
        Ok(Self { core: Arc::new(Core::new(options)) })
    }

    #[getter]
    fn options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        options_dict(py, self.core.defaults())
    }

    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python call")]
    #[pyo3(signature = (phrase, concept, options, lang, weight, attributes, place=None))]
    fn add(
        &mut self,
        py: Python<'_>,
        phrase: &Bound<'_, PyAny>,
        concept: &Bound<'_, PyAny>,
        options: &Bound<'_, PyDict>,
        lang: Option<&str>,
        weight: f64,
        attributes: &Bound<'_, PyDict>,
        place: Option<&str>,
    ) -> PyResult<()> {
        let place = Place { source: place, row: None };
        let locate = |error| place.locate(py, error);
        let phrase = name("phrase", phrase).map_err(locate)?;
        let concept = if concept.is_none() { None } else { Some(name("concept", concept).map_err(locate)?) };
        let options = override_options(self.core.defaults(), options).map_err(locate)?;
        let attributes: Vec<_> = attributes
            .iter()
            .map(|(name, value)| attribute(&name, &value))
            .collect::<PyResult<_>>()
            .map_err(locate)?;
        let entry = Entry { phrase: &phrase, concept: concept.as_deref(), options: &options, lang, weight };
        self.edit().atomically(|core| {
            if core.push(entry, &place)?.is_some() {
                for (name, value) in &attributes {
                    if let Some(value) = value {
                        core.set_attribute(name, value.as_value(), &place)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Adds phrases that stand for themselves each (a concept is a path, of which they are one part), as
    /// all that will be added.
    fn add_phrases(&mut self, py: Python<'_>, phrases: &Bound<'_, PyAny>) -> PyResult<()> {
        let options = self.core.defaults().clone();
        self.edit().atomically(|core| {
            for (index, phrase) in phrases.try_iter()?.enumerate() {
                if index % PHRASES_BETWEEN_SIGNALS == PHRASES_BETWEEN_SIGNALS - 1 {
                    py.check_signals()?;
                }
                let place = format!("phrase {index}");
                let place = Place { source: Some(&place), row: None };
                let phrase = name("phrase", &phrase?).map_err(|error| place.locate(py, error))?;
                let concept = phrase.replace('/', r"\/");
                let entry = Entry {
                    phrase: &phrase,
                    concept: Some(&concept),
                    options: &options,
                    lang: None,
                    weight: 1.0,
                };
                core.push(entry, &place)?;
            }
            core.compact();
            Ok(())
        })
    }

    /// Adds the rows of a table. `named_affixes` are the lists of affixes that a cell can name.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python call")]
    #[pyo3(signature = (table, phrase, concept, options, place=None, named_affixes=None))]
    fn add_table(
        &mut self,
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        phrase: &str,
        concept: &str,
        options: &Bound<'_, PyDict>,
        place: Option<&str>,
        named_affixes: Option<table::NamedAffixes>,
    ) -> PyResult<()> {
        let options = override_options(self.core.defaults(), options)?;
        let named = named_affixes.unwrap_or_default();
        check_options(&options, &"")?;
        let table = table::Table::import(table, phrase, concept, place)?;
        let core = self.edit();
        detached(py, || core.atomically(|core| table.add_to(core, &options, &named)))
    }

    fn copy(&self) -> Self {
        Self { core: Arc::clone(&self.core) }
    }

    fn merge(slf: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
        // The other one may be the same.
        let other = Arc::clone(&other.borrow().core);
        let mut this = slf.try_borrow_mut()?;
        let core = this.edit();
        detached(slf.py(), || core.merge(&other))
    }

    #[pyo3(signature = (phrase, concept))]
    fn remove(&mut self, py: Python<'_>, phrase: Option<&str>, concept: Option<&str>) -> PyResult<usize> {
        let core = self.edit();
        detached(py, || core.remove(phrase, concept))
    }

    fn filter(&self, py: Python<'_>, concept: &str) -> PyResult<Self> {
        let core = detached(py, || self.core.filter(concept))?;
        Ok(Self { core: Arc::new(core) })
    }

    fn misfit(&self, py: Python<'_>, concept: &str) -> PyResult<Option<String>> {
        detached(py, || Ok(self.core.misfit(concept)))
    }

    fn __len__(&self) -> usize {
        self.core.len()
    }

    fn entry<'py>(&self, py: Python<'py>, index: usize) -> PyResult<EntryTuple<'py>> {
        if index >= self.core.len() {
            return Err(PyIndexError::new_err(format!("there is no entry {index}")));
        }
        let entry = self.core.entry(index);
        let attributes = PyDict::new(py);
        for (name, value) in self.core.attributes().of(index) {
            match value {
                Value::Bool(value) => attributes.set_item(name, value)?,
                Value::Int(value) => attributes.set_item(name, value)?,
                Value::Float(value) => attributes.set_item(name, value)?,
                Value::Str(value) => attributes.set_item(name, value)?,
            }
        }
        Ok((
            PyString::new(py, entry.phrase),
            entry.concept.map(|concept| PyString::new(py, concept)),
            options_dict(py, entry.options)?,
            entry.lang.map(|lang| PyString::new(py, lang)),
            entry.weight,
            attributes,
        ))
    }

    fn concepts(&self) -> Vec<&str> {
        self.core.concepts()
    }

    fn concept_with_empty_part(&self, py: Python<'_>) -> PyResult<Option<&str>> {
        detached(py, || Ok(self.core.concept_with_empty_part()))
    }

    /// For each branch in use its name, entries and concepts.
    fn branches(&self) -> Vec<(&str, usize, usize)> {
        self.core.branches().map(|branch| (branch.name, branch.entries, branch.concepts)).collect()
    }

    fn phrases(&self) -> Vec<&str> {
        self.core.phrases()
    }

    fn version(&self, py: Python<'_>) -> PyResult<String> {
        detached(py, || Ok(self.core.version().to_owned()))
    }

    /// For pickles.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = detached(py, || self.core.to_bytes())?;
        Ok(PyBytes::new(py, &bytes))
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        let core = detached(py, || Core::from_bytes(bytes))?;
        Ok(Self { core: Arc::new(core) })
    }

    fn to_arrow(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        detached(py, || export::table(&self.core))
    }
}

/// Whether a part of a concept has no name.
#[pyfunction]
pub fn has_empty_part(concept: &Bound<'_, PyString>) -> bool {
    // A lone surrogate is neither a slash nor white space: what stands for it does not matter.
    concept::has_empty_part(&concept.to_string_lossy())
}

fn optional_affixes(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<String>>> {
    if value.is_none() { Ok(None) } else { affixes(value).map(Some) }
}

/// A phrase or a concept.
fn name(what: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyString>() {
        Ok(name) => match name.to_str() {
            Ok(name) => Ok(name.to_owned()),
            Err(_) => {
                let shown = name.repr()?;
                Err(PyValueError::new_err(format!("{what} {shown} holds a lone surrogate")))
            }
        },
        Err(_) => {
            let kind = value.get_type().name()?;
            Err(PyTypeError::new_err(format!("a {what} must be text, not {kind}")))
        }
    }
}

/// A value of an attribute, out of Python's hands.
enum Owned {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
}

impl Owned {
    fn as_value(&self) -> Value<'_> {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Float(value) => Value::Float(*value),
            Self::Str(value) => Value::Str(value),
        }
    }
}

/// The name and the value of an attribute, if it has one.
fn attribute(name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<(String, Option<Owned>)> {
    let name = text("the name of an attribute", name)?;
    let value = if is_null(value)? {
        None
    } else if let Ok(value) = value.cast::<PyString>() {
        Some(Owned::Str(value.to_str()?.to_owned()))
    } else if let Ok(value) = value.cast::<PyBool>() {
        Some(Owned::Bool(value.is_true()))
    } else if value.is_instance_of::<PyInt>() || value.hasattr("__index__")? {
        Some(Owned::Int(value.extract()?))
    } else if value.is_instance_of::<PyFloat>() || value.hasattr("__float__")? {
        Some(Owned::Float(value.extract()?))
    } else {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "attribute {name:?} must be str, int, float, bool or None, not {kind}"
        )));
    };
    Ok((name, value))
}
