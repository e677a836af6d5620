//! Matches in their context: what stands to the left and to the right of them.

use std::borrow::Cow;
use std::str::FromStr;

use unicode_segmentation::UnicodeSegmentation;

use super::words::Words;
use crate::cursor::Cursor;
use crate::error::Error;
use crate::offsets;
use crate::options::Offsets;
use crate::text::Text;

/// What a context is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Word,
    /// Characters as a reader sees them: extended grapheme clusters of UAX #29. A run of white space
    /// is one.
    Char,
}

impl FromStr for Unit {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "word" => Ok(Self::Word),
            "char" => Ok(Self::Char),
            _ => Err(Error::unknown_option("unit", name, &["word", "char"])),
        }
    }
}

/// How much of the context is wanted on each side.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub size: usize,
    pub unit: Unit,
}

/// Strings one after the other.
#[derive(Debug, Default)]
pub struct Strings {
    pub bytes: Vec<u8>,
    pub ends: Vec<usize>,
}

impl Strings {
    /// Adds a string, every run of white space in it as one space.
    fn push(&mut self, text: &str) {
        let mut pieces = text.split(char::is_whitespace);
        self.bytes.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
        let mut spaces = 0;
        for piece in pieces {
            spaces += 1;
            if !piece.is_empty() {
                self.bytes.push(b' ');
                self.bytes.extend_from_slice(piece.as_bytes());
                spaces = 0;
            }
        }
        if spaces > 0 {
            self.bytes.push(b' ');
        }
        self.ends.push(self.bytes.len());
    }
}

/// The columns of a concordance.
#[derive(Debug, Default)]
pub struct Lines {
    pub left: Strings,
    pub matched: Strings,
    pub right: Strings,
}

/// Contexts of more bytes than this in one table were not meant by anyone.
pub const MOST_BYTES: usize = 8 << 30;

impl Lines {
    /// How many bytes they have.
    pub fn bytes(&self) -> usize {
        self.left.bytes.len() + self.matched.bytes.len() + self.right.bytes.len()
    }

    /// Adds what stands at `start..end` of a text, with the context from `from` and up to `to`.
    fn push(&mut self, text: &str, from: usize, start: usize, end: usize, to: usize) {
        self.left.push(text[from..start].trim_start());
        self.matched.push(&text[start..end]);
        self.right.push(text[end..to].trim_end());
    }
}

/// Reads the contexts of all matches of a text.
#[derive(Default)]
pub struct Reader {
    words: Words,
}

impl Reader {
    /// Adds a line for each span of a text; spans ascend or descend. Takes time linear in the text and
    /// in what is written.
    ///
    /// # Errors
    /// A text that is not well-formed, or that is another than the spans are of; more than
    /// [`MOST_BYTES`].
    pub fn read(
        &mut self,
        text: Text<'_>,
        offsets: Offsets,
        window: Window,
        spans: impl Iterator<Item = (i32, i32)>,
        lines: &mut Lines,
    ) -> Result<(), Error> {
        let text = as_str(text)?;
        let text = text.as_ref();
        let units = if text.is_ascii() { Text::Ascii(text.as_bytes()) } else { Text::Utf8(text.as_bytes()) };
        if window.unit == Unit::Word {
            self.words.read(units, Offsets::Byte);
        }
        let mut cursor = Cursor::default();
        for (start, end) in spans {
            let span = cursor.span(units, 0, start, end, offsets);
            let span =
                span.filter(|&(start, end)| text.is_char_boundary(start) && text.is_char_boundary(end));
            let (start, end) = span.ok_or_else(|| Error::value("a text has changed since it was tagged"))?;
            let (from, to) = match window.unit {
                Unit::Word => {
                    let (from, to) = words_around(&self.words, window.size, start, end, text.len());
                    let (first, last) = within_reach(text, start, end, window.size.saturating_add(4));
                    (from.max(first), to.min(last))
                }
                Unit::Char => chars_around(text, window.size, start, end),
            };
            lines.push(text, from, start, end, to);
            check_size(lines.bytes())?;
        }
        Ok(())
    }
}

