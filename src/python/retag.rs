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
use super::rows::Rows;
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::matcher::Matcher as CoreMatcher;
use crate::options::Overlap;
use crate::retag::Change;
use crate::run::{self, Settings, Watch};
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
    let documents = watched(py, 0, None, |watch| work.to_be_matched_anew(watch))?;
    let mut matcher = new_matcher.map(|matcher| Arc::clone(&matcher.core));
    let left = work.change.gone().zip(old_matcher.or_else(|| made.matcher.clone()));
    if documents.contains(&true) && matcher.is_none() && left.is_none() {
        matcher = Some(Arc::new(build(py, &new.core)?));
    }
    let rows = watched(py, 0, None, |watch| {
        let fresh = match (&matcher, left) {
            (Some(matcher), _) => work.match_anew(matcher, &documents, watch)?,
            (None, Some((gone, old))) => work.match_without(&old, gone, &documents, watch)?,
            (None, None) => return Ok(work.renumbered(&documents)),
        };
        Ok(work.renumbered(&documents).merged(&fresh))
    })?;
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

impl Work<'_> {
    /// By row of the texts, whether its matches must be looked for anew.
    fn to_be_matched_anew(&self, watch: &dyn Watch) -> Result<Vec<bool>, Error> {
        let mut documents = vec![self.change.seeks_too_much(); self.texts.len()];
        for row in self.rows.iter().filter(|row| self.change.upsets(row.entry as usize)) {
            documents[self.row_of(row.doc)] = true;
        }
        if !self.change.seeks() || self.change.seeks_too_much() {
            return Ok(documents);
        }
        let seeker = CoreMatcher::new(&self.change.seeker()?)?;
        let settings = Settings { overlap: Overlap::All, ..self.settings };
        let others: Vec<bool> = documents.iter().map(|anew| !anew).collect();
        let others = Only { texts: self.texts, chosen: &others };
        let found = run::contains(&seeker, &others, &settings, watch)?;
        documents.iter_mut().zip(found).for_each(|(anew, found)| *anew |= found);
        Ok(documents)
    }

    fn row_of(&self, doc: i32) -> usize {
        (doc - self.made.first_doc) as usize
    }

    /// The matches of the new matcher in some documents.
    fn match_anew(
        &self,
        matcher: &CoreMatcher,
        documents: &[bool],
        watch: &dyn Watch,
    ) -> Result<Rows, Error> {
        let texts = Only { texts: self.texts, chosen: documents };
        let batches = run::tag(matcher, &texts, &self.settings, watch)?;
        Ok(Rows::from_batches(batches, self.made.first_doc))
    }

    /// The same of the old matcher, to which some entries are gone.
    fn match_without(
        &self,
        matcher: &CoreMatcher,
        gone: &Arc<[bool]>,
        documents: &[bool],
        watch: &dyn Watch,
    ) -> Result<Rows, Error> {
        let texts = Only { texts: self.texts, chosen: documents };
        let batches = run::tag_without(matcher, &texts, &self.settings, gone, watch)?;
        let rows = Rows::from_batches(batches, self.made.first_doc);
        Ok(rows.renumbered(|_| false, |entries, renumbered| self.change.renumber(entries, renumbered)))
    }

    /// The old matches of all other documents, with the new entries.
    fn renumbered(&self, documents: &[bool]) -> Rows {
        let skip = |doc| documents[self.row_of(doc)];
        self.rows.renumbered(skip, |entries, renumbered| self.change.renumber(entries, renumbered))
    }
}
