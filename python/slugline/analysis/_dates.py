"""Columns of dates, as days since 1970-01-01."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from slugline._checks import check_column
from slugline._optional import require, try_import
from slugline._texts import library_of
from slugline.analysis._missing import is_missing

NO_DAY = -(2**31)
"""Stands for a missing date."""

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_DAY = date.min.toordinal() - _EPOCH
_LAST_DAY = date.max.toordinal() - _EPOCH


def day_numbers(dates: Any, rows: int, tz: str | tzinfo | None = None) -> array[int]:
    """Return for each text its day, in days since 1970-01-01.

    Parameters
    ----------
    dates : list, or column of pandas, polars, pyarrow, numpy or anything Arrow
        ISO 8601 strings, dates or datetimes, one for each text.
    rows : int
        How many texts there are.
    tz : str or tzinfo, optional
        The zone to which timestamps with a zone or an offset are converted first.

    Returns
    -------
    array of int, shape (rows,)
        `NO_DAY` where there is no date.

    Raises
    ------
    TypeError
        Where it is no column, or a value is no date, with its row.
    ValueError
        Where a date cannot be read, with its row; where there is no such zone; where there are
        more or fewer dates than texts.

    Examples
    --------
    >>> day_numbers(["1970-01-02", None, "1970-01-02T23:30:00-05:00"], 3).tolist()
    [1, -2147483648, 1]
    >>> day_numbers(["1970-01-02T23:30:00-05:00"], 1, "UTC").tolist()
    [2]
    """
    zone = _zone_of(tz)
    days = _read(_checked(dates, rows), zone)
    if len(days) != rows:
        raise ValueError(f"there are {len(days):,} dates for {rows:,} texts")
    return days


def _zone_of(tz: str | tzinfo | None) -> tzinfo | None:
    if tz is None or isinstance(tz, tzinfo):
        return tz
    if not isinstance(tz, str):
        raise TypeError(f"tz must be the name of a time zone or a tzinfo, not {type(tz).__name__}")
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        # OSError: the name of a folder of zones. ZoneInfoNotFoundError is a KeyError.
        raise ValueError(
            f"there is no time zone {tz!r} (on Windows, the package tzdata has them)"
        ) from None


def _name_of(zone: tzinfo) -> str | None:
    """Return the name by which other libraries know a zone, too."""
    return zone.key if isinstance(zone, ZoneInfo) else None


def _checked(dates: Any, rows: int) -> Any:
    if rows == 1 and isinstance(dates, str | date):
        return [dates]  # Of the one text.
    check_column("dates", dates, value="date", called="date")
    return dates


def _read(dates: Any, zone: tzinfo | None) -> array[int]:
    match library_of(dates):
        case "pandas":
            return _of_pandas(dates, zone)
        case "polars":
            return _of_polars(dates, zone)
        case "pyarrow":
            return _of_pyarrow(dates, zone)
        case "numpy":
            return _of_numpy(dates) if dates.dtype.kind == "M" else _of_values(dates.tolist(), zone)
    if hasattr(dates, "__arrow_c_stream__") or hasattr(dates, "__arrow_c_array__"):
        return _of_arrow(dates, zone)
    return _of_values(dates, zone)


def _of_pandas(series: Any, zone: tzinfo | None) -> array[int]:
    kind = type(series.dtype).__name__
    if kind == "ArrowDtype":
        return _of_pyarrow(series.array.__arrow_array__(), zone)
    if kind == "DatetimeTZDtype":
        series = series if zone is None else series.dt.tz_convert(zone)
        series = series.dt.tz_localize(None)
    if series.dtype.kind == "M":
        return _of_numpy(series.to_numpy())
    return _of_values(series.tolist(), zone)


def _of_numpy(values: Any) -> array[int]:
    numpy = require("numpy", "dates of numpy")
    days = values.astype("datetime64[D]")
    numbers = days.astype(numpy.int64)
    is_nat = numpy.isnat(days)
    is_out = ~is_nat & ((numbers < _FIRST_DAY) | (numbers > _LAST_DAY))
    if is_out.any():
        row = int(is_out.argmax())
        raise ValueError(f"row {row} of dates is out of range: {days[row]}")
    numbers[is_nat] = NO_DAY
    return array("i", numbers.astype(numpy.int32).tobytes())


def _of_polars(series: Any, zone: tzinfo | None) -> array[int]:
    polars = require("polars", "dates of polars")
    if series.dtype == polars.Datetime:
        if zone and series.dtype.time_zone:
            if not (name := _name_of(zone)):
                return _of_values(series.to_list(), zone)
            series = series.dt.convert_time_zone(name)
        series = series.dt.date()
    if series.dtype != polars.Date:
        return _of_values(series.to_list(), zone)
    return array("i", series.to_physical().fill_null(NO_DAY).to_list())


def _of_pyarrow(column: Any, zone: tzinfo | None) -> array[int]:
    pyarrow = require("pyarrow", "dates of pyarrow")
    compute = require("pyarrow.compute", "dates of pyarrow", install="pyarrow")
    kind = column.type
    if pyarrow.types.is_timestamp(kind) and kind.tz:
        if zone:
            if not (name := _name_of(zone)):
                return _of_values(column.to_pylist(), zone)
            column = column.cast(pyarrow.timestamp(kind.unit, name))
        column = compute.local_timestamp(column)
    if pyarrow.types.is_timestamp(kind):
        # To the day below: a cast alone would refuse to lose the time.
        column = compute.floor_temporal(column, unit="day").cast(pyarrow.date32())
    elif pyarrow.types.is_date(kind):
        column = column.cast(pyarrow.date32())
    else:
        return _of_values(column.to_pylist(), zone)
    return array("i", column.cast(pyarrow.int32()).fill_null(NO_DAY).to_pylist())


def _of_arrow(column: Any, zone: tzinfo | None) -> array[int]:
    pyarrow = try_import("pyarrow")
    if pyarrow:
        stream = hasattr(column, "__arrow_c_stream__")
        read = pyarrow.chunked_array(column) if stream else pyarrow.array(column)
        return _of_pyarrow(read, zone)
    return _of_polars(require("polars", "dates of an Arrow column").Series(column), zone)


def _of_values(values: Iterable[Any], zone: tzinfo | None) -> array[int]:
    days = array("i")
    for row, value in enumerate(values):
        days.append(_day_of(value, row, zone))
    return days


def _day_of(value: Any, row: int, zone: tzinfo | None) -> int:
    if isinstance(value, str):
        value = _parsed(value, row)
    elif is_missing(value):
        return NO_DAY
    elif type(value).__name__ == "datetime64":
        return int(_of_numpy(value.reshape(1))[0])
    if isinstance(value, datetime):
        if zone is not None and value.tzinfo is not None:
            try:
                value = value.astimezone(zone)
            except OverflowError:
                raise ValueError(f"row {row} of dates is out of range: {value}") from None
        return int(value.toordinal()) - _EPOCH
    if isinstance(value, date):
        return int(value.toordinal()) - _EPOCH
    raise TypeError(
        f"row {row} of dates is {type(value).__name__}, not a date, a datetime or an ISO 8601 "
        "string"
    )


def _parsed(value: str, row: int) -> datetime:
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(
            f"row {row} of dates is no date in ISO 8601 (2022-01-31, 2022-01-31T23:50:00Z): "
            f"{value!r}; pandas.to_datetime and polars' str.to_date read others"
        ) from None
