"""Counts over time, beside the same computed by pandas."""

import random
import subprocess
import sys
import warnings
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reference_words import words
from support import DATA

import slugline as sl

TEXTS = ["NATO met. NATO!", "القاهرة", "颜色革命 and NATO", "", None, "«НАТО» в Киеве", "นาโต"]
GAZETTEER = {
    "org": {"NATO": ["NATO", "НАТО", "นาโต"]},
    "place": {"Cairo": ["القاهرة"], "Kyiv": ["Киев*"]},
    "narrative": {"color-revolution": ["颜色革命"]},
}
DATES = [
    date(2019, 12, 30),
    date(2020, 1, 31),
    date(2020, 2, 29),
    date(2020, 3, 1),
    date(2020, 3, 1),
    date(2021, 1, 1),
    date(2020, 1, 31),
]
FREQS = ("day", "week", "month", "quarter", "year")


def matcher():
    gaz = sl.Gazetteer(glob=True)
    for branch, concepts in GAZETTEER.items():
        for concept, phrases in concepts.items():
            for phrase in phrases:
                gaz.add(phrase, f"{branch}/{concept}")
    return sl.PhraseMatcher(gaz)


@pytest.fixture(scope="module")
def x():
    return matcher().tag(TEXTS)


def by_pandas(x, texts, dates, freq, level=None, count_words=None):
    """The timeline by pandas' own periods."""
    alias = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}[freq]
    frame = pd.DataFrame(
        [(match.doc, match.start, match.end, match.concept) for match in x],
        columns=["doc", "start", "end", "concept"],
    )
    if level:
        frame["concept"] = frame["concept"].str.split("/").str[:level].str.join("/")
    frame = frame.drop_duplicates()
    periods = pd.Series(pd.to_datetime(pd.Series(dates)).dt.to_period(alias))
    frame["period"] = frame["doc"].map(periods)
    whole = pd.period_range(periods.min(), periods.max(), freq=alias)
    concepts = sorted(frame["concept"].unique())
    grid = pd.MultiIndex.from_product([whole, concepts], names=["period", "concept"])
    grouped = frame.dropna(subset="period").groupby(["period", "concept"])
    table = pd.DataFrame({"matches": grouped.size(), "documents": grouped["doc"].nunique()})
    table = table.reindex(grid, fill_value=0).reset_index()
    there = pd.Series(texts).notna()
    documents = periods[there].value_counts().reindex(whole, fill_value=0)
    table["share_of_documents"] = table["documents"] / table["period"].map(documents).astype(float)
    if count_words:
        counts = pd.Series([count_words(text) if text is not None else 0 for text in texts])
        totals = counts.groupby(periods).sum().reindex(whole, fill_value=0)
        per_word = table["matches"] / table["period"].map(totals).astype(float)
        table["per_million_words"] = per_word * 1e6
    table["period"] = table["period"].dt.start_time.dt.date
    return table


def check(x, texts, dates, freq, level=None, count_words=None):
    expected = by_pandas(x, texts, dates, freq, level, count_words)
    for normalize in ("documents", "words") if count_words else ("documents",):
        table = x.timeline(dates, freq, level=level, normalize=normalize, frame="polars")
        rate = "share_of_documents" if normalize == "documents" else "per_million_words"
        assert table.columns == ["period", "concept", "matches", "documents", rate]
        for name in table.columns[:4]:
            assert table[name].to_list() == expected[name].to_list(), name
        got = table[rate].cast(pl.Float64).to_numpy()
        np.testing.assert_allclose(got, expected[rate].to_numpy(dtype=float), rtol=1e-12)


@pytest.mark.parametrize("level", [None, 1])
@pytest.mark.parametrize("freq", FREQS)
def test_periods_are_those_of_pandas(x, freq, level):
    check(x, TEXTS, DATES, freq, level, lambda text: len(words(text)))


