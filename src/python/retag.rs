//! Matches made before a change of the gazetteer, brought up to date.

use std::sync::{Arc, Weak};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::gazetteer::Gazetteer as PyGazetteer;
use super::gil::{detached, watched};
use super::input::{Source, Texts};
use super::matcher::{Matcher, build};
use super::matches::{Made, Matches};
use super::options::threads_of;
use super::rows::{Row, Rows, Stretch};
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::matcher::Matcher as CoreMatcher;
use crate::options::Overlap;
use crate::retag::merge::{Merging, Placed};
use crate::retag::{Change, Newcomer, Role};
use crate::run::{self, Patch, Patched, Settings, Watch};
use crate::text::{Corpus, Only};

/// The matches that a run with the new gazetteer would give. Matchers, where there are any, must be of
/// these gazetteers.
#[expect(clippy::too_many_arguments, reason = "the arguments of the Python call")]
#[pyfunction]
#[pyo3(signature = (matches, old, old_matcher, new, new_matcher, texts, threads))]
pub fn retag(
    py: Python<'_>,
    matches: &Matches,
    old: &PyGazetteer,
    old_matcher: Option<&Matcher>,
    new: &PyGazetteer,
    new_matcher: Option<&Matcher>,
    texts: &Texts,
    threads: Option<i64>,
) -> PyResult<Matches> {
    let made = matches.made();
    let rows = check(py, &made, &old.core, &texts.source)?;
    let settings = Settings { threads: threads_of(threads)?, ..made.settings };
    // Entries have other numbers in another gazetteer of the same version.
    let of_matches = |matcher: &&Matcher| Arc::ptr_eq(&matcher.gazetteer, made.gazetteer);
    let old_matcher = old_matcher.filter(of_matches).map(|matcher| Arc::clone(&matcher.core));
    let work = Work {
        made: &made,
        rows,
        texts: texts.source.as_ref(),
        settings,
        change: &detached(py, || Ok(Change::between(made.gazetteer, &new.core, settings.overlap)))?,
    };
    let old_matcher = old_matcher.or_else(|| made.matcher.clone());
    let rows = match (work.merging(), &old_matcher) {
        (Some(newcomers), Some(old)) => watched(py, 0, None, |watch| work.merge(newcomers, old, watch))?,
        _ => work.rematched(py, &new.core, new_matcher, old_matcher)?,
    };
    let matcher = new_matcher.map_or_else(Weak::new, |matcher| Arc::downgrade(&matcher.core));
    let (new, texts, ids) = (Arc::clone(&new.core), Arc::clone(&texts.source), made.ids.cloned());
    Ok(Matches::new(rows, new, matcher, texts, ids, made.settings, made.first_doc))
}

/// Checks that matches are all those of a gazetteer in some texts, and returns them.
fn check<'m>(py: Python<'_>, made: &Made<'m>, old: &Arc<Gazetteer>, texts: &Source) -> PyResult<&'m Rows> {
    let Some(rows) = made.rows else {
        return Err(PyValueError::new_err(
            "these are only some of the matches: retag all that `tag` gave, and filter or slice after it",
        ));
    };
    if texts.len() != made.documents {
        return Err(PyValueError::new_err(format!(
            "there are {} texts, but the matches are those of {}",
            texts.len(),
            made.documents
        )));
    }
    let same =
        Arc::ptr_eq(old, made.gazetteer) || detached(py, || Ok(old.version() == made.gazetteer.version()))?;
    if same {
        return Ok(rows);
    }
    Err(PyValueError::new_err(format!(
        "the matches were made with another gazetteer than `old`: its version is {}, theirs is {}",
        old.version(),
        made.gazetteer.version()
    )))
}

/// What is to be brought up to date, and how.
struct Work<'a> {
    made: &'a Made<'a>,
    rows: &'a Rows,
    texts: &'a Source,
    settings: Settings,
    change: &'a Change<'a>,
}

/// No rows.
fn none() -> Rows {
    Rows::from_batches(Vec::new(), 0)
}

/// What must be matched anew: whole documents, or from some places on.
enum Anew {
    /// By row of the texts.
    Documents(Vec<bool>),
    Places(Vec<Patch>),
}

