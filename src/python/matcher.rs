//! The matcher: a snapshot of a gazetteer, and the calls over a column of texts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{BooleanArray, LargeStringArray};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use super::counting::CountsTable;
use super::gazetteer::Gazetteer as PyGazetteer;
use super::gil::{abandonable, detached, watched};
use super::ids::Ids;
use super::input::Texts;
use super::keys::{By, Keys};
use super::matches::Matches;
use super::options::settings;
use super::output::{ArrowColumn, ArrowTable, Buffer, strings_of_bytes};
use super::rows::Rows;
use super::template;
use crate::error::Error;
use crate::gazetteer::Gazetteer;
use crate::matcher::Matcher as CoreMatcher;
use crate::run::{self, Csr, Replaced};
use crate::text::Corpus;

/// A sparse matrix as Python takes it: data, indices, indptr and the names of the columns.
pub type PyCsr = (Py<Buffer>, Py<Buffer>, Py<Buffer>, Py<PyList>);

/// Fewer phrases than this are built in less time than Ctrl-C may take.
const BUILT_AT_ONCE: usize = 10_000;

/// A gazetteer made ready for matching. Immutable; shared by any number of threads.
#[pyclass(frozen, module = "slugline._core")]
pub struct Matcher {
    pub core: Arc<CoreMatcher>,
    pub gazetteer: Arc<Gazetteer>,
    /// Made when first asked for: a million names take their time to sort.
    keys: Mutex<HashMap<By, Arc<Keys>>>,
}

impl Matcher {
    fn keys(&self, by: By) -> Arc<Keys> {
        if let Some(keys) = self.known_keys().get(&by) {
            return Arc::clone(keys);
        }
        let keys = Arc::new(Keys::new(&self.gazetteer, by, |_| true));
        self.known_keys().insert(by, Arc::clone(&keys));
        keys
    }

    fn known_keys(&self) -> MutexGuard<'_, HashMap<By, Arc<Keys>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn names(&self, py: Python<'_>, by: By) -> PyResult<Vec<String>> {
        detached(py, || Ok(self.keys(by).names(&self.gazetteer).map(str::to_owned).collect()))
    }
}

#[pymethods]
impl Matcher {
    #[new]
    fn new(gazetteer: &Bound<'_, PyGazetteer>) -> PyResult<Self> {
        let py = gazetteer.py();
        // Where others are at it, they may change it yet.
        if let Ok(mut gazetteer) = gazetteer.try_borrow_mut() {
            gazetteer.compact();
        }
        let gazetteer = Arc::clone(&gazetteer.try_borrow()?.core);
        let core = Arc::new(build(py, &gazetteer)?);
        Ok(Self { core, gazetteer, keys: Mutex::default() })
    }

