//! Matches as analyses read them: document by document, many documents at a time.

use std::ops::Range;

use crate::error::Error;
use crate::parallel::{self, Watch};
use crate::scan::Pulse;

/// One match in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub start: i32,
    pub end: i32,
    /// The number of its entry, or of what stands for it.
    pub entry: u32,
}

/// The matches of a column of texts.
pub trait Tagged: Sync {
    /// How many texts there are.
    fn documents(&self) -> usize;

    /// Calls `visit` for each of some texts with its matches, by their starts; there may be none.
    ///
    /// # Errors
    /// Those of `visit`, which end it.
    fn visit(&self, rows: Range<usize>, visit: &mut Visit<'_>) -> Result<(), Error>;
}

/// Is given the row of a text, and its matches.
pub type Visit<'a> = dyn FnMut(usize, &[Found]) -> Result<(), Error> + 'a;

/// How work on many documents is shared out and watched.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    pub tagged: &'a dyn Tagged,
    pub threads: usize,
    pub watch: &'a dyn Watch,
}

/// So many parts for each thread even the load.
const PER_THREAD: usize = 16;
/// Parts of more documents would make progress and Ctrl-C slow.
const MOST_DOCUMENTS: usize = 1 << 14;

impl Run<'_> {
    /// Does something with each document: `begin` makes what a worker keeps, `part` what comes of
    /// some documents that follow each other. Parts come back in their order. `visit` is given a pulse, to
    /// beat where a document alone takes long.
    ///
    /// # Errors
    /// Those of `visit`, and of the watch.
    pub fn each<S: Send, O: Send + Default>(
        &self,
        begin: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, &mut O, usize, &[Found], &dyn Pulse) -> Result<(), Error> + Sync,
    ) -> Result<(Vec<O>, Vec<S>), Error> {
        let documents = self.tagged.documents();
        let size = documents.div_ceil(self.threads * PER_THREAD).clamp(1, MOST_DOCUMENTS);
        let parts = parallel::ranges(documents, size);
        parallel::pieces(&parts, self.threads, self.watch, begin, |state, rows, pulse| {
            let mut output = O::default();
            self.tagged.visit(rows, &mut |row, found| {
                pulse.beat()?;
                visit(state, &mut output, row, found, pulse)
            })?;
            Ok(output)
        })
    }
}

/// Puts matches under the keys of their entries, one for each span and key: `entry` becomes the key.
pub fn keyed(found: &[Found], keys: &[u32], into: &mut Vec<Found>) {
    into.clear();
    into.extend(found.iter().map(|found| Found { entry: keys[found.entry as usize], ..*found }));
    into.sort_unstable();
    into.dedup();
}
