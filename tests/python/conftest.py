"""Nothing may skip where everything is meant to be there, but for the real news."""

import os

import pytest
from browser import browser as browser  # The fixture, for all tests.

NO_NEWS = "no real news at"
"""How the reason begins for which tests skip that need what is not part of the project."""


def _wants_news(report):
    # Of a skip, `longrepr` is its file, line and reason.
    return NO_NEWS in str(report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    expected = hasattr(report, "wasxfail") or _wants_news(report)
    if report.skipped and os.environ.get("CI") and not expected:
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter):
    """Say loudly what was not tested."""
    without = [r for r in terminalreporter.getreports("skipped") if _wants_news(r)]
    if without:
        terminalreporter.section("NOT TESTED ON REAL NEWS", sep="!", yellow=True, bold=True)
        terminalreporter.line(f"{len(without)} tests were skipped: {without[0].longrepr[-1]}")
