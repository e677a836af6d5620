//! What phrases ask for beyond letters and boundaries: wild cards before and behind what an automaton
//! finds, and what stands around a match.

use super::Hit;
use super::parts::{Parts, Place};
use super::walk::Walker;
use crate::fold::Profile;
use crate::glob::Part;
use crate::matcher::{Context, Demand, Near, Neighbour};
use crate::options::Distance;
use crate::text::Units;
use crate::unicode::{self, DASH, Flags, IGNORABLE, SPACE, WORD};

impl<T: Units> Walker<'_, T> {
    /// As [`Walker::walk`], for a lane whose phrases begin with wild cards.
    pub(super) fn walk_lead(
        &mut self,
        number: usize,
        start: usize,
        unit: &mut Vec<u8>,
        hits: &mut Vec<Hit>,
    ) -> usize {
        let lane = &self.matcher.lanes[number];
        let is_star = !matches!(lane.common.lead.first(), Some(Part::Character));
        if is_star && !self.boundaries().word(start) {
            return start;
        }
        let known = hits.len();
        self.lead_heads = Some(Vec::new());
        let mut places = std::mem::take(&mut self.lead_places);
        let mut parts = Parts::new(self.text, self.folder(number), unit, start);
        parts.follow_all(&lane.common.lead, Place::new(start, start), &mut places);
        self.steps += parts.steps;
        let mut furthest = start;
        for &place in places.reached() {
            furthest = furthest.max(place.next);
            // No match is of nothing.
            if let Some(groups) = lane.common.bare.filter(|_| place.end > start) {
                self.push_hits(number, groups, false, start, place.end, unit, hits);
            }
            if !place.is_parted {
                furthest = furthest.max(self.walk_from(number, start, place.next, unit, hits));
            }
        }
        self.lead_places = places;
        keep_longest(hits, known);
        self.push_heads(number, start, unit, hits);
        furthest
    }

    /// Adds the matches of the groups that ask for more, behind wild cards: where several places lead to
    /// one, what follows is matched from all of them together.
    fn push_heads(&mut self, number: usize, start: usize, unit: &mut Vec<u8>, hits: &mut Vec<Hit>) {
        let mut heads = self.lead_heads.take().unwrap_or_default();
        heads.sort_unstable();
        heads.dedup();
        for heads in heads.chunk_by(|a, b| a.0 == b.0) {
            let ends = heads.iter().map(|&(_, end)| end);
            self.push_furthest(number, heads[0].0, start, ends, unit, hits);
        }
    }

    /// Adds a match of a group that asks for more, if that is there. `end` is where the automaton has
    /// come.
    pub(super) fn push_demanding(
        &mut self,
        number: usize,
        group: u32,
        start: usize,
        end: usize,
        unit: &mut Vec<u8>,
        hits: &mut Vec<Hit>,
    ) {
        match &mut self.lead_heads {
            Some(heads) => heads.push((group, end)),
            None => self.push_furthest(number, group, start, std::iter::once(end), unit, hits),
        }
    }

    /// Adds the longest match of a group whose first literal part ends at one of some places, ascending.
    fn push_furthest(
        &mut self,
        number: usize,
        group: u32,
        start: usize,
        ends: impl Iterator<Item = usize> + Clone,
        unit: &mut Vec<u8>,
        hits: &mut Vec<Hit>,
    ) {
        let kind = self.matcher.kind(group);
        let Some(demand) = kind.demand.map(|demand| self.matcher.demand(demand)) else { return };
        if !self.start_holds(number, kind, start, unit) {
            return;
        }
        let end = self.longest_end(number, group, demand, start, ends, unit);
        if let Some(end) = end
            && demand.context.as_ref().is_none_or(|context| self.context_holds(context, start, end, unit))
        {
            hits.push(Hit { end, group });
        }
    }

    /// The furthest end at which the boundary holds.
    fn longest_end(
        &mut self,
        number: usize,
        group: u32,
        demand: &Demand,
        start: usize,
        ends: impl Iterator<Item = usize> + Clone,
        unit: &mut Vec<u8>,
    ) -> Option<usize> {
        let kind = self.matcher.kind(group);
        let mut places = std::mem::take(&mut self.tail_places);
        // Most globs end with their only star, and have one place.
        if let ([Part::Rest], Some(end), None) = (&*demand.tail, ends.clone().next(), ends.clone().nth(1)) {
            let from = Place::new(end, self.skip_ignorable(end));
            let mut parts = Parts::new(self.text, self.folder(number), unit, start);
            let last = parts.rest_end(from, &mut places).end;
            self.steps += parts.steps;
            if self.end_holds(number, kind, last, unit) {
                self.tail_places = places;
                return Some(last);
            }
        }
        places.begin(ends.map(|end| Place::new(end, self.skip_ignorable(end))));
        let mut parts = Parts::new(self.text, self.folder(number), unit, start);
        parts.follow_on(&demand.tail, &mut places);
        self.steps += parts.steps;
        let ends = places.reached().iter().rev().map(|place| place.end);
        let found = ends.into_iter().find(|&end| self.end_holds(number, kind, end, unit));
        self.tail_places = places;
        found
    }

    /// Where the next unit begins behind one that ends at `at`.
    fn skip_ignorable(&self, at: usize) -> usize {
        let mut at = at;
        while at < self.text.len() && self.flags(at) & IGNORABLE != 0 {
            at += self.text.decode(at).1;
        }
        at
    }

    fn flags(&self, at: usize) -> Flags {
        unicode::chars().get(self.text.decode(at).0)
    }

    /// Whether what must stand around a match does, and nothing that must not.
    fn context_holds(&mut self, context: &Context, start: usize, end: usize, unit: &mut Vec<u8>) -> bool {
        !self.stands_behind(&context.not_before, end, unit)
            && !self.stands_before(&context.not_after, start, unit)
            && context.near.as_ref().is_none_or(|near| self.is_near(near, start, end, unit))
    }

    /// Whether one of the phrases begins directly behind `end`.
    fn stands_behind(&mut self, phrases: &[Neighbour], end: usize, unit: &mut Vec<u8>) -> bool {
        if phrases.is_empty() {
            return false;
        }
        let mut at = end;
        while at < self.text.len() {
            let flags = self.flags(at);
            if flags & IGNORABLE == 0 && self.neighbours_at(phrases, at, unit).next().is_some() {
                return true;
            }
            if flags & GAP == 0 {
                return false;
            }
            at += self.text.decode(at).1;
        }
        false
    }

    /// Whether one of the phrases ends directly before `start`.
    fn stands_before(&mut self, phrases: &[Neighbour], start: usize, unit: &mut Vec<u8>) -> bool {
        if phrases.is_empty() {
            return false;
        }
        let (text, mut gap) = (self.text, start);
        while gap > 0 && unicode::chars().get(text.decode_before(gap).0) & GAP != 0 {
            gap -= text.decode_before(gap).1;
        }
        let mut left = extent_of(phrases);
        let mut at = start;
        while left > 0 && at > 0 {
            at -= text.decode_before(at).1;
            self.steps += 1;
            if self.may_begin(phrases, at) {
                left -= usize::from(at < gap);
                let ends = self.neighbours_at(phrases, at, unit);
                if ends.into_iter().any(|end| gap <= end && end <= start) {
                    return true;
                }
            }
        }
        false
    }

    /// Whether one of the phrases may begin at `at`: a unit does, at a boundary. What a star stands for
    /// within a word, and what folds to nothing or to one space with what is before it, does not count.
    fn may_begin(&mut self, phrases: &[Neighbour], at: usize) -> bool {
        let Some(first) = phrases.first() else { return false };
        self.flags(at) & IGNORABLE == 0
            && self.boundaries().word(at)
            && self.folder_of(first.profile).begins_unit(at)
    }

    /// Whether one of the phrases stands before or behind the match, and near enough.
    fn is_near(&mut self, near: &Near, start: usize, end: usize, unit: &mut Vec<u8>) -> bool {
        self.is_near_behind(near, end, unit) || self.is_near_before(near, start, unit)
    }

    fn is_near_behind(&mut self, near: &Near, end: usize, unit: &mut Vec<u8>) -> bool {
        let mut distance = Meter::new(near.unit);
        let mut at = end;
        while at < self.text.len() {
            let is_boundary = self.boundaries().word(at);
            if is_boundary {
                distance.reach_boundary();
                if distance.passed > near.within {
                    return false;
                }
                if self.neighbours_at(&near.phrases, at, unit).next().is_some() {
                    return true;
                }
            }
            distance.pass(self.flags(at), is_boundary);
            at += self.text.decode(at).1;
            self.steps += 1;
        }
        false
    }

    fn is_near_before(&mut self, near: &Near, start: usize, unit: &mut Vec<u8>) -> bool {
        // How far back a phrase may end that is near enough, edges of words not looked at closely; and
        // from there, how many units it may have.
        let (mut between, mut left) = (near.within.saturating_add(2), extent_of(&near.phrases));
        let mut at = start;
        while left > 0 && at > 0 {
            at -= self.text.decode_before(at).1;
            self.steps += 1;
            let begins = self.may_begin(&near.phrases, at);
            if begins {
                let ends: Vec<usize> = self.neighbours_at(&near.phrases, at, unit).collect();
                if ends.iter().any(|&end| end <= start && self.distance(near.unit, end, start) <= near.within)
                {
                    return true;
                }
            }
            if between > 0 {
                let counts = near.unit == Distance::Char || begins && self.flags(at) & WORD != 0;
                between -= usize::from(counts);
            } else {
                left -= usize::from(begins);
            }
        }
        false
    }

    /// How many words or code points lie from one place to another.
    fn distance(&self, unit: Distance, from: usize, to: usize) -> usize {
        let mut meter = Meter::new(unit);
        let mut at = from;
        while at < to {
            let is_boundary = self.boundaries().word(at);
            if is_boundary {
                meter.reach_boundary();
            }
            meter.pass(self.flags(at), is_boundary);
            at += self.text.decode(at).1;
        }
        if self.boundaries().word(to) {
            meter.reach_boundary();
        }
        meter.passed
    }

    /// The ends of the phrases that begin at `at`.
    fn neighbours_at<'a>(
        &'a mut self,
        phrases: &'a [Neighbour],
        at: usize,
        unit: &'a mut Vec<u8>,
    ) -> impl Iterator<Item = usize> + 'a {
        let text = self.text;
        let mut first: Option<Profile> = None;
        let (mut head, mut begins) = (Vec::new(), false);
        phrases.iter().filter_map(move |phrase| {
            if first != Some(phrase.profile) {
                first = Some(phrase.profile);
                begins = self.folder_of(phrase.profile).begins_unit(at);
                if begins {
                    let folder = self.folder_of(phrase.profile);
                    Parts::new(text, folder, unit, at).first_fold(&mut head);
                }
            }
            if !begins {
                return None;
            }
            let mut places = std::mem::take(&mut self.tail_places);
            let mut parts = Parts::new(text, self.folder_of(phrase.profile), unit, at);
            // Most phrases begin with something else.
            let may_begin = !phrase.glob.lead.is_empty() || phrase.glob.head.starts_with(&head);
            let end = if may_begin { parts.glob_end(&phrase.glob, &mut places) } else { None };
            self.steps += parts.steps;
            self.tail_places = places;
            end
        })
    }
}

