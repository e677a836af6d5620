//! Shares chunks of work among threads, and keeps the caller informed and in command.

use std::cell::Cell;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rayon::slice::ParallelSliceMut;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Error;
use crate::published::Published;
use crate::scan::Pulse;

/// Watches a run from the calling thread.
pub trait Watch {
    /// Called some twenty times a second, on the thread that made the call, with how many rows
    /// are done.
    ///
    /// # Errors
    /// Any error ends the run, which then returns it.
    fn poll(&self, rows_done: usize) -> Result<(), Error>;
}

/// A watch that never stops anything.
pub struct Unwatched;

impl Watch for Unwatched {
    fn poll(&self, _rows_done: usize) -> Result<(), Error> {
        Ok(())
    }
}

/// How often the caller is asked.
const POLL_EVERY: Duration = Duration::from_millis(50);

/// Work cut into chunks.
pub trait Work: Sync {
    /// What a worker keeps from chunk to chunk.
    type State: Send;
    /// What comes of a chunk.
    type Output: Send;

    fn chunks(&self) -> usize;
    /// How many rows are done when this chunk is.
    fn rows(&self, chunk: usize) -> usize;
    fn state(&self) -> Self::State;

    /// # Errors
    /// The error of the first chunk that has one ends the run.
    fn run(&self, state: &mut Self::State, chunk: usize, pulse: &dyn Pulse) -> Result<Self::Output, Error>;
}

/// The outputs in the order of the chunks, and what each worker kept.
pub type Done<W> = (Vec<<W as Work>::Output>, Vec<<W as Work>::State>);

/// Does all chunks, on the calling thread if `threads` is 1, else on that many others.
///
/// # Errors
/// Those of the work, and of `watch`.
///
/// # Panics
/// If the work does.
pub fn run<W: Work>(work: &W, threads: usize, watch: &dyn Watch) -> Result<Done<W>, Error> {
    let threads = threads.min(work.chunks());
    match (threads > 1).then(|| pool(threads)).flatten() {
        Some(pool) => run_in(&pool, work, threads, watch),
        None => run_here(work, watch),
    }
}

/// Does something with each of some pieces: `begin` makes what a worker keeps, `each` what comes of a
/// piece. What comes is in the order of the pieces.
///
/// # Errors
/// Those of `each`, and of `watch`.
pub fn pieces<S: Send, O: Send>(
    pieces: &[Range<usize>],
    threads: usize,
    watch: &dyn Watch,
    begin: impl Fn() -> S + Sync,
    each: impl Fn(&mut S, Range<usize>, &dyn Pulse) -> Result<O, Error> + Sync,
) -> Result<(Vec<O>, Vec<S>), Error> {
    let work = Pieces { pieces, begin, each, made: PhantomData };
    run(&work, threads, watch)
}

/// Numbers from 0 on, cut into ranges of one size, but for the last.
pub fn ranges(len: usize, size: usize) -> Vec<Range<usize>> {
    (0..len).step_by(size).map(|from| from..len.min(from + size)).collect()
}

struct Pieces<'a, S, O, B, E> {
    pieces: &'a [Range<usize>],
    begin: B,
    each: E,
    made: PhantomData<fn() -> (S, O)>,
}

impl<S, O, B, E> Work for Pieces<'_, S, O, B, E>
where
    S: Send,
    O: Send,
    B: Fn() -> S + Sync,
    E: Fn(&mut S, Range<usize>, &dyn Pulse) -> Result<O, Error> + Sync,
{
    type State = S;
    type Output = O;

    fn chunks(&self) -> usize {
        self.pieces.len()
    }

    fn rows(&self, chunk: usize) -> usize {
        self.pieces[chunk].len()
    }

    fn state(&self) -> S {
        (self.begin)()
    }

    fn run(&self, state: &mut S, chunk: usize, pulse: &dyn Pulse) -> Result<O, Error> {
        (self.each)(state, self.pieces[chunk].clone(), pulse)
    }
}

fn run_here<W: Work>(work: &W, watch: &dyn Watch) -> Result<Done<W>, Error> {
    let pulse = OwnPulse { watch, rows_done: Cell::new(0), last: Cell::new(Instant::now()) };
    let mut state = work.state();
    let mut outputs = Vec::with_capacity(work.chunks());
    for chunk in 0..work.chunks() {
        pulse.beat()?;
        outputs.push(work.run(&mut state, chunk, &pulse)?);
        pulse.rows_done.set(pulse.rows_done.get() + work.rows(chunk));
    }
    watch.poll(pulse.rows_done.get())?;
    Ok((outputs, vec![state]))
}

/// Asks the watch itself, since it beats on the calling thread.
struct OwnPulse<'a> {
    watch: &'a dyn Watch,
    rows_done: Cell<usize>,
    last: Cell<Instant>,
}

impl Pulse for OwnPulse<'_> {
    fn beat(&self) -> Result<(), Error> {
        if self.last.get().elapsed() < POLL_EVERY {
            return Ok(());
        }
        self.watch.poll(self.rows_done.get())?;
        self.last.set(Instant::now());
        Ok(())
    }
}

/// What the workers of one run share.
struct Shared<W: Work> {
    next: AtomicUsize,
    rows_done: AtomicUsize,
    stopped: AtomicBool,
    results: Mutex<Results<W>>,
    /// How many workers have ended.
    ended: Mutex<usize>,
    any_ended: Condvar,
}

