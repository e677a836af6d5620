//! Takes the rows of a chunk through the scan, one after the other.

use std::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::matcher::Matcher;
use crate::offsets;
use crate::options::Offsets;
use crate::overlap::Resolver;
use crate::parallel::{self, Watch, Work};
use crate::run::Settings;
use crate::run::plan::{Chunk, Plan};
use crate::scan::{Pulse, Scanner, Sink};
use crate::text::{Corpus, Text};

/// One row that is about to be scanned, or the part of it that a chunk has.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    pub number: usize,
    pub text: Text<'t>,
    /// Whether all of it is ASCII, so that all positions are the same.
    pub is_ascii: bool,
    /// Where the part begins in code units, and in the unit of positions asked for.
    pub from: usize,
    pub before: usize,
    /// Where the part ends in code units.
    pub to: usize,
    /// Whether it is only a part.
    pub is_part: bool,
}

/// Takes the matches of row after row.
pub trait RowSink<'t>: Sink {
    fn begin(&mut self, row: Row<'t>);
    /// After the last match of a row, or in place of a null row.
    fn end(&mut self, row: Option<Row<'t>>);

    /// Whether rows without a match are of no concern, and need neither begin nor end.
    fn passes_over_empty(&self) -> bool {
        false
    }
}

/// The rows of one chunk, ready to be scanned.
pub struct Rows<'a, 'm> {
    texts: &'a dyn Corpus,
    settings: &'a Settings,
    chunk: &'a Chunk,
    scanner: &'a mut Scanner<'m>,
    resolver: &'a mut Resolver<'m>,
    pulse: &'a dyn Pulse,
}

impl<'a> Rows<'a, '_> {
    /// Takes these entries as not there; see [`Resolver::leave_out`].
    pub fn leave_out(&mut self, gone: &Arc<[bool]>) {
        self.resolver.leave_out(Arc::clone(gone));
    }

    /// The numbers of the rows.
    pub fn numbers(&self) -> Range<usize> {
        self.chunk.rows.clone()
    }

    /// Scans all rows. Short ones wait until there are enough of them to be searched together.
    pub fn scan(&mut self, sink: &mut dyn RowSink<'a>) -> Result<(), Error> {
        let mut waiting = Vec::new();
        self.scanner.unpack();
        for number in self.chunk.rows.clone() {
            let Some(row) = self.row(number)? else {
                waiting.push(None);
                continue;
            };
            let mut place = self.pack(row);
            if place.is_none() {
                self.scan_waiting(&mut waiting, sink)?;
                place = self.pack(row);
            }
            match place {
                Some(place) => waiting.push(Some((row, place))),
                None => self.scan_alone(row, sink)?,
            }
        }
        self.scan_waiting(&mut waiting, sink)
    }

    /// A row of the chunk, or its part of it; none if it is null.
    pub fn row(&self, number: usize) -> Result<Option<Row<'a>>, Error> {
        let Some(text) = self.texts.text(number) else { return Ok(None) };
        let is_ascii = match &self.chunk.part {
            Some(part) if part.range.start > 0 => matches!(text, Text::Ascii(_)),
            _ => check(text, number, self.settings)?,
        };
        Ok(Some(match &self.chunk.part {
            Some(part) => {
                let Range { start, end } = part.range;
                Row { number, text, is_ascii, from: start, to: end, before: part.before, is_part: true }
            }
            None => Row { number, text, is_ascii, from: 0, to: text.len(), before: 0, is_part: false },
        }))
    }

    /// A row of the chunk, to be scanned from one place and another; none if it is null.
    pub fn walk(&self, number: usize) -> Result<Option<Walk<'a>>, Error> {
        let Some(mut row) = self.row(number)? else { return Ok(None) };
        if let (Text::Utf8(bytes), true) = (row.text, row.is_ascii) {
            row.text = Text::Ascii(bytes);
        }
        Ok(Some(Walk { row, offsets: self.settings.offsets, unit: 0, position: 0 }))
    }

    /// Puts a row beside those that wait, if it is short, and there is room.
    fn pack(&mut self, row: Row<'_>) -> Option<usize> {
        match row {
            Row { text: Text::Ascii(bytes) | Text::Utf8(bytes), is_ascii: true, is_part: false, .. } => {
                self.scanner.pack(bytes)
            }
            _ => None,
        }
    }

    /// Scans one row from where it says on.
    pub fn scan_alone(&mut self, row: Row<'a>, sink: &mut dyn RowSink<'a>) -> Result<(), Error> {
        sink.begin(row);
        self.resolver.reset();
        self.scanner.scan(row.text, row.is_ascii, row.from..row.to, self.resolver, sink, self.pulse)?;
        sink.end(Some(row));
        Ok(())
    }

    fn scan_waiting(
        &mut self,
        waiting: &mut Vec<Option<(Row<'a>, usize)>>,
        sink: &mut dyn RowSink<'a>,
    ) -> Result<(), Error> {
        self.scanner.search_packed();
        let passes_over = sink.passes_over_empty();
        for waited in waiting.drain(..) {
            let Some((row, place)) = waited else {
                sink.end(None);
                continue;
            };
            let candidates = self.scanner.packed_candidates(place);
            if passes_over && candidates.is_empty() {
                continue;
            }
            sink.begin(row);
            self.resolver.reset();
            self.scanner.scan_packed(place, candidates, self.resolver, sink, self.pulse)?;
            sink.end(Some(row));
        }
        self.scanner.unpack();
        Ok(())
    }
}

