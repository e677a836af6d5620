"""The examples of the guide on clusters, one section for each library."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "clusters.md"
BLOCKS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def examples(section: str) -> list[tuple[str, str]]:
    """Return the code of a section of the guide, each with what it shows."""
    sections = dict(
        re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.M | re.S)
    )
    return BLOCKS.findall(sections[section])
