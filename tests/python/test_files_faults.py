"""Whatever is wrong with a file or a disk is told, and stops nothing else."""

import errno
import gzip
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import files_support as support
import pyarrow.parquet as pq
import pytest
from files_faults import FAULTS, ROWS, make_parquet, truncated_gzip

import slugline as sl

GOOD = ("0-good.parquet", "9-good.jsonl")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights and disks as POSIX has them")


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    support.write_parquet(folder / GOOD[0], support.table_of(1, ROWS))
    support.write_lines(folder / GOOD[1], support.table_of(2, ROWS))
    return folder


def tag(corpus, output, **options):
    options = {"id": "url", "columns": ["day"], "progress": None, "memory": "128MB"} | options
    return sl.tag_files(support.matcher(), corpus, output, **options)


def bad_records(output, stem):
    """Return what the side file of the input with this name has."""
    (path,) = (output / "_slugline/bad").glob(f"*-{stem}*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("make", "status", "reason", "good"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS]
)
def test_faults_of_a_file_are_told_and_stop_nothing(corpus, tmp_path, make, status, reason, good):
    only_good = tag(corpus, tmp_path / "good")
    make(corpus)
    output = tmp_path / "tags"
    report = tag(corpus, output)
    told = f"{make.__name__}: {report.problems or report.bad or 'nothing to tell'}"
    print(told)
    assert report.complete
    assert report.files == 3
    assert report.parts == (2 if status == "unread" else 3)
    if status == "whole":
        assert report.problems == []
        assert report.bad.keys() == reason.keys()
        for name, count in reason.items():
            assert report.bad[name] in ([count] if isinstance(count, int) else count)
        lines = bad_records(output, "5-x") if reason else []
        assert sum(line["rows"] for line in lines) == sum(report.bad.values())
    else:
        (problem,) = report.problems
        assert (problem.status, problem.reason) == (status, reason)
        assert problem.input.endswith(next(corpus.glob("5-x*")).name)
        assert problem.detail
        assert "\n" not in problem.detail
        lines = bad_records(output, "5-x")
        assert lines[-1]["reason"] == reason
        assert lines[-1]["detail"] == problem.detail
        assert lines[-1]["rows"] is None
    assert report.rows - sum(report.bad.values()) - 2 * ROWS in good
    assert len(list(output.glob("*5-x*.parquet"))) == (status != "unread")
    support.check_clean(output)
    # The other files are as they would have been without it.
    parts = {path.name[11:]: path for path in output.glob("*good*.parquet")}
    assert len(parts) == 2
    for path in (tmp_path / "good").glob("*.parquet"):
        assert pq.read_table(path).equals(pq.read_table(parts[path.name[11:]]))
    assert report.matches >= only_good.matches


def test_faults_of_a_file_are_told_again_when_run_again(corpus, tmp_path):
    truncated_gzip(corpus)
    output = tmp_path / "tags"
    first = tag(corpus, output)
    before = support.contents(output)
    again = tag(corpus, output)
    assert again.problems == first.problems
    assert again.parts_before == 2  # What is cut off is tried again.
    assert support.differences(before, support.contents(output)) == []


@pytest.mark.parametrize("kind", ["parquet", "jsonl.gz", "arrow"])
def test_files_that_are_mended_are_read_when_run_again(corpus, tmp_path, kind):
    path = corpus / f"5-x.{kind}"
    table = support.table_of(3, ROWS)
    write = {"parquet": make_parquet, "arrow": lambda p: support.write_arrow(p, table)}.get(kind)
    write(path) if write else support.write_lines(path, table)
    whole = tmp_path / "whole"
    tag(corpus, whole)
    content, known = path.read_bytes(), path.stat()
    path.write_bytes(bytes(len(content)))
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    output = tmp_path / "tags"
    report = tag(corpus, output)
    assert [problem.status for problem in report.problems] == ["unread"]
    assert len(bad_records(output, "5-x")) == 1
    path.write_bytes(content)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    mended = tag(corpus, output)
    assert mended.complete
    assert mended.problems == []
    assert mended.parts_before == 2
    assert support.differences(support.contents(whole), support.contents(output)) == []


