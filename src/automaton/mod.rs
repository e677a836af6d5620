//! The automata: phrases that fold and start alike, and what tells where they may start.

mod buckets;
mod first;
mod follows;
mod hash_set;
mod heads;
mod letters;
mod outline;
mod prefix;
mod shard;
mod stems;
mod substrings;
mod word_key;
mod words;

use serde::{Deserialize, Serialize};

use rayon::prelude::*;

pub use buckets::{Buckets, letter_code};
pub use first::{FirstSet, first_char};
pub use follows::{Follows, NOTHING, first_word};
pub use hash_set::HashSet;
pub use heads::{HEAD_LETTERS, Heads, PARTS};
pub use letters::{FirstLetters, LETTERS};
pub use outline::{Glance, Outline};
pub use prefix::PrefixFilter;
pub use prefix::{PREFIX_COUNTED, Pairs};
pub use shard::{Shard, Walkable, numbering};
pub use stems::{STEM_LETTERS, StemHeads, Stems};
pub use substrings::{IN_SIGHT, Substrings};
pub use word_key::{
    BEYOND_ASCII, SECOND_COUNTED, WordKey, low_bytes, lower_bits, packed, second_ascii, second_wide,
};
pub use words::{Slot, WordTable};

use crate::bulk;
use crate::error::Error;
use crate::fold::simple::SimpleTable;
use crate::fold::{FoldTable, Profile};
use crate::glob::Part;
use follows::{follows, follows_open, then};
use words::{Found, GoesOn};

/// Where in a text the phrases of a lane can start, and how much of their first word is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reach {
    /// At boundaries; and the first word is whole, since the end asks for a boundary too.
    WholeWords,
    /// At boundaries.
    Boundaries,
    /// Anywhere.
    Anywhere,
}

/// One fold of a lane, and the first of its groups in the matcher.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    pub fold: &'a [u8],
    pub groups: u32,
    /// Whether wild cards follow it in one of the groups, so that it may not be all of its last word.
    pub is_open: bool,
}

/// What all phrases of a lane have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// The wild cards that they begin with.
    pub lead: Box<[Part]>,
    /// The groups of those that are nothing but these.
    pub bare: Option<u32>,
    /// The folds of the lists of affixes that the groups name.
    pub affixes: Vec<AffixList>,
    /// Bytes of the longest fold, with its wild cards.
    pub longest: usize,
    /// Whether one of them has stars, so that its matches may be longer than it.
    pub is_elastic: bool,
}

/// Phrases of one way of folding and one [`Reach`], with their automata and filters.
///
/// Automata are only ever walked anchored, from the places where a phrase can start; every match on
/// the way is seen. Phrases that are one word, no longer than a [`WordKey`] holds, are in the table
/// of words alone.
#[derive(Serialize, Deserialize)]
pub struct Lane {
    pub profile: Profile,
    pub reach: Reach,
    /// The first code points of all phrases.
    pub first: FirstSet,
    /// The first words of phrases, where these are whole words of a text.
    pub words: WordTable,
    /// The first code units of all others.
    pub prefixes: PrefixFilter,
    /// Those of phrases that begin with ASCII, for text of ASCII: if they are few among all.
    pub ascii_prefixes: Option<PrefixFilter>,
    /// In place of that filter at the words of ASCII, where phrases begin at boundaries.
    pub stems: Option<Stems>,
    /// In place of that filter in ASCII, where it can be.
    #[serde(skip)]
    pub substrings: Option<Substrings>,
    /// What that filter is of, if phrases begin with wild cards.
    pub anchor: Anchor,
    /// Whether one of those begins with a word character, a sign, white space.
    pub begins: Begins,
    /// The first letters of phrases that begin with a sign of ASCII, for [`FirstLetters::of_signs`].
    pub signs: Vec<(u64, usize)>,
    pub common: Common,
    /// The folded byte of each ASCII character, [`Lane::NOT_ALONE`] where the characters beside it
    /// decide.
    #[serde(with = "bulk::array")]
    pub ascii: [u8; 128],
    /// The same for most others.
    #[serde(skip, default = "any_table")]
    pub simple: &'static SimpleTable,
    /// By the first code points of their phrases, ascending.
    pub shards: Vec<Shard>,
}

/// How the places are found where phrases may start that begin with wild cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// Not by what follows the wild cards: every word is tried.
    #[default]
    None,
    /// By what follows, in the same word or directly behind it.
    InWord,
    /// By what follows behind one space.
    BehindSpace,
}

/// What phrases begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begins {
    pub word: bool,
    pub sign: bool,
    pub space: bool,
}

/// The folds of a list of affixes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AffixList {
    pub folds: Vec<Vec<u8>>,
    pub longest: usize,
}

impl AffixList {
    pub fn new(mut folds: Vec<Vec<u8>>) -> Self {
        folds.sort_unstable();
        folds.dedup();
        let longest = folds.iter().map(Vec::len).max().unwrap_or(0);
        Self { folds, longest }
    }

