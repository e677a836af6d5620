//! Pairs of matches that are close to each other.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use hashbrown::HashSet;

use super::sentences::Sentences;
use super::tagged::{Found, Run};
use super::words::Words;
use crate::error::Error;
use crate::offsets;
use crate::options::Offsets;
use crate::scan::Pulse;
use crate::text::{Corpus, Text};

/// What distances are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Word,
    /// Code points.
    Char,
}

/// Which pairs are wanted: of a match that is an `a` and one that is a `b`, by their entries. They
/// may stand in any order unless `a` must come first.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub is_a: &'a [bool],
    pub is_b: &'a [bool],
    /// By entry: two matches of one span and concept count as one, the first.
    pub concepts: &'a [u32],
    /// The most that may stand between them; any number if none.
    pub within: Option<usize>,
    pub unit: Unit,
    pub is_ordered: bool,
    pub same_sentence: bool,
}

/// A pair of matches. Where both matches are both `a` and `b`, `a` is the first in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    pub doc: i32,
    pub a: Found,
    pub b: Found,
    /// How many words or code points stand strictly between the two.
    pub distance: i32,
}

/// More pairs than this would take gigabytes, and nobody would read them.
pub const MOST_PAIRS: usize = 1 << 25;

/// Refuses too many pairs.
///
/// # Errors
/// They are more than [`MOST_PAIRS`].
pub fn check_pairs(pairs: usize) -> Result<(), Error> {
    if pairs <= MOST_PAIRS {
        return Ok(());
    }
    Err(Error::too_large(format!(
        "there are more than {MOST_PAIRS} pairs: ask for nearer ones, or for fewer matches"
    )))
}

/// The texts that distances are measured in, and the unit of positions.
pub type Texts<'a> = Option<(&'a dyn Corpus, Offsets)>;

/// All wanted pairs, in the order of their documents, of `a` and of `b`. Matches that overlap are no
/// pair. Texts are needed unless positions are code points and it is these that count.
///
/// Takes time linear in texts and pairs, and little more than that in matches.
///
/// # Errors
/// More pairs than [`MOST_PAIRS`]; those of the run's watch.
pub fn near(run: &Run<'_>, wanted: Wanted<'_>, texts: Texts<'_>) -> Result<Vec<Vec<Near>>, Error> {
    let all = AtomicUsize::new(0);
    let visit =
        |finder: &mut Finder, pairs: &mut Vec<Near>, row: usize, found: &[Found], pulse: &dyn Pulse| {
            finder.choose(found, &wanted);
            if finder.can_pair() {
                finder.place(row, &wanted, texts);
                finder.find(&wanted, pulse)?;
                check_pairs(all.fetch_add(finder.pairs.len(), Ordering::Relaxed) + finder.pairs.len())?;
                finder.write(row, pairs);
            }
            Ok(())
        };
    Ok(run.each(Finder::default, visit)?.0)
}

/// A match that is an `a`, a `b`, or both.
#[derive(Clone, Copy)]
struct Candidate {
    found: Found,
    is_a: bool,
    is_b: bool,
    /// Where it begins and ends in the unit of distances: the distance to a later match is that
    /// one's beginning less this one's end.
    begins: i32,
    ends: i32,
    /// The first and last sentence that it touches.
    sentences: (usize, usize),
}

/// What one worker keeps.
#[derive(Default)]
struct Finder {
    candidates: Vec<Candidate>,
    words: Words,
    sentences: Sentences,
    /// Numbers of candidates that may still overlap what comes.
    open: Vec<u32>,
    /// Those that end before what comes, and near enough; by their ends.
    ended_a: VecDeque<u32>,
    ended_b: VecDeque<u32>,
    pairs: Vec<(u32, u32)>,
}

impl Finder {
    /// Takes the matches of a document that are an `a` or a `b`, one for each span and concept.
    fn choose(&mut self, found: &[Found], wanted: &Wanted<'_>) {
        self.candidates.clear();
        let chosen = found.iter().filter(|found| {
            let entry = found.entry as usize;
            wanted.is_a[entry] || wanted.is_b[entry]
        });
        let mut of_span = HashSet::new();
        let mut span = None;
        for &found in chosen {
            if span.replace((found.start, found.end)) != Some((found.start, found.end)) {
                // Few have several concepts; to clear a set takes time by its room.
                if of_span.capacity() > 64 {
                    of_span = HashSet::new();
                }
                of_span.clear();
            }
            let entry = found.entry as usize;
            if of_span.insert(wanted.concepts[entry]) {
                let (is_a, is_b) = (wanted.is_a[entry], wanted.is_b[entry]);
                let candidate = Candidate { found, is_a, is_b, begins: 0, ends: 0, sentences: (0, 0) };
                self.candidates.push(candidate);
            }
        }
    }

    fn can_pair(&self) -> bool {
        let any = |is: fn(&Candidate) -> bool| self.candidates.iter().any(is);
        self.candidates.len() > 1 && any(|candidate| candidate.is_a) && any(|candidate| candidate.is_b)
    }

