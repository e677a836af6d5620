"""The code of a page of the docs, as it stands there."""

from __future__ import annotations

import re

from support import ROOT

_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def code_of(page: str) -> list[str]:
    """Return the blocks of Python of a page, in order."""
    return _BLOCK.findall((ROOT / page).read_text("utf-8"))
