"""Corpora in files for the tests of `tag_files`, and what a run has left in its output folder."""

from __future__ import annotations

import gzip
import json
import os
import random
import stat
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

import slugline as sl

GAZETTEER = {
    "org": {
        "NATO": ["NATO", "НАТО", "OTAN", "北约"],
        "European Union": ["European Union", "EU", "Європейський Союз", "欧盟", "Unión Europea"],
        "Red Cross": ["Red Cross", "Cruz Roja", "الصليب الأحمر"],
    },
    "place": {
        "Kyiv": ["Kyiv", "Київ", "Киев", "基辅"],
        "Lisbon": ["Lisbon", "Lisboa"],
        "Cairo": ["Cairo", "القاهرة", "El Cairo"],
    },
    "theme": {
        "colour revolution": ["colour revolution", "кольорова революція", "颜色革命"],
        "peace talks": ["peace talks", "мирні переговори", "conversaciones de paz", "和平谈判"],
    },
}

_SENTENCES = [
    "Ministers met in {0} on Tuesday, and {1} was not on the list of guests.",
    "У столиці говорили про {0}, а радник додав, що {1} почекає до осені.",
    "Según el portavoz, {0} no cambia nada mientras {1} siga sobre la mesa.",
    "Редакция узнала, что {0} обсуждали дважды; о слове «{1}» никто не вспомнил.",
    "记者说{0}的消息来得很晚，{1}没有人提起。",
    "وقال المتحدث إن {0} لا يكفي، وإن {1} سيأتي لاحقا.",
    "Nobody at the harbour had heard of it 😀, though the paper printed {0} twice and {1} once.",
    "The river rose by two metres and the bridge was closed until morning.",
    "Дощ ішов три дні, і поле за селом стояло під водою.",
]


def matcher() -> sl.PhraseMatcher:
    """Return the matcher of these tests."""
    return sl.PhraseMatcher(GAZETTEER)


def tag(corpus: Path, output: Path, m: sl.PhraseMatcher | None = None, **options: Any) -> sl.Report:
    """Tag a corpus as the tests of broken-off and resumed runs do, but for the options given."""
    options = {"id": "url", "columns": ["day"], "progress": None, "memory": "128MB"} | options
    return sl.tag_files(m or matcher(), corpus, output, **options)


def make_texts(seed: int, count: int, sentences: int = 40) -> Iterator[str | None]:
    """Yield texts in several languages, of very different lengths, some missing or empty."""
    choose = random.Random(seed)
    phrases = [phrase for group in GAZETTEER.values() for each in group.values() for phrase in each]
    for _ in range(count):
        if choose.random() < 0.02:
            yield choose.choice([None, ""])
            continue
        length = 1 + int(choose.expovariate(1 / sentences))
        yield " ".join(
            choose.choice(_SENTENCES).format(choose.choice(phrases), choose.choice(phrases))
            for _ in range(length)
        )


def table_of(seed: int, rows: int, sentences: int = 40) -> pa.Table:
    """Return articles with their address, day and text."""
    return pa.table(
        {
            "url": [f"https://news.example/{seed}/{row}" for row in range(rows)],
            "day": pa.array([20_000 + row % 365 for row in range(rows)], pa.int32()),
            "text": pa.array(make_texts(seed, rows, sentences), pa.string()),
        }
    )


def write_parquet(path: Path, table: pa.Table, *, checksums: bool = True, **options: Any) -> None:
    """Write small row groups and pages, so that damage hits one of many."""
    pq.write_table(
        table,
        path,
        row_group_size=max(len(table) // 4, 1),
        data_page_size=options.pop("data_page_size", 16_384),
        write_page_checksum=checksums,
        use_dictionary=False,
        **options,
    )


def write_lines(path: Path, table: pa.Table) -> None:
    """Write JSON lines, compressed as the name says."""
    content = "".join(
        json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist()
    ).encode()
    match path.suffix:
        case ".gz":
            content = gzip.compress(content, compresslevel=1, mtime=0)
        case ".zst":
            content = pa.Codec("zstd").compress(content, asbytes=True)
    path.write_bytes(content)


def write_arrow(path: Path, table: pa.Table, rows: int = 50) -> None:
    """Write an Arrow file of small batches."""
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table, max_chunksize=rows)


