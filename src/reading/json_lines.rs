//! JSON lines: one object a line, of which some keys are read into columns.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::columns::{Column, Texts, Values};
use super::json_lexer::{Fault, Lexer, Shape, Sink, is_space};
use super::{Bad, Complaint, Reason, column, shown};
use crate::error::Error;

/// How many keys a path may join.
const LONGEST_PATH: usize = 32;

/// What a column is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Strings alone.
    Text,
    /// Strings; everything else as it is written, in JSON.
    String,
    Int,
    Float,
    Bool,
}

impl std::str::FromStr for Kind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "text" => Ok(Self::Text),
            "string" => Ok(Self::String),
            "int" => Ok(Self::Int),
            "float" => Ok(Self::Float),
            "bool" => Ok(Self::Bool),
            _ => Err(Error::unknown_option("kind", name, &["text", "string", "int", "float", "bool"])),
        }
    }
}

/// What was read from a block: a row for each record, bad ones too.
pub struct Block {
    pub columns: Vec<Column>,
    pub bad: Vec<Bad>,
    /// For each field, in how many records its key was there, be it null.
    pub present: Vec<usize>,
    pub rows: usize,
}

/// Reads certain fields out of lines.
pub struct Reader {
    /// The keys sought, as a tree; the first is the whole record.
    nodes: Vec<Node>,
    fields: Vec<Field>,
    places: usize,
}

/// A key that is sought, or on the way to one.
#[derive(Default)]
struct Node {
    key: String,
    /// Where to note what stands there, if it is sought.
    place: Option<usize>,
    children: Vec<usize>,
}

/// A column, and where what it holds is noted.
struct Field {
    path: String,
    kind: Kind,
    /// For the key that is all of the path, dots and all.
    literal: usize,
    /// For the keys that the path joins, if there are several.
    nested: Option<usize>,
}

/// What a record has in the place of a key.
#[derive(Default)]
struct Place {
    found: Found,
    /// What a string with escapes says.
    decoded: Decoded,
}

#[derive(Clone, Default)]
enum Found {
    #[default]
    Missing,
    Null,
    Bool(bool),
    Number(Range<usize>),
    /// A string without escapes.
    Text(Range<usize>),
    /// A string with escapes.
    Decoded,
    Array(Range<usize>),
    Object(Range<usize>),
    /// The key of this node should have an object, in which to look on, and has that.
    NoObject(usize, Shape),
}

#[derive(Default)]
struct Decoded {
    bytes: Vec<u8>,
    lone_surrogates: bool,
}

impl Sink for Decoded {
    fn clear(&mut self) {
        self.bytes.clear();
        self.lone_surrogates = false;
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    // Copies whose length is known here are a store or two; in text that is escaped throughout, this
    // is most of the work.
    #[inline]
    fn char(&mut self, c: char) {
        let mut room = [0; 4];
        match *c.encode_utf8(&mut room).as_bytes() {
            [a] => self.bytes.push(a),
            [a, b] => self.bytes.extend_from_slice(&[a, b]),
            [a, b, c] => self.bytes.extend_from_slice(&[a, b, c]),
            _ => self.bytes.extend_from_slice(&room),
        }
    }

    fn lone_surrogate(&mut self) {
        self.char(char::REPLACEMENT_CHARACTER);
        self.lone_surrogates = true;
    }
}

impl Reader {
    /// A reader of these paths, a column for each.
    ///
    /// # Errors
    /// A path joins too many keys.
    pub fn new(fields: &[(String, Kind)]) -> Result<Self, Error> {
        let mut reader = Self { nodes: vec![Node::default()], fields: Vec::new(), places: 0 };
        for (path, kind) in fields {
            let keys: Vec<&str> = path.split('.').collect();
            if keys.len() > LONGEST_PATH {
                let message = format!("{:?} joins more than {LONGEST_PATH} keys", shown(path));
                return Err(Error::value(message));
            }
            let literal = reader.place_of(&[path]);
            let nested = (keys.len() > 1).then(|| reader.place_of(&keys));
            reader.fields.push(Field { path: path.clone(), kind: *kind, literal, nested });
        }
        Ok(reader)
    }

    /// The place for what these keys, each within the one before, lead to.
    fn place_of(&mut self, keys: &[&str]) -> usize {
        let mut node = 0;
        for key in keys {
            node = self.child(node, key.as_bytes()).unwrap_or_else(|| {
                self.nodes.push(Node { key: (*key).to_owned(), ..Node::default() });
                let child = self.nodes.len() - 1;
                self.nodes[node].children.push(child);
                child
            });
        }
        *self.nodes[node].place.get_or_insert_with(|| {
            self.places += 1;
            self.places - 1
        })
    }

    fn child(&self, node: usize, key: &[u8]) -> Option<usize> {
        self.nodes[node].children.iter().copied().find(|&child| self.nodes[child].key.as_bytes() == key)
    }