    pub fn contains(&self, fold: &[u8]) -> bool {
        self.folds.iter().any(|affix| affix == fold)
    }
}

/// A pattern, and where its first word ends if the table of words has it.
struct Sorted<'a> {
    pattern: Pattern<'a>,
    word: Option<(WordKey, usize)>,
}

impl Sorted<'_> {
    /// Whether the table of words has all there is of the phrase.
    fn is_word(&self) -> bool {
        self.word.is_some_and(|(key, end)| end == self.pattern.fold.len() && !key.is_long())
    }
}

impl Lane {
    pub const NOT_ALONE: u8 = 0xFF;

    /// Builds tables and automata of `patterns`, whose folds must be sorted, distinct and not empty.
    /// Uses the threads of the rayon pool that it is called in.
    ///
    /// # Errors
    /// More states than an automaton can number.
    pub fn new(
        profile: Profile,
        reach: Reach,
        common: Common,
        patterns: &[Pattern<'_>],
        keep_folds: bool,
    ) -> Result<Self, Error> {
        let sorted = sort_out(profile, reach, patterns);
        let in_automata: Vec<&Sorted<'_>> = sorted.iter().filter(|sorted| !sorted.is_word()).collect();
        let cuts = shard::cuts(&in_automata, |sorted| sorted.pattern.fold);
        let built: Vec<(Shard, Vec<Found>)> = (0..cuts.len().saturating_sub(1))
            .into_par_iter()
            .map(|number| {
                build_shard(profile, &in_automata[cuts[number]..cuts[number + 1]], number, keep_folds)
            })
            .collect::<Result<_, Error>>()?;
        let lone = sorted.iter().filter(|sorted| sorted.is_word()).filter_map(|sorted| {
            let (key, _) = sorted.word?;
            Some(Found { key, groups: Some(sorted.pattern.groups), goes_on: None })
        });
        let words =
            WordTable::new(built.iter().flat_map(|(_, found)| found).copied().chain(lone), profile.case);
        let anchor = Anchor::of(&common, patterns);
        let others = || {
            let others = sorted
                .iter()
                .filter(|sorted| sorted.word.is_none())
                .map(|sorted| anchor.part(sorted.pattern.fold));
            others.filter(|fold| !prefix::begins_with_joined_space(fold, profile))
        };
        Ok(Self {
            profile,
            reach,
            first: if common.lead.is_empty() {
                FirstSet::new(profile, patterns.iter().map(|pattern| pattern.fold))
            } else {
                FirstSet::everything()
            },
            words,
            prefixes: PrefixFilter::new(profile, others()),
            ascii_prefixes: few_ascii(others()).map(|few| PrefixFilter::new(profile, few)),
            stems: (reach == Reach::Boundaries)
                .then(|| Stems::new(profile, others()))
                .filter(|stems| !stems.is_empty() && common.lead.is_empty()),
            substrings: if common.lead.is_empty() {
                Substrings::new(profile, reach, patterns.iter().map(|pattern| pattern.fold))?
            } else {
                None
            },
            anchor,
            begins: Begins::of(others()),
            signs: letters::sign_heads(others()),
            common,
            ascii: ascii_folds(profile),
            simple: SimpleTable::of(profile),
            shards: built.into_iter().map(|(shard, _)| shard).collect(),
        })
    }

    /// The shard of the phrases that begin with this code point.
    pub fn shard_of(&self, first: char) -> Option<&Shard> {
        let after = self.shards.partition_point(|shard| shard.first <= first);
        self.shards[..after].last()
    }

    /// Makes what no file has, of what was read. None if that could not have been written; `is_group`
    /// tells the numbers of groups.
    ///
    /// # Errors
    /// None that a lane which was built once could give.
    pub fn restored(mut self, is_group: impl Fn(u32) -> bool) -> Result<Option<Self>, Error> {
        let is_sound = self.shards.iter().all(|shard| shard.is_sound(&is_group))
            && self.words.is_sound(self.shards.len(), &is_group)
            && self.prefixes.is_sound()
            && self.ascii_prefixes.as_ref().is_none_or(PrefixFilter::is_sound)
            && self.common.bare.is_none_or(&is_group)
            && self.ascii == ascii_folds(self.profile);
        if !is_sound {
            return Ok(None);
        }
        self.simple = SimpleTable::of(self.profile);
        if self.reach == Reach::Anywhere && self.common.lead.is_empty() {
            let folds: Vec<&[u8]> = self.shards.iter().flat_map(Shard::folds).collect();
            self.substrings = Substrings::new(self.profile, self.reach, folds.iter().copied())?;
        }
        Ok(Some(self))
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        let affixes: usize = self.common.affixes.iter().flat_map(|list| &list.folds).map(Vec::capacity).sum();
        size_of::<Self>()
            + self.shards.iter().map(Shard::nbytes).sum::<usize>()
            + self.first.nbytes()
            + self.words.nbytes()
            + self.prefixes.nbytes()
            + self.ascii_prefixes.as_ref().map_or(0, PrefixFilter::nbytes)
            + self.stems.as_ref().map_or(0, Stems::nbytes)
            + self.substrings.as_ref().map_or(0, Substrings::nbytes)
            + affixes
    }
}

impl Anchor {
    fn of(common: &Common, patterns: &[Pattern<'_>]) -> Self {
        let anchor = match *common.lead {
            [Part::Rest] => Self::InWord,
            [Part::Word] => Self::BehindSpace,
            _ => Self::None,
        };
        let is_told = common.bare.is_none()
            && patterns.iter().all(|pattern| match anchor {
                Self::BehindSpace => pattern.fold.len() > 1 && pattern.fold[0] == b' ',
                Self::None | Self::InWord => true,
            });
        if is_told { anchor } else { Self::None }
    }

    /// The part of a fold that is looked for.
    fn part(self, fold: &[u8]) -> &[u8] {
        if self == Self::BehindSpace { &fold[1..] } else { fold }
    }
}

impl Begins {
    fn of<'a>(folds: impl Iterator<Item = &'a [u8]>) -> Self {
        use crate::unicode::{SPACE, WORD, chars};
        let mut begins = Self::default();
        for first in folds.filter_map(first::first_char) {
            let flags = chars().get(u32::from(first));
            begins.word |= flags & WORD != 0;
            begins.space |= flags & SPACE != 0;
            // Some signs fold to spaces.
            begins.sign |= flags & WORD == 0;
        }
        begins
    }
}

/// Those of some folds that begin with ASCII, if that is not most of them.
fn few_ascii<'a>(
    folds: impl Iterator<Item = &'a [u8]> + Clone,
) -> Option<impl Iterator<Item = &'a [u8]> + Clone> {
    let all = folds.clone().count();
    let ascii = folds.filter(|fold| fold[0].is_ascii());
    (all > 0 && ascii.clone().count() <= all / 8).then_some(ascii)
}