impl Anew {
    fn is_empty(&self) -> bool {
        match self {
            Self::Documents(documents) => !documents.contains(&true),
            Self::Places(patches) => patches.is_empty(),
        }
    }
}

impl<'a> Work<'a> {
    /// The rows, matched anew where that is needed with one matcher or the other.
    fn rematched(
        &self,
        py: Python<'_>,
        new: &Arc<Gazetteer>,
        new_matcher: Option<&Matcher>,
        old_matcher: Option<Arc<CoreMatcher>>,
    ) -> PyResult<Rows> {
        let anew = watched(py, 0, None, |watch| self.what_to_match_anew(watch))?;
        let mut matcher = new_matcher.map(|matcher| Arc::clone(&matcher.core));
        let left = self.change.gone().zip(old_matcher);
        if matcher.is_none() && left.is_none() && !anew.is_empty() {
            matcher = Some(Arc::new(build(py, new)?));
        }
        watched(py, 0, None, |watch| match (&matcher, left) {
            (Some(matcher), _) => {
                let (fresh, done) = self.match_anew(matcher, None, &anew, watch)?;
                Ok(self.renumbered(&done, &fresh))
            }
            (None, Some((gone, old))) => {
                let (fresh, done) = self.match_anew(&old, Some(gone), &anew, watch)?;
                let fresh = self.renumbered_rows(&fresh, &[], &none());
                Ok(self.renumbered(&done, &fresh))
            }
            (None, None) => Ok(self.renumbered(&[], &none())),
        })
    }

