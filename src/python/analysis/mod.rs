//! What `Matches` are asked after tagging, as tables.

pub mod compare;
pub mod cooccurrence;
mod documents;
pub mod near;
