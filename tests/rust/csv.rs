//! CSV beside a reading byte by byte, cut into blocks at every place, and what was written in it.

use std::ops::Range;

use proptest::prelude::*;
use slugline::reading::columns::Column;
use slugline::reading::csv::{self, Layout};
use slugline::reading::csv_records::Dialect;
use slugline::reading::{Bad, Reason};

const UNLIMITED: usize = usize::MAX;

type Row = Vec<Option<String>>;

/// Reads all columns. Returns the rows, what is bad, and what was consumed.
fn read(block: &[u8], columns: usize, dialect: Dialect, replace: bool) -> (Vec<Row>, Vec<Bad>, usize) {
    let layout = Layout::new(columns, (0..columns).collect()).unwrap();
    let read = csv::read(block, &layout, dialect, replace);
    let cell = |column: &Column, row: usize| match column {
        Column::Text(texts) => texts.get(row).map(str::to_owned),
        _ => panic!("a column that is no text"),
    };
    let rows = (0..read.rows).map(|row| read.columns.iter().map(|column| cell(column, row)).collect());
    (rows.collect(), read.bad, read.consumed)
}

fn comma(last: bool) -> Dialect {
    Dialect::new(",", last, UNLIMITED).unwrap()
}

fn whole(file: impl AsRef<[u8]>, columns: usize) -> (Vec<Row>, Vec<Bad>) {
    let file = file.as_ref();
    let (rows, bad, consumed) = read(file, columns, comma(true), false);
    assert_eq!(consumed, file.len());
    (rows, bad)
}

fn row<const N: usize>(cells: [&str; N]) -> Row {
    cells.iter().map(|cell| Some((*cell).to_owned())).collect()
}

/// The bad records: row, what they are, reason and detail.
fn complaints(file: &str, columns: usize) -> Vec<(usize, &str, Reason, String)> {
    let told = |bad: Bad| (bad.row, &file[bad.bytes], bad.reason, bad.detail);
    whole(file, columns).1.into_iter().map(told).collect()
}

#[test]
fn fields_are_read_as_they_were_meant() {
    let file = "1,\"Zürich, \"\"die\"\" Stadt\r\nam See\",\r\n\r\n2,\"\",5\" Rohr\r3,\"\"\"\",\"x\"\n\n";
    let (rows, bad) = whole(file, 3);
    assert_eq!(bad, []);
    assert_eq!(
        rows,
        [
            vec![Some("1".into()), Some("Zürich, \"die\" Stadt\r\nam See".into()), None],
            row(["2", "", "5\" Rohr"]),
            row(["3", "\"", "x"]),
        ]
    );
    assert_eq!(whole("", 2), (vec![], vec![]));
    assert_eq!(whole("a,", 2).0, [vec![Some("a".into()), None]]);
    assert_eq!(whole("\"a\"", 1).0, [row(["a"])]);
}

#[test]
fn any_ascii_character_may_delimit_but_those_that_mean_something() {
    let tabs = Dialect::new("\t", true, UNLIMITED).unwrap();
    assert_eq!(read(b"a,b\t\"c\td\"\n", 2, tabs, false).0, [row(["a,b", "c\td"])]);
    for delimiter in ["", "ab", "é", "\"", "\n", "\r"] {
        let error = Dialect::new(delimiter, true, UNLIMITED).unwrap_err();
        assert!(error.message.contains("the delimiter must be one ASCII character"), "{error}");
    }
    assert!(Layout::new(2, vec![2]).is_err());
}

#[test]
fn bad_records_are_named_and_stop_nothing() {
    let file = "1,a\n2\n3,b,c\n4,\"d\"e\n5,f\r\n";
    assert_eq!(
        complaints(file, 2),
        [
            (1, "2", Reason::FieldCount, "1 instead of 2".into()),
            (2, "3,b,c", Reason::FieldCount, "3 instead of 2".into()),
            (
                3,
                "4,\"d\"e",
                Reason::BrokenQuoting,
                "a quote from field 2 on is followed by e, not by a delimiter or line end".into()
            ),
        ]
    );
    let rows = whole(file, 2).0;
    assert_eq!((rows.len(), &rows[4]), (5, &row(["5", "f"])));
    assert!(rows[1..4].iter().all(|row| row == &[None, None]));
}

