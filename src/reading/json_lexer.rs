//! The grammar of JSON (RFC 8259): goes over a line, value by value, and builds nothing.

use std::ops::Range;

/// How deep objects and arrays may lie in one another.
pub const DEEPEST: usize = 1024;

/// What is wrong with a line as JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub at: usize,
    pub what: &'static str,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Null,
    Bool(bool),
    Number,
    Text,
    Array,
    Object,
}

/// Takes what a string with escapes says.
pub trait Sink {
    fn clear(&mut self);
    fn bytes(&mut self, bytes: &[u8]);
    fn char(&mut self, c: char);
    /// Half a surrogate pair, which is no character.
    fn lone_surrogate(&mut self);
}

/// For strings that nobody asked for.
pub struct Nowhere;

impl Sink for Nowhere {
    fn clear(&mut self) {}
    fn bytes(&mut self, _: &[u8]) {}
    fn char(&mut self, _: char) {}
    fn lone_surrogate(&mut self) {}
}

/// A place in a line.
pub struct Lexer<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0 }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    /// The bytes of a range that was returned.
    pub fn bytes(&self, range: Range<usize>) -> &'a [u8] {
        &self.line[range]
    }

    /// Goes past a byte order mark.
    pub fn skip_mark(&mut self) {
        if self.line[self.at..].starts_with("\u{feff}".as_bytes()) {
            self.at += 3;
        }
    }

    /// The first byte of the next token, which is not gone past.
    pub fn peek(&mut self) -> Option<u8> {
        while let Some(&byte) = self.line.get(self.at) {
            if !is_space(byte) {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Goes past the next byte, which [`Lexer::peek`] has shown.
    pub fn bump(&mut self) {
        self.at += 1;
    }

    pub fn fault(&self, what: &'static str) -> Fault {
        if self.at < self.line.len() {
            Fault { at: self.at, what }
        } else {
            Fault { at: self.line.len(), what: "the line ends too early" }
        }
    }

    /// Goes past a key and its colon. Returns where the key stands, or `None` if it had escapes and
    /// is in `sink`.
    pub fn key(&mut self, sink: &mut impl Sink) -> Result<Option<Range<usize>>, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("a key in double quotes is missing"));
        }
        let key = self.string(sink)?;
        if self.peek() != Some(b':') {
            return Err(self.fault("a colon is missing after the key"));
        }
        self.bump();
        Ok(key)
    }

    /// Goes past what follows a value in an object or array. Returns whether another one comes.
    pub fn more(&mut self, close: u8) -> Result<bool, Fault> {
        match self.peek() {
            Some(b',') => {
                self.bump();
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.bump();
                Ok(false)
            }
            _ => Err(self.fault("a comma or the closing bracket is missing")),
        }
    }

    /// Goes past an opening bracket. Returns whether anything comes before `close`, which else is
    /// gone past too.
    pub fn open(&mut self, close: u8) -> bool {
        self.bump();
        let empty = self.peek() == Some(close);
        if empty {
            self.bump();
        }
        !empty
    }

    /// Tells what the next value is. Those without parts are gone past, except for strings.
    pub fn shape(&mut self) -> Result<Shape, Fault> {
        match self.peek() {
            Some(b'"') => Ok(Shape::Text),
            Some(b'{') => Ok(Shape::Object),
            Some(b'[') => Ok(Shape::Array),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Shape::Number),
            Some(b'n') => self.literal(b"null", Shape::Null),
            Some(b't') => self.literal(b"true", Shape::Bool(true)),
            Some(b'f') => self.literal(b"false", Shape::Bool(false)),
            _ => Err(self.fault("no value can begin so")),
        }
    }

    /// Goes past the next value. This does not recurse: the depth is up to whoever wrote the file.
    pub fn skip(&mut self) -> Result<Shape, Fault> {
        let shape = self.shape()?;
        match shape {
            Shape::Text => {
                self.string(&mut Nowhere)?;
            }
            Shape::Object | Shape::Array => self.skip_nested(shape)?,
            _ => {}
        }
        Ok(shape)
    }

    fn skip_nested(&mut self, outermost: Shape) -> Result<(), Fault> {
        let mut nesting = Nesting::default();
        let mut shape = outermost;
        loop {
            // Here a bracket opens.
            let in_object = shape == Shape::Object;
            if !nesting.push(in_object) {
                return Err(self.fault("nested too deep"));
            }
            let mut more = self.open(if in_object { b'}' } else { b']' });
            // And here brackets close, until a value comes that opens one again.
            shape = loop {
                let Some(in_object) = nesting.innermost() else { return Ok(()) };
                let close = if in_object { b'}' } else { b']' };
                if !more {
                    nesting.pop();
                    let Some(in_object) = nesting.innermost() else { return Ok(()) };
                    more = self.more(if in_object { b'}' } else { b']' })?;
                    continue;
                }
                if in_object {
                    self.key(&mut Nowhere)?;
                }
                match self.shape()? {
                    shape @ (Shape::Object | Shape::Array) => break shape,
                    Shape::Text => {
                        self.string(&mut Nowhere)?;
                    }
                    _ => {}
                }
                more = self.more(close)?;
            };
        }
    }

    /// Goes past a string, of which the opening quote is next. Returns where its content stands, or
    /// `None` if it has escapes and is in `sink`.
    pub fn string(&mut self, sink: &mut impl Sink) -> Result<Option<Range<usize>>, Fault> {
        self.at += 1;
        let mut from = self.at;
        self.at += plain_run(&self.line[from..]);
        if self.line.get(self.at) == Some(&b'"') {
            let content = from..self.at;
            self.at += 1;
            return Ok(Some(content));
        }
        sink.clear();
        loop {
            // In text that is escaped throughout, one follows the other.
            if from < self.at {
                sink.bytes(&self.line[from..self.at]);
            }
            match self.line.get(self.at) {
                Some(b'\\') => self.escape(sink)?,
                Some(b'"') => {
                    self.at += 1;
                    return Ok(None);
                }
                Some(_) => return Err(self.fault("a control character within a string")),
                None => return Err(Fault { at: self.at, what: "the line ends within a string" }),
            }
            from = self.at;
            if self.line.get(self.at) != Some(&b'\\') {
                self.at += plain_run(&self.line[from..]);
            }
        }
    }

    fn escape(&mut self, sink: &mut impl Sink) -> Result<(), Fault> {
        let c = match self.line.get(self.at + 1) {
            Some(b'u') => return self.unicode_escape(sink),
            Some(b'n') => '\n',
            Some(&c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            _ => return Err(self.fault("no such escape in a string")),
        };
        sink.char(c);
        self.at += 2;
        Ok(())
    }

    fn unicode_escape(&mut self, sink: &mut impl Sink) -> Result<(), Fault> {
        let Some(unit) = self.unit(self.at) else {
            return Err(self.fault("\\u without four hexadecimal digits"));
        };
        if let Some(c) = char::from_u32(unit) {
            sink.char(c);
            self.at += 6;
            return Ok(());
        }
        let low = if unit < 0xDC00 { self.unit(self.at + 6) } else { None };
        if let Some(low @ 0xDC00..=0xDFFF) = low {
            let c = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            sink.char(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
            self.at += 12;
        } else {
            sink.lone_surrogate();
            self.at += 6;
        }
        Ok(())
    }

    /// The code unit that `\uXXXX` at this place stands for.
    fn unit(&self, at: usize) -> Option<u32> {
        let [b'\\', b'u', digits @ ..] = self.line.get(at..)?.first_chunk::<6>()? else { return None };
        let digits = digits.map(|digit| HEX[usize::from(digit)]);
        let unit = digits.iter().fold(0, |unit, &digit| unit << 4 | u32::from(digit));
        digits.iter().all(|&digit| digit < 16).then_some(unit)
    }

    fn number(&mut self) -> Result<(), Fault> {
        self.at += usize::from(self.line[self.at] == b'-');
        match self.line.get(self.at) {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.line.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.line.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.line.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let rest = &self.line[self.at..];
        let count = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        if count == 0 {
            return Err(self.fault("a digit is missing"));
        }
        self.at += count;
        Ok(())
    }

    fn literal(&mut self, literal: &[u8], shape: Shape) -> Result<Shape, Fault> {
        if !self.line[self.at..].starts_with(literal) {
            return Err(self.fault("no value can begin so"));
        }
        self.at += literal.len();
        Ok(shape)
    }
}

/// What JSON takes for white space.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Which brackets are open: one bit each, set for objects.
struct Nesting {
    bits: [u64; DEEPEST / 64],
    depth: usize,
}

impl Default for Nesting {
    fn default() -> Self {
        Self { bits: [0; DEEPEST / 64], depth: 0 }
    }
}

impl Nesting {
    /// Returns whether there was room.
    fn push(&mut self, object: bool) -> bool {
        let Some(word) = self.bits.get_mut(self.depth / 64) else { return false };
        let bit = 1 << (self.depth % 64);
        *word = if object { *word | bit } else { *word & !bit };
        self.depth += 1;
        true
    }

    fn pop(&mut self) {
        self.depth -= 1;
    }

    fn innermost(&self) -> Option<bool> {
        let last = self.depth.checked_sub(1)?;
        Some(self.bits[last / 64] >> (last % 64) & 1 == 1)
    }
}

const HEX: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut digit = 0;
    while digit < 10 {
        table[b'0' as usize + digit] = digit as u8;
        digit += 1;
    }
    let mut digit = 0;
    while digit < 6 {
        table[b'a' as usize + digit] = 10 + digit as u8;
        table[b'A' as usize + digit] = 10 + digit as u8;
        digit += 1;
    }
    table
};

/// How many bytes of a string there are before a quote, a backslash or a control character.
fn plain_run(bytes: &[u8]) -> usize {
    let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    // Most strings and most runs between escapes are short, and end within a word or two of these.
    let mut at = 0;
    for _ in 0..2 {
        match special_in_word(bytes, at) {
            Some(8) => at += 8,
            Some(before) => return at + before,
            None => break,
        }
    }
    // The compiler makes vectors of this.
    while let Some(chunk) = bytes[at..].first_chunk::<32>()
        && chunk.iter().fold(true, |plain, &byte| plain & is_plain(byte))
    {
        at += 32;
    }
    while let Some(before) = special_in_word(bytes, at) {
        at += before;
        if before < 8 {
            return at;
        }
    }
    let rest = &bytes[at..];
    at + rest.iter().position(|&byte| !is_plain(byte)).unwrap_or(rest.len())
}

/// How many of the eight bytes at this place are plain before the first that is not; `None` if there
/// are no eight.
fn special_in_word(bytes: &[u8], at: usize) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let word = u64::from_le_bytes(*bytes[at..].first_chunk::<8>()?);
    // The high bit of each byte that is less than `limit`; a carry can only err behind a true one.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let special = (below(word, 0x20) | equal(b'"') | equal(b'\\')) & (ONES << 7);
    Some(special.trailing_zeros() as usize / 8)
}
