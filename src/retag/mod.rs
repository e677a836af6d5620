//! What of the matches of one gazetteer still holds for another.
//!
//! What matches where depends on *forms* alone, phrases with options; what is reported, on the
//! contests in which these meet: one for all, or one for each concept or branch. Matches that lose
//! a contest change nothing when they go. So texts need be matched anew only
//!
//! - where a form matches that is new to a contest, or an exclusion that came or went, which may
//!   have matched without being reported: these few forms are looked for in all texts;
//! - where a span was reported whose forms have left its contest, so that others may win.
//!
//! Everywhere else the same spans win, and their entries are numbered anew.

mod alignment;
mod contests;
mod forms;
pub mod merge;
mod newcomers;

use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Error;
use crate::gazetteer::{Entry, Gazetteer};
use crate::options::Overlap;
use alignment::Pairs;
use contests::{ALL, Contests, Succession};
use forms::{ByForm, Forms};
pub use newcomers::{Newcomer, Role};

/// So many forms are always looked for by themselves.
const MANY: usize = 1 << 10;

const NONE: i32 = -1;
const SEVERAL: i32 = -2;

/// What a change of a gazetteer means for matches made before it.
pub struct Change<'g> {
    old: &'g Gazetteer,
    new: &'g Gazetteer,
    /// By old entry: whether what was reported with it must be matched anew, whatever follows on it.
    upsets: Vec<bool>,
    /// By old entry: the new entry that stands in its place, [`NONE`], or [`SEVERAL`].
    successor: Vec<i32>,
    several: HashMap<u32, Vec<i32>>,
    /// An entry of each form whose documents must be matched anew.
    sought: Vec<Sought>,
    dropped: Arc<[bool]>,
    newcomers: Option<Vec<Newcomer>>,
}

#[derive(Clone, Copy, Debug)]
enum Sought {
    Old(u32),
    New(u32),
}

impl<'g> Change<'g> {
    /// Compares two gazetteers, for matches made under a policy. Takes time linear in both, and little
    /// for what stayed as it was and where it was.
    pub fn between(old: &'g Gazetteer, new: &'g Gazetteer, overlap: Overlap) -> Self {
        let mut comparison = Comparison::new(old, new, overlap, alignment::pairs(old, new));
        // What did not change may still have come to meet others than before.
        if !comparison.same.iter().all(|&(before, after)| comparison.goes_on(before, after)) {
            comparison = Comparison::new(old, new, overlap, Pairs::default());
        }
        comparison.change()
    }

    /// Whether what was reported with this old entry must be matched anew. Under
    /// [`Overlap::Longest`] that holds also of spans of which no entry has a successor.
    pub fn upsets(&self, entry: usize) -> bool {
        self.upsets[entry]
    }

    /// Whether no new entry stands in the place of an old one.
    pub fn drops(&self, entry: usize) -> bool {
        self.successor[entry] == NONE
    }

    /// Whether any forms must be looked for in the texts.
    pub fn seeks(&self) -> bool {
        !self.sought.is_empty()
    }

    /// Whether these are so many that to match all texts anew takes less time.
    pub fn seeks_too_much(&self) -> bool {
        self.sought.len() > MANY && self.sought.len() > self.new.len() / 4
    }

    /// These forms as a gazetteer without exclusions. With [`Overlap::All`], all its true matches are
    /// reported: documents that have any must be matched anew.
    ///
    /// # Errors
    /// None that gazetteers which were built without one could give.
    pub fn seeker(&self) -> Result<Gazetteer, Error> {
        self.gazetteer_of(self.sought.iter().map(|&sought| (sought, "sought")))
    }

    /// The forms that the old matcher does not tell of, if what it tells and what they match is enough to
    /// know what the new one would report: exclusions only came, and phrases have no other forms that
    /// match the same.
    pub fn newcomers(&self) -> Option<&[Newcomer]> {
        self.newcomers.as_deref()
    }

    /// The newcomers as a gazetteer, whose entries have their numbers. With [`Overlap::All`], all their
    /// true matches are reported.
    ///
    /// # Errors
    /// As [`Change::seeker`].
    pub fn seeker_of_newcomers(&self) -> Result<Gazetteer, Error> {
        let names: Vec<String> =
            (0..self.newcomers().map_or(0, <[_]>::len)).map(|at| at.to_string()).collect();
        let sought = self.newcomers().unwrap_or_default().iter().map(|newcomer| newcomer.sought);
        self.gazetteer_of(sought.zip(names.iter().map(String::as_str)))
    }