    /// The newcomers, where they can be merged with what was reported.
    fn merging(&self) -> Option<&'a [Newcomer]> {
        let change = self.change;
        change.newcomers().filter(|_| change.seeks() && !change.seeks_too_much())
    }

    /// The rows, with those that newcomers bring or take.
    fn merge(&self, newcomers: &[Newcomer], old: &CoreMatcher, watch: &dyn Watch) -> Result<Rows, Error> {
        let hits = self.all_matches(&self.change.seeker_of_newcomers()?, watch)?;
        let mut chosen = vec![false; self.texts.len()];
        let falling = self.rows.iter().filter(|row| self.change.drops(row.entry as usize));
        let brings = |row: &Row| newcomers[row.entry as usize].role != Role::Excluded;
        for row in falling.chain(hits.iter().filter(brings)) {
            chosen[self.row_of(row.doc)] = true;
        }
        let of_row = |rows: &Rows, row: usize| -> Vec<Placed> {
            let rows = rows.in_doc(row as i32 + self.made.first_doc);
            rows.iter().map(|row| (row.start, row.end, row.entry)).collect()
        };
        let merging = Merging {
            change: self.change,
            newcomers,
            chosen: &chosen,
            reported: &|row| of_row(self.rows, row),
            hits: &|row| of_row(&hits, row),
        };
        let (fresh, done) = self.patched(merging.run(old, self.texts, &self.settings, watch)?);
        Ok(self.renumbered(&done, &fresh))
    }

    fn what_to_match_anew(&self, watch: &dyn Watch) -> Result<Anew, Error> {
        if self.change.seeks_too_much() {
            return Ok(Anew::Documents(vec![true; self.texts.len()]));
        }
        if self.settings.overlap == Overlap::Longest {
            return Ok(Anew::Places(self.places(&self.sought(watch)?)));
        }
        let mut documents = vec![false; self.texts.len()];
        for row in self.rows.iter().filter(|row| self.change.upsets(row.entry as usize)) {
            documents[self.row_of(row.doc)] = true;
        }
        for row in self.sought(watch)?.iter() {
            documents[self.row_of(row.doc)] = true;
        }
        Ok(Anew::Documents(documents))
    }

    /// Where the forms match that the change has brought or taken without a word.
    fn sought(&self, watch: &dyn Watch) -> Result<Rows, Error> {
        if !self.change.seeks() {
            return Ok(none());
        }
        self.all_matches(&self.change.seeker()?, watch)
    }

    /// All matches of a gazetteer without exclusions.
    fn all_matches(&self, gazetteer: &Gazetteer, watch: &dyn Watch) -> Result<Rows, Error> {
        let seeker = CoreMatcher::new(gazetteer)?;
        let settings = Settings { overlap: Overlap::All, ..self.settings };
        let batches = run::tag(&seeker, self.texts, &settings, watch)?;
        Ok(Rows::from_batches(batches, self.made.first_doc))
    }

    /// From where on documents must be matched anew: from spans that are reported no more, and from
    /// the last that begins before something that was sought.
    fn places(&self, sought: &Rows) -> Vec<Patch> {
        let mut concerned = vec![false; self.texts.len()];
        let falls = |entry: i32| self.change.upsets(entry as usize) || self.change.drops(entry as usize);
        for row in self.rows.iter().filter(|row| falls(row.entry)).chain(sought.iter()) {
            concerned[self.row_of(row.doc)] = true;
        }
        let concerned = (0..concerned.len()).filter(|&row| concerned[row]);
        concerned.map(|row| self.patch(row, sought)).filter(|patch| !patch.from.is_empty()).collect()
    }

    fn patch(&self, row: usize, sought: &Rows) -> Patch {
        let doc = row as i32 + self.made.first_doc;
        let rows = self.rows.in_doc(doc);
        let spans = rows.chunk_by(|a, b| (a.start, a.end) == (b.start, b.end));
        let mut spans: Vec<(i32, i32, bool)> = spans
            .map(|span| {
                let upset = span.iter().any(|row| self.change.upsets(row.entry as usize));
                let drops = span.iter().all(|row| self.change.drops(row.entry as usize));
                (span[0].start, span[0].end, !upset && !drops)
            })
            .collect();
        let mut from = Vec::new();
        for hit in sought.in_doc(doc) {
            match spans.partition_point(|&(start, ..)| start <= hit.start).checked_sub(1) {
                Some(last) => spans[last].2 = false,
                None => from.push(0),
            }
        }
        from.truncate(1);
        from.extend(spans.iter().filter(|span| !span.2).map(|span| span.0));
        let standing = spans.iter().filter(|span| span.2).map(|&(start, end, _)| (start, end)).collect();
        Patch { row, from, standing }
    }

    fn row_of(&self, doc: i32) -> usize {
        (doc - self.made.first_doc) as usize
    }

    /// The matches found anew, and where they are all there are.
    fn match_anew(
        &self,
        matcher: &CoreMatcher,
        gone: Option<&Arc<[bool]>>,
        anew: &Anew,
        watch: &dyn Watch,
    ) -> Result<(Rows, Vec<Stretch>), Error> {
        let first_doc = self.made.first_doc;
        match anew {
            Anew::Documents(documents) => {
                let texts = Only { texts: self.texts, chosen: documents };
                let batches = match gone {
                    Some(gone) => run::tag_without(matcher, &texts, &self.settings, gone, watch)?,
                    None => run::tag(matcher, &texts, &self.settings, watch)?,
                };
                let whole = (first_doc..).zip(documents).filter(|(_, anew)| **anew);
                let whole = whole.map(|(doc, _)| (doc, 0, i32::MAX)).collect();
                Ok((Rows::from_batches(batches, first_doc), whole))
            }
            Anew::Places(patches) => {
                Ok(self.patched(run::patch(matcher, self.texts, &self.settings, gone, patches, watch)?))
            }
        }
    }

    /// What was found anew, and where, as rows.
    fn patched(&self, patched: Vec<Patched>) -> (Rows, Vec<Stretch>) {
        let first_doc = self.made.first_doc;
        let (mut batches, mut stretches) = (Vec::new(), Vec::new());
        for part in patched {
            batches.push(part.matches);
            stretches.extend(part.stretches.iter().map(|&(row, from, to)| (row + first_doc, from, to)));
        }
        (Rows::from_batches(batches, first_doc), stretches)
    }

    /// The old matches outside of some stretches, which ascend, with the new entries, and those found
    /// anew in these.
    fn renumbered(&self, done: &[Stretch], fresh: &Rows) -> Rows {
        self.renumbered_rows(self.rows, done, fresh)
    }

    fn renumbered_rows(&self, rows: &Rows, done: &[Stretch], others: &Rows) -> Rows {
        let renumber = |entries: &[i32], renumbered: &mut Vec<i32>| self.change.renumber(entries, renumbered);
        rows.renumbered(others, done, self.change.successors(), renumber)
    }
}
