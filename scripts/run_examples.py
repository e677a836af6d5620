#!/usr/bin/env python3
"""Runs the notebooks of examples/ and saves them with what came of it."""

from pathlib import Path

import nbclient
import nbformat

EXAMPLES = Path(__file__).parent.parent / "examples"

for path in sorted(EXAMPLES.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(EXAMPLES)}}
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", resources=resources, record_timing=False
    )
    client.execute()
    nbformat.write(notebook, path)
    print(f"ran {path.name}")