    /// Reads all lines of a block; the last need not end. With `replace`, what is not UTF-8 becomes
    /// U+FFFD. Takes time linear in the block, and memory for what is sought.
    pub fn read(&self, block: &[u8], replace: bool) -> Block {
        let mut read = Block {
            columns: self.fields.iter().map(|field| field.kind.column()).collect(),
            bad: Vec::new(),
            present: vec![0; self.fields.len()],
            rows: 0,
        };
        let mut record = Record::new(self, replace);
        let mut start = 0;
        while start < block.len() {
            let end = memchr(b'\n', &block[start..]).map_or(block.len(), |length| start + length);
            let line = block[start..end].strip_suffix(b"\r").unwrap_or(&block[start..end]);
            if !line.iter().copied().all(is_space) {
                if let Err(complaint) = record.read(line, &mut read) {
                    read.add_bad(start..start + line.len(), complaint);
                }
                read.rows += 1;
            }
            start = end + 1;
        }
        read
    }
}

impl Block {
    /// Makes the row that is being read one of nulls.
    fn add_bad(&mut self, bytes: Range<usize>, Complaint { reason, detail }: Complaint) {
        for column in &mut self.columns {
            column.truncate(self.rows);
            column.push_null();
        }
        self.bad.push(Bad { row: self.rows, bytes, reason, detail });
    }
}

impl Kind {
    fn column(self) -> Column {
        match self {
            Self::Text | Self::String => Column::Text(Texts::default()),
            Self::Int => Column::Int(Values::default()),
            Self::Float => Column::Float(Values::default()),
            Self::Bool => Column::Bool(Values::default()),
        }
    }
}

/// The record that is being read.
struct Record<'a> {
    reader: &'a Reader,
    replace: bool,
    places: Vec<Place>,
    /// A key that has escapes.
    key: Decoded,
}

impl<'a> Record<'a> {
    fn new(reader: &'a Reader, replace: bool) -> Self {
        let places = std::iter::repeat_with(Place::default).take(reader.places).collect();
        Self { reader, replace, places, key: Decoded::default() }
    }

    /// Reads a line and adds a row of it, which is not whole if there is a complaint.
    fn read(&mut self, line: &[u8], read: &mut Block) -> Result<(), Complaint> {
        self.forget(0);
        self.find(line).map_err(|fault| {
            let detail = format!("{}, column {}", fault.what, column(line, fault.at));
            Complaint::new(Reason::NotJson, detail)
        })?;
        for (field, present) in self.reader.fields.iter().zip(&mut read.present) {
            let found = &self.places[self.place_of(field)].found;
            *present += usize::from(!matches!(found, Found::Missing | Found::NoObject(..)));
        }
        for (field, column) in self.reader.fields.iter().zip(&mut read.columns) {
            self.push(field, line, column)?;
        }
        Ok(())
    }

    /// Where what a field holds is noted: the key that is all of the path goes first.
    fn place_of(&self, field: &Field) -> usize {
        match (&self.places[field.literal].found, field.nested) {
            (Found::Missing, Some(nested)) => nested,
            _ => field.literal,
        }
    }

    /// Finds what is sought in a line, which must be one object and nothing else.
    fn find(&mut self, line: &[u8]) -> Result<(), Fault> {
        // Files that were joined have byte order marks in their midst.
        let mut lexer = Lexer::new(line);
        lexer.skip_mark();
        if lexer.peek() != Some(b'{') {
            return Err(lexer.fault("the line is not an object"));
        }
        self.object(&mut lexer, 0)?;
        match lexer.peek() {
            Some(_) => Err(lexer.fault("something follows the object")),
            None => Ok(()),
        }
    }

    /// Goes past the object of a node. This recurses as deep as there are keys in a path.
    fn object(&mut self, lexer: &mut Lexer<'_>, node: usize) -> Result<(), Fault> {
        let mut more = lexer.open(b'}');
        while more {
            let child = match lexer.key(&mut self.key)? {
                Some(key) => self.reader.child(node, lexer.bytes(key)),
                None if self.key.lone_surrogates => None,
                None => self.reader.child(node, &self.key.bytes),
            };
            match child {
                Some(child) => self.value(lexer, child)?,
                None => {
                    lexer.skip()?;
                }
            }
            more = lexer.more(b'}')?;
        }
        Ok(())
    }