fn sort_out<'a>(profile: Profile, reach: Reach, patterns: &[Pattern<'a>]) -> Vec<Sorted<'a>> {
    let lower = lower_bits(profile.case);
    patterns
        .par_iter()
        .with_min_len(1024)
        .map_init(Vec::new, |units, &pattern| {
            let end = match reach {
                Reach::WholeWords => first_word(pattern.fold, profile, units),
                Reach::Boundaries | Reach::Anywhere => None,
            };
            Sorted { pattern, word: end.map(|end| (WordKey::of_units(units, lower), end)) }
        })
        .collect()
}

/// Builds one automaton, and finds its states behind the first words.
fn build_shard(
    profile: Profile,
    patterns: &[&Sorted<'_>],
    number: usize,
    keep_folds: bool,
) -> Result<(Shard, Vec<Found>), Error> {
    let shard = Shard::new(&patterns.iter().map(|sorted| sorted.pattern).collect::<Vec<_>>(), keep_folds)?;
    let walkable = shard.walkable();
    let number = u16::try_from(number)
        .map_err(|_| Error::too_large("too many phrases for the table of first words"))?;
    let mut found = Vec::with_capacity(patterns.len());
    let mut last: (&[u8], _) = (&[], walkable.start());
    let mut units = Vec::new();
    for sorted in patterns {
        let Some((key, end)) = sorted.word else { continue };
        let (word, rest) = sorted.pattern.fold.split_at(end);
        if key.is_long() {
            found.push(Found {
                key,
                groups: None,
                goes_on: Some(GoesOn {
                    follows: Follows::Anything,
                    then: Follows::Anything,
                    shard: number,
                    state: walkable.start(),
                }),
            });
            continue;
        }
        if word != last.0 {
            last = (word, walkable.walk(word));
        }
        let is_open = sorted.pattern.is_open;
        let follows = if is_open { follows_open(rest, profile, &mut units) } else { follows(rest, profile) };
        let then = if is_open { Follows::Anything } else { then(rest, profile, &mut units) };
        found.push(Found {
            key,
            groups: None,
            goes_on: Some(GoesOn { follows, then, shard: number, state: last.1 }),
        });
    }
    Ok((shard, found))
}

/// In place of the one that [`Lane::restored`] finds.
fn any_table() -> &'static SimpleTable {
    SimpleTable::of(Profile::default())
}

fn ascii_folds(profile: Profile) -> [u8; 128] {
    let mut ascii = FoldTable::of(profile.case, profile.accents).ascii;
    if profile.hyphens == crate::options::Hyphens::Space {
        ascii[usize::from(b'-')] = Lane::NOT_ALONE;
    }
    ascii
}
