//! The parts of a glob, matched against a text from place to place: what its wild cards stand for.

use crate::boundary::{Boundaries, Kind, stands_between};
use crate::fold::{Extent, FoldTable, Folder, Profile};
use crate::glob::{Glob, Part};
use crate::options::Hyphens;
use crate::text::Units;
use crate::unicode::{self, IGNORABLE, MARK, WORD, ZERO_WIDTH_SPACE, is_ascii_word};

/// Between two units of a text, so far as a glob has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where the unit before ends.
    pub end: usize,
    /// Where the next one begins: default-ignorable code points may lie between.
    pub next: usize,
    /// A star ends here, and may not: a boundary parts it from the word character behind. Only the end
    /// of the match is good here.
    pub is_parted: bool,
}

impl Place {
    pub fn new(end: usize, next: usize) -> Self {
        Self { end, next, is_parted: false }
    }

    fn behind(extent: Extent) -> Self {
        Self::new(extent.end, extent.next)
    }
}

/// Room for places, ascending: those reached so far, and those of the next step.
#[derive(Default)]
pub struct Places {
    reached: Vec<Place>,
    next: Vec<Place>,
    /// A star from this place on ends at that one, for a text that asks again and again.
    rest: Option<(Profile, Place, Place)>,
}

impl Places {
    /// Begins anew, with places that ascend.
    pub fn begin(&mut self, from: impl Iterator<Item = Place>) {
        self.reached.clear();
        self.reached.extend(from);
    }

    pub fn reached(&self) -> &[Place] {
        &self.reached
    }
}

/// Matches parts against one text under one way of folding.
pub struct Parts<'w, T> {
    text: T,
    boundaries: Boundaries<'static, T>,
    folder: &'w mut Folder<T>,
    /// Room for the fold of a unit.
    unit: &'w mut Vec<u8>,
    /// Where the match begins.
    start: usize,
    /// How many code units were looked at.
    pub steps: usize,
    /// The kind of what stands before a place that was come to.
    known: (usize, Kind),
}

impl<'w, T: Units> Parts<'w, T> {
    pub fn new(text: T, folder: &'w mut Folder<T>, unit: &'w mut Vec<u8>, start: usize) -> Self {
        Self {
            text,
            boundaries: Boundaries::new(text, unicode::chars()),
            folder,
            unit,
            start,
            steps: 0,
            known: (usize::MAX, Kind::NoWord),
        }
    }

    /// Where a whole glob ends that begins at the start, with a boundary of `"word"` at both ends; the
    /// furthest such place.
    pub fn glob_end(&mut self, glob: &Glob, places: &mut Places) -> Option<usize> {
        if !self.boundaries.word(self.start) || !self.folder.begins_unit(self.start) {
            return None;
        }
        let start = Place::new(self.start, self.start);
        if glob.is_plain() {
            let end = self.literal(start, &glob.head)?.end;
            return self.boundaries.word(end).then_some(end);
        }
        self.follow_all(&glob.lead, start, places);
        if !glob.head.is_empty() {
            self.step(places, |parts, place, out| out.extend(parts.literal(place, &glob.head)));
        }
        self.follow_on(&glob.tail, places);
        let ends = places.reached.iter().rev().map(|place| place.end);
        ends.into_iter().find(|&end| self.boundaries.word(end))
    }

    /// The fold of the first unit.
    pub fn first_fold(&mut self, fold: &mut Vec<u8>) {
        fold.clear();
        if self.read(self.start).is_some() {
            fold.extend_from_slice(self.unit);
        }
    }

    /// Finds all places that the parts can lead to from one.
    pub fn follow_all(&mut self, parts: &[Part], from: Place, places: &mut Places) {
        places.begin(std::iter::once(from));
        self.follow_on(parts, places);
    }

