//! What the old matcher reports and what new phrases match, resolved together.
//!
//! So the new matcher need not be built, which takes longer than matching. The policy is
//! [`Overlap::Longest`], a search from left to right: as long as no new phrase wins, it goes where it
//! went before, and what was reported stands. Where a new one wins and takes the place of something
//! else, the old matcher searches on behind it until it reports what had been reported before.

use std::ops::ControlFlow;

use super::Change;
use super::newcomers::{Newcomer, Role};
use crate::error::Error;
use crate::matcher::Matcher;
use crate::options::Overlap;
use crate::run::plan::Plan;
use crate::run::rows::{Positions, Row, RowSink, Rows, Walk, run_rows};
use crate::run::{Patched, Settings, Watch};
use crate::scan::Sink;
use crate::text::{Corpus, Only};

/// A match: start, end, and number of its entry or newcomer.
pub type Placed = (i32, i32, i32);

/// Reads the matches of a row, in the order of the contract.
pub type OfRow<'a> = &'a (dyn Fn(usize) -> Vec<Placed> + Sync);

/// What is merged.
pub struct Merging<'a> {
    pub change: &'a Change<'a>,
    pub newcomers: &'a [Newcomer],
    /// The rows to be brought up to date.
    pub chosen: &'a [bool],
    /// What was reported, with the old entries.
    pub reported: OfRow<'a>,
    /// What newcomers matched.
    pub hits: OfRow<'a>,
}

impl Merging<'_> {
    /// The matches that differ, with the new entries, and the stretches in which they are all. The
    /// matcher must be of the old gazetteer.
    ///
    /// # Errors
    /// As [`crate::run::tag`].
    pub fn run(
        &self,
        old: &Matcher,
        texts: &dyn Corpus,
        settings: &Settings,
        watch: &dyn Watch,
    ) -> Result<Vec<Patched>, Error> {
        if settings.overlap != Overlap::Longest {
            return Err(Error::internal("only the longest matches can be merged"));
        }
        let texts = Only { texts, chosen: self.chosen };
        let plan = Plan::whole(&texts, settings)?;
        let run = |rows: &mut Rows<'_, '_>, (): &mut ()| {
            rows.leave_out(self.change.dropped());
            let mut patched = Patched::default();
            for number in rows.numbers().filter(|&number| self.chosen[number]) {
                Merger::new(self, number, &mut patched).run(rows, settings)?;
            }
            Ok(patched)
        };
        Ok(run_rows(old, &texts, settings, &plan, watch, || (), run)?.0)
    }
}

/// One row's merging.
struct Merger<'a, 'o> {
    merging: &'a Merging<'a>,
    row: usize,
    reported: Vec<Placed>,
    hits: Vec<Placed>,
    /// Where the search goes on.
    reached: i32,
    /// The first of the reported that do not begin before `reached`, and of the hits.
    next_reported: usize,
    next_hit: usize,
    united: Vec<i32>,
    out: &'o mut Patched,
}

/// How a search of the old matcher ended before the text did.
enum Ended {
    /// At the start of what had been reported before, too.
    Agreed(i32),
    /// Where a newcomer won: it must begin anew behind that.
    Overtaken,
}

impl<'a, 'o> Merger<'a, 'o> {
    fn new(merging: &'a Merging<'a>, row: usize, out: &'o mut Patched) -> Self {
        let (reported, hits) = ((merging.reported)(row), (merging.hits)(row));
        let united = Vec::new();
        Self { merging, row, reported, hits, reached: 0, next_reported: 0, next_hit: 0, united, out }
    }

    fn run(mut self, rows: &mut Rows<'_, '_>, settings: &Settings) -> Result<(), Error> {
        let mut text: Option<Walk<'_>> = None;
        while let Some(from) = self.until_they_differ() {
            if text.is_none() {
                text = rows.walk(self.row)?;
            }
            let Some(walk) = &mut text else { return Ok(()) };
            let to = loop {
                let row = walk.to(self.reached)?;
                let mut sink = MergeSink {
                    merger: &mut self,
                    positions: Positions::new(row, settings.offsets),
                    ended: None,
                };
                rows.scan_alone(row, &mut sink)?;
                match sink.ended {
                    Some(Ended::Overtaken) => {}
                    Some(Ended::Agreed(start)) => break start,
                    None => {
                        if !self.take_hit_before(i32::MAX, i32::MAX) {
                            break i32::MAX;
                        }
                    }
                }
            };
            self.reached = to;
            self.out.stretches.push((self.row as i32, from, to));
        }
        Ok(())
    }

    /// Goes along what was reported, up to where the old matcher must search anew, from `reached` on:
    /// returns where the stretch begins in which all is new. None at the end.
    fn until_they_differ(&mut self) -> Option<i32> {
        loop {
            self.pass();
            let reported = self.reported.get(self.next_reported).copied();
            let hit = self.hits.get(self.next_hit).copied();
            let hit = hit.filter(|&hit| reported.is_none_or(|reported| !precedes(reported, hit)));
            match (hit, reported) {
                (None, None) => return None,
                (None, Some(reported)) if self.falls(reported) => {
                    self.reached = reported.0;
                    return Some(reported.0);
                }
                (None, Some(reported)) => self.reached = reported.1,
                (Some(hit), Some(reported)) if span(hit) == span(reported) => self.unite_reported(hit),
                (Some(hit), _) => {
                    if self.take_hit(hit, &[]) && self.is_reached_into(hit) {
                        return Some(hit.0);
                    }
                }
            }
        }
    }