def test_a_part_goes_when_its_file_cannot_be_read_any_more(corpus, tmp_path):
    path = corpus / "5-x.jsonl.gz"
    truncated_gzip(corpus)
    output = tmp_path / "tags"
    tag(corpus, output)
    assert list(output.glob("*5-x*"))
    known = path.stat()
    path.write_bytes(b"?" * known.st_size)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    (problem,) = tag(corpus, output).problems
    assert (problem.status, problem.reason) == ("unread", "file is damaged")
    assert list(output.glob("*5-x*")) == []


# -- Files that come, go and change -------------------------------------------------------------


def listing_then(monkeypatch, act):
    """Have something done between the listing of files and their reading."""
    from slugline.files import tagging

    find = tagging.find_inputs

    def found(*args, **options):
        inputs = find(*args, **options)
        act()
        return inputs

    monkeypatch.setattr(tagging, "find_inputs", found)


def test_a_file_that_vanishes(corpus, tmp_path, monkeypatch):
    path = corpus / "5-x.parquet"
    make_parquet(path)
    tag(corpus, tmp_path / "whole")
    kept = tmp_path / "kept"
    listing_then(monkeypatch, lambda: shutil.move(path, kept))
    output = tmp_path / "tags"
    report = tag(corpus, output)
    monkeypatch.undo()
    (problem,) = report.problems
    assert (problem.status, problem.reason) == ("unread", "file is not there")
    assert report.complete
    again = tag(corpus, output)  # That it is gone is known.
    assert again.problems == [problem]
    shutil.move(kept, path)
    assert tag(corpus, output).problems == []
    whole, got = support.contents(tmp_path / "whole"), support.contents(output)
    assert support.differences(whole, got) == []


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_a_file_that_changes_while_it_is_read(corpus, tmp_path, monkeypatch, kind):
    path = corpus / f"5-x.{kind}"
    table = support.table_of(3, ROWS)
    support.write_parquet(path, table) if kind == "parquet" else support.write_lines(path, table)

    def change():
        with path.open("ab") as file:
            file.write(b"\n")

    listing_then(monkeypatch, change)
    (problem,) = tag(corpus, tmp_path / "tags").problems
    assert problem.reason in ("file was changed", "file is damaged")
    assert problem.status in ("cut", "unread")
    monkeypatch.undo()
    with pytest.raises(sl.CannotResume, match=r"inputs written to since: .*5-x"):
        tag(corpus, tmp_path / "tags")


def test_a_folder_where_a_file_was(corpus, tmp_path, monkeypatch):
    path = corpus / "5-x.parquet"
    make_parquet(path)

    def change():
        path.unlink()
        path.mkdir()

    listing_then(monkeypatch, change)
    (problem,) = tag(corpus, tmp_path / "tags").problems
    assert problem.status == "unread"
    assert problem.reason == "file cannot be read"


def test_a_file_without_rights(corpus, tmp_path):
    path = corpus / "5-x.parquet"
    make_parquet(path)
    tag(corpus, tmp_path / "whole")
    path.chmod(0)
    support.give_all_rights(corpus)
    output = tmp_path / "tags"
    output.mkdir()
    output.chmod(0o777)

    def unread():
        report = tag(corpus, output)
        (problem,) = report.problems
        assert (problem.status, problem.reason) == ("unread", "file cannot be read"), problem
        assert "ermission" in problem.detail
        assert report.complete
        assert len(bad_records(output, "5-x")) == 1

    assert support.in_child(unread, nobody=True) == 0
    path.chmod(0o644)

    def mended():
        assert tag(corpus, output).problems == []

    assert support.in_child(mended, nobody=True) == 0
    whole, got = support.contents(tmp_path / "whole"), support.contents(output)
    assert support.differences(whole, got) == []


# -- Faults of the output -----------------------------------------------------------------------


def test_a_folder_that_cannot_be_written(corpus, tmp_path):
    support.give_all_rights(corpus)
    output = tmp_path / "tags"
    output.mkdir(mode=0o555)

    def refused():
        with pytest.raises(PermissionError, match="tags"):
            tag(corpus, output)

    assert support.in_child(refused, nobody=True) == 0
    assert list(output.iterdir()) == []


