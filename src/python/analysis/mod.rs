//! What `Matches` are asked after tagging, as tables.

pub mod compare;
pub mod cooccurrence;
pub mod documents;
pub mod near;
