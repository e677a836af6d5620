//! The one place that detaches from the interpreter, and that comes back to it meanwhile.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use crate::error::{Error, ErrorKind};
use crate::run::Watch;

/// How often signals are looked for: Ctrl-C should stop a call within half a second.
const SIGNALS_EVERY: Duration = Duration::from_millis(50);
/// How often progress is told: more would only flicker.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Runs `work` detached from the interpreter, so that other Python threads go on.
///
/// A panic comes out as `SluglineError`, for an exception that is no `Exception` would end a
/// notebook's kernel.
pub fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
    Ok(py.detach(|| guarded(work))?)
}

/// As [`detached`], for long work that cannot be asked to stop: it is done on a thread of its own,
/// and on Ctrl-C left to end there, for nobody.
pub fn abandonable<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> PyResult<T> {
    let (sender, mut receiver) = mpsc::channel();
    // The receiver is gone where the caller has given up.
    let worker = thread::Builder::new().spawn(move || drop(sender.send(guarded(work))));
    worker.map_err(|error| Error::internal(format!("no thread could be started: {error}")))?;
    loop {
        let receiver = &mut receiver;
        match py.detach(move || receiver.recv_timeout(SIGNALS_EVERY)) {
            Ok(result) => return Ok(result?),
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::internal("a thread of slugline ended without an answer").into());
            }
        }
    }
}

/// As [`detached`], with a watch for Ctrl-C, which tells `progress` of the rows done out of `rows`.
pub fn watched<T: Send>(
    py: Python<'_>,
    rows: usize,
    progress: Option<Py<PyAny>>,
    work: impl FnOnce(&dyn Watch) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let watch = Interrupt::new(rows, progress);
    let result = py.detach(|| guarded(|| work(&watch)));
    match result {
        Ok(value) => {
            watch.report(py, rows)?;
            Ok(value)
        }
        Err(error) if error.kind == ErrorKind::Stopped => {
            Err(watch.state().raised.take().unwrap_or_else(|| error.into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Turns a panic into an error.
fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // What `work` was changing is given up with it: nothing broken stays to be seen.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(fault(panic.as_ref())))
}

fn fault(panic: &(dyn Any + Send)) -> Error {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Error::internal(format!("a fault in slugline, please report it: {message}"))
}

/// Looks for signals, and tells of progress, from the thread that made the call.
struct Interrupt {
    rows: usize,
    progress: Option<Py<PyAny>>,
    state: Mutex<State>,
}

struct State {
    attached: Instant,
    reported: Instant,
    /// What stopped the run, to be raised when it has ended.
    raised: Option<PyErr>,
}

impl Interrupt {
    fn new(rows: usize, progress: Option<Py<PyAny>>) -> Self {
        let now = Instant::now();
        let state = Mutex::new(State { attached: now, reported: now, raised: None });
        Self { rows, progress, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, py: Python<'_>, rows_done: usize) -> PyResult<()> {
        match &self.progress {
            Some(progress) => progress.call1(py, (rows_done, self.rows)).map(drop),
            None => Ok(()),
        }
    }
}

impl Watch for Interrupt {
    fn poll(&self, rows_done: usize) -> Result<(), Error> {
        let report = {
            let mut state = self.state();
            if state.attached.elapsed() < SIGNALS_EVERY {
                return Ok(());
            }
            let report = state.reported.elapsed() >= PROGRESS_EVERY;
            if report {
                state.reported = Instant::now();
            }
            report
        };
        // The lock is free here: the callable may run anything.
        let outcome = Python::try_attach(|py| {
            py.check_signals()?;
            if report { self.report(py, rows_done) } else { Ok(()) }
        });
        let mut state = self.state();
        state.attached = Instant::now();
        match outcome {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => {
                state.raised = Some(error);
                Err(Error::stopped())
            }
            // The interpreter is going away.
            None => Err(Error::stopped()),
        }
    }
}