/// Checks a text before it is scanned. Returns whether it is all ASCII.
fn check(text: Text<'_>, row: usize, settings: &Settings) -> Result<bool, Error> {
    if text.len() > i32::MAX as usize / 4
        && offsets::measure(text, 0, text.len(), settings.offsets) > i32::MAX as usize
    {
        return Err(Error::too_large(format!("row {row} is too long: positions go up to {}", i32::MAX)));
    }
    match text {
        Text::Ascii(_) => return Ok(true),
        Text::Utf8(units) => {
            if units.is_ascii() {
                return Ok(true);
            }
            if simdutf8::basic::from_utf8(units).is_err() {
                let at = std::str::from_utf8(units).err().map_or(0, |error| error.valid_up_to());
                return Err(Error::value(format!("row {row} is not valid UTF-8 at byte {at}")));
            }
        }
        Text::Latin1(_) => {}
        Text::Ucs2(units) => check_surrogates(units, |unit| unit & 0xF800 == 0xD800, row, settings)?,
        Text::Ucs4(units) => check_surrogates(units, |unit| unit & 0xFFFF_F800 == 0xD800, row, settings)?,
    }
    Ok(false)
}

fn check_surrogates<U: Copy>(
    units: &[U],
    is_surrogate: impl Fn(U) -> bool,
    row: usize,
    settings: &Settings,
) -> Result<(), Error> {
    /// Looked at without a branch each, so that the compiler vectorises it.
    const AT_ONCE: usize = 1024;
    if settings.lossy {
        return Ok(());
    }
    for (part, at) in units.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
        if part.iter().fold(false, |any, &unit| any | is_surrogate(unit)) {
            let inside = part.iter().position(|&unit| is_surrogate(unit)).unwrap_or(0);
            return Err(Error::value(format!(
                "row {row} has a lone surrogate at position {}; errors=\"replace\" reads it as U+FFFD",
                at + inside
            )));
        }
    }
    Ok(())
}

/// A run over the rows of a column: what a worker keeps, and what it does with a chunk.
struct RowWork<'a, N, R> {
    matcher: &'a Matcher,
    texts: &'a dyn Corpus,
    settings: &'a Settings,
    plan: &'a Plan,
    state: N,
    run: R,
}

