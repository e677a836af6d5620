use super::*;
use crate::options::{Boundary, Options};

fn gazetteer(entries: &[(&str, Option<&str>, Options)]) -> Gazetteer {
    let mut gazetteer = Gazetteer::default();
    for (phrase, concept, options) in entries {
        let entry = Entry { phrase, concept: *concept, options, lang: None, weight: 1.0 };
        gazetteer.push(entry, &"").unwrap();
    }
    gazetteer
}

fn plain() -> Options {
    Options::default()
}

/// Rule and phrase of each finding.
fn found(gazetteer: &Gazetteer) -> Vec<(&'static str, &str)> {
    let findings = gazetteer.lint(&CommonWords::default(), None);
    findings.iter().map(|finding| (finding.rule.name(), gazetteer.phrase(finding.entry))).collect()
}

#[test]
fn concepts_and_folds() {
    let gazetteer = gazetteer(&[
        ("Georgia", Some("country/GE"), plain()),
        ("Georgia", Some("state/GA"), plain()),
        ("Côte d'Ivoire", Some("country/CI"), plain()),
        ("Côte d’Ivoire", Some("country/CI"), plain()),
        ("Polish", Some("nation"), Options { case: Case::Match, ..plain() }),
        ("polish", Some("verb"), Options { case: Case::Match, ..plain() }),
    ]);
    assert_eq!(found(&gazetteer), [("several-concepts", "Georgia"), ("same-fold", "Côte d’Ivoire")]);
}

#[test]
fn exclusions_rule_out_what_they_match_wherever_it_stands() {
    let smart = Options { case: Case::Smart, ..plain() };
    let start = Options { boundary: Boundary::Start, ..plain() };
    let gazetteer = gazetteer(&[
        ("Orange", Some("company"), plain()),
        ("orange", None, plain()),
        // The exclusion counts case, the phrase does not.
        ("WHO group", Some("org"), plain()),
        ("WHO", None, smart.clone()),
        ("who", Some("word"), plain()),
        // The exclusion must end a word, the phrase need not.
        ("Kazakh", Some("nation"), start),
        ("kazakh", None, plain()),
        ("Paris", Some("place"), smart),
        ("Paris, Texas", None, plain()),
    ]);
    let findings = gazetteer.lint(&CommonWords::default(), None);
    let never: Vec<_> = findings.iter().filter(|finding| finding.rule == Rule::NeverReported).collect();
    assert_eq!(never.len(), 1);
    assert_eq!((never[0].entry, never[0].severity), (0, Severity::Error));
    assert!(never[0].message.contains("\"orange\""), "{}", never[0].message);
}

#[test]
fn short_phrases_by_script() {
    let matched = Options { case: Case::Match, ..plain() };
    let gazetteer = gazetteer(&[
        ("EU", Some("a"), matched),
        ("et", Some("b"), plain()),
        ("a\u{301}", Some("c"), plain()),
        ("中", Some("d"), plain()),
        ("中国", Some("e"), plain()),
        ("টাকা", Some("f"), plain()),
        ("1984", Some("g"), plain()),
        ("9/11", Some("h"), plain()),
        ("G20", Some("i"), plain()),
        ("a*", Some("j"), Options { glob: true, ..plain() }),
        ("nato", Some("k"), plain()),
    ]);
    let short: Vec<_> = found(&gazetteer).into_iter().filter(|(rule, _)| *rule == "short").collect();
    let expected = ["et", "a\u{301}", "中", "a*", "EU"].map(|phrase| ("short", phrase));
    assert_eq!(short, expected);
    let digits: Vec<_> = found(&gazetteer).into_iter().filter(|(rule, _)| *rule == "only-digits").collect();
    assert_eq!(digits, [("only-digits", "1984"), ("only-digits", "9/11")]);
}

#[test]
fn common_words_by_language() {
    let mut gazetteer = Gazetteer::default();
    let matched = Options { case: Case::Match, ..plain() };
    for (phrase, lang, options) in [
        ("Nice", None, plain()),
        ("die", Some("de"), plain()),
        ("die", Some("en"), plain()),
        ("WHO", None, matched.clone()),
        ("who", None, matched),
        ("nice people", None, plain()),
    ] {
        let entry = Entry { phrase, concept: Some("c"), options: &options, lang, weight: 1.0 };
        gazetteer.push(entry, &"").unwrap();
    }
    let mut common = CommonWords::default();
    common.add(vec![String::new(), "en".into()], ["nice", "who"]);
    common.add(vec!["de".into()], ["die"]);
    let findings = gazetteer.lint(&common, None);
    let words: Vec<_> = findings
        .iter()
        .filter(|finding| finding.rule == Rule::CommonWord)
        .map(|finding| gazetteer.phrase(finding.entry))
        .collect();
    assert_eq!(words, ["Nice", "die", "who"]);
}

#[test]
fn marks_affixes_and_turkish() {
    let affixed = Options { affixes: vec!["에서".into()], ..plain() };
    let gazetteer = gazetteer(&[
        ("\u{301}Antigua", Some("a"), plain()),
        ("중국", Some("b"), plain()),
        ("미국", Some("c"), affixed),
        ("الصين", Some("d"), plain()),
        ("شانگهای", Some("e"), plain()),
        ("סין", Some("f"), plain()),
        ("한국", Some("g"), Options { boundary: Boundary::Start, ..plain() }),
        ("Diyarbakır", Some("h"), plain()),
        ("İzmir", Some("i"), Options { accents: Accents::Fold, ..plain() }),
    ]);
    let expected = [
        ("never-reported", "\u{301}Antigua"),
        ("no-affixes", "중국"),
        ("no-affixes", "الصين"),
        ("no-affixes", "סין"),
        ("turkish-accents", "Diyarbakır"),
    ];
    assert_eq!(found(&gazetteer), expected);
}

#[test]
fn what_texts_tell() {
    let gazetteer = gazetteer(&[
        ("Iran", Some("a"), plain()),
        ("Nice", Some("b"), plain()),
        ("Kiribati", Some("c"), plain()),
        ("said", None, plain()),
    ]);
    let counts = [("Iran", (3, 2)), ("Nice", (60, 50))];
    let counts = counts.map(|(phrase, numbers)| (phrase.to_owned(), numbers));
    let seen = Seen { texts: 100, counts: HashMap::from(counts) };
    let findings = gazetteer.lint(&CommonWords::default(), Some(&seen));
    let told: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.entry)).collect();
    assert_eq!(told, [(Rule::MatchesOften, 1), (Rule::NeverMatches, 2)]);
}
