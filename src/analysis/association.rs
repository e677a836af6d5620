//! How strongly things go together, and how much more frequent they are here than there.

/// In how many units (documents, sentences, windows) two things are found, of how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contingency {
    /// Units with both.
    pub both: u64,
    /// Units with the first, with the second, and all there are.
    pub first: u64,
    pub second: u64,
    pub all: u64,
}

impl Contingency {
    /// How many units would have both if the two were independent.
    pub fn expected(&self) -> f64 {
        self.first as f64 * self.second as f64 / self.all as f64
    }

    /// Pointwise mutual information in bits (Church & Hanks 1990): `log2(p(a,b) / (p(a) p(b)))`.
    pub fn pmi(&self) -> f64 {
        (self.both as f64 / self.expected()).log2()
    }

    /// The same as a share of what it could be at most, `-log2 p(a,b)` (Bouma 2009). It is 0 where
    /// all units have both: then these are independent, too.
    pub fn npmi(&self) -> f64 {
        let most = -(self.both as f64 / self.all as f64).log2();
        if most > 0.0 { self.pmi() / most } else { 0.0 }
    }

    /// The log-likelihood ratio of dependence to independence (Dunning 1993).
    pub fn log_likelihood(&self) -> f64 {
        let Self { both, first, second, all } = *self;
        let (not_first, not_second) = (all - first, all - second);
        let cells = [
            (both, first, second),
            (first - both, first, not_second),
            (second - both, not_first, second),
            ((all + both) - first - second, not_first, not_second),
        ];
        let sum: f64 = cells.iter().map(|&(seen, row, column)| information(seen, row, column, all)).sum();
        // Rounding must not make it less than nothing.
        (2.0 * sum).max(0.0)
    }
}

/// `seen · ln(seen / expected)`, which is nothing where nothing was seen.
fn information(seen: u64, row: u64, column: u64, all: u64) -> f64 {
    if seen == 0 {
        return 0.0;
    }
    let expected = row as f64 * column as f64 / all as f64;
    seen as f64 * (seen as f64 / expected).ln()
}

/// How often something is found here and elsewhere, among how many words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frequencies {
    pub here: u64,
    pub elsewhere: u64,
    pub words_here: u64,
    pub words_elsewhere: u64,
}

impl Frequencies {
    /// The log-likelihood of keyness (Rayson & Garside 2000), below zero where it is found less
    /// often here than elsewhere.
    pub fn log_likelihood(&self) -> f64 {
        let (found, words) = (self.here + self.elsewhere, self.words_here + self.words_elsewhere);
        let sum = information(self.here, self.words_here, found, words)
            + information(self.elsewhere, self.words_elsewhere, found, words);
        let strength = (2.0 * sum).max(0.0);
        let is_rarer =
            self.here as f64 * (self.words_elsewhere as f64) < self.elsewhere as f64 * self.words_here as f64;
        if is_rarer { -strength } else { strength }
    }

    /// The binary logarithm of the ratio of the two relative frequencies (Hardie 2014), in which a
    /// count of zero stands for a half. None where there are no words here or elsewhere.
    pub fn log_ratio(&self) -> Option<f64> {
        let rate = |found: u64, words: u64| {
            let found = if found == 0 { 0.5 } else { found as f64 };
            (words > 0).then(|| found / words as f64)
        };
        let here = rate(self.here, self.words_here)?;
        Some((here / rate(self.elsewhere, self.words_elsewhere)?).log2())
    }
}

/// How many in a million words; none where there are no words.
pub fn per_million(found: u64, words: u64) -> Option<f64> {
    (words > 0).then(|| found as f64 * 1e6 / words as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn pairs_by_hand() {
        // Of 8 units 4 have the first, 2 the second and 2 both: 1 is expected.
        let table = Contingency { both: 2, first: 4, second: 2, all: 8 };
        assert!(near(table.expected(), 1.0));
        assert!(near(table.pmi(), 1.0));
        assert!(near(table.npmi(), 0.5));
        // Cells 2, 2, 0, 4, of which 1, 3, 1, 3 are expected.
        let expected = 2.0 * (2.0 * 2f64.ln() + 2.0 * (2f64 / 3.0).ln() + 4.0 * (4f64 / 3.0).ln());
        assert!(near(table.log_likelihood(), expected));
    }

    #[test]
    fn independent_and_certain_pairs() {
        let independent = Contingency { both: 1, first: 2, second: 2, all: 4 };
        assert_eq!((independent.pmi(), independent.npmi(), independent.log_likelihood()), (0.0, 0.0, 0.0));
        let certain = Contingency { both: 1, first: 1, second: 1, all: 1 };
        assert_eq!((certain.pmi(), certain.npmi(), certain.log_likelihood()), (0.0, 0.0, 0.0));
        let perfect = Contingency { both: 3, first: 3, second: 3, all: 24 };
        assert!(near(perfect.pmi(), 3.0) && near(perfect.npmi(), 1.0));
    }

    #[test]
    fn keyness_by_hand() {
        let more = Frequencies { here: 10, elsewhere: 5, words_here: 1000, words_elsewhere: 1000 };
        let expected = 2.0 * (10.0 * (10.0 / 7.5f64).ln() + 5.0 * (5.0 / 7.5f64).ln());
        assert!(near(more.log_likelihood(), expected));
        assert_eq!(more.log_ratio(), Some(1.0));
        let less = Frequencies { here: 5, elsewhere: 10, ..more };
        assert!(near(less.log_likelihood(), -expected));
        assert_eq!(less.log_ratio(), Some(-1.0));
    }

    #[test]
    fn nothing_here_or_no_words() {
        let none = Frequencies { here: 0, elsewhere: 8, words_here: 100, words_elsewhere: 100 };
        assert_eq!(none.log_ratio(), Some(-4.0));
        assert!(near(none.log_likelihood(), -16.0 * 2f64.ln()));
        let wordless = Frequencies { here: 0, elsewhere: 8, words_here: 0, words_elsewhere: 100 };
        assert_eq!((wordless.log_ratio(), wordless.log_likelihood()), (None, 0.0));
        assert_eq!((per_million(0, 0), per_million(2, 1000)), (None, Some(2000.0)));
    }
}