@pytest.mark.parametrize("freq", FREQS)
def test_many_days_fall_into_the_periods_of_pandas(freq):
    rng = random.Random(freq)
    m = sl.PhraseMatcher(["a", "b"])
    texts = [rng.choice(["a", "b a", "c", "a a"]) for _ in range(400)]
    first = date(1999, 12, 25)
    dates = [first + timedelta(days=rng.randrange(900)) for _ in texts]
    check(m.tag(texts), texts, dates, freq)


def test_what_the_frame_has(x):
    table = x.timeline(DATES, "month", frame="pyarrow")
    assert table.schema.field("period").type == pa.date32()
    assert table.num_rows == 14 * 4
    frame = x.timeline(DATES, "month", frame="pandas")
    assert frame["period"].dtype.kind == "M"
    assert frame.pivot(index="period", columns="concept", values="matches").shape == (14, 4)
    assert x.timeline(DATES, "year", "phrase", frame="polars").columns[1] == "phrase"
    assert x.timeline(DATES, frame="polars").schema["period"] == pl.Date


COLUMNS = {
    "dates": lambda days: days,
    "tuple": tuple,
    "strings": lambda days: [day.isoformat() for day in days],
    "strings with times": lambda days: [f"{day} 23:59:59.999999999" for day in days],
    "datetimes": lambda days: [datetime(day.year, day.month, day.day, 23, 59) for day in days],
    "pandas": lambda days: pd.Series(pd.to_datetime(days), index=range(5, 12)),
    "pandas, nanoseconds": lambda days: pd.Series(pd.to_datetime(days)).astype("datetime64[ns]"),
    "pandas, objects": lambda days: pd.Series(days, dtype=object),
    "pandas, zone": lambda days: pd.Series(pd.to_datetime(days)).dt.tz_localize("Asia/Tokyo"),
    "pandas, strings": lambda days: pd.Series([day.isoformat() for day in days]),
    "pandas, Arrow": lambda days: pd.Series(days, dtype=pd.ArrowDtype(pa.date32())),
    "pandas, index": lambda days: pd.DatetimeIndex(days),
    "polars": lambda days: pl.Series(days),
    "polars, times": lambda days: pl.Series(days).cast(pl.Datetime("ms")),
    "polars, zone": lambda days: (
        pl.Series(days).cast(pl.Datetime).dt.replace_time_zone("Asia/Tokyo")
    ),
    "polars, strings": lambda days: pl.Series([day.isoformat() for day in days]),
    "numpy": lambda days: np.array(days, dtype="datetime64[s]"),
    "numpy, days": lambda days: np.array(days, dtype="datetime64[D]"),
    "numpy, strings": lambda days: np.array([day.isoformat() for day in days]),
    "numpy scalars": lambda days: [np.datetime64(day) for day in days],
    "pyarrow": lambda days: pa.array(days),
    "pyarrow, date64": lambda days: pa.array(days, pa.date64()),
    "pyarrow, times": lambda days: pa.chunked_array([pa.array(days[:3]), pa.array(days[3:])]).cast(
        pa.timestamp("ns")
    ),
    "pyarrow, zone": lambda days: pa.array(
        [datetime(*day.timetuple()[:3], tzinfo=ZoneInfo("Asia/Tokyo")) for day in days],
        pa.timestamp("us", "Asia/Tokyo"),
    ),
    "pyarrow, strings": lambda days: pa.array([day.isoformat() for day in days]),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_dates_of_every_kind(x, kind):
    expected = x.timeline(DATES, "day", frame="polars")
    assert x.timeline(COLUMNS[kind](DATES), "day", frame="polars").equals(expected)


def test_dates_before_the_epoch_count_down():
    x = sl.PhraseMatcher(["a"]).tag(["a", "a"])
    for dates in (
        [datetime(1969, 12, 30, 12), datetime(1969, 12, 31, 23)],
        np.array(["1969-12-30T12", "1969-12-31T23"], dtype="datetime64[m]"),
        pl.Series([datetime(1969, 12, 30, 12), datetime(1969, 12, 31, 23)]),
        pa.array([datetime(1969, 12, 30, 12), datetime(1969, 12, 31, 23)]),
    ):
        days = x.timeline(dates, frame="polars")["period"].to_list()
        assert days == [date(1969, 12, 30), date(1969, 12, 31)]


INSTANT = datetime(2022, 2, 24, 2, 30, tzinfo=UTC)
NEW_YORK = timezone(timedelta(hours=-5))
ZONED = {
    "datetime": lambda at: [at],
    "string": lambda at: [at.isoformat()],
    "pandas": lambda at: pd.Series([at]),
    "pandas, Arrow": lambda at: pd.Series([at], dtype=pd.ArrowDtype(pa.timestamp("us", "-05:00"))),
    "pyarrow": lambda at: pa.array([at], pa.timestamp("us", "-05:00")),
    "numpy of datetimes": lambda at: np.array([at], dtype=object),
}


@pytest.mark.parametrize("kind", ZONED)
def test_time_zones(kind):
    x = sl.PhraseMatcher(["a"]).tag(["a"])
    column = ZONED[kind](INSTANT.astimezone(NEW_YORK))

    def day(tz):
        return x.timeline(column, tz=tz, frame="polars")["period"].to_list()

    assert day(None) == [date(2022, 2, 23)]
    assert day("UTC") == [date(2022, 2, 24)]
    assert day("Europe/Kyiv") == [date(2022, 2, 24)]
    assert day("America/Los_Angeles") == [date(2022, 2, 23)]
    assert day(UTC) == [date(2022, 2, 24)]


def test_a_zone_of_polars_is_converted():
    x = sl.PhraseMatcher(["a"]).tag(["a"])
    column = pl.Series([INSTANT]).dt.convert_time_zone("America/New_York")
    for tz, day in ((None, 23), ("Asia/Tokyo", 24), (UTC, 24)):
        assert x.timeline(column, tz=tz, frame="polars")["period"].to_list() == [date(2022, 2, day)]


def test_what_has_no_zone_stays_as_it_is():
    x = sl.PhraseMatcher(["a"]).tag(["a"])
    for dates in (["2022-02-24"], [datetime(2022, 2, 24, 0, 5)], pl.Series([date(2022, 2, 24)])):
        table = x.timeline(dates, tz="America/New_York", frame="polars")
        assert table["period"].to_list() == [date(2022, 2, 24)]


def test_offsets_may_be_mixed():
    x = sl.PhraseMatcher(["a"]).tag(["a", "a"])
    dates = ["2022-02-24T23:30:00-05:00", "2022-02-24T00:30:00+09:00"]
    assert x.timeline(dates, frame="polars")["period"].to_list() == [date(2022, 2, 24)]
    utc = x.timeline(dates, tz="UTC", frame="polars")
    assert utc["matches"].to_list() == [1, 0, 1]


MISSING = {
    "list": lambda: ["2022-01-01", None, "2022-01-03"],
    "NaN": lambda: ["2022-01-01", float("nan"), "2022-01-03"],
    "NaT": lambda: [pd.Timestamp("2022-01-01"), pd.NaT, pd.Timestamp("2022-01-03")],
    "pandas": lambda: pd.Series(pd.to_datetime(["2022-01-01", None, "2022-01-03"])),
    "pandas, strings": lambda: pd.Series(["2022-01-01", pd.NA, "2022-01-03"], dtype="string"),
    "numpy": lambda: np.array(["2022-01-01", "NaT", "2022-01-03"], dtype="datetime64[s]"),
    "polars": lambda: pl.Series([date(2022, 1, 1), None, date(2022, 1, 3)]),
    "pyarrow": lambda: pa.array([date(2022, 1, 1), None, date(2022, 1, 3)]),
    "pyarrow, times": lambda: pa.array([datetime(2022, 1, 1), None, datetime(2022, 1, 3)]),
}


@pytest.mark.parametrize("kind", MISSING)
def test_texts_without_a_date_are_left_out_with_a_warning(kind):
    x = sl.PhraseMatcher(["a"]).tag(["a", "a a a", "b"])
    with pytest.warns(UserWarning, match="1 of 3 texts have no date") as caught:
        table = x.timeline(MISSING[kind](), normalize="documents", frame="polars")
    assert caught[0].filename == __file__
    assert table.rows() == [
        (date(2022, 1, 1), "a", 1, 1, 1.0),
        (date(2022, 1, 2), "a", 0, 0, None),
        (date(2022, 1, 3), "a", 0, 0, 0.0),
    ]


def test_no_dates_at_all_and_no_matches():
    x = sl.PhraseMatcher(["a"]).tag(["a"])
    with pytest.warns(UserWarning, match="1 of 1 texts have no date"):
        table = x.timeline([None], "week", normalize="words", frame="polars")
    assert table.height == 0
    assert table.width == 5
    none = sl.PhraseMatcher(["a"]).tag(["b", None])
    assert none.timeline(["2022-01-01"] * 2, frame="polars").height == 0
    empty = sl.PhraseMatcher(["a"]).tag([])
    assert empty.timeline([], normalize="documents", frame="polars").height == 0


def test_periods_go_as_far_as_the_texts_not_the_matches():
    x = sl.PhraseMatcher(["a"]).tag(["b", "a", "b"])
    dates = ["2021-05-05", "2023-01-01", "2024-01-01"]
    table = x.timeline(dates, "year", frame="polars")
    assert table["matches"].to_list() == [0, 0, 1, 0]


def test_slices_filters_and_batches():
    m = matcher()
    x = m.tag(TEXTS)
    for part in (x[1:4], x[::-1], x.filter("org/*")):
        check(part, TEXTS, DATES, "month", None, lambda text: len(words(text)))
    start = 0
    for batch in m.iter_tag(TEXTS[at : at + 3] for at in range(0, len(TEXTS), 3)):
        size = batch._core.rows
        table = batch.timeline(DATES[start : start + size], "year", frame="polars")
        assert table["matches"].sum() == len(batch)
        start += size


def test_one_match_of_two_phrases_counts_once():
    gaz = sl.Gazetteer().add("Côte d'Ivoire", "place/CI").add("Côte d’Ivoire", "place/CI")
    x = sl.PhraseMatcher(gaz).tag(["Côte d’Ivoire"])
    assert len(x) == 2
    assert x.timeline(["2022-01-01"], frame="polars")["matches"].to_list() == [1]


def test_threads_agree():
    texts = ["a b", "b", None, "a a"] * 5_000
    dates = [date(2020, 1, 1) + timedelta(days=n % 97) for n in range(len(texts))]
    m = sl.PhraseMatcher(["a", "b"])
    one, many = (
        m.tag(texts, threads=n).timeline(dates, "week", normalize="words", frame="polars")
        for n in (1, 3)
    )
    assert one.equals(many)
    assert one["matches"].sum() == 5 * 5_000


def test_detached_matches_have_times_but_no_rates(x):
    y = matcher().tag(TEXTS)
    y.detach()
    assert y.timeline(DATES, frame="polars").equals(x.timeline(DATES, frame="polars"))
    for normalize in ("documents", "words"):
        with pytest.raises(ValueError, match="detached from their texts"):
            y.timeline(DATES, normalize=normalize)


@pytest.mark.parametrize(
    ("dates", "error", "message"),
    [
        (["2022-01-01", "Monday"], ValueError, "row 1 of dates is no date in ISO 8601.*'Monday'"),
        (["2022-01-01", "2022-02-30"], ValueError, "row 1 of dates is no date"),
        (["2022-01-01", ""], ValueError, "row 1 of dates is no date"),
        (["2022-01-01", 1_640_995_200], TypeError, "row 1 of dates is int, not a date"),
        (pd.Series([1, 2]), TypeError, "row 0 of dates is int"),
        (pl.Series([0.5, 2]), TypeError, "row 0 of dates is float"),
        (np.array([[1], [2]], dtype="datetime64[D]"), TypeError, "dates must have one dimension"),
        (["2022-01-01"], ValueError, "there are 1 dates for 2 texts"),
        ("2022-01-01", TypeError, "dates must be a column with a date for each text, not str"),
        (date(2022, 1, 1), TypeError, "dates must be a column.*, not date"),
        ({"a": 1}, TypeError, "not dict"),
        (7, TypeError, "not int"),
        (pd.DataFrame({"date": []}), TypeError, "a whole DataFrame"),
    ],
)
def test_bad_dates(dates, error, message):
    with pytest.raises(error, match=message):
        sl.PhraseMatcher(["a"]).tag(["a", "a"]).timeline(dates)


def test_bad_options(x):
    with pytest.raises(ValueError, match=r'freq must be one of "day", "week".*not "hour"'):
        x.timeline(DATES, "hour")
    with pytest.raises(ValueError, match='normalize must be one of "documents"'):
        x.timeline(DATES, normalize="texts")
    with pytest.raises(ValueError, match="there is no time zone 'Mars/Olympus'"):
        x.timeline(DATES, tz="Mars/Olympus")
    with pytest.raises(TypeError, match="tz must be the name of a time zone or a tzinfo, not int"):
        x.timeline(DATES, tz=2)


def test_one_date_far_off_is_told_from_a_request():
    m = sl.PhraseMatcher([f"a{n}" for n in range(1_000)])
    x = m.tag([f"a{n}" for n in range(1_000)])
    dates = ["2022-01-01"] * 999 + ["0001-01-01"]
    with pytest.raises(OverflowError, match=r"dates from 0001-01-01 to 2022-01-01 are 738156"):
        x.timeline(dates)
    assert x.timeline(dates, "year", frame="polars").height == 2022 * 1_000


ALONE = """
import sys
for name in {hidden}:
    sys.modules[name] = None
import slugline as sl
x = sl.PhraseMatcher(["NATO"]).tag(["NATO met", "b NATO", "c"])
days = ["2022-01-31", "2022-03-01", "2022-03-02"]
for table in (
    x.timeline(days, "month", normalize="words"),
    x.kwic(2),
    x.counts(groups=["a", "b", "b"], normalize="documents"),
):
    columns = table.column_names if hasattr(table, "column_names") else list(table.columns)
    first = table.column(columns[0]) if hasattr(table, "column") else table[columns[0]]
    values = first.to_list() if hasattr(first, "to_list") else list(first)
    print(type(table).__module__.split(".")[0], *columns, len(table), str(values[0])[:10])
"""


@pytest.mark.parametrize("alone", ["pandas", "polars", "slugline"])
def test_one_library_or_none_is_enough(alone):
    hidden = [name for name in ("pandas", "polars", "pyarrow") if name != alone]
    code = ALONE.format(hidden=hidden)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == [
        f"{alone} period concept matches documents per_million_words 3 2022-01-01",
        f"{alone} doc start end left match right phrase concept 2 0",
        f"{alone} group concept matches documents share_of_documents 2 a",
    ], run.stderr


def test_real_news_by_pandas():
    if not DATA.is_dir():
        pytest.skip(f"no real news at {DATA}")
    table = pq.read_table(DATA / "corpora" / "antcorpus_ar.parquet").slice(0, 1_500)
    texts = table["text"].to_pylist()
    # Some are written as 17/05/2015, which is an error elsewhere.
    stamps = [stamp if "T" in stamp else None for stamp in table["date"].to_pylist()]
    assert sum(map(bool, stamps)) > 500
    x = sl.PhraseMatcher(["تونس", "الجزائر", "فرنسا"]).tag(table["text"])
    assert len(x) > 200
    dates = [stamp and stamp[:10] for stamp in stamps]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert x.timeline(stamps, "week", frame="polars").equals(
            x.timeline(dates, "week", frame="polars")
        )
        for freq in ("week", "month"):
            check(x, texts, dates, freq)


def test_a_date_that_no_calendar_has_is_named():
    x = sl.PhraseMatcher(["Xi"]).tag(["Xi", "Xi"])
    dates = np.array(["2022-01-01", "10000000-01-01"], "datetime64[D]")
    with pytest.raises(ValueError, match="row 1 of dates is out of range: 10000000-01-01"):
        x.timeline(dates, "year")
