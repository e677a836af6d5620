"""What the README and the guides show is what comes out."""

import re
import warnings

import pytest
from support import ROOT

BLOCKS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize(
    ("page", "shown_in_it"),
    [
        ("README.md", 2),
        ("docs/overlaps.md", 3),
        ("docs/affixes.md", 1),
        ("docs/keeping-gazetteers.md", 4),
        ("docs/retag.md", 1),
        ("docs/fits.md", 5),
        ("docs/analysis.md", 4),
        ("docs/plots.md", 1),
        ("docs/duplicates.md", 1),
        ("docs/cooccurrence.md", 4),
        ("docs/files.md", 3),
    ],
)
def test_the_examples_print_what_is_shown(page, shown_in_it, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # Some write files.
    examples = BLOCKS.findall((ROOT / page).read_text("utf-8"))
    assert len(examples) == shown_in_it
    names = {}
    with warnings.catch_warnings():
        for code, shown in examples:
            exec(code, names)
            assert capsys.readouterr().out == shown
