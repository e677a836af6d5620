//! Text as it lies in memory: UTF-8, or the 1, 2 or 4 bytes a character of a Python `str`.
//!
//! The engine is generic over [`Units`], so that no text is copied or transcoded before it is
//! scanned, and positions are those of the text itself.

mod units;

pub use units::{Latin1, Ucs2, Ucs4, Units, Utf8};

/// Runs the same code on a [`Text`] of any kind: `with_units!(text, units => expression)`.
macro_rules! with_units {
    ($text:expr, $units:ident => $body:expr) => {
        match $text {
            $crate::text::Text::Ascii(slice) | $crate::text::Text::Utf8(slice) => {
                let $units = $crate::text::Utf8(slice);
                $body
            }
            $crate::text::Text::Latin1(slice) => {
                let $units = $crate::text::Latin1(slice);
                $body
            }
            $crate::text::Text::Ucs2(slice) => {
                let $units = $crate::text::Ucs2(slice);
                $body
            }
            $crate::text::Text::Ucs4(slice) => {
                let $units = $crate::text::Ucs4(slice);
                $body
            }
        }
    };
}
pub(crate) use with_units;

/// One text, borrowed. Positions in it count its code units: bytes, or elements.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// ASCII, and known to be.
    Ascii(&'a [u8]),
    /// UTF-8. It may be ill-formed where it comes from outside: the scan checks it first.
    Utf8(&'a [u8]),
    /// One byte a code point, U+0000 to U+00FF.
    Latin1(&'a [u8]),
    /// Two bytes a code point; surrogates stand for themselves (CPython has no pairs here).
    Ucs2(&'a [u16]),
    /// Four bytes a code point.
    Ucs4(&'a [u32]),
}

impl Text<'_> {
    /// The text from one of its code units on.
    ///
    /// # Panics
    /// Where `from` is behind its end.
    pub fn tail(self, from: usize) -> Self {
        match self {
            Self::Ascii(units) => Self::Ascii(&units[from..]),
            Self::Utf8(units) => Self::Utf8(&units[from..]),
            Self::Latin1(units) => Self::Latin1(&units[from..]),
            Self::Ucs2(units) => Self::Ucs2(&units[from..]),
            Self::Ucs4(units) => Self::Ucs4(&units[from..]),
        }
    }

    /// How many code units the text has.
    pub fn len(&self) -> usize {
        match self {
            Text::Ascii(units) | Text::Utf8(units) | Text::Latin1(units) => units.len(),
            Text::Ucs2(units) => units.len(),
            Text::Ucs4(units) => units.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.len() * self.bytes_per_unit()
    }

    pub fn bytes_per_unit(&self) -> usize {
        match self {
            Text::Ascii(_) | Text::Utf8(_) | Text::Latin1(_) => 1,
            Text::Ucs2(_) => 2,
            Text::Ucs4(_) => 4,
        }
    }
}

/// How many rows a stretch has.
pub const STRETCH: usize = 64;

/// A column of texts.
pub trait Corpus: Sync {
    /// How many rows there are.
    fn len(&self) -> usize;

    /// The text of a row; `None` for a null. Must be cheap: called once or twice a row.
    fn text(&self, row: usize) -> Option<Text<'_>>;

    /// How many bytes the texts of a stretch of [`STRETCH`] rows have together, the first ones being
    /// stretch 0; `None` where only the texts can tell. To look at each costs a look into memory a row.
    fn stretch_bytes(&self, stretch: usize) -> Option<usize> {
        let _ = stretch;
        None
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Some rows of a column, with their numbers; the others are nulls.
pub struct Only<'a> {
    pub texts: &'a dyn Corpus,
    /// By row.
    pub chosen: &'a [bool],
}

impl Corpus for Only<'_> {
    fn len(&self) -> usize {
        self.texts.len()
    }

    fn text(&self, row: usize) -> Option<Text<'_>> {
        if self.chosen[row] { self.texts.text(row) } else { None }
    }
}

impl Corpus for [&str] {
    fn len(&self) -> usize {
        <[&str]>::len(self)
    }

    fn text(&self, row: usize) -> Option<Text<'_>> {
        Some(Text::Utf8(self[row].as_bytes()))
    }
}
