//! A matcher as bytes, for a file: its gazetteer with it, so that nothing else is needed.
//!
//! The crate's automata cannot be written. In their place stand the phrases, folded and sorted, from
//! which those that a text asks for are built when it does; all else is there as it is in memory.

use super::{EXCLUSION, Group, LONE, Matcher, Starts};
use crate::automaton::{Lane, numbering};
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::parallel;

/// Begins a file, whatever its form.
const MAGIC: &[u8] = b"\x93slugline matcher\r\n\x1a\n";
/// The form of the file and of all that is in it: another release may write another.
const FORM: &str = concat!("3 of ", env!("CARGO_PKG_VERSION"));
/// Bytes of the checksum, with which a file ends.
const CHECKSUM: usize = 32;

impl Matcher {
    /// The bytes of a file, from which [`Self::from_bytes`] makes an equal matcher. Takes as long as
    /// building one, since a matcher does not keep all that is written.
    ///
    /// # Errors
    /// Those of building it.
    pub fn to_bytes(gazetteer: &Gazetteer) -> Result<Vec<u8>, Error> {
        let matcher = super::build::build(gazetteer, true)?;
        let mut bytes = MAGIC.to_vec();
        let gazetteer = gazetteer.to_bytes()?;
        let header = (FORM, numbering(), gazetteer.len() as u64);
        let failed = |error: postcard::Error| Error::internal(error.to_string());
        bytes = postcard::to_extend(&header, bytes).map_err(failed)?;
        bytes.extend_from_slice(&gazetteer);
        bytes = postcard::to_extend(&matcher, bytes).map_err(failed)?;
        let checksum = *blake3::hash(&bytes).as_bytes();
        bytes.extend_from_slice(&checksum);
        Ok(bytes)
    }

    /// Reads what [`Self::to_bytes`] wrote. Much faster than building, since automata are built as texts
    /// ask for them.
    ///
    /// # Errors
    /// The bytes are of something else, damaged, or of another release.
    pub fn from_bytes(bytes: &[u8]) -> Result<(Gazetteer, Self), Error> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            // What ends early is a file cut short and not another one.
            let is_cut = !bytes.is_empty() && MAGIC.starts_with(bytes);
            return Err(if is_cut { damaged() } else { Error::value("this is no file of a matcher") });
        };
        let Some((form, _)) = postcard::take_from_bytes::<&str>(rest).ok().filter(|_| bytes.len() > CHECKSUM)
        else {
            return Err(damaged());
        };
        if form != FORM {
            return Err(Error::value(format!(
                "the file was written by another release of slugline (form {form:?}; this one reads \
                 {FORM:?}): save it again from its gazetteer"
            )));
        }
        let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
        if blake3::hash(content) != *<&[u8; CHECKSUM]>::try_from(checksum).map_err(|_| damaged())? {
            return Err(damaged());
        }
        let ((_, numbered, len), rest) =
            postcard::take_from_bytes::<(&str, u64, u64)>(&content[MAGIC.len()..]).map_err(|_| damaged())?;
        if numbered != numbering() {
            return Err(Error::value(
                "the file was written with another release of the aho-corasick crate: save it again from \
                 its gazetteer",
            ));
        }
        let len = usize::try_from(len).ok().filter(|&len| len <= rest.len()).ok_or_else(damaged)?;
        let (gazetteer, matcher) = rest.split_at(len);
        let read = || postcard::take_from_bytes::<Self>(matcher).ok().filter(|(_, rest)| rest.is_empty());
        let (gazetteer, matcher) = parallel::install(parallel::processors().min(2), || {
            rayon::join(|| Gazetteer::from_bytes(gazetteer), read)
        });
        let (gazetteer, (matcher, _)) = (gazetteer?, matcher.ok_or_else(damaged)?);
        let matcher = matcher.restored(gazetteer.len())?.ok_or_else(damaged)?;
        Ok((gazetteer, matcher))
    }

    /// Makes what no file has, of what was read. None if that could not have been written.
    fn restored(mut self, entries: usize) -> Result<Option<Self>, Error> {
        if !self.is_sound(entries) {
            return Ok(None);
        }
        let groups = self.groups.len() as u32;
        let is_group = |group: u32| match group & LONE {
            0 => group + 1 < groups,
            _ => ((group & !LONE) as usize) < entries,
        };
        let lists =
            self.kinds.iter().filter_map(|kind| kind.affixes).max().map_or(0, |list| list as usize + 1);
        let lanes = std::mem::take(&mut self.lanes);
        let mut restored = Vec::with_capacity(lanes.len());
        for lane in lanes {
            let Some(lane) =
                Lane::restored(lane, is_group)?.filter(|lane| lane.common.affixes.len() >= lists)
            else {
                return Ok(None);
            };
            restored.push(lane);
        }
        self.starts = Starts::of(&restored);
        self.lanes = restored;
        Ok(Some(self))
    }

    /// Whether all lists are as long as they must be, and no number is out of range.
    fn is_sound(&self, entries: usize) -> bool {
        let is_last = |group: &Group| group.kind & 1 != 0;
        [self.rank.len(), self.concept_of.len()] == [entries; 2]
            && self.grouped.iter().all(|&entry| (entry as usize) < entries)
            && self.groups.is_sorted_by_key(|group| group.entries_from)
            && self.groups.last().is_some_and(|last| last.entries_from as usize == self.grouped.len())
            && self.groups.iter().rev().nth(1).is_none_or(is_last)
            && self.groups[..self.groups.len() - 1]
                .iter()
                .all(|group| ((group.kind >> 1) as usize) < self.kinds.len())
            && self
                .kinds
                .iter()
                .all(|kind| kind.demand.is_none_or(|demand| (demand as usize) < self.demands.len()))
            && !self.branch_of.contains(&EXCLUSION)
    }
}

