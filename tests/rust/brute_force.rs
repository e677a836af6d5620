//! The filters, automata and cuts beside brute force: every span of units of a short text against
//! every phrase. (The folds and boundaries themselves are held against an independent reference by
//! the Python tests.)

use std::ops::ControlFlow;

use proptest::prelude::*;
use slugline::boundary::Boundaries;
use slugline::fold::{self, Folder, Profile};
use slugline::gazetteer::Entry;
use slugline::overlap::Resolver;
use slugline::run::{self, Settings, Unwatched};
use slugline::scan::kernels::Isa;
use slugline::scan::{Pulse, Scanner, Sink};
use slugline::text::Utf8;
use slugline::{
    Accents, Boundary, Case, Corpus, Error, Gazetteer, Hyphens, Matcher, Offsets, Options, Overlap, Text,
};

/// A phrase, whether it is an exclusion, and its options.
#[derive(Clone, Debug)]
struct Phrase {
    text: String,
    excludes: bool,
    options: Options,
}

/// Pieces that collide, combine, and cross the lengths at which the filters change.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "A",
        "b",
        "ab",
        "abcdefg",
        "abcdefgh",
        "abcdefghi",
        "abcdefghij",
        "é",
        "e\u{301}",
        "e",
        "ß",
        "ss",
        "s",
        "ﬁ",
        "f",
        "i",
        "İ",
        "中",
        "国",
        "タ",
        "イ",
        "ｶﾞ",
        "한",
        "\u{1112}\u{1161}",
        "ก\u{E48}",
        "\u{E31}",
        "\u{301}",
        "\u{20DD}",
        "\u{640}",
        "\u{64B}",
        "\u{AD}",
        "\u{200B}",
        "\u{200D}",
        " ",
        "  ",
        "\n",
        "\u{A0}",
        "-",
        "-\n",
        "'",
        "’",
        ".",
        "_",
        "1",
        "#",
        "+",
        "😀",
        "й",
        "о\u{301}",
        "\u{FDFA}",
        "\u{A8}",
        "𐐀",
        "𠀀",
    ])
}

fn text(pieces: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..pieces).prop_map(|pieces| pieces.concat())
}

fn options() -> impl Strategy<Value = Options> {
    let affixes = prop::sample::select(vec![vec![], vec![], vec!["s".to_owned(), "中".to_owned()]]);
    (0..3_usize, 0..2_usize, 0..2_usize, 0..8_usize, affixes).prop_map(
        |(case, accents, hyphens, boundary, affixes)| {
            let boundaries = [Boundary::Start, Boundary::End, Boundary::None, Boundary::Compound];
            Options {
                case: [Case::Ignore, Case::Match, Case::Smart][case],
                accents: [Accents::Keep, Accents::Fold][accents],
                hyphens: [Hyphens::Keep, Hyphens::Space][hyphens],
                boundary: boundaries.get(boundary).copied().unwrap_or_default(),
                glob: false,
                affixes,
                context: Default::default(),
            }
        },
    )
}

fn phrases() -> impl Strategy<Value = Vec<Phrase>> {
    let phrase = (text(4), prop::bool::weighted(0.15), options());
    let phrase = phrase.prop_map(|(text, excludes, options)| Phrase { text, excludes, options });
    prop::collection::vec(phrase, 1..8)
}

/// Takes the phrases that are sound into a gazetteer; returns those too.
fn gazetteer(phrases: Vec<Phrase>) -> (Gazetteer, Vec<Phrase>) {
    let mut gazetteer = Gazetteer::default();
    let mut taken = Vec::new();
    for phrase in phrases {
        let concept = format!("c{}/x", phrase.text.len() % 3);
        let entry = Entry {
            phrase: &phrase.text,
            concept: (!phrase.excludes).then_some(concept.as_str()),
            options: &phrase.options,
            lang: None,
            weight: 1.0,
        };
        if let Ok(Some(_)) = gazetteer.push(entry, &"here") {
            taken.push(phrase);
        }
    }
    (gazetteer, taken)
}

fn fold(text: &str, profile: Profile) -> Vec<u8> {
    fold::fold_str(text, profile.case, profile.accents, profile.hyphens).into_bytes()
}

