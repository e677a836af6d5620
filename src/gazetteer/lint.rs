//! What the keeper of a gazetteer should look at: phrases that can match nothing, match too much, or
//! mean two things.

mod alone;
mod groups;
mod texts;

use std::collections::{HashMap, HashSet};

use super::{Entry, Gazetteer};
use crate::fold::{self, Profile};
use crate::options::{Accents, Case, Hyphens};

/// How bad it is. The worst come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The phrase does nothing.
    Error,
    /// Something is likely to be wrong.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    NeverReported,
    SeveralConcepts,
    SameFold,
    Short,
    OnlyDigits,
    CommonWord,
    LiteralStar,
    NoAffixes,
    TurkishAccents,
    MatchesOften,
    NeverMatches,
}

impl Rule {
    pub fn name(self) -> &'static str {
        match self {
            Self::NeverReported => "never-reported",
            Self::SeveralConcepts => "several-concepts",
            Self::SameFold => "same-fold",
            Self::Short => "short",
            Self::OnlyDigits => "only-digits",
            Self::CommonWord => "common-word",
            Self::LiteralStar => "literal-star",
            Self::NoAffixes => "no-affixes",
            Self::TurkishAccents => "turkish-accents",
            Self::MatchesOften => "matches-often",
            Self::NeverMatches => "never-matches",
        }
    }
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub severity: Severity,
    pub rule: Rule,
    /// The number of the entry it is about.
    pub entry: usize,
    /// What is the matter, and what can be done.
    pub message: String,
}

impl Finding {
    fn new(severity: Severity, rule: Rule, entry: usize, message: String) -> Self {
        Self { severity, rule, entry, message }
    }
}

/// The common words of languages, folded.
#[derive(Debug, Default)]
pub struct CommonWords {
    words: Vec<HashSet<Vec<u8>>>,
    /// Which of the lists is that of a language, by its name in the gazetteer; that of entries without
    /// one under the empty name.
    by_language: HashMap<String, usize>,
}

impl CommonWords {
    /// Takes the words of some languages: the same list for each of them.
    pub fn add<'w>(&mut self, languages: Vec<String>, words: impl IntoIterator<Item = &'w str>) {
        let fold = |word| {
            let mut folded = Vec::new();
            fold::push_str(fold::trim(word), PLAIN, &mut folded);
            folded
        };
        let at = self.words.len();
        self.words.push(words.into_iter().map(fold).collect());
        self.by_language.extend(languages.into_iter().map(|language| (language, at)));
    }

    fn of(&self, language: Option<&str>) -> Option<&HashSet<Vec<u8>>> {
        self.by_language.get(language.unwrap_or_default()).map(|&at| &self.words[at])
    }
}

/// How often phrases matched in some texts.
#[derive(Debug, Default)]
pub struct Seen {
    /// How many texts.
    pub texts: u64,
    /// By phrase: matches, and the texts that have any.
    pub counts: HashMap<String, (u64, u64)>,
}

impl Gazetteer {
    /// The languages of entries, each once. One or the other may have no entry left.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.langs.iter(&self.phrases)
    }

    /// Everything that is worth a look, the worst first, then by rule and in the order of adding.
    ///
    /// Costs a fold and a few look-ups for each entry.
    pub fn lint(&self, common: &CommonWords, seen: Option<&Seen>) -> Vec<Finding> {
        let folds = Folds::of(self);
        let mut findings = Vec::new();
        groups::several_concepts(self, &mut findings);
        groups::same_fold(self, &folds, &mut findings);
        groups::excluded(self, &folds, &mut findings);
        alone::look(self, &folds, common, &mut findings);
        if let Some(seen) = seen {
            texts::look(self, seen, &mut findings);
        }
        findings.sort_by_key(|finding| (finding.severity, finding.rule, finding.entry));
        findings
    }
}

/// How phrases are compared with words of a list.
const PLAIN: Profile = Profile { case: Case::Ignore, accents: Accents::Keep, hyphens: Hyphens::Keep };

/// The folds of all entries, each under its own options.
struct Folds {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    profiles: Vec<Profile>,
}

impl Folds {
    fn of(gazetteer: &Gazetteer) -> Self {
        let mut folds = Self {
            bytes: Vec::with_capacity(gazetteer.len() * 16),
            ends: Vec::with_capacity(gazetteer.len()),
            profiles: Vec::with_capacity(gazetteer.len()),
        };
        for entry in gazetteer.entries() {
            let profile = profile(&entry);
            fold::push_str(fold::trim(entry.phrase), profile, &mut folds.bytes);
            folds.ends.push(folds.bytes.len());
            folds.profiles.push(profile);
        }
        folds
    }

    fn get(&self, entry: usize) -> &[u8] {
        let start = entry.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[entry]]
    }
}

fn profile(entry: &Entry<'_>) -> Profile {
    let options = entry.options;
    Profile {
        case: fold::resolve_case(entry.phrase, options.case),
        accents: options.accents,
        hyphens: options.hyphens,
    }
}

/// Names as a message has them: the first few, and how many more there are.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 4;
    let mut text = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}

/// A concept as a message has it.
fn named(concept: Option<&str>) -> &str {
    concept.unwrap_or("(exclusion)")
}

#[cfg(test)]
mod tests;
