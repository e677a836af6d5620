"""JupyterLab for tests: with nothing of the user's, and on a port of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import slugline as sl

_TOKEN = "slugline-tests"
_STARTS_WITHIN = 120
# No news, no looking for updates: nothing may ask the network, or lay a note over the notebook.
_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    },
    # No asking which kernel to start.
    "@jupyterlab/notebook-extension/tracker": {"autoStartDefaultKernel": True},
}


def require_jupyterlab() -> None:
    """Skip the test where JupyterLab or anywidget is missing: fail it in continuous integration."""
    for name in ("jupyterlab", "anywidget"):
        if find_spec(name) is None:
            reason = f"NOT TESTED IN JUPYTERLAB: {name} is not installed"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)


def write_notebook(path: Path, cells: Sequence[str]) -> None:
    """Write a notebook of code cells that were not run yet."""
    code = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": code,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook), "utf-8")


@contextmanager
def jupyterlab(folder: Path, *, theme: str = "JupyterLab Light") -> Iterator[str]:
    """Serve a folder by JupyterLab.

    Parameters
    ----------
    folder : Path
        Where its notebooks are; its configuration comes to lie beside them.
    theme : str
        The theme of the interface.

    Yields
    ------
    str
        The address of a notebook, with ``{}`` for its name.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = folder / ".jupyter-home"
    settings = {**_SETTINGS, "@jupyterlab/apputils-extension/themes": {"theme": theme}}
    for name, values in settings.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")
    packages = str(Path(sl.__file__).parents[1])
    environment = {
        **os.environ,
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        # The package under test, in the kernel too.
        "PYTHONPATH": os.pathsep.join(
            part for part in (packages, os.environ.get("PYTHONPATH")) if part
        ),
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={_TOKEN}", f"--ServerApp.root_dir={folder}"),
        "--LabApp.extension_manager=readonly",
    ]
    log = home / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _await_start(server, port, log)
            yield f"http://127.0.0.1:{port}/doc/tree/{{}}?token={_TOKEN}"
        finally:
            _stop(server, port)


def _await_start(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with _request(port, "/api/status", "GET"):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text('utf-8', 'replace')[-4000:]}")


def _stop(server: subprocess.Popen[bytes], port: int) -> None:
    """Ask the server to end, which ends its kernels too."""
    try:
        with _request(port, "/api/shutdown", "POST"):
            pass
        server.wait(20)
    except (urllib.error.URLError, ConnectionError, TimeoutError, subprocess.TimeoutExpired):
        server.kill()
        server.wait()


def _request(port: int, path: str, method: str) -> Any:
    headers = {"Authorization": f"token {_TOKEN}"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", method=method, headers=headers
    )
    # Never by way of a proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(request, timeout=10)
