"""Runs that are taken up again, that meet another one, and that break off."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import files_support as support
import fsspec
import pytest
from files_support import tag

import slugline as sl
from slugline.files.writing import lock
from slugline.files.writing.part import PartWriter

PARTS = 8
ROWS = 60


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files") / "corpus"
    support.write_corpus(folder, PARTS, ROWS)
    return folder


@pytest.fixture(scope="module")
def whole(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "tags"
    tag(corpus, folder)
    return support.contents(folder)


def break_off(monkeypatch, corpus, output, at=5):
    """Leave a run behind that has done some parts and not all."""
    with monkeypatch.context() as patched:
        support.break_at(patched, PartWriter, "end", at)
        with pytest.raises(support.Broken):
            tag(corpus, output)
    assert 0 < support.parts_in(output) < PARTS


# -- Two at once --------------------------------------------------------------------------------


def test_two_processes_at_one_folder(corpus, whole, tmp_path):
    output = tmp_path / "tags"
    child = support.start_child(corpus, output, tmp_path, 60)
    try:
        with pytest.raises(sl.OutputInUse, match=rf"process {child.pid} on .*; wait for it"):
            tag(corpus, output)
    finally:
        child.kill()
        child.communicate()
    # The system has let go of the lock.
    assert tag(corpus, output).complete
    assert support.differences(whole, support.contents(output)) == []


def test_two_threads_at_one_folder(corpus, whole, tmp_path):
    output = tmp_path / "tags"
    began, go_on = threading.Event(), threading.Event()
    reports = []

    def told(state):
        began.set()
        assert go_on.wait(60)

    first = threading.Thread(target=lambda: reports.append(tag(corpus, output, progress=told)))
    first.start()
    assert began.wait(60)
    try:
        with pytest.raises(sl.OutputInUse, match=f"process {os.getpid()} on"):
            tag(corpus, output)
    finally:
        go_on.set()
        first.join()
    assert reports[0].complete
    assert support.differences(whole, support.contents(output)) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_process_does_not_keep_the_lock(corpus, tmp_path):
    output = tmp_path / "tags"
    children = []

    def told(state):
        if not children:
            child = os.fork()
            if not child:
                time.sleep(60)
                os._exit(0)
            children.append(child)

    tag(corpus, output, progress=told)
    try:
        assert tag(corpus, output).complete
    finally:
        os.kill(children[0], signal.SIGKILL)
        os.waitpid(children[0], 0)


def test_where_the_system_has_no_locks_a_file_tells(corpus, tmp_path, monkeypatch):
    def no_locks(file, *, lock):
        raise OSError(95, "not supported")

    monkeypatch.setattr(lock, "_lock_file", no_locks)
    output = tmp_path / "tags"
    refused = []

    def told(state):
        if not refused:
            with pytest.raises(sl.OutputInUse) as error:
                tag(corpus, output)
            refused.append(str(error.value))

    assert tag(corpus, output, progress=told).complete
    assert f"process {os.getpid()} on" in refused[0]
    assert tag(corpus, output).complete


# -- Other filesystems --------------------------------------------------------------------------


@pytest.fixture
def memory():
    filesystem = fsspec.filesystem("memory")
    filesystem.store.clear()
    filesystem.pseudo_dirs[:] = [""]
    yield filesystem
    filesystem.store.clear()


def test_the_lock_in_an_object_store(corpus, memory, monkeypatch):
    refused = []

    def told(state):
        if not refused:
            with pytest.raises(sl.OutputInUse) as error:
                tag(corpus, "memory://tags")
            refused.append(str(error.value))

    assert tag(corpus, "memory://tags", progress=told).complete
    assert f"process {os.getpid()} on" in refused[0]
    assert not memory.exists("/tags/_slugline/lock")
    # One whose process is no more is no hindrance; one of elsewhere is, for a minute.
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = {"host": lock.socket.gethostname(), "process": gone.pid, "beat": time.time()}
    memory.pipe_file("/tags/_slugline/lock", json.dumps(left).encode())
    assert tag(corpus, "memory://tags").complete
    left["host"] = "another.example"
    memory.pipe_file("/tags/_slugline/lock", json.dumps(left).encode())
    with pytest.raises(sl.OutputInUse, match=f"process {gone.pid} on another.example"):
        tag(corpus, "memory://tags")
    left["beat"] -= 61
    memory.pipe_file("/tags/_slugline/lock", json.dumps(left).encode())
    assert tag(corpus, "memory://tags").complete


def test_going_on_in_an_object_store(corpus, whole, memory, monkeypatch, tmp_path):
    with monkeypatch.context() as patched:
        support.break_at(patched, PartWriter, "end", 5)
        with pytest.raises(support.Broken):
            tag(corpus, "memory://tags")
    assert 0 < len(memory.glob("/tags/*.parquet")) < PARTS
    report = tag(corpus, "memory://tags")
    assert report.complete
    assert 0 < report.parts_before < PARTS
    tag(corpus, "memory://tags")  # What was cut off is put where it is already.
    memory.get("/tags", str(tmp_path / "tags"), recursive=True)
    (tmp_path / "tags/_slugline/lock").touch()
    got = support.contents(tmp_path / "tags")
    assert support.differences(whole, got) == []
    assert memory.find("/tags/_slugline/aside") == []


# -- What is no difference, and what is ---------------------------------------------------------


def test_memory_threads_and_progress_are_no_difference(corpus, whole, tmp_path, monkeypatch):
    output = tmp_path / "tags"
    break_off(monkeypatch, corpus, output)
    report = tag(corpus, output, memory="1GB", threads=1, progress=lambda state: None)
    assert report.complete
    assert report.parts_before
    assert support.differences(whole, support.contents(output)) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"m": sl.PhraseMatcher(["NATO"])}, r"another gazetteer: version \w+, not \w+"),
        ({"text": "url"}, r"text=\['url'\], not \['text'\]"),
        ({"text": ["text", "url"]}, r"text=\['text', 'url'\], not \['text'\]"),
        ({"id": None}, r"id=None, not 'url'"),
        ({"columns": None}, r"columns=\[\], not \['day'\]"),
        ({"table": "documents"}, "table='documents', not 'matches'"),
        ({"overlap": "all"}, "overlap='all', not 'longest'"),
        ({"offsets": "byte"}, "offsets='byte', not 'char'"),
        ({"errors": "replace"}, "errors='replace', not 'raise'"),
        ({"separator": ";"}, "separator=';', not None"),
        ({"resume": False}, "has a run already: give resume=True to go on"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_another_run_is_refused(corpus, whole, tmp_path_factory, tmp_path, options, said):
    output = tmp_path / "tags"
    tag(corpus, output)
    with pytest.raises(sl.CannotResume, match=said) as error:
        tag(corpus, output, **options)
    assert str(output) in str(error.value)
    assert support.differences(whole, support.contents(output)) == []


def test_two_differences_are_said_at_once(corpus, tmp_path):
    tag(corpus, tmp_path / "tags")
    with pytest.raises(sl.CannotResume, match=r"offsets='byte'.*; overlap='all'"):
        tag(corpus, tmp_path / "tags", overlap="all", offsets="byte")


def test_another_format_is_refused(corpus, tmp_path):
    lines = tmp_path / "lines.jsonl"
    support.write_lines(lines, support.table_of(1, 5))
    tag(lines, tmp_path / "tags")
    with pytest.raises(sl.CannotResume, match="format='jsonl', not None"):
        tag(lines, tmp_path / "tags", format="jsonl")


@pytest.fixture
def own_corpus(tmp_path):
    support.write_corpus(tmp_path / "corpus", 4, 20)
    return tmp_path / "corpus"


def test_new_inputs_are_refused(own_corpus, tmp_path):
    tag(own_corpus, tmp_path / "tags")
    support.write_parquet(own_corpus / "900.parquet", support.table_of(9, 5))
    with pytest.raises(sl.CannotResume, match=r"inputs new: .*900\.parquet"):
        tag(own_corpus, tmp_path / "tags")


def test_gone_inputs_are_refused(own_corpus, tmp_path):
    tag(own_corpus, tmp_path / "tags")
    (own_corpus / "001.parquet").unlink()
    with pytest.raises(sl.CannotResume, match=r"inputs gone: .*001\.parquet"):
        tag(own_corpus, tmp_path / "tags")


@pytest.mark.parametrize("same_size", [False, True])
def test_inputs_that_were_written_to_are_refused(own_corpus, tmp_path, same_size):
    tag(own_corpus, tmp_path / "tags")
    if same_size:
        os.utime(own_corpus / "001.parquet")
        said = "same size, but written at another time"
    else:
        support.write_parquet(own_corpus / "001.parquet", support.table_of(9, 5))
        said = "[0-9,]+ bytes, not [0-9,]+"
    with pytest.raises(sl.CannotResume, match=rf"written to since: .*001\.parquet: {said}"):
        tag(own_corpus, tmp_path / "tags")


def test_a_part_that_was_taken_away_is_made_again(corpus, whole, tmp_path):
    output = tmp_path / "tags"
    tag(corpus, output)
    first, second, *_ = sorted(output.glob("*.parquet"))
    first.unlink()
    second.write_bytes(second.read_bytes()[:100])
    report = tag(corpus, output)
    assert report.complete
    # Two were taken away or cut; and one of them, whose input is cut off, is always tried again.
    assert report.parts_before == PARTS - 3
    assert support.differences(whole, support.contents(output)) == []


def test_a_folder_with_foreign_parquet_is_refused(corpus, tmp_path):
    output = tmp_path / "tags"
    output.mkdir()
    support.write_parquet(output / "mine.parquet", support.table_of(1, 5))
    with pytest.raises(sl.CannotResume, match=r"has mine\.parquet, which no run"):
        tag(corpus, output)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"parts": 3}', "\x00\x00"])
def test_a_damaged_plan_is_told(corpus, tmp_path, content):
    output = tmp_path / "tags"
    tag(corpus, output)
    (output / "_slugline/plan.json").write_text(content)
    with pytest.raises(sl.CannotResume, match=r"plan\.json is damaged"):
        tag(corpus, output)


def test_damaged_types_in_a_plan_are_told(corpus, tmp_path):
    output = tmp_path / "tags"
    tag(corpus, output)
    path = output / "_slugline/plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"types": "AAAA"}))
    with pytest.raises(sl.CannotResume, match=r"plan\.json is damaged"):
        tag(corpus, output)


def test_a_plan_that_is_gone_is_told(corpus, tmp_path):
    output = tmp_path / "tags"
    tag(corpus, output)
    (output / "_slugline/plan.json").unlink()
    with pytest.raises(sl.CannotResume, match="journal of a run whose plan is gone"):
        tag(corpus, output)


@pytest.mark.parametrize("content", ["{", "[]", '{"part": 1}', "\x00\x00"])
def test_a_damaged_journal_is_told(corpus, whole, tmp_path, content):
    output = tmp_path / "tags"
    tag(corpus, output)
    path = next((output / "_slugline/journal").iterdir())
    path.write_text(content)
    with pytest.raises(ValueError, match=rf"{path.name} is damaged: remove it"):
        tag(corpus, output)
    path.unlink()
    assert tag(corpus, output).complete
    assert support.differences(whole, support.contents(output)) == []
