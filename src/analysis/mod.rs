//! What is computed from matches and their texts, after tagging.
//!
//! Everything here works on one document at a time, on positions in the unit that the matches were
//! made with.

pub mod association;
pub mod calendar;
pub mod context;
pub mod cooccurrence;
pub mod counting;
pub mod duplicates;
pub mod keyness;
pub mod near;
pub mod search;
pub mod sentences;
pub mod tagged;
pub mod words;
