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
}
