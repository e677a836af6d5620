//! The gazetteer: phrases with their concepts and options, validated, deduplicated and numbered.
//!
//! Entries lie in columns, with every string interned or in one blob with its neighbours, so that
//! a million of them fit where a million objects would not.

mod attributes;
mod branches;
mod diff;
mod lint;
mod numbers;
mod stored;
mod strings;
mod variants;
mod version;

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::BuildHasher;
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};
use serde::{Deserialize, Serialize};

pub use self::attributes::{Attributes, Kind, RESERVED, Value};
pub use self::branches::Branch;
pub use self::diff::Diff;
pub use self::lint::{CommonWords, Finding, Seen};
use self::numbers::Numbers;
use self::strings::{Interner, Strings};
pub use self::variants::{Made, Variant};
use crate::concept::{self, Pattern};
use crate::error::Error;
use crate::fold;
use crate::options::{Case, Options};
use crate::unicode::{self, IGNORABLE, MARK, REMOVED, STARTS_UNIT, WORD};

/// In place of a concept or a language: none.
const NONE: u32 = u32::MAX;

/// One entry, borrowed: what is added, and what is given back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The phrase as it was written.
    pub phrase: &'a str,
    /// What it stands for; none makes it an exclusion.
    pub concept: Option<&'a str>,
    /// Its options, all of them resolved.
    pub options: &'a Options,
    /// Its language. For information only.
    pub lang: Option<&'a str>,
    pub weight: f64,
}

/// The phrases to look for.
///
/// Entries are numbered from zero in the order of adding. Two gazetteers are equal if they hold the
/// same entries, in whatever order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Gazetteer {
    defaults: Options,
    phrases: Strings,
    concepts: Interner,
    langs: Interner,
    options: Vec<Options>,
    #[serde(skip)]
    option_numbers: HashMap<Options, u32>,
    concept_of: Vec<u32>,
    lang_of: Numbers<u32>,
    options_of: Numbers<u32>,
    weight_of: Numbers<f64>,
    attributes: Attributes,
    /// The entries by phrase, concept and options: all, or none since they were read or made compact.
    #[serde(skip)]
    index: HashTable<u32>,
    #[serde(skip)]
    hasher: DefaultHashBuilder,
    /// Made when first asked for; emptied by every change.
    #[serde(skip)]
    version: OnceLock<String>,
    /// The same.
    #[serde(skip)]
    branches: OnceLock<Vec<branches::Counted>>,
}

impl Gazetteer {
    /// An empty gazetteer with the options of phrases that have none of their own. Whether these
    /// make sense, [`check_options`] tells at once and [`Self::push`] when they are used.
    pub fn new(mut defaults: Options) -> Self {
        normalise(&mut defaults);
        Self { defaults, ..Self::default() }
    }

    /// The options of phrases that have none of their own.
    pub fn defaults(&self) -> &Options {
        &self.defaults
    }

    pub fn len(&self) -> usize {
        self.concept_of.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Entry `index`.
    ///
    /// # Panics
    /// Where there is none.
    pub fn entry(&self, index: usize) -> Entry<'_> {
        Entry {
            phrase: self.phrases.get(index),
            concept: self.concept_number(index).map(|number| self.concept_name(number)),
            options: &self.options[self.options_number(index)],
            lang: named(self.lang_of.get(index)).map(|number| self.langs.get(number, &self.phrases)),
            weight: self.weight_of.get(index),
        }
    }

