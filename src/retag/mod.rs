//! What of the matches of one gazetteer still holds for another.
//!
//! What matches where depends on *forms* alone, phrases with options; what is reported, on the
//! contests in which these meet: one for all, or one for each concept or branch. Matches that lose
//! a contest change nothing when they go. So only these documents need be matched anew:
//!
//! - in which a form matches that is new to a contest, or an exclusion that came or went, which may
//!   have matched without being reported: these few forms are looked for in all texts;
//! - in which an entry was reported whose form has left its contest, so that others may win.
//!
//! Everywhere else the same spans win, and their entries are numbered anew.

mod contests;
mod forms;

use std::sync::Arc;

use crate::error::Error;
use crate::gazetteer::{Entry, Gazetteer};
use crate::options::Overlap;
use contests::{ALL, Contests, Succession};
use forms::{ByForm, Forms};

/// So many forms are always looked for by themselves.
const MANY: usize = 1 << 10;

/// What a change of a gazetteer means for matches made before it.
pub struct Change<'g> {
    old: &'g Gazetteer,
    new: &'g Gazetteer,
    /// By old entry: whether documents in which it was reported must be matched anew.
    upsets: Vec<bool>,
    /// The new entries that stand where an old one stood: those of entry `i` end at `ends[i]`.
    successors: Vec<u32>,
    ends: Vec<u32>,
    /// An entry of each form whose documents must be matched anew.
    sought: Vec<Sought>,
    gone: Option<Arc<[bool]>>,
}

#[derive(Clone, Copy)]
enum Sought {
    Old(u32),
    New(u32),
}

impl<'g> Change<'g> {
    /// Compares two gazetteers, for matches made under a policy. Takes time linear in both.
    pub fn between(old: &'g Gazetteer, new: &'g Gazetteer, overlap: Overlap) -> Self {
        let forms = Forms::number(old, new);
        let before = ByForm::new(&forms.of_old, forms.len);
        let after = ByForm::new(&forms.of_new, forms.len);
        let (old_contests, new_contests) = (Contests::new(old, overlap), Contests::new(new, overlap));
        let succession = Succession::new(&old_contests, &before, &new_contests, &after);
        let comparison =
            Comparison { old, new, overlap, before, after, old_contests, new_contests, succession };
        comparison.change(&forms)
    }

    /// Whether documents in which this old entry was reported must be matched anew.
    pub fn upsets(&self, entry: usize) -> bool {
        self.upsets[entry]
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
        let mut seeker = Gazetteer::default();
        for sought in &self.sought {
            let entry = match *sought {
                Sought::Old(entry) => self.old.entry(entry as usize),
                Sought::New(entry) => self.new.entry(entry as usize),
            };
            seeker.push(Entry { concept: Some("sought"), lang: None, ..entry }, &"")?;
        }
        Ok(seeker)
    }

    /// By old entry, whether it is to be left out for the old matcher to report what the new one would,
    /// under the numbers of the old; none if that cannot be had so.
    pub fn gone(&self) -> Option<&Arc<[bool]>> {
        self.gone.as_ref()
    }

    /// From the old entries of one span to the new ones, in the order of the contract.
    pub fn renumber(&self, entries: &[i32], renumbered: &mut Vec<i32>) {
        renumbered.clear();
        for &entry in entries {
            renumbered.extend(self.successors(entry as usize).iter().map(|&entry| entry as i32));
        }
        if renumbered.len() > 1 {
            let name = |&entry: &i32| {
                let entry = self.new.entry(entry as usize);
                (entry.phrase, entry.concept)
            };
            renumbered.sort_unstable_by(|a, b| name(a).cmp(&name(b)).then(a.cmp(b)));
            renumbered.dedup_by(|a, b| name(a) == name(b));
        }
    }

    fn successors(&self, entry: usize) -> &[u32] {
        let from = entry.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.successors[from as usize..self.ends[entry] as usize]
    }
}

/// Two gazetteers side by side.
struct Comparison<'g> {
    old: &'g Gazetteer,
    new: &'g Gazetteer,
    overlap: Overlap,
    /// Entries by form.
    before: ByForm,
    after: ByForm,
    old_contests: Contests<'g>,
    new_contests: Contests<'g>,
    succession: Succession,
}

impl<'g> Comparison<'g> {
    fn change(self, forms: &Forms) -> Change<'g> {
        let mut is_sought: Vec<bool> = (0..forms.len).map(|form| self.is_sought(form)).collect();
        let mut upsets = vec![false; self.old.len()];
        let mut gone = vec![false; self.old.len()];
        let (mut successors, mut ends) =
            (Vec::with_capacity(self.new.len()), Vec::with_capacity(self.old.len()));
        for (entry, &form) in forms.of_old.iter().enumerate() {
            let contest = self.old_contests.of_entry[entry];
            if contest != ALL {
                let followed = successors.len();
                successors.extend(self.successors(form as usize, contest));
                gone[entry] = successors.len() == followed;
                upsets[entry] = self.overlap != Overlap::All && self.leaves(form as usize, contest);
            }
            ends.push(successors.len() as u32);
        }
        // Of forms of one phrase and concept that match the same span, but one is reported.
        for twins in forms.twins.iter().filter(|twins| self.differ(twins)) {
            for &form in twins {
                is_sought[form as usize] |= !self.after.get(form as usize).is_empty();
                self.before.get(form as usize).iter().for_each(|&entry| upsets[entry as usize] = true);
            }
        }
        let sought: Vec<Sought> =
            (0..forms.len).filter(|&form| is_sought[form]).map(|form| self.any_of(form)).collect();
        let divides = self.succession.children.iter().any(|children| children.len() > 1);
        let gone = (sought.is_empty() && !divides).then(|| gone.into());
        Change { old: self.old, new: self.new, upsets, successors, ends, sought, gone }
    }

    /// Whether a form may have come to match where nothing tells of it.
    fn is_sought(&self, form: usize) -> bool {
        let excludes = |entries: &[u32], contests: &Contests<'_>| {
            entries.iter().any(|&entry| contests.of_entry[entry as usize] == ALL)
        };
        let (before, after) = (self.before.get(form), self.after.get(form));
        excludes(before, &self.old_contests) != excludes(after, &self.new_contests)
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

    /// Whether a form of an old contest is not in each that goes on with it.
    fn leaves(&self, form: usize, contest: u32) -> bool {
        self.succession.children[contest as usize].iter().any(|&child| !self.is_in(form, child))
    }

    /// The new entries of a form in the contests that go on with an old one.
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
        let goes_on = |(&(before, ..), &(after, ..)): (&Placed<'_>, &Placed<'_>)| {
            let child = self.new_contests.of_entry[after as usize];
            child == ALL
                || self.succession.parent[child as usize] == Some(self.old_contests.of_entry[before as usize])
        };
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
