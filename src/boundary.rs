//! Word characters and the boundaries between them.

use crate::options::Boundary;
use crate::text::Units;
use crate::unicode::{
    APOSTROPHE, CharTable, Flags, HYPHEN, IGNORABLE, KATAKANA, MARK, UNSPACED, WORD, ZERO_WIDTH_SPACE,
};

/// What stands on one side of a position, as far as boundaries ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// No word character: a boundary stands here.
    #[default]
    NoWord,
    Plain,
    Unspaced,
    Katakana,
}

impl Kind {
    /// The kind of a code point that stands after one of kind `before`.
    #[inline(always)]
    pub fn of(flags: Flags, before: Kind) -> Self {
        if flags & WORD == 0 {
            Kind::NoWord
        } else if flags & MARK != 0 {
            if before == Kind::NoWord { Kind::Plain } else { before }
        } else if flags & UNSPACED != 0 {
            Kind::Unspaced
        } else if flags & KATAKANA != 0 {
            Kind::Katakana
        } else {
            Kind::Plain
        }
    }
}

/// Whether a boundary stands between a code point of kind `before` and one of `after`.
#[inline(always)]
pub fn stands_between(before: Kind, after: Flags) -> bool {
    if before == Kind::NoWord || after & WORD == 0 {
        return true;
    }
    if after & MARK != 0 {
        return false;
    }
    let after = Kind::of(after, before);
    before == Kind::Unspaced || after == Kind::Unspaced || before != after
}

/// Judges positions in one text.
#[derive(Clone, Copy)]
pub struct Boundaries<'c, T> {
    text: T,
    chars: &'c CharTable,
}

impl<'c, T: Units> Boundaries<'c, T> {
    pub fn new(text: T, chars: &'c CharTable) -> Self {
        Self { text, chars }
    }

    /// Whether `at` is a boundary under `boundary="word"`.
    pub fn word(&self, at: usize) -> bool {
        let after = self.after(at).map_or(0, |(_, flags)| flags);
        after & WORD == 0 || stands_between(self.kind_before(at), after)
    }

    /// Whether `at` is a boundary in a phrase's own mode, at an end where that mode asks for one.
    pub fn holds(&self, at: usize, mode: Boundary) -> bool {
        self.word(at) && (mode != Boundary::Compound || !self.is_joined(at))
    }

    /// The kind of what stands before `at`, default-ignorable code points looked through.
    pub fn kind_before(&self, at: usize) -> Kind {
        let mut only_marks_so_far = false;
        let mut at = at;
        while let Some((start, flags)) = self.before(at) {
            if flags & WORD == 0 {
                break;
            }
            if flags & MARK == 0 {
                return Kind::of(flags, Kind::NoWord);
            }
            only_marks_so_far = true;
            at = start;
        }
        if only_marks_so_far { Kind::Plain } else { Kind::NoWord }
    }

    /// Whether a hyphen or apostrophe joins the words on both sides of it, and `at` is one of its
    /// sides.
    fn is_joined(&self, at: usize) -> bool {
        let after = self.after(at);
        let before = self.before(at);
        after.is_some_and(|(start, flags)| self.joins(start, flags))
            || before.is_some_and(|(start, flags)| self.joins(start, flags))
    }

    /// Whether the code point that begins at `start` joins the word characters beside it.
    fn joins(&self, start: usize, flags: Flags) -> bool {
        if flags & (HYPHEN | APOSTROPHE) == 0 {
            return false;
        }
        let (_, width) = self.text.decode(start);
        let is_word = |side: Option<(usize, Flags)>| side.is_some_and(|(_, flags)| flags & WORD != 0);
        if !is_word(self.before(start)) || !is_word(self.after(start + width)) {
            return false;
        }
        flags & APOSTROPHE == 0 || !self.is_possessive_s(start + width)
    }

    /// Whether an `s` stands at `at` and then a boundary.
    fn is_possessive_s(&self, at: usize) -> bool {
        let Some((start, _)) = self.after(at) else { return false };
        let (cp, width) = self.text.decode(start);
        (cp == u32::from('s') || cp == u32::from('S')) && self.word(start + width)
    }

    /// The first code point at or after `at` that is not ignorable: where it begins, its flags.
    /// None at the end of the text and before a zero width space, which is a boundary.
    pub fn after(&self, at: usize) -> Option<(usize, Flags)> {
        let mut at = at;
        while at < self.text.len() {
            let (cp, width) = self.text.decode(at);
            let flags = self.chars.get(cp);
            if flags & IGNORABLE == 0 {
                return Some((at, flags));
            }
            if cp == ZERO_WIDTH_SPACE {
                return None;
            }
            at += width;
        }
        None
    }

    /// The last code point before `at` that is not ignorable, likewise.
    pub fn before(&self, at: usize) -> Option<(usize, Flags)> {
        let mut at = at;
        while at > 0 {
            let (cp, width) = self.text.decode_before(at);
            let flags = self.chars.get(cp);
            at -= width;
            if flags & IGNORABLE == 0 {
                return Some((at, flags));
            }
            if cp == ZERO_WIDTH_SPACE {
                return None;
            }
        }
        None
    }
}
