//! What is done to 64 code units at a time, once for each set of instructions.
//!
//! All give the same bits; which one serves is found out when the program runs, since a package is
//! built once for all processors.

#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx512_words;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub use neon::Neon;
pub use portable::Portable;
#[cfg(target_arch = "x86_64")]
pub use x86::{Avx2, Sse2};

use super::candidates::{AsciiKeys, Lookup, Passed, WideKeys};
use super::words::{Group, WideGroup};
use crate::automaton::{Buckets, FirstLetters, Heads, Pairs, StemHeads};
use portable::CLASSES;
use std::sync::atomic::{AtomicU8, Ordering};

/// Sets of instructions that there are kernels for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Isa {
    Portable = 1,
    Sse2,
    Avx2,
    Avx512,
    Neon,
}

impl Isa {
    pub const ALL: [Isa; 5] = [Isa::Portable, Isa::Sse2, Isa::Avx2, Isa::Avx512, Isa::Neon];

    /// Whether this processor has it.
    pub fn is_available(self) -> bool {
        match self {
            Isa::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Isa::Sse2 => true,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => x86::has_avx2(),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => avx512::has_avx512(),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => true,
            #[allow(unreachable_patterns)]
            _ => false,
        }
    }

    /// The one in use: the best there is, unless another was forced.
    pub fn current() -> Isa {
        let chosen = CHOSEN.load(Ordering::Relaxed);
        if let Some(isa) = Self::ALL.into_iter().find(|isa| *isa as u8 == chosen) {
            return isa;
        }
        let named = std::env::var("SLUGLINE_ISA").ok().and_then(|name| Self::named(&name));
        let best = Self::ALL.into_iter().rev().find(|isa| isa.is_available());
        let isa = named.filter(|isa| isa.is_available()).or(best).unwrap_or(Isa::Portable);
        CHOSEN.store(isa as u8, Ordering::Relaxed);
        isa
    }

    /// Makes every scan from now on use this one, for tests and measurements. Does nothing where the
    /// processor lacks it. The environment variable `SLUGLINE_ISA` does the same for a process.
    pub fn force(self) {
        if self.is_available() {
            CHOSEN.store(self as u8, Ordering::Relaxed);
        }
    }

    fn named(name: &str) -> Option<Isa> {
        Self::ALL.into_iter().find(|isa| format!("{isa:?}").eq_ignore_ascii_case(name))
    }
}

static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// Masks of 64 bytes, all of them ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsciiMasks {
    pub word: u64,
    pub space: u64,
}

/// The instructions of one set. Functions are inlined into callers that are compiled for it.
///
/// # Safety
/// Those that have the trait use instructions which the processor must have: they are only called
/// where [`Isa::is_available`] said so.
pub unsafe trait Kernel {
    /// Classifies 64 ASCII bytes.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn ascii_masks(bytes: &[u8; 64]) -> AsciiMasks;

    /// The same, and writes the class of each with its [`crate::automaton::letter_code`] in the lowest
    /// six bits.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn ascii_codes(bytes: &[u8; 64], codes: &mut [u8; 64]) -> AsciiMasks {
        *codes = bytes.map(|byte| CLASSES[usize::from(byte % 128)]);
        // SAFETY: by the contract of this function.
        unsafe { Self::ascii_masks(bytes) }
    }

    /// Which of 64 places may begin one of the words of `buckets`, if any word begins there: `codes` are
    /// those of [`Kernel::ascii_codes`]. Only known where [`Kernel::heads_mask`] is.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn buckets_mask(codes: &Group, buckets: &Buckets) -> u64 {
        let _ = (codes, buckets);
        u64::MAX
    }

    /// Which of 64 bytes have a bit.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn bit_mask(classes: &[u8; 64], bit: u8) -> u64;

    /// Which of 64 places may begin a phrase, by the letters there and behind. All of them, where the
    /// processor can look up no bytes.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn letters_mask(bytes: &Group, letters: &FirstLetters) -> u64 {
        let _ = (bytes, letters);
        u64::MAX
    }

    /// Whether it has [`Kernel::heads_mask`] and [`Kernel::stems_masks`].
    const KNOWS_HEADS: bool = false;

    /// Which of 64 places may begin one of the words of `heads`, if any word begins there; `TWO` says
    /// whether these have two hashes. `words` tells of these and the next 64 bytes which are in words.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn heads_mask<const TWO: bool>(bytes: &Group, words: [u64; 2], heads: &Heads) -> u64 {
        let _ = (bytes, words, heads);
        u64::MAX
    }

    /// Which of 64 places may begin one of the words of `heads` (all, where there are none), and which one
    /// of `stems`, if any word begins there. `words` tells of these and the next 64 bytes which are in words.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn stems_masks(
        bytes: &Group,
        words: [u64; 2],
        heads: Option<&Heads>,
        stems: &StemHeads,
    ) -> [u64; 2] {
        let _ = (bytes, words, heads, stems);
        [u64::MAX; 2]
    }

    /// Which of 64 places may begin a phrase, by two code units each: `units` are those of the places and
    /// what stands behind.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn pairs_mask(units: &WideGroup, pairs: &Pairs) -> u64 {
        (0..64).fold(0, |mask, at| mask | u64::from(pairs.may_begin(units[at], units[at + 1])) << at)
    }

    /// Filters words of an ASCII block (see [`super::candidates::filter`]), as many as the processor does
    /// better many at a time. Returns how many of them those were.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn filter_ascii(lookup: Lookup<'_>, keys: AsciiKeys<'_>, passed: &mut Passed) -> usize {
        let _ = (lookup, keys, passed);
        0
    }

    /// The same for any other block.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn filter_wide(lookup: Lookup<'_>, keys: WideKeys<'_>, passed: &mut Passed) -> usize {
        let _ = (lookup, keys, passed);
        0
    }

    /// Sifts words that passed the filter (see [`super::candidates::sift`]), as many as the processor
    /// does better many at a time. Returns how many of them those were; `passed` has those left of them
    /// alone.
    ///
    /// # Safety
    /// See the trait.
    #[inline(always)]
    unsafe fn sift_ascii(lookup: Lookup<'_>, keys: AsciiKeys<'_>, passed: &mut Passed) -> usize {
        let _ = (lookup, keys);
        passed.len = 0;
        0
    }

    /// Writes the places of the bits of `mask`, plus `base`, from `out[0]` on; what follows them in
    /// `out` is unspecified.
    ///
    /// # Safety
    /// See the trait.
    unsafe fn flatten(mask: u64, base: u16, out: &mut [u16; 64]);
}

