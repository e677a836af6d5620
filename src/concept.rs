//! Concepts are paths: their parts, and patterns over them.
//!
//! A slash parts two names unless a backslash stands directly before it (`w\/o`).

/// The first `level` parts of a concept; the whole of it where it has no more.
///
/// `concept_level("person/politician/Putin", 1)` is `"person"`. Level 0 is the empty string.
pub fn concept_level(concept: &str, level: usize) -> &str {
    if level == 0 {
        return "";
    }
    match separators(concept).nth(level - 1) {
        Some(end) => &concept[..end],
        None => concept,
    }
}

/// The first part of a concept: `person` of `person/Vladimir Putin`.
pub fn branch(concept: &str) -> &str {
    concept_level(concept, 1)
}

/// Whether the whole of `concept` is what `pattern` describes; see [`Pattern`].
pub fn concept_matches(pattern: &str, concept: &str) -> bool {
    Pattern::new(pattern).matches(concept)
}

/// Whether a part of a path has no name: `a//b`, `/a`, `a/ /b`. A concept that is no path has none.
///
/// Costs one pass over the concept.
pub fn has_empty_part(concept: &str) -> bool {
    let is_empty = |from: usize| {
        let part = concept[from..].trim_start_matches(is_space);
        part.is_empty() || part.starts_with('/')
    };
    concept.contains('/') && (is_empty(0) || separators(concept).any(|slash| is_empty(slash + 1)))
}

/// White space as Python knows it, to which four control characters belong.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1C}'..='\u{1F}')
}

/// The byte positions of the slashes that part two names.
fn separators(concept: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = concept.as_bytes();
    concept.match_indices('/').map(|(at, _)| at).filter(move |&at| at == 0 || bytes[at - 1] != b'\\')
}

/// A pattern over concepts, in which `*` stands for anything, slashes too.
///
/// A backslash before a star makes it a plain star. Any other backslash is one, so that a concept
/// written with `\/` is a pattern that matches itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The literal texts between the stars; never empty.
    literals: Vec<String>,
}

impl Pattern {
    pub fn new(pattern: &str) -> Self {
        let mut literals = vec![String::new()];
        let mut rest = pattern.chars().peekable();
        while let Some(c) = rest.next() {
            let literal = match c {
                '\\' if rest.next_if_eq(&'*').is_some() => '*',
                '*' => {
                    literals.push(String::new());
                    continue;
                }
                c => c,
            };
            if let Some(last) = literals.last_mut() {
                last.push(literal);
            }
        }
        Self { literals }
    }

    /// Whether the whole of `concept` is what the pattern describes.
    ///
    /// Linear in both: each literal between two stars may be taken where it is found first, since
    /// taking it later leaves less for those that follow.
    pub fn matches(&self, concept: &str) -> bool {
        let [first, middle @ ..] = self.literals.as_slice() else {
            return false;
        };
        let Some((last, middle)) = middle.split_last() else {
            return first == concept;
        };
        let Some(rest) = concept.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else {
            return false;
        };
        for literal in middle {
            match rest.find(literal.as_str()) {
                Some(at) => rest = &rest[at + literal.len()..],
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_cut_at_slashes_that_are_not_escaped() {
        let concept = r"a\/b/c/d";
        assert_eq!(concept_level(concept, 0), "");
        assert_eq!(concept_level(concept, 1), r"a\/b");
        assert_eq!(concept_level(concept, 2), r"a\/b/c");
        assert_eq!(concept_level(concept, 3), concept);
        assert_eq!(concept_level(concept, 9), concept);
        assert_eq!(branch("person/Vladimir Putin"), "person");
        assert_eq!(branch("NATO"), "NATO");
        assert_eq!(branch(""), "");
    }

    #[test]
    fn a_part_without_a_name_is_found() {
        for concept in
            ["/", "//", "/a", "a/", "a//b", "a/ /b", "a/\u{1F}\u{3000}/b", "a/\n", " /a", r"a\///b"]
        {
            assert!(has_empty_part(concept), "{concept:?}");
        }
        for concept in ["", " ", "a", "a/b", "a / b", r"\/", r"a\/", r"a\//b", r"a\/\/b", r"a/\/"] {
            assert!(!has_empty_part(concept), "{concept:?}");
        }
    }

    #[test]
    fn patterns_cover_the_whole_concept() {
        for (pattern, concept, expected) in [
            ("person/*", "person/Putin", true),
            ("person/*", "person/politician/Putin", true),
            ("person/*", "person", false),
            ("person*", "person", true),
            ("person", "person/Putin", false),
            ("Person/*", "person/Putin", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("ab*ba", "aba", false),
            ("ab*ba", "abba", true),
            ("*/Путин", "person/Путин", true),
            (r"a\*b", "a*b", true),
            (r"a\*b", "axb", false),
            (r"w\/o", r"w\/o", true),
            (r"w\/*", r"w\/o", true),
            ("**", "anything", true),
        ] {
            assert_eq!(concept_matches(pattern, concept), expected, "{pattern} on {concept}");
        }
    }

    #[test]
    fn many_stars_stay_linear() {
        let pattern = "*a".repeat(2_000) + "b";
        assert!(!concept_matches(&pattern, &"a".repeat(200_000)));
    }
}
