//! The walk from one place: folds units on the way, feeds them to an automaton, and judges the
//! boundaries of what it finds.

use aho_corasick::automaton::StateID;

use super::Hit;
use super::parts::Places;
use crate::automaton::{Lane, Walkable, WordKey, first_char, lower_bits};
use crate::boundary::Boundaries;
use crate::fold::simple::{self, COMBINES, COMPLEX, Class, ENDS_IN_MARK, UNKNOWN};
use crate::fold::{Folder, Profile};
use crate::matcher::{GroupKind, Matcher};
use crate::options::{Boundary, Hyphens};
use crate::text::Units;
use crate::unicode::{self, DASH, ENCLOSING, REMOVED, SPACE, STARTS_UNIT, UNSPACED, WORD};

/// Walks the lanes of a matcher over one text.
pub struct Walker<'m, T> {
    pub(super) matcher: &'m Matcher,
    pub(super) text: T,
    boundaries: Boundaries<'static, T>,
    /// By lane; empty until the first text that is not plain ASCII asks for one.
    folders: Vec<Folder<T>>,
    /// Room for [`Walker::find_words`].
    word: (Vec<u8>, Vec<u16>),
    /// Those of phrases that are looked for around others, by way of folding.
    other_folders: Vec<Folder<T>>,
    /// Room for the places that wild cards lead to.
    pub(super) lead_places: Places,
    pub(super) tail_places: Places,
    /// While a phrase that begins with wild cards is walked: groups that ask for more, and where the
    /// automaton has come.
    pub(super) lead_heads: Option<Vec<(u32, usize)>>,
    /// Code units looked at beyond those that the walks tell of.
    pub(super) steps: usize,
}

impl<'m, T: Units> Walker<'m, T> {
    pub fn new(matcher: &'m Matcher, text: T) -> Self {
        Self {
            matcher,
            text,
            boundaries: Boundaries::new(text, unicode::chars()),
            folders: Vec::new(),
            word: Default::default(),
            other_folders: Vec::new(),
            lead_places: Places::default(),
            tail_places: Places::default(),
            lead_heads: None,
            steps: 0,
        }
    }

    /// How many code units were looked at since this was last asked, beyond those that the walks tell of.
    #[inline(always)]
    pub fn take_steps(&mut self) -> usize {
        std::mem::take(&mut self.steps)
    }

    /// What folds under a way of folding that no lane need have.
    pub(super) fn folder_of(&mut self, profile: Profile) -> &mut Folder<T> {
        let known = self.other_folders.iter().position(|folder| folder.profile == profile);
        let at = known.unwrap_or_else(|| {
            self.other_folders.push(Folder::new(self.text, profile));
            self.other_folders.len() - 1
        });
        &mut self.other_folders[at]
    }

    pub(super) fn folder(&mut self, lane: usize) -> &mut Folder<T> {
        if self.folders.is_empty() {
            self.folders =
                self.matcher.lanes.iter().map(|lane| Folder::new(self.text, lane.profile)).collect();
        }
        &mut self.folders[lane]
    }

    pub fn begins_unit(&mut self, lane: usize, at: usize) -> bool {
        self.folder(lane).begins_unit(at)
    }

