//! The templates of `replace`.

use crate::error::Error;
use crate::run::Part;

/// Reads a template, in which `{concept}`, `{phrase}` and `{text}` are filled in and doubled
/// braces are braces.
///
/// # Errors
/// A brace that stands alone, or a name in braces that is none of the three.
pub fn parse(template: &str) -> Result<Vec<Part>, Error> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
            continue;
        }
        let name = rest.split_once('}').filter(|_| brace == "{");
        let Some((name, after)) = name else {
            return Err(Error::value(format!(
                "a {brace:?} alone in {template:?}: write it twice to have it once"
            )));
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(part(name)?);
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

fn part(name: &str) -> Result<Part, Error> {
    match name {
        "concept" => Ok(Part::Concept),
        "phrase" => Ok(Part::Phrase),
        "text" => Ok(Part::Text),
        _ => Err(Error::value(format!(
            "only {{concept}}, {{phrase}} and {{text}} are filled in, not {{{name}}}"
        ))),
    }
}
