//! The contract's cases, as data that the Python tests read too, over every storage of text,
//! every kind of position and cut in every way.

use std::fs;
use std::path::Path;

use serde_json::Value;
use slugline::options::Near;
use slugline::run::{self, Settings, Unwatched};
use slugline::{Corpus, Gazetteer, Matcher, Offsets, Options, Overlap, Text};

/// One text in one storage.
enum Stored {
    Utf8(String),
    Latin1(Vec<u8>),
    Ucs2(Vec<u16>),
    Ucs4(Vec<u32>),
}

impl Stored {
    /// The text in every storage that can hold it.
    fn all(text: &str) -> Vec<Self> {
        let mut all = vec![Self::Utf8(text.to_owned()), Self::Ucs4(text.chars().map(u32::from).collect())];
        if let Ok(units) = text.chars().map(|c| u8::try_from(u32::from(c))).collect() {
            all.push(Self::Latin1(units));
        }
        if let Ok(units) = text.chars().map(|c| u16::try_from(u32::from(c))).collect() {
            all.push(Self::Ucs2(units));
        }
        all
    }
}

impl Corpus for Stored {
    fn len(&self) -> usize {
        1
    }

    fn text(&self, _row: usize) -> Option<Text<'_>> {
        Some(match self {
            Self::Utf8(text) => Text::Utf8(text.as_bytes()),
            Self::Latin1(units) => Text::Latin1(units),
            Self::Ucs2(units) => Text::Ucs2(units),
            Self::Ucs4(units) => Text::Ucs4(units),
        })
    }
}

type Row = (usize, usize, String, String);

fn options(entry: &Value) -> Options {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let mut options = Options::default();
    if let Some(case) = text("case") {
        options.case = case.parse().unwrap();
    }
    if let Some(accents) = text("accents") {
        options.accents = accents.parse().unwrap();
    }
    if let Some(hyphens) = text("hyphens") {
        options.hyphens = hyphens.parse().unwrap();
    }
    if let Some(boundary) = text("boundary") {
        options.boundary = boundary.parse().unwrap();
    }
    options.affixes = texts(&entry["affixes"]);
    options.glob = entry["glob"].as_bool().unwrap_or_default();
    options.context.not_before = texts(&entry["not_before"]);
    options.context.not_after = texts(&entry["not_after"]);
    options.context.near = entry.get("near").filter(|near| !near.is_null()).map(|near| Near {
        phrases: texts(&near["phrases"]),
        within: near["within"].as_u64().unwrap_or(10) as u32,
        unit: near["unit"].as_str().unwrap_or("word").parse().unwrap(),
    });
    options
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn gazetteer(entries: &Value) -> Gazetteer {
    let mut gazetteer = Gazetteer::default();
    for (place, entry) in entries.as_array().unwrap().iter().enumerate() {
        let options = options(entry);
        let entry = slugline::gazetteer::Entry {
            phrase: entry["phrase"].as_str().unwrap(),
            concept: entry["concept"].as_str(),
            options: &options,
            lang: None,
            weight: 1.0,
        };
        gazetteer.push(entry, &format!("entry {place}")).unwrap();
    }
    gazetteer
}

fn rows(
    gazetteer: &Gazetteer,
    matcher: &Matcher,
    corpus: &dyn Corpus,
    overlap: Overlap,
    offsets: Offsets,
) -> Vec<Row> {
    let settings = Settings { overlap, offsets, lossy: false, threads: 1 };
    let batches = run::tag(matcher, corpus, &settings, &Unwatched).unwrap();
    let mut rows = Vec::new();
    for batch in batches {
        for i in 0..batch.len() {
            let entry = gazetteer.entry(batch.entry[i] as usize);
            rows.push((
                batch.start[i] as usize,
                batch.end[i] as usize,
                entry.phrase.to_owned(),
                entry.concept.unwrap().to_owned(),
            ));
        }
    }
    rows
}

fn expected(case: &Value) -> Vec<Row> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let number = |value: &Value| value.as_u64().unwrap() as usize;
    case["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (number(&row[0]), number(&row[1]), text(&row[2]), text(&row[3])))
        .collect()
}

/// The code point positions of `rows` as positions in another unit.
fn converted(rows: &[Row], text: &str, width: impl Fn(char) -> usize) -> Vec<Row> {
    let position = |at: usize| text.chars().take(at).map(&width).sum();
    rows.iter().map(|row| (position(row.0), position(row.1), row.2.clone(), row.3.clone())).collect()
}

/// What is wrong with a case, a line each.
fn check(case: &Value) -> Vec<String> {
    let name = case["name"].as_str().unwrap();
    let text = case["text"].as_str().unwrap();
    let overlap: Overlap = case["overlap"].as_str().unwrap().parse().unwrap();
    let gazetteer = gazetteer(&case["entries"]);
    let matcher = Matcher::new(&gazetteer).unwrap();
    let expected = expected(case);
    let mut wrong = Vec::new();
    for stored in Stored::all(text) {
        for (offsets, expected) in [
            (Offsets::Char, expected.clone()),
            (Offsets::Byte, converted(&expected, text, char::len_utf8)),
            (Offsets::Utf16, converted(&expected, text, char::len_utf16)),
        ] {
            let found = rows(&gazetteer, &matcher, &stored, overlap, offsets);
            if found != expected {
                wrong.push(format!(
                    "{name} ({offsets}): {text:?}\n  expected {expected:?}\n  found    {found:?}"
                ));
            }
        }
    }
    wrong
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut checked = 0;
    let mut wrong = Vec::new();
    let files = ["contract", "readings", "regressions", "globs", "context", "scopes"];
    for file in files.map(|file| format!("{file}.jsonl")) {
        let lines = fs::read_to_string(folder.join(file)).unwrap();
        for line in lines.lines() {
            wrong.extend(check(&serde_json::from_str(line).unwrap()));
            checked += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 350, "only {checked} cases");
}
