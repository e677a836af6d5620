"""The bar of long calls, in a real terminal and in a real notebook."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

import slugline as sl
from slugline import _progress

PACKAGE = Path(sl.__file__).parents[1]
LONG = """
import sys, time
import slugline as sl
from slugline import _progress

def work(progress, seconds, fail=False):
    with _progress.reporting(progress) as report:
        steps = int(seconds * 20)
        for step in range(1, steps + 1):
            time.sleep(0.05)
            if fail and step == steps:
                raise RuntimeError("enough")
            if report is not None:
                report(step * 50_000, steps * 50_000)
"""
WAYS = pytest.mark.parametrize("tqdm", [True, False], ids=["tqdm", "without tqdm"])


def in_terminal(code, tqdm=True, interrupt_at=None):
    """Run code in a terminal of its own; return all that it was sent."""
    without = "" if tqdm else "import sys; sys.modules['tqdm.auto'] = None\n"
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-W", "always", "-c", without + LONG + code],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    shown, deadline = b"", time.monotonic() + 90
    try:
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    part = os.read(ours, 65_536)
                except OSError:  # The other end is closed.
                    break
                shown += part
            if interrupt_at is not None and interrupt_at in shown:
                process.send_signal(signal.SIGINT)
                interrupt_at = None
        process.wait(timeout=30)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return shown.decode()


def screen(shown):
    """Return the lines that stand on the screen in the end."""
    lines = []
    for line in shown.replace("\r\n", "\n").split("\n"):
        written = ""
        for part in line.split("\r"):
            part = re.sub(r"\x1b\[[A-Z]", "", part)
            written = part + written[len(part) :]
        lines.append(written.rstrip())
    return [line for line in lines if line]


@WAYS
def test_a_long_call_in_a_terminal_has_one_bar_of_rows(tqdm):
    shown = in_terminal("work(True, 1.5); print('after')", tqdm)
    *bars, after = screen(shown)
    assert after == "after"
    assert len(bars) == 1
    if tqdm:
        assert bars[0].startswith("100%|")
        assert "1.50M/1.50M" in bars[0]
        assert "rows/s" in bars[0]
        assert shown.count("\r") > 3
    else:
        assert bars[0] == "1,500,000 of 1,500,000 rows"


@WAYS
@pytest.mark.parametrize("call", ["work(True, 0.05)", "work(None, 1)", "work(False, 1)"])
def test_short_calls_and_those_not_asked_show_nothing(call, tqdm):
    assert screen(in_terminal(f"{call}; print('after')", tqdm)) == ["after"]


@WAYS
def test_an_exception_leaves_no_bar(tqdm):
    shown = in_terminal("work(True, 1.2, fail=True)", tqdm)
    lines = screen(shown)
    assert ("/1.20M" if tqdm else "of 1,200,000 rows") in shown
    assert lines[0].startswith("Traceback")
    assert lines[-1] == "RuntimeError: enough"
    assert not any("%|" in line or "rows" in line for line in lines)


@WAYS
def test_ctrl_c_leaves_no_bar(tqdm):
    code = """
m = sl.PhraseMatcher({"place": {f"w{at}": [f"w{at} x"] for at in range(1_000)}})
texts = ["w1 w2 w3 x " * 2_000] * 200_000
try:
    m.count(texts, threads=1, progress=True)
except KeyboardInterrupt:
    print("stopped")
"""
    shown = in_terminal(code, tqdm, interrupt_at=b"rows")
    lines = [line.removeprefix("^C") for line in screen(shown)]
    assert lines == ["stopped"]


def notebook(cells, tmp_path, monkeypatch):
    """Run a notebook; return the outputs of its cells."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(book, timeout=90, kernel_name="python3", allow_errors=True)
    client.execute(cwd=str(tmp_path))
    return [cell.outputs for cell in book.cells], book


def written(outputs, *streams):
    """Return what was written to the streams."""
    streams = streams or ("stdout", "stderr")
    return "".join(
        out.text for out in outputs if out.output_type == "stream" and out.name in streams
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("widgets", [True, False], ids=["ipywidgets", "without ipywidgets"])
def test_bars_in_a_notebook(widgets, tmp_path, monkeypatch):
    if widgets:
        pytest.importorskip("ipywidgets")
    hide = "" if widgets else "import sys; sys.modules['ipywidgets'] = None\n"
    outputs, book = notebook(
        [
            hide + "import warnings; warnings.simplefilter('always')\n" + LONG,
            "work(True, 1.5); print('after')",
            "work(True, 0.05); work(None, 1); print('after')",
            "work(True, 1.2, fail=True)",
            "print('still here')",
        ],
        tmp_path,
        monkeypatch,
    )
    setup, long, short, failed, last = outputs
    assert setup == []
    everything = "".join(written(cell) for cell in outputs)
    assert "Warning" not in everything
    assert "IProgress" not in everything
    assert written(short) == "after\n"
    assert len(short) == 1
    assert written(last) == "still here\n"
    assert written(long, "stdout") == "after\n"
    assert [out.ename for out in failed if out.output_type == "error"] == ["RuntimeError"]
    if widgets:
        # The bar is a widget, with text for where widgets do not show.
        displayed = [out.data for out in long if out.output_type == "display_data"]
        assert len(displayed) == 1
        assert "application/vnd.jupyter.widget-view+json" in displayed[0]
        assert "rows/s" in displayed[0]["text/plain"]
        states = book.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
        values = [s["state"] for s in states.values() if "bar_style" in s["state"]]
        assert any(value["bar_style"] == "success" for value in values)
    else:
        assert [line[:5] for line in screen(written(long, "stderr"))] == ["100%|"]
        assert not [out for out in long if out.output_type == "display_data"]
        assert not screen(written(failed))


def stopped_half_way():
    with _progress.reporting(True) as report:
        report(10, 100)
        raise KeyboardInterrupt


def test_bars_begin_when_a_call_is_long_and_are_closed(capsys, monkeypatch):
    monkeypatch.setattr(_progress, "PATIENCE", 0.0)
    with _progress.reporting(True) as report:
        report(100, 100)
    # What is done already needs no bar.
    assert capsys.readouterr().err == ""
    with pytest.raises(KeyboardInterrupt):
        stopped_half_way()
    assert screen(capsys.readouterr().err) == []