    fn gazetteer_of<'a>(&self, sought: impl Iterator<Item = (Sought, &'a str)>) -> Result<Gazetteer, Error> {
        let mut gazetteer = Gazetteer::default();
        for (sought, concept) in sought {
            let entry = match sought {
                Sought::Old(entry) => self.old.entry(entry as usize),
                Sought::New(entry) => self.new.entry(entry as usize),
            };
            gazetteer.push(Entry { concept: Some(concept), lang: None, ..entry }, &"")?;
        }
        Ok(gazetteer)
    }

    /// By old entry, whether it is no exclusion and no new one stands in its place.
    pub fn dropped(&self) -> &Arc<[bool]> {
        &self.dropped
    }

    /// What is to be left out for the old matcher to report what the new one would, under the numbers of
    /// the old; none if that cannot be had so.
    pub fn gone(&self) -> Option<&Arc<[bool]>> {
        self.sought.is_empty().then_some(&self.dropped)
    }

    /// From the old entries of one span to the new ones, in the order of the contract.
    pub fn renumber(&self, entries: &[i32], renumbered: &mut Vec<i32>) {
        self.unite(entries, std::iter::empty(), renumbered);
    }

    /// The same, with other new entries of that span.
    pub fn unite(&self, entries: &[i32], others: impl Iterator<Item = i32>, united: &mut Vec<i32>) {
        united.clear();
        for &entry in entries {
            match self.successor[entry as usize] {
                NONE => {}
                SEVERAL => united.extend(&self.several[&(entry as u32)]),
                successor => united.push(successor),
            }
        }
        united.extend(others);
        if united.len() > 1 {
            let name = |&entry: &i32| {
                let entry = self.new.entry(entry as usize);
                (entry.phrase, entry.concept)
            };
            united.sort_unstable_by(|a, b| name(a).cmp(&name(b)).then(a.cmp(b)));
            united.dedup_by(|a, b| name(a) == name(b));
        }
    }

    /// By old entry: the only new entry that stands in its place; negative if there is none, or several.
    pub fn successors(&self) -> &[i32] {
        &self.successor
    }
}

/// Two gazetteers side by side.
struct Comparison<'g> {
    old: &'g Gazetteer,
    new: &'g Gazetteer,
    overlap: Overlap,
    /// The pairs of an old and a new entry of which there is no more to say.
    same: Vec<(u32, u32)>,
    /// All other entries, by form.
    before: ByForm,
    after: ByForm,
    twins: Vec<Vec<u32>>,
    old_contests: Contests<'g>,
    new_contests: Contests<'g>,
    succession: Succession,
}

impl<'g> Comparison<'g> {
    /// `pairs` of entries that are the same need not be compared, where nothing changed of their
    /// phrases.
    fn new(old: &'g Gazetteer, new: &'g Gazetteer, overlap: Overlap, pairs: Pairs) -> Self {
        let (same, old_rest, new_rest) = alignment::set_apart(old, new, pairs);
        let forms = Forms::number((old, &old_rest), (new, &new_rest));
        let before = ByForm::new(&old_rest, &forms.of_old, forms.len);
        let after = ByForm::new(&new_rest, &forms.of_new, forms.len);
        let (old_contests, new_contests) = (Contests::new(old, overlap), Contests::new(new, overlap));
        let succession = Succession::new(&old_contests, &before, &new_contests, &after, &same);
        let twins = forms.twins;
        Self { old, new, overlap, same, before, after, twins, old_contests, new_contests, succession }
    }

