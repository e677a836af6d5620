"""What a report of a fault should say."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from slugline import _core

_TABLES = ("numpy", "pandas", "polars", "pyarrow", "scipy", "duckdb", "pyyaml", "tqdm")
_WORDS = ("inflect", "eng", "cyrtranslit", "iuliia", "wordfreq")
_SHOWN = ("altair", "vl-convert-python", "anywidget", "networkx", "datasketch")
_FITTED = ("scikit-learn", "spacy")
_OPTIONAL = _TABLES + _WORDS + _SHOWN + _FITTED


def show_versions() -> None:
    """Print the versions of slugline, Python and the libraries that it works with.

    Examples
    --------
    >>> import slugline as sl
    >>> sl.show_versions()  # doctest: +ELLIPSIS
    slugline  ...
    """
    gazetteer = _core.Gazetteer()
    gazetteer.add("slugline", "slugline", {}, None, 1.0, {})
    rows = {
        "slugline": _core.__version__,
        "engine": _core.Matcher(gazetteer).engine,
        "python": sys.version.partition(" ")[0],
        "platform": platform.platform(),
        **{name: _installed(name) for name in _OPTIONAL},
    }
    longest = max(map(len, rows))
    for name, value in rows.items():
        print(f"{name:<{longest}}  {value}")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