#[test]
fn a_quote_that_never_closes_costs_one_line() {
    let file = "1,\"a\n2,b\n3,c\n";
    let detail = "the quote that opens field 2 never closes";
    assert_eq!(complaints(file, 2), [(0, "1,\"a", Reason::BrokenQuoting, detail.to_owned())]);
    assert_eq!(whole(file, 2).0[1..], [row(["2", "b"]), row(["3", "c"])]);
    // While the file goes on, it might close; but not for ever.
    assert_eq!(read(file.as_bytes(), 2, comma(false), false).2, 0);
    let (rows, bad, consumed) = read(file.as_bytes(), 2, Dialect::new(",", false, 8).unwrap(), false);
    assert_eq!((rows.len(), consumed), (3, file.len()));
    assert_eq!(bad[0].detail, "the quotes from field 2 on do not close within 8 bytes");
}

#[test]
fn what_is_not_utf8_is_told_or_replaced() {
    let file = b"1,K\xC3ln\n2,\"\"\"\xFF\"\n\xFF,x\n";
    let layout = Layout::new(2, vec![1]).unwrap();
    let told = csv::read(file, &layout, comma(true), false);
    let details: Vec<_> = told.bad.iter().map(|bad| (bad.row, bad.reason, bad.detail.as_str())).collect();
    assert_eq!(
        details,
        [
            (0, Reason::NotUtf8, "field 2 is not UTF-8: byte 0xc3 at its offset 1"),
            (1, Reason::NotUtf8, "field 2 is not UTF-8: byte 0xff at its offset 1"),
        ]
    );
    let (rows, bad, _) = read(file, 2, comma(true), true);
    assert_eq!(bad, []);
    assert_eq!(rows, [row(["1", "K\u{fffd}ln"]), row(["2", "\"\u{fffd}"]), row(["\u{fffd}", "x"])]);
}

#[test]
fn the_header_tells_the_names() {
    let header = |file: &[u8], last| csv::header(file, comma(last));
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let file = "\u{feff}\r\nid,\"Text, ganz\",\n1,a,b\n".as_bytes();
    assert_eq!(header(file, false).unwrap(), Some((names(&["id", "Text, ganz", ""]), 21)));
    assert_eq!(header(b"id,te", false).unwrap(), None);
    assert_eq!(header(b"id,te", true).unwrap(), Some((names(&["id", "te"]), 5)));
    assert_eq!(header(b"", true).unwrap(), None);
    assert!(header(b"id,\"te\n", true).unwrap_err().message.contains("never closes"));
    assert!(header(b"id,\xFF\n", true).unwrap_err().message.contains("column 2"));
}

/// Each line leads through all that follow to a quote that is wrong: trying them all would take
/// minutes.
#[test]
fn broken_quoting_takes_linear_time() {
    let lines = 300_000;
    for end in ["\"z", ""] {
        let file = "x\",\"y\n".repeat(lines) + end;
        let started = std::time::Instant::now();
        let (rows, bad, _) = read(file.as_bytes(), 2, comma(true), false);
        assert!(started.elapsed().as_secs() < 20);
        assert!(rows.len() >= lines && bad.len() >= lines, "{} {}", rows.len(), bad.len());
    }
}

/// A field, and whether it was quoted.
type Field = (Vec<u8>, bool);

/// The records of a file, or only their first lines if they are broken, byte by byte.
fn reference(file: &[u8]) -> Vec<(Range<usize>, Option<Vec<Field>>)> {
    let is_end = |byte: u8| byte == b'\n' || byte == b'\r';
    let mut records = Vec::new();
    let mut start = 0;
    while start < file.len() {
        if is_end(file[start]) {
            start += 1;
            continue;
        }
        let record = reference_record(file, start);
        let first_line =
            file[start..].iter().position(|&byte| is_end(byte)).map_or(file.len(), |n| start + n);
        let end = record.as_ref().map_or(first_line, |record| record.0);
        records.push((start..end, record.map(|record| record.1)));
        start = end;
    }
    records
}

