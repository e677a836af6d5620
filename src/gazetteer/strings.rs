//! Many strings in few allocations.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A list of strings laid end to end.
///
/// A `String` of its own costs 24 bytes and an allocation for each; here a string costs 4 bytes
/// beside its text, which for millions of phrases is the difference between fitting and not.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// String `index`.
    ///
    /// # Panics
    /// Where there is none.
    pub fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[index] as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// # Errors
    /// All strings together may take 4 GiB.
    pub fn push(&mut self, string: &str) -> Result<(), Error> {
        let end = u32::try_from(self.text.len() + string.len())
            .map_err(|_| Error::too_large("a column of a gazetteer holds at most 4 GiB of text"))?;
        self.text.push_str(string);
        self.ends.push(end);
        Ok(())
    }

    pub fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        self.text.truncate(self.ends.last().map_or(0, |&end| end as usize));
    }

    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    pub fn reserve(&mut self, strings: usize) {
        self.ends.reserve(strings);
    }

    /// Whether what was read is what could have been written.
    pub fn is_sound(&self) -> bool {
        let ends = || self.ends.iter().map(|&end| end as usize);
        ends().is_sorted()
            && ends().all(|end| self.text.is_char_boundary(end))
            && ends().next_back().unwrap_or(0) == self.text.len()
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}

/// Numbers strings: the same string always gets the same number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Interner {
    strings: Strings,
    /// All of them, or none since they were read or made compact: then they are numbered when one is
    /// asked for.
    #[serde(skip)]
    numbers: HashTable<u32>,
    #[serde(skip)]
    hasher: DefaultHashBuilder,
}

impl Interner {
    pub fn len(&self) -> usize {
        self.strings.len()
    }

    /// The string that has this number.
    ///
    /// # Panics
    /// Where there is none.
    pub fn get(&self, number: u32) -> &str {
        self.strings.get(number as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.strings.iter()
    }

    /// The number of a string that was interned before.
    fn find(&mut self, string: &str) -> Option<u32> {
        let Self { strings, numbers, hasher } = self;
        if numbers.len() < strings.len() {
            let hash = |&n: &u32| hasher.hash_one(strings.get(n as usize));
            numbers.reserve(strings.len(), hash);
            for n in 0..strings.len() as u32 {
                numbers.insert_unique(hash(&n), n, hash);
            }
        }
        self.numbers.find(self.hasher.hash_one(string), |&n| self.get(n) == string).copied()
    }

    /// The number of a string, which is new if the string is.
    ///
    /// # Errors
    /// All strings together may take 4 GiB.
    pub fn intern(&mut self, string: &str) -> Result<u32, Error> {
        if let Some(number) = self.find(string) {
            return Ok(number);
        }
        let number = u32::try_from(self.strings.len())
            .map_err(|_| Error::too_large("a gazetteer holds at most 4 billion names"))?;
        self.strings.push(string)?;
        let Self { strings, numbers, hasher } = self;
        numbers.insert_unique(hasher.hash_one(string), number, |&n| hasher.hash_one(strings.get(n as usize)));
        Ok(number)
    }

    /// See [`Strings::is_sound`].
    pub fn is_sound(&self) -> bool {
        self.strings.is_sound() && u32::try_from(self.len()).is_ok_and(|len| len < u32::MAX)
    }

    /// Gives back all memory that only a new string would need.
    pub fn compact(&mut self) {
        self.strings.shrink();
        self.numbers = HashTable::new();
    }

    /// Forgets the strings from number `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.numbers.retain(|&mut number| (number as usize) < len);
        self.strings.truncate(len);
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        self.strings.nbytes() + self.numbers.allocation_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_back_as_they_went_in() {
        let mut strings = Strings::default();
        for string in ["", "a", "", "日本", "x"] {
            strings.push(string).unwrap();
        }
        assert_eq!(strings.iter().collect::<Vec<_>>(), ["", "a", "", "日本", "x"]);
        strings.truncate(3);
        strings.push("z").unwrap();
        assert_eq!(strings.iter().collect::<Vec<_>>(), ["", "a", "", "z"]);
    }

    #[test]
    fn a_forgotten_string_gets_a_new_number() {
        let mut interner = Interner::default();
        assert_eq!(interner.intern("a"), Ok(0));
        assert_eq!(interner.intern("b"), Ok(1));
        assert_eq!(interner.intern("a"), Ok(0));
        interner.truncate(1);
        assert_eq!(interner.find("b"), None);
        assert_eq!(interner.intern("c"), Ok(1));
        assert_eq!(interner.get(1), "c");
    }
}
