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
///
/// What a list of phrases stands for is mostly called as they are. A string that came with a phrase like
/// it is not kept a second time, so all calls take the phrases.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Interner {
    /// By number: the place of the string in `strings`, or with [`A_PHRASE`] that among the phrases.
    places: Vec<u32>,
    strings: Strings,
    /// All of them, or none since they were read or made compact: then they are numbered when one is
    /// asked for.
    #[serde(skip)]
    numbers: HashTable<u32>,
    #[serde(skip)]
    hasher: DefaultHashBuilder,
}

/// In the place of a string: it is a phrase. There are fewer phrases than that.
const A_PHRASE: u32 = 1 << 31;

impl Interner {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The string that has this number.
    ///
    /// # Panics
    /// Where there is none.
    pub fn get<'a>(&'a self, number: u32, phrases: &'a Strings) -> &'a str {
        at_place(self.places[number as usize], &self.strings, phrases)
    }

    pub fn iter<'a>(&'a self, phrases: &'a Strings) -> impl Iterator<Item = &'a str> {
        self.places.iter().map(|&place| at_place(place, &self.strings, phrases))
    }

    /// The number of a string that was interned before.
    fn find(&mut self, string: &str, phrases: &Strings) -> Option<u32> {
        let Self { places, strings, numbers, hasher } = self;
        let get = |n: u32| at_place(places[n as usize], strings, phrases);
        if numbers.len() < places.len() {
            let hash = |&n: &u32| hasher.hash_one(get(n));
            numbers.reserve(places.len(), hash);
            for n in 0..places.len() as u32 {
                numbers.insert_unique(hash(&n), n, hash);
            }
        }
        numbers.find(hasher.hash_one(string), |&n| get(n) == string).copied()
    }

    /// The number of a string, which is new if the string is. `next` is what will be the next phrase:
    /// where that does not come to be, a new string must be forgotten.
    ///
    /// # Errors
    /// All strings together may take 4 GiB.
    pub fn intern(&mut self, string: &str, phrases: &Strings, next: &str) -> Result<u32, Error> {
        if let Some(number) = self.find(string, phrases) {
            return Ok(number);
        }
        let number = u32::try_from(self.len())
            .map_err(|_| Error::too_large("a gazetteer holds at most 4 billion names"))?;
        let place = if string == next {
            phrases.len() as u32 | A_PHRASE
        } else {
            self.strings.push(string)?;
            self.strings.len() as u32 - 1
        };
        let Self { places, strings, numbers, hasher } = self;
        numbers.insert_unique(hasher.hash_one(string), number, |&n| {
            hasher.hash_one(at_place(places[n as usize], strings, phrases))
        });
        places.push(place);
        Ok(number)
    }

    /// Whether what was read is what could have been written, with so many phrases.
    pub fn is_sound(&self, phrases: usize) -> bool {
        let is_there = |&place: &u32| match place & A_PHRASE {
            0 => (place as usize) < self.strings.len(),
            _ => ((place & !A_PHRASE) as usize) < phrases,
        };
        self.strings.is_sound()
            && u32::try_from(self.len()).is_ok_and(|len| len < u32::MAX)
            && self.places.iter().all(is_there)
    }

    /// Gives back all memory that only a new string would need.
    pub fn compact(&mut self) {
        self.places.shrink_to_fit();
        self.strings.shrink();
        self.numbers = HashTable::new();
    }

    /// Forgets the strings from number `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.numbers.retain(|&mut number| (number as usize) < len);
        self.places.truncate(len);
        let last = self.places.iter().rev().find(|&place| place & A_PHRASE == 0);
        self.strings.truncate(last.map_or(0, |&last| last as usize + 1));
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        self.places.capacity() * size_of::<u32>() + self.strings.nbytes() + self.numbers.allocation_size()
    }
}

fn at_place<'a>(place: u32, strings: &'a Strings, phrases: &'a Strings) -> &'a str {
    match place & A_PHRASE {
        0 => strings.get(place as usize),
        _ => phrases.get((place & !A_PHRASE) as usize),
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
        let (mut interner, phrases) = (Interner::default(), Strings::default());
        assert_eq!(interner.intern("a", &phrases, "x"), Ok(0));
        assert_eq!(interner.intern("b", &phrases, "x"), Ok(1));
        assert_eq!(interner.intern("a", &phrases, "x"), Ok(0));
        interner.truncate(1);
        assert_eq!(interner.find("b", &phrases), None);
        assert_eq!(interner.intern("c", &phrases, "x"), Ok(1));
        assert_eq!(interner.get(1, &phrases), "c");
    }

    #[test]
    fn a_string_that_is_a_phrase_is_not_kept_twice() {
        let (mut interner, mut phrases) = (Interner::default(), Strings::default());
        for (string, phrase) in [("a", "a"), ("B", "b"), ("c", "c"), ("a", "B"), ("B", "B")] {
            interner.intern(string, &phrases, phrase).unwrap();
            phrases.push(phrase).unwrap();
        }
        assert_eq!(interner.iter(&phrases).collect::<Vec<_>>(), ["a", "B", "c"]);
        assert_eq!(interner.strings.iter().collect::<Vec<_>>(), ["B"]);
        interner.compact();
        assert_eq!(interner.intern("c", &phrases, "z"), Ok(2));
        assert!(interner.is_sound(3) && !interner.is_sound(2));
        interner.truncate(1);
        assert_eq!((interner.len(), interner.strings.len()), (1, 0));
    }
}
