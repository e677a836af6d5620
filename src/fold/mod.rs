//! The fold: text to folded bytes, unit by unit.
//!
//! The fold of a text is the joined folds of its units, since a unit begins only where nothing
//! combines with what stands before. So text is folded from any unit on, as far as a phrase goes,
//! and no folded copy and no map of positions ever exist.

pub mod sequence;
pub mod simple;
mod table;

pub use table::FoldTable;

use serde::{Deserialize, Serialize};

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

use crate::boundary::Boundaries;
use crate::options::{Accents, Case, Hyphens};
use crate::text::{Units, Utf8};
use crate::unicode::{
    self, CharTable, DASH, ENCLOSING, ENDS_IN_MARK, Flags, IGNORABLE, INERT_MARK, LINE_BREAK, MARK, REMOVED,
    SPACE, STARTS_UNIT, WORD,
};
use sequence::Base;

/// One way of folding. `case` is never [`Case::Smart`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Profile {
    pub case: Case,
    pub accents: Accents,
    pub hyphens: Hyphens,
}

/// Where a unit ends, and where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Behind the last code point of the unit.
    pub end: usize,
    /// Behind the default-ignorable code points that belong to no unit.
    pub next: usize,
}

/// Folds units of one text under one profile.
pub struct Folder<T> {
    text: T,
    pub profile: Profile,
    chars: &'static CharTable,
    table: &'static FoldTable,
    /// Up to where the base of a mark was last looked up, so that looking back stays linear.
    known_base: (usize, Base),
    /// Where the first unit begins, once that was asked.
    first: Option<usize>,
}

impl<T: Units> Folder<T> {
    pub fn new(text: T, profile: Profile) -> Self {
        Self {
            text,
            profile,
            chars: unicode::chars(),
            table: FoldTable::of(profile.case, profile.accents),
            known_base: (0, Base::Other),
            first: None,
        }
    }

    /// Appends the fold of the unit that begins at `at`, which must be the start of one.
    pub fn push_unit(&mut self, at: usize, out: &mut Vec<u8>) -> Extent {
        let (cp, width) = self.text.decode(at);
        let flags = self.chars.get(cp);
        let (head, end) = self.head(at, flags, width);
        let extent = self.extent(end);
        if extent.end == end {
            match head {
                Head::Space => out.push(b' '),
                Head::Itself => self.table.push_fold(cp, out),
            }
        } else if head == Head::Itself
            && flags & (STARTS_UNIT | ENDS_IN_MARK) == STARTS_UNIT
            && self.is_simple(end, extent.end)
        {
            self.push_each(at, extent.end, out);
        } else {
            self.push_sequence(at, end, extent.end, head, out);
        }
        extent
    }

    /// Whether a unit begins at `at`, where a code point begins.
    pub fn begins_unit(&mut self, at: usize) -> bool {
        let first = match self.first {
            Some(first) => first,
            None => *self.first.insert(self.first_unit()),
        };
        if at <= first {
            return at == first;
        }
        let (cp, _) = self.text.decode(at);
        let flags = self.chars.get(cp);
        if flags & STARTS_UNIT == 0 || self.is_removed(at, flags) {
            return false;
        }
        flags & SPACE == 0 || self.begins_space(at)
    }

    /// Where the first unit begins: at the first code point that is neither ignorable nor removed
    /// whole, even if it is a mark without a base.
    pub fn first_unit(&self) -> usize {
        let mut at = 0;
        let mut folded = Vec::new();
        while at < self.text.len() {
            let (cp, width) = self.text.decode(at);
            folded.clear();
            self.table.push_fold(cp, &mut folded);
            if !folded.is_empty() {
                break;
            }
            at += width;
        }
        at
    }

    /// The part of a unit that white space and dashes rule, and where it ends.
    fn head(&self, at: usize, flags: Flags, width: usize) -> (Head, usize) {
        if flags & SPACE != 0 {
            (Head::Space, self.space_run(at).0)
        } else if flags & DASH != 0 && self.profile.hyphens == Hyphens::Space {
            match self.dash_as_space(at, at + width) {
                Some(end) => (Head::Space, end),
                None => (Head::Itself, at + width),
            }
        } else {
            (Head::Itself, at + width)
        }
    }

    /// Where the unit with this head ends, and the next one begins.
    fn extent(&mut self, head_end: usize) -> Extent {
        let mut extent = Extent { end: head_end, next: head_end };
        let mut base = None;
        while extent.next < self.text.len() {
            let (cp, width) = self.text.decode(extent.next);
            let flags = self.chars.get(cp);
            if flags & IGNORABLE == 0 {
                if flags & STARTS_UNIT != 0 {
                    if self.profile.accents == Accents::Keep || flags & (REMOVED | ENCLOSING) == 0 {
                        break;
                    }
                    // The base is looked up once: marks do not change it.
                    if flags & ENCLOSING != 0
                        && *base.get_or_insert_with(|| self.base_before(extent.next)) != Base::LatinOrGreek
                    {
                        break;
                    }
                }
                if flags & MARK == 0 {
                    base = None;
                }
                extent.end = extent.next + width;
            }
            extent.next += width;
        }
        extent
    }

