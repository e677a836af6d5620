//! Matches, with what is needed to name and to show them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyList, PyString};

use super::counting::{self, Counting, CountsTable, GroupColumn, Groups, Periods, Rate};
use super::gil::{detached, watched};
use super::ids::Ids;
use super::input::Source;
use super::keys::{By, Keys};
use super::kwic;
use super::matcher::{AnyCsr, Cells, PyCsr, csr_to_python};
use super::options::{parse, threads_of};
use super::output::{ArrowColumn, ArrowTable, schema_capsule};
use super::rows::Rows;
use super::tables::{self, Tagged};
use crate::analysis::calendar::Freq;
use crate::analysis::context::Window;
use crate::analysis::counting::check_rows;
use crate::analysis::search::{self, Needle};
use crate::cursor::Cursor;
use crate::gazetteer::Gazetteer;
use crate::matcher::Matcher as CoreMatcher;
use crate::run::{self, Cell, Settings, Watch};
use crate::text::Corpus;

/// What a match is to Python: document, start, end, phrase and concept.
type MatchTuple<'py> = (i32, i32, i32, Bound<'py, PyString>, Bound<'py, PyString>);

/// Columns doc, start, end and entry; knows its matcher's names, its texts and its ids.
#[pyclass(frozen, module = "slugline._core")]
pub struct Matches {
    rows: Rows,
    /// Whether the rows are all that were found.
    is_whole: bool,
    gazetteer: Arc<Gazetteer>,
    /// What found them, as long as someone else keeps it.
    matcher: Weak<CoreMatcher>,
    texts: Mutex<Option<Arc<Source>>>,
    /// How many texts are no nulls: counted when asked for, or when the texts are let go.
    present: OnceLock<usize>,
    ids: Option<Arc<Ids>>,
    settings: Settings,
    documents: usize,
    first_doc: i32,
    cursor: Mutex<Cursor>,
}

/// What matches were made with and of.
pub struct Made<'a> {
    /// None where some were taken out since.
    pub rows: Option<&'a Rows>,
    pub gazetteer: &'a Arc<Gazetteer>,
    pub matcher: Option<Arc<CoreMatcher>>,
    pub ids: Option<&'a Arc<Ids>>,
    pub settings: Settings,
    pub documents: usize,
    pub first_doc: i32,
}

impl Matches {
    /// The matches of a run. Documents in `rows` count from `first_doc`.
    pub fn new(
        rows: Rows,
        gazetteer: Arc<Gazetteer>,
        matcher: Weak<CoreMatcher>,
        texts: Arc<Source>,
        ids: Option<Arc<Ids>>,
        settings: Settings,
        first_doc: i32,
    ) -> Self {
        let documents = texts.len();
        let texts = Mutex::new(Some(texts));
        let cursor = Mutex::default();
        let (is_whole, present) = (true, OnceLock::new());
        Self {
            rows,
            is_whole,
            gazetteer,
            matcher,
            texts,
            present,
            ids,
            settings,
            documents,
            first_doc,
            cursor,
        }
    }

