"""Whatever a file holds, it is read or refused by an error that names it."""

import pytest
from formats_support import put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slugline import Gazetteer
from slugline._formats import FORMATS

TOKENS = [
    *"%\t\n\r ()<>{}[]\",:=&*?+#@/\\_-'12aÉ中",
    "=>",
    " (1)",
    '{"label": "A", "pattern": ',
    '[{"LOWER": "a"}]}',
    '{"phrase": "a", "concept": "b"}',
    '{"id": "Q1", "labels": {"en": "a"}}',
    "phrase,concept\n",
    "phrase\tconcept\n",
    "%\n1 A\n%\n",
    "a.lst:b",
    '<dictionary><cnode name="a"><pnode name="',
    '"/></cnode></dictionary>',
    "- ",
    ": ",
    "NEAR",
]
content = st.lists(st.sampled_from(TOKENS), max_size=12).map("".join).map(str.encode) | st.binary(
    max_size=20
)


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"parquet"}))
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=content, encoding=st.sampled_from([None, "latin-1", "utf-16-le", "euc-jp"]))
def test_anything_is_read_or_refused(name, content, encoding, tmp_path):
    path = put(tmp_path, "lists.def" if name == "gate" else "g.any", content)
    try:
        gaz = Gazetteer.read(path, name, encoding=encoding)
        reasons = []
    except (ValueError, TypeError) as error:
        gaz, reasons = Gazetteer(), [str(error)]
    assert all(path.name in reason for reason in reasons)
    assert all(entry.phrase.strip() for entry in gaz)
