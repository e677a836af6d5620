"""What docs/formats.md shows is what comes out of the files that it shows."""

import re

from support import ROOT

import slugline as sl
from slugline._formats import FORMATS

BLOCK = re.compile(r"(?:^`([\w.]+)`:\n\n)?^```(text|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TEXT = (ROOT / "docs" / "formats.md").read_text("utf-8")


def test_the_examples_print_what_is_shown(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"sl": sl}
    printed = None
    for file, kind, content in BLOCK.findall(TEXT):
        if file:
            (tmp_path / file).write_text(content, encoding="utf-8")
        elif kind == "python":
            exec(content, names)
            printed = capsys.readouterr().out
        else:
            assert printed == content
            printed = None
    assert TEXT.count("```python") >= 9
    assert printed is None


def test_all_formats_and_suffixes_are_in_the_table():
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]
    for name, format in FORMATS.items():
        (row,) = (row for row in rows if f"`{name}`" in row.split("|")[1])
        cells = row.split("|")
        assert all(f"`{suffix}`" in cells[2] for suffix in format.suffixes), name
        assert ("yes" in cells[7]) == bool(format.write or format.write_arrow), name
        for option, value in format.defaults.items():
            assert f"{option}={value!r}".replace("'", '"') in cells[6], name
