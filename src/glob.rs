//! Globs: phrases with wild cards, taken apart into what they begin with and what then follows.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fold::{self, Profile};
use crate::unicode::{self, IGNORABLE, SPACE};

/// One part of a glob.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    /// The fold of what is written between wild cards.
    Literal(Box<[u8]>),
    /// `?`: one word character with its marks.
    Character,
    /// `*` in a word: any number of word characters, none of which is unspaced.
    Rest,
    /// `*` between spaces: one word.
    Word,
}

/// A glob under one way of folding: what an automaton finds, and what stands before and behind that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glob {
    /// The wild cards at the beginning.
    pub lead: Box<[Part]>,
    /// The first literal part; empty if there is none.
    pub head: Box<[u8]>,
    /// All that follows it.
    pub tail: Box<[Part]>,
}

/// A character or a wild card of a glob as it was written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Character(char),
    Wild(Wild),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wild {
    Character,
    Rest,
    Word,
}

impl Glob {
    /// Takes apart a phrase whose ends are trimmed.
    ///
    /// # Errors
    /// The phrase holds every character that could stand for its wild cards: some 900.
    pub fn new(phrase: &str, profile: Profile) -> Result<Self, Error> {
        let tokens = tokens(phrase);
        let stand_in = stand_in(phrase)?;
        let written: String = tokens
            .iter()
            .map(|token| match token {
                Token::Character(c) => *c,
                Token::Wild(_) => stand_in,
            })
            .collect();
        let mut fold = Vec::with_capacity(written.len());
        fold::push_str(&written, profile, &mut fold);
        let mut wild = tokens.iter().filter_map(|token| match token {
            Token::Wild(wild) => Some(*wild),
            Token::Character(_) => None,
        });
        let mut parts = Vec::new();
        for (number, literal) in split(&fold, stand_in).enumerate() {
            if number > 0 {
                parts.extend(wild.next().map(Part::from));
            }
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.into()));
            }
        }
        Ok(Self::of_parts(parts))
    }

    /// A phrase without wild cards, whose ends are trimmed.
    pub fn plain(phrase: &str, profile: Profile) -> Self {
        let mut head = Vec::with_capacity(phrase.len());
        fold::push_str(phrase, profile, &mut head);
        Self { lead: Box::default(), head: head.into(), tail: Box::default() }
    }

    fn of_parts(mut parts: Vec<Part>) -> Self {
        // What stands between two stars may fold to nothing.
        parts.dedup_by(|a, b| (&*a, &*b) == (&Part::Rest, &Part::Rest));
        let mut parts = parts.into_iter().peekable();
        let mut lead = Vec::new();
        while let Some(part) = parts.next_if(|part| !matches!(part, Part::Literal(_))) {
            lead.push(part);
        }
        let head = match parts.next() {
            Some(Part::Literal(head)) => head,
            _ => Box::default(),
        };
        Self { lead: lead.into(), head, tail: parts.collect() }
    }

    /// Whether it has no wild card, and so is a phrase like any other: its head.
    pub fn is_plain(&self) -> bool {
        self.lead.is_empty() && self.tail.is_empty()
    }

    /// How many bytes and wild cards it has: no match has more characters and words than these, if the
    /// characters that a star stands for are not counted.
    pub fn extent(&self) -> usize {
        let extent = |part: &Part| match part {
            Part::Literal(fold) => fold.len(),
            _ => 1,
        };
        self.head.len() + self.lead.iter().chain(&self.tail).map(extent).sum::<usize>()
    }
}

impl From<Wild> for Part {
    fn from(wild: Wild) -> Self {
        match wild {
            Wild::Character => Part::Character,
            Wild::Rest => Part::Rest,
            Wild::Word => Part::Word,
        }
    }
}