fn reference_record(file: &[u8], start: usize) -> Option<(usize, Vec<Field>)> {
    #[derive(PartialEq)]
    enum State {
        FieldStart,
        Unquoted,
        Quoted,
        Closed,
    }
    let mut fields = vec![(Vec::new(), false)];
    let mut state = State::FieldStart;
    for (at, &byte) in file.iter().enumerate().skip(start) {
        let field = fields.last_mut().unwrap();
        match (&state, byte) {
            (State::Quoted, b'"') => state = State::Closed,
            (State::Quoted, _) => field.0.push(byte),
            (State::FieldStart, b'"') => {
                field.1 = true;
                state = State::Quoted;
            }
            (State::Closed, b'"') => {
                field.0.push(b'"');
                state = State::Quoted;
            }
            (_, b',') => {
                fields.push((Vec::new(), false));
                state = State::FieldStart;
            }
            (_, b'\n' | b'\r') => return Some((at, fields)),
            (State::Closed, _) => return None,
            (State::FieldStart | State::Unquoted, _) => {
                field.0.push(byte);
                state = State::Unquoted;
            }
        }
    }
    (state != State::Quoted).then_some((file.len(), fields))
}

/// Bytes that mean something, and a few that do not.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece =
        prop::sample::select(vec!["\"", "\"", ",", ",", "\n", "\r", "\r\n", "a", "ü", "\",\"", "\"\""]);
    let byte = prop_oneof![20 => piece.prop_map(|piece| piece.as_bytes().to_vec()), 1 => Just(vec![0xFF])];
    prop::collection::vec(byte, 0..40).prop_map(|pieces| pieces.concat())
}

/// A field, sure to come back: with a flag whether to quote it though it need not be.
fn field() -> impl Strategy<Value = (Option<String>, bool)> {
    (prop::option::of("[a,\"\r\nüж ]{0,40}"), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn hostile_files_are_read_as_byte_by_byte(file in hostile(), columns in 1usize..4) {
        let (rows, bad, consumed) = read(&file, columns, comma(true), true);
        prop_assert_eq!(consumed, file.len());
        let expected = reference(&file);
        prop_assert_eq!(rows.len(), expected.len());
        for (at, (bytes, fields)) in expected.into_iter().enumerate() {
            let bad = bad.iter().find(|bad| bad.row == at);
            if let Some(bad) = bad {
                prop_assert_eq!(&bad.bytes, &bytes);
            }
            let reason = match &fields {
                None => Some(Reason::BrokenQuoting),
                Some(fields) if fields.len() != columns => Some(Reason::FieldCount),
                Some(_) => None,
            };
            prop_assert_eq!(bad.map(|bad| bad.reason), reason);
            if let (Some(fields), None) = (fields, reason) {
                let cell = |(bytes, quoted): Field| {
                    (quoted || !bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
                };
                prop_assert_eq!(&rows[at], &fields.into_iter().map(cell).collect::<Row>());
            }
        }
    }

    #[test]
    fn cuts_change_nothing(file in hostile(), columns in 1usize..3, block in 1usize..12) {
        let (rows, bad, _) = read(&file, columns, comma(true), true);
        let (mut cut_rows, mut cut_bad) = (Vec::new(), Vec::new());
        let (mut from, mut to) = (0, 0);
        loop {
            to = file.len().min(to + block);
            let last = to == file.len();
            let (more, more_bad, consumed) = read(&file[from..to], columns, comma(last), true);
            cut_bad.extend(more_bad.into_iter().map(|bad| Bad {
                row: bad.row + cut_rows.len(),
                bytes: bad.bytes.start + from..bad.bytes.end + from,
                ..bad
            }));
            cut_rows.extend(more);
            from += consumed;
            if last {
                break;
            }
        }
        prop_assert_eq!(cut_rows, rows);
        // Which of several flaws is told first may depend on the cut.
        let places = |bad: Vec<Bad>| bad.into_iter().map(|bad| (bad.row, bad.bytes, bad.reason)).collect::<Vec<_>>();
        prop_assert_eq!(places(cut_bad), places(bad));
    }

    #[test]
    fn what_was_written_comes_back(
        rows in prop::collection::vec(prop::collection::vec(field(), 2), 0..6),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let mut file = String::new();
        for row in &rows {
            let write = |(text, quote): &(Option<String>, bool)| match text {
                None => String::new(),
                Some(text) if *quote || text.is_empty() || text.contains(['"', ',', '\n', '\r']) => {
                    format!("\"{}\"", text.replace('"', "\"\""))
                }
                Some(text) => text.clone(),
            };
            file += &row.iter().map(write).collect::<Vec<_>>().join(",");
            file += end;
        }
        let (found, bad) = whole(&file, 2);
        prop_assert_eq!(bad, vec![]);
        let texts: Vec<Row> = rows.iter().map(|row| row.iter().map(|field| field.0.clone()).collect()).collect();
        prop_assert_eq!(found, texts);
    }
}
