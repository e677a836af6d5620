//! Made-up news in several scripts, and made-up names to find in it.
//!
//! All of it comes from a fixed generator in whole numbers, so that every machine measures the same
//! text. What the engine's speed hangs on is as in real news: how long words are, how often they
//! recur (Zipf), which letters they begin with, capitals, punctuation, and how often a name stands in
//! the text.

use std::collections::HashSet;

use slugline::gazetteer::Entry;
use slugline::run::Settings;
use slugline::{Corpus, Gazetteer, Offsets, Options, Overlap, Text};

/// How many different words a language has: these, and behind them those of which names are made.
const WORDS: usize = 30_000;
const PROPER: usize = 30_000;
/// How many names: the most phrases that a gazetteer can be made of.
pub const NAMES: usize = 50_000;
/// Words before this rank are common, and no name of one word.
const COMMON: usize = 300;
/// One in so many words of a text is a name.
const NAME_EVERY: u64 = 25;

/// The same numbers everywhere and always.
struct Random(u64);

impl Random {
    /// A number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The low bits of such a generator repeat soon.
        ((self.0 >> 33) * limit) >> 31
    }

    fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// True `per_cent` times in a hundred.
    fn chance(&mut self, per_cent: u64) -> bool {
        self.below(100) < per_cent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.index(from.len())]
    }
}

/// Draws ranks from 0 on, the one of rank `r` with a weight of 1 / (r + 1). Holds the sums of weights.
struct Zipf(Vec<u64>);

impl Zipf {
    // In whole numbers: the last bits of a logarithm are not the same in every C library.
    fn new(len: usize) -> Self {
        let weights = (1..=len as u64).map(|place| (1 << 24) / place);
        Self(
            weights
                .scan(0, |sum, weight| {
                    *sum += weight;
                    Some(*sum)
                })
                .collect(),
        )
    }

    fn draw(&self, random: &mut Random) -> usize {
        let at = random.below(self.0[self.0.len() - 1]);
        self.0.partition_point(|&sum| sum <= at)
    }
}

/// How a language is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Ascii,
    /// Latin letters, one in ten of them outside ASCII.
    Accented,
    Cyrillic,
    Arabic,
    Chinese,
    Thai,
}

/// What syllables are made of. Letters are listed as often as they are common.
struct Sounds {
    onsets: &'static [&'static str],
    nuclei: &'static [&'static str],
    codas: &'static [&'static str],
    /// How many syllables in a hundred end in a coda.
    closed: u64,
}

const ASCII: Sounds = Sounds {
    onsets: &[
        "t", "t", "t", "th", "th", "s", "s", "s", "st", "c", "c", "b", "b", "p", "p", "pr", "w", "w", "h",
        "h", "m", "m", "f", "f", "d", "d", "r", "r", "l", "l", "n", "g", "k", "v", "j", "sh", "ch", "tr", "",
        "", "", "", "", "", "qu", "z", "y",
    ],
    nuclei: &["e", "e", "e", "e", "a", "a", "a", "o", "o", "o", "i", "i", "i", "u", "ea", "ou", "ai", "y"],
    codas: &[
        "n", "n", "n", "r", "r", "s", "s", "t", "t", "d", "d", "l", "ng", "nt", "m", "ck", "st", "nd", "x",
    ],
    closed: 55,
};

const ACCENTED: Sounds = Sounds {
    onsets: ASCII.onsets,
    nuclei: &[
        "e", "e", "e", "a", "a", "o", "o", "i", "i", "u", "é", "ä", "ö", "ü", "á", "í", "ó", "ã", "è", "ou",
    ],
    codas: &["n", "n", "r", "r", "s", "s", "t", "d", "l", "ng", "nt", "m", "st", "nd", "ß", "ñ", "ł"],
    closed: 50,
};

const CYRILLIC: Sounds = Sounds {
    onsets: &[
        "п", "п", "пр", "с", "с", "ст", "н", "н", "в", "в", "к", "к", "т", "т", "д", "д", "р", "р", "м", "м",
        "л", "л", "б", "г", "з", "ж", "ч", "ш", "х", "ц", "ф", "", "", "",
    ],
    nuclei: &["о", "о", "о", "а", "а", "а", "е", "е", "е", "и", "и", "у", "я", "ы", "ю", "э", "ё"],
    codas: &["н", "т", "л", "р", "с", "м", "в", "й", "й", "к", "ть", "ль", "ст"],
    closed: 40,
};

const ARABIC: Sounds = Sounds {
    onsets: &[
        "ل", "ل", "م", "م", "ن", "ن", "ر", "ر", "ت", "ب", "ب", "ع", "ع", "د", "ك", "ق", "س", "ف", "ح", "ج",
        "ش", "ص", "خ", "ط", "ز", "ه", "أ", "إ", "ث", "غ", "ض", "ذ",
    ],
    nuclei: &["", "", "", "ا", "ا", "ي", "ي", "و"],
    codas: &["ن", "ر", "ل", "ة", "م", "ت", "د", "ب", "ى"],
    closed: 30,
};