    pub fn boundaries(&self) -> &Boundaries<'static, T> {
        &self.boundaries
    }

    /// Adds all true matches of a lane's automata that start at `start`, where a unit begins. Returns
    /// how far the walk went.
    pub fn walk(&mut self, number: usize, start: usize, unit: &mut Vec<u8>, hits: &mut Vec<Hit>) -> usize {
        if self.matcher.lanes[number].common.lead.is_empty() {
            self.walk_from(number, start, start, unit, hits)
        } else {
            self.walk_lead(number, start, unit, hits)
        }
    }

    /// Walks a lane's automata from `from`, for matches that begin at `start`.
    pub(super) fn walk_from(
        &mut self,
        number: usize,
        start: usize,
        from: usize,
        unit: &mut Vec<u8>,
        hits: &mut Vec<Hit>,
    ) -> usize {
        if from >= self.text.len() {
            return from;
        }
        let lane = &self.matcher.lanes[number];
        let first = if let Some(byte) = self.lone_ascii(lane, from) {
            Some(char::from(byte))
        } else if let Some(simple) = self.simple_unit(lane, from) {
            char::from_u32(u32::from(simple.fold))
        } else {
            unit.clear();
            self.folder(number).push_unit(from, unit);
            first_char(unit)
        };
        match first.and_then(|first| lane.shard_of(first)) {
            Some(shard) => {
                let walkable = shard.walkable();
                self.walk_on(number, walkable, walkable.start(), start, from, unit, hits)
            }
            None => from,
        }
    }

    /// Goes on with a walk that began at `start`, and is in `state` at `from`.
    #[allow(clippy::too_many_arguments)]
    pub fn walk_on(
        &mut self,
        number: usize,
        walkable: &Walkable,
        mut state: StateID,
        start: usize,
        from: usize,
        unit: &mut Vec<u8>,
        hits: &mut Vec<Hit>,
    ) -> usize {
        let lane = &self.matcher.lanes[number];
        let mut at = from;
        while at < self.text.len() {
            let (end, next) = if let Some(byte) = self.lone_ascii(lane, at) {
                if !walkable.feed(&mut state, byte) {
                    break;
                }
                (at + 1, at + 1)
            } else if let Some(simple) = self.simple_unit(lane, at) {
                if !feed_unit(walkable, &mut state, simple.fold)
                    || simple.mark != 0 && !feed_unit(walkable, &mut state, simple.mark)
                {
                    break;
                }
                (simple.end, simple.end)
            } else {
                unit.clear();
                let extent = self.folder(number).push_unit(at, unit);
                if !unit.iter().all(|&byte| walkable.feed(&mut state, byte)) {
                    break;
                }
                (extent.end, extent.next)
            };
            if let Some(first) = walkable.found(state) {
                self.push_hits(number, first, false, start, end, unit, hits);
            }
            at = next;
        }
        at
    }

    /// Adds the groups from `first` on that one fold has, where their boundaries hold. `is_word` says
    /// that those of a whole word are known to.
    #[allow(clippy::too_many_arguments)]
    #[inline(always)]
    pub fn push_hits(
        &mut self,
        number: usize,
        first: u32,
        is_word: bool,
        start: usize,
        end: usize,
        unit: &mut Vec<u8>,
        hits: &mut Vec<Hit>,
    ) {
        let matcher = self.matcher;
        let mut group = first;
        loop {
            let kind = matcher.kind(group);
            let is_sure = is_word && kind.boundary == Boundary::Word;
            if kind.demand.is_some() {
                self.push_demanding(number, group, start, end, unit, hits);
            } else if is_sure || self.is_bounded(number, kind, start, end, unit) {
                hits.push(Hit { end, group });
            }
            if matcher.is_last(group) {
                return;
            }
            group += 1;
        }
    }

    /// Adds the true matches at `start`, where a unit begins, of a lane's phrases that only its table
    /// of words has: those of one word.
    pub fn find_words(&mut self, number: usize, start: usize, unit: &mut Vec<u8>, hits: &mut Vec<Hit>) {
        let lane = &self.matcher.lanes[number];
        if lane.words.is_empty() {
            return;
        }
        let mut word = std::mem::take(&mut self.word);
        self.find_words_with(number, start, &mut word, unit, hits);
        self.word = word;
    }

    fn find_words_with(
        &mut self,
        number: usize,
        start: usize,
        (folded, units): &mut (Vec<u8>, Vec<u16>),
        unit: &mut Vec<u8>,
        hits: &mut Vec<Hit>,
    ) {
        let lane = &self.matcher.lanes[number];
        let lower = lower_bits(lane.profile.case);
        folded.clear();
        units.clear();
        let mut at = start;
        while at < self.text.len() && units.len() <= lane.words.longest() {
            let before = folded.len();
            let extent = self.folder(number).push_unit(at, folded);
            let Ok(text) = std::str::from_utf8(&folded[before..]) else { return };
            if before == 0 && !text.chars().next().is_some_and(begins_word) {
                return;
            }
            units.extend(text.encode_utf16());
            // No word goes on behind a sign; and to a key some signs look like digits.
            if units.is_empty() || text.bytes().any(|byte| byte.is_ascii() && !unicode::is_ascii_word(byte)) {
                return;
            }
            let key = WordKey::of_units(units, lower);
            let found = if key.is_long() { None } else { lane.words.get(key, key.hash()) };
            if let Some(first) = found.and_then(|slot| slot.groups()) {
                self.push_hits(number, first, false, start, extent.end, unit, hits);
            }
            at = extent.next;
        }
    }

    /// The fold of the unit at `at` if that is one ASCII character, whatever stands around it.
    #[inline(always)]
    fn lone_ascii(&self, lane: &Lane, at: usize) -> Option<u8> {
        let first = self.text.unit(at);
        if first >= 128 {
            return None;
        }
        let byte = lane.ascii[first as usize];
        if byte == Lane::NOT_ALONE {
            return None;
        }
        if at + 1 == self.text.len() {
            return Some(byte);
        }
        let second = self.text.unit(at + 1);
        let in_space_run = byte == b' ' && second < 128 && lane.ascii[second as usize] == b' ';
        (second < 128 && !in_space_run).then_some(byte)
    }

    /// The unit at `at` if it is told by its code points alone: a simple one, perhaps with one mark.
    #[inline(always)]
    fn simple_unit(&self, lane: &Lane, at: usize) -> Option<SimpleUnit> {
        const STRANGE: Class = COMPLEX | COMBINES;
        let (class, fold, end) = self.simple(lane, at);
        let may_be_space = lane.profile.hyphens == Hyphens::Space && fold == u16::from(b'-');
        if class & (STRANGE | simple::SPACE) != 0 || fold == UNKNOWN || may_be_space {
            return None;
        }
        if end >= self.text.len() {
            return Some(SimpleUnit { fold, mark: 0, end });
        }
        let (next, mark, next_end) = self.simple(lane, end);
        if next & STRANGE == 0 {
            return Some(SimpleUnit { fold, mark: 0, end });
        }
        let stays = next & STRANGE == COMBINES && class & ENDS_IN_MARK == 0;
        let is_last = || next_end >= self.text.len() || self.simple(lane, next_end).0 & STRANGE == 0;
        (stays && is_last()).then_some(SimpleUnit { fold, mark, end: next_end })
    }

    /// Class and fold of the code point at `at`, and where it ends.
    #[inline(always)]
    fn simple(&self, lane: &Lane, at: usize) -> (Class, u16, usize) {
        let (cp, width) = self.text.decode(at);
        let (class, fold) = lane.simple.get(u16::try_from(cp).unwrap_or(UNKNOWN));
        (class, fold, at + width)
    }

    /// Whether the boundaries hold that the phrases of a group ask for.
    #[inline]
    pub fn is_bounded(
        &mut self,
        lane: usize,
        group: &GroupKind,
        start: usize,
        end: usize,
        unit: &mut Vec<u8>,
    ) -> bool {
        self.end_holds(lane, group, end, unit) && self.start_holds(lane, group, start, unit)
    }

    /// Whether the boundary holds that the phrases of a group ask for at their start.
    #[inline]
    pub(super) fn start_holds(
        &mut self,
        lane: usize,
        group: &GroupKind,
        start: usize,
        unit: &mut Vec<u8>,
    ) -> bool {
        !matches!(group.boundary, Boundary::Word | Boundary::Compound | Boundary::Start)
            || self.boundaries.holds(start, group.boundary)
            || self.affix_precedes(lane, group, start, unit)
    }

    /// The same at their end.
    #[inline]
    pub(super) fn end_holds(
        &mut self,
        lane: usize,
        group: &GroupKind,
        end: usize,
        unit: &mut Vec<u8>,
    ) -> bool {
        !matches!(group.boundary, Boundary::Word | Boundary::Compound | Boundary::End)
            || self.boundaries.holds(end, group.boundary)
            || self.affix_follows(lane, group, end, unit)
    }

    /// Whether exactly an affix stands between `end` and the next boundary.
    fn affix_follows(&mut self, lane: usize, group: &GroupKind, end: usize, unit: &mut Vec<u8>) -> bool {
        let Some(list) = group.affixes else { return false };
        let affixes = &self.matcher.lanes[lane].common.affixes[list as usize];
        let Some((mut at, _)) = self.boundaries.after(end) else { return false };
        unit.clear();
        while at < self.text.len() && unit.len() <= affixes.longest {
            let extent = self.folder(lane).push_unit(at, unit);
            if self.holds_inside(at, extent.end, group.boundary) {
                return false;
            }
            if self.boundaries.holds(extent.end, group.boundary) {
                return affixes.contains(unit);
            }
            at = extent.next;
        }
        false
    }

    /// Whether exactly an affix stands between the boundary before `start` and `start`.
    fn affix_precedes(&mut self, lane: usize, group: &GroupKind, start: usize, unit: &mut Vec<u8>) -> bool {
        let Some(list) = group.affixes else { return false };
        let affixes = &self.matcher.lanes[lane].common.affixes[list as usize];
        let mut at = start;
        // Each unit folds to a byte at least, so that no affix is of more units than this.
        for _ in 0..affixes.longest {
            let Some(before) = self.unit_before(lane, at) else { return false };
            if self.holds_inside(before, at, group.boundary) {
                return false;
            }
            at = before;
            if self.boundaries.holds(at, group.boundary) {
                unit.clear();
                while at < start {
                    at = self.folder(lane).push_unit(at, unit).next;
                }
                return at == start && affixes.contains(unit);
            }
        }
        false
    }

    /// Whether a boundary stands between two code points from `start` to `end`. So it does, for all
    /// that affixes are about, if there are very many: looking back from each would take for ever.
    fn holds_inside(&self, start: usize, end: usize, mode: Boundary) -> bool {
        const MANY: usize = 4096;
        if end - start > MANY {
            return true;
        }
        let mut at = start + self.text.decode(start).1;
        while at < end {
            if self.boundaries.holds(at, mode) {
                return true;
            }
            at += self.text.decode(at).1;
        }
        false
    }

    /// Where the unit before `at` begins.
    fn unit_before(&mut self, lane: usize, at: usize) -> Option<usize> {
        let mut at = at;
        while at > 0 {
            at -= self.text.decode_before(at).1;
            if self.folder(lane).begins_unit(at) {
                return Some(at);
            }
        }
        None
    }
}

