//! The binding: the core under the names of `_core.pyi`, and no logic beyond converting.

mod analysis;
mod arrow_text;
mod attributes;
mod counting;
mod dispersion;
mod duplicates;
mod errors;
mod export;
mod gazetteer;
mod gil;
mod ids;
mod input;
mod keeping;
mod keys;
mod kwic;
mod matcher;
mod matches;
mod options;
mod output;
mod reading;
mod retag;
mod rows;
mod table;
mod table_lists;
mod tables;
mod template;
mod values;

use pyo3::prelude::*;

/// The compiled core of slugline.
#[pymodule(gil_used = true)]
mod _core {
    #[pymodule_export]
    use super::analysis::compare::compare;
    #[pymodule_export]
    use super::analysis::cooccurrence::{cooccurrence, network};
    #[pymodule_export]
    use super::analysis::near::near;
    #[pymodule_export]
    use super::dispersion::dispersion;
    #[pymodule_export]
    use super::duplicates::Duplicates;
    #[pymodule_export]
    use super::errors::SluglineError;
    #[pymodule_export]
    use super::gazetteer::{Gazetteer, has_empty_part};
    #[pymodule_export]
    use super::input::Texts;
    #[pymodule_export]
    use super::keeping::{add_variants, diff, languages, lint, split_variants, text_table};
    #[pymodule_export]
    use super::matcher::Matcher;
    #[pymodule_export]
    use super::matches::Matches;
    #[pymodule_export]
    use super::options::fold;
    #[pymodule_export]
    use super::output::{ArrowColumn, ArrowTable, Buffer};
    #[pymodule_export]
    use super::reading::{read_csv, read_csv_header, read_json_lines};
    #[pymodule_export]
    use super::retag::retag;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
