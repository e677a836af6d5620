"""Faults of input files: what makes them, and what is told of each."""

from __future__ import annotations

import files_support as support
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 200


def flip(path, at, count=8):
    content = bytearray(path.read_bytes())
    for place in range(at, at + count):
        content[place] ^= 0xA5
    path.write_bytes(content)


def text_page(path, number):
    """Return where, behind its header, a page of texts lies in a Parquet file."""
    group = pq.ParquetFile(path).metadata.row_group(0)
    column = next(c for c in map(group.column, range(3)) if c.path_in_schema == "text")
    return column.data_page_offset + number * column.total_compressed_size // 4 + 200


# -- Faults of input files: each makes one, tells the reason, and how many records are good -----


def make_parquet(path, **options):
    support.write_parquet(path, support.table_of(3, ROWS), **options)


def truncated_gzip(folder):
    path = folder / "5-x.jsonl.gz"
    support.write_lines(path, support.table_of(3, ROWS))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def truncated_zstd(folder):
    path = folder / "5-x.jsonl.zst"
    support.write_lines(path, support.table_of(3, ROWS * 4))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])


def damaged_gzip(folder):
    path = folder / "5-x.jsonl.gz"
    support.write_lines(path, support.table_of(3, ROWS))
    flip(path, path.stat().st_size // 2)


def broken_json(folder):
    path = folder / "5-x.jsonl"
    support.write_lines(path, support.table_of(3, ROWS))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[10] = lines[10][:-1]
    lines[20] = "not JSON at all"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def wrong_types(folder):
    path = folder / "5-x.jsonl"
    support.write_lines(path, support.table_of(3, ROWS))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = '{"url": "a", "day": 1, "text": ["a list"]}'
    lines[4] = '{"url": "b", "day": "Tuesday", "text": "NATO"}'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def wrong_type_of_column(folder):
    table = support.table_of(3, ROWS)
    make = table.set_column(2, "text", pa.array(range(ROWS)))
    support.write_parquet(folder / "5-x.parquet", make)


def no_such_column(folder):
    support.write_parquet(folder / "5-x.parquet", support.table_of(3, ROWS).drop_columns("text"))


def damaged_page(folder):
    path = folder / "5-x.parquet"
    make_parquet(path)
    flip(path, text_page(path, 2))


def damaged_page_without_checksum(folder):
    path = folder / "5-x.parquet"
    # Compressed, so that the decompressor finds what no checksum tells.
    make_parquet(path, checksums=False, compression="gzip")
    flip(path, text_page(path, 2))


def damaged_footer(folder):
    path = folder / "5-x.parquet"
    make_parquet(path)
    flip(path, path.stat().st_size - 200, 150)


def no_footer(folder):
    path = folder / "5-x.parquet"
    make_parquet(path)
    path.write_bytes(path.read_bytes()[:-100])


def truncated_arrow(folder):
    path = folder / "5-x.arrow"
    support.write_arrow(path, support.table_of(3, ROWS))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def truncated_stream(folder):
    path = folder / "5-x.arrows"
    table = support.table_of(3, ROWS)
    with pa.ipc.new_stream(path, table.schema) as stream:
        stream.write_table(table, max_chunksize=ROWS // 4)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damaged_offsets(folder):
    path = folder / "5-x.arrow"
    table = support.table_of(3, ROWS)
    support.write_arrow(path, table, ROWS)
    offsets = table["text"].combine_chunks().buffers()[1].to_pybytes()
    at = path.read_bytes().index(offsets[: ROWS * 4]) + 50 * 4
    flip(path, at, 4)


def not_utf8(folder):
    texts = pa.array(support.make_texts(3, ROWS)).cast(pa.binary()).to_pylist()
    texts[7] = "на жаль, ".encode() + b"\xff\xfe NATO"
    column = pa.array(texts, pa.binary())
    as_text = pa.Array.from_buffers(pa.string(), ROWS, column.buffers())
    table = support.table_of(3, ROWS).set_column(2, "text", as_text)
    support.write_parquet(folder / "5-x.parquet", table)


def empty_parquet(folder):
    (folder / "5-x.parquet").touch()


def empty_arrow(folder):
    (folder / "5-x.arrow").touch()


def empty_gzip(folder):
    (folder / "5-x.jsonl.gz").touch()


def empty_zstd(folder):
    (folder / "5-x.jsonl.zst").touch()


def empty_lines(folder):
    (folder / "5-x.jsonl").touch()


def empty_csv(folder):
    (folder / "5-x.csv").touch()


def no_rows(folder):
    support.write_parquet(folder / "5-x.parquet", support.table_of(3, ROWS).slice(0, 0))


def no_rows_arrow(folder):
    support.write_arrow(folder / "5-x.arrow", support.table_of(3, ROWS).slice(0, 0))


def no_rows_csv(folder):
    (folder / "5-x.csv").write_text("url,day,text\n")


# What makes it; the status of the file; the reason of the file, or of the records; good records.
FAULTS = [
    (truncated_gzip, "cut", "file is cut off", range(1, ROWS)),
    (truncated_zstd, "cut", "file is cut off", range(1, ROWS * 4)),
    (damaged_gzip, "cut", "file is damaged", range(0, ROWS)),
    (broken_json, "whole", {"not JSON": 2}, [ROWS - 2]),
    (wrong_types, "whole", {"wrong type": 2}, [ROWS - 2]),
    (wrong_type_of_column, "unread", "wrong type", [0]),
    (no_such_column, "unread", "no such column", [0]),
    (damaged_page, "whole", {"damaged page": range(1, ROWS)}, range(ROWS * 3 // 4, ROWS)),
    (
        damaged_page_without_checksum,
        "whole",
        {"damaged page": range(1, ROWS)},
        range(ROWS * 3 // 4, ROWS),
    ),
    (damaged_footer, "unread", "file is damaged", [0]),
    (no_footer, "unread", "file is damaged", [0]),
    (truncated_arrow, "unread", "file is damaged", [0]),
    (truncated_stream, "cut", "file is damaged", range(ROWS // 4, ROWS)),
    (damaged_offsets, "unread", "file is damaged", [0]),
    (not_utf8, "whole", {"not UTF-8": 1}, [ROWS - 1]),
    (empty_parquet, "unread", "file is damaged", [0]),
    (empty_arrow, "unread", "file is damaged", [0]),
    (empty_csv, "unread", "file is damaged", [0]),
    (empty_gzip, "whole", {}, [0]),
    (empty_zstd, "whole", {}, [0]),
    (empty_lines, "whole", {}, [0]),
    (no_rows, "whole", {}, [0]),
    (no_rows_arrow, "whole", {}, [0]),
    (no_rows_csv, "whole", {}, [0]),
]