const THAI: Sounds = Sounds {
    onsets: &[
        "ก",
        "ก",
        "ร",
        "ร",
        "น",
        "น",
        "ม",
        "ม",
        "ท",
        "ท",
        "ส",
        "ส",
        "ค",
        "ค",
        "ว",
        "ล",
        "ล",
        "ต",
        "ป",
        "ป",
        "พ",
        "พ",
        "ด",
        "บ",
        "ห",
        "ข",
        "ย",
        "จ",
        "ช",
        "อ",
        "ประ",
        "เก",
        "เร",
        "เป",
        "แล",
        "แต",
        "โร",
        "ให",
        "ไท",
        "ไม",
    ],
    nuclei: &["า", "า", "า", "ี", "ิ", "ั", "้า", "่า", "ู", "ุ", "ำ", "ื่", "ี่", "ะ", "", ""],
    codas: &["น", "น", "ง", "ง", "ม", "ก", "ด", "บ", "ย", "ว", "ร", "ต"],
    closed: 50,
};

/// How sentences are put together.
struct Style {
    /// Between two words.
    space: &'static str,
    comma: &'static str,
    stop: &'static str,
    capitals: bool,
}

impl Script {
    fn style(self) -> Style {
        match self {
            Self::Ascii | Self::Accented | Self::Cyrillic => {
                Style { space: " ", comma: ", ", stop: ". ", capitals: true }
            }
            Self::Arabic => Style { space: " ", comma: "، ", stop: ". ", capitals: false },
            Self::Chinese => Style { space: "", comma: "，", stop: "。", capitals: false },
            Self::Thai => Style { space: "", comma: " ", stop: " ", capitals: false },
        }
    }

    /// A word as common words of that rank are: the more common, the shorter.
    fn word(self, rank: usize, random: &mut Random) -> String {
        let luck = random.below(10);
        let syllables = match rank {
            0..50 => 1,
            50..COMMON => [1, 1, 1, 1, 1, 1, 2, 2, 2, 2][luck as usize],
            COMMON..3_000 => [1, 1, 2, 2, 2, 2, 2, 2, 3, 3][luck as usize],
            _ => [2, 2, 2, 2, 2, 3, 3, 3, 3, 4][luck as usize],
        };
        let sounds = match self {
            Self::Ascii => ASCII,
            Self::Accented => ACCENTED,
            Self::Cyrillic => CYRILLIC,
            Self::Arabic => ARABIC,
            Self::Thai => THAI,
            Self::Chinese => return (0..syllables.min(3)).map(|_| han(random)).collect(),
        };
        let mut word = String::new();
        if self == Self::Arabic && random.chance(25) {
            word.push_str("ال");
        }
        for _ in 0..syllables {
            word.push_str(random.pick(sounds.onsets));
            word.push_str(random.pick(sounds.nuclei));
            if random.chance(sounds.closed) {
                word.push_str(random.pick(sounds.codas));
            }
        }
        word
    }
}

/// One of some three thousand characters, as in a newspaper, some of them much more common.
fn han(random: &mut Random) -> char {
    let most = 1 + random.below(3_000) as u32;
    // Multiplied by a number that has no factor in common with 3000, so that those which are common
    // are not neighbours; and spread over the block.
    let place = random.below(u64::from(most)) as u32 * 1_237 % 3_000;
    char::from_u32(0x4E00 + place * 6).unwrap_or('一')
}

/// A made-up language: its words and names, the most common first.
pub struct Language {
    script: Script,
    words: Vec<String>,
    names: Vec<String>,
    by_rank: Zipf,
    names_by_rank: Zipf,
}

impl Language {
    pub fn new(script: Script) -> Self {
        let mut random = Random(script as u64 + 1);
        let words = distinct(WORDS + PROPER, |rank| script.word(rank, &mut random));
        let names = distinct(NAMES, |_| name(script, &words, &mut random));
        Self { script, words, names, by_rank: Zipf::new(WORDS), names_by_rank: Zipf::new(NAMES) }
    }

    /// The names, the most common first. There are [`NAMES`].
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Texts of about `row_bytes` each, half of that to half more, `bytes` in all.
    pub fn rows(&self, bytes: usize, row_bytes: usize) -> Vec<String> {
        let mut random = Random(0x6E65_7773 ^ row_bytes as u64);
        let mut rows = Vec::new();
        let mut done = 0;
        while done < bytes {
            let len = row_bytes / 2 + random.index(row_bytes);
            let row = self.row(len, &mut random);
            done += row.len();
            rows.push(row);
        }
        rows
    }

