"""The recipes of docs/processes.md, and that forked workers share what the page says they do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pages import code_of
from support import ROOT

import slugline as sl

FORK, MODULE, FORKSERVER, SPAWN = code_of("docs/processes.md")
GAZETTEER = {"organisation": {"NATO": ["NATO", "OTAN", "НАТО"]}, "person": {"O": ["Ms Okafor"]}}

unix = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


def run(folder, code, *arguments):
    """Run a script in a folder; return what it prints."""
    script = folder / "script.py"
    script.write_text(code, "utf-8")
    path = os.pathsep.join([str(ROOT / "python"), str(folder)])
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


@pytest.fixture
def folder(tmp_path):
    sl.PhraseMatcher(GAZETTEER).save(tmp_path / "people.slugline")
    (tmp_path / "people.py").write_text(MODULE, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(FORK, marks=unix, id="fork"),
        pytest.param(FORKSERVER, marks=unix, id="forkserver"),
        pytest.param(SPAWN, id="spawn"),
    ],
)
def test_the_recipes_run(folder, code):
    assert run(folder, code) == "[2, 0, 2]\n"


def test_a_matcher_tags_its_own_phrases_to_build_all(tmp_path):
    phrases = [f"{a}ova {b}berg {a}{b}" for a in "abcdefghijklmnop" for b in "qrstuvwxyzабвгд"]
    built = sl.PhraseMatcher({"person": phrases})
    built.save(tmp_path / "matcher")
    loaded = sl.PhraseMatcher.load(tmp_path / "matcher")
    lazy = loaded.nbytes
    assert len(loaded.tag(loaded.phrases)) == len(phrases)
    assert lazy < loaded.nbytes
    assert loaded.nbytes == pytest.approx(built.nbytes, rel=0.15)  # It keeps the phrases as well.


# Each worker waits until all have tagged, so that all that is shared is shared by all.
SHARED = """
import functools, json, multiprocessing, sys
import slugline as sl

way, workers, phrases = sys.argv[1], int(sys.argv[2]), 300_000

def smaps():
    with open("/proc/self/smaps_rollup") as lines:
        next(lines)
        sizes = {name: int(size.split()[0]) * 1024 for name, size in (x.split(":") for x in lines)}
    return sizes["Private_Clean"] + sizes["Private_Dirty"], sizes["Rss"]

def work(pipe, get, number):
    m = get()
    found = 0
    for start in range(number * 1_000, phrases, workers * 1_000):  # A few texts at a time.
        texts = [phrase(at) + ", Женева" for at in range(start, start + 1_000)]
        found += len(m.tag(texts, threads=1))
    pipe.send(found)
    pipe.recv()
    pipe.send(smaps())
    pipe.recv()

def phrase(at):
    return f"Okafor{at % 997:03} of Řeka{at}"

def inherited():
    return m

if __name__ == "__main__":
    m = sl.PhraseMatcher({"person": [phrase(at) for at in range(phrases)]})
    context = multiprocessing.get_context(way)
    if way == "fork":
        get = inherited
    else:
        m.save("saved")
        get = functools.partial(sl.PhraseMatcher.load, "saved")
    pipes = []
    for number in range(workers):
        here, there = context.Pipe()
        context.Process(target=work, args=(there, get, number), daemon=True).start()
        there.close()
        pipes.append(here)
    found = sum(pipe.recv() for pipe in pipes)
    for pipe in pipes:
        pipe.send(None)
    sizes = [pipe.recv() for pipe in pipes]
    for pipe in pipes:
        pipe.send(None)
    print(json.dumps({"nbytes": m.nbytes, "found": found, "sizes": sizes}))
"""


@unix
def test_eight_forked_workers_share_one_matcher(tmp_path):
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("no /proc/self/smaps_rollup to read the memory of a process from")
    shared = json.loads(run(tmp_path, SHARED, "fork", "8"))
    alone = json.loads(run(tmp_path, SHARED, "spawn", "2"))
    nbytes = shared["nbytes"]
    assert nbytes > 20_000_000
    assert shared["found"] == alone["found"] == 300_000
    assert len(shared["sizes"]) == 8
    for own, resident in shared["sizes"]:
        assert resident > nbytes  # It has all of it,
        assert own < nbytes / 5  # and hardly any of it for itself: the rest is Python's own,
    for own, _ in alone["sizes"]:
        assert own > nbytes * 0.8  # where a worker that shares nothing has it all.
