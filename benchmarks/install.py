"""Install what the benchmarks need, one by one, so that one that fails leaves the others.

python benchmarks/install.py     # into the Python that runs it
"""

import subprocess
import sys
import tomllib
from pathlib import Path


def main() -> None:
    """Install the dependency group ``bench``, and say loudly what did not install."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    failed = []
    for requirement in project["dependency-groups"]["bench"]:
        command = [sys.executable, "-m", "pip", "install", "--quiet", requirement]
        if subprocess.run(command, check=False).returncode:
            failed.append(requirement)
    for requirement in failed:
        print(f"*** {requirement} DOES NOT INSTALL here; its cells will say so", file=sys.stderr)


if __name__ == "__main__":
    main()