fn tokens(phrase: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(phrase.len());
    let mut chars = phrase.chars().peekable();
    while let Some(c) = chars.next() {
        let token = match c {
            '\\' => match chars.next_if(|next| matches!(next, '*' | '?')) {
                Some(literal) => Token::Character(literal),
                None => Token::Character(c),
            },
            '?' => Token::Wild(Wild::Character),
            '*' if ends_with_star(&tokens) => continue,
            '*' => Token::Wild(Wild::Rest),
            _ => Token::Character(c),
        };
        tokens.push(token);
    }
    for at in 0..tokens.len() {
        let (before, behind) = tokens.split_at(at);
        if tokens[at] == Token::Wild(Wild::Rest)
            && begins_with_space(before.iter().rev())
            && begins_with_space(behind.iter().skip(1))
        {
            tokens[at] = Token::Wild(Wild::Word);
        }
    }
    tokens
}

/// Whether a star is the last of these, default-ignorable code points looked through.
fn ends_with_star(tokens: &[Token]) -> bool {
    tokens.iter().rev().find(|token| !is_ignorable(token)) == Some(&Token::Wild(Wild::Rest))
}

fn is_ignorable(token: &Token) -> bool {
    matches!(token, Token::Character(c) if unicode::chars().get(u32::from(*c)) & IGNORABLE != 0)
}

/// Whether white space or nothing comes first, default-ignorable code points looked through.
fn begins_with_space<'t>(mut tokens: impl Iterator<Item = &'t Token>) -> bool {
    match tokens.find(|token| !is_ignorable(token)) {
        None => true,
        Some(Token::Character(c)) => unicode::chars().get(u32::from(*c)) & SPACE != 0,
        Some(Token::Wild(_)) => false,
    }
}

/// A letter that is not in the phrase: without case or accents, it folds to itself alone, joins nothing
/// beside it, and makes a dash between two of it one between two words.
fn stand_in(phrase: &str) -> Result<char, Error> {
    // Cuneiform.
    ('\u{12000}'..='\u{12399}')
        .find(|&letter| !phrase.contains(letter))
        .ok_or_else(|| Error::unsupported(format!("the phrase {phrase:?} has too many different letters")))
}

/// The parts of a fold between the places where a letter stands.
fn split(fold: &[u8], letter: char) -> impl Iterator<Item = &[u8]> {
    let mut bytes = [0; 4];
    let letter = letter.encode_utf8(&mut bytes).as_bytes().to_vec();
    let mut rest = Some(fold);
    std::iter::from_fn(move || {
        let from = rest?;
        let at = from.windows(letter.len()).position(|window| window == letter);
        rest = at.map(|at| &from[at + letter.len()..]);
        Some(&from[..at.unwrap_or(from.len())])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Hyphens;

    fn glob(phrase: &str) -> Glob {
        Glob::new(phrase, Profile::default()).unwrap()
    }

    fn literal(text: &str) -> Part {
        Part::Literal(text.as_bytes().into())
    }

    #[test]
    fn takes_phrases_apart() {
        let found = glob("Colo*r Revolution*");
        assert_eq!((&*found.head, found.lead.len()), (&b"colo"[..], 0));
        assert_eq!(*found.tail, [Part::Rest, literal("r revolution"), Part::Rest]);
        let found = glob("**stan ? \\*");
        assert_eq!((&*found.lead, &*found.head), (&[Part::Rest][..], &b"stan "[..]));
        assert_eq!(*found.tail, [Part::Character, literal(" *")]);
        assert_eq!(*glob("* of *").lead, [Part::Word]);
        assert_eq!(*glob("* of *").tail, [Part::Word]);
        assert_eq!(*glob("?*").lead, [Part::Character, Part::Rest]);
    }

    #[test]
    fn escapes_make_plain_phrases() {
        assert!(glob("what\\?").is_plain());
        assert_eq!(&*glob("what\\?").head, b"what?");
        assert_eq!(&*glob("a\\b").head, b"a\\b");
        assert_eq!(&*glob("a\\*b*?c").head, b"a*b");
    }

    #[test]
    fn wild_cards_count_as_letters() {
        let profile = Profile { hyphens: Hyphens::Space, ..Profile::default() };
        assert_eq!(&*Glob::new("Sino-*", profile).unwrap().head, b"sino ");
    }
}