fn damaged() -> Error {
    Error::value("the file of a matcher is damaged, or not all there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::Entry;
    use crate::options::{Boundary, Case, Options};

    fn gazetteer() -> Gazetteer {
        let mut gazetteer = Gazetteer::default();
        let mut add = |phrase: &str, options: &Options| {
            let entry = Entry { phrase, concept: Some("a/b"), options, lang: None, weight: 1.0 };
            gazetteer.push(entry, &"here").unwrap();
        };
        for phrase in ["New York", "New York Stock Exchange", "Москва", "中国", "Café de Flore", "x-ray"]
        {
            add(phrase, &Options::default());
        }
        add("afghan*", &Options { glob: true, ..Options::default() });
        add("* of *stan", &Options { glob: true, ..Options::default() });
        add("ab", &Options { boundary: Boundary::None, case: Case::Match, ..Options::default() });
        gazetteer
    }

    #[test]
    fn comes_back() {
        let bytes = Matcher::to_bytes(&gazetteer()).unwrap();
        let (read, matcher) = Matcher::from_bytes(&bytes).unwrap();
        assert!(read == gazetteer());
        let built = Matcher::new(&read).unwrap();
        assert_eq!(matcher.lanes.len(), built.lanes.len());
        assert_eq!(matcher.rank, built.rank);
        assert!(matcher.lanes.iter().any(|lane| lane.substrings.is_some()));
        assert_eq!(Matcher::to_bytes(&read).unwrap(), bytes);
    }

    /// No damage goes unseen, and none does harm.
    #[test]
    fn tells_damage() {
        let bytes = Matcher::to_bytes(&gazetteer()).unwrap();
        let message =
            |bytes: &[u8]| Matcher::from_bytes(bytes).err().map(|error| error.message).unwrap_or_default();
        for len in (0..bytes.len()).step_by(7) {
            assert!(!message(&bytes[..len]).is_empty(), "{len}");
        }
        for at in (0..bytes.len()).step_by(5) {
            let mut other = bytes.clone();
            other[at] ^= 0x10;
            assert!(!message(&other).is_empty(), "{at}");
        }
        assert!(message(b"PAR1").contains("no file of a matcher"));
        assert!(message(b"").contains("no file of a matcher"));
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(message(&longer).contains("damaged"));
    }

    /// Nor does damage under a checksum that is right: it is seen, or another matcher comes of it, whose
    /// calls may panic and no more.
    #[test]
    fn survives_forgery() {
        let bytes = Matcher::to_bytes(&gazetteer()).unwrap();
        for at in (MAGIC.len()..bytes.len() - CHECKSUM).step_by(3) {
            let mut other = bytes[..bytes.len() - CHECKSUM].to_vec();
            other[at] = other[at].wrapping_add(1);
            let checksum = *blake3::hash(&other).as_bytes();
            other.extend_from_slice(&checksum);
            let _ = Matcher::from_bytes(&other);
        }
    }
}