    /// What they were made with and of.
    pub fn made(&self) -> Made<'_> {
        Made {
            rows: self.is_whole.then_some(&self.rows),
            gazetteer: &self.gazetteer,
            matcher: self.matcher.upgrade(),
            ids: self.ids.as_ref(),
            settings: self.settings,
            documents: self.documents,
            first_doc: self.first_doc,
        }
    }

    fn texts(&self) -> Option<Arc<Source>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The texts.
    ///
    /// # Errors
    /// They were let go.
    pub fn texts_or_error(&self) -> PyResult<Arc<Source>> {
        self.texts().ok_or_else(|| PyValueError::new_err("these matches were detached from their texts"))
    }

    /// The same with other rows.
    fn with_rows(&self, rows: Rows) -> Self {
        Self {
            is_whole: self.is_whole && rows.is_all_of(&self.rows),
            rows,
            gazetteer: Arc::clone(&self.gazetteer),
            matcher: Weak::clone(&self.matcher),
            texts: Mutex::new(self.texts()),
            present: self.present.clone(),
            ids: self.ids.clone(),
            settings: self.settings,
            documents: self.documents,
            first_doc: self.first_doc,
            cursor: Mutex::default(),
        }
    }

    /// What tables of them are made of.
    pub fn tagged(&self) -> Tagged<'_> {
        Tagged {
            rows: &self.rows,
            gazetteer: &self.gazetteer,
            ids: self.ids.as_deref(),
            first_doc: self.first_doc,
        }
    }

    /// How the matches were made.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// How many texts there are, nulls among them.
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// How many texts there are that are no nulls.
    pub fn present(&self) -> usize {
        let count = |texts: Arc<Source>| (0..texts.len()).filter(|&row| texts.text(row).is_some()).count();
        *self.present.get_or_init(|| self.texts().map_or(self.documents, count))
    }

    fn check(&self, index: usize) -> PyResult<()> {
        if index < self.rows.len() {
            return Ok(());
        }
        Err(PyIndexError::new_err(format!("there is no match {index}")))
    }

    /// The row of the texts that a document is.
    fn row_of(&self, doc: i32) -> PyResult<usize> {
        let row = i64::from(doc) - i64::from(self.first_doc);
        let row = usize::try_from(row).ok().filter(|&row| row < self.documents);
        row.ok_or_else(|| PyIndexError::new_err(format!("there is no document {doc}")))
    }

    /// The keys of the entries that occur.
    pub fn keys(&self, by: By) -> Keys {
        let used = self.rows.used(self.gazetteer.len());
        Keys::new(&self.gazetteer, by, |entry| used[entry])
    }

    fn names(&self, py: Python<'_>, by: By) -> PyResult<Vec<String>> {
        detached(py, || Ok(self.keys(by).names(&self.gazetteer).map(str::to_owned).collect()))
    }

    /// A count of the matches by groups of texts and keys.
    pub fn counting<'a>(&'a self, keys: &'a Keys, groups: &'a Groups, watch: &'a dyn Watch) -> Counting<'a> {
        let (rows, first_doc, threads) = (&self.rows, self.first_doc, self.settings.threads);
        Counting { rows, first_doc, keys, groups, threads, watch }
    }

    /// The rate asked for, and the texts, without which there is none.
    fn rate(&self, normalize: Option<&str>) -> PyResult<Option<(Rate, Arc<Source>)>> {
        normalize.map(|name| Ok((Rate::parse(name)?, self.texts_or_error()?))).transpose()
    }

    fn match_tuple<'py>(&self, py: Python<'py>, index: usize) -> MatchTuple<'py> {
        let row = self.rows.get(index);
        let entry = self.gazetteer.entry(row.entry as usize);
        let concept = entry.concept.unwrap_or_default();
        (row.doc, row.start, row.end, PyString::new(py, entry.phrase), PyString::new(py, concept))
    }

    fn table(&self, py: Python<'_>, text: bool, attributes: &[(String, String)]) -> PyResult<ArrowTable> {
        let texts = if text { Some(self.texts_or_error()?) } else { None };
        let offsets = self.settings.offsets;
        detached(py, || {
            tables::table(&self.tagged(), texts.as_deref().map(|texts| (texts, offsets)), attributes)
        })
    }
}

#[pymethods]
impl Matches {
    fn __len__(&self) -> usize {
        self.rows.len()
    }

    #[getter]
    fn rows(&self) -> usize {
        self.documents
    }

    #[getter]
    fn first_doc(&self) -> i32 {
        self.first_doc
    }

