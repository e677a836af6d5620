"""What the README shows is what comes out."""

import re

from support import ROOT

BLOCKS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def test_the_examples_print_what_is_shown(capsys):
    examples = BLOCKS.findall((ROOT / "README.md").read_text("utf-8"))
    assert len(examples) == 2
    names = {}
    for code, shown in examples:
        exec(code, names)
        assert capsys.readouterr().out == shown
