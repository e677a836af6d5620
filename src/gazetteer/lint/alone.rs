//! Rules that look at one phrase alone: how long it is, what it is made of, what its options lack.

use icu_properties::props::Script;

use super::{CommonWords, Finding, Folds, PLAIN, Rule, Severity};
use crate::fold;
use crate::gazetteer::{Entry, Gazetteer};
use crate::options::{Accents, Boundary, Case};
use crate::unicode::{self, Flags, IGNORABLE, KATAKANA, MARK, STARTS_UNIT, UNSPACED, WORD};

pub fn look(gazetteer: &Gazetteer, folds: &Folds, common: &CommonWords, findings: &mut Vec<Finding>) {
    let mut buffer = Vec::new();
    for (number, entry) in gazetteer.entries().enumerate() {
        if entry.concept.is_none() {
            continue;
        }
        let case = folds.profiles[number].case;
        let mut find = |found: Option<(Severity, Rule, String)>| {
            if let Some((severity, rule, message)) = found {
                findings.push(Finding::new(severity, rule, number, message));
            }
        };
        find(short_or_digits(&entry, case));
        let folded = folds.get(number);
        if let Some(words) = common.of(entry.lang)
            && !folded.contains(&b' ')
        {
            buffer.clear();
            fold::push_str(fold::trim(entry.phrase), PLAIN, &mut buffer);
            // Where case counts, it is that word only if it is written so.
            let is_word = words.contains(&buffer) && (case == Case::Ignore || buffer == folded);
            find(is_word.then(|| common_word(&entry)));
        }
        if !entry.phrase.is_ascii() {
            find(loose_mark(&entry));
            find(no_affixes(&entry));
        }
        find(literal_star(&entry));
        find(turkish(&entry));
    }
}

/// A star beside a letter that is no wild card.
fn literal_star(entry: &Entry<'_>) -> Option<(Severity, Rule, String)> {
    let phrases = std::iter::once(entry.phrase);
    let mut phrases = phrases.chain(entry.options.context.phrases().map(|(_, phrase)| phrase.as_str()));
    let has_star = |phrase: &str| {
        let chars: Vec<char> = phrase.chars().collect();
        chars.windows(2).any(|pair| matches!(*pair, ['*', other] | [other, '*'] if other.is_alphanumeric()))
    };
    (!entry.options.glob && phrases.any(has_star)).then(|| {
        let message = "has a star that is no wild card, and finds only that star: with glob=True it stands \
                       for the rest of a word";
        (Severity::Warning, Rule::LiteralStar, message.to_owned())
    })
}

/// What stands at the places of a phrase, wild cards left out.
#[derive(Default)]
struct Letters {
    /// Letters, vowel signs among them, and digits.
    all: usize,
    /// Digits among them.
    digits: usize,
    /// Letters of scripts in which one stands for a syllable or more.
    dense: usize,
}

fn letters(entry: &Entry<'_>) -> Letters {
    let chars = unicode::chars();
    let mut letters = Letters::default();
    for c in entry.phrase.chars() {
        let flags = chars.get(c as u32);
        // Vowel signs are letters, accents are not.
        if flags & WORD == 0 || flags & MARK != 0 && !c.is_alphabetic() || c == '_' {
            continue;
        }
        letters.all += 1;
        letters.digits += usize::from(c.is_numeric());
        letters.dense += usize::from(!c.is_ascii() && is_dense(c, flags));
    }
    letters
}

/// Whether a letter stands for a syllable or more.
fn is_dense(c: char, flags: Flags) -> bool {
    flags & (UNSPACED | KATAKANA) != 0
        || matches!(unicode::script(c), Script::Hangul | Script::Ethiopic | Script::CanadianAboriginal)
}

fn short_or_digits(entry: &Entry<'_>, case: Case) -> Option<(Severity, Rule, String)> {
    if entry.phrase.bytes().filter(u8::is_ascii_alphabetic).count() > 2 {
        return None;
    }
    let letters = letters(entry);
    if letters.all > 0 && letters.all == letters.digits {
        let message = "holds digits alone: it matches years, sums and parts of dates; \
                       add words to it, or say near which phrases it counts"
            .to_owned();
        return Some((Severity::Warning, Rule::OnlyDigits, message));
    }
    let limit = if letters.dense > 0 { 1 } else { 2 };
    if letters.all == 0 || letters.all > limit {
        return None;
    }
    let what = match (letters.all, letters.digits) {
        (1, _) => "one letter",
        (_, 0) => "two letters",
        _ => "one letter and one digit",
    };
    if entry.options.glob {
        let message = format!("has {what} beside its wild cards: it matches a great many words");
        return Some((Severity::Warning, Rule::Short, message));
    }
    if case == Case::Match {
        let message = format!("has {what}: case counts, which helps, but other things may be written so");
        return Some((Severity::Info, Rule::Short, message));
    }
    let is_upper = entry.phrase.chars().any(char::is_uppercase);
    let advice = if is_upper { "; case=\"match\" would tell it from other words" } else { "" };
    Some((Severity::Warning, Rule::Short, format!("has {what} and matches in any case{advice}")))
}

