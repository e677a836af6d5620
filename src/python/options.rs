//! Options as Python writes them.

use std::str::FromStr;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};

use crate::error::Error;
use crate::options::{Accents, Case, Hyphens, Near, Options, Overlap};
use crate::run::Settings;

/// An option from its name.
pub fn parse<T: FromStr<Err = Error>>(name: &str) -> PyResult<T> {
    Ok(name.parse()?)
}

/// Options with those of a dict in place of their own. `None` leaves an option as it is.
pub fn override_options(base: &Options, changes: &Bound<'_, PyDict>) -> PyResult<Options> {
    let mut options = base.clone();
    for (name, value) in changes {
        let name = name.cast::<PyString>().map_err(|_| option_type("the name of an option", &name))?;
        let name = name.to_str()?;
        if value.is_none() {
            continue;
        }
        match name {
            "case" => options.case = parse(&text(name, &value)?)?,
            "accents" => options.accents = parse(&text(name, &value)?)?,
            "hyphens" => options.hyphens = parse(&text(name, &value)?)?,
            "boundary" => options.boundary = parse(&text(name, &value)?)?,
            "glob" => options.glob = boolean(name, &value)?,
            "affixes" => options.affixes = affixes(&value)?,
            "not_before" => options.context.not_before = texts(name, &value)?,
            "not_after" => options.context.not_after = texts(name, &value)?,
            "near" => options.context.near = Some(near(&value)?),
            _ => {
                return Err(PyValueError::new_err(format!("there is no option {name:?}")));
            }
        }
    }
    Ok(options)
}

/// The same as a dict.
pub fn options_dict<'py>(py: Python<'py>, options: &Options) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("case", options.case.name())?;
    dict.set_item("accents", options.accents.name())?;
    dict.set_item("hyphens", options.hyphens.name())?;
    dict.set_item("boundary", options.boundary.name())?;
    dict.set_item("glob", options.glob)?;
    let affixes = (!options.affixes.is_empty()).then_some(&options.affixes);
    dict.set_item("affixes", affixes)?;
    let context = &options.context;
    for (name, phrases) in [("not_before", &context.not_before), ("not_after", &context.not_after)] {
        if !phrases.is_empty() {
            dict.set_item(name, phrases)?;
        }
    }
    if let Some(near) = &context.near {
        let about = PyDict::new(py);
        about.set_item("phrases", &near.phrases)?;
        about.set_item("within", near.within)?;
        about.set_item("unit", near.unit.name())?;
        dict.set_item("near", about)?;
    }
    Ok(dict)
}

/// Affixes from Python: a list of strings. A string alone would be the name of a set, which Python resolves.
pub fn affixes(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if let Ok(name) = value.cast::<PyString>() {
        let name = name.to_str()?;
        return Err(PyValueError::new_err(format!("affixes must be a list of strings, not {name:?}")));
    }
    texts("affixes", value)
}

/// A list of strings.
fn texts(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let items = value.try_iter().map_err(|_| option_type(name, value))?;
    items.map(|item| text(&format!("one of {name}"), &item?)).collect()
}

/// What must be near, from a dict that has all of it.
fn near(value: &Bound<'_, PyAny>) -> PyResult<Near> {
    Ok(Near {
        phrases: texts("near: phrases", &value.get_item("phrases")?)?,
        within: value.get_item("within")?.extract()?,
        unit: parse(&text("unit", &value.get_item("unit")?)?)?,
    })
}

/// A string, or a `TypeError` that says what should have been one.
pub fn text(what: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let string = value.cast::<PyString>().map_err(|_| option_type(what, value))?;
    Ok(string.to_str()?.to_owned())
}

fn boolean(what: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    match value.cast::<PyBool>() {
        Ok(value) => Ok(value.is_true()),
        Err(_) => Err(option_type(what, value)),
    }
}

fn option_type(what: &str, value: &Bound<'_, PyAny>) -> PyErr {
    match value.get_type().name() {
        Ok(name) => PyTypeError::new_err(format!("{what} cannot be {name}")),
        Err(error) => error,
    }
}

/// The settings of a call.
pub fn settings(overlap: &str, offsets: &str, errors: &str, threads: Option<i64>) -> PyResult<Settings> {
    let lossy = match errors {
        "raise" => false,
        "replace" => true,
        _ => return Err(Error::unknown_option("errors", errors, &["raise", "replace"]).into()),
    };
    Ok(Settings {
        overlap: parse::<Overlap>(overlap)?,
        offsets: parse(offsets)?,
        lossy,
        threads: threads_of(threads)?,
    })
}

/// How many threads to use: those asked for, else what the environment says, else all cores that
/// this process may run on.
pub fn threads_of(asked: Option<i64>) -> PyResult<usize> {
    const VARIABLE: &str = "SLUGLINE_NUM_THREADS";
    let positive = |number: &usize| *number > 0;
    if let Some(asked) = asked {
        return usize::try_from(asked)
            .ok()
            .filter(positive)
            .ok_or_else(|| PyValueError::new_err(format!("threads must be at least 1, not {asked}")));
    }
    match std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        Some(value) => {
            let number = value.to_str().and_then(|value| value.trim().parse().ok());
            number.filter(positive).ok_or_else(|| {
                PyValueError::new_err(format!("{VARIABLE} must be a positive whole number, not {value:?}"))
            })
        }
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// The fold of a text, for tests.
#[pyfunction]
#[pyo3(signature = (text, case="ignore", accents="keep", hyphens="keep"))]
pub fn fold(text: &str, case: &str, accents: &str, hyphens: &str) -> PyResult<String> {
    let (case, accents, hyphens) =
        (parse::<Case>(case)?, parse::<Accents>(accents)?, parse::<Hyphens>(hyphens)?);
    let case = crate::fold::resolve_case(text, case);
    Ok(crate::fold::fold_str(text, case, accents, hyphens))
}
