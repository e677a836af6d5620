//! A filter of few words by their first letters: each letter is looked up for what it is, and no word
//! is hashed.
//!
//! The words are shared out to eight buckets, a bit of a byte for each. For each of the first places a
//! table tells of every letter which buckets have a word with it there; a text passes if some bucket has
//! all of its letters. This is the Teddy algorithm of the hyperscan library, with tables of whole
//! letters instead of halves.

use super::heads::HEAD_LETTERS;

const BUCKETS: usize = 8;
/// With more words the buckets let too many others pass.
const MOST_WORDS: usize = 256;
/// The largest share of the words of a text that may be expected to pass. Of more than this, a filter
/// that takes longer but passes fewer is faster.
const MOST_PASS: f64 = 0.07;

/// How many codes there are, of which not all are used.
const CODES: usize = 64;

/// What is made of `_` where the letters of words are made lower case by a bit.
const LOWERED_UNDERSCORE: u8 = b'_' | 0x20;

/// The code of a character of a word of ASCII, the same for both cases of a letter and whether it was made
/// lower case or not; 0 for what is in no word.
pub const fn letter_code(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' => byte & 31,
        b'0'..=b'9' => 27 + byte - b'0',
        b'_' | LOWERED_UNDERSCORE => 37,
        _ => 0,
    }
}

/// By place and code, the buckets that have a word with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    pub with: [[u8; CODES]; HEAD_LETTERS],
}

/// For each place the codes that there may be, a bit for each.
type Letters = [u64; HEAD_LETTERS];

impl Buckets {
    /// The filter of words of ASCII, given by their first letters and zeros behind their last. None if
    /// too many others would pass.
    pub fn new(heads: &[u64]) -> Option<Self> {
        if heads.len() > MOST_WORDS {
            return None;
        }
        let mut words: Vec<[u8; HEAD_LETTERS]> = heads.iter().map(|&head| codes(head)).collect();
        // Those that are as long and have the same second letter share most: first letters differ anyway.
        words.sort_unstable_by_key(|codes| {
            (codes.iter().filter(|&&code| code != 0).count(), codes[1], *codes)
        });
        let words: Vec<Letters> = words.iter().map(letters).collect();
        let (buckets, passes) = share_out(&words);
        if passes > MOST_PASS {
            return None;
        }
        let mut filter = Self { with: [[0; CODES]; HEAD_LETTERS] };
        for (letters, bucket) in words.iter().zip(buckets) {
            for (with, &letters) in filter.with.iter_mut().zip(letters) {
                for (code, buckets) in with.iter_mut().enumerate() {
                    *buckets |= ((letters >> code & 1) as u8) << bucket;
                }
            }
        }
        Some(filter)
    }

    /// Whether one of the words may begin with the characters of these codes, or be all of them up to a 0.
    #[cfg(test)]
    pub fn may_begin(&self, codes: [u8; HEAD_LETTERS]) -> bool {
        let buckets = self.with.iter().zip(codes).map(|(with, code)| with[usize::from(code)]);
        buckets.fold(u8::MAX, |all, own| all & own) != 0
    }
}

/// The codes of the first letters of a word; 0 behind its last.
fn codes(head: u64) -> [u8; HEAD_LETTERS] {
    let letters = head.to_le_bytes();
    std::array::from_fn(|at| letter_code(letters[at]))
}

/// What may stand where a word does: its letters, something else behind them, and then anything.
fn letters(codes: &[u8; HEAD_LETTERS]) -> Letters {
    let len = codes.iter().position(|&code| code == 0).unwrap_or(HEAD_LETTERS);
    std::array::from_fn(|at| if at <= len { 1 << codes[at] } else { u64::MAX })
}

/// Shares words out to the buckets, neighbours to the same one, so that as few others as can be should
/// pass. Returns the bucket of each, and the share of a text's words that are expected to pass.
fn share_out(words: &[Letters]) -> (Vec<usize>, f64) {
    // By how many words are shared out: how many others pass, by the number of buckets, and where the
    // last of them begins.
    let mut best = vec![[(f64::INFINITY, 0); BUCKETS + 1]; words.len() + 1];
    best[0] = [(0.0, 0); BUCKETS + 1];
    for end in 1..=words.len() {
        let mut together = [0; HEAD_LETTERS];
        for first in (0..end).rev() {
            together.iter_mut().zip(&words[first]).for_each(|(all, own)| *all |= own);
            let passes = passing(&together);
            if passes > MOST_PASS {
                // With more words even more pass, which would be too many in any case.
                break;
            }
            for bucket in 1..=BUCKETS {
                let all = best[first][bucket - 1].0 + passes;
                if all < best[end][bucket].0 {
                    best[end][bucket] = (all, first);
                }
            }
        }
    }
    let mut buckets = vec![0; words.len()];
    let mut end = words.len();
    for bucket in (1..=BUCKETS).rev() {
        let first = best[end][bucket].1;
        buckets[first..end].fill(bucket - 1);
        end = first;
    }
    (buckets, best[words.len()][BUCKETS].0)
}