fn common_word(entry: &Entry<'_>) -> (Severity, Rule, String) {
    let language = entry.lang.map_or(String::new(), |lang| format!(" of \"{lang}\""));
    let is_capital = entry.phrase.chars().any(char::is_uppercase);
    let advice = if is_capital { "; case=\"match\" would keep to what is written like it" } else { "" };
    (Severity::Warning, Rule::CommonWord, format!("is one of the most common words{language}{advice}"))
}

/// A phrase that begins with a mark, which belongs to the unit before it.
fn loose_mark(entry: &Entry<'_>) -> Option<(Severity, Rule, String)> {
    let chars = unicode::chars();
    let flags = entry.phrase.chars().map(|c| chars.get(c as u32)).find(|flags| flags & IGNORABLE == 0)?;
    (flags & STARTS_UNIT == 0).then(|| {
        let message = "begins with a combining mark, which belongs to the character before it: \
                       it can be reported at the very start of a text at most"
            .to_owned();
        (Severity::Error, Rule::NeverReported, message)
    })
}

/// Languages that write in the Arabic script and have no such prefixes.
const OTHER_ARABIC: [&str; 8] = ["fa", "ur", "ps", "ckb", "ug", "sd", "ks", "ms"];
/// Letters that Arabic does not write with, and they do.
const NOT_ARABIC: [char; 15] = ['پ', 'چ', 'ژ', 'گ', 'ک', 'ی', 'ە', 'ڭ', 'ۇ', 'ۆ', 'ې', 'ے', 'ٹ', 'ڈ', 'ں'];

fn no_affixes(entry: &Entry<'_>) -> Option<(Severity, Rule, String)> {
    let options = entry.options;
    if !options.affixes.is_empty() {
        return None;
    }
    let starts = matches!(options.boundary, Boundary::Word | Boundary::Start | Boundary::Compound);
    let ends = matches!(options.boundary, Boundary::Word | Boundary::End | Boundary::Compound);
    let is_letter = |c: &char| c.is_alphabetic();
    let script = |c: Option<char>| c.map(unicode::script);
    let of_first = script(entry.phrase.chars().find(is_letter));
    let of_last = script(entry.phrase.chars().rev().find(is_letter));
    let is_in = |languages: &[&str]| entry.lang.is_some_and(|lang| languages.contains(&lang));
    let (name, what) = if ends && of_last == Some(Script::Hangul) {
        ("ko", "is Korean: particles are written on to words, and it does not match before one")
    } else if starts
        && of_first == Some(Script::Arabic)
        && !is_in(&OTHER_ARABIC)
        && (entry.lang.is_some() || !entry.phrase.contains(NOT_ARABIC))
    {
        (
            "ar",
            "is Arabic: the article and \"and\", \"in\", \"for\" are written on to words, and it does not match behind one",
        )
    } else if starts && of_first == Some(Script::Hebrew) && !is_in(&["yi"]) {
        (
            "he",
            "is Hebrew: \"the\", \"and\", \"in\" are written on to words, and it does not match behind one",
        )
    } else {
        return None;
    };
    Some((Severity::Warning, Rule::NoAffixes, format!("{what}; affixes=\"{name}\" lets it")))
}

fn turkish(entry: &Entry<'_>) -> Option<(Severity, Rule, String)> {
    if entry.options.accents == Accents::Fold {
        return None;
    }
    let is_turkic = match entry.lang {
        Some(lang) => matches!(lang.split(['-', '_']).next(), Some("tr" | "az")),
        // No language that has these but a Turkic one writes in Latin letters.
        None => !entry.phrase.is_ascii() && entry.phrase.contains(['ğ', 'Ğ', 'ı', 'İ']),
    };
    let dotted = |c: char| matches!(c, 'i' | 'I' | 'ı' | 'İ');
    if !is_turkic || !entry.phrase.chars().any(|c| dotted(c) || !c.is_ascii() && c.is_alphabetic()) {
        return None;
    }
    let why = if entry.phrase.contains(dotted) {
        "has i or ı: their capitals İ and I are not the same letters in other languages, so that it misses \
         some of what is written large"
    } else {
        "has letters that are often written without their marks"
    };
    let message = format!("is Turkish and {why}; accents=\"fold\" finds all forms");
    Some((Severity::Info, Rule::TurkishAccents, message))
}
