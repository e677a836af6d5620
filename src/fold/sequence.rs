//! The fold of a short sequence of code points, as the contract words it: slow and general. The
//! table of single code points is made with it, and units that really combine go through it.

use std::borrow::Cow;

use icu_casemap::CaseMapperBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointSetData;
use icu_properties::props::{DefaultIgnorableCodePoint, Script};

use crate::options::{Accents, Case};
use crate::unicode::{combining_class, is_mark, plain_punctuation, script};

/// What stands before a mark, as far as the folding of accents asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    LatinOrGreek,
    /// A Cyrillic vowel that may carry a stress mark.
    CyrillicVowel,
    /// The Cyrillic letter `е`, which may also carry a diaeresis.
    CyrillicE,
    Other,
}

impl Base {
    /// The base that a character other than a mark is.
    fn of(c: char) -> Self {
        match c {
            'е' | 'Е' => Base::CyrillicE,
            'а' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' | 'і' | 'є' | 'А' | 'И' | 'О' | 'У' | 'Ы' | 'Э'
            | 'Ю' | 'Я' | 'І' | 'Є' => Base::CyrillicVowel,
            _ if matches!(script(c), Script::Latin | Script::Greek) => Base::LatinOrGreek,
            _ => Base::Other,
        }
    }

    /// Whether `accents="fold"` drops `mark` after this base.
    fn drops(self, mark: char) -> bool {
        match self {
            Base::LatinOrGreek => script(mark) == Script::Inherited,
            Base::CyrillicE => matches!(mark, '\u{300}' | '\u{301}' | '\u{308}'),
            Base::CyrillicVowel => matches!(mark, '\u{300}' | '\u{301}'),
            Base::Other => false,
        }
    }
}

/// Arabic and Hebrew points, which `accents="fold"` drops after any base.
pub fn is_dropped_point(c: char) -> bool {
    matches!(c, '\u{64B}'..='\u{652}' | '\u{670}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}')
}

/// The fold of a sequence in which white space and dashes have been dealt with; `base` is that of
/// what stands before it.
///
/// # Panics
/// `case` must not be [`Case::Smart`], which is no way of folding (debug builds only).
pub fn fold(text: &str, case: Case, accents: Accents, base: Base) -> String {
    debug_assert!(case != Case::Smart);
    let plain: String = text.chars().map(plain_punctuation).collect();
    let cased = match case {
        Case::Match => without_ignorables(&nfkc(&without_ignorables(&plain))).into_owned(),
        _ => nfkc_casefold(&plain),
    };
    let plain: String = cased.chars().map(plain_punctuation).collect();
    match accents {
        Accents::Keep => plain,
        Accents::Fold => fold_accents(&plain, base),
    }
}

/// Step 4, accents: drops marks and writes some letters plainly.
pub fn fold_accents(text: &str, mut base: Base) -> String {
    let mut kept = String::with_capacity(text.len());
    for c in nfd(text).chars() {
        if is_mark(c) {
            if !base.drops(c) && !is_dropped_point(c) {
                kept.push(c);
            }
            continue;
        }
        base = Base::of(c);
        match plain_letter(c) {
            Some(letters) => kept.push_str(letters),
            None => kept.push(c),
        }
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(&kept).into_owned()
}

/// The base that the last character of `text`, once folded, is to what follows; none if `text`
/// holds only marks.
pub fn base_in(text: &str, case: Case) -> Option<Base> {
    let folded = fold(text, case, Accents::Keep, Base::Other);
    let last = nfd(&folded).chars().rfind(|&c| !is_mark(c));
    last.map(Base::of)
}

/// Letters that `accents="fold"` writes plainly though they do not decompose; U+0640 is left out.
fn plain_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'þ' => "th",
        'Þ' => "TH",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ı' => "i",
        'ħ' => "h",
        'Ħ' => "H",
        'ŧ' => "t",
        'Ŧ' => "T",
        'ŋ' => "n",
        'Ŋ' => "N",
        '\u{640}' => "",
        _ => return None,
    })
}

/// Unicode's NFKC_Casefold of a string, after NFD (which sorts U+0345 behind other marks first).
fn nfkc_casefold(text: &str) -> String {
    let mut mapped = String::with_capacity(text.len());
    for c in nfd(text).chars() {
        mapped.push_str(&nfkc_casefold_char(c));
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(&mapped).into_owned()
}

/// The property NFKC_Casefold of one character, derived as DerivedNormalizationProps.txt says:
/// fold, normalise and drop ignorables until nothing changes.
pub fn nfkc_casefold_char(c: char) -> String {
    let mut text = without_ignorables(c.encode_utf8(&mut [0; 4])).into_owned();
    loop {
        let folded = CaseMapperBorrowed::new().fold_string(&text).into_owned();
        let next = without_ignorables(&nfkc(&folded)).into_owned();
        if next == text {
            return text;
        }
        text = next;
    }
}

/// Whether a character that decomposes is made again by composing.
pub fn stays_composed(c: char) -> bool {
    ComposingNormalizerBorrowed::new_nfc().normalize(c.encode_utf8(&mut [0; 4])).chars().eq([c])
}

/// Whether a character, folded and decomposed, ends in one that has a combining class.
pub fn ends_in_mark(c: char) -> bool {
    nfd(&nfkc_casefold_char(c)).chars().next_back().is_some_and(|last| combining_class(last) != 0)
}

fn nfd(text: &str) -> Cow<'_, str> {
    DecomposingNormalizerBorrowed::new_nfd().normalize(text)
}

fn nfkc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text)
}

fn without_ignorables(text: &str) -> Cow<'_, str> {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    if text.chars().any(|c| ignorable.contains(c)) {
        Cow::Owned(text.chars().filter(|&c| !ignorable.contains(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}