    #[getter]
    fn offsets(&self) -> &'static str {
        self.settings.offsets.name()
    }

    #[getter]
    fn has_texts(&self) -> bool {
        self.texts().is_some()
    }

    #[getter]
    fn has_ids(&self) -> bool {
        self.ids.is_some()
    }

    fn row<'py>(&self, py: Python<'py>, index: usize) -> PyResult<MatchTuple<'py>> {
        self.check(index)?;
        Ok(self.match_tuple(py, index))
    }

    fn id<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        self.check(index)?;
        let ids = self.ids.as_ref().ok_or_else(|| PyValueError::new_err("there are no ids"))?;
        ids.value(py, self.row_of(self.rows.get(index).doc)?)
    }

    fn text(&self, index: usize) -> PyResult<String> {
        self.check(index)?;
        let row = self.rows.get(index);
        let texts = self.texts_or_error()?;
        let text = texts.text(self.row_of(row.doc)?);
        let mut cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        let read =
            text.and_then(|text| cursor.read(text, row.doc, row.start, row.end, self.settings.offsets));
        Ok(read.unwrap_or_default())
    }

    fn document<'py>(&self, py: Python<'py>, doc: i32) -> PyResult<Option<Bound<'py, PyString>>> {
        let row = self.row_of(doc)?;
        self.texts_or_error()?.to_python(py, row)
    }

    fn rows_of(&self, doc: i32) -> (usize, usize) {
        self.rows.of_doc(doc)
    }

    fn __iter__(slf: Bound<'_, Self>) -> MatchesIterator {
        MatchesIterator { matches: slf.unbind(), next: 0 }
    }

    fn slice(&self, py: Python<'_>, start: isize, stop: isize, step: isize) -> PyResult<Self> {
        let len = self.rows.len() as isize;
        if step == 0 {
            return Err(PyValueError::new_err("slice step cannot be zero"));
        }
        let (start, stop) = if step > 0 {
            (start.clamp(0, len), stop.clamp(0, len))
        } else {
            (start.clamp(-1, len - 1), stop.clamp(-1, len - 1))
        };
        Ok(self.with_rows(detached(py, || Ok(self.rows.slice(start, stop, step)))?))
    }

    fn misfit(&self, py: Python<'_>, concept: &str) -> PyResult<Option<String>> {
        detached(py, || Ok(self.gazetteer.misfit(concept)))
    }

    fn filter(&self, py: Python<'_>, concept: &str) -> PyResult<Self> {
        let rows = detached(py, || {
            let matching = self.gazetteer.matching_concepts(concept);
            Ok(self.rows.filter(|row| {
                let number = self.gazetteer.concept_number(row.entry as usize);
                number.is_some_and(|number| matching[number as usize])
            }))
        });
        Ok(self.with_rows(rows?))
    }

    /// The names of the gazetteer's branches, sorted by code point, whether or not they were found.
    fn branches(&self) -> Vec<&str> {
        self.gazetteer.branches().map(|branch| branch.name).collect()
    }

    /// The same without some documents, which are nulls from then on.
    fn without(&self, py: Python<'_>, docs: Vec<i32>) -> PyResult<Self> {
        let mut chosen = vec![true; self.documents];
        for doc in docs {
            chosen[self.row_of(doc)?] = false;
        }
        let keeps = |doc: i32| chosen[(doc - self.first_doc) as usize];
        let matches = self.with_rows(detached(py, || Ok(self.rows.filter(|row| keeps(row.doc))))?);
        let texts = self.texts().map(|texts| Arc::new(Source::Only(texts, chosen)));
        Ok(Self { is_whole: false, texts: Mutex::new(texts), present: OnceLock::new(), ..matches })
    }

    /// The matches in some documents, of which `docs` has a byte each that is not zero, and of some
    /// concepts; of all where None is given.
    #[pyo3(signature = (docs=None, concepts=None))]
    fn pick(&self, py: Python<'_>, docs: Option<&[u8]>, concepts: Option<HashSet<String>>) -> PyResult<Self> {
        if let Some(docs) = docs.filter(|docs| docs.len() != self.documents) {
            let message = format!("docs has {} rows for {} texts", docs.len(), self.documents);
            return Err(PyValueError::new_err(message));
        }
        let rows = detached(py, || {
            let of_concept = |entry| {
                let concept = self.gazetteer.entry(entry).concept.unwrap_or_default();
                concepts.as_ref().is_none_or(|concepts| concepts.contains(concept))
            };
            let wanted: Vec<bool> = (0..self.gazetteer.len()).map(of_concept).collect();
            Ok(self.rows.filter(|row| {
                let at = (row.doc - self.first_doc) as usize;
                wanted[row.entry as usize] && docs.is_none_or(|docs| docs[at] != 0)
            }))
        });
        Ok(self.with_rows(rows?))
    }

    /// For each text a byte: 1 where it holds a string, in whatever case and within words too.
    fn search<'py>(&self, py: Python<'py>, query: &str) -> PyResult<Bound<'py, PyBytes>> {
        let texts = self.texts_or_error()?;
        let Some(needle) = Needle::new(query) else {
            return Err(PyValueError::new_err("query has nothing but white space"));
        };
        let threads = threads_of(None)?;
        let found = watched(py, texts.len(), None, |watch| {
            search::rows_with(&needle, texts.as_ref(), threads, watch)
        })?;
        Ok(PyBytes::new(py, &found.into_iter().map(u8::from).collect::<Vec<u8>>()))
    }

    fn concepts(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.names(py, By::Concept(None))
    }

    fn phrases(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.names(py, By::Phrase)
    }

    fn detach(&self) {
        self.present();
        // Dropped when the lock is free again: the last reference to strings goes with it.
        let _texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    #[pyo3(signature = (by, level, weight, groups=None, normalize=None))]
    fn counts(
        &self,
        py: Python<'_>,
        by: &str,
        level: Option<i64>,
        weight: bool,
        groups: Option<(String, Bound<'_, PyList>, Bound<'_, PyAny>)>,
        normalize: Option<&str>,
    ) -> PyResult<ArrowTable> {
        let by = By::parse(by, level)?;
        let rate = self.rate(normalize)?;
        let column = groups.map(|groups| GroupColumn::from_python(groups, self.documents)).transpose()?;
        let one = Groups::one();
        let groups = column.as_ref().map_or(&one, |column| &column.groups);
        watched(py, 0, None, |watch| {
            let keys = self.keys(by);
            let counting = self.counting(&keys, groups, watch);
            let weights = weight.then(|| self.gazetteer.weights());
            let counted = counting.count(weights.as_deref())?;
            let rate = rate.map(|(rate, texts)| Ok((rate, counting.totals(&texts, rate)?))).transpose()?;
            // Where rates are compared, those of zero count too.
            let counted = if rate.is_some() && column.is_some() {
                check_rows(groups.len, keys.len(), "groups")?;
                counted.of_all(groups.len, keys.len())
            } else {
                counted.by_frequency()
            };
            let gazetteer = &self.gazetteer;
            let table = CountsTable { gazetteer, by, keys: &keys, counted, with_weight: weight, rate };
            table.finish(column.as_ref())
        })
    }

    fn timeline(
        &self,
        py: Python<'_>,
        days: &Bound<'_, PyAny>,
        freq: &str,
        by: &str,
        level: Option<i64>,
        normalize: Option<&str>,
    ) -> PyResult<ArrowTable> {
        let (by, freq) = (By::parse(by, level)?, parse::<Freq>(freq)?);
        let rate = self.rate(normalize)?;
        let days = counting::row_numbers(days, self.documents)?;
        watched(py, 0, None, |watch| {
            let keys = self.keys(by);
            let periods = Periods::new(freq, days, keys.len())?;
            let counting = self.counting(&keys, &periods.groups, watch);
            let counted = counting.count(None)?.in_order(periods.groups.len, keys.len());
            let rate = rate.map(|(rate, texts)| Ok((rate, counting.totals(&texts, rate)?))).transpose()?;
            let gazetteer = &self.gazetteer;
            let table = CountsTable { gazetteer, by, keys: &keys, counted, with_weight: false, rate };
            table.finish_timeline(freq, periods.first)
        })
    }

    fn kwic(&self, py: Python<'_>, window: usize, unit: &str) -> PyResult<ArrowTable> {
        let window = Window { size: window, unit: parse(unit)? };
        let texts = self.texts_or_error()?;
        watched(py, 0, None, |watch| kwic::table(&self.tagged(), &texts, &self.settings, window, watch))
    }

    fn matrix(
        &self,
        py: Python<'_>,
        by: &str,
        level: Option<i64>,
        binary: bool,
        weight: bool,
    ) -> PyResult<PyCsr> {
        let cells = Cells::parse(binary, weight)?;
        let by = By::parse(by, level)?;
        let (keys, csr) = detached(py, || {
            let keys = self.keys(by);
            let (rows, first_doc, documents) = (&self.rows, self.first_doc, self.documents);
            let csr = match cells {
                Cells::Weights => {
                    let weights = self.gazetteer.weights();
                    let value = |cells: &[Cell]| run::weight_in(cells, &weights);
                    AnyCsr::Weights(tables::matrix(rows, &keys, first_doc, documents, value))
                }
                Cells::Times => {
                    AnyCsr::Times(tables::matrix(rows, &keys, first_doc, documents, run::times_in))
                }
                Cells::Ones => AnyCsr::Times(tables::matrix(rows, &keys, first_doc, documents, |_| 1)),
            };
            Ok((keys, csr))
        })?;
        csr_to_python(py, csr, keys.names(&self.gazetteer))
    }

    fn by_doc(&self, py: Python<'_>) -> PyResult<ArrowColumn> {
        let lists = detached(py, || tables::by_doc(&self.tagged(), self.documents))?;
        Ok(ArrowColumn::new("matches", lists, false))
    }

    fn to_arrow(
        &self,
        py: Python<'_>,
        text: bool,
        attributes: Vec<(String, String)>,
    ) -> PyResult<ArrowTable> {
        self.table(py, text, &attributes)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.table(py, false, &[])?.stream(py, requested_schema)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &tables::schema(self.ids.as_deref(), false, &[]))
    }
}

/// Goes through matches one by one.
#[pyclass(module = "slugline._core")]
pub struct MatchesIterator {
    matches: Py<Matches>,
    next: usize,
}

#[pymethods]
impl MatchesIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> Option<MatchTuple<'py>> {
        let matches = self.matches.get();
        if self.next >= matches.rows.len() {
            return None;
        }
        self.next += 1;
        Some(matches.match_tuple(py, self.next - 1))
    }
}
