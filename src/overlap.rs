//! From all true matches to those reported: the policies for matches that overlap.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::matcher::Matcher;
use crate::options::Overlap;
use crate::scan::{Hit, Sink};

/// Resolves the matches of one text, which come in ascending order of their starts.
///
/// Every policy needs to know only what started earlier, so that nothing is held back: matches are
/// handed on at once, in the order of the contract.
pub struct Resolver<'m> {
    matcher: &'m Matcher,
    overlap: Overlap,
    /// `Longest`: where the search goes on. `All`: where the furthest exclusion so far ends.
    reached: usize,
    /// Per concept or branch: the longest exclusion of each start so far.
    exclusions: Vec<(usize, usize)>,
    contests: HashMap<u32, Contest>,
    /// The contest of a concept that had no match yet: exclusions alone. Most contests join it.
    unmatched: Contest,
    /// Which exclusions win in that contest.
    wins_unmatched: Vec<bool>,
    /// Winners of one start: their end, and their entry.
    winners: Vec<(usize, u32)>,
    entries: Vec<u32>,
    /// By entry: whether it is to be taken as not there.
    gone: Option<Arc<[bool]>>,
}

/// How far one concept's own search has come.
#[derive(Clone, Copy, Default)]
struct Contest {
    /// Where it goes on.
    reached: usize,
    /// How many exclusions it has seen.
    exclusions: usize,
}

impl<'m> Resolver<'m> {
    pub fn new(matcher: &'m Matcher, overlap: Overlap) -> Self {
        Self {
            matcher,
            overlap,
            reached: 0,
            exclusions: Vec::new(),
            contests: HashMap::new(),
            unmatched: Contest::default(),
            wins_unmatched: Vec::new(),
            winners: Vec::new(),
            entries: Vec::new(),
            gone: None,
        }
    }

    /// Takes these entries, none of them an exclusion, as if the matcher did not have them.
    pub fn leave_out(&mut self, gone: Arc<[bool]>) {
        self.gone = Some(gone);
    }

    fn is_there(&self, entry: u32) -> bool {
        self.gone.as_ref().is_none_or(|gone| !gone[entry as usize])
    }

    /// Forgets what was, for a new text or a part that no match reaches into.
    pub fn reset(&mut self) {
        self.reached = 0;
        self.exclusions.clear();
        self.contests.clear();
        self.unmatched = Contest::default();
        self.wins_unmatched.clear();
    }

    /// Matches that start before this place are not reported, whatever they are.
    #[inline(always)]
    pub fn skip_to(&self) -> usize {
        if self.overlap == Overlap::Longest { self.reached } else { 0 }
    }

    /// Whether a match wins where it is the only one at its start, which is not skipped.
    #[inline(always)]
    pub fn first_wins(&self) -> bool {
        self.overlap == Overlap::Longest && self.gone.is_none()
    }

    /// Takes the only match that starts at `start`, where [`Self::first_wins`] and it is no exclusion.
    #[inline(always)]
    pub fn resolve_lone(
        &mut self,
        start: usize,
        end: usize,
        entry: u32,
        sink: &mut dyn Sink,
    ) -> ControlFlow<()> {
        self.reached = end;
        sink.matched(start, end, &[entry])
    }

    /// Takes all true matches that start at `start`, and empties `hits`.
    pub fn resolve(&mut self, start: usize, hits: &mut Vec<Hit>, sink: &mut dyn Sink) -> ControlFlow<()> {
        if self.gone.is_some() {
            hits.retain(|hit| {
                let mut lone = [0];
                let mut entries = self.matcher.entries(hit.group, &mut lone).iter();
                self.matcher.kind(hit.group).excludes || entries.any(|&entry| self.is_there(entry))
            });
        }
        let flow = match self.overlap {
            Overlap::Longest => self.longest(start, hits, sink),
            Overlap::All => self.all(start, hits, sink),
            Overlap::LongestPerConcept => self.longest_per(start, hits, Matcher::concept, sink),
            Overlap::LongestPerBranch => self.longest_per(start, hits, Matcher::branch, sink),
        };
        hits.clear();
        flow
    }

    fn longest(&mut self, start: usize, hits: &mut Vec<Hit>, sink: &mut dyn Sink) -> ControlFlow<()> {
        if start < self.reached {
            return ControlFlow::Continue(());
        }
        let Some(end) = hits.iter().map(|hit| hit.end).max() else { return ControlFlow::Continue(()) };
        self.reached = end;
        hits.retain(|hit| hit.end == end);
        if hits.iter().any(|hit| self.matcher.kind(hit.group).excludes) {
            return ControlFlow::Continue(());
        }
        self.report(start, end, hits, sink)
    }

    fn all(&mut self, start: usize, hits: &mut [Hit], sink: &mut dyn Sink) -> ControlFlow<()> {
        if let Some(end) = self.longest_exclusion(hits) {
            self.reached = self.reached.max(end);
        }
        hits.sort_unstable_by_key(|hit| Reverse(hit.end));
        for same_span in hits.chunk_by(|a, b| a.end == b.end) {
            if same_span[0].end <= self.reached {
                break;
            }
            self.report(start, same_span[0].end, same_span, sink)?;
        }
        ControlFlow::Continue(())
    }