def test_a_file_where_the_folder_should_be(corpus, tmp_path):
    output = tmp_path / "tags"
    output.write_text("my notes")
    with pytest.raises(OSError, match="tags"):
        tag(corpus, output)
    assert output.read_text() == "my notes"


FULL_DISK = """
import errno, os, shutil, subprocess, sys, warnings
from pathlib import Path
import files_support as support
import slugline as sl
warnings.simplefilter("error")

corpus, disk, whole, size = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", str(disk)], check=True)
try:
    options = dict(id="url", columns=["day"], progress=None, memory="128MB")
    try:
        sl.tag_files(support.matcher(), corpus, disk / "tags", **options)
    except OSError as error:
        assert error.errno == errno.ENOSPC, error
        assert "run again to go on" in str(error), error
        report = error.report
        assert not report.complete
        assert report.problems[-1].status == "unwritten", report
        print(error)
        print(report)
    else:
        raise SystemExit("the disk did not get full")
    support.check_clean(disk / "tags")
    done = support.journal_of(disk / "tags")
    assert len(done) == report.parts == support.parts_in(disk / "tags"), (done, report)
    print("parts when it was full:", len(done))
    subprocess.run(["mount", "-o", "remount,size=256m", str(disk)], check=True)
    report = sl.tag_files(support.matcher(), corpus, disk / "tags", **options)
    whole_ones = [one for one in done.values() if one["status"] == "whole"]
    assert report.complete and report.parts_before == len(whole_ones), report
    assert support.differences(support.contents(whole), support.contents(disk / "tags")) == []
    print("made whole")
finally:
    subprocess.run(["umount", str(disk)], check=True)
"""


def may_mount(tmp_path):
    """Return the command under which a disk may be mounted; None where nothing helps."""
    probe = tmp_path / "probe"
    probe.mkdir()
    mount = f"mount -t tmpfs tmpfs {probe} && umount {probe}"
    for command in ([], ["unshare", "-rm"]):
        try:
            if not subprocess.run([*command, "sh", "-c", mount], capture_output=True).returncode:
                return command
        except FileNotFoundError:
            continue
    return None


@pytest.mark.parametrize("size", ["80k", "400k", "500k", "900k"])
def test_a_full_disk(tmp_path, size):
    corpus = tmp_path / "corpus"
    support.write_corpus(corpus, 12, ROWS)
    tag(corpus, tmp_path / "whole")
    command = may_mount(tmp_path)
    if command is None:
        pytest.skip("NO DISK CAN BE MOUNTED HERE: a full one was not tested")
    (tmp_path / "disk").mkdir()
    folders = (corpus, tmp_path / "disk", tmp_path / "whole")
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    ran = subprocess.run(
        [*command, sys.executable, "-c", FULL_DISK, *map(str, folders), size],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=dict(os.environ, PYTHONPATH=path),
        check=False,
        timeout=120,
    )
    print(ran.stdout)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    assert "made whole" in ran.stdout


def test_a_limit_to_the_size_of_files(corpus, tmp_path):
    support.write_parquet(corpus / "5-x.parquet", support.table_of(3, ROWS * 20))
    tag(corpus, tmp_path / "whole")
    output = tmp_path / "tags"

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        with pytest.raises(OSError, match="run again to go on") as raised:
            tag(corpus, output)
        assert raised.value.errno == errno.EFBIG
        assert raised.value.report.parts == 2
        support.check_clean(output)

    assert support.in_child(limited) == 0
    assert tag(corpus, output).parts_before == 2
    whole, got = support.contents(tmp_path / "whole"), support.contents(output)
    assert support.differences(whole, got) == []


def test_gzip_members_and_padding(corpus, tmp_path):
    table = support.table_of(3, ROWS)
    path = corpus / "5-x.jsonl"
    support.write_lines(path, table)
    content = path.read_bytes()
    path.unlink()
    half = content.index(b"\n", len(content) // 2) + 1
    packed = gzip.compress(content[:half]) + gzip.compress(content[half:]) + bytes(512)
    (corpus / "5-x.jsonl.gz").write_bytes(packed)
    report = tag(corpus, tmp_path / "tags")
    assert (report.rows, report.problems, report.bad) == (3 * ROWS, [], {})