/// A unit of one or two simple code points, folded.
struct SimpleUnit {
    fold: u16,
    /// The mark, which folds to itself, or 0.
    mark: u16,
    end: usize,
}

/// Feeds a folded code unit as UTF-8.
#[inline(always)]
fn feed_unit(walkable: &Walkable, state: &mut StateID, unit: u16) -> bool {
    let continuing = |bits: u16| 0x80 | (bits & 0x3F) as u8;
    if unit < 0x80 {
        walkable.feed(state, unit as u8)
    } else if unit < 0x800 {
        walkable.feed(state, 0xC0 | (unit >> 6) as u8) && walkable.feed(state, continuing(unit))
    } else {
        walkable.feed(state, 0xE0 | (unit >> 12) as u8)
            && walkable.feed(state, continuing(unit >> 6))
            && walkable.feed(state, continuing(unit))
    }
}

/// Whether a folded character begins a word that tables of words may have.
fn begins_word(c: char) -> bool {
    unicode::chars().get(u32::from(c)) & (WORD | UNSPACED) == WORD
}

/// How many code units may be walked in search of a cut before a text is left whole: a tenth of a
/// second's work at the most. Only phrases that repeat themselves over a text that does, too, take
/// more.
const MOST_STEPS: usize = 1 << 20;