/// What may stand between a phrase and one directly beside it.
const GAP: Flags = SPACE | DASH | IGNORABLE;

/// How many words and signs the longest of the phrases may have.
fn extent_of(phrases: &[Neighbour]) -> usize {
    phrases.iter().map(|phrase| phrase.glob.extent()).max().unwrap_or(0)
}

/// Counts what lies between two places.
struct Meter {
    unit: Distance,
    passed: usize,
    /// Within a word that began behind the first place.
    in_word: bool,
}

impl Meter {
    fn new(unit: Distance) -> Self {
        Self { unit, passed: 0, in_word: false }
    }

    /// A boundary ends the word before it.
    fn reach_boundary(&mut self) {
        if self.unit == Distance::Word {
            self.passed += usize::from(self.in_word);
            self.in_word = false;
        }
    }

    /// Goes over a code point; `begins` says that a boundary stands before it.
    fn pass(&mut self, flags: Flags, begins: bool) {
        match self.unit {
            Distance::Word => self.in_word |= begins && flags & WORD != 0,
            Distance::Char => self.passed += 1,
        }
    }
}

/// Of the hits from number `known` on, keeps the longest of each group.
fn keep_longest(hits: &mut Vec<Hit>, known: usize) {
    if hits.len() < known + 2 {
        return;
    }
    hits[known..].sort_unstable_by_key(|hit| (hit.group, std::cmp::Reverse(hit.end)));
    let mut kept = known;
    for at in known..hits.len() {
        if kept == known || hits[kept - 1].group != hits[at].group {
            hits[kept] = hits[at];
            kept += 1;
        }
    }
    hits.truncate(kept);
}
