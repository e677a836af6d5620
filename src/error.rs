//! The one error type of the core. Each names the row or phrase that it is about.

use std::fmt;

/// What went wrong. The kind decides which Python exception it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
}

/// The kinds of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A value that cannot be: `ValueError`.
    Value,
    /// Something that is not of the right type: `TypeError`.
    Type,
    /// More than an index type can number: `OverflowError`.
    TooLarge,
    /// Not to be had (yet): `NotImplementedError`.
    Unsupported,
    /// The caller asked to stop; what to raise is the caller's business.
    Stopped,
    /// A fault of ours: `SluglineError`.
    Internal,
}

impl Error {
    pub fn value(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Value, message: message.into() }
    }

    pub fn type_(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Type, message: message.into() }
    }

    pub fn too_large(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::TooLarge, message: message.into() }
    }

    pub fn unsupported(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Unsupported, message: message.into() }
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Internal, message: message.into() }
    }

    pub fn stopped() -> Self {
        Self { kind: ErrorKind::Stopped, message: "stopped".into() }
    }

    /// An option was given a value that it does not have.
    pub fn unknown_option(option: &str, given: &str, known: &[&str]) -> Self {
        let known: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
        Self::value(format!("{option} must be one of {}, not {given:?}", known.join(", ")))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