/// Makes of a function that is generic over [`Kernel`] one that runs with the instructions in use.
macro_rules! dispatch {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $ret:ty)? = $generic:ident) => {
        $(#[$meta])*
        $vis fn $name($($arg: $type),*) $(-> $ret)? {
            use $crate::scan::kernels::{self, Isa};
            match Isa::current() {
                // SAFETY: `Isa::current` gives only what the processor has.
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512 => {
                    #[target_feature(enable = "avx2,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt")]
                    unsafe fn run($($arg: $type),*) $(-> $ret)? { unsafe { $generic::<kernels::Avx512>($($arg),*) } }
                    unsafe { run($($arg),*) }
                }
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2 => {
                    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
                    unsafe fn run($($arg: $type),*) $(-> $ret)? { unsafe { $generic::<kernels::Avx2>($($arg),*) } }
                    unsafe { run($($arg),*) }
                }
                #[cfg(target_arch = "x86_64")]
                Isa::Sse2 => unsafe { $generic::<kernels::Sse2>($($arg),*) },
                #[cfg(target_arch = "aarch64")]
                Isa::Neon => unsafe { $generic::<kernels::Neon>($($arg),*) },
                _ => unsafe { $generic::<kernels::Portable>($($arg),*) },
            }
        }
    };
}
pub(super) use dispatch;

#[cfg(test)]
mod tests {
    use super::*;

    type Masks = (AsciiMasks, [u8; 64], Vec<u64>, Vec<u16>);

    fn masks<K: Kernel>(bytes: &[u8; 64], mask: u64) -> Masks {
        let (mut out, mut codes) = ([0; 64], [0; 64]);
        // SAFETY: only called for what is available.
        unsafe {
            K::flatten(mask, 640, &mut out);
            let bits = (0..8).map(|bit| K::bit_mask(bytes, bit)).collect();
            let ascii = bytes.map(|byte| byte & 0x7F);
            let ascii_masks = K::ascii_masks(&ascii);
            assert_eq!(K::ascii_codes(&ascii, &mut codes), ascii_masks);
            (ascii_masks, codes, bits, out[..mask.count_ones() as usize].to_vec())
        }
    }

    /// Every set of instructions that this processor has gives the same bits.
    #[test]
    fn all_agree() {
        let mut random = 1_u64;
        for round in 0..5000_u32 {
            let mut next = || {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                random >> 24
            };
            let bytes: [u8; 64] = std::array::from_fn(|i| match round {
                0..128 => round as u8,
                128..256 => (round as u8).wrapping_add(i as u8),
                _ => next() as u8,
            });
            let mask = [0, u64::MAX, next() | next() << 40, 1 << (next() % 64)][round as usize % 4];
            let expected = masks::<Portable>(&bytes, mask);
            #[cfg(target_arch = "x86_64")]
            {
                assert_eq!(masks::<Sse2>(&bytes, mask), expected);
                if Isa::Avx2.is_available() {
                    assert_eq!(masks::<Avx2>(&bytes, mask), expected);
                }
                if Isa::Avx512.is_available() {
                    assert_eq!(masks::<Avx512>(&bytes, mask), expected);
                }
            }
            #[cfg(target_arch = "aarch64")]
            assert_eq!(masks::<Neon>(&bytes, mask), expected);
        }
    }

    /// Those that look letters up find the same as the filter itself, one place after the other.
    fn letters<K: Kernel>(bytes: &Group, letters: &FirstLetters) {
        // SAFETY: only called for what is available.
        let mask = unsafe { K::letters_mask(bytes, letters) };
        for at in 0..64 {
            let here = std::array::from_fn(|i| bytes[at + i]);
            assert_eq!(mask >> at & 1 != 0, letters.may_begin(here), "{at}");
        }
    }