def write_corpus(folder: Path, parts: int, rows: int, seed: int = 1) -> None:
    """Write files of every kind, one of them cut off, others with bad records among good ones."""
    folder.mkdir(parents=True)
    for number in range(parts):
        table = table_of(seed * 1_000 + number, rows)
        match number % 4:
            case 0 | 1:
                write_parquet(folder / f"{number:03}.parquet", table)
            case 2:
                path = folder / f"{number:03}.jsonl.gz"
                write_lines(path, table)
                if number % 8 == 2:
                    whole = gzip.decompress(path.read_bytes())
                    path.write_bytes(
                        gzip.compress(
                            whole + b'{"url": "broken", "text": \n{"url": "number", "text": 3}\n',
                            compresslevel=1,
                            mtime=0,
                        )
                    )
                if number == 6:
                    content = path.read_bytes()
                    path.write_bytes(content[: len(content) * 2 // 3])
            case _ if number % 8 == 3:
                write_lines(folder / f"{number:03}.jsonl.zst", table)
            case _:
                write_arrow(folder / f"{number:03}.arrow", table)


# -- What a run has left ------------------------------------------------------------------------


def journal_of(output: Path) -> dict[int, dict[str, Any]]:
    """Return the last word of the journal about each part, without times."""
    last = {}
    for path in sorted((output / "_slugline/journal").iterdir()):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            del entry["seconds"], entry["record"]  # The one differs each time, the other by memory.
            last[entry["part"]] = entry
    return dict(sorted(last.items()))


def report_of(output: Path) -> dict[str, Any]:
    """Return the report that the folder has, without times and what was done before."""
    report = json.loads((output / "_slugline/report.json").read_text(encoding="utf-8"))
    for name in ("stages", "seconds", "parts_before", "output"):
        del report[name]
    return report


def contents(output: Path) -> dict[str, Any]:
    """Return all that a run has left: every file, with what of it must be alike in all runs."""
    left: dict[str, Any] = {"journal": journal_of(output), "report": report_of(output)}
    for path in sorted(output.rglob("*")):
        name = path.relative_to(output).as_posix()
        if path.is_dir() or name.startswith("_slugline/journal/"):
            continue
        if path.suffix == ".parquet":
            with pq.ParquetFile(path) as file:
                left[name] = file.read(use_threads=False)
        elif name.startswith("_slugline/bad/"):
            left[name] = path.read_text(encoding="utf-8").splitlines()
        elif name == "_slugline/plan.json":
            left[name] = json.loads(path.read_text(encoding="utf-8"))
        else:
            left[name] = None
    return left


def differences(expected: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """Say in what the contents of two output folders differ: nothing, or the test has failed."""
    said = [f"missing: {name}" for name in expected if name not in got]
    said += [f"not expected: {name}" for name in got if name not in expected]
    for name in expected.keys() & got.keys():
        one, other = expected[name], got[name]
        if isinstance(one, pa.Table):
            if not one.schema.equals(other.schema, check_metadata=True):
                said.append(f"another schema or metadata: {name}")
            elif not one.equals(other):
                said.append(f"other rows: {name}: {len(other)}, not {len(one)}")
        elif one != other:
            said.append(f"other content: {name}: {str(other)[:300]}, not {str(one)[:300]}")
    return said


def parts_in(output: Path) -> int:
    """Return how many parts are in place."""
    return sum(1 for _ in output.glob("*.parquet"))


def check_clean(output: Path) -> None:
    """Assert that nothing was left aside, and that nothing is there that does not belong."""
    assert list((output / "_slugline/aside").iterdir()) == []
    own = {path.name for path in (output / "_slugline").iterdir()}
    assert own <= {"aside", "bad", "journal", "lock", "plan.json", "report.json"}, own
    assert all(
        path.name == "_slugline" or path.suffix == ".parquet" for path in output.iterdir()
    ), list(output.iterdir())


def give_all_rights(folder: Path) -> None:
    """Let every user of the machine read a test's folder, and come to it."""
    for path in (folder, *folder.parents):
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            path.chmod(mode | stat.S_IXOTH | stat.S_IROTH)


def in_child(job: Callable[[], object], *, nobody: bool = False) -> int:
    """Do a job in a process of its own, maybe without the rights of root; return its code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        if nobody and os.getuid() == 0:
            os.setgid(65_534)
            os.setuid(65_534)
        job()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


class Broken(Exception):
    """What a test makes fail."""


def break_at(monkeypatch, owner, name, number, error=Broken):
    """Have the n-th call of a method fail."""
    calls = iter(range(1_000_000))
    real = getattr(owner, name)

    def broken(*args, **options):
        if next(calls) == number:
            raise error("of a test")
        return real(*args, **options)

    monkeypatch.setattr(owner, name, broken)


CHILD = """
import os, sys, time
from pathlib import Path
import files_support as support
import slugline as sl

def told(state):
    if not (Path(sys.argv[3]) / "began").exists():
        (Path(sys.argv[3]) / "began").touch()
    time.sleep(float(sys.argv[4]))

try:
    sl.tag_files(support.matcher(), sys.argv[1], sys.argv[2], id="url", columns=["day"],
                 progress=told, memory="128MB")
except KeyboardInterrupt:
    sys.exit(130)
"""


def start_child(corpus, output, tmp_path, pause):
    """Start a process that tags, and wait until it has begun."""
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(corpus), str(output), str(tmp_path), str(pause)],
        env=dict(os.environ, PYTHONPATH=path),
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not (tmp_path / "began").exists():
        assert child.poll() is None, child.stderr.read()
        assert time.monotonic() < until
        time.sleep(0.01)
    return child
