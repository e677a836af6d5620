"""A real browser for tests of what people see: headless Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support import ROOT

SCREENSHOTS = ROOT / "target" / "screenshots"
"""Where pictures are kept to be looked at; not under version control."""

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""What keeps a browser from talking to anyone but the page under test."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, or None.

    ``SLUGLINE_CHROMIUM`` names it where it has an unusual one.
    """
    names = (os.environ.get("SLUGLINE_CHROMIUM", ""), *_NAMES)
    return next((path for name in names if name and (path := shutil.which(name))), None)


def require_chromium() -> str:
    """Return the path of Chromium, or skip the test: in continuous integration, fail it."""
    path = find_chromium()
    if path is None:
        reason = f"NOT TESTED IN A BROWSER: none of {', '.join(_NAMES)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@contextmanager
def launched(*flags: str) -> Iterator[Any]:
    """Launch Chromium with a profile of its own, and close it afterwards.

    Playwright keeps an event loop running in the thread meanwhile, so a browser should not outlive
    the tests that need it: what calls `asyncio.run` would fail.

    Parameters
    ----------
    *flags
        More flags for its command line.

    Yields
    ------
    playwright.sync_api.Browser
    """
    path = require_chromium()
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=[*FLAGS, *flags]
        )
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for the tests of a module, with nothing open."""
    with launched() as chromium:
        yield chromium


def screenshot(page: Any, name: str, **options: Any) -> Path:
    """Keep a picture of a page (or of one of its elements) as ``target/screenshots/name.png``."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, **options)
    return path