    /// The bytes of a file, from which `from_bytes` makes an equal matcher.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let gazetteer = Arc::clone(&self.gazetteer);
        let bytes = abandonable(py, move || CoreMatcher::to_bytes(&gazetteer))?;
        Ok(PyBytes::new(py, &bytes))
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, content: &[u8]) -> PyResult<Self> {
        let (gazetteer, core) = detached(py, || CoreMatcher::from_bytes(content))?;
        Ok(Self { core: Arc::new(core), gazetteer: Arc::new(gazetteer), keys: Mutex::default() })
    }

    #[getter]
    fn gazetteer(&self) -> PyGazetteer {
        PyGazetteer { core: Arc::clone(&self.gazetteer) }
    }

    #[getter]
    fn nbytes(&self) -> usize {
        let keys: usize = self.known_keys().values().map(|keys| keys.nbytes()).sum();
        self.core.nbytes() + self.gazetteer.nbytes() + keys
    }

    #[getter]
    fn engine(&self) -> &'static str {
        "aho-corasick"
    }

    fn concepts(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.names(py, By::Concept(None))
    }

    fn phrases(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.names(py, By::Phrase)
    }

    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python call")]
    #[pyo3(signature = (texts, ids, overlap, offsets, errors, threads, progress, first_doc=0))]
    fn tag(
        &self,
        py: Python<'_>,
        texts: &Texts,
        ids: Option<&Bound<'_, PyAny>>,
        overlap: &str,
        offsets: &str,
        errors: &str,
        threads: Option<i64>,
        progress: Option<Py<PyAny>>,
        first_doc: i64,
    ) -> PyResult<Matches> {
        let settings = settings(overlap, offsets, errors, threads)?;
        let source = &texts.source;
        let first_doc = check_documents(first_doc, source.len())?;
        let ids = ids.map(|ids| Ids::from_python(ids, source.len())).transpose()?.map(Arc::new);
        let rows = watched(py, source.len(), progress, |watch| {
            let batches = run::tag(&self.core, source.as_ref(), &settings, watch)?;
            Ok(Rows::from_batches(batches, first_doc))
        })?;
        let gazetteer = Arc::clone(&self.gazetteer);
        let texts = Arc::clone(source);
        let matcher = Arc::downgrade(&self.core);
        Ok(Matches::new(rows, gazetteer, matcher, texts, ids, settings, first_doc))
    }

    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python call")]
    fn count(
        &self,
        py: Python<'_>,
        texts: &Texts,
        by: &str,
        level: Option<i64>,
        weight: bool,
        overlap: &str,
        errors: &str,
        threads: Option<i64>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<ArrowTable> {
        let by = By::parse(by, level)?;
        let settings = settings(overlap, "char", errors, threads)?;
        let texts = texts.source.as_ref();
        watched(py, texts.len(), progress, |watch| {
            let keys = self.keys(by);
            let (of_entry, len) = (&keys.of_entry, keys.len());
            let weights = weight.then(|| self.gazetteer.weights());
            let weights = weights.as_deref();
            let counted = run::count(&self.core, texts, &settings, of_entry, len, weights, watch)?;
            let counted = run::by_frequency(&counted);
            let gazetteer = &self.gazetteer;
            CountsTable { gazetteer, by, keys: &keys, counted, with_weight: weight, rate: None }.finish(None)
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python call")]
    fn matrix(
        &self,
        py: Python<'_>,
        texts: &Texts,
        by: &str,
        level: Option<i64>,
        binary: bool,
        weight: bool,
        overlap: &str,
        errors: &str,
        threads: Option<i64>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<PyCsr> {
        let cells = Cells::parse(binary, weight)?;
        let by = By::parse(by, level)?;
        let settings = settings(overlap, "char", errors, threads)?;
        let texts = texts.source.as_ref();
        let (keys, csr) = watched(py, texts.len(), progress, |watch| {
            let keys = self.keys(by);
            let (core, of_entry) = (&self.core, &keys.of_entry);
            let csr = if let Cells::Weights = cells {
                let weights = self.gazetteer.weights();
                AnyCsr::Weights(run::weight_matrix(core, texts, &settings, of_entry, &weights, watch)?)
            } else {
                let mut csr = run::matrix(core, texts, &settings, of_entry, watch)?;
                if let Cells::Ones = cells {
                    csr.data.fill(1);
                }
                AnyCsr::Times(csr)
            };
            Ok((keys, csr))
        })?;
        csr_to_python(py, csr, keys.names(&self.gazetteer))
    }

    fn contains(
        &self,
        py: Python<'_>,
        texts: &Texts,
        overlap: &str,
        errors: &str,
        threads: Option<i64>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<ArrowColumn> {
        let settings = settings(overlap, "char", errors, threads)?;
        let texts = texts.source.as_ref();
        let found = watched(py, texts.len(), progress, |watch| {
            run::contains(&self.core, texts, &settings, watch).map(BooleanArray::from)
        })?;
        Ok(ArrowColumn::new("contains", Arc::new(found), false))
    }

    fn first(
        &self,
        py: Python<'_>,
        texts: &Texts,
        overlap: &str,
        errors: &str,
        threads: Option<i64>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<ArrowColumn> {
        let settings = settings(overlap, "char", errors, threads)?;
        let texts = texts.source.as_ref();
        let concepts = watched(py, texts.len(), progress, |watch| {
            let entries = run::first(&self.core, texts, &settings, watch)?;
            Ok(concepts_of(&self.gazetteer, &entries))
        })?;
        Ok(ArrowColumn::new("concept", Arc::new(concepts), true))
    }

    #[expect(clippy::too_many_arguments, reason = "the arguments of the Python call")]
    fn replace(
        &self,
        py: Python<'_>,
        texts: &Texts,
        template: &str,
        overlap: &str,
        errors: &str,
        threads: Option<i64>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<ArrowColumn> {
        let settings = settings(overlap, "char", errors, threads)?;
        let template = template::parse(template)?;
        let texts = texts.source.as_ref();
        let replaced = watched(py, texts.len(), progress, |watch| {
            join(run::replace(&self.core, texts, &settings, &template, self.gazetteer.as_ref(), watch)?)
        })?;
        Ok(ArrowColumn::new("text", Arc::new(replaced), true))
    }
}

/// Builds a matcher.
pub fn build(py: Python<'_>, gazetteer: &Arc<Gazetteer>) -> PyResult<CoreMatcher> {
    if gazetteer.len() < BUILT_AT_ONCE {
        return detached(py, || CoreMatcher::new(gazetteer));
    }
    let gazetteer = Arc::clone(gazetteer);
    abandonable(py, move || CoreMatcher::new(&gazetteer))
}

/// Checks that documents numbered from `first_doc` have numbers of 31 bits.
fn check_documents(first_doc: i64, rows: usize) -> PyResult<i32> {
    let fits = i32::try_from(first_doc).ok().filter(|&first| {
        first >= 0 && i32::try_from(rows).is_ok_and(|rows| first.checked_add(rows).is_some())
    });
    fits.ok_or_else(|| {
        PyOverflowError::new_err(format!(
            "{rows} documents numbered from {first_doc}: numbers go from 0 to {}",
            i32::MAX
        ))
    })
}

/// The concept of each entry, null where there is none.
fn concepts_of(gazetteer: &Gazetteer, entries: &[i32]) -> LargeStringArray {
    let mut concepts = LargeStringBuilder::new();
    for &entry in entries {
        let entry = usize::try_from(entry).ok();
        concepts.append_option(entry.and_then(|entry| gazetteer.entry(entry).concept));
    }
    concepts.finish()
}

/// Joins the texts that `replace` made into one column.
fn join(pieces: Vec<Replaced>) -> Result<LargeStringArray, Error> {
    let mut all = Replaced {
        bytes: Vec::with_capacity(pieces.iter().map(|piece| piece.bytes.len()).sum()),
        ends: Vec::with_capacity(pieces.iter().map(|piece| piece.ends.len()).sum()),
        valid: Vec::with_capacity(pieces.iter().map(|piece| piece.valid.len()).sum()),
    };
    for piece in pieces {
        let before = all.bytes.len();
        all.bytes.extend_from_slice(&piece.bytes);
        all.ends.extend(piece.ends.iter().map(|end| end + before));
        all.valid.extend_from_slice(&piece.valid);
    }
    strings_of_bytes(all.bytes, all.ends.into_iter(), Some(all.valid))
}

/// What the cells of a matrix hold.
#[derive(Clone, Copy)]
pub enum Cells {
    /// How often a key was found.
    Times,
    /// That it was found.
    Ones,
    /// The weight of what was found.
    Weights,
}

impl Cells {
    /// Reads the arguments `binary` and `weight`.
    pub fn parse(binary: bool, weight: bool) -> Result<Self, Error> {
        match (binary, weight) {
            (true, true) => Err(Error::value("binary counts no weights: give either binary or weight")),
            (true, false) => Ok(Self::Ones),
            (false, true) => Ok(Self::Weights),
            (false, false) => Ok(Self::Times),
        }
    }
}

/// A sparse matrix of any numbers.
pub enum AnyCsr {
    Times(Csr<i64>),
    Weights(Csr<f64>),
}

/// A sparse matrix for Python.
pub fn csr_to_python<'a>(
    py: Python<'_>,
    csr: AnyCsr,
    names: impl ExactSizeIterator<Item = &'a str>,
) -> PyResult<PyCsr> {
    let (data, indices, indptr) = match csr {
        AnyCsr::Times(csr) => (Buffer::from(csr.data), csr.indices, csr.indptr),
        AnyCsr::Weights(csr) => (Buffer::from(csr.data), csr.indices, csr.indptr),
    };
    let names = PyList::new(py, names)?.unbind();
    let data = Py::new(py, data)?;
    let indices = Py::new(py, Buffer::from(indices))?;
    let indptr = Py::new(py, Buffer::from(indptr))?;
    Ok((data, indices, indptr, names))
}