    /// Goes past the value of a node and notes it; if the key was there before, this one counts.
    fn value(&mut self, lexer: &mut Lexer<'_>, node: usize) -> Result<(), Fault> {
        let Node { place, children, .. } = &self.reader.nodes[node];
        self.forget(node);
        lexer.peek();
        let start = lexer.at();
        let shape = lexer.shape()?;
        let found = match shape {
            Shape::Null => Found::Null,
            Shape::Bool(value) => Found::Bool(value),
            Shape::Number => Found::Number(start..lexer.at()),
            Shape::Array => {
                lexer.skip()?;
                Found::Array(start..lexer.at())
            }
            Shape::Object => {
                self.object(lexer, node)?;
                Found::Object(start..lexer.at())
            }
            Shape::Text => {
                let content = match place {
                    Some(place) => lexer.string(&mut self.places[*place].decoded)?,
                    None => lexer.string(&mut Decoded::default())?,
                };
                content.map_or(Found::Decoded, Found::Text)
            }
        };
        if let Some(place) = *place {
            self.places[place].found = found;
        }
        if !matches!(shape, Shape::Null | Shape::Object) {
            for &child in children {
                self.note_below(child, &Found::NoObject(node, shape));
            }
        }
        Ok(())
    }

    /// Forgets what was found in a node and in those below.
    fn forget(&mut self, node: usize) {
        self.note_below(node, &Found::Missing);
    }

    /// Notes the same for a node and for those below it.
    fn note_below(&mut self, node: usize, found: &Found) {
        let Node { place, children, .. } = &self.reader.nodes[node];
        if let Some(place) = *place {
            self.places[place].found = found.clone();
        }
        for &child in children {
            self.note_below(child, found);
        }
    }

    /// Adds to a column what was found for it.
    fn push(&self, field: &Field, line: &[u8], column: &mut Column) -> Result<(), Complaint> {
        let Place { found, decoded } = &self.places[self.place_of(field)];
        let wrong =
            |what: &str| Complaint::new(Reason::WrongType, format!("{} is {what}", shown(&field.path)));
        let found = match found {
            Found::Missing | Found::Null => {
                column.push_null();
                return Ok(());
            }
            Found::NoObject(node, shape) => {
                let key = shown(&self.reader.nodes[*node].key);
                let detail = format!("{} of {} is {}, not an object", key, shown(&field.path), shape.name());
                return Err(Complaint::new(Reason::WrongType, detail));
            }
            found => found,
        };
        match (column, found) {
            (Column::Text(texts), Found::Text(content)) => {
                texts.push_bytes(&line[content.clone()], self.replace, || shown(&field.path))
            }
            (Column::Text(_), Found::Decoded) if decoded.lone_surrogates && !self.replace => {
                let detail = format!("{} has half a surrogate pair", shown(&field.path));
                Err(Complaint::new(Reason::NotUtf8, detail))
            }
            (Column::Text(texts), Found::Decoded) => {
                texts.push_bytes(&decoded.bytes, self.replace, || shown(&field.path))
            }
            (Column::Text(texts), Found::Number(number)) if field.kind == Kind::String => {
                texts.push(&written(line, number));
                Ok(())
            }
            (Column::Text(texts), Found::Bool(value)) if field.kind == Kind::String => {
                texts.push(if *value { "true" } else { "false" });
                Ok(())
            }
            (Column::Text(texts), Found::Array(at) | Found::Object(at)) if field.kind == Kind::String => {
                texts.push_bytes(&line[at.clone()], self.replace, || shown(&field.path))
            }
            (Column::Int(values), Found::Number(number)) => {
                let number = written(line, number);
                let value = whole(&number);
                let why = || format!("{}, not a whole number of 64 bits", shown(&number));
                values.push(Some(value.ok_or_else(|| wrong(&why()))?));
                Ok(())
            }
            (Column::Float(values), Found::Number(number)) => {
                let number = written(line, number);
                let value = number.parse().ok().filter(|value: &f64| value.is_finite());
                let why = || format!("{}, too large for a number of 64 bits", shown(&number));
                values.push(Some(value.ok_or_else(|| wrong(&why()))?));
                Ok(())
            }
            (Column::Bool(values), Found::Bool(value)) => {
                values.push(Some(*value));
                Ok(())
            }
            (_, found) => Err(wrong(found.shape().name())),
        }
    }
}

impl Found {
    fn shape(&self) -> Shape {
        match self {
            Self::Missing | Self::Null => Shape::Null,
            Self::Bool(value) => Shape::Bool(*value),
            Self::Number(_) => Shape::Number,
            Self::Text(_) | Self::Decoded => Shape::Text,
            Self::Array(_) => Shape::Array,
            Self::Object(_) => Shape::Object,
            Self::NoObject(_, shape) => *shape,
        }
    }
}

impl Shape {
    fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// A number as it is written.
fn written<'a>(line: &'a [u8], number: &Range<usize>) -> Cow<'a, str> {
    String::from_utf8_lossy(&line[number.clone()])
}

/// The whole number that this is, be it written as `3.0` or `3e2`.
fn whole(number: &str) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    number.parse().ok().or_else(|| {
        if !number.contains(['.', 'e', 'E']) {
            return None;
        }
        let value: f64 = number.parse().ok()?;
        (value.fract() == 0.0 && (-BEYOND..BEYOND).contains(&value)).then_some(value as i64)
    })
}
