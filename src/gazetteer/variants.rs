//! Variants: entries that were made from others by a rule, and remember which.

use std::collections::{HashMap, HashSet};

use super::attributes::Value;
use super::{Entry, Gazetteer};
use crate::error::Error;
use crate::fold::{self, Profile};
use crate::options::{Accents, Case, Hyphens};

/// The attribute of a variant that has the phrase it was made from.
pub const VARIANT_OF: &str = "variant_of";
/// The attribute of a variant that has the rule which made it.
pub const VARIANT_RULE: &str = "variant_rule";

/// A variant that is to be made of an entry.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The entry it is a variant of.
    pub of: usize,
    pub phrase: String,
    /// What made it: `plural`.
    pub rule: String,
    /// Whether case counts, whatever the entry's option says (acronyms: `NGOs`).
    pub match_case: bool,
    /// Its language, unless that is the entry's; empty for none.
    pub lang: Option<String>,
    /// The variant it was made from, if that is not the entry itself: without that, it is not made.
    pub base: Option<usize>,
}

/// What became of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    Yes,
    /// The concept has such a phrase.
    Known,
    /// Another concept has such a phrase, or that of its base; none if it is an exclusion.
    Taken(Option<String>),
}

impl Gazetteer {
    /// Adds variants, each with the concept, options, weight and attributes of its entry, but for those
    /// whose phrase is there already. Cost: one pass over all phrases, which are folded.
    ///
    /// # Errors
    /// A variant is empty, or an attribute that remembers its origin has another type. The gazetteer is
    /// then as it was.
    pub fn add_variants(&mut self, variants: &[Variant]) -> Result<Vec<Made>, Error> {
        let mut buffer = Vec::new();
        let mut known: HashMap<Vec<u8>, Vec<Option<String>>> = HashMap::with_capacity(variants.len());
        for variant in variants {
            known.insert(plain_fold(&variant.phrase, &mut buffer).to_vec(), Vec::new());
        }
        for entry in self.entries() {
            if let Some(concepts) = known.get_mut(plain_fold(entry.phrase, &mut buffer)) {
                concepts.push(entry.concept.map(str::to_owned));
            }
        }
        let mut made_here = HashSet::new();
        self.atomically(|this| {
            let mut made: Vec<Made> = Vec::with_capacity(variants.len());
            for variant in variants {
                let base = variant.base.and_then(|base| made.get(base));
                if let Some(taken @ Made::Taken(_)) = base {
                    made.push(taken.clone());
                    continue;
                }
                let concept = this.entry(variant.of).concept.map(str::to_owned);
                let fold = plain_fold(&variant.phrase, &mut buffer);
                let concepts = known.get(fold).map_or(&[][..], Vec::as_slice);
                if concepts.contains(&concept) || !made_here.insert((fold.to_vec(), concept)) {
                    made.push(Made::Known);
                } else if let Some(other) = concepts.first() {
                    made.push(Made::Taken(other.clone()));
                } else {
                    this.push_variant(variant)?;
                    made.push(Made::Yes);
                }
            }
            Ok(made)
        })
    }

    fn push_variant(&mut self, variant: &Variant) -> Result<(), Error> {
        let of = self.entry(variant.of);
        let (origin, concept) = (of.phrase.to_owned(), of.concept.map(str::to_owned));
        let (mut options, weight) = (of.options.clone(), of.weight);
        let lang =
            variant.lang.clone().or_else(|| of.lang.map(str::to_owned)).filter(|lang| !lang.is_empty());
        if variant.match_case {
            options.case = Case::Match;
        }
        let place = format!("a variant of {origin:?}");
        let entry = Entry {
            phrase: &variant.phrase,
            concept: concept.as_deref(),
            options: &options,
            lang: lang.as_deref(),
            weight,
        };
        let Some(at) = self.push(entry, &place)? else { return Ok(()) };
        self.attributes.repeat(variant.of, at)?;
        self.set_attribute(VARIANT_OF, Value::Str(&origin), &place)?;
        self.set_attribute(VARIANT_RULE, Value::Str(&variant.rule), &place)
    }

    /// A gazetteer of the variants alone, or of all else: those that one rule made, or any; of one
    /// phrase, or of any.
    ///
    /// # Errors
    /// None that a gazetteer which was built without one could give.
    pub fn split_variants(
        &self,
        rule: Option<&str>,
        of: Option<&str>,
        variants: bool,
    ) -> Result<Self, Error> {
        let column = |name| self.attributes.names().position(|n| n == name);
        let (origins, rules) = (column(VARIANT_OF), column(VARIANT_RULE));
        let value = |column: Option<usize>, index| match self.attributes.get(column?, index) {
            Some(Value::Str(text)) => Some(text),
            _ => None,
        };
        self.retained(|index| {
            let is_one = value(origins, index).is_some_and(|origin| of.is_none_or(|of| of == origin))
                && rule.is_none_or(|rule| value(rules, index).is_some_and(|all| has_rule(all, rule)));
            is_one == variants
        })
    }
}

/// Whether a rule is among those that made a variant: `plural` in `spelling+plural`.
fn has_rule(all: &str, rule: &str) -> bool {
    all == rule || all.split('+').any(|one| one == rule)
}

/// How phrases are compared, whatever their options.
const PLAIN: Profile = Profile { case: Case::Ignore, accents: Accents::Keep, hyphens: Hyphens::Keep };

fn plain_fold<'f>(phrase: &str, out: &'f mut Vec<u8>) -> &'f [u8] {
    out.clear();
    fold::push_str(fold::trim(phrase), PLAIN, out);
    out
}
