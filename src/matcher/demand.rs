//! What a phrase asks for beyond its letters and boundaries: what wild cards stand for, and what
//! stands around it.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fold::{self, Profile};
use crate::glob::{Glob, Part};
use crate::options::{Distance, Options};

/// What a group of phrases asks for behind what the automaton has found, and around the match.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Demand {
    /// What follows; nothing if the automaton has found all of it.
    pub tail: Box<[Part]>,
    pub context: Option<Context>,
}

/// Phrases that must or must not stand around one, made ready.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Context {
    pub not_before: Vec<Neighbour>,
    pub not_after: Vec<Neighbour>,
    pub near: Option<Near>,
}

/// Phrases one of which must stand near.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Near {
    pub phrases: Vec<Neighbour>,
    pub within: usize,
    pub unit: Distance,
}

/// A phrase that is only looked for around others.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Neighbour {
    pub profile: Profile,
    pub glob: Glob,
}

impl Context {
    /// That of some options; none if they name none.
    ///
    /// # Errors
    /// Those of [`Glob::new`].
    pub fn of(options: &Options) -> Result<Option<Self>, Error> {
        let context = &options.context;
        if context.is_empty() {
            return Ok(None);
        }
        let near = context.near.as_ref().map(|near| -> Result<_, Error> {
            Ok(Near {
                phrases: neighbours(&near.phrases, options)?,
                within: near.within as usize,
                unit: near.unit,
            })
        });
        Ok(Some(Self {
            not_before: neighbours(&context.not_before, options)?,
            not_after: neighbours(&context.not_after, options)?,
            near: near.transpose()?,
        }))
    }
}

fn neighbours(phrases: &[String], options: &Options) -> Result<Vec<Neighbour>, Error> {
    let neighbour = |phrase: &String| {
        let phrase = fold::trim(phrase);
        let case = fold::resolve_case(phrase, options.case);
        let profile = Profile { case, accents: options.accents, hyphens: options.hyphens };
        let glob = if options.glob { Glob::new(phrase, profile)? } else { Glob::plain(phrase, profile) };
        Ok(Neighbour { profile, glob })
    };
    phrases.iter().map(neighbour).collect()
}