/// The share of the words of a text that are expected to have these letters.
fn passing(letters: &Letters) -> f64 {
    let shares = letters.iter().enumerate().map(|(at, &letters)| {
        let of_code = |code: u32| if code == 0 { ENDS[at] } else { SHARES[code as usize] };
        let shares = (0..u64::BITS).filter(|code| letters >> code & 1 != 0).map(of_code);
        if letters == u64::MAX { 1.0 } else { shares.sum() }
    });
    shares.product()
}

/// The share of words of European languages that end before each place, about.
const ENDS: [f64; HEAD_LETTERS] = [0.0, 0.05, 0.17, 0.2, 0.15];

/// By code, the share of a letter among all letters, about. What is found does not depend on it.
const SHARES: [f64; CODES] = {
    let mut shares = [0.003; CODES];
    let common = [
        (b'e', 0.11),
        (b't', 0.08),
        (b'a', 0.08),
        (b'o', 0.07),
        (b'i', 0.07),
        (b'n', 0.07),
        (b's', 0.065),
        (b'r', 0.06),
        (b'h', 0.045),
        (b'l', 0.04),
        (b'd', 0.038),
        (b'c', 0.032),
        (b'u', 0.028),
        (b'm', 0.025),
        (b'f', 0.02),
        (b'p', 0.022),
        (b'g', 0.018),
        (b'w', 0.017),
        (b'y', 0.017),
        (b'b', 0.015),
        (b'v', 0.01),
        (b'k', 0.008),
    ];
    let mut i = 0;
    while i < common.len() {
        shares[letter_code(common[i].0) as usize] = common[i].1;
        i += 1;
    }
    shares
};

#[cfg(test)]
mod tests {
    use super::*;

    fn head(word: &str) -> u64 {
        let mut head = [0; 8];
        let len = word.len().min(HEAD_LETTERS);
        head[..len].copy_from_slice(&word.as_bytes()[..len]);
        u64::from_le_bytes(head)
    }

    /// The codes of a text, as far as they count.
    fn codes_of(text: &str) -> [u8; HEAD_LETTERS] {
        let mut bytes = text.bytes().chain(std::iter::repeat(b' '));
        std::array::from_fn(|_| letter_code(bytes.next().unwrap_or(b' ')))
    }

    #[test]
    fn passes_its_words_and_few_others() {
        let words = ["us", "China", "new", "south", "a", "peru", "x_9", "beijing", "g20", "un"];
        let buckets = Buckets::new(&words.map(head)).unwrap();
        for text in
            ["US, it", "china", "NEW\nYork", "South", "a b c", "peru", "X_9 ", "BEIJING", "G20", "UN's"]
        {
            assert!(buckets.may_begin(codes_of(text)), "{text}");
        }
        for text in ["xylo", "usa", "ab", "newer", "g21", "beige", " us", ""] {
            assert!(!buckets.may_begin(codes_of(text)), "{text}");
        }
    }

    /// Heads come as tables of words have them.
    #[test]
    fn takes_words_made_lower_case() {
        for word in ["_", "x_9", "__ab", "abcd_ef", "9_", "Peru_b"] {
            let letters = head(word).to_le_bytes();
            let lowered = letters.map(|letter| if letter == 0 { 0 } else { letter | 0x20 });
            let buckets = Buckets::new(&[u64::from_le_bytes(lowered)]).unwrap();
            assert!(buckets.may_begin(codes_of(word)), "{word}");
            assert!(buckets.may_begin(codes_of(&word.to_uppercase())), "{word}");
        }
    }

    #[test]
    fn is_for_few_words() {
        let word = |i: u32| head(&format!("{:x}", i.wrapping_mul(0x9E37_79B1)));
        assert!(Buckets::new(&[]).is_some_and(|none| !none.may_begin(codes_of("word"))));
        assert!(Buckets::new(&(0..20).map(word).collect::<Vec<_>>()).is_some());
        assert!(Buckets::new(&(0..10_000).map(word).collect::<Vec<_>>()).is_none());
    }
}