    /// The same from all places reached so far.
    pub fn follow_on(&mut self, parts: &[Part], places: &mut Places) {
        for part in parts {
            match part {
                Part::Literal(fold) => {
                    self.step(places, |parts, at, out| out.extend(parts.literal(at, fold)))
                }
                Part::Character => self.step(places, |parts, at, out| out.extend(parts.character(at))),
                Part::Word => self.step(places, |parts, at, out| out.extend(parts.word(at))),
                Part::Rest => self.step(places, |parts, at, out| parts.rest(at, out)),
            }
            if places.reached.is_empty() {
                return;
            }
        }
    }

    /// One part from each place that was reached.
    fn step(&mut self, places: &mut Places, part: impl Fn(&mut Self, Place, &mut Vec<Place>)) {
        places.next.clear();
        for &place in places.reached.iter().filter(|place| !place.is_parted) {
            part(self, place, &mut places.next);
        }
        // Different ways may lead to one place.
        places.next.sort_unstable_by_key(|place| (place.next, place.is_parted));
        places.next.dedup_by_key(|place| place.next);
        std::mem::swap(&mut places.reached, &mut places.next);
    }

    fn literal(&mut self, from: Place, fold: &[u8]) -> Option<Place> {
        let (mut place, mut left) = (from, fold);
        while !left.is_empty() {
            let extent = self.read(place.next)?;
            left = left.strip_prefix(&self.unit[..])?;
            place = Place::behind(extent);
        }
        Some(place)
    }

    /// One word character that is no mark, with the marks behind it.
    fn character(&mut self, from: Place) -> Option<Place> {
        if from.next >= self.text.len() || self.is_mark(from.next) {
            return None;
        }
        let (extent, _) = self.word_unit(from.next)?;
        let mut place = Place::behind(extent);
        while place.next < self.text.len() && self.is_mark(place.next) {
            match self.word_unit(place.next) {
                Some((extent, _)) => place = Place::behind(extent),
                None => break,
            }
        }
        Some(place)
    }

    /// A whole word.
    fn word(&mut self, from: Place) -> Option<Place> {
        if !self.boundaries.word(from.next) {
            return None;
        }
        let mut place = from;
        loop {
            let (extent, kind) = self.word_unit(place.next)?;
            if kind == Kind::NoWord {
                return None;
            }
            place = Place::behind(extent);
            let goes_on =
                place.end == place.next && place.next < self.text.len() && self.flags(place.next) & MARK != 0;
            if !goes_on && self.boundaries.word(extent.end) {
                return Some(place);
            }
        }
    }

    /// None, one, two or more word characters of one word.
    fn rest(&mut self, from: Place, out: &mut Vec<Place>) {
        // What an earlier place has led to is the same from here on, but that nothing is left out.
        if let Some(known) = out.last_mut().filter(|known| known.next >= from.next) {
            known.is_parted &= known.next != from.next;
            return;
        }
        out.push(from);
        self.extend_rest(from, |place| out.push(place));
    }

    /// The last place that a star leads to.
    pub fn rest_end(&mut self, from: Place, places: &mut Places) -> Place {
        let profile = self.folder.profile;
        if let Some((known, first, last)) = places.rest
            && known == profile
            && first.next < from.next
            && from.next < last.next
        {
            return last;
        }
        let mut last = from;
        self.extend_rest(from, |place| last = place);
        if last != from {
            places.rest = Some((profile, from, last));
        }
        last
    }

    fn extend_rest(&mut self, from: Place, mut found: impl FnMut(Place)) {
        let mut place = from;
        let mut is_parted = self.is_parted(place);
        while !is_parted && place.next < self.text.len() {
            let Some((extent, is_ascii)) = self.spaced_unit(place.next) else { return };
            place = Place::behind(extent);
            // Between word characters of ASCII is no boundary.
            let next_is_ascii = place.next < self.text.len() && self.text.unit(place.next) < 128;
            is_parted = !(is_ascii && next_is_ascii && place.end == place.next) && self.is_parted(place);
            found(Place { is_parted, ..place });
        }
    }