    fn change(self) -> Change<'g> {
        let mut change = Change {
            old: self.old,
            new: self.new,
            upsets: vec![false; self.old.len()],
            successor: vec![NONE; self.old.len()],
            several: HashMap::new(),
            sought: Vec::new(),
            dropped: Arc::from([]),
            newcomers: None,
        };
        for &(before, after) in &self.same {
            if self.new_contests.of_entry[after as usize] != ALL {
                change.successor[before as usize] = after as i32;
            }
        }
        let forms = self.before.len();
        let mut is_sought: Vec<bool> = (0..forms).map(|form| self.is_sought(form)).collect();
        for form in 0..forms {
            self.follow(form, &mut change);
        }
        let differing: Vec<&Vec<u32>> = self.twins.iter().filter(|twins| self.differ(twins)).collect();
        if differing.is_empty() && self.overlap == Overlap::Longest {
            change.newcomers = self.newcomers(&is_sought);
        }
        // Of forms of one phrase and concept that match the same span, but one is reported.
        for &form in differing.into_iter().flatten() {
            is_sought[form as usize] |= !self.after.get(form as usize).is_empty();
            self.before.get(form as usize).iter().for_each(|&entry| change.upsets[entry as usize] = true);
        }
        change.sought = (0..forms).filter(|&form| is_sought[form]).map(|form| self.any_of(form)).collect();
        let dropped = |entry| change.drops(entry) && self.old_contests.of_entry[entry] != ALL;
        change.dropped = (0..self.old.len()).map(dropped).collect();
        change
    }

    /// What the old matcher does not tell of; none where an exclusion is one no more, which hides matches.
    fn newcomers(&self, is_sought: &[bool]) -> Option<Vec<Newcomer>> {
        let excluded = |sought| Newcomer { sought, role: Role::Excluded, entries: Vec::new() };
        let kept = self.same.iter().map(|&(_, after)| after);
        let kept = kept.filter(|&after| self.new_contests.of_entry[after as usize] == ALL);
        let mut newcomers: Vec<Newcomer> = kept.map(|after| excluded(Sought::New(after))).collect();
        for (form, &is_sought) in is_sought.iter().enumerate() {
            let (excluded_before, excludes) = self.excludes(form);
            match (excluded_before, excludes) {
                (true, false) => return None,
                (true, true) => newcomers.push(excluded(self.any_of(form))),
                (false, true) => {
                    newcomers.push(Newcomer { role: Role::Excludes, ..excluded(self.any_of(form)) });
                }
                (false, false) if is_sought => {
                    let entries = self.after.get(form).iter().map(|&entry| entry as i32).collect();
                    newcomers.push(Newcomer { sought: self.any_of(form), role: Role::Competes, entries });
                }
                (false, false) => {}
            }
        }
        Some(newcomers)
    }

    /// Whether a form has an exclusion in the old, and in the new gazetteer.
    fn excludes(&self, form: usize) -> (bool, bool) {
        let any = |entries: &[u32], contests: &Contests<'_>| {
            entries.iter().any(|&entry| contests.of_entry[entry as usize] == ALL)
        };
        (any(self.before.get(form), &self.old_contests), any(self.after.get(form), &self.new_contests))
    }

    /// Notes what follows on the old entries of a form.
    fn follow(&self, form: usize, change: &mut Change<'_>) {
        for &entry in self.before.get(form) {
            let contest = self.old_contests.of_entry[entry as usize];
            if contest == ALL {
                continue;
            }
            let mut successors = self.successors(form, contest);
            change.successor[entry as usize] = match (successors.next(), successors.next()) {
                (None, _) => NONE,
                (Some(only), None) => only as i32,
                (Some(_), Some(_)) => {
                    let all = self.successors(form, contest).map(|entry| entry as i32).collect();
                    change.several.insert(entry, all);
                    SEVERAL
                }
            };
            let alone = matches!(self.overlap, Overlap::LongestPerConcept | Overlap::LongestPerBranch);
            change.upsets[entry as usize] = alone && self.leaves(form, contest);
        }
    }

    /// Whether the contest of a new entry goes on with that of an old one.
    fn goes_on(&self, before: u32, after: u32) -> bool {
        let child = self.new_contests.of_entry[after as usize];
        child == ALL
            || self.succession.parent[child as usize] == Some(self.old_contests.of_entry[before as usize])
    }

    /// Whether a form may have come to match where nothing tells of it.
    fn is_sought(&self, form: usize) -> bool {
        let (excluded, excludes) = self.excludes(form);
        let after = self.after.get(form);
        excluded != excludes
            || after.iter().any(|&entry| {
                let contest = self.new_contests.of_entry[entry as usize];
                contest != ALL
                    && self.succession.parent[contest as usize]
                        .is_none_or(|parent| !self.was_in(form, parent))
            })
    }

    fn was_in(&self, form: usize, contest: u32) -> bool {
        self.before.get(form).iter().any(|&entry| self.old_contests.of_entry[entry as usize] == contest)
    }

    fn is_in(&self, form: usize, contest: u32) -> bool {
        self.after.get(form).iter().any(|&entry| self.new_contests.of_entry[entry as usize] == contest)
    }

    /// Whether a form of an old contest is not in the one that goes on with it.
    fn leaves(&self, form: usize, contest: u32) -> bool {
        self.succession.child[contest as usize].is_some_and(|child| !self.is_in(form, child))
    }

    /// The new entries of a form in the contest that goes on with an old one.
    fn successors(&self, form: usize, contest: u32) -> impl Iterator<Item = u32> {
        self.after.get(form).iter().copied().filter(move |&entry| {
            let child = self.new_contests.of_entry[entry as usize];
            child != ALL && self.succession.parent[child as usize] == Some(contest)
        })
    }

    /// Whether the entries of one phrase's forms are others than they were, or in another order, or in
    /// contests that go on with others.
    fn differ(&self, twins: &[u32]) -> bool {
        let before = in_order(twins, &self.before, self.old);
        let after = in_order(twins, &self.after, self.new);
        let goes_on = |(before, after): (&Placed<'_>, &Placed<'_>)| self.goes_on(before.0, after.0);
        let same = |(before, after): (&Placed<'_>, &Placed<'_>)| (before.1, before.2) == (after.1, after.2);
        let pairs = || before.iter().zip(&after);
        before.len() != after.len() || !pairs().all(same) || !pairs().all(goes_on)
    }

    fn any_of(&self, form: usize) -> Sought {
        match self.after.get(form).first() {
            Some(&entry) => Sought::New(entry),
            None => Sought::Old(self.before.get(form)[0]),
        }
    }
}

/// An entry, its form and its concept.
type Placed<'g> = (u32, u32, Option<&'g str>);

/// The entries of some forms in the order of adding.
fn in_order<'g>(forms: &[u32], entries: &ByForm, gazetteer: &'g Gazetteer) -> Vec<Placed<'g>> {
    let placed = |form: u32| {
        let entries = entries.get(form as usize).iter();
        entries.map(move |&entry| (entry, form, gazetteer.entry(entry as usize).concept))
    };
    let mut all: Vec<Placed<'g>> = forms.iter().flat_map(|&form| placed(form)).collect();
    all.sort_unstable_by_key(|&(entry, ..)| entry);
    all
}
