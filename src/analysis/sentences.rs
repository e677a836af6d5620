//! The sentences of a text by the default rules of UAX #29.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use unicode_segmentation::UnicodeSegmentation;

use crate::offsets;
use crate::options::Offsets;
use crate::text::Text;

/// The sentences of one text, in order. Every position of the text is in one of them: white space
/// belongs to the sentence before it.
#[derive(Debug, Default)]
pub struct Sentences {
    /// Where they end, in the unit asked for; each begins where that before it ends.
    ends: Vec<i32>,
    /// Whether they have a letter or a digit.
    worded: Vec<bool>,
}

impl Sentences {
    /// Reads the sentences of a text in place of those held before. Takes time linear in the text.
    pub fn read(&mut self, text: Text<'_>, unit: Offsets) {
        self.ends.clear();
        self.worded.clear();
        let utf8 = as_str(text);
        let bytes = Text::Utf8(utf8.as_bytes());
        let (mut at, mut position) = (0, 0);
        for sentence in utf8.split_sentence_bounds() {
            let end = at + sentence.len();
            position += offsets::measure(bytes, at, end, unit);
            at = end;
            self.ends.push(i32::try_from(position).unwrap_or(i32::MAX));
            self.worded.push(sentence.chars().any(char::is_alphanumeric));
        }
    }

    /// The numbers of the sentences that a stretch of the text touches.
    pub fn touched(&self, start: i32, end: i32) -> RangeInclusive<usize> {
        let first = self.ends.partition_point(|&ends| ends <= start);
        let last = self.ends.partition_point(|&ends| ends < end);
        first..=last.max(first)
    }

    /// How many there are, not counting those without a letter or digit, unless they are among
    /// `used`, numbers of sentences in ascending order.
    pub fn count(&self, used: impl Iterator<Item = usize>) -> usize {
        let worded = self.worded.iter().filter(|&&worded| worded).count();
        let is_other = |number: &usize| !self.worded.get(*number).copied().unwrap_or(false);
        let (mut others, mut last) = (0, None);
        for number in used.filter(is_other) {
            others += usize::from(last != Some(number));
            last = Some(number);
        }
        worded + others
    }
}

/// The text as UTF-8, copied where it is not.
fn as_str(text: Text<'_>) -> Cow<'_, str> {
    match text {
        Text::Ascii(units) | Text::Utf8(units) => String::from_utf8_lossy(units),
        _ => Cow::Owned(offsets::to_string(text, 0, text.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str, unit: Offsets) -> Vec<i32> {
        let mut sentences = Sentences::default();
        sentences.read(Text::Utf8(text.as_bytes()), unit);
        sentences.ends
    }

    #[test]
    fn sentences_end_at_full_stops_of_all_scripts() {
        assert_eq!(ends("Он ушёл. Она нет!", Offsets::Char), [9, 17]);
        assert_eq!(ends("他走了。她没有。", Offsets::Char), [4, 8]);
        assert_eq!(ends("It cost 3.5 million. Mr. Xi left", Offsets::Char), [21, 25, 32]);
        assert_eq!(ends("He said so… and left.", Offsets::Char), [21]);
        assert_eq!(ends("", Offsets::Char), [0; 0]);
    }

    #[test]
    fn line_breaks_end_sentences() {
        assert_eq!(ends("Headline\nText", Offsets::Char), [9, 13]);
    }

    #[test]
    fn positions_are_in_the_unit_asked_for_in_all_storages() {
        assert_eq!(ends("é😀. Ab", Offsets::Utf16), [5, 7]);
        assert_eq!(ends("é😀. Ab", Offsets::Byte), [8, 10]);
        let mut sentences = Sentences::default();
        let ucs4: Vec<u32> = "é😀. Ab".chars().map(u32::from).collect();
        sentences.read(Text::Ucs4(&ucs4), Offsets::Utf16);
        assert_eq!(sentences.ends, [5, 7]);
    }

    #[test]
    fn stretches_touch_sentences() {
        let mut sentences = Sentences::default();
        sentences.read(Text::Utf8(b"The U.S. Congress met. So."), Offsets::Byte);
        assert_eq!(sentences.ends, [9, 23, 26]);
        assert_eq!(sentences.touched(4, 17), 0..=1);
        assert_eq!(sentences.touched(4, 8), 0..=0);
        assert_eq!(sentences.touched(9, 17), 1..=1);
        assert_eq!(sentences.touched(23, 26), 2..=2);
    }

    #[test]
    fn blank_sentences_count_only_if_used() {
        let mut sentences = Sentences::default();
        sentences.read(Text::Utf8("One.\n\n😀\nTwo.".as_bytes()), Offsets::Char);
        assert_eq!(sentences.count(std::iter::empty()), 2);
        assert_eq!(sentences.count([0, 2, 2].into_iter()), 3);
    }
}
