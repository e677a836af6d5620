//! Text in Arrow arrays, read where it lies.
//!
//! Arrow data comes from other libraries, and whether its UTF-8 is well-formed is their word only.
//! So text is bytes here, and no more than that is asked of an array; offsets that point nowhere
//! give a null.

use std::ops::Range;
use std::str::Utf8Error;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, GenericStringArray, LargeStringArray, OffsetSizeTrait, PrimitiveArray, StringArray,
    StringViewArray,
};
use arrow_buffer::ArrowNativeType;
use arrow_schema::DataType;

/// An array of any Arrow type that is text.
#[derive(Clone, Debug)]
pub enum TextArray {
    Utf8(StringArray),
    LargeUtf8(LargeStringArray),
    View(StringViewArray),
    Dictionary { keys: Keys, values: Box<TextArray> },
    Null(usize),
}

/// The keys of a dictionary array, of whatever integer type.
#[derive(Clone, Debug)]
pub enum Keys {
    Int8(PrimitiveArray<Int8Type>),
    Int16(PrimitiveArray<Int16Type>),
    Int32(PrimitiveArray<Int32Type>),
    Int64(PrimitiveArray<Int64Type>),
    UInt8(PrimitiveArray<UInt8Type>),
    UInt16(PrimitiveArray<UInt16Type>),
    UInt32(PrimitiveArray<UInt32Type>),
    UInt64(PrimitiveArray<UInt64Type>),
}

impl TextArray {
    /// Takes an array if it is text; shares its buffers.
    pub fn try_new(array: &ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Self::Utf8(array.as_string().clone()),
            DataType::LargeUtf8 => Self::LargeUtf8(array.as_string().clone()),
            DataType::Utf8View => Self::View(array.as_string_view().clone()),
            DataType::Null => Self::Null(array.len()),
            DataType::Dictionary(keys, _) => {
                let values = Box::new(Self::try_new(array.as_any_dictionary().values())?);
                Self::Dictionary { keys: Keys::of(array, keys)?, values }
            }
            _ => return None,
        })
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Utf8(array) => array.len(),
            Self::LargeUtf8(array) => array.len(),
            Self::View(array) => array.len(),
            Self::Dictionary { keys, .. } => keys.len(),
            Self::Null(len) => *len,
        }
    }

    /// Whether all rows are known to say the same.
    ///
    /// Costs one pass, far cheaper than comparing each row with the one before.
    pub fn is_uniform(&self) -> bool {
        match self {
            Self::Utf8(array) => is_uniform(array),
            Self::LargeUtf8(array) => is_uniform(array),
            Self::View(_) => false,
            Self::Dictionary { keys, .. } => keys.are_alike(),
            Self::Null(_) => true,
        }
    }

    /// The bytes of a row; `None` where it is null.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Utf8(array) => by_offsets(array, row),
            Self::LargeUtf8(array) => by_offsets(array, row),
            Self::View(array) => by_view(array, row),
            Self::Dictionary { keys, values } => values.get(keys.get(row)?),
            Self::Null(_) => None,
        }
    }
}

fn by_offsets<O: OffsetSizeTrait>(array: &GenericStringArray<O>, row: usize) -> Option<&[u8]> {
    array.value_data().get(range(array, row)?)
}

/// Where the bytes of a row should be; `None` where it is null.
fn range<O: OffsetSizeTrait>(array: &GenericStringArray<O>, row: usize) -> Option<Range<usize>> {
    if row >= array.len() || array.is_null(row) {
        return None;
    }
    let offsets = array.value_offsets();
    Some(offsets[row].as_usize()..offsets[row + 1].as_usize())
}

/// Where the bytes of all rows should be.
fn whole_range<O: OffsetSizeTrait>(array: &GenericStringArray<O>) -> Range<usize> {
    let offsets = array.value_offsets();
    offsets[0].as_usize()..offsets[array.len()].as_usize()
}

/// Whether the rows are of one length, and what they say is itself again, moved on by that length.
fn is_uniform<O: OffsetSizeTrait>(array: &GenericStringArray<O>) -> bool {
    let width = |pair: &[O]| pair[1].as_usize().wrapping_sub(pair[0].as_usize());
    let mut widths = array.value_offsets().windows(2).map(width);
    let Some(first) = widths.next() else { return true };
    let is_periodic =
        |text: &[u8]| text.get(first..).is_some_and(|moved| moved == &text[..text.len() - first]);
    array.null_count() == 0
        && widths.all(|width| width == first)
        && array.value_data().get(whole_range(array)).is_some_and(is_periodic)
}