    /// Whether the rest of a unit, behind its first code point, is marks that fold each by itself.
    fn is_simple(&self, from: usize, end: usize) -> bool {
        let mut at = from;
        let mut last_class = 0;
        while at < end {
            let (cp, width) = self.text.decode(at);
            let flags = self.chars.get(cp);
            if flags & IGNORABLE == 0 {
                if flags & INERT_MARK == 0 {
                    return false;
                }
                if end - from > width {
                    let class = char::from_u32(cp).map_or(0, unicode::combining_class);
                    if class < last_class {
                        return false;
                    }
                    last_class = class;
                }
            }
            at += width;
        }
        true
    }

    fn push_each(&self, from: usize, end: usize, out: &mut Vec<u8>) {
        let mut at = from;
        while at < end {
            let (cp, width) = self.text.decode(at);
            self.table.push_fold(cp, out);
            at += width;
        }
    }

    /// The general way: collects the unit and folds it as a sequence.
    #[cold]
    fn push_sequence(&mut self, at: usize, head_end: usize, end: usize, head: Head, out: &mut Vec<u8>) {
        let mut raw = String::new();
        let mut from = at;
        if head == Head::Space {
            raw.push(' ');
            from = head_end;
        }
        while from < end {
            let (cp, width) = self.text.decode(from);
            if self.chars.get(cp) & IGNORABLE == 0 {
                raw.push(char::from_u32(cp).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            from += width;
        }
        let base = if self.profile.accents == Accents::Fold { self.base_before(at) } else { Base::Other };
        out.extend_from_slice(sequence::fold(&raw, self.profile.case, self.profile.accents, base).as_bytes());
    }

    /// The base of a mark at `at`: the nearest character before it that is no mark, in the folded
    /// and decomposed text.
    #[cold]
    fn base_before(&mut self, at: usize) -> Base {
        let (known_at, known) = self.known_base;
        let mut from = at;
        let mut base = Base::Other;
        while from > 0 {
            if from == known_at {
                base = known;
                break;
            }
            let (cp, width) = self.text.decode_before(from);
            from -= width;
            if self.chars.get(cp) & IGNORABLE != 0 {
                continue;
            }
            let c = char::from_u32(cp).unwrap_or(char::REPLACEMENT_CHARACTER);
            if let Some(found) = sequence::base_in(c.encode_utf8(&mut [0; 4]), self.profile.case) {
                base = found;
                break;
            }
        }
        self.known_base = (at, base);
        base
    }

    /// Whether `accents="fold"` removes the code point at `at` whole, so that it begins no unit.
    fn is_removed(&mut self, at: usize, flags: Flags) -> bool {
        self.profile.accents == Accents::Fold
            && (flags & REMOVED != 0 || flags & ENCLOSING != 0 && self.base_before(at) == Base::LatinOrGreek)
    }

    /// Whether the white space at `at` begins a unit: it is the first of its run and does not
    /// belong to a dash before it.
    #[cold]
    fn begins_space(&self, at: usize) -> bool {
        let mut before = at;
        while before > 0 {
            let (cp, width) = self.text.decode_before(before);
            let flags = self.chars.get(cp);
            before -= width;
            if flags & SPACE != 0 {
                return false;
            }
            if flags & IGNORABLE == 0 {
                let is_dash = self.profile.hyphens == Hyphens::Space && flags & DASH != 0;
                return !is_dash || self.dash_as_space(before, before + width).is_none_or(|end| end <= at);
            }
        }
        true
    }

    /// The run of white space at `at`: where its last space ends, and whether it breaks a line.
    fn space_run(&self, at: usize) -> (usize, bool) {
        let (mut end, mut next, mut breaks_line) = (at, at, false);
        while next < self.text.len() {
            let (cp, width) = self.text.decode(next);
            let flags = self.chars.get(cp);
            if flags & (SPACE | IGNORABLE) == 0 {
                break;
            }
            next += width;
            if flags & SPACE != 0 {
                end = next;
                breaks_line |= flags & LINE_BREAK != 0;
            }
        }
        (end, breaks_line)
    }

    /// Where the unit of a dash ends that `hyphens="space"` folds to a space; none if it does not.
    fn dash_as_space(&self, at: usize, end: usize) -> Option<usize> {
        let around = Boundaries::new(self.text, self.chars);
        around.before(at).filter(|(_, flags)| flags & WORD != 0)?;
        let (after, flags) = around.after(end)?;
        if flags & WORD != 0 {
            return Some(end);
        }
        match self.space_run(after) {
            (run_end, true) if flags & SPACE != 0 => Some(run_end),
            _ => None,
        }
    }
}

/// What the first part of a unit folds to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    Space,
    Itself,
}

/// The fold of a whole text, as a sequence of units.
///
/// # Panics
/// `case` must not be [`Case::Smart`] (see [`resolve_case`]; debug builds only).
pub fn fold_str(text: &str, case: Case, accents: Accents, hyphens: Hyphens) -> String {
    let mut folder = Folder::new(Utf8(text.as_bytes()), Profile { case, accents, hyphens });
    let mut out = Vec::with_capacity(text.len());
    let mut at = folder.first_unit();
    while at < text.len() {
        at = folder.push_unit(at, &mut out).next;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends the fold of a phrase, whose ends are trimmed already.
pub fn push_str(text: &str, profile: Profile, out: &mut Vec<u8>) {
    let lone = |byte: u8| byte.is_ascii_graphic() && byte != b'-';
    let bytes = text.as_bytes();
    let plain = bytes.iter().zip(bytes.iter().skip(1)).all(|(&a, &b)| lone(a) || a == b' ' && lone(b))
        && bytes.last().is_none_or(|&last| lone(last));
    if plain {
        let table = FoldTable::of(profile.case, profile.accents);
        out.extend(bytes.iter().map(|&byte| table.ascii[usize::from(byte)]));
        return;
    }
    out.extend_from_slice(fold_str(text, profile.case, profile.accents, profile.hyphens).as_bytes());
}

/// A phrase without the white space and default-ignorable code points at its ends.
pub fn trim(phrase: &str) -> &str {
    phrase.trim_matches(|c: char| unicode::chars().get(c as u32) & (SPACE | IGNORABLE) != 0)
}

/// `Smart` resolved for one phrase: `Match` if it has two or more cased letters, all upper case,
/// else `Ignore`. Other values stay.
pub fn resolve_case(phrase: &str, case: Case) -> Case {
    if case != Case::Smart {
        return case;
    }
    let categories = CodePointMapData::<GeneralCategory>::new();
    let mut upper = 0;
    for category in phrase.chars().map(|c| categories.get(c)) {
        if category == GeneralCategory::UppercaseLetter {
            upper += 1;
        } else if GeneralCategoryGroup::CasedLetter.contains(category) {
            return Case::Ignore;
        }
    }
    if upper >= 2 { Case::Match } else { Case::Ignore }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        fold_str(text, Case::Ignore, Accents::Keep, Hyphens::Keep)
    }

    fn plain(text: &str) -> String {
        fold_str(text, Case::Ignore, Accents::Fold, Hyphens::Keep)
    }

    #[test]
    fn case_and_compatibility() {
        assert_eq!(fold("COLOUR\n  Re\u{AD}volution"), "colour revolution");
        assert_eq!(fold("Straße ﬁ ＮＡＴＯ ｶﾞ"), "strasse fi nato ガ");
        assert_eq!(fold("cafe\u{200D}\u{301}"), "café");
        assert_eq!(fold("“x” ‘y’ a—b ŉ"), "\"x\" 'y' a-b 'n");
        assert_eq!(fold("q\u{307}\u{323} \u{1FFD}"), "q\u{323}\u{307}  \u{301}");
        assert_eq!(fold("\u{300}\u{1D16D}"), "\u{1D16D}\u{300}");
        assert_eq!(fold_str("ＮＡＴＯ\u{301}", Case::Match, Accents::Keep, Hyphens::Keep), "NATÓ");
    }

    #[test]
    fn accents() {
        assert_eq!(plain("Erdoğan Łódź Đặng Þór ŒUVRE İ"), "erdogan lodz dang thor oeuvre i");
        assert_eq!(plain("й ё мо\u{301}ї"), "й е мої");
        assert_eq!(plain("الصـــِّين أ"), "الصين أ");
        assert_eq!(plain("a\u{20DD} я\u{20DD}"), "a я\u{20DD}");
    }

    #[test]
    fn hyphens() {
        let fold = |text| fold_str(text, Case::Ignore, Accents::Keep, Hyphens::Space);
        assert_eq!(fold("Sino-Russian pre- and -5 a-5"), "sino russian pre- and -5 a 5");
        assert_eq!(fold("Sino-\n  Russian Sino- Russian"), "sino russian sino- russian");
    }

    #[test]
    fn smart_case() {
        assert_eq!(resolve_case("U.S.", Case::Smart), Case::Match);
        assert_eq!(resolve_case("COVID-19", Case::Smart), Case::Match);
        assert_eq!(resolve_case("X7", Case::Smart), Case::Ignore);
        assert_eq!(resolve_case("Us", Case::Smart), Case::Ignore);
    }

    #[test]
    fn trimming() {
        assert_eq!(trim(" \u{FEFF}China \u{AD}\n"), "China");
    }
}