/// All spans at which a phrase without affixes truly matches.
fn true_spans(phrase: &Phrase, text: &str) -> Vec<(usize, usize)> {
    let Options { accents, hyphens, boundary, .. } = phrase.options;
    let trimmed = fold::trim(&phrase.text);
    let profile = Profile { case: fold::resolve_case(trimmed, phrase.options.case), accents, hyphens };
    let wanted = fold(trimmed, profile);
    let units = Utf8(text.as_bytes());
    let boundaries = Boundaries::new(units, slugline::unicode::chars());
    let holds = |at| boundaries.holds(at, boundary);
    let mut folder = Folder::new(units, profile);
    let mut spans = Vec::new();
    for (start, _) in text.char_indices() {
        if !folder.begins_unit(start) || !matches!(boundary, Boundary::End | Boundary::None) && !holds(start)
        {
            continue;
        }
        let (mut folded, mut at) = (Vec::new(), start);
        while at < text.len() && folded.len() < wanted.len() {
            let extent = folder.push_unit(at, &mut folded);
            if folded == wanted && (matches!(boundary, Boundary::Start | Boundary::None) || holds(extent.end))
            {
                spans.push((start, extent.end));
            }
            at = extent.next;
        }
    }
    spans
}

/// The spans of all phrases, exclusions and what they shadow left out.
fn expected(phrases: &[Phrase], text: &str) -> Vec<(usize, usize)> {
    let spans = |excludes| phrases.iter().filter(move |phrase| phrase.excludes == excludes);
    let shadows: Vec<_> = spans(true).flat_map(|phrase| true_spans(phrase, text)).collect();
    let mut found: Vec<_> = spans(false).flat_map(|phrase| true_spans(phrase, text)).collect();
    found.retain(|span| !shadows.iter().any(|shadow| shadow.0 <= span.0 && span.1 <= shadow.1));
    found.sort_by_key(|&(start, end)| (start, std::cmp::Reverse(end)));
    found.dedup();
    found
}

struct Spans(Vec<(usize, usize)>);

impl Sink for Spans {
    fn matched(&mut self, start: usize, end: usize, _entries: &[u32]) -> ControlFlow<()> {
        self.0.push((start, end));
        ControlFlow::Continue(())
    }
}

struct Steady;

