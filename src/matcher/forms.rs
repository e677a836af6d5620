//! What the options of phrases come to: which lane each goes into, and what its group asks for.

use std::collections::HashMap;

use super::demand::{Context, Demand};
use crate::automaton::{AffixList, Reach, first_word};
use crate::error::Error;
use crate::fold::{self, Profile};
use crate::gazetteer::{Entry, Gazetteer};
use crate::glob::{Glob, Part};
use crate::options::{Boundary, Case, Options};

/// What decides into which lane a phrase goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneKey {
    pub reach: Reach,
    pub profile: Profile,
    /// The number of the wild cards it begins with; 0 if there are none.
    pub lead: u32,
}

/// What a group asks for, but for exclusions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asks {
    pub boundary: Boundary,
    pub affixes: Option<u32>,
    pub demand: Option<u32>,
}

/// What the options of a phrase, and its wild cards, come to once its case is resolved.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Form {
    pub lane: u32,
    pub asks: Asks,
    /// Bytes and wild cards of the whole phrase, if it is a glob.
    pub extent: usize,
    /// Whether wild cards follow what the automaton finds.
    pub is_open: bool,
    /// Whether a star is among them all.
    pub is_elastic: bool,
}

/// The forms of a gazetteer's phrases.
pub struct Forms {
    /// First those of plain phrases, two for each of the gazetteer's options: where case is ignored and
    /// where it is not. Then those of globs.
    forms: Vec<Form>,
    lanes: Vec<LaneKey>,
    leads: Vec<Box<[Part]>>,
    pub affix_lists: AffixLists,
    /// By number, as [`Asks`] names them.
    pub demands: Vec<Demand>,
    globs: Globs,
}

/// The entries that are globs, ascending: their forms, and what the automata are to find of them.
#[derive(Default)]
struct Globs {
    entries: Vec<u32>,
    forms: Vec<u32>,
    heads: Vec<u8>,
    /// Where each head ends.
    ends: Vec<usize>,
}

/// A form on its way: the key of its lane in place of the lane's number.
type Draft = (LaneKey, Form);

impl Forms {
    pub fn new(gazetteer: &Gazetteer) -> Result<Self, Error> {
        let mut drafts = Drafts::default();
        let all_options = gazetteer.all_options();
        let contexts = all_options
            .iter()
            .map(|options| Context::of(options).map(|context| context.map(std::rc::Rc::new)))
            .collect::<Result<Vec<_>, _>>()?;
        for (options, context) in all_options.iter().zip(&contexts) {
            let demand = context.as_ref().map(|context| drafts.demand(&[], Some(context)));
            for case in [Case::Ignore, Case::Match] {
                let key = LaneKey { reach: reach(options), profile: profile(options, case), lead: 0 };
                let asks = drafts.asks(options, demand);
                let form = Form { lane: 0, asks, extent: 0, is_open: false, is_elastic: false };
                drafts.all.push((key, form));
            }
        }
        let mut globs = Globs::default();
        if all_options.iter().any(|options| options.glob) {
            for (number, entry) in gazetteer.entries().enumerate().filter(|(_, entry)| entry.options.glob) {
                let options_number = gazetteer.options_number(number);
                let context = contexts[options_number].as_ref();
                let (form, head) = drafts.glob(options_number, &entry, context)?;
                globs.push(number, form, &head);
            }
        }
        Ok(drafts.number(globs))
    }

    /// The form of a phrase that is no glob, trimmed; `options` is the number of its options.
    pub fn of_plain(&self, options: usize, entry: Entry<'_>, phrase: &str) -> u32 {
        let case = fold::resolve_case(phrase, entry.options.case);
        plain_form(options, case)
    }

    pub fn get(&self, form: u32) -> &Form {
        &self.forms[form as usize]
    }

    pub fn lane(&self, form: u32) -> &LaneKey {
        &self.lanes[self.get(form).lane as usize]
    }

    /// The wild cards of this number.
    pub fn parts(&self, lead: u32) -> &[Part] {
        &self.leads[lead as usize]
    }

    /// The form of an entry that is a glob, and what the automata are to find of it.
    pub fn glob(&self, entry: usize) -> Option<(u32, &[u8])> {
        let globs = &self.globs;
        let at = globs.entries.binary_search(&(entry as u32)).ok()?;
        let from = at.checked_sub(1).map_or(0, |before| globs.ends[before]);
        Some((globs.forms[at], &globs.heads[from..globs.ends[at]]))
    }
}

impl Globs {
    fn push(&mut self, entry: usize, form: u32, head: &[u8]) {
        self.entries.push(entry as u32);
        self.forms.push(form);
        self.heads.extend_from_slice(head);
        self.ends.push(self.heads.len());
    }
}

/// The forms while they are collected.
#[derive(Default)]
struct Drafts {
    all: Vec<Draft>,
    known: HashMap<Draft, u32>,
    leads: Vec<Box<[Part]>>,
    affix_lists: AffixLists,
    demands: Vec<Demand>,
    /// By what follows, and the address of the context.
    demand_numbers: HashMap<(Box<[Part]>, usize), u32>,
}

