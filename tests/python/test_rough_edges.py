"""What new users stumbled over."""

import pandas as pd
import pyarrow as pa
import pytest

import slugline as sl

M = sl.PhraseMatcher(["York", "New York", "New York Times"])


@pytest.mark.parametrize("make", [list, lambda ids: pd.Series(ids, dtype="Int64")])
def test_large_ids_beside_a_null_stay_whole(make):
    frame = M.tag(["York", "York"], ids=make([2**53 + 1, None])).to_pandas()
    assert frame["id"][0] == 2**53 + 1
    assert frame["id"].isna().tolist() == [False, True]


def test_nested_matches_have_looks_of_their_own():
    html = M.tag("New York Times", overlap="all").html(0)
    # Three in the text, and three branches in the legend.
    assert html.count("<mark") == html.count("</mark>") == 6
    looks = {
        part.split('"')[0] for part in html.split('<mark class="')[1:] if "title=" in part[:60]
    }
    assert len(looks) == 3


@pytest.mark.parametrize(
    ("field", "value", "message"), [("weight", "x", "must be a number"), ("lang", 3, "must be str")]
)
def test_wrong_weight_or_language_names_the_row(field, value, message):
    rows = [{"phrase": "a", "concept": "b"}, {"phrase": "c", "concept": "d", field: value}]
    with pytest.raises(TypeError, match=rf"row 1: {field} of 'c' {message}"):
        sl.Gazetteer.from_table(rows)


def test_norwegian_is_a_language_in_yaml(tmp_path):
    path = tmp_path / "g.yaml"
    path.write_text("a:\n- phrase: x\n  lang: no\n  country: NO\n  seen: true\n", "utf-8")
    entry = next(iter(sl.Gazetteer.read(path)))
    assert entry.lang == "no"
    assert entry.attributes == {"country": "NO", "seen": True}


def test_what_is_no_text_in_a_dict_is_a_type_error():
    with pytest.raises(TypeError, match="a phrase must be str, not int"):
        sl.Gazetteer.from_dict({"a": {"b": ["x", 3]}})
    with pytest.raises(TypeError, match="must be str or None, not int"):
        sl.Gazetteer.from_dict({3: ["x"]})


def test_mixed_objects_in_pandas_name_the_row():
    frame = pd.DataFrame({"phrase": ["a", 5], "concept": ["x", "y"]})
    with pytest.raises(TypeError, match=r"row 1.*int"):
        sl.Gazetteer.from_table(frame)
    with pytest.raises(TypeError, match="not a Series"):
        sl.Gazetteer.from_table(pd.Series(["a"]))


def test_misspelt_settings_are_errors():
    with pytest.raises(AttributeError):
        sl.Gazetteer().case = "smart"


def test_errors_in_batches_name_the_batch():
    with pytest.raises(TypeError, match="row 1") as caught:
        list(M.iter_tag([["a"] * 10, ["b", 3]]))
    assert caught.value.__notes__ == ["in batch 1, whose row 0 is document 10"]


def test_ids_of_matched_rows_in_arrow():
    table = pa.table(M.tag(["York", "-", "York"], ids=[1, 2, None]))
    assert table["id"].to_pylist() == [1, None]
