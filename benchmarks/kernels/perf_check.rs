//! Does one fixed piece of work, for callgrind to count its instructions.
//!
//!     perf_check            # lists the workloads
//!     perf_check WORKLOAD   # does one, and prints how much it found
//!
//! `benchmarks/perf_check.py` runs them all and compares.

use std::hint::black_box;
use std::process::ExitCode;

use corpus::{Column, Language, SETTINGS, Script};
use slugline::run::{self, Unwatched};
use slugline::scan::kernels::Isa;
use slugline::{Accents, Boundary, Case, Gazetteer, Hyphens, Matcher, Options};

/// Bytes of text: enough for what is done once a call not to count.
const TEXT: usize = 500_000;
const NEWS: usize = 2_500;
const HEADLINE: usize = 70;

/// A set of instructions that valgrind knows, the same on every machine: counts must not depend on
/// what the processor has.
const ISA: Isa = Isa::Avx2;

#[derive(Clone, Copy)]
enum Call {
    Tag,
    Contains,
    Build,
    /// Building when nothing was built before: the tables that all matchers share are made too.
    FirstBuild,
}

struct Workload {
    name: &'static str,
    script: Script,
    phrases: usize,
    row_bytes: usize,
    options: fn() -> Vec<Options>,
    call: Call,
    isa: Isa,
}

const USUAL: Workload = Workload {
    name: "",
    script: Script::Ascii,
    phrases: 10_000,
    row_bytes: NEWS,
    options: || vec![Options::default()],
    call: Call::Tag,
    isa: ISA,
};

const WORKLOADS: &[Workload] = &[
    Workload { name: "ascii-100", phrases: 100, ..USUAL },
    Workload { name: "ascii-10k", ..USUAL },
    Workload { name: "ascii-10k-portable", isa: Isa::Portable, ..USUAL },
    Workload { name: "ascii-50k", phrases: 50_000, ..USUAL },
    Workload { name: "mixed-options", script: Script::Accented, options: mixed, ..USUAL },
    Workload { name: "inside-words", script: Script::Accented, options: inside_words, ..USUAL },
    Workload { name: "cyrillic", script: Script::Cyrillic, ..USUAL },
    Workload { name: "arabic", script: Script::Arabic, ..USUAL },
    Workload { name: "chinese", script: Script::Chinese, ..USUAL },
    Workload { name: "thai", script: Script::Thai, ..USUAL },
    Workload { name: "short-rows", row_bytes: HEADLINE, ..USUAL },
    Workload { name: "contains", row_bytes: HEADLINE, call: Call::Contains, ..USUAL },
    Workload { name: "first-build", phrases: 100, call: Call::FirstBuild, ..USUAL },
    Workload { name: "build-20k", phrases: 20_000, call: Call::Build, ..USUAL },
];

/// What is not measured, done before.
enum Prepared {
    Tag(Matcher, Column),
    Contains(Matcher, Column),
    Build(Gazetteer),
}

impl Prepared {
    fn new(workload: &Workload) -> Self {
        let language = Language::new(workload.script);
        let options = (workload.options)();
        let gazetteer = corpus::gazetteer(&language.names()[..workload.phrases], &options);
        let matcher = |gazetteer| Matcher::new(gazetteer).expect("made-up phrases can be built");
        let texts = || Column::Utf8(language.rows(TEXT, workload.row_bytes));
        match workload.call {
            Call::Tag => Self::Tag(matcher(&gazetteer), texts()),
            Call::Contains => Self::Contains(matcher(&gazetteer), texts()),
            Call::FirstBuild => Self::Build(gazetteer),
            Call::Build => {
                matcher(&corpus::gazetteer(&language.names()[..1], &options));
                Self::Build(gazetteer)
            }
        }
    }
}

/// Options as a gazetteer of several sources has them: most phrases have the same, and a few of each
/// hundred ask for something else.
fn mixed() -> Vec<Options> {
    let mut all = vec![Options { accents: Accents::Fold, ..Options::default() }; 100];
    let affixes = ["s", "en", "'s"].map(String::from).to_vec();
    let others = [
        Options { case: Case::Match, ..Options::default() },
        Options { case: Case::Smart, hyphens: Hyphens::Space, ..Options::default() },
        Options { boundary: Boundary::Start, ..Options::default() },
        Options { boundary: Boundary::Compound, ..Options::default() },
        Options { affixes: affixes.clone(), ..Options::default() },
        Options { affixes, case: Case::Smart, accents: Accents::Fold, ..Options::default() },
    ];
    for (number, options) in others.iter().cycle().take(24).enumerate() {
        all[number * 3] = options.clone();
    }
    all
}

/// One phrase in fifty may start anywhere in a word. A workload of its own, since this costs so
/// much that nothing else would show.
fn inside_words() -> Vec<Options> {
    let mut all = vec![Options::default(); 100];
    all[49] = Options { boundary: Boundary::None, ..Options::default() };
    all[99] = Options { boundary: Boundary::End, accents: Accents::Fold, ..Options::default() };
    all
}

/// What is measured: callgrind counts from the entry of this function on, whatever thread does the
/// work. Not inlined, nor generic, so that there is one of that name.
#[inline(never)]
fn measured(prepared: &Prepared) -> usize {
    match prepared {
        Prepared::Tag(matcher, texts) => {
            let batches = run::tag(matcher, texts, &SETTINGS, &Unwatched).expect("made-up text is good");
            batches.iter().map(|batch| batch.len()).sum()
        }
        Prepared::Contains(matcher, texts) => {
            let rows = run::contains(matcher, texts, &SETTINGS, &Unwatched).expect("made-up text is good");
            rows.iter().filter(|&&found| found).count()
        }
        Prepared::Build(gazetteer) => Matcher::new(gazetteer).expect("made-up phrases can be built").len(),
    }
}

fn main() -> ExitCode {
    let Some(name) = std::env::args().nth(1) else {
        WORKLOADS.iter().for_each(|workload| println!("{}", workload.name));
        return ExitCode::SUCCESS;
    };
    let Some(workload) = WORKLOADS.iter().find(|workload| workload.name == name) else {
        eprintln!("no such workload: {name}");
        return ExitCode::FAILURE;
    };
    workload.isa.force();
    if Isa::current() != workload.isa {
        eprintln!("this processor has no {:?}, which the counts are made with", workload.isa);
        return ExitCode::FAILURE;
    }
    let prepared = Prepared::new(workload);
    println!("{}", measured(black_box(&prepared)));
    // What follows is counted too: no more than printing, and no freeing.
    std::mem::forget(prepared);
    ExitCode::SUCCESS
}
