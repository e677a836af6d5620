"""What the figures were measured on: machine, versions, date."""

import datetime
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

PACKAGES = (
    "slugline",
    "hyperscan",
    "daachorse",
    "ahocorasick-rs",
    "pyahocorasick",
    "polars",
    "flashtext2",
    "flashtext",
    "spacy",
    "scikit-learn",
    "pandas",
    "pyarrow",
    "numpy",
)


def describe(command: str, source: str, rounds: int) -> dict[str, Any]:
    """Return what a reader must know of the run."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()}",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "command": command,
        "texts and phrases": source,
        "rounds": rounds,
        "commit": _commit(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        found = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        if package == "slugline":
            import slugline

            return slugline.__version__
        return "does not install here"
    return f"{found} ({_engine()})" if package == "hyperscan" else found


def _engine() -> str:
    """Return what the hyperscan package is linked to: its wheels have Vectorscan in them."""
    try:
        import hyperscan as hs

        database = hs.Database(mode=hs.HS_MODE_BLOCK)
        database.compile(expressions=[b"x"], ids=[0], elements=1, flags=0)
        version = database.info().decode().split()[1]
        about = importlib.metadata.metadata("hyperscan").get_payload()
    except Exception as error:
        return f"engine not known: {error}"
    name = "Vectorscan" if "extension for [Vectorscan]" in str(about) else "engine"
    return f"its wheel holds {name} {version}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "not known"