    /// All entries, in the order of adding.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.len()).map(|index| self.entry(index))
    }

    /// The number of an entry's concept in [`Self::concept_names`]; none for an exclusion.
    ///
    /// # Panics
    /// Where there is no such entry.
    pub fn concept_number(&self, index: usize) -> Option<u32> {
        named(self.concept_of[index])
    }

    /// The concepts by number. Each occurs once; one or the other may have no entry left.
    pub fn concept_names(&self) -> impl Iterator<Item = &str> {
        self.concepts.iter(&self.phrases)
    }

    fn concept_name(&self, number: u32) -> &str {
        self.concepts.get(number, &self.phrases)
    }

    /// The phrase of entry `index`.
    ///
    /// # Panics
    /// Where there is no such entry.
    pub fn phrase(&self, index: usize) -> &str {
        self.phrases.get(index)
    }

    /// The different options of the entries, and the number of an entry's among them.
    pub fn all_options(&self) -> &[Options] {
        &self.options
    }

    /// See [`Self::all_options`].
    ///
    /// # Panics
    /// Where there is no such entry.
    pub fn options_number(&self, index: usize) -> usize {
        self.options_of.get(index) as usize
    }

    /// The weights of the entries.
    pub fn weights(&self) -> Vec<f64> {
        self.weight_of.iter().collect()
    }

    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The concepts in use, sorted by code point.
    pub fn concepts(&self) -> Vec<&str> {
        let mut used = vec![false; self.concepts.len()];
        for number in self.concept_of.iter().filter_map(|&number| named(number)) {
            used[number as usize] = true;
        }
        let names = self.concept_names().zip(used);
        let mut concepts: Vec<_> = names.filter_map(|(name, used)| used.then_some(name)).collect();
        concepts.sort_unstable();
        concepts
    }

    /// The first concept in use, by code point, that has a part without a name.
    ///
    /// Costs one pass over the concepts.
    pub fn concept_with_empty_part(&self) -> Option<&str> {
        // Mostly there is none, and then nothing needs to be sorted.
        let has_one = self.concept_names().any(concept::has_empty_part);
        let first = || self.concepts().into_iter().find(|name| concept::has_empty_part(name));
        has_one.then(first).flatten()
    }

    /// The branches in use, sorted by code point.
    ///
    /// Costs one pass over all entries, once after a change.
    pub fn branches(&self) -> impl Iterator<Item = Branch<'_>> {
        let counted = self.branches.get_or_init(|| branches::count(self));
        counted.iter().map(|branch| branch.named(self))
    }

    /// The phrases, sorted by code point, each once; those of exclusions too.
    pub fn phrases(&self) -> Vec<&str> {
        let mut phrases: Vec<_> = self.phrases.iter().collect();
        phrases.sort_unstable();
        phrases.dedup();
        phrases
    }

    /// Makes room for `additional` entries.
    pub fn reserve(&mut self, additional: usize) {
        self.phrases.reserve(additional);
        self.concept_of.reserve(additional);
        let Self { index, hasher, phrases, concept_of, options_of, .. } = self;
        index.reserve(additional, |&entry| {
            let at = entry as usize;
            hasher.hash_one((phrases.get(at), concept_of[at], options_of.get(at)))
        });
    }

    /// Adds an entry and returns its number, or nothing if the same phrase, concept and options
    /// are there already. `place` is where the entry comes from, for errors: `row 3`.
    ///
    /// # Errors
    /// The phrase, the concept or an affix is empty, or is so once folded; the weight is no finite
    /// number; there are too many entries. The gazetteer is then as it was.
    pub fn push(&mut self, entry: Entry<'_>, place: &dyn Display) -> Result<Option<usize>, Error> {
        check(&entry, place)?;
        let mut around = entry.options.context.phrases();
        if entry.options.glob
            && !entry.phrase.contains(['*', '?'])
            && !around.any(|(_, phrase)| phrase.contains(['*', '?']))
        {
            // Without a wild card the option says nothing, and must not make two entries differ.
            let options = Options { glob: false, ..entry.options.clone() };
            return self.push_checked(Entry { options: &options, ..entry }, place);
        }
        self.push_checked(entry, place)
    }

    fn push_checked(&mut self, entry: Entry<'_>, place: &dyn Display) -> Result<Option<usize>, Error> {
        let options = self.number_options(&entry, place)?;
        self.insert(entry, options)
    }

    /// Sets an attribute of the newest entry.
    ///
    /// # Errors
    /// All values of an attribute must be of one type; whole numbers may stand among floats.
    pub fn set_attribute(&mut self, name: &str, value: Value<'_>, place: &dyn Display) -> Result<(), Error> {
        let Some(newest) = self.len().checked_sub(1) else {
            return Err(Error::internal("an attribute without an entry"));
        };
        self.version.take();
        self.attributes
            .append(newest, name, value)
            .map_err(|error| Error { message: located(place, &error.message), ..error })
    }

    /// Runs a change that may fail half way, in which case it leaves nothing behind.
    ///
    /// # Errors
    /// Those of the change.
    pub fn atomically<T, E>(&mut self, change: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let before = (self.len(), self.concepts.len(), self.langs.len(), self.attributes.len());
        let result = change(self);
        if result.is_err() {
            let (entries, concepts, langs, attributes) = before;
            self.truncate(entries);
            self.concepts.truncate(concepts);
            self.langs.truncate(langs);
            self.attributes.truncate(attributes, entries);
        }
        result
    }

    /// Adds the entries of another gazetteer, with their options.
    ///
    /// # Errors
    /// An attribute has another type there; there are too many entries. The gazetteer is then as
    /// it was.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.atomically(|this| (0..other.len()).try_for_each(|index| this.copy_entry(other, index)))
    }

    /// Removes the entries that have this phrase and whose concept matches this pattern (see
    /// [`Pattern`]; an exclusion's never does), and returns how many there were.
    ///
    /// # Errors
    /// At least one of the two must be given.
    pub fn remove(&mut self, phrase: Option<&str>, concept: Option<&str>) -> Result<usize, Error> {
        if phrase.is_none() && concept.is_none() {
            return Err(Error::value("remove needs a phrase, a concept or both"));
        }
        let concepts = concept.map(|pattern| self.matching_concepts(pattern));
        let goes = |index: usize| {
            phrase.is_none_or(|phrase| self.phrases.get(index) == phrase)
                && concepts.as_ref().is_none_or(|matching| {
                    self.concept_number(index).is_some_and(|number| matching[number as usize])
                })
        };
        let kept = self.retained(|index| !goes(index))?;
        let removed = self.len() - kept.len();
        if removed > 0 {
            *self = kept;
        }
        Ok(removed)
    }

    /// A gazetteer of the entries whose concept matches a pattern (see [`Pattern`]), and of all
    /// exclusions, since what they keep from matching should stay kept.
    ///
    /// # Errors
    /// None that a gazetteer which was built without one could give.
    pub fn filter(&self, concept: &str) -> Result<Self, Error> {
        let matching = self.matching_concepts(concept);
        self.retained(|index| match self.concept_number(index) {
            Some(number) => matching[number as usize],
            None => true,
        })
    }

    /// For each concept, by number, whether it matches a pattern.
    pub fn matching_concepts(&self, pattern: &str) -> Vec<bool> {
        let pattern = Pattern::new(pattern);
        self.concept_names().map(|concept| pattern.matches(concept)).collect()
    }

    /// What is wrong with a pattern that no concept matches, and which would match; None where one
    /// does.
    pub fn misfit(&self, pattern: &str) -> Option<String> {
        if self.matching_concepts(pattern).contains(&true) {
            return None;
        }
        let below = format!("{pattern}/*");
        let has_below = self.matching_concepts(&below).contains(&true);
        let hint = if has_below { format!("; {below:?} would fit some") } else { String::new() };
        Some(format!("no concept of the gazetteer fits {pattern:?}{hint}"))
    }

    /// A hash of the content in hexadecimal digits: the same for the same entries, in whatever
    /// order they were added, on every machine.
    ///
    /// Costs one pass over all entries, once after a change.
    pub fn version(&self) -> &str {
        self.version.get_or_init(|| version::version(self))
    }

    /// Gives back all memory that only a change would need. The next one makes the index anew.
    pub fn compact(&mut self) {
        self.phrases.shrink();
        self.concepts.compact();
        self.langs.compact();
        self.concept_of.shrink_to_fit();
        self.lang_of.shrink();
        self.options_of.shrink();
        self.weight_of.shrink();
        self.attributes.shrink();
        self.index = HashTable::new();
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        self.phrases.nbytes()
            + self.concepts.nbytes()
            + self.langs.nbytes()
            + self.concept_of.capacity() * size_of::<u32>()
            + self.lang_of.nbytes()
            + self.options_of.nbytes()
            + self.weight_of.nbytes()
            + self.attributes.nbytes()
            + self.branches.get().map_or(0, Vec::capacity) * size_of::<branches::Counted>()
            + self.index.allocation_size()
    }

    /// The number of an entry's options, which are checked if they are new.
    fn number_options(&mut self, entry: &Entry<'_>, place: &dyn Display) -> Result<u32, Error> {
        // Most entries have the options of the one before.
        if let Some(last) = self.len().checked_sub(1).map(|last| self.options_of.get(last))
            && self.options[last as usize] == *entry.options
        {
            return Ok(last);
        }
        if let Some(&number) = self.option_numbers.get(entry.options) {
            return Ok(number);
        }
        check_options(entry.options, place)?;
        let mut options = entry.options.clone();
        normalise(&mut options);
        if let Some(&number) = self.option_numbers.get(&options) {
            return Ok(number);
        }
        let number =
            u32::try_from(self.options.len()).map_err(|_| Error::too_large("too many different options"))?;
        self.option_numbers.insert(options.clone(), number);
        self.options.push(options);
        Ok(number)
    }

    /// Adds an entry that was checked; `options` is the number of its options.
    fn insert(&mut self, entry: Entry<'_>, options: u32) -> Result<Option<usize>, Error> {
        let (concepts, langs) = (self.concepts.len(), self.langs.len());
        let inserted = self.insert_named(entry, options);
        if inserted.is_err() {
            // A new name may be that of the phrase which did not come to be.
            self.concepts.truncate(concepts);
            self.langs.truncate(langs);
        }
        inserted
    }

    /// The same, but that an error may leave new names behind.
    fn insert_named(&mut self, entry: Entry<'_>, options: u32) -> Result<Option<usize>, Error> {
        let Entry { phrase, concept, lang, .. } = entry;
        let intern = |names: &mut Interner, name: Option<&str>, phrases: &Strings| match name {
            Some(name) => names.intern(name, phrases, phrase),
            None => Ok(NONE),
        };
        // Phrases of one concept mostly follow each other.
        let concept = match self.concept_of.last().copied().and_then(named) {
            Some(last) if concept == Some(self.concept_name(last)) => last,
            _ => intern(&mut self.concepts, concept, &self.phrases)?,
        };
        if self.index.len() < self.len() {
            self.index_all();
        }
        let Self { index, hasher, phrases, concept_of, options_of, .. } = self;
        let hash = hasher.hash_one((phrase, concept, options));
        let same = |&number: &u32| {
            let at = number as usize;
            concept_of[at] == concept && options_of.get(at) == options && phrases.get(at) == phrase
        };
        if index.find(hash, same).is_some() {
            return Ok(None);
        }
        let at = concept_of.len();
        let number = i32::try_from(at)
            .map_err(|_| Error::too_large("a gazetteer holds at most 2,147,483,648 entries"))?;
        let lang = intern(&mut self.langs, lang, phrases)?;
        phrases.push(phrase)?;
        concept_of.push(concept);
        options_of.push(options);
        self.lang_of.push(lang);
        self.weight_of.push(entry.weight);
        index.insert_unique(hash, number.cast_unsigned(), |&entry| {
            let at = entry as usize;
            hasher.hash_one((phrases.get(at), concept_of[at], options_of.get(at)))
        });
        self.version.take();
        self.branches.take();
        Ok(Some(at))
    }

    /// Makes the index of a gazetteer that was read, which many never need.
    fn index_all(&mut self) {
        let Self { index, hasher, phrases, concept_of, options_of, .. } = self;
        let hash = |&entry: &u32| {
            let at = entry as usize;
            hasher.hash_one((phrases.get(at), concept_of[at], options_of.get(at)))
        };
        index.clear();
        index.reserve(concept_of.len(), hash);
        for entry in 0..concept_of.len() as u32 {
            index.insert_unique(hash(&entry), entry, hash);
        }
    }

    /// Adds entry `index` of another gazetteer with its attributes.
    fn copy_entry(&mut self, other: &Self, index: usize) -> Result<(), Error> {
        let entry = other.entry(index);
        let options = self.number_options(&entry, &"options")?;
        if let Some(at) = self.insert(entry, options)? {
            for (name, value) in other.attributes.of(index) {
                self.attributes.append(at, name, value).map_err(|error| Error {
                    message: format!("phrase {:?}: {}", entry.phrase, error.message),
                    ..error
                })?;
            }
        }
        Ok(())
    }

    /// A compact copy of the entries that `keep` names.
    fn retained(&self, keep: impl Fn(usize) -> bool) -> Result<Self, Error> {
        let mut kept = Self { defaults: self.defaults.clone(), ..Self::default() };
        (0..self.len()).filter(|&index| keep(index)).try_for_each(|index| kept.copy_entry(self, index))?;
        Ok(kept)
    }

    /// Forgets the entries from number `len` on.
    fn truncate(&mut self, len: usize) {
        self.index.retain(|&mut number| (number as usize) < len);
        self.phrases.truncate(len);
        self.concept_of.truncate(len);
        self.lang_of.truncate(len);
        self.options_of.truncate(len);
        self.weight_of.truncate(len);
        self.version.take();
        self.branches.take();
    }
}