/// What a worker keeps beside its own state.
struct Kept<'m, S> {
    scanner: Scanner<'m>,
    resolver: Resolver<'m>,
    own: S,
}

impl<'a, N, R, S, O> Work for RowWork<'a, N, R>
where
    N: Fn() -> S + Sync,
    R: Fn(&mut Rows<'_, '_>, &mut S) -> Result<O, Error> + Sync,
    S: Send,
    O: Send,
{
    type State = Kept<'a, S>;
    type Output = O;

    fn chunks(&self) -> usize {
        self.plan.chunks.len()
    }

    fn rows(&self, chunk: usize) -> usize {
        let chunk = &self.plan.chunks[chunk];
        if chunk.completes { chunk.rows.len() } else { 0 }
    }

    fn state(&self) -> Self::State {
        Kept {
            scanner: Scanner::new(self.matcher),
            resolver: Resolver::new(self.matcher, self.settings.overlap),
            own: (self.state)(),
        }
    }

    fn run(&self, kept: &mut Self::State, chunk: usize, pulse: &dyn Pulse) -> Result<O, Error> {
        let mut rows = Rows {
            texts: self.texts,
            settings: self.settings,
            chunk: &self.plan.chunks[chunk],
            scanner: &mut kept.scanner,
            resolver: &mut kept.resolver,
            pulse,
        };
        (self.run)(&mut rows, &mut kept.own)
    }
}

/// Takes all rows of a plan through `run`, chunk by chunk. Returns what came of each chunk, and what
/// each worker kept, which began as `state`.
pub fn run_rows<S: Send, O: Send>(
    matcher: &Matcher,
    texts: &dyn Corpus,
    settings: &Settings,
    plan: &Plan,
    watch: &dyn Watch,
    state: impl Fn() -> S + Sync,
    run: impl Fn(&mut Rows<'_, '_>, &mut S) -> Result<O, Error> + Sync,
) -> Result<(Vec<O>, Vec<S>), Error> {
    let work = RowWork { matcher, texts, settings, plan, state, run };
    let (outputs, kept) = parallel::run(&work, settings.threads, watch)?;
    Ok((outputs, kept.into_iter().map(|kept| kept.own).collect()))
}

/// A row's text, and how far its positions are known in code units.
pub struct Walk<'t> {
    row: Row<'t>,
    offsets: Offsets,
    unit: usize,
    position: usize,
}

impl<'t> Walk<'t> {
    /// The row from a place on, which is not before the last one.
    ///
    /// # Errors
    /// The text ends before it.
    pub fn to(&mut self, position: i32) -> Result<Row<'t>, Error> {
        let distance = position as usize - self.position;
        let Some(units) = offsets::locate(self.row.text.tail(self.unit), distance, self.offsets) else {
            let number = self.row.number;
            let message = format!("row {number} is shorter than its matches say: is it another text?");
            return Err(Error::value(message));
        };
        (self.unit, self.position) = (self.unit + units, position as usize);
        Ok(Row { from: self.unit, before: self.position, ..self.row })
    }
}

/// Turns ascending code units of a row into positions, counting each stretch once.
pub struct Positions<'t> {
    row: Row<'t>,
    offsets: Offsets,
    at: usize,
    position: usize,
}

impl<'t> Positions<'t> {
    pub fn new(row: Row<'t>, offsets: Offsets) -> Self {
        Self { row, offsets, at: row.from, position: row.before }
    }

    /// The positions of a span. Starts must not descend from call to call.
    #[inline]
    pub fn of(&mut self, start: usize, end: usize) -> (i32, i32) {
        if self.row.is_ascii {
            return (start as i32, end as i32);
        }
        self.position += offsets::measure(self.row.text, self.at, start, self.offsets);
        self.at = start;
        let end = self.position + offsets::measure(self.row.text, start, end, self.offsets);
        (self.position as i32, end as i32)
    }
}