    /// `"longest"` for each key (a concept or branch) on its own.
    fn longest_per(
        &mut self,
        start: usize,
        hits: &[Hit],
        key_of: impl Fn(&Matcher, u32) -> u32,
        sink: &mut dyn Sink,
    ) -> ControlFlow<()> {
        let exclusion = self.longest_exclusion(hits);
        let mut candidates: Vec<(u32, usize, u32)> = Vec::with_capacity(hits.len());
        for hit in hits {
            let mut lone = [0];
            let entries = self.matcher.entries(hit.group, &mut lone);
            let entries = entries.iter().filter(|&&entry| self.is_there(entry));
            candidates.extend(entries.map(|&entry| (key_of(self.matcher, entry), hit.end, entry)));
        }
        candidates.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        self.winners.clear();
        for same_key in candidates.chunk_by(|a, b| a.0 == b.0) {
            let (key, end, _) = same_key[0];
            if self.wins(key, start, end, exclusion) {
                let winners = same_key.iter().take_while(|candidate| candidate.1 == end);
                self.winners.extend(winners.map(|&(_, end, entry)| (end, entry)));
            }
        }
        if let Some(end) = exclusion {
            self.exclude(start, end);
        }
        self.report_winners(start, sink)
    }

    /// Whether the longest match of a key wins its own contest at `start`, which it then goes on
    /// behind.
    fn wins(&mut self, key: u32, start: usize, end: usize, exclusion: Option<usize>) -> bool {
        let contest = self.contests.entry(key).or_insert(self.unmatched);
        // From the first exclusion on that wins here as well as among exclusions alone, both
        // contests are the same.
        let seen = contest.exclusions;
        let next = seen + self.exclusions[seen..].partition_point(|&(from, _)| from < contest.reached);
        for (number, &(from, to)) in self.exclusions.iter().enumerate().skip(next) {
            if from >= contest.reached {
                contest.reached = to;
                if self.wins_unmatched[number] {
                    contest.reached = self.unmatched.reached;
                    break;
                }
            }
        }
        contest.exclusions = self.exclusions.len();
        if start < contest.reached {
            return false;
        }
        match exclusion {
            Some(excluded) if excluded >= end => {
                contest.reached = excluded;
                false
            }
            _ => {
                contest.reached = end;
                true
            }
        }
    }

    /// Notes the longest exclusion of a start.
    fn exclude(&mut self, start: usize, end: usize) {
        let wins = start >= self.unmatched.reached;
        if wins {
            self.unmatched.reached = end;
        }
        self.exclusions.push((start, end));
        self.wins_unmatched.push(wins);
        self.unmatched.exclusions = self.exclusions.len();
    }

    fn report_winners(&mut self, start: usize, sink: &mut dyn Sink) -> ControlFlow<()> {
        let rank = &self.matcher.rank;
        let mut winners = std::mem::take(&mut self.winners);
        winners.sort_unstable_by_key(|&(end, entry)| (Reverse(end), rank[entry as usize], entry));
        let mut flow = ControlFlow::Continue(());
        for same_span in winners.chunk_by(|a, b| a.0 == b.0) {
            self.entries.clear();
            self.entries.extend(same_span.iter().map(|&(_, entry)| entry));
            self.entries.dedup_by_key(|entry| rank[*entry as usize]);
            flow = sink.matched(start, same_span[0].0, &self.entries);
            if flow.is_break() {
                break;
            }
        }
        self.winners = winners;
        flow
    }

    /// Hands on the entries of hits with one span.
    fn report(&mut self, start: usize, end: usize, hits: &[Hit], sink: &mut dyn Sink) -> ControlFlow<()> {
        if let ([hit], None) = (hits, &self.gone) {
            return match self.matcher.entries(hit.group, &mut [0]) {
                [] => ControlFlow::Continue(()),
                entries => sink.matched(start, end, entries),
            };
        }
        let rank = &self.matcher.rank;
        self.entries.clear();
        for hit in hits {
            self.entries.extend_from_slice(self.matcher.entries(hit.group, &mut [0]));
        }
        if let Some(gone) = &self.gone {
            self.entries.retain(|&entry| !gone[entry as usize]);
        }
        // Of entries that are one match, the first stands for all.
        self.entries.sort_unstable_by_key(|&entry| (rank[entry as usize], entry));
        self.entries.dedup_by_key(|entry| rank[*entry as usize]);
        if self.entries.is_empty() {
            return ControlFlow::Continue(());
        }
        sink.matched(start, end, &self.entries)
    }

    fn longest_exclusion(&self, hits: &[Hit]) -> Option<usize> {
        hits.iter().filter(|hit| self.matcher.kind(hit.group).excludes).map(|hit| hit.end).max()
    }
}