    fn row(&self, len: usize, random: &mut Random) -> String {
        let style = self.script.style();
        let mut row = String::with_capacity(len + 64);
        while row.len() < len {
            let words = 8 + random.below(20);
            for place in 0..words {
                let first = place == 0 && style.capitals;
                self.word(first, &mut row, random);
                if place + 1 < words {
                    row.push_str(if random.chance(6) { style.comma } else { style.space });
                }
            }
            row.push_str(style.stop);
            if random.chance(25) {
                row.truncate(row.trim_end().len());
                row.push('\n');
            }
        }
        row.truncate(row.trim_end().len());
        row
    }

    /// Adds a word, a name or a number.
    fn word(&self, first: bool, row: &mut String, random: &mut Random) {
        if random.below(NAME_EVERY) == 0 {
            row.push_str(&self.names[self.names_by_rank.draw(random)]);
            if self.script == Script::Ascii && random.chance(8) {
                row.push_str("'s");
            }
        } else if random.chance(2) {
            row.push_str(&random.below(2_100).to_string());
        } else {
            // Now and then a part of a name, which is none by itself.
            let proper = random.chance(2);
            let word = &self.words[self.by_rank.draw(random) + if proper { WORDS } else { 0 }];
            if first || self.script.style().capitals && (proper || random.chance(2)) {
                row.push_str(&capitalised(word));
            } else {
                row.push_str(word);
            }
        }
    }
}

/// So many different strings. `make` is told how many there are.
fn distinct(len: usize, mut make: impl FnMut(usize) -> String) -> Vec<String> {
    let mut seen = HashSet::with_capacity(len);
    let mut all = Vec::with_capacity(len);
    while all.len() < len {
        let new = make(all.len());
        if !new.is_empty() && seen.insert(new.clone()) {
            all.push(new);
        }
    }
    all
}

/// One word or several, now and then an acronym.
fn name(script: Script, words: &[String], random: &mut Random) -> String {
    let style = script.style();
    if style.capitals && random.chance(3) {
        let mut initial = || words[WORDS + random.index(PROPER)].chars().next().unwrap_or('X');
        let initials: String = [initial(), initial(), initial()].iter().collect();
        return initials.to_uppercase();
    }
    let len = match random.below(20) {
        0..9 => 1,
        9..17 => 2,
        _ => 3,
    };
    let mut name = String::new();
    for place in 0..len {
        if place > 0 {
            name.push_str(if style.capitals && random.chance(4) { "-" } else { style.space });
        }
        let word = &words[match random.below(100) {
            // Many names begin as text does that is none (`United Nations`), or go on with any word.
            0..25 if len > 1 && place == 0 => COMMON + random.index(3_000 - COMMON),
            0..25 if len > 1 => random.index(3_000),
            // And some are words besides: `Apple`.
            0..5 => COMMON + random.index(WORDS - COMMON),
            _ => WORDS + random.index(PROPER),
        }];
        name.push_str(&if style.capitals { capitalised(word) } else { word.clone() });
    }
    name
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// A gazetteer of these phrases; some three phrases share a concept, and `options` are dealt out in
/// turn.
pub fn gazetteer(phrases: &[String], options: &[Options]) -> Gazetteer {
    let mut gazetteer = Gazetteer::new(Options::default());
    gazetteer.reserve(phrases.len());
    for (number, phrase) in phrases.iter().enumerate() {
        let concept = format!("kind{}/{}", number % 7, number / 3);
        let options = &options[number % options.len()];
        let entry = Entry { phrase, concept: Some(&concept), options, lang: None, weight: 1.0 };
        gazetteer.push(entry, &"").expect("a made-up phrase is a good one");
    }
    gazetteer
}

/// Texts in one of the storages in which they come from Python.
pub enum Column {
    Utf8(Vec<String>),
    Ucs2(Vec<Vec<u16>>),
}

impl Column {
    pub fn ucs2(rows: &[String]) -> Self {
        Self::Ucs2(rows.iter().map(|row| row.encode_utf16().collect()).collect())
    }
}

impl Corpus for Column {
    fn len(&self) -> usize {
        match self {
            Self::Utf8(rows) => rows.len(),
            Self::Ucs2(rows) => rows.len(),
        }
    }

    fn text(&self, row: usize) -> Option<Text<'_>> {
        Some(match self {
            Self::Utf8(rows) => Text::Utf8(rows[row].as_bytes()),
            Self::Ucs2(rows) => Text::Ucs2(&rows[row]),
        })
    }
}

/// The defaults, on the calling thread alone.
pub const SETTINGS: Settings =
    Settings { overlap: Overlap::Longest, offsets: Offsets::Char, lossy: false, threads: 1 };
