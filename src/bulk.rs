//! Long lists of numbers, written and read as their bytes: a hundred times as fast as one by one.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Visitor};
use serde::{Deserializer, Serializer};

/// What has a fixed number of bytes.
pub trait Bulk: Copy {
    const SIZE: usize;

    /// Writes itself over `out`, which has [`Self::SIZE`] bytes.
    fn put(self, out: &mut [u8]);

    /// Reads `bytes`, which are as many.
    fn take(bytes: &[u8]) -> Self;
}

macro_rules! bulk_numbers {
    ($($number:ty),*) => {$(
        impl Bulk for $number {
            const SIZE: usize = size_of::<$number>();

            #[inline(always)]
            fn put(self, out: &mut [u8]) {
                out.copy_from_slice(&self.to_le_bytes());
            }

            #[inline(always)]
            fn take(bytes: &[u8]) -> Self {
                bytes.try_into().map(<$number>::from_le_bytes).unwrap_or_default()
            }
        }
    )*};
}

bulk_numbers!(u8, u16, u32, u64);

impl Bulk for bool {
    const SIZE: usize = 1;

    fn put(self, out: &mut [u8]) {
        out[0] = self.into();
    }

    fn take(bytes: &[u8]) -> Self {
        bytes[0] != 0
    }
}

pub fn serialize<T: Bulk, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let mut bytes = vec![0; list.len() * T::SIZE];
    for (item, out) in list.iter().zip(bytes.chunks_exact_mut(T::SIZE)) {
        item.put(out);
    }
    serializer.serialize_bytes(&bytes)
}

pub fn deserialize<'de, T: Bulk, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_bytes(Items(PhantomData))
}

/// The same for a list of fixed length.
pub mod array {
    use super::{Bulk, Deserializer, Serializer, de};

    pub fn serialize<T: Bulk, S: Serializer, const N: usize>(
        list: &[T; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        super::serialize(list.as_slice(), serializer)
    }

    pub fn deserialize<'de, T: Bulk, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[T; N], D::Error> {
        let list = super::deserialize::<T, D>(deserializer)?;
        list.try_into().map_err(|_| de::Error::custom("a list of another length"))
    }
}

struct Items<T>(PhantomData<T>);

impl<T: Bulk> Visitor<'_> for Items<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of a list")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<T>, E> {
        if !bytes.len().is_multiple_of(T::SIZE) {
            return Err(E::custom("half an item"));
        }
        Ok(bytes.chunks_exact(T::SIZE).map(T::take).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Lists {
        #[serde(with = "super")]
        numbers: Vec<u32>,
        #[serde(with = "super::array")]
        flags: [bool; 40],
    }

    #[test]
    fn come_back() {
        let lists = Lists { numbers: vec![1, u32::MAX, 77], flags: std::array::from_fn(|at| at % 3 == 0) };
        let bytes = postcard::to_stdvec(&lists).unwrap();
        assert_eq!(bytes.len(), 1 + 12 + 1 + 40);
        assert_eq!(postcard::from_bytes::<Lists>(&bytes).unwrap(), lists);
        for len in 0..bytes.len() {
            assert!(postcard::from_bytes::<Lists>(&bytes[..len]).is_err(), "{len}");
        }
    }
}