/// Refuses contexts of too many bytes, which would take all memory.
///
/// # Errors
/// They are too many.
pub fn check_size(bytes: usize) -> Result<(), Error> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(Error::too_large("the contexts take more than 8 GiB: ask for a smaller window, or of fewer matches"))
}

fn as_str(text: Text<'_>) -> Result<Cow<'_, str>, Error> {
    match text {
        Text::Ascii(bytes) | Text::Utf8(bytes) => {
            let text = simdutf8::basic::from_utf8(bytes);
            text.map(Cow::Borrowed).map_err(|_| Error::value("a text is not well-formed UTF-8"))
        }
        _ => Ok(Cow::Owned(offsets::to_string(text, 0, text.len()))),
    }
}

/// From where to where so many words reach on both sides. A word that reaches over an edge of the match
/// is not counted, and not cut.
fn words_around(words: &Words, size: usize, start: usize, end: usize, len: usize) -> (usize, usize) {
    let place = |position: usize| i32::try_from(position).unwrap_or(i32::MAX);
    let before = words.ended_by(place(start));
    let from = match before.checked_sub(size) {
        Some(first) => words.starts.get(first).map_or(start, |&from| (from as usize).min(start)),
        None => 0,
    };
    let behind = words.begun_before(place(end));
    let to = match (behind + size).checked_sub(1) {
        Some(last) => words.ends.get(last).map_or(len, |&to| (to as usize).max(end)),
        None => end,
    };
    (from, to)
}

/// A word or character takes no more bytes than this, on the average of a context: further away no text
/// is looked at, however many letters, flags or marks follow each other there. Or else matches within one
/// word of a million letters would have a million letters of context each.
const LONGEST: usize = 64;

/// The borders of characters between which all contexts of so many words or characters lie.
fn within_reach(text: &str, start: usize, end: usize, size: usize) -> (usize, usize) {
    let reach = size.saturating_mul(LONGEST);
    let mut first = start.saturating_sub(reach);
    while !text.is_char_boundary(first) {
        first += 1;
    }
    let mut last = end.saturating_add(reach).min(text.len());
    while !text.is_char_boundary(last) {
        last -= 1;
    }
    (first, last)
}

/// From where to where so many characters reach on both sides.
fn chars_around(text: &str, size: usize, start: usize, end: usize) -> (usize, usize) {
    let (first, last) = within_reach(text, start, end, size.saturating_add(16));
    let before = extent_of_ascii(text[first..start].bytes().rev(), size)
        .unwrap_or_else(|| extent(text[first..start].graphemes(true).rev(), size));
    let behind = extent_of_ascii(text[end..last].bytes(), size)
        .unwrap_or_else(|| extent(text[end..last].graphemes(true), size));
    (start - before, end + behind)
}

/// As [`extent`], where these bytes and the one behind them are ASCII: each is a character, for of what
/// makes clusters there is only the line break of two, which is white space.
fn extent_of_ascii(bytes: impl Iterator<Item = u8>, size: usize) -> Option<usize> {
    let (mut counted, mut seen, mut after_space) = (0, 0, false);
    for byte in bytes {
        let is_space = char::from(byte).is_whitespace();
        if !byte.is_ascii() {
            return None;
        }
        if !(is_space && after_space) {
            if counted == size {
                break;
            }
            counted += 1;
        }
        seen += 1;
        after_space = is_space;
    }
    Some(seen)
}

/// How many bytes the first `size` characters have.
fn extent<'t>(characters: impl Iterator<Item = &'t str>, size: usize) -> usize {
    let (mut counted, mut bytes, mut after_space) = (0, 0, false);
    for character in characters {
        let is_space = character.chars().all(char::is_whitespace);
        if !(is_space && after_space) {
            if counted == size {
                break;
            }
            counted += 1;
        }
        bytes += character.len();
        after_space = is_space;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The context of the only place where `phrase` stands.
    fn context(text: &str, phrase: &str, size: usize, unit: Unit) -> [String; 3] {
        let start = text.find(phrase).unwrap();
        let span = (start as i32, (start + phrase.len()) as i32);
        let mut lines = Lines::default();
        let window = Window { size, unit };
        let text = Text::Utf8(text.as_bytes());
        Reader::default().read(text, Offsets::Byte, window, [span].into_iter(), &mut lines).unwrap();
        [lines.left, lines.matched, lines.right].map(|column| String::from_utf8(column.bytes).unwrap())
    }

    #[test]
    fn words_are_never_cut() {
        let text = "“Well, no – the Afghan\u{AD}istan talks,” he said";
        assert_eq!(context(text, "talks", 2, Unit::Word), ["the Afghan\u{AD}istan ", "talks", ",” he said"]);
        assert_eq!(context(text, "talks", 5, Unit::Word)[0], "“Well, no – the Afghan\u{AD}istan ");
        assert_eq!(context(text, "ghan", 1, Unit::Word), ["the Af", "ghan", "\u{AD}istan talks"]);
        assert_eq!(context(text, "ghan", 0, Unit::Word), ["Af", "ghan", "\u{AD}istan"]);
        assert_eq!(context(text, "–", 0, Unit::Word), ["", "–", ""]);
        assert_eq!(context(text, "–", 1, Unit::Word), ["no ", "–", " the"]);
        assert_eq!(context("–", "–", 0, Unit::Word), ["", "–", ""]);
    }

    #[test]
    fn white_space_is_one_space_and_none_at_the_outer_ends() {
        let text = "\n a\r\n b \u{3000}colour\u{A0}\n revolution \t c\n\n";
        let phrase = "colour\u{A0}\n revolution";
        assert_eq!(context(text, phrase, 9, Unit::Word), ["a b ", "colour revolution", " c"]);
        assert_eq!(context(text, phrase, 2, Unit::Char), ["b ", "colour revolution", " c"]);
        assert_eq!(context(text, phrase, 1, Unit::Char), ["", "colour revolution", ""]);
    }

    #[test]
    fn characters_of_several_code_points_stay_whole() {
        assert_eq!(
            context("🇺🇸🇫🇷 Xi 👩\u{200D}👩\u{200D}👧e\u{301}x", "Xi", 3, Unit::Char),
            ["🇺🇸🇫🇷 ", "Xi", " 👩\u{200D}👩\u{200D}👧e\u{301}"]
        );
        assert_eq!(context("हिन्दी Xi", "Xi", 3, Unit::Char)[0], "हिन्दी ");
        assert_eq!(context("a\r\n\r\nbe Xi a\r\n\tbé", "Xi", 4, Unit::Char), ["be ", "Xi", " a b"]);
        assert_eq!(context("e\u{301}ab Xi abe\u{301}", "Xi", 4, Unit::Char)[2], " abe\u{301}");
        assert_eq!(context("\u{600}1ab Xi", "Xi", 4, Unit::Char)[0], "\u{600}1ab ");
        assert_eq!(context("颜色革命Xi颜色革命", "Xi", 2, Unit::Char), ["革命", "Xi", "颜色"]);
    }

    #[test]
    fn spans_may_descend_and_count_in_any_unit() {
        let text: Vec<u32> = "é 𝄞 b c".chars().map(u32::from).collect();
        let mut lines = Lines::default();
        let window = Window { size: 1, unit: Unit::Word };
        let spans = [(7, 8), (5, 6), (0, 1)].into_iter();
        Reader::default().read(Text::Ucs4(&text), Offsets::Utf16, window, spans, &mut lines).unwrap();
        assert_eq!(lines.left.bytes, "b é 𝄞 ".as_bytes());
        assert_eq!(lines.matched.bytes, "cbé".as_bytes());
    }

    #[test]
    fn a_text_that_changed_is_an_error() {
        let mut lines = Lines::default();
        let window = Window { size: 1, unit: Unit::Char };
        for (text, span) in [(&b"ab"[..], (1, 3)), (b"\xFF\xFF", (0, 1))] {
            let spans = [span].into_iter();
            let read = Reader::default().read(Text::Utf8(text), Offsets::Byte, window, spans, &mut lines);
            assert!(read.is_err());
        }
    }

    #[test]
    fn a_word_without_end_is_cut() {
        let text = format!("{}NATO{}", "a".repeat(10_000), "é".repeat(10_000));
        let [left, _, right] = context(&text, "NATO", 1, Unit::Word);
        assert_eq!((left.len(), right.len()), (5 * LONGEST, 5 * LONGEST));
    }
}