/// Reads a view: a length of 32 bits, then the text itself if it has 12 bytes at most, else its
/// first four bytes, the number of its buffer and its place there.
fn by_view(array: &StringViewArray, row: usize) -> Option<&[u8]> {
    const INLINE: usize = 12;
    const WIDTH: usize = size_of::<u128>();
    if row >= array.len() || array.is_null(row) {
        return None;
    }
    let view = array.views()[row];
    let len = view as u32 as usize;
    if len <= INLINE {
        let start = row * WIDTH + size_of::<u32>();
        return array.views().inner().as_slice().get(start..start + len);
    }
    let (buffer, start) = ((view >> 64) as u32 as usize, (view >> 96) as u32 as usize);
    array.data_buffers().get(buffer)?.as_slice().get(start..start + len)
}

/// The rows of an array of text as text: its bytes are checked all at once where they are well-formed,
/// and else row by row, which tells what is wrong where.
pub struct Checked<'a> {
    array: &'a TextArray,
    /// All of the text, and where it begins among the array's bytes.
    whole: Option<(&'a str, usize)>,
}

impl<'a> Checked<'a> {
    /// Costs one pass over the text.
    pub fn new(array: &'a TextArray) -> Self {
        fn whole<O: OffsetSizeTrait>(array: &GenericStringArray<O>) -> Option<(&str, usize)> {
            let range = whole_range(array);
            let text = array.value_data().get(range.clone())?;
            Some((simdutf8::basic::from_utf8(text).ok()?, range.start))
        }
        let whole = match array {
            TextArray::Utf8(array) => whole(array),
            TextArray::LargeUtf8(array) => whole(array),
            _ => None,
        };
        Self { array, whole }
    }

    /// A row; `None` where it is null.
    ///
    /// # Errors
    /// It is no UTF-8.
    pub fn get(&self, row: usize) -> Result<Option<&'a str>, Utf8Error> {
        let range = match self.array {
            TextArray::Utf8(array) => range(array, row),
            TextArray::LargeUtf8(array) => range(array, row),
            _ => None,
        };
        if let (Some((text, start)), Some(range)) = (self.whole, range)
            && let Some(from) = range.start.checked_sub(start)
            && let Some(text) = text.get(from..range.end.wrapping_sub(start))
        {
            return Ok(Some(text));
        }
        self.array.get(row).map(std::str::from_utf8).transpose()
    }
}

