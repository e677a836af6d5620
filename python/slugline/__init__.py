"""Tag large news corpora with gazetteers of phrases.

A *gazetteer* lists phrases and the concepts that they stand for; a *phrase matcher* finds them in
a column of texts, many texts at a time, whole words, with case, accents and scripts treated as
readers treat them; *matches* are a table of what was found where.

Examples
--------
>>> import slugline as sl
>>> m = sl.PhraseMatcher({"narrative": {"color-revolution": ["colour revolution"]}})
>>> list(m.tag(["Fears of a “COLOUR  REVOLUTION”"]))[0].concept
'narrative/color-revolution'
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from slugline import datasets
from slugline._core import SluglineError, __version__
from slugline._diff import Change, GazetteerDiff
from slugline._entry import Entry
from slugline._expand import NotMade
from slugline._namespaces import register as _register
from slugline._retag import retag
from slugline._versions import show_versions
from slugline.files import CannotResume, OutputInUse, Report, tag_files
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher
from slugline.matches import Match, Matches

if TYPE_CHECKING:
    from slugline import dask as dask
    from slugline import duckdb as duckdb
    from slugline import pandas as pandas
    from slugline import polars as polars
    from slugline import ray as ray
    from slugline import sklearn as sklearn
    from slugline import spacy as spacy
    from slugline import spark as spark

__all__ = [
    "CannotResume",
    "Change",
    "Entry",
    "Gazetteer",
    "GazetteerDiff",
    "Match",
    "Matches",
    "NotMade",
    "OutputInUse",
    "PhraseMatcher",
    "Report",
    "SluglineError",
    "__version__",
    "datasets",
    "retag",
    "show_versions",
    "tag_files",
]

_LIBRARIES = {
    **{name: name for name in ("dask", "duckdb", "pandas", "polars", "ray", "sklearn", "spacy")},
    "spark": "pyspark",
}
"""The modules for other libraries, imported with these when asked for."""

if not TYPE_CHECKING:  # Else any misspelt name would pass.

    def __getattr__(name):
        if name in _LIBRARIES:
            return import_module(f"slugline.{name}")
        raise AttributeError(f"module 'slugline' has no attribute {name!r}")

    def __dir__():
        there = [name for name, lib in _LIBRARIES.items() if lib in sys.modules or find_spec(lib)]
        return sorted({*globals(), *there})


_register()
