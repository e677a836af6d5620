//! JSON lines beside serde_json: values of any shape, written in any way, and lines that were spoilt.

use proptest::prelude::*;
use serde_json::{Value, json};
use slugline::reading::columns::Column;
use slugline::reading::json_lines::{Block, Kind, Reader};
use slugline::reading::{Bad, Reason};

fn read(fields: &[(&str, Kind)], lines: impl AsRef<[u8]>, replace: bool) -> Block {
    let fields: Vec<_> = fields.iter().map(|&(path, kind)| (path.to_owned(), kind)).collect();
    Reader::new(&fields).unwrap().read(lines.as_ref(), replace)
}

/// The rows of a column, as JSON.
fn rows(column: &Column, rows: usize) -> Vec<Value> {
    let cell = |row| match column {
        Column::Text(texts) => json!(texts.get(row)),
        Column::Int(values) => json!(values.get(row)),
        Column::Float(values) => json!(values.get(row)),
        Column::Bool(values) => json!(values.get(row)),
    };
    (0..rows).map(cell).collect()
}

fn texts(lines: impl AsRef<[u8]>) -> (Vec<Value>, Vec<Bad>) {
    let block = read(&[("text", Kind::Text)], lines, false);
    (rows(&block.columns[0], block.rows), block.bad)
}

fn complaint(line: impl AsRef<[u8]>) -> (Reason, String) {
    let (rows, mut bad) = texts(line);
    assert_eq!(rows, [Value::Null]);
    let bad = bad.pop().expect("a complaint");
    (bad.reason, bad.detail)
}

#[test]
fn each_line_is_a_record_and_blank_ones_are_none() {
    let lines = "{\"text\":\"Köln\"}\r\n\n \t\r\n\u{feff}{\"text\":null}\n{}\n { \"text\" : \"Реки\" } ";
    let (rows, bad) = texts(lines);
    assert_eq!(rows, [json!("Köln"), Value::Null, Value::Null, json!("Реки")]);
    assert_eq!(bad, []);
    assert_eq!(texts("").0, Vec::<Value>::new());
}

#[test]
fn bad_records_are_named_and_all_their_columns_are_null() {
    let lines = "{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":3}\r\nnull\n{\"id\":4}";
    let block = read(&[("id", Kind::Int), ("text", Kind::Text)], lines, false);
    assert_eq!(rows(&block.columns[0], 4), [json!(1), Value::Null, Value::Null, json!(4)]);
    assert_eq!(rows(&block.columns[1], 4), [json!("a"), Value::Null, Value::Null, Value::Null]);
    assert_eq!(block.present, [3, 2]);
    let [wrong, null] = &block.bad[..] else { panic!("{:?}", block.bad) };
    assert_eq!((wrong.row, &lines[wrong.bytes.clone()]), (1, "{\"id\":2,\"text\":3}"));
    assert_eq!((wrong.reason, wrong.detail.as_str()), (Reason::WrongType, "text is a number"));
    assert_eq!((null.row, &lines[null.bytes.clone()]), (2, "null"));
    assert_eq!((null.reason, null.detail.as_str()), (Reason::NotJson, "the line is not an object, column 1"));
}

#[test]
fn what_is_wrong_is_told_with_its_column() {
    for (line, detail) in [
        ("{\"ключ\": nul}", "no value can begin so, column 10"),
        ("{\"a\" 1}", "a colon is missing after the key, column 6"),
        ("{\"a\": 1 \"b\": 2}", "a comma or the closing bracket is missing, column 9"),
        ("{\"a\": 1,}", "a key in double quotes is missing, column 9"),
        ("{\"a\": [1,]}", "no value can begin so, column 10"),
        ("{\"a\": 01}", "a comma or the closing bracket is missing, column 8"),
        ("{\"a\": NaN}", "no value can begin so, column 7"),
        ("{\"a\": 1.}", "a digit is missing, column 9"),
        ("{\"a\": \"\t\"}", "a control character within a string, column 8"),
        ("{\"a\": \"\\x\"}", "no such escape in a string, column 8"),
        ("{\"text\": \"\\u12g4\"}", "\\u without four hexadecimal digits, column 11"),
        ("{\"text\": \"a", "the line ends within a string, column 12"),
        ("{\"a\": [[{\"b\":", "the line ends too early, column 14"),
        ("{} {}", "something follows the object, column 4"),
        ("[{}]", "the line is not an object, column 1"),
    ] {
        assert_eq!(complaint(line), (Reason::NotJson, detail.to_owned()), "{line}");
    }
}