/// Equal through content: the order of the entries does not count.
impl PartialEq for Gazetteer {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.version() == other.version()
    }
}

/// A number that may stand for none.
fn named(number: u32) -> Option<u32> {
    (number != NONE).then_some(number)
}

/// Brings options into the one form in which equal options are equal.
fn normalise(options: &mut Options) {
    options.affixes.sort_unstable();
    options.affixes.dedup();
    options.context.normalise();
}

/// A message with the place it is about, if that is known.
fn located(place: &dyn Display, message: &str) -> String {
    let place = place.to_string();
    if place.is_empty() { message.to_owned() } else { format!("{place}: {message}") }
}

/// Refuses an entry that could never match or never be reported.
fn check(entry: &Entry<'_>, place: &dyn Display) -> Result<(), Error> {
    let phrase = entry.phrase;
    let fail = |message: String| Err(Error::value(located(place, &message)));
    if !folds_to_something(phrase, entry.options) {
        let when = if fold::trim(phrase).is_empty() { "" } else { " once folded" };
        return fail(format!("phrase {phrase:?} is empty{when}"));
    }
    if entry.concept == Some("") {
        return fail(format!("the concept of phrase {phrase:?} is empty"));
    }
    if !entry.weight.is_finite() {
        let weight = entry.weight;
        return fail(format!("the weight of phrase {phrase:?} must be finite, not {weight}"));
    }
    Ok(())
}

