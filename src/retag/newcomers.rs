//! Phrases that are new, and what is known of them without a matcher of the new gazetteer.

use super::Sought;

/// What the matches of a form mean for what the old matcher reports. Of several that match the same, the
/// greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// They take part as those of other phrases do.
    Competes,
    /// They take part, and are not reported.
    Excludes,
    /// The same, and they did before.
    Excluded,
}

/// A form whose matches the old matcher does not tell of.
#[derive(Debug)]
pub struct Newcomer {
    pub(super) sought: Sought,
    pub role: Role,
    /// Its entries in the new gazetteer.
    pub entries: Vec<i32>,
}
