//! Rules that look at what phrases matched.

use std::collections::HashSet;

use super::{Finding, Rule, Seen, Severity};
use crate::gazetteer::Gazetteer;

/// A phrase that this part of the texts has is a surprise.
const OFTEN: f64 = 0.1;
/// As is one that matches so many times as often as the middle one of those that match.
const OUTLIER: u64 = 100;
/// Fewer texts, or fewer matches, tell nothing.
const ENOUGH: u64 = 20;

pub fn look(gazetteer: &Gazetteer, seen: &Seen, findings: &mut Vec<Finding>) {
    let median = median(seen);
    let mut told = HashSet::new();
    for (number, entry) in gazetteer.entries().enumerate() {
        if entry.concept.is_none() || !told.insert(entry.phrase) {
            continue;
        }
        let Some(&(matches, documents)) = seen.counts.get(entry.phrase) else {
            let message = format!("matches in none of the {} texts", seen.texts);
            findings.push(Finding::new(Severity::Info, Rule::NeverMatches, number, message));
            continue;
        };
        if matches < ENOUGH || seen.texts < ENOUGH {
            continue;
        }
        let share = documents as f64 / seen.texts as f64;
        let message = if share >= OFTEN {
            format!(
                "matches in {:.0} % of the texts ({matches} times): is it always what is meant?",
                share * 100.0
            )
        } else if matches >= median.saturating_mul(OUTLIER) {
            format!(
                "matches {matches} times, {} times as often as the middle one of the phrases that match: \
                 is it always what is meant?",
                matches / median.max(1)
            )
        } else {
            continue;
        };
        findings.push(Finding::new(Severity::Warning, Rule::MatchesOften, number, message));
    }
}

/// The middle one of the numbers of matches.
fn median(seen: &Seen) -> u64 {
    let mut matches: Vec<u64> = seen.counts.values().map(|&(matches, _)| matches).collect();
    matches.sort_unstable();
    matches.get(matches.len() / 2).copied().unwrap_or(1)
}
