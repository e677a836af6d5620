//! What is computed from matches and their texts, after tagging.
//!
//! Everything here works on one document at a time, on positions in the unit that the matches were
//! made with.

pub mod calendar;
pub mod context;
pub mod counting;
pub mod duplicates;
pub mod search;
pub mod words;
