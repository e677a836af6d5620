//! Cuts a column into chunks of about equal bytes.

use std::ops::Range;

use crate::error::Error;
use crate::matcher::Matcher;
use crate::offsets;
use crate::run::Settings;
use crate::scan::Scanner;
use crate::text::{Corpus, Text};

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
        let size = chunk_size(texts, settings.threads);
        let mut plan = Self { chunks: Vec::new() };
        let (mut first, mut bytes) = (0, 0);
        for row in 0..texts.len() {
            let text = texts.text(row);
            let weight = text.map_or(0, bytes_of);
            if let (Some(scanner), Some(text)) = (&mut scanner, text)
                && weight > 2 * size
            {
                plan.push_rows(first..row);
                plan.push_parts(row, text, size, scanner, settings);
                (first, bytes) = (row + 1, 0);
                continue;
            }
            bytes += weight;
            if bytes >= size || row + 1 - first >= MOST_ROWS {
                plan.push_rows(first..row + 1);
                (first, bytes) = (row + 1, 0);
            }
        }
        plan.push_rows(first..texts.len());
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
        let step = size / bytes_per_unit(text);
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

fn chunk_size(texts: &dyn Corpus, threads: usize) -> usize {
    if threads == 1 {
        return LARGEST;
    }
    // Some rows say well enough how large the others are: to ask all would fetch each from memory
    // once more.
    let step = (texts.len() / SAMPLED).max(1);
    let sampled = (0..texts.len()).step_by(step).filter_map(|row| texts.text(row)).map(bytes_of);
    let total = sampled.sum::<usize>().saturating_mul(step);
    (total / (threads * PER_THREAD)).clamp(SMALLEST, LARGEST)
}

fn bytes_per_unit(text: Text<'_>) -> usize {
    match text {
        Text::Ascii(_) | Text::Utf8(_) | Text::Latin1(_) => 1,
        Text::Ucs2(_) => 2,
        Text::Ucs4(_) => 4,
    }
}

fn bytes_of(text: Text<'_>) -> usize {
    text.len() * bytes_per_unit(text)
}