    /// Passes what begins before the place that is reached.
    fn pass(&mut self) {
        let begins_before = |places: &[Placed], at: usize, reached: i32| {
            places.get(at).is_some_and(|&(start, ..)| start < reached)
        };
        while begins_before(&self.reported, self.next_reported, self.reached) {
            self.next_reported += 1;
        }
        while begins_before(&self.hits, self.next_hit, self.reached) {
            self.next_hit += 1;
        }
    }

    /// Takes a span that was reported and which newcomers match, too.
    fn unite_reported(&mut self, hit: Placed) {
        let old: Vec<i32> = self.reported[self.next_reported..]
            .iter()
            .take_while(|&&other| span(other) == span(hit))
            .map(|&(.., entry)| entry)
            .collect();
        self.take_hit(hit, &old);
        self.out.stretches.push((self.row as i32, hit.0, hit.0 + 1));
    }

    /// Whether the span is reported no more.
    fn falls(&self, reported: Placed) -> bool {
        let mut same =
            self.reported[self.next_reported..].iter().take_while(|&&other| span(other) == span(reported));
        same.all(|&(.., entry)| self.merging.change.drops(entry as usize))
    }

    /// Whether a newcomer's match overlaps what the old search took, or may have.
    fn is_reached_into(&self, hit: Placed) -> bool {
        let (_, end) = span(hit);
        let reported = self.reported.get(self.next_reported);
        let inside = self.hits.iter().skip(self.next_hit).take_while(|&&(start, ..)| start < end);
        let mut excluded =
            inside.filter(|&&(.., number)| self.merging.newcomers[number as usize].role == Role::Excluded);
        reported.is_some_and(|&(start, ..)| start < end) || excluded.any(|&(_, other, _)| other > end)
    }

    /// Takes the next hits if their span precedes another: whether what follows changes with that.
    fn take_hit_before(&mut self, start: i32, end: i32) -> bool {
        loop {
            self.pass();
            match self.hits.get(self.next_hit).copied() {
                Some(hit) if precedes(hit, (start, end, 0)) => {
                    if self.take_hit(hit, &[]) {
                        return true;
                    }
                }
                _ => return false,
            }
        }
    }

    /// Takes all hits of a span, beside old entries of the same: returns whether the old search did not
    /// take it.
    fn take_hit(&mut self, hit: Placed, old: &[i32]) -> bool {
        let newcomers = self.merging.newcomers;
        let same = self.hits[self.next_hit..].iter().take_while(|&&other| span(other) == span(hit));
        let roles = same.clone().map(|&(.., number)| newcomers[number as usize].role);
        let role = roles.max().unwrap_or(Role::Competes);
        if role == Role::Competes {
            let added = same.flat_map(|&(.., number)| &newcomers[number as usize].entries);
            self.merging.change.unite(old, added.copied(), &mut self.united);
            for &entry in &self.united {
                self.out.matches.push(self.row as i32, hit.0, hit.1, entry);
            }
        }
        self.reached = hit.1;
        role != Role::Excluded
    }
}

fn span((start, end, _): Placed) -> (i32, i32) {
    (start, end)
}

/// Whether a match wins against one of another span.
fn precedes(a: Placed, b: Placed) -> bool {
    (a.0, -a.1) < (b.0, -b.1)
}

/// Takes what the old matcher finds from a place on.
struct MergeSink<'m, 'a, 'o, 't> {
    merger: &'m mut Merger<'a, 'o>,
    positions: Positions<'t>,
    ended: Option<Ended>,
}

impl Sink for MergeSink<'_, '_, '_, '_> {
    fn matched(&mut self, start: usize, end: usize, entries: &[u32]) -> ControlFlow<()> {
        let (start, end) = self.positions.of(start, end);
        let merger = &mut *self.merger;
        if merger.take_hit_before(start, end) {
            self.ended = Some(Ended::Overtaken);
            return ControlFlow::Break(());
        }
        let entries: Vec<i32> = entries.iter().map(|&entry| entry as i32).collect();
        let hit = merger.hits.get(merger.next_hit).copied().filter(|&hit| span(hit) == (start, end));
        if let Some(hit) = hit {
            merger.take_hit(hit, &entries);
            return ControlFlow::Continue(());
        }
        merger.reached = start;
        merger.pass();
        let known = merger.reported.get(merger.next_reported).copied();
        if known.is_some_and(|known| span(known) == (start, end) && !merger.falls(known)) {
            self.ended = Some(Ended::Agreed(start));
            return ControlFlow::Break(());
        }
        merger.merging.change.unite(&entries, [].into_iter(), &mut merger.united);
        for &entry in &merger.united {
            merger.out.matches.push(merger.row as i32, start, end, entry);
        }
        merger.reached = end;
        ControlFlow::Continue(())
    }

    fn takes_only_first(&self) -> bool {
        // So it is, mostly: the stretches are short.
        true
    }
}

impl<'t> RowSink<'t> for MergeSink<'_, '_, '_, 't> {
    fn begin(&mut self, _row: Row<'t>) {}

    fn end(&mut self, _row: Option<Row<'t>>) {}
}
