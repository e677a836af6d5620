//! Tags text with dictionaries of phrases: many phrases, whole words, full Unicode folding, exact
//! positions in the text as given.
//!
//! The way of the data, module by module:
//!
//! 1. [`gazetteer`] holds the phrases, their concepts and options; [`matcher`] folds them
//!    ([`fold`]) and builds the automata ([`automaton`]).
//! 2. Text comes in as it lies in memory ([`text`]), is folded and scanned from the places where a
//!    phrase can start ([`scan`], [`boundary`]).
//! 3. The true matches are resolved to those reported ([`overlap`]), their positions counted in
//!    the unit asked for ([`offsets`]), and written as columns ([`matches`]).
//! 4. [`analysis`] computes from matches and texts what a user asks about both.
//! 5. [`parallel`] cuts the work and shares it among threads; [`run`] is the calls a user makes.
//! 6. [`reading`] makes columns of the records of files.
//!
//! The core knows nothing of Python; the feature `python` adds the binding.

pub mod analysis;
pub mod automaton;
pub mod boundary;
mod bulk;
pub mod concept;
pub mod cursor;
pub mod error;
pub mod fold;
pub mod gazetteer;
pub mod glob;
pub mod matcher;
pub mod matches;
pub mod offsets;
pub mod options;
pub mod overlap;
pub mod parallel;
mod prefetch;
mod published;
pub mod reading;
pub mod retag;
pub mod run;
pub mod scan;
pub mod text;
pub mod unicode;

#[cfg(feature = "python")]
mod python;

pub use error::Error;
pub use gazetteer::Gazetteer;
pub use matcher::Matcher;
pub use options::{Accents, Boundary, Case, Hyphens, Offsets, Options, Overlap};
pub use text::{Corpus, Text};