    /// Whether a boundary parts a word character of the match from one behind it.
    fn is_parted(&self, place: Place) -> bool {
        let is_word =
            |side: Option<(usize, unicode::Flags)>| side.is_some_and(|(_, flags)| flags & WORD != 0);
        place.end > self.start
            && place.next < self.text.len()
            // No boundary stands before a mark, however many there are before it.
            && !(place.end == place.next && self.flags(place.next) & MARK != 0)
            && is_word(self.boundaries.before(place.end))
            && self.flags(place.next) & WORD != 0
            && self.boundaries.word(place.next)
    }

    /// The unit at `at` if it is of word characters none of which is unspaced; and whether it is one of
    /// ASCII.
    fn spaced_unit(&mut self, at: usize) -> Option<(Extent, bool)> {
        let (extent, kind) = self.word_unit(at)?;
        (!matches!(kind, Kind::Unspaced | Kind::NoWord))
            .then_some((extent, extent.end == at + 1 && self.text.unit(at) < 128))
    }

    /// The unit at `at` if all of it is word characters: where it ends, and of what kind it is: unspaced
    /// if one of them is, none of a word if a boundary stands inside.
    fn word_unit(&mut self, at: usize) -> Option<(Extent, Kind)> {
        if at >= self.text.len() {
            return None;
        }
        let first = self.text.unit(at);
        if first < 128 && !is_ascii_word(first as u8) {
            return None;
        }
        if first < 128 && (at + 1 == self.text.len() || self.text.unit(at + 1) < 128) {
            self.steps += 1;
            return Some((Extent { end: at + 1, next: at + 1 }, Kind::Plain));
        }
        self.unit.clear();
        let extent = self.folder.push_unit(at, self.unit);
        self.steps += extent.next - at;
        // Looking back over many marks once is enough.
        let mut kind = match self.known {
            (known, kind) if known == at => kind,
            _ if self.flags(at) & MARK == 0 => Kind::NoWord,
            _ => self.boundaries.kind_before(at),
        };
        let (mut inside, mut found, mut is_whole) = (at, Kind::Plain, true);
        while inside < extent.end {
            let (cp, width) = self.text.decode(inside);
            let flags = unicode::chars().get(cp);
            inside += width;
            if flags & IGNORABLE != 0 {
                is_whole &= cp != ZERO_WIDTH_SPACE;
                continue;
            }
            // Signs that fold to nothing may join a unit over a boundary.
            is_whole &= inside == at + width || !stands_between(kind, flags);
            kind = Kind::of(flags, kind);
            match kind {
                Kind::NoWord => return None,
                Kind::Unspaced => found = Kind::Unspaced,
                Kind::Plain | Kind::Katakana => {}
            }
        }
        if extent.end == extent.next {
            self.known = (extent.end, kind);
        }
        Some((extent, if is_whole { found } else { Kind::NoWord }))
    }

    /// Reads the fold of the unit at `at`.
    fn read(&mut self, at: usize) -> Option<Extent> {
        if at >= self.text.len() {
            return None;
        }
        self.unit.clear();
        let first = self.text.unit(at);
        let is_alone = first < 128
            && (is_ascii_word(first as u8)
                || first == u32::from(b'-') && self.folder.profile.hyphens == Hyphens::Keep)
            && (at + 1 == self.text.len() || self.text.unit(at + 1) < 128);
        if is_alone {
            let Profile { case, accents, .. } = self.folder.profile;
            self.unit.push(FoldTable::of(case, accents).ascii[first as usize]);
            self.steps += 1;
            return Some(Extent { end: at + 1, next: at + 1 });
        }
        let extent = self.folder.push_unit(at, self.unit);
        self.steps += extent.next - at;
        (!self.unit.is_empty()).then_some(extent)
    }

    fn is_mark(&self, at: usize) -> bool {
        char::from_u32(self.text.decode(at).0).is_some_and(unicode::is_mark)
    }

    fn flags(&self, at: usize) -> unicode::Flags {
        unicode::chars().get(self.text.decode(at).0)
    }
}
