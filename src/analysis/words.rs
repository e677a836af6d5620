//! The words of a text, where distances and rates are counted in words.

use crate::boundary::{Kind, stands_between};
use crate::offsets;
use crate::options::Offsets;
use crate::text::{Text, Units, with_units};
use crate::unicode::{CharTable, IGNORABLE, WORD, ZERO_WIDTH_SPACE, chars, is_ascii_word};

/// The words of one text, in order: a word character with a boundary before it begins one, and it
/// ends at the next boundary. These are the words of the option `near`. In scripts without spaces
/// each character with its marks is one.
#[derive(Debug, Default)]
pub struct Words {
    /// Where they begin, in the unit asked for.
    pub starts: Vec<i32>,
    /// Where they end.
    pub ends: Vec<i32>,
}

impl Words {
    /// Reads the words of a text in place of those held before. Takes time linear in the text.
    pub fn read(&mut self, text: Text<'_>, unit: Offsets) {
        self.starts.clear();
        self.ends.clear();
        let (mut seen, mut position) = (0, 0);
        let mut place = |at: usize| {
            position += offsets::measure(text, seen, at, unit);
            seen = at;
            i32::try_from(position).unwrap_or(i32::MAX)
        };
        each(text, |start, end| {
            self.starts.push(place(start));
            self.ends.push(place(end));
        });
    }

    /// How many words begin before `position`: the number of the first that does not.
    pub fn begun_before(&self, position: i32) -> usize {
        self.starts.partition_point(|&start| start < position)
    }

    /// How many words end at or before `position`.
    pub fn ended_by(&self, position: i32) -> usize {
        self.ends.partition_point(|&end| end <= position)
    }

    /// How many words lie between two places, neither of their edges inside a word.
    pub fn between(&self, from: i32, to: i32) -> usize {
        self.ended_by(to).saturating_sub(self.begun_before(from))
    }
}

/// How many words a text has.
pub fn count(text: Text<'_>) -> usize {
    if let Text::Ascii(bytes) | Text::Utf8(bytes) = text
        && bytes.is_ascii()
    {
        // Without a branch on where words end, which cannot be foreseen.
        let begins = |pair: &[u8]| is_ascii_word(pair[1]) && !is_ascii_word(pair[0]);
        let first = bytes.first().is_some_and(|&byte| is_ascii_word(byte));
        return usize::from(first) + bytes.windows(2).map(|pair| usize::from(begins(pair))).sum::<usize>();
    }
    let mut words = 0;
    each(text, |_, _| words += 1);
    words
}

/// Calls `word` with the start and the end of each word, in code units.
fn each(text: Text<'_>, word: impl FnMut(usize, usize)) {
    match text {
        Text::Ascii(bytes) | Text::Utf8(bytes) if bytes.is_ascii() => visit_ascii(bytes, word),
        text => with_units!(text, units => visit(units, chars(), word)),
    }
}

/// As [`visit`]: in ASCII all words are runs of word characters.
fn visit_ascii(bytes: &[u8], mut word: impl FnMut(usize, usize)) {
    let mut start = None;
    for (at, &byte) in bytes.iter().enumerate() {
        if is_ascii_word(byte) {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            word(start, at);
        }
    }
    if let Some(start) = start {
        word(start, bytes.len());
    }
}

/// Calls `word` with the start and the end of each word, in code units.
pub(super) fn visit<T: Units>(text: T, chars: &CharTable, mut word: impl FnMut(usize, usize)) {
    let mut kind = Kind::NoWord;
    let (mut start, mut end) = (None, 0);
    let mut at = 0;
    while at < text.len() {
        let (cp, width) = text.decode(at);
        let flags = chars.get(cp);
        if flags & IGNORABLE == 0 || cp == ZERO_WIDTH_SPACE {
            let flags = if cp == ZERO_WIDTH_SPACE { 0 } else { flags };
            if stands_between(kind, flags) {
                if let Some(start) = start.take() {
                    word(start, end);
                }
                if flags & WORD != 0 {
                    start = Some(at);
                }
            }
            kind = Kind::of(flags, kind);
            end = at + width;
        }
        at += width;
    }
    if let Some(start) = start {
        word(start, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Words::default();
        words.read(Text::Utf8(text.as_bytes()), Offsets::Byte);
        let spans = words.starts.iter().zip(&words.ends);
        spans.map(|(&start, &end)| text[start as usize..end as usize].to_owned()).collect()
    }

    #[test]
    fn words_begin_and_end_at_boundaries() {
        assert_eq!(words("China’s Xi, 38 (naïve)"), ["China", "s", "Xi", "38", "naïve"]);
        assert_eq!(words("颜色革命 and タイムズ紙"), ["颜", "色", "革", "命", "and", "タイムズ", "紙"]);
        assert_eq!(words(""), [""; 0]);
        assert_eq!(words(" – "), [""; 0]);
    }

    #[test]
    fn ignorable_code_points_belong_to_their_word_and_zero_width_spaces_part() {
        assert_eq!(words("so\u{AD}viet a\u{200B}b"), ["so\u{AD}viet", "a", "b"]);
    }

    #[test]
    fn words_between_two_places_do_not_reach_over_their_edges() {
        let mut words = Words::default();
        words.read(Text::Utf8("one two three".as_bytes()), Offsets::Char);
        assert_eq!(words.between(3, 8), 1);
        assert_eq!(words.between(3, 7), 1);
        assert_eq!(words.between(3, 6), 0);
        assert_eq!(words.between(5, 8), 0);
        assert_eq!(words.between(8, 3), 0);
    }

    #[test]
    fn ascii_has_the_same_words_either_way() {
        let text: String = (0..128_u8).flat_map(|a| [a, b'a', a, a, b' ', b'_', a]).map(char::from).collect();
        let (mut quick, mut slow) = (Vec::new(), Vec::new());
        visit_ascii(text.as_bytes(), |start, end| quick.push((start, end)));
        visit(crate::text::Utf8(text.as_bytes()), chars(), |start, end| slow.push((start, end)));
        assert_eq!(quick, slow);
        assert_eq!(count(Text::Utf8(text.as_bytes())), slow.len());
        assert_eq!(count(Text::Utf8(b"a")), 1);
    }

    #[test]
    fn positions_are_in_the_unit_asked_for() {
        let mut words = Words::default();
        words.read(Text::Utf8("é 𝄞 b".as_bytes()), Offsets::Utf16);
        assert_eq!((words.starts, words.ends), (vec![0, 5], vec![1, 6]));
    }
}