    /// Finds out where the candidates stand, in words or code points, and in which sentences.
    fn place(&mut self, row: usize, wanted: &Wanted<'_>, texts: Texts<'_>) {
        let read = texts.and_then(|(texts, offsets)| Some((texts.text(row)?, offsets)));
        let Some((text, offsets)) = read else {
            for candidate in &mut self.candidates {
                (candidate.begins, candidate.ends) = (candidate.found.start, candidate.found.end);
            }
            return;
        };
        match wanted.unit {
            Unit::Word => {
                self.words.read(text, offsets);
                for candidate in &mut self.candidates {
                    candidate.begins = self.words.ended_by(candidate.found.start) as i32;
                    candidate.ends = self.words.begun_before(candidate.found.end) as i32;
                }
            }
            Unit::Char => self.count_chars(text, offsets),
        }
        if wanted.same_sentence {
            self.sentences.read(text, offsets);
            for candidate in &mut self.candidates {
                let touched = self.sentences.touched(candidate.found.start, candidate.found.end);
                candidate.sentences = (*touched.start(), *touched.end());
            }
        }
    }

    /// Counts the code points before each end of each candidate, in one pass over the text.
    fn count_chars(&mut self, text: Text<'_>, unit: Offsets) {
        let places =
            self.candidates.iter().flat_map(|candidate| [candidate.found.start, candidate.found.end]);
        let mut places: Vec<i32> = places.collect();
        places.sort_unstable();
        places.dedup();
        let (mut at, mut chars, mut before) = (0, 0, 0);
        let counted: Vec<i32> = places
            .iter()
            .map(|&place| {
                let rest = text.tail(at);
                let step = offsets::locate(rest, (place - before) as usize, unit).unwrap_or(rest.len());
                chars += offsets::measure(rest, 0, step, Offsets::Char);
                (at, before) = (at + step, place);
                chars as i32
            })
            .collect();
        let char_at = |place: i32| places.binary_search(&place).map_or(0, |found| counted[found]);
        for candidate in &mut self.candidates {
            candidate.begins = char_at(candidate.found.start);
            candidate.ends = char_at(candidate.found.end);
        }
    }

    /// Finds the pairs of a document, by the numbers of candidates.
    fn find(&mut self, wanted: &Wanted<'_>, pulse: &dyn Pulse) -> Result<(), Error> {
        self.open.clear();
        self.ended_a.clear();
        self.ended_b.clear();
        self.pairs.clear();
        let candidates = &self.candidates;
        for (number, later) in (0..).zip(candidates) {
            close(candidates, &mut self.open, later.found.start, |earlier| {
                if candidates[earlier as usize].is_a {
                    self.ended_a.push_back(earlier);
                }
                if candidates[earlier as usize].is_b && !wanted.is_ordered {
                    self.ended_b.push_back(earlier);
                }
            });
            for ended in [&mut self.ended_a, &mut self.ended_b] {
                let is_far = |&&earlier: &&u32| !fits(&candidates[earlier as usize], later, wanted);
                let far = ended.iter().take_while(is_far).count();
                ended.drain(..far);
            }
            if later.is_b {
                self.pairs.extend(self.ended_a.iter().map(|&earlier| (earlier, number)));
            }
            if later.is_a {
                // Those that could be either way round are there already.
                let is_new = |&&earlier: &&u32| !(later.is_b && candidates[earlier as usize].is_a);
                self.pairs.extend(self.ended_b.iter().filter(is_new).map(|&earlier| (number, earlier)));
            }
            self.open.push(number);
            check_pairs(self.pairs.len())?;
            pulse.beat()?;
        }
        self.sort(pulse)
    }

    /// Sorts the pairs, by `a` first: what has one `a` is little enough to sort between two beats.
    fn sort(&mut self, pulse: &dyn Pulse) -> Result<(), Error> {
        let mut ends = vec![0; self.candidates.len()];
        self.pairs.iter().for_each(|&(a, _)| ends[a as usize] += 1);
        let mut before = 0;
        for end in &mut ends {
            (*end, before) = (before, before + *end);
        }
        let mut sorted = vec![(0, 0); self.pairs.len()];
        for &pair in &self.pairs {
            let at = &mut ends[pair.0 as usize];
            sorted[*at] = pair;
            *at += 1;
        }
        let mut from = 0;
        for end in ends {
            sorted[from..end].sort_unstable();
            from = end;
            pulse.beat()?;
        }
        self.pairs = sorted;
        Ok(())
    }

    /// Adds the pairs that were found.
    fn write(&self, row: usize, into: &mut Vec<Near>) {
        let candidates = &self.candidates;
        into.extend(self.pairs.iter().map(|&(a, b)| {
            let (a, b) = (&candidates[a as usize], &candidates[b as usize]);
            let (first, second) = if a.found.start <= b.found.start { (a, b) } else { (b, a) };
            Near { doc: row as i32, a: a.found, b: b.found, distance: distance(first, second) }
        }));
    }
}

/// Takes out of the open candidates those that end by `place`, in the order of their ends.
fn close(candidates: &[Candidate], open: &mut Vec<u32>, place: i32, mut closed: impl FnMut(u32)) {
    let end = |&number: &u32| candidates[number as usize].found.end;
    open.sort_unstable_by_key(end);
    let closing = open.partition_point(|number| end(number) <= place);
    open.drain(..closing).for_each(&mut closed);
}

fn distance(earlier: &Candidate, later: &Candidate) -> i32 {
    (later.begins - earlier.ends).max(0)
}

/// Whether a candidate is near enough to a later one. If not, it is not near to any behind that.
fn fits(earlier: &Candidate, later: &Candidate, wanted: &Wanted<'_>) -> bool {
    let is_near = wanted.within.is_none_or(|within| distance(earlier, later) as usize <= within);
    is_near && (!wanted.same_sentence || earlier.sentences.1 >= later.sentences.0)
}
