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

from slugline import datasets
from slugline._core import SluglineError, __version__
from slugline._diff import Change, GazetteerDiff
from slugline._entry import Entry
from slugline._expand import NotMade
from slugline._retag import retag
from slugline._versions import show_versions
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher
from slugline.matches import Match, Matches

__all__ = [
    "Change",
    "Entry",
    "Gazetteer",
    "GazetteerDiff",
    "Match",
    "Matches",
    "NotMade",
    "PhraseMatcher",
    "SluglineError",
    "__version__",
    "datasets",
    "retag",
    "show_versions",
]