/// Whether anything is left of a phrase once it is folded.
fn folds_to_something(phrase: &str, options: &Options) -> bool {
    // Most phrases begin with what always remains, and need no folding here.
    if phrase.chars().any(always_remains) {
        return true;
    }
    let phrase = fold::trim(phrase);
    let case = fold::resolve_case(phrase, options.case);
    !fold::fold_str(phrase, case, options.accents, options.hyphens).is_empty()
}

/// Whether this is a letter or digit that no fold takes away.
fn always_remains(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let asked = WORD | STARTS_UNIT | MARK | IGNORABLE | REMOVED;
    unicode::chars().get(c as u32) & asked == WORD | STARTS_UNIT
}

/// Refuses affixes, and phrases around a phrase, of which nothing is left once they are folded.
///
/// # Errors
/// There is such a one, or nothing to be near to.
pub fn check_options(options: &Options, place: &dyn Display) -> Result<(), Error> {
    let affixes = options.affixes.iter().map(|affix| ("affix", affix));
    for (what, text) in affixes.chain(options.context.phrases()) {
        // Whether anything is left does not depend on case, which may not be resolved yet.
        let written = if what == "affix" { text } else { fold::trim(text) };
        let folded = fold::fold_str(written, Case::Ignore, options.accents, options.hyphens);
        if folded.is_empty() {
            let when = if text.is_empty() { "" } else { " once folded" };
            let what = if what == "affix" { "affix".to_owned() } else { format!("{what}: phrase") };
            return Err(Error::value(located(place, &format!("{what} {text:?} is empty{when}"))));
        }
    }
    if options.context.near.as_ref().is_some_and(|near| near.phrases.is_empty()) {
        return Err(Error::value(located(place, "near: there must be phrases to be near to")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
