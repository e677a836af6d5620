//! Columns of numbers that are often all alike.

use serde::{Deserialize, Serialize};

/// What a column can hold.
pub trait Number: Copy + Default {
    /// Whether two are the same, to the last bit.
    fn is_alike(self, other: Self) -> bool;
}

impl Number for u32 {
    fn is_alike(self, other: Self) -> bool {
        self == other
    }
}

impl Number for f64 {
    fn is_alike(self, other: Self) -> bool {
        self.to_bits() == other.to_bits()
    }
}

/// A column of numbers, kept once as long as all are alike: most gazetteers know no weights, and one
/// language and one set of options at the most.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Numbers<T> {
    Alike { number: T, len: usize },
    Each(Vec<T>),
}

impl<T: Number> Default for Numbers<T> {
    fn default() -> Self {
        Self::Alike { number: T::default(), len: 0 }
    }
}

impl<T: Number> Numbers<T> {
    pub fn len(&self) -> usize {
        match self {
            Self::Alike { len, .. } => *len,
            Self::Each(numbers) => numbers.len(),
        }
    }

    /// Number `index`.
    ///
    /// # Panics
    /// Where there is none.
    #[inline]
    pub fn get(&self, index: usize) -> T {
        match self {
            Self::Alike { number, len } => {
                assert!(index < *len, "{index} is beyond {len} numbers");
                *number
            }
            Self::Each(numbers) => numbers[index],
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = T> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// The different numbers, or some of them several times.
    pub fn different(&self) -> impl Iterator<Item = T> {
        let each = if let Self::Alike { len: 2.., .. } = self { 1 } else { self.len() };
        (0..each).map(|index| self.get(index))
    }

    pub fn push(&mut self, pushed: T) {
        match self {
            Self::Each(numbers) => numbers.push(pushed),
            Self::Alike { number, len } if *len == 0 || number.is_alike(pushed) => {
                *number = pushed;
                *len += 1;
            }
            Self::Alike { number, len } => {
                let mut numbers = vec![*number; *len];
                numbers.push(pushed);
                *self = Self::Each(numbers);
            }
        }
    }

    pub fn truncate(&mut self, to: usize) {
        match self {
            Self::Alike { len, .. } => *len = to.min(*len),
            Self::Each(numbers) => numbers.truncate(to),
        }
    }

    pub fn shrink(&mut self) {
        if let Self::Each(numbers) = self {
            numbers.shrink_to_fit();
        }
    }

    /// Bytes of memory kept.
    pub fn nbytes(&self) -> usize {
        match self {
            Self::Alike { .. } => 0,
            Self::Each(numbers) => numbers.capacity() * size_of::<T>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_went_in() {
        let pushed = [0.0, 0.0, -0.0, 2.5, 2.5];
        let mut numbers = Numbers::default();
        assert_eq!((numbers.len(), numbers.different().count()), (0, 0));
        for number in pushed {
            numbers.push(number);
        }
        let bits = |numbers: &Numbers<f64>| numbers.iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(&numbers), pushed.map(f64::to_bits));
        numbers.truncate(1);
        numbers.push(-0.0);
        assert_eq!(bits(&numbers), [0.0, -0.0].map(f64::to_bits));
    }

    #[test]
    fn alike_numbers_take_no_room() {
        let mut numbers = Numbers::default();
        (0..100).for_each(|_| numbers.push(7_u32));
        numbers.truncate(50);
        assert_eq!((numbers.len(), numbers.nbytes(), numbers.get(49)), (50, 0, 7));
        assert_eq!(numbers.different().collect::<Vec<_>>(), [7]);
        numbers.truncate(0);
        numbers.push(8);
        assert_eq!((numbers.nbytes(), numbers.get(0)), (0, 8));
    }
}
