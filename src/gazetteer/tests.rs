//! What a gazetteer takes, refuses, and remembers.

use super::*;
use crate::options::Boundary;

fn entry<'a>(phrase: &'a str, concept: Option<&'a str>, options: &'a Options) -> Entry<'a> {
    Entry { phrase, concept, options, lang: None, weight: 1.0 }
}

fn build(entries: &[(&str, Option<&str>)]) -> Gazetteer {
    let options = Options::default();
    let mut gazetteer = Gazetteer::new(options.clone());
    for &(phrase, concept) in entries {
        gazetteer.push(entry(phrase, concept, &options), &"test").unwrap();
    }
    gazetteer
}

fn phrases(gazetteer: &Gazetteer) -> Vec<&str> {
    gazetteer.entries().map(|entry| entry.phrase).collect()
}

#[test]
fn the_same_thing_twice_counts_once() {
    let mut gazetteer = build(&[("a1", Some("x")), ("a1", Some("x")), ("a1", Some("y")), ("a1", None)]);
    assert_eq!(gazetteer.len(), 3);
    let other = Options { boundary: Boundary::None, ..Options::default() };
    assert_eq!(gazetteer.push(entry("a1", Some("x"), &other), &""), Ok(Some(3)));
    assert_eq!(gazetteer.push(entry("a1", Some("x"), &other), &""), Ok(None));
    assert_eq!(gazetteer.entry(3).options, &other);
}

#[test]
fn affixes_are_a_set() {
    let mut gazetteer = build(&[]);
    let one = Options { affixes: vec!["b".into(), "a".into(), "b".into()], ..Options::default() };
    let same = Options { affixes: vec!["a".into(), "b".into()], ..Options::default() };
    assert_eq!(gazetteer.push(entry("p", Some("c"), &one), &""), Ok(Some(0)));
    assert_eq!(gazetteer.push(entry("p", Some("c"), &same), &""), Ok(None));
    assert_eq!(gazetteer.entry(0).options.affixes, ["a", "b"]);
}

#[test]
fn errors_name_phrase_and_place() {
    let mut gazetteer = build(&[]);
    let options = Options::default();
    let mut fails =
        |phrase, concept| gazetteer.push(entry(phrase, concept, &options), &"row 3").unwrap_err().message;
    assert_eq!(fails("", Some("c")), "row 3: phrase \"\" is empty");
    assert_eq!(fails("  ", Some("c")), "row 3: phrase \"  \" is empty");
    assert_eq!(fails("a", Some("")), "row 3: the concept of phrase \"a\" is empty");
    let empty = Options { affixes: vec![String::new()], ..Options::default() };
    let error = gazetteer.push(entry("a", Some("c"), &empty), &"row 4").unwrap_err();
    assert_eq!(error.message, "row 4: affix \"\" is empty");
    let nan = Entry { weight: f64::NAN, ..entry("a", Some("c"), &options) };
    assert!(gazetteer.push(nan, &"row 5").unwrap_err().message.contains("finite"));
    assert_eq!(gazetteer.len(), 0);
}

#[test]
fn a_phrase_of_which_folding_leaves_nothing_is_refused() {
    use crate::options::Accents;
    let mut gazetteer = build(&[]);
    let options = Options { accents: Accents::Fold, ..Options::default() };
    let error = gazetteer.push(entry("\u{640}", Some("c"), &options), &"row 0").unwrap_err();
    assert_eq!(error.message, "row 0: phrase \"ـ\" is empty once folded");
    assert!(gazetteer.push(entry("\u{640}", Some("c"), &Options::default()), &"").is_ok());
}

#[test]
fn names_are_sorted_by_code_point() {
    let gazetteer = build(&[("b", Some("ж")), ("a", Some("Z")), ("b", Some("a")), ("c", None)]);
    assert_eq!(gazetteer.concepts(), ["Z", "a", "ж"]);
    assert_eq!(gazetteer.phrases(), ["a", "b", "c"]);
}

#[test]
fn branches_count_what_is_in_use() {
    let mut gazetteer = build(&[
        ("a", Some("place/China")),
        ("b", Some("place/China")),
        ("c", Some("place/Xi")),
        ("d", Some(r"a\/b/c")),
        ("e", Some("place")),
        ("f", Some("gone/x")),
        ("g", None),
    ]);
    gazetteer.remove(Some("f"), None).unwrap();
    let counted: Vec<_> =
        gazetteer.branches().map(|branch| (branch.name, branch.entries, branch.concepts)).collect();
    assert_eq!(counted, [(r"a\/b", 1, 1), ("place", 4, 3)]);
    gazetteer.merge(&build(&[("new", Some("a/b"))])).unwrap();
    assert_eq!(gazetteer.branches().map(|branch| branch.name).collect::<Vec<_>>(), ["a", r"a\/b", "place"]);
    assert_eq!(build(&[("g", None)]).branches().count(), 0);
}