    #[test]
    fn letters_agree() {
        let heads = [*b"new york", *b"us      ", *b"china   ", *b"beijing "];
        let heads =
            heads.map(|head| (u64::from_le_bytes(head), head.iter().take_while(|&&b| b != b' ').count()));
        for lower in [0, 0x20] {
            let filter = FirstLetters::new(heads.to_vec(), lower).unwrap();
            let text = b"New US china, beijin beijing NEWS usa chin a us\n new-york nEw yORK: china US";
            for from in 0..text.len() - 70 {
                let bytes = text[from..].first_chunk().unwrap();
                #[cfg(target_arch = "x86_64")]
                {
                    if Isa::Avx2.is_available() {
                        letters::<Avx2>(bytes, &filter);
                    }
                    if Isa::Avx512.is_available() {
                        letters::<Avx512>(bytes, &filter);
                    }
                }
                #[cfg(target_arch = "aarch64")]
                letters::<Neon>(bytes, &filter);
            }
        }
    }

    /// Those that know heads find the same as the filter itself.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn heads_agree() {
        if !Isa::Avx512.is_available() {
            return;
        }
        let first = |word: &str| {
            let mut head = [b' '; 8];
            let len = word.len().min(8);
            head[..len].copy_from_slice(&word.as_bytes()[..len]);
            (u64::from_le_bytes(head), word.len())
        };
        let dictionary = ["new", "US", "china", "Beijing", "a", "beijing2"];
        let heads = Heads::new(dictionary.into_iter().map(first)).unwrap();
        let beginnings = ["ne", "chin", "beiji"];
        let stems = StemHeads::new(beginnings.into_iter().map(first)).unwrap();
        let text =
            "New US china, beijin beijing NEWS usa _chin a us\n new-york BEIJINGER nEw yORK: china US b";
        let (mut found, mut held_back) = (0, 0);
        for from in 0..text.len() - 70 {
            let bytes: &Group = text.as_bytes()[from..].first_chunk().unwrap();
            let is_word = |at: usize| bytes.get(at).is_some_and(|&b| crate::unicode::is_ascii_word(b));
            let words = [0, 64].map(|base| (0..64).fold(0, |w, i| w | u64::from(is_word(base + i)) << i));
            // SAFETY: it is available.
            let [mask, stems_mask] = unsafe { Avx512::stems_masks(bytes, words, Some(&heads), &stems) };
            // SAFETY: likewise.
            assert_eq!(unsafe { Avx512::heads_mask::<false>(bytes, words, &heads) }, mask);
            for at in (0..64).filter(|&at| is_word(at)) {
                let len = (at..).take_while(|&at| is_word(at)).count();
                let (head, _) = first(std::str::from_utf8(&bytes[at..(at + len).min(70)]).unwrap());
                assert_eq!(mask >> at & 1 != 0, heads.may_contain(head, len), "{from} {at}");
                found += mask >> at & 1;
                let rest = std::str::from_utf8(&bytes[at..]).unwrap().to_lowercase();
                let goes_on = beginnings.iter().any(|stem| stem.len() <= len && rest.starts_with(stem));
                assert!(stems_mask >> at & 1 != 0 || !goes_on, "{from} {at}");
                held_back += 1 - (stems_mask >> at & 1);
            }
        }
        assert!(found > 100 && held_back > 100);
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn buckets_agree() {
        if !Isa::Avx512.is_available() {
            return;
        }
        let head = |word: &[u8; 5]| u64::from_le_bytes(std::array::from_fn(|i| *word.get(i).unwrap_or(&0)));
        let words = [b"new\0\0", b"us\0\0\0", b"china", b"beiji", b"a\0\0\0\0", b"x_9\0\0"];
        let buckets = Buckets::new(&words.map(head)).unwrap();
        let text =
            "New US china, beijin beijing NEWS usa _chin a us\n new-york BEIJINGER nEw X_9: china US b";
        let codes: Vec<u8> = text.bytes().map(|byte| CLASSES[usize::from(byte)]).collect();
        for from in 0..codes.len() - 70 {
            let codes = codes[from..].first_chunk().unwrap();
            // SAFETY: it is available.
            let mask = unsafe { Avx512::buckets_mask(codes, &buckets) };
            for at in 0..64 {
                let expected = buckets.may_begin(std::array::from_fn(|i| codes[at + i] & 63));
                assert_eq!(mask >> at & 1 != 0, expected, "{from} {at}");
            }
        }
    }

    #[test]
    fn portable_is_right() {
        let mut bytes = [b' '; 64];
        bytes[..7].copy_from_slice(b"aZ_9-\n\x7F");
        let (masks, codes, _, places) = masks::<Portable>(&bytes, 0b1010_0001);
        assert_eq!(codes[..6], [0x80 | 1, 0x80 | 26, 0x80 | 37, 0x80 | 36, 0, 0x40]);
        assert_eq!(masks.word, 0b1111);
        assert_eq!(masks.space, !0b101_1111);
        assert_eq!(places, [640, 645, 647]);
    }
}
