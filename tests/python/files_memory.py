"""A run whose memory is measured, over rows of 50 MB among short ones; its own process each.

Usage: files_memory.py FOLDER writes files there and runs itself for each of them; a JSON object a
line tells what each run took beyond what the process had before.
"""

import json
import subprocess
import sys
from pathlib import Path

ROW = 50_000_000
LONG = 4
SHORT = 1_000
BUDGET = 512_000_000
PHRASES = ["NATO", "European Union", "颜色革命", "Євросоюз"]


def texts():
    """Yield long texts among short ones; each has a few hundred thousand matches or one."""
    words = [
        "the",
        "talks",
        "went",
        "on",
        "in",
        "Київ",
        "和平",
        "minister",
        "said",
        "border",
        *PHRASES,
    ]
    stretch = " ".join(
        words[at * 5 % len(words)] + " of the day" * (at % 5) for at in range(40_000)
    )
    long = stretch * (ROW // len(stretch.encode()))
    for at in range(LONG):
        for number in range(SHORT):
            yield f"Short news {at} {number} of NATO and others. " * 20
        yield long[at * 1_000 :]


def write(folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("text", pa.large_string())])
    with (
        pq.ParquetWriter(folder / "a.parquet", schema, use_dictionary=False) as parquet,
        (folder / "a.jsonl").open("w", encoding="utf-8") as lines,
    ):
        group = []
        for text in texts():
            lines.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            group.append(text)
            if len(text) > 1_000_000 and len(group) > 2 * SHORT:
                parquet.write_table(pa.table({"text": pa.array(group, pa.large_string())}))
                group = []
        parquet.write_table(pa.table({"text": pa.array(group, pa.large_string())}))


def run(path, output):
    import pyarrow.parquet as pq

    import slugline as sl

    m = sl.PhraseMatcher(PHRASES)
    warm = Path(output).parent / f"warm-{path.suffix[1:]}"
    small = Path(output).parent / f"small{path.suffix}"
    if path.suffix == ".parquet":
        pq.write_table(pq.ParquetFile(path).schema_arrow.empty_table(), small)
    else:
        small.write_text('{"text": "NATO"}\n')
    sl.tag_files(m, small, warm, progress=None)
    before = _peak()
    report = sl.tag_files(m, path, output, progress=None, memory=BUDGET)
    peak = _peak() - before
    expected = sum(len(m.tag(text)) for text in texts())
    told = {"file": path.name, "budget": BUDGET, "peak": peak, "rows": report.rows}
    print(json.dumps(told | {"matches": report.matches, "expected": expected}))


def _peak():
    """Return the most memory that this process ever had, in bytes."""
    # What getrusage tells is that of whoever started it, where that had more.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if len(sys.argv) == 2:
        write(folder)
        for name in ("a.parquet", "a.jsonl"):
            # A process of its own, since a peak does not go down again.
            subprocess.run([sys.executable, __file__, str(folder), name], check=True)
    else:
        run(folder / sys.argv[2], folder / f"tags-{sys.argv[2]}")