#[test]
fn depth_is_bounded_by_a_complaint() {
    let megabyte = 1 << 20;
    for start in ["{\"a\":", "{\"text\":", "{\"a\":[{\"b\":"] {
        for open in ["[", "{\"a\":"] {
            let (reason, detail) = complaint(start.to_owned() + &open.repeat(megabyte));
            assert_eq!(reason, Reason::NotJson);
            assert!(detail.starts_with("nested too deep, column "), "{detail}");
        }
    }
    assert_eq!(complaint("[".repeat(megabyte)).0, Reason::NotJson);
    let deep = |depth| format!("{{\"a\":{}{},\"text\":\"x\"}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(texts(deep(1024)), (vec![json!("x")], vec![]));
    assert_eq!(complaint(deep(1025)).0, Reason::NotJson);
}

#[test]
fn paths_reach_into_objects() {
    let fields = [("meta.lang", Kind::Text), ("meta.lang", Kind::String), ("meta.by.name", Kind::Text)];
    let cells = |line: &str| {
        let block = read(&fields, line, false);
        let cells: Vec<Value> = block.columns.iter().map(|column| rows(column, 1).remove(0)).collect();
        (cells, block.present, block.bad.into_iter().next().map(|bad| bad.detail))
    };
    let none = Value::Null;
    let good = |lang: Value, name: Value, present: [usize; 3]| {
        (vec![lang.clone(), lang, name], present.to_vec(), None::<String>)
    };
    let whole = r#"{"meta": {"by": {"x": [], "name": "Ines"}, "lang": "pt"}}"#;
    assert_eq!(cells(whole), good(json!("pt"), json!("Ines"), [1, 1, 1]));
    assert_eq!(cells(r#"{"meta": null}"#), good(none.clone(), none.clone(), [0, 0, 0]));
    assert_eq!(cells(r#"{"meta": {"lang": null}}"#), good(none.clone(), none.clone(), [1, 1, 0]));
    // A key with a dot in it goes first, wherever it stands, and whatever the other is.
    assert_eq!(
        cells(r#"{"meta.lang": "fr", "meta": {"lang": 3}}"#),
        good(json!("fr"), none.clone(), [1, 1, 0])
    );
    // What is there twice counts as it was last.
    assert_eq!(
        cells(r#"{"meta": 3, "meta": {"lang": 1, "lang": "de"}}"#),
        good(json!("de"), none.clone(), [1, 1, 0])
    );
    assert_eq!(
        cells(r#"{"meta": {"lang": "de"}, "m\u0065ta": {}}"#),
        good(none.clone(), none.clone(), [0, 0, 0])
    );
    let (_, _, detail) = cells(r#"{"meta": {"lang": "de", "by": "Ines"}}"#);
    assert_eq!(detail.as_deref(), Some("by of meta.by.name is a string, not an object"));
}

#[test]
fn kinds_take_what_they_can_and_no_more() {
    let cell = |kind, value: &str| {
        let block = read(&[("x", kind)], format!("{{\"x\": {value} }}"), false);
        match block.bad.first() {
            Some(bad) => Err(bad.detail.clone()),
            None => Ok(rows(&block.columns[0], 1).remove(0)),
        }
    };
    let wrong = |detail: &str| Err(detail.to_owned());
    assert_eq!(cell(Kind::String, "-1.50e+3"), Ok(json!("-1.50e+3")));
    assert_eq!(cell(Kind::String, "true"), Ok(json!("true")));
    assert_eq!(cell(Kind::String, "[1, {} ]"), Ok(json!("[1, {} ]")));
    assert_eq!(cell(Kind::Text, "[1]"), wrong("x is an array"));
    assert_eq!(cell(Kind::Text, "true"), wrong("x is true"));
    assert_eq!(cell(Kind::Int, "-9223372036854775808"), Ok(json!(i64::MIN)));
    assert_eq!(cell(Kind::Int, "3e2"), Ok(json!(300)));
    assert_eq!(cell(Kind::Int, "-0.0"), Ok(json!(0)));
    assert_eq!(cell(Kind::Int, "1.5"), wrong("x is 1.5, not a whole number of 64 bits"));
    assert_eq!(
        cell(Kind::Int, "9223372036854775808"),
        wrong("x is 9223372036854775808, not a whole number of 64 bits")
    );
    assert_eq!(
        cell(Kind::Int, "9223372036854775808.0"),
        wrong("x is 9223372036854775808.0, not a whole number of 64 bits")
    );
    assert_eq!(cell(Kind::Int, "\"3\""), wrong("x is a string"));
    assert_eq!(cell(Kind::Float, "3"), Ok(json!(3.0)));
    assert_eq!(cell(Kind::Float, "1e999"), wrong("x is 1e999, too large for a number of 64 bits"));
    assert_eq!(cell(Kind::Bool, "false"), Ok(json!(false)));
    assert_eq!(cell(Kind::Bool, "0"), wrong("x is a number"));
    let endless = "1".repeat(10_000);
    assert!(cell(Kind::Int, &endless).unwrap_err().len() < 150);
}

#[test]
fn what_is_no_character_is_told_or_replaced() {
    let bytes = b"{\"text\": \"K\xC3ln\", \"other\": \"\xFF\"}";
    let (reason, detail) = complaint(bytes);
    assert_eq!((reason, detail.as_str()), (Reason::NotUtf8, "text is not UTF-8: byte 0xc3 at its offset 1"));
    // Nobody asked for the other.
    assert_eq!(texts(b"{\"text\": \"a\", \"other\": \"\xFF\"}"), (vec![json!("a")], vec![]));
    let half = r#"{"text": "a\ud83dx\ude00\ud83d\ude00"}"#;
    assert_eq!(complaint(half), (Reason::NotUtf8, "text has half a surrogate pair".to_owned()));
    let replaced = |line: &[u8]| rows(&read(&[("text", Kind::Text)], line, true).columns[0], 1);
    assert_eq!(replaced(bytes), [json!("K\u{fffd}ln")]);
    assert_eq!(replaced(half.as_bytes()), [json!("a\u{fffd}x\u{fffd}😀")]);
    assert_eq!(replaced(b"{\"text\": \"\\n\xFF\"}"), [json!("\n\u{fffd}")]);
}

#[test]
fn a_path_of_too_many_keys_is_refused() {
    let path = vec!["a"; 33].join(".");
    let error = Reader::new(&[(path, Kind::Text)]).err().expect("an error");
    assert!(error.message.contains("more than 32 keys"), "{error}");
}

/// A string that crosses the lengths at which the search for its end changes.
fn string() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec!["a", "\"", "\\", "\n", "\u{1}", "é", "中", "😀", "\u{7f}", "/"]);
    let run = prop_oneof![Just(String::new()), "[ a-zа-я]{0,80}"];
    prop::collection::vec((run, piece), 0..5)
        .prop_map(|parts| parts.into_iter().map(|(run, piece)| run + piece).collect())
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "a.b", "c", "é"]).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        string().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object_of(inner).prop_map(Value::Object),
        ]
    })
}

fn object_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = serde_json::Map<String, Value>> {
    prop::collection::vec((key(), value), 0..5).prop_map(|items| items.into_iter().collect())
}

/// The line, with all that is not ASCII escaped.
fn escaped(line: &str) -> String {
    let escape = |c: char| {
        let units = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect();
        if c.is_ascii() { c.to_string() } else { units }
    };
    line.chars().map(escape).collect()
}

/// What stands at `a.b` in a record, or an error if a record is wrong.
fn expected(record: &Value, kind: Kind) -> Result<Value, ()> {
    let nested = |record: &Value| match &record["a"] {
        Value::Object(a) => Ok(a.get("b").cloned().unwrap_or_default()),
        Value::Null => Ok(Value::Null),
        _ => Err(()),
    };
    let found = record.get("a.b").cloned().map_or_else(|| nested(record), Ok)?;
    match (kind, &found) {
        (_, Value::Null) | (Kind::Text | Kind::String, Value::String(_)) | (Kind::Bool, Value::Bool(_)) => {
            Ok(found)
        }
        (Kind::String, Value::Bool(_) | Value::Number(_)) => Ok(json!(found.to_string())),
        (Kind::String, Value::Array(_) | Value::Object(_)) => Ok(found),
        (Kind::Float, Value::Number(number)) => Ok(json!(number.as_f64())),
        (Kind::Int, Value::Number(number)) => match number.as_i64() {
            Some(number) => Ok(json!(number)),
            None => {
                let number = number.as_f64().ok_or(())?;
                let whole = number.fract() == 0.0 && number.abs() < 9e18;
                if whole { Ok(json!(number as i64)) } else { Err(()) }
            }
        },
        _ => Err(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn records_are_read_as_serde_reads_them(
        records in prop::collection::vec((object_of(value()), any::<bool>()), 1..4),
        kind in prop::sample::select(vec![Kind::Text, Kind::String, Kind::Int, Kind::Float, Kind::Bool]),
    ) {
        let mut lines = String::new();
        for (record, escape) in &records {
            let line = serde_json::to_string(record).unwrap();
            lines += &if *escape { escaped(&line) } else { line };
            lines.push('\n');
        }
        let block = read(&[("a.b", kind)], &lines, false);
        prop_assert_eq!(block.rows, records.len());
        let found = rows(&block.columns[0], block.rows);
        for (row, (record, _)) in records.iter().enumerate() {
            let bad = block.bad.iter().find(|bad| bad.row == row);
            match expected(&Value::Object(record.clone()), kind) {
                Ok(value) => {
                    prop_assert_eq!(bad, None);
                    match (&value, &found[row]) {
                        // These come as they are written; serde's own reading of floats is not exact.
                        (Value::Array(_) | Value::Object(_), Value::String(written)) => {
                            let again: Value = serde_json::from_str(&value.to_string()).unwrap();
                            prop_assert_eq!(serde_json::from_str::<Value>(written).unwrap(), again);
                        }
                        (_, read) => prop_assert_eq!(read, &value),
                    }
                }
                Err(()) => prop_assert_eq!(bad.map(|bad| bad.reason), Some(Reason::WrongType)),
            }
        }
    }

    #[test]
    fn spoilt_lines_are_judged_as_serde_judges_them(
        record in object_of(value()),
        spoils in prop::collection::vec((any::<prop::sample::Index>(), 0..3, any::<prop::sample::Index>()), 1..4),
    ) {
        const SIGNS: &[u8] = b"{}[]:,\"\\ud8efbtrn019.-+ \x00\x1f\t/";
        let mut line = serde_json::to_vec(&record).unwrap();
        for (at, what, sign) in spoils {
            let at = at.index(line.len());
            let sign = SIGNS[sign.index(SIGNS.len())];
            match what {
                0 => line[at] = sign,
                1 => line.insert(at, sign),
                _ if line.len() > 1 => drop(line.remove(at)),
                _ => {}
            }
        }
        let block = read(&[("b", Kind::String)], &line, false);
        let serde = serde_json::from_slice::<Value>(&line).ok().filter(Value::is_object);
        let not_json = block.bad.iter().any(|bad| bad.reason == Reason::NotJson);
        if let Some(record) = serde {
            prop_assert!(!not_json, "{:?}", block.bad);
            if let Value::String(text) = &record["b"] {
                prop_assert_eq!(rows(&block.columns[0], 1), [json!(text)]);
            }
        } else if !not_json && block.rows == 1 {
            // Only what is asked for must be characters, and numbers have no limits.
            let lenient = line.windows(3).any(|part| part.eq_ignore_ascii_case(b"\\ud"))
                || std::str::from_utf8(&line).is_err()
                || line.iter().any(|byte| byte.eq_ignore_ascii_case(&b'e'));
            prop_assert!(lenient, "{}", String::from_utf8_lossy(&line));
        }
    }
}