#[test]
fn the_version_knows_content_and_not_order() {
    let one = build(&[("a", Some("x")), ("b", Some("y")), ("c", None)]);
    let two = build(&[("c", None), ("a", Some("x")), ("b", Some("y"))]);
    assert_eq!(one.version(), two.version());
    assert_eq!(one, two);
    assert_eq!(one.version().len(), 32);
    for other in [
        build(&[("a", Some("x")), ("b", Some("y"))]),
        build(&[("a", Some("x")), ("b", Some("y")), ("c", Some("z"))]),
        build(&[("a", Some("y")), ("b", Some("x")), ("c", None)]),
    ] {
        assert_ne!(one.version(), other.version());
    }
}

#[test]
fn the_version_is_the_same_everywhere() {
    // Written down once; a change of it is a change of every user's recorded versions.
    assert_eq!(build(&[]).version(), "34498a38ea086265718f2820be1aec39");
    let mut gazetteer = build(&[("Путин", Some("person/Putin"))]);
    gazetteer.set_attribute("born", Value::Int(1952), &"").unwrap();
    assert_eq!(gazetteer.version(), "0239a2ba93f3a58e330a96b119a52131");
}

#[test]
fn the_version_changes_with_every_change() {
    let options = Options::default();
    let mut gazetteer = build(&[("a", Some("x"))]);
    let mut seen = vec![gazetteer.version().to_owned()];
    gazetteer.push(entry("b", Some("x"), &options), &"").unwrap();
    seen.push(gazetteer.version().to_owned());
    gazetteer.set_attribute("n", Value::Int(1), &"").unwrap();
    seen.push(gazetteer.version().to_owned());
    gazetteer.set_attribute("m", Value::Str("1"), &"").unwrap();
    seen.push(gazetteer.version().to_owned());
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4);
    gazetteer.remove(Some("b"), None).unwrap();
    assert_eq!(gazetteer, build(&[("a", Some("x"))]));
}

#[test]
fn whole_floats_are_whole_numbers() {
    let options = Options::default();
    let mut one = build(&[("a", Some("x"))]);
    one.set_attribute("n", Value::Int(1), &"").unwrap();
    let mut two = build(&[("a", Some("x"))]);
    two.set_attribute("n", Value::Float(1.0), &"").unwrap();
    assert_eq!(one, two);
    one.push(entry("b", None, &options), &"").unwrap();
    one.set_attribute("n", Value::Float(0.5), &"").unwrap();
    assert_eq!(one.attributes().get(0, 0), Some(Value::Float(1.0)));
    let error = one.set_attribute("n", Value::Str("x"), &"row 1");
    assert!(error.unwrap_err().message.starts_with("row 1: attribute \"n\" is str here"));
}

#[test]
fn attributes_may_be_missing() {
    let options = Options::default();
    let mut gazetteer = build(&[("a", Some("x")), ("b", Some("x"))]);
    gazetteer.set_attribute("source", Value::Str("wiki"), &"").unwrap();
    gazetteer.push(entry("c", Some("x"), &options), &"").unwrap();
    gazetteer.set_attribute("nan", Value::Float(f64::NAN), &"").unwrap();
    let of = |index| gazetteer.attributes().of(index).collect::<Vec<_>>();
    assert_eq!(of(0), []);
    assert_eq!(of(1), [("source", Value::Str("wiki"))]);
    assert_eq!(of(2), []);
}

#[test]
fn removal_takes_phrase_and_pattern() {
    let all = [("a", Some("p/x")), ("b", Some("p/y")), ("a", Some("q")), ("a", None)];
    let removed = |phrase, concept| {
        let mut gazetteer = build(&all);
        let count = gazetteer.remove(phrase, concept).unwrap();
        assert_eq!(gazetteer.len() + count, all.len());
        gazetteer
    };
    assert_eq!(phrases(&removed(Some("a"), None)), ["b"]);
    assert_eq!(phrases(&removed(Some("a"), Some("p/x"))), ["b", "a", "a"]);
    assert_eq!(phrases(&removed(None, Some("p/*"))), ["a", "a"]);
    assert_eq!(removed(None, Some("*")).concepts(), Vec::<&str>::new());
    assert_eq!(removed(Some("zz"), None).len(), 4);
    assert!(build(&all).remove(None, None).is_err());
}

#[test]
fn filter_keeps_exclusions() {
    let gazetteer = build(&[("a", Some("p/x")), ("b", Some("q")), ("c", None)]);
    let filtered = gazetteer.filter("p/*").unwrap();
    assert_eq!(phrases(&filtered), ["a", "c"]);
    assert_eq!(filtered.concepts(), ["p/x"]);
}

