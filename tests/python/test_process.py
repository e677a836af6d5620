"""Threads, processes, interruption and progress."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import slugline as sl

TEXTS = [f"story {i} of NATO and 中国 in l’OTAN" for i in range(3_000)]
GAZ = {"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国"]}}
M = sl.PhraseMatcher(GAZ)


def rows(x):
    return [match[:5] for match in x]


EXPECTED = rows(M.tag(TEXTS))


@pytest.mark.parametrize("threads", [None, 1, 2, 7])
def test_any_number_of_threads_gives_the_same(threads):
    assert rows(M.tag(TEXTS, threads=threads)) == EXPECTED
    assert M.replace(TEXTS, threads=threads) == M.replace(TEXTS)


@pytest.mark.parametrize("threads", [0, -1])
def test_numbers_of_threads_that_cannot_be(threads):
    with pytest.raises(ValueError, match="threads"):
        M.tag(TEXTS, threads=threads)


def test_threads_by_environment(monkeypatch):
    monkeypatch.setenv("SLUGLINE_NUM_THREADS", "1")
    assert rows(M.tag(TEXTS)) == EXPECTED
    monkeypatch.setenv("SLUGLINE_NUM_THREADS", "many")
    with pytest.raises(ValueError, match="SLUGLINE_NUM_THREADS"):
        M.tag(TEXTS)


def test_shared_between_threads():
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: rows(M.tag(TEXTS)), range(16)):
            assert found == EXPECTED


def test_the_lock_is_free_while_matching():
    texts = ["lorem ipsum dolor sit amet " * 2_000] * 2_000
    ticks = 0
    done = threading.Event()

    def tick():
        nonlocal ticks
        while not done.wait(0.001):
            ticks += 1

    thread = threading.Thread(target=tick)
    thread.start()
    started = time.perf_counter()
    M.count(texts, threads=1)
    lasted = time.perf_counter() - started
    done.set()
    thread.join()
    assert ticks > lasted * 50


def child(connection):
    connection.send(rows(M.tag(TEXTS)) == EXPECTED)
    connection.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_usable_after_fork():
    M.tag(TEXTS)  # So that the parent has threads, which the child will not have.
    context = multiprocessing.get_context("fork")
    for _ in range(3):
        here, there = context.Pipe()
        process = context.Process(target=child, args=(there,))
        process.start()
        assert here.poll(30), "the child hangs"
        assert here.recv() is True
        process.join(10)
        assert process.exitcode == 0


SPAWNED = """
import multiprocessing, sys
import slugline as sl

def work(job):
    m, text = job
    return [match[:5] for match in m.tag(text)]

if __name__ == "__main__":
    m = sl.PhraseMatcher({"org": {"NATO": ["NATO"]}})
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.map(work, [(m, "in NATO"), (m, "no")]))
"""


def test_spawned_processes(tmp_path):
    script = tmp_path / "spawned.py"
    script.write_text(SPAWNED)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[[(0, 3, 7, 'NATO', 'org/NATO')], []]", done.stderr


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_by_gazetteer(protocol):
    other = pickle.loads(pickle.dumps(M, protocol))
    assert other.gazetteer == M.gazetteer
    assert rows(other.tag(TEXTS)) == EXPECTED


LONG = """
import slugline as sl
{setup}
print("ready", flush=True)
try:
    while True:
        {call}
except KeyboardInterrupt:
    print("stopped", flush=True)
"""
LONG_TEXTS = """
texts = ["lorem ipsum dolor sit amet NATO " * 2_000] * 100_000
m = sl.PhraseMatcher(["NATO"])
"""
LONG_ROW = """
texts = ["lorem ipsum dolor sit amet NATO " * 10_000_000]
m = sl.PhraseMatcher(["NATO"])
"""
# 360 MB, at two bytes a character.
LONG_CYRILLIC_ROW = """
texts = ["делегация встретилась в Женеве NATO " * 5_000_000]
m = sl.PhraseMatcher(["NATO"])
"""
# The same with no space or match in it at which to look up.
LONG_CYRILLIC_WORD = """
texts = ["делегация" * 20_000_000]
m = sl.PhraseMatcher(["NATO"])
"""
LONG_LIST = """
phrases = [f"phrase number {i}" for i in range(300_000)]
"""
LONG_GAZETTEER = LONG_LIST + 'gazetteer = sl.Gazetteer.from_dict({"x": phrases})'


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("setup", "call"),
    [
        pytest.param(LONG_TEXTS, "m.count(texts)", id="count"),
        pytest.param(LONG_TEXTS, "m.count(texts, threads=1)", id="count-one-thread"),
        pytest.param(LONG_TEXTS, "m.matrix(texts)", id="matrix"),
        pytest.param(LONG_ROW, "m.count(texts)", id="one-row"),
        pytest.param(LONG_CYRILLIC_ROW, "m.count(texts, threads=1)", id="one-cyrillic-row"),
        pytest.param(LONG_CYRILLIC_WORD, "m.count(texts, threads=1)", id="one-cyrillic-word"),
        pytest.param(LONG_LIST, "sl.PhraseMatcher(phrases)", id="build"),
        pytest.param(LONG_GAZETTEER, "sl.PhraseMatcher(gazetteer)", id="build-from-gazetteer"),
    ],
)
def test_control_c_stops_a_long_call(setup, call):
    code = LONG.format(setup=setup, call=call)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.5)
            sent = time.perf_counter()
            process.send_signal(signal.SIGINT)
            assert process.stdout.readline() == "stopped\n"
            assert time.perf_counter() - sent < 0.5
        finally:
            process.kill()


def test_progress_reports_rows():
    seen = []
    texts = ["lorem ipsum NATO " * 1_000] * 20_000
    M.count(texts, threads=1, progress=lambda done, total: seen.append((done, total)))
    assert seen
    assert {total for _, total in seen} == {len(texts)}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] <= len(texts)


def test_errors_of_progress_come_through():
    def fail(done, total):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        M.count(["lorem ipsum NATO " * 1_000] * 20_000, progress=fail)
    assert rows(M.tag(TEXTS)) == EXPECTED
    with pytest.raises(TypeError, match="progress"):
        M.tag(TEXTS, progress="yes")


def test_short_calls_show_no_bar(capsys):
    M.tag(TEXTS, progress=True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("installed", [True, False])
def test_long_calls_show_a_bar(installed, capsys, monkeypatch):
    from slugline import _progress

    monkeypatch.setattr(_progress, "PATIENCE", 0.0)
    if not installed:
        monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with _progress.reporting(True) as report:
        report(10, 100)
        report(100, 100)
    shown = capsys.readouterr().err
    assert "100" in shown
    assert ("of 100 rows" in shown) != installed
