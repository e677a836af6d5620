//! Times the engine and its stages through the public API, with text and phrases that are made up.
//!
//! Throughputs are bytes of the text as UTF-8, whatever its storage.

use std::hint::black_box;
use std::time::Duration;

use corpus::{Column, Language, NAMES, SETTINGS, Script};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use slugline::run::{self, Unwatched};
use slugline::scan::kernels::Isa;
use slugline::{Corpus, Matcher, Options};

/// Larger than the second cache of most processors, as texts are.
const TEXT: usize = 4_000_000;
const NEWS: usize = 2_500;
const HEADLINE: usize = 70;
const LARGE: usize = 20_000;

fn matcher(language: &Language, phrases: usize) -> Matcher {
    let gazetteer = corpus::gazetteer(&language.names()[..phrases], &[Options::default()]);
    Matcher::new(&gazetteer).expect("made-up phrases can be built")
}

fn bytes(rows: &[String]) -> Throughput {
    Throughput::Bytes(rows.iter().map(String::len).sum::<usize>() as u64)
}

fn tag(matcher: &Matcher, texts: &dyn Corpus) -> usize {
    let batches = run::tag(matcher, texts, &SETTINGS, &Unwatched).expect("made-up text is good");
    batches.iter().map(|batch| batch.len()).sum()
}

fn contains(matcher: &Matcher, texts: &dyn Corpus) -> Vec<bool> {
    run::contains(matcher, texts, &SETTINGS, &Unwatched).expect("made-up text is good")
}

/// From words to candidates in ASCII, with each set of instructions that this processor has: with few
/// phrases the filters decide, with many the tables behind them.
fn instructions(criterion: &mut Criterion) {
    let language = Language::new(Script::Ascii);
    let rows = language.rows(TEXT, NEWS);
    let mut group = criterion.benchmark_group("ascii");
    group.throughput(bytes(&rows));
    let texts = Column::Utf8(rows);
    let usual = Isa::current();
    for phrases in [100, LARGE] {
        let matcher = matcher(&language, phrases);
        for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
            isa.force();
            let id = BenchmarkId::new(format!("{isa:?}"), phrases);
            group.bench_function(id, |bencher| bencher.iter(|| tag(black_box(&matcher), &texts)));
        }
    }
    usual.force();
}

/// Text that is not ASCII, as Arrow and as Python's `str` hold it.
fn scripts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scripts");
    for script in [Script::Cyrillic, Script::Chinese, Script::Thai, Script::Arabic] {
        let language = Language::new(script);
        let matcher = matcher(&language, LARGE);
        let rows = language.rows(TEXT, NEWS);
        group.throughput(bytes(&rows));
        let ucs2 = Column::ucs2(&rows);
        for (storage, texts) in [("utf-8", Column::Utf8(rows)), ("ucs-2", ucs2)] {
            let id = BenchmarkId::new(format!("{script:?}"), storage);
            group.bench_function(id, |bencher| bencher.iter(|| tag(black_box(&matcher), &texts)));
        }
    }
}

/// What each row costs, and what stopping at its first match saves.
fn rows(criterion: &mut Criterion) {
    let language = Language::new(Script::Ascii);
    let matcher = matcher(&language, LARGE);
    let mut group = criterion.benchmark_group("rows");
    for (size, row_bytes) in [("headlines", HEADLINE), ("news", NEWS)] {
        let rows = language.rows(TEXT, row_bytes);
        group.throughput(bytes(&rows));
        let texts = Column::Utf8(rows);
        group.bench_function(BenchmarkId::new("tag", size), |bencher| {
            bencher.iter(|| tag(black_box(&matcher), &texts));
        });
        group.bench_function(BenchmarkId::new("contains", size), |bencher| {
            bencher.iter(|| contains(black_box(&matcher), &texts));
        });
    }
}

/// Building, on as many threads as there are processors.
fn build(criterion: &mut Criterion) {
    let language = Language::new(Script::Ascii);
    let gazetteer = corpus::gazetteer(language.names(), &[Options::default()]);
    let mut group = criterion.benchmark_group("build");
    group.throughput(Throughput::Elements(NAMES as u64));
    group.bench_function("50k", |bencher| {
        // Freeing the matcher is not building it.
        bencher.iter_with_large_drop(|| {
            Matcher::new(black_box(&gazetteer)).expect("made-up phrases can be built")
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = instructions, scripts, rows, build
}
criterion_main!(benches);