#[test]
fn merge_keeps_options_and_attributes() {
    let options = Options { boundary: Boundary::None, ..Options::default() };
    let mut other = Gazetteer::new(options.clone());
    let with_lang = Entry { lang: Some("de"), weight: 2.5, ..entry("b", Some("y"), &options) };
    other.push(with_lang, &"").unwrap();
    other.set_attribute("n", Value::Int(7), &"").unwrap();
    let mut gazetteer = build(&[("a", Some("x"))]);
    gazetteer.merge(&other).unwrap();
    assert_eq!(gazetteer.entry(1), with_lang);
    assert_eq!(gazetteer.attributes().of(1).collect::<Vec<_>>(), [("n", Value::Int(7))]);
    let before = gazetteer.version().to_owned();
    gazetteer.merge(&other).unwrap();
    assert_eq!(gazetteer.version(), before);
}

#[test]
fn a_failed_change_leaves_nothing_behind() {
    let options = Options::default();
    let mut gazetteer = build(&[("a", Some("x"))]);
    let before = gazetteer.version().to_owned();
    let result: Result<(), Error> = gazetteer.atomically(|gazetteer| {
        gazetteer.push(entry("b", Some("new"), &options), &"")?;
        gazetteer.set_attribute("n", Value::Int(1), &"")?;
        gazetteer.push(entry("", Some("y"), &options), &"")?;
        Ok(())
    });
    assert!(result.is_err());
    assert_eq!(gazetteer.version(), before);
    assert_eq!(gazetteer.concepts(), ["x"]);
    assert!(gazetteer.attributes().is_empty());
    assert_eq!(gazetteer.push(entry("b", Some("new"), &options), &""), Ok(Some(1)));
}

#[test]
fn many_entries_stay_small() {
    let options = Options::default();
    let mut gazetteer = Gazetteer::new(options.clone());
    let count = 100_000;
    gazetteer.reserve(count);
    for number in 0..count {
        let (phrase, concept) = (format!("phrase {number}"), format!("concept/{number}"));
        gazetteer.push(entry(&phrase, Some(&concept), &options), &"").unwrap();
        gazetteer.set_attribute("source", Value::Str("geonames"), &"").unwrap();
        gazetteer.set_attribute("country", Value::Str("DE"), &"").unwrap();
    }
    assert_eq!(gazetteer.len(), count);
    assert!(gazetteer.nbytes() < 220 * count, "{} bytes an entry", gazetteer.nbytes() / count);
}

fn stored() -> Gazetteer {
    let mut gazetteer = Gazetteer::default();
    let plain = Options::default();
    let other = Options { case: Case::Match, affixes: vec!["s".into(), "в".into()], ..Options::default() };
    for (index, phrase) in ["colour revolution", "颜色革命", "революция", "US", "a"].into_iter().enumerate()
    {
        let options = if index % 2 == 0 { &plain } else { &other };
        let concept = (index != 2).then_some("narrative/revolution");
        let entry =
            Entry { phrase, concept, options, lang: (index > 2).then_some("en"), weight: index as f64 };
        gazetteer.push(entry, &"").unwrap();
        gazetteer.set_attribute("source", Value::Str("списък"), &"").unwrap();
        gazetteer.set_attribute("size", Value::Int(-3), &"").unwrap();
    }
    gazetteer
}

#[test]
fn bytes_make_an_equal_gazetteer() {
    let gazetteer = stored();
    let mut again = Gazetteer::from_bytes(&gazetteer.to_bytes().unwrap()).unwrap();
    assert_eq!(again, gazetteer);
    assert!(again.entries().eq(gazetteer.entries()));
    let same = gazetteer.entry(1);
    assert_eq!(again.push(same, &"").unwrap(), None);
    assert_eq!(again.push(Entry { phrase: "new", ..same }, &"").unwrap(), Some(5));
    assert_eq!(again.remove(Some("US"), None).unwrap(), 1);
    assert_eq!(again.concepts(), ["narrative/revolution"]);
}

/// Whatever happened to the bytes, reading them is an error or gives a gazetteer that works.
#[test]
fn damaged_bytes_do_no_harm() {
    let bytes = stored().to_bytes().unwrap();
    let mut errors = 0;
    for at in 0..bytes.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut damaged = bytes.clone();
            damaged[at] ^= change;
            match Gazetteer::from_bytes(&damaged) {
                Ok(mut gazetteer) => {
                    gazetteer.version();
                    let _ = gazetteer.remove(None, Some("x*"));
                    crate::Matcher::new(&gazetteer).unwrap();
                }
                Err(_) => errors += 1,
            }
        }
        assert!(Gazetteer::from_bytes(&bytes[..at]).is_err());
    }
    assert!(errors > bytes.len(), "{errors}");
}

#[test]
fn what_always_remains_does() {
    use crate::options::{Accents, Hyphens};
    for c in ('\0'..=char::MAX).filter(|&c| always_remains(c)) {
        let text = c.to_string();
        for case in [Case::Ignore, Case::Match] {
            let folded = fold::fold_str(&text, case, Accents::Fold, Hyphens::Space);
            assert!(!folded.is_empty(), "{c:?} {case}");
        }
    }
}
