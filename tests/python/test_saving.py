"""Matchers in files: what is read matches as what was written, and nothing else is read."""

import multiprocessing
import os
import pickle
import threading

import pytest
from support import CASES as FOLDER
from support import gazetteer_of, read_jsonl, rows_of

import slugline as sl

CASES = [
    case
    for file in ("readings", "globs", "context")
    for case in read_jsonl(FOLDER / f"{file}.jsonl")
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    gaz = sl.Gazetteer(case="smart")
    gaz.add("New York", "place/New York", lang="en", weight=2.0, qid="Q60")
    gaz.add("New York Times", None).add("Нью-Йорк", "place/New York").add("纽约", "place/New York")
    gaz.add("afghan*", "place/Afghanistan", glob=True, not_before=["hound"])
    gaz.add("중국", "place/China", affixes="ko")
    path = tmp_path_factory.mktemp("saved") / "places.slugline"
    sl.PhraseMatcher(gaz).save(path)
    return gaz, path


def test_every_case_matches_alike(tmp_path):
    path = tmp_path / "case.slugline"
    for case in CASES[:: max(1, len(CASES) // 80)]:
        sl.PhraseMatcher(gazetteer_of(case["entries"])).save(path)
        matches = sl.PhraseMatcher.load(path).tag(case["text"], overlap=case["overlap"])
        assert rows_of(matches) == [tuple(row) for row in case["matches"]], case["name"]


def test_all_is_there(saved):
    gaz, path = saved
    matcher = sl.PhraseMatcher.load(path)
    assert matcher.gazetteer == gaz
    assert matcher.gazetteer.version == gaz.version
    assert matcher.concepts == sl.PhraseMatcher(gaz).concepts
    texts = ["The New York Times in New York", "Afghan hounds, Afghans", "중국에서, 纽约", None]
    assert rows_of(matcher.tag(texts)) == rows_of(sl.PhraseMatcher(gaz).tag(texts))
    assert rows_of(pickle.loads(pickle.dumps(matcher)).tag(texts)) == rows_of(matcher.tag(texts))


def test_many_phrases_over_threads(tmp_path):
    """Automata are built when texts ask for them, by whichever thread comes first."""
    phrases = [
        f"{word} {number}" for word in ("alpha", "beta", "žlutý", "дом") for number in range(9000)
    ]
    built = sl.PhraseMatcher(phrases)
    path = tmp_path / "many.slugline"
    built.save(path)
    loaded = sl.PhraseMatcher.load(path)
    texts = [f"x {phrase}, y" for phrase in phrases[::50]]
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(loaded.tag(texts, threads=2))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [len(built.tag(texts))] * 4


def _count(path, texts):
    return sl.PhraseMatcher.load(path).tag(texts).__len__()


def test_other_processes(saved):
    _, path = saved
    matcher = sl.PhraseMatcher.load(path)
    texts = ["New York"] * 10
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        assert pool.starmap(_count, [(path, texts)] * 4) == [10] * 4
    child = os.fork()
    if child == 0:
        os._exit(0 if len(matcher.tag(texts)) == 10 else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_damage_is_told(saved, tmp_path):
    content = saved[1].read_bytes()
    path = tmp_path / "damaged.slugline"
    for length in (0, 5, 20, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(
            ValueError, match=r"damaged\.slugline: (the file of a matcher is|this is no file)"
        ):
            sl.PhraseMatcher.load(path)
    for at in range(0, len(content), 97):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(ValueError, match=r"damaged\.slugline: "):
            sl.PhraseMatcher.load(path)


@pytest.mark.parametrize("content", [b"PAR1....PAR1", b"phrase,concept\n", pickle.dumps([1])])
def test_foreign_files_are_told(content, tmp_path):
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="foreign: this is no file of a matcher"):
        sl.PhraseMatcher.load(path)


def test_another_release(saved, tmp_path):
    content = saved[1].read_bytes()
    path = tmp_path / "newer.slugline"
    path.write_bytes(content.replace(f"of {sl.__version__}".encode(), b"of 9.9.9", 1))
    with pytest.raises(ValueError, match="another release of slugline"):
        sl.PhraseMatcher.load(path)


def test_a_file_appears_whole(saved, tmp_path, monkeypatch):
    gaz, _ = saved
    path = tmp_path / "kept.slugline"
    sl.PhraseMatcher(["old"]).save(path)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        sl.PhraseMatcher(gaz).save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["kept.slugline"]
    assert sl.PhraseMatcher.load(path).contains(["old"]) == [True]
    with pytest.raises(FileNotFoundError):
        sl.PhraseMatcher.load(tmp_path / "absent")
