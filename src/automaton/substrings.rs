//! A search for phrases that may stand anywhere, by the crate's own search with its prefilters.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::Reach;
use crate::error::Error;
use crate::fold::Profile;
use crate::options::{Case, Hyphens};

/// Finds where phrases start in ASCII text.
///
/// A space of a phrase may be any white space, and any run of it: it looks for that as well, behind
/// each part of a phrase. What it finds is walked like all else.
pub struct Substrings(AhoCorasick);

/// Phrases with more apostrophes are looked for as far as the next one.
const MOST_QUOTES: usize = 3;

/// A fold, with each of its apostrophes as such or as the other sign of ASCII that folds to it.
fn with_other_quotes(fold: &[u8]) -> Vec<Vec<u8>> {
    let mut quotes = fold.iter().enumerate().filter(|(_, byte)| **byte == b'\'').map(|(at, _)| at);
    let fold = &fold[..quotes.nth(MOST_QUOTES).unwrap_or(fold.len())];
    let mut all = vec![fold.to_vec()];
    for (at, _) in fold.iter().enumerate().filter(|(_, byte)| **byte == b'\'') {
        for number in 0..all.len() {
            let mut other = all[number].clone();
            other[at] = b'`';
            all.push(other);
        }
    }
    all
}

/// So many bytes are looked for at the most: as many as a block of ASCII always has behind its last
/// place. The rest is left to the walk.
pub const IN_SIGHT: usize = 8;

/// What may stand for a space beside itself, or begin what does.
const OTHER_SPACES: [&[u8]; 11] =
    [b"  ", b" \t", b" \n", b" \x0B", b" \x0C", b" \r", b"\t", b"\n", b"\x0B", b"\x0C", b"\r"];

/// Up to so many bytes of phrases are made a DFA, which is twice as fast and much larger.
const MOST_FOR_DFA: usize = 1 << 18;

impl Substrings {
    /// A search for these folds, where ASCII text matches them byte by byte: none where case or
    /// hyphens are folded, or phrases are not ASCII, or words tell more.
    ///
    /// # Errors
    /// Too many phrases for an automaton.
    pub fn new<'a>(
        profile: Profile,
        reach: Reach,
        folds: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> Result<Option<Self>, Error> {
        let is_itself = |fold: &[u8]| fold.is_ascii() && !fold.starts_with(b" ");
        let serves = reach == Reach::Anywhere
            && (profile.case, profile.hyphens) == (Case::Match, Hyphens::Keep)
            && folds.clone().all(is_itself);
        if !serves {
            return Ok(None);
        }
        let bytes: usize = folds.clone().map(<[u8]>::len).sum();
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        for fold in folds {
            for fold in with_other_quotes(fold) {
                for (at, _) in fold.iter().enumerate().filter(|(_, byte)| **byte == b' ') {
                    patterns.extend(OTHER_SPACES.iter().map(|space| [&fold[..at], space].concat()));
                }
                patterns.push(fold);
            }
        }
        patterns.iter_mut().for_each(|pattern| pattern.truncate(IN_SIGHT));
        patterns.sort_unstable();
        patterns.dedup();
        let kind = if bytes <= MOST_FOR_DFA { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let search =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).kind(Some(kind)).build(patterns);
        match search {
            Ok(search) => Ok(Some(Self(search))),
            Err(error) => Err(Error::too_large(format!("too many phrases for one automaton: {error}"))),
        }
    }

    /// The first place at or after `at` where a phrase may start.
    #[inline]
    pub fn next(&self, text: &[u8], at: usize) -> Option<usize> {
        Some(self.0.find(Input::new(text).range(at..))?.start())
    }

    pub fn nbytes(&self) -> usize {
        self.0.memory_usage()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Accents;

    fn search(phrases: &[&str]) -> Option<Substrings> {
        let profile = Profile { case: Case::Match, accents: Accents::Keep, hyphens: Hyphens::Keep };
        Substrings::new(profile, Reach::Anywhere, phrases.iter().map(|phrase| phrase.as_bytes())).unwrap()
    }

    #[test]
    fn finds_all_that_fold_alike() {
        let search = search(&["New York", "d'Ivoire"]).unwrap();
        for text in ["xNew York", "xNew\nYork", "xNew  York", "xd`Ivoire", "xd'Ivoire"] {
            assert_eq!(search.next(text.as_bytes(), 0), Some(1), "{text:?}");
            assert_eq!(search.next(text.as_bytes(), 2), None, "{text:?}");
        }
        assert_eq!(search.next(b"Newer", 0), None);
        assert_eq!(super::tests::search(&["a'b'c'd'e"]).unwrap().next(b"xa`b'c`d", 0), Some(1));
    }

    #[test]
    fn leaves_others_alone() {
        assert!(search(&["caf\u{e9}"]).is_none());
    }
}
