//! The one place where errors become Python exceptions.

use arrow_schema::ArrowError;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyNotImplementedError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::error::PyArrowError;

use crate::error::{Error, ErrorKind};

create_exception!(slugline, SluglineError, PyException, "A fault of slugline itself.");

impl From<Error> for PyErr {
    fn from(error: Error) -> Self {
        let message = error.message;
        match error.kind {
            ErrorKind::Value => PyValueError::new_err(message),
            ErrorKind::Type => PyTypeError::new_err(message),
            ErrorKind::TooLarge => PyOverflowError::new_err(message),
            ErrorKind::Unsupported => PyNotImplementedError::new_err(message),
            ErrorKind::Stopped | ErrorKind::Internal => SluglineError::new_err(message),
        }
    }
}

/// An error of the Arrow libraries, or of whoever gave us the data, for which they carry it.
pub fn arrow_error(error: ArrowError) -> PyErr {
    match error {
        ArrowError::ExternalError(_) => PyErr::from(PyArrowError::ArrowError(error)),
        ArrowError::OffsetOverflowError(_) => PyOverflowError::new_err(error.to_string()),
        error => PyValueError::new_err(error.to_string()),
    }
}

/// An error of the Arrow libraries on data that we made ourselves.
pub fn arrow_fault(error: ArrowError) -> Error {
    match error {
        ArrowError::OffsetOverflowError(_) => Error::too_large(error.to_string()),
        error => Error::internal(error.to_string()),
    }
}
