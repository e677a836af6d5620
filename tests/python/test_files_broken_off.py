"""Runs over files that break off: errors anywhere, Ctrl-C, and the end of the process."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import files_support as support
import pyarrow.parquet as pq
import pytest
from files_support import tag

from slugline.files import pipeline, tagging
from slugline.files.matching import Tagging
from slugline.files.writing.folder import OutputFolder
from slugline.files.writing.journal import Journal
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


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("number", range(3))
def test_ctrl_c_ends_a_process_soon(tmp_path, number):
    corpus, output = tmp_path / "corpus", tmp_path / "tags"
    support.write_corpus(corpus, 48, 400)
    child = support.start_child(corpus, output, tmp_path, 0)
    time.sleep(0.1 * number)  # A quick machine is done after half a second.
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=20)
    seconds = time.monotonic() - began
    print(f"ended {seconds:.2f} s after SIGINT, {support.parts_in(output)} parts in place")
    assert child.returncode == 130, said
    assert said == ""
    assert seconds < 2  # A tenth of it, where nothing else is at work.
    support.check_clean(output)
    assert len(support.journal_of(output)) == support.parts_in(output)
    assert tag(corpus, output).complete
    tag(corpus, tmp_path / "whole")
    expected = support.contents(tmp_path / "whole")
    assert support.differences(expected, support.contents(output)) == []


def told_badly(state):
    raise support.Broken("of a test")


WHERE = [
    (pipeline, "read"),
    (Tagging, "match"),
    (PartWriter, "add"),
    (PartWriter, "_flush"),
    (PartWriter, "end"),
    (PartWriter, "_open"),
    (Journal, "end_part"),
    (Journal, "_commit"),
    (OutputFolder, "put"),
    (OutputFolder, "sync"),
    (OutputFolder, "write_whole"),
    (pipeline.Gate, "enter"),
    (pipeline.Gate, "leave"),
]


@pytest.mark.parametrize("error", [support.Broken, KeyboardInterrupt, OSError])
@pytest.mark.parametrize("number", [0, 2])
@pytest.mark.parametrize(("owner", "name"), WHERE, ids=[name for _, name in WHERE])
def test_errors_anywhere_end_the_run(
    corpus, whole, tmp_path, monkeypatch, owner, name, number, error
):
    output = tmp_path / "tags"
    tag_some = tagging.tag_files  # Before anything is broken.
    monkeypatch.setattr("slugline.files.writing.journal._BETWEEN", 0.0)
    with monkeypatch.context() as patched:
        support.break_at(patched, owner, name, number, error)
        began = time.monotonic()
        try:
            tag_some(support.matcher(), corpus, output, id="url", columns=["day"], progress=None)
        except error as raised:
            assert "of a test" in str(raised)  # noqa: PT017 — some calls may be too few to fail
        else:
            assert number, "nothing failed"
        assert time.monotonic() - began < 3
    assert living() == []
    assert list((output / "_slugline/aside").iterdir()) == []
    assert tag(corpus, output, memory="512MB").complete
    assert support.differences(whole, support.contents(output)) == []


@pytest.mark.parametrize("error", [support.Broken, KeyboardInterrupt])
def test_errors_of_a_callback_end_the_run(corpus, whole, tmp_path, error):
    output = tmp_path / "tags"

    def told(state):
        raise error("of a test")

    began = time.monotonic()
    with pytest.raises(error, match="of a test"):
        tag(corpus, output, progress=told)
    assert time.monotonic() - began < 2
    assert living() == []
    support.check_clean(output)
    assert tag(corpus, output).complete
    assert support.differences(whole, support.contents(output)) == []


def test_a_file_that_does_not_answer_keeps_nobody(corpus, whole, tmp_path, monkeypatch):
    answer = threading.Event()

    def hanging(part, source):
        assert answer.wait(60)
        yield from ()

    def told(state):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "read", hanging)
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            tag(corpus, tmp_path / "tags", progress=told)
        assert time.monotonic() - began < 2.5
        support.check_clean(tmp_path / "tags")
        answer.set()
        until = time.monotonic() + 5
        while living():
            assert time.monotonic() < until
            time.sleep(0.01)
    assert tag(corpus, tmp_path / "tags").complete
    assert support.differences(whole, support.contents(tmp_path / "tags")) == []


def test_a_second_ctrl_c_while_threads_end(corpus, whole, tmp_path, monkeypatch):
    output = tmp_path / "tags"
    join = threading.Thread.join
    pressed = []

    def interrupted(thread, timeout=None):
        if thread.name == "slugline-write" and len(pressed) < 3:
            pressed.append(thread)
            raise KeyboardInterrupt
        return join(thread, timeout)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "join", interrupted)
        support.break_at(patched, Tagging, "match", 3, KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt, match="of a test"):
            tag(corpus, output)
    assert living() == []
    support.check_clean(output)
    assert tag(corpus, output).complete
    assert support.differences(whole, support.contents(output)) == []


def test_a_writer_that_fails_while_readers_wait(tmp_path, monkeypatch):
    """The gate is full, and who would make room is gone: nobody may wait for ever."""
    corpus = tmp_path / "corpus"
    support.write_corpus(corpus, 8, 400)
    full = threading.Event()
    enter = pipeline.Gate.enter

    def entering(gate, nbytes):
        if gate._held + nbytes > gate._room:
            full.set()
        return enter(gate, nbytes)

    def broken(writer, matched):
        assert full.wait(30)
        raise support.Broken("of a test")

    monkeypatch.setattr(pipeline.Gate, "enter", entering)
    monkeypatch.setattr(pipeline.Gate, "__init__", small_gate(pipeline.Gate.__init__))
    monkeypatch.setattr(PartWriter, "add", broken)
    began = time.monotonic()
    with pytest.raises(support.Broken):
        tag(corpus, tmp_path / "tags")
    assert time.monotonic() - began < 5
    assert living() == []
    support.check_clean(tmp_path / "tags")


def small_gate(init):
    return lambda gate, room: init(gate, 100_000)


def living():
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("slugline")]


# -- Other threads and processes ----------------------------------------------------------------


def test_a_run_in_another_thread(corpus, whole, tmp_path):
    output = tmp_path / "tags"
    thread = threading.Thread(target=tag, args=(corpus, output))
    thread.start()
    thread.join(60)
    assert support.differences(whole, support.contents(output)) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_run_in_a_forked_process(corpus, whole, tmp_path):
    output = tmp_path / "tags"
    tag(corpus, tmp_path / "before")  # So that there were threads here.
    assert support.in_child(lambda: tag(corpus, output)) == 0
    assert support.differences(whole, support.contents(output)) == []


DAEMON = """
import sys, threading, time
import files_support as support
import slugline as sl

began = threading.Event()
run = threading.Thread(target=lambda: sl.tag_files(
    support.matcher(), sys.argv[1], sys.argv[2], id="url", columns=["day"],
    progress=lambda state: began.set(), memory="128MB"), daemon=True)
run.start()
assert began.wait(60)
time.sleep(float(sys.argv[3]))
"""


@pytest.mark.parametrize("pause", [0, 0.3])
def test_the_interpreter_may_end_while_a_run_is_at_work(tmp_path, pause):
    corpus, output = tmp_path / "corpus", tmp_path / "tags"
    support.write_corpus(corpus, 24, 400)
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    ran = subprocess.run(
        [sys.executable, "-c", DAEMON, str(corpus), str(output), str(pause)],
        env=dict(os.environ, PYTHONPATH=path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert all(pq.ParquetFile(part).metadata for part in output.glob("*.parquet"))
    assert tag(corpus, output).complete
    support.check_clean(output)
