//! Cuts a column into chunks of about equal bytes.

use std::ops::Range;

use crate::error::Error;
use crate::matcher::Matcher;
use crate::offsets;
use crate::run::Settings;
use crate::scan::Scanner;
use crate::text::{Corpus, STRETCH, Text};

/// Chunks are no larger, so that memory stays bounded and progress smooth.
const LARGEST: usize = 1 << 20;
/// Nor smaller, so that handing them out costs nothing against the work.
const SMALLEST: usize = 1 << 16;
/// So many chunks for each thread even the load.
const PER_THREAD: usize = 16;
const MOST_ROWS: usize = 1 << 14;
/// How many rows are asked for their length to guess that of all.
const SAMPLED: usize = 4096;

/// A part of one text, cut where no match can span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// Code units.
    pub range: Range<usize>,
    /// What stands before it, in the unit of positions asked for.
    pub before: usize,
}

/// Some rows, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub rows: Range<usize>,
    pub part: Option<TextPart>,
    /// Whether the rows count as done with this chunk: all but the first parts of a text.
    pub completes: bool,
}

/// All chunks of a column, in order.
pub struct Plan {
    pub chunks: Vec<Chunk>,
}

impl Plan {
    /// Chunks of whole rows.
    ///
    /// # Errors
    /// More rows than can be numbered.
    pub fn whole(texts: &dyn Corpus, settings: &Settings) -> Result<Self, Error> {
        Self::new(texts, settings, None)
    }

    /// Chunks of which a huge text may take several.
    ///
    /// # Errors
    /// More rows than can be numbered.
    pub fn cut(matcher: &Matcher, texts: &dyn Corpus, settings: &Settings) -> Result<Self, Error> {
        let scanner = (settings.threads > 1).then(|| Scanner::new(matcher));
        Self::new(texts, settings, scanner)
    }

    fn new(texts: &dyn Corpus, settings: &Settings, mut scanner: Option<Scanner<'_>>) -> Result<Self, Error> {
        if texts.len() > i32::MAX as usize {
            return Err(Error::too_large(format!("{} rows are too many: {} at most", texts.len(), i32::MAX)));
        }
        let mut plan = Self { chunks: Vec::new() };
        let mut under_way = UnderWay { size: chunk_size(texts, settings.threads), first: 0, bytes: 0 };
        let size = under_way.size;
        for (stretch, first) in (0..texts.len()).step_by(STRETCH).enumerate() {
            let rows = first..texts.len().min(first + STRETCH);
            // Rows that are small together need not be looked at one by one.
            if let Some(bytes) = texts.stretch_bytes(stretch).filter(|&bytes| bytes <= size / 2) {
                plan.push_rows(under_way.add(rows.end, bytes));
                continue;
            }
            for row in rows {
                let text = texts.text(row);
                let bytes = text.map_or(0, |text| text.bytes());
                match (&mut scanner, text) {
                    (Some(scanner), Some(text)) if bytes > 2 * size => {
                        plan.push_rows(under_way.end(row));
                        plan.push_parts(row, text, size, scanner, settings);
                        under_way.first = row + 1;
                    }
                    _ => plan.push_rows(under_way.add(row + 1, bytes)),
                }
            }
        }
        plan.push_rows(under_way.end(texts.len()));
        Ok(plan)
    }

    fn push_rows(&mut self, rows: Range<usize>) {
        if !rows.is_empty() {
            self.chunks.push(Chunk { rows, part: None, completes: true });
        }
    }

    fn push_parts(
        &mut self,
        row: usize,
        text: Text<'_>,
        size: usize,
        scanner: &mut Scanner<'_>,
        settings: &Settings,
    ) {
        let step = size / text.bytes_per_unit();
        let (mut from, mut before) = (0, 0);
        while from < text.len() {
            let wanted = from + step;
            let cut = if wanted + step / 2 < text.len() { scanner.safe_cut(text, wanted) } else { None };
            let to = cut.unwrap_or(text.len());
            self.chunks.push(Chunk {
                rows: row..row + 1,
                part: Some(TextPart { range: from..to, before }),
                completes: to == text.len(),
            });
            before += offsets::measure(text, from, to, settings.offsets);
            from = to;
        }
    }
}

/// The chunk that rows are added to.
struct UnderWay {
    /// How many bytes are enough for one.
    size: usize,
    first: usize,
    bytes: usize,
}

impl UnderWay {
    /// Adds the rows up to `end`, of so many bytes. Returns those of the chunk if it is large enough then,
    /// and none if not.
    fn add(&mut self, end: usize, bytes: usize) -> Range<usize> {
        self.bytes += bytes;
        if self.bytes >= self.size || end - self.first >= MOST_ROWS { self.end(end) } else { end..end }
    }

    /// The rows of the chunk, which ends; another begins behind.
    fn end(&mut self, end: usize) -> Range<usize> {
        self.bytes = 0;
        std::mem::replace(&mut self.first, end)..end
    }
}

fn chunk_size(texts: &dyn Corpus, threads: usize) -> usize {
    if threads == 1 {
        return LARGEST;
    }
    (total_bytes(texts) / (threads * PER_THREAD)).clamp(SMALLEST, LARGEST)
}

/// About how many bytes there are in all.
fn total_bytes(texts: &dyn Corpus) -> usize {
    let stretches = texts.len().div_ceil(STRETCH);
    let known: Option<usize> = (0..stretches).map(|stretch| texts.stretch_bytes(stretch)).sum();
    known.unwrap_or_else(|| {
        // Some rows say well enough how large the others are: to ask all would fetch each from memory
        // once more.
        let step = (texts.len() / SAMPLED).max(1);
        let sampled = (0..texts.len()).step_by(step).filter_map(|row| texts.text(row));
        sampled.map(|text| text.bytes()).sum::<usize>().saturating_mul(step)
    })
}