struct Results<W: Work> {
    outputs: Vec<(usize, W::Output)>,
    states: Vec<W::State>,
    failed: Option<(usize, Error)>,
}

fn run_in<W: Work>(pool: &ThreadPool, work: &W, threads: usize, watch: &dyn Watch) -> Result<Done<W>, Error> {
    let shared = Shared::<W> {
        next: AtomicUsize::new(0),
        rows_done: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        results: Mutex::new(Results { outputs: Vec::new(), states: Vec::new(), failed: None }),
        ended: Mutex::new(0),
        any_ended: Condvar::new(),
    };
    let watched = pool.in_place_scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|_| shared.serve(work));
        }
        shared.watch(threads, watch)
    });
    let mut results = shared.results.into_inner().unwrap_or_else(PoisonError::into_inner);
    watched?;
    if let Some((_, error)) = results.failed {
        return Err(error);
    }
    watch.poll(shared.rows_done.into_inner())?;
    results.outputs.sort_unstable_by_key(|(chunk, _)| *chunk);
    Ok((results.outputs.into_iter().map(|(_, output)| output).collect(), results.states))
}

impl<W: Work> Shared<W> {
    /// What a worker does: chunk after chunk, until there are none or something failed.
    fn serve(&self, work: &W) {
        let _ended = Ended(self);
        let mut state = work.state();
        let mut outputs = Vec::new();
        while !self.stopped.load(Ordering::Relaxed) {
            let chunk = self.next.fetch_add(1, Ordering::Relaxed);
            if chunk >= work.chunks() {
                break;
            }
            match work.run(&mut state, chunk, self) {
                Ok(output) => outputs.push((chunk, output)),
                Err(error) => {
                    self.fail(chunk, error);
                    break;
                }
            }
            self.rows_done.fetch_add(work.rows(chunk), Ordering::Relaxed);
        }
        let mut results = lock(&self.results);
        results.outputs.append(&mut outputs);
        results.states.push(state);
    }

    /// Chunks are taken in order, so that those before a chunk that failed are done or under way:
    /// letting them end finds the first error there is.
    fn fail(&self, chunk: usize, error: Error) {
        self.next.store(usize::MAX / 2, Ordering::Relaxed);
        let mut results = lock(&self.results);
        if results.failed.as_ref().is_none_or(|(first, _)| chunk < *first) {
            results.failed = Some((chunk, error));
        }
    }

    /// What the caller does meanwhile.
    fn watch(&self, threads: usize, watch: &dyn Watch) -> Result<(), Error> {
        let mut watched = Ok(());
        let mut ended = lock(&self.ended);
        while *ended < threads {
            ended = self.any_ended.wait_timeout(ended, POLL_EVERY).unwrap_or_else(PoisonError::into_inner).0;
            if watched.is_ok() && *ended < threads {
                drop(ended);
                watched = watch.poll(self.rows_done.load(Ordering::Relaxed));
                if watched.is_err() {
                    self.stopped.store(true, Ordering::Relaxed);
                }
                ended = lock(&self.ended);
            }
        }
        watched
    }
}

impl<W: Work> Pulse for Shared<W> {
    fn beat(&self) -> Result<(), Error> {
        if self.stopped.load(Ordering::Relaxed) { Err(Error::stopped()) } else { Ok(()) }
    }
}

/// Tells the caller that a worker has ended, and after a panic the others that it is in vain.
struct Ended<'a, W: Work>(&'a Shared<W>);

impl<W: Work> Drop for Ended<'_, W> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stopped.store(true, Ordering::Relaxed);
        }
        *lock(&self.0.ended) += 1;
        self.0.any_ended.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many processors this process may use.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Does work that shares itself out by rayon, on so many threads; here if it is one.
pub fn install<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    // A pool of one keeps rayon from starting its global pool, which would not survive a fork.
    match pool(threads) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// Sorts by a key that no two have in common, on so many threads.
pub fn sort_by_key<T: Send, K: Ord>(values: &mut [T], threads: usize, key: impl Fn(&T) -> K + Sync + Send) {
    /// Fewer are sorted before another thread has begun.
    const FEW: usize = 1 << 14;
    if threads == 1 || values.len() < FEW {
        values.sort_unstable_by_key(key);
    } else {
        install(threads, || values.par_sort_unstable_by_key(key));
    }
}

/// The pools of one process, by number of threads.
struct Pools {
    process: u32,
    by_threads: Mutex<HashMap<usize, Arc<ThreadPool>>>,
}

/// A pool of this process. None if no thread can be started.
///
/// A forked child has its parent's memory but not its threads: waiting for those would never end.
/// So pools belong to a process id, and a child makes its own. The parent's are never freed there,
/// since that would wait too.
fn pool(threads: usize) -> Option<Arc<ThreadPool>> {
    let mut by_threads = lock(&pools().by_threads);
    if let Some(pool) = by_threads.get(&threads) {
        return Some(Arc::clone(pool));
    }
    let built =
        ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("slugline-{i}")).build();
    let pool = Arc::new(built.ok()?);
    by_threads.insert(threads, Arc::clone(&pool));
    Some(pool)
}

fn pools() -> &'static Pools {
    static POOLS: Published<Pools> = Published::new();
    let process = std::process::id();
    let fresh = || Pools { process, by_threads: Mutex::new(HashMap::new()) };
    POOLS.get(|pools| pools.process == process, fresh)
}