impl Keys {
    fn of(array: &ArrayRef, key_type: &DataType) -> Option<Self> {
        fn keys<K: ArrowDictionaryKeyType>(array: &ArrayRef) -> PrimitiveArray<K> {
            array.as_dictionary::<K>().keys().clone()
        }
        Some(match key_type {
            DataType::Int8 => Self::Int8(keys(array)),
            DataType::Int16 => Self::Int16(keys(array)),
            DataType::Int32 => Self::Int32(keys(array)),
            DataType::Int64 => Self::Int64(keys(array)),
            DataType::UInt8 => Self::UInt8(keys(array)),
            DataType::UInt16 => Self::UInt16(keys(array)),
            DataType::UInt32 => Self::UInt32(keys(array)),
            DataType::UInt64 => Self::UInt64(keys(array)),
            _ => return None,
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Int8(keys) => keys.len(),
            Self::Int16(keys) => keys.len(),
            Self::Int32(keys) => keys.len(),
            Self::Int64(keys) => keys.len(),
            Self::UInt8(keys) => keys.len(),
            Self::UInt16(keys) => keys.len(),
            Self::UInt32(keys) => keys.len(),
            Self::UInt64(keys) => keys.len(),
        }
    }

    fn get(&self, row: usize) -> Option<usize> {
        fn key<K: ArrowDictionaryKeyType>(keys: &PrimitiveArray<K>, row: usize) -> Option<usize> {
            (row < keys.len() && keys.is_valid(row)).then(|| keys.value(row).to_usize())?
        }
        match self {
            Self::Int8(keys) => key(keys, row),
            Self::Int16(keys) => key(keys, row),
            Self::Int32(keys) => key(keys, row),
            Self::Int64(keys) => key(keys, row),
            Self::UInt8(keys) => key(keys, row),
            Self::UInt16(keys) => key(keys, row),
            Self::UInt32(keys) => key(keys, row),
            Self::UInt64(keys) => key(keys, row),
        }
    }

    fn are_alike(&self) -> bool {
        fn alike<K: ArrowDictionaryKeyType>(keys: &PrimitiveArray<K>) -> bool {
            keys.null_count() == 0 && keys.values().windows(2).all(|pair| pair[0] == pair[1])
        }
        match self {
            Self::Int8(keys) => alike(keys),
            Self::Int16(keys) => alike(keys),
            Self::Int32(keys) => alike(keys),
            Self::Int64(keys) => alike(keys),
            Self::UInt8(keys) => alike(keys),
            Self::UInt16(keys) => alike(keys),
            Self::UInt32(keys) => alike(keys),
            Self::UInt64(keys) => alike(keys),
        }
    }
}

/// A column of text: one array, or several that follow each other.
#[derive(Clone, Debug)]
pub struct TextColumn {
    chunks: Vec<TextArray>,
    /// The first row of each chunk.
    starts: Vec<usize>,
    len: usize,
}

impl TextColumn {
    pub fn new(chunks: Vec<TextArray>) -> Self {
        let chunks: Vec<_> = chunks.into_iter().filter(|chunk| chunk.len() > 0).collect();
        let mut len = 0;
        let starts = chunks
            .iter()
            .map(|chunk| {
                let start = len;
                len += chunk.len();
                start
            })
            .collect();
        Self { chunks, starts, len }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The bytes of a row; `None` where it is null.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        if let [chunk] = self.chunks.as_slice() {
            return chunk.get(row);
        }
        let chunk = self.starts.partition_point(|&start| start <= row).checked_sub(1)?;
        self.chunks[chunk].get(row - self.starts[chunk])
    }
}

/// The name of a type as Arrow's users write it.
pub fn type_name(data_type: &DataType) -> String {
    data_type.to_string().to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_buffer::{Buffer, OffsetBuffer};

    use super::*;

    fn text(array: StringArray) -> TextArray {
        TextArray::Utf8(array)
    }

    #[test]
    fn rows_that_say_the_same_are_known() {
        for (rows, expected) in [
            (vec![], true),
            (vec![Some("")], true),
            (vec![Some(""), Some("")], true),
            (vec![Some("match"); 3], true),
            (vec![Some("ab"), Some("ab"), Some("ba")], false),
            (vec![Some("a"), Some("aa")], false),
            (vec![Some("a"), None], false),
        ] {
            assert_eq!(text(StringArray::from(rows.clone())).is_uniform(), expected, "{rows:?}");
        }
        let rows = StringArray::from(vec!["b", "a", "a", "b"]);
        assert!(text(rows.slice(1, 2)).is_uniform() && !text(rows.slice(1, 3)).is_uniform());
        for (rows, expected) in [(["a", "a"], true), (["a", "b"], false)] {
            let array: arrow_array::DictionaryArray<Int8Type> = rows.into_iter().collect();
            let array = TextArray::try_new(&(Arc::new(array) as ArrayRef)).unwrap();
            assert_eq!(array.is_uniform(), expected, "{rows:?}");
        }
    }

    #[test]
    fn a_row_that_is_no_text_spoils_no_other() {
        let bytes = Buffer::from_slice_ref(b"a\xFF\xE4\xB8\xAD");
        for (offsets, expected) in [
            (vec![2, 5, 5], [Some("中"), Some("")]),
            (vec![0, 1, 2], [Some("a"), None]),
            (vec![2, 3, 5], [None, None]),
        ] {
            let offsets = OffsetBuffer::new(offsets.into());
            // SAFETY: the offsets are in the buffer, and nothing here takes the bytes for text unchecked.
            let array = unsafe { StringArray::new_unchecked(offsets, bytes.clone(), None) };
            let array = text(array);
            let rows = Checked::new(&array);
            assert_eq!([0, 1].map(|row| rows.get(row).ok().flatten()), expected);
        }
    }
}