/// See [`super::Scanner::safe_cut`].
pub fn safe_cut<T: Units>(
    matcher: &Matcher,
    text: T,
    from: usize,
    hits: &mut Vec<Hit>,
    unit: &mut Vec<u8>,
) -> Option<usize> {
    let mut walker = Walker::new(matcher, text);
    let mut steps = 0;
    let mut cut = next_plain_unit(text, from)?;
    loop {
        let end = walker.furthest_end(cut, hits, unit, &mut steps)?;
        if end <= cut {
            return Some(cut);
        }
        cut = next_plain_unit(text, end)?;
    }
}

/// The first place at or after `at` where a unit begins under every way of folding.
fn next_plain_unit<T: Units>(text: T, at: usize) -> Option<usize> {
    const DEPENDS: unicode::Flags = SPACE | REMOVED | ENCLOSING | DASH;
    let begins = |at: usize| {
        let flags = unicode::chars().get(text.decode(at).0);
        flags & STARTS_UNIT != 0 && flags & DEPENDS == 0
    };
    (at.max(1)..text.len()).find(|&at| text.is_border(at) && begins(at))
}

impl<T: Units> Walker<'_, T> {
    /// How far the matches reach that begin before `cut`; none if it takes too many steps to know.
    fn furthest_end(
        &mut self,
        cut: usize,
        hits: &mut Vec<Hit>,
        unit: &mut Vec<u8>,
        steps: &mut usize,
    ) -> Option<usize> {
        let mut furthest = cut;
        for lane in 0..self.matcher.lanes.len() {
            let common = &self.matcher.lanes[lane].common;
            let mut start = cut;
            let mut left = common.longest;
            while left > 0 {
                let Some(before) = self.unit_before(lane, start) else { break };
                *steps += start - before;
                start = before;
                hits.clear();
                *steps += self.walk(lane, start, unit, hits) - start + self.take_steps();
                self.find_words(lane, start, unit, hits);
                if *steps > MOST_STEPS {
                    return None;
                }
                furthest = hits.iter().map(|hit| hit.end).fold(furthest, usize::max);
                // What a star stands for within a word does not count.
                left -= usize::from(!common.is_elastic || self.boundaries.word(start));
            }
        }
        hits.clear();
        Some(furthest)
    }
}
