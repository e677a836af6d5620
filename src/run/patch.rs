//! Matching anew from some places in a text, as far as it takes to agree with what is known.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::Error;
use crate::matcher::Matcher;
use crate::matches::Batch;
use crate::options::Overlap;
use crate::run::plan::Plan;
use crate::run::rows::{Positions, Row, Rows, run_rows};
use crate::run::{Settings, Watch};
use crate::scan::Sink;
use crate::text::{Corpus, Only};

/// Where a text is to be matched anew. All positions are in the unit of the call.
#[derive(Clone, Debug)]
pub struct Patch {
    pub row: usize,
    /// From where on, ascending: matches that were reported began there, or the text does.
    pub from: Vec<i32>,
    /// The spans, ascending, that are known to be reported whatever comes before them, unless one
    /// reaches into them: where one is reported indeed, all behind it is as it was.
    pub standing: Vec<(i32, i32)>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Patched {
    /// The matches found anew.
    pub matches: Batch,
    /// The row, and the positions from where to where they are all its matches, by their starts.
    pub stretches: Vec<(i32, i32, i32)>,
}

/// Matches texts anew from the places that patches name, which are sorted by row. The policy must be
/// [`Overlap::Longest`]; for `gone` see [`super::tag_without`].
///
/// # Errors
/// As [`super::tag`].
pub fn patch(
    m: &Matcher,
    texts: &dyn Corpus,
    s: &Settings,
    gone: Option<&Arc<[bool]>>,
    patches: &[Patch],
    watch: &dyn Watch,
) -> Result<Vec<Patched>, Error> {
    if s.overlap != Overlap::Longest {
        return Err(Error::internal("only the longest matches can be found from place to place"));
    }
    let mut chosen = vec![false; texts.len()];
    patches.iter().for_each(|patch| chosen[patch.row] = true);
    let texts = Only { texts, chosen: &chosen };
    let plan = Plan::whole(&texts, s)?;
    let run = |rows: &mut Rows<'_, '_>, (): &mut ()| {
        let mut patched = Patched::default();
        if let Some(gone) = gone {
            rows.leave_out(gone);
        }
        let numbers = rows.numbers();
        let first = patches.partition_point(|patch| patch.row < numbers.start);
        for patch in patches[first..].iter().take_while(|patch| patch.row < numbers.end) {
            patch_row(rows, patch, s, &mut patched)?;
        }
        Ok(patched)
    };
    Ok(run_rows(m, &texts, s, &plan, watch, || (), run)?.0)
}

fn patch_row(
    rows: &mut Rows<'_, '_>,
    patch: &Patch,
    s: &Settings,
    patched: &mut Patched,
) -> Result<(), Error> {
    let Some(mut walk) = rows.walk(patch.row)? else { return Ok(()) };
    let mut done = 0;
    for &from in patch.from.iter().filter(|&&from| from >= 0) {
        if from < done {
            continue;
        }
        let row = walk.to(from)?;
        let standing = &patch.standing[patch.standing.partition_point(|&(start, _)| start < from)..];
        let mut sink = PatchSink {
            positions: Positions::new(row, s.offsets),
            row: row.number as i32,
            standing,
            matches: &mut patched.matches,
            agreed: None,
        };
        rows.scan_alone(row, &mut sink)?;
        done = sink.agreed.unwrap_or(i32::MAX);
        patched.stretches.push((row.number as i32, from, done));
    }
    Ok(())
}

/// Writes matches into columns, up to the first that stands already.
struct PatchSink<'o, 't> {
    positions: Positions<'t>,
    row: i32,
    standing: &'o [(i32, i32)],
    matches: &'o mut Batch,
    /// The start of that one.
    agreed: Option<i32>,
}

impl Sink for PatchSink<'_, '_> {
    fn matched(&mut self, start: usize, end: usize, entries: &[u32]) -> ControlFlow<()> {
        let (start, end) = self.positions.of(start, end);
        let passed = self.standing.iter().take_while(|&&(other, _)| other < start).count();
        self.standing = &self.standing[passed..];
        if self.standing.first() == Some(&(start, end)) {
            self.agreed = Some(start);
            return ControlFlow::Break(());
        }
        for &entry in entries {
            self.matches.push(self.row, start, end, entry as i32);
        }
        ControlFlow::Continue(())
    }

    fn takes_only_first(&self) -> bool {
        // So it is, mostly: the stretches are short.
        true
    }
}

impl<'t> super::rows::RowSink<'t> for PatchSink<'_, 't> {
    fn begin(&mut self, _row: Row<'t>) {}

    fn end(&mut self, _row: Option<Row<'t>>) {}
}