impl Drafts {
    fn asks(&mut self, options: &Options, demand: Option<u32>) -> Asks {
        Asks { boundary: options.boundary, affixes: self.affix_lists.number(&options.affixes), demand }
    }

    fn demand(&mut self, tail: &[Part], context: Option<&std::rc::Rc<Context>>) -> u32 {
        let address = context.map_or(0, |context| std::rc::Rc::as_ptr(context) as usize);
        let next = self.demands.len() as u32;
        let number = *self.demand_numbers.entry((tail.into(), address)).or_insert(next);
        if number == next {
            self.demands
                .push(Demand { tail: tail.into(), context: context.map(|context| (**context).clone()) });
        }
        number
    }

    fn lead(&mut self, lead: &[Part]) -> u32 {
        if self.leads.is_empty() {
            self.leads.push(Box::default());
        }
        let known = self.leads.iter().position(|known| **known == *lead);
        known.unwrap_or_else(|| {
            self.leads.push(lead.into());
            self.leads.len() - 1
        }) as u32
    }

    /// The form of a glob, and its head.
    fn glob(
        &mut self,
        options_number: usize,
        entry: &Entry<'_>,
        context: Option<&std::rc::Rc<Context>>,
    ) -> Result<(u32, Box<[u8]>), Error> {
        let options = entry.options;
        let phrase = fold::trim(entry.phrase);
        let case = fold::resolve_case(phrase, options.case);
        let profile = profile(options, case);
        let glob = Glob::new(phrase, profile)?;
        if glob.is_plain() {
            return Ok((plain_form(options_number, case), glob.head));
        }
        let demands = !glob.tail.is_empty() || context.is_some();
        let demand = demands.then(|| self.demand(&glob.tail, context));
        let key =
            LaneKey { reach: glob_reach(options, &glob, profile), profile, lead: self.lead(&glob.lead) };
        let is_elastic =
            glob.lead.iter().chain(&glob.tail).any(|part| matches!(part, Part::Rest | Part::Word));
        let form = Form {
            lane: 0,
            asks: self.asks(options, demand),
            extent: glob.extent(),
            is_open: !glob.tail.is_empty(),
            is_elastic,
        };
        let next = self.all.len() as u32;
        let number = *self.known.entry((key, form)).or_insert(next);
        if number == next {
            self.all.push((key, form));
        }
        Ok((number, glob.head))
    }

    /// Numbers the lanes, in an order that does not depend on that of the phrases.
    fn number(mut self, globs: Globs) -> Forms {
        self.lead(&[]);
        let mut lanes: Vec<LaneKey> = self.all.iter().map(|(key, _)| *key).collect();
        lanes.sort_unstable();
        lanes.dedup();
        let forms = self.all.iter().map(|(key, form)| {
            let lane = lanes.partition_point(|lane| lane < key) as u32;
            Form { lane, ..*form }
        });
        Forms {
            forms: forms.collect(),
            lanes,
            leads: self.leads,
            affix_lists: self.affix_lists,
            demands: self.demands,
            globs,
        }
    }
}

fn plain_form(options: usize, case: Case) -> u32 {
    (2 * options + usize::from(case == Case::Match)) as u32
}

fn profile(options: &Options, case: Case) -> Profile {
    Profile { case, accents: options.accents, hyphens: options.hyphens }
}

fn reach(options: &Options) -> Reach {
    match options.boundary {
        _ if !options.affixes.is_empty() => Reach::Anywhere,
        Boundary::Word | Boundary::Compound => Reach::WholeWords,
        Boundary::Start => Reach::Boundaries,
        Boundary::End | Boundary::None => Reach::Anywhere,
    }
}

fn glob_reach(options: &Options, glob: &Glob, profile: Profile) -> Reach {
    match (glob.lead.first(), reach(options)) {
        // A star takes the whole beginning of its word.
        (Some(Part::Rest | Part::Word), _) => Reach::Boundaries,
        (Some(_), Reach::WholeWords) => Reach::Boundaries,
        // The first word of the head may go on with what the wild card stands for.
        (None, Reach::WholeWords)
            if first_word(&glob.head, profile, &mut Vec::new()) == Some(glob.head.len()) =>
        {
            Reach::Boundaries
        }
        (_, reach) => reach,
    }
}

/// The distinct lists of affixes of a gazetteer.
#[derive(Default)]
pub struct AffixLists {
    lists: Vec<Vec<String>>,
}

impl AffixLists {
    fn number(&mut self, affixes: &[String]) -> Option<u32> {
        if affixes.is_empty() {
            return None;
        }
        let known = self.lists.iter().position(|list| list == affixes);
        Some(known.unwrap_or_else(|| {
            self.lists.push(affixes.to_vec());
            self.lists.len() - 1
        }) as u32)
    }

    /// Their folds, by number.
    pub fn folded(&self, profile: Profile) -> Vec<AffixList> {
        let fold = |affix: &String| {
            fold::fold_str(affix, profile.case, profile.accents, profile.hyphens).into_bytes()
        };
        self.lists.iter().map(|list| AffixList::new(list.iter().map(fold).collect())).collect()
    }
}
