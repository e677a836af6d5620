//! The options of a phrase and of a call, under the names that users write.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Declares an option whose values are chosen by name.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident ($label:literal) { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// The names of all values, in the order of the variants.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// The name under which users write this value.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.name()) }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(Error::unknown_option($label, text, Self::NAMES)),
                }
            }
        }
    };
}

named! {
    /// Whether case counts.
    Case("case") {
        /// Upper and lower case are the same.
        #[default]
        Ignore = "ignore",
        /// Case must agree.
        Match = "match",
        /// `Match` for acronyms (`US`, `U.S.`), `Ignore` for every other phrase.
        Smart = "smart",
    }
}

named! {
    /// Whether accents count.
    Accents("accents") {
        /// `é` is not `e`.
        #[default]
        Keep = "keep",
        /// `é` is `e`, `ł` is `l`, harakat are left out.
        Fold = "fold",
    }
}

named! {
    /// What a dash between two words is.
    Hyphens("hyphens") {
        /// A dash is a dash.
        #[default]
        Keep = "keep",
        /// A dash between two word characters is a space.
        Space = "space",
    }
}

named! {
    /// Where a match may begin and end.
    Boundary("boundary") {
        /// At word boundaries.
        #[default]
        Word = "word",
        /// The start at a word boundary, the end anywhere.
        Start = "start",
        /// The end at a word boundary, the start anywhere.
        End = "end",
        /// Anywhere.
        None = "none",
        /// As `Word`, but hyphens and apostrophes join words.
        Compound = "compound",
    }
}

named! {
    /// Which of several overlapping matches are reported.
    Overlap("overlap") {
        /// Leftmost, then longest.
        #[default]
        Longest = "longest",
        /// Every match.
        All = "all",
        /// `Longest` within each concept.
        LongestPerConcept = "longest-per-concept",
        /// `Longest` within each first part of the concepts' paths.
        LongestPerBranch = "longest-per-branch",
    }
}

named! {
    /// What positions count.
    Offsets("offsets") {
        /// Code points, as Python's `str` does.
        #[default]
        Char = "char",
        /// Bytes of UTF-8.
        Byte = "byte",
        /// Units of UTF-16.
        Utf16 = "utf16",
    }
}

named! {
    /// What a distance counts.
    Distance("unit") {
        /// Words.
        #[default]
        Word = "word",
        /// Code points.
        Char = "char",
    }
}

/// Phrases one of which must stand near.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Near {
    /// Sorted, without repeats.
    pub phrases: Vec<String>,
    /// How many words or characters may stand between at the most.
    pub within: u32,
    pub unit: Distance,
}

/// What must or must not stand around a phrase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Context {
    /// What it must not stand directly before; sorted, without repeats, as the next.
    pub not_before: Vec<String>,
    /// What it must not stand directly behind.
    pub not_after: Vec<String>,
    pub near: Option<Near>,
}

impl Context {
    pub fn is_empty(&self) -> bool {
        self.not_before.is_empty() && self.not_after.is_empty() && self.near.is_none()
    }

    /// All its phrases, with the names of the options they stand in.
    pub fn phrases(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let near = self.near.iter().flat_map(|near| &near.phrases);
        let before = self.not_before.iter().map(|phrase| ("not_before", phrase));
        before
            .chain(self.not_after.iter().map(|phrase| ("not_after", phrase)))
            .chain(near.map(|phrase| ("near", phrase)))
    }

    /// Brings it into the one form in which equal contexts are equal.
    pub fn normalise(&mut self) {
        let near = self.near.iter_mut().map(|near| &mut near.phrases);
        for phrases in [&mut self.not_before, &mut self.not_after].into_iter().chain(near) {
            phrases.sort_unstable();
            phrases.dedup();
        }
    }
}

/// The options of one phrase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Options {
    pub case: Case,
    pub accents: Accents,
    pub hyphens: Hyphens,
    pub boundary: Boundary,
    /// `*` and `?` in the phrase are wild cards.
    pub glob: bool,
    /// What may stand between the phrase and a boundary that fails; sorted, without repeats.
    pub affixes: Vec<String>,
    pub context: Context,
}