impl Pulse for Steady {
    fn beat(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn found(matcher: &Matcher, text: &str, from: usize, to: usize, overlap: Overlap) -> Vec<(usize, usize)> {
    let mut spans = Spans(Vec::new());
    let mut resolver = Resolver::new(matcher, overlap);
    let text = Text::Utf8(text.as_bytes());
    Scanner::new(matcher).scan(text, false, from..to, &mut resolver, &mut spans, &Steady).unwrap();
    spans.0
}

struct OneRow(String);

impl Corpus for OneRow {
    fn len(&self) -> usize {
        1
    }

    fn text(&self, _row: usize) -> Option<Text<'_>> {
        Some(Text::Utf8(self.0.as_bytes()))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_matches_are_found(phrases in phrases(), text in text(24)) {
        let without_affixes = phrases.into_iter().map(|mut phrase| { phrase.options.affixes.clear(); phrase }).collect();
        let (gazetteer, phrases) = gazetteer(without_affixes);
        let matcher = Matcher::new(&gazetteer).unwrap();
        prop_assert_eq!(found(&matcher, &text, 0, text.len(), Overlap::All), expected(&phrases, &text));
    }

    #[test]
    fn a_safe_cut_loses_nothing(phrases in phrases(), text in text(40), at in 0..40_usize) {
        let (gazetteer, _) = gazetteer(phrases);
        let matcher = Matcher::new(&gazetteer).unwrap();
        if let Some(cut) = Scanner::new(&matcher).safe_cut(Text::Utf8(text.as_bytes()), at.min(text.len())) {
            for overlap in [Overlap::Longest, Overlap::All, Overlap::LongestPerConcept, Overlap::LongestPerBranch] {
                let mut parts = found(&matcher, &text, 0, cut, overlap);
                parts.extend(found(&matcher, &text, cut, text.len(), overlap));
                prop_assert_eq!(parts, found(&matcher, &text, 0, text.len(), overlap), "{} at {}", overlap, cut);
            }
        }
    }
}

/// Where nearly every state of the automaton ends a phrase, building it must not become quadratic:
/// this took minutes before it was padded.
#[test]
fn numbered_phrases_are_built_in_no_time() {
    let mut gazetteer = Gazetteer::default();
    let options = Options::default();
    for number in 0..200_000 {
        let phrase = format!("phrase number {number}");
        let entry = Entry { phrase: &phrase, concept: Some("n"), options: &options, lang: None, weight: 1.0 };
        gazetteer.push(entry, &number).unwrap();
    }
    let start = std::time::Instant::now();
    let matcher = Matcher::new(&gazetteer).unwrap();
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    let text = "Phrase number 17, phrase number 199999 and phrase number 200000";
    assert_eq!(found(&matcher, text, 0, text.len(), Overlap::All), [(0, 16), (18, 38)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn threads_change_nothing(phrases in phrases(), text in text(40)) {
        let (gazetteer, _) = gazetteer(phrases);
        let matcher = Matcher::new(&gazetteer).unwrap();
        let long = OneRow(text.repeat(300_000 / text.len().max(1)));
        let rows = |threads| {
            let settings = Settings { overlap: Overlap::All, offsets: Offsets::Char, lossy: false, threads };
            let batches = run::tag(&matcher, &long, &settings, &Unwatched).unwrap();
            let starts: Vec<i32> = batches.iter().flat_map(|batch| batch.start.clone()).collect();
            let entries: Vec<i32> = batches.iter().flat_map(|batch| batch.entry.clone()).collect();
            (starts, entries)
        };
        prop_assert_eq!(rows(1), rows(3));
    }
}

/// Texts longer than the blocks of the engine, and short ones that share a block, in every script and
/// with dictionaries of the sizes at which filters change, under each set of instructions that this
/// processor has.
#[test]
fn instruction_sets_change_nothing() {
    for more in [0, 600, 6000] {
        compare_instruction_sets(more);
    }
}

/// Words of letters that stand often at the beginnings of words, from short to long.
fn made_up_word(number: usize) -> String {
    let syllables =
        ["na", "to", "in", "ter", "us", "me", "ka", "shan", "ford", "берг", "град", "中", "é", "ไท"];
    let mut rest = number.wrapping_mul(0x9E37_79B1) >> 3;
    let length = 1 + number % 5;
    let word = (0..length).map(|_| {
        let syllable = syllables[rest % syllables.len()];
        rest /= syllables.len();
        syllable
    });
    word.collect()
}

fn compare_instruction_sets(more: usize) {
    let words = [
        "new",
        "york",
        "New",
        "YORK",
        "times",
        "news",
        "a",
        "international",
        "internationalisation",
        "us",
        "Москва",
        "москвы",
        "Нью-Йорк",
        "中国",
        "政府",
        "タイ",
        "ไทย",
        "ผู้",
        "น้ำ",
        "café",
        "CAFÉ",
        "straße",
        "한국",
        "x\u{AD}y",
        "e\u{301}",
        "’s",
        "#tag",
        "x_9",
        "_",
        "g20",
        "don't",
        "ＮＡＴＯ",
        "m²",
    ];
    let phrases = [
        "new york",
        "new york times",
        "us",
        "internationalisation",
        "internationalisation a",
        "москва",
        "нью-йорк",
        "中国",
        "中国政府",
        "タイ",
        "ไทย",
        "ผู้",
        "น้ำ",
        "café us",
        "strasse",
        "한국",
        "xy new",
        "é",
        "#tag",
        "don't",
        "nato",
        "m2",
        "news times",
    ];
    let mut gazetteer = Gazetteer::default();
    for (number, phrase) in phrases.iter().enumerate() {
        let boundary = if number % 7 == 6 { Boundary::None } else { Boundary::Word };
        let accents = if number % 5 == 4 { Accents::Fold } else { Accents::Keep };
        let options = Options { boundary, accents, ..Options::default() };
        let entry = Entry { phrase, concept: Some(phrase), options: &options, lang: None, weight: 1.0 };
        gazetteer.push(entry, &number).unwrap();
    }
    for length in 50..73 {
        let options = Options::default();
        for phrase in ["x".repeat(length), "щ".repeat(length), "x".repeat(length) + " us"] {
            let entry =
                Entry { phrase: &phrase, concept: Some("long"), options: &options, lang: None, weight: 1.0 };
            gazetteer.push(entry, &length).unwrap();
        }
    }
    for number in 0..more {
        let phrase = match number % 5 {
            // Alike but for their last letters.
            3 => format!("johns{:03}", number % 1000),
            4 => format!("johns{:03} city", 7 * number % 1000),
            0 => made_up_word(number),
            1 => format!("{} {}", made_up_word(number), made_up_word(number % 50)),
            _ => format!("{}-{}", made_up_word(number), made_up_word(number % 7)),
        };
        let options = Options::default();
        let entry =
            Entry { phrase: &phrase, concept: Some("made up"), options: &options, lang: None, weight: 1.0 };
        gazetteer.push(entry, &number).unwrap();
    }
    let made_up = (0..more.min(900)).map(|number| made_up_word(7 * number));
    let made_up: Vec<String> = made_up.chain((0..more.min(1000)).map(|n| format!("Johns{n:03}"))).collect();
    let mut random = 7_u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    let spaces = [" ", " ", " ", "", "\n", ", ", "  ", "-"];
    let text = |known: &[&str], next: &mut dyn FnMut(usize) -> usize| -> String {
        (0..3000).flat_map(|_| [known[next(known.len())], spaces[next(spaces.len())]]).collect()
    };
    let texts = [
        text(&words[..10], &mut next),
        text(&words[10..], &mut next),
        text(&words, &mut next),
        "a".repeat(10_000) + " new york",
        "中国".repeat(5000),
        made_up.join(" "),
        // Words about as long as a group of code units, at every place in it.
        (0..400)
            .map(|number| "x".repeat(50 + number % 23) + [" us ", "-", ", new york "][number % 3])
            .collect(),
        (0..400)
            .map(|number| "щ".repeat(50 + number % 23) + [" us ", "-", ", москва "][number % 3])
            .collect(),
    ];
    // Any beginning and any length, cut within words, too.
    let all: Vec<char> = texts[..3].concat().chars().chain(made_up.join(" ").chars()).collect();
    let short = (0..1500).map(|_| {
        let (start, length) = (next(all.len()), next(400));
        let only_ascii = next(3) > 0;
        let chars = all[start..].iter().filter(|c| c.is_ascii() || !only_ascii);
        chars.take(length).collect::<String>()
    });
    let texts: Vec<String> = texts.into_iter().chain(short).collect();
    let wide: Vec<Vec<u32>> = texts.iter().map(|text| text.chars().map(u32::from).collect()).collect();
    let matcher = Matcher::new(&gazetteer).unwrap();
    let found = |isa: Isa| {
        isa.force();
        let settings = Settings { overlap: Overlap::All, offsets: Offsets::Char, lossy: false, threads: 1 };
        let utf8 = run::tag(&matcher, &Narrow(&texts), &settings, &Unwatched).unwrap();
        let ucs4 = run::tag(&matcher, &Wide(&wide), &settings, &Unwatched).unwrap();
        let flat = |batches: Vec<slugline::matches::Batch>| -> Vec<_> {
            let rows = batches
                .into_iter()
                .flat_map(|b| b.doc.into_iter().zip(b.start).zip(b.end).zip(b.entry).collect::<Vec<_>>());
            rows.collect()
        };
        let (utf8, ucs4) = (flat(utf8), flat(ucs4));
        assert!(utf8 == ucs4, "{isa:?}: storages differ");
        utf8
    };
    let expected = found(Isa::Portable);
    assert!(expected.len() > 5000);
    let settings = Settings { overlap: Overlap::All, offsets: Offsets::Char, lossy: false, threads: 1 };
    for (row, text) in texts.iter().enumerate() {
        let alone = run::tag(&matcher, &Narrow(std::slice::from_ref(text)), &settings, &Unwatched).unwrap();
        let alone = alone.iter().map(|batch| batch.len()).sum::<usize>();
        assert_eq!(expected.iter().filter(|found| found.0.0.0 == row as i32).count(), alone, "row {row}");
    }
    for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
        assert!(found(isa) == expected, "{isa:?}");
    }
}

struct Narrow<'a>(&'a [String]);

impl Corpus for Narrow<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn text(&self, row: usize) -> Option<Text<'_>> {
        Some(Text::Utf8(self.0[row].as_bytes()))
    }
}

struct Wide<'a>(&'a [Vec<u32>]);

impl Corpus for Wide<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn text(&self, row: usize) -> Option<Text<'_>> {
        Some(Text::Ucs4(&self.0[row]))
    }
}
